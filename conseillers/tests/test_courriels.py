"""A message is asked for by an act, leaves after it, and its fate is told."""

from __future__ import annotations

import ast
import datetime as dt
import smtplib
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from conseillers.enums import NatureCourriel, StatutCourriel
from conseillers.models import Courriel, Utilisateur
from conseillers.services import (
    PieceJointe,
    deliver_waiting,
    forget_destinataire,
    resend_courriel,
    send_courriel,
)
from territoires.models import Evenement

pytestmark = pytest.mark.django_db


class Rapport:
    titre, libelle_version = "Rapport <b>de couverture</b>", "version 1"
    code, sha256 = "ABCDE", "f0"


def ask(**autres: Any) -> list[Courriel]:
    demande: dict[str, Any] = {
        "destinataires": ["numerique@sarthe.gouv.invalid"],
        "gabarit": "transmission",
        "contexte": {"du_mois": "d’octobre 2026", "rapports": [Rapport()]},
        "objet": "Rapports d’octobre 2026 disponibles",
        "nature": NatureCourriel.TRANSMISSION,
    }
    return send_courriel(**demande | autres)


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Any:
    return lambda: django_capture_on_commit_callbacks(execute=True)


class Panne:
    """A mail server that is away; it can come back."""

    def __init__(self, erreur: Exception) -> None:
        self.erreur: Exception | None = erreur

    def __call__(self, *_: Any, **__: Any) -> None:
        if self.erreur:
            raise self.erreur


@pytest.fixture
def panne(monkeypatch: pytest.MonkeyPatch) -> Panne:
    panne = Panne(ConnectionRefusedError(111, "Connection refused"))
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", panne)
    return panne


# --- Leaving ------------------------------------------------------------------------------


def test_it_leaves_once_the_act_is_committed(commit: Any, gestionnaire: Utilisateur) -> None:
    with commit():
        [courriel] = ask(utilisateur=gestionnaire)
        assert courriel.statut == StatutCourriel.A_ENVOYER
        assert mail.outbox == []
    courriel.refresh_from_db()
    assert courriel.statut == StatutCourriel.ENVOYE
    assert (courriel.essais, courriel.utilisateur) == (1, gestionnaire)
    [message] = mail.outbox
    assert message.subject == "Rapports d’octobre 2026 disponibles"
    assert message.from_email == settings.DEFAULT_FROM_EMAIL


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_undone_sends_nothing() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        ask()
        raise RuntimeError
    assert mail.outbox == []
    assert not Courriel.objects.exists()


def test_each_address_gets_its_own_message_once(commit: Any) -> None:
    with commit():
        ask(destinataires=["a@exemple.fr", " b@exemple.fr ", "a@exemple.fr", ""])
    assert [message.to for message in mail.outbox] == [["a@exemple.fr"], ["b@exemple.fr"]]


def test_text_and_layout_say_the_same_and_what_is_typed_stays_text(commit: Any) -> None:
    with commit():
        ask()
    [message] = mail.outbox
    [(html, nature)] = message.alternatives
    assert nature == "text/html"
    assert "Rapport <b>de couverture</b> : f0 (code ABCDE)" in message.body
    assert "Rapport &lt;b&gt;de couverture&lt;/b&gt;" in html
    assert 'lang="fr"' in html
    assert "Bonjour," in message.body
    assert "&#" not in message.body


def test_a_subject_stays_on_one_line(commit: Any) -> None:
    with commit():
        ask(objet="Bonjour\r\nBcc: tous@exemple.fr")
    assert mail.outbox[0].subject == "Bonjour Bcc: tous@exemple.fr"


def test_an_invitation_is_a_file_and_something_to_accept(commit: Any) -> None:
    piece = PieceJointe(
        "invitation.ics", "BEGIN:VCALENDAR\r\nSUMMARY:Été".encode(), "text/calendar; method=REQUEST"
    )
    with commit():
        ask(pieces_jointes=[piece])
    brut = mail.outbox[0].message()
    types = [part["Content-Type"] for part in brut.walk() if not part.is_multipart()]
    assert [nature.split(";")[0] for nature in types] == [
        "text/plain", "text/html", "text/calendar", "text/calendar",
    ]  # fmt: skip
    calendriers = [p for p in brut.walk() if p.get_content_type() == "text/calendar"]
    assert {p.get_param("method") for p in calendriers} == {"REQUEST"}
    assert "SUMMARY:Été" in calendriers[0].get_payload(decode=True).decode()
    assert calendriers[1].get_filename() == "invitation.ics"


# --- What fails is told --------------------------------------------------------------------


def test_a_server_that_is_away_undoes_nothing(commit: Any, panne: Panne) -> None:
    with commit():
        ask(destinataires=["a@exemple.fr", "b@exemple.fr"])
    assert {c.statut for c in Courriel.objects.all()} == {StatutCourriel.ECHEC}
    assert Courriel.objects.en_echec().count() == 2
    assert Courriel.objects.first().cause.startswith("Le serveur de messagerie ne répond pas.")


