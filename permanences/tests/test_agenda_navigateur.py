"""« Mon agenda » in a real browser: a list on a phone, a grid on a desk, conflicts while typing."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from conseillers.models import Utilisateur
from permanences.models import Creneau, Fermeture, LieuAccueil
from permanences.tests.conftest import Ouvrir, check, touch

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("mardi_13_octobre")]


def columns(page: Page) -> int:
    """How many days stand side by side."""
    return page.evaluate(
        """new Set([...document.querySelectorAll('.agenda__jour')]
             .filter(e => e.checkVisibility())
             .map(e => Math.round(e.getBoundingClientRect().left))).size"""
    )


@pytest.mark.parametrize(("largeur", "attendues"), [(360, 1), (1280, 7)])
def test_a_list_on_a_phone_and_a_grid_on_a_desk_are_one_list(
    ouvrir: Ouvrir,
    largeur: int,
    attendues: int,
    conseillere: Utilisateur,
    creneau_brulon: Creneau,
) -> None:
    page = ouvrir(largeur, conseillere)
    for adresse in ("/agenda/", "/agenda/mois/2026-10/"):
        page.goto(adresse)
        assert columns(page) == attendues, adresse
        jours = page.locator("ol.agenda > li")
        expect(jours.filter(has_text="Mairie de Brûlon").first).to_contain_text("Mardi")
    page.goto("/agenda/")
    page.get_by_role("link", name="Suivante").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Semaine du 19 octobre 2026")
    page.get_by_role("link", name="Cette semaine").click()
    expect(page.locator("[aria-current=date]")).to_contain_text("Mardi 13 oct.")


def fill(page: Page, lieu: LieuAccueil, de: str, a: str) -> None:
    page.get_by_label("Lieu d’accueil").select_option(str(lieu.pk))
    page.get_by_label("Date, ou premier jour").fill("2026-10-20")
    page.get_by_label("De", exact=True).fill(de)
    page.get_by_label("À", exact=True).fill(a)


@pytest.mark.parametrize("largeur", (360, 1280))
def test_a_conflict_is_said_while_typing_and_gone_once_mended(
    ouvrir: Ouvrir,
    largeur: int,
    conseillere: Utilisateur,
    creneau_brulon: Creneau,
    mediatheque_la_fleche: LieuAccueil,
) -> None:
    page = ouvrir(largeur, conseillere)
    page.goto("/agenda/creneaux/nouveau/")
    fill(page, mediatheque_la_fleche, "11:00", "13:00")
    constat = page.get_by_role("status")
    expect(constat).to_contain_text("Vous êtes déjà ailleurs")
    check(page, "conflit")
    page.get_by_role("button", name="Voir ce que cela change").click()
    expect(page.get_by_role("alert")).to_contain_text("Vous êtes déjà ailleurs")
    page.get_by_label("De", exact=True).fill("14:00")
    page.get_by_label("À", exact=True).fill("16:00")
    expect(page.get_by_role("status")).to_contain_text("Une date")
    page.get_by_role("button", name="Voir ce que cela change").click()
    check(page, "confirmation")
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("status")).to_contain_text("c’est dans votre agenda")
    assert Creneau.objects.filter(lieu=mediatheque_la_fleche).count() == 1


def test_everything_works_without_javascript(
    ouvrir: Ouvrir,
    conseillere: Utilisateur,
    creneau_brulon: Creneau,
    mairie_brulon: LieuAccueil,
) -> None:
    page = ouvrir(360, conseillere, javascript=False)
    page.goto("/agenda/")
    page.get_by_role("link", name="Prévoir un créneau").click()
    expect(page.get_by_label("Titre")).to_be_hidden()
    touch(page, "Atelier")
    page.get_by_label("Titre").fill("Mes photos")
    page.get_by_label("Places").fill("8")
    fill(page, mairie_brulon, "14:00", "16:00")
    page.get_by_role("button", name="Voir ce que cela change").click()
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("status")).to_contain_text("c’est dans votre agenda")
    assert Creneau.objects.get(nature="atelier").capacite == 8
    page.get_by_role("link", name="Annuler une période").click()
    page.get_by_label("Du", exact=True).fill("2026-10-19")
    page.get_by_label("Au", exact=True).fill("2026-10-23")
    touch(page, "Intempéries")
    page.get_by_role("button", name="Voir les dates concernées").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Annuler 2")
    page.get_by_role("button", name="Annuler ces dates").click()
    expect(page.get_by_role("status")).to_contain_text("2 dates annulées.")
    assert Fermeture.objects.get().date_fin == dt.date(2026, 10, 23)
    assert page.locator(".agenda__entree--annulee").count() == 2


@pytest.mark.parametrize("largeur", (360, 1280))
def test_a_cancelled_period_and_its_return_are_accessible(
    ouvrir: Ouvrir,
    largeur: int,
    conseillere: Utilisateur,
    creneau_brulon: Creneau,
) -> None:
    page = ouvrir(largeur, conseillere)
    page.goto(f"/agenda/periode/?creneau={creneau_brulon.pk}")
    page.get_by_label("Du", exact=True).fill("2026-10-13")
    page.get_by_label("Au", exact=True).fill("2026-10-27")
    touch(page, "Intempéries")
    page.get_by_role("button", name="Voir les dates concernées").click()
    check(page, "dates concernées")
    page.get_by_role("button", name="Annuler ces dates").click()
    check(page, "agenda annulé")
    page.goto("/agenda/periode/")
    page.get_by_role("link", name="Rétablir").click()
    check(page, "retour")
    page.get_by_role("button", name="Rétablir").click()
    expect(page.get_by_role("status")).to_contain_text("La période est rétablie.")
