"""La Coop's export is read as it is: wherever its table stands, however its cells are written;
what is not that export is refused with what to do.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from permanences.importers.coop import read_export
from permanences.importers.coop.cellules import (
    CelluleIllisible,
    read_code,
    read_date,
    read_lines,
    read_minutes,
    read_rank,
)
from permanences.tests.generateur_coop import (
    SECRETS,
    Export,
    Lieu,
    Mediateur,
    generate,
    rows,
    write_export,
)
from territoires.files import FichierRefuse

NADIA = Mediateur("Nadia", "Brulon", 4012)
HUGO = Mediateur("Hugo", "Fleche", None)
MAIRIE = Lieu("Mairie de Brûlon", "3 place de la Mairie", "Brûlon", "72350", "72050")
CENTRE = Lieu("Médiathèque", "1 rue X", "Bourg", "01000", "01004")


def an_export(graine: int, nombre: int = 40, **champs: Any) -> Export:
    return generate(
        random.Random(graine), nombre=nombre,
        **{"mediateurs": [NADIA, HUGO], "lieux": [MAIRIE, CENTRE], "premier": dt.date(2026, 9, 1),
           "jours": 60} | champs,
    )  # fmt: skip


def figures(lecture: Any) -> dict[str, int]:
    """The sums of what was read, in the generator's words."""
    chiffres: dict[str, int] = {}

    def add(cle: str, n: int = 1) -> None:
        chiffres[cle] = chiffres.get(cle, 0) + n

    for activite in lecture.activites:
        lu = activite.compte_rendu
        assert not lu.defaut and not lu.inconnues, lu
        add("seances")
        add("participations", lu.nb_participants)
        add("minutes", lu.duree)
        add(lu.nature)
        add(f"canal {lu.canal}")
        add("orientees", bool(lu.orientation))
        for theme in lu.thematiques:
            add(f"theme {theme}")
        for compteur, n in lu.compteurs.items():
            add(compteur, n)
    return {cle: n for cle, n in sorted(chiffres.items()) if n}


@pytest.mark.parametrize("du_conseiller", [True, False])
@pytest.mark.parametrize("graine", [None, 1, 2, 3])
def test_both_forms_read_to_the_generator_s_own_figures(
    tmp_path: Path, du_conseiller: bool, graine: int | None
) -> None:
    export = an_export(graine or 0)
    chemin = write_export(
        tmp_path / "e.xlsx", rows(export), du_conseiller=du_conseiller, demandeur=NADIA,
        bizarre=random.Random(graine) if graine is not None else None,
    )  # fmt: skip
    lecture = read_export(chemin)
    assert figures(lecture) == export.expected()
    assert lecture.lignes == len(rows(export))
    assert lecture.du_conseiller is du_conseiller
    assert (lecture.prenom, lecture.nom) == ("Nadia", "Brulon")
    assert lecture.remarques == []
    medias = {m.identifiant for m in lecture.mediateurs}
    assert medias == (set() if du_conseiller else {"conum:4012", "nom:fleche hugo"})
    lieux = {a.compte_rendu.lieu for a in lecture.activites if a.compte_rendu.lieu}
    assert {(lieu.nom, lieu.code_insee, lieu.code_postal) for lieu in lieux} == {
        ("Mairie de Brûlon", "72050", "72350"),
        ("Médiathèque", "01004", "01000"),
    }
    assert not any(secret in repr(lecture) for secret in SECRETS)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(graine=st.integers(0, 10**6), nombre=st.integers(1, 25), ordre=st.randoms())
def test_grouping_never_depends_on_the_order_of_rows_nor_of_columns(
    tmp_path: Path, graine: int, nombre: int, ordre: random.Random
) -> None:
    export = an_export(graine, nombre, collectifs=0.6)
    lignes = rows(export)
    droit = read_export(write_export(tmp_path / "a.xlsx", lignes, du_conseiller=True))
    tordu = read_export(
        write_export(tmp_path / "b.xlsx", lignes, du_conseiller=True, bizarre=ordre)
    )
    assert figures(droit) == figures(tordu) == export.expected()
    assert {a.compte_rendu.id_coop: a.compte_rendu.faits for a in droit.activites} == {
        a.compte_rendu.id_coop: a.compte_rendu.faits for a in tordu.activites
    }


