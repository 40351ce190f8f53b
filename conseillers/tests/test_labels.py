"""The yearly label of each employer: attested for a year, renewed in one act."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from conseillers.models import Label, Poste, Structure
from conseillers.selectors import derniers_labels, labels_des_employeurs
from conseillers.services import attest_label
from conseillers.services.labels import un_an_apres

JOUR = dt.date(2026, 10, 13)


def attested(structure: Structure, jours: int) -> Label:
    return attest_label(structure=structure, atteste_le=JOUR - dt.timedelta(days=jours))


@pytest.mark.parametrize(
    ("jours", "etat"),
    [
        (0, "valide"),
        (274, "valide"),  # 91 days left
        (275, "sous_90"),
        (304, "sous_90"),
        (305, "sous_60"),
        (365, "sous_60"),  # the last day
        (366, "expire"),
    ],
)
def test_a_label_is_told_by_the_days_it_has_left(
    poste_1: Poste, mardi_13_octobre: dt.date, jours: int, etat: str
) -> None:
    attested(poste_1.structure, jours)
    (ligne,) = labels_des_employeurs(JOUR)
    assert ligne.etat == etat


def test_an_employer_without_label_is_listed_and_one_without_poste_is_not(
    poste_1: Poste, poste_2: Poste, mardi_13_octobre: dt.date
) -> None:
    attested(poste_1.structure, 10)
    poste_2.date_rendu = JOUR + dt.timedelta(days=1)
    poste_2.save()
    assert [(x.structure, x.etat) for x in labels_des_employeurs(JOUR)] == [
        (poste_2.structure, "sans"),
        (poste_1.structure, "valide"),
    ]
    assert len(labels_des_employeurs(JOUR + dt.timedelta(days=1))) == 1


def test_two_attestations_may_overlap_and_the_later_end_counts(
    poste_1: Poste, mardi_13_octobre: dt.date
) -> None:
    """An employer attests again before the first year is over."""
    attested(poste_1.structure, 330)
    nouveau = attested(poste_1.structure, 5)
    assert derniers_labels(JOUR) == {poste_1.structure_id: nouveau}
    assert Label.objects.count() == 2
    with pytest.raises(ValidationError, match="déjà une attestation à cette date"):
        attested(poste_1.structure, 5)


def test_a_label_is_noted_when_it_is_signed_and_lasts_a_year(
    poste_1: Poste, mardi_13_octobre: dt.date
) -> None:
    with pytest.raises(ValidationError, match="quand elle est signée"):
        attested(poste_1.structure, -1)
    assert un_an_apres(dt.date(2028, 2, 29)) == dt.date(2029, 2, 28)


@pytest.mark.parametrize("expire", [JOUR, dt.date(2027, 10, 15)])
def test_the_base_holds_that_a_label_is_worth_a_year_at_most(
    poste_1: Poste, expire: dt.date
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Label.objects.create(structure=poste_1.structure, atteste_le=JOUR, expire_le=expire)


def test_renewal_is_one_act_from_the_list(
    client: Client, gestionnaire: Any, poste_1: Poste, mardi_13_octobre: dt.date
) -> None:
    client.force_login(gestionnaire)
    assert "sans label" in client.get(reverse("admin:conseillers_labels")).content.decode()
    adresse = reverse("admin:conseillers_label_attester", args=[poste_1.structure_id])
    refus = client.post(adresse, {"atteste_le": "2026-10-14", "reference": "Attestation"})
    assert "quand elle est signée" in refus.content.decode()
    client.post(adresse, {"atteste_le": "2026-10-13", "reference": "Attestation"})
    (ligne,) = labels_des_employeurs(JOUR)
    assert (ligne.etat, ligne.label.expire_le) == ("valide", dt.date(2027, 10, 13))


def test_an_employer_sees_its_own_labels_only(
    employeur: Any, conseillere: Any, poste_1: Poste, mardi_13_octobre: dt.date
) -> None:
    sien = attested(employeur.structure, 5)
    attested(poste_1.structure, 5)
    assert list(Label.objects.visible_to(employeur)) == [sien]
    assert not Label.objects.visible_to(conseillere).exists()
