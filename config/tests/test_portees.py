"""A token at each address of the API: what its role reads by session, where its scope opens, and
403 everywhere else. The rules are those of the matrix (`regles.py`), which tries the sessions.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from config.tests.methodes import API
from config.tests.regles import REGLES, example_arguments
from config.tests.test_matrice import ISSUES, undone
from conseillers.api import scope_of
from conseillers.enums import PorteeApi
from conseillers.models import Utilisateur
from conseillers.permissions import portees_of
from conseillers.services import create_jeton

# What each address asks of a token, told again by hand: (reading, writing).
T, P, PE, S, SE, R = (
    PorteeApi.TERRITOIRES, PorteeApi.PLAN, PorteeApi.PLAN_ECRIRE, PorteeApi.SEANCES,
    PorteeApi.SEANCES_ECRIRE, PorteeApi.RAPPORTS,
)  # fmt: skip
PORTEES = {
    "api:commune-list": (T, ""), "api:commune-detail": (T, ""),
    "api:epci-list": (T, ""), "api:epci-detail": (T, ""),
    "api:lieu-list": (P, ""), "api:lieu-detail": (P, ""),
    "api:creneau-list": (P, ""), "api:creneau-detail": (P, ""),
    "api:occurrence-list": (P, PE), "api:occurrence-detail": (P, PE),
    "api:seance-list": (S, SE), "api:seance-detail": (S, SE),
    "api:activite-list": (S, ""),
    "api:rapport-list": (R, ""), "api:rapport-detail": (R, ""), "api:rapport-donnees": (R, ""),
    "api:rapport-tableaux": (R, ""), "api:rapport-tableau": (R, ""), "api:rapport-pdf": (R, ""),
}  # fmt: skip
ROLES = ("prefecture", "employeur", "conseillere", "direction", "gestionnaire")


def holder(utilisateur: Utilisateur, *portees: str) -> Client:
    _, clair = create_jeton(
        utilisateur=utilisateur, nom="Essai", portees=list(portees),
        expire_le=timezone.localdate(),
    )  # fmt: skip
    return Client(headers={"authorization": f"Bearer {clair}"})


def test_every_address_of_the_api_asks_for_the_scope_that_is_written_here() -> None:
    assert set(PORTEES) == set(API)
    assert {p for paire in PORTEES.values() for p in paire} == {*PorteeApi, ""}


@pytest.mark.parametrize("role", ROLES)
def test_a_token_opens_what_its_role_and_its_scope_open_and_nothing_else(
    role: str, distribution: dict[str, Any], objets: SimpleNamespace
) -> None:
    ecarts = {}
    for portee in portees_of(distribution[role]):
        client = holder(distribution[role], portee)
        for nom, (lecture, ecriture) in PORTEES.items():
            url = reverse(nom, args=example_arguments(objets, REGLES[nom].arguments))
            for methode, exigee, regle in (
                ("GET", lecture, REGLES[nom].get[role]),
                ("POST", ecriture, REGLES[nom].post[role]),
            ):
                # A method that is not there is said so to whoever may read.
                exigee = exigee if methode == "GET" or "post" in API[nom] else lecture
                attendu = regle if exigee == portee else "interdit"
                if (issue := undone(client, methode, url)) != attendu:
                    ecarts[f"{methode} {nom} {portee}"] = f"{issue}, attendu {attendu}"
    assert ecarts == {}


def test_no_role_may_ask_for_what_would_stay_closed(distribution: dict[str, Any]) -> None:
    """Each scope of each role opens at least one address to it: no promise is empty."""
    ouvertes = {
        (role, portee)
        for nom, paire in PORTEES.items()
        for portee, regle in zip(paire, (REGLES[nom].get, REGLES[nom].post), strict=True)
        for role in ROLES
        if regle[role] in ("ok", "refus")
    }
    for role in ROLES:
        for portee in portees_of(distribution[role]):
            assert (role, portee) in ouvertes, (role, portee)


@pytest.mark.parametrize("methode", ["PUT", "PATCH", "DELETE"])
def test_reading_scopes_write_nothing_by_any_method(
    methode: str, distribution: dict[str, Any], objets: SimpleNamespace
) -> None:
    client = holder(distribution["conseillere"], T, P, S)
    for nom in ("api:occurrence-detail", "api:seance-detail"):
        url = reverse(nom, args=example_arguments(objets, REGLES[nom].arguments))
        attendu = "interdit" if methode.lower() in API[nom] else "methode"
        assert undone(client, methode, url) == attendu, nom


def test_the_schema_tells_the_scope_that_the_view_asks(objets: SimpleNamespace) -> None:
    for nom, (lecture, ecriture) in PORTEES.items():
        vue = resolve(reverse(nom, args=example_arguments(objets, REGLES[nom].arguments))).func
        assert scope_of("GET", SimpleNamespace(action="x", **declared(vue.cls))) == lecture
        assert declared(vue.cls)["portee_ecriture"] == ecriture
    assert ISSUES[403] == "interdit"


def declared(vue: Any) -> dict[str, str]:
    noms = ("portee_lecture", "portee_ecriture")
    return {nom: str(getattr(vue, nom, "")) for nom in noms}
