"""Values that nobody should send, and bodies that carry them, whole or broken."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

from config.tests.test_valeurs_hostiles import DATES, NOMBRES, PLAUSIBLES, VALEURS
from reporting.importers.registre import IMPORTEURS

# Every code point, lone surrogates included: they are sent as the invalid UTF-8 they make.
TOUT = st.characters(exclude_categories=())
SPECIAUX = (
    "\ud800", "a\udcffb", "\u200f\u202eמשה", "\ufeffnom", "\u0000\u0001", "İı", "ﬁ",
    "e\u0301" * 200,
    "\r\n\r\n", "\u2028", "{{ 7*7 }}", "%s%n", "=1+1", "-0", "+1", "0x10", "1_000", "1e400", "00",
    "True", "on", "2026-03-10T10:00:00Z", "24:00", "00:00:00.0000001", "2026-03-10 ", "10.03.2026",
    "10/03/26", "32767", "32768", "2147483647", "9223372036854775807", "0.001", "1 000", "1\xa0000",
    "1\u202f000,5", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;INTERVAL=0", "FREQ=YEARLY;INTERVAL=99999",
    "00000000-0000-0000-0000-000000000000", "../..", "//exemple.fr", "javascript:alert(1)", "\\",
)  # fmt: skip
HOSTILES = st.one_of(
    st.sampled_from(VALEURS),
    st.sampled_from(SPECIAUX),
    st.sampled_from(DATES),
    st.sampled_from(NOMBRES),
    st.text(TOUT, max_size=40),
    st.integers().map(str),
    st.integers(-5, 400).map(str),
    st.decimals(allow_nan=True).map(str),
    st.floats().map(str),
    st.dates().map(str),
    st.dates().map(lambda jour: f"{jour:%d/%m/%Y}"),
    st.times().map(str),
    st.uuids().map(str),
)
# A server refuses an endless address before the service sees it.
COURTES = HOSTILES.filter(lambda valeur: len(valeur) < 2_000)
COMPTEURS = st.sampled_from(
    ("", "-1", "0", "1", "3", "1001", "99999999999", "1e3", "①", "x", "\x00", "1.5", " 2 ")
)
# A length that is no number is refused by the server itself, as gunicorn does.
ENTETES = st.sampled_from(
    (
        {"HTTP_ACCEPT_LANGUAGE": "x" * 600}, {"HTTP_ACCEPT_LANGUAGE": "fr;q=NaN,\xff"},
        {"HTTP_IF_MODIFIED_SINCE": "Mon, 99 Feb 99999 99:99:99 GMT"}, {"HTTP_RANGE": "bytes=9-1"},
        {"HTTP_IF_NONE_MATCH": '"'}, {"HTTP_ACCEPT": "\xff/*;q=x"}, {"HTTP_REFERER": "http://[::1"},
        {"HTTP_REFERER": "//\udcff"}, {"HTTP_HOST": "a..b:99999"}, {"HTTP_HOST": "exemple.fr"},
        {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}, {"HTTP_ACCEPT_ENCODING": "gzip;q=x"},
        {"HTTP_X_FORWARDED_FOR": "' , \x00"}, {"HTTP_X_FORWARDED_FOR": "::1,,"},
        {"REMOTE_ADDR": ""}, {"HTTP_USER_AGENT": "\xff" * 3_000}, {"HTTP_USER_AGENT": ""},
        {"HTTP_X_ENVOI": "1"}, {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"},
        {"HTTP_ORIGIN": "null"}, {"HTTP_CONTENT_ENCODING": "gzip"},
    )
)  # fmt: skip


def as_bytes(texte: str) -> bytes:
    return texte.encode("utf-8", "surrogatepass")


def encoded(paires: list[tuple[str, str]]) -> bytes:
    return b"&".join(
        f"{quote_from_bytes(as_bytes(nom))}={quote_from_bytes(as_bytes(valeur))}".encode()
        for nom, valeur in paires
    )


# --- Files -------------------------------------------------------------------------------------


def zipped(noms: tuple[str, ...], contenu: bytes) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom in noms:
            archive.writestr(nom, contenu)
    return tampon.getvalue()


FICHIERS_FIXES = (
    b"", b"\x00", b"\x00\xff" * 300, b"\xef\xbb\xbf", b"\xff\xfe", b"\n\n\n", b'"', b";;;;\n" * 20,
    "nom;prénom\nLe Gall;Éloïse\n".encode("utf-16"), "nom;prénom\n".encode("latin-1"),
    "nom;prénom\n".encode("utf-32"), b'a;"b\nc', b"a" * 200_000, b"PK\x03\x04", b"%PDF-1.7\n%%EOF",
    zipped(("[Content_Types].xml", "xl/workbook.xml"), b"<x/>"), zipped(("../a",), b"0" * 500_000),
    zipped(("mimetype", "content.xml"), b"application/vnd.oasis.opendocument.spreadsheet"),
    zipped((), b"")[:-5],
)  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A CSV with the columns of an import, and cells that are anything."""
    colonnes = [c.nom for c in draw(st.sampled_from(sorted(IMPORTEURS.items())))[1].colonnes]
    cellules = st.one_of(st.sampled_from(PLAUSIBLES), COURTES)
    lignes = draw(st.lists(st.lists(cellules, min_size=1, max_size=len(colonnes) + 1), max_size=4))
    if draw(st.booleans()):
        colonnes = draw(st.permutations(colonnes))
    separateur = draw(st.sampled_from((";", ",", "\t")))
    citees = [
        separateur.join('"' + cellule.replace('"', '""') + '"' for cellule in ligne)
        for ligne in lignes
    ]
    encodage = draw(st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "cp1252")))
    texte = draw(st.sampled_from(("\n", "\r\n", "\r"))).join([separateur.join(colonnes), *citees])
    return texte.encode(encodage, "surrogatepass" if encodage.startswith("utf") else "replace")


