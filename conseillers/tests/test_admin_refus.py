"""What only the database sees comes back on the form, in French, with what was typed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conseillers.models import Affectation, Convention, ConventionLigne, Poste, Structure

PAGE_VIDE = {"-TOTAL_FORMS": "0", "-INITIAL_FORMS": "0"}


def inlines(*prefixes: str) -> dict[str, str]:
    return {f"{p}{cle}": v for p in prefixes for cle, v in PAGE_VIDE.items()}


@pytest.fixture
def bureau(client: Client, gestionnaire: Any) -> Client:
    client.force_login(gestionnaire)
    return client


@pytest.fixture
def convention(structure_departement: Structure, poste_1: Poste) -> Convention:
    convention = Convention.objects.create(
        reference="V2-1",
        structure=structure_departement,
        phase="V2",
        date_debut=dt.date(2025, 1, 1),
        date_fin=dt.date(2027, 12, 31),
    )
    convention.lignes.create(poste=poste_1, date_effet=dt.date(2025, 1, 1), montant=Decimal(17500))
    return convention


def test_two_principals_at_once_are_refused_on_the_form(
    bureau: Client, conseillere: Any, conseiller_voisin: Any, poste_1: Poste
) -> None:
    saisie = {
        "poste": poste_1.pk,
        "conseiller": conseiller_voisin.conseiller.pk,
        "date_debut": "01/03/2026",
        "type_contrat": "CDD",
        "quotite": "80",
        "role": "principale",
    }
    reponse = bureau.post(reverse("admin:conseillers_affectation_add"), saisie)
    assert reponse.status_code == 200
    html = reponse.content.decode()
    assert "a déjà une affectation principale" in html
    assert 'value="01/03/2026"' in html and 'value="80"' in html
    assert not Affectation.objects.filter(date_debut=dt.date(2026, 3, 1)).exists()


def test_a_negative_sum_of_lines_is_refused_though_only_the_end_of_the_act_shows_it(
    bureau: Client, convention: Convention, poste_1: Poste
) -> None:
    saisie = {
        "convention": convention.pk,
        "poste": poste_1.pk,
        "date_effet": "01/06/2026",
        "montant": "-20000",
        "bonification": "0",
    }
    reponse = bureau.post(reverse("admin:conseillers_conventionligne_add"), saisie)
    assert reponse.status_code == 200
    assert "ne peut être négative" in reponse.content.decode()
    assert "-20000" in reponse.content.decode()
    assert ConventionLigne.objects.count() == 1


def test_a_refused_page_says_nothing_was_saved(
    bureau: Client, convention: Convention, poste_1: Poste
) -> None:
    ligne = convention.lignes.get()
    saisie = {
        "reference": "V2-1 bis",
        "structure": convention.structure_id,
        "phase": "V2",
        "date_debut": "01/01/2025",
        "date_fin": "31/12/2027",
        **inlines("versements"),
        "lignes-TOTAL_FORMS": "1",
        "lignes-INITIAL_FORMS": "1",
        "lignes-0-id": ligne.pk,
        "lignes-0-convention": convention.pk,
        "lignes-0-poste": poste_1.pk,
        "lignes-0-date_effet": "01/01/2025",
        "lignes-0-montant": "-1",
        "lignes-0-bonification": "0",
    }
    url = reverse("admin:conseillers_convention_change", args=[convention.pk])
    reponse = bureau.post(url, saisie)
    html = reponse.content.decode()
    assert "ne peut être négative" in html
    assert "V2-1 bis" in html and 'class="success"' not in html
    convention.refresh_from_db()
    assert convention.reference == "V2-1"


def test_deleting_a_line_that_leaves_a_negative_sum_is_refused(
    bureau: Client, convention: Convention, poste_1: Poste
) -> None:
    convention.lignes.create(poste=poste_1, date_effet=dt.date(2026, 1, 1), montant=Decimal(-10000))
    premiere = convention.lignes.order_by("date_effet").first()
    url = reverse("admin:conseillers_conventionligne_delete", args=[premiere.pk])
    reponse = bureau.post(url, {"post": "yes"}, follow=True)
    assert "ne peut être négative" in reponse.content.decode()
    assert convention.lignes.count() == 2


def test_a_poste_with_a_history_is_not_deleted_and_the_page_says_why(
    bureau: Client, conseillere: Any, poste_1: Poste
) -> None:
    url = reverse("admin:conseillers_poste_delete", args=[poste_1.pk])
    html = bureau.get(url).content.decode()
    assert "protég" in html and "Nadia Brulon" in html
    assert bureau.post(url, {"post": "yes"}).status_code == 200
    assert Poste.objects.filter(pk=poste_1.pk).exists()


def test_bulk_deletion_of_protected_rows_is_refused(
    bureau: Client, conseillere: Any, poste_1: Poste, poste_2: Poste
) -> None:
    saisie = {
        "action": "delete_selected",
        "_selected_action": [poste_1.pk, poste_2.pk],
        "post": "yes",
    }
    reponse = bureau.post(reverse("admin:conseillers_poste_changelist"), saisie, follow=True)
    assert reponse.status_code == 200
    assert Poste.objects.count() == 2


@pytest.mark.parametrize("texte", ["pays flechois", "PAYS FLÉCHOIS", "flechois-pays"])
def test_search_ignores_case_accents_and_hyphens(
    bureau: Client, structure_partenaire: Structure, texte: str
) -> None:
    reponse = bureau.get(reverse("admin:conseillers_structure_changelist"), {"q": texte})
    assert [s.nom for s in reponse.context["cl"].result_list] == ["Pays Fléchois"]


def test_a_poste_is_found_as_it_is_called(bureau: Client, poste_1: Poste, poste_2: Poste) -> None:
    reponse = bureau.get(
        reverse("admin:autocomplete"),
        {
            "app_label": "conseillers",
            "model_name": "affectation",
            "field_name": "poste",
            "term": "Poste 2",
        },
    )
    assert [r["text"] for r in reponse.json()["results"]] == ["Poste 2"]


def test_the_page_that_deletes_names_what_it_deletes_in_its_title(
    bureau: Client, convention: Convention
) -> None:
    page = bureau.get(reverse("admin:conseillers_convention_delete", args=[convention.pk]))
    titre = page.content.decode().split("<title>")[1].split("</title>")[0]
    assert titre.startswith("V2-1") and "upprimer" in titre
