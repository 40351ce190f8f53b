"""« Mon mois »: what is missing, then « mon mois est complet »."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from conftest import close_mois_brut, make_seance
from conseillers.models import Absence, Utilisateur
from permanences.models import Creneau, Declaration, Occurrence
from permanences.selectors.mois import MoisDuPoste, echeance_du_mois

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")
SEPTEMBRE = dt.date(2026, 9, 1)


@pytest.fixture
def connectee(client: Client, conseillere: Utilisateur, creneau_brulon: Creneau) -> Client:
    client.force_login(conseillere)
    return client


def du_poste(client: Client, mois: str = "2026-09") -> MoisDuPoste:
    [etat] = client.get(f"/mon-mois/{mois}/").context["etat"].postes
    return etat


@pytest.mark.parametrize(
    ("mois", "echeance"),
    [
        (dt.date(2026, 9, 1), dt.date(2026, 10, 7)),
        # Neither All Saints' Day nor Armistice Day counts.
        (dt.date(2027, 10, 1), dt.date(2027, 11, 8)),
        (dt.date(2026, 12, 1), dt.date(2027, 1, 8)),
        (dt.date(2024, 1, 1), dt.date(2024, 2, 7)),
    ],
)
def test_a_declaration_is_expected_by_the_fifth_working_day(
    mois: dt.date, echeance: dt.date
) -> None:
    assert echeance_du_mois(mois) == echeance


def test_the_limit_is_shown_as_a_date(connectee: Client) -> None:
    html = connectee.get("/mon-mois/2026-09/").content.decode().replace("\xa0", " ")
    assert "À déclarer avant le 7 octobre 2026 inclus" in html


def test_what_is_missing_is_listed_until_it_is_said(
    connectee: Client, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    make_seance(conseillere, creneau_brulon.lieu, dt.date(2026, 9, 1), creneau=creneau_brulon)
    Occurrence.objects.create(creneau=creneau_brulon, date=dt.date(2026, 9, 8), statut="tenue")
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 9, 15), statut="annulee", motif="intemperies"
    )
    etat = du_poste(connectee)
    assert (etat.prevues, etat.tenues, etat.annulees) == (5, 2, 1)
    assert [c.date.day for c in etat.a_renseigner] == [22, 29]
    assert "/aujourdhui/2026-09-22/" in connectee.get("/mon-mois/2026-09/").content.decode()


def test_the_days_to_come_are_not_missing(connectee: Client) -> None:
    etat = du_poste(connectee, "2026-10")
    assert [c.date.day for c in etat.a_renseigner] == [6, 13]
    assert etat.jours_sans_saisie[-1] == dt.date(2026, 10, 13)


def test_days_off_absences_and_cancelled_days_are_not_missing(
    connectee: Client, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    Absence.objects.create(
        poste=creneau_brulon.poste, conseiller=conseillere.conseiller,
        date_debut=dt.date(2026, 7, 20), date_fin=dt.date(2026, 7, 31),
    )  # fmt: skip
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 7, 7), statut="annulee", motif="intemperies"
    )
    make_seance(conseillere, creneau_brulon.lieu, dt.date(2026, 7, 1))
    jours = [j.day for j in du_poste(connectee, "2026-07").jours_sans_saisie]
    assert jours == [2, 3, 6, 8, 9, 10, 13, 15, 16, 17]


def test_declaring_asks_once_and_says_what_is_missing(connectee: Client) -> None:
    page = connectee.get("/mon-mois/2026-09/1/complet/").content.decode().replace("\xa0", " ")
    assert "5 créneaux restent à renseigner" in page
    assert not Declaration.objects.exists()


def test_a_declared_month_is_declared_once(connectee: Client) -> None:
    for _ in range(2):
        page = connectee.post("/mon-mois/2026-09/1/complet/", follow=True)
    assert "est déclaré complet" in page.content.decode()
    declaration = Declaration.objects.get()
    assert (declaration.mois, declaration.faite_le) == (SEPTEMBRE, dt.date(2026, 10, 13))
    assert "Mon mois est complet…" not in page.content.decode()


def test_a_month_to_come_cannot_be_complete(connectee: Client) -> None:
    page = connectee.post("/mon-mois/2026-11/1/complet/", follow=True)
    assert "n’a pas commencé" in page.content.decode()


def test_a_closed_month_is_not_declared_any_more(connectee: Client) -> None:
    close_mois_brut(SEPTEMBRE)
    assert "Mon mois est complet…" not in connectee.get("/mon-mois/2026-09/").content.decode()
    page = connectee.post("/mon-mois/2026-09/1/complet/", follow=True)
    assert "est clos depuis" in page.content.decode()
    assert not Declaration.objects.exists()


def test_another_postes_month_does_not_exist(
    connectee: Client, conseiller_voisin: Utilisateur
) -> None:
    assert connectee.post("/mon-mois/2026-09/2/complet/").status_code == 404


def test_before_the_first_affectation_there_is_nothing_to_declare(connectee: Client) -> None:
    html = connectee.get("/mon-mois/2024-12/").content.decode()
    assert "il n’y a rien à déclarer" in html


def test_the_month_costs_the_same_whatever_its_plan(
    connectee: Client,
    conseillere: Utilisateur,
    creneau_brulon: Creneau,
    django_assert_max_num_queries: Any,
) -> None:
    for jour in range(1, 29):
        make_seance(conseillere, creneau_brulon.lieu, dt.date(2026, 9, jour))
    with django_assert_max_num_queries(16):
        connectee.get("/mon-mois/2026-09/")
