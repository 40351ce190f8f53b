"""`donnees` of a rapport de couverture: a plausible month, and an empty one."""

from permanences.enums import (
    Motif,
    NatureCreneau,
)
from reporting.tests.exemple.commun import DOUZE, Donnees, commun, communes_reelles, epci_reels


def couverture_vide(version: int = 1) -> Donnees:
    plan = {"prevues": 0, "tenues": 0, "annulees": 0, "a_renseigner": 0}
    population = sum(int(c["population"]) for c in communes_reelles())
    postes = {
        "attribues": 0, "attribues_dans_le_mois": 0, "rendus": 0, "pourvus": 0, "vacants": 0,
        "jours_vacance": 0, "jours_attribues": 0, "hors_convention": 0,
    }  # fmt: skip
    money = {"conventionne": 0, "verse": 0, "reste_a_verser": 0}
    noms = {e["siren"]: e["nom"] for e in epci_reels()}
    return commun("couverture", version) | {
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
            "par_part": {
                part: {"reserves": 15, **postes} for part in ("departement", "partenaire")
            },
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
                "postes_pourvus": 0,
                "epci_couverts": 0,
                "communes_non_desservies": 352,
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
            "actif": True, "prevues": 8, "tenues": 5, "annulees": rang % 4,
            "sans_visite": 1, "seances": 25,
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
            "lieux_actifs": 50, "population_a_10_km": 480_000, "postes_pourvus": 26,
            "epci_couverts": 15, "communes_non_desservies": 120 - rang,
        }  # fmt: skip
    donnees["douze_mois"][3]["taux_tenue"] = None
    donnees["evolution"]["m_1"] = {
        **donnees["douze_mois"][-2], "communes_non_desservies": 120,
    }  # fmt: skip
    donnees["simulation"] = [
        {"code": "X1", "nom": "Salle des fêtes", "commune": "Vibraye", "population": 4210}
    ]
    donnees["reseau"] = {"formation": 2, "certification": 1, "reunion": 1}


def _postes_couverture(donnees: Donnees) -> None:
    part = {
        "attribues": 15, "attribues_dans_le_mois": 15, "rendus": 0, "pourvus": 13, "vacants": 2,
        "jours_vacance": 62, "jours_attribues": 465, "hors_convention": 3,
    }  # fmt: skip
    donnees["postes"] |= {
        **{cle: 2 * valeur for cle, valeur in part.items()},
        "par_part": {p: {"reserves": 15, **part} for p in ("departement", "partenaire")},
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
