"""`donnees` of both reports, from the contract alone: no database, no selector.

`frequentation()` and `couverture()` give a plausible month on the real EPCI and communes;
`vide()` the same keys with nothing in them.
"""

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

from permanences.enums import (
    Canal,
    Genre,
    Motif,
    NatureCreneau,
    NatureSeance,
    Orientation,
    StatutSocial,
    Thematique,
    TrancheAge,
    TypeLieu,
)

Donnees = dict[str, Any]

DATA = Path(__file__).resolve().parents[2] / "territoires" / "data"
MOIS = "2026-10"
DOUZE = [f"2025-{m:02}" for m in (11, 12)] + [f"2026-{m:02}" for m in range(1, 11)]
ETABLI = {"le": "2026-11-09T10:12:00+01:00", "par": "Camille Renard", "fonction": "Chef de service"}
COMPLETUDE = ("sans_objet", "vacant", "a_l_heure", "en_retard", "excuse", "manquant")


@cache
def communes_reelles() -> list[dict[str, str]]:
    with (DATA / "communes-72.csv").open(encoding="utf-8", newline="") as fichier:
        return list(csv.DictReader(fichier))


@cache
def epci_reels() -> list[dict[str, str]]:
    with (DATA / "epci-72.csv").open(encoding="utf-8", newline="") as fichier:
        return sorted(csv.DictReader(fichier), key=lambda e: e["siren"])


@cache
def carte() -> Donnees:
    brut = json.loads((DATA / "communes-72.geojson").read_text(encoding="utf-8"))
    contours = {f["properties"]["code"]: f["geometry"] for f in brut["features"]}
    communes = [
        {"code": c["code"], "siren": c["epci"], "contour": contours[c["code"]]}
        for c in communes_reelles()
    ]
    return {"communes": communes, "attribution": "Source : INSEE, IGN (Admin Express)."}


def _mesures(seances: int = 0) -> Donnees:
    return {
        "seances": seances,
        "participations": seances * 2,
        "premieres_venues": seances // 2,
        "minutes": seances * 50,
    }


def _commun(type_: str, version: int = 1) -> Donnees:
    return {
        "schema": 1,
        "type": type_,
        "departement": "72",
        "departement_nom": "Sarthe",
        "mois": MOIS,
        "version": version,
        "provisoire": version == 0,
        "etabli": ETABLI,
        "gabarit": "2026.1",
        "millesimes": {"cog": 2026, "population": 2023, "epci": 2026},
        "cibles": {},
        "verifications": [],
        "avertissements_acceptes": None,
        "rapprochements": [],
        "declaration_avant_le": "2026-11-06",
        "changements": [],
        "completude": dict.fromkeys(COMPLETUDE, 0),
        "saisie": {"meme_jour": 0, "sous_7_jours": 0, "apres_7_jours": 0, "inconnu": 0},
    }


def frequentation_vide(version: int = 1) -> Donnees:
    nature = {n: {"seances": 0, "participations": 0} for n in NatureSeance.values}
    return _commun("frequentation", version) | {
        "total": {**_mesures(), "premieres_venues_sur": 0},
        "par_nature": {n: _mesures() for n in NatureSeance.values},
        "par_part": {p: _mesures() for p in ("departement", "partenaire")},
        "par_epci": [
            {
                "siren": e["siren"],
                "nom": e["nom"],
                "population": int(e["population_72"]),
                "a_cheval": "|" in e["departements"],
                **_mesures(),
            }
            for e in epci_reels()
        ],
        "a_distance": _mesures(),
        "hors_departement": _mesures(),
        "par_type_lieu": {t: _mesures() for t in (*TypeLieu.values, "sans_lieu")},
        "par_canal": {c: _mesures() for c in Canal.values},
        "tranches_age": dict.fromkeys((*TrancheAge.values, "non_communique"), 0),
        "genres": dict.fromkeys((*Genre.values, "non_communique"), 0),
        "statuts": dict.fromkeys((*StatutSocial.values, "non_communique"), 0),
        "thematiques": {t: {"seances": 0, "participations": 0} for t in Thematique.values},
        "hors_delai": _mesures(),
        "evolution": {"m_1": None, "m_12": None, "annee": None},
        "douze_mois": [
            {
                "mois": m,
                "provisoire": True,
                "seances": 0,
                "participations": 0,
                "minutes": 0,
                "par_nature": nature,
            }
            for m in DOUZE
        ],
        "lieux_frequentes": [],
        "lieux_groupes": {
            g: {"lieux": 0, "seances": 0, "participations": 0}
            for g in ("ehpad", "seance_unique", "autres")
        },
        "ateliers": [],
        "orientations": {o: {"seances": 0, "participations": 0} for o in Orientation.values},
        "regularisations": [],
    }


