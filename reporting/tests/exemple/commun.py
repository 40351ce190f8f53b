"""What both examples share: the real territories, the heading of `donnees`."""

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

Donnees = dict[str, Any]

DATA = Path(__file__).resolve().parents[3] / "territoires" / "data"
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
        {
            "code": c["code"],
            "siren": c["epci"],
            "point": [float(c["lon"]), float(c["lat"])],
            "contour": contours[c["code"]],
        }
        for c in communes_reelles()
    ]
    return {"communes": communes, "attribution": "Source : INSEE, IGN (Admin Express)."}


def mesures(seances: int = 0) -> Donnees:
    return {
        "seances": seances,
        "participations": seances * 2,
        "premieres_venues": seances // 2,
        "minutes": seances * 50,
    }


def ecart_coop() -> Donnees:
    """Four months imported; this one with two reasons that add up to the gap, and two that
    cancel each other.
    """

    def total(seances: int, participations: int) -> Donnees:
        return {"seances": seances, "participations": participations}

    def raison(code: str, *nombres: int) -> Donnees:
        cles = ("seances", "participations", "seances_douze_mois", "participations_douze_mois")
        return {"code": code, **dict(zip(cles, nombres, strict=True))}

    return {
        "dernier_import": {"le": "2026-11-05T07:40:12+01:00", "origine": "fichier"},
        "mois": [
            {"mois": "2026-07", "coop": total(210, 402), "ici": total(210, 402)},
            {"mois": "2026-08", "coop": total(98, 173), "ici": total(95, 166)},
            {"mois": "2026-09", "coop": total(305, 588), "ici": total(311, 604)},
            {"mois": "2026-10", "coop": total(341, 690), "ici": total(344, 679)},
        ],
        "raisons": [
            raison("double", 12, 31, 12, 31),
            raison("hors_delai", 0, 0, 3, 7),
            raison("lieu_a_rapprocher", 9, 27, 9, 27),
            raison("mois_clos", 0, 4, 0, 4),
            raison("saisie_ici", -24, -51, -30, -67),
        ],
    }


def commun(type_: str, version: int = 1) -> Donnees:
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
        "cibles": {"postes_reserves": 30, "enveloppe": 1_500_000},
        "verifications": [],
        "avertissements_acceptes": None,
        "rapprochements": [],
        "declaration_avant_le": "2026-11-06",
        "changements": [],
        "completude": dict.fromkeys(COMPLETUDE, 0),
        "ecart_coop": ecart_coop(),
    }
