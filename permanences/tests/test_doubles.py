"""A séance typed here and brought from La Coop is shown twice, and settled once by a person."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from conftest import close_mois_brut, make_seance
from conseillers.models import Utilisateur
from permanences.models import CompteRenduCoop, Creneau, DecisionDouble, LieuAccueil, Mois, Seance
from permanences.selectors.doubles import paires_probables, read_paires
from permanences.services import keep_both, merge_seances, undo_double
from territoires.models import Evenement

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mardi_13_octobre")]

MARDI = dt.date(2026, 10, 13)
Coop = Callable[..., Seance]


@pytest.fixture
def de_la_coop(conseillere: Utilisateur, mairie_brulon: LieuAccueil) -> Coop:
    """Write a séance as an import would, with the activity it comes from."""

    def write(**champs: Any) -> Seance:
        jour = champs.pop("jour", MARDI)
        seance = make_seance(conseillere, champs.pop("ou", mairie_brulon), jour, **champs)
        Seance.objects.filter(pk=seance.pk).update(source="coop")
        CompteRenduCoop.objects.create(
            id_coop=str(uuid.uuid4()), conseiller=conseillere.conseiller, date=jour,
            duree=seance.duree, nb_participants=seance.nb_participants, etat="compte",
            seance=seance,
        )  # fmt: skip
        return Seance.objects.get(pk=seance.pk)

    return write


def pairs() -> list[tuple[int, int]]:
    return [(p.saisie, p.coop) for p in paires_probables()]


# --- What looks like the same ------------------------------------------------------------------


def test_the_same_day_place_duration_and_number_is_very_probable_and_says_why(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil, de_la_coop: Coop
) -> None:
    saisie, coop = make_seance(conseillere, mairie_brulon, MARDI), de_la_coop()
    (paire,) = paires_probables(conseillere)
    assert (paire.saisie, paire.coop, paire.certitude) == (saisie.pk, coop.pk, "très probable")
    assert paire.raisons == (
        "même lieu", "même durée", "même nombre de personnes", "même nature",
        "une thématique en commun",
    )  # fmt: skip
    (lue,) = read_paires(conseillere, [paire])
    assert [ligne.libelle for ligne in lue.a_lire] == ["Où", "Durée", "Personnes"]
    assert not any(ligne.differe for ligne in lue.lignes)


@pytest.mark.parametrize(
    ("champs", "attendue"),
    [
        ({"duree": 40, "nb_participants": 3}, "probable"),
        ({"duree": 120, "nb_participants": 6, "nature": "atelier"}, None),
        ({"jour": dt.date(2026, 10, 12)}, None),
        ({"canal": "a_distance", "ou": None}, None),
        ({"canal": "domicile", "ou": None, "code_insee": "72050"}, "très probable"),
    ],
)
def test_what_differs_makes_it_less_probable_then_not_at_all(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil, de_la_coop: Coop,
    champs: dict[str, Any], attendue: str | None,
) -> None:  # fmt: skip
    make_seance(conseillere, mairie_brulon, MARDI)
    de_la_coop(**champs)
    assert [p.certitude for p in paires_probables()] == ([attendue] if attendue else [])


def test_each_seance_is_in_one_pair_the_best(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil, de_la_coop: Coop
) -> None:
    courte = make_seance(conseillere, mairie_brulon, MARDI)
    longue = make_seance(conseillere, mairie_brulon, MARDI, duree=60)
    heure, demie = de_la_coop(duree=60), de_la_coop()
    assert sorted(pairs()) == [(courte.pk, demie.pk), (longue.pk, heure.pk)]


def test_two_typed_ones_or_a_colleague_s_are_no_pair(
    conseillere: Utilisateur, conseiller_voisin: Utilisateur, mairie_brulon: LieuAccueil,
    de_la_coop: Coop,
) -> None:  # fmt: skip
    de_la_coop()
    make_seance(conseiller_voisin, mairie_brulon, MARDI)
    assert pairs() == []


# --- « C’est la même » -------------------------------------------------------------------------


def test_the_other_is_withdrawn_and_what_it_alone_says_is_taken_over(
    conseillere: Utilisateur, gestionnaire: Utilisateur, mairie_brulon: LieuAccueil,
    creneau_brulon: Creneau, de_la_coop: Coop,
) -> None:  # fmt: skip
    coop = de_la_coop(autonomie="autonome")
    saisie = make_seance(
        conseillere, mairie_brulon, MARDI, creneau=creneau_brulon, nb_premieres_venues=1,
        age_soixante_dix_plus=1, autonomie="partiellement_autonome",
    )  # fmt: skip
    decision = merge_seances(saisie=saisie, coop=coop, garder=coop, utilisateur=gestionnaire)
    coop.refresh_from_db()
    saisie.refresh_from_db()
    assert saisie.supprimee_le and not coop.supprimee_le
    assert (coop.nb_premieres_venues, coop.creneau, coop.age_soixante_dix_plus) == (
        1, creneau_brulon, 1,
    )  # fmt: skip
    assert coop.autonomie == "autonome"
    assert decision.retiree == saisie and pairs() == []
    assert decision.reprises == {
        "nb_premieres_venues": [None, 1], "creneau_id": [None, creneau_brulon.pk],
        "age_soixante_dix_plus": [0, 1],
    }  # fmt: skip
    assert Evenement.objects.filter(modele="permanences.decisiondouble").count() == 1


def test_the_activity_of_a_withdrawn_one_is_set_aside_as_a_double(
    conseillere: Utilisateur,
    gestionnaire: Utilisateur,
    mairie_brulon: LieuAccueil,
    de_la_coop: Coop,
) -> None:
    saisie, coop = make_seance(conseillere, mairie_brulon, MARDI), de_la_coop()
    decision = merge_seances(saisie=saisie, coop=coop, garder=saisie, utilisateur=gestionnaire)
    ligne = CompteRenduCoop.objects.get()
    assert (ligne.etat, ligne.raison) == ("ecarte", "double")
    undo_double(decision=decision, utilisateur=gestionnaire)
    ligne.refresh_from_db()
    coop.refresh_from_db()
    assert (ligne.etat, ligne.raison, coop.supprimee_le) == ("compte", "", None)
    assert pairs() == [(saisie.pk, coop.pk)]


def test_undone_gives_back_what_was_taken_but_not_what_was_corrected_since(
    conseillere: Utilisateur,
    gestionnaire: Utilisateur,
    mairie_brulon: LieuAccueil,
    de_la_coop: Coop,
) -> None:
    saisie = make_seance(
        conseillere, mairie_brulon, MARDI, nb_premieres_venues=1, autonomie="autonome"
    )
    coop = de_la_coop()
    decision = merge_seances(saisie=saisie, coop=coop, garder=coop, utilisateur=gestionnaire)
    Seance.objects.filter(pk=coop.pk).update(nb_premieres_venues=0)
    undo_double(decision=decision, utilisateur=gestionnaire)
    coop.refresh_from_db()
    assert (coop.nb_premieres_venues, coop.autonomie) == (0, "")
    with pytest.raises(ValidationError, match="déjà annulée"):
        undo_double(decision=decision, utilisateur=gestionnaire)


def test_a_closed_month_refuses_and_a_late_double_of_it_is_still_withdrawn(
    conseillere: Utilisateur,
    gestionnaire: Utilisateur,
    mairie_brulon: LieuAccueil,
    de_la_coop: Coop,
) -> None:
    septembre = dt.date(2026, 9, 8)
    saisie = make_seance(conseillere, mairie_brulon, septembre, autonomie="")
    deja = de_la_coop(jour=septembre)
    close_mois_brut(dt.date(2026, 9, 1))
    with pytest.raises(ValidationError, match="est clos"):
        merge_seances(saisie=saisie, coop=deja, garder=saisie, utilisateur=gestionnaire)
    Mois.objects.all().update(clos_le=timezone.now() - dt.timedelta(hours=1))
    assert pairs() == []
    tardive = de_la_coop(jour=septembre, autonomie="autonome")
    assert tardive.hors_delai and pairs() == [(saisie.pk, tardive.pk)]
    with pytest.raises(ValidationError, match="gardez-la"):
        merge_seances(saisie=saisie, coop=tardive, garder=tardive, utilisateur=gestionnaire)
    merge_seances(saisie=saisie, coop=tardive, garder=saisie, utilisateur=gestionnaire)
    saisie.refresh_from_db()
    assert saisie.autonomie == "" and not saisie.supprimee_le


def test_undoing_is_refused_once_the_month_is_closed(
    conseillere: Utilisateur,
    gestionnaire: Utilisateur,
    mairie_brulon: LieuAccueil,
    de_la_coop: Coop,
) -> None:
    saisie, coop = make_seance(conseillere, mairie_brulon, MARDI), de_la_coop()
    decision = merge_seances(saisie=saisie, coop=coop, garder=saisie, utilisateur=gestionnaire)
    close_mois_brut(dt.date(2026, 10, 1))
    with pytest.raises(ValidationError, match="est clos"):
        undo_double(decision=decision, utilisateur=gestionnaire)


# --- « Ce sont deux séances » ------------------------------------------------------------------


def test_two_seances_are_never_proposed_again_and_a_second_answer_is_refused(
    conseillere: Utilisateur,
    gestionnaire: Utilisateur,
    mairie_brulon: LieuAccueil,
    de_la_coop: Coop,
) -> None:
    saisie, coop = make_seance(conseillere, mairie_brulon, MARDI), de_la_coop()
    keep_both(saisie=saisie, coop=coop, utilisateur=conseillere)
    assert pairs() == []
    with pytest.raises(ValidationError, match="vient de décider"):
        merge_seances(saisie=saisie, coop=coop, garder=coop, utilisateur=gestionnaire)


# --- The pages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/seances/doubles/", "/admin/permanences/creneau/doubles/"])
def test_the_advisor_and_staff_settle_what_they_tick_and_undo_it(
    client: Client, conseillere: Utilisateur, gestionnaire: Utilisateur,
    mairie_brulon: LieuAccueil, de_la_coop: Coop, page: str,
) -> None:  # fmt: skip
    client.force_login(gestionnaire if "admin" in page else conseillere)
    paires = [
        f"{make_seance(conseillere, mairie_brulon, jour).pk}-{de_la_coop(jour=jour).pk}"
        for jour in (MARDI, dt.date(2026, 10, 6))
    ]
    texte = client.get(page).content.decode()
    assert texte.count("Les deux séances, côte à côte") == 2
    rien = client.post(page, {"cochees": "coop"}, follow=True).content.decode()
    assert "Rien n’a été choisi" in rien
    client.post(page, {"choix": f"deux:{paires[0]}"})
    client.post(page, {"cochees": "coop", "paires": paires})
    assert Seance.objects.filter(supprimee_le__isnull=False).count() == 1
    fait = DecisionDouble.objects.get(verdict="meme")
    suite = "annuler" if "admin" in page else "annulation"
    client.post(f"{page}{fait.pk}/{suite}/")
    assert not Seance.objects.filter(supprimee_le__isnull=False).exists()


def test_the_advisor_s_list_says_that_there_are_some(
    client: Client, conseillere: Utilisateur, mairie_brulon: LieuAccueil, de_la_coop: Coop
) -> None:
    client.force_login(conseillere)
    make_seance(conseillere, mairie_brulon, MARDI)
    assert "/seances/doubles/" not in client.get("/seances/").content.decode()
    de_la_coop()
    assert "/seances/doubles/" in client.get("/seances/").content.decode()


def test_another_advisor_sees_and_settles_nothing(
    client: Client, conseillere: Utilisateur, conseiller_voisin: Utilisateur,
    mairie_brulon: LieuAccueil, de_la_coop: Coop,
) -> None:  # fmt: skip
    saisie, coop = make_seance(conseillere, mairie_brulon, MARDI), de_la_coop()
    client.force_login(conseiller_voisin)
    assert "Aucun double possible" in client.get("/seances/doubles/").content.decode()
    client.post("/seances/doubles/", {"choix": f"coop:{saisie.pk}-{coop.pk}"})
    assert not DecisionDouble.objects.exists()


def test_the_page_costs_the_same_with_many_pairs(
    client: Client, gestionnaire: Utilisateur, conseillere: Utilisateur,
    mairie_brulon: LieuAccueil, de_la_coop: Coop, django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    for rang in range(6):
        jour = MARDI - dt.timedelta(days=rang)
        make_seance(conseillere, mairie_brulon, jour)
        de_la_coop(jour=jour)
    client.force_login(gestionnaire)
    with django_assert_max_num_queries(12):
        client.get("/admin/permanences/creneau/doubles/")
