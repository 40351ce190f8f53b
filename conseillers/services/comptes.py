"""Acts on the accounts."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from conseillers.enums import Role
from conseillers.models import Utilisateur

PHRASE_DERNIER_GESTIONNAIRE = (
    "C’est le dernier compte de gestionnaire actif : sans lui, plus personne ne pourrait gérer "
    "le service. Donnez d’abord ce rôle à un autre compte."
)


@transaction.atomic
def save_compte(*, compte: Utilisateur) -> Utilisateur:
    """Write an account. Raises ValidationError where no active gestionnaire would be left."""
    compte.courriel = compte.courriel.strip().lower()
    if not (compte.is_active and compte.role == Role.GESTIONNAIRE):
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
    actifs = Utilisateur.objects.select_for_update().filter(role=Role.GESTIONNAIRE, is_active=True)
    cles = set(actifs.order_by("pk").values_list("pk", flat=True))
    if cles == {compte.pk}:
        raise ValidationError(PHRASE_DERNIER_GESTIONNAIRE)
