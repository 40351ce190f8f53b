"""How many taps a séance takes on a phone, and what the counters say under the thumb."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from conftest import make_seance
from conseillers.models import Utilisateur
from permanences.enums import NatureCreneau, Thematique
from permanences.models import Creneau, LieuAccueil, Seance
from permanences.tests.conftest import Ouvrir, check, touch

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("mardi_13_octobre")]

TAPS_INDIVIDUEL = 5
TAPS_ATELIER = 20


class Pouce:
    """Counts what a thumb does: each tap and each key is one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, cible: Locator, fois: int = 1) -> None:
        for _ in range(fois):
            cible.click()
            self.taps += 1

    def tile(self, texte: str) -> None:
        exact = self.page.get_by_text(texte, exact=True)
        self.tap(self.page.locator("label.tuile").filter(has=exact).first)

    def key(self, touche: str) -> None:
        self.page.keyboard.press(touche)
        self.taps += 1

    def plus(self, nom: str, fois: int = 1) -> None:
        self.tap(self.page.get_by_role("button", name=f"Ajouter 1 : {nom}"), fois)

    def le_reste(self, nom: str) -> None:
        self.tap(self.page.get_by_role("button", name=f"le reste : {nom}"))

    def save(self) -> None:
        self.tap(self.page.get_by_role("button", name="Enregistrer la séance"))
        expect(self.page.get_by_text("Séance enregistrée.")).to_be_visible()


@pytest.fixture
def atelier(creneau_brulon: Creneau) -> Creneau:
    creneau_brulon.nature = NatureCreneau.ATELIER
    creneau_brulon.titre = "Premiers pas"
    creneau_brulon.heure_fin = dt.time(11)
    creneau_brulon.save()
    return creneau_brulon


def open_from_today(page: Page) -> Pouce:
    page.goto("/aujourdhui/")
    pouce = Pouce(page)
    pouce.tap(page.get_by_role("link", name=re.compile("Saisir une séance : Mairie de Brûlon")))
    page.wait_for_load_state()
    return pouce


