"""What the linters cannot see of the house: foreign keys, admins, lost templates, sizes."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin

# An app may point at itself and at those before it.
APPS = ["territoires", "conseillers", "permanences", "reporting"]
# Found by Django or DRF under these names, never by ours.
FOUND_BY_NAME = ("400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html")
FOUND_BY_FOLDER = (
    "admin/", "django/", "registration/", "rest_framework/", "account/", "mfa/", "usersessions/",
)  # fmt: skip
# Read through a page of their own instead of a list of rows: admin:conseillers_journal, and
# admin:reporting_securite.
SHOWN_BY_A_PAGE = {"Evenement", "EvenementSecurite"}
LIMITS = {".py": 400, ".css": 400, ".js": 400, ".html": 150, ".svg": 150}


def our_models():
    return [model for model in apps.get_models() if model._meta.app_label in APPS]


def our_files(*suffixes: str) -> list[Path]:
    folders = [settings.BASE_DIR / name for name in [*APPS, "config", "templates", "static"]]
    skipped = {"migrations", "vendor", "data", "__pycache__"}
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix in suffixes and not skipped & set(path.parts)
    ]


def relative(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


def test_foreign_keys_point_down_only():
    upwards = [
        f"{model.__name__}.{field.name}"
        for model in our_models()
        for field in model._meta.get_fields(include_parents=False)
        if field.is_relation and not field.auto_created and field.related_model
        if (target := field.related_model._meta.app_label) in APPS
        if APPS.index(target) > APPS.index(model._meta.app_label)
    ]
    assert upwards == []


def test_every_model_has_an_admin():
    admin.autodiscover()
    shown = {*admin.site._registry}
    inlines = {inline.model for one in admin.site._registry.values() for inline in one.inlines}
    orphans = {model.__name__ for model in our_models() if model not in shown | inlines}
    orphans -= SHOWN_BY_A_PAGE
    assert orphans == set()


def test_every_template_is_used():
    folder = settings.BASE_DIR / "templates"
    named = {
        re.sub(r"\\{.*?\\}", r"\\w+", re.escape(name))  # f"reporting/pdf/{type}.html" names several
        for path in our_files(".py", ".html", ".svg")
        for name in re.findall(r"[\w/{}.-]+\.(?:html|svg|txt|js)", path.read_text())
        if name != str(path.relative_to(folder) if path.is_relative_to(folder) else path)
    }
    templates = {str(path.relative_to(folder)) for path in folder.rglob("*.*")}
    lost = {
        name
        for name in templates
        if name not in FOUND_BY_NAME and not name.startswith(FOUND_BY_FOLDER)
        if not any(re.fullmatch(pattern, name) for pattern in named)
    }
    assert lost == set()


@pytest.mark.parametrize("suffix", LIMITS)
def test_no_file_outgrows_its_room(suffix: str):
    sizes = {relative(path): len(path.read_text().splitlines()) for path in our_files(suffix)}
    assert {name: size for name, size in sizes.items() if size > LIMITS[suffix]} == {}


def test_settings_stay_readable():
    for path in (settings.BASE_DIR / "config" / "settings").glob("*.py"):
        assert len(path.read_text().splitlines()) <= 250, path.name


def test_no_room_for_everything_and_nothing():
    bins = [relative(path) for path in our_files(".py") if path.stem in ("utils", "helpers")]
    assert bins == []


def test_enums_take_only_choices_from_django():
    for path in our_files(".py"):
        if path.name != "enums.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [node.module] if isinstance(node, ast.ImportFrom) else []
            modules += [name.name for name in node.names] if isinstance(node, ast.Import) else []
            names = {name.name for name in getattr(node, "names", [])}
            if any(str(module).startswith("django") for module in modules):
                assert modules == ["django.db.models"], relative(path)
                assert names <= {"TextChoices", "IntegerChoices"}, relative(path)
