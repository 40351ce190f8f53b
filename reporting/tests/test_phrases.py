"""The sentences of page 1: right in number and gender, and never a cause."""

import pytest

from reporting import francais as fr
from reporting.graphiques import courbe
from reporting.phrases import phrases
from reporting.tests import exemple
from reporting.tests.pdfs import plain


def sentences(donnees) -> list[str]:
    return [plain(phrase) for phrase in phrases(donnees)]


def frequentation_of(seances: int, participations: int, minutes: int, avant: int | None):
    donnees = exemple.frequentation_vide()
    donnees["total"] |= {"seances": seances, "participations": participations, "minutes": minutes}
    if avant is not None:
        donnees["evolution"]["m_1"] = {"mois": "2026-09", "participations": avant}
    return sentences(donnees)


def test_many_one_and_none():
    assert frequentation_of(1234, 2468, 61_700, None)[0] == (
        "En octobre 2026, 1 234 séances ont réuni 2 468 participations, en 1 028,3 heures."
    )
    assert frequentation_of(1, 1, 60, None)[0] == (
        "En octobre 2026, 1 séance a réuni 1 participation, en 1,0 heure."
    )
    assert frequentation_of(0, 0, 0, None)[0] == (
        "En octobre 2026, aucune séance n’a été enregistrée."
    )


def test_the_month_before():
    assert frequentation_of(9, 12, 60, 10)[1] == (
        "C’est 2 participations de plus qu’en septembre 2026 (+ 20,0 %)."
    )
    assert frequentation_of(9, 9, 60, 10)[1] == (
        "C’est 1 participation de moins qu’en septembre 2026 (− 10,0 %)."
    )
    assert frequentation_of(9, 10, 60, 10)[1] == (
        "Le nombre de participations est le même qu’en septembre 2026."
    )
    # Nothing to divide by: no percentage.
    assert frequentation_of(9, 10, 60, 0)[1] == (
        "C’est 10 participations de plus qu’en septembre 2026."
    )
    assert "ne sont pas connus" in frequentation_of(9, 10, 60, None)[1]


def test_a_month_before_that_is_not_closed_is_said_provisional():
    donnees = exemple.frequentation()
    donnees["evolution"]["m_1"] |= {"provisoire": True}
    assert sentences(donnees)[1].endswith(", dont les chiffres sont provisoires.")


def test_posts():
    donnees = exemple.couverture()
    debut = "Au 31 octobre 2026, "
    assert sentences(donnees)[0] == (
        f"{debut}26 postes sur 30 attribués sont pourvus ; 4 sont vacants."
    )
    donnees["postes"] |= {"pourvus": 1, "vacants": 1}
    assert sentences(donnees)[0] == f"{debut}1 poste sur 30 attribués est pourvu ; 1 est vacant."
    donnees["postes"] |= {"pourvus": 30, "vacants": 0}
    assert sentences(donnees)[0].endswith("sont pourvus ; aucun n’est vacant.")


def test_territories():
    donnees = exemple.couverture()
    assert sentences(donnees)[1] == (
        "16 EPCI sur 17 sont couverts, dont 6 par un poste du Département."
    )
    for epci in donnees["par_epci"]:
        epci |= {"couvert": True, "couvert_par_le_departement": False}
    assert sentences(donnees)[1] == (
        "Les 17 EPCI sont couverts, aucun par un poste du Département."
    )
    assert sentences(exemple.couverture_vide())[1:] == [
        "Aucun des 17 EPCI n’est couvert.",
        "Aucun habitant ne vit à 10 km au plus, à vol d’oiseau, d’un lieu actif.",
    ]


def test_everybody_is_near():
    donnees = exemple.couverture()
    donnees["communes_non_desservies"] = []
    assert sentences(donnees)[2].endswith("; aucune commune n’est plus loin.")


def test_a_month_that_nobody_closed_is_unknown_on_the_curve():
    trace = courbe(
        ["2026-08", "2026-09", "2026-10"], ["non connu", None, 0.5], titre="", prefixe=""
    )
    assert [p["texte"] for p in trace["points"]] == ["non connu", "—", "50,0\u202f%"]
    assert trace["trait"].count("M") == 1


def test_the_rate_of_a_hollow_is_written_below_the_line():
    mois = ["2026-07", "2026-08", "2026-09", "2026-10"]
    points = courbe(mois, [0.71, 0.47, 0.85, 0.84], titre="", prefixe="")["points"]
    assert [float(p["haut"]) > float(p["y"]) for p in points] == [False, True, False, False]


def test_months_elide_and_dates_are_said_in_full():
    assert plain(fr.de_mois("2026-04")) == "d’avril 2026"
    assert plain(fr.de_mois("2026-03")) == "de mars 2026"
    assert plain(fr.date_longue("2026-11-01")) == "1er novembre 2026"
    assert fr.dernier_jour("2028-02").isoformat() == "2028-02-29"
    assert fr.mois_decale("2026-01", -1) == "2025-12"
    assert fr.mois_decale("2026-01", -12) == "2025-01"


