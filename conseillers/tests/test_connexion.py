"""Signing in, signing out, a forgotten password."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from conftest import MOT_DE_PASSE
from conseillers.models import Utilisateur


def test_the_first_page_of_a_stranger_is_the_sign_in(client: Client, db: None) -> None:
    response = client.get("/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/connexion/")
    assert "Connexion – " in response.content.decode()


def test_a_courriel_typed_with_capitals_signs_in(client: Client, prefecture: Utilisateur) -> None:
    response = client.post(
        "/connexion/", {"login": " Inès.Prefecture@exemple.fr", "password": MOT_DE_PASSE}
    )
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(prefecture.pk)


def test_a_wrong_password_keeps_the_courriel_and_says_what_to_do(
    client: Client, conseillere: Utilisateur
) -> None:
    response = client.post(
        "/connexion/", {"login": conseillere.courriel, "password": "autre chose"}
    )
    page = response.content.decode()
    assert "Ce courriel et ce mot de passe ne vont pas ensemble" in page
    assert f'value="{conseillere.courriel}"' in page


def test_a_closed_account_does_not_sign_in(client: Client, direction: Utilisateur) -> None:
    Utilisateur.objects.update(is_active=False)
    client.post("/connexion/", {"login": direction.courriel, "password": MOT_DE_PASSE})
    assert "_auth_user_id" not in client.session


def test_signing_out_takes_a_post(client: Client, direction: Utilisateur) -> None:
    client.force_login(direction)
    assert client.get("/deconnexion/").status_code == 405
    assert client.post("/deconnexion/").headers["Location"] == "/connexion/"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("courriel", ["paul.direction@exemple.fr", "inconnu@exemple.fr"])
def test_the_answer_never_tells_whether_an_account_exists(
    client: Client, direction: Utilisateur, courriel: str
) -> None:
    response = client.post("/mot-de-passe-oublie/", {"email": courriel}, follow=True)
    assert response.redirect_chain == [("/mot-de-passe-oublie/envoye/", 302)]
    assert "Si un compte existe à cette adresse" in response.content.decode()
    assert courriel not in response.content.decode()


def test_the_link_of_the_message_changes_the_password_once(
    client: Client, direction: Utilisateur, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/mot-de-passe-oublie/", {"email": direction.courriel})
    [message] = mail.outbox
    assert "\n" not in message.subject
    lien = re.search(r"http://[^/]+(/\S+)", message.body)
    assert lien
    formulaire = client.get(lien[1], follow=True).redirect_chain[-1][0]
    nouveau = {
        "password1": "Bien plus longue encore",
        "password2": "Bien plus longue encore",
    }
    assert client.post(formulaire, nouveau).headers["Location"] == "/mot-de-passe-oublie/choisi/"
    direction.refresh_from_db()
    assert direction.check_password("Bien plus longue encore")
    assert "a déjà servi" in client.get(lien[1], follow=True).content.decode()


def test_one_changes_the_password_from_the_account_page(
    client: Client, direction: Utilisateur
) -> None:
    client.force_login(direction)
    assert direction.courriel in client.get("/compte/").content.decode()
    response = client.post(
        "/compte/mot-de-passe/",
        {
            "oldpassword": MOT_DE_PASSE,
            "password1": "Bien plus longue encore",
            "password2": "Bien plus longue encore",
        },
        follow=True,
    )
    assert "Votre mot de passe est changé" in response.content.decode()
