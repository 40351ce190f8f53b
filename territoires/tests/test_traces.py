"""A text that leads to somebody is recognised, whatever its spelling; figures say nothing."""

import datetime as dt

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from territoires.traces import MOTIFS, PROFESSIONNEL, PUBLIC, Trace, masked, traces_in

# Read again by a real browser (permanences/tests/test_traces_navigateur.py).
EXEMPLES: dict[Trace | None, list[str]] = {
    Trace.TELEPHONE: [
        "06 12 34 56 78", "0612345678", "06.12.34.56.78", "06-12-34-56-78", "06/12/34/56/78",
        "06 - 12 - 34 - 56 - 78", "06\u202f12\u202f34\u202f56\u202f78", "06\u00a012 34\u00a056 78",
        "0612 345 678", "06 123 456 78", "+33612345678", "+33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78", "+33.6.12.34.56.78", "0033612345678", "0033 6 12 34 56 78",
        "+262 692 12 34 56", "Rappeler au 02.43.00.00.00.", "(06 12 34 56 78)", "Tél.:0243000000",
    ],
    Trace.COURRIEL: [
        "jeanne@orange.fr", "Jean.Dupont+x@mail.free.fr", "écrire à é@laposte.net",
        "jeanne @ orange.fr", "<a@b.com>",
    ],
    Trace.NIR: [
        "185057800608436", "1850578006084", "1 85 05 78 006 084 36", "1 85 05 78 006 084",
        "2 69 05 2A 004 123 45", "269052B004123", "2.69.05.72.181.123.45",
        "1\u202f85\u202f05\u202f78\u202f006\u202f084\u202f36",
    ],
    None: [
        "", "Découvrir son téléphone", "SIRET 247 200 132 00012", "24720013200012",
        "18050578006084", "SIREN 247200132", "72181", "2A004", "13/10/2026", "2026-10-13",
        "01/02/2024 - 03/04/2024", "du 01.02.2024 au 03.04.2024", "9 h - 12 h",
        "de 9h00 à 12h30", "09:00-12:00", "08 h 30 – 12 h 00", "1 500 000,00 €",
        "1 234 567 890 €", "90 min", "2 h 30", "Windows 10 et 11", "@numerique",
        "atelier @ mairie", "3 @ 4.50", "FR76 3000 4000 0312 3456 7890 143", "202610131030",
        "1,2,3,4,5,6,7,8,9,10", "8 personnes, dont 3 premières venues", "12345678901",
        "48.00738, 0.19675", "Convention 2021-72-0001", "2024-2025-2026",
    ],
}  # fmt: skip
BLANCS = st.sampled_from(["", " ", "\u00a0", "\u202f", "\u2009", ".", "-"])
CHIFFRE = st.sampled_from("0123456789")


def chiffres(nombre: int) -> st.SearchStrategy[str]:
    return st.lists(CHIFFRE, min_size=nombre, max_size=nombre).map("".join)


@pytest.mark.parametrize(
    ("trace", "texte"), [(t, texte) for t, textes in EXEMPLES.items() for texte in textes]
)
def test_each_example_is_what_it_looks_like(trace: Trace | None, texte: str) -> None:
    assert traces_in(texte) == ([trace] if trace else [])


@given(
    debut=st.sampled_from(["0", "+33", "0033", "+33 ", "+33 (0)", "0033 "]),
    genre=st.sampled_from("123456789"),
    paires=st.lists(chiffres(2), min_size=4, max_size=4),
    entre=BLANCS,
    avant=st.sampled_from(["", "Tél. ", "au ", "("]),
    apres=st.sampled_from(["", ".", " demain", ")"]),
)
def test_any_telephone_in_any_spelling(debut, genre, paires, entre, avant, apres) -> None:
    texte = avant + debut + entre.join([genre, *paires]) + apres
    assert Trace.TELEPHONE in traces_in(
        texte if debut != "0" else avant + "0" + genre + entre + entre.join(paires) + apres
    )


@given(
    sexe=st.sampled_from("12"),
    an=chiffres(2),
    mois=st.integers(1, 12).map("{:02}".format),
    departement=st.sampled_from(["01", "2A", "2B", "72", "75", "97", "99"]),
    suite=st.tuples(chiffres(3), chiffres(3)),
    cle=st.one_of(st.just(()), chiffres(2).map(lambda c: (c,))),
    entre=BLANCS,
)
def test_any_social_security_number(sexe, an, mois, departement, suite, cle, entre) -> None:
    assert Trace.NIR in traces_in(entre.join([sexe, an, mois, departement, *suite, *cle]))


@given(jour=st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), autre=st.dates())
def test_no_date_is_anybody(jour: dt.date, autre: dt.date) -> None:
    for forme in ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d %m %Y", "%d%m%Y"):
        assert not traces_in(f"du {jour:{forme}} au {autre:{forme}}")


@given(siret=chiffres(14), entre=st.sampled_from(["", " ", "\u00a0"]))
def test_no_siret_is_anybody(siret: str, entre: str) -> None:
    groupes = [siret[:3], siret[3:6], siret[6:9], siret[9:]]
    assert not traces_in(f"SIRET {entre.join(groupes)}")


@given(de=st.times(), a=st.times(), minutes=st.integers(0, 1440))
def test_no_hour_nor_duration_is_anybody(de: dt.time, a: dt.time, minutes: int) -> None:
    for forme in ("%H h %M", "%Hh%M", "%H:%M", "%H h"):
        assert not traces_in(f"{de:{forme}} - {a:{forme}}, {minutes} min")


@given(st.decimals(0, 99_999_999_999, places=2))
def test_no_amount_is_anybody(montant) -> None:
    for separateur in (" ", "\u00a0", "\u202f"):
        assert not traces_in(f"{montant:,} €".replace(",", separateur).replace(".", ","))


@given(st.text(max_size=60))
def test_what_is_masked_leads_to_nobody(texte: str) -> None:
    for exemples in EXEMPLES.values():
        assert not traces_in(masked(f"{exemples[-1]} {texte}" if exemples[-1] else texte))


@given(st.text(max_size=200))
def test_any_text_is_read(texte: str) -> None:
    traces_in(texte)


def test_the_database_reads_the_same_patterns(db: None) -> None:
    with connection.cursor() as cursor:
        for trace, motif in MOTIFS.items():
            for attendue, textes in EXEMPLES.items():
                for texte in textes:
                    cursor.execute("SELECT %s ~ %s", [texte, motif])
                    assert cursor.fetchone()[0] is (attendue == trace), (trace, texte)


def test_a_professional_telephone_is_pointed_out_and_not_refused() -> None:
    assert PUBLIC.refuse(Trace.TELEPHONE) and not PROFESSIONNEL.refuse(Trace.TELEPHONE)
    assert PROFESSIONNEL.refuse(Trace.NIR)
    assert "retirez" in PUBLIC.phrase(Trace.COURRIEL)
    assert "professionnel" in PROFESSIONNEL.phrase(Trace.COURRIEL)
