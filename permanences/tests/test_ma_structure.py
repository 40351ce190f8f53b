"""An employer's referent: own postes, totals, absences; no séance, nobody else's poste."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from conftest import make_seance
from conseillers.models import Absence, Utilisateur
from permanences.models import Creneau, Declaration, LieuAccueil

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")


@pytest.fixture
def connecte(client: Client, employeur: Utilisateur) -> Client:
    client.force_login(employeur)
    return client


def test_the_first_page_is_the_structure(
    connecte: Client, conseiller_voisin: Utilisateur, atelier_la_fleche: Creneau
) -> None:
    page = connecte.get("/", follow=True)
    html = page.content.decode().replace("\xa0", " ")
    assert page.redirect_chain == [("/structure/", 302)]
    assert "Hugo Fleche, depuis le 6 janvier 2025" in html
    assert "le deuxième mercredi du mois, 14 h – 16 h" in html


def test_nothing_of_the_others_is_shown(
    connecte: Client,
    conseillere: Utilisateur,
    conseiller_voisin: Utilisateur,
    creneau_brulon: Creneau,
) -> None:
    make_seance(conseillere, creneau_brulon.lieu, dt.date(2026, 10, 6))
    page = connecte.get("/structure/")
    assert [p.poste.numero for p in page.context["postes"]] == [2]
    assert {t.seances for t in page.context["totaux"]} == {0}
    assert "Brûlon" not in page.content.decode()


def test_totals_by_month_without_any_seance_row(
    connecte: Client, conseiller_voisin: Utilisateur, mediatheque_la_fleche: LieuAccueil
) -> None:
    for jour in (dt.date(2026, 9, 30), dt.date(2026, 10, 1), dt.date(2026, 10, 2)):
        seance = make_seance(
            conseiller_voisin, mediatheque_la_fleche, jour, nature="atelier", nb_participants=4
        )
    page = connecte.get("/structure/")
    assert [(t.mois.month, t.seances, t.participations) for t in page.context["totaux"][:3]] == [
        (10, 2, 8), (9, 1, 4), (8, 0, 0),
    ]  # fmt: skip
    assert str(seance.cle) not in page.content.decode()
    assert connecte.get(f"/seances/{seance.cle}/").status_code == 403


def test_each_month_is_on_time_late_missing_or_still_expected(
    connecte: Client, conseiller_voisin: Utilisateur
) -> None:
    poste = conseiller_voisin.conseiller.affectations.get().poste
    for mois, jour in ((8, dt.date(2026, 9, 7)), (7, dt.date(2026, 8, 20))):
        Declaration.objects.create(poste=poste, mois=dt.date(2026, mois, 1), faite_le=jour)
    [affiche] = connecte.get("/structure/").context["postes"]
    assert [c.libelle for c in affiche.completude[:4]] == [
        "attendue", "manquante", "à l’heure", "en retard",
    ]  # fmt: skip


def test_a_vacant_poste_is_said_vacant(connecte: Client, poste_2: Any) -> None:
    html = connecte.get("/structure/").content.decode()
    assert "Poste vacant aujourd’hui" in html
    assert "manquante" not in html


def test_an_absence_is_dates_only(connecte: Client, conseiller_voisin: Utilisateur) -> None:
    affectation = conseiller_voisin.conseiller.affectations.get()
    page = connecte.post(
        "/structure/absence/",
        {"affectation": affectation.pk, "date_debut": "2026-10-19", "date_fin": "2026-10-23"},
        follow=True,
    )
    assert "Absence enregistrée." in page.content.decode()
    assert "absence du 19\xa0octobre\xa02026 au 23\xa0octobre\xa02026" in page.content.decode()
    assert Absence.objects.get().conseiller == conseiller_voisin.conseiller


def test_an_absence_that_ends_before_it_starts_keeps_what_was_typed(
    connecte: Client, conseiller_voisin: Utilisateur
) -> None:
    affectation = conseiller_voisin.conseiller.affectations.get()
    page = connecte.post(
        "/structure/absence/",
        {"affectation": affectation.pk, "date_debut": "2026-10-23", "date_fin": "2026-10-19"},
    )
    assert "La date de fin précède la date de début." in page.content.decode()
    assert 'value="2026-10-23"' in page.content.decode()


def test_an_absence_before_the_person_came_is_refused_beside_its_date(
    connecte: Client, conseiller_voisin: Utilisateur
) -> None:
    """« 0206 » for « 2026 » would cancel every créneau since the beginning."""
    affectation = conseiller_voisin.conseiller.affectations.get()
    page = connecte.post(
        "/structure/absence/",
        {"affectation": affectation.pk, "date_debut": "0206-10-19", "date_fin": "2026-10-23"},
    )
    assert "n’occupe ce poste que depuis le" in page.context["form"].errors["date_debut"][0]
    assert not Absence.objects.exists()


def test_nobody_elses_absence_can_be_declared(connecte: Client, conseillere: Utilisateur) -> None:
    affectation = conseillere.conseiller.affectations.get()
    page = connecte.post(
        "/structure/absence/",
        {"affectation": affectation.pk, "date_debut": "2026-10-19", "date_fin": "2026-10-23"},
    )
    assert "affectation" in page.context["form"].errors
    assert not Absence.objects.exists()


@pytest.mark.parametrize("role", ["conseillere", "gestionnaire", "direction", "prefecture"])
def test_the_employers_pages_are_theirs_alone(
    client: Client, request: pytest.FixtureRequest, role: str
) -> None:
    client.force_login(request.getfixturevalue(role))
    assert client.get("/structure/").status_code == 403
    assert client.get("/structure/absence/").status_code == 403


def test_the_page_costs_the_same_whatever_the_activity(
    connecte: Client,
    conseiller_voisin: Utilisateur,
    mediatheque_la_fleche: LieuAccueil,
    atelier_la_fleche: Creneau,
    django_assert_max_num_queries: Any,
) -> None:
    for jour in range(1, 13):
        make_seance(conseiller_voisin, mediatheque_la_fleche, dt.date(2026, 10, jour))
    with django_assert_max_num_queries(9):
        connecte.get("/structure/")