def test_a_missing_or_doubled_participant_is_said_and_counted_once(tmp_path: Path) -> None:
    export = an_export(5, 1, collectifs=1)
    lignes = rows(export)
    total = len(lignes)
    assert total > 2
    lecture = read_export(
        write_export(tmp_path / "e.xlsx", [*lignes[1:], lignes[1]], du_conseiller=True)
    )
    [activite] = lecture.activites
    assert activite.compte_rendu.nb_participants == total
    assert sum(n for c, n in activite.compte_rendu.compteurs.items() if c[:3] == "age") < total
    assert "1\u00a0ligne de trop" in lecture.remarques[0]
    assert f"{total}\u00a0participants, mais {total - 1} dans le fichier" in lecture.remarques[1]


@pytest.mark.parametrize(
    ("changement", "phrase"),
    [
        ({"Durée (min)": "longtemps"}, "nombre de minutes"),
        ({"Durée (min)": 12.5}, "nombre de minutes"),
        ({"Date": "mardi"}, "n’est pas une date"),
        ({"Date": "31/02/2026"}, "n’est pas une date"),
        ({"Date": ""}, "date manque"),
        ({"Participants": "3 sur 8"}, "ni un nombre"),
        ({"Participants": "9/8"}, "n’existe pas"),
        ({"ID CRA": ""}, "« ID CRA » manque"),
        ({"Enregistré le": "hier"}, "Enregistré le"),
    ],
)
def test_an_activity_that_cannot_be_read_says_why_and_hides_no_other(
    tmp_path: Path, changement: dict[str, Any], phrase: str
) -> None:
    lignes = rows(an_export(6, 3, collectifs=0))
    lignes[1] |= changement
    lecture = read_export(write_export(tmp_path / "e.xlsx", lignes, du_conseiller=True))
    assert len(lecture.activites) == 3
    [fautive] = lecture.defauts
    assert phrase in fautive.compte_rendu.defaut
    assert len(fautive.lignes) == 1


def test_rows_of_one_activity_that_disagree_are_not_chosen_between(tmp_path: Path) -> None:
    lignes = rows(an_export(7, 1, collectifs=1))
    lignes[1] |= {"Durée (min)": 7}
    lecture = read_export(write_export(tmp_path / "e.xlsx", lignes, du_conseiller=True))
    assert "« Durée (min) »" in lecture.defauts[0].compte_rendu.defaut


def test_values_that_no_list_knows_are_left_out_and_said(tmp_path: Path) -> None:
    lignes = rows(an_export(8, 1, collectifs=0, lieux=[MAIRIE]))
    lignes[0] |= {
        "Thématique(s) d’accompagnement": "E-mail\nAstrologie",
        "Tranche d’âge du bénéficiaire": "Centenaire",
        "Niveau d’autonomie (ou de l’atelier)": "4/3",
    }
    [activite] = read_export(
        write_export(tmp_path / "e.xlsx", lignes, du_conseiller=True)
    ).activites
    lu = activite.compte_rendu
    assert lu.thematiques == ("email",)
    assert set(lu.inconnues) == {"thématique : Astrologie", "age : Centenaire", "niveau : 4/3"}


# --- What is not La Coop's export ------------------------------------------------------------


def a_workbook(*feuilles: tuple[str, list[list[Any]]]) -> bytes:
    flux = io.BytesIO()
    with xlsxwriter.Workbook(flux) as classeur:
        for nom, lignes in feuilles:
            feuille = classeur.add_worksheet(nom)
            for n, ligne in enumerate(lignes):
                feuille.write_row(n, 0, ligne)
    return flux.getvalue()


