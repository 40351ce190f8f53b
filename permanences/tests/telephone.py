"""A phone: a browser with its own storage, which a restart keeps."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from config.pytest_servers import CHROMIUM, PATIENCE
from conftest import MOT_DE_PASSE
from conseillers.models import Utilisateur
from permanences.tests.reseau import Reseau

CE_QUI_ATTEND = """() => new Promise((tenir) => {
    const demande = indexedDB.open("envois");
    demande.onsuccess = () => {
        const base = demande.result;
        const toutes = base.transaction("attente").objectStore("attente").getAll();
        toutes.onsuccess = () => { base.close(); tenir(toutes.result); };
    };
})"""


class Telephone:
    """A browser with its own storage, which a restart keeps."""

    def __init__(self, playwright: Any, dossier: Path, reseau: Reseau) -> None:
        self._playwright, self._dossier, self._reseau = playwright, dossier, reseau
        self.context: BrowserContext
        self.start()

    def start(self) -> None:
        self.context = self._playwright.chromium.launch_persistent_context(
            str(self._dossier),
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--no-first-run"],
            base_url=self._reseau.adresse,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            viewport={"width": 360, "height": 800},
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(PATIENCE)

    def restart(self) -> Page:
        """The battery dies; the browser is opened again."""
        self.context.close()
        self.start()
        return self.page

    @property
    def page(self) -> Page:
        return self.context.pages[0]

    def sign_in(self, utilisateur: Utilisateur) -> None:
        client = Client()
        client.force_login(utilisateur)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies(
            [
                {
                    "name": cookie.key,
                    "value": cookie.value,
                    "url": self._reseau.adresse,
                    # As the sign-in page gives it: it outlives the browser.
                    "expires": time.time() + settings.SESSION_COOKIE_AGE,
                }
            ]
        )

    def sign_in_by_hand(self, utilisateur: Utilisateur) -> None:
        self.page.goto("/connexion/")
        self.page.get_by_label("Courriel").fill(utilisateur.courriel)
        self.page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
        self.page.get_by_role("button", name="Se connecter", exact=True).click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Aujourd’hui")

    def install(self) -> None:
        """Open « Aujourd’hui » until the phone keeps its pages."""
        self.page.goto("/aujourdhui/")
        self.until(
            """async () => {
                if (!navigator.serviceWorker.controller) return false;
                const { pages } = await (await fetch("/hors-ligne/etat/")).json();
                const cache = await caches.open("pages");
                const gardees = await Promise.all(pages.map((p) => cache.match(p)));
                return gardees.every(Boolean);
            }"""
        )

    def until(self, condition: str, secondes: float = 60) -> None:
        """Playwright’s own wait does not wait for a promise."""
        fin = time.monotonic() + secondes
        while not self.page.evaluate(condition):
            assert time.monotonic() < fin, f"still false: {condition}"
            self.page.wait_for_timeout(100)

    def wait_until_updated(self) -> None:
        """The new version serves the pages.

        A browser starts it once the worker of the version before has been idle for a while. With
        a debugger attached, as here, it never finds it idle: it is stopped in its place.
        """
        en_attente = "async () => (await navigator.serviceWorker.getRegistration()).waiting"
        for _ in range(20):
            if not self.page.evaluate(f"async () => Boolean(await ({en_attente})())"):
                return
            self.page.wait_for_timeout(2000)
            session = self.context.new_cdp_session(self.page)
            session.send("ServiceWorker.enable")
            session.send("ServiceWorker.stopAllWorkers")
            session.detach()
        raise AssertionError("the new version never started")

    def rows(self) -> list[dict[str, Any]]:
        """What waits in the phone, whoever it belongs to."""
        return self.page.evaluate(CE_QUI_ATTEND)

    def wait_until_empty(self) -> None:
        self.until(f"() => ({CE_QUI_ATTEND})().then(t => !t.length)")


# --- What an advisor does with it ----------------------------------------------------------


def touch(page: Page, texte: str) -> None:
    page.locator("label.tuile").filter(has=page.get_by_text(texte, exact=True)).first.click()


def fill(page: Page, duree: str = "30 min", personnes: int = 1) -> None:
    """From « Aujourd’hui »: what differs is the number of people, to recognise each one."""
    page.goto("/aujourdhui/")
    page.get_by_role("link", name=re.compile("Saisir une séance : Mairie de Brûlon")).click()
    touch(page, duree)
    touch(page, "E-mail")
    page.get_by_label("Nombre de personnes").fill(str(personnes))


def save(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer la séance").click()
    expect(page.get_by_role("heading", name="C’est noté")).to_be_visible()


def send_now(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new Event('online'))")
