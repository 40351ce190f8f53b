"""La Coop's own totals beside those counted here, month by month, and what makes the gap.

Of the département as a whole: a report shows no activity of a poste or of an advisor, which
the Département reads on a page of its own.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from conseillers.models import Conseiller
from permanences import calendrier
from permanences.enums import EtatCompteRendu, RaisonCoop, Source
from permanences.selectors.coop import derniere_importation
from reporting.enums import RaisonEcart

MOIS_COMPARES = 12
MESURES = ("seances", "participations")
# Neither side of the gap: counted the same on both.
_LIEE = "liee"

# A late séance of a closed month is a régularisation of the next report, not a figure of its
# own; the month of the report itself is counted as it stands.
_TARDIVE = """s.hors_delai AND date_trunc('month', s.date)::date <> %(mois)s AND EXISTS (
    SELECT 1 FROM permanences_mois m WHERE m.statut = 'clos'
      AND m.premier_jour = date_trunc('month', s.date)::date AND m.clos_le < s.cree_le)"""
_MEME_MOIS = "date_trunc('month', s.date) = date_trunc('month', r.date)"
_COMPTEE = f"s.supprimee_le IS NULL AND s.poste_id IS NOT NULL AND NOT ({_TARDIVE})"
# What La Coop has: not deleted there, and of our advisors.
_DE_LA_COOP = f"r.supprime_le IS NULL AND r.raison <> '{RaisonCoop.MEDIATEUR_IGNORE.value}'"
_COMPTE = f"r.etat = '{EtatCompteRendu.COMPTE.value}'"
_CHANGEE = f"""CASE WHEN r.raison = '{RaisonCoop.MOIS_CLOS.value}'
    THEN '{RaisonCoop.MOIS_CLOS.value}' ELSE '{RaisonEcart.CORRIGEE_ICI.value}' END"""

# Whose it is: the same on both sides of a pair.
_PERSONNE = "COALESCE(r.conseiller_id, s.auteur_id)"
# Each activity of La Coop: counted here in the same month, or why not.
_SQL_COOP = f"""
SELECT date_trunc('month', r.date)::date, {{personne}},
  CASE WHEN NOT {_COMPTE} OR s.id IS NULL
         THEN COALESCE(NULLIF(r.raison, ''), '{RaisonEcart.CORRIGEE_ICI.value}')
       WHEN s.supprimee_le IS NOT NULL THEN '{RaisonCoop.RETIRE_A_LA_MAIN.value}'
       WHEN s.poste_id IS NULL THEN '{RaisonEcart.EN_ATTENTE.value}'
       WHEN {_TARDIVE} THEN '{RaisonEcart.HORS_DELAI.value}'
       WHEN NOT {_MEME_MOIS} THEN {_CHANGEE}
       ELSE '{_LIEE}' END AS raison,
  {_CHANGEE} AS changee,
  COUNT(*), COALESCE(SUM(r.nb_participants), 0), COALESCE(SUM(s.nb_participants), 0)
FROM permanences_compterenducoop r
LEFT JOIN permanences_seance s ON s.id = r.seance_id
WHERE {_DE_LA_COOP} AND r.date BETWEEN %(premier)s AND %(dernier)s
GROUP BY 1, 2, 3, 4
"""
# Each séance counted here: of an activity of La Coop in the same month, or why it has none.
_SQL_ICI = f"""
SELECT date_trunc('month', s.date)::date, {{personne}},
  CASE WHEN r.id IS NOT NULL AND {_DE_LA_COOP} AND {_COMPTE} AND {_MEME_MOIS} THEN '{_LIEE}'
       WHEN s.source <> '{Source.COOP.value}' THEN '{RaisonEcart.SAISIE_ICI.value}'
       ELSE {_CHANGEE} END AS raison,
  COUNT(*), COALESCE(SUM(s.nb_participants), 0)
