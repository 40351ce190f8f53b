"""Acts on the accounts."""

from __future__ import annotations

import datetime as dt
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction

from conseillers.enums import Role
from conseillers.models import Conseiller, Utilisateur

PHRASE_DERNIER_GESTIONNAIRE = (
    "C’est le dernier compte de gestionnaire actif : sans lui, plus personne ne pourrait gérer "
    "le service. Donnez d’abord ce rôle à un autre compte."
)


@transaction.atomic
def save_compte(*, compte: Utilisateur) -> Utilisateur:
    """Write an account. Raises ValidationError where no active gestionnaire would be left."""
    compte.courriel = compte.courriel.strip().lower()
    sans_fin = compte.is_active and compte.actif_jusqu_au is None
    if not (sans_fin and compte.role == Role.GESTIONNAIRE):
        _refuse_si_dernier_gestionnaire(compte)
    compte.full_clean(exclude=["password"])
    compte.save()
    return compte


@transaction.atomic
def delete_compte(*, compte: Utilisateur) -> None:
    """Only an account that nothing points at: the others are disabled instead."""
    _refuse_si_dernier_gestionnaire(compte)
    compte.delete()


def _refuse_si_dernier_gestionnaire(compte: Utilisateur) -> None:
    # Locked in one order: two gestionnaires who disable each other at once wait here.
    actifs = Utilisateur.objects.select_for_update().filter(
        role=Role.GESTIONNAIRE, is_active=True, actif_jusqu_au=None
    )
    cles = set(actifs.order_by("pk").values_list("pk", flat=True))
    if cles == {compte.pk}:
        raise ValidationError(PHRASE_DERNIER_GESTIONNAIRE)


def open_compte(*, conseiller: Conseiller) -> Utilisateur:
    """The advisor's account, made or opened again; inside the act that needs it.

    Raises ValidationError when that address is somebody's of another role.
    """
    compte = (
        conseiller.utilisateur
        or Utilisateur.objects.filter(courriel=conseiller.courriel.strip().lower())
        .select_for_update()
        .first()
    )
    if compte is None:
        # Usable, so that « mot de passe oublié » answers; nobody knows it.
        compte = Utilisateur(courriel=conseiller.courriel.strip().lower(), role=Role.CONSEILLER)
        compte.prenom, compte.nom = conseiller.prenom, conseiller.nom
        compte.set_password(secrets.token_urlsafe(32))
    elif compte.role != Role.CONSEILLER:
        raise ValidationError(
            f"{compte.courriel} est déjà l’adresse d’un compte « {compte.get_role_display()} » : "
            "donnez une autre adresse à ce conseiller."
        )
    compte.is_active, compte.actif_jusqu_au = True, None
    compte.full_clean(exclude=["password"])
    compte.save()
    if conseiller.utilisateur_id != compte.pk:
        conseiller.utilisateur = compte
        conseiller.full_clean()
        conseiller.save()
    return compte


def close_compte(*, conseiller: Conseiller, dernier_jour: dt.date) -> None:
    """The account opens until `dernier_jour`; inside the act that asks for it."""
    if conseiller.utilisateur_id:
        Utilisateur.objects.filter(pk=conseiller.utilisateur_id, role=Role.CONSEILLER).update(
            actif_jusqu_au=dernier_jour
        )
