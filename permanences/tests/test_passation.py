"""A poste changes hands: what each act writes, what it refuses, and that it is done once."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from conftest import close_mois_brut, make_seance, make_utilisateur
from conseillers.enums import Role
from conseillers.models import Absence, Affectation, Conseiller, Poste, Utilisateur
from conseillers.selectors import occupation
from permanences import services
from permanences.enums import SortCreneau, StatutOccurrence
from permanences.models import Creneau, Occurrence
from permanences.selectors.passation import Destin, Destins
from permanences.selectors.plan import plan_entre

NOVEMBRE, DECEMBRE = dt.date(2026, 11, 30), dt.date(2026, 12, 31)
GARDER = Destins()
TERMINER = Destins(Destin(SortCreneau.TERMINER))


@pytest.fixture
def tenue(conseillere: Utilisateur, poste_1: Poste) -> Affectation:
    return Affectation.objects.select_related("poste", "conseiller").get(poste=poste_1)


def leaves(affectation: Affectation, jour: dt.date, destins: Destins = GARDER, **plus: Any) -> Any:
    return services.record_depart(
        affectation=affectation, dernier_jour=jour, destins=destins, **plus
    )


def arrives(poste: Poste, jour: dt.date, destins: Destins = GARDER, **champs: Any) -> Affectation:
    personne = champs.pop(
        "conseiller", Conseiller(prenom="Lou", nom="Neuve", courriel="Lou.Neuve@exemple.fr")
    )
    nouvelle = Affectation(
        poste=poste, conseiller=personne, date_debut=jour, **{"type_contrat": "CDD", **champs}
    )
    return services.welcome_conseiller(affectation=nouvelle, destins=destins)


def states(premier: dt.date, dernier: dt.date) -> dict[dt.date, tuple[str, str]]:
    plan = plan_entre(premier, dernier, postes=occupation(premier, dernier))
    return {o.date: (o.etat, o.motif) for o in plan}


def said(refus: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(refus.value.messages).replace("\u00a0", " ")


# --- Departure -------------------------------------------------------------------------------


def test_a_departure_leaves_the_dates_to_come_to_a_vacant_poste(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau
) -> None:
    leaves(tenue, NOVEMBRE)
    tenue.refresh_from_db()
    assert tenue.date_fin == NOVEMBRE
    creneau_brulon.refresh_from_db()
    assert creneau_brulon.date_fin is None
    decembre = states(dt.date(2026, 11, 24), dt.date(2026, 12, 8))
    assert decembre[dt.date(2026, 11, 24)] == ("a_renseigner", "")
    assert decembre[dt.date(2026, 12, 1)] == ("annulee", "poste_vacant")


def test_a_departure_may_end_the_creneaux_and_what_was_cancelled_after(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau
) -> None:
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 12, 1), statut="annulee", motif="intemperies"
    )
    leaves(tenue, NOVEMBRE, TERMINER)
    creneau_brulon.refresh_from_db()
    assert creneau_brulon.date_fin == NOVEMBRE
    assert not Occurrence.objects.exists()


def test_a_creneau_that_had_not_begun_is_gone(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau
) -> None:
    creneau_brulon.date_debut = dt.date(2026, 12, 1)
    creneau_brulon.save()
    leaves(tenue, NOVEMBRE, TERMINER)
    assert not Creneau.objects.exists()


def test_creneaux_are_entrusted_to_another_poste_from_the_day_after(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau, poste_2: Poste,
    conseiller_voisin: Utilisateur,
) -> None:  # fmt: skip
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 12, 8), statut="annulee", motif="remplacee"
    )
    leaves(tenue, NOVEMBRE, Destins(Destin(SortCreneau.CONFIER, poste_2)))
    ancien, nouveau = Creneau.objects.order_by("date_debut")
    assert (ancien.date_fin, ancien.poste) == (NOVEMBRE, tenue.poste)
    assert (nouveau.date_debut, nouveau.poste) == (dt.date(2026, 12, 1), poste_2)
    assert nouveau.occurrences.get().date == dt.date(2026, 12, 8)


def test_one_creneau_may_have_another_fate_than_the_rest(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau
) -> None:
    sauf = {creneau_brulon.pk: Destin(SortCreneau.TERMINER)}
    leaves(tenue, NOVEMBRE, Destins(Destin(SortCreneau.GARDER), sauf))
    creneau_brulon.refresh_from_db()
    assert creneau_brulon.date_fin == NOVEMBRE


def test_one_week_out_of_two_stays_the_same_one_at_another_poste(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau, poste_2: Poste
) -> None:
    creneau_brulon.recurrence = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"
    creneau_brulon.save()
    avant = Creneau.objects.get().dates_entre(dt.date(2026, 12, 1), DECEMBRE)
    leaves(tenue, NOVEMBRE, Destins(Destin(SortCreneau.CONFIER, poste_2)))
    assert Creneau.objects.get(poste=poste_2).dates_entre(dt.date(2026, 12, 1), DECEMBRE) == avant


def test_two_places_at_once_are_refused_with_the_other_one_named(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau,
    atelier_la_fleche: Creneau, poste_2: Poste,
) -> None:  # fmt: skip
    atelier_la_fleche.recurrence = "FREQ=WEEKLY;BYDAY=TU"
    atelier_la_fleche.heure_debut, atelier_la_fleche.heure_fin = dt.time(11), dt.time(13)
    atelier_la_fleche.save()
    with pytest.raises(ValidationError) as refus:
        leaves(tenue, NOVEMBRE, Destins(Destin(SortCreneau.CONFIER, poste_2)))
    assert "Poste 2 est déjà ailleurs" in said(refus) and "Médiathèque" in said(refus)
    tenue.refresh_from_db()
    assert tenue.date_fin is None


def test_absences_end_with_the_functions(mardi_10_novembre: Any, tenue: Affectation) -> None:
    for debut, fin in ((25, 35), (40, 45)):
        Absence.objects.create(
            poste=tenue.poste,
            conseiller=tenue.conseiller,
            date_debut=dt.date(2026, 11, 1) + dt.timedelta(debut),
            date_fin=dt.date(2026, 11, 1) + dt.timedelta(fin),
        )
    leaves(tenue, NOVEMBRE)
    assert Absence.objects.get().date_fin == NOVEMBRE


def test_the_account_closes_after_its_day_and_not_before(
    mardi_10_novembre: Any, tenue: Affectation, client: Any
) -> None:
    leaves(tenue, dt.date(2026, 11, 12), compte_jusqu_au=dt.date(2026, 11, 16))
    compte = Utilisateur.objects.get(conseiller=tenue.conseiller)
    client.force_login(compte)
    for jour, code in ((16, 200), (17, 302)):
        mardi_10_novembre.move_to(dt.datetime(2026, 11, jour, 9, tzinfo=dt.UTC))
        assert client.get("/compte/").status_code == code


def test_the_account_of_someone_who_holds_another_poste_is_not_closed(
    mardi_10_novembre: Any, tenue: Affectation, poste_2: Poste
) -> None:
    Affectation.objects.create(
        poste=poste_2, conseiller=tenue.conseiller, date_debut=dt.date(2026, 1, 1),
        type_contrat="CDD",
    )  # fmt: skip
    with pytest.raises(ValidationError) as refus:
        leaves(tenue, NOVEMBRE, compte_jusqu_au=NOVEMBRE)
    assert "tient aussi le Poste 2" in said(refus)


# --- Refusals of a departure -----------------------------------------------------------------


def test_the_last_day_of_a_closed_month_is_a_day_one_may_leave(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau
) -> None:
    """The first day that changes is the first of an open month."""
    close_mois_brut(dt.date(2026, 10, 1))
    leaves(tenue, dt.date(2026, 10, 31))
    tenue.refresh_from_db()
    assert tenue.date_fin == dt.date(2026, 10, 31)


def test_the_day_before_is_refused_and_says_why(mardi_10_novembre: Any, tenue: Affectation) -> None:
    close_mois_brut(dt.date(2026, 10, 1))
    with pytest.raises(ValidationError) as refus:
        leaves(tenue, dt.date(2026, 10, 30))
    assert "Le mois d’octobre 2026 est clos" in said(refus)
    tenue.refresh_from_db()
    assert tenue.date_fin is None


def test_an_open_month_before_a_closed_one_is_refused_too(
    mardi_10_novembre: Any, tenue: Affectation
) -> None:
    close_mois_brut(dt.date(2026, 10, 1))
    with pytest.raises(ValidationError, match="octobre 2026 est clos"):
        leaves(tenue, dt.date(2026, 9, 15))


def test_what_was_done_after_the_date_is_named(
    mardi_10_novembre: Any, tenue: Affectation, conseillere: Utilisateur, mairie_brulon: Any,
    creneau_brulon: Creneau,
) -> None:  # fmt: skip
    make_seance(conseillere, mairie_brulon, dt.date(2026, 11, 9))
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 11, 10), statut=StatutOccurrence.TENUE
    )
    with pytest.raises(ValidationError) as refus:
        leaves(tenue, dt.date(2026, 11, 6))
    assert "séances de Nadia Brulon" in said(refus) and "9 novembre 2026" in said(refus)
    assert "notée tenue" in said(refus) and "10 novembre 2026" in said(refus)
    leaves(tenue, dt.date(2026, 11, 10))


def test_the_dates_of_someone_else_do_not_hold_back_who_leaves(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau, poste_1: Poste,
    conseiller_voisin: Utilisateur,
) -> None:  # fmt: skip
    Affectation.objects.create(
        poste=poste_1, conseiller=conseiller_voisin.conseiller, date_debut=dt.date(2026, 11, 2),
        type_contrat="CDD", role="remplacement",
    )  # fmt: skip
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 11, 10), statut=StatutOccurrence.TENUE
    )
    leaves(tenue, dt.date(2026, 11, 6))


@pytest.mark.parametrize(
    ("jour", "phrase"),
    [
        (dt.date(2024, 12, 31), "a pris ses fonctions"),
        (dt.date(2062, 11, 30), "vérifiez l’année"),
    ],
)
def test_a_date_that_cannot_be_is_refused(
    mardi_10_novembre: Any, tenue: Affectation, jour: dt.date, phrase: str
) -> None:
    with pytest.raises(ValidationError, match=phrase):
        leaves(tenue, jour)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_confirm_at_once_do_it_once(
    tenue: Affectation, creneau_brulon: Creneau, poste_2: Poste
) -> None:
    """The second waits, then reads that it is done."""
    jour = dt.date.today() + dt.timedelta(days=20)
    confie = Destins(Destin(SortCreneau.CONFIER, poste_2))
    issues: list[str] = []
    depart = threading.Barrier(2)

    def confirm() -> None:
        depart.wait()
        try:
            leaves(tenue, jour, confie)
            issues.append("fait")
        except ValidationError as erreur:
            issues.append(erreur.messages[0])
        finally:
            connections.close_all()

    fils = [threading.Thread(target=confirm) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert issues.count("fait") == 1
    assert any("déjà enregistré" in issue for issue in issues)
    assert Creneau.objects.filter(poste=poste_2).count() == 1


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
        from conseillers.models import Structure

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
