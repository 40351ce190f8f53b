"""Reminders: on working days, to whoever can declare and is at work, once a day."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from conftest import close_mois_brut, make_utilisateur
from conseillers.enums import Role, TypePoste
from conseillers.models import Absence, Affectation, Poste, Utilisateur
from permanences.enums import PublicRelance
from permanences.models import Declaration, EtapeRelance, Relance
from reporting import services, tasks

OCTOBRE = dt.date(2026, 10, 1)
NADIA, HUGO = "nadia.brulon@exemple.fr", "hugo.fleche@exemple.fr"
MARC, CLAIRE = "marc.employeur@exemple.fr", "claire.gestion@exemple.fr"
ETAPES = ((1, "conseiller"), (4, "conseiller"), (6, "conseiller"), (6, "departement"),
          (11, "conseiller_et_referent"))  # fmt: skip


def at(jour: int) -> dt.datetime:
    return dt.datetime(2026, 11, jour, 7, 30, tzinfo=dt.UTC)


@pytest.fixture
def equipe(conseillere: Any, conseiller_voisin: Any, employeur: Any, gestionnaire: Any) -> None:
    for rang, public in ETAPES:
        EtapeRelance.objects.get_or_create(rang=rang, public=public)


@pytest.fixture
def le_jour(mardi_10_novembre: Any, django_capture_on_commit_callbacks: Any) -> Any:
    """Run beat's task on the morning of that day of November 2026; who was written to."""

    def run(jour: int) -> list[str]:
        mardi_10_novembre.move_to(at(jour))
        avant = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            tasks.send_relances()
        return sorted(adresse for m in mail.outbox[avant:] for adresse in m.to)

    return run


def test_each_working_day_of_the_calendar_writes_to_its_public(equipe: None, le_jour: Any):
    # November 2026: the 1st is a Sunday, the 11th a public holiday.
    assert le_jour(2) == [HUGO, NADIA]
    assert le_jour(3) == []
    assert le_jour(5) == [HUGO, NADIA]
    assert le_jour(9) == [CLAIRE, HUGO, NADIA]
    assert le_jour(17) == [HUGO, MARC, NADIA]
    assert le_jour(18) == []


def test_nobody_is_written_to_on_a_week_end_or_a_public_holiday(equipe: None, le_jour: Any):
    EtapeRelance.objects.all().delete()
    for rang in range(1, 20):
        EtapeRelance.objects.create(rang=rang, public="conseiller")
    assert [jour for jour in (1, 7, 8, 11, 14, 15) if le_jour(jour)] == []
    assert le_jour(12) == [HUGO, NADIA]


def test_an_unticked_step_does_not_leave(equipe: None, le_jour: Any):
    EtapeRelance.objects.update(actif=False)
    assert le_jour(9) == []


def test_whoever_declared_is_left_alone(equipe: None, le_jour: Any, poste_1: Poste):
    Declaration.objects.create(poste=poste_1, mois=OCTOBRE, faite_le=dt.date(2026, 11, 1))
    assert le_jour(5) == [HUGO]


def test_nobody_absent_that_day_is_written_to(
    equipe: None, le_jour: Any, conseillere: Any, poste_1: Poste
):
    Absence.objects.create(
        poste=poste_1,
        conseiller=conseillere.conseiller,
        date_debut=dt.date(2026, 11, 5),
        date_fin=dt.date(2026, 11, 6),
    )
    assert le_jour(5) == [HUGO]
    assert NADIA in le_jour(9)


def test_a_vacant_poste_and_a_coordinateur_get_none(equipe: None, le_jour: Any):
    Affectation.objects.filter(poste__numero=1).update(date_fin=dt.date(2026, 11, 4))
    Poste.objects.filter(numero=2).update(type=TypePoste.COORDINATEUR)
    assert le_jour(5) == []


def test_who_came_after_the_month_is_not_asked_for_it(equipe: None, le_jour: Any, poste_1: Poste):
    Affectation.objects.filter(poste=poste_1).update(date_debut=dt.date(2026, 11, 2))
    Affectation.objects.create(
        poste=poste_1,
        conseiller=Affectation.objects.get(poste__numero=2).conseiller,
        date_debut=dt.date(2026, 10, 1),
        date_fin=dt.date(2026, 10, 31),
        type_contrat="CDD",
    )
    assert le_jour(5) == [HUGO]


