"""What the phone's queue is told: received, set aside, refused, or to sign in first."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from conseillers.models import Utilisateur
from permanences.models import Creneau, LieuAccueil, Mois, Occurrence, Seance
from permanences.views.envois import compte_of
from permanences.views.hors_ligne import FICHIERS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mardi_13_octobre")]

NOUVELLE = "/seances/nouvelle/"


def answers(lieu: LieuAccueil, **autres: object) -> dict[str, object]:
    return {
        "cle": str(uuid.uuid4()),
        "date": "2026-10-13",
        "nature": "individuel",
        "canal": "lieu_activite",
        "lieu": lieu.pk,
        "duree": "30",
        "thematiques": ["email"],
        "nb_participants": 1,
    } | autres


def send(utilisateur: Utilisateur, adresse: str, donnees: dict, compte: str = ""):
    client = Client()
    client.force_login(utilisateur)
    entetes = {"X-Envoi": compte or compte_of(utilisateur)}
    return client.post(adresse, donnees, headers=entetes)


def test_a_seance_is_received_once_however_often_it_is_sent(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    donnees = answers(mairie_brulon)
    for _ in range(2):
        reponse = send(conseillere, NOUVELLE, donnees)
        assert reponse.status_code == 200
        assert reponse.headers["X-Envoi"] == "1"
        assert reponse.json() == {
            "etat": "enregistree",
            "message": "Séance enregistrée.",
            "adresse": f"/seances/{donnees['cle']}/",
        }
    assert Seance.objects.count() == 1


def test_what_the_service_holds_is_not_refused_for_what_changed_since(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    donnees = answers(mairie_brulon)
    send(conseillere, NOUVELLE, donnees)
    mairie_brulon.actif = False
    mairie_brulon.save()
    assert send(conseillere, NOUVELLE, donnees).json()["etat"] == "enregistree"
    assert send(conseillere, NOUVELLE, donnees | {"duree": ""}).json()["etat"] == "enregistree"
    # From a page without script: said, rather than a change that is not one.
    client = Client()
    client.force_login(conseillere)
    page = client.post(NOUVELLE, donnees | {"nb_participants": 4}, follow=True)
    assert "déjà enregistrée" in page.content.decode()
    assert Seance.objects.get().nb_participants == 1


def test_the_key_of_an_account_outlives_the_secret_of_the_service(
    conseillere: Utilisateur, settings: Any
) -> None:
    """What waits on a phone is filed under it."""
    avant = compte_of(conseillere)
    settings.SECRET_KEY = "une-autre"
    assert compte_of(conseillere) == avant


def test_what_no_longer_exists_is_answered_as_a_refusal(
    conseillere: Utilisateur, atelier_la_fleche: Creneau
) -> None:
    acte = send(conseillere, f"/creneaux/{atelier_la_fleche.pk}/2026-10-14/tenue/", {})
    assert (acte.status_code, "n’existe plus" in str(acte.json())) == (422, True)
    # An address of before an update: ours, and known as such.
    assert send(conseillere, "/seances/ancienne/", {}).headers["X-Envoi"] == "1"


def test_no_browser_keeps_an_advisor_s_page_by_itself(conseillere: Utilisateur) -> None:
    client = Client()
    client.force_login(conseillere)
    assert "no-store" in client.get("/aujourdhui/").headers["Cache-Control"]


def test_one_withdrawn_since_is_said_so(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    donnees = answers(mairie_brulon)
    send(conseillere, NOUVELLE, donnees)
    Seance.objects.update(supprimee_le=dt.datetime(2026, 10, 13, 9, tzinfo=dt.UTC))
    assert send(conseillere, NOUVELLE, donnees).json()["etat"] == "supprimee"


def test_a_day_without_poste_and_a_closed_month_are_received_and_told(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    Mois.objects.create(
        premier_jour=dt.date(2026, 9, 1),
        statut="clos",
        version=1,
        clos_le=dt.datetime(2026, 10, 7, tzinfo=dt.UTC),
    )
    tard = send(conseillere, NOUVELLE, answers(mairie_brulon, date="2026-09-15")).json()
    assert (tard["etat"], "hors délai" in tard["message"]) == ("hors_delai", True)
    avant = send(conseillere, NOUVELLE, answers(mairie_brulon, date="2020-01-15")).json()
    assert (avant["etat"], "rattachement" in avant["message"]) == ("en_attente", True)


def test_a_refusal_names_the_field_and_what_to_do(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    reponse = send(conseillere, NOUVELLE, answers(mairie_brulon, duree=""))
    assert reponse.status_code == 422
    assert reponse.json() == {
        "erreurs": [
            {
                "champ": "duree",
                "id": "id_duree",
                "nom": "Durée",
                "messages": ["Choisissez la durée."],
            }
        ]
    }
    assert not Seance.objects.exists()


@pytest.mark.parametrize(
    "reponses",
    [
        {"date": "2026-10-14"},
        {"lieu": ""},
        {"canal": "domicile"},
        {"duree": ""},
        {"duree": "autre"},
        {"thematiques": []},
    ],
    ids=str,
)
def test_the_phone_refuses_in_the_words_of_the_service(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil, reponses: dict
) -> None:
    reponse = send(conseillere, NOUVELLE, answers(mairie_brulon) | reponses)
    [erreur] = reponse.json()["erreurs"]
    script = (settings.BASE_DIR / "static/js/saisie.js").read_text()
    assert f'refuser("{erreur["champ"]}", "{erreur["messages"][0]}")' in script


def test_no_session_another_role_and_another_account_are_told_to_sign_in(
    conseillere: Utilisateur,
    conseiller_voisin: Utilisateur,
    gestionnaire: Utilisateur,
    mairie_brulon: LieuAccueil,
) -> None:
    donnees = answers(mairie_brulon)
    entetes = {"X-Envoi": compte_of(conseillere)}
    assert Client().post(NOUVELLE, donnees, headers=entetes).status_code == 401
    assert send(gestionnaire, NOUVELLE, donnees).status_code == 401
    autre = send(conseiller_voisin, NOUVELLE, donnees, compte=compte_of(conseillere))
    assert (autre.status_code, autre.json()["etat"]) == (409, "autre_compte")
    assert not Seance.objects.exists()


def test_an_act_on_a_creneau_is_answered_in_the_same_way(
    conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    adresse = f"/creneaux/{creneau_brulon.pk}/2026-10-13"
    assert send(conseillere, f"{adresse}/tenue/", {}).json()["etat"] == "enregistree"
    assert Occurrence.objects.get().statut == "tenue"
    assert send(conseillere, f"{adresse}/oubli/", {}).status_code == 200
    refus = send(conseillere, f"{adresse}/annulation/", {"motif": "autre"})
    assert refus.status_code == 422
    assert "Précisez le motif" in str(refus.json())
    demain = send(conseillere, f"/creneaux/{creneau_brulon.pk}/2026-10-20/tenue/", {})
    assert (demain.status_code, "à venir" in str(demain.json())) == (422, True)


def test_the_queue_learns_who_is_signed_in_and_what_to_keep(conseillere: Utilisateur) -> None:
    client = Client()
    assert client.get("/hors-ligne/etat/").status_code == 401
    client.force_login(conseillere)
    etat = client.get("/hors-ligne/etat/").json()
    assert etat["compte"] == compte_of(conseillere)
    assert "/hors-ligne/journee/2026-10-26/" in etat["pages"]
    for adresse in etat["pages"]:
        reponse = client.get(adresse)
        assert reponse.status_code == 200
        assert reponse.headers["X-Compte"] == etat["compte"]
        assert reponse.headers["X-Jour"] == "2026-10-13"


def test_every_file_that_a_kept_page_asks_for_is_kept_with_it(
    conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    client = Client()
    client.force_login(conseillere)
    pages = [*client.get("/hors-ligne/etat/").json()["pages"], "/hors-ligne/"]
    demandes = {
        adresse
        for page in pages
        for adresse in re.findall(r'"(/static/[^"]+)"', client.get(page).content.decode())
    }
    # The browser asks for this one when the application is installed, with network.
    demandes.discard("/static/img/icone-192.png")
    assert "/static/css/agenda.css" in demandes
    assert demandes - {f"/static/{nom}" for nom in FICHIERS} == set()


def test_a_page_that_says_that_an_act_was_done_is_not_kept(
    conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    client = Client()
    client.force_login(conseillere)
    dite = client.post(f"/creneaux/{creneau_brulon.pk}/2026-10-13/tenue/", follow=True)
    assert "noté tenu, sans visite" in dite.content.decode()
    assert dite.headers["X-Ephemere"] == "1"
    assert "X-Ephemere" not in client.get("/aujourdhui/").headers


def test_a_day_to_come_is_kept_as_its_own_today(
    conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    client = Client()
    client.force_login(conseillere)
    gardee = client.get("/hors-ligne/journee/2026-10-20/").content.decode()
    assert f"?creneau={creneau_brulon.pk}&date=2026-10-20" in gardee.replace("&amp;", "&")
    assert "Aujourd’hui, mardi" in gardee
    prevue = client.get("/aujourdhui/2026-10-20/").content.decode()
    assert "Saisir une séance<" not in prevue


def test_the_application_can_be_installed(client: Client) -> None:
    manifeste = client.get("/manifest.webmanifest")
    assert manifeste.headers["Content-Type"] == "application/manifest+json"
    contenu = manifeste.json()
    assert (contenu["start_url"], contenu["display"]) == ("/aujourdhui/", "standalone")
    for icone in contenu["icons"]:
        assert finders.find(icone["src"].removeprefix("/static/"))
    service = client.get("/service-worker.js")
    assert service.headers["Content-Type"].startswith("text/javascript")
    assert service.headers["Cache-Control"] == "no-cache"


def test_nothing_of_an_account_is_in_what_everybody_gets(
    client: Client, conseillere: Utilisateur
) -> None:
    for adresse in ("/hors-ligne/", "/service-worker.js", "/manifest.webmanifest"):
        reponse = client.get(adresse)
        assert "X-Compte" not in reponse.headers
        assert "data-compte" not in reponse.content.decode()
