"""What the libraries of sign-in announce is written down, whoever calls them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from conftest import MOT_DE_PASSE
from conseillers import recepteurs
from conseillers.enums import GenreSecurite
from conseillers.models import EvenementSecurite, Utilisateur
from conseillers.selectors.securite import connexions_de
from conseillers.services import invite_compte, reset_second_facteur, send_mot_de_passe

pytestmark = pytest.mark.django_db
D_OU = {"REMOTE_ADDR": "192.0.2.7", "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux) Firefox/128.0"}


def lines(**champs: Any) -> list[tuple[str, str, str]]:
    lignes = EvenementSecurite.objects.filter(**champs).order_by("pk")
    return [(ligne.genre, ligne.detail, ligne.adresse or "") for ligne in lignes]


def test_a_sign_in_and_a_sign_out_are_noted_with_where_from(conseillere: Utilisateur) -> None:
    client = Client(**D_OU)
    client.login(email=conseillere.courriel, password=MOT_DE_PASSE)
    client.logout()
    # The test client's own sign-in has no address; a request has one.
    request = RequestFactory().get("/", **D_OU)
    recepteurs._signed_in(request=request, user=conseillere)
    assert lines() == [
        ("connexion", "", ""),
        ("deconnexion", "", ""),
        ("connexion", "", "192.0.2.7"),
    ]
    assert connexions_de(conseillere)[0].navigateur == "Firefox, Linux"


def test_how_they_signed_in_is_said_where_the_library_says_it(conseillere: Utilisateur) -> None:
    request = RequestFactory().get("/")
    request.session = {
        "account_authentication_methods": [{"method": "password"}, {"method": "mfa"}]
    }
    recepteurs._signed_in(request=request, user=conseillere)
    assert lines()[0][1] == "mot de passe, second facteur"


@pytest.mark.parametrize("champ", ["username", "email", "courriel", "login"])
def test_a_refused_sign_in_names_its_account_and_never_the_password(
    conseillere: Utilisateur, champ: str
) -> None:
    recepteurs._refused({champ: conseillere.courriel, "password": "Sésame-ouvre-toi"})
    ligne = EvenementSecurite.objects.get()
    assert (ligne.genre, ligne.utilisateur) == ("connexion_refusee", conseillere)
    assert "Sésame" not in str(vars(ligne))


def test_django_s_own_check_of_a_password_is_heard(conseillere: Utilisateur) -> None:
    request = RequestFactory().post("/", **D_OU)
    assert authenticate(request, username=conseillere.courriel, password="faux") is None
    assert lines() == [("connexion_refusee", "mot de passe faux", "192.0.2.7")]


@pytest.mark.parametrize(
    ("recepteur", "facteur", "attendu"),
    [
        ("_password_changed", None, ("mot_de_passe_change", "")),
        ("_password_chosen", None, ("invitation_acceptee", "")),
        ("_factor_added", "totp", ("facteur_ajoute", "application d’authentification")),
        ("_factor_added", "webauthn", ("facteur_ajoute", "clé d’accès")),
        ("_factor_added", "recovery_codes", ("codes_montres", "")),
        ("_factor_removed", "webauthn", ("facteur_retire", "clé d’accès")),
        ("_codes_shown", "recovery_codes", ("codes_montres", "nouveaux codes")),
        ("_factor_used", "totp", ("facteur_utilise", "application d’authentification")),
        ("_factor_refused", "totp", ("facteur_refuse", "application d’authentification")),
        ("_factor_refused", None, ("facteur_refuse", "")),
    ],
)
def test_each_thing_that_allauth_announces_is_a_line(
    conseillere: Utilisateur, recepteur: str, facteur: str | None, attendu: tuple[str, str]
) -> None:
    dit: dict[str, Any] = {"request": HttpRequest(), "user": conseillere, "sender": None}
    if facteur:
        dit["authenticator"] = SimpleNamespace(type=facteur)
    getattr(recepteurs, recepteur)(**dit)
    assert [ligne[:2] for ligne in lines(utilisateur=conseillere)] == [attendu]


def test_a_forgotten_password_chosen_again_is_no_invitation(conseillere: Utilisateur) -> None:
    conseillere.last_login = timezone.now()
    recepteurs._password_chosen(request=HttpRequest(), user=conseillere)
    assert lines() == [("mot_de_passe_choisi", "", "")]


@pytest.mark.usefixtures("mardi_10_novembre")
def test_tries_that_the_rate_limit_stops_are_lines_too(conseillere: Utilisateur) -> None:
    """Else a guesser would be seen five times, and no more."""
    client = Client(**D_OU)
    for _ in range(8):
        client.post(reverse("account_login"), {"login": conseillere.courriel, "password": "faux"})
    refus = [detail for _, detail, _ in lines(genre="connexion_refusee")]
    assert refus == ["mot de passe faux"] * 5 + ["trop d’essais"] * 3


def test_acts_on_an_account_are_lines(gestionnaire: Utilisateur, conseillere: Utilisateur) -> None:
    invite_compte(compte=conseillere, par=gestionnaire)
    send_mot_de_passe(courriel=conseillere.courriel, jour=timezone.localdate())
    reset_second_facteur(compte=conseillere, par=gestionnaire)
    assert [(genre, detail) for genre, detail, _ in lines()] == [
        ("invitation_envoyee", "à Nadia Brulon"),
        ("mot_de_passe_demande", ""),
        ("facteur_retire", "tous, du compte de Nadia Brulon"),
    ]


def test_one_s_own_sign_ins_are_the_last_ten_and_nobody_else_s(
    conseillere: Utilisateur, conseiller_voisin: Utilisateur
) -> None:
    for personne in (conseillere, conseiller_voisin):
        for _ in range(12):
            recepteurs._signed_in(user=personne)
    recepteurs._refused({"username": conseillere.courriel})
    miennes = connexions_de(conseillere)
    assert len(miennes) == 10
    assert miennes[0].genre == GenreSecurite.CONNEXION_REFUSEE
    assert {ligne.utilisateur_id for ligne in miennes} == {conseillere.pk}
    visibles = EvenementSecurite.objects.visible_to(conseiller_voisin)
    assert {ligne.utilisateur_id for ligne in visibles} == {conseiller_voisin.pk}


# --- Pages refused --------------------------------------------------------------------------


def test_a_page_refused_is_a_line_with_its_name_and_never_its_address(
    conseillere: Utilisateur,
) -> None:
    client = Client(**D_OU)
    client.force_login(conseillere)
    client.get(f"{reverse('admin:conseillers_candidature_changelist')}?q=Durand")
    ligne = EvenementSecurite.objects.get(genre=GenreSecurite.ACCES_REFUSE)
    assert (ligne.utilisateur, ligne.adresse, ligne.porte) == (conseillere, "192.0.2.7", "admin")
    assert ligne.detail == "lecture, admin:conseillers_candidature_changelist"


def test_a_stranger_refused_by_the_api_is_a_line_too_and_a_page_that_opens_is_none(
    conseillere: Utilisateur,
) -> None:
    Client(**D_OU).generic("PIRATE", "/api/v1/seances/")
    ligne = EvenementSecurite.objects.get()
    assert (ligne.utilisateur, ligne.detail) == (None, "envoi, api:seance-list")
    client = Client()
    client.force_login(conseillere)
    client.get(reverse("compte"))
    assert EvenementSecurite.objects.filter(genre=GenreSecurite.ACCES_REFUSE).count() == 1
