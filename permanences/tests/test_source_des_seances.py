"""One source per advisor: where La Coop is it, no door takes a séance a second time."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from conftest import make_seance
from conseillers.models import Utilisateur
from permanences.importers.seances import Seances
from permanences.models import Creneau, LieuAccueil, ModeSaisie, Seance
from permanences.selectors.mode_saisie import (
    ModesDeSaisie,
    conseillers_sur_la_coop,
    consequences_du_mode,
    mode_le,
)
from permanences.services import change_mode_saisie, record_seance, update_seance
from permanences.tests.test_envois import NOUVELLE, answers, send
from territoires.models import Evenement
from territoires.tests.imports import import_text, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mardi_13_octobre")]

PREMIER = dt.date(2026, 10, 1)
MARDI = dt.date(2026, 10, 13)
VEILLE = dt.date(2026, 9, 30)


@pytest.fixture
def sur_la_coop(conseillere: Utilisateur, gestionnaire: Utilisateur) -> ModeSaisie:
    """Nadia notes her séances in La Coop since 1 October."""
    return change_mode_saisie(
        conseiller=conseillere.conseiller,
        mode="coop",
        date_debut=PREMIER,
        utilisateur=gestionnaire,
    )


# --- What is decided -------------------------------------------------------------------------


def test_nothing_decided_accepts_both_sources(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    assert mode_le(conseillere.conseiller, MARDI) is None
    assert make_seance(conseillere, mairie_brulon, MARDI).pk


def test_each_day_has_the_source_of_the_last_decision_before_it(
    conseillere: Utilisateur, gestionnaire: Utilisateur, sur_la_coop: ModeSaisie
) -> None:
    nadia = conseillere.conseiller
    retour = dt.date(2026, 10, 10)
    change_mode_saisie(
        conseiller=nadia, mode="plateforme", date_debut=retour, utilisateur=gestionnaire
    )
    attendus = {VEILLE: None, PREMIER: "coop", dt.date(2026, 10, 9): "coop", retour: "plateforme"}
    assert {jour: mode_le(nadia, jour) for jour in attendus} == attendus
    en_bloc = ModesDeSaisie([nadia.pk])
    assert {jour: en_bloc.mode_le(nadia.pk, jour) for jour in attendus} == attendus
    assert conseillers_sur_la_coop(PREMIER) == [nadia]
    assert conseillers_sur_la_coop(retour) == []


def test_two_decisions_of_one_day_cannot_stand_and_the_last_one_corrects(
    conseillere: Utilisateur, gestionnaire: Utilisateur, sur_la_coop: ModeSaisie
) -> None:
    nadia = conseillere.conseiller
    with pytest.raises(IntegrityError), transaction.atomic():
        ModeSaisie.objects.create(conseiller=nadia, mode="plateforme", date_debut=PREMIER)
    change_mode_saisie(
        conseiller=nadia, mode="plateforme", date_debut=PREMIER, utilisateur=gestionnaire
    )
    assert [(m.mode, m.date_debut) for m in ModeSaisie.objects.all()] == [("plateforme", PREMIER)]
    natures = Evenement.objects.filter(modele="permanences.modesaisie").order_by("pk")
    assert list(natures.values_list("nature", flat=True)) == ["creation", "modification"]


@pytest.mark.parametrize(
    ("mode", "jour", "phrase"),
    [("coop", MARDI, "déjà sa source"), ("plateforme", dt.date(2006, 10, 1), "vérifiez l’année")],
)
def test_what_changes_nothing_or_is_a_slip_of_the_year_is_refused(
    conseillere: Utilisateur, gestionnaire: Utilisateur, sur_la_coop: ModeSaisie,
    mode: str, jour: dt.date, phrase: str,
) -> None:  # fmt: skip
    with pytest.raises(ValidationError, match=phrase):
        change_mode_saisie(
            conseiller=conseillere.conseiller, mode=mode, date_debut=jour, utilisateur=gestionnaire
        )


# --- Her day ---------------------------------------------------------------------------------


def test_her_day_says_where_her_seances_come_from_and_offers_no_second_typing(
    client: Client, conseillere: Utilisateur, creneau_brulon: Creneau, sur_la_coop: ModeSaisie
) -> None:
    client.force_login(conseillere)
    page = " ".join(client.get("/aujourdhui/").content.decode().split())
    assert "octobre 2026, vos séances viennent de La Coop" in page
    assert 'href="/la-coop/"' in page
    assert NOUVELLE not in page
    assert "Tenue sans visite" in page and "Annuler ce créneau" in page
    veille = client.get("/aujourdhui/2026-09-29/").content.decode()
    assert "viennent de La Coop" not in veille and NOUVELLE in veille


def test_a_seance_of_la_coop_without_its_creneau_says_how_to_choose_it(
    client: Client, conseillere: Utilisateur, creneau_brulon: Creneau, gestionnaire: Utilisateur
) -> None:
    """Two permanences of a day in one lieu: La Coop does not say which."""
    venue = make_seance(conseillere, creneau_brulon.lieu, MARDI)
    Seance.objects.filter(pk=venue.pk).update(source="coop")
    change_mode_saisie(
        conseiller=conseillere.conseiller, mode="coop", date_debut=PREMIER, utilisateur=gestionnaire
    )
    client.force_login(conseillere)
    assert "n’a pas encore son créneau" in client.get("/aujourdhui/").content.decode()
    reponses = answers(creneau_brulon.lieu, creneau=creneau_brulon.pk)
    assert client.post(f"/seances/{venue.cle}/correction/", reponses).status_code == 302
    page = client.get("/aujourdhui/")
    assert [c.libelle for c in page.context["journee"].creneaux] == ["Tenue"]
    assert "n’a pas encore son créneau" not in page.content.decode()


# --- Every door ------------------------------------------------------------------------------


def test_the_service_refuses_from_the_day_on_and_takes_the_dates_before(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil, sur_la_coop: ModeSaisie
) -> None:
    with pytest.raises(ValidationError) as refus:
        make_seance(conseillere, mairie_brulon, PREMIER)
    assert "viennent de La Coop" in refus.value.message_dict["date"][0]
    assert make_seance(conseillere, mairie_brulon, VEILLE).pk


def test_the_form_the_queue_and_the_api_refuse_alike_and_lose_nothing(
    client: Client, conseillere: Utilisateur, mairie_brulon: LieuAccueil, sur_la_coop: ModeSaisie
) -> None:
    donnees = answers(mairie_brulon, duree="45")
    client.force_login(conseillere)
    page = client.post(NOUVELLE, donnees)
    assert page.status_code == 422
    assert page.context["form"]["duree"].value() == "45"
    assert "Vos séances viennent de La Coop" in page.content.decode()
    file = send(conseillere, NOUVELLE, donnees)
    assert file.status_code == 422
    assert "viennent de La Coop" in file.json()["erreurs"][0]["messages"][0]
    api = client.post(
        "/api/v1/seances/",
        {**donnees, "lieu": mairie_brulon.code, "duree": 45},
        content_type="application/json",
    )
    assert api.status_code == 400 and "viennent de La Coop" in api.content.decode()
    assert not Seance.objects.exists()


def test_a_page_made_before_the_decision_was_filled_in_good_faith_and_is_taken(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil, gestionnaire: Utilisateur
) -> None:
    """A phone without network for days: nobody would type it again in La Coop."""
    avant = timezone.now() - dt.timedelta(hours=2)
    ModeSaisie.objects.create(conseiller=conseillere.conseiller, mode="coop", date_debut=PREMIER)
    reponse = send(conseillere, NOUVELLE, answers(mairie_brulon, page_du=avant.isoformat()))
    assert reponse.status_code == 200
    assert "n’en garder qu’une" in reponse.json()["message"]
    apres = timezone.now()
    for page_du in (apres.isoformat(), "n’importe quoi", "2099-01-01T00:00:00+00:00", "2026-10-01"):
        refus = send(conseillere, NOUVELLE, answers(mairie_brulon, page_du=page_du))
        assert refus.status_code == 422, page_du
    assert Seance.objects.count() == 1


def test_what_the_service_holds_is_corrected_but_not_moved_into_la_coop_s_days(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil, gestionnaire: Utilisateur
) -> None:
    deja = make_seance(conseillere, mairie_brulon, MARDI)
    avant = make_seance(conseillere, mairie_brulon, VEILLE)
    ModeSaisie.objects.create(conseiller=conseillere.conseiller, mode="coop", date_debut=PREMIER)
    assert update_seance(seance=deja, utilisateur=conseillere, duree=60).duree == 60
    with pytest.raises(ValidationError, match="La Coop"):
        update_seance(seance=avant, utilisateur=conseillere, date=MARDI)


def test_a_file_of_seances_refuses_the_lines_of_la_coop_s_days(
    tmp_path: Path, conseillere: Utilisateur, mairie_brulon: LieuAccueil, sur_la_coop: ModeSaisie
) -> None:
    entete = "cle;poste;date;nature;canal;lieu;duree;nb_participants;thematiques"
    lignes = [
        f"{uuid.uuid4()};1;{jour};individuel;lieu_activite;mairie-72050;30;1;email"
        for jour in (VEILLE, MARDI)
    ]
    erreurs = told(import_text(tmp_path, Seances, "\n".join([entete, *lignes])))
    assert len(erreurs) == 1 and erreurs[0].startswith("ligne 3, colonne date : depuis le 1er")


def test_what_was_received_already_is_not_refused_afterwards(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    seance = make_seance(conseillere, mairie_brulon, MARDI)
    ModeSaisie.objects.create(conseiller=conseillere.conseiller, mode="coop", date_debut=PREMIER)
    encore = record_seance(
        utilisateur=conseillere, cle=seance.cle, date=MARDI, lieu=mairie_brulon,
        nature="individuel", canal="lieu_activite", duree=30, thematiques=["email"],
    )  # fmt: skip
    assert encore == seance


# --- What the advisor reads ------------------------------------------------------------------


def test_the_form_explains_and_keeps_the_dates_before_open(
    client: Client, conseillere: Utilisateur, gestionnaire: Utilisateur, sur_la_coop: ModeSaisie
) -> None:
    client.force_login(conseillere)
    page = client.get(NOUVELLE)
    texte = page.content.decode()
    assert "Vos séances viennent de La Coop" in texte
    assert "Aucun import de La Coop n’a encore eu lieu" in texte
    assert gestionnaire.courriel in texte
    assert page.context["form"]["date"].value() == VEILLE
    avant = client.get(f"{NOUVELLE}?date={VEILLE}").content.decode()
    assert "Vos séances viennent de La Coop" not in avant


# --- What the Département decides ------------------------------------------------------------


def test_staff_reads_what_changes_then_confirms_it(
    client: Client, conseillere: Utilisateur, gestionnaire: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    make_seance(conseillere, mairie_brulon, MARDI)
    client.force_login(gestionnaire)
    nadia = conseillere.conseiller
    url = f"/admin/permanences/creneau/sources/{nadia.pk}/changer/"
    choix = {"mode": "coop", "date_debut": "2026-10-01"}
    page = client.get(url, choix).content.decode()
    assert "séance déjà saisie reste" in page and "Confirmer le changement" in page
    assert not ModeSaisie.objects.exists()
    assert client.post(url, choix).status_code == 302
    fiche = client.get(f"/admin/conseillers/conseiller/{nadia.pk}/change/").content.decode()
    assert "La Coop" in fiche and "Changer la source" in fiche
    assert "déjà sa source" in client.get(url, choix).content.decode()


def test_the_consequences_stop_at_the_next_change(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    nadia = conseillere.conseiller
    for jour in (MARDI, dt.date(2026, 9, 8)):
        make_seance(conseillere, mairie_brulon, jour)
    ModeSaisie.objects.create(conseiller=nadia, mode="plateforme", date_debut=PREMIER)
    effets = consequences_du_mode(nadia, "coop", dt.date(2026, 9, 1))
    assert (effets.saisies, effets.fin) == (1, VEILLE)
