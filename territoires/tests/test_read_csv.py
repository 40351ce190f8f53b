"""How a file may be written, and what is said of what is not one."""

import codecs
from pathlib import Path

import pytest

from territoires.files import FichierRefuse
from territoires.importers.lecture import open_csv

COLONNES = ["code", "nom", "adresse"]


def read(dossier: Path, contenu: bytes) -> list[list[str]]:
    chemin = dossier / "lieux.csv"
    chemin.write_bytes(contenu)
    fichier = open_csv(chemin, COLONNES)
    return [fichier.entete, *(lu.cellules for lu in fichier.records())]


def refusal(dossier: Path, contenu: bytes) -> str:
    with pytest.raises(FichierRefuse) as refus:
        read(dossier, contenu)
    return str(refus.value).replace("\u202f", " ")


@pytest.mark.parametrize("separateur", [";", ","])
@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("fin", ["\n", "\r\n", "\r"])
def test_dialects_are_found_out(tmp_path: Path, separateur: str, encodage: str, fin: str) -> None:
    lignes = [["code", "nom"], ["b", "Brûlon – l’été"], ["m", "Le Mans"]]
    texte = fin.join(separateur.join(ligne) for ligne in lignes)
    assert read(tmp_path, texte.encode(encodage)) == lignes


def test_a_separator_inside_quotes_stays_text(tmp_path: Path) -> None:
    assert read(tmp_path, b'code;nom\nb;"a;b, ""c"""\n') == [["code", "nom"], ["b", 'a;b, "c"']]


def test_a_comma_in_a_semicolon_header_does_not_mislead(tmp_path: Path) -> None:
    assert read(tmp_path, b'"code";"nom"\n"1,5";"2,5"\n')[1] == ["1,5", "2,5"]


def test_blank_lines_and_trailing_empty_cells_are_passed_over(tmp_path: Path) -> None:
    assert read(tmp_path, b"code;nom\n\n;\nb;n;;\n")[1:] == [["b", "n"]]


def test_a_line_is_numbered_as_an_editor_shows_it(tmp_path: Path) -> None:
    chemin = tmp_path / "lieux.csv"
    chemin.write_text('code;nom\nb;"deux\nlignes"\n\nc;n\n')
    assert [lu.ligne for lu in open_csv(chemin, COLONNES).records()] == [2, 5]


@pytest.mark.parametrize(
    ("contenu", "phrase"),
    [
        (b"", "le fichier est vide."),
        (b"\n\n", "la première ligne est vide : elle doit porter le nom des colonnes."),
        (b"\xef\xbb\xbf", "la première ligne est vide : elle doit porter le nom des colonnes."),
        (b"PK\x03\x04rest", "c’est un classeur (XLSX ou ODS) ou une archive ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1", "c’est un classeur Excel (XLS)"),
        (b"%PDF-1.7", "c’est un PDF"),
        (b"code;nom\nb;\0\n", "ce n’est pas un fichier de texte (octet nul à la ligne 2)"),
        (codecs.BOM_UTF16_LE + "code;nom".encode("utf-16-le"), "le fichier est en UTF-16"),
        (b"\xef\xbb\xbfcode;nom\nb;\xe9\n", "UTF-8, mais la ligne 2 ne l’est pas"),
        ("code;nom\nb;é\n".encode() + b"c;\xe9\n", "l’encodage est incertain : la ligne 2"),
        (b"code;nom\nb;\x81\n", "la ligne 2 n’est ni de l’UTF-8 ni du Windows-1252"),
        (b"code\tnom\nb\tn\n", "les colonnes sont séparées par des tabulations"),
        (b'"code;nom\nb;n\n', "en-tête illisible"),
    ],
)
def test_what_is_not_such_a_file_is_refused_with_its_nature(
    tmp_path: Path, contenu: bytes, phrase: str
) -> None:
    assert phrase in refusal(tmp_path, contenu)


def problems(dossier: Path, contenu: bytes) -> list[tuple[int, str, bool]]:
    chemin = dossier / "lieux.csv"
    chemin.write_bytes(contenu)
    return [
        (lu.ligne, lu.probleme.replace("\u202f", " "), lu.perdu)
        for lu in open_csv(chemin, COLONNES).records()
        if lu.probleme
    ]


def test_a_wrong_number_of_cells_is_told_and_reading_goes_on(tmp_path: Path) -> None:
    assert problems(tmp_path, b"code;nom\nb\nc;n\nd;n;x\n") == [
        (2, "1 cellule au lieu de 2 : vérifiez les séparateurs « ; » et les guillemets de cette "
            "ligne.", False),
        (4, "3 cellules au lieu de 2 : vérifiez les séparateurs « ; » et les guillemets de cette "
            "ligne.", False),
    ]  # fmt: skip


def test_a_misplaced_quote_is_told_and_reading_goes_on(tmp_path: Path) -> None:
    [(ligne, phrase, perdu)] = problems(tmp_path, b'code;nom\nb;"a"b\nc;n\n')
    assert (ligne, perdu) == (2, False)
    assert phrase.startswith("un guillemet est mal placé")


@pytest.mark.parametrize(
    "suite", [b"c;n\n", b"c;" + b"x" * 140_000 + b"\n", b"c;n" * 2_000_000 + b"\n"]
)
def test_a_quote_never_closed_says_that_the_rest_is_lost(tmp_path: Path, suite: bytes) -> None:
    [(ligne, _phrase, perdu)] = problems(tmp_path, b'code;nom\na;n\nb;"a\n' + suite)
    assert (ligne, perdu) == (3, True)
