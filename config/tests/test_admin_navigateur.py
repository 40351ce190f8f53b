"""The admin in a real browser: strict policy, names for screen readers, a tablet's width."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from config.tests.accessible import REGLES_AXE, run_axe

pytestmark = pytest.mark.navigateur

# The list that Select2 draws for several values holds its search field: theirs to mend.
OPTIONS = {"runOnly": REGLES_AXE, "rules": {"list": {"enabled": False}}}


def sign_in(page: Page, utilisateur: Any, adresse: str) -> None:
    client = Client()
    client.force_login(utilisateur)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": adresse}])


def pages_of(objets: SimpleNamespace) -> list[str]:
    return [
        reverse("admin:index"),
        reverse("admin:conseillers_affectation_changelist"),
        reverse("admin:conseillers_affectation_add"),
        reverse("admin:conseillers_poste_change", args=[objets.poste]),
        reverse("admin:conseillers_poste_delete", args=[objets.poste]),
        reverse("admin:conseillers_convention_change", args=[objets.convention]),
        reverse("admin:permanences_seance_changelist"),
        reverse("admin:permanences_seance_change", args=[objets.seance]),
        reverse("admin:conseillers_recrutement"),
        reverse("admin:conseillers_recrutement_fiche", args=[objets.candidature]),
        reverse("admin:conseillers_recrutement_recruter", args=[objets.retenue]),
        reverse("admin:conseillers_candidature_add"),
        reverse("admin:conseillers_reseau"),
        reverse("admin:conseillers_reseau_formations"),
        reverse("admin:conseillers_reseau_nouvelle"),
        reverse("admin:conseillers_reseau_rencontre", args=[objets.rencontre]),
        reverse("admin:conseillers_reseau_invitations", args=[objets.rencontre]),
        reverse("admin:conseillers_reseau_presences", args=[objets.rencontre]),
        reverse("admin:conseillers_reseau_annuler", args=[objets.rencontre]),
        reverse("admin:reporting_conservation"),
        reverse("admin:reporting_personne", args=["conseiller", objets.conseiller]),
        reverse("admin:reporting_mois"),
        reverse("admin:reporting_mois_detail", args=[objets.cle_mois]),
        reverse("admin:reporting_mois_acte", args=[objets.cle_mois, "cloturer"]),
    ]


@pytest.mark.parametrize("largeur", [768, 1280])
def test_the_admin_is_accessible_under_a_strict_policy(
    navigateur: Page, live_server: Any, objets: SimpleNamespace, gestionnaire: Any, largeur: int
) -> None:
    paroles: list[str] = []
    navigateur.on("console", lambda message: paroles.append(message.text))
    sign_in(navigateur, gestionnaire, live_server.url)
    navigateur.set_viewport_size({"width": largeur, "height": 900})
    for adresse in pages_of(objets):
        paroles.clear()
        navigateur.goto(adresse)
        # axe itself writes styles: what the page did is judged before it comes.
        assert not [p for p in paroles if "Content Security Policy" in p], adresse
        assert navigateur.evaluate("document.documentElement.scrollWidth <= innerWidth"), adresse
        constats = run_axe(navigateur, **OPTIONS)
        assert constats.violations_count == 0, f"{adresse}\n{constats.generate_report()}"


def test_a_poste_is_chosen_by_typing_a_few_letters(
    navigateur: Page, live_server: Any, objets: SimpleNamespace, gestionnaire: Any
) -> None:
    sign_in(navigateur, gestionnaire, live_server.url)
    navigateur.goto(reverse("admin:permanences_creneau_add"))
    navigateur.get_by_role("combobox", name="Lieu").click()
    navigateur.keyboard.type("brulon")
    choix = navigateur.get_by_role("option", name="Mairie de Brûlon")
    expect(choix).to_be_visible()
    navigateur.keyboard.press("Enter")
    expect(navigateur.locator("#select2-id_lieu-container")).to_contain_text("Mairie de Brûlon")