FICHIERS = st.one_of(st.sampled_from(FICHIERS_FIXES), st.binary(max_size=300), tables(), tables())
NOMS_DE_FICHIER = st.one_of(
    st.sampled_from(
        ("a.csv", "a.CSV", "", ".", "../../a.csv", "a.xlsx", "a.ods", "é\u202e.csv",
         "x" * 400 + ".csv", "a.csv\x00.exe", "a.exe", "con", "a/b.csv", '";x="')
    ),
    st.text(TOUT, max_size=20),
)  # fmt: skip


# --- Bodies --------------------------------------------------------------------------------------

FRONTIERE = "----frontiere"


def multipart(
    paires: list[tuple[str, str]], fichiers: list[tuple[str, str, bytes]], fin: bool = True
) -> bytes:
    """Written by hand: Django's test client would put right what is wrong on purpose."""
    morceaux = []
    for nom, valeur in paires:
        morceaux += [part(nom), as_bytes(valeur)]
    for nom, fichier, contenu in fichiers:
        suite = f'; filename="{fichier}"\r\nContent-Type: application/octet-stream'
        morceaux += [part(nom, suite), contenu]
    corps = b"\r\n".join(
        tete + contenu for tete, contenu in zip(morceaux[::2], morceaux[1::2], strict=True)
    )
    return corps + (f"\r\n--{FRONTIERE}--\r\n".encode() if fin else b"")


def part(nom: str, suite: str = "") -> bytes:
    return as_bytes(f'--{FRONTIERE}\r\nContent-Disposition: form-data; name="{nom}"{suite}\r\n\r\n')


@st.composite
def bodies(
    draw: st.DrawFn, paires: list[tuple[str, str]], champs_fichier: list[str]
) -> tuple[str, bytes]:
    """(content type, body): most often as a browser writes it."""
    formes = ["multipart"] * 8 if champs_fichier else ["urlencode"] * 12
    formes += ["multipart", "urlencode", "json", "tronque", "charset", "binaire", "sans_frontiere"]
    forme = draw(st.sampled_from(formes))
    urlencode = "application/x-www-form-urlencoded"
    if forme == "urlencode":
        return urlencode, encoded(paires)
    if forme == "charset":
        nom = draw(
            st.sampled_from(("utf-16", "inconnu", "idna", "latin-1", "\xff", "hex", "UTF-8"))
        )
        return f"{urlencode}; charset={nom}", encoded(paires)
    if forme == "json":
        valeur: Any = draw(st.recursive(st.none() | st.floats() | COURTES, st.lists, max_leaves=5))
        return "application/json", json.dumps([valeur, dict(paires)]).encode()
    if forme == "binaire":
        types = (urlencode, "multipart/form-data; boundary=x", "text/plain", "", "a/b; c=\xff")
        return draw(st.sampled_from(types)), draw(st.binary(max_size=200))
    fichiers = [
        (nom, draw(NOMS_DE_FICHIER), draw(FICHIERS))
        for nom in champs_fichier or ["fichier"]
        if draw(st.integers(0, 5))
    ]
    type_ = f"multipart/form-data; boundary={FRONTIERE}"
    if forme == "sans_frontiere":
        type_ = draw(st.sampled_from(("multipart/form-data", type_ + "é", type_ + '"')))
    return type_, multipart(paires, fichiers, fin=forme != "tronque")
