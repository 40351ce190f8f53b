"""What our documents point at is there: files, links, functions."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

ROOT = settings.BASE_DIR
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
APPS = "config|territoires|conseillers|permanences|reporting"


@pytest.fixture(params=DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def document(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_every_link_leads_somewhere(document: Path):
    links = re.findall(r"\]\(([^)#:]+)\)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_file_named_exists(document: Path):
    names = re.findall(
        rf"`((?:{APPS}|templates|static|docs|bench)/[\w./-]+)`", document.read_text()
    )
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_every_function_named_exists(document: Path):
    for name in re.findall(rf"`((?:{APPS})(?:\.\w+)+)`", document.read_text()):
        path = ROOT / name.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").exists() or import_string(name), name
