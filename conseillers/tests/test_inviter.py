"""An account is opened by invitation: its owner alone ever knows the password."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from conftest import MOT_DE_PASSE, make_utilisateur
from conseillers.enums import Role
from conseillers.models import Courriel, Utilisateur
from conseillers.services import invite_compte

SAISIE = {
    "courriel": "Nouvelle.Personne@Exemple.fr",
    "prenom": "Nouvelle",
    "nom": "Personne",
    "role": "prefecture",
    "is_active": "on",
}
CHOISI = {"password1": "Une phrase à moi seule", "password2": "Une phrase à moi seule"}


@pytest.fixture
def invitee(
    client: Client, gestionnaire: Utilisateur, django_capture_on_commit_callbacks: Any
) -> Utilisateur:
    client.force_login(gestionnaire)
    with django_capture_on_commit_callbacks(execute=True):
        reponse = client.post(reverse("admin:conseillers_utilisateur_add"), SAISIE, follow=True)
    assert "Une invitation part à nouvelle.personne@exemple.fr" in reponse.content.decode()
    client.logout()
    return Utilisateur.objects.get(courriel="nouvelle.personne@exemple.fr")


def link_of(message: Any) -> str:
    lien = re.search(r"http://[^/]+(/mot-de-passe-oublie/\S+)", message.body)
    assert lien
    return lien[1]


def choose(client: Client, lien: str) -> Any:
    formulaire = client.get(lien, follow=True).redirect_chain[-1][0]
    return client.post(formulaire, CHOISI)


def test_the_owner_chooses_the_password_by_the_link_and_signs_in(
    client: Client, invitee: Utilisateur
) -> None:
    [message] = mail.outbox
    assert message.to == [invitee.courriel]
    assert "Préfecture" in message.body
    assert choose(client, link_of(message)).status_code == 302
    client.post(
        "/connexion/", {"login": "Nouvelle.Personne@exemple.fr", "password": CHOISI["password1"]}
    )
    assert client.session["_auth_user_id"] == str(invitee.pk)


def test_the_link_serves_once_and_is_kept_nowhere(client: Client, invitee: Utilisateur) -> None:
    lien = link_of(mail.outbox[0])
    choose(client, lien)
    assert "a déjà servi" in client.get(lien, follow=True).content.decode()
    [courriel] = Courriel.objects.filter(nature="compte", gabarit="ouverture_compte")
    assert (courriel.texte, courriel.html, courriel.secret) == ("", "", True)


def test_no_form_of_the_admin_writes_a_password(client: Client, gestionnaire: Utilisateur) -> None:
    autre = make_utilisateur(Role.DIRECTION, "Lou", "Autre")
    client.force_login(gestionnaire)
    fiche = reverse("admin:conseillers_utilisateur_change", args=[autre.pk])
    assert 'type="password"' not in client.get(fiche).content.decode()
    client.post(
        fiche,
        {"courriel": autre.courriel, "role": autre.role, "is_active": "on", "password": "choisi"},
    )
    autre.refresh_from_db()
    assert autre.check_password(MOT_DE_PASSE)


def test_a_new_invitation_is_sent_at_need(
    client: Client,
    invitee: Utilisateur,
    gestionnaire: Utilisateur,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client.force_login(gestionnaire)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("admin:conseillers_utilisateur_inviter", args=[invitee.pk]))
    assert len(mail.outbox) == 2


def test_a_new_address_is_told_to_the_former_one(
    client: Client, gestionnaire: Utilisateur, django_capture_on_commit_callbacks: Any
) -> None:
    autre = make_utilisateur(Role.DIRECTION, "Lou", "Autre")
    client.force_login(gestionnaire)
    fiche = reverse("admin:conseillers_utilisateur_change", args=[autre.pk])
    saisie = {"courriel": "lou.mariee@exemple.fr", "role": autre.role, "is_active": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(fiche, saisie)
        client.post(fiche, saisie)
    [message] = mail.outbox
    assert message.to == ["lou.autre@exemple.fr"]
    assert "devient lou.mariee@exemple.fr" in message.body
    # That address can choose no password any more.
    assert "prévenez tout de suite le Département" in message.body
    assert "mot-de-passe-oublie" not in message.body


def test_a_closed_account_is_not_invited(db: None) -> None:
    ferme = make_utilisateur(Role.DIRECTION, "Lou", "Ancienne", is_active=False)
    with pytest.raises(ValidationError, match="fermé"):
        invite_compte(compte=ferme)


@pytest.mark.parametrize("adresse", ["/inscription/", "/accounts/signup/", "/connexion/signup/"])
def test_nobody_signs_up_alone(client: Client, db: None, adresse: str) -> None:
    assert client.get(adresse).status_code in (302, 404)
    client.post(
        adresse,
        {
            "email": "x@exemple.fr",
            "password1": CHOISI["password1"],
            "password2": CHOISI["password1"],
        },
    )
    assert not Utilisateur.objects.exists()
