"""Checks over the month's séances: the simple ones in one query, the groups one each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncHour
from django.utils import timezone

from conseillers.models import Absence
from permanences import calendrier
from permanences.enums import COMPTEURS, NatureSeance, Source
from permanences.models import Declaration, Fermeture, Seance
from reporting.selectors.contexte import Contexte
from reporting.selectors.verifications.base import (
    AVERTISSEMENT,
    BLOQUANT,
    INFORMATION,
    NB_CLES,
    NB_EXEMPLES,
    Niveau,
    Verification,
    of_list,
    some_keys,
)

DUREE_LONGUE = 8 * 60
DUREE_COURTE = 5
JOURNEE_LONGUE = 12 * 60
GRAND_NOMBRE = 100
SAISIE_EN_BLOC = 20
COPIES = 3


class Controle(NamedTuple):
    code: str
    libelle: str
    niveau: Niveau
    condition: Q | Exists


def checks_of_seances(c: Contexte, *, nommer: bool = True) -> Iterator[Verification]:
    """`nommer`: say which séances, where that takes queries of its own."""
    yield _waiting(c, nommer)
    yield from _rows(c, nommer)
    yield _long_days(c)
    yield _beyond_the_plan(c)
    yield _doubles(c)
    yield _copies(c)
    yield _entered_at_once(c)
    yield _changed_after_declaration(c, nommer)


def _du_mois(c: Contexte) -> QuerySet[Seance]:
    return Seance.objects.comptees().entre(c.mois, c.dernier).order_by()


def _waiting(c: Contexte, nommer: bool) -> Verification:
    attente = Seance.objects.en_attente().filter(date__lte=c.dernier)
    return Verification(
        "seance_en_attente",
        "Séances en attente de rattachement : leur auteur n’avait pas de poste ce jour-là",
        BLOQUANT,
        nombre := attente.count(),
        *(_found(attente) if nombre and nommer else ()),
    )


def _found(seances: QuerySet[Seance]) -> tuple[tuple[str, ...], tuple[int | str, ...]]:
    """(lines for staff, keys) of these séances, oldest first."""
    cles = list(seances.order_by("date", "pk").values_list("pk", flat=True)[: NB_CLES + 1])
    premieres = Seance.objects.filter(pk__in=cles[:NB_EXEMPLES]).select_related("poste")
    exemples = tuple(
        f"{seance} ({seance.poste or 'sans poste'})" for seance in premieres.order_by("date", "pk")
    )
    return exemples, some_keys(cles)


def _in_groups(groupes: Iterable[Mapping[str, Any]]) -> list[int]:
    """Keys of every séance of groups that carry `cles`."""
    return sorted(cle for groupe in groupes for cle in groupe["cles"])


def _rows(c: Contexte, nommer: bool) -> Iterator[Verification]:
    """One query counts them all; two more, to name them, where a check found something."""
    controles = _conditions(c)
    comptes = _du_mois(c).aggregate(
        **{k.code: Count("pk", filter=Q(k.condition)) for k in controles}
    )
    for k in controles:
        nombre = comptes[k.code]
        if nombre:
            trouvees = _found(_du_mois(c).filter(k.condition)) if nommer else ()
            yield Verification(k.code, k.libelle, k.niveau, nombre, *trouvees)


def _conditions(c: Contexte) -> list[Controle]:
    return [*_of_the_row(), *_of_the_day(c)]


def _of_the_row() -> list[Controle]:
    return [
        Controle(
            "seance_a_venir",
            "Séances à une date à venir",
            BLOQUANT,
            Q(date__gt=timezone.localdate()),
        ),
        Controle(
            "seance_poste_rendu",
            "Séances sur un poste rendu ou pas encore attribué",
            BLOQUANT,
            Q(date__lt=F("poste__date_attribution")) | Q(date__gte=F("poste__date_rendu")),
        ),
        Controle(
            "duree_inhabituelle",
            "Séances de plus de 8 heures ou de moins de 5 minutes",
            AVERTISSEMENT,
            Q(duree__gt=DUREE_LONGUE) | Q(duree__lt=DUREE_COURTE),
        ),
        Controle(
            "participants_nombreux",
            "Séances de plus de 100 personnes",
            AVERTISSEMENT,
            Q(nb_participants__gt=GRAND_NOMBRE),
        ),
        Controle(
            "nature_et_participants",
            "Ateliers d’une seule personne, accompagnements individuels de plusieurs",
            AVERTISSEMENT,
            Q(nature=NatureSeance.ATELIER, nb_participants=1)
            | Q(nature=NatureSeance.INDIVIDUEL, nb_participants__gt=1),
        ),
    ]


def _of_the_day(c: Contexte) -> list[Controle]:
    feries = [
        jour
        for jour in calendrier.jours_feries(c.mois.year, settings.DEPARTEMENT)
        if c.mois <= jour <= c.dernier
    ]
    le_meme_jour: dict[str, Any] = {
        "date_debut__lte": OuterRef("date"),
        "date_fin__gte": OuterRef("date"),
    }
    return [
        Controle(
            "jour_d_absence",
            "Séances un jour d’absence déclarée de leur auteur",
            AVERTISSEMENT,
            Exists(Absence.objects.filter(conseiller=OuterRef("auteur"), **le_meme_jour)),
        ),
        Controle("jour_ferie", "Séances un jour férié", AVERTISSEMENT, Q(date__in=feries)),
        Controle(
            "lieu_ferme",
            "Séances dans un lieu déclaré fermé ce jour-là",
            AVERTISSEMENT,
            Exists(Fermeture.objects.filter(lieu=OuterRef("lieu"), **le_meme_jour)),
        ),
    ]


def _long_days(c: Contexte) -> Verification:
    journees = list(
        _du_mois(c)
        .values("poste__numero", "date")
        .annotate(minutes=Sum("duree"), cles=ArrayAgg("pk"))
        .filter(minutes__gt=JOURNEE_LONGUE)
        .order_by("date", "poste__numero")
    )
    return of_list(
        "journee_longue",
        "Journées de plus de 12 heures de séance pour un poste",
        AVERTISSEMENT,
        [
            f"Poste {j['poste__numero']}, {j['date']:%d/%m/%Y} : {j['minutes']} minutes"
            for j in journees
        ],
        _in_groups(journees),
    )


def _beyond_the_plan(c: Contexte) -> Verification:
    """A séance has no hour, so two that overlap are seen only here: one créneau cannot hold both.

    1 query.
    """
    creneaux = {creneau.pk: creneau for creneau in c.reperes.creneaux}
    depassees = [
        (creneaux[o["creneau"]], o)
        for o in _du_mois(c)
        .filter(creneau__isnull=False)
        .values("creneau", "date")
        .annotate(minutes=Sum("duree"), cles=ArrayAgg("pk"))
        .order_by("date", "creneau")
        if o["minutes"] > creneaux[o["creneau"]].minutes
    ]
    return of_list(
        "creneau_depasse",
        "Créneaux dont les séances durent plus que le créneau",
        AVERTISSEMENT,
        [
            f"{creneau.code}, {o['date']:%d/%m/%Y} : {o['minutes']} minutes "
            f"pour {creneau.minutes} prévues"
            for creneau, o in depassees
        ],
        _in_groups(o for _, o in depassees),
    )


def _doubles(c: Contexte) -> Verification:
    """Two individual séances alike on one day are ordinary.

    Looked at: workshops alike, three of a kind, or two of which one came by file. Those of La
    Coop among themselves: beside the typed ones, they are checked by `sources`.
    """
    groupes = [
        d
        for d in _du_mois(c)
        .annotate(de_la_coop=Q(source=Source.COOP))
        .values("de_la_coop", "poste__numero", "date", "lieu__nom", "duree", "nb_participants")
        .annotate(
            n=Count("pk"),
            saisies=Count("pk", filter=Q(source=Source.FORMULAIRE)),
            cles=ArrayAgg("pk"),
        )
        .filter(n__gt=1)
        .order_by("date", "poste__numero")
        if d["nb_participants"] > 1 or d["n"] > 2 or 0 < d["saisies"] < d["n"]
    ]
    return Verification(
        "double_probable",
        "Doubles probables : même poste, même jour, même lieu, même durée, même nombre",
        AVERTISSEMENT,
        sum(d["n"] - 1 for d in groupes),
        tuple(
            f"Poste {d['poste__numero']}, {d['date']:%d/%m/%Y}, "
            f"{d['lieu__nom'] or 'sans lieu'} : {d['n']} fois {d['duree']} min"
            for d in groupes[:NB_EXEMPLES]
        ),
        some_keys(_in_groups(groupes)),
    )


def _copies(c: Contexte) -> Verification:
    """Workshops with the very same counters three times or more: a copied month."""
    copies = list(
        _du_mois(c)
        .filter(nb_participants__gt=1)
        .values("poste__numero", "nb_participants", "duree", *COMPTEURS)
        .annotate(n=Count("pk"), cles=ArrayAgg("pk"))
        .filter(n__gte=COPIES)
        .order_by("poste__numero", "nb_participants")
    )
    return of_list(
        "compteurs_identiques",
        "Séances collectives aux compteurs identiques, trois fois ou plus",
        INFORMATION,
        [
            f"Poste {k['poste__numero']} : {k['n']} fois {k['nb_participants']} participants"
            for k in copies
        ],
        _in_groups(copies),
    )


def _entered_at_once(c: Contexte) -> Verification:
    """More than twenty séances of different days typed within one hour."""
    blocs = list(
        _du_mois(c)
        .filter(source=Source.FORMULAIRE)
        .annotate(heure=TruncHour("cree_le"))
        .values("poste__numero", "heure")
        .annotate(n=Count("pk"), jours=Count("date", distinct=True), cles=ArrayAgg("pk"))
        .filter(n__gt=SAISIE_EN_BLOC, jours__gt=1)
        .order_by("heure", "poste__numero")
    )
    return of_list(
        "saisie_en_bloc",
        "Saisies en bloc : plus de vingt séances de jours différents en une heure",
        INFORMATION,
        [f"Poste {b['poste__numero']} : {b['n']} séances" for b in blocs],
        _in_groups(blocs),
    )


def _changed_after_declaration(c: Contexte, nommer: bool) -> Verification:
    declarees = Declaration.objects.filter(
        poste=OuterRef("poste"), mois=c.mois, faite_le__lt=OuterRef("modifiee_le__date")
    )
    changees = _du_mois(c).filter(Exists(declarees))
    nombre = changees.count()
    return Verification(
        "modifiee_apres_declaration",
        "Séances entrées ou corrigées après la déclaration du mois complet",
        INFORMATION,
        nombre,
        *(_found(changees) if nombre and nommer else ()),
    )
