"""The constraints told in Python say what the database says, for every model that a file fills."""

import datetime as dt
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.db.models import CheckConstraint, Field, Model, fields
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporting.importers.registre import IMPORTEURS
from territoires.importers.contraintes import rules_of

# On a field that staff writes on the row's own page: no file fills it, no file can break it.
HORS_DES_FICHIERS = {"lieu_telephone_a_dix_chiffres", "occurrence_motif_sans_trace"}
MODELES = sorted({importeur.modele for importeur in IMPORTEURS.values()}, key=lambda m: m.__name__)


@pytest.mark.parametrize("modele", MODELES)
def test_every_check_constraint_is_told(modele: type[Model]) -> None:
    contraintes = [c for c in modele._meta.constraints if isinstance(c, CheckConstraint)]
    assert [regle.nom for regle in rules_of(modele)] == [c.name for c in contraintes]


@pytest.mark.parametrize("importeur", IMPORTEURS.values(), ids=IMPORTEURS)
def test_an_error_of_a_constraint_is_shown_under_a_column_of_the_file(importeur: Any) -> None:
    colonnes = {colonne.nom for colonne in importeur.colonnes}
    for regle in rules_of(importeur.modele):
        if regle.nom in HORS_DES_FICHIERS:
            assert not colonnes & set(regle.champs)
            continue
        assert importeur.colonne_de_regle.get(regle.nom, regle.champs[0]) in colonnes
    assert importeur.colonne_de_regle.keys() <= {c.name for c in importeur.modele._meta.constraints}


def value_of(champ: Field) -> st.SearchStrategy[Any]:
    """Small values, so that equal and neighbouring ones are frequent."""
    choix = [valeur for valeur, _ in champ.flatchoices] if champ.choices else []
    brut: st.SearchStrategy[Any]
    match champ:
        case _ if choix:
            brut = st.sampled_from([*choix, "inconnu"])
        case fields.DateField():
            brut = st.dates(dt.date(2024, 1, 1), dt.date(2024, 1, 4)) | st.just(dt.date(2024, 2, 1))
        case fields.TimeField():
            brut = st.times()
        case fields.BooleanField():
            brut = st.booleans()
        case fields.FloatField():
            brut = st.sampled_from([-181.0, -90.0, 0.0, 90.0, 180.5])
        case fields.DecimalField() | fields.IntegerField():
            brut = st.integers(-2, 3) | st.sampled_from([100, 101, 1440, 1441, 10_000, 10_001])
        case fields.related.ForeignKey():
            brut = st.just(1)
        case _ if champ.get_internal_type() == "ArrayField":
            brut = st.lists(st.sampled_from(["email", "ordinateur", "inconnu"]), max_size=2)
        case _:
            brut = st.sampled_from(["", "72181", "FREQ=WEEKLY;BYDAY=TU", "FREQ=DAILY"])
    return st.none() | brut if champ.null else brut


def fields_read(modele: type[Model]) -> list[Field]:
    noms = dict.fromkeys(nom for regle in rules_of(modele) for nom in regle.champs)
    return [modele._meta.get_field(nom) for nom in noms]


@pytest.mark.django_db
@pytest.mark.parametrize("modele", [modele for modele in MODELES if rules_of(modele)])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_python_and_the_database_agree(modele: type[Model], data: st.DataObject) -> None:
    instance = modele()
    for champ in fields_read(modele):
        setattr(instance, champ.attname, data.draw(value_of(champ), label=champ.name))
    verdicts = {regle.nom: regle.accepts(instance) for regle in rules_of(modele)}
    assert verdicts == {
        contrainte.name: _accepted_by_the_database(modele, contrainte, instance)
        for contrainte in modele._meta.constraints
        if isinstance(contrainte, CheckConstraint)
    }


def _accepted_by_the_database(
    modele: type[Model], contrainte: CheckConstraint, instance: Model
) -> bool:
    """The text of the real constraint, asked of one row made of literals."""
    champs = fields_read(modele)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = %s",
            [contrainte.name],
        )
        [condition] = cursor.fetchone()
        valeurs = ", ".join(f"%s::{champ.db_type(connection)}" for champ in champs)
        noms = ", ".join(f'"{champ.column}"' for champ in champs)
        try:
            with transaction.atomic():
                cursor.execute(
                    f"SELECT ({condition.replace('%', '%%')}) IS NOT FALSE "
                    f"FROM (VALUES ({valeurs})) AS ligne ({noms})",
                    [getattr(instance, champ.attname) for champ in champs],
                )
        except DataError:  # a sum too great for its type: refused all the same
            return False
        return bool(cursor.fetchone()[0])
