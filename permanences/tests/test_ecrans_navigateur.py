"""The screens in a real browser: phone and desk, without JavaScript, by keyboard, with axe."""

import datetime as dt
import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from conftest import MOT_DE_PASSE, make_seance
from conseillers.models import Affectation, Utilisateur
from permanences.models import Creneau, LieuAccueil, Occurrence, Seance
from permanences.tests.conftest import Ouvrir, check, touch

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("mardi_13_octobre")]

LARGEURS = (360, 1280)


@pytest.mark.parametrize("largeur", LARGEURS)
def test_the_account_pages_are_accessible(
    ouvrir: Ouvrir, largeur: int, direction: Utilisateur
) -> None:
    page = ouvrir(largeur)
    for adresse in ("/connexion/", "/mot-de-passe-oublie/", "/mot-de-passe-oublie/envoye/"):
        page.goto(adresse)
        check(page, adresse)
    page.goto("/connexion/")
    page.get_by_label("Courriel").fill("inconnu@exemple.fr")
    page.get_by_label("Mot de passe").fill("inconnu")
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("ne vont pas ensemble")
    check(page, "connexion refusée")
    page = ouvrir(largeur, direction)
    for adresse in ("/compte/", "/compte/mot-de-passe/", "/introuvable/", "/aujourdhui/"):
        page.goto(adresse)
        check(page, adresse)


def test_a_refused_form_opens_on_what_is_to_be_mended(
    ouvrir: Ouvrir, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    page = ouvrir(360, conseillere)
    page.goto("/seances/nouvelle/?date=2026-10-12")
    page.get_by_role("button", name="Enregistrer la séance").click()
    expect(page).to_have_title(re.compile("^Erreur – Nouvelle séance"))
    expect(page.get_by_role("alert")).to_be_focused()


@pytest.mark.parametrize("largeur", LARGEURS)
def test_the_advisors_pages_are_accessible(
    ouvrir: Ouvrir,
    largeur: int,
    conseillere: Utilisateur,
    creneau_brulon: Creneau,
    mairie_brulon: LieuAccueil,
) -> None:
    page = ouvrir(largeur, conseillere)
    for adresse in ("/seances/", "/aujourdhui/"):
        page.goto(adresse)
        check(page, f"{adresse} vide")
    seance = make_seance(conseillere, mairie_brulon, dt.date(2026, 10, 13), materiel=["tablette"])
    creneau = f"creneau={creneau_brulon.pk}&date=2026-10-13"
    for adresse in (
        "/aujourdhui/",
        "/aujourdhui/2026-11-11/",
        f"/creneaux/{creneau_brulon.pk}/2026-10-20/annulation/",
        "/agenda/",
        "/agenda/semaine/2026-11-11/",
        "/agenda/mois/2026-10/",
        "/agenda/creneaux/nouveau/",
        f"/agenda/creneaux/{creneau_brulon.pk}/2026-10-13/",
        f"/agenda/creneaux/{creneau_brulon.pk}/correction/",
        f"/agenda/creneaux/{creneau_brulon.pk}/fin/",
        f"/agenda/creneaux/{creneau_brulon.pk}/suppression/",
        "/agenda/periode/",
        "/agenda/abonnement/",
        "/agenda/abonnement/renouvellement/",
        f"/seances/nouvelle/?{creneau}",
        "/seances/nouvelle/?date=2026-10-12",
        "/seances/",
        "/seances/?texte=rien",
        f"/seances/{seance.cle}/",
        f"/seances/{seance.cle}/correction/",
        f"/seances/{seance.cle}/suppression/",
        "/mon-mois/",
        "/mon-mois/2026-09/",
        "/mon-mois/2026-09/1/complet/",
    ):
        page.goto(adresse)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        check(page, adresse)
    Affectation.objects.update(date_fin=dt.date(2026, 10, 1))
    page.goto("/aujourdhui/")
    check(page, "/aujourdhui/ sans poste")


@pytest.mark.parametrize("largeur", LARGEURS)
def test_the_employers_pages_are_accessible(
    ouvrir: Ouvrir,
    largeur: int,
    employeur: Utilisateur,
    conseiller_voisin: Utilisateur,
    atelier_la_fleche: Creneau,
) -> None:
    page = ouvrir(largeur, employeur)
    for adresse in ("/structure/", "/structure/absence/"):
        page.goto(adresse)
        check(page, adresse)


@pytest.mark.parametrize("largeur", LARGEURS)
def test_the_public_page_of_a_lieu_is_accessible(
    ouvrir: Ouvrir, largeur: int, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 10, 20), statut="annulee", motif="autre"
    )
    LieuAccueil.objects.update(telephone="0261910050", accessible=True)
    page = ouvrir(largeur)
    page.goto("/lieux/mairie-72050/")
    expect(page.get_by_text("Mardi 20 octobre 2026")).to_contain_text("Annulée")
    check(page, "lieu")
    LieuAccueil.objects.update(actif=False)
    page.goto("/lieux/mairie-72050/")
    check(page, "lieu fermé")


