"""The advisor's day: its créneaux, what became of them, its séances."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from conftest import close_mois_brut, make_seance
from conseillers.models import Absence, Affectation, Utilisateur
from permanences import services
from permanences.models import Creneau, Declaration, Fermeture, LieuAccueil, Occurrence

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")
MARDI_PROCHAIN = "2026-10-20"


@pytest.fixture
def connectee(client: Client, conseillere: Utilisateur) -> Client:
    client.force_login(conseillere)
    return client


def state(client: Client, jour: str = "2026-10-13") -> str:
    """What the only créneau of that day says of itself."""
    [creneau] = client.get(f"/aujourdhui/{jour}/").context["journee"].creneaux
    return creneau.libelle.replace("\u202f", " ")


def test_the_first_page_is_today_with_its_creneau(
    connectee: Client, creneau_brulon: Creneau
) -> None:
    page = connectee.get("/", follow=True)
    html = page.content.decode()
    assert page.redirect_chain == [("/aujourdhui/", 302)]
    assert "Mairie de Brûlon" in html
    assert f"/seances/nouvelle/?creneau={creneau_brulon.pk}&date=2026-10-13" in html
    assert state(connectee) == "À renseigner"


def test_a_day_without_creneau_says_so(connectee: Client, creneau_brulon: Creneau) -> None:
    html = connectee.get("/aujourdhui/2026-10-14/").content.decode()
    assert "Aucun créneau n’est prévu ce jour-là." in html


def test_a_seance_makes_its_creneau_held(
    connectee: Client, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    jour = dt.date(2026, 10, 13)
    make_seance(conseillere, creneau_brulon.lieu, jour, creneau=creneau_brulon)
    make_seance(conseillere, creneau_brulon.lieu, jour, creneau=creneau_brulon, duree=60)
    journee = connectee.get("/aujourdhui/").context["journee"]
    assert (journee.totaux.seances, journee.totaux.minutes) == (2, 90)
    assert state(connectee) == "Tenue"
    assert "Tenue sans visite" not in connectee.get("/aujourdhui/").content.decode()


def test_held_without_a_visit_is_one_tap_and_can_be_taken_back(
    connectee: Client, creneau_brulon: Creneau
) -> None:
    base = f"/creneaux/{creneau_brulon.pk}/2026-10-13"
    page = connectee.post(f"{base}/tenue/", follow=True)
    assert "noté tenu, sans visite" in page.content.decode()
    assert state(connectee) == "Tenue sans visite"
    connectee.post(f"{base}/oubli/")
    assert state(connectee) == "À renseigner"


def test_a_cancellation_takes_a_motive_also_ahead_of_time(
    connectee: Client, creneau_brulon: Creneau
) -> None:
    assert state(connectee, MARDI_PROCHAIN) == "Prévue"
    adresse = f"/creneaux/{creneau_brulon.pk}/{MARDI_PROCHAIN}/annulation/"
    assert "Intempéries" in connectee.get(adresse).content.decode()
    connectee.post(adresse, {"motif": "intemperies"})
    assert state(connectee, MARDI_PROCHAIN) == "Annulée : intempéries"


def test_another_motive_must_be_said_and_is_kept_when_refused(
    connectee: Client, creneau_brulon: Creneau
) -> None:
    adresse = f"/creneaux/{creneau_brulon.pk}/2026-10-13/annulation/"
    assert "Précisez le motif" in str(
        connectee.post(adresse, {"motif": "autre"}).context["form"].errors
    )
    page = connectee.post(adresse, {"motif": "autre", "motif_texte": "voir jo@exemple.fr"})
    assert "voir jo@exemple.fr" in page.content.decode()
    assert "écrivez aucun nom" in page.content.decode()
    connectee.post(adresse, {"motif": "autre", "motif_texte": "Élections"})
    assert Occurrence.objects.get().motif_texte == "Élections"


def test_tomorrow_cannot_be_held_already(connectee: Client, creneau_brulon: Creneau) -> None:
    page = connectee.post(f"/creneaux/{creneau_brulon.pk}/{MARDI_PROCHAIN}/tenue/", follow=True)
    assert "à venir" in page.content.decode()
    assert not Occurrence.objects.exists()


def test_a_date_without_that_creneau_is_refused(connectee: Client, creneau_brulon: Creneau) -> None:
    page = connectee.post(f"/creneaux/{creneau_brulon.pk}/2026-10-12/tenue/", follow=True)
    assert "tous les mardis" in page.content.decode()


@pytest.mark.parametrize("geste", ["tenue", "oubli", "annulation"])
def test_a_closed_month_answers_with_the_one_sentence(
    connectee: Client, creneau_brulon: Creneau, geste: str
) -> None:
    close_mois_brut(dt.date(2026, 9, 1))
    page = connectee.post(
        f"/creneaux/{creneau_brulon.pk}/2026-09-15/{geste}/", {"motif": "intemperies"}, follow=True
    )
    assert "Le mois de septembre 2026 est clos depuis le 13/10/2026" in page.content.decode()


@pytest.mark.parametrize("geste", ["tenue", "oubli", "annulation"])
def test_another_advisors_creneau_does_not_exist(
    client: Client, conseiller_voisin: Utilisateur, creneau_brulon: Creneau, geste: str
) -> None:
    client.force_login(conseiller_voisin)
    adresse = f"/creneaux/{creneau_brulon.pk}/2026-10-13/{geste}/"
    assert client.post(adresse, {"motif": "intemperies"}).status_code == 404


def test_who_left_the_poste_says_nothing_of_its_later_creneaux(
    connectee: Client, creneau_brulon: Creneau
) -> None:
    Affectation.objects.update(date_fin=dt.date(2026, 10, 12))
    base = f"/creneaux/{creneau_brulon.pk}"
    assert connectee.post(f"{base}/2026-10-13/tenue/").status_code == 404
    assert connectee.post(f"{base}/2026-10-06/tenue/").status_code == 302


def test_a_closure_of_the_lieu_cancels_and_says_why(
    connectee: Client, creneau_brulon: Creneau
) -> None:
    Fermeture.objects.create(
        code="f", date_debut=dt.date(2026, 10, 12), date_fin=dt.date(2026, 10, 18),
        motif="fermeture_du_lieu", lieu=creneau_brulon.lieu,
    )  # fmt: skip
    assert state(connectee) == "Annulée : fermeture du lieu"


def test_an_absence_is_said(
    connectee: Client, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    Absence.objects.create(
        poste=creneau_brulon.poste, conseiller=conseillere.conseiller,
        date_debut=dt.date(2026, 10, 12), date_fin=dt.date(2026, 10, 16),
    )  # fmt: skip
    assert "Une absence est déclarée" in connectee.get("/aujourdhui/").content.decode()
    assert state(connectee) == "Annulée : absence du conseiller"


def test_a_public_holiday_is_named(connectee: Client, creneau_brulon: Creneau) -> None:
    page = connectee.get("/aujourdhui/2026-07-14/")
    assert "Fête nationale" in page.content.decode()
    assert page.context["journee"].creneaux == []


def test_without_a_poste_that_day_the_page_says_what_happens(
    connectee: Client, creneau_brulon: Creneau
) -> None:
    Affectation.objects.update(date_fin=dt.date(2026, 10, 9))
    html = connectee.get("/aujourdhui/").content.decode()
    assert "Aucun poste ne vous est affecté ce jour-là" in html
    assert "en attente de rattachement" in html
    assert "Saisir une séance hors créneau" in html


@pytest.mark.parametrize("jour", ["2026-02-30", "1999-01-01", "demain"])
def test_a_date_that_does_not_exist_is_not_found(connectee: Client, jour: str) -> None:
    assert connectee.get(f"/aujourdhui/{jour}/").status_code == 404


def test_the_day_costs_the_same_whatever_its_length(
    connectee: Client,
    conseillere: Utilisateur,
    creneau_brulon: Creneau,
    mairie_brulon: LieuAccueil,
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(10):
        make_seance(conseillere, mairie_brulon, dt.date(2026, 10, 13), creneau=creneau_brulon)
    with django_assert_max_num_queries(13):
        connectee.get("/aujourdhui/")


@pytest.mark.django_db(transaction=True)
def test_the_same_button_pressed_eight_times_at_once_writes_one_row(
    conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    """Two phones, or an impatient thumb: nobody reads a page of breakdown."""
    jour, poste = dt.date(2026, 10, 13), creneau_brulon.poste

    def press(_: int) -> None:
        try:
            services.set_occurrence(
                creneau=creneau_brulon, date=jour, statut="tenue", utilisateur=conseillere
            )
            services.declare_mois(poste=poste, mois=jour, utilisateur=conseillere)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as doigts:
        list(doigts.map(press, range(8)))
    assert (Occurrence.objects.count(), Declaration.objects.count()) == (1, 1)
