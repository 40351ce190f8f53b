"""The week of the whole département on one page."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conftest import make_seance
from conseillers.models import Absence, Affectation, Utilisateur
from permanences.models import Creneau, VacancesScolaires
from permanences.selectors.semaine import semaine_du_departement

LUNDI = dt.date(2026, 11, 9)  # the 11th is a public holiday, a Wednesday
ADRESSE = "admin:permanences_semaine"

pytestmark = pytest.mark.usefixtures("mardi_10_novembre")


@pytest.fixture
def plan(creneau_brulon: Creneau, atelier_la_fleche: Creneau, conseillere: Any) -> None:
    """Brûlon on Tuesdays, held by Nadia; La Flèche the second Wednesday, by nobody."""
    atelier_la_fleche.feries = True
    atelier_la_fleche.save()


def states(semaine: Any) -> dict[str, list[str]]:
    return {
        ligne.titre: [e.etat for case in ligne.cases for e in case.entrees]
        for ligne in semaine.lignes
    }


@pytest.mark.usefixtures("plan")
def test_each_poste_has_its_line_and_each_date_its_state(conseillere: Any, creneau_brulon: Creneau):
    assert states(semaine_du_departement(LUNDI)) == {
        "Poste 1": ["À renseigner"], "Poste 2": ["Annulé"],
    }  # fmt: skip
    make_seance(conseillere, creneau_brulon.lieu, dt.date(2026, 11, 10), creneau=creneau_brulon)
    assert states(semaine_du_departement(LUNDI))["Poste 1"] == ["Tenu"]


@pytest.mark.usefixtures("plan")
def test_vacant_and_absent_are_said_on_the_day(conseillere: Any, poste_1: Any):
    Absence.objects.create(
        poste=poste_1, conseiller=conseillere.conseiller,
        date_debut=dt.date(2026, 11, 10), date_fin=dt.date(2026, 11, 10),
    )  # fmt: skip
    un, deux = semaine_du_departement(LUNDI).lignes
    assert [case.mot for case in un.cases] == ["", "Absent", "", "", ""]
    assert {case.mot for case in deux.cases} == {"Vacant"}


@pytest.mark.usefixtures("plan")
def test_holidays_of_all_and_of_schools_are_marked():
    VacancesScolaires.objects.create(
        zone="B", nom="Vacances d’essai", date_debut=LUNDI, date_fin=dt.date(2026, 11, 11)
    )
    VacancesScolaires.objects.create(
        zone="A", nom="Autre zone", date_debut=LUNDI, date_fin=dt.date(2026, 11, 15)
    )
    avis = [jour.avis for jour in semaine_du_departement(LUNDI).jours]
    assert avis[0] == ["Vacances d’essai"]
    assert [a.startswith("Jour férié") for a in avis[2]] == [True, False]
    assert avis[4] == []


@pytest.mark.usefixtures("plan")
def test_by_epci_by_part_and_of_one_epci(lbn_communaute: Any):
    par_epci = semaine_du_departement(LUNDI, par="epci")
    assert [ligne.titre for ligne in par_epci.lignes] == [
        "CC LBN Communauté", "CC du Pays Fléchois",
    ]  # fmt: skip
    assert list(states(semaine_du_departement(LUNDI, part="partenaire"))) == ["Poste 2"]
    un = semaine_du_departement(LUNDI, epci=lbn_communaute.siren)
    assert (list(states(un)), un.nombre) == (["Poste 1"], 1)


@pytest.mark.usefixtures("plan")
def test_the_page_reads_as_a_table_and_leads_to_the_weeks_around(
    client: Client, direction: Utilisateur
):
    client.force_login(direction)
    page = client.get(reverse(ADRESSE)).content.decode()
    assert 'scope="row"' in page and "Mairie de Brûlon" in page
    assert "du=2026-11-02" in page and "du=2026-11-16" in page
    assert client.get(reverse(ADRESSE), {"du": "2026-11-19"}).context["semaine"].lundi == dt.date(
        2026, 11, 16
    )
    assert client.get(reverse(ADRESSE), {"du": "demain"}).status_code == 404


@pytest.mark.usefixtures("plan")
def test_the_week_costs_nine_queries(creneau_brulon: Creneau, django_assert_max_num_queries: Any):
    for heure in range(13, 18):
        creneau_brulon.pk = None
        creneau_brulon.code = f"b{heure}"
        creneau_brulon.save(force_insert=True)
    with django_assert_max_num_queries(9):
        assert semaine_du_departement(LUNDI).nombre == 7


def test_an_empty_week_says_so(client: Client, direction: Utilisateur):
    client.force_login(direction)
    assert "Rien n’est prévu cette semaine" in client.get(reverse(ADRESSE)).content.decode()
    assert not Affectation.objects.exists()
