"""A poste's story: one page that says who, for whom, with what money, and what is due."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conftest import make_conseiller, make_seance
from conseillers.models import Absence, Affectation, Convention, Poste
from permanences.models import Declaration
from permanences.services import change_quotite
from reporting.selectors.histoire import Histoire, histoire_of
from reporting.selectors.programme import fins_de_contrat

REQUETES_MAX = 20


@pytest.fixture
def convention(poste_1: Poste) -> Convention:
    convention = Convention.objects.create(
        reference="V2-1", structure=poste_1.structure, phase="V2",
        date_debut=dt.date(2025, 1, 1), date_fin=dt.date(2027, 12, 31),
    )  # fmt: skip
    for jour, montant in ((dt.date(2025, 1, 1), 42_500), (dt.date(2026, 1, 1), -2_500)):
        convention.lignes.create(poste=poste_1, date_effet=jour, montant=Decimal(montant))
    convention.versements.create(
        rang=1, montant=Decimal(17_500), date_prevue=dt.date(2025, 2, 1),
        date_recue=dt.date(2025, 3, 1),
    )  # fmt: skip
    convention.versements.create(rang=2, montant=Decimal(12_500), date_prevue=dt.date(2026, 2, 1))
    return convention


@pytest.fixture
def histoire(
    mardi_13_octobre: dt.date, conseillere: Any, poste_1: Poste, mairie_brulon: Any,
    creneau_brulon: Any, convention: Convention,
) -> Histoire:  # fmt: skip
    make_seance(conseillere, mairie_brulon, dt.date(2026, 10, 6), creneau=creneau_brulon)
    Declaration.objects.create(
        poste=poste_1, mois=dt.date(2026, 9, 1), faite_le=dt.date(2026, 10, 2)
    )
    Absence.objects.create(
        poste=poste_1, conseiller=conseillere.conseiller,
        date_debut=dt.date(2026, 8, 3), date_fin=dt.date(2026, 8, 14),
    )  # fmt: skip
    return histoire_of(poste_1)


def phrases(histoire: Histoire) -> list[str]:
    return [f"{e.date:%d/%m/%Y} {e.phrase}" for e in histoire.evenements]


def test_the_summary_says_who_holds_it_and_who_pays(histoire: Histoire) -> None:
    resume = histoire.resume
    assert resume.libelle == "Pourvu"
    assert [str(a.conseiller) for a in resume.titulaires] == ["Nadia Brulon"]
    assert resume.convention and resume.convention.reference == "V2-1"
    assert (resume.vacant_depuis, resume.limite) == (None, None)


def test_the_line_of_time_goes_from_the_newest_to_the_attribution(histoire: Histoire) -> None:
    lignes = phrases(histoire)
    assert lignes[0] == "31/12/2027 Fin de la convention V2-1"
    assert histoire.evenements[0].a_venir
    assert lignes[-1] == "01/03/2021 Poste attribué à Département de la Sarthe"
    assert "06/01/2025 Arrivée de Nadia Brulon (CDD, 100 %)" in lignes
    assert any(ligne.startswith("01/01/2026 Avenant") for ligne in lignes)


def test_a_month_counts_what_was_planned_and_what_was_done(histoire: Histoire) -> None:
    octobre, septembre = histoire.activite[:2]
    assert (octobre.prevues, octobre.seances, octobre.participations) == (4, 1, 1)
    assert octobre.etats == {"tenue": 1, "annulee": 0, "a_renseigner": 1, "a_venir": 2}
    assert septembre.declare_le == dt.date(2026, 10, 2)
    assert len(histoire.activite) == 12


def test_what_is_due_is_there_with_its_date(histoire: Histoire) -> None:
    echeances = [(e.date, e.depassee) for e in histoire.echeances]
    assert echeances == [(dt.date(2026, 2, 1), True), (dt.date(2027, 12, 31), False)]


def test_a_vacant_poste_says_until_when_it_may_be_kept(
    histoire: Histoire, poste_1: Poste, mardi_13_octobre: dt.date
) -> None:
    Affectation.objects.filter(poste=poste_1).update(date_fin=dt.date(2026, 8, 31))
    resume = histoire_of(poste_1).resume
    assert resume.vacant_depuis == dt.date(2026, 9, 1)
    assert resume.limite == dt.date(2027, 3, 1)


def test_a_part_time_is_one_line_of_the_story(histoire: Histoire, poste_1: Poste) -> None:
    avant = Affectation.objects.get(poste=poste_1)
    avant.date_fin = dt.date(2026, 8, 31)
    avant.save()
    Affectation.objects.create(
        poste=poste_1, conseiller=avant.conseiller, date_debut=dt.date(2026, 9, 1),
        type_contrat=avant.type_contrat, quotite=80,
    )  # fmt: skip
    lignes = phrases(histoire_of(poste_1))
    assert "01/09/2026 Nadia Brulon passe de 100 à 80 %" in lignes
    assert not any("Dernier jour" in ligne for ligne in lignes)


def test_the_page_reads_from_the_list_and_from_the_form(
    client: Client, gestionnaire: Any, direction: Any, histoire: Histoire, poste_1: Poste
) -> None:
    url = reverse("admin:permanences_histoire_poste", args=[1])
    for personne in (gestionnaire, direction):
        client.force_login(personne)
        html = client.get(url).content.decode()
        assert "Nadia Brulon" in html and "Mairie de Brûlon" in html and "V2-1" in html
        assert url in client.get(reverse("admin:conseillers_poste_changelist")).content.decode()
        fiche = reverse("admin:conseillers_poste_change", args=[poste_1.pk])
        assert url in client.get(fiche).content.decode()
    assert client.get(reverse("admin:permanences_histoire_poste", args=[99])).status_code == 404


def test_the_page_of_a_poste_nobody_ever_held(
    client: Client, gestionnaire: Any, poste_2: Poste
) -> None:
    client.force_login(gestionnaire)
    html = client.get(reverse("admin:permanences_histoire_poste", args=[2])).content.decode()
    assert "Personne n’a encore occupé ce poste" in html
    assert "Vacant" in html


def test_the_story_costs_the_same_whatever_the_programme(
    histoire: Histoire, poste_1: Poste, poste_2: Poste, mairie_brulon: Any,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    with django_assert_max_num_queries(REQUETES_MAX) as avant:
        histoire_of(poste_1)
    voisin = make_conseiller("Hugo", "Fleche", poste_2)
    for jour in range(1, 9):
        make_seance(voisin, mairie_brulon, dt.date(2026, 10, jour))
    with django_assert_max_num_queries(len(avant)):
        histoire_of(poste_1)


def test_a_contract_that_goes_on_at_another_part_time_ends_when_the_person_does(
    histoire: Histoire, poste_1: Poste
) -> None:
    avant = Affectation.objects.get(poste=poste_1)
    change_quotite(affectation=avant, depuis=dt.date(2026, 11, 2), quotite=60)
    jour = dt.date(2026, 10, 31)
    assert fins_de_contrat(jour) == {}
    suite = Affectation.objects.latest("date_debut")
    suite.date_fin = dt.date(2027, 1, 31)
    suite.save()
    assert fins_de_contrat(jour) == {poste_1.pk: dt.date(2027, 1, 31)}
