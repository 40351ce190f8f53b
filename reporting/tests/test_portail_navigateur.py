"""The portal and the public page in a real browser: phone and desk, strict policy, axe."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from config.tests.accessible import REGLES_AXE, run_axe
from reporting.enums import StatutRapport, TypeRapport
from reporting.models import Rapport
from reporting.tests import exemple
from reporting.tests.test_portail import make_rapport
from reporting.views import comparaisons, portail

pytestmark = pytest.mark.navigateur

LARGEURS = (360, 1280)


@pytest.fixture
def page(navigateur: Page) -> Iterator[Page]:
    """A page that fails the test when the policy refused something."""
    paroles: list[str] = []
    navigateur.on("console", lambda message: paroles.append(message.text))
    yield navigateur
    assert not [p for p in paroles if "Content Security Policy" in p]


@pytest.fixture
def deux_versions(live_server: Any) -> tuple[Rapport, Rapport]:
    return make_rapport(statut=StatutRapport.REMPLACE), make_rapport(version=2)


@pytest.fixture
def couverture(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Rapport:
    for module in (portail, comparaisons):
        monkeypatch.setattr(module, "carte_du_departement", exemple.carte)
    return make_rapport(TypeRapport.COUVERTURE, donnees=exemple.couverture())


def sign_in(page: Page, utilisateur: Any, adresse: str) -> None:
    client = Client()
    client.force_login(utilisateur)
    valeur = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": valeur, "url": adresse}]
    )


def check_screen(page: Page) -> None:
    """No WCAG A/AA violation, no sideways scrolling of the page."""
    constats = run_axe(page, runOnly=REGLES_AXE)
    assert constats.violations_count == 0, constats.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def drop(page: Page, nom: str, contenu: bytes) -> None:
    page.set_input_files(
        "#fichier", {"name": nom, "mimeType": "application/pdf", "buffer": contenu}
    )


@pytest.mark.parametrize("largeur", LARGEURS)
def test_the_portal_is_accessible(
    page, live_server, deux_versions, couverture, prefecture, largeur
):
    autre = make_rapport(TypeRapport.COUVERTURE, mois=dt.date(2026, 9, 1))
    sign_in(page, prefecture, live_server.url)
    page.set_viewport_size({"width": largeur, "height": 800})
    for adresse in (
        reverse("rapports:liste"),
        reverse("rapports:detail", args=[deux_versions[1].pk]),
        reverse("rapports:detail", args=[couverture.pk]),
        reverse("rapports:comparaison"),
        f"{reverse('rapports:comparaison')}?a={deux_versions[0].pk}&b={deux_versions[1].pk}",
        f"{reverse('rapports:comparaison')}?a={autre.pk}&b={couverture.pk}&tableau=par_epci",
        reverse("rapports:verifier", args=[deux_versions[0].code]),
        reverse("rapports:verifier_un_code"),
    ):
        page.goto(adresse)
        check_screen(page)


def test_the_prefecture_takes_a_report_and_says_received(
    page, live_server, deux_versions, prefecture
):
    sign_in(page, prefecture, live_server.url)
    page.goto(reverse("rapports:liste"))
    page.get_by_role("link", name="Version 2 du rapport").click()
    with page.expect_download() as prise:
        page.get_by_role("link", name="PDF").first.click()
    contenu = prise.value.path().read_bytes()
    assert hashlib.sha256(contenu).hexdigest() == deux_versions[1].sha256
    page.get_by_role("button", name="Reçu").click()
    expect(page.get_by_text("La réception est enregistrée")).to_be_visible()
    expect(page.get_by_role("button", name="Reçu")).to_have_count(0)


def test_a_file_is_judged_in_the_browser_and_never_sent(page, live_server, deux_versions):
    ancienne, nouvelle = deux_versions
    page.goto(reverse("rapports:verifier", args=[nouvelle.code]))
    envois: list[str] = []

    def note(requete):
        # The browser asks for the site's icon when it likes.
        if not requete.url.endswith("/icone.svg"):
            envois.append(requete.url)

    page.on("request", note)
    for rapport, verdict in (
        (nouvelle, "Authentique et en vigueur"),
        (ancienne, "Authentique, mais remplacé par la version 2"),
    ):
        with rapport.pdf.open("rb") as flux:
            drop(page, "rapport.pdf", flux.read())
        expect(page.get_by_role("status")).to_contain_text(verdict)
    drop(page, "autre.pdf", b"autre chose")
    expect(page.get_by_role("status")).to_contain_text("Inconnu")
    assert envois == []


def test_without_javascript_the_fingerprint_and_the_commands_are_there(
    chromium, live_server, deux_versions
):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    sans_script = context.new_page()
    sans_script.goto(reverse("rapports:verifier", args=[deux_versions[1].code]))
    expect(sans_script.get_by_label("Fichier PDF à vérifier")).to_be_hidden()
    expect(sans_script.get_by_text(deux_versions[1].sha256)).to_be_visible()
    expect(sans_script.get_by_text("certutil -hashfile")).to_be_visible()
    context.close()


def test_two_reports_are_chosen_and_compared_with_the_keyboard_alone(
    chromium, live_server, deux_versions, prefecture
):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, prefecture, live_server.url)
    page.goto(f"{reverse('rapports:comparaison')}?type=frequentation")
    page.get_by_label("Premier rapport").focus()
    page.keyboard.type("Octobre 2026, version 1")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tous les chiffres qui diffèrent")).to_be_visible()
    expect(page.get_by_role("heading", name="Rapport de fréquentation :")).to_contain_text(
        "version 1, et octobre 2026, version 2"
    )
    context.close()
