"""« Mes chiffres »: an advisor's own month and year, beside their own past and nobody else's.

The definitions are those of the fréquentation report (contrat/rapports.md, section 1): the
figures of all the advisors add up to its own (reporting/tests/test_mes_chiffres.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from conseillers.models import Utilisateur
from permanences.calendrier import dernier_jour, douze_mois, mois_decale
from permanences.enums import COMPTEURS, GROUPES, Canal, NatureSeance, Thematique
from permanences.graphiques import Morceau, barre
from permanences.models import Seance
from territoires.typographie import format_mois

SEPT_JOURS = dt.timedelta(days=7)
TITRES_PUBLICS = {"age": "Âge", "genre": "Genre", "statut": "Statut"}


@dataclass(frozen=True)
class Mesure:
    """`premieres_venues_sur`: participations of the séances where first visits are known."""

    seances: int = 0
    participations: int = 0
    minutes: int = 0
    premieres_venues: int = 0
    premieres_venues_sur: int = 0

    def __add__(self, autre: Mesure) -> Mesure:
        return Mesure(*(getattr(self, c.name) + getattr(autre, c.name) for c in fields(Mesure)))


@dataclass(frozen=True)
class Ligne:
    """One line of a chart and of its table: the month, and since January."""

    libelle: str
    mois: Mesure
    annee: Mesure
    barre: list[Morceau]


@dataclass(frozen=True)
class Public:
    """One group, in participations, completed by « non communiqué »."""

    titre: str
    lignes: list[Ligne]


@dataclass(frozen=True)
class MoisPasse:
    mois: dt.date
    total: Mesure
    barre: list[Morceau]


@dataclass(frozen=True)
class Chiffres:
    mois: dt.date
    en_cours: bool
    en_attente: int
    periodes: list[tuple[str, Mesure]]
    douze_mois: list[MoisPasse]
    natures: list[Ligne]
    thematiques: list[Ligne]
    lieux: list[Ligne]
    saisie: list[Ligne]
    publics: list[Public]

    @property
    def total(self) -> Mesure:
        return self.periodes[0][1]

    @property
    def vide(self) -> bool:
        return not any(mesure.seances for _, mesure in self.periodes)


SOMMES = {
    "seances": Count("pk"),
    "participations": Sum("nb_participants", default=0),
    "minutes": Sum("duree", default=0),
    "premieres_venues": Sum("nb_premieres_venues", default=0),
    "premieres_venues_sur": Sum(
        "nb_participants", filter=Q(nb_premieres_venues__isnull=False), default=0
    ),
}
ParMois = dict[tuple[dt.date, str], Mesure]


def chiffres_of(utilisateur: Utilisateur, mois: dt.date) -> Chiffres:
    """5 queries, whatever the past."""
    miennes = Seance.objects.visible_to(utilisateur)
    par_mois = _par_mois(miennes.comptees(), mois)
    annee = miennes.comptees().entre(mois.replace(month=1), dernier_jour(mois))
    return Chiffres(
        mois=mois,
        en_cours=dernier_jour(mois) >= timezone.localdate(),
        en_attente=miennes.en_attente().entre(mois, dernier_jour(mois)).count(),
        periodes=_periodes(par_mois, mois),
        douze_mois=_douze_mois(par_mois, mois),
        natures=_natures(par_mois, mois),
        thematiques=_thematiques(utilisateur, mois),
        lieux=_lieux(annee, mois),
        **_saisie_et_publics(annee, mois),
    )


# --- By month and nature: one reading gives the periods, the year's chart, the natures -------


def _par_mois(seances: QuerySet[Seance], mois: dt.date) -> ParMois:
    premier = dt.date(mois.year - 1, 1, 1)
    lignes: Any = (
        seances.filter(date__gte=premier, date__lte=dernier_jour(mois))
        .order_by()
        .annotate(du_mois=TruncMonth("date"))
        .values("du_mois", "nature")
        .annotate(**SOMMES)
    )
    return {(li["du_mois"], li["nature"]): Mesure(**{n: li[n] for n in SOMMES}) for li in lignes}


def _somme(par_mois: ParMois, premier: dt.date, dernier: dt.date, nature: str = "") -> Mesure:
    """`premier`, `dernier`: first days of months, both counted."""
    return sum(
        (
            mesure
            for (mois, la_sienne), mesure in par_mois.items()
            if premier <= mois <= dernier and nature in ("", la_sienne)
        ),
        Mesure(),
    )


def _periodes(par_mois: ParMois, mois: dt.date) -> list[tuple[str, Mesure]]:
    janvier, avant, un_an = mois.replace(month=1), mois_decale(mois, -1), mois_decale(mois, -12)
    periodes = [
        (format_mois(mois), mois, mois),
        (format_mois(avant), avant, avant),
        (format_mois(un_an), un_an, un_an),
        (f"depuis janvier {mois.year}", janvier, mois),
        (f"mêmes mois de {un_an.year}", mois_decale(janvier, -12), un_an),
    ]
    return [(libelle, _somme(par_mois, premier, dernier)) for libelle, premier, dernier in periodes]


def _douze_mois(par_mois: ParMois, mois: dt.date) -> list[MoisPasse]:
    passes = douze_mois(mois)
    totaux = [_somme(par_mois, m, m) for m in passes]
    maximum = max(t.seances for t in totaux)
    return [
        MoisPasse(m, total, barre(_seances_par_nature(par_mois, m), maximum))
        for m, total in zip(passes, totaux, strict=True)
    ]


def _seances_par_nature(par_mois: ParMois, mois: dt.date) -> list[int]:
    return [par_mois.get((mois, nature), Mesure()).seances for nature in NatureSeance.values]


def _natures(par_mois: ParMois, mois: dt.date) -> list[Ligne]:
    janvier = mois.replace(month=1)
    return _lignes(
        [
            (libelle, _somme(par_mois, mois, mois, nature), _somme(par_mois, janvier, mois, nature))
            for nature, libelle in NatureSeance.choices
        ]
    )


def _lignes(nombres: Sequence[tuple[str, Mesure, Mesure]], cle: str = "seances") -> list[Ligne]:
    """Each with the bar of its month, on the scale of the longest."""
    maximum = max((getattr(mois, cle) for _, mois, _ in nombres), default=0)
    return [
        Ligne(libelle, mois, annee, barre([getattr(mois, cle)], maximum))
        for libelle, mois, annee in nombres
    ]


def _classees(nombres: Iterable[tuple[str, Mesure, Mesure]]) -> list[Ligne]:
    """The most of the month first, then of the year."""
    return _lignes(sorted(nombres, key=lambda n: (-n[1].seances, -n[2].seances, n[0])))


# --- Themes, lieux: what is not there is not listed ------------------------------------------

_SQL_THEMATIQUES = """
SELECT t.theme,
       COUNT(*) FILTER (WHERE s.date >= %(mois)s),
       COALESCE(SUM(s.nb_participants) FILTER (WHERE s.date >= %(mois)s), 0),
       COUNT(*), SUM(s.nb_participants)
