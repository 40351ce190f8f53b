"""What every answer forbids the browser: errors too (for every page and role: test_matrice.py)."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from config.tests.entetes import faults, inline_in
from conseillers.models import Utilisateur


def test_the_reader_of_pages_sees_what_is_inline() -> None:
    assert inline_in('<p style="color:red">') == ["<p style>"]
    assert inline_in('<a href="javascript:x()" onclick="x()">') == [
        "<a onclick>",
        "<a href=javascript:x()>",
    ]
    assert inline_in("<script>x()</script><style>p{}</style>") == ["<script>x()", "<style>"]
    assert (
        inline_in('<script type="application/json">{}</script><script src="a.js"></script>') == []
    )


@pytest.mark.parametrize(
    ("adresse", "statut"), [("/nulle-part/", 404), ("/seances/?q=%00", 400), ("/api/v1/x/", 404)]
)
def test_errors_are_closed_too(
    client: Client, gestionnaire: Utilisateur, adresse: str, statut: int
) -> None:
    client.force_login(gestionnaire)
    reponse = client.get(adresse)
    assert reponse.status_code == statut
    assert faults(reponse, connecte=False) == []


def test_a_breakdown_is_closed_and_says_nothing_of_it(
    client: Client, gestionnaire: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_role: str) -> str:
        raise RuntimeError("nom-confidentiel@exemple.fr")

    monkeypatch.setattr("config.views.Role", breaks)
    client.raise_request_exception = False
    client.force_login(gestionnaire)
    reponse = client.get("/", headers={"accept": "text/html"})
    assert reponse.status_code == 500
    assert faults(reponse, connecte=False) == []
    assert "confidentiel" not in reponse.content.decode()
    assert "RuntimeError" not in reponse.content.decode()


@pytest.mark.django_db
def test_a_strange_host_is_refused_and_never_written_in_an_answer(client: Client) -> None:
    for entetes in ({"HTTP_HOST": "mechant.exemple"}, {"HTTP_HOST": "testserver:80@mechant.fr"}):
        reponse = client.get("/connexion/", **entetes)
        assert reponse.status_code == 400
        assert "mechant" not in reponse.content.decode()
    reponse = client.get("/connexion/", HTTP_X_FORWARDED_HOST="mechant.exemple")
    assert reponse.status_code == 200
    assert "mechant" not in reponse.content.decode()


@pytest.mark.django_db
def test_static_files_are_not_for_other_sites(client: Client, rf: RequestFactory) -> None:
    reponse = client.get("/static/css/base.css")
    list(reponse)
    assert reponse["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in reponse


@pytest.mark.django_db
def test_a_request_too_heavy_is_refused_unread(client: Client) -> None:
    for annonce in (str(settings.CORPS_MAX + 1), "-1", "1e9"):
        reponse = client.generic("POST", "/connexion/", "x", CONTENT_LENGTH=annonce)
        assert reponse.status_code == 413
        assert "Découpez le fichier" in reponse.content.decode()
        assert faults(reponse, connecte=False) == []
