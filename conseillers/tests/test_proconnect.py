"""Signing in by ProConnect: it opens the accounts that exist, and makes none."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from conseillers.models import Utilisateur
from conseillers.tests.fournisseur import CLIENT, ProConnect, running, switch_on

pytestmark = pytest.mark.filterwarnings("ignore")
DEPART = "/proconnect/connexion/"


@pytest.fixture
def proconnect(settings: Any, db: None) -> Iterator[ProConnect]:
    with running() as fournisseur:
        switch_on(settings, fournisseur)
        yield fournisseur


@pytest.fixture
def agente(direction: Utilisateur) -> Utilisateur:
    """The mock has no address with an accent, nor do administrations."""
    return direction


def sign_in(client: Client, proconnect: ProConnect, sub: str, suite: str = "") -> Any:
    depart = client.get(DEPART + (f"?next={suite}" if suite else ""))
    return client.get(proconnect.approve(depart.headers["Location"], sub))


def test_an_agent_whose_account_exists_is_signed_in(
    client: Client, proconnect: ProConnect, agente: Utilisateur
) -> None:
    proconnect.knows("abc", email=agente.courriel.upper())
    reponse = sign_in(client, proconnect, "abc", "/compte/")
    assert reponse.headers["Location"] == "/compte/"
    assert client.session["_auth_user_id"] == str(agente.pk)


def test_what_is_asked_is_what_proconnect_documents(
    client: Client, proconnect: ProConnect, agente: Utilisateur
) -> None:
    proconnect.knows("abc", email=agente.courriel)
    sign_in(client, proconnect, "abc")
    [demande] = proconnect.autorisations
    assert set(demande) == {
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "claims",
    }  # fmt: skip
    assert demande["client_id"] == [CLIENT]
    assert demande["redirect_uri"] == ["http://testserver/proconnect/retour/"]
    assert set(demande["scope"][0].split()) == {"openid", "email"}
    assert min(len(demande["state"][0]), len(demande["nonce"][0])) >= 32
    assert json.loads(demande["claims"][0])["id_token"]["amr"] == {"essential": True}


def test_nothing_is_kept_of_the_person_but_proconnects_number(
    client: Client, proconnect: ProConnect, agente: Utilisateur
) -> None:
    proconnect.knows("abc", email=agente.courriel, given_name="Paul", siret="22720002900019")
    sign_in(client, proconnect, "abc")
    lien = SocialAccount.objects.get()
    assert (lien.user_id, lien.uid, lien.extra_data) == (agente.pk, "abc", {})


def test_the_number_is_enough_once_joined_even_if_the_address_changes(
    client: Client, proconnect: ProConnect, agente: Utilisateur
) -> None:
    proconnect.knows("abc", email=agente.courriel)
    sign_in(client, proconnect, "abc")
    client.logout()
    proconnect.knows("abc", email="nouveau.nom@sarthe.fr")
    sign_in(client, proconnect, "abc")
    assert client.session["_auth_user_id"] == str(agente.pk)
    assert SocialAccount.objects.count() == 1


def test_an_unknown_address_is_refused_by_a_page_that_says_what_to_do(
    client: Client, proconnect: ProConnect
) -> None:
    proconnect.knows("xyz", email="inconnue@sarthe.fr")
    reponse = sign_in(client, proconnect, "xyz")
    assert reponse.status_code == 403
    assert "inconnue@sarthe.fr" in reponse.content.decode()
    assert "demandez-lui de vous inviter" in reponse.content.decode()
    assert "_auth_user_id" not in client.session
    assert not Utilisateur.objects.exists()


@pytest.mark.parametrize("ferme", [{"is_active": False}, {"actif_jusqu_au": "hier"}])
@pytest.mark.parametrize("deja_venu", [False, True])
def test_a_closed_account_is_refused(
    client: Client,
    proconnect: ProConnect,
    agente: Utilisateur,
    ferme: dict[str, Any],
    deja_venu: bool,
) -> None:
    proconnect.knows("abc", email=agente.courriel)
    if deja_venu:
        sign_in(client, proconnect, "abc")
        client.logout()
    hier = timezone.localdate() - dt.timedelta(days=1)
    champs = {cle: hier if valeur == "hier" else valeur for cle, valeur in ferme.items()}
    Utilisateur.objects.update(**champs)
    reponse = sign_in(client, proconnect, "abc")
    assert reponse.status_code == 403
    assert "Ce compte est fermé" in reponse.content.decode()
    assert "_auth_user_id" not in client.session


# --- Second factor -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preuve", "double"),
    [
        ({"acr": "eidas2"}, True),
        ({"acr": "https://proconnect.gouv.fr/assurance/self-asserted-2fa"}, True),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "eidas1", "amr": ["pwd"]}, False),
        ({"amr": "pwd"}, False),
        ({}, False),
    ],
)
def test_two_factors_at_proconnect_are_enough(
    client: Client,
    proconnect: ProConnect,
    agente: Utilisateur,
    settings: Any,
    preuve: dict[str, Any],
    double: bool,
) -> None:
    settings.SECOND_FACTEUR_ROLES = ["direction"]
    proconnect.knows("abc", email=agente.courriel, **preuve)
    sign_in(client, proconnect, "abc")
    reponse = client.get("/admin/")
    if double:
        assert reponse.status_code == 200
    else:
        assert reponse.headers["Location"] == "/compte/second-facteur/"


@pytest.mark.parametrize(
    ("acr", "etape"), [("eidas2", "/"), ("eidas1", "/connexion/second-facteur/")]
)
def test_our_own_second_factor_is_asked_for_only_when_proconnect_asked_for_none(
    client: Client, proconnect: ProConnect, agente: Utilisateur, acr: str, etape: str
) -> None:
    TOTP.activate(agente, generate_totp_secret())
    proconnect.knows("abc", email=agente.courriel, acr=acr)
    assert sign_in(client, proconnect, "abc").headers["Location"] == etape
    assert Authenticator.objects.count() == 1


# --- Signing out ---------------------------------------------------------------------------


def test_signing_out_leads_to_proconnects_own_sign_out_and_back(
    client: Client, proconnect: ProConnect, agente: Utilisateur
) -> None:
    proconnect.knows("abc", email=agente.courriel)
    sign_in(client, proconnect, "abc")
    jeton = client.session["proconnect"]["id_token"]
    reponse = client.post("/deconnexion/")
    assert "_auth_user_id" not in client.session
    assert reponse.headers["Cache-Control"] == "no-store"
    adresse = urlsplit(reponse.context["adresse"])
    assert f"{adresse.scheme}://{adresse.netloc}" == proconnect.adresse
    question = parse_qs(adresse.query)
    assert question["id_token_hint"] == [jeton]
    assert question["post_logout_redirect_uri"] == ["http://testserver/proconnect/fin/"]
    [etat] = question["state"]
    page = client.get(f"/proconnect/fin/?state={etat}", follow=True)
    assert "déconnecté du service et de ProConnect" in page.content.decode()


def test_signing_out_without_proconnect_stays_here(client: Client, direction: Utilisateur) -> None:
    client.force_login(direction)
    assert client.post("/deconnexion/").headers["Location"] == "/connexion/"


# --- What an attacker, or a broken provider, would send ---------------------------------------


def test_a_state_that_we_did_not_give_opens_nothing(
    client: Client, proconnect: ProConnect, agente: Utilisateur
) -> None:
    """Somebody else's answer, sent to this browser."""
    proconnect.knows("abc", email=agente.courriel)
    depart = Client().get(DEPART)
    reponse = client.get(proconnect.approve(depart.headers["Location"], "abc"))
    assert reponse.status_code == 401
    assert "_auth_user_id" not in client.session


