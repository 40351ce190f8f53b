"""Both reports of random months, counted twice: by the selector, and by hand from the files."""

import ast
import datetime as dt
import io
import json
import random
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from reporting.selectors import donnees_du_mois
from reporting.services import close_mois
from reporting.tests.recount import Programme, recount
from reporting.tests.recount.base import day, line_of, rows
from reporting.tests.recount.programmes import (
    MOIS_DIFFICILES,
    following,
    write_programme,
    write_rows,
)

TERRITOIRES = settings.BASE_DIR / "territoires" / "data"
CIBLES = settings.BASE_DIR / "reporting" / "data" / f"cibles-{settings.DEPARTEMENT}.csv"
PROGRAMMES = 60
RETARDS = 4  # a programme with séances in its own month


def months_of(graine: int) -> list[dt.date]:
    """A month of this programme's, one difficult in four; then three around, and an empty one."""
    hasard = random.Random(-graine - 1)
    mois = dt.date(hasard.randint(2022, 2025), hasard.randint(1, 12), 1)
    if graine < 2 * len(MOIS_DIFFICILES):
        mois = MOIS_DIFFICILES[graine % len(MOIS_DIFFICILES)]
    avant = (mois - dt.timedelta(days=1)).replace(day=1)
    suivant = following(mois)
    return [mois, avant, suivant, following(suivant), mois.replace(year=mois.year - 1)]


def differences(attendu: object, obtenu: object, chemin: str = "") -> list[str]:
    """Every contract key of `attendu` that `obtenu` lacks or says otherwise."""
    if isinstance(attendu, dict) and isinstance(obtenu, dict):
        return [
            difference
            for cle, valeur in attendu.items()
            for difference in differences(valeur, obtenu.get(cle, "ABSENT"), f"{chemin}.{cle}")
        ]
    if isinstance(attendu, list) and isinstance(obtenu, list) and len(attendu) == len(obtenu):
        return [
            difference
            for rang, (a, o) in enumerate(zip(attendu, obtenu, strict=True))
            for difference in differences(a, o, f"{chemin}[{rang}]")
        ]
    same = type(attendu) is type(obtenu) and attendu == obtenu
    return [] if same else [f"{chemin} : attendu {attendu!r}, obtenu {obtenu!r}"]


@pytest.mark.django_db
@pytest.mark.parametrize("graine", range(PROGRAMMES))
def test_both_reports_equal_the_recount(graine: int, sarthe: None, tmp_path: Path) -> None:
    mois = months_of(graine)
    import_files(tmp_path, write_programme(graine, mois[0], tmp_path))
    programme = Programme(tmp_path, TERRITOIRES, CIBLES)
    ecarts = []
    for un_mois in mois:
        attendu = as_read_from_a_file(recount(programme, un_mois))
        obtenu = as_read_from_a_file(donnees_du_mois(un_mois, version=0, provisoire=True))
        ecarts += differences(attendu, obtenu, f"{un_mois:%Y-%m}")
    assert not ecarts, "\n".join(ecarts[:40])


@pytest.mark.django_db
def test_files_of_a_closed_month_equal_the_recount(
    sarthe: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Séances that come after the clôture change nothing of it, and are the next month's."""
    monkeypatch.setattr("reporting.services.export.draw", lambda *_, **__: b"")
    mois = months_of(RETARDS)[0]
    types = write_programme(RETARDS, mois, tmp_path)
    tardives = hold_back(tmp_path / "seances.csv", mois, nombre=3)
    import_files(tmp_path, types)
    programme = Programme(tmp_path, TERRITOIRES, CIBLES)
    close_mois(mois=mois, utilisateur=None, motif_avertissements="Chiffres vérifiés")
    import_files(tmp_path, ["seances_tardives"])

    attendu = as_read_from_a_file(recount(programme, mois))
    suivant = as_read_from_a_file(recount(programme, following(mois)))
    suivant["frequentation"]["hors_delai"] = line_of(tardives)
    for corps in attendu.values():
        corps |= {"version": 1, "provisoire": False}
    assert differences(attendu, written_by_build_rapports(mois, tmp_path)) == []
    obtenu = written_by_build_rapports(following(mois), tmp_path, "--provisoire")
    assert differences(suivant, obtenu) == []


def hold_back(fichier: Path, mois: dt.date, *, nombre: int) -> list[dict]:
    """Move séances of the month to a second file, `seances_tardives.csv`; the moved rows."""
    lignes = rows(fichier)
    du_mois = [ligne for ligne in lignes if day(ligne["date"]).replace(day=1) == mois]
    tardives = du_mois[:nombre]
    assert len(tardives) == nombre
    suite = fichier.with_name("seances_tardives.csv")
    write_rows(fichier, [ligne for ligne in lignes if ligne not in tardives])
    write_rows(suite, tardives)
    return tardives


def written_by_build_rapports(mois: dt.date, dossier: Path, *options: str) -> dict:
    sortie = dossier / "sortie"
    call_command(
        "build_rapports", f"{mois:%Y-%m}", "--sortie", sortie, *options, stdout=io.StringIO()
    )
    return {
        type_: json.loads((sortie / f"{type_}-{mois:%Y-%m}.json").read_text(encoding="utf-8"))
        for type_ in ("couverture", "frequentation")
    }


def test_recount_shares_no_code_with_the_application() -> None:
    importes = set()
    for fichier in Path(recount.__code__.co_filename).parent.glob("*.py"):
        for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))):
            if isinstance(noeud, ast.ImportFrom):
                importes.add(noeud.module or "")
            elif isinstance(noeud, ast.Import):
                importes |= {alias.name for alias in noeud.names}
    siens = {nom for nom in importes if nom.startswith("reporting.tests.recount")}
    etrangers = {nom.partition(".")[0] for nom in importes - siens} - sys.stdlib_module_names
    assert etrangers == {"dateutil"}


def import_files(dossier: Path, types: list[str]) -> None:
    """`seances_tardives.csv` is a second file of `seances`."""
    for nom in types:
        type_, fichier = nom.removesuffix("_tardives"), dossier / f"{nom}.csv"
        sortie = io.StringIO()
        try:
            call_command("import_csv", type_, fichier, stdout=sortie, stderr=sortie)
        except SystemExit:
            pytest.fail(f"{nom} : {sortie.getvalue()[:2000]}")


def as_read_from_a_file(donnees: dict) -> dict:
    return json.loads(json.dumps(donnees))
