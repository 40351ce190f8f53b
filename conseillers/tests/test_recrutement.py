"""Recruitment: a candidature moves, and is compared with the vacant postes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conseillers.enums import EtatCandidature
from conseillers.models import Candidature, Poste, Utilisateur
from conseillers.selectors.recrutement import (
    Filtre,
    nearest_postes,
    postes_vacants,
    recruitment_board,
)
from conseillers.services import move_candidature, undo_etape
from territoires.models import Commune

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")
JOUR = dt.date(2026, 10, 13)
E = EtatCandidature


def make_candidature(**champs: Any) -> Candidature:
    defauts = {
        "courriel": "lea.martin@exemple.fr",
        "prenom": "Léa",
        "nom": "Martin",
        "recue_le": dt.date(2026, 9, 1),
        "etat_le": dt.date(2026, 9, 1),
    }
    return Candidature.objects.create(**defauts | champs)


@pytest.fixture
def lea(db: None) -> Candidature:
    return make_candidature()


def move(candidature: Candidature, vers: str, par: Utilisateur, le: dt.date = JOUR) -> Any:
    etape = move_candidature(candidature=candidature, vers=vers, le=le, utilisateur=par)
    candidature.refresh_from_db()
    return etape


# --- States ----------------------------------------------------------------------------------


def test_each_move_is_dated_and_signed(lea: Candidature, gestionnaire: Utilisateur) -> None:
    for rang, etat in enumerate((E.PRESELECTIONNEE, E.ENTRETIEN, E.RETENUE), start=10):
        move(lea, etat, gestionnaire, dt.date(2026, 9, rang))
    assert (lea.etat, lea.etat_le) == (E.RETENUE, dt.date(2026, 9, 12))
    assert [(e.de, e.vers, e.le.day, e.par) for e in lea.etapes.all()] == [
        ("recue", "preselectionnee", 10, gestionnaire),
        ("preselectionnee", "entretien", 11, gestionnaire),
        ("entretien", "retenue", 12, gestionnaire),
    ]


@pytest.mark.parametrize(
    ("de", "vers"),
    [("recue", "retenue"), ("recue", "recrutee"), ("retenue", "recrutee"), ("refusee", "retenue")],
)
def test_a_step_cannot_be_jumped(gestionnaire: Utilisateur, de: str, vers: str) -> None:
    candidature = make_candidature(etat=de)
    with pytest.raises(ValidationError, match="ne passe pas à"):
        move(candidature, vers, gestionnaire)


def test_a_refused_candidate_can_be_called_back(gestionnaire: Utilisateur) -> None:
    candidature = make_candidature(etat="refusee")
    move(candidature, E.PRESELECTIONNEE, gestionnaire)
    assert candidature.etat == E.PRESELECTIONNEE


@pytest.mark.parametrize(
    ("le", "phrase"),
    [(dt.date(2026, 8, 31), "ne peut précéder"), (dt.date(2026, 10, 14), "pas encore eu lieu")],
)
def test_a_step_comes_after_the_one_before_and_not_tomorrow(
    lea: Candidature, gestionnaire: Utilisateur, le: dt.date, phrase: str
) -> None:
    with pytest.raises(ValidationError, match=phrase):
        move(lea, E.PRESELECTIONNEE, gestionnaire, le)


def test_the_database_refuses_dates_that_contradict_each_other(lea: Candidature) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Candidature.objects.update(etat_le=dt.date(2026, 8, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Candidature.objects.update(accord_le=dt.date(2026, 8, 1))


def test_a_wrong_move_is_undone_and_stays_in_the_story(
    lea: Candidature, gestionnaire: Utilisateur
) -> None:
    etape = move(lea, E.REFUSEE, gestionnaire)
    undo_etape(etape=etape, utilisateur=gestionnaire)
    lea.refresh_from_db()
    assert (lea.etat, lea.etat_le) == (E.RECUE, dt.date(2026, 9, 1))
    annulee = lea.etapes.get()
    assert (annulee.vers, annulee.annulee_par) == ("refusee", gestionnaire)
    assert annulee.annulee_le is not None
    with pytest.raises(ValidationError, match="Aucune étape"):
        undo_etape(etape=annulee, utilisateur=gestionnaire)


def test_only_the_last_move_is_undone(lea: Candidature, gestionnaire: Utilisateur) -> None:
    premiere = move(lea, E.PRESELECTIONNEE, gestionnaire)
    move(lea, E.ENTRETIEN, gestionnaire)
    with pytest.raises(ValidationError, match="Aucune étape"):
        undo_etape(etape=premiere, utilisateur=gestionnaire)


# --- Postes of the Département ---------------------------------------------------------------


def test_the_candidates_of_a_partner_have_no_place_here(lea: Candidature, poste_2: Poste) -> None:
    lea.poste = poste_2
    with pytest.raises(ValidationError, match="d’un partenaire"):
        lea.full_clean()
    with pytest.raises(IntegrityError, match="d’un partenaire"), transaction.atomic():
        Candidature.objects.update(poste=poste_2)


def test_vacant_postes_come_the_nearest_first(
    poste_1: Poste, poste_2: Poste, lbn_communaute: Any, brulon: Commune, la_fleche: Commune,
    le_mans: Commune, structure_departement: Any,
) -> None:  # fmt: skip
    """Poste 1 serves Brûlon, poste 3 Le Mans; poste 2 is vacant too but a partner's."""
    poste_1.epcis.add(lbn_communaute)
    poste_3 = Poste.objects.create(
        numero=3, structure=structure_departement, date_attribution=dt.date(2021, 3, 1)
    )
    poste_3.epcis.add(le_mans.epci)
    proches = nearest_postes(brulon, postes_vacants(JOUR))
    assert [(p.poste.numero, p.ville, round(p.km or 0)) for p in proches] == [
        (1, brulon, 0),
        (3, le_mans, 32),
    ]
    assert proches[0].poste.depuis == dt.date(2021, 3, 1)
    assert [p.km for p in nearest_postes(None, postes_vacants(JOUR))] == [None, None]


