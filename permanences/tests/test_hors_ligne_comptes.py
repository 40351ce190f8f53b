"""Several people on one phone: nobody sees, sends or is given what another typed."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from conftest import MOT_DE_PASSE
from conseillers.models import Utilisateur
from permanences.models import Creneau, Seance
from permanences.tests.reseau import BON, COUPE, LENT, Reseau
from permanences.tests.telephone import Telephone, fill, save, send_now
from permanences.views.envois import compte_of

pytestmark = pytest.mark.navigateur

A_ELLE = re.compile("Brûlon|Brulon|Nadia")
GARDEES = """async () => (await (await caches.open('pages')).keys()).map(
    (r) => new URL(r.url).pathname)"""

# Whose each kept page is; the marks of the phone itself are nobody's.
PROPRIETAIRES = """async () => {
    const cache = await caches.open('pages');
    const pages = await cache.matchAll();
    return [...new Set(pages.map((r) => r.headers.get('X-Compte')).filter(Boolean))];
}"""


def sign_out(page: Page) -> None:
    page.goto("/compte/")
    page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Connexion")


def test_after_signing_out_nothing_is_shown_again(installe: Telephone, reseau: Reseau) -> None:
    page = installe.page
    page.goto("/mon-mois/")
    page.goto("/aujourdhui/")
    assert A_ELLE.search(page.content())
    # A page still on its way when she signs out.
    reseau.pannes, reseau.retard = {"/seances/": LENT}, 4
    autre = installe.context.new_page()
    autre.goto(f"{reseau.adresse}/envois/")
    autre.evaluate("() => { location.assign('/seances/'); }")
    page.wait_for_timeout(1500)
    sign_out(page)
    page.wait_for_timeout(4000)
    assert page.evaluate(GARDEES) == []
    for _ in range(3):
        page.go_back()
        assert not A_ELLE.search(page.content()), page.url
    assert page.evaluate(GARDEES) == []
    reseau.etat, reseau.pannes = COUPE, {}
    page.goto("/aujourdhui/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pas de réseau")


def test_a_sign_in_that_fails_takes_nothing_away(installe: Telephone, reseau: Reseau) -> None:
    page = installe.page
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.goto("/connexion/")
    page.get_by_label("Courriel").fill("nadia.brulon@exemple.fr")
    page.get_by_label("Mot de passe").fill("un autre")
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    reseau.etat = COUPE
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pas de réseau")
    fill(page)
    save(page)


def test_signing_in_on_what_another_typed_neither_sends_nor_shows_it(
    installe: Telephone, reseau: Reseau, conseillere: Utilisateur, conseiller_voisin: Utilisateur
) -> None:
    page = installe.page
    fill(page, personnes=3)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    # As a phone without room does.
    page.evaluate("() => { document.querySelector('form.seance').submit(); }")
    page.get_by_label("Courriel").fill(conseiller_voisin.courriel)
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter et envoyer").click()
    expect(page.get_by_text("sous un autre compte")).to_be_visible()
    assert not Seance.objects.exists()
    page.get_by_label("Courriel").fill(conseillere.courriel)
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter et envoyer").click()
    expect(page.get_by_text("Séance enregistrée.")).to_be_visible()
    assert Seance.objects.get().auteur.utilisateur == conseillere


def test_another_signs_in_beside_an_open_page(
    installe: Telephone,
    reseau: Reseau,
    conseillere: Utilisateur,
    conseiller_voisin: Utilisateur,
    creneau_du_jour: Creneau,
) -> None:
    page = installe.page
    journee = installe.context.new_page()
    journee.goto("/aujourdhui/")
    fill(page, personnes=3)
    # Whatever way the session changed hands.
    installe.sign_in(conseiller_voisin)
    voisin = installe.context.new_page()
    voisin.goto("/compte/")
    # Her open « Aujourd’hui » becomes his by itself, and may be kept again as such. It tells so to
    # her form, which stays as long as something is typed in it.
    expect(journee.locator("html")).to_have_attribute("data-compte", compte_of(conseiller_voisin))
    journee.wait_for_load_state()
    assert set(voisin.evaluate(PROPRIETAIRES)) <= {compte_of(conseiller_voisin)}
    save(page)
    expect(page.get_by_text("Votre session est terminée")).to_be_visible()
    assert not Seance.objects.exists()
    # Her open page becomes his: it shows nothing of hers any more.
    expect(journee.get_by_text(A_ELLE)).to_have_count(0)
    # Even posted as any form, it is not his.
    page.evaluate("() => { document.querySelector('form.seance').submit(); }")
    expect(page.get_by_text("sous un autre compte")).to_be_visible()
    voisin.goto("/envois/")
    expect(voisin.get_by_text("Rien n’attend sur ce téléphone.")).to_be_visible()
    assert not Seance.objects.exists()
    installe.sign_in(conseillere)
    page.goto("/aujourdhui/")
    send_now(page)
    installe.wait_until_empty()
    assert Seance.objects.get().auteur.utilisateur == conseillere
    assert reseau.etat == BON


def test_what_she_has_saved_gives_way_to_the_day_of_the_next_one(
    installe: Telephone, conseiller_voisin: Utilisateur
) -> None:
    page = installe.page
    fill(page)
    save(page)
    installe.wait_until_empty()
    installe.sign_in(conseiller_voisin)
    installe.context.new_page().goto("/compte/")
    # Not the form of a créneau that is not his, which he would not find.
    expect(page.locator("html")).to_have_attribute("data-compte", compte_of(conseiller_voisin))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Aujourd’hui")
    expect(page.get_by_text(A_ELLE)).to_have_count(0)
