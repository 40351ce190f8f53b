"""Which backups stay: the last of each day, week and month, and never none."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from django.core.management import call_command

from reporting.services.sauvegarde.rotation import to_keep


@pytest.fixture
def un_an(tmp_path: Path) -> Path:
    """Two backups a day for a year, until 30 November 2026, and one of another instance."""
    fin = dt.date(2026, 11, 30)
    for rang in range(365):
        jour = fin - dt.timedelta(days=rang)
        for heure in ("020000", "140000"):
            (tmp_path / f"72-exemple.fr-{jour:%Y%m%d}T{heure}Z.tar.age").touch()
    (tmp_path / "53-exemple.fr-20200101T020000Z.tar.age").touch()
    (tmp_path / "notes.txt").touch()
    return tmp_path


def rotate(dossier: Path, *options: str) -> str:
    dit = io.StringIO()
    call_command("rotate_backups", "--dossier", str(dossier), *options, stdout=dit)
    return dit.getvalue()


def test_the_simulation_says_and_erases_nothing(un_an: Path) -> None:
    avant = sorted(un_an.iterdir())
    assert "serait effacée : 72-exemple.fr-20261130T020000Z.tar.age" in rotate(
        un_an, "--simulation"
    )
    assert sorted(un_an.iterdir()) == avant


def test_days_weeks_and_months_are_kept_and_other_files_untouched(un_an: Path) -> None:
    rotate(un_an, "--jours", "3", "--semaines", "2", "--mois", "3")
    assert sorted(chemin.name for chemin in un_an.iterdir()) == [
        "53-exemple.fr-20200101T020000Z.tar.age",
        "72-exemple.fr-20260930T140000Z.tar.age",
        "72-exemple.fr-20261031T140000Z.tar.age",
        "72-exemple.fr-20261128T140000Z.tar.age",
        "72-exemple.fr-20261129T140000Z.tar.age",  # Sunday: of its day and of its week
        "72-exemple.fr-20261130T140000Z.tar.age",
        "notes.txt",
    ]


def test_the_newest_stays_whatever_is_asked() -> None:
    instants = [dt.datetime(2026, 1, 1), dt.datetime(2026, 5, 1)]
    assert to_keep(instants, 0, 0, 0) == {instants[1]}
