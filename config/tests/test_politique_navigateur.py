"""In a real browser, no page asks for what the policy refuses, and the policy does refuse."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from config.tests.test_admin_navigateur import pages_of, sign_in

pytestmark = pytest.mark.navigateur
ECOUTE = """
document.addEventListener("securitypolicyviolation", (e) =>
  refuse(`${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile || ""}`));
"""
CHARGEE = "load"


@pytest.fixture
def refus(navigateur: Page) -> Iterator[list[str]]:
    """What the policy refused, and what the console says of our headers."""
    dits: list[str] = []
    navigateur.expose_binding("refuse", lambda _source, dit: dits.append(dit))
    navigateur.add_init_script(ECOUTE)
    navigateur.on("console", lambda m: dits.append(m.text) if is_about_us(m.text) else None)
    yield dits


def is_about_us(texte: str) -> bool:
    return any(mot in texte for mot in ("Permissions-Policy", "Content Security", "Refused to"))


def pages_of_roles(objets: SimpleNamespace) -> dict[str, list[str]]:
    return {
        "gestionnaire": [
            *pages_of(objets),
            reverse("admin:reporting_import"),
            reverse("admin:conseillers_journal"),
        ],
        "conseillere": [
            "/aujourdhui/", "/seances/nouvelle/", "/seances/", "/agenda/", "/mon-mois/",
            "/mes-chiffres/", "/envois/", "/compte/", "/agenda/abonnement/", "/compte/jetons/",
            "/api/",
        ],
        "employeur": ["/structure/", "/compte/"],
        "prefecture": [
            "/rapports/", f"/rapports/{objets.rapport_transmis}/", "/rapports/comparaison/",
            f"/verifier/{objets.code_transmis}",
        ],
    }  # fmt: skip


@pytest.mark.parametrize("role", ["gestionnaire", "conseillere", "employeur", "prefecture"])
def test_no_page_asks_for_what_the_policy_refuses(
    navigateur: Page,
    live_server: Any,
    refus: list[str],
    distribution: dict[str, Any],
    objets: SimpleNamespace,
    role: str,
) -> None:
    sign_in(navigateur, distribution[role], live_server.url)
    fautes = {}
    for adresse in pages_of_roles(objets)[role]:
        refus.clear()
        reponse = navigateur.goto(adresse, wait_until=CHARGEE)
        assert reponse and reponse.status == 200, adresse
        navigateur.evaluate("() => document.fonts.ready.then(() => 1)")
        if refus:
            fautes[adresse] = list(refus)
    assert fautes == {}


def test_nobody_signed_in_sees_pages_without_refusal(
    navigateur: Page, refus: list[str], objets: SimpleNamespace
) -> None:
    for adresse in ("/connexion/", "/mot-de-passe-oublie/", "/verifier", "/hors-ligne/"):
        navigateur.goto(adresse, wait_until=CHARGEE)
    assert refus == []


def test_what_somebody_slips_into_a_page_does_not_run(
    navigateur: Page, refus: list[str], db: None
) -> None:
    """The same ears hear it when there is something to hear."""
    navigateur.goto("/connexion/")
    navigateur.evaluate(
        """() => {
          document.body.insertAdjacentHTML("beforeend", '<img src="https://ailleurs.invalid/x.png">'
            + '<p style="color: red" onclick="window.vole = 1">x</p>');
          const script = document.createElement("script");
          script.textContent = "window.vole = 1";
          document.body.append(script);
          document.querySelector("p[style]").click();
        }"""
    )
    navigateur.wait_for_timeout(300)
    assert navigateur.evaluate("() => window.vole") is None
    entendues = {dit.split()[0] for dit in refus}
    assert {"img-src", "script-src-elem", "script-src-attr", "style-src-attr"} <= entendues
