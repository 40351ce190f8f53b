"""What a script tries at the door: guesses, lists of addresses, forged requests."""

from __future__ import annotations

import statistics
import time
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client

from conftest import MOT_DE_PASSE, make_utilisateur
from conseillers import tasks
from conseillers.enums import Role
from conseillers.models import Utilisateur

CONNEXION, OUBLI = "/connexion/", "/mot-de-passe-oublie/"


@pytest.fixture(autouse=True)
def compteurs_a_zero() -> None:
    cache.clear()


def attempt(client: Client, courriel: str, mot: str, **entetes: str) -> Any:
    return client.post(CONNEXION, {"login": courriel, "password": mot}, headers=entetes)


# --- Guessing ------------------------------------------------------------------------------


def test_five_wrong_passwords_then_even_the_right_one_waits(
    client: Client, direction: Utilisateur
) -> None:
    for _ in range(5):
        assert attempt(client, direction.courriel, "faux").status_code == 200
    page = attempt(client, direction.courriel, MOT_DE_PASSE).content.decode()
    assert "Trop d’essais pour ce compte" in page
    assert "_auth_user_id" not in client.session


def test_changing_browser_address_or_case_does_not_give_more_guesses(
    direction: Utilisateur,
) -> None:
    variantes = [direction.courriel, direction.courriel.upper(), f" {direction.courriel} "]
    for n in range(6):
        attempt(Client(REMOTE_ADDR=f"10.0.0.{n}"), variantes[n % 3], "faux")
    client = Client(REMOTE_ADDR="10.9.9.9")
    attempt(client, direction.courriel, MOT_DE_PASSE)
    assert "_auth_user_id" not in client.session


def test_an_invented_forwarded_address_is_not_believed(direction: Utilisateur) -> None:
    """One machine, thirty addresses of which it lies: it is still one machine."""
    statuts = [
        attempt(Client(), f"x{n}@exemple.fr", "faux", **{"x-forwarded-for": f"10.1.1.{n}"})
        for n in range(40)
    ]
    assert any(s.status_code == 429 or "Trop d’essais" in s.content.decode() for s in statuts[-5:])


def test_somebody_elses_guesses_do_not_shut_the_others_out(
    client: Client, direction: Utilisateur, prefecture: Utilisateur
) -> None:
    voleur = Client(REMOTE_ADDR="10.0.0.66")
    for _ in range(8):
        attempt(voleur, direction.courriel, "faux")
    attempt(client, prefecture.courriel, MOT_DE_PASSE)
    assert client.session["_auth_user_id"] == str(prefecture.pk)


def test_who_is_shut_out_gets_in_by_the_message(
    client: Client, direction: Utilisateur, django_capture_on_commit_callbacks: Any
) -> None:
    """An attacker must not be able to close somebody's account by guessing badly."""
    for _ in range(6):
        attempt(client, direction.courriel, "faux")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(OUBLI, {"email": direction.courriel})
    lien = mail.outbox[0].body.split("http://localhost:8000")[1].split()[0]
    formulaire = client.get(lien, follow=True).redirect_chain[-1][0]
    client.post(formulaire, {"password1": "Tout autre phrase", "password2": "Tout autre phrase"})
    attempt(client, direction.courriel, "Tout autre phrase")
    assert client.session["_auth_user_id"] == str(direction.pk)


