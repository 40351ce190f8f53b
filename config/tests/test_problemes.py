"""Every error of the API is a problem in French (RFC 9457), whoever answers it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.problemes import GENRE, PROBLEMES
from config.tests.methodes import API
from config.tests.regles import REGLES, example_arguments
from conseillers.models import Utilisateur

SEANCES = "/api/v1/seances/"


def told(reponse: Any, statut: int) -> dict[str, Any]:
    """The problem, once its form is right."""
    corps = json.loads(reponse.content)
    assert (reponse.status_code, corps["status"]) == (statut, statut), corps
    assert reponse["Content-Type"] == GENRE
    code, titre, _ = PROBLEMES[statut]
    assert corps["type"].endswith(f"/api/#probleme-{code}") and corps["title"] == titre
    assert corps["detail"] and corps["instance"].startswith("/api/v1/")
    return corps


@pytest.mark.parametrize(
    ("methode", "adresse", "options", "statut"),
    [
        ("GET", "/api/v1/nulle-part/", {}, 404),
        ("GET", f"{SEANCES}5b0d1111-1111-4111-8111-111111111111/", {}, 404),
        ("GET", f"{SEANCES}?cursor=zzz", {}, 404),
        # « p=hier »: a position that is no date.
        ("GET", f"{SEANCES}?cursor=cD1oaWVy", {}, 404),
        ("GET", f"{SEANCES}?depuis=hier", {}, 400),
        ("GET", f"{SEANCES}?hors_delai=peut-etre", {}, 400),
        ("GET", f"{SEANCES}?poste=", {}, 400),
        ("GET", f"{SEANCES}?q=%00", {}, 400),
        ("GET", SEANCES, {"HTTP_ACCEPT": "text/html"}, 406),
        ("GET", "/api/v1/rapports/AAAAA-AAAAA/pdf/", {"HTTP_ACCEPT": "application/pdf"}, 404),
        ("PUT", SEANCES, {}, 405),
        ("TRACE", "/api/v1/communes/", {}, 405),
        ("POST", SEANCES, {"data": "a=1", "content_type": "text/plain"}, 415),
        ("POST", SEANCES, {"data": "{", "content_type": "application/json"}, 400),
        ("POST", SEANCES, {"data": "[]", "content_type": "application/json"}, 400),
        ("POST", SEANCES, {"data": "{}", "content_type": "application/json"}, 400),
        ("POST", SEANCES, {"CONTENT_LENGTH": str(10**9)}, 413),
    ],
)  # fmt: skip
def test_a_refusal_is_a_problem(
    client: Client, conseillere: Utilisateur, methode: str, adresse: str, options: dict[str, Any],
    statut: int,
) -> None:  # fmt: skip
    client.force_login(conseillere)
    told(client.generic(methode, adresse, **options), statut)


def test_a_refused_entry_says_each_field_and_a_broken_body_its_place(
    client: Client, conseillere: Utilisateur
) -> None:
    client.force_login(conseillere)
    corps = {"thematiques": ["cuisine"], "duree": 0}
    erreurs = told(client.post(SEANCES, corps, content_type="application/json"), 400)["erreurs"]
    assert {"cle", "date", "duree", "thematiques"} <= set(erreurs)
    assert "cuisine" in erreurs["thematiques"][0]
    casse = client.post(SEANCES, '{"a": 1,\n "b" 2}', content_type="application/json")
    assert "ligne 2, colonne 6" in told(casse, 400)["detail"]


def test_without_an_account_and_without_the_csrf_token(conseillere: Utilisateur) -> None:
    refus = Client().get(SEANCES)
    told(refus, 401)
    assert refus["WWW-Authenticate"].startswith("Bearer")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(conseillere)
    told(strict.post(SEANCES, {}, content_type="application/json"), 403)


def test_a_missing_second_factor_is_a_problem(
    client: Client, gestionnaire: Utilisateur, settings: Any
) -> None:
    settings.SECOND_FACTEUR_ROLES = ["gestionnaire"]
    client.force_login(gestionnaire)
    assert "second facteur" in told(client.get(SEANCES), 403)["detail"]


def test_a_breakdown_says_nothing_of_itself(
    gestionnaire: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("secret de fabrication")

    monkeypatch.setattr("territoires.api.EPCIViewSet.list", broken)
    client = Client(raise_request_exception=False)
    client.force_login(gestionnaire)
    reponse = client.get("/api/v1/epci/")
    told(reponse, 500)
    assert b"secret" not in reponse.content


def test_over_plain_http_the_api_refuses_and_does_not_redirect(
    client: Client, gestionnaire: Utilisateur, settings: Any
) -> None:
    """As production says it: a redirected token would have travelled in the clear, unnoticed."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^api/v1/"]
    client = Client()
    client.force_login(gestionnaire)
    assert "HTTPS" in told(client.get("/api/v1/epci/"), 403)["detail"]
    assert client.get("/api/v1/epci/", secure=True).status_code == 200
    assert client.get("/compte/").status_code == 301


def test_each_method_that_is_not_there_is_405_and_names_those_that_are(
    client: Client, gestionnaire: Utilisateur, objets: SimpleNamespace
) -> None:
    client.force_login(gestionnaire)
    for nom, methodes in API.items():
        url = reverse(nom, args=example_arguments(objets, REGLES[nom].arguments))
        for methode in {"get", "post", "put", "patch", "delete", "trace"} - methodes:
            reponse = client.generic(methode.upper(), url)
            told(reponse, 405)
            permises = {m.strip().lower() for m in reponse["Allow"].split(",")}
            assert permises - {"head", "options"} == methodes, (nom, methode)
