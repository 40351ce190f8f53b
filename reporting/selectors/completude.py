"""Who declared which month (contrat/rapports.md, « Complétude »): one reading for every door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from conseillers.selectors import PosteOccupe, jours
from permanences import calendrier
from permanences.enums import EtatCompletude
from permanences.models import Declaration
from permanences.selectors.mois import echeance_du_mois


def completudes(
    postes: dict[int, PosteOccupe], mois: Collection[dt.date]
) -> dict[dt.date, dict[int, str]]:
    """{month: {poste: state}}, of each poste attributed at least one day of it; 1 query.

    `postes` comes from `conseillers.selectors.occupation` over all these months at least.
    """
    declarees = {
        (du_mois, poste): faite_le
        for du_mois, poste, faite_le in Declaration.objects.filter(mois__in=mois).values_list(
            "mois", "poste_id", "faite_le"
        )
    }
    etats: dict[dt.date, dict[int, str]] = {}
    for premier in mois:
        limite = echeance_du_mois(premier)
        etats[premier] = {
            poste.pk: _completude(poste, attribues, declarees.get((premier, poste.pk)), limite)
            for poste in postes.values()
            if (attribues := _jours_attribues(poste, premier))
        }
    return etats


def _jours_attribues(poste: PosteOccupe, premier: dt.date) -> list[dt.date]:
    return [j for j in jours(premier, calendrier.dernier_jour(premier)) if poste.est_attribue(j)]


def _completude(
    poste: PosteOccupe, attribues: list[dt.date], faite_le: dt.date | None, limite: dt.date
) -> str:
    """First that applies (contrat/rapports.md, « Complétude »)."""
    if poste.est_coordinateur:
        return EtatCompletude.SANS_OBJET.value
    occupes = [j for j in attribues if poste.est_occupe(j)]
    if not occupes:
        return EtatCompletude.VACANT.value
    if faite_le is not None:
        a_temps = faite_le <= limite
        return (EtatCompletude.A_L_HEURE if a_temps else EtatCompletude.EN_RETARD).value
    excuse = all(poste.tous_absents(j) for j in occupes)
    return (EtatCompletude.EXCUSE if excuse else EtatCompletude.MANQUANT).value


def completude_par_poste(postes: dict[int, PosteOccupe], mois: dt.date) -> dict[int, str]:
    """{poste: state} of one month; 1 query."""
    return completudes(postes, [mois])[mois]


def compte_de_completude(etats: dict[int, str]) -> dict[str, int]:
    """{state: how many}, the six of them."""
    return {etat: list(etats.values()).count(etat) for etat in EtatCompletude.values}
