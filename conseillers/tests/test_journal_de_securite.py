"""Who came in, who was refused: written once, by one door, and out of reach until it is old."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from conseillers.enums import GenreSecurite, MotifRefus
from conseillers.models import EvenementSecurite, Utilisateur
from conseillers.provenance import browser_family, kept_address
from conseillers.services import (
    delete_compte,
    note_connexion_refusee,
    note_porte_close,
    note_securite,
    purge_securite,
)
from territoires.enums import Porte
from territoires.journal import entree
from territoires.models import Evenement

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)
CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/127.0.0.0 Mobile Safari/537.36"
)

pytestmark = pytest.mark.django_db


# --- One line ------------------------------------------------------------------------------


def test_a_line_says_when_who_what_from_where_by_which_door(conseillere: Utilisateur) -> None:
    with entree(Porte.FORMULAIRE, "connexion"):
        note_securite(
            genre=GenreSecurite.CONNEXION,
            utilisateur=conseillere,
            request_ip="192.0.2.7",
            agent=FIREFOX,
            detail="mot de passe",
        )
    ligne = EvenementSecurite.objects.get()
    assert ligne.le - timezone.now() < dt.timedelta(seconds=5)
    assert (ligne.utilisateur, ligne.genre, ligne.adresse, ligne.navigateur) == (
        conseillere, "connexion", "192.0.2.7", "Firefox, Windows",
    )  # fmt: skip
    assert (ligne.porte, ligne.detail) == (Porte.FORMULAIRE, "mot de passe")


def test_outside_of_any_door_the_line_says_so() -> None:
    assert note_securite(genre=GenreSecurite.CONNEXION).porte == Porte.BASE


def test_a_kind_that_is_not_in_the_list_is_refused() -> None:
    with pytest.raises(ValueError, match="piratage"):
        note_securite(genre="piratage")
    with pytest.raises(IntegrityError, match="securite_genre_connu"), transaction.atomic():
        EvenementSecurite.objects.create(genre="piratage")


@pytest.mark.parametrize(
    ("dite", "gardee"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", None),
        ("<script>", None),
    ],
)
def test_an_address_keeps_its_network_only_where_the_rest_names_a_device(
    dite: str, gardee: str | None
) -> None:
    assert kept_address(dite) == gardee
    assert note_securite(genre=GenreSecurite.CONNEXION, request_ip=dite).adresse == gardee


@pytest.mark.parametrize(
    ("agent", "famille"),
    [
        (FIREFOX, "Firefox, Windows"),
        (SAFARI, "Safari, iPhone"),
        (CHROME, "Chrome, Android"),
        ("curl/8.5.0", "curl"),
        ("x" * 4000, "autre"),
        ("", ""),
    ],
)
def test_of_a_browser_its_family_alone(agent: str, famille: str) -> None:
    assert browser_family(agent) == famille


@pytest.mark.parametrize(("relais", "adresse"), [(1, "192.0.2.7"), (0, "127.0.0.1")])
def test_behind_a_proxy_the_address_is_what_the_proxy_saw_never_what_was_typed(
    client: Client, direction: Utilisateur, settings: Any, relais: int, adresse: str
) -> None:
    settings.RELAIS_DE_CONFIANCE = relais
    client.post(
        "/connexion/",
        {"login": direction.courriel, "password": "faux"},
        headers={"x-forwarded-for": "6.6.6.6, 192.0.2.7"},
    )
    [note] = EvenementSecurite.objects.filter(genre="connexion_refusee")
    assert note.adresse == adresse


# --- A sign-in refused ----------------------------------------------------------------------


def test_a_refusal_names_the_account_when_there_is_one(conseillere: Utilisateur) -> None:
    ligne = note_connexion_refusee(courriel=f" {conseillere.courriel.upper()} ")
    assert (ligne.utilisateur, ligne.empreinte, ligne.detail) == (
        conseillere, "", MotifRefus.MOT_DE_PASSE.label,
    )  # fmt: skip


def test_a_refusal_of_a_closed_account_says_so(conseillere: Utilisateur) -> None:
    Utilisateur.objects.update(actif_jusqu_au=timezone.localdate() - dt.timedelta(days=1))
    assert note_connexion_refusee(courriel=conseillere.courriel).detail == "compte fermé"


def test_an_address_that_is_nobody_s_is_kept_as_a_keyed_hash_alone(settings: Any) -> None:
    une, autre = (note_connexion_refusee(courriel="quelqu.un@exemple.fr") for _ in range(2))
    assert une.utilisateur is None and une.detail == "compte inconnu"
    assert une.empreinte == autre.empreinte and len(une.empreinte) == 32
    assert note_connexion_refusee(courriel="un.autre@exemple.fr").empreinte != une.empreinte
    settings.SECRET_KEY = "une autre"
    assert note_connexion_refusee(courriel="quelqu.un@exemple.fr").empreinte != une.empreinte
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, '') FROM conseillers_evenementsecurite e")
        assert "quelqu" not in cursor.fetchone()[0]


def test_who_hammers_on_a_closed_door_does_not_fill_the_journal(direction: Utilisateur) -> None:
    def hammer(utilisateur: Utilisateur | None, ip: str) -> int:
        notees = [
            note_porte_close(
                genre=GenreSecurite.ACCES_REFUSE, utilisateur=utilisateur, request_ip=ip, agent="",
                detail="admin:index",
            )
            for _ in range(40)
        ]  # fmt: skip
        return len([ligne for ligne in notees if ligne])

    assert hammer(None, "192.0.2.7") == 30
    # Neither somebody else's address nor an account pays for it.
    assert hammer(None, "192.0.2.8") == 30
    assert hammer(direction, "192.0.2.7") == 30
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=11)):
        assert hammer(None, "192.0.2.7") == 30


# --- Out of reach ---------------------------------------------------------------------------


def old(jours: int, **champs: Any) -> EvenementSecurite:
    le = timezone.now() - dt.timedelta(days=jours)
    return EvenementSecurite.objects.create(genre=GenreSecurite.CONNEXION, le=le, **champs)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE conseillers_evenementsecurite SET detail = 'rien'",
        "DELETE FROM conseillers_evenementsecurite",
        "TRUNCATE conseillers_evenementsecurite",
    ],
)
def test_no_statement_changes_or_erases_it(sql: str) -> None:
    old(400)
    with connection.cursor() as cursor:
        # The suite's own exception, for the tests of a browser, is taken back for this one.
        cursor.execute("ALTER TABLE conseillers_evenementsecurite ENABLE TRIGGER ALL")
        with pytest.raises(IntegrityError, match="ne s’efface pas"), transaction.atomic():
            cursor.execute(sql)


def test_a_line_outlives_its_account(employeur: Utilisateur) -> None:
    note_securite(genre=GenreSecurite.CONNEXION, utilisateur=employeur)
    cle = employeur.pk
    delete_compte(compte=employeur)
    assert EvenementSecurite.objects.get().utilisateur_id == cle


# --- Forgotten when it is old ----------------------------------------------------------------


def a_year_ago() -> dt.date:
    return timezone.localdate() - dt.timedelta(days=365)


def test_the_purge_says_what_it_would_forget_and_writes_nothing() -> None:
    old(400), old(300)
    assert purge_securite(avant=a_year_ago(), simulation=True) == 1
    assert EvenementSecurite.objects.count() == 2


def test_the_purge_forgets_what_is_older_than_its_day_and_says_so() -> None:
    old(400, detail="vieux"), old(400), old(300, detail="gardé")
    assert purge_securite(avant=a_year_ago(), simulation=False) == 2
    reste = EvenementSecurite.objects.order_by("le")
    assert [ligne.detail for ligne in reste] == [
        "gardé", f"2 événements d’avant le {a_year_ago():%d/%m/%Y}",
    ]  # fmt: skip
    assert reste[1].genre == GenreSecurite.PURGE
    assert purge_securite(avant=a_year_ago(), simulation=False) == 0


def test_the_door_of_the_purge_closes_behind_it() -> None:
    old(400), old(300)
    purge_securite(avant=a_year_ago(), simulation=False)
    with pytest.raises(IntegrityError, match="ne s’efface pas"), transaction.atomic():
        EvenementSecurite.objects.all().delete()


def test_nothing_younger_than_six_months_is_forgotten_whatever_is_asked() -> None:
    old(100)
    with pytest.raises(ValidationError, match="se garde 6"):
        purge_securite(avant=timezone.localdate(), simulation=False)
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SELECT set_config('conseillers.purge_securite', '2999-01-01', true)")
        with pytest.raises(IntegrityError, match="ne s’efface pas"), transaction.atomic():
            EvenementSecurite.objects.all().delete()


def test_nothing_of_it_is_copied_into_the_journal_of_changes(conseillere: Utilisateur) -> None:
    note_securite(genre=GenreSecurite.CONNEXION, utilisateur=conseillere, request_ip="192.0.2.7")
    assert not Evenement.objects.filter(modele="conseillers.evenementsecurite").exists()