@pytest.mark.parametrize(
    ("nombre", "attendu"),
    [
        (0, "aucune séance n’a été enregistrée."),
        (1, "1 séance a réuni 1 participation, en 1,0 heure."),
        (2, "2 séances ont réuni 2 participations, en 2,0 heures."),
        (100_000, "100 000 séances ont réuni 100 000 participations, en 100 000,0 heures."),
    ],
)
def test_seances_agree_in_number(nombre, attendu):
    assert frequentation_of(nombre, nombre, nombre * 60, None)[0] == f"En octobre 2026, {attendu}"


@pytest.mark.parametrize(
    ("ecart", "attendu"),
    [(1, "C’est 1 participation de plus"), (2, "C’est 2 participations de plus"),
     (100_000, "C’est 100 000 participations de plus")],
)  # fmt: skip
def test_the_difference_agrees_in_number(ecart, attendu):
    assert frequentation_of(1, 7 + ecart, 60, 7)[1].startswith(f"{attendu} qu’en septembre 2026")


@pytest.mark.parametrize(
    ("pourvus", "attendu"),
    [
        (0, "aucun poste n’est pourvu sur 100 000 postes attribués ; 2 sont vacants."),
        (1, "1 poste sur 100 000 attribués est pourvu ; 2 sont vacants."),
        (2, "2 postes sur 100 000 attribués sont pourvus ; 2 sont vacants."),
        (100_000, "100 000 postes sur 100 000 attribués sont pourvus ; 2 sont vacants."),
    ],
)
def test_posts_agree_in_number_and_gender(pourvus, attendu):
    donnees = exemple.couverture()
    donnees["postes"] |= {"attribues": 100_000, "pourvus": pourvus, "vacants": 2}
    assert sentences(donnees)[0] == f"Au 31 octobre 2026, {attendu}"


@pytest.mark.parametrize(
    ("couverts", "par_departement", "attendu"),
    [
        ([], 0, "Le département n’a aucun EPCI."),
        ([False], 0, "L’EPCI du département n’est pas couvert."),
        ([True], 0, "L’EPCI du département est couvert, sans poste du Département."),
        ([True], 1, "L’EPCI du département est couvert, par un poste du Département."),
        ([True, False], 1, "1 EPCI sur 2 est couvert, dont 1 par un poste du Département."),
        ([True, True], 0, "Les 2 EPCI sont couverts, aucun par un poste du Département."),
    ],
)
def test_epci_agree_in_number(couverts, par_departement, attendu):
    donnees = exemple.couverture()
    donnees["par_epci"] = [
        {"couvert": couvert, "couvert_par_le_departement": rang < par_departement}
        for rang, couvert in enumerate(couverts)
    ]
    assert sentences(donnees)[1] == attendu


@pytest.mark.parametrize(
    ("proche", "communes", "attendu"),
    [
        (1, 1, "1 habitant (0,0 % de la population) vit à 10 km au plus, à vol d’oiseau, d’un lieu "
         "actif ; 1 commune (1 habitant) est plus loin."),
        (2, 2, "2 habitants (0,0 % de la population) vivent à 10 km au plus, à vol d’oiseau, d’un "
         "lieu actif ; 2 communes (2 habitants) sont plus loin."),
        (100_000, 0, "100 000 habitants (17,6 % de la population) vivent à 10 km au plus, à vol "
         "d’oiseau, d’un lieu actif ; aucune commune n’est plus loin."),
    ],
)  # fmt: skip
def test_inhabitants_and_communes_agree_in_number(proche, communes, attendu):
    donnees = exemple.couverture()
    donnees["population"]["a_10_km"] = proche
    donnees["communes_non_desservies"] = [{"population": 1}] * communes
    assert sentences(donnees)[2] == attendu


@pytest.mark.parametrize(
    ("epci", "attendu"),
    [
        ([], "Le département n’a aucun EPCI."),
        ([0], "Aucune séance n’a eu lieu dans l’EPCI du département."),
        ([1], "Des séances ont eu lieu dans l’EPCI du département ; la plus forte fréquentation "
         "est celle de A (1 participation)."),
        ([0, 0], "Aucune séance n’a eu lieu dans les 2 EPCI."),
        ([100_000, 0], "Des séances ont eu lieu dans 1 des 2 EPCI ; la plus forte fréquentation "
         "est celle de A (100 000 participations)."),
    ],
)  # fmt: skip
def test_territories_agree_in_number(epci, attendu):
    donnees = exemple.frequentation_vide()
    donnees["par_epci"] = [
        {"siren": nom, "nom": nom, "seances": n, "participations": n}
        for nom, n in zip("AB", epci, strict=False)
    ]
    assert sentences(donnees)[2] == attendu


CAUSES = ("parce que", "car ", "en raison", "grâce", "à cause", "du fait", "donc ", "explique")


@pytest.mark.parametrize(
    "nom", ["frequentation", "couverture", "frequentation_vide", "couverture_vide"]
)
def test_no_sentence_claims_a_cause(nom):
    texte = " ".join(sentences(getattr(exemple, nom)())).lower()
    assert [cause for cause in CAUSES if cause in texte] == []
