"""Both reports of a month as plain data: what is frozen, shown, exported and printed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone

from permanences.selectors.mois import echeance_du_mois
from reporting.enums import TypeRapport
from reporting.selectors.contexte import Contexte, read_contexte, valeurs_json
from reporting.selectors.couverture import couverture
from reporting.selectors.evolution import evolution_couverture, evolution_frequentation
from reporting.selectors.frequentation import frequentation
from reporting.selectors.rapprochements import rapprochements
from reporting.selectors.verifications import Verification, verifications_du_contexte
from territoires.selectors import departement_de_l_instance, millesimes

SCHEMA = 1
GABARIT = "2026.1"

Donnees = dict[str, dict[str, Any]]


def donnees_du_mois(
    mois: dt.date,
    *,
    version: int = 0,
    provisoire: bool = True,
    etabli_par: str = "",
    fonction: str = "",
    etabli_le: dt.datetime | None = None,
    motif_avertissements: str = "",
) -> Donnees:
    """{"couverture": …, "frequentation": …}: every key of contrat/formats.md, and those we add.

    Read in a number of queries that does not depend on the number of séances. Nothing is
    written. `version` 0 is the provisional one.
    """
    c = read_contexte(mois)
    couvert, frequente = _corps(c, provisoire)
    communs = {
        **_annexes(c, verifications_du_contexte(c, couvert, frequente, nommer=False)),
        "etabli": {
            "le": timezone.localtime(etabli_le).isoformat(timespec="seconds"),
            "par": etabli_par,
            "fonction": fonction,
        },
        "avertissements_acceptes": (
            {"motif": motif_avertissements, "par": etabli_par} if motif_avertissements else None
        ),
    }
    return {
        type_rapport: {
            **_entete(c, type_rapport, version, provisoire),
            **corps,
            **communs,
            "rapprochements": rapprochements(c.mois, couvert, frequente),
        }
        for type_rapport, corps in (
            (TypeRapport.COUVERTURE.value, couvert),
            (TypeRapport.FREQUENTATION.value, frequente),
        )
    }


def _corps(c: Contexte, provisoire: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Figures of the month and of those before: (couverture, fréquentation)."""
    couvert, frequente = couverture(c), frequentation(c)
    frequente |= evolution_frequentation(c, c.mesures.total)
    evolution = evolution_couverture(c, couvert)
    couvert["a_decider"]["epci"] = evolution.pop("epci_deux_mois")
    couvert |= evolution
    couvert["ecart_coop"] = frequente["ecart_coop"]
    for corps in (couvert, frequente):
        corps["douze_mois"][-1]["provisoire"] = provisoire
    return couvert, frequente


def _entete(c: Contexte, type_rapport: str, version: int, provisoire: bool) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "type": type_rapport,
        "departement": settings.DEPARTEMENT,
        "departement_nom": departement_de_l_instance().nom,
        "mois": f"{c.mois:%Y-%m}",
        "version": version,
        "provisoire": provisoire,
        "gabarit": GABARIT,
    }


def _annexes(c: Contexte, constats: list[Verification]) -> dict[str, Any]:
    annees = millesimes()
    return {
        "millesimes": {"cog": annees.cog, "population": annees.population, "epci": annees.epci},
        "cibles": valeurs_json(c.valeurs),
        "declaration_avant_le": echeance_du_mois(c.mois).isoformat(),
        "verifications": [
            {"code": v.code, "libelle": v.libelle, "niveau": v.niveau, "nombre": v.nombre}
            for v in constats
        ],
        "changements": [],
    }
