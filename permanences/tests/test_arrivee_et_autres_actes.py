"""Somebody arrives, works another part of the time; a poste is given back, or changes employer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from conftest import close_mois_brut, make_utilisateur
from conseillers.enums import Role
from conseillers.models import Affectation, Conseiller, Poste, Structure, Utilisateur
from permanences import services
from permanences.models import Creneau
from permanences.tests.passation import (
    DECEMBRE,
    NOVEMBRE,
    TERMINER,
    arrives,
    leaves,
    states,
)


@pytest.fixture
def tenue(conseillere: Utilisateur, poste_1: Poste) -> Affectation:
    return Affectation.objects.select_related("poste", "conseiller").get(poste=poste_1)


# --- Arrival ---------------------------------------------------------------------------------


def test_a_newcomer_has_a_file_an_account_and_the_creneaux(
    mardi_10_novembre: Any, tenue: Affectation, poste_1: Poste, creneau_brulon: Creneau
) -> None:
    leaves(tenue, dt.date(2026, 11, 10))
    affectation = arrives(poste_1, dt.date(2026, 11, 16), quotite=80)
    compte = affectation.conseiller.utilisateur
    assert (compte.courriel, compte.role) == ("lou.neuve@exemple.fr", Role.CONSEILLER)
    assert compte.has_usable_password() and compte.is_active
    assert states(dt.date(2026, 11, 17), dt.date(2026, 11, 17)) == {
        dt.date(2026, 11, 17): ("a_renseigner", "")
    }


def test_somebody_known_comes_back_to_an_open_account(
    mardi_10_novembre: Any, tenue: Affectation, poste_1: Poste
) -> None:
    leaves(tenue, dt.date(2026, 11, 10), compte_jusqu_au=dt.date(2026, 11, 10))
    arrives(poste_1, dt.date(2027, 1, 4), conseiller=tenue.conseiller)
    compte = Utilisateur.objects.get(conseiller=tenue.conseiller)
    assert compte.actif_jusqu_au is None


def test_somebody_already_there_is_named(
    mardi_10_novembre: Any, tenue: Affectation, poste_1: Poste
) -> None:
    with pytest.raises(ValidationError, match="Nadia Brulon tient le Poste 1"):
        arrives(poste_1, NOVEMBRE)
    assert not Conseiller.objects.filter(nom="Neuve").exists()
    arrives(poste_1, NOVEMBRE, role="remplacement")


def test_an_address_of_another_role_is_refused_and_nothing_is_written(
    mardi_10_novembre: Any, poste_1: Poste
) -> None:
    make_utilisateur(Role.DIRECTION, "Lou", "Neuve")
    with pytest.raises(ValidationError, match="Direction"):
        arrives(poste_1, NOVEMBRE)
    assert not Conseiller.objects.exists()


@pytest.mark.parametrize(
    ("jour", "champs", "phrase"),
    [
        (dt.date(2020, 1, 1), {}, "attribué"),
        (dt.date(2026, 12, 1), {"date_fin": dt.date(2026, 11, 1)}, "précède"),
        (dt.date(2026, 10, 5), {}, "octobre 2026 est clos"),
    ],
)
def test_an_arrival_that_cannot_be_is_refused(
    mardi_10_novembre: Any, poste_1: Poste, jour: dt.date, champs: Any, phrase: str
) -> None:
    close_mois_brut(dt.date(2026, 10, 1))
    with pytest.raises(ValidationError, match=phrase):
        arrives(poste_1, jour, **champs)


# --- Part time, restitution, employer --------------------------------------------------------


def test_a_part_time_cuts_the_affectation_in_two_and_changes_nothing_else(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau
) -> None:
    avant = states(NOVEMBRE, DECEMBRE)
    services.change_quotite(affectation=tenue, depuis=dt.date(2026, 12, 1), quotite=60)
    premiere, seconde = Affectation.objects.order_by("date_debut")
    assert (premiere.date_fin, premiere.quotite) == (NOVEMBRE, 100)
    assert (seconde.date_debut, seconde.date_fin, seconde.quotite) == (
        dt.date(2026, 12, 1), None, 60,
    )  # fmt: skip
    assert seconde.type_contrat == premiere.type_contrat
    assert states(NOVEMBRE, DECEMBRE) == avant


@pytest.mark.parametrize(
    ("depuis", "quotite", "phrase"),
    [
        (dt.date(2026, 12, 1), 100, "déjà à 100"),
        (dt.date(2025, 1, 6), 60, "depuis sa prise de poste"),
        (dt.date(2026, 10, 6), 60, "octobre 2026 est clos"),
    ],
)
def test_a_part_time_that_cannot_be_is_refused(
    mardi_10_novembre: Any, tenue: Affectation, depuis: dt.date, quotite: int, phrase: str
) -> None:
    close_mois_brut(dt.date(2026, 10, 1))
    with pytest.raises(ValidationError, match=phrase):
        services.change_quotite(affectation=tenue, depuis=depuis, quotite=quotite)


def test_a_restitution_ends_everything_the_day_before(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau, poste_1: Poste
) -> None:
    services.give_back_poste(
        poste=poste_1, date_rendu=dt.date(2026, 12, 1), destins=TERMINER, compte_jusqu_au=DECEMBRE
    )
    tenue.refresh_from_db()
    creneau_brulon.refresh_from_db()
    assert (tenue.date_fin, creneau_brulon.date_fin) == (NOVEMBRE, NOVEMBRE)
    assert Poste.objects.get().date_rendu == dt.date(2026, 12, 1)
    with pytest.raises(ValidationError, match="déjà rendu"):
        services.give_back_poste(poste=poste_1, date_rendu=DECEMBRE, destins=TERMINER)


def test_a_poste_somebody_is_about_to_join_is_not_given_back(
    mardi_10_novembre: Any, tenue: Affectation, poste_1: Poste
) -> None:
    leaves(tenue, NOVEMBRE)
    arrives(poste_1, dt.date(2026, 12, 15))
    with pytest.raises(ValidationError, match="Lou Neuve doit arriver"):
        services.give_back_poste(poste=poste_1, date_rendu=dt.date(2026, 12, 1), destins=TERMINER)


def test_another_employer_waits_for_the_months_before_to_be_closed(
    mardi_10_novembre: Any, poste_1: Poste, structure_partenaire: Any
) -> None:
    for mois in range(1, 10):
        close_mois_brut(dt.date(2026, mois, 1))
    for mois in (11, 12):
        close_mois_brut(dt.date(2025, mois, 1))
    with pytest.raises(ValidationError, match=r"octobre 2026"):
        services.change_structure(poste=poste_1, structure=structure_partenaire)
    close_mois_brut(dt.date(2026, 10, 1))
    services.change_structure(poste=poste_1, structure=structure_partenaire)
    assert Poste.objects.get(pk=poste_1.pk).structure == structure_partenaire


class TestAnyPartTime(TestCase):
    """However often the part time changes, the days held are the same and never twice."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.integers(1, 300), st.integers(1, 100)), max_size=5))
    def test_days_held_are_the_same(self, changements: list[tuple[int, int]]) -> None:
        structure = Structure.objects.create(
            siret="22720002900019", nom="D", type="departement", code_insee="72181"
        )
        poste = Poste.objects.create(
            numero=1, structure=structure, date_attribution=dt.date(2021, 3, 1)
        )
        personne = Conseiller.objects.create(courriel="a@exemple.fr", prenom="A", nom="B")
        aujourdhui = dt.date.today()
        debut, fin = aujourdhui, aujourdhui + dt.timedelta(days=320)
        Affectation.objects.create(
            poste=poste, conseiller=personne, date_debut=debut, date_fin=fin, type_contrat="CDD"
        )
        for rang, quotite in changements:
            derniere = Affectation.objects.order_by("-date_debut")[0]
            try:
                services.change_quotite(
                    affectation=derniere, depuis=debut + dt.timedelta(rang), quotite=quotite
                )
            except ValidationError:
                continue
        jours = [
            jour
            for a in Affectation.objects.all()
            for jour in (
                a.date_debut + dt.timedelta(n) for n in range((a.date_fin - a.date_debut).days + 1)
            )
        ]
        assert len(jours) == len(set(jours)) == 321
