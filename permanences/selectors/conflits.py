"""What cannot be as it is planned: each said with what to do about it. One list, one count."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from conseillers.selectors import PosteOccupe, occupation
from permanences import calendrier
from permanences.models import Creneau, Fermeture, Mois, Seance
from permanences.models.mois import premier_du_mois
from permanences.selectors.consequences import overlap
from permanences.selectors.plan import ANNULEE, TENUE, Fermetures, OccurrenceDuPlan, plan_entre
from territoires.typographie import accorde, format_date, format_heure, format_jour

# Two months ahead are judged, and the last three months unless they are closed.
AVANT, APRES = 3, 2
SEANCES_MONTREES = 200
# The créneaux of a poste, to be moved together.
LES_CRENEAUX = "creneaux_du_poste"

# {kind: (heading, what to do)}, in the order of the page.
GENRES: dict[str, tuple[str, str]] = {
    "deux_lieux": (
        "Deux endroits à la fois",
        "Déplacez l’un des deux créneaux, changez son heure, ou annulez-le à ces dates.",
    ),
    "lieu_ferme_au_programme": (
        "Créneau dans un lieu qui n’est plus ouvert au programme",
        "Déplacez-le vers un autre lieu, mettez-y fin, ou rouvrez le lieu.",
    ),
    "poste_rendu": (
        "Créneaux prévus après la restitution du poste",
        "Mettez-y fin la veille de la restitution, ou donnez-les à un autre poste.",
    ),
    "sans_titulaire": (
        "Créneaux sans titulaire",
        "Donnez-les à un autre poste, mettez-y fin, ou complétez l’affectation.",
    ),
    "fermeture_sur_tenue": (
        "Fermeture posée sur une date déjà tenue",
        "La date reste tenue. Corrigez les dates de la fermeture, ou ce qui a été noté.",
    ),
    "seance_jour_ferme": (
        "Séance un jour où le lieu est fermé",
        "Corrigez la date ou le lieu de la séance, ou les dates de la fermeture.",
    ),
}


@dataclass(frozen=True)
class Conflit:
    """`objet`: (name of the admin's list, key) of the row to open, or LES_CRENEAUX of a poste."""

    genre: str
    phrase: str
    objet: tuple[str, int]

    @property
    def titre(self) -> str:
        return GENRES[self.genre][0]

    @property
    def que_faire(self) -> str:
        return GENRES[self.genre][1]


@dataclass(frozen=True)
class _Lecture:
    """The plan of the whole window, read once."""

    ce_jour: dt.date
    postes: dict[int, PosteOccupe]
    creneaux: dict[int, Creneau]
    plan: list[OccurrenceDuPlan]
    fermetures: Fermetures
    clos: set[dt.date]

    def ouvert(self, jour: dt.date) -> bool:
        return premier_du_mois(jour) not in self.clos


def conflits() -> list[Conflit]:
    """10 queries, whatever is planned."""
    lecture = _read()
    return [
        *_deux_lieux(lecture),
        *_lieux_fermes(lecture),
        *_postes_rendus(lecture),
        *_sans_titulaire(lecture),
        *_fermetures_sur_tenues(lecture),
        *_seances_de_jours_fermes(lecture),
    ]


def conflits_de_lieux(creneaux: Collection[int]) -> dict[int, str]:
    """{one of these créneaux: where else its advisor would be}, two months ahead."""
    trouves: dict[int, str] = {}
    for un, autre, dates in _paires(_read(futur=True)):
        for lui, l_autre in ((un, autre), (autre, un)):
            if lui.pk in creneaux:
                trouves.setdefault(lui.pk, _dit_paire(lui, l_autre, dates))
    return trouves


def _read(*, futur: bool = False) -> _Lecture:
    ce_jour = timezone.localdate()
    premier = ce_jour if futur else calendrier.mois_decale(premier_du_mois(ce_jour), -AVANT)
    dernier = calendrier.jour_decale_de_mois(ce_jour, APRES)
    postes = occupation(premier, dernier)
    creneaux = {
        c.pk: c
        for c in Creneau.objects.actif_entre(premier, dernier)
        .select_related("lieu", "poste")
        .order_by("code")
    }
    fermetures = Fermetures(premier, dernier)
    plan = plan_entre(
        premier, dernier, postes=postes, creneaux=list(creneaux.values()), fermetures=fermetures
    )
    clos = set(Mois.objects.clos().values_list("premier_jour", flat=True))
    return _Lecture(ce_jour, postes, creneaux, plan, fermetures, clos)


def _paires(lecture: _Lecture) -> list[tuple[Creneau, Creneau, list[dt.date]]]:
    """Two créneaux of one person, to come, whose hours meet in two places; with their dates."""
    par_personne: dict[tuple[dt.date, int], list[Creneau]] = defaultdict(list)
    for o in lecture.plan:
        if o.date >= lecture.ce_jour and o.etat != ANNULEE:
            titulaires = lecture.postes[o.poste_id].titulaires(o.date)
            # Two holders at once share the créneaux of their poste.
            if len(titulaires) == 1:
                par_personne[o.date, titulaires[0]].append(lecture.creneaux[o.creneau_id])
    paires: dict[tuple[int, int], list[dt.date]] = defaultdict(list)
    for (jour, _), siens in sorted(par_personne.items(), key=lambda paire: paire[0]):
        for un, autre in combinations(siens, 2):
            if un.lieu_id != autre.lieu_id and overlap(un, autre):
                paires[un.pk, autre.pk].append(jour)
    creneaux = lecture.creneaux
    return [(creneaux[un], creneaux[autre], dates) for (un, autre), dates in paires.items()]


def _deux_lieux(lecture: _Lecture) -> Iterator[Conflit]:
    for un, autre, dates in _paires(lecture):
        phrase = f"{un.poste}, {_heures(un)}\u202f: {un.lieu} et {_dit_paire(un, autre, dates)}"
        yield Conflit("deux_lieux", phrase, ("permanences_creneau", autre.pk))


def _dit_paire(un: Creneau, autre: Creneau, dates: list[dt.date]) -> str:
    reste = len(dates) - 1
    suite = f" et {accorde(reste, 'autre date', 'autres dates')}" if reste else ""
    return f"{autre.lieu} ({_heures(autre)}), {format_jour(dates[0])}{suite}"


def _heures(creneau: Creneau) -> str:
    return f"{format_heure(creneau.heure_debut)} – {format_heure(creneau.heure_fin)}"


def _lieux_fermes(lecture: _Lecture) -> Iterator[Conflit]:
    a_venir = Counter(o.creneau_id for o in lecture.plan if o.date >= lecture.ce_jour)
    for pk, nombre in a_venir.items():
        creneau = lecture.creneaux[pk]
        if not creneau.lieu.actif:
            phrase = f"{creneau}, {creneau.poste}\u202f: {accorde(nombre, 'date')} d’ici deux mois"
            yield Conflit("lieu_ferme_au_programme", phrase, ("permanences_creneau", pk))


def _postes_rendus(lecture: _Lecture) -> Iterator[Conflit]:
    for poste, creneaux, dates in _a_venir_ou(lecture, "rendu"):
        rendu = format_date(poste.date_rendu) if poste.date_rendu else "—"
        phrase = f"Poste {poste.numero}, rendu le {rendu}\u202f: {_dit(creneaux, dates)} ensuite"
        yield Conflit("poste_rendu", phrase, (LES_CRENEAUX, poste.pk))


def _sans_titulaire(lecture: _Lecture) -> Iterator[Conflit]:
    for poste, creneaux, dates in _a_venir_ou(lecture, "vacant"):
        phrase = (
            f"Poste {poste.numero}, {poste.employeur}\u202f: {_dit(creneaux, dates)} sans "
            f"personne, dès le {format_date(min(dates))}"
        )
        yield Conflit("sans_titulaire", phrase, (LES_CRENEAUX, poste.pk))


def _dit(creneaux: set[int], dates: list[dt.date]) -> str:
    return f"{accorde(len(creneaux), 'créneau', 'créneaux')}, {accorde(len(dates), 'date')}"


def _a_venir_ou(
    lecture: _Lecture, cas: str
) -> Iterator[tuple[PosteOccupe, set[int], list[dt.date]]]:
    """Postes with créneaux to come on days when they are given back, or have no occupant."""
    trouves: dict[int, list[OccurrenceDuPlan]] = defaultdict(list)
    for o in lecture.plan:
        poste = lecture.postes[o.poste_id]
        rendu = poste.date_rendu is not None and o.date >= poste.date_rendu
        vacant = not rendu and not poste.est_occupe(o.date)
        if o.date >= lecture.ce_jour and (rendu if cas == "rendu" else vacant):
            trouves[o.poste_id].append(o)
    for pk, siennes in sorted(trouves.items(), key=lambda t: lecture.postes[t[0]].numero):
        yield lecture.postes[pk], {o.creneau_id for o in siennes}, [o.date for o in siennes]


def _fermetures_sur_tenues(lecture: _Lecture) -> Iterator[Conflit]:
    for o in lecture.plan:
        if o.etat != TENUE or not lecture.ouvert(o.date):
            continue
        ferme = lecture.fermetures.motif(
            creneau=o.creneau_id, lieu=o.lieu_id, poste=o.poste_id, jour=o.date
        )
        if ferme:
            creneau = lecture.creneaux[o.creneau_id]
            phrase = f"{format_jour(o.date)}, {creneau.lieu}, {creneau.poste}, noté tenu"
            yield Conflit("fermeture_sur_tenue", phrase, ("permanences_creneau", creneau.pk))


def _seances_de_jours_fermes(lecture: _Lecture) -> Iterator[Conflit]:
    """Outside of a créneau: the others are said by their date."""
    debut = calendrier.mois_decale(premier_du_mois(lecture.ce_jour), -AVANT)
    ce_jour_la = Q(date_debut__lte=OuterRef("date"), date_fin__gte=OuterRef("date"))
    fermee = Fermeture.objects.filter(
        ce_jour_la,
        Q(lieu=OuterRef("lieu")) | Q(lieu=None, poste=None, creneau=None),
    )
    seances = (
        Seance.objects.comptees()
        .entre(debut, lecture.ce_jour)
        .filter(Exists(fermee), lieu__isnull=False, creneau__isnull=True)
        .select_related("lieu", "poste")
        .order_by("date", "pk")
    )
    for seance in seances[:SEANCES_MONTREES]:
        if lecture.ouvert(seance.date):
            phrase = f"{format_jour(seance.date)}, {seance.lieu}, {seance.poste}"
            yield Conflit("seance_jour_ferme", phrase, ("permanences_seance", seance.pk))
