"""A ZIP, hence a workbook, is opened without ever unpacking more than was allowed."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from territoires.archives import Limites, open_archive
from territoires.files import FichierRefuse


def zipped(*entrees: tuple[str, bytes], **options: Any) -> io.BytesIO:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for nom, contenu in entrees:
            archive.writestr(nom, contenu)
    return sortie


def test_a_workbook_opens() -> None:
    sortie = io.BytesIO()
    classeur = xlsxwriter.Workbook(sortie)
    feuille = classeur.add_worksheet()
    for ligne in range(20_000):
        feuille.write_row(ligne, 0, [f"Commune {ligne}", ligne, "FRR"])
    classeur.close()
    archive = open_archive(sortie)
    assert "xl/workbook.xml" in archive.noms
    assert archive.read("xl/worksheets/sheet1.xml").endswith(b"</worksheet>")


PETITES = Limites(fichier=2 * 1024 * 1024, entrees=10, total=3 * 1024 * 1024)


@pytest.mark.parametrize(
    ("archive", "phrase"),
    [
        (io.BytesIO(b""), "pas un classeur"),
        (io.BytesIO(b"PK\x03\x04 et rien d'autre"), "pas un classeur"),
        (io.BytesIO(b"nom;prenom\n"), "pas un classeur"),
        (io.BytesIO(b"\0" * (3 * 1024 * 1024)), "dépasse 2 Mo"),
        (zipped(*[(f"{n}.xml", b"x") for n in range(11)]), "plus de 10 fichiers"),
        (zipped(("a.xml", b"\0" * (4 * 1024 * 1024))), "une fois ouvert"),
        (zipped(("a.xml", b"\0" * (2 * 1024 * 1024))), "une fois ouvert"),
        (zipped(("../../etc/passwd", b"x")), "sort de son dossier"),
        (zipped(("/etc/passwd", b"x")), "sort de son dossier"),
        (zipped(("..\\secret", b"x")), "sort de son dossier"),
        (zipped(("C:secret", b"x")), "sort de son dossier"),
    ],
    ids=[
        "empty", "cut", "text", "too long", "too many", "too much", "bomb", "up", "root",
        "backslash", "drive",
    ],
)  # fmt: skip
def test_what_would_not_fit_is_refused_before_it_is_unpacked(
    archive: io.BytesIO, phrase: str
) -> None:
    with pytest.raises(FichierRefuse, match=phrase):
        open_archive(archive, PETITES)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused() -> None:
    with pytest.raises(FichierRefuse, match="le même nom"):
        open_archive(zipped(("a.xml", b"1"), ("a.xml", b"2")))


def test_an_archive_that_lies_about_its_size_gives_no_more_than_it_said() -> None:
    """Four megabytes announced as one hundred bytes, in both of its tables."""
    menteuse = bytearray(zipped(("a.xml", bytes(range(256)) * 16384)).getvalue())
    vraie = struct.pack("<I", 256 * 16384)
    assert menteuse.count(vraie) == 2
    archive = open_archive(io.BytesIO(bytes(menteuse.replace(vraie, struct.pack("<I", 100)))))
    with pytest.raises(FichierRefuse, match="abîmé"):
        archive.read("a.xml")


def test_several_parts_share_one_limit_while_they_are_read() -> None:
    mega = 1024 * 1024
    limites = Limites(total=mega, ratio=10**9)
    archive = open_archive(zipped(("a", b"x" * (mega // 2)), ("b", b"x" * (mega // 2))), limites)
    archive.read("a")
    archive.read("b")
    with pytest.raises(FichierRefuse, match="une fois ouvert"):
        archive.read("a")


def test_a_part_that_is_not_there_is_named() -> None:
    with pytest.raises(FichierRefuse, match="il y manque « b »"):
        open_archive(zipped(("a", b"x"))).read("b")


def test_a_locked_archive_is_refused() -> None:
    verrouillee = bytearray(zipped(("a.xml", b"x")).getvalue())
    verrouillee[verrouillee.index(b"PK\1\2") + 8] |= 1
    with pytest.raises(FichierRefuse, match="mot de passe"):
        open_archive(io.BytesIO(bytes(verrouillee)))


@given(place=st.integers(0, 400), octets=st.binary(min_size=1, max_size=8))
def test_whatever_the_bytes_nothing_but_a_sentence(place: int, octets: bytes) -> None:
    abimee = bytearray(zipped(("a.xml", b"<a/>" * 50), ("b.xml", b"<b/>")).getvalue())
    abimee[place : place + len(octets)] = octets
    try:
        archive = open_archive(io.BytesIO(bytes(abimee)), PETITES)
        for nom in archive.noms:
            archive.read(nom)
    except FichierRefuse:
        pass
