"""Checks before closing (domaine.md, 8.3): what blocks, what warns, what is printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from permanences import recurrence
from permanences.enums import NatureSeance, Source
from permanences.models import LieuAccueil, Seance
from permanences.selectors_plan import A_RENSEIGNER, TENUE
from reporting.selectors import programme
from reporting.selectors.contexte import Contexte, read_contexte
from reporting.selectors.couverture import couverture
from reporting.selectors.frequentation import frequentation
from reporting.selectors.rapprochements import rapprochements

Niveau = Literal["bloquant", "avertissement", "information"]
NB_EXEMPLES = 10
DUREE_LONGUE = 8 * 60
DUREE_COURTE = 5
JOURNEE_LONGUE = 12 * 60
GRAND_NOMBRE = 100


@dataclass(frozen=True, slots=True)
class Verification:
    """A check that found something; `exemples` are French lines for staff, never printed."""

    code: str
    libelle: str
    niveau: Niveau
    nombre: int
    exemples: tuple[str, ...] = field(default=())

    @property
    def bloque(self) -> bool:
        return self.niveau == "bloquant"


def verifications(mois: dt.date) -> list[Verification]:
    """What would stop or qualify the clôture of this month, the blocking checks first."""
    c = read_contexte(mois)
    return verifications_du_contexte(c, couverture(c), frequentation(c))


def verifications_du_contexte(
    c: Contexte, couvert: dict[str, Any], frequente: dict[str, Any]
) -> list[Verification]:
    constats = [
        *_bloquantes(c, couvert, frequente),
        *_seances(c),
        *_journees(c),
        *_plan(c),
        *_postes(c, couvert),
        *_lieux(c),
        *_informations(c),
    ]
    return [v for v in constats if v.nombre]


def _bloquantes(
    c: Contexte, couvert: dict[str, Any], frequente: dict[str, Any]
) -> Iterator[Verification]:
    attente = Seance.objects.en_attente().filter(date__lte=c.dernier)
    yield _de_seances(
        "seance_en_attente",
        "Séances en attente de rattachement : leur auteur n’avait pas de poste ce jour-là",
        "bloquant",
        attente,
    )
    ecarts = [r for r in rapprochements(couvert, frequente) if r["gauche"] != r["droite"]]
    yield Verification(
        "rapprochement",
        "Totaux qui ne se rapprochent pas",
        "bloquant",
        len(ecarts),
        tuple(f"{r['libelle']} : {r['gauche']} au lieu de {r['droite']}" for r in ecarts),
    )
    yield _de_seances(
        "seance_a_venir",
        "Séances à une date à venir",
        "bloquant",
        _du_mois(c).filter(date__gt=timezone.localdate()),
    )
    yield _de_seances(
        "seance_poste_rendu",
        "Séances sur un poste rendu ou pas encore attribué",
        "bloquant",
        _du_mois(c).filter(
            Q(date__lt=F("poste__date_attribution")) | Q(date__gte=F("poste__date_rendu"))
        ),
    )


def _du_mois(c: Contexte) -> QuerySet[Seance]:
    return Seance.objects.comptees().entre(c.mois, c.dernier)


def _de_seances(code: str, libelle: str, niveau: Niveau, seances: QuerySet[Seance]) -> Verification:
    """A check over rows: one query for the count, one more for examples when there are any."""
    nombre = seances.count()
    exemples: tuple[str, ...] = ()
    if nombre:
        exemples = tuple(
            f"{seance} ({seance.poste or 'sans poste'})"
            for seance in seances.select_related("poste").order_by("date", "pk")[:NB_EXEMPLES]
        )
    return Verification(code, libelle, niveau, nombre, exemples)


def _seances(c: Contexte) -> Iterator[Verification]:
    mois = _du_mois(c)
    yield _de_seances(
        "duree_inhabituelle",
        "Séances de plus de 8 heures ou de moins de 5 minutes",
        "avertissement",
        mois.filter(Q(duree__gt=DUREE_LONGUE) | Q(duree__lt=DUREE_COURTE)),
    )
    yield _de_seances(
        "participants_nombreux",
        "Séances de plus de 100 personnes",
        "avertissement",
        mois.filter(nb_participants__gt=GRAND_NOMBRE),
    )
    yield _de_seances(
        "nature_et_participants",
        "Ateliers d’une seule personne, accompagnements individuels de plusieurs",
        "avertissement",
        mois.filter(
            Q(nature=NatureSeance.ATELIER, nb_participants=1)
            | Q(nature=NatureSeance.INDIVIDUEL, nb_participants__gt=1)
        ),
    )
    yield _de_seances(
        "jour_d_absence",
        "Séances un jour d’absence déclarée de leur auteur",
        "avertissement",
        mois.filter(
            auteur__absences__date_debut__lte=F("date"), auteur__absences__date_fin__gte=F("date")
        ).distinct(),
    )
    feries = [
        jour
        for jour in recurrence.jours_feries(c.mois.year, settings.DEPARTEMENT)
        if c.mois <= jour <= c.dernier
    ]
    yield _de_seances(
        "jour_ferie", "Séances un jour férié", "avertissement", mois.filter(date__in=feries)
    )
    yield _de_seances(
        "lieu_ferme",
        "Séances dans un lieu déclaré fermé ce jour-là",
        "avertissement",
        mois.filter(
            lieu__fermetures__date_debut__lte=F("date"), lieu__fermetures__date_fin__gte=F("date")
        ).distinct(),
    )


def _journees(c: Contexte) -> Iterator[Verification]:
    """Days too full and probable doubles: groups of rows; 2 queries."""
    journees = (
        _du_mois(c)
        .order_by()
        .values("poste__numero", "date")
        .annotate(minutes=Sum("duree"))
        .filter(minutes__gt=JOURNEE_LONGUE)
        .order_by("date", "poste__numero")
    )
    lignes = [
        f"Poste {j['poste__numero']}, {j['date']:%d/%m/%Y} : {j['minutes']} minutes"
        for j in journees
    ]
    yield Verification(
        "journee_longue",
        "Journées de plus de 12 heures de séance pour un poste",
        "avertissement",
        len(lignes),
        tuple(lignes[:NB_EXEMPLES]),
    )
    doubles = [
        d
        for d in _du_mois(c)
        .order_by()
        .values("poste__numero", "date", "lieu__nom", "duree", "nb_participants")
        .annotate(n=Count("pk"), saisies=Count("pk", filter=Q(source=Source.FORMULAIRE)))
        # Two individual séances alike on one day are ordinary: three, or two of which one
        # came by file, are looked at.
        .filter(n__gt=1)
        .order_by("date", "poste__numero")
        if d["nb_participants"] > 1 or d["n"] > 2 or 0 < d["saisies"] < d["n"]
    ]
    yield Verification(
        "double_probable",
        "Doubles probables : même poste, même jour, même lieu, même durée, même nombre",
        "avertissement",
        sum(d["n"] - 1 for d in doubles),
        tuple(
            f"Poste {d['poste__numero']}, {d['date']:%d/%m/%Y} : {d['n']} fois {d['duree']} min"
            for d in doubles[:NB_EXEMPLES]
        ),
    )


def _plan(c: Contexte) -> Iterator[Verification]:
    codes = {creneau.pk: creneau.code for creneau in c.reperes.creneaux}
    trouvees = [o for o in c.plan if o.etat == A_RENSEIGNER]
    yield Verification(
        "occurrence_a_renseigner",
        "Créneaux à renseigner : tenus ou annulés ?",
        "avertissement",
        len(trouvees),
        tuple(f"{codes[o.creneau_id]}, {o.date:%d/%m/%Y}" for o in trouvees[:NB_EXEMPLES]),
    )
    yield Verification(
        "tenue_sans_visite",
        "Créneaux tenus sans visite",
        "information",
        sum(o.sans_visite for o in c.plan),
    )


def _postes(c: Contexte, couvert: dict[str, Any]) -> Iterator[Verification]:
    etats = programme.completude_par_poste(c.postes, c.mois, c.dernier)
    manquants = [c.postes[pk].numero for pk, etat in etats.items() if etat == "manquant"]
    yield Verification(
        "poste_manquant",
        "Postes qui n’ont pas déclaré leur mois complet",
        "avertissement",
        len(manquants),
        tuple(f"Poste {n}" for n in manquants),
    )
    actifs = {o.poste_id for o in c.plan if o.etat == TENUE} | set(
        _du_mois(c).order_by().values_list("poste_id", flat=True).distinct()
    )
    muets = [
        c.postes[pk].numero
        for pk, etat in etats.items()
        if pk not in actifs and etat not in ("sans_objet", "vacant", "excuse")
    ]
    yield Verification(
        "poste_sans_activite",
        "Postes occupés sans séance ni créneau tenu",
        "avertissement",
        len(muets),
        tuple(f"Poste {n}" for n in muets),
    )
    vacances = couvert["a_decider"]["vacances"]
    yield Verification(
        "vacance_longue",
        "Postes vacants depuis plus de quatre mois",
        "avertissement",
        len(vacances),
        tuple(f"Poste {v['numero']}, vacant depuis le {v['vacant_depuis']}" for v in vacances),
    )


def _lieux(c: Contexte) -> Iterator[Verification]:
    sans = LieuAccueil.objects.filter(actif=True, latitude__isnull=True).order_by("code")
    noms = list(sans.values_list("nom", flat=True))
    yield Verification(
        "lieu_sans_coordonnees",
        "Lieux sans coordonnées : placés au chef-lieu de leur commune",
        "avertissement",
        len(noms),
        tuple(noms[:NB_EXEMPLES]),
    )


def _informations(c: Contexte) -> Iterator[Verification]:
    a_cheval = [e.nom for e in c.reperes.territoire.epcis if e.a_cheval]
    yield Verification(
        "epci_a_cheval",
        "EPCI à cheval sur deux départements : seules leurs communes d’ici sont comptées",
        "information",
        len(a_cheval),
        tuple(a_cheval),
    )
