"""The acts on a poste, as the Département's staff meets them: read first, then confirm."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conftest import close_mois_brut
from conseillers.models import Affectation, Conseiller, Convention, Courriel, Poste
from permanences.models import Creneau
from reporting.selectors.programme import conventions_en_vigueur, limite_restitution

DEPART = {
    "dernier_jour": "2026-11-30",
    "creneaux": "garder",
    "compte": "ferme",
    "compte_jusqu_au": "2026-12-07",
}
ARRIVEE = {
    "prenom": "Lou", "nom": "Neuve", "courriel": "lou.neuve@exemple.fr",
    "date_debut": "2026-12-15", "type_contrat": "CDD", "quotite": "100", "role": "principale",
    "creneaux": "garder", "prevenir": "on",
}  # fmt: skip


def address(acte: str, numero: int = 1) -> str:
    return reverse("admin:reporting_poste_acte", args=[numero, acte])


@pytest.fixture
def bureau(
    client: Client, gestionnaire: Any, mardi_10_novembre: Any, conseillere: Any,
    creneau_brulon: Creneau, poste_1: Poste,
) -> Client:  # fmt: skip
    convention = Convention.objects.create(
        reference="V2-1", structure=poste_1.structure, phase="V2",
        date_debut=dt.date(2025, 1, 1), date_fin=dt.date(2027, 12, 31),
    )  # fmt: skip
    convention.lignes.create(poste=poste_1, date_effet=dt.date(2025, 1, 1), montant=Decimal(42_500))
    client.force_login(gestionnaire)
    return client


@pytest.fixture
def depart(bureau: Client) -> dict[str, Any]:
    return {**DEPART, "affectation": Affectation.objects.get().pk}


def read(client: Client, acte: str, reponses: dict[str, Any]) -> Any:
    return client.get(address(acte), {**reponses, "vu": ""})


def sentences(reponse: Any) -> str:
    lignes = [ligne for bloc in reponse.context["apercu"].blocs for ligne in bloc.lignes]
    texte = " ".join([*lignes, *reponse.context["apercu"].refus])
    return texte.replace("\u00a0", " ").replace("\u202f", " ")


def confirm(client: Client, acte: str, reponses: dict[str, Any]) -> Any:
    vu = read(client, acte, reponses).context["apercu"].empreinte
    return client.post(address(acte), {**reponses, "vu": vu}, follow=True)


def test_the_form_writes_nothing_and_has_no_error_before_it_is_answered(bureau: Client) -> None:
    html = bureau.get(address("depart")).content.decode()
    assert "Nadia Brulon, depuis le 06/01/2025" in html
    assert "errornote" not in html


def test_the_consequences_are_counted_and_nothing_is_written(
    bureau: Client, depart: dict[str, Any]
) -> None:
    dit = sentences(read(bureau, "depart", depart))
    assert "Dernier jour de Nadia Brulon : 30 novembre 2026." in dit
    assert "Mairie de Brûlon" in dit and "gardé, 27 dates" in dit
    assert "27 dates gardées" in dit
    assert "s’ouvre jusqu’au 7 décembre 2026" in dit
    assert Affectation.objects.get().date_fin is None


def test_the_limit_is_the_one_of_the_reports(
    bureau: Client, depart: dict[str, Any], poste_1: Poste
) -> None:
    debut = dt.date(2026, 12, 1)
    limite = limite_restitution(debut, conventions_en_vigueur(debut)[poste_1.pk])
    assert limite == dt.date(2027, 6, 1)
    assert "à rendre le 1er juin 2027" in sentences(read(bureau, "depart", depart))


def test_what_is_confirmed_is_what_was_read(bureau: Client, depart: dict[str, Any]) -> None:
    vu = read(bureau, "depart", depart).context["apercu"].empreinte
    Creneau.objects.update(date_fin=dt.date(2026, 12, 10))
    reponse = bureau.post(address("depart"), {**depart, "vu": vu})
    assert "relisez ci-dessous" in reponse.content.decode()
    assert Affectation.objects.get().date_fin is None


def test_a_departure_is_written_and_the_story_says_so(
    bureau: Client, depart: dict[str, Any]
) -> None:
    reponse = confirm(bureau, "depart", depart)
    assert reponse.redirect_chain[-1][0] == reverse("admin:permanences_histoire_poste", args=[1])
    html = reponse.content.decode()
    assert "Le départ de Nadia Brulon est enregistré" in html
    assert "Dernier jour de Nadia Brulon" in html and "à venir" in html
    assert Affectation.objects.get().date_fin == dt.date(2026, 11, 30)


def boutons(client: Client) -> list[str]:
    story = client.get(reverse("admin:permanences_histoire_poste", args=[1]))
    return [acte.cle for acte in story.context["actes"]]


def test_the_first_button_is_the_act_that_is_likely(bureau: Client) -> None:
    assert boutons(bureau)[0] == "depart"
    affectation = Affectation.objects.get()
    affectation.date_fin = dt.date(2027, 8, 31)
    affectation.save()
    assert boutons(bureau)[0] == "depart"  # a contract that ends in ten months is no departure
    affectation.date_fin = dt.date(2026, 11, 30)
    affectation.save()
    assert boutons(bureau)[0] == "arrivee"  # the departure is announced: who comes next?
    assert "depart" in boutons(bureau)  # its date may still change


def test_a_poste_to_be_given_back_is_said_without_a_space_before_the_comma(bureau: Client) -> None:
    Poste.objects.update(date_rendu=dt.date(2027, 1, 1))
    story = bureau.get(reverse("admin:permanences_histoire_poste", args=[1])).content.decode()
    assert "Pourvu</strong>, à rendre le 1" in story


def test_a_refusal_keeps_what_was_typed(bureau: Client, depart: dict[str, Any]) -> None:
    close_mois_brut(dt.date(2026, 10, 1))
    depart["dernier_jour"] = "2026-10-15"
    reponse = read(bureau, "depart", depart)
    assert "octobre 2026 est clos" in sentences(reponse)
    html = reponse.content.decode()
    assert 'value="2026-10-15"' in html and "Confirmer" not in html


def test_one_creneau_may_be_answered_apart(
    bureau: Client, depart: dict[str, Any], creneau_brulon: Creneau
) -> None:
    depart[f"creneau_{creneau_brulon.pk}"] = "terminer"
    assert "fini, 27 dates" in sentences(read(bureau, "depart", depart))


def test_a_missing_answer_is_said_beside_its_field(bureau: Client, depart: dict[str, Any]) -> None:
    html = read(bureau, "depart", {**depart, "compte_jusqu_au": ""}).content.decode()
    assert "Dites jusqu’à quel jour le compte s’ouvre." in html
    champ = re.search(r'<input type="date" name="compte_jusqu_au"[^>]*>', html)
    assert champ and 'aria-invalid="true"' in champ[0]


def test_a_newcomer_is_told_to_choose_a_password(bureau: Client, depart: dict[str, Any]) -> None:
    confirm(bureau, "depart", depart)
    dit = sentences(read(bureau, "arrivee", ARRIVEE))
    assert "Lou Neuve prend le Poste 1 le 15 décembre 2026" in dit
    assert "repris, 27 dates" in dit
    assert "Un compte de conseiller est créé à l’adresse lou.neuve@exemple.fr." in dit
    confirm(bureau, "arrivee", ARRIVEE)
    assert Conseiller.objects.get(nom="Neuve").utilisateur.courriel == "lou.neuve@exemple.fr"
    assert Courriel.objects.get().destinataire == "lou.neuve@exemple.fr"


def test_an_arrival_may_be_prepared_by_another_page(bureau: Client) -> None:
    html = bureau.get(address("arrivee"), {"nom": "Neuve", "prenom": "Lou"}).content.decode()
    assert 'value="Neuve"' in html and "errornote" not in html


def test_somebody_there_and_an_empty_name_are_refused(bureau: Client) -> None:
    assert "Nadia Brulon tient le Poste 1" in sentences(read(bureau, "arrivee", ARRIVEE))
    html = read(bureau, "arrivee", {**ARRIVEE, "nom": ""}).content.decode()
    assert "À remplir pour une nouvelle personne." in html


def test_a_part_time_says_that_nothing_else_changes(bureau: Client) -> None:
    reponses = {
        "affectation": Affectation.objects.get().pk, "depuis": "2026-12-01", "quotite": "80",
    }  # fmt: skip
    assert "passe de 100 à 80 %" in sentences(read(bureau, "quotite", reponses))
    assert "est à 80" in confirm(bureau, "quotite", reponses).content.decode()
    assert Affectation.objects.count() == 2


def test_a_restitution_shows_the_money_and_what_remains_to_be_written(bureau: Client) -> None:
    reponses = {**DEPART, "date_rendu": "2026-12-01", "creneaux": "terminer"}
    dit = sentences(read(bureau, "restitution", reponses))
    assert "Convention V2-1 : 42 500,00 € pour ce poste" in dit
    assert "lettre de restitution" in dit and "avenant" in dit
    assert "Restent la lettre" in confirm(bureau, "restitution", reponses).content.decode()
    assert Poste.objects.get().date_rendu == dt.date(2026, 12, 1)
    suite = bureau.get(address("arrivee"), follow=True)
    assert "n’est pas possible dans l’état de ce poste" in suite.content.decode()


def test_a_change_of_employer_names_the_months_to_close(
    bureau: Client, structure_partenaire: Any
) -> None:
    dit = sentences(read(bureau, "structure", {"structure": structure_partenaire.pk}))
    assert "octobre 2026" in dit and "Clôturez-les d’abord" in dit
    assert "V2-1 reste à Département de la Sarthe" in dit


@pytest.mark.parametrize("acte", ["depart", "arrivee", "quotite", "restitution", "structure"])
def test_only_a_gestionnaire_acts(bureau: Client, direction: Any, acte: str) -> None:
    assert bureau.get(address(acte)).status_code == 200
    bureau.force_login(direction)
    assert bureau.get(address(acte)).status_code == 403
    assert bureau.post(address(acte), DEPART).status_code == 403
    html = bureau.get(reverse("admin:permanences_histoire_poste", args=[1])).content.decode()
    assert "Enregistrer un départ" not in html


def test_an_act_that_does_not_exist_is_not_found(bureau: Client) -> None:
    assert bureau.get(address("fusion")).status_code == 404
    assert bureau.get(address("depart", 99)).status_code == 404
