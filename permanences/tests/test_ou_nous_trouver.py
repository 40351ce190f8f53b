"""« Où nous trouver »: somebody types a commune, and reads where and when to come."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import make_commune, make_seance
from conseillers.models import Absence, Poste, Utilisateur
from permanences.models import Creneau, Fermeture, LieuAccueil, Occurrence
from territoires.models import EPCI, Commune, CommuneAncienne

pytestmark = pytest.mark.usefixtures("mardi_13_octobre", "conseillere", "conseiller_voisin")
MARDI = dt.date(2026, 10, 13)


def plain(texte: str) -> str:
    return " ".join(texte.split())


def page(adresse: str) -> str:
    reponse = Client().get(adresse, follow=True)
    assert reponse.status_code == 200
    return plain(reponse.content.decode())


def near(code: str, suite: str = "") -> str:
    return page(f"/ou-nous-trouver/commune/{code}/{suite}")


def told(texte: str) -> str:
    """Without tags, nor the data for machines."""
    sans_donnees = re.sub(r"<script.*?</script>|<svg.*?</svg>", " ", texte, flags=re.S)
    sans_donnees = re.sub(r"</?span[^>]*>", "", sans_donnees)
    return plain(html.unescape(re.sub(r"<[^>]+>", " ", sans_donnees)))


def make_lieu(code: str, commune: Commune | None, **champs: Any) -> LieuAccueil:
    defauts = {
        "nom": f"Lieu {code}", "type": "mairie", "commune": commune,
        "code_insee": commune.code if commune else "61001",
    }  # fmt: skip
    return LieuAccueil.objects.create(code=code, **{**defauts, **champs})


def make_creneau(poste: Poste, lieu: LieuAccueil, **champs: Any) -> Creneau:
    defauts = {
        "code": f"c{Creneau.objects.count()}", "nature": "permanence",
        "date_debut": dt.date(2026, 1, 5), "heure_debut": dt.time(14), "heure_fin": dt.time(17),
        "recurrence": "FREQ=WEEKLY;BYDAY=TH",
    }  # fmt: skip
    return Creneau.objects.create(poste=poste, lieu=lieu, **{**defauts, **champs})


# --- What is typed -------------------------------------------------------------------------


@pytest.fixture
def communes(brulon: Commune, le_mans: Commune, la_fleche: Commune) -> None:
    Commune.objects.filter(code="72050").update(codes_postaux=["72350"])
    Commune.objects.filter(code="72181").update(codes_postaux=["72000", "72100"])
    autres = (
        ("72022", "Avessé"),
        ("72052", "Chantenay-Villedieu"),
        ("72317", "Saint-Ouen-en-Champagne"),
    )
    for code, nom in autres:
        make_commune(code, nom, brulon.epci, 300, 47.95, -0.2)
    Commune.objects.filter(code__in=["72022", "72317"]).update(codes_postaux=["72350"])
    make_commune("72240", "Ruillé-en-Champagne", brulon.epci, 300, 48.0, -0.1)
    make_commune("72033", "Bernay", brulon.epci, 300, 48.05, -0.1)
    Commune.objects.filter(code="72033").update(absorbee_par="72240")
    CommuneAncienne.objects.create(code="72366", nom="Vallon-le-Vieux", commune_id="72050")


@pytest.mark.usefixtures("communes")
@pytest.mark.parametrize(
    ("tape", "code"),
    [
        ("Brûlon", "72050"),
        ("  BRULON ", "72050"),
        ("brul", "72050"),
        ("la fleche", "72154"),
        ("Le Mans", "72181"),
        ("le  mans cedex 9", "72181"),
        ("72100", "72181"),
        ("72050", "72050"),
        ("72350 Brûlon", "72050"),
        ("Brûlon (72050)", "72050"),
        ("72013 Le Mans cedex 2", "72181"),
        ("Brûlon 99999", "72050"),
        ("St Ouen en champagne", "72317"),
        ("Chantenay Villedieu", "72052"),
        ("vallon le vieux", "72366"),
        ("72366", "72366"),
        ("Bernay", "72033"),
    ],
)
def test_what_people_type_leads_to_their_commune(tape: str, code: str) -> None:
    reponse = Client().get("/ou-nous-trouver/", {"q": tape}, follow=True)
    assert reponse.redirect_chain[-1][0] == f"/ou-nous-trouver/commune/{code}/"
    assert reponse.status_code == 200


@pytest.mark.usefixtures("communes")
def test_a_former_name_leads_to_today_s_commune_and_says_so() -> None:
    ancienne = near("72366")
    assert "Vallon-le-Vieux fait aujourd’hui partie de Brûlon." in ancienne
    assert "Permanences près de Brûlon" in ancienne
    assert 'rel="canonical" href="http://localhost:8000/ou-nous-trouver/commune/72050/"' in ancienne
    assert "Bernay fait aujourd’hui partie de Ruillé-en-Champagne." in near("72033")
    assert "fait aujourd’hui partie" not in near("72050")


@pytest.mark.usefixtures("communes")
def test_a_postal_code_of_several_communes_and_a_name_of_several_ask_which_one() -> None:
    choix = page("/ou-nous-trouver/chercher/?q=72350")
    for code in ("72050", "72022", "72317"):
        assert f'href="/ou-nous-trouver/commune/{code}/"' in choix
    assert "Quelle commune" in choix
    assert 'value="72350"' in choix
    assert "CC LBN Communauté" in choix, "two communes of one name are told apart"
    assert "/72240/" in page("/ou-nous-trouver/chercher/?q=en-champagne")


@pytest.mark.usefixtures("communes")
def test_an_unknown_name_is_kept_in_the_field_with_what_it_may_have_been() -> None:
    inconnue = page("/ou-nous-trouver/chercher/?q=Brulonn")
    assert 'value="Brulonn"' in inconnue
    assert "Vérifiez l’orthographe" in inconnue
    assert 'href="/ou-nous-trouver/commune/72050/"' in inconnue
    hostile = page("/ou-nous-trouver/chercher/?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in hostile
    assert "&lt;script&gt;alert(1)" in hostile


@pytest.mark.usefixtures("communes")
@pytest.mark.parametrize(
    ("tape", "phrase"),
    [
        ("61000", "« 61000 » est dans l’Orne, hors du département de la Sarthe"),
        ("97400 Saint-Denis", "à La Réunion, hors du département"),
        ("Alençon", "Si elle est dans un autre département"),
        ("72999", "Vérifiez l’orthographe"),
        ("00000", "Vérifiez l’orthographe"),
        ("???", "Où nous trouver"),
    ],
)
def test_another_département_or_nothing_at_all_is_answered_with_what_to_do(
    tape: str, phrase: str
) -> None:
    reponse = Client().get("/ou-nous-trouver/chercher/", {"q": tape}, follow=True)
    assert phrase in told(reponse.content.decode())


# --- What is told --------------------------------------------------------------------------


@pytest.fixture
def reseau(
    brulon: Commune, le_mans: Commune, la_fleche: Commune, poste_1: Poste, poste_2: Poste,
    creneau_brulon: Creneau, atelier_la_fleche: Creneau,
) -> None:  # fmt: skip
    """Brûlon on Tuesdays, Avessé (5 km) on Thursdays, La Flèche once a month."""
    avesse = make_commune("72022", "Avessé", brulon.epci, 300, 47.9594, -0.2991)
    make_creneau(poste_2, make_lieu("avesse", avesse, nom="Salle d’Avessé"), acces="rendez_vous")


@pytest.mark.usefixtures("reseau")
def test_the_next_dates_come_in_order_with_their_distance() -> None:
    dit = told(near("72050"))
    ordre = ["Aujourd’hui, mardi 13 octobre", "9 h – 12 h", "Mairie de Brûlon", "Dans la commune",
             "Demain, mercredi 14 octobre", "14 h – 16 h", "Médiathèque de La Flèche", "à 32 km",
             "Jeudi 15 octobre", "Salle d’Avessé", "Avessé, à 5 km. Sur rendez-vous"]  # fmt: skip
    places = [dit.find(texte) for texte in ordre]
    assert -1 not in places, ordre[places.index(-1)]
    assert places == sorted(places)
    assert "vol d’oiseau" in dit
    assert not re.search(r"\d min", dit), "never minutes: nobody knows by which road"


@pytest.mark.usefixtures("reseau")
def test_by_distance_each_lieu_comes_once_with_its_dates() -> None:
    dit = told(near("72050", "?tri=distance"))
    places = [dit.find(nom) for nom in ("Mairie de Brûlon", "Salle d’Avessé", "Médiathèque")]
    assert places == sorted(places)
    assert dit.count("Mairie de Brûlon") == 1
    assert "Mardi 20 octobre 2026, 9 h – 12 h, sans rendez-vous" in dit


@pytest.mark.usefixtures("reseau")
def test_far_from_everything_the_nearest_ones_are_told_with_their_distance() -> None:
    make_commune("72180", "Mamers", EPCI.objects.get(pk="200040475"), 5000, 48.35, 0.37)
    dit = told(near("72180"))
    assert "Aucune permanence à moins de 15 km d’ici cinq semaines." in dit
    assert "Brûlon, à 62 km" in dit


@pytest.mark.usefixtures("communes")
def test_without_a_permanence_anywhere_it_says_so_and_what_to_do() -> None:
    assert "Revenez plus tard, ou demandez à votre mairie." in near("72050")
    assert "Revenez plus tard" in page("/ou-nous-trouver/")


@pytest.mark.usefixtures("reseau")
def test_what_is_over_today_is_not_a_next_permanence(mardi_13_octobre: dt.date) -> None:
    Creneau.objects.filter(code="brulon-mardi").update(heure_fin=dt.time(10))
    assert "Aujourd’hui," not in told(near("72050"))
    assert "Aujourd’hui," not in told(page("/lieux/mairie-72050/"))


@pytest.mark.usefixtures("reseau")
@pytest.mark.parametrize("par", ["occurrence", "fermeture", "absence"])
def test_a_cancellation_of_today_is_told_first_with_the_next_date_and_never_why(
    par: str, creneau_brulon: Creneau, poste_1: Poste, conseillere: Utilisateur
) -> None:
    if par == "occurrence":
        Occurrence.objects.create(
            creneau=creneau_brulon, date=MARDI, statut="annulee", motif="absence_du_conseiller",
            motif_texte="Réunion",
        )  # fmt: skip
    elif par == "fermeture":
        Fermeture.objects.create(
            code="f", date_debut=MARDI, date_fin=MARDI, motif="absence_du_conseiller", poste=poste_1
        )
    else:
        Absence.objects.create(
            poste=poste_1, conseiller=conseillere.conseiller, date_debut=MARDI, date_fin=MARDI
        )
    for adresse in (
        "/ou-nous-trouver/commune/72050/",
        "/ou-nous-trouver/cadre/commune/72050/",
        "/lieux/mairie-72050/",
    ):
        dit = told(page(adresse))
        assert "Annulée aujourd’hui" in dit
        assert "Prochaine date : mardi 20 octobre 2026, 9 h – 12 h" in dit
        assert dit.find("Annulée aujourd’hui") < dit.find("Mardi 20 octobre")
        assert not re.search("absen|conseiller[èe]? (malade|absent)|Réunion|motif", dit)
        assert "Brulon" not in dit, "the advisor's name"


@pytest.mark.usefixtures("reseau")
def test_a_séance_of_today_says_that_it_is_held_whatever_was_declared(
    creneau_brulon: Creneau, mairie_brulon: LieuAccueil, conseillere: Utilisateur
) -> None:
    Fermeture.objects.create(
        code="f", date_debut=MARDI, date_fin=MARDI, motif="panne_materiel_ou_reseau",
        lieu=mairie_brulon,
    )  # fmt: skip
    assert "Annulée aujourd’hui" in near("72050")
    make_seance(conseillere, mairie_brulon, MARDI, creneau=creneau_brulon)
    assert "Annulée aujourd’hui" not in near("72050")


@pytest.mark.usefixtures("reseau")
def test_later_cancellations_are_told_for_a_week_and_do_not_hide_the_others(
    mairie_brulon: LieuAccueil,
) -> None:
    Fermeture.objects.create(
        code="f",
        date_debut=MARDI,
        date_fin=dt.date(2026, 11, 10),
        motif="autre",
        lieu=mairie_brulon,
    )
    dit = told(near("72050"))
    assert dit.count("Annulée ") + dit.count("Annulée aujourd’hui") >= 2
    assert "Mardi 20 octobre" not in dit
    assert "Mardi 17 novembre 2026" in told(near("72050", "?tri=distance"))


@pytest.mark.usefixtures("reseau")
def test_nobody_is_invited_to_a_closed_lieu_nor_to_a_reserved_one(
    poste_1: Poste, brulon: Commune
) -> None:
    ferme = make_lieu("ferme", brulon, nom="Ancienne poste", actif=False)
    ehpad = make_lieu("ehpad", brulon, nom="EHPAD Les Tilleuls", type="ehpad")
    college = make_lieu("college", brulon, nom="Collège Vercors", type="etablissement_scolaire")
    for lieu in (ferme, ehpad, college):
        make_creneau(poste_1, lieu)
    dit = told(near("72050"))
    assert "Ancienne poste" not in dit
    assert "EHPAD Les Tilleuls : réservée aux résidents de l’établissement" in dit
    assert "Collège Vercors : réservée aux élèves" in dit
    avant, _, _ = dit.partition("Permanences réservées")
    assert "EHPAD" not in avant
    accueil = page("/ou-nous-trouver/")
    assert "EHPAD" not in accueil
    assert "Ces permanences sont réservées aux résidents" in page("/lieux/ehpad/")
    plan = page("/sitemap.xml")
    assert "/lieux/mairie-72050/" in plan
    assert not re.search("/lieux/(ehpad|ferme|college)/", plan)
    assert "Tilleuls" not in page("/ou-nous-trouver/commune/72050/permanences.ics")


@pytest.mark.usefixtures("reseau")
def test_who_types_nothing_sees_every_commune_with_its_next_date(poste_2: Poste) -> None:
    voisin = make_lieu("alencon", None, nom="Espace d’Alençon", latitude=48.43, longitude=0.09)
    make_creneau(poste_2, voisin)
    dit = told(page("/ou-nous-trouver/"))
    assert "4 communes où venir" in dit
    places = [dit.find(n) for n in ("Avessé ", "Brûlon ", "La Flèche ", "Dans un autre départ")]
    assert places == sorted(places) and -1 not in places
    assert "Aujourd’hui, mardi 13 octobre 2026, 9 h – 12 h, Mairie de Brûlon" in dit


def test_two_lieux_at_one_place_and_one_without_position_have_each_their_number(
    brulon: Commune, poste_1: Poste
) -> None:
    Commune.objects.update(contour={"type": "Polygon", "coordinates": [
        [[-0.3, 47.9], [-0.1, 47.9], [-0.1, 48.0], [-0.3, 48.0], [-0.3, 47.9]]]})  # fmt: skip
    for nom in ("a", "b", "c"):
        make_creneau(poste_1, make_lieu(nom, brulon), heure_debut=dt.time(13))
    carte = re.search(r"<svg.*?</svg>", near("72050"), re.S)
    assert carte
    cercles = re.findall(r'lieu" cx="([\d.]+)" cy="([\d.]+)"', carte[0])
    assert len(set(cercles)) == 3
    assert re.findall(r'numero"[^>]*>(\d)<', carte[0]) == ["1", "2", "3"]
    for x, y in cercles:
        assert 0 < float(x) < 400 and 0 < float(y) < 320


# --- For machines --------------------------------------------------------------------------


@pytest.mark.usefixtures("reseau")
def test_search_engines_read_each_date_as_an_event(creneau_brulon: Creneau) -> None:
    LieuAccueil.objects.filter(code="mairie-72050").update(
        nom="Mairie </script><b>", telephone="0243956000", adresse="1 place de l’Église"
    )
    Occurrence.objects.create(
        creneau=creneau_brulon, date=MARDI, statut="annulee", motif="intemperies"
    )
    brut = Client().get("/ou-nous-trouver/commune/72050/").content.decode()
    bloc = re.findall(r'<script type="application/ld\+json">(.*?)</script>', brut, re.S)
    assert len(bloc) == 1
    contenu = json.loads(bloc[0])
    assert contenu["@context"] == "https://schema.org"
    premier = contenu["@graph"][0]
    assert premier["@type"] == "Event"
    assert premier["eventStatus"] == "https://schema.org/EventCancelled"
    assert premier["startDate"] == "2026-10-13T09:00+02:00"
    assert premier["endDate"] == "2026-10-13T12:00+02:00"
    assert premier["location"]["name"] == "Mairie </script><b>"
    assert premier["location"]["geo"]["latitude"] == 47.967
    assert premier["location"]["telephone"] == "+33243956000"
    assert premier["location"]["address"]["addressLocality"] == "Brûlon"
    assert premier["organizer"]["name"] == "Département de la Sarthe"
    assert contenu["@graph"][1]["eventStatus"] == "https://schema.org/EventScheduled"
    assert "intemperies" not in brut.lower()


@pytest.mark.usefixtures("reseau")
def test_a_search_page_takes_six_queries_at_most_whatever_the_plan(
    poste_1: Poste, poste_2: Poste, brulon: Commune
) -> None:
    for rang in range(12):
        lieu = make_lieu(f"l{rang}", brulon)
        make_creneau(
            poste_1 if rang % 2 else poste_2, lieu, recurrence="FREQ=WEEKLY;BYDAY=MO,WE,FR"
        )
    for adresse in (
        "/ou-nous-trouver/commune/72050/",
        "/ou-nous-trouver/commune/72050/permanences.ics",
        "/ou-nous-trouver/cadre/commune/72050/",
        "/ou-nous-trouver/",
        "/ou-nous-trouver/chercher/?q=Avesse",
        "/ou-nous-trouver/chercher/?q=rien-de-tel",
    ):
        cache.clear()
        with CaptureQueriesContext(connection) as requetes:
            Client().get(adresse)
        assert len(requetes) <= 6, (adresse, [r["sql"] for r in requetes])


@pytest.mark.usefixtures("reseau")
def test_when_the_nearest_ones_are_all_shut_the_farther_ones_are_read(
    poste_1: Poste, brulon: Commune, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page reads the plan of the nearest lieux only, unless these have nothing to tell."""
    monkeypatch.setattr("permanences.selectors.trouver.CANDIDATS", 2)
    for code in ("mairie-72050", "avesse"):
        Fermeture.objects.create(
            code=code, date_debut=dt.date(2026, 10, 12), date_fin=dt.date(2026, 12, 31),
            motif="autre", lieu=LieuAccueil.objects.get(code=code),
        )  # fmt: skip
    assert "Médiathèque de La Flèche" in told(near("72050"))