def frequentation(version: int = 1) -> Donnees:
    """1,234 séances: 72 for each EPCI but the last, and so on; M−1 known, M−12 not."""
    donnees = frequentation_vide(version)
    total = {**_mesures(1234), "premieres_venues_sur": 2300}
    donnees["total"] = total
    donnees["par_nature"] = {
        "individuel": _mesures(1100),
        "atelier": _mesures(100),
        "mini_formation": _mesures(34),
    }
    donnees["par_part"] = {"departement": _mesures(634), "partenaire": _mesures(600)}
    for rang, epci in enumerate(donnees["par_epci"]):
        epci |= _mesures(60 + rang if rang < 16 else 0)
    reste = 1234 - sum(e["seances"] for e in donnees["par_epci"])
    donnees["a_distance"], donnees["hors_departement"] = _mesures(reste - 4), _mesures(4)
    donnees["par_type_lieu"] |= {"mairie": _mesures(900), "ehpad": _mesures(334)}
    donnees["par_canal"] |= {"lieu_activite": _mesures(1224), "domicile": _mesures(10)}
    donnees["tranches_age"] |= {"soixante_dix_plus": 1200, "non_communique": 1268}
    donnees["genres"] |= {"feminin": 1500, "masculin": 800, "non_communique": 168}
    donnees["statuts"] |= {"retraite": 2000, "non_communique": 468}
    donnees["thematiques"] |= {
        "email": {"seances": 700, "participations": 1300},
        "argent_impots": {"seances": 200, "participations": 350},
    }
    donnees["completude"] |= {"a_l_heure": 24, "en_retard": 2, "vacant": 2, "sans_objet": 1}
    donnees["saisie"] |= {"meme_jour": 1000, "sous_7_jours": 234}
    ligne = {"mois": "2026-09", **_mesures(1200), "ateliers": 120, "provisoire": False}
    annee = {**ligne, "mois": MOIS, "mois_manquants": ["2026-03"], "versions": {"2026-01": 2}}
    donnees["evolution"] = {"m_1": ligne, "m_12": None, "annee": annee}
    for rang, mois in enumerate(donnees["douze_mois"]):
        atelier, individuel = 40 + rang * 5, 900 + rang * 17
        mois |= {
            "provisoire": rang == 4,
            "seances": individuel + atelier,
            "participations": 2 * individuel + 8 * atelier,
            "minutes": 50 * individuel,
            "par_nature": {
                "individuel": {"seances": individuel, "participations": 2 * individuel},
                "atelier": {"seances": atelier, "participations": 8 * atelier},
            },
        }
    donnees["lieux_frequentes"] = [
        {
            "code": f"L{n:03}",
            "nom": f"Mairie de {communes_reelles()[n]['nom']}",
            "type": "mairie",
            "seances": 60 - n,
            "participations": 120 - n,
        }
        for n in range(15)
    ]
    donnees["lieux_groupes"]["ehpad"] = {"lieux": 4, "seances": 20, "participations": 141}
    donnees["ateliers"] = [
        {
            "date": f"2026-10-{jour:02}",
            "nature": "atelier" if jour % 3 else "mini_formation",
            "lieu": f"Médiathèque de {communes_reelles()[jour]['nom']}",
            "titre": "Déclarer ses revenus en ligne",
            "presents": 8,
            "capacite": 10 if jour % 4 else None,
        }
        for jour in range(1, 31)
    ]
    donnees["orientations"]["administration"] = {"seances": 31, "participations": 33}
    donnees["regularisations"] = [
        {"mois": "2026-08", "seances": 3, "participations": 5, "minutes": 150},
        {"mois": "2026-09", "seances": 1, "participations": 1, "minutes": 30},
    ]
    donnees["verifications"] = [
        {"code": "9", "libelle": "Séance un jour férié", "niveau": "avertissement", "nombre": 2}
    ]
    donnees["rapprochements"] = [
        {"libelle": "EPCI + à distance + hors département = total", "gauche": 1234, "droite": 1234}
    ]
    return donnees


