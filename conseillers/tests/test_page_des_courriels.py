"""What left and what did not is read by the Département; a gestionnaire sends it again."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conseillers.models import Courriel, Utilisateur

pytestmark = pytest.mark.django_db
LISTE = "/admin/conseillers/courriel/"


def make_courriel(**champs: Any) -> Courriel:
    defauts = {
        "nature": "rappel", "destinataire": "nadia@exemple.fr", "objet": "Votre mois d’octobre",
        "gabarit": "relance_conseiller", "texte": "Bonjour <b>Nadia</b>", "html": "<p>Bonjour</p>",
        "statut": "echec", "cause": "Le serveur de messagerie ne répond pas.", "essais": 1,
    }  # fmt: skip
    return Courriel.objects.create(**defauts | champs)


def page_of(courriel: Courriel) -> str:
    return reverse("admin:conseillers_courriel_change", args=[courriel.pk])


@pytest.fixture
def personnel(client: Client, gestionnaire: Utilisateur) -> Client:
    client.force_login(gestionnaire)
    return client


def test_the_name_of_the_menu_leads_to_the_list() -> None:
    assert reverse("admin:conseillers_courriels") == LISTE


def test_the_list_says_first_what_did_not_leave(personnel: Client) -> None:
    assert "pas parti" not in personnel.get(LISTE).content.decode()
    make_courriel()
    make_courriel(statut="envoye", cause="", envoye_le=timezone.now(), destinataire="x@exemple.fr")
    reponse = personnel.get(LISTE).content.decode()
    assert "1 message n’est pas parti." in " ".join(reponse.split())
    echecs = personnel.get(LISTE, {"statut__exact": "echec"}).content.decode()
    assert "nadia@exemple.fr" in echecs
    assert "x@exemple.fr" not in echecs


def test_it_is_found_by_address_or_subject(personnel: Client) -> None:
    make_courriel()
    assert "nadia@exemple.fr" in personnel.get(LISTE, {"q": "NADIA"}).content.decode()
    assert "nadia@exemple.fr" in personnel.get(LISTE, {"q": "octobre"}).content.decode()
    assert "nadia@exemple.fr" not in personnel.get(LISTE, {"q": "hugo"}).content.decode()


def test_its_page_shows_the_text_as_text_and_the_cause(personnel: Client) -> None:
    reponse = personnel.get(page_of(make_courriel())).content.decode()
    assert "Bonjour &lt;b&gt;Nadia&lt;/b&gt;" in reponse
    assert "Le serveur de messagerie ne répond pas." in reponse
    assert "Renvoyer maintenant" in reponse


def test_a_gestionnaire_sends_it_again(
    personnel: Client, django_capture_on_commit_callbacks: Any
) -> None:
    courriel = make_courriel()
    with django_capture_on_commit_callbacks(execute=True):
        personnel.post(reverse("admin:conseillers_courriel_renvoyer", args=[courriel.pk]))
    assert [message.to for message in mail.outbox] == [["nadia@exemple.fr"]]
    assert "Renvoyer maintenant" not in personnel.get(page_of(courriel)).content.decode()


def test_what_left_or_was_not_kept_is_not_sent_again(personnel: Client, direction: Any) -> None:
    parti = make_courriel(statut="envoye", cause="", envoye_le=timezone.now())
    secret = make_courriel(secret=True, texte="", html="")
    for courriel, phrase in ((parti, "déjà parti"), (secret, "refaire sa demande")):
        assert "Renvoyer maintenant" not in personnel.get(page_of(courriel)).content.decode()
        reponse = personnel.post(
            reverse("admin:conseillers_courriel_renvoyer", args=[courriel.pk]), follow=True
        )
        assert phrase in reponse.content.decode()
    assert "Non conservé" in personnel.get(page_of(secret)).content.decode()
    personnel.force_login(direction)
    assert "Renvoyer maintenant" not in personnel.get(page_of(make_courriel())).content.decode()
