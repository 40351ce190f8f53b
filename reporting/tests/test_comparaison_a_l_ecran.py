"""Any two versions or months of a report that one may see, side by side."""

from __future__ import annotations

import copy
import csv
import datetime as dt
import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reporting.enums import StatutRapport, TypeRapport
from reporting.models import Rapport
from reporting.tables.ecarts import Ecart, compare_chiffres, compare_epci, compare_tout
from reporting.tests import exemple
from reporting.tests.test_portail import make_rapport
from reporting.views import comparaisons

SEPTEMBRE = dt.date(2026, 9, 1)
ADRESSE = "/rapports/comparaison/"


def of_september(donnees: dict[str, Any]) -> dict[str, Any]:
    """The same figures, a month earlier, with fewer séances in one EPCI and none remote."""
    avant = copy.deepcopy(donnees)
    avant["mois"] = "2026-09"
    avant["par_epci"][0]["seances"] -= 3
    avant["total"]["seances"] -= 3
    return avant


@pytest.fixture
def septembre(db: None) -> Rapport:
    return make_rapport(mois=SEPTEMBRE, donnees=of_september(exemple.frequentation()))


@pytest.fixture
def octobre(db: None) -> Rapport:
    return make_rapport()


@pytest.fixture
def portail(client: Client, prefecture: Any) -> Client:
    client.force_login(prefecture)
    return client


def text_of(reponse: Any) -> str:
    """Without the line breaks of the source; no-break spaces stay."""
    return re.sub(r"[ \n]+", " ", reponse.content.decode())


def ask(client: Client, a: Any, b: Any, statut: int = 200, **suite: str) -> str:
    reponse = client.get(ADRESSE, {"a": a, "b": b, **suite})
    assert reponse.status_code == statut
    return text_of(reponse)


def row(html: str, entete: str) -> list[str]:
    """The cells of the first line of that name, as read."""
    ligne = re.search(rf'<th scope="row">{entete}.*?</tr>', html)
    assert ligne, entete
    cellules = re.findall(r"<td[^>]*>(.*?)</td>", ligne.group(0))
    return [re.sub(r"<[^>]+>", "", cellule).strip(" ") for cellule in cellules]


def test_the_headline_figures_stand_side_by_side_with_their_difference(
    portail: Client, septembre: Rapport, octobre: Rapport
) -> None:
    html = ask(portail, septembre.pk, octobre.pk)
    avant, apres, ecart = row(html, "Séances")
    total = octobre.donnees["total"]["seances"]
    assert apres == f"{total:,}".replace(",", "\u202f")
    assert avant == f"{total - 3:,}".replace(",", "\u202f")
    assert ecart == "+\u202f3"
    assert row(html, "Participations")[2] == "="


def test_every_epci_is_there_with_its_difference(
    portail: Client, septembre: Rapport, octobre: Rapport
) -> None:
    html = ask(portail, septembre.pk, octobre.pk)
    for epci in octobre.donnees["par_epci"]:
        assert epci["nom"].replace("'", "&#x27;") in html
    premier = octobre.donnees["par_epci"][0]
    cellules = row(html, premier["nom"])
    assert cellules[:3] == [str(premier["seances"] - 3), str(premier["seances"]), "+\u202f3"]


def test_every_figure_that_differs_is_named_and_no_other(
    portail: Client, septembre: Rapport, octobre: Rapport
) -> None:
    sections = compare_tout(septembre.donnees, octobre.donnees)
    assert [(s.cle, len(s.ecarts)) for s in sections] == [("par_epci", 1), ("total", 1)]
    html = ask(portail, septembre.pk, octobre.pk)
    assert "2 chiffres du fichier JSON diffèrent" in html
    assert row(html, "Total, séances")[2] == "+\u202f3"