def couverture_vide(version: int = 1) -> Donnees:
    plan = {"prevues": 0, "tenues": 0, "annulees": 0, "a_renseigner": 0}
    population = sum(int(c["population"]) for c in communes_reelles())
    postes = {
        "attribues": 0, "rendus": 0, "pourvus": 0, "vacants": 0, "jours_vacance": 0,
        "jours_attribues": 0, "hors_convention": 0,
    }  # fmt: skip
    money = {"conventionne": 0, "verse": 0, "reste_a_verser": 0}
    noms = {e["siren"]: e["nom"] for e in epci_reels()}
    return _commun("couverture", version) | {
        "total": plan
        | dict.fromkeys(
            (
                "sans_visite",
                "minutes_prevues",
                "minutes_tenues",
                "lieux_actifs",
                "seances",
                "participations",
            ),
            0,
        ),
        "motifs": dict.fromkeys(Motif.values, 0),
        "taux_tenue": None,
        "par_nature": {n: dict(plan) for n in NatureCreneau.values},
        "population": {"total": population, "a_5_km": 0, "a_10_km": 0, "a_15_km": 0},
        "lieux_actifs_pour_100000": 0.0,
        "par_epci": [
            {
                "siren": e["siren"],
                "nom": e["nom"],
                "population": int(e["population_72"]),
                "couvert": False,
                "couvert_par_le_departement": False,
                **plan,
                "minutes_tenues": 0,
                "lieux_actifs": 0,
                "seances": 0,
                "participations": 0,
                "population_a_10_km": 0,
                "jours_tenus": 0,
                "communes_avec_permanence": 0,
                "a_cheval": "|" in e["departements"],
                "heures_pour_1000": 0.0,
            }
            for e in epci_reels()
        ],
        "hors_departement": {**plan, "minutes_tenues": 0, "seances": 0, "participations": 0},
        "a_distance": {"seances": 0, "participations": 0},
        "communes_non_desservies": [
            {
                "code": c["code"],
                "nom": c["nom"],
                "siren": c["epci"],
                "epci": noms[c["epci"]],
                "population": int(c["population"]),
                "distance_km": None,
                "lieu_le_plus_proche": None,
            }
            for c in sorted(communes_reelles(), key=lambda c: -int(c["population"]))
        ],
        "communes": [
            {
                "code": c["code"],
                "nom": c["nom"],
                "siren": c["epci"],
                "population": int(c["population"]),
                "distance_km": None,
                "classe": "sans",
            }
            for c in communes_reelles()
        ],
        "lieux": [],
        "postes": {
            "reserves": 30,
            **postes,
            "par_part": {"departement": dict(postes), "partenaire": dict(postes)},
        },
        "financements": {
            "enveloppe": 150_000_000,
            "V1": money,
            "V2": money,
            "par_part": {p: {"V1": money, "V2": money} for p in ("departement", "partenaire")},
        },
        "evolution": {"m_1": None, "m_12": None},
        "douze_mois": [
            {
                "mois": m,
                "provisoire": True,
                **plan,
                "taux_tenue": None,
                "lieux_actifs": 0,
                "population_a_10_km": None,
            }
            for m in DOUZE
        ],
        "postes_lignes": [],
        "a_decider": {c: [] for c in ("vacances", "conventions", "contrats", "epci", "lieux")},
        "simulation": [],
        "zonages": [],
        "reseau": {"formation": 0, "certification": 0, "reunion": 0},
        "distances_km": [5, 10, 15],
        "distance_non_desservie_km": 10,
        "seuil_jours_tenus": 1,
    }


def couverture(version: int = 1) -> Donnees:
    """Every seventh mairie is active; classes follow the true distances."""
    from territoires.geo import distance_km

    donnees = couverture_vide(version)
    reelles = communes_reelles()
    actives = reelles[::11]
    donnees["lieux"] = [
        {
            "code": f"M{c['code']}", "nom": f"Mairie de {c['nom']}", "type": "mairie",
            "code_insee": c["code"], "latitude": float(c["lat"]), "longitude": float(c["lon"]),
            "actif": True, "prevues": 8, "tenues": 5, "annulees": rang % 4, "seances": 25,
        }
        for rang, c in enumerate(actives)
    ]  # fmt: skip
    loin = []
    for brute, commune in zip(reelles, donnees["communes"], strict=True):
        ici = (float(brute["lat"]), float(brute["lon"]))
        distance, lieu = min(
            (distance_km(*ici, x["latitude"], x["longitude"]), x["code"]) for x in donnees["lieux"]
        )
        classe = next((str(d) for d in (5, 10, 15) if distance <= d), "plus")
        commune |= {
            "distance_km": round(distance, 1),
            "classe": "commune" if distance == 0 else classe,
        }
        if distance > 10:
            loin.append((commune["code"], commune["distance_km"], lieu))
    codes = {code: (distance, lieu) for code, distance, lieu in loin}
    donnees["communes_non_desservies"] = [
        {**c, "distance_km": codes[c["code"]][0], "lieu_le_plus_proche": codes[c["code"]][1]}
        for c in donnees["communes_non_desservies"]
        if c["code"] in codes
    ]
    for rayon in (5, 10, 15):
        donnees["population"][f"a_{rayon}_km"] = sum(
            c["population"] for c in donnees["communes"] if c["distance_km"] <= rayon
        )
    _activite_couverture(donnees)
    _postes_couverture(donnees)
    return donnees