FROM permanences_seance s
LEFT JOIN permanences_compterenducoop r ON r.seance_id = s.id
WHERE {_COMPTEE} AND s.date BETWEEN %(premier)s AND %(dernier)s
GROUP BY 1, 2, 3
"""

Mesure = dict[str, int]


@dataclass
class Comptes:
    """Both totals, and what makes their difference, by month or by advisor."""

    totaux: dict[Any, dict[str, Mesure]]
    raisons: dict[Any, dict[str, Mesure]]


def ecart_coop(mois: dt.date) -> dict[str, Any]:
    """`mois`: those of the last twelve where La Coop has something; `raisons`: what adds up to
    the gap, of the month and of those twelve. 3 queries.
    """
    comptes = _read(mois, calendrier.mois_decale(mois, 1 - MOIS_COMPARES))
    totaux, raisons = comptes.totaux, comptes.raisons
    compares = sorted(un for un, total in totaux.items() if _is_imported(total, raisons[un]))
    return {
        "dernier_import": _dernier_import(),
        "mois": [{"mois": f"{un:%Y-%m}", **totaux[un]} for un in compares],
        "raisons": _raisons(raisons, compares, mois),
    }


def _zero() -> Mesure:
    return dict.fromkeys(MESURES, 0)


def _add(mesure: Mesure, seances: int, participations: int) -> None:
    mesure["seances"] += seances
    mesure["participations"] += participations


def _read(mois: dt.date, premier: dt.date, *, par_personne: bool = False) -> Comptes:
    """Of each month from `premier` to `mois`, or of each advisor; 2 queries."""
    bornes = {"mois": mois, "premier": premier, "dernier": calendrier.dernier_jour(mois)}
    personne = _PERSONNE if par_personne else "NULL"
    comptes = Comptes(
        defaultdict(lambda: {"coop": _zero(), "ici": _zero()}),
        defaultdict(lambda: defaultdict(_zero)),
    )
    with connection.cursor() as cursor:
        cursor.execute(_SQL_COOP.format(personne=personne), bornes)
        for un_mois, qui, *reste in cursor.fetchall():
            _count_coop(comptes, qui if par_personne else un_mois, *reste)
        cursor.execute(_SQL_ICI.format(personne=personne), bornes)
        for un_mois, qui, raison, nombre, participants in cursor.fetchall():
            cle = qui if par_personne else un_mois
            _add(comptes.totaux[cle]["ici"], nombre, participants)
            if raison != _LIEE:
                _add(comptes.raisons[cle][raison], -nombre, -participants)
    return comptes


def _count_coop(
    comptes: Comptes, cle: Any, raison: str, changee: str, nombre: int, participants: int, ici: int
) -> None:
    _add(comptes.totaux[cle]["coop"], nombre, participants)
    if raison != _LIEE:
        _add(comptes.raisons[cle][raison], nombre, participants)
    elif participants != ici:
        # The same séances on both sides, of another number of people.
        _add(comptes.raisons[cle][changee], 0, participants - ici)


def _is_imported(total: dict[str, Mesure], raisons: dict[str, Mesure]) -> bool:
    """La Coop has something of that month, or had: what is counted here came from it."""
    return bool(total["coop"]["seances"]) or bool(set(raisons) - {RaisonEcart.SAISIE_ICI.value})


def _raisons(raisons: Any, compares: list[dt.date], mois: dt.date) -> list[dict[str, Any]]:
    """By code, those that are of some month compared."""
    lignes: dict[str, dict[str, int]] = defaultdict(
        lambda: dict.fromkeys((*MESURES, *(f"{cle}_douze_mois" for cle in MESURES)), 0)
    )
    for un_mois in compares:
        for code, mesure in raisons[un_mois].items():
            for cle in MESURES:
                lignes[code][f"{cle}_douze_mois"] += mesure[cle]
                if un_mois == mois:
                    lignes[code][cle] += mesure[cle]
    return [{"code": code, **lignes[code]} for code in sorted(lignes)]


def _dernier_import() -> dict[str, str] | None:
    """When La Coop was last read, and by which door; not by whom."""
    importation = derniere_importation()
    if importation is None or importation.termine_le is None:
        return None
    le = timezone.localtime(importation.termine_le)
    return {"le": le.isoformat(timespec="seconds"), "origine": importation.origine}


# --- For the Département's own page -----------------------------------------------------------


@dataclass(frozen=True)
class RaisonDeLEcart:
    libelle: str
    mesure: Mesure


@dataclass(frozen=True)
class EcartDuConseiller:
    nom: str
    coop: Mesure
    ici: Mesure
    raisons: list[RaisonDeLEcart]

    @property
    def ecart(self) -> Mesure:
        return {cle: self.coop[cle] - self.ici[cle] for cle in MESURES}


def ecart_par_conseiller(mois: dt.date) -> list[EcartDuConseiller]:
    """Of one month, those of whom La Coop has something; never in a report. 3 queries."""
    comptes = _read(mois, mois, par_personne=True)
    noms = {
        c.pk: str(c) for c in Conseiller.objects.filter(pk__in=[c for c in comptes.totaux if c])
    }
    lignes = [
        EcartDuConseiller(
            noms.get(cle, "Médiateur à rapprocher"),
            total["coop"],
            total["ici"],
            [
                RaisonDeLEcart(libelle, comptes.raisons[cle][code])
                for code, libelle in (*RaisonCoop.choices, *RaisonEcart.choices)
                if code in comptes.raisons[cle]
            ],
        )
        for cle, total in comptes.totaux.items()
        if _is_imported(total, comptes.raisons[cle])
    ]
    return sorted(lignes, key=lambda ligne: ligne.nom)
