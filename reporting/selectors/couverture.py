"""The figures of the coverage report, as its JSON holds them (contrat/formats.md)."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from conseillers.selectors import animation_du_reseau
from reporting import indicateurs
from reporting.selectors import programme
from reporting.selectors.contexte import Contexte
from reporting.selectors.maillage import (
    BORNE_COURTE_KM,
    Maillage,
    Plan,
    couvert_par_le_departement,
    est_loin,
    ligne_du_lieu,
    motifs,
    par_nature,
    point_du_lieu,
    simulation,
)
from reporting.selectors.mesures import A_DISTANCE, HORS_DEPARTEMENT, SANS_EPCI, sans_minutes
from territoires.models import EPCI, Zonage


def couverture(c: Contexte) -> dict[str, Any]:
    m = c.maillage
    population = m.territoire.population
    lignes_epci = [_ligne_epci(c, epci) for epci in m.territoire.epcis]
    donnees: dict[str, Any] = {
        "total": _total(c),
        "motifs": motifs(m.total),
        "taux_tenue": indicateurs.part(m.total.tenues, m.total.prevues),
        "par_nature": par_nature(m),
        "population": {
            "total": population,
            **{f"a_{n}_km": m.population_a(n) for n in settings.DISTANCES_KM},
        },
        "lieux_actifs_pour_100000": indicateurs.part(m.nb_actifs * 100_000, population),
        "par_epci": lignes_epci,
        "hors_departement": _hors_departement(c, HORS_DEPARTEMENT),
        "a_distance": sans_minutes(c.mesures.ligne(A_DISTANCE)),
        "communes_non_desservies": _communes_non_desservies(m),
        "communes": _communes(m),
        "lieux": _lieux(c),
        **_programme(c),
        "completude": c.completude(),
        "simulation": simulation(m, avec_creneau=_lieux_avec_creneau(c)),
        "zonages": _zonages(m),
        "reseau": animation_du_reseau(c.mois, c.dernier),
        "distances_km": list(settings.DISTANCES_KM),
        "distance_non_desservie_km": settings.DISTANCE_NON_DESSERVIE_KM,
        "seuil_jours_tenus": c.seuil_jours_tenus,
    }
    if any(commune.epci_id is None for commune in m.territoire.communes):
        donnees[SANS_EPCI] = _hors_departement(c, SANS_EPCI)
    return donnees


def _programme(c: Contexte) -> dict[str, Any]:
    """The posts and the money on the last day, and what they leave to decide."""
    conventions = programme.conventions_en_vigueur(c.dernier)
    lignes = programme.lignes_des_postes(c.postes, c.dernier, conventions)
    return {
        "postes": programme.compte_des_postes(
            c.postes,
            c.mois,
            c.dernier,
            sous_convention=set(conventions),
            valeurs=c.valeurs,
        ),
        "postes_lignes": lignes,
        "financements": programme.financements(c.dernier, c.valeurs.get("enveloppe")),
        "a_decider": {
            "vacances": programme.postes_en_vacance_longue(lignes, c.dernier),
            "conventions": programme.conventions_qui_finissent(c.dernier),
            "contrats": programme.contrats_qui_finissent(lignes, c.dernier),
            "lieux": _lieux_fermes(c),
        },
    }


def _total(c: Contexte) -> dict[str, int]:
    total = c.maillage.total
    return {
        **total.etats(),
        "sans_visite": total.sans_visite,
        "minutes_prevues": total.minutes_prevues,
        "minutes_tenues": total.minutes_tenues,
        "lieux_actifs": c.maillage.nb_actifs,
        **sans_minutes(c.mesures.total),
    }


def _ligne_epci(c: Contexte, epci: EPCI) -> dict[str, Any]:
    m = c.maillage
    plan = m.par_ligne.get(epci.siren, Plan())
    population = sum(
        commune.population or 0
        for commune in m.territoire.communes
        if commune.epci_id == epci.siren
    )
    heures = round(plan.minutes_tenues / 60 / population * 1000, 1) if population else None
    return {
        "siren": epci.siren,
        "nom": epci.nom,
        "population": population,
        "couvert": len(plan.dates_tenues) >= c.seuil_jours_tenus,
        "couvert_par_le_departement": couvert_par_le_departement(plan),
        **plan.etats(),
        "minutes_tenues": plan.minutes_tenues,
        "lieux_actifs": m.actifs_de(epci.siren),
        **sans_minutes(c.mesures.ligne(epci.siren)),
        f"population_a_{BORNE_COURTE_KM}_km": m.population_a(BORNE_COURTE_KM, epci.siren),
        "jours_tenus": len(plan.dates_tenues),
        "communes_avec_permanence": len(plan.communes_tenues),
        "a_cheval": epci.a_cheval,
        "heures_pour_1000": heures,
    }


def _hors_departement(c: Contexte, ligne: str) -> dict[str, int]:
    plan = c.maillage.par_ligne.get(ligne, Plan())
    return {
        **plan.etats(),
        "minutes_tenues": plan.minutes_tenues,
        **sans_minutes(c.mesures.ligne(ligne)),
    }


def _communes_non_desservies(m: Maillage) -> list[dict[str, Any]]:
    """Farther than the bound from every active lieu; sorted by code."""
    noms = {epci.siren: epci.nom for epci in m.territoire.epcis}
    return [
        {
            "code": commune.code,
            "nom": commune.nom,
            "population": commune.population or 0,
            "distance_km": round(proche[1], 1) if proche else None,
            "lieu_le_plus_proche": proche[0].code if proche else None,
            "siren": commune.epci_id,
            "epci": noms.get(commune.epci_id or "", ""),
        }
        for commune, proche in zip(m.territoire.communes, m.proches, strict=True)
        if est_loin(proche)
    ]


def _communes(m: Maillage) -> list[dict[str, Any]]:
    """Every commune with its class, for the map and its table."""
    avec_lieu = {m.lieux[pk].commune_id for pk in m.actifs}
    return [
        {
            "code": commune.code,
            "nom": commune.nom,
            "siren": commune.epci_id,
            "population": commune.population or 0,
            "distance_km": round(proche[1], 1) if proche else None,
            "classe": indicateurs.classe_de_distance(
                proche[1] if proche else None,
                lieu_dans_la_commune=commune.code in avec_lieu,
                bornes_km=settings.DISTANCES_KM,
            ),
        }
        for commune, proche in zip(m.territoire.communes, m.proches, strict=True)
    ]


def _lieux(c: Contexte) -> list[dict[str, Any]]:
    seances = c.mesures.par_axe.get("lieu", {})
    lignes = []
    for pk, lieu in c.maillage.lieux.items():
        plan = c.maillage.par_lieu.get(pk, Plan())
        point = point_du_lieu(lieu)
        lignes.append(
            {
                "code": lieu.code,
                "nom": lieu.nom,
                "type": lieu.type,
                "code_insee": lieu.code_insee,
                "latitude": point.latitude if point else None,
                "longitude": point.longitude if point else None,
                "actif": pk in c.maillage.actifs,
                "prevues": plan.prevues,
                "tenues": plan.tenues,
                "annulees": plan.annulees,
                "sans_visite": plan.sans_visite,
                "seances": seances.get(str(pk), {}).get("seances", 0),
            }
        )
    return sorted(lignes, key=lambda ligne: str(ligne["code"]))


def _lieux_avec_creneau(c: Contexte) -> set[int]:
    return {
        creneau.lieu_id
        for creneau in c.reperes.creneaux
        if creneau.date_fin is None or creneau.date_fin > c.dernier
    }


def _lieux_fermes(c: Contexte) -> list[dict[str, Any]]:
    """Lieux with a plan in the month of which every occurrence was cancelled."""
    return [
        {"code": c.maillage.lieux[pk].code, "nom": c.maillage.lieux[pk].nom}
        for pk, plan in sorted(c.maillage.par_lieu.items())
        if plan.prevues
        and plan.annulees == plan.prevues
        and ligne_du_lieu(c.maillage.lieux[pk]) != HORS_DEPARTEMENT
    ]


def _zonages(m: Maillage) -> list[dict[str, Any]]:
    """Population of each optional layer, and within the short bound; 1 query."""
    rangs = {commune.code: rang for rang, commune in enumerate(m.territoire.communes)}
    cumuls: dict[tuple[str, int], list[int]] = {}
    for code, zonage, millesime in Zonage.objects.order_by("zonage").values_list(
        "commune_id", "zonage", "millesime"
    ):
        if code not in rangs:
            continue
        commune, proche = m.territoire.communes[rangs[code]], m.proches[rangs[code]]
        cumul = cumuls.setdefault((zonage, millesime), [0, 0])
        cumul[0] += commune.population or 0
        if proche is not None and proche[1] <= BORNE_COURTE_KM:
            cumul[1] += commune.population or 0
    return [
        {
            "zonage": zonage,
            "millesime": millesime,
            "population": total,
            f"population_a_{BORNE_COURTE_KM}_km": proche,
        }
        for (zonage, millesime), (total, proche) in sorted(cumuls.items())
    ]
