"""One act on many rows: its consequences are read before anything is changed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conseillers.admin import actes_groupes
from conseillers.models import Convention, Structure, Versement
from permanences.models import LieuAccueil


@pytest.fixture
def personnel(client: Client, gestionnaire: Any) -> Client:
    client.force_login(gestionnaire)
    return client


def ask(client: Client, liste: str, acte: str, lignes: list[Any], **envoi: Any) -> Any:
    choix = {"action": acte, "_selected_action": [ligne.pk for ligne in lignes]}
    return client.post(reverse(f"admin:{liste}_changelist"), choix | envoi, follow=True)


def told(effets: Any) -> list[str]:
    return [effet.fiche for effet in effets]


@pytest.fixture
def structures(structure_departement: Any, poste_1: Any) -> list[Structure]:
    libre = Structure.objects.create(siret="1" * 14, nom="Libre", type="autre", code_insee="72181")
    return [structure_departement, libre]


def test_the_preview_says_what_goes_and_what_stays_and_deletes_nothing(
    personnel: Client, structures: list[Structure]
) -> None:
    page = ask(personnel, "conseillers_structure", "delete_selected", structures)
    assert told(page.context["faits"]) == ["Libre"]
    assert told(page.context["refuses"]) == ["Département de la Sarthe"]
    assert "D’autres fiches en dépendent" in page.context["refuses"][0].refus
    assert Structure.objects.count() == 2


def test_confirmed_the_act_does_what_was_shown_and_leaves_the_rest(
    personnel: Client, structures: list[Structure]
) -> None:
    page = ask(personnel, "conseillers_structure", "delete_selected", structures)
    confirme = {"vu": page.context["vu"], "confirmer": "1"}
    page = ask(personnel, "conseillers_structure", "delete_selected", structures, **confirme)
    assert Structure.objects.get() == structures[0]
    assert [str(m) for m in page.context["messages"]] == [
        "1\u00a0ligne supprimée.", "1\u00a0ligne laissée comme avant.",
    ]  # fmt: skip


def test_other_consequences_than_those_read_are_shown_again(
    personnel: Client, structures: list[Structure]
) -> None:
    page = ask(personnel, "conseillers_structure", "delete_selected", structures)
    Structure.objects.filter(nom="Libre").update(nom="Renommée")
    confirme = {"vu": page.context["vu"], "confirmer": "1"}
    page = ask(personnel, "conseillers_structure", "delete_selected", structures, **confirme)
    assert "ne sont plus celles que vous aviez lues" in page.content.decode()
    assert Structure.objects.count() == 2


def test_a_confirmation_without_a_preview_changes_nothing(
    personnel: Client, structures: list[Structure]
) -> None:
    ask(personnel, "conseillers_structure", "delete_selected", structures, confirmer="1")
    assert Structure.objects.count() == 2


def test_the_direction_has_no_act(client: Client, direction: Any, structures: Any) -> None:
    client.force_login(direction)
    page = ask(client, "conseillers_structure", "delete_selected", structures, confirmer="1")
    assert page.context["cl"] and Structure.objects.count() == 2


def test_too_many_rows_at_once_are_refused(
    personnel: Client, structures: list[Structure], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actes_groupes, "LIGNES_MAX", 1)
    page = ask(personnel, "conseillers_structure", "delete_selected", structures)
    assert "Au plus 1 lignes" in page.content.decode() and Structure.objects.count() == 2


# --- Versements -------------------------------------------------------------------------------


@pytest.fixture
def versements(structure_partenaire: Any) -> list[Versement]:
    convention = Convention.objects.create(
        reference="V2-1", structure=structure_partenaire, phase="V2",
        date_debut=dt.date(2025, 1, 1), date_fin=dt.date(2027, 12, 31),
    )  # fmt: skip
    return [
        convention.versements.create(
            rang=rang, montant=Decimal(1000), date_prevue=dt.date(2025, 2, rang), date_recue=recue
        )
        for rang, recue in ((1, None), (2, dt.date(2025, 3, 1)))
    ]


def test_versements_are_received_together_but_for_those_already_there(
    personnel: Client, versements: list[Versement]
) -> None:
    liste, acte = "conseillers_versement", "receive_versements"
    page = ask(personnel, liste, acte, versements)
    assert len(page.context["faits"]) == len(page.context["refuses"]) == 1
    saisie = {"le": "2025-04-02", "piece": "Relevé 4"}
    page = ask(personnel, liste, acte, versements, voir="1", **saisie)
    assert "2 avril 2025" in page.context["faits"][0].apres.replace("\u00a0", " ")
    confirme = saisie | {"vu": page.context["vu"], "confirmer": "1"}
    ask(personnel, liste, acte, versements, **confirme)
    recu, deja = Versement.objects.order_by("rang")
    assert (recu.date_recue, recu.piece) == (dt.date(2025, 4, 2), "Relevé 4")
    assert deja.date_recue == dt.date(2025, 3, 1)


def test_a_wrong_date_keeps_what_was_typed_and_changes_nothing(
    personnel: Client, versements: list[Versement]
) -> None:
    saisie = {"le": "2999-01-01", "piece": "Relevé 4", "voir": "1"}
    page = ask(personnel, "conseillers_versement", "receive_versements", versements, **saisie)
    texte = page.content.decode()
    assert "à venir" in texte and 'value="Relevé 4"' in texte
    assert 'name="confirmer"' not in texte


# --- Lieux ------------------------------------------------------------------------------------


def test_a_lieu_where_a_creneau_is_planned_is_not_closed(
    personnel: Client, mairie_brulon: LieuAccueil, mediatheque_la_fleche: LieuAccueil,
    creneau_brulon: Any,
) -> None:  # fmt: skip
    lieux = [mairie_brulon, mediatheque_la_fleche]
    page = ask(personnel, "permanences_lieuaccueil", "close_lieux", lieux)
    assert "terminez-les ou déplacez-les" in page.context["refuses"][0].refus
    confirme = {"vu": page.context["vu"], "confirmer": "1"}
    ask(personnel, "permanences_lieuaccueil", "close_lieux", lieux, **confirme)
    assert list(LieuAccueil.objects.order_by("code").values_list("actif", flat=True)) == [
        True, False,
    ]  # fmt: skip
