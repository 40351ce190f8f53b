"""What the scripts add to the pages, as it is seen, heard and reached: banner, refusals, panel."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, Route, expect

from conftest import make_seance
from conseillers.models import Utilisateur
from permanences.models import Creneau, Declaration
from permanences.tests.conftest import Ouvrir, check, touch

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("mardi_13_octobre")]

# A phone of 360 px, and the same one with the text twice as large.
LARGEURS = (360, 180)


def cut(page: Page) -> None:
    """Pages still come; nothing that is sent arrives."""

    def drop(route: Route) -> None:
        if route.request.method == "POST":
            route.abort()
        else:
            route.continue_()

    page.route("**/*", drop)


def fill(page: Page, creneau: Creneau, titre: str = "") -> None:
    page.goto(f"/seances/nouvelle/?creneau={creneau.pk}&date=2026-10-13")
    expect(page.locator(".pas").first).to_be_attached()
    touch(page, "45 min")
    touch(page, "E-mail")
    if titre:
        page.get_by_text("Où et quand").click()
        touch(page, "Atelier")
        page.locator("summary", has_text="Précisions").click()
        page.get_by_label("Titre de l’atelier").fill(titre)
    page.get_by_role("button", name="Enregistrer la séance").click()


@pytest.mark.parametrize("largeur", LARGEURS)
def test_what_waits_is_told_on_each_page_and_before_a_month_is_declared(
    ouvrir: Ouvrir, largeur: int, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    page = ouvrir(largeur, conseillere)
    cut(page)
    fill(page, creneau_brulon)
    expect(page.get_by_role("heading", name="C’est noté")).to_be_visible()
    expect(page.locator("[data-apres]")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text(re.compile("Pas de réseau : gardée"))
    check(page, "confirmation")
    for adresse in ("/aujourdhui/", "/seances/", "/envois/", "/mon-mois/"):
        page.goto(adresse)
        expect(page.get_by_text("1 saisie attend sur ce téléphone.")).to_be_visible()
        check(page, f"{adresse} avec une saisie en attente")
    expect(page.get_by_role("heading", name="Des saisies d’octobre 2026 attendent")).to_be_visible()
    page.goto("/mon-mois/2026-09/")
    expect(page.get_by_role("heading", name=re.compile("Des saisies"))).to_be_hidden()


def test_a_month_is_not_declared_by_mistake_while_its_seances_wait(
    ouvrir: Ouvrir, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    page = ouvrir(360, conseillere)
    cut(page)
    fill(page, creneau_brulon)
    expect(page.get_by_role("heading", name="C’est noté")).to_be_visible()
    page.goto("/mon-mois/2026-10/1/complet/")
    expect(page.get_by_role("heading", name="Des saisies d’octobre 2026 attendent")).to_be_visible()
    page.unroute_all()
    page.route("**/seances/nouvelle/", lambda route: route.abort())
    demandes: list[str] = []

    def refuse(dialogue: object) -> None:
        demandes.append(dialogue.message)  # type: ignore[attr-defined]
        dialogue.dismiss()  # type: ignore[attr-defined]

    page.once("dialog", refuse)
    with page.expect_event("dialog"):
        page.get_by_role("button", name="Oui, mon mois est complet").click()
    assert "1 saisie de ce mois n’est pas encore envoyée" in demandes[0]
    assert not Declaration.objects.exists()
    page.once("dialog", lambda dialogue: dialogue.accept())
    page.get_by_role("button", name="Oui, mon mois est complet").click()
    expect(page.get_by_text("est déclaré complet")).to_be_visible()
    assert Declaration.objects.exists()


@pytest.mark.parametrize("largeur", LARGEURS)
def test_a_refused_entry_is_announced_and_corrected(
    ouvrir: Ouvrir, largeur: int, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    page = ouvrir(largeur, conseillere)
    fill(page, creneau_brulon, titre="Appeler le 06 12 34 56 78")
    alerte = page.get_by_role("alert")
    expect(alerte).to_be_focused()
    check(page, "refus du service")
    alerte.get_by_role("link", name="Titre de l’atelier").click()
    champ = page.get_by_label("Titre de l’atelier")
    expect(champ).to_be_focused()
    expect(champ).to_have_accessible_description(re.compile("ressemble à un numéro"))
    page.goto("/envois/")
    expect(page.locator("main")).to_match_aria_snapshot(
        """
        - status: /1 saisie est refusée/
        - paragraph:
          - link "Voir mes envois"
        - heading "Mes envois" [level=1]
        - region "À envoyer ou à corriger":
          - heading "À envoyer ou à corriger" [level=2]
          - list:
            - listitem:
              - paragraph: /mardi 13 octobre .* Atelier, Mairie de Brûlon, 45 min Refusée/
              - list:
                - listitem: /Titre de l’atelier .* Ce texte ressemble à un numéro/
              - link /Corriger .* Atelier, Mairie de Brûlon, 45 min/
              - button /Jeter .* Atelier, Mairie de Brûlon, 45 min/
        """
    )
    check(page, "/envois/ avec un refus")


def test_every_page_holds_on_a_phone_with_everything_unfolded(
    ouvrir: Ouvrir, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    seance = make_seance(
        conseillere, creneau_brulon.lieu, dt.date(2026, 10, 6), nb_participants=3, genre_feminin=2
    )
    page = ouvrir(360, conseillere)
    for adresse in (
        "/aujourdhui/",
        f"/seances/nouvelle/?creneau={creneau_brulon.pk}&date=2026-10-13",
        f"/seances/{seance.cle}/",
        f"/seances/{seance.cle}/correction/",
        "/seances/",
        "/mes-chiffres/",
        "/mon-mois/",
        "/mon-mois/2026-09/1/complet/",
        "/envois/",
        "/agenda/",
    ):
        page.goto(adresse)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        check(page, adresse)


def test_the_day_the_form_and_the_month_are_heard_in_order(
    ouvrir: Ouvrir, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    page = ouvrir(360, conseillere)
    page.goto("/aujourdhui/")
    expect(page.locator("main")).to_match_aria_snapshot(
        """
        - heading "Aujourd’hui, mardi 13 octobre 2026" [level=1]
        - navigation "Changer de jour":
          - link "Veille"
          - link "Lendemain"
        - region "Créneaux du jour":
          - heading "Créneaux du jour" [level=2]
          - article "Mairie de Brûlon":
            - heading "Mairie de Brûlon" [level=3]
            - text: À renseigner
            - link /Saisir une séance . Mairie de Brûlon, 9.h/
            - button "Tenue sans visite"
        - region "Séances du jour"
        """
    )
    page.get_by_role("link", name="Saisir une séance : Mairie de Brûlon, 9 h").click()
    page.locator("summary", has_text="Qui est venu").click()
    expect(page.locator("main")).to_match_aria_snapshot(
        """
        - heading "Nouvelle séance" [level=1]
        - group "Durée":
          - radio "15 min"
          - radio "Autre"
        - group "Thématiques"
        - text: Nombre de personnes
        - button /Enlever 1 . Nombre de personnes/
        - spinbutton "Nombre de personnes"
        - button /Ajouter 1 . Nombre de personnes/
        - group:
          - group "Genre":
            - paragraph: /Non communiqué . 1/
            - text: Féminin
            - button /Enlever 1 . Féminin/
            - spinbutton "Féminin"
            - button /Ajouter 1 . Féminin/
        - button "Enregistrer la séance"
        """
    )
    page.locator("label.tuile").filter(has=page.get_by_text("45 min")).click()
    touch(page, "E-mail")
    page.get_by_role("button", name="Enregistrer la séance").click()
    expect(page.get_by_text("Séance enregistrée.")).to_be_visible()
    expect(page.locator("main")).to_match_aria_snapshot(
        """
        - region "C’est noté":
          - heading "C’est noté" [level=1]
          - paragraph: /mardi 13 octobre .* Accompagnement individuel, Mairie de Brûlon, 45 min/
          - status: Séance enregistrée.
          - paragraph:
            - button "Recommencer avec les mêmes réponses"
            - button "Nouvelle séance"
            - link "Revenir à aujourd’hui"
        """
    )
    page.goto("/mon-mois/2026-09/")
    expect(page.locator("main")).to_match_aria_snapshot(
        """
        - heading "Mon mois, septembre 2026" [level=1]
        - navigation "Changer de mois"
        - region /Poste 1/:
          - heading /Poste 1/ [level=2]
          - text: /À déclarer avant le 7 octobre 2026 inclus/
          - heading "Créneaux à renseigner" [level=3]
          - list:
            - listitem:
              - link /mardi 1er septembre 2026, Mairie de Brûlon/
          - paragraph:
            - link "Mon mois est complet…"
        """
    )