def test_an_ordinary_seance_takes_five_taps_without_javascript(
    ouvrir: Ouvrir, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    make_seance(conseillere, creneau_brulon.lieu, dt.date(2026, 10, 6))
    page = ouvrir(360, conseillere, javascript=False)
    page.goto("/aujourdhui/")
    page.get_by_role("link", name="Saisir une séance : Mairie de Brûlon, 9 h").click()
    touch(page, "45 min")
    touch(page, "E-mail")
    page.get_by_role("button", name="Enregistrer la séance").click()
    expect(page.get_by_role("status")).to_contain_text("Séance enregistrée.")
    seance = Seance.objects.get(date=dt.date(2026, 10, 13))
    assert (seance.creneau, seance.duree, seance.thematiques) == (creneau_brulon, 45, ["email"])


def test_a_refusal_is_announced_and_leads_to_its_field(
    ouvrir: Ouvrir, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    page = ouvrir(360, conseillere, javascript=False)
    page.goto("/seances/nouvelle/")
    touch(page, "1 h 30")
    page.get_by_label("Nombre de personnes").fill("0")
    page.get_by_role("button", name="Enregistrer la séance").click()
    alerte = page.get_by_role("alert")
    expect(alerte).to_contain_text("Rien n’est encore enregistré")
    alerte.get_by_role("link", name="Nombre de personnes").click()
    champ = page.get_by_label("Nombre de personnes")
    expect(champ).to_have_attribute("aria-invalid", "true")
    expect(champ).to_have_attribute("aria-describedby", "id_nb_participants_error")
    expect(champ).to_have_value("0")
    expect(page.get_by_role("radio", name="1 h 30")).to_be_checked()
    expect(page.get_by_role("group", name="Thématiques")).to_have_attribute(
        "aria-describedby", "id_thematiques_error"
    )
    expect(page).to_have_title(re.compile("^Erreur"))
    check_page = ouvrir(360, conseillere)
    check_page.goto("/seances/nouvelle/")
    check_page.get_by_role("button", name="Enregistrer la séance").click()
    check(check_page, "séance refusée")


def test_the_whole_form_is_filled_by_keyboard(
    ouvrir: Ouvrir, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    page = ouvrir(1280, conseillere)
    page.goto("/seances/nouvelle/?date=2026-10-12")

    def tab_to(libelle: str) -> None:
        """Tab until the focused control has this name; each stop must be visible."""
        for _ in range(60):
            page.keyboard.press("Tab")
            nom, visible = page.evaluate(
                """() => { const e = document.activeElement;
                    const t = e.labels?.[0]?.innerText || e.innerText || e.name || '';
                    const c = e.matches('.tuile input') ? e.nextElementSibling : e;
                    return [t.replaceAll('\\u00a0', ' ').trim(),
                            getComputedStyle(c).outlineStyle !== 'none']; }"""
            )
            assert visible, f"no visible focus on {nom}"
            if nom.startswith(libelle):
                return
        raise AssertionError(f"{libelle} is out of reach")

    tab_to("Aller au contenu")
    tab_to("Accompagnement individuel")
    page.keyboard.press("ArrowRight")
    tab_to("Lieu d’activité")
    tab_to("Lieu d’accueil")
    page.keyboard.type("Mairie de B")
    tab_to("15 min")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    tab_to("E-mail")
    page.keyboard.press("Space")
    tab_to("Nombre de personnes")
    page.keyboard.type("6")
    tab_to("Qui est venu")
    page.keyboard.press("Enter")
    tab_to("70 ans et plus")
    page.keyboard.type("4")
    tab_to("Précisions")
    page.keyboard.press("Enter")
    tab_to("Titre de l’atelier")
    page.keyboard.type("Tablettes")
    tab_to("Enregistrer la séance")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Séance enregistrée.")
    seance = Seance.objects.get()
    assert (seance.nature, seance.lieu, seance.duree) == ("atelier", mairie_brulon, 60)
    assert (seance.nb_participants, seance.age_soixante_dix_plus) == (6, 4)
    assert (seance.titre, seance.thematiques) == ("Tablettes", ["email"])


def test_a_session_that_ends_while_typing_loses_nothing(
    ouvrir: Ouvrir, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    page = ouvrir(360, conseillere)
    page.goto("/seances/nouvelle/")
    touch(page, "1 h 30")
    touch(page, "E-mail")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    # As a browser without our script would.
    page.locator("form.seance").evaluate("formulaire => formulaire.submit()")
    expect(page.get_by_role("alert")).to_contain_text("Ce que vous avez saisi est gardé")
    check(page, "session terminée")
    page.get_by_label("Courriel").fill(conseillere.courriel)
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter et envoyer").click()
    expect(page.get_by_role("status")).to_contain_text("Séance enregistrée.")
    assert Seance.objects.get().duree == 90


def test_only_the_useful_questions_are_shown(
    ouvrir: Ouvrir, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    page = ouvrir(360, conseillere, javascript=False)
    page.goto("/seances/nouvelle/?date=2026-10-12")
    expect(page.get_by_label("Commune")).to_be_hidden()
    touch(page, "À domicile")
    expect(page.get_by_label("Commune")).to_be_visible()
    expect(page.get_by_label("Lieu d’accueil")).to_be_hidden()
    expect(page.get_by_label("Autre durée")).to_be_hidden()
    touch(page, "Autre")
    expect(page.get_by_label("Autre durée")).to_be_visible()


def test_a_double_click_makes_one_seance(
    ouvrir: Ouvrir, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    page = ouvrir(1280, conseillere)
    page.goto("/seances/nouvelle/")
    touch(page, "1 h 30")
    touch(page, "E-mail")
    page.get_by_role("button", name="Enregistrer la séance").dblclick()
    expect(page.get_by_role("status")).to_contain_text("Séance enregistrée.")
    assert Seance.objects.count() == 1