FROM permanences_seance s
JOIN conseillers_conseiller c ON c.id = s.auteur_id AND c.utilisateur_id = %(utilisateur)s,
     LATERAL (SELECT DISTINCT unnest(s.thematiques)) AS t(theme)
WHERE s.date BETWEEN %(janvier)s AND %(dernier)s
  AND s.supprimee_le IS NULL AND s.poste_id IS NOT NULL
GROUP BY t.theme
"""


def _thematiques(utilisateur: Utilisateur, mois: dt.date) -> list[Ligne]:
    """A séance has several: the lines do not add up to the total."""
    bornes: dict[str, Any] = {
        "mois": mois,
        "janvier": mois.replace(month=1),
        "dernier": dernier_jour(mois),
        "utilisateur": utilisateur.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL_THEMATIQUES, bornes)
        return _classees(
            (Thematique(ligne[0]).label, Mesure(*ligne[1:3]), Mesure(*ligne[3:5]))
            for ligne in cursor.fetchall()
        )


def _lieux(annee: QuerySet[Seance], mois: dt.date) -> list[Ligne]:
    lignes = (
        annee.order_by()
        .values("canal", "lieu", "lieu__nom")
        .annotate(
            seances_du_mois=Count("pk", filter=Q(date__gte=mois)),
            participations_du_mois=Sum("nb_participants", filter=Q(date__gte=mois), default=0),
            seances=Count("pk"),
            participations=Sum("nb_participants"),
        )
    )
    return _classees(
        (
            li["lieu__nom"] or Canal(li["canal"]).label,
            Mesure(li["seances_du_mois"], li["participations_du_mois"]),
            Mesure(li["seances"], li["participations"]),
        )
        for li in lignes
    )


# --- Delay of entry, publics: one reading ----------------------------------------------------

SAISIES = {
    "Le jour même": Q(saisie_le__lte=F("date")),
    "Dans les 7 jours": Q(saisie_le__gt=F("date"), saisie_le__lte=F("date") + SEPT_JOURS),
    "Après 7 jours": Q(saisie_le__gt=F("date") + SEPT_JOURS),
    "Inconnu (importée sans date)": Q(saisie_le__isnull=True),
}


def _saisie_et_publics(annee: QuerySet[Seance], mois: dt.date) -> dict[str, Any]:
    du_mois = Q(date__gte=mois)
    demandes: dict[str, Any] = {
        "participations": Sum("nb_participants", default=0),
        "participations_m": Sum("nb_participants", filter=du_mois, default=0),
    }
    for rang, delai in enumerate(SAISIES.values()):
        demandes[f"saisie_{rang}"] = Count("pk", filter=delai)
        demandes[f"saisie_{rang}_m"] = Count("pk", filter=delai & du_mois)
    for compteur in COMPTEURS:
        demandes[f"{compteur}_a"] = Sum(compteur, default=0)
        demandes[f"{compteur}_m"] = Sum(compteur, filter=du_mois, default=0)
    sommes = annee.order_by().aggregate(**demandes)
    saisie = [
        (libelle, Mesure(sommes[f"saisie_{rang}_m"]), Mesure(sommes[f"saisie_{rang}"]))
        for rang, libelle in enumerate(SAISIES)
    ]
    return {
        "saisie": _lignes(saisie),
        "publics": [_public(sommes, prefixe, liste) for prefixe, liste in GROUPES],
    }


def _public(sommes: dict[str, int], prefixe: str, liste: Any) -> Public:
    nombres = [
        (libelle, sommes[f"{prefixe}_{valeur}_m"], sommes[f"{prefixe}_{valeur}_a"])
        for valeur, libelle in liste.choices
    ]
    reste = (
        "Non communiqué",
        sommes["participations_m"] - sum(mois for _, mois, _ in nombres),
        sommes["participations"] - sum(annee for _, _, annee in nombres),
    )
    lignes = [
        (libelle, Mesure(participations=mois), Mesure(participations=annee))
        for libelle, mois, annee in [*nombres, reste]
    ]
    return Public(TITRES_PUBLICS[prefixe], _lignes(lignes, "participations"))
