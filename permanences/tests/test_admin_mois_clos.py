"""In the admin as elsewhere, nothing of a closed month changes, and the page says why."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from permanences.models import Creneau, Declaration, LieuAccueil, Mois, Occurrence, Seance

JOUR = dt.date(2026, 3, 10)
PHRASE = "Le mois de mars 2026 est clos"


@pytest.fixture
def bureau(client: Client, gestionnaire: Any) -> Client:
    client.force_login(gestionnaire)
    return client


@pytest.fixture
def seance(conseillere: Any, mairie_brulon: LieuAccueil, poste_1: Any) -> Seance:
    return Seance.objects.create(
        auteur=conseillere.conseiller,
        poste=poste_1,
        date=JOUR,
        nature="individuel",
        canal="lieu_activite",
        lieu=mairie_brulon,
        code_insee="72050",
        commune=mairie_brulon.commune,
        epci=mairie_brulon.commune.epci,
        departement="72",
        duree=30,
        thematiques=["email"],
    )


@pytest.fixture
def lignes(seance: Seance, creneau_brulon: Creneau, poste_1: Any) -> dict[str, Any]:
    return {
        "seance": seance,
        "occurrence": Occurrence.objects.create(creneau=creneau_brulon, date=JOUR, statut="tenue"),
        "declaration": Declaration.objects.create(
            poste=poste_1, mois=JOUR.replace(day=1), faite_le=JOUR
        ),
    }


def close(gestionnaire: Any) -> None:
    Mois.objects.create(
        premier_jour=JOUR.replace(day=1),
        statut="clos",
        version=1,
        clos_le=timezone.now(),
        clos_par=gestionnaire,
    )


def page(objet: Any, nom: str) -> str:
    modele = objet._meta.model_name
    return reverse(f"admin:permanences_{modele}_{nom}", args=[objet.pk])


def form_of(seance: Seance, **champs: Any) -> dict[str, Any]:
    saisie = {
        "date": f"{seance.date:%d/%m/%Y}",
        "poste": seance.poste_id or "",
        "nature": seance.nature,
        "canal": seance.canal,
        "lieu": seance.lieu_id or "",
        "code_insee": seance.code_insee,
        "duree": seance.duree,
        "nb_participants": seance.nb_participants,
        "thematiques": seance.thematiques,
        **{nom: 0 for nom in vars(seance) if nom.startswith(("age_", "genre_", "statut_"))},
    }
    return {**saisie, **champs}


@pytest.mark.parametrize("modele", ["seance", "occurrence", "declaration"])
def test_a_row_of_a_closed_month_is_shown_and_kept(
    bureau: Client, gestionnaire: Any, lignes: dict[str, Any], modele: str
) -> None:
    close(gestionnaire)
    ligne = lignes[modele]
    lecture = bureau.get(page(ligne, "change"))
    assert PHRASE in lecture.content.decode()
    assert 'name="_save"' not in lecture.content.decode()
    for nom in ("change", "delete"):
        reponse = bureau.post(page(ligne, nom), {"post": "yes"}, follow=True)
        assert reponse.status_code == 200
        assert PHRASE in reponse.content.decode()
    assert type(ligne).objects.filter(pk=ligne.pk).exists()


@pytest.mark.parametrize("modele", ["seance", "occurrence", "declaration"])
def test_bulk_deletion_spares_a_closed_month(
    bureau: Client, gestionnaire: Any, lignes: dict[str, Any], modele: str
) -> None:
    close(gestionnaire)
    ligne = lignes[modele]
    saisie = {"action": "delete_selected", "_selected_action": [ligne.pk], "post": "yes"}
    reponse = bureau.post(reverse(f"admin:permanences_{modele}_changelist"), saisie, follow=True)
    assert reponse.status_code == 200
    assert PHRASE in reponse.content.decode()
    ligne.refresh_from_db()
    assert getattr(ligne, "supprimee_le", None) is None


def test_a_seance_is_corrected_and_its_place_follows(
    bureau: Client, seance: Seance, mediatheque_la_fleche: LieuAccueil
) -> None:
    saisie = form_of(seance, lieu=mediatheque_la_fleche.pk, duree=45)
    reponse = bureau.post(page(seance, "change"), saisie)
    assert reponse.status_code == 302, reponse.context["errors"]
    seance.refresh_from_db()
    assert (seance.duree, seance.code_insee, seance.poste.numero) == (45, "72154", 1)


def test_a_refused_correction_keeps_what_was_typed(bureau: Client, seance: Seance) -> None:
    saisie = form_of(seance, duree=50, titre="écrire à a@b.fr")
    reponse = bureau.post(page(seance, "change"), saisie)
    html = reponse.content.decode()
    assert "aucun nom ni aucune coordonnée" in html
    assert 'value="50"' in html and "écrire à a@b.fr" in html
    seance.refresh_from_db()
    assert seance.duree == 30


def test_a_deleted_seance_is_withdrawn_not_erased(bureau: Client, seance: Seance) -> None:
    bureau.post(page(seance, "delete"), {"post": "yes"})
    seance.refresh_from_db()
    assert seance.supprimee_le is not None
    assert bureau.get(page(seance, "change")).status_code == 302


def test_a_seance_waiting_for_a_poste_is_found_and_attached(
    bureau: Client, seance: Seance, poste_2: Any
) -> None:
    Seance.objects.update(poste=None)
    liste = reverse("admin:permanences_seance_changelist")
    assert bureau.get(liste, {"rattachement": "fait"}).context["cl"].result_count == 0
    attente = bureau.get(liste, {"rattachement": "en_attente"})
    assert attente.context["cl"].result_count == 1
    seance.refresh_from_db()
    reponse = bureau.post(page(seance, "change"), form_of(seance, poste=poste_2.pk))
    assert reponse.status_code == 302, reponse.context["errors"]
    seance.refresh_from_db()
    assert seance.poste == poste_2


def test_a_poste_that_was_not_ours_that_day_is_refused(
    bureau: Client, seance: Seance, poste_2: Any
) -> None:
    poste_2.date_rendu = JOUR
    poste_2.save()
    Seance.objects.update(poste=None)
    seance.refresh_from_db()
    reponse = bureau.post(page(seance, "change"), form_of(seance, poste=poste_2.pk))
    assert "à la date de la séance" in reponse.content.decode()
    seance.refresh_from_db()
    assert seance.poste is None


def test_an_occurrence_may_not_be_said_on_another_day(
    bureau: Client, creneau_brulon: Creneau
) -> None:
    saisie = {"creneau": creneau_brulon.pk, "date": "11/03/2026", "statut": "tenue"}
    reponse = bureau.post(reverse("admin:permanences_occurrence_add"), saisie)
    assert "n’a pas lieu le 11/03/2026" in reponse.content.decode()


def test_a_lieu_takes_its_commune_from_the_code(bureau: Client, brulon: Any) -> None:
    saisie = {"code": "mairie", "nom": "Mairie", "type": "mairie", "code_insee": "72050"}
    bureau.post(reverse("admin:permanences_lieuaccueil_add"), saisie)
    assert LieuAccueil.objects.get(code="mairie").commune == brulon
    reponse = bureau.post(
        reverse("admin:permanences_lieuaccueil_add"), {**saisie, "code": "b", "code_insee": "61001"}
    )
    assert "a besoin de ses coordonnées" in reponse.content.decode()