def test_an_ordinary_seance_is_saved_in_five_taps(
    ouvrir: Ouvrir, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    make_seance(conseillere, creneau_brulon.lieu, dt.date(2026, 10, 6))
    pouce = open_from_today(ouvrir(360, conseillere))
    pouce.tile("45 min")
    pouce.tile("E-mail")
    pouce.save()
    assert pouce.taps <= TAPS_INDIVIDUEL
    seance = Seance.objects.get(date=timezone.localdate())
    assert (seance.creneau, seance.duree, seance.nb_participants) == (creneau_brulon, 45, 1)


def test_what_is_touched_before_the_form_is_ready_is_kept(
    ouvrir: Ouvrir, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    """A slow phone shows a kept form before the script that fills it for its créneau has come."""
    page = ouvrir(360, conseillere)
    retenus: list[Route] = []
    page.route("**/js/saisie.js*", lambda route: retenus.append(route))
    page.route("**/seances/nouvelle/?*", kept_for_another_address)
    adresse = f"/seances/nouvelle/?creneau={creneau_brulon.pk}&date=2026-10-13"
    page.goto(adresse, wait_until="commit")
    touch(page, "45 min")
    page.get_by_label("Nombre de personnes").fill("3")
    retenus[0].continue_()
    page.wait_for_load_state()
    expect(page.locator("[data-chapo]")).to_contain_text("mardi 13")
    expect(page.get_by_label("45 min")).to_be_checked()
    expect(page.get_by_label("Nombre de personnes")).to_have_value("3")


def kept_for_another_address(route: Route) -> None:
    reponse = route.fetch()
    gardee = re.sub(r'data-adresse="/seances[^"]*"', 'data-adresse="/"', reponse.text())
    route.fulfill(response=reponse, body=gardee)


def test_the_next_person_with_the_same_answers_takes_two(
    ouvrir: Ouvrir, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    pouce = open_from_today(ouvrir(360, conseillere))
    pouce.tile("45 min")
    pouce.tile("E-mail")
    pouce.page.get_by_text("Qui est venu").click()
    pouce.plus("70 ans et plus")
    pouce.save()
    premiers = pouce.taps
    pouce.tap(pouce.page.get_by_role("button", name="Recommencer avec les mêmes réponses"))
    pouce.save()
    assert pouce.taps - premiers == 2
    deux = Seance.objects.order_by("pk").values_list(
        "duree", "thematiques", "age_soixante_dix_plus"
    )
    # What was said of the first person is not said of the second.
    assert list(deux) == [(45, ["email"], 1), (45, ["email"], 0)]


def test_an_atelier_of_eight_with_its_publics_takes_twenty_taps(
    ouvrir: Ouvrir, conseillere: Utilisateur, atelier: Creneau
) -> None:
    pouce = open_from_today(ouvrir(360, conseillere))
    pouce.tile("E-mail")
    pouce.tap(pouce.page.get_by_label("Nombre de personnes"))
    pouce.key("8")
    pouce.plus("60 à 69 ans", 3)
    pouce.le_reste("70 ans et plus")
    pouce.plus("Masculin", 2)
    pouce.le_reste("Féminin")
    pouce.plus("Sans emploi")
    pouce.le_reste("Retraité")
    pouce.save()
    assert pouce.taps <= TAPS_ATELIER
    seance = Seance.objects.get()
    assert (seance.nature, seance.titre, seance.nb_participants) == ("atelier", "Premiers pas", 8)
    # The créneau's two hours, proposed by themselves.
    assert seance.duree == 120
    assert (seance.age_soixante_soixante_neuf, seance.age_soixante_dix_plus) == (3, 5)
    assert (seance.genre_masculin, seance.genre_feminin) == (2, 6)
    assert (seance.statut_sans_emploi, seance.statut_retraite) == (1, 7)


def test_what_is_left_of_a_group_is_said_while_typing(
    ouvrir: Ouvrir, conseillere: Utilisateur, atelier: Creneau
) -> None:
    page = open_from_today(ouvrir(360, conseillere)).page
    age = page.get_by_role("group", name="Âge")
    page.get_by_label("Nombre de personnes").fill("3")
    expect(age).to_have_accessible_description("Non communiqué : 3")
    age.get_by_label("70 ans et plus", exact=True).fill("2")
    expect(age.get_by_text("Non communiqué : 1")).to_be_visible()
    # Said aloud once, when the thumb rests; not at each tap.
    expect(page.locator("[data-compteurs-dits]")).to_be_empty()
    page.context.clock.run_for(2000)
    expect(page.locator("[data-compteurs-dits]")).to_have_text("Âge. Non communiqué : 1")
    age.get_by_role("button", name="Ajouter 1 : 60 à 69 ans").click(click_count=2)
    trop = "Le total (4) dépasse le nombre de personnes (3)."
    expect(age).to_have_accessible_description(trop)
    expect(age.get_by_label("70 ans et plus", exact=True)).to_have_attribute("aria-invalid", "true")
    check(page, "trop de monde")
    page.get_by_role("button", name="Enregistrer la séance").click()
    expect(page.get_by_role("alert")).to_contain_text("dépasse le nombre de personnes")
    assert not Seance.objects.exists()


def test_a_first_visit_may_be_zero_or_unknown(
    ouvrir: Ouvrir, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    page = open_from_today(ouvrir(360, conseillere)).page
    page.get_by_text("Qui est venu").click()
    champ = page.get_by_label("Dont première venue")
    moins = page.get_by_role("button", name="Enlever 1 : Dont première venue")
    moins.click()
    expect(champ).to_have_value("0")
    moins.click()
    expect(champ).to_have_value("")


def test_counters_are_typed_in_without_javascript(
    ouvrir: Ouvrir, conseillere: Utilisateur, atelier: Creneau
) -> None:
    page = open_from_today(ouvrir(360, conseillere, javascript=False)).page
    page.locator("label.tuile").filter(has=page.get_by_text("E-mail", exact=True)).first.click()
    page.get_by_label("Nombre de personnes").fill("8")
    page.get_by_label("70 ans et plus", exact=True).fill("6")
    page.get_by_role("button", name="Enregistrer la séance").click()
    expect(page.get_by_text("Séance enregistrée.")).to_be_visible()
    assert Seance.objects.get().groupe("age")["non_communique"] == 2


def test_own_durations_are_the_first_tiles_and_keep_their_place(
    ouvrir: Ouvrir, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    jour = dt.date(2026, 10, 6)
    for duree, fois in ((50, 7), (45, 8), (20, 6), (75, 5)):
        for _ in range(fois):
            make_seance(conseillere, mairie_brulon, jour, duree=duree)
    page = ouvrir(360, conseillere)
    page.goto("/seances/nouvelle/")
    tuiles = page.get_by_role("group", name="Durée").locator("label.tuile")
    libelles = [t.replace("\u00a0", " ").strip() for t in tuiles.all_inner_texts()]
    # 75 minutes, five times only, is typed under « Autre ».
    assert libelles == [
        "20 min", "45 min", "50 min", "15 min", "30 min", "1 h", "1 h 30", "2 h", "Autre",
    ]  # fmt: skip
    assert page.get_by_role("group", name="Vos plus fréquentes").get_by_text("E-mail").is_visible()
    assert not page.get_by_text(Thematique.SANTE.label, exact=True).is_visible()


def test_a_duration_without_a_tile_is_corrected_under_autre(
    ouvrir: Ouvrir, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    seance = make_seance(conseillere, mairie_brulon, dt.date(2026, 10, 6), duree=75)
    page = ouvrir(360, conseillere)
    page.goto(f"/seances/{seance.cle}/correction/")
    expect(page.get_by_role("radio", name="Autre", exact=True)).to_be_checked()
    expect(page.get_by_label("Autre durée, en minutes")).to_have_value("75")