def test_messages_are_not_sent_by_the_hundred(
    client: Client, direction: Utilisateur, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        statuts = [client.post(OUBLI, {"email": direction.courriel}).status_code for _ in range(6)]
    assert statuts[-1] == 429
    assert len(mail.outbox) == 3


def test_the_answer_to_too_many_is_a_page_in_french(client: Client, db: None) -> None:
    for _ in range(5):
        reponse = client.post(OUBLI, {"email": "x@exemple.fr"})
    assert reponse.status_code == 429
    assert "attendez, puis recommencez" in reponse.content.decode()


# --- Who has an account? -------------------------------------------------------------------


def without_tokens(reponse: Any, courriel: str) -> str:
    """The page, but for what differs from one load to the next and what was typed."""
    page = reponse.content.decode().replace(courriel, "COURRIEL")
    return "\n".join(ligne for ligne in page.splitlines() if "csrfmiddlewaretoken" not in ligne)


@pytest.mark.parametrize("etat", ["ouvert", "ferme"])
def test_a_wrong_password_reads_the_same_with_and_without_account(
    client: Client, direction: Utilisateur, etat: str
) -> None:
    Utilisateur.objects.update(is_active=etat == "ouvert")
    pages = {
        without_tokens(attempt(client, courriel, "faux"), courriel)
        for courriel in (direction.courriel, "personne@exemple.fr")
    }
    assert len(pages) == 1


@pytest.mark.parametrize("etat", ["ouvert", "ferme"])
def test_a_forgotten_password_reads_the_same_and_asks_as_much(
    client: Client, direction: Utilisateur, etat: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request queues the same job for any address: nothing in it looks the account up."""
    Utilisateur.objects.update(is_active=etat == "ouvert")
    recus: list[str] = []
    monkeypatch.setattr(tasks.send_mot_de_passe, "delay", recus.append)
    pages = set()
    for courriel in (direction.courriel, "personne@exemple.fr"):
        reponse = client.post(OUBLI, {"email": courriel}, follow=True)
        pages.add(without_tokens(reponse, courriel))
    assert len(pages) == 1
    assert recus == [direction.courriel, "personne@exemple.fr"]


def test_a_wrong_password_takes_as_long_with_and_without_account(
    settings: Any, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the real hash. Medians of nine, interleaved: without the decoy they differ tenfold."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = {}
    monkeypatch.setattr(Argon2PasswordHasher, "time_cost", 8)
    connu = make_utilisateur(Role.DIRECTION, "Lou", "Connue").courriel
    durees: dict[str, list[float]] = {connu: [], "personne@exemple.fr": []}
    client = Client()
    for _ in range(9):
        for courriel, mesures in durees.items():
            debut = time.process_time()
            attempt(client, courriel, "faux")
            mesures.append(time.process_time() - debut)
    medianes = [statistics.median(mesures) for mesures in durees.values()]
    assert max(medianes) < 1.6 * min(medianes), medianes


# --- Forged requests -----------------------------------------------------------------------


def test_the_session_number_changes_at_sign_in(client: Client, direction: Utilisateur) -> None:
    """One that an attacker planted before is worth nothing after."""
    client.get(CONNEXION)
    session = client.session
    session["plantee"] = True
    session.save()
    avant = session.session_key
    client.cookies["sessionid"] = avant
    attempt(client, direction.courriel, MOT_DE_PASSE)
    assert client.session.session_key != avant
    voleur = Client()
    voleur.cookies["sessionid"] = avant
    assert voleur.get("/compte/").status_code == 302


@pytest.mark.parametrize(
    "suite",
    [
        "https://ailleurs.invalid/", "//ailleurs.invalid/", "/\\ailleurs.invalid/",
        "javascript:alert(1)", "https:ailleurs.invalid", "http://testserver@ailleurs.invalid/",
        "\thttps://ailleurs.invalid/", "https://testserver.ailleurs.invalid/",
    ],
)  # fmt: skip
def test_signing_in_never_leads_elsewhere(
    client: Client, direction: Utilisateur, suite: str
) -> None:
    reponse = client.post(
        CONNEXION, {"login": direction.courriel, "password": MOT_DE_PASSE, "next": suite}
    )
    assert reponse.headers["Location"] == "/"


@pytest.mark.parametrize(
    "adresse",
    [CONNEXION, OUBLI, "/deconnexion/", "/compte/mot-de-passe/", "/compte/sessions/",
     "/connexion/second-facteur/", "/connexion/cle/", "/compte/second-facteur/application/"],
)  # fmt: skip
def test_a_page_of_another_site_cannot_post_here(direction: Utilisateur, adresse: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(direction)
    assert client.post(adresse, {"login": "x", "password": "y"}).status_code == 403


@pytest.mark.parametrize(
    "hote", ["ailleurs.invalid", "testserver.ailleurs.invalid", "testserver:1@x"]
)
def test_a_forged_host_is_refused_and_never_reaches_a_message(
    client: Client, direction: Utilisateur, hote: str, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        reponse = client.post(OUBLI, {"email": direction.courriel}, headers={"host": hote})
        assert reponse.status_code == 400
        client.post(OUBLI, {"email": direction.courriel}, headers={"x-forwarded-host": hote})
    [message] = mail.outbox
    assert "ailleurs" not in message.body
    assert "http://localhost:8000/mot-de-passe-oublie/" in message.body


def test_the_link_of_one_account_does_not_open_another(
    client: Client, direction: Utilisateur, prefecture: Utilisateur,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    from allauth.account.utils import user_pk_to_url_str

    with django_capture_on_commit_callbacks(execute=True):
        client.post(OUBLI, {"email": direction.courriel})
    lien = mail.outbox[0].body.split("http://localhost:8000")[1].split()[0]
    autre = lien.replace(
        f"/{user_pk_to_url_str(direction)}-", f"/{user_pk_to_url_str(prefecture)}-"
    )
    assert autre != lien
    assert "a déjà servi" in client.get(autre, follow=True).content.decode()


# --- Passwords -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mot", "raison"),
    [
        ("court", "au minimum 12"), ("1234567890123456", "entièrement numérique"),
        ("password12345", "trop courant"), ("paul.direction@exemple.fr", "trop semblable"),
    ],
)  # fmt: skip
def test_a_weak_password_is_refused_with_its_reason(
    client: Client, direction: Utilisateur, mot: str, raison: str
) -> None:
    client.force_login(direction)
    page = client.post(
        "/compte/mot-de-passe/",
        {"oldpassword": MOT_DE_PASSE, "password1": mot, "password2": mot},
    ).content.decode()
    assert raison in page
    direction.refresh_from_db()
    assert direction.check_password(MOT_DE_PASSE)


def test_a_long_password_with_any_character_is_welcome(
    client: Client, direction: Utilisateur
) -> None:
    mot = "élan vert à 4 pattes — " * 5 + "🦌"
    client.force_login(direction)
    client.post(
        "/compte/mot-de-passe/",
        {"oldpassword": MOT_DE_PASSE, "password1": mot, "password2": mot},
    )
    direction.refresh_from_db()
    assert direction.check_password(mot)


def test_passwords_are_kept_by_argon2() -> None:
    from config.settings import base

    assert base.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
