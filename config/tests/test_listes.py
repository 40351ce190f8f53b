"""A list: sorted as in a dictionary, found without accents, cheap with 100,000 rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.tests.conftest import make_seance
from conseillers.admin.listes import BORNE
from conseillers.models import Conseiller, Structure

NOMS = ["Zoé", "ÉCOUIS", "Œuf", "écouis-bas", "Orne", "d’Écommoy", "Abel"]
TRIES = ["Abel", "d’Écommoy", "ÉCOUIS", "écouis-bas", "Œuf", "Orne", "Zoé"]


@pytest.fixture
def structures(db: None) -> None:
    for rang, nom in enumerate(NOMS):
        Structure.objects.create(siret=f"{rang:014}", nom=nom, type="autre", code_insee="72181")


def names(client: Client, liste: str, **parametres: str) -> list[str]:
    page = client.get(reverse(f"admin:{liste}_changelist"), parametres)
    return [ligne.nom for ligne in page.context["cl"].result_list]


@pytest.fixture
def personnel(client: Client, gestionnaire: Any) -> Client:
    client.force_login(gestionnaire)
    return client


def test_names_come_as_in_a_dictionary_at_once_and_when_the_column_is_clicked(
    personnel: Client, structures: None
) -> None:
    assert names(personnel, "conseillers_structure") == TRIES
    assert names(personnel, "conseillers_structure", o="1") == TRIES
    assert names(personnel, "conseillers_structure", o="-1") == TRIES[::-1]
    assert names(personnel, "conseillers_structure", o="-nom") == TRIES[::-1]


def test_a_column_that_points_at_a_name_is_sorted_by_that_name(
    personnel: Client, poste_1: Any, structures: None
) -> None:
    from conseillers.models import Poste

    for rang, structure in enumerate(Structure.objects.exclude(pk=poste_1.structure_id)):
        Poste.objects.create(
            numero=50 + rang, structure=structure, date_attribution=poste_1.date_attribution
        )
    poste_1.delete()
    page = personnel.get(reverse("admin:conseillers_poste_changelist"), {"o": "structure"})
    assert [p.structure.nom for p in page.context["cl"].result_list] == TRIES
    page = personnel.get(reverse("admin:conseillers_poste_changelist"), {"o": "-structure"})
    assert [p.structure.nom for p in page.context["cl"].result_list] == TRIES[::-1]


@pytest.mark.parametrize("cherche", ["ecouis", "Écouis", "ÉCOUIS BAS", "oeuf", "d'ecommoy"])
def test_a_name_is_found_without_accent_case_or_hyphen(
    personnel: Client, structures: None, cherche: str
) -> None:
    assert names(personnel, "conseillers_structure", q=cherche)


def test_people_with_the_same_name_follow_their_first_name(personnel: Client) -> None:
    for prenom in ("Zoé", "Élise", "Denis"):
        Conseiller.objects.create(courriel=f"{prenom}@exemple.fr", prenom=prenom, nom="Évrard")
    page = personnel.get(reverse("admin:conseillers_conseiller_changelist"))
    assert [c.prenom for c in page.context["cl"].result_list] == ["Denis", "Élise", "Zoé"]


def test_an_empty_list_says_what_to_do(personnel: Client, structures: None) -> None:
    page = personnel.get(reverse("admin:conseillers_structure_changelist"), {"q": "absente"})
    assert "Aucune ligne ne répond à cette recherche" in page.content.decode()


# --- 100,000 séances ------------------------------------------------------------------------


@pytest.fixture
def cent_mille(conseillere: Any, mairie_brulon: Any) -> None:
    """The same séance on 1,400 days: what a département writes in some years."""
    modele = make_seance(conseillere, mairie_brulon)
    colonnes = [
        c.column for c in modele._meta.concrete_fields if c.column not in ("id", "cle", "date")
    ]
    noms = ", ".join(f'"{nom}"' for nom in colonnes)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            f"INSERT INTO permanences_seance (cle, date, {noms}) "
            f"SELECT gen_random_uuid(), DATE '2022-01-03' + (n % 1400), {noms} "
            "FROM permanences_seance, generate_series(1, 100000) n"
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE permanences_seance")


def statement(requete: dict[str, str]) -> str:
    """Without the settings that the journal says before a statement, in the same round trip."""
    sql = requete["sql"]
    return sql.partition("; ")[2] if sql.startswith("SELECT set_config") else sql


def rows_read(requete: str) -> Iterator[tuple[str, int]]:
    """(table, rows) of each node of the plan that reads a table, as it really ran."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {requete}")
        lu = cursor.fetchone()[0]
    plan = json.loads(lu) if isinstance(lu, str) else lu
    noeuds = [plan[0]["Plan"]]
    while noeuds:
        noeud = noeuds.pop()
        noeuds += noeud.get("Plans", [])
        if "Relation Name" in noeud:
            perdues = noeud.get("Rows Removed by Filter", 0)
            yield noeud["Relation Name"], (noeud["Actual Rows"] + perdues) * noeud["Actual Loops"]


@pytest.mark.parametrize(
    "filtres", [{}, {"mois": "2024-03"}, {"nature__exact": "individuel"}, {"p": "3"}]
)
def test_the_first_page_of_100_000_seances_reads_only_what_it_shows(
    personnel: Client, cent_mille: None, filtres: dict[str, str]
) -> None:
    url = reverse("admin:permanences_seance_changelist")
    personnel.get(url, filtres)
    with CaptureQueriesContext(connection) as requetes:
        page = personnel.get(url, filtres)
    assert len(page.context["cl"].result_list) == 50
    # The savepoints stand for the BEGIN and COMMIT of a request outside of a test.
    assert len([r for r in requetes if "SAVEPOINT" not in r["sql"]]) < 10
    lues = [
        (table, lignes, requete[:200])
        for requete in map(statement, requetes)
        if requete.startswith("SELECT")
        for table, lignes in rows_read(requete)
        if table == "permanences_seance"
    ]
    assert lues
    assert [lu for lu in lues if lu[1] > BORNE + 1] == []


def test_a_long_list_says_more_than_the_bound_and_a_filtered_one_counts(
    personnel: Client, cent_mille: None
) -> None:
    url = reverse("admin:permanences_seance_changelist")
    assert "plus de\u00a010\u202f000\u00a0séances" in personnel.get(url).content.decode()
    page = personnel.get(url, {"mois": "2024-03"})
    assert page.context["cl"].compte == "2\u202f201\u00a0séances"
