"""Who may open what: every address of the service, every role, reading and writing.

The table is in `regles.py`. An address without a rule fails, and so does a rule whose address
is gone. Each request is made for real; nothing is deduced from the code that refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from config.tests.regles import ANONYME, REGLES, ROLES, Regle, example_arguments

ISSUES = {
    200: "ok",
    201: "ok",
    400: "refus",
    403: "interdit",
    404: "absent",
    405: "methode",
    422: "refus",
}
# Unnamed patterns of Django's admin: the old address of a form, and « not found ».
SANS_NOM = {"admin:<path:object_id>/", "admin:(?P<url>.*)$"}


def address_names() -> set[str]:
    return set(_walk(get_resolver(), "")) - SANS_NOM


def _walk(resolver: URLResolver, espace: str) -> Iterator[str]:
    for motif in resolver.url_patterns:
        if isinstance(motif, URLResolver):
            yield from _walk(motif, f"{espace}{motif.namespace}:" if motif.namespace else espace)
        else:
            yield f"{espace}{motif.name or motif.pattern}"


def outcome(client: Client, methode: str, url: str) -> str:
    reponse = client.generic(methode, url, content_type=_type_of(url))
    if reponse.status_code == 302:
        vers_connexion = reponse.url.startswith(
            (resolve_url(settings.LOGIN_URL), reverse("admin:login"))
        )
        return "connexion" if vers_connexion else "redirige"
    return ISSUES.get(reponse.status_code, str(reponse.status_code))


def undone(client: Client, methode: str, url: str) -> str:
    """The outcome; what the request wrote is forgotten before the next role asks."""
    with transaction.atomic():
        issue = outcome(client, methode, url)
        transaction.set_rollback(True)
    return issue


def _type_of(url: str) -> str:
    return "application/json" if url.startswith("/api/") else "application/x-www-form-urlencoded"


def differences(url: str, regle: Regle, personnes: dict[str, Any]) -> dict[str, str]:
    """{« POST direction »: « ok, déclaré interdit »}, empty where the table is right."""
    ecarts = {}
    for role in ROLES:
        for methode, attendues in (("GET", regle.get), ("POST", regle.post)):
            client = Client()
            if role != ANONYME:
                client.force_login(personnes[role])
            issue = undone(client, methode, url)
            if issue != attendues[role]:
                ecarts[f"{methode} {role}"] = f"{issue}, déclaré {attendues[role]}"
    return ecarts


@pytest.mark.parametrize("nom", sorted(address_names() | set(REGLES)))
def test_each_address_answers_each_role_as_declared(
    nom: str, distribution: dict[str, Any], objets: SimpleNamespace
) -> None:
    assert nom in REGLES, f"Adresse sans règle : déclarez « {nom} » dans config/tests/regles.py."
    assert nom in address_names(), f"Règle sans adresse : retirez « {nom} »."
    regle: Regle = REGLES[nom]
    url = reverse(nom, args=example_arguments(objets, regle.arguments))
    assert differences(url, regle, distribution) == {}
