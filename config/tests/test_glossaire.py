"""A word enters the code from docs/glossaire.md, the one table of our words."""

import importlib
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Choices

APPS = ["territoires", "conseillers", "permanences", "reporting"]
GLOSSAIRE = settings.BASE_DIR / "docs" / "glossaire.md"


def names_in_glossaire() -> set[str]:
    """What stands between backquotes in the column « nom dans le code »."""
    rows = [line.split("|") for line in GLOSSAIRE.read_text().splitlines() if line.startswith("|")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row[3])}


def our_classes() -> dict[str, type]:
    models = [model for model in apps.get_models() if model._meta.app_label in APPS]
    enums = [
        member
        for app in APPS
        for member in vars(importlib.import_module(f"{app}.enums")).values()
        if isinstance(member, type) and issubclass(member, Choices) and list(member)
    ]
    return {one.__name__: one for one in [*models, *enums]}


def test_every_model_and_every_list_is_defined():
    assert sorted(set(our_classes()) - names_in_glossaire()) == []


def test_every_class_and_field_named_still_exists():
    classes = our_classes()
    for name in sorted(names_in_glossaire()):
        owner, _, field = name.partition(".")
        if re.fullmatch(r"[A-Z][A-Za-z]*[a-z][A-Za-z]*|EPCI", owner):
            assert owner in classes, name
            assert not field or hasattr(classes[owner], field), name


@pytest.mark.parametrize("column", [1, 2])
def test_every_row_says_a_term_and_what_it_means(column: int):
    rows = [line.split("|") for line in GLOSSAIRE.read_text().splitlines() if line.startswith("|")]
    for row in rows:
        assert len(row) == 6, row
        assert row[column].strip(), row


def test_a_term_has_one_row():
    rows = [line.split("|") for line in GLOSSAIRE.read_text().splitlines() if line.startswith("|")]
    terms = [row[1].strip() for row in rows if row[1].strip() not in ("terme", "---")]
    assert sorted({term for term in terms if terms.count(term) > 1}) == []