def test_a_closed_account_is_not_written_to(equipe: None, le_jour: Any):
    Utilisateur.objects.filter(courriel=NADIA).update(is_active=False)
    assert le_jour(5) == [HUGO]


def test_a_closed_month_asks_nobody(equipe: None, le_jour: Any, gestionnaire: Any):
    close_mois_brut(OCTOBRE)
    assert le_jour(9) == []
    with pytest.raises(ValidationError, match="clos"):
        services.relance_mois(mois=OCTOBRE, utilisateur=gestionnaire)


def test_the_task_run_twice_writes_once(equipe: None, le_jour: Any):
    assert le_jour(9)
    assert le_jour(9) == []
    assert Relance.objects.filter(jour=dt.date(2026, 11, 9)).count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_moment_write_once(equipe: None, mardi_10_novembre: Any):
    mardi_10_novembre.move_to(at(9))
    barriere = threading.Barrier(2)

    def work() -> None:
        try:
            barriere.wait(5)
            services.relance_mois(mois=OCTOBRE)
        finally:
            connection.close()

    fils = [threading.Thread(target=work) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(20)
    assert sorted(Relance.objects.values_list("courriel", flat=True)) == [HUGO, NADIA]
    assert sorted(m.to[0] for m in mail.outbox) == [HUGO, NADIA]


def test_the_message_says_the_due_date_and_where_to_declare(equipe: None, le_jour: Any):
    le_jour(9)
    (message,) = (m for m in mail.outbox if m.to == [NADIA])
    assert message.subject == "Votre mois d’octobre 2026 n’est pas encore déclaré"
    assert "poste 1" in message.body and "6\u00a0novembre\u00a02026" in message.body
    assert reverse("permanences:mois_du", args=[OCTOBRE]) in message.body
    assert message.alternatives[0][1] == "text/html"
    (etat,) = (m for m in mail.outbox if m.to == [CLAIRE])
    assert "poste 1, poste 2" in etat.body


# --- By hand ---------------------------------------------------------------------------------


@pytest.fixture
def page(client: Client, gestionnaire: Utilisateur, mardi_10_novembre: Any) -> str:
    client.force_login(gestionnaire)
    return reverse("admin:reporting_relancer", args=["2026-10"])


def test_the_page_shows_who_would_be_written_to_and_writes_nothing(
    equipe: None, client: Client, page: str
):
    texte = client.get(page).content.decode()
    assert NADIA in texte and HUGO in texte and MARC in texte
    assert "Ce que chacun lira" in texte
    assert not Relance.objects.exists()


def test_those_ticked_are_written_to_with_a_copy_when_asked(
    equipe: None, client: Client, page: str, django_capture_on_commit_callbacks: Any,
    poste_2: Poste,
):  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        reponse = client.post(page, {"postes": [poste_2.pk], "copie": "on"}, follow=True)
    assert "2\u00a0courriels envoyés" in reponse.content.decode()
    assert sorted(m.to[0] for m in mail.outbox) == [HUGO, MARC]
    relances = Relance.objects.values_list("public", "demandee_par__courriel")
    assert set(relances) == {(PublicRelance.REFERENT, CLAIRE)}


def test_nothing_ticked_asks_to_tick(equipe: None, client: Client, page: str):
    assert "Cochez au moins un poste" in client.post(page).content.decode()
    assert not mail.outbox


def test_written_to_today_is_said_and_not_offered_again(
    equipe: None, client: Client, page: str, poste_1: Poste, poste_2: Poste
):
    client.post(page, {"postes": [poste_1.pk, poste_2.pk]})
    texte = client.get(page).content.decode()
    assert "Déjà relancé aujourd’hui" in texte
    assert "Personne ne peut être relancé aujourd’hui" in texte
    client.post(page, {"postes": [poste_1.pk]})
    assert Relance.objects.count() == 2


def test_a_second_gestionnaire_receives_the_state_too(equipe: None, le_jour: Any):
    autre = make_utilisateur(Role.GESTIONNAIRE, "Autre", "Gestion")
    assert autre.courriel in le_jour(9)
