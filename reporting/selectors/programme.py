"""Postes and money of a month (contrat/rapports.md, « Postes and money »)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from conseillers.enums import Part, Phase
from conseillers.models import Affectation, Convention, ConventionLigne
from conseillers.selectors import PosteOccupe, jours, totaux_par_convention, vacant_depuis
from permanences import calendrier
from reporting import indicateurs

UN_JOUR = dt.timedelta(days=1)
# A vacant poste under convention is given back after six months.
MOIS_DE_VACANCE = 6


@dataclass(slots=True)
class LigneEnVigueur:
    """The convention of a poste in force on a day; the one that ends last where several are."""

    reference: str
    phase: str
    date_fin: dt.date


def conventions_en_vigueur(jour: dt.date) -> dict[int, LigneEnVigueur]:
    """{poste: its convention in force on `jour`}; 1 query."""
    lignes = (
        ConventionLigne.objects.filter(
            date_effet__lte=jour, convention__date_debut__lte=jour, convention__date_fin__gte=jour
        )
        .order_by("convention__date_fin", "pk")
        .values_list(
            "poste_id", "convention__reference", "convention__phase", "convention__date_fin"
        )
    )
    return {poste: LigneEnVigueur(ref, phase, fin) for poste, ref, phase, fin in lignes}


def etat_du_poste(poste: PosteOccupe, jour: dt.date) -> str:
    """« a_venir », « rendu », « pourvu » or « vacant »."""
    if poste.date_attribution > jour:
        return "a_venir"
    if poste.date_rendu is not None and poste.date_rendu <= jour:
        return "rendu"
    return "pourvu" if poste.est_occupe(jour) else "vacant"


def _compte(
    postes: Iterable[PosteOccupe], premier: dt.date, dernier: dt.date, sous_convention: set[int]
) -> dict[str, Any]:
    etats: dict[str, int] = defaultdict(int)
    attribues = vacance = hors_convention = dans_le_mois = 0
    for poste in postes:
        etat = etat_du_poste(poste, dernier)
        etats[etat] += 1
        hors_convention += etat == "pourvu" and poste.pk not in sous_convention
        siens = [jour for jour in jours(premier, dernier) if poste.est_attribue(jour)]
        dans_le_mois += bool(siens)
        attribues += len(siens)
        vacance += sum(not poste.est_occupe(jour) for jour in siens)
    return {
        "attribues": etats["pourvu"] + etats["vacant"] + etats["rendu"],
        "rendus": etats["rendu"],
        "pourvus": etats["pourvu"],
        "vacants": etats["vacant"],
        "attribues_dans_le_mois": dans_le_mois,
        "jours_vacance": vacance,
        "jours_attribues": attribues,
        "taux_occupation": None
        if not attribues
        else indicateurs.part(attribues - vacance, attribues),
        "hors_convention": hors_convention,
    }


def compte_des_postes(
    postes: dict[int, PosteOccupe],
    premier: dt.date,
    dernier: dt.date,
    *,
    sous_convention: set[int],
    valeurs: dict[str, Decimal],
) -> dict[str, Any]:
    """The `postes` object of the coverage report."""
    tous = list(postes.values())
    return {
        "reserves": int(valeurs.get("postes_reserves", 0)),
        **_compte(tous, premier, dernier, sous_convention),
        "par_part": {
            part: {
                "reserves": int(valeurs.get(f"postes_{part}", 0)),
                **_compte([p for p in tous if p.part == part], premier, dernier, sous_convention),
            }
            for part in Part.values
        },
    }


def lignes_des_postes(
    postes: dict[int, PosteOccupe], jour: dt.date, conventions: dict[int, LigneEnVigueur]
) -> list[dict[str, Any]]:
    """One line per poste attributed, no name and no activity; 2 queries."""
    attribues = [p for p in postes.values() if p.date_attribution <= jour]
    vacants = [p for p in attribues if etat_du_poste(p, jour) == "vacant"]
    depuis = vacant_depuis(vacants, jour)
    fins = fins_de_contrat(jour)
    lignes = []
    for poste in attribues:
        convention = conventions.get(poste.pk)
        etat = etat_du_poste(poste, jour)
        vacance = depuis.get(poste.pk)
        lignes.append(
            {
                "numero": poste.numero,
                "employeur": poste.employeur,
                "part": poste.part.value,
                "type": poste.type,
                "etat": etat,
                "vacant_depuis": _iso(vacance),
                "limite_restitution": _iso(limite_restitution(vacance, convention)),
                "fin_contrat": _iso(fins.get(poste.pk) if etat == "pourvu" else None),
                "fin_convention": _iso(convention.date_fin if convention else None),
                "phase": convention.phase if convention else None,
                "hors_convention": etat == "pourvu" and convention is None,
            }
        )
    return lignes


def limite_restitution(
    vacance: dt.date | None, convention: LigneEnVigueur | None
) -> dt.date | None:
    """Day on which a poste vacant since `vacance` is given back, while a convention pays it."""
    if vacance is None or convention is None:
        return None
    return calendrier.jour_decale_de_mois(vacance, MOIS_DE_VACANCE)


def _iso(jour: dt.date | None) -> str | None:
    return jour.isoformat() if jour else None


def fins_de_contrat(jour: dt.date) -> dict[int, dt.date]:
    """{poste: last day of the contract in force on `jour`}, where it has one; 1 query.

    Another part time from the very next day is the same person going on, not an end.
    """
    suites: dict[tuple[int, int], dict[dt.date, dt.date | None]] = defaultdict(dict)
    en_cours: list[tuple[int, int, dt.date]] = []
    for poste, conseiller, debut, fin in (
        Affectation.objects.actif_entre(jour, dt.date.max)
        .order_by("date_debut")
        .values_list("poste_id", "conseiller_id", "date_debut", "date_fin")
    ):
        suites[poste, conseiller][debut] = fin
        if debut <= jour and fin is not None:
            en_cours.append((poste, conseiller, fin))
    fins: dict[int, dt.date] = {}
    for poste, conseiller, fin in en_cours:
        derniere: dt.date | None = fin
        while derniere is not None and derniere + UN_JOUR in suites[poste, conseiller]:
            derniere = suites[poste, conseiller][derniere + UN_JOUR]
        if derniere is not None:
            fins[poste] = max(derniere, fins.get(poste, derniere))
    return fins


def financements(jour: dt.date, enveloppe: Decimal | None) -> dict[str, Any]:
    """Money per phase and part, in whole cents, summed per convention; 3 queries."""
    resultat: dict[str, Any] = {
        "enveloppe": centimes(enveloppe or Decimal(0)),
        **{phase: _poste_budgetaire() for phase in Phase.values},
        "par_part": {
            part: {phase: _poste_budgetaire() for phase in Phase.values} for part in Part.values
        },
    }
    conventions = Convention.objects.select_related("structure").order_by("pk")
    totaux = totaux_par_convention(conventions, jour)
    for convention in conventions:
        part, phase = convention.structure.part, convention.phase
        for cumul in (resultat[phase], resultat["par_part"][part][phase]):
            for cle in cumul:
                cumul[cle] += centimes(getattr(totaux[convention.pk], cle))
    return resultat


def _poste_budgetaire() -> dict[str, int]:
    return {"conventionne": 0, "verse": 0, "reste_a_verser": 0}


def centimes(euros: Decimal) -> int:
    return int((euros * 100).to_integral_value())


def postes_en_vacance_longue(
    lignes: list[dict[str, Any]], jour: dt.date, mois: int = 4
) -> list[dict[str, Any]]:
    """Vacant for more than `mois` months: « à décider »."""
    return [
        {k: ligne[k] for k in ("numero", "vacant_depuis", "limite_restitution")}
        for ligne in lignes
        if ligne["vacant_depuis"]
        and calendrier.jour_decale_de_mois(dt.date.fromisoformat(ligne["vacant_depuis"]), mois)
        < jour
    ]


def conventions_qui_finissent(jour: dt.date, mois: int = 6) -> list[dict[str, Any]]:
    """Conventions that end within `mois` months; 1 query."""
    fin = calendrier.jour_decale_de_mois(jour, mois)
    return [
        {"reference": ref, "employeur": nom, "phase": phase, "date_fin": date_fin.isoformat()}
        for ref, nom, phase, date_fin in Convention.objects.filter(
            Q(date_solde__isnull=True) | Q(date_solde__gt=jour),
            date_fin__gte=jour,
            date_fin__lte=fin,
        )
        .order_by("date_fin", "reference")
        .values_list("reference", "structure__nom", "phase", "date_fin")
    ]


def contrats_qui_finissent(
    lignes: list[dict[str, Any]], jour: dt.date, mois: int = 6
) -> list[dict[str, Any]]:
    fin = calendrier.jour_decale_de_mois(jour, mois).isoformat()
    return [
        {"numero": ligne["numero"], "date_fin": ligne["fin_contrat"]}
        for ligne in lignes
        if ligne["fin_contrat"] and ligne["fin_contrat"] <= fin
    ]