def test_the_csv_holds_every_figure_that_differs_as_numbers(
    portail: Client, septembre: Rapport, octobre: Rapport
) -> None:
    adresse = reverse("rapports:comparaison_csv")
    reponse = portail.get(adresse, {"a": septembre.pk, "b": octobre.pk})
    assert (
        'filename="comparaison-frequentation-2026-09-frequentation-2026-10.csv"'
        in (reponse["Content-Disposition"])
    )
    lignes = list(csv.DictReader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    total = octobre.donnees["total"]["seances"]
    assert {
        "tableau": "Total",
        "chiffre": "Total, séances",
        "chemin": "total.seances",
        "premier": str(total - 3),
        "second": str(total),
        "ecart": "3",
    } in lignes
    assert len(lignes) == 2


def test_many_differences_are_read_one_table_and_one_page_at_a_time(
    portail: Client, octobre: Rapport
) -> None:
    vide = make_rapport(TypeRapport.COUVERTURE, mois=SEPTEMBRE)
    plein = make_rapport(TypeRapport.COUVERTURE, donnees=exemple.couverture())
    html = ask(portail, vide.pk, plein.pk)
    assert "Choisissez un tableau" in html
    assert html.count("Chiffres qui diffèrent :") == 0
    html = ask(portail, vide.pk, plein.pk, tableau="par_epci")
    assert html.count("Chiffres qui diffèrent : Par EPCI") == 1
    assert "Page 1 sur" in html
    suivante = re.search(r'rel="next" href="([^"]+)"', html)
    assert suivante
    page_2 = portail.get(ADRESSE + suivante.group(1).replace("&amp;", "&"))
    assert "Page 2 sur" in text_of(page_2)


def test_the_two_maps_are_there_with_their_tables(
    portail: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparaisons, "carte_du_departement", exemple.carte)
    vide = make_rapport(TypeRapport.COUVERTURE, mois=SEPTEMBRE)
    plein = make_rapport(TypeRapport.COUVERTURE, donnees=exemple.couverture())
    html = ask(portail, vide.pk, plein.pk)
    assert html.count("<svg") == 2
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for ancre in re.findall(r'href="#(tableau-[^"]+)"', html):
        assert ancre in ids
    assert " style=" not in html


@pytest.mark.parametrize(
    ("avant", "apres", "attendu"),
    [
        (12, 15, "+\u202f3"),
        (15, 12, "\u2212\u202f3"),
        (4, 4, "="),
        (None, 12, "—"),
        (None, None, "—"),
        ("non connu", 12, "non connu"),
        (None, "non connu", "non connu"),
    ],
)
def test_nothing_to_divide_by_and_not_known_stay_apart(
    avant: Any, apres: Any, attendu: str
) -> None:
    colonne = compare_epci(exemple.frequentation(), exemple.frequentation()).lignes[0][1][0].colonne
    assert Ecart(colonne, avant, apres).ecart == attendu


def test_a_share_differs_by_points() -> None:
    avant, apres = exemple.couverture(), exemple.couverture()
    avant["taux_tenue"], apres["taux_tenue"] = 0.485, 0.8294
    (taux,) = (e for e in compare_chiffres(avant, apres) if e.libelle == "Créneaux tenus")
    assert taux.ecart == "+\u202f34,4 points"


def test_a_figure_that_left_page_1_is_not_compared(octobre: Rapport) -> None:
    avant, apres = exemple.frequentation(), exemple.frequentation()
    avant["total"]["premieres_venues_sur"] = 1
    (venues,) = (e for e in compare_chiffres(avant, apres) if e.libelle.startswith("Premières"))
    assert (venues.gauche, venues.ecart) == ("trop peu renseigné", "—")


def test_the_same_report_twice_is_said(portail: Client, octobre: Rapport, septembre: Any) -> None:
    assert "deux fois le même rapport" in ask(portail, octobre.pk, octobre.pk)


def test_two_types_are_not_compared(portail: Client, octobre: Rapport) -> None:
    autre = make_rapport(TypeRapport.COUVERTURE)
    html = ask(portail, octobre.pk, autre.pk)
    assert "choisissez deux rapports du même type" in html
    assert "Tous les chiffres qui diffèrent" not in html


@pytest.mark.parametrize("faux", ["999999", "abc", "²", "-1", "1" * 30])
def test_an_unknown_report_is_said_with_the_lists(
    portail: Client, octobre: Rapport, septembre: Rapport, faux: str
) -> None:
    html = ask(portail, faux, octobre.pk, statut=404)
    assert "n’existe pas, ou ne vous est pas ouvert" in html
    assert "<select" in html


def test_what_was_not_transmitted_is_unknown_to_the_prefecture(
    portail: Client, octobre: Rapport, direction: Any
) -> None:
    interne = make_rapport(version=0, mois=SEPTEMBRE, statut=StatutRapport.PRODUIT)
    html = ask(portail, interne.pk, octobre.pk, statut=404)
    assert "provisoire" not in html
    adresse = reverse("rapports:comparaison_csv")
    assert portail.get(adresse, {"a": interne.pk, "b": octobre.pk}).status_code == 302
    portail.force_login(direction)
    assert "provisoire" in ask(portail, interne.pk, octobre.pk)


def test_with_no_report_or_one_there_is_nothing_to_compare(portail: Client) -> None:
    assert "Aucun rapport de ce type" in text_of(portail.get(ADRESSE))
    make_rapport(TypeRapport.COUVERTURE)
    html = text_of(portail.get(ADRESSE))
    assert "Il n’y a encore qu’un rapport de ce type" in html and "<select" not in html


def test_from_a_report_the_one_before_it_is_proposed(
    portail: Client, septembre: Rapport, octobre: Rapport
) -> None:
    html = text_of(portail.get(reverse("rapports:detail", args=[octobre.pk])))
    assert f"{ADRESSE}?b={octobre.pk}" in html
    html = text_of(portail.get(ADRESSE, {"b": octobre.pk}))
    assert re.findall(r'value="(\d+)" selected', html) == [str(septembre.pk), str(octobre.pk)]


@pytest.mark.parametrize("mois", [2, 6])
def test_the_queries_do_not_grow_with_the_months(
    portail: Client, mois: int, django_assert_num_queries: Any
) -> None:
    rapports = [
        make_rapport(TypeRapport.COUVERTURE, mois=dt.date(2026, numero, 1))
        for numero in range(1, mois + 1)
    ]
    # Session, user, both reports, the lists, outlines.
    with django_assert_num_queries(5):
        ask(portail, rapports[0].pk, rapports[1].pk)
