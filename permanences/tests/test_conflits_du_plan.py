"""What cannot be as it is planned: one list, one count, each with what to do."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conftest import close_mois_brut, make_seance
from conseillers.models import Affectation, Utilisateur
from permanences.models import Creneau, Fermeture, LieuAccueil
from permanences.selectors.conflits import conflits

pytestmark = pytest.mark.usefixtures("mardi_10_novembre")
TENUE = dt.date(2026, 11, 3)


@pytest.fixture
def plan(creneau_brulon: Creneau, conseillere: Any) -> Creneau:
    return creneau_brulon


def genres() -> list[str]:
    return [conflit.genre for conflit in conflits()]


def test_a_plan_that_holds_has_none(plan: Creneau):
    assert conflits() == []


def test_two_places_at_once_is_one_conflict_whatever_its_dates(
    plan: Creneau, mediatheque_la_fleche: LieuAccueil
):
    ailleurs = Creneau.objects.create(
        code="ailleurs", poste=plan.poste, lieu=mediatheque_la_fleche, nature="permanence",
        date_debut=dt.date(2026, 11, 1), heure_debut=dt.time(11), heure_fin=dt.time(13),
        recurrence="FREQ=WEEKLY;BYDAY=TU",
    )  # fmt: skip
    (conflit,) = conflits()
    assert conflit.genre == "deux_lieux"
    assert "mardi 10\u00a0novembre\u00a02026 et 8\u00a0autres dates" in conflit.phrase
    ailleurs.heure_debut = dt.time(12)
    ailleurs.save()
    assert conflits() == []


def test_two_postes_of_one_person_are_two_places_too(
    plan: Creneau, conseillere: Any, atelier_la_fleche: Creneau, poste_2: Any
):
    atelier_la_fleche.recurrence = "FREQ=WEEKLY;BYDAY=TU"
    atelier_la_fleche.heure_debut, atelier_la_fleche.heure_fin = dt.time(10), dt.time(11)
    atelier_la_fleche.save()
    Affectation.objects.create(
        poste=poste_2, conseiller=conseillere.conseiller, date_debut=dt.date(2026, 1, 1),
        type_contrat="CDD",
    )  # fmt: skip
    assert genres() == ["deux_lieux"]


def test_a_closed_lieu_a_poste_given_back_and_a_poste_without_holder(
    plan: Creneau, atelier_la_fleche: Creneau, poste_2: Any
):
    LieuAccueil.objects.filter(pk=plan.lieu_id).update(actif=False)
    assert genres() == ["lieu_ferme_au_programme", "sans_titulaire"]
    poste_2.date_rendu = dt.date(2026, 11, 10)
    poste_2.save()
    assert genres() == ["lieu_ferme_au_programme", "poste_rendu"]


def test_a_closing_over_a_date_already_held(plan: Creneau, conseillere: Any):
    make_seance(conseillere, plan.lieu, TENUE, creneau=plan)
    Fermeture.objects.create(
        code="f", date_debut=TENUE, date_fin=TENUE, motif="intemperies", lieu=plan.lieu
    )
    (conflit,) = conflits()
    assert conflit.genre == "fermeture_sur_tenue"
    assert "reste tenue" in conflit.que_faire


def test_a_seance_of_a_closed_day_until_its_month_is_closed(plan: Creneau, conseillere: Any):
    jour = dt.date(2026, 10, 8)
    make_seance(conseillere, plan.lieu, jour)
    Fermeture.objects.create(code="f", date_debut=jour, date_fin=jour, motif="intemperies")
    assert genres() == ["seance_jour_ferme"]
    close_mois_brut(dt.date(2026, 10, 1))
    assert genres() == []


def test_the_count_is_that_of_the_list_and_each_has_its_link(
    plan: Creneau, atelier_la_fleche: Creneau, client: Client, gestionnaire: Utilisateur
):
    LieuAccueil.objects.filter(pk=plan.lieu_id).update(actif=False)
    client.force_login(gestionnaire)
    reponse = client.get(reverse("admin:permanences_conflits"))
    page = reponse.content.decode()
    assert reponse.context["nombre"] == len(conflits()) == 2
    assert "2\u00a0conflits" in page and page.count("Que faire") == 2
    assert reverse("admin:permanences_creneau_change", args=[plan.pk]) in page
    en_nombre = reverse("admin:permanences_creneaux_en_nombre")
    assert f"{en_nombre}?poste={atelier_la_fleche.poste_id}" in page


def test_no_conflict_says_that_the_plan_holds(
    client: Client, direction: Utilisateur, plan: Creneau
):
    client.force_login(direction)
    page = client.get(reverse("admin:permanences_conflits")).content.decode()
    assert "Aucun conflit" in page


def test_the_list_costs_ten_queries(
    plan: Creneau, atelier_la_fleche: Creneau, django_assert_max_num_queries: Any
):
    with django_assert_max_num_queries(10):
        conflits()
