"""What a list shows comes out as a file: same rows, same order, same columns, same types."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import load_workbook

from conseillers.models import Convention, ExportListe, Structure, Versement
from territoires.models import Evenement

FORMATS = ("xlsx", "ods", "csv")
PIEGES = ["=1+1", "+33 6", "-Zoé", "@SUM(A1)", '=HYPERLINK("http://x")']


@pytest.fixture
def personnel(client: Client, gestionnaire: Any) -> Client:
    client.force_login(gestionnaire)
    return client


def taken(client: Client, liste: str, forme: str, **filtres: str) -> tuple[str, list[list[Any]]]:
    """(file name, rows, the header first), read by a library that did not write them."""
    reponse = client.get(reverse(f"admin:{liste}_exporter", args=[forme]), filtres)
    assert reponse.status_code == 200
    corps = b"".join(reponse.streaming_content)
    nom = reponse["Content-Disposition"].split('filename="')[1].rstrip('"')
    if forme == "csv":
        texte = corps.decode("utf-8-sig")
        return nom, list(csv.reader(io.StringIO(texte), delimiter=";"))
    feuille = load_workbook(io.BytesIO(corps)).get_sheet_by_index(0)
    return nom, feuille.to_python(skip_empty_area=False)


def shown(client: Client, liste: str, **filtres: str) -> list[str]:
    page = client.get(reverse(f"admin:{liste}_changelist"), filtres)
    return [str(ligne) for ligne in page.context["cl"].result_list]


@pytest.fixture
def structures(db: None) -> None:
    for rang in range(60):
        Structure.objects.create(
            siret=f"{rang:014}", nom=f"Élan {rang:02}", type="autre", code_insee="72181"
        )
    Structure.objects.create(siret="9" * 14, nom="Ailleurs", type="epci", code_insee="01004")


@pytest.mark.parametrize("forme", FORMATS)
def test_the_file_holds_all_the_pages_of_what_is_shown_in_its_order(
    personnel: Client, structures: None, forme: str
) -> None:
    filtres = {"type__exact": "autre", "q": "elan", "o": "-1", "p": "2"}
    nom, (entete, *lignes) = taken(personnel, "conseillers_structure", forme, **filtres)
    assert entete[:5] == ["Nom", "SIRET", "Type", "Part", "Code INSEE"]
    assert [ligne[0] for ligne in lignes] == [f"Élan {rang:02}" for rang in range(59, -1, -1)]
    assert {ligne[2] for ligne in lignes} == {"Autre"}
    # An INSEE code, a SIRET keep their zeros.
    assert lignes[-1][1] == "0" * 14
    assert nom.startswith(f"structures-{dt.date.today():%Y-%m-%d}-type-autre-recherche.")


@pytest.mark.parametrize("forme", FORMATS)
def test_no_name_becomes_a_formula(personnel: Client, forme: str) -> None:
    for rang, nom in enumerate(PIEGES):
        Structure.objects.create(siret=f"{rang:014}", nom=nom, type="autre", code_insee="72181")
    _, (_, *lignes) = taken(personnel, "conseillers_structure", forme)
    lus = {ligne[0] for ligne in lignes}
    assert lus == ({f"'{nom}" for nom in PIEGES} if forme == "csv" else set(PIEGES))


def test_no_cell_of_an_xlsx_is_a_formula(personnel: Client) -> None:
    import zipfile

    Structure.objects.create(siret="1" * 14, nom="=1+1", type="autre", code_insee="72181")
    reponse = personnel.get(reverse("admin:conseillers_structure_exporter", args=["xlsx"]))
    with zipfile.ZipFile(io.BytesIO(b"".join(reponse.streaming_content))) as archive:
        feuille = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in feuille and "=1+1" in feuille


@pytest.fixture
def versement(structure_partenaire: Any) -> Versement:
    convention = Convention.objects.create(
        reference="V2-1", structure=structure_partenaire, phase="V2",
        date_debut=dt.date(2025, 1, 1), date_fin=dt.date(2027, 12, 31),
    )  # fmt: skip
    convention.versements.create(
        rang=2, montant=Decimal("500.25"), sens="reversement", date_prevue=dt.date(2025, 5, 1),
        date_recue=dt.date(2025, 5, 4),
    )  # fmt: skip
    return convention.versements.create(
        rang=1, montant=Decimal("17500.50"), date_prevue=dt.date(2025, 2, 1)
    )


@pytest.mark.parametrize("forme", ["xlsx", "ods"])
def test_amounts_and_dates_are_numbers_and_dates(
    personnel: Client, versement: Versement, forme: str
) -> None:
    _, (entete, ligne, _) = taken(personnel, "conseillers_versement", forme)
    lu = dict(zip(entete, ligne, strict=True))
    assert lu["Montant"] == 17500.5 and lu["Rang"] == 1
    assert lu["Prévu le"] == dt.date(2025, 2, 1)
    assert lu["Reçu le"] in ("", None)


def test_a_csv_writes_amounts_and_dates_as_our_imports_read_them(
    personnel: Client, versement: Versement
) -> None:
    _, (entete, ligne, _) = taken(personnel, "conseillers_versement", "csv")
    lu = dict(zip(entete, ligne, strict=True))
    assert (lu["Montant"], lu["Prévu le"]) == ("17500,50", "2025-02-01")


def test_what_went_out_is_recorded_with_its_filter_and_its_rows(
    personnel: Client, gestionnaire: Any, structures: None
) -> None:
    nom, _ = taken(personnel, "conseillers_structure", "ods", type__exact="epci")
    export = ExportListe.objects.get()
    assert (export.utilisateur, export.lignes, export.format) == (gestionnaire, 1, "ods")
    assert (export.liste, export.nom_fichier) == ("conseillers.structure", nom)
    assert export.filtre == "type : Intercommunalité"


def test_the_words_looked_for_are_kept_nowhere(personnel: Client) -> None:
    """They may be the name of a candidate whose identity will have to be forgotten."""
    cherche = {"q": "Zélie", "courriel": "zelie@exemple.fr", "recue_le__year": "2026"}
    nom, _ = taken(personnel, "conseillers_candidature", "csv", **cherche)
    export = ExportListe.objects.get()
    assert export.filtre == "courriel : … ; recue_le__year : 2026 ; recherche"
    garde = f"{nom} {vars(export)} {list(Evenement.objects.values_list('valeurs', 'origine'))}"
    assert "conseillers_candidature_exporter" in garde
    assert [mot for mot in ("élie", "zelie") if mot in garde.lower()] == []


def test_an_unknown_format_and_a_wrong_filter_export_nothing(personnel: Client) -> None:
    url = reverse("admin:conseillers_structure_exporter", args=["pdf"])
    assert personnel.get(url).status_code == 404
    url = reverse("admin:conseillers_structure_exporter", args=["csv"])
    assert personnel.get(url, {"inconnu": "1"}).status_code == 302
    assert not ExportListe.objects.exists()


# --- Columns ----------------------------------------------------------------------------------


def columns(client: Client, liste: str) -> list[str]:
    page = client.get(reverse(f"admin:{liste}_changelist"))
    return [nom for nom in page.context["cl"].list_display if nom != "action_checkbox"]


def choose(client: Client, liste: str, **envoi: Any) -> Any:
    return client.post(reverse(f"admin:{liste}_colonnes"), envoi)


def test_each_person_chooses_the_columns_and_the_files_follow(
    personnel: Client, direction: Any, structures: None
) -> None:
    choose(
        personnel, "conseillers_structure", ordre=["code_insee", "nom", "siret"],
        montrer=["nom", "code_insee"], enregistrer="",
    )  # fmt: skip
    assert columns(personnel, "conseillers_structure") == ["code_insee", "nom"]
    _, (entete, *_) = taken(personnel, "conseillers_structure", "csv")
    assert entete == ["Code INSEE", "Nom"]
    autre = Client()
    autre.force_login(direction)
    assert columns(autre, "conseillers_structure")[0] == "nom"
    choose(personnel, "conseillers_structure", origine="")
    assert columns(personnel, "conseillers_structure")[0] == "nom"


def test_a_button_moves_a_column_without_losing_what_is_ticked(personnel: Client) -> None:
    page = choose(
        personnel, "conseillers_structure", ordre=["nom", "siret", "type"],
        montrer=["nom", "type"], monter="type",
    )  # fmt: skip
    assert [(nom, coche) for nom, _, coche in page.context["colonnes"]][:3] == [
        ("nom", True), ("type", True), ("siret", False),
    ]  # fmt: skip
    assert columns(personnel, "conseillers_structure")[1] == "siret"


def test_a_list_without_columns_is_refused_and_an_unknown_one_passed_over(
    personnel: Client,
) -> None:
    page = choose(personnel, "conseillers_structure", enregistrer="")
    assert "Cochez au moins une colonne" in page.content.decode()
    choose(personnel, "conseillers_structure", montrer=["nom", "password"], enregistrer="")
    assert columns(personnel, "conseillers_structure") == ["nom"]


def test_no_secret_is_offered_as_a_column(personnel: Client) -> None:
    page = personnel.get(reverse("admin:conseillers_utilisateur_colonnes")).content.decode()
    assert 'value="password"' not in page and 'value="fonction"' in page


def test_a_chosen_reference_costs_no_query_per_row(
    personnel: Client, structures: None, django_assert_max_num_queries: Any
) -> None:
    from conseillers.models import Poste

    for rang, structure in enumerate(Structure.objects.all()[:30]):
        Poste.objects.create(numero=rang + 1, structure=structure, date_attribution="2025-01-01")
    choose(personnel, "conseillers_poste", montrer=["numero", "structure"], enregistrer="")
    with django_assert_max_num_queries(12):
        assert len(columns(personnel, "conseillers_poste")) == 2


# --- Totals -----------------------------------------------------------------------------------


def totals(client: Client, liste: str, **filtres: str) -> dict[str, str]:
    page = client.get(reverse(f"admin:{liste}_changelist"), filtres)
    return dict(page.context["cl"].totaux)


def test_the_totals_are_those_of_the_filtered_list(personnel: Client, versement: Versement) -> None:
    tous = totals(personnel, "conseillers_versement")
    assert tous == {
        "Reçus": "0,00\u00a0€", "Attendus": "17\u202f500,50\u00a0€",
        "Reversements": "500,25\u00a0€",
    }  # fmt: skip
    filtres = totals(personnel, "conseillers_versement", sens__exact="reversement")
    assert filtres["Attendus"] == "0,00\u00a0€"


@pytest.mark.parametrize(
    "liste",
    ["conseillers_convention", "conseillers_conventionligne", "conseillers_formation",
     "permanences_seance", "permanences_occurrence", "territoires_commune"],
)  # fmt: skip
def test_an_empty_list_has_totals_of_nothing(personnel: Client, liste: str) -> None:
    assert all(valeur[0] == "0" for valeur in totals(personnel, liste).values())
    assert totals(personnel, liste)
