"""What the database refuses to hold of a territory, and says why in French."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from territoires.models import EPCI, Commune, Zonage


def commune(**values):
    return Commune(
        **{
            "code": "72999",
            "nom": "Essai",
            "departement": "72",
            "population": 0,
            "population_millesime": 2023,
            "latitude": 48.0,
            "longitude": 0.2,
            **values,
        }
    )


def test_nobody_living_in_a_commune_is_a_fact(db):
    """Six communes of the Meuse, destroyed in 1916, have no inhabitant."""
    commune(population=0).save()
    commune(code="72998", population=None).save()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"code": "7299"}, "cinq caractères"),
        ({"code": "20999", "departement": "20"}, "cinq caractères"),
        ({"departement": "61"}, "commence par celui du département"),
        ({"population": -1}, "négative"),
        ({"latitude": 90.1}, "latitude"),
        ({"longitude": -180.1}, "longitude"),
    ],
)
def test_the_database_refuses_nonsense_in_french(db, values, message):
    wrong = commune(**values)

    with pytest.raises(ValidationError, match=message):
        wrong.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.save()


def test_a_commune_never_absorbs_itself(db):
    wrong = commune()
    wrong.save()
    wrong.absorbee_par = wrong

    with pytest.raises(ValidationError, match="absorbée par elle-même"):
        wrong.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.save()


def test_a_siren_has_nine_digits(db):
    wrong = EPCI(siren="24720013", nom="Essai", type="CC", communes_total=1, population_totale=0)
    with pytest.raises(ValidationError, match="neuf chiffres"):
        wrong.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.save()


def test_a_commune_is_once_in_a_zonage(db):
    commune().save()
    Zonage.objects.create(commune_id="72999", zonage="QPV", millesime=2024)

    with pytest.raises(ValidationError, match="déjà dans ce zonage"):
        Zonage(commune_id="72999", zonage="QPV", millesime=2025).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Zonage.objects.create(commune_id="72999", zonage="QPV", millesime=2025)
