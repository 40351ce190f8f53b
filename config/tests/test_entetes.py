"""What every answer forbids the browser, on every page, for every role."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse

from config.tests.regles import REGLES, example_arguments
from config.tests.test_matrice import GROUPES, group_of, sessions
from conseillers.models import Utilisateur

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
ENTETES = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class EnLigne(HTMLParser):
    """What a strict policy would not run: <script> with a text, <style>, style=, onclick=…"""

    def __init__(self) -> None:
        super().__init__()
        self.fautes: list[str] = []
        self.dans: str = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        dits = {nom: valeur or "" for nom, valeur in attrs}
        self.fautes += [f"<{tag} {nom}>" for nom in dits if nom == "style" or nom.startswith("on")]
        self.fautes += [
            f"<{tag} {nom}={valeur}>"
            for nom, valeur in dits.items()
            if nom in ("href", "src", "action") and valeur.strip().lower().startswith("javascript:")
        ]
        if tag == "style":
            self.fautes.append("<style>")
        # A block of data is not run.
        donnees = dits.get("type", "") in ("application/json", "application/ld+json")
        self.dans = tag if tag == "script" and not donnees else ""

    def handle_data(self, data: str) -> None:
        if self.dans and data.strip():
            self.fautes.append(f"<script>{data.strip()[:40]}")

    def handle_endtag(self, tag: str) -> None:
        self.dans = ""


def inline_in(html: str) -> list[str]:
    lecteur = EnLigne()
    lecteur.feed(html)
    return lecteur.fautes


def policy_of(reponse: Any) -> dict[str, str]:
    parties = reponse.get("Content-Security-Policy", "").split(";")
    return dict(partie.strip().split(" ", 1) for partie in parties if partie.strip())


def faults(reponse: Any, connecte: bool) -> list[str]:
    trouvees = [
        f"{nom} : {reponse.get(nom)}" for nom, dit in ENTETES.items() if reponse.get(nom) != dit
    ]
    if policy_of(reponse) != CSP:
        trouvees.append(f"CSP : {reponse.get('Content-Security-Policy')}")
    if "camera=()" not in reponse.get("Permissions-Policy", ""):
        trouvees.append("Permissions-Policy")
    if connecte and not {"no-store", "private"} & set(cache_words(reponse)):
        trouvees.append(f"Cache-Control : {reponse.get('Cache-Control')}")
    if reponse.get("Content-Type", "").startswith("text/html"):
        trouvees += inline_in(reponse.content.decode())
        if connecte and "no-store" not in cache_words(reponse):
            trouvees.append(f"page gardée : {reponse.get('Cache-Control')}")
    return trouvees


def cache_words(reponse: Any) -> list[str]:
    return re.findall(r"[a-z-]+", reponse.get("Cache-Control", ""))


ROLES_VUS = ("prefecture", "employeur", "conseillere", "direction", "gestionnaire")
# The application itself says nothing of anybody, and the phone must be able to keep it.
GARDABLES = {
    "permanences:service_worker",
    "permanences:manifeste",
    "admin:jsi18n",
}


@pytest.mark.parametrize("groupe", GROUPES)
def test_every_page_of_every_role_is_closed(
    groupe: str, distribution: dict[str, Any], objets: SimpleNamespace
) -> None:
    cles = sessions({role: distribution[role] for role in ROLES_VUS})
    fautes = {}
    for nom, regle in REGLES.items():
        if group_of(nom) != groupe:
            continue
        url = reverse(nom, args=example_arguments(objets, regle.arguments))
        for role, cle in cles.items():
            client = Client()
            client.cookies[settings.SESSION_COOKIE_NAME] = cle
            reponse = client.get(url)
            if reponse.streaming:
                list(reponse)
            connecte = bool(cle) and nom not in GARDABLES and reponse.wsgi_request.user.pk
            if trouvees := faults(reponse, bool(connecte)):
                fautes[f"{nom} {role}"] = trouvees
    assert fautes == {}


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
