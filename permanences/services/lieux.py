"""Acts on the lieux d’accueil."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from permanences.models import Creneau, LieuAccueil
from territoires.typographie import accorde


@transaction.atomic
def check_lieu(*, lieu: LieuAccueil, le: dt.date) -> LieuAccueil:
    """Someone verified it that day. Raises ValidationError where it was already later."""
    lieu = LieuAccueil.objects.select_for_update(of=("self",)).get(pk=lieu.pk)
    if lieu.verifie_le is not None and lieu.verifie_le >= le:
        raise ValidationError(f"Déjà vérifié le {lieu.verifie_le:%d/%m/%Y}.")
    lieu.verifie_le = le
    lieu.full_clean()
    lieu.save(update_fields=["verifie_le"])
    return lieu


@transaction.atomic
def close_lieu(*, lieu: LieuAccueil) -> LieuAccueil:
    """No créneau can be planned there any more. Raises ValidationError while some are."""
    lieu = LieuAccueil.objects.select_for_update(of=("self",)).get(pk=lieu.pk)
    if not lieu.actif:
        raise ValidationError("Déjà fermé au programme.")
    prevus = Creneau.objects.filter(lieu=lieu).filter(
        Q(date_fin__isnull=True) | Q(date_fin__gte=timezone.localdate())
    )
    en_cours = prevus.exclude(recurrence="", date_debut__lt=timezone.localdate()).count()
    if en_cours:
        raise ValidationError(
            f"{accorde(en_cours, 'créneau y est encore prévu', 'créneaux y sont encore prévus')} : "
            "terminez-les ou déplacez-les d’abord."
        )
    lieu.actif = False
    lieu.full_clean()
    lieu.save(update_fields=["actif"])
    return lieu
