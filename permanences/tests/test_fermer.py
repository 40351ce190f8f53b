"""The Département closes a lieu, an EPCI, a poste or the programme, and takes it back."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from conftest import close_mois_brut, make_seance
from conseillers.models import Utilisateur
from conseillers.selectors import occupation
from permanences import services
from permanences.models import ActeFermeture, Creneau, Fermeture, LieuAccueil, VacancesScolaires
from permanences.selectors.annonces import annonce_of
from permanences.selectors.fermetures import dates_rendues_par, effet_of, vacances_entre
from permanences.selectors.plan import plan_entre

ADRESSE = "admin:permanences_fermer"
DU, AU = dt.date(2026, 11, 16), dt.date(2026, 12, 6)  # three weeks: three Tuesdays
MARDIS = [dt.date(2026, 11, 17), dt.date(2026, 11, 24), dt.date(2026, 12, 1)]

pytestmark = pytest.mark.usefixtures("mardi_10_novembre")


@pytest.fixture
def plan(creneau_brulon: Creneau, conseillere: Any) -> Creneau:
    return creneau_brulon


def close(utilisateur: Utilisateur, **champs: Any) -> ActeFermeture:
    defauts = {
        "cle": uuid.uuid4(), "portee": "lieu", "debut": DU, "fin": AU,
        "motif": "fermeture_du_lieu",
    }  # fmt: skip
    return services.close_periode(utilisateur=utilisateur, **defauts | champs)


def etats(debut: dt.date = DU, fin: dt.date = AU) -> dict[dt.date, str]:
    return {o.date: o.etat for o in plan_entre(debut, fin, postes=occupation(debut, fin))}


def test_a_lieu_closed_cancels_its_dates_with_that_motive(plan: Creneau, gestionnaire: Utilisateur):
    close(gestionnaire, lieu=plan.lieu)
    assert etats() == dict.fromkeys(MARDIS, "annulee")
    assert etats(dt.date(2026, 12, 7), dt.date(2026, 12, 13)) == {
        dt.date(2026, 12, 8): "a_renseigner"
    }


def test_an_epci_closes_each_of_its_open_lieux(
    plan: Creneau, gestionnaire: Utilisateur, mediatheque_la_fleche: LieuAccueil
):
    acte = close(gestionnaire, portee="epci", epci=plan.lieu.commune.epci)
    assert [f.lieu for f in acte.fermetures.all()] == [plan.lieu]
    LieuAccueil.objects.update(actif=False)
    with pytest.raises(ValidationError, match="aucun lieu"):
        close(gestionnaire, portee="epci", epci=plan.lieu.commune.epci)


def test_the_programme_and_a_poste_close_by_one_closure(plan: Creneau, gestionnaire: Utilisateur):
    assert close(gestionnaire, portee="poste", poste=plan.poste).fermetures.get().poste
    tout = close(gestionnaire, portee="programme").fermetures.get()
    assert (tout.lieu, tout.poste, tout.creneau) == (None, None, None)


def test_a_date_already_held_stays_held_and_is_shown_as_a_conflict(
    plan: Creneau, gestionnaire: Utilisateur, conseillere: Any
):
    jour = dt.date(2026, 11, 3)
    make_seance(conseillere, plan.lieu, jour, creneau=plan)
    acte = ActeFermeture(
        portee="lieu", lieu=plan.lieu, date_debut=jour, date_fin=AU, motif="fermeture_du_lieu"
    )
    effet = effet_of(acte)
    assert effet.tenues == [(jour, plan)]
    close(gestionnaire, lieu=plan.lieu, debut=jour)
    assert etats(jour, jour) == {jour: "tenue"}


def test_the_effect_is_said_by_advisor_and_lieu(plan: Creneau):
    acte = ActeFermeture(
        portee="lieu", lieu=plan.lieu, date_debut=DU, date_fin=AU, motif="fermeture_du_lieu"
    )
    (ligne,) = effet_of(acte).annulees
    assert (ligne.conseiller, ligne.lieu, ligne.dates) == ("Nadia Brulon", plan.lieu, MARDIS)


def test_what_the_public_will_read_is_what_the_page_then_says(
    plan: Creneau, gestionnaire: Utilisateur
):
    acte = ActeFermeture(
        portee="lieu", lieu=plan.lieu, date_debut=DU, date_fin=AU, motif="fermeture_du_lieu"
    )
    ((_, phrases),) = effet_of(acte).annonces
    assert not Fermeture.objects.exists()
    close(gestionnaire, lieu=plan.lieu)
    assert phrases == annonce_of(plan.lieu, dt.date(2026, 11, 10)).fermetures
    assert any("17" in phrase for phrase in phrases)


def test_a_closed_month_is_refused_whole(plan: Creneau, gestionnaire: Utilisateur):
    close_mois_brut(dt.date(2026, 10, 1))
    acte = ActeFermeture(
        portee="lieu", lieu=plan.lieu, date_debut=dt.date(2026, 10, 20), date_fin=AU,
        motif="fermeture_du_lieu",
    )  # fmt: skip
    assert "octobre 2026 est clos" in effet_of(acte).refus[0]
    with pytest.raises(ValidationError, match="clos"):
        close(gestionnaire, lieu=plan.lieu, debut=dt.date(2026, 10, 20))
    assert not ActeFermeture.objects.exists() and not Fermeture.objects.exists()


def test_sent_twice_it_is_one_act(plan: Creneau, gestionnaire: Utilisateur):
    cle = uuid.uuid4()
    assert close(gestionnaire, lieu=plan.lieu, cle=cle) == close(
        gestionnaire, lieu=plan.lieu, cle=cle
    )
    assert Fermeture.objects.count() == 1


def test_lifted_its_dates_come_back_and_those_closed_otherwise_do_not(
    plan: Creneau, gestionnaire: Utilisateur
):
    Fermeture.objects.create(
        code="travaux", date_debut=MARDIS[2], date_fin=MARDIS[2], motif="intemperies",
        poste=plan.poste,
    )  # fmt: skip
    acte = close(gestionnaire, lieu=plan.lieu)
    assert dates_rendues_par(acte) == [(jour, plan) for jour in MARDIS[:2]]
    services.lift_acte(utilisateur=gestionnaire, acte=acte)
    assert etats()[MARDIS[2]] == "annulee"
    assert [etats()[jour] for jour in MARDIS[:2]] == ["a_renseigner"] * 2
    acte.refresh_from_db()
    assert acte.leve_par == gestionnaire
    assert services.lift_acte(utilisateur=gestionnaire, acte=acte) == acte


def test_lifted_after_a_cloture_its_part_of_the_closed_month_stays(
    plan: Creneau, gestionnaire: Utilisateur, mardi_10_novembre: Any
):
    acte = close(gestionnaire, lieu=plan.lieu)
    mardi_10_novembre.move_to(dt.datetime(2026, 12, 10, 10, tzinfo=dt.UTC))
    close_mois_brut(dt.date(2026, 11, 1))
    services.lift_acte(utilisateur=gestionnaire, acte=acte)
    assert acte.fermetures.get().date_fin == dt.date(2026, 11, 30)


# --- The page --------------------------------------------------------------------------------


def test_the_page_says_what_follows_before_anything_is_written(
    plan: Creneau, gestionnaire: Utilisateur, client: Client
):
    client.force_login(gestionnaire)
    demande = {
        "portee": "lieu", "lieu": plan.lieu.pk, "debut": "2026-11-16", "fin": "2026-12-06",
        "motif": "fermeture_du_lieu",
    }  # fmt: skip
    page = client.get(reverse(ADRESSE), demande | {"apercu": "1"}).content.decode()
    assert "Nadia Brulon" in page and "3\u00a0dates annulées" in page
    assert not Fermeture.objects.exists()
    reponse = client.post(reverse(ADRESSE), demande, follow=True).content.decode()
    assert "3\u00a0dates annulées" in reponse and "Mairie de Brûlon" in reponse
    acte = ActeFermeture.objects.get()
    lever = reverse("admin:permanences_fermer_lever", args=[acte.pk])
    assert lever in reponse
    assert "redeviennent prévues" in client.get(lever).content.decode()
    client.post(lever)
    assert not Fermeture.objects.exists()


def test_what_is_missing_is_said_beside_its_field_and_the_rest_is_kept(
    plan: Creneau, gestionnaire: Utilisateur, client: Client
):
    client.force_login(gestionnaire)
    page = client.get(
        reverse(ADRESSE),
        {"portee": "epci", "debut": "2026-11-16", "fin": "2026-11-06", "apercu": 1},
    ).content.decode()
    assert "Choisissez l’EPCI à fermer." in page
    assert "précède le premier" in page
    assert 'value="2026-11-16"' in page


def test_the_direction_reads_and_does_not_close(
    plan: Creneau, direction: Utilisateur, client: Client
):
    client.force_login(direction)
    assert client.get(reverse(ADRESSE)).status_code == 200
    assert client.post(reverse(ADRESSE)).status_code == 403


def test_the_effect_costs_the_same_whatever_is_planned(
    plan: Creneau, django_assert_max_num_queries: Any
):
    acte = ActeFermeture(
        portee="programme", date_debut=DU, date_fin=dt.date(2027, 11, 1),
        motif="fermeture_programmee",
    )  # fmt: skip
    with django_assert_max_num_queries(35):
        effet_of(acte)


# --- School holidays -------------------------------------------------------------------------


def test_the_holidays_of_the_zone_are_loaded_once(db: None):
    """The Sarthe is of Nantes: zone B."""
    assert services.load_vacances() > 0
    assert services.load_vacances() == 0
    assert set(VacancesScolaires.objects.values_list("zone", flat=True)) == {"B"}
    (noel,) = vacances_entre(dt.date(2026, 12, 25), dt.date(2026, 12, 25))
    assert noel.nom == "Vacances de Noël"
    assert noel.date_fin == dt.date(2027, 1, 3)


def test_what_the_departement_corrected_is_not_overwritten(db: None):
    services.load_vacances()
    noel = VacancesScolaires.objects.get(nom="Vacances de Noël", date_debut__year=2026)
    noel.date_fin = dt.date(2027, 1, 5)
    noel.save()
    assert services.load_vacances() == 0
    noel.refresh_from_db()
    assert noel.date_fin == dt.date(2027, 1, 5)


def test_one_click_takes_the_dates_of_the_holidays(
    plan: Creneau, gestionnaire: Utilisateur, client: Client
):
    client.force_login(gestionnaire)
    client.post(reverse("admin:permanences_vacances_charger"))
    page = client.get(reverse(ADRESSE), {"portee": "lieu", "lieu": plan.lieu.pk}).content.decode()
    assert f"?portee=lieu&amp;lieu={plan.lieu.pk}&amp;debut=2026-12-19" in page
    page = client.get(
        reverse(ADRESSE), {"portee": "lieu", "lieu": plan.lieu.pk, "debut": "2026-12-19"}
    ).content.decode()
    assert 'value="2026-12-19"' in page