@pytest.mark.parametrize(
    ("erreur", "cause"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.fr": (550, b"unknown")}), "refuse cette adresse"),
        (smtplib.SMTPAuthenticationError(535, b"secret"), "refuse le compte du service"),
        (smtplib.SMTPDataError(554, b"spam"), "a refusé le message"),
        (TimeoutError("timed out"), "ne répond pas"),
        (ValueError("header"), "mal formé"),
    ],
)
def test_the_cause_says_what_to_do(
    commit: Any, monkeypatch: pytest.MonkeyPatch, erreur: Exception, cause: str
) -> None:
    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", Panne(erreur))
    with commit():
        [courriel] = ask()
    courriel.refresh_from_db()
    assert cause in courriel.cause
    assert "secret" not in courriel.cause


def test_an_address_that_is_none_is_a_failure_and_not_an_error(commit: Any) -> None:
    with commit():
        mauvaise, *_ = ask(destinataires=["pas une adresse", "a@exemple.fr"])
    assert mauvaise.statut == StatutCourriel.ECHEC
    assert [message.to for message in mail.outbox] == [["a@exemple.fr"]]


def test_a_failure_is_sent_again_by_hand(commit: Any, panne: Panne) -> None:
    with commit():
        [courriel] = ask(pieces_jointes=[PieceJointe("a.txt", b"abc", "text/plain")])
    panne.erreur = None
    with commit():
        resend_courriel(courriel=courriel)
    courriel.refresh_from_db()
    assert (courriel.statut, courriel.essais, courriel.cause) == (StatutCourriel.ENVOYE, 2, "")
    assert mail.outbox[0].attachments[0].content == "abc"
    with pytest.raises(ValidationError, match="déjà parti"):
        resend_courriel(courriel=courriel)


def test_a_failure_is_tried_again_by_the_clock_then_left_to_people(
    commit: Any, panne: Panne
) -> None:
    with commit():
        [courriel] = ask()
    assert deliver_waiting() == 0
    for passage in range(20):
        with time_machine.travel(timezone.now() + dt.timedelta(hours=passage + 1)):
            deliver_waiting()
    courriel.refresh_from_db()
    assert courriel.essais == 5
    panne.erreur = None
    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        assert deliver_waiting() == 0


def test_what_a_dead_process_left_is_taken_up() -> None:
    [courriel] = ask()
    assert deliver_waiting() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=3)):
        assert deliver_waiting() == 1
    assert [message.to for message in mail.outbox] == [[courriel.destinataire]]


# --- What is kept ---------------------------------------------------------------------------


def test_the_link_of_a_password_is_sent_and_never_kept(
    commit: Any, direction: Utilisateur, panne: Panne
) -> None:
    with commit():
        Client().post("/mot-de-passe-oublie/", {"email": direction.courriel})
    [courriel] = Courriel.objects.all()
    assert (courriel.nature, courriel.texte, courriel.html) == ("mot_de_passe", "", "")
    with pytest.raises(ValidationError, match="refaire sa demande"):
        resend_courriel(courriel=courriel)
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        assert deliver_waiting() == 0
    evenements = str(list(Evenement.objects.values_list("valeurs", "origine")))
    assert "/mot-de-passe-oublie/" not in evenements


def test_a_message_is_never_deleted() -> None:
    ask()
    with pytest.raises(IntegrityError, match="ne se supprime pas"), transaction.atomic():
        Courriel.objects.all().delete()
    with pytest.raises(IntegrityError, match="courriel_secret"), transaction.atomic():
        Courriel.objects.update(secret=True)


def test_a_person_s_messages_are_erased_and_their_dates_stay(commit: Any) -> None:
    with commit():
        ask(destinataires=["Alix@exemple.fr"])
    ask(destinataires=["alix@exemple.fr"])
    assert forget_destinataire(courriel="alix@exemple.fr") == 2
    for courriel in Courriel.objects.all():
        assert (courriel.destinataire, courriel.objet, courriel.texte) == (
            "(effacé)", "(effacé)", "",
        )  # fmt: skip
        assert not courriel.peut_repartir
    assert "alix" not in str(list(Evenement.objects.values_list("valeurs"))).lower()


# --- One door ----------------------------------------------------------------------------------


def test_nothing_else_sends_a_message() -> None:
    """By name, or through a method of Django that does it."""
    expediteurs = set()
    for app in ("config", "territoires", "conseillers", "permanences", "reporting"):
        for chemin in (settings.BASE_DIR / app).rglob("*.py"):
            if "tests" in chemin.parts:
                continue
            for noeud in ast.walk(ast.parse(chemin.read_text())):
                if isinstance(noeud, ast.ImportFrom) and noeud.module:
                    noms = {f"{noeud.module}.{nom.name}" for nom in noeud.names}
                elif isinstance(noeud, ast.Import):
                    noms = {nom.name for nom in noeud.names}
                elif isinstance(noeud, ast.Attribute):
                    noms = {noeud.attr}
                else:
                    continue
                if any(
                    nom.startswith(("django.core.mail", "smtplib")) or nom == "email_user"
                    for nom in noms
                ):
                    expediteurs.add(str(chemin.relative_to(settings.BASE_DIR)))
    assert expediteurs == {"conseillers/services/courriels.py"}
