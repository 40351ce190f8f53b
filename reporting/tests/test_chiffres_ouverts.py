"""The figures of transmitted reports as open data: in force, described, small numbers hidden."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from frictionless import Package
from hypothesis import given
from hypothesis import strategies as st

from reporting.models import Rapport
from reporting.ouvertes import SEUIL, hidden
from reporting.tests.exemple import SA_PAGE, couverture, frequentation

OCTOBRE, SEPTEMBRE = dt.date(2026, 10, 1), dt.date(2026, 9, 1)
EPCI, DEPARTEMENT = "rapports:chiffres_par_epci", "rapports:chiffres_du_departement"
PAGE = "rapports:donnees_ouvertes"
REQUETES_MAX = 12

Transmettre = Callable[..., None]


@pytest.fixture
def transmettre(db: None) -> Transmettre:
    """Both reports of a month; `change` touches the figures before they are frozen."""

    def transmettre(
        mois: dt.date = OCTOBRE,
        version: int = 1,
        statut: str = "transmis",
        change: Callable[[dict[str, Any], dict[str, Any]], None] = lambda f, c: None,
    ) -> None:
        f, c = frequentation(version), couverture(version)
        change(f, c)
        for type_, donnees in (("frequentation", f), ("couverture", c)):
            Rapport.objects.create(
                type=type_, mois=mois, version=version, statut=statut, donnees=donnees,
                gabarit="1", pdf=f"r-{type_}-{version}.pdf", sha256="a" * 64, **SA_PAGE,
                transmis_le=timezone.now() if statut in ("transmis", "remplace") else None,
            )  # fmt: skip

    return transmettre


def rows(client: Client, nom: str = EPCI) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(reverse(nom)).content.decode())))


def value(lignes: list[dict[str, str]], **cles: str) -> str:
    (ligne,) = [x for x in lignes if all(x[cle] == v for cle, v in cles.items())]
    return "masqué" if ligne["masque"] == "true" else ligne["valeur"]


# --- Which reports -----------------------------------------------------------------------------


def test_only_what_was_transmitted_is_open(client: Client, transmettre: Transmettre) -> None:
    transmettre(SEPTEMBRE)
    transmettre(OCTOBRE, statut="produit")
    assert {ligne["mois"] for ligne in rows(client)} == {"2026-09"}
    assert {ligne["mois"] for ligne in rows(client, DEPARTEMENT)} == {"2026-09"}


def test_a_month_that_was_rectified_shows_the_version_in_force(
    client: Client, transmettre: Transmettre
) -> None:
    """Not before the new one is transmitted too."""

    def corrige(f: dict[str, Any], _: dict[str, Any]) -> None:
        f["total"]["seances"] = 1240

    transmettre()
    assert value(rows(client), territoire="departement", chiffre="seances") == "1234"
    transmettre(version=2, statut="produit", change=corrige)
    assert value(rows(client), territoire="departement", chiffre="seances") == "1234"
    Rapport.objects.filter(version=1).update(statut="remplace")
    Rapport.objects.filter(version=2).update(statut="transmis", transmis_le=timezone.now())
    lignes = rows(client)
    assert value(lignes, territoire="departement", chiffre="seances") == "1240"
    assert {ligne["version"] for ligne in lignes} == {"2"}


def test_the_figures_are_the_frozen_ones_line_by_line(
    client: Client, transmettre: Transmettre
) -> None:
    transmettre()
    f, c, lignes = frequentation(), couverture(), rows(client)
    # All but the one that would give away those outside the département (below).
    dites = [
        (value(lignes, code=e["siren"], chiffre="participations"), str(e["participations"]))
        for e in f["par_epci"]
    ]
    assert [dite for dite, vraie in dites if dite != vraie] == ["masqué"]
    for epci in c["par_epci"]:
        for chiffre in ("prevues", "tenues", "annulees", "population_a_10_km", "jours_tenus"):
            assert value(lignes, code=epci["siren"], chiffre=chiffre) == str(epci[chiffre])
    population = value(lignes, territoire="departement", chiffre="population")
    assert population == str(c["population"]["total"])
    assert {x["nom"] for x in lignes if x["territoire"] == "departement"} == {"Sarthe"}
    detail = rows(client, DEPARTEMENT)
    assert value(detail, axe="statut", cle="retraite", chiffre="participations") == "2000"
    assert value(detail, axe="nature", cle="atelier", chiffre="seances") == "100"


# --- Small numbers -------------------------------------------------------------------------------


def test_a_few_people_are_hidden_and_cannot_be_found_by_subtraction(
    client: Client, transmettre: Transmettre
) -> None:
    transmettre()
    lignes = rows(client)
    assert frequentation()["hors_departement"]["seances"] == 4
    seances = {
        x["code"]: x["masque"] for x in lignes
        if x["chiffre"] == "seances" and x["territoire"] != "departement"
    }  # fmt: skip
    caches = [code for code, masque in seances.items() if masque == "true"]
    assert "hors_departement" in caches
    assert len(caches) == 2
    assert value(lignes, territoire="hors_departement", chiffre="minutes") == "masqué"
    # An EPCI without anybody says zero, which tells of nobody.
    assert value(lignes, code=frequentation()["par_epci"][-1]["siren"], chiffre="seances") == "0"


def test_a_theme_of_a_few_people_is_hidden_alone(client: Client, transmettre: Transmettre) -> None:
    """Themes do not add up: a séance has several."""

    def rare(f: dict[str, Any], _: dict[str, Any]) -> None:
        f["thematiques"] |= {
            "email": {"seances": 200, "participations": 300},
            "sante": {"seances": 10, "participations": 11},
        }

    transmettre(change=rare)
    lignes = rows(client, DEPARTEMENT)
    assert value(lignes, cle="email", chiffre="seances") == "200"
    assert value(lignes, cle="sante", chiffre="seances") == "masqué"
    assert value(lignes, cle="sante", chiffre="participations") == "11"


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 40), max_size=20))
def test_what_is_hidden_is_enough_to_hide_it(valeurs: dict[str, int]) -> None:
    caches, total = hidden(valeurs), sum(valeurs.values())
    assert all(n == 0 or n >= SEUIL or cle in caches for cle, n in valeurs.items())
    assert all(valeurs[cle] for cle in caches)
    if caches and total >= SEUIL:
        assert len(caches) >= 2
        assert sum(valeurs[cle] for cle in caches) >= SEUIL
    assert hidden(valeurs, somme=False) == {c for c, n in valeurs.items() if 0 < n < SEUIL}


# --- The files and their page --------------------------------------------------------------------


def test_the_files_are_valid_by_their_own_description(
    client: Client, transmettre: Transmettre, tmp_path: Path
) -> None:
    transmettre(SEPTEMBRE)
    transmettre(OCTOBRE)
    reponse = client.get(reverse("rapports:datapackage"))
    assert reponse["Access-Control-Allow-Origin"] == "*"
    paquet = json.loads(reponse.content)
    assert paquet["licenses"][0]["name"] == "etalab-2.0"
    assert "INSEE" in paquet["sources"][0]["title"]
    for ressource in paquet["resources"]:
        # Beside it, as a relative path says.
        corps = client.get(f"/donnees-ouvertes/{ressource['path']}").content
        (tmp_path / ressource["path"]).write_bytes(corps)
    descripteur = tmp_path / "datapackage.json"
    descripteur.write_text(json.dumps(paquet))
    rapport = Package(str(descripteur)).validate()
    assert rapport.flatten(["fieldName", "type", "message"]) == []
    assert [tache.stats.get("rows", 0) > 300 for tache in rapport.tasks] == [False, True, True]
    # It can refuse.
    (tmp_path / "chiffres-mensuels-par-epci.csv").write_text("mois,departement\n2026,72\n")
    assert not Package(str(descripteur)).validate().valid


def test_a_file_is_taken_again_only_after_a_transmission(
    client: Client, transmettre: Transmettre, django_assert_num_queries: Any
) -> None:
    assert client.get(reverse(EPCI)).content.decode().count("\n") == 1  # its titles
    transmettre(SEPTEMBRE)
    reponse = client.get(reverse(EPCI))
    assert reponse["Access-Control-Allow-Origin"] == "*"
    with django_assert_num_queries(1):
        suite = client.get(reverse(EPCI), headers={"if-none-match": reponse["ETag"]})
    assert suite.status_code == 304
    transmettre(OCTOBRE)
    suite = client.get(reverse(EPCI), headers={"if-none-match": reponse["ETag"]})
    assert suite.status_code == 200


def test_the_page_lists_the_files_what_they_hold_and_the_licence(
    client: Client, transmettre: Transmettre
) -> None:
    texte = client.get(reverse(PAGE)).content.decode()
    assert "Aucun mois n’a encore été transmis" in texte
    transmettre(SEPTEMBRE)
    transmettre(OCTOBRE)
    page = client.get(reverse(PAGE))
    texte = page.content.decode().replace("\xa0", " ").replace("&nbsp;", " ")
    assert "septembre 2026 à octobre 2026" in texte
    assert "Licence Ouverte 2.0" in texte
    assert "populations de référence 2023" in texte
    for fichier in json.loads(client.get(reverse("rapports:datapackage")).content)["resources"]:
        assert f"{fichier['path']}" in texte


def test_many_months_cost_no_more_queries(
    client: Client, transmettre: Transmettre, django_assert_max_num_queries: Any
) -> None:
    transmettre(SEPTEMBRE)
    with django_assert_max_num_queries(REQUETES_MAX):
        client.get(reverse(PAGE))
    with django_assert_max_num_queries(2):
        client.get(reverse(DEPARTEMENT))
    for mois in range(1, 9):
        transmettre(dt.date(2026, mois, 1))
    with django_assert_max_num_queries(2):
        client.get(reverse(DEPARTEMENT))


# --- What staff has to mend ---------------------------------------------------------


def test_staff_sees_the_lieux_left_out_why_and_where_to_mend_them(
    client: Client, gestionnaire: Any, mardi_13_octobre: dt.date, creneau_brulon: Any
) -> None:
    client.force_login(gestionnaire)
    texte = client.get(reverse("admin:reporting_donnees_ouvertes")).content.decode()
    assert "Il manque le numéro et la rue dans son adresse." in texte
    fiche = reverse("admin:permanences_lieuaccueil_change", args=[creneau_brulon.lieu_id])
    assert f'href="{fiche}"' in texte
    assert "http://localhost:8000/donnees-ouvertes/lieux-de-mediation-numerique.csv" in texte
    creneau_brulon.delete()
    vide = client.get(reverse("admin:reporting_donnees_ouvertes")).content.decode()
    assert "Aucun&nbsp;: tous les lieux qui ont un créneau sont publiés." in vide
