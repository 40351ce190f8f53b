"""A CSV file as lines of cells: encoding and separator found out, nothing loaded whole."""

import codecs
import csv
import re
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from territoires.files import FichierRefuse

SEPARATEURS = (";", ",")
TAILLE_DE_LECTURE = 1 << 20
LIGNE_MAX = 1 << 22
# Added by `--rejets`, passed over when the corrected file comes back.
COLONNE_ERREUR = "erreur"

_SIGNATURES = (
    (b"PK\x03\x04", "un classeur (XLSX ou ODS) ou une archive ZIP"),
    (b"\xd0\xcf\x11\xe0", "un classeur Excel (XLS)"),
    (b"%PDF", "un PDF"),
    (b"\x1f\x8b", "une archive GZIP"),
    (b"PK\x05\x06", "une archive ZIP vide"),
    (b"7z\xbc\xaf\x27\x1c", "une archive 7z"),
    (b"Rar!", "une archive RAR"),
    (b"BZh", "une archive BZIP2"),
    (b"\xfd7zXZ", "une archive XZ"),
    (b"\x28\xb5\x2f\xfd", "une archive ZSTD"),
    (b"\x89PNG", "une image"),
    (b"\xff\xd8\xff", "une image"),
    (b"GIF8", "une image"),
    (b"{\\rtf", "un document RTF"),
    (b"MZ", "un programme"),
    (b"\x7fELF", "un programme"),
)
_A_ENREGISTRER = "ouvrez-le dans un tableur et enregistrez la feuille au format « CSV UTF-8 »."
# Accented letters and quotes as UTF-8 writes them; read as Windows-1252 they give « Ã© », « â€ ».
_MORCEAU_UTF8 = re.compile(rb"\xc3[\x80-\xbf]|\xe2\x80[\x80-\xbf]")
_INDEFINIS_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True)
class Enregistrement:
    """One record; `ligne` is the line of the file on which it starts, the header being 1.

    With a `probleme` (a French sentence) the cells are what could be saved of it; `perdu`
    says that what follows in the file was swallowed with it.
    """

    ligne: int
    cellules: list[str]
    probleme: str = ""
    perdu: bool = False


@dataclass(frozen=True)
class FichierCSV:
    chemin: Path
    encodage: str
    separateur: str
    entete: list[str]

    def records(self) -> Iterator[Enregistrement]:
        """Records after the header, one at a time; blank lines are passed over."""
        with self.chemin.open(encoding=self.encodage, newline="") as flux:
            lecteur = _Lecteur(flux, self.separateur)
            lecteur.read()
            while (lu := lecteur.read()) is not None:
                if not any(lu.cellules):
                    continue
                yield self._checked(lu)

    def _checked(self, lu: Enregistrement) -> Enregistrement:
        attendu, trouve = len(self.entete), len(lu.cellules)
        if lu.probleme or trouve == attendu:
            return lu
        if not any(lu.cellules[attendu:]) and trouve > attendu:
            return Enregistrement(lu.ligne, lu.cellules[:attendu])
        return Enregistrement(
            lu.ligne,
            lu.cellules,
            f"{trouve} cellule{'s' if trouve > 1 else ''} au lieu de {attendu} : vérifiez les "
            f"séparateurs « {self.separateur} » et les guillemets de cette ligne.",
        )


@dataclass
class _Lecteur:
    """csv.reader that knows on which line a record starts, and survives a bad one."""

    flux: TextIO
    separateur: str
    consommees: deque[str] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.lignes = csv.reader(self._lines(), delimiter=self.separateur, strict=True)

    def _lines(self) -> Iterator[str]:
        while ligne := self.flux.readline(LIGNE_MAX):
            if len(ligne) == LIGNE_MAX:
                raise csv.Error(_CELLULE_SANS_FIN)
            # What a bad record still holds is shown to the one who corrects it, not a whole file.
            if len(self.consommees) < 20:
                self.consommees.append(ligne)
            yield ligne

    def read(self) -> Enregistrement | None:
        self.consommees.clear()
        debut = self.lignes.line_num + 1
        try:
            cellules = next(self.lignes)
        except StopIteration:
            return None
        except csv.Error as erreur:
            brut = "".join(self.consommees).rstrip("\r\n")
            perdu = any(signe in str(erreur) for signe in _SUITE_PERDUE)
            return Enregistrement(debut, [brut], _phrase(erreur), perdu)
        return Enregistrement(debut, [cellule.strip() for cellule in cellules])


# The csv module has no code for its errors, only these words.
_FIN_INATTENDUE, _CELLULE_SANS_FIN = _SUITE_PERDUE = ("unexpected end", "field larger")


def _phrase(erreur: csv.Error) -> str:
    if _FIN_INATTENDUE in str(erreur):
        return (
            "un guillemet ouvert sur cette ligne n’est jamais refermé : "
            "la suite du fichier n’a pas pu être lue."
        )
    if _CELLULE_SANS_FIN in str(erreur):
        return "une cellule dépasse 131 072 caractères : un guillemet n’est sans doute pas refermé."
    return (
        "un guillemet est mal placé : dans une cellule entre guillemets, "
        'un guillemet s’écrit deux fois ("").'
    )


