"""A phone, or another program, records a séance over the API."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from conseillers.models import Utilisateur
from permanences.models import Creneau, LieuAccueil, Mois, Occurrence, Seance

SEANCES = "/api/v1/seances/"


def last_tuesday() -> dt.date:
    jour = timezone.localdate() - dt.timedelta(days=1)
    return jour - dt.timedelta(days=(jour.weekday() - 1) % 7)


@pytest.fixture
def corps(mairie_brulon: LieuAccueil) -> dict[str, Any]:
    return {
        "cle": str(uuid.uuid4()),
        "date": last_tuesday().isoformat(),
        "nature": "individuel",
        "canal": "lieu_activite",
        "lieu": mairie_brulon.code,
        "duree": 30,
        "thematiques": ["email"],
    }


def post(client: Client, corps: dict[str, Any], url: str = SEANCES) -> Any:
    return client.post(url, corps, content_type="application/json")


def test_a_seance_is_recorded_where_it_took_place(
    client: Client, conseillere: Utilisateur, corps: dict[str, Any]
) -> None:
    client.force_login(conseillere)
    reponse = post(client, corps)
    assert reponse.status_code == 201, reponse.content
    assert reponse.json()["etat"] == "enregistree"
    seance = Seance.objects.get()
    assert (seance.poste.numero, seance.code_insee, seance.epci_id) == (1, "72050", "200040475")


def test_the_same_key_twice_is_one_row(
    client: Client, conseillere: Utilisateur, corps: dict[str, Any]
) -> None:
    client.force_login(conseillere)
    premiere, seconde = post(client, corps), post(client, corps | {"duree": 45})
    assert (premiere.status_code, seconde.status_code) == (201, 200)
    assert seconde.json()["duree"] == 30
    assert Seance.objects.count() == 1


def test_the_key_of_a_colleague_is_refused(
    client: Client, conseillere: Utilisateur, conseiller_voisin: Utilisateur, corps: dict[str, Any]
) -> None:
    client.force_login(conseillere)
    post(client, corps)
    client.force_login(conseiller_voisin)
    reponse = post(client, corps)
    assert reponse.status_code == 400
    assert "autre compte" in reponse.json()["erreurs"]["non_field_errors"][0]


@pytest.mark.parametrize(
    ("champs", "champ", "phrase"),
    [
        ({"duree": 0}, "duree", "1"),
        ({"thematiques": []}, "thematiques", "vide"),
        ({"thematiques": ["cuisine"]}, "thematiques", "choix valide"),
        ({"lieu": None}, "lieu", "Choisissez le lieu"),
        ({"lieu": "inconnu"}, "lieu", "n’existe pas"),
        ({"date": "2999-01-01"}, "date", "à venir"),
        ({"nb_participants": 1, "age_moins_de_douze": 2}, "non_field_errors", "tranche d’âge"),
        ({"titre": "Appeler Mme X au 06 12 34 56 78"}, "titre", "coordonnée"),
    ],
)
def test_a_refusal_names_the_field_in_french(
    client: Client,
    conseillere: Utilisateur,
    corps: dict[str, Any],
    champs: dict[str, Any],
    champ: str,
    phrase: str,
) -> None:
    client.force_login(conseillere)
    reponse = post(client, corps | champs)
    assert reponse.status_code == 400
    assert phrase in str(reponse.json()["erreurs"][champ]).replace("'", "’"), reponse.json()
    assert not Seance.objects.exists()


def test_a_creneau_of_a_colleague_cannot_be_chosen(
    client: Client, conseillere: Utilisateur, atelier_la_fleche: Creneau, corps: dict[str, Any]
) -> None:
    client.force_login(conseillere)
    reponse = post(client, corps | {"creneau": atelier_la_fleche.code})
    assert reponse.status_code == 400
    assert "creneau" in reponse.json()["erreurs"]


@pytest.mark.parametrize("role", ["gestionnaire", "direction", "employeur", "prefecture"])
def test_only_an_advisor_records(
    client: Client, role: str, corps: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(role))
    assert post(client, corps).status_code == 403
    assert not Seance.objects.exists()


def test_a_forgotten_seance_of_a_closed_month_is_kept_late(
    client: Client, conseillere: Utilisateur, gestionnaire: Utilisateur, corps: dict[str, Any]
) -> None:
    jour = last_tuesday()
    Mois.objects.create(
        premier_jour=jour.replace(day=1),
        statut="clos",
        version=1,
        clos_le=timezone.now(),
        clos_par=gestionnaire,
    )
    client.force_login(conseillere)
    reponse = post(client, corps)
    assert (reponse.status_code, reponse.json()["hors_delai"]) == (201, True)


def test_an_occurrence_is_said_then_corrected(
    client: Client, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    client.force_login(conseillere)
    fait = {"creneau": creneau_brulon.code, "date": last_tuesday().isoformat()}
    url = "/api/v1/occurrences/"
    annulee = fait | {"statut": "annulee", "motif": "intemperies"}
    assert post(client, fait | {"statut": "tenue"}, url).status_code == 201
    assert post(client, annulee, url).status_code == 200
    assert Occurrence.objects.get().motif == "intemperies"


def test_a_former_holder_says_nothing_of_todays_plan(
    client: Client, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    conseillere.conseiller.affectations.update(date_fin=dt.date(2025, 3, 31))
    client.force_login(conseillere)
    fait = {"creneau": creneau_brulon.code, "date": last_tuesday().isoformat(), "statut": "tenue"}
    assert post(client, fait, "/api/v1/occurrences/").status_code == 403
    assert not Occurrence.objects.exists()


def test_lists_are_filtered_and_paged(
    client: Client, gestionnaire: Utilisateur, conseillere: Utilisateur, corps: dict[str, Any]
) -> None:
    client.force_login(conseillere)
    post(client, corps)
    client.force_login(gestionnaire)
    assert len(client.get(SEANCES, {"poste": 1}).json()["results"]) == 1
    assert client.get(SEANCES, {"poste": 2}).json()["results"] == []
    assert client.get(SEANCES, {"depuis": "avant-hier"}).status_code == 400


def test_the_browsable_pages_of_the_framework_are_off(
    client: Client, gestionnaire: Utilisateur
) -> None:
    client.force_login(gestionnaire)
    reponse = client.get(SEANCES, headers={"accept": "text/html"})
    assert reponse["Content-Type"] != "text/html"


@pytest.mark.parametrize(
    ("corps_brut", "type_de_contenu"),
    [
        ("[" * 20_000 + "]" * 20_000, "application/json"),
        ("{}", "application/json; charset=zzz"),
        ("{", "application/json"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_bad_request(
    client: Client, conseillere: Utilisateur, corps_brut: str, type_de_contenu: str
) -> None:
    client.force_login(conseillere)
    reponse = client.generic("POST", SEANCES, corps_brut.encode(), content_type=type_de_contenu)
    assert reponse.status_code == 400