def with_entry(brut: bytes, nom: str, contenu: bytes) -> bytes:
    source, flux = zipfile.ZipFile(io.BytesIO(brut)), io.BytesIO()
    with zipfile.ZipFile(flux, "w", zipfile.ZIP_DEFLATED) as archive:
        for entree in source.namelist():
            archive.writestr(entree, contenu if entree == nom else source.read(entree))
    return flux.getvalue()


ENTETE = list(rows(an_export(1, 1))[0])
FEUILLE = "xl/worksheets/sheet1.xml"
BON = a_workbook(("Activités", [ENTETE]))
LOIN = (
    b'<worksheet><sheetData><row r="1"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)

REFUSES = {
    "vide": (b"", "il est vide"),
    "csv": (b"Date;Type;ID CRA\n", "pas un classeur .xlsx"),
    "mot_de_passe": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "mot de passe"),
    "tronque": (BON[: len(BON) // 2], "abîmé"),
    "ods": (with_entry(BON, "xl/workbook.xml", b""), "abîmé"),
    "cellule_au_bout_du_monde": (with_entry(BON, FEUILLE, LOIN), "s’étend au-delà"),
    "xml_abime": (with_entry(BON, FEUILLE, b"<worksheet><sheetData><row"), "abîmé|aucune de ses"),
    "autre_tableau": (a_workbook(("Feuil1", [["Nom", "Prénom"], ["A", "B"]])), "aucune de ses"),
    "sans_id": (a_workbook(("Activités", [ENTETE[:-1]])), "il manque à son tableau la colonne"),
    "deux_fois": (a_workbook(("Activités", [[*ENTETE, "Date"]])), "deux fois dans son tableau"),
    "sans_activite": (BON, "n’a aucune activité"),
    "deux_feuilles": (
        a_workbook(("A", [ENTETE]), ("B", [ENTETE])), "plusieurs de ses feuilles"
    ),
}  # fmt: skip


@pytest.mark.parametrize("nom", REFUSES)
def test_what_is_not_the_export_is_refused_with_what_to_do(tmp_path: Path, nom: str) -> None:
    brut, phrase = REFUSES[nom]
    chemin = tmp_path / "e.xlsx"
    chemin.write_bytes(brut)
    with pytest.raises(FichierRefuse, match=phrase):
        read_export(chemin)


# --- Cells -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lire", "cellule", "attendu"),
    [
        (read_date, "05/10/2026 à 23:30", dt.date(2026, 10, 5)),
        (read_date, "2026-10-05T22:30:00Z", dt.date(2026, 10, 6)),
        (read_date, 46300.0, dt.date(2026, 10, 5)),
        (read_date, "5.10.26", dt.date(2026, 10, 5)),
        (read_date, None, None),
        (read_minutes, dt.time(1, 30), 90),
        (read_minutes, dt.timedelta(hours=30), 1800),
        (read_minutes, "1h30", 90),
        (read_minutes, "2 h", 120),
        (read_minutes, "1\u00a0200", 1200),
        (read_rank, 1.0, (1, 1)),
        (read_rank, "12/12", (12, 12)),
        (read_rank, 8, (1, 8)),
        (read_code, 1004.0, "01004"),
        (read_code, "2a004", "2A004"),
        (read_lines, "A\r\nB\n\n c ", ["A", "B", "c"]),
    ],
)
def test_cells_as_spreadsheets_write_them(lire: Any, cellule: Any, attendu: Any) -> None:
    assert lire(cellule) == attendu


@given(st.one_of(st.text(max_size=30), st.floats(), st.booleans(), st.none(), st.dates()))
@settings(max_examples=200, deadline=None)
def test_no_cell_whatever_it_holds_breaks_the_reader(cellule: Any) -> None:
    for lire in (read_date, read_minutes, read_rank, read_code, read_lines):
        with contextlib.suppress(CelluleIllisible):
            lire(cellule)
