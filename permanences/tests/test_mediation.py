"""Our words in those of the national schema: telephones, streets, services, types of lieux."""

from __future__ import annotations

import pytest

from permanences import mediation
from permanences.enums import TypeLieu


@pytest.mark.parametrize(
    ("telephone", "attendu"),
    [
        ("0261910000", "+33261910000"),
        ("0262201234", "+262262201234"),
        ("0590991234", "+590590991234"),
        ("0696123456", "+596696123456"),
        ("", ""),
    ],
)
def test_a_telephone_is_dialled_from_anywhere(telephone: str, attendu: str) -> None:
    assert mediation.international(telephone) == attendu


@pytest.mark.parametrize(
    ("adresse", "attendu"),
    [
        ("3 rue de la Mairie, 72650 Aigné", ("3 rue de la Mairie", "72650")),
        ("12 rue d’Aigné", ("12 rue d’Aigné", "72650")),
        ("12 rue Basse, Aigné", ("12 rue Basse", "72650")),
        ("12 rue Basse 72018 AIGNÉ CEDEX 9", ("12 rue Basse", "72650")),
        ("Aigné", ("", "72650")),
    ],
)
def test_the_street_is_told_from_the_town(adresse: str, attendu: tuple[str, str]) -> None:
    assert mediation.split_adresse(adresse, "Aigné", ["72650"]) == attendu


def test_a_service_is_said_of_a_lieu_once_it_was_done_often_enough() -> None:
    seances = {
        ("insertion_professionnelle", "email"): 10,
        ("travail_formation",): 1,
        ("email",): 99,
    }
    assert mediation.INSERTION in mediation.services_of(seances, 11)
    assert mediation.INSERTION not in mediation.services_of(seances, 12)
    assert mediation.services_of({}, 11) == list(mediation.SERVICES_DE_TOUS)


def test_every_type_of_lieu_has_its_typologie() -> None:
    assert {mediation.TYPOLOGIE_DU_TYPE[t] for t in TypeLieu} <= set(mediation.TYPOLOGIES)
    assert (len(mediation.TYPOLOGIES), len(mediation.CHAMPS)) == (92, 32)
