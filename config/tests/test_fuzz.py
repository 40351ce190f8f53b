"""Whatever is sent to the pages and to the API, nothing answers « erreur du serveur ».

A few hundred requests, the same each time. By hand, `bench/fuzz.py` asks for twenty thousand
through this same file.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from config.tests.fuzz import Recolte, quiet
from config.tests.fuzz_api import fuzz_api
from config.tests.fuzz_pages import PAGES, TOUS_LES_ROLES, fuzz_pages
from config.tests.vocabulaire import ROLES_API

COMMANDE: dict[str, Any] = json.loads(os.environ.get("FUZZ", "{}"))
# The admin's pages are asked by test_valeurs_hostiles.
TRANCHE = [nom for nom in PAGES if not nom.startswith("admin:")]

pytestmark = pytest.mark.usefixtures("mardi_10_novembre")


def failures(recolte: Recolte) -> str:
    return "\n\n".join(str(constat) for constat in recolte.constats.values())


def test_no_page_outside_the_admin_fails(
    distribution: dict[str, Any], objets: SimpleNamespace
) -> None:
    recolte = Recolte(graine=1)
    with quiet():
        fuzz_pages(recolte, TRANCHE, 3, objets, distribution, TOUS_LES_ROLES)
    assert not recolte.constats, failures(recolte)
    assert recolte.requetes > 2 * len(TRANCHE)


def test_each_answer_of_the_api_is_what_its_schema_says(
    distribution: dict[str, Any], objets: SimpleNamespace
) -> None:
    recolte = Recolte(graine=1)
    with quiet():
        fuzz_api(recolte, 1, objets, distribution, list(ROLES_API), entier=False)
    assert not recolte.constats, failures(recolte)
    assert recolte.ecarts == {}
    assert recolte.requetes >= 200


def test_what_breaks_is_found_and_can_be_asked_again(
    distribution: dict[str, Any], objets: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("cassé exprès")

    monkeypatch.setattr("territoires.api.EPCIViewSet.list", broken)
    recolte = Recolte(graine=7)
    with quiet():
        fuzz_api(recolte, 2, objets, distribution, ["conseillere"], "GET /api/v1/epci/")
    (constat,) = recolte.constats.values()
    assert constat.cause == "ZeroDivisionError: cassé exprès"
    assert '--graine 7 --adresse "GET /api/v1/epci/" --essais 2' in constat.rejouer


def by_hand(distribution: dict[str, Any], objets: SimpleNamespace) -> None:
    recolte, adresse = Recolte(COMMANDE["graine"]), COMMANDE["adresse"]
    with quiet():
        if essais := COMMANDE["essais_api"]:
            roles = [role for role in ROLES_API if role in COMMANDE["roles"]]
            fuzz_api(recolte, essais, objets, distribution, roles, adresse)
        if essais := COMMANDE["essais_pages"]:
            noms = [nom for nom in PAGES if adresse in ("", nom)]
            for rang in range(0, len(noms), 20):
                paquet = noms[rang : rang + 20]
                fuzz_pages(recolte, paquet, essais, objets, distribution, COMMANDE["roles"])
                write(recolte)
    write(recolte)


def write(recolte: Recolte) -> None:
    compte = {
        "statuts": [[*cle, nombre] for cle, nombre in sorted(recolte.statuts.items())],
        "roles": recolte.roles,
        "ecarts": recolte.ecarts,
        "constats": [str(constat) for constat in recolte.constats.values()],
    }
    Path(COMMANDE["sortie"]).write_text(json.dumps(compte))


if COMMANDE:
    test_by_hand = by_hand