# --- The board -------------------------------------------------------------------------------


def test_the_board_is_narrowed_by_words_poste_and_commune(
    gestionnaire: Utilisateur, poste_1: Poste, brulon: Commune
) -> None:
    make_candidature(code_insee=brulon.code)
    make_candidature(courriel="b@exemple.fr", prenom="Élodie", nom="Durand", poste=poste_1)

    def names(**filtre: Any) -> list[str]:
        tableau = recruitment_board(gestionnaire, JOUR, Filtre(**filtre))
        return [c.candidature.prenom for colonne in tableau.actives for c in colonne.cartes]

    assert names() == ["Élodie", "Léa"]
    assert names(cherche="elodie") == ["Élodie"]
    assert names(cherche="brulon") == ["Léa"]
    assert names(poste=1) == ["Élodie"]
    assert names(commune=brulon.code) == ["Léa"]


def test_the_board_costs_the_same_for_one_and_for_a_hundred(
    client: Client, gestionnaire: Utilisateur, poste_1: Poste, brulon: Commune,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    Candidature.objects.bulk_create(
        Candidature(
            courriel=f"c{i}@exemple.fr", prenom="P", nom=f"N{i}", recue_le=dt.date(2026, 1, 5),
            etat=list(E)[i % 4], code_insee=brulon.code, poste=poste_1,
        )
        for i in range(100)
    )  # fmt: skip
    client.force_login(gestionnaire)
    client.get(reverse("admin:conseillers_recrutement"))
    with django_assert_max_num_queries(14):
        reponse = client.get(reverse("admin:conseillers_recrutement"))
    assert reponse.content.count(b"recrut-carte") == 100


def test_the_board_moves_a_card_today_and_offers_to_undo(
    client: Client, gestionnaire: Utilisateur, lea: Candidature
) -> None:
    client.force_login(gestionnaire)
    reponse = client.post(
        reverse("admin:conseillers_recrutement_passer", args=[lea.pk]),
        {"vers": "preselectionnee", "tableau": "1", "retour": "q=martin&poste=&x=<b>"},
        follow=True,
    )
    lea.refresh_from_db()
    assert (lea.etat, lea.etat_le) == ("preselectionnee", timezone.localdate())
    assert "q=martin" in reponse.redirect_chain[-1][0]
    assert "x=" not in reponse.redirect_chain[-1][0]
    assert "Annuler ce passage" in reponse.content.decode()
    etape = lea.etapes.get()
    client.post(reverse("admin:conseillers_recrutement_annuler", args=[etape.pk]), {"tableau": "1"})
    lea.refresh_from_db()
    assert lea.etat == "recue"


def test_the_direction_reads_the_board_without_a_button(
    client: Client, direction: Utilisateur, lea: Candidature
) -> None:
    client.force_login(direction)
    texte = client.get(reverse("admin:conseillers_recrutement")).content.decode()
    assert "Léa Martin" in texte
    assert "Passer à" not in texte


def test_a_commune_is_typed_by_its_name(
    client: Client, gestionnaire: Utilisateur, brulon: Commune
) -> None:
    client.force_login(gestionnaire)
    etapes = {"etapes-TOTAL_FORMS": 0, "etapes-INITIAL_FORMS": 0}
    champs = {"prenom": "Léa", "nom": "Martin", "courriel": "L@X.fr", "recue_le": "2026-10-01"}
    adresse = reverse("admin:conseillers_candidature_add")
    refus = client.post(adresse, champs | etapes | {"code_insee": "Brulom"})
    assert "n’est pas une commune connue" in refus.content.decode()
    client.post(adresse, champs | etapes | {"code_insee": "brulon"})
    lea = Candidature.objects.get()
    assert (lea.code_insee, lea.courriel, lea.etat) == (brulon.code, "l@x.fr", "recue")


def test_two_clicks_on_one_card_make_one_move(lea: Candidature, gestionnaire: Utilisateur) -> None:
    """The second finds the row as the first left it, whatever its page still showed."""
    vieille = Candidature.objects.get(pk=lea.pk)
    move(lea, E.PRESELECTIONNEE, gestionnaire)
    with pytest.raises(ValidationError, match="ne passe pas à"):
        move_candidature(
            candidature=vieille, vers=E.PRESELECTIONNEE, le=JOUR, utilisateur=gestionnaire
        )
    assert lea.etapes.count() == 1
    connection.check_constraints()
