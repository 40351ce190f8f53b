"""The journal is searched by who, when, what and which door, and told in French."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conseillers.models import Affectation, Candidature, Convention, Poste, Structure, Utilisateur
from territoires.enums import Porte
from territoires.journal import entree

pytestmark = pytest.mark.django_db
PAGE = "/admin/journal/"


def read(client: Client, page: str = PAGE, **demande: Any) -> str:
    reponse = client.get(page, demande)
    assert reponse.status_code == 200
    corps = re.sub(
        r"<option.*?</option>|<title>.*?</title>", "", reponse.content.decode(), flags=re.S
    )
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", corps)).split())


def lines(client: Client, **demande: Any) -> list[dict[str, str]]:
    reponse = client.get(PAGE, demande | {"format": "csv"})
    assert reponse["Content-Type"] == "text/csv; charset=utf-8"
    texte = b"".join(reponse.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(texte), delimiter=";"))


@pytest.fixture
def personnel(client: Client, gestionnaire: Utilisateur) -> Client:
    client.force_login(gestionnaire)
    return client


def test_a_change_made_in_the_admin_is_told_with_its_person_and_its_words(
    personnel: Client, conseillere: Utilisateur, poste_1: Poste
) -> None:
    une = Affectation.objects.get()
    personnel.post(
        reverse("admin:conseillers_affectation_change", args=[une.pk]),
        {
            "poste": une.poste_id, "conseiller": une.conseiller_id, "date_debut": "06/01/2025",
            "date_fin": "31/12/2026", "type_contrat": "CDI", "quotite": 80, "role": "principale",
        },
    )  # fmt: skip
    texte = read(personnel, modele="conseillers.affectation", nature="modification")
    assert "Claire Gestion administration" in texte
    assert "Nadia Brulon — Poste 1" in texte
    assert "Fin de fonctions : avant, vide → , après, 31/12/2026" in texte
    assert "Type de contrat : avant, CDD → , après, CDI" in texte
    assert "Quotité (%) : avant, 100 → , après, 80" in texte
    assert "1 changement" in texte


def test_a_link_is_told_by_the_name_of_what_it_points_at(
    personnel: Client, poste_1: Poste, structure_partenaire: Structure, lbn_communaute: Any
) -> None:
    poste_1.structure = structure_partenaire
    poste_1.save()
    poste_1.epcis.add(lbn_communaute)
    [epci, structure] = lines(personnel, modele="conseillers.poste", nature="modification")
    assert (structure["champ"], structure["après"]) == ("Structure", "Pays Fléchois")
    assert (epci["champ"], epci["après"]) == ("EPCI desservis", "CC LBN Communauté")


def test_a_row_that_is_gone_keeps_a_name(
    personnel: Client, structure_partenaire: Structure
) -> None:
    structure_partenaire.delete()
    texte = read(personnel, nature="suppression")
    assert "Pays Fléchois Structure, n’existe plus" in texte


def test_it_is_found_by_name_with_or_without_accents_and_by_former_value(
    personnel: Client, conseillere: Utilisateur, poste_1: Poste
) -> None:
    conseillere.conseiller.nom = "Brûlé"
    conseillere.conseiller.save()
    for mot in ("brule", "Brulon"):
        trouve = {
            ligne["objet"] for ligne in lines(personnel, q=mot, modele="conseillers.conseiller")
        }
        assert trouve == {"Nadia Brûlé"}, mot
    assert lines(personnel, q="1", modele="conseillers.poste")[0]["objet"] == "Poste 1"
    assert "Aucun changement ne répond" in read(personnel, q="introuvable")


def test_each_filter_keeps_what_it_says(
    personnel: Client, gestionnaire: Utilisateur, structure_departement: Structure
) -> None:
    with entree(Porte.IMPORT, "structures : s.csv", str(gestionnaire.pk)):
        Structure.objects.update(nom="Département 72")
    with entree(Porte.COMMANDE, "shell"):
        Structure.objects.update(nom="Sarthe")
    structures = {"modele": "conseillers.structure", "nature": "modification"}

    def apres(**demande: Any) -> list[str]:
        return [ligne["après"] for ligne in lines(personnel, **structures, **demande)]

    assert apres() == ["Sarthe", "Département 72"]
    assert apres(porte="import") == ["Département 72"]
    assert apres(qui=gestionnaire.pk) == ["Département 72"]
    aujourdhui = timezone.localdate()
    assert len(apres(du=aujourdhui, au=aujourdhui)) == 2
    assert apres(au=aujourdhui - dt.timedelta(days=1)) == []
    assert apres(du=aujourdhui + dt.timedelta(days=1)) == []
    assert "import de fichier : structures : s.csv" in read(personnel, porte="import")


def test_changes_without_an_account_are_found_apart(
    personnel: Client, structure_departement: Structure
) -> None:
    lignes = lines(personnel, qui="aucun", modele="conseillers.structure")
    assert {ligne["qui"] for ligne in lignes} == {""}
    assert len(lignes) > 1


def test_a_period_upside_down_is_explained_and_kept(personnel: Client) -> None:
    reponse = personnel.get(PAGE, {"du": "2026-10-02", "au": "2026-10-01"}).content.decode()
    assert "La fin de la période précède son début." in reponse
    assert 'value="2026-10-02"' in reponse


@pytest.mark.parametrize(
    "demande",
    [
        {"page": "zzz"},
        {"modele": "x.y"},
        {"du": "hier"},
        {"qui": "0 OR 1=1"},
        {"cle": "é'", "modele": "conseillers.poste"},
    ],
)
def test_an_odd_address_is_no_error(personnel: Client, demande: dict[str, str]) -> None:
    assert personnel.get(PAGE, demande).status_code == 200


def test_the_file_runs_no_formula(personnel: Client, structure_departement: Structure) -> None:
    Structure.objects.update(nom="=1+1")
    assert lines(personnel, nature="modification")[0]["après"] == "'=1+1"


def test_one_row_s_story_is_one_link_away_from_its_page(
    personnel: Client, poste_1: Poste, poste_2: Poste
) -> None:
    Poste.objects.update(date_attribution=dt.date(2022, 1, 1))
    histoire = reverse("admin:conseillers_poste_history", args=[poste_1.pk])
    assert (
        histoire
        in personnel.get(
            reverse("admin:conseillers_poste_change", args=[poste_1.pk])
        ).content.decode()
    )
    texte = read(personnel, histoire)
    assert "Attribué le : avant, 01/03/2021 → , après, 01/01/2022" in texte
    assert texte.count("Modification") == 1
    seul = read(personnel, modele="conseillers.poste", cle=str(poste_1.pk))
    assert "Seulement Poste : Poste 1" in seul
    assert "2 changements" in seul


def test_a_candidate_s_name_stays_out_of_it(personnel: Client) -> None:
    une = Candidature.objects.create(
        courriel="a@exemple.fr", prenom="Alix", nom="Martin", recue_le=dt.date(2026, 1, 5)
    )
    une.nom = "Durand"
    une.save()
    texte = read(personnel, modele="conseillers.candidature", nature="modification")
    assert "Nom : non conservé" in texte
    assert "Martin" not in texte


# --- Its cost --------------------------------------------------------------------------------


def test_the_number_of_rows_changes_nothing_to_the_cost(
    personnel: Client, structure_departement: Structure
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as requetes:
            personnel.get(PAGE, {"modele": "conseillers.conventionligne"})
        return len(requetes)

    def money(numero: int) -> None:
        poste = Poste.objects.create(
            numero=numero, structure=structure_departement, date_attribution=dt.date(2021, 1, 1)
        )
        convention = Convention.objects.create(
            reference=f"C{numero}", structure=structure_departement, phase="V2",
            date_debut=dt.date(2025, 1, 1), date_fin=dt.date(2027, 12, 31),
        )  # fmt: skip
        convention.lignes.create(
            poste=poste, date_effet=dt.date(2025, 1, 1), montant=Decimal(17500)
        )

    money(100)
    une = cost()
    for numero in range(101, 140):
        money(numero)
    assert cost() == une


def test_a_word_is_looked_for_in_one_query_whatever_the_models(
    personnel: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(14):
        personnel.get(PAGE, {"q": "brulon"})