def test_an_answer_serves_once(client: Client, proconnect: ProConnect, agente: Utilisateur) -> None:
    proconnect.knows("abc", email=agente.courriel)
    retour = proconnect.approve(client.get(DEPART).headers["Location"], "abc")
    client.get(retour)
    client.logout()
    assert client.get(retour).status_code == 401
    assert "_auth_user_id" not in client.session


def test_a_nonce_of_another_sign_in_is_refused(
    client: Client, proconnect: ProConnect, agente: Utilisateur
) -> None:
    proconnect.knows("abc", email=agente.courriel)
    depart = client.get(DEPART).headers["Location"]
    nonce = parse_qs(urlsplit(depart).query)["nonce"][0]
    retour = proconnect.approve(depart.replace(nonce, "x" * len(nonce)), "abc")
    assert client.get(retour).status_code == 401
    assert "_auth_user_id" not in client.session


def test_user_information_signed_by_another_key_is_refused(
    client: Client, proconnect: ProConnect, agente: Utilisateur
) -> None:
    proconnect.knows("abc", email=agente.courriel)
    proconnect.autre_cle = True
    reponse = sign_in(client, proconnect, "abc")
    assert reponse.status_code == 401
    assert "ProConnect n’a pas répondu comme attendu" in reponse.content.decode()


@pytest.mark.parametrize(
    "suite", ["https://ailleurs.invalid/", "//ailleurs.invalid/", "/\\ailleurs.invalid"]
)
def test_one_comes_back_to_the_service_only(
    client: Client, proconnect: ProConnect, agente: Utilisateur, suite: str
) -> None:
    proconnect.knows("abc", email=agente.courriel)
    assert sign_in(client, proconnect, "abc", suite).headers["Location"] == "/"


def test_the_link_of_a_stranger_chooses_neither_scope_nor_process(
    client: Client, proconnect: ProConnect
) -> None:
    adresse = f"{DEPART}?scope=phone&auth_params=prompt%3Dnone&process=connect&action=x"
    question = parse_qs(urlsplit(client.get(adresse).headers["Location"]).query)
    assert set(question["scope"][0].split()) == {"openid", "email"}
    assert "prompt" not in question


def test_who_gives_up_is_told_that_nothing_happened(client: Client, proconnect: ProConnect) -> None:
    etat = parse_qs(urlsplit(client.get(DEPART).headers["Location"]).query)["state"][0]
    reponse = client.get(f"/proconnect/retour/?error=access_denied&state={etat}")
    assert "Connexion abandonnée" in reponse.content.decode()


@pytest.mark.parametrize("quand", ["depart", "retour"])
def test_a_provider_that_is_down_is_said_in_french(
    client: Client, proconnect: ProConnect, agente: Utilisateur, quand: str
) -> None:
    proconnect.knows("abc", email=agente.courriel)
    adresse = DEPART
    if quand == "retour":
        adresse = proconnect.approve(client.get(DEPART).headers["Location"], "abc")
    proconnect.panne = 503
    reponse = client.get(adresse)
    assert reponse.status_code == 401
    assert "connectez-vous avec votre mot de passe" in reponse.content.decode()


def test_the_button_is_there_once_it_is_switched_on(client: Client, proconnect: ProConnect) -> None:
    page = client.get("/connexion/?next=/compte/").content.decode()
    assert f'href="{DEPART}?next=/compte/"' in page


def test_without_its_settings_proconnect_does_not_exist(client: Client, db: None) -> None:
    assert "ProConnect" not in client.get("/connexion/").content.decode()
    assert client.get(DEPART).status_code == 404
