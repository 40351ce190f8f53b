"""axe-core on a page of a browser."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe, AxeResults
from playwright.sync_api import Page

# WCAG 2.2, A and AA: RGAA 4.1 asks for those of WCAG 2.1.
REGLES_AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def run_axe(page: Page, **options: Any) -> AxeResults:
    """Every violation; of what passed, one node at most: telling them all took half of its time."""
    return Axe().run(page, options={"resultTypes": ["violations"], **options})
