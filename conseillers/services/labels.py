"""The yearly attestation of an employer."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conseillers.models import Label, Structure


def un_an_apres(jour: dt.date) -> dt.date:
    """Same day a year later; 28 February for a 29th."""
    try:
        return jour.replace(year=jour.year + 1)
    except ValueError:
        return jour.replace(year=jour.year + 1, day=28)


@transaction.atomic
def attest_label(*, structure: Structure, atteste_le: dt.date, reference: str = "") -> Label:
    """One more attestation, valid for a year; the former ones stay."""
    Structure.objects.select_for_update().get(pk=structure.pk)
    if atteste_le > timezone.localdate():
        raise ValidationError({"atteste_le": "Une attestation se note quand elle est signée."})
    label = Label(
        structure=structure,
        atteste_le=atteste_le,
        expire_le=un_an_apres(atteste_le),
        reference=reference,
    )
    label.full_clean()
    label.save()
    return label
