"""A second factor: required of those who administer and of the Préfecture, offered to others."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.tests.regles import REGLES
from conftest import MOT_DE_PASSE
from conseillers.models import EvenementSecurite, Utilisateur
from conseillers.tests.codes import code_of

FACTEURS = "/compte/second-facteur/"


@pytest.fixture(autouse=True)
def exige(settings: Any, db: None) -> None:
    cache.clear()
    settings.SECOND_FACTEUR_ROLES = ["gestionnaire", "direction", "prefecture"]


def sign_in(client: Client, compte: Utilisateur) -> Any:
    return client.post("/connexion/", {"login": compte.courriel, "password": MOT_DE_PASSE})


def confirm(client: Client, suite: str) -> None:
    client.post(f"/compte/confirmer/?next={suite}", {"password": MOT_DE_PASSE, "next": suite})


def set_up(client: Client, compte: Utilisateur) -> str:
    """Sign in, give the password again, scan, type the code: the key of the telephone."""
    sign_in(client, compte)
    confirm(client, f"{FACTEURS}application/")
    page = client.get(f"{FACTEURS}application/").content.decode()
    trouvee = re.search(r'cle-a-recopier">([A-Z2-7 ]+)<', page)
    assert trouvee
    reponse = client.post(f"{FACTEURS}application/", {"code": code_of(trouvee[1])})
    assert reponse.headers["Location"] == f"{FACTEURS}codes/"
    # A code serves once: the next one is thirty seconds away, or accepted one step ahead.
    return trouvee[1]


def recovery_codes(client: Client) -> list[str]:
    return re.findall(r"<code>(\d{8})</code>", client.get(f"{FACTEURS}codes/").content.decode())


# --- Required ------------------------------------------------------------------------------


def test_no_address_but_the_accounts_own_opens_before_it_is_set_up(
    client: Client, gestionnaire: Utilisateur
) -> None:
    """Every address that asks for nothing; those that name a row are behind the same door."""
    sign_in(client, gestionnaire)
    ouvertes = []
    for nom, regle in REGLES.items():
        if regle.arguments or regle.get["anonyme"] not in ("connexion", "interdit"):
            continue
        reponse = client.get(reverse(nom))
        api = nom.startswith("api:")
        if reponse.status_code not in ((403, 405) if api else (302, 405)):
            ouvertes.append(nom)
    assert set(ouvertes) == {
        "account_change_password", "account_reauthenticate", "mfa_download_recovery_codes",
        "mfa_index", "mfa_view_recovery_codes",
    }  # fmt: skip


def test_the_page_says_why_and_the_service_opens_once_it_is_there(
    client: Client, gestionnaire: Utilisateur
) -> None:
    sign_in(client, gestionnaire)
    page = client.get("/admin/", follow=True).content.decode()
    assert "Votre rôle demande un second facteur" in page
    set_up(client, gestionnaire)
    assert client.get("/admin/").status_code == 200
    assert len(recovery_codes(client)) == 10


@pytest.mark.parametrize("role", ["conseillere", "employeur"])
def test_the_others_are_offered_one(
    client: Client, role: str, request: pytest.FixtureRequest
) -> None:
    compte = request.getfixturevalue(role)
    sign_in(client, compte)
    assert client.get("/compte/").status_code == 200
    assert "Aucun\xa0: le mot de passe seul" in client.get("/compte/").content.decode()
    set_up(client, compte)
    client.logout()
    assert sign_in(client, compte).headers["Location"] == "/connexion/second-facteur/"


def test_a_password_alone_opens_nothing_any_more(client: Client, prefecture: Utilisateur) -> None:
    cle = set_up(client, prefecture)
    autre = Client()
    assert sign_in(autre, prefecture).headers["Location"] == "/connexion/second-facteur/"
    assert "_auth_user_id" not in autre.session
    faux = autre.post("/connexion/second-facteur/", {"code": "000000"})
    assert "Ce code n’est pas le bon" in faux.content.decode()
    assert "_auth_user_id" not in autre.session
    autre.post("/connexion/second-facteur/", {"code": code_of(cle, 1)})
    assert autre.session["_auth_user_id"] == str(prefecture.pk)
    assert autre.get("/rapports/").status_code == 200


def test_a_code_serves_once(client: Client, prefecture: Utilisateur) -> None:
    cle = set_up(client, prefecture)
    code = code_of(cle, 1)
    for essai, attendu in ((Client(), True), (Client(), False)):
        sign_in(essai, prefecture)
        essai.post("/connexion/second-facteur/", {"code": code})
        assert ("_auth_user_id" in essai.session) is attendu


def test_guessing_codes_is_stopped(client: Client, prefecture: Utilisateur) -> None:
    """A million codes, thirty seconds each: five tries, then minutes."""
    cle = set_up(client, prefecture)
    voleur = Client()
    sign_in(voleur, prefecture)
    for n in range(12):
        voleur.post("/connexion/second-facteur/", {"code": f"{n:06d}"})
    voleur.post("/connexion/second-facteur/", {"code": code_of(cle, 1)})
    assert "_auth_user_id" not in voleur.session


def test_a_recovery_code_with_spaces_opens_once(client: Client, prefecture: Utilisateur) -> None:
    set_up(client, prefecture)
    code = recovery_codes(client)[0]
    for essai, attendu in ((Client(), True), (Client(), False)):
        sign_in(essai, prefecture)
        essai.post("/connexion/second-facteur/", {"code": f"{code[:4]} {code[4:]}"})
        assert ("_auth_user_id" in essai.session) is attendu
    assert len(recovery_codes(client)) == 9


def test_a_session_of_before_the_rule_proves_it_before_going_on(
    client: Client, prefecture: Utilisateur
) -> None:
    """By a session that another door opened: neither code nor key was ever given in it."""
    cle = set_up(client, prefecture)
    autre = Client()
    autre.force_login(prefecture)
    reponse = autre.get("/rapports/")
    assert reponse.headers["Location"] == "/compte/confirmer/code/?next=%2Frapports%2F"
    autre.post(reponse.headers["Location"], {"code": code_of(cle, 1), "next": "/rapports/"})
    assert autre.get("/rapports/").status_code == 200


@pytest.mark.parametrize(
    "page", ["", "application/", "cles/ajouter/", "codes/", "codes/telecharger/", "mot-de-passe"]
)
def test_a_session_of_before_the_factor_adds_none_by_the_password_alone(
    client: Client, prefecture: Utilisateur, page: str
) -> None:
    """A thief who had the password first must not add a key of theirs once it is protected."""
    voleur = Client()
    sign_in(voleur, prefecture)
    set_up(client, prefecture)
    adresse = "/compte/mot-de-passe/" if page == "mot-de-passe" else FACTEURS + page
    confirm(voleur, adresse)
    for reponse in (voleur.get(adresse), voleur.post(adresse, {"code": "000000"})):
        assert reponse.status_code == 302
        assert reponse.headers["Location"].startswith("/compte/confirmer/code/?")
    assert voleur.get("/rapports/").status_code == 302


def test_a_new_password_does_not_replace_the_second_factor(
    client: Client, direction: Utilisateur, django_capture_on_commit_callbacks: Any
) -> None:
    """Who reads the mailbox still lacks the telephone."""
    set_up(client, direction)
    mail.outbox.clear()
    voleur = Client()
    with django_capture_on_commit_callbacks(execute=True):
        voleur.post("/mot-de-passe-oublie/", {"email": direction.courriel})
    lien = re.search(r"http://[^/]+(/mot-de-passe-oublie/\S+)", mail.outbox[-1].body)
    assert lien
    formulaire = voleur.get(lien[1], follow=True).redirect_chain[-1][0]
    nouveau = "Une phrase à moi seule"
    voleur.post(formulaire, {"password1": nouveau, "password2": nouveau})
    assert "_auth_user_id" not in voleur.session
    reponse = voleur.post("/connexion/", {"login": direction.courriel, "password": nouveau})
    assert reponse.headers["Location"] == "/connexion/second-facteur/"
    assert "_auth_user_id" not in voleur.session


# --- Changed -------------------------------------------------------------------------------


def test_changing_it_asks_for_the_password_again(client: Client, direction: Utilisateur) -> None:
    client.force_login(direction)
    for page in ("application/", "cles/ajouter/"):
        reponse = client.get(FACTEURS + page)
        assert reponse.headers["Location"].startswith("/compte/confirmer/?next=")


def test_each_change_is_told_by_a_message(
    client: Client, direction: Utilisateur, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        set_up(client, direction)
    assert any("application de codes vient d’être ajoutée" in m.body for m in mail.outbox)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{FACTEURS}application/retirer/")
    assert any("vient d’être retirée" in m.body for m in mail.outbox)
    assert not Authenticator.objects.exists(), "recovery codes alone protect nothing"
    assert client.get("/admin/").headers["Location"] == FACTEURS


def test_a_copy_of_the_database_gives_no_code(client: Client, direction: Utilisateur) -> None:
    cle = set_up(client, direction).replace(" ", "")
    gardees = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert cle not in gardees
    assert not any(code in gardees for code in recovery_codes(client))


def test_the_secret_survives_a_change_of_the_servers_key(
    client: Client, prefecture: Utilisateur, settings: Any
) -> None:
    cle = set_up(client, prefecture)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "une toute nouvelle"
    autre = Client()
    sign_in(autre, prefecture)
    autre.post("/connexion/second-facteur/", {"code": code_of(cle, 1)})
    assert autre.session["_auth_user_id"] == str(prefecture.pk)


def test_a_secret_of_a_lost_key_is_said_unreadable_and_opens_nothing(
    client: Client, direction: Utilisateur, settings: Any
) -> None:
    cle = set_up(client, direction)
    settings.SECRET_KEY = "une toute nouvelle"
    autre = Client()
    sign_in(autre, direction)
    reponse = autre.post("/connexion/second-facteur/", {"code": code_of(cle, 1)})
    assert reponse.status_code == 403
    assert "de retirer votre second facteur" in reponse.content.decode()
    assert "_auth_user_id" not in autre.session


# --- Lost ----------------------------------------------------------------------------------


def test_the_gestionnaire_removes_it_for_somebody_who_lost_everything(
    client: Client,
    gestionnaire: Utilisateur,
    direction: Utilisateur,
    django_capture_on_commit_callbacks: Any,
) -> None:
    perdue = Client()
    set_up(perdue, direction)
    set_up(client, gestionnaire)
    acte = reverse("admin:conseillers_utilisateur_second_facteur", args=[direction.pk])
    page = client.get(acte).content.decode()
    assert "Toutes ses sessions se ferment" in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(acte)
    assert not Authenticator.objects.filter(user=direction).exists()
    assert perdue.get("/admin/").status_code == 302
    assert any(m.to == [direction.courriel] and "retiré par" in m.body for m in mail.outbox)
    assert sign_in(Client(), direction).headers["Location"] == "/"


def test_nobody_removes_their_own_by_that_door(client: Client, gestionnaire: Utilisateur) -> None:
    set_up(client, gestionnaire)
    acte = reverse("admin:conseillers_utilisateur_second_facteur", args=[gestionnaire.pk])
    assert "par une autre personne" in client.post(acte, follow=True).content.decode()
    assert Authenticator.objects.filter(user=gestionnaire).exists()


# --- Sessions ------------------------------------------------------------------------------


def test_one_sees_and_ends_ones_own_sessions(
    client: Client, conseillere: Utilisateur, conseiller_voisin: Utilisateur
) -> None:
    telephone = Client(headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130.0"})
    voisin = Client()
    sign_in(telephone, conseillere)
    sign_in(voisin, conseiller_voisin)
    sign_in(client, conseillere)
    page = client.get("/compte/sessions/").content.decode()
    assert "Chrome, Android" in page
    assert page.count("Cet appareil") == 1
    celle = UserSession.objects.get(session_key=telephone.session.session_key)
    client.post("/compte/sessions/", {"session": celle.pk})
    assert telephone.get("/aujourdhui/").status_code == 302
    [note] = EvenementSecurite.objects.filter(genre="session_fermee")
    assert note.utilisateur == conseillere
    autre = UserSession.objects.get(user=conseiller_voisin)
    assert client.post("/compte/sessions/", {"session": autre.pk}).status_code == 404
    assert voisin.get("/aujourdhui/").status_code == 200
    assert client.get("/aujourdhui/").status_code == 200


def test_one_sees_the_last_sign_ins_refused_ones_too(
    client: Client, conseillere: Utilisateur, conseiller_voisin: Utilisateur
) -> None:
    Client().post("/connexion/", {"login": conseillere.courriel, "password": "faux"})
    sign_in(Client(), conseiller_voisin)
    sign_in(client, conseillere)
    page = client.get("/compte/").content.decode()
    bloc = page[page.index("Dernières connexions") :]
    assert bloc.count("\xa0: réussie") == 1
    assert bloc.count("<strong>refusée</strong>") == 1


def test_all_the_others_end_at_once(client: Client, conseillere: Utilisateur) -> None:
    autres = [Client() for _ in range(3)]
    for autre in [*autres, client]:
        sign_in(autre, conseillere)
    client.post("/compte/sessions/")
    assert [a.get("/compte/").status_code for a in [*autres, client]] == [302, 302, 302, 200]


def test_a_new_password_ends_the_other_sessions(client: Client, conseillere: Utilisateur) -> None:
    autre = Client()
    sign_in(autre, conseillere)
    sign_in(client, conseillere)
    client.post(
        "/compte/mot-de-passe/",
        {
            "oldpassword": MOT_DE_PASSE,
            "password1": "Bien plus longue encore",
            "password2": "Bien plus longue encore",
        },
    )
    assert autre.get("/compte/").status_code == 302
    assert client.get("/compte/").status_code == 200


@pytest.mark.parametrize(("role", "heures"), [("conseillere", 14 * 24), ("employeur", 10)])
def test_a_session_lasts_a_day_at_the_office_and_two_weeks_on_a_telephone(
    client: Client, role: str, heures: int, request: pytest.FixtureRequest
) -> None:
    sign_in(client, request.getfixturevalue(role))
    reste = client.session.get_expiry_date() - timezone.now()
    assert abs(reste.total_seconds() / 3600 - heures) < 0.1


@pytest.mark.parametrize(("role", "heures"), [("conseillere", 14 * 24), ("employeur", 10)])
def test_a_session_ends_that_long_after_the_sign_in_however_often_one_comes(
    client: Client, role: str, heures: int, request: pytest.FixtureRequest
) -> None:
    debut = dt.datetime(2026, 11, 10, 7, tzinfo=dt.UTC)
    with time_machine.travel(debut, tick=False) as horloge:
        sign_in(client, request.getfixturevalue(role))
        vus = []
        for part in (0.4, 0.8, 0.99, 1.01):
            horloge.move_to(debut + dt.timedelta(hours=heures * part))
            vus.append(client.get("/compte/").status_code)
    assert vus == [200, 200, 200, 302]
