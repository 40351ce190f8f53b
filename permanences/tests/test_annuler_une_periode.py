"""An advisor cancels a period of own créneaux with a motive, dates first, and takes it back."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from conftest import close_mois_brut, make_seance
from conseillers.models import Poste, Utilisateur
from permanences.models import Creneau, Fermeture, LieuAccueil, Occurrence
from permanences.services import restore_periode

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")
ADRESSE = "/agenda/periode/"


@pytest.fixture
def connectee(client: Client, conseillere: Utilisateur) -> Client:
    client.force_login(conseillere)
    return client


@pytest.fixture
def reponses(creneau_brulon: Creneau) -> dict[str, Any]:
    """Every créneau of poste 1, from 13 October to 10 November."""
    return {
        "cle": str(uuid.uuid4()),
        "objet": f"poste-{creneau_brulon.poste_id}",
        "date_debut": "2026-10-13",
        "date_fin": "2026-11-10",
        "motif": "intemperies",
    }


def dates(entrees: list[Any]) -> list[str]:
    return [f"{e.date:%m-%d}" for e in entrees]


def states(client: Client, mois: str = "2026-10") -> dict[str, str]:
    agenda = client.get(f"/agenda/mois/{mois}/").context["agenda"]
    return {f"{e.date:%m-%d}": e.etat for j in agenda.jours for e in j.entrees}


def test_the_dates_are_shown_and_those_held_stay_held(
    connectee: Client, conseillere: Utilisateur, creneau_brulon: Creneau, reponses: dict[str, Any]
) -> None:
    make_seance(conseillere, creneau_brulon.lieu, dt.date(2026, 10, 13), creneau=creneau_brulon)
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 10, 20), statut="annulee", motif="remplacee"
    )
    page = connectee.post(ADRESSE, reponses)
    periode = page.context["periode"]
    assert dates(periode.concernees) == ["10-27", "11-03", "11-10"]
    assert dates(periode.tenues) == ["10-13"]
    assert dates(periode.deja_annulees) == ["10-20"]
    html = page.content.decode().replace("\u00a0", " ")
    assert "1 date reste tenue" in html
    assert not Fermeture.objects.exists()
    connectee.post(ADRESSE, reponses | {"confirme": "1"})
    assert states(connectee) == {
        "10-06": "À renseigner", "10-13": "Tenu", "10-20": "Annulé", "10-27": "Annulé",
    }  # fmt: skip


def test_one_creneau_alone_may_be_cancelled(
    connectee: Client, creneau_brulon: Creneau, mairie_brulon: LieuAccueil, poste_1: Poste,
    reponses: dict[str, Any],
) -> None:  # fmt: skip
    Creneau.objects.create(
        code="soir", poste=poste_1, lieu=mairie_brulon, nature="permanence",
        date_debut=dt.date(2026, 10, 14), heure_debut=dt.time(17), heure_fin=dt.time(19),
        recurrence="FREQ=WEEKLY;BYDAY=WE",
    )  # fmt: skip
    voulu = reponses | {"objet": f"creneau-{creneau_brulon.pk}", "confirme": "1"}
    connectee.post(ADRESSE, voulu)
    fermeture = Fermeture.objects.get()
    assert (fermeture.creneau, fermeture.poste) == (creneau_brulon, None)
    assert states(connectee)["10-21"] == "Prévu"


def test_confirmed_twice_is_one_closure(connectee: Client, reponses: dict[str, Any]) -> None:
    for _ in range(2):
        connectee.post(ADRESSE, reponses | {"confirme": "1"})
    assert Fermeture.objects.count() == 1


@pytest.mark.parametrize(
    ("autres", "phrase"),
    [
        ({"date_debut": "2026-10-14", "date_fin": "2026-10-16"}, "Aucun créneau à venir"),
        ({"date_fin": "2026-10-01"}, "précède"),
        ({"date_fin": "2028-10-01"}, "Un an au plus"),
        ({"motif": "autre"}, "Sélectionnez un choix valide"),
        ({"motif": ""}, "obligatoire"),
    ],
)
def test_what_cannot_be_cancelled_is_said(
    connectee: Client, reponses: dict[str, Any], autres: dict[str, str], phrase: str
) -> None:
    page = connectee.post(ADRESSE, reponses | autres)
    assert (page.status_code, phrase in page.content.decode()) == (422, True)
    assert not Fermeture.objects.exists()


def test_a_closed_month_inside_the_period_is_enough(
    connectee: Client, reponses: dict[str, Any]
) -> None:
    """July is open, September closed: nothing is written of either."""
    close_mois_brut(dt.date(2026, 9, 1))
    bornes = {"date_debut": "2026-07-15", "date_fin": "2026-09-30", "confirme": "1"}
    page = connectee.post(ADRESSE, reponses | bornes)
    assert "Le mois de septembre 2026 est clos" in page.content.decode()
    assert not Fermeture.objects.exists()


def test_a_closed_month_is_not_cancelled(connectee: Client, reponses: dict[str, Any]) -> None:
    close_mois_brut(dt.date(2026, 9, 1))
    page = connectee.post(ADRESSE, reponses | {"date_debut": "2026-09-15", "confirme": "1"})
    assert "Le mois de septembre 2026 est clos" in page.content.decode()
    assert not Fermeture.objects.exists()


def test_another_postes_creneaux_are_not_offered(
    connectee: Client, atelier_la_fleche: Creneau, reponses: dict[str, Any]
) -> None:
    for objet in (f"poste-{atelier_la_fleche.poste_id}", f"creneau-{atelier_la_fleche.pk}"):
        page = connectee.post(ADRESSE, reponses | {"objet": objet, "confirme": "1"})
        assert page.status_code == 422


def test_a_period_is_taken_back_after_its_dates_are_shown(
    connectee: Client, creneau_brulon: Creneau, reponses: dict[str, Any]
) -> None:
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 10, 20), statut="annulee", motif="remplacee"
    )
    connectee.post(ADRESSE, reponses | {"confirme": "1"})
    retour = f"/agenda/periode/{Fermeture.objects.get().pk}/retour/"
    assert retour in connectee.get(ADRESSE).content.decode()
    page = connectee.get(retour)
    assert dates(page.context["dates"]) == ["10-13", "10-27", "11-03", "11-10"]
    connectee.post(retour)
    assert not Fermeture.objects.exists()
    assert states(connectee)["10-20"] == "Annulé"
    assert states(connectee)["10-27"] == "Prévu"


def test_what_a_closed_month_counted_stays_cancelled(
    connectee: Client, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    fermeture = Fermeture.objects.create(
        code="agenda-1", creneau=creneau_brulon, motif="intemperies", posee_par=conseillere,
        date_debut=dt.date(2026, 9, 15), date_fin=dt.date(2026, 10, 27),
    )  # fmt: skip
    close_mois_brut(dt.date(2026, 9, 1))
    connectee.post(f"/agenda/periode/{fermeture.pk}/retour/")
    fermeture.refresh_from_db()
    assert fermeture.date_fin == dt.date(2026, 9, 30)


def test_the_departements_closure_is_not_taken_back(
    connectee: Client, conseillere: Utilisateur, creneau_brulon: Creneau, poste_1: Poste
) -> None:
    fermeture = Fermeture.objects.create(
        code="F1", poste=poste_1, motif="fermeture_programmee",
        date_debut=dt.date(2026, 10, 20), date_fin=dt.date(2026, 10, 27),
    )  # fmt: skip
    assert connectee.post(f"/agenda/periode/{fermeture.pk}/retour/").status_code == 404
    with pytest.raises(ValidationError, match="posée par le Département"):
        restore_periode(utilisateur=conseillere, fermeture=fermeture)
    assert Fermeture.objects.filter(pk=fermeture.pk).exists()
