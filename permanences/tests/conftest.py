"""A browser on the site; a phone, its network, and a créneau today."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from config.pytest_servers import PATIENCE
from config.tests.accessible import run_axe
from conseillers.models import Utilisateur
from permanences.coop import CompteRendu
from permanences.enums import FormeExport
from permanences.models import Creneau, ImportCoop, LieuAccueil
from permanences.services import coop
from permanences.tests.comptes_rendus import Importer
from permanences.tests.reseau import Reseau
from permanences.tests.telephone import Telephone

Ouvrir = Callable[..., Page]


@pytest.fixture
def ouvrir(chromium: Any, live_server: Any) -> Iterator[Ouvrir]:
    """Open the site at a width, signed in or not: ouvrir(360, conseillere, javascript=False)."""
    contextes: list[Any] = []
    paroles: list[str] = []

    def open_page(
        largeur: int, utilisateur: Utilisateur | None = None, javascript: bool = True
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            viewport={"width": largeur, "height": 800},
            java_script_enabled=javascript,
            # It would keep real time, and the pages the test's (test_hors_ligne has it all).
            service_workers="block",
            # A colour caught in the middle of a transition is no colour to judge.
            reduced_motion="reduce",
        )
        if utilisateur:
            client = Client()
            client.force_login(utilisateur)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies(
                [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
            )
        # The phone's clock is the server's.
        context.clock.set_fixed_time(timezone.now())
        contextes.append(context)
        context.set_default_timeout(PATIENCE)
        context.on("console", lambda message: paroles.append(message.text))
        return context.new_page()

    yield open_page
    for context in contextes:
        context.close()
    assert not [p for p in paroles if "Content Security Policy" in p]


def touch(page: Page, texte: str) -> None:
    """A tap on the tile of exactly this text."""
    page.locator("label.tuile").filter(has=page.get_by_text(texte, exact=True)).first.click()


def check(page: Page, adresse: str) -> None:
    """No axe violation, nothing wider than the screen, nothing too small for a thumb."""
    violations = run_axe(page).response["violations"]
    trouvees = [(v["id"], [n["html"] for n in v["nodes"][:3]]) for v in violations]
    assert not trouvees, f"{adresse}: {trouvees}"
    large, ecran = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    trop = page.evaluate(
        """[...document.body.querySelectorAll('*')]
           .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1)
           .filter(e => !e.closest('.defile'))
           .map(e => e.outerHTML.slice(0, 90))"""
    )
    assert large <= ecran, f"{adresse}: {large} px on a screen of {ecran}: {trop[-6:]}"
    petits = page.evaluate(
        """[...document.querySelectorAll(
             '.bouton, .bouton-lien, .tuile, .navigation a, .lien-cible, select, summary, button,'
             + 'input:not([type=hidden], [type=radio], [type=checkbox])')]
           .filter(e => e.checkVisibility({visibilityProperty: true}))
           .filter(e => e.getBoundingClientRect().height < 43.5
                || (e.tagName === 'BUTTON' && e.getBoundingClientRect().width < 43.5))
           .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert not petits, f"{adresse}: {petits}"


@pytest.fixture
def reseau(live_server: Any) -> Iterator[Reseau]:
    reseau = Reseau(live_server.url)
    yield reseau
    reseau.close()


@pytest.fixture
def telephone(
    reseau: Reseau, chromium: Any, playwright: Any, tmp_path: Path
) -> Iterator[Telephone]:
    telephone = Telephone(playwright, tmp_path / "profil", reseau)
    yield telephone
    telephone.context.close()


@pytest.fixture
def installe(telephone: Telephone, conseillere: Utilisateur, creneau_du_jour: Creneau) -> Telephone:
    telephone.sign_in(conseillere)
    telephone.install()
    return telephone


@pytest.fixture
def creneau_du_jour(creneau_brulon: Creneau) -> Creneau:
    """Brûlon every day of the week: today has one, whatever today is."""
    creneau_brulon.recurrence = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU"
    creneau_brulon.feries = True
    creneau_brulon.save()
    return creneau_brulon


# --- La Coop ---------------------------------------------------------------------------------


@pytest.fixture
def importer(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil, mardi_10_novembre: Any
) -> Importer:
    """A finished run of the advisor's own export: importer(activite(), …)."""

    def run(*comptes_rendus: CompteRendu, **champs: Any) -> ImportCoop:
        importation = coop.open_run(
            **{
                "forme": FormeExport.CONSEILLER,
                "conseiller": conseillere.conseiller,
            }
            | champs
        )
        coop.write_comptes_rendus(importation=importation, comptes_rendus=comptes_rendus)
        coop.finish_import_coop(importation=importation)
        return importation

    return run
