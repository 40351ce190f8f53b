"""A gestionnaire manages accounts, and cannot lock everybody out."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from conftest import make_utilisateur
from conseillers.enums import Role
from conseillers.models import Utilisateur
from conseillers.permissions import has_role
from conseillers.services import delete_compte, save_compte

LISTE = "admin:conseillers_utilisateur_changelist"


def fiche(compte: Utilisateur) -> str:
    return reverse("admin:conseillers_utilisateur_change", args=[compte.pk])


def form_of(compte: Utilisateur, **champs: Any) -> dict[str, Any]:
    saisie = {
        "courriel": compte.courriel,
        "prenom": compte.prenom,
        "nom": compte.nom,
        "fonction": compte.fonction,
        "role": compte.role,
        "is_active": "on",
        **champs,
    }
    return {cle: valeur for cle, valeur in saisie.items() if valeur is not None}


@pytest.mark.parametrize("champs", [{"is_active": None}, {"role": "direction"}])
def test_the_last_active_gestionnaire_stays(
    client: Client, gestionnaire: Utilisateur, champs: dict[str, Any]
) -> None:
    make_utilisateur(Role.GESTIONNAIRE, "Ancien", "Compte", is_active=False)
    client.force_login(gestionnaire)
    reponse = client.post(fiche(gestionnaire), form_of(gestionnaire, fonction="Autre", **champs))
    assert reponse.status_code == 200
    assert "dernier compte de gestionnaire actif" in reponse.content.decode()
    assert 'value="Autre"' in reponse.content.decode()
    gestionnaire.refresh_from_db()
    assert (gestionnaire.is_active, gestionnaire.role) == (True, Role.GESTIONNAIRE)


def test_a_gestionnaire_leaves_once_another_is_there(
    client: Client, gestionnaire: Utilisateur
) -> None:
    autre = make_utilisateur(Role.GESTIONNAIRE, "Lou", "Suivante")
    client.force_login(autre)
    assert (
        client.post(fiche(gestionnaire), form_of(gestionnaire, is_active=None)).status_code == 302
    )
    gestionnaire.refresh_from_db()
    assert not gestionnaire.is_active


def test_the_last_gestionnaire_is_not_deleted(gestionnaire: Utilisateur) -> None:
    with pytest.raises(ValidationError, match="dernier compte"):
        delete_compte(compte=gestionnaire)


def test_a_referent_without_structure_is_refused(client: Client, gestionnaire: Utilisateur) -> None:
    client.force_login(gestionnaire)
    compte = make_utilisateur(Role.PREFECTURE, "Inès", "Martin")
    reponse = client.post(fiche(compte), form_of(compte, role="employeur"))
    assert "rattaché à une structure" in reponse.content.decode()


def test_a_superuser_of_another_role_gains_nothing(client: Client, direction: Utilisateur) -> None:
    direction.is_superuser = True
    direction.save()
    client.force_login(direction)
    assert client.get(reverse(LISTE)).status_code == 200
    assert client.post(fiche(direction), form_of(direction)).status_code == 403
    direction.role = Role.PREFECTURE
    save_compte(compte=direction)
    assert client.get(reverse(LISTE)).status_code == 403


def test_a_closed_account_has_no_role_left(direction: Utilisateur) -> None:
    """Whatever brought it here: a session, a task, a command."""
    direction.is_active = False
    assert not has_role(direction, Role.DIRECTION)