def _activite_couverture(donnees: Donnees) -> None:
    donnees["total"] |= {
        "prevues": 400, "tenues": 300, "annulees": 60, "a_renseigner": 40, "sans_visite": 12,
        "minutes_prevues": 72000, "minutes_tenues": 54000, "lieux_actifs": len(donnees["lieux"]),
        "seances": 1234, "participations": 2468,
    }  # fmt: skip
    donnees["taux_tenue"] = 0.75
    donnees["motifs"] |= {"absence_du_conseiller": 40, "poste_vacant": 20}
    donnees["par_nature"]["permanence"] = {
        "prevues": 400, "tenues": 300, "annulees": 60, "a_renseigner": 40,
    }  # fmt: skip
    for rang, epci in enumerate(donnees["par_epci"][:-1]):
        siennes = [c for c in donnees["communes"] if c["siren"] == epci["siren"]]
        epci |= {
            "couvert": True, "couvert_par_le_departement": rang % 3 == 0, "prevues": 25,
            "tenues": 18 + rang % 3, "annulees": 4, "a_renseigner": 3 - rang % 3,
            "minutes_tenues": 3300 + 50 * rang, "lieux_actifs": 2, "seances": 70 + rang,
            "participations": 140 + rang, "jours_tenus": 15, "communes_avec_permanence": 2,
            "population_a_10_km": sum(
                c["population"] for c in siennes if c["distance_km"] <= 10
            ),
        }  # fmt: skip
        epci["heures_pour_1000"] = round(epci["minutes_tenues"] / 60 / epci["population"] * 1000, 4)
    for rang, mois in enumerate(donnees["douze_mois"]):
        mois |= {
            "provisoire": False, "prevues": 380, "tenues": 270 + rang, "annulees": 80,
            "a_renseigner": 30 - rang, "taux_tenue": round((270 + rang) / 380, 4),
            "lieux_actifs": 50, "population_a_10_km": 480_000,
        }  # fmt: skip
    donnees["douze_mois"][3]["taux_tenue"] = None
    donnees["evolution"]["m_1"] = {
        **donnees["douze_mois"][-2], "postes_pourvus": 26, "epci_couverts": 15,
        "communes_non_desservies": 120,
    }  # fmt: skip
    donnees["simulation"] = [
        {"code": "X1", "nom": "Salle des fêtes", "commune": "Vibraye", "population": 4210}
    ]
    donnees["reseau"] = {"formation": 2, "certification": 1, "reunion": 1}


def _postes_couverture(donnees: Donnees) -> None:
    part = {
        "attribues": 15, "rendus": 0, "pourvus": 13, "vacants": 2, "jours_vacance": 62,
        "jours_attribues": 465, "hors_convention": 3,
    }  # fmt: skip
    donnees["postes"] |= {
        **{cle: 2 * valeur for cle, valeur in part.items()},
        "par_part": {"departement": dict(part), "partenaire": dict(part)},
    }
    donnees["postes_lignes"] = [
        {
            "numero": n, "employeur": "Département de la Sarthe" if n <= 15 else "CC Sud Sarthe",
            "part": "departement" if n <= 15 else "partenaire", "type": "conseiller",
            "etat": "vacant" if n % 8 == 0 else "pourvu",
            "vacant_depuis": "2026-06-01" if n % 8 == 0 else None,
            "limite_restitution": "2026-12-01" if n % 8 == 0 else None,
            "fin_contrat": None if n % 8 == 0 else "2027-03-31", "fin_convention": "2026-12-31",
            "phase": "V2", "hors_convention": n % 10 == 0,
        }
        for n in range(1, 31)
    ]  # fmt: skip
    v1 = {"conventionne": 150_000_000, "verse": 150_000_000, "reste_a_verser": 0}
    v2 = {"conventionne": 127_500_050, "verse": 90_000_000, "reste_a_verser": 37_500_050}
    donnees["financements"] |= {"V1": v1, "V2": v2}
    donnees["a_decider"] |= {
        "vacances": [
            {"numero": 8, "vacant_depuis": "2026-06-01", "limite_restitution": "2026-12-01"}
        ],
        "conventions": [
            {"reference": "BDT-72-01", "employeur": "Département de la Sarthe", "phase": "V2",
             "date_fin": "2026-12-31"}
        ],
        "epci": [{"siren": "200040475", "nom": "CC LBN Communauté"}],
    }  # fmt: skip
