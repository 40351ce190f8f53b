"""A journey in the browser, whose pages and clicks are counted."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, Response


class Parcours:
    """`pages`: those that were loaded; `clics`: those of the person who plays."""

    def __init__(self, page: Page) -> None:
        self.pages = self.clics = 0
        page.on("response", self._count)

    def _count(self, reponse: Response) -> None:
        # A redirect is no page: what it leads to is.
        demande = reponse.request
        if demande.is_navigation_request() and not 300 <= reponse.status < 400:
            self.pages += 1

    def click(self, cible: Locator) -> None:
        self.clics += 1
        cible.click()