def open_csv(chemin: Path, colonnes: Collection[str]) -> FichierCSV:
    """Find out how the file is written; `colonnes` are the names that may be in its header.

    Raises FichierRefuse (a French sentence) for what is not such a file.
    """
    encodage = _find_encoding(chemin)
    with chemin.open(encoding=encodage, newline="") as flux:
        premiere = flux.readline(TAILLE_DE_LECTURE)
    if not premiere.strip():
        raise FichierRefuse("la première ligne est vide : elle doit porter le nom des colonnes.")
    separateur = _find_separator(premiere, colonnes)
    with chemin.open(encoding=encodage, newline="") as flux:
        lu = _Lecteur(flux, separateur).read()
    if lu is None or lu.probleme:
        raise FichierRefuse(f"en-tête illisible : {lu.probleme if lu else 'fichier vide'}")
    return FichierCSV(chemin, encodage, separateur, [nom.lower() for nom in lu.cellules])


def _find_separator(premiere: str, colonnes: Collection[str]) -> str:
    def connues(separateur: str) -> int:
        cellules = next(csv.reader([premiere], delimiter=separateur), [])
        return sum(cellule.strip().lower() in colonnes for cellule in cellules)

    try:
        if connues("\t") > max(connues(separateur) for separateur in SEPARATEURS):
            raise FichierRefuse(
                "les colonnes sont séparées par des tabulations : enregistrez le fichier avec le "
                "séparateur « ; » ou « , »."
            )
        return max(SEPARATEURS, key=lambda s: (connues(s), premiere.count(s)))
    except csv.Error as erreur:
        raise FichierRefuse(f"en-tête illisible : {_phrase(erreur)}") from erreur


def _find_encoding(chemin: Path) -> str:
    with chemin.open("rb") as flux:
        debut = flux.read(4)
    if not debut:
        raise FichierRefuse("le fichier est vide.")
    refuse_other_kinds(debut)
    ligne_fautive = _first_line_not_utf8(chemin)
    if not ligne_fautive:
        return "utf-8-sig"
    if debut.startswith(codecs.BOM_UTF8):
        raise FichierRefuse(
            f"le fichier s’annonce en UTF-8, mais la ligne {ligne_fautive} ne l’est pas : "
            "enregistrez-le à nouveau en UTF-8."
        )
    _check_windows_1252(chemin)
    return "cp1252"


def refuse_other_kinds(debut: bytes) -> None:
    """By what the first bytes are, whatever the name says; raises FichierRefuse."""
    for signature, nature in _SIGNATURES:
        if debut.startswith(signature):
            raise FichierRefuse(f"c’est {nature}, pas un fichier CSV : {_A_ENREGISTRER}")
    if debut.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FichierRefuse(f"le fichier est en UTF-16 (« Texte Unicode ») : {_A_ENREGISTRER}")
    if b"\0" in debut:
        raise FichierRefuse(f"ce n’est pas un fichier de texte : {_A_ENREGISTRER}")


def _chunks(chemin: Path) -> Iterator[tuple[int, bytes]]:
    """(line on which it starts, bytes) of a file, a piece at a time."""
    ligne = 1
    with chemin.open("rb") as flux:
        while morceau := flux.read(TAILLE_DE_LECTURE):
            yield ligne, morceau
            ligne += morceau.count(b"\n")


def _first_line_not_utf8(chemin: Path) -> int:
    """0 for a file that is UTF-8 throughout. Raises FichierRefuse on a NUL byte."""
    decodeur = codecs.getincrementaldecoder("utf-8")()
    fautive = 0
    ligne = 1
    for ligne, morceau in _chunks(chemin):
        if (nul := morceau.find(b"\0")) >= 0:
            numero = ligne + morceau.count(b"\n", 0, nul)
            raise FichierRefuse(
                f"ce n’est pas un fichier de texte (octet nul à la ligne {numero}) : "
                f"{_A_ENREGISTRER}"
            )
        if not fautive:
            try:
                decodeur.decode(morceau)
            except UnicodeDecodeError as erreur:
                fautive = ligne + morceau.count(b"\n", 0, erreur.start)
    if not fautive:
        try:
            decodeur.decode(b"", final=True)
        except UnicodeDecodeError:
            fautive = ligne
    return fautive


def _check_windows_1252(chemin: Path) -> None:
    for ligne, morceau in _chunks(chemin):
        for motif, raison in (
            (_INDEFINIS_1252, "n’est ni de l’UTF-8 ni du Windows-1252"),
            (_MORCEAU_UTF8, "est en UTF-8 alors que d’autres sont en Windows-1252"),
        ):
            if trouve := motif.search(morceau):
                numero = ligne + morceau.count(b"\n", 0, trouve.start())
                raise FichierRefuse(
                    f"l’encodage est incertain : la ligne {numero} {raison}. "
                    "Enregistrez le fichier à nouveau en UTF-8."
                )
