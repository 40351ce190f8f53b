"""Signing in, in a real browser: a code, a key, ProConnect; and every page of it for everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from config.tests.accessible import REGLES_AXE, run_axe
from conftest import MOT_DE_PASSE
from conseillers.models import Utilisateur
from conseillers.tests.codes import code_of
from conseillers.tests.fournisseur import ProConnect, running, switch_on

pytestmark = [pytest.mark.navigateur, pytest.mark.filterwarnings("ignore")]
REGLES = [*REGLES_AXE, "best-practice"]


@pytest.fixture(autouse=True)
def exige(settings: Any, live_server: Any) -> None:
    cache.clear()
    settings.SECOND_FACTEUR_ROLES = ["gestionnaire", "direction", "prefecture"]
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    settings.SITE_URL = live_server.url


@pytest.fixture
def paroles(navigateur: Page) -> list[str]:
    """What the browser complains of: a script or a style refused by the policy, an error."""
    dites: list[str] = []
    navigateur.on("console", lambda m: m.type == "error" and dites.append(m.text))
    navigateur.on("pageerror", lambda e: dites.append(str(e)))
    return dites


@pytest.fixture
def cle(navigateur: Page) -> Iterator[Any]:
    """A telephone that unlocks with a finger, and keeps its keys."""
    session = navigateur.context.new_cdp_session(navigateur)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield session
    session.detach()


def check(page: Page, largeurs: tuple[int, ...] = (360, 1280)) -> None:
    """Names, contrasts, order of titles; and nothing wider than the screen."""
    for largeur in largeurs:
        page.set_viewport_size({"width": largeur, "height": 900})
        constats = run_axe(page, runOnly=REGLES).response["violations"]
        assert [(c["id"], [n["html"] for n in c["nodes"]]) for c in constats] == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def sign_in(page: Page, compte: Utilisateur) -> None:
    page.goto("/connexion/")
    page.get_by_label("Courriel").fill(compte.courriel)
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def confirm(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirmer que c’est vous")
    check(page)
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Confirmer").click()


def sign_out(page: Page) -> None:
    page.goto("/compte/")
    page.locator("main").get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Mon compte")


def test_an_application_of_codes_from_the_first_sign_in_to_the_last_code(
    navigateur: Page, gestionnaire: Utilisateur, paroles: list[str]
) -> None:
    page = navigateur
    page.goto("/connexion/")
    check(page)
    sign_in(page, gestionnaire)
    expect(page.get_by_text("Votre rôle demande un second facteur")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Ajouter une application").click()
    confirm(page)
    check(page)
    assert page.locator("img.qr").evaluate("e => e.naturalWidth") > 0
    secret = page.locator(".cle-a-recopier").inner_text()
    page.get_by_label("Code à six chiffres").fill("000000")
    page.get_by_role("button", name="Ajouter l’application").click()
    expect(page.get_by_role("alert").first).to_contain_text("Ce code n’est pas le bon")
    assert page.locator(".cle-a-recopier").inner_text() == secret, "nothing to scan again"
    check(page)
    page.get_by_label("Code à six chiffres").fill(code_of(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    check(page)
    codes = page.locator(".codes-de-secours code").all_inner_texts()
    with page.expect_download() as depot:
        page.get_by_role("link", name="Télécharger ces codes").click()
    assert all(code in depot.value.path().read_text() for code in codes)
    page.get_by_role("link", name="Je les ai gardés").click()
    expect(page).to_have_url(re.compile("/admin/$"))
    page.goto("/compte/second-facteur/")
    check(page)
    for lien in ("Retirer l’application", "En faire de nouveaux"):
        page.get_by_role("link", name=lien).click()
        check(page)
        page.go_back()

    sign_out(page)
    sign_in(page, gestionnaire)
    expect(page.get_by_role("heading", level=1)).to_have_text("Encore une étape")
    check(page)
    page.get_by_label("Code à six chiffres").fill(f"{codes[0][:4]} {codes[0][4:]}")
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page).to_have_url(re.compile("/admin/$"))
    assert paroles == []


def test_a_key_added_then_alone_at_the_next_sign_in(
    navigateur: Page, prefecture: Utilisateur, cle: Any, paroles: list[str]
) -> None:
    page = navigateur
    sign_in(page, prefecture)
    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    confirm(page)
    check(page)
    page.get_by_label("Nom de cette clé").fill("Téléphone d’Inès")
    page.get_by_label("Se connecter avec cette clé seule").check()
    page.get_by_role("button", name="Ajouter la clé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    page.goto("/compte/second-facteur/")
    expect(page.get_by_text("Téléphone d’Inès").first).to_be_visible()
    expect(page.get_by_text("Elle connecte sans mot de passe")).to_be_visible()
    check(page)

    sign_out(page)
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    expect(page).to_have_url(re.compile("/rapports/$"))
    page.goto("/compte/second-facteur/")
    page.get_by_role("link", name=re.compile("Renommer")).click()
    # A key was asked a moment ago, but to sign in: what changes the account asks again.
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirmer que c’est vous")
    page.get_by_role("link", name="Avec une clé d’accès").click()
    check(page)
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    page.get_by_label("Nom de cette clé").fill("Clé du bureau")
    check(page)
    page.get_by_role("button", name="Enregistrer ce nom").click()
    page.get_by_role("link", name=re.compile(r"Retirer\s: Clé du bureau")).click()
    check(page)
    page.get_by_role("button", name="Retirer la clé").click()
    expect(page.get_by_text("La clé d’accès est retirée")).to_be_visible()
    expect(page.get_by_text("Votre rôle demande un second facteur")).to_be_visible()
    assert paroles == []


def test_a_key_as_the_second_step_after_the_password(
    navigateur: Page, conseillere: Utilisateur, cle: Any, paroles: list[str]
) -> None:
    """Offered to advisors: the key is plain, the password stays."""
    page = navigateur
    sign_in(page, conseillere)
    page.goto("/compte/second-facteur/cles/ajouter/")
    confirm(page)
    page.get_by_role("button", name="Ajouter la clé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    sign_out(page)
    sign_in(page, conseillere)
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page).to_have_url(re.compile("/aujourdhui/$"))
    assert paroles == []


def test_who_gives_up_at_the_key_is_told_what_to_do(
    navigateur: Page, conseillere: Utilisateur, cle: Any
) -> None:
    cle.send("WebAuthn.disable")
    navigateur.goto("/connexion/")
    navigateur.evaluate(
        """() => { navigator.credentials.get =
            () => Promise.reject(new DOMException('', 'NotAllowedError')); }"""
    )
    navigateur.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    expect(navigateur.get_by_role("alert")).to_contain_text("Recommencez quand vous êtes prêt")
    check(navigateur)


def test_without_script_the_password_and_the_code_are_enough(
    chromium: Any, live_server: Any, direction: Utilisateur
) -> None:
    contexte = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="fr-FR"
    )
    page = contexte.new_page()
    sign_in(page, direction)
    expect(page.get_by_role("button", name=re.compile("clé d’accès"))).to_be_hidden()
    page.get_by_role("link", name="Ajouter une application").click()
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Confirmer").click()
    secret = page.locator(".cle-a-recopier").inner_text()
    page.get_by_label("Code à six chiffres").fill(code_of(secret))
    page.get_by_role("button", name="Ajouter l’application").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    contexte.close()


def test_the_other_pages_of_an_account(
    navigateur: Page, conseillere: Utilisateur, paroles: list[str]
) -> None:
    page = navigateur
    for adresse in ("/mot-de-passe-oublie/", "/mot-de-passe-oublie/envoye/",
                    "/mot-de-passe-oublie/choisi/", "/mot-de-passe-oublie/1-perdu/",
                    "/connexion/compte-ferme/"):  # fmt: skip
        page.goto(adresse)
        check(page)
    sign_in(page, conseillere)
    expect(page).to_have_url(re.compile("/aujourdhui/$"))
    for adresse in ("/compte/", "/compte/mot-de-passe/", "/compte/sessions/",
                    "/compte/second-facteur/"):  # fmt: skip
        page.goto(adresse)
        check(page)
    assert paroles == []


@pytest.fixture
def proconnect(settings: Any, live_server: Any) -> Iterator[ProConnect]:
    with running() as fournisseur:
        switch_on(settings, fournisseur, live_server.url)
        yield fournisseur


def test_proconnect_in_and_out(
    navigateur: Page, direction: Utilisateur, proconnect: ProConnect, paroles: list[str]
) -> None:
    proconnect.knows("agente-72", email=direction.courriel, acr="eidas2")
    page = navigateur
    page.goto("/admin/")
    check(page)
    page.get_by_role("link", name="S’identifier avec ProConnect").click()
    page.locator("input[name=sub]").fill("agente-72")
    page.locator("button").first.click()
    expect(page).to_have_url(re.compile("/admin/$"))

    sign_out(page)
    # The page leads there by itself; the provider asks, then sends back.
    page.wait_for_url(re.compile("/oauth2/end_session"))
    page.locator("button").first.click()
    expect(page.get_by_text("Vous êtes déconnecté du service et de ProConnect")).to_be_visible()
    page.goto("/admin/")
    expect(page).to_have_url(re.compile("/connexion/"))


def test_proconnect_refuses_who_has_no_account(navigateur: Page, proconnect: ProConnect) -> None:
    proconnect.knows("inconnue", email="inconnue@sarthe.fr")
    page = navigateur
    page.goto("/connexion/")
    page.get_by_role("link", name="S’identifier avec ProConnect").click()
    page.locator("input[name=sub]").fill("inconnue")
    page.locator("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aucun compte à cette adresse")
    check(page)
    page.get_by_role("link", name="Revenir à la connexion").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")
