"""Lists, their columns, their bulk acts in a real browser: at a desk and on a tablet."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from config.tests.accessible import REGLES_AXE, run_axe
from config.tests.test_admin_navigateur import sign_in

pytestmark = pytest.mark.navigateur


def judge(page: Page) -> None:
    constats = run_axe(page, runOnly=REGLES_AXE)
    assert constats.violations_count == 0, f"{page.url}\n{constats.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize("largeur", [1280, 768])
def test_lists_columns_and_acts_are_accessible(
    navigateur: Page, live_server: Any, objets: Any, gestionnaire: Any, largeur: int
) -> None:
    sign_in(navigateur, gestionnaire, live_server.url)
    navigateur.set_viewport_size({"width": largeur, "height": 900})
    versements = reverse("admin:conseillers_versement_changelist")
    for adresse in (
        reverse("admin:permanences_seance_changelist"),
        versements,
        f"{versements}?q=absent",
        reverse("admin:permanences_seance_colonnes"),
        reverse("admin:reporting_import_type", args=["seances"]),
    ):
        navigateur.goto(adresse)
        judge(navigateur)
    navigateur.goto(reverse("admin:conseillers_structure_changelist"))
    navigateur.locator("#action-toggle").check()
    navigateur.locator("select[name=action]").select_option("delete_selected")
    navigateur.get_by_role("button", name="Appliquer à la sélection").click()
    expect(navigateur.get_by_text("changeront pas")).to_be_visible()
    judge(navigateur)


def test_a_list_leads_to_its_filters_only_where_they_are_below_and_prints_as_a_table(
    navigateur: Page, live_server: Any, objets: Any, gestionnaire: Any
) -> None:
    sign_in(navigateur, gestionnaire, live_server.url)
    navigateur.goto(reverse("admin:conseillers_poste_changelist"))
    filtrer = navigateur.get_by_role("link", name="Filtrer", exact=True)
    navigateur.set_viewport_size({"width": 1280, "height": 900})
    expect(filtrer).to_be_hidden()
    navigateur.set_viewport_size({"width": 768, "height": 900})
    expect(filtrer).to_be_visible()
    appliquer = navigateur.get_by_role("button", name="Appliquer à la sélection")
    expect(appliquer).to_be_visible()
    navigateur.emulate_media(media="print")
    for rien in (filtrer, appliquer, navigateur.locator("#searchbar, .action-select").first):
        expect(rien).to_be_hidden()
    expect(navigateur.get_by_role("link", name="Histoire du Poste 1")).to_be_visible()


def test_columns_are_chosen_in_four_clicks_without_a_script(
    chromium: Any, live_server: Any, objets: Any, gestionnaire: Any
) -> None:
    contexte = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = contexte.new_page()
    sign_in(page, gestionnaire, live_server.url)
    page.goto(reverse("admin:permanences_seance_changelist"))
    page.get_by_role("link", name="Choisir les colonnes").click()
    page.get_by_label("Premières venues", exact=True).check()
    page.get_by_role("button", name="Monter Premières venues").click()
    page.get_by_role("button", name="Enregistrer").last.click()
    entetes = page.locator("#result_list thead th").all_inner_texts()
    contexte.close()
    assert "premières venues" in [texte.strip().lower() for texte in entetes]
