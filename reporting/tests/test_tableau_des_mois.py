"""The board of the postes × twelve months: who declared what, as the report counts it."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conseillers.enums import TypePoste
from conseillers.models import Absence, Poste, Utilisateur
from conseillers.selectors import occupation
from permanences.calendrier import dernier_jour, douze_mois
from permanences.enums import EtatCompletude
from permanences.models import CompletudeFigee, Declaration, Mois
from reporting import services
from reporting.selectors import donnees_du_mois
from reporting.selectors.completude import completude_par_poste, completudes
from reporting.selectors.tableau import tableau_des_mois

OCTOBRE = dt.date(2026, 10, 1)
SEPTEMBRE = dt.date(2026, 9, 1)
ADRESSE = "admin:reporting_tableau_mois"

pytestmark = pytest.mark.usefixtures("mardi_10_novembre")


@pytest.fixture
def un_coordinateur(structure_departement: Any) -> Poste:
    return Poste.objects.create(
        numero=3,
        structure=structure_departement,
        type=TypePoste.COORDINATEUR,
        date_attribution=dt.date(2026, 3, 1),
    )


@pytest.fixture
def histoires(conseillere: Any, conseiller_voisin: Any, un_coordinateur: Poste) -> None:
    """Poste 1: September on time, October not. Poste 2: September late, absent all October."""
    un, deux = Poste.objects.get(numero=1), Poste.objects.get(numero=2)
    Declaration.objects.create(poste=un, mois=SEPTEMBRE, faite_le=dt.date(2026, 10, 7))
    Declaration.objects.create(poste=deux, mois=SEPTEMBRE, faite_le=dt.date(2026, 10, 8))
    Absence.objects.create(
        poste=deux,
        conseiller=conseiller_voisin.conseiller,
        date_debut=OCTOBRE,
        date_fin=dt.date(2026, 11, 30),
    )


def etats(mois: dt.date) -> list[str | None]:
    lignes = tableau_des_mois(OCTOBRE).lignes
    return [
        case.etat.value if case else None
        for _, cases in lignes
        for colonne, case in cases
        if colonne.premier_jour == mois
    ]


@pytest.mark.usefixtures("histoires")
def test_each_cell_is_one_of_the_six_states():
    assert etats(SEPTEMBRE) == ["a_l_heure", "en_retard", "sans_objet"]
    assert etats(OCTOBRE) == ["manquant", "excuse", "sans_objet"]
    assert etats(dt.date(2026, 2, 1)) == ["manquant", "manquant", None]


@pytest.mark.usefixtures("histoires")
def test_twelve_months_read_at_once_are_twelve_months_read_one_by_one():
    mois = douze_mois(OCTOBRE)
    postes = occupation(mois[0], dernier_jour(mois[-1]))
    ensemble = completudes(postes, mois)
    for premier in mois:
        seul = completude_par_poste(occupation(premier, dernier_jour(premier)), premier)
        assert ensemble[premier] == seul


@pytest.mark.usefixtures("histoires")
def test_a_column_says_what_the_report_of_its_month_says():
    for colonne in tableau_des_mois(OCTOBRE).colonnes[:2]:
        completude = donnees_du_mois(colonne.premier_jour)["couverture"]["completude"]
        assert {e: completude[e] for e in EtatCompletude.values} == colonne.compte


@pytest.mark.usefixtures("histoires")
def test_a_closed_month_keeps_the_states_of_its_cloture(gestionnaire: Utilisateur):
    services.close_mois(mois=OCTOBRE, utilisateur=gestionnaire, motif_avertissements="Essai")
    Absence.objects.all().delete()
    assert etats(OCTOBRE) == ["manquant", "excuse", "sans_objet"]
    colonne = tableau_des_mois(OCTOBRE).colonnes[0]
    assert (colonne.clos, colonne.fige, colonne.manquants) == (True, True, 1)


@pytest.mark.usefixtures("histoires")
def test_reopened_the_month_is_read_anew(gestionnaire: Utilisateur):
    services.close_mois(mois=OCTOBRE, utilisateur=gestionnaire, motif_avertissements="Essai")
    services.reopen_mois(mois=OCTOBRE, utilisateur=gestionnaire, motif="Essai")
    Absence.objects.all().delete()
    assert not CompletudeFigee.objects.exists()
    assert etats(OCTOBRE) == ["manquant", "manquant", "sans_objet"]


@pytest.mark.usefixtures("histoires")
def test_a_month_closed_before_states_were_kept_is_computed():
    Mois.objects.create(
        premier_jour=SEPTEMBRE, statut="clos", version=1, clos_le="2026-10-12T10:00+02:00"
    )
    colonne = tableau_des_mois(OCTOBRE).colonnes[1]
    assert (colonne.clos, colonne.fige, colonne.declares) == (True, False, 2)


def test_before_the_due_date_nothing_is_missing_yet(conseillere: Any, mardi_10_novembre: Any):
    mardi_10_novembre.move_to(dt.datetime(2026, 11, 3, 10, tzinfo=dt.UTC))
    ((_, cases),) = tableau_des_mois(OCTOBRE).lignes
    assert (cases[0][1].libelle, cases[1][1].libelle) == ("Attendu", "Manquant")


def test_the_board_costs_four_queries_whatever_it_shows(
    histoires: None, gestionnaire: Any, django_assert_num_queries: Any
):
    services.close_mois(mois=OCTOBRE, utilisateur=gestionnaire, motif_avertissements="Essai")
    with django_assert_num_queries(4):
        tableau_des_mois(OCTOBRE)


@pytest.mark.usefixtures("histoires")
def test_each_cell_leads_to_its_poste_and_month(client: Client, gestionnaire: Utilisateur):
    client.force_login(gestionnaire)
    page = client.get(reverse(ADRESSE)).content.decode()
    adresse = reverse("admin:reporting_mois_poste", args=["2026-10", 1])
    assert f'href="{adresse}"' in page
    fiche = client.get(adresse)
    assert "Manquant" in fiche.content.decode()
    assert reverse("admin:reporting_relancer", args=["2026-10"]) in fiche.content.decode()


def test_the_board_is_by_number_and_by_part(
    client: Client, direction: Utilisateur, poste_2: Poste, poste_1: Poste
):
    client.force_login(direction)
    tableau = client.get(reverse(ADRESSE), {"part": "partenaire"}).context["tableau"]
    assert [poste.numero for poste, _ in tableau.lignes] == [2]
    tableau = client.get(reverse(ADRESSE)).context["tableau"]
    assert [poste.numero for poste, _ in tableau.lignes] == [1, 2]


def test_a_month_to_come_shows_the_last_one_that_is_over(client: Client, direction: Utilisateur):
    client.force_login(direction)
    page = client.get(reverse(ADRESSE), {"fin": "2027-05"})
    assert page.context["fin"] == "2026-10"
    assert client.get(reverse(ADRESSE), {"fin": "octobre"}).status_code == 404
