"""Who may open what: every address of the service, every role, reading and writing.

The table is in `regles.py`. An address without a rule fails, and so does a rule whose address
is gone. Each request is made for real; nothing is deduced from the code that refuses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.shortcuts import resolve_url
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from config.tests.entetes import GARDABLES, faults
from config.tests.regles import ANONYME, FERME, REGLES, ROLES, Regle, example_arguments
from config.tests.regles_publiques import INTEGRABLES

ISSUES = {
    200: "ok",
    201: "ok",
    400: "refus",
    401: "refus",
    403: "interdit",
    404: "absent",
    405: "methode",
    412: "refus",
    422: "refus",
    428: "refus",
}
# Unnamed patterns of Django's admin: the old address of a form, and « not found ».
SANS_NOM = {"admin:<path:object_id>/", "admin:(?P<url>.*)$"}


def address_names() -> list[str]:
    return sorted(nom for nom in _walk(get_resolver(), "") if nom not in SANS_NOM)


def group_of(nom: str) -> str:
    """Addresses asked in one test, which share its rows: a model of the admin, or a namespace."""
    espace, _, reste = nom.rpartition(":")
    return f"{espace}:{reste.rsplit('_', 1)[0]}" if espace == "admin" else espace or "comptes"


GROUPES = sorted({group_of(nom) for nom in REGLES})


def _walk(resolver: URLResolver, espace: str) -> Iterator[str]:
    for motif in resolver.url_patterns:
        if isinstance(motif, URLResolver):
            yield from _walk(motif, f"{espace}{motif.namespace}:" if motif.namespace else espace)
        else:
            yield f"{espace}{motif.name or motif.pattern}"


# Its middleware is made at its first request: thousands of clients share it.
TRAITEMENT = ClientHandler(enforce_csrf_checks=False)


def signed_in(cle: str) -> Client:
    """A browser that holds this session and nothing else; an empty key is a stranger's."""
    client = Client()
    client.handler = TRAITEMENT
    client.cookies[settings.SESSION_COOKIE_NAME] = cle
    return client


def ask(client: Client, methode: str, url: str) -> Any:
    reponse = client.generic(methode, url, content_type=_type_of(url))
    if reponse.streaming:
        list(reponse)  # read to its end, a file is closed
    return reponse


def outcome(client: Client, methode: str, url: str) -> str:
    return outcome_of(ask(client, methode, url))


def outcome_of(reponse: Any) -> str:
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


def sessions(personnes: dict[str, Any]) -> dict[str, str]:
    """{role: session key}; empty for the stranger."""
    cles = {ANONYME: ""}
    for role, personne in personnes.items():
        client = Client()
        client.force_login(personne)
        cles[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return cles


def differences(nom: str, url: str, regle: Regle, cles: dict[str, str]) -> dict[str, Any]:
    """{« POST direction »: « ok, déclaré interdit »}, empty where the table is right.

    The same answers say whether the browser is forbidden what it must be (entetes.py).
    """
    ecarts: dict[str, Any] = {}
    for role in ROLES:
        for methode, attendues in (("GET", regle.get), ("POST", regle.post)):
            with transaction.atomic():
                reponse = ask(signed_in(cles[role]), methode, url)
                connecte = bool(cles[role] and reponse.wsgi_request.user.pk)
                transaction.set_rollback(True)
            issue = outcome_of(reponse)
            if issue != attendues[role]:
                ecarts[f"{methode} {role}"] = f"{issue}, déclaré {attendues[role]}"
            connecte = connecte and nom not in GARDABLES
            cadres = INTEGRABLES if methode == "GET" else set()  # a refusal stands in no frame
            if trouvees := faults(reponse, connecte, integrable=nom in cadres):
                ecarts[f"{methode} {role}, en-têtes"] = trouvees
    return ecarts


def test_every_address_has_a_rule_and_every_rule_an_address() -> None:
    noms = address_names()
    assert set(noms) - set(REGLES) == set(), "Déclarez ces adresses dans config/tests/regles.py."
    assert set(REGLES) - set(noms) == set(), "Retirez ces règles : leur adresse n’existe plus."
    assert [nom for nom in noms if noms.count(nom) > 1] == [], "Deux adresses pour un seul nom."


@pytest.mark.parametrize("groupe", GROUPES)
def test_each_address_answers_each_role_as_declared(
    groupe: str, distribution: dict[str, Any], objets: SimpleNamespace
) -> None:
    cles = sessions(distribution)
    ecarts = {}
    for nom, regle in REGLES.items():
        if group_of(nom) == groupe:
            url = reverse(nom, args=example_arguments(objets, regle.arguments))
            ecarts[nom] = differences(nom, url, regle, cles)
    assert {nom: ecart for nom, ecart in ecarts.items() if ecart} == {}


def test_an_account_past_its_last_day_is_nobody_anywhere(
    distribution: dict[str, Any], objets: SimpleNamespace
) -> None:
    """Signed in while it was open: from the day after, each address answers as to a closed one."""
    cle = sessions({"gestionnaire": distribution["gestionnaire"]})["gestionnaire"]
    distribution["gestionnaire"].actif_jusqu_au = timezone.localdate() - dt.timedelta(days=1)
    distribution["gestionnaire"].save()
    ecarts = {}
    for nom, regle in REGLES.items():
        url = reverse(nom, args=example_arguments(objets, regle.arguments))
        for methode, attendues in (("GET", regle.get), ("POST", regle.post)):
            if (issue := undone(signed_in(cle), methode, url)) != attendues[FERME]:
                ecarts[f"{methode} {nom}"] = f"{issue}, déclaré {attendues[FERME]}"
    assert ecarts == {}
