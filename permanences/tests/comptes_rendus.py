"""Activities of La Coop for the tests of what becomes of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from permanences.coop import CompteRendu, LieuLu
from permanences.models import CompteRenduCoop, ImportCoop, Seance

PARIS = ZoneInfo("Europe/Paris")
MARDI = dt.date(2026, 10, 13)
MAIRIE = LieuLu("MAIRIE DE BRULON", "1 place X", "Brûlon", "72350", "72050")


Importer = Callable[..., ImportCoop]


def activite(**champs: Any) -> CompteRendu:
    return CompteRendu(
        **{
            "id_coop": "3f2b8c1e-6d4a-4f0b-9a57-2c1d0e9f8a76",
            "date": MARDI,
            "enregistre_le": MARDI,
            "modifie_le": MARDI,
            "nature": "individuel",
            "canal": "lieu_activite",
            "lieu": MAIRIE,
            "code_insee": "72050",
            "duree": 45,
            "compteurs": {"age_soixante_dix_plus": 1, "statut_retraite": 1},
            "thematiques": ("email",),
        }
        | champs
    )


def counts(importation: ImportCoop) -> dict[str, int]:
    noms = ("crees", "modifies", "inchanges", "ecartes", "supprimes", "regularisations")
    return {nom: getattr(importation, nom) for nom in noms if getattr(importation, nom)}


def a_state() -> tuple[list[Any], list[Any]]:
    """All that is stored, but for keys and clocks."""
    sauf = {"id", "cree_le", "modifiee_le", "seance_id"}
    return tuple(  # type: ignore[return-value]
        sorted((sorted((k, str(v)) for k, v in ligne.items() if k not in sauf)) for ligne in lignes)
        for lignes in (Seance.objects.values(), CompteRenduCoop.objects.values())
    )
