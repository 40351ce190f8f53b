"""A burst of refused sign-ins: staff is told once, and the home says so."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conftest import make_utilisateur
from conseillers.enums import CibleAlerte, GenreSecurite, NatureCourriel, Role
from conseillers.models import AlerteSecurite, Courriel, EvenementSecurite, Utilisateur
from conseillers.services import note_connexion_refusee, note_securite, watch_securite
from conseillers.tasks import watch_securite as task
from territoires.models import Evenement

pytestmark = pytest.mark.django_db


def fail(nombre: int, courriel: str = "", ip: str = "192.0.2.{}") -> None:
    for rang in range(nombre):
        note_connexion_refusee(
            courriel=courriel or f"inconnu{rang}@exemple.fr", request_ip=ip.format(rang % 250)
        )


def watch(capture: Any) -> list[tuple[str, str, int]]:
    with capture(execute=True):
        nouvelles = watch_securite()
    return [(a.cible, a.valeur, a.echecs) for a in nouvelles]


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Any:
    return django_capture_on_commit_callbacks


@pytest.mark.parametrize("nombre", [9, 10])
def test_ten_failures_on_one_account_are_a_burst_and_nine_are_not(
    commit: Any, direction: Utilisateur, conseillere: Utilisateur, nombre: int
) -> None:
    fail(nombre, conseillere.courriel)
    attendu = [(CibleAlerte.COMPTE, str(conseillere.pk), 10)] if nombre == 10 else []
    assert watch(commit) == attendu
    assert len(mail.outbox) == len(attendu)


def test_ten_failures_from_one_address_are_a_burst_whatever_was_typed(
    commit: Any, direction: Utilisateur
) -> None:
    fail(10, ip="192.0.2.7")
    assert watch(commit) == [(CibleAlerte.ADRESSE, "192.0.2.7", 10)]


def test_devices_of_one_network_count_together(commit: Any, direction: Utilisateur) -> None:
    fail(10, ip="2001:db8:1:2::{}")
    assert watch(commit) == [(CibleAlerte.ADRESSE, "2001:db8:1:2::", 10)]


def test_fifty_scattered_failures_are_a_burst_on_the_whole_service(
    commit: Any, direction: Utilisateur
) -> None:
    fail(49)
    assert watch(commit) == []
    fail(1)
    assert watch(commit) == [(CibleAlerte.ENSEMBLE, "", 50)]


def test_a_second_factor_refused_counts_as_a_failure(
    commit: Any, direction: Utilisateur, conseillere: Utilisateur
) -> None:
    for _ in range(10):
        note_securite(genre=GenreSecurite.FACTEUR_REFUSE, utilisateur=conseillere)
    assert watch(commit) == [(CibleAlerte.COMPTE, str(conseillere.pk), 10)]


def test_the_thresholds_are_settings(commit: Any, direction: Utilisateur, settings: Any) -> None:
    settings.ALERTE_ECHECS = {"compte": 2, "adresse": 3, "ensemble": 4}
    fail(3, ip="192.0.2.7")
    assert watch(commit) == [(CibleAlerte.ADRESSE, "192.0.2.7", 3)]


def test_failures_too_old_for_the_rule_do_not_count(
    commit: Any, direction: Utilisateur, mardi_10_novembre: Any
) -> None:
    fail(9, ip="192.0.2.7")
    mardi_10_novembre.shift(dt.timedelta(minutes=11))
    fail(1, ip="192.0.2.7")
    assert watch(commit) == []


# --- Once -------------------------------------------------------------------------------------


def test_a_burst_that_goes_on_is_told_once_and_counted_to_its_end(
    commit: Any, direction: Utilisateur, conseillere: Utilisateur, mardi_10_novembre: Any
) -> None:
    for _ in range(5):
        fail(10, conseillere.courriel, ip="192.0.2.{}")
        watch(commit)
        mardi_10_novembre.shift(dt.timedelta(minutes=4))
    alerte = AlerteSecurite.objects.get(cible=CibleAlerte.COMPTE)
    assert alerte.echecs == 50
    assert alerte.fin - alerte.debut >= dt.timedelta(minutes=16)
    assert len([m for m in mail.outbox if "Nadia" in m.body]) == 1


def test_a_burst_that_stopped_and_starts_again_is_another(
    commit: Any, direction: Utilisateur, conseillere: Utilisateur, mardi_10_novembre: Any
) -> None:
    for _ in range(2):
        fail(10, conseillere.courriel)
        watch(commit)
        mardi_10_novembre.shift(dt.timedelta(minutes=21))
    assert AlerteSecurite.objects.count() == 2
    assert len(mail.outbox) == 2


def test_the_database_refuses_two_alerts_of_one_burst() -> None:
    une = {
        "cible": "adresse", "valeur": "192.0.2.7", "debut": timezone.now(), "fin": timezone.now(),
        "echecs": 10,
    }  # fmt: skip
    AlerteSecurite.objects.create(**une)
    with pytest.raises(IntegrityError, match="alerte_une_par_rafale"), transaction.atomic():
        AlerteSecurite.objects.create(**une)
    AlerteSecurite.objects.create(**une | {"valeur": "192.0.2.8"})


def test_while_the_whole_service_is_aimed_at_no_account_brings_a_message_more(
    commit: Any, direction: Utilisateur, conseillere: Utilisateur
) -> None:
    fail(50)
    watch(commit)
    fail(10, conseillere.courriel, ip="198.51.100.{}")
    assert watch(commit) == [(CibleAlerte.COMPTE, str(conseillere.pk), 10)]
    assert len(mail.outbox) == 1


# --- To whom, and what ------------------------------------------------------------------------


def test_each_open_account_of_the_staff_is_told_and_nobody_else(
    commit: Any, gestionnaire: Utilisateur, direction: Utilisateur, conseillere: Utilisateur,
    employeur: Utilisateur, prefecture: Utilisateur,
) -> None:  # fmt: skip
    make_utilisateur(Role.GESTIONNAIRE, "Ancien", "Compte", is_active=False)
    hier = timezone.localdate() - dt.timedelta(days=1)
    make_utilisateur(Role.GESTIONNAIRE, "Partie", "Hier", actif_jusqu_au=hier)
    fail(12, conseillere.courriel, ip="192.0.2.77")
    with commit(execute=True):
        task()
    assert sorted(m.to[0] for m in mail.outbox) == [gestionnaire.courriel, direction.courriel]
    message = mail.outbox[0]
    for texte in (message.body, message.alternatives[0][0]):
        assert "12 échecs sur le compte de Nadia Brulon" in texte
        assert "12 échecs depuis une même adresse du réseau" in texte
        assert "/admin/securite/?genre=echecs" in texte
        # The message stays longer than the journal: the address is in the journal alone.
        assert "192.0.2.77" not in texte
    assert {c.nature for c in Courriel.objects.all()} == {NatureCourriel.ALERTE}
    assert "192.0.2.77" not in str(list(Evenement.objects.values_list("valeurs")))


def test_the_home_says_it_for_a_day_and_leads_to_the_failures(
    commit: Any, client: Client, poste_1: Any, direction: Utilisateur, mardi_10_novembre: Any
) -> None:
    client.force_login(direction)
    fail(10, ip="192.0.2.7")
    watch(commit)
    html = client.get(reverse("admin:index")).content.decode()
    assert "1\u00a0série de connexions refusées depuis hier" in html
    page = f"{reverse('admin:reporting_securite')}?genre=echecs"
    assert page in html
    assert "10\u00a0faits" in client.get(page).content.decode()
    mardi_10_novembre.shift(dt.timedelta(hours=25))
    client.force_login(direction)
    assert "connexions refusées" not in client.get(reverse("admin:index")).content.decode()


def test_the_list_of_alerts_names_the_account(
    commit: Any, client: Client, direction: Utilisateur, conseillere: Utilisateur
) -> None:
    fail(10, conseillere.courriel)
    watch(commit)
    client.force_login(direction)
    html = client.get(reverse("admin:conseillers_alertesecurite_changelist")).content.decode()
    assert "Nadia Brulon" in html


def test_failures_that_succeed_each_other_cost_the_watch_the_same(
    direction: Utilisateur, django_assert_num_queries: Any, conseillere: Utilisateur
) -> None:
    EvenementSecurite.objects.bulk_create(
        EvenementSecurite(genre=GenreSecurite.CONNEXION) for _ in range(200)
    )
    with django_assert_num_queries(6):
        assert watch_securite() == []
