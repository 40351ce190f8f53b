"""Which backups to keep: the last of each day, of each week, of each month."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from pathlib import Path

NOM = re.compile(r"(.+)-(\d{8}T\d{6}Z)\.tar\.age")


def rotate_backups(
    *, dossier: Path, jours: int, semaines: int, mois: int, effacer: bool
) -> tuple[list[Path], list[Path]]:
    """(those kept, those gone or that would be). Each instance of the folder is counted apart."""
    par_instance: dict[str, dict[dt.datetime, Path]] = {}
    for chemin in dossier.iterdir():
        if lu := NOM.fullmatch(chemin.name):
            instant = dt.datetime.strptime(lu[2], "%Y%m%dT%H%M%SZ")
            par_instance.setdefault(lu[1], {})[instant] = chemin
    gardees: list[Path] = []
    de_trop: list[Path] = []
    for chemins in par_instance.values():
        voulus = to_keep(chemins, jours, semaines, mois)
        for instant, chemin in sorted(chemins.items()):
            (gardees if instant in voulus else de_trop).append(chemin)
    if effacer:
        for chemin in de_trop:
            chemin.unlink()
    return gardees, de_trop


def to_keep(
    instants: Iterable[dt.datetime], jours: int, semaines: int, mois: int
) -> set[dt.datetime]:
    """The newest always; then the last one of so many days, weeks and months that have one."""
    recents = sorted(instants, reverse=True)
    periodes: list[tuple[int, Callable[[dt.datetime], object]]] = [
        (jours, lambda i: i.date()),
        (semaines, lambda i: i.isocalendar()[:2]),
        (mois, lambda i: (i.year, i.month)),
    ]
    gardes = {*recents[:1]}
    for nombre, periode in periodes:
        derniers: dict[object, dt.datetime] = {}
        for instant in recents:
            derniers.setdefault(periode(instant), instant)
        gardes |= {*[*derniers.values()][:nombre]}
    return gardes
