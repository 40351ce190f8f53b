"""Séances « en attente de rattachement » are given a poste, one or many at a time."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conftest import close_mois_brut, make_seance
from conseillers.models import Affectation, Poste, Utilisateur
from permanences import services
from permanences.models import LieuAccueil, Seance
from permanences.selectors.rattachement import seances_en_attente

ADRESSE = "admin:permanences_a_rattacher"
OCTOBRE = dt.date(2026, 10, 6)

pytestmark = pytest.mark.usefixtures("mardi_10_novembre")


@pytest.fixture
def partie(conseillere: Any, mairie_brulon: LieuAccueil) -> Utilisateur:
    """Nadia left poste 1 on 30 September, and typed two séances of October."""
    Affectation.objects.update(date_fin=dt.date(2026, 9, 30))
    for jour in (OCTOBRE, OCTOBRE + dt.timedelta(days=1)):
        make_seance(conseillere, mairie_brulon, jour)
    return conseillere


def page_of(client: Client, utilisateur: Utilisateur) -> str:
    client.force_login(utilisateur)
    return client.get(reverse(ADRESSE)).content.decode()


@pytest.mark.usefixtures("partie")
def test_each_one_is_proposed_the_poste_its_author_held_nearest(gestionnaire: Utilisateur):
    total, (premiere, _) = seances_en_attente(gestionnaire)
    assert total == 2
    (proposition,) = premiere.propositions
    assert proposition.poste.numero == 1
    assert "quitté le 30\u00a0septembre\u00a02026, 6\u00a0jours avant" in proposition.raison


@pytest.mark.usefixtures("partie")
def test_a_slip_of_the_year_is_guessed(gestionnaire: Utilisateur):
    Seance.objects.update(date=dt.date(2027, 10, 6))
    _, (premiere, *_) = seances_en_attente(gestionnaire)
    assert premiere.mauvaise_date is None  # 2026 is after the departure
    Affectation.objects.update(date_fin=None, date_debut=dt.date(2026, 1, 5))
    Seance.objects.update(date=dt.date(2025, 10, 6))
    _, (premiere, *_) = seances_en_attente(gestionnaire)
    assert premiere.mauvaise_date == OCTOBRE


@pytest.mark.usefixtures("partie")
def test_many_are_read_first_then_given_their_poste(
    gestionnaire: Utilisateur, client: Client, poste_2: Poste
):
    texte = page_of(client, gestionnaire)
    assert "2\u00a0séances attendent un poste" in texte
    seances = [str(pk) for pk in Seance.objects.values_list("pk", flat=True)]
    envoi = {"seances": seances, "poste_pour_tous": poste_2.pk}
    apercu = client.post(reverse(ADRESSE), envoi).content.decode()
    assert "Rattacher 2\u00a0séances" in apercu
    assert not Seance.objects.comptees().exists()
    fait = client.post(reverse(ADRESSE), envoi | {"confirmer": "1"}, follow=True).content.decode()
    assert "2\u00a0séances rattachées" in fait and "Aucune séance n’attend" in fait
    assert set(Seance.objects.values_list("poste__numero", flat=True)) == {2}


@pytest.mark.usefixtures("partie")
def test_a_refused_one_says_why_and_the_others_are_done(
    gestionnaire: Utilisateur, client: Client, poste_1: Poste
):
    ancienne, recente = Seance.objects.order_by("date")
    Poste.objects.update(date_attribution=recente.date)
    client.force_login(gestionnaire)
    envoi = {"seances": [ancienne.pk, recente.pk], "poste_pour_tous": poste_1.pk}
    apercu = client.post(reverse(ADRESSE), envoi).content.decode()
    assert "n’est pas à nous à la date de la séance" in apercu
    assert "Rattacher 1\u00a0séance" in apercu
    client.post(reverse(ADRESSE), envoi | {"confirmer": "1"})
    assert list(Seance.objects.comptees()) == [recente]


@pytest.mark.usefixtures("partie")
def test_a_closed_month_refuses(gestionnaire: Utilisateur, client: Client, poste_1: Poste):
    close_mois_brut(dt.date(2026, 10, 1))
    client.force_login(gestionnaire)
    seance = Seance.objects.first()
    envoi = {"seances": [seance.pk], f"poste_{seance.pk}": poste_1.pk}
    assert "octobre 2026 est clos" in client.post(reverse(ADRESSE), envoi).content.decode()


@pytest.mark.usefixtures("partie")
def test_nothing_ticked_asks_to_tick(gestionnaire: Utilisateur, client: Client):
    client.force_login(gestionnaire)
    assert "Cochez au moins une séance" in client.post(reverse(ADRESSE)).content.decode()


def test_nothing_waits_is_said(gestionnaire: Utilisateur, client: Client, db: None):
    assert "Aucune séance n’attend" in page_of(client, gestionnaire)


@pytest.mark.usefixtures("partie")
def test_the_list_costs_the_same_whatever_waits(
    gestionnaire: Utilisateur, django_assert_max_num_queries: Any
):
    with django_assert_max_num_queries(5):
        seances_en_attente(gestionnaire)


@pytest.mark.usefixtures("partie")
def test_the_second_to_settle_the_same_seance_reads_what_the_first_one_chose(
    gestionnaire: Utilisateur, poste_1: Poste, poste_2: Poste
):
    seances = list(Seance.objects.all())
    services.attach_seances(choix={seances[0]: poste_1}, utilisateur=gestionnaire)
    bilan = services.attach_seances(choix=dict.fromkeys(seances, poste_2), utilisateur=gestionnaire)
    assert [seance.pk for seance, _ in bilan.faits] == [seances[1].pk]
    assert bilan.refuses[0][2] == f"Quelqu’un vient de la rattacher au {poste_1}."
    seances[0].refresh_from_db()
    assert seances[0].poste == poste_1
