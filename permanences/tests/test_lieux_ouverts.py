"""The lieux as open data: at the national schema, none that nobody would find, no person."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.http import http_date
from frictionless import Resource, Schema, system

from conseillers.models import Absence, Affectation, Conseiller, Poste, Structure
from conseillers.selectors import occupation
from permanences import mediation
from permanences.enums import Acces, NatureCreneau, TypeLieu
from permanences.models import Creneau, Fermeture, LieuAccueil
from permanences.selectors.mediation import HORIZON, publication
from permanences.selectors.plan import ANNULEE, plan_entre
from permanences.tests.test_horaires import read
from territoires.models import Commune

MARDI = dt.date(2026, 10, 13)
REQUETES_MAX = 12
CSV, JSON = "permanences:lieux_ouverts_csv", "permanences:lieux_ouverts_json"


def square(latitude: float, longitude: float, cote: float = 0.04) -> dict[str, Any]:
    x, y, c = longitude, latitude, cote / 2
    return {
        "type": "Polygon",
        "coordinates": [
            [[x - c, y - c], [x + c, y - c], [x + c, y + c], [x - c, y + c], [x - c, y - c]]
        ],
    }


@pytest.fixture
def mairie(
    mardi_13_octobre: dt.date, mairie_brulon: LieuAccueil, creneau_brulon: Creneau,
    conseillere: Any,
) -> LieuAccueil:  # fmt: skip
    """Brûlon's, as it has to be: found, held by an advisor every Tuesday."""
    commune = mairie_brulon.commune
    assert commune
    commune.codes_postaux = ["72350"]
    commune.contour = square(commune.latitude, commune.longitude)
    commune.save()
    mairie_brulon.adresse = "3 place de la Mairie, 72350 Brûlon"
    mairie_brulon.telephone = "0261910000"
    mairie_brulon.save()
    return mairie_brulon


def line_of(code: str = "mairie-72050") -> dict[str, Any]:
    return next(ligne for ligne in publication(MARDI).lignes if ligne["id"] == code)


def reasons(liste: str) -> list[str]:
    return [
        raison.replace("\xa0", " ")
        for constat in getattr(publication(MARDI), liste)
        for raison in constat.raisons
    ]


def change(objet: Any, **champs: Any) -> None:
    type(objet).objects.filter(pk=objet.pk).update(**champs)


# --- A line ----------------------------------------------------------------------------------


def test_a_lieu_is_said_in_the_words_of_the_national_schema(
    mairie: LieuAccueil, structure_departement: Structure
) -> None:
    ligne = line_of()
    assert mediation.faults_of(ligne) == []
    assert ligne == ligne | {
        "pivot": "00000000000000",
        "nom": "Mairie de Brûlon",
        "commune": "Brûlon",
        "code_postal": "72350",
        "code_insee": "72050",
        "adresse": "3 place de la Mairie",
        "latitude": 47.967,
        "longitude": -0.23394,
        "typologie": "MUNI",
        "telephone": "+33261910000",
        "site_web": "http://localhost:8000/lieux/mairie-72050/",
        "horaires": "Tu 09:00-12:00; PH off",
        "presentation_resume": "Aide gratuite d’un conseiller numérique, sans rendez-vous.",
        "presentation_detail": "Tous les mardis, 9 h – 12 h, sans rendez-vous.",
        "source": "Département de la Sarthe",
        "itinerance": "Fixe",
        "date_maj": "2026-10-13",
        "frais_a_charge": "Gratuit",
        "dispositif_programmes_nationaux": "Conseillers numériques",
        "modalites_acces": "Se présenter",
        "modalites_accompagnement": "Accompagnement individuel",
    }
    assert (publication(MARDI).ecartes, publication(MARDI).incomplets) == ([], [])


def test_no_advisor_is_named_and_no_address_of_theirs_given(
    client: Client, mairie: LieuAccueil
) -> None:
    texte = client.get(reverse(JSON)).content.decode().lower()
    assert "mairie de brûlon" in texte
    for mot in ("nadia", "@", "poste"):
        assert mot not in texte


def test_the_lieu_of_a_school_or_a_retirement_home_sends_nobody_to_its_door(
    mairie: LieuAccueil,
) -> None:
    change(mairie, type=TypeLieu.EHPAD)
    ligne = line_of()
    assert ligne["modalites_acces"] == "Ce lieu n'accueille pas de public"
    assert "résidents" in ligne["presentation_resume"]
    assert not {"horaires", "telephone", "presentation_detail"} & set(ligne)
    assert mediation.faults_of(ligne) == []


def test_an_atelier_and_an_appointment_are_said(mairie: LieuAccueil, poste_1: Poste) -> None:
    Creneau.objects.create(
        code="atelier", poste=poste_1, lieu=mairie, nature=NatureCreneau.ATELIER, titre="Photos",
        date_debut=dt.date(2026, 9, 4), date_fin=dt.date(2026, 12, 31), heure_debut=dt.time(14),
        heure_fin=dt.time(16), recurrence="FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
        acces=Acces.RENDEZ_VOUS,
    )  # fmt: skip
    ligne = line_of()
    assert ligne["modalites_acces"] == "Se présenter|Téléphoner"
    assert ligne["modalites_accompagnement"].endswith("|Dans un atelier collectif")
    assert (
        "Les vendredis, toutes les deux semaines, 14 h – 16 h, jusqu’au 31 décembre 2026, "
        "atelier « Photos », sur rendez-vous." in ligne["presentation_detail"]
    )
    change(mairie, telephone="")
    assert line_of()["modalites_acces"] == "Se présenter"
    assert reasons("incomplets") == [
        "On y vient sur rendez-vous, et il n’a pas de numéro de téléphone."
    ]


# --- Left out, or without something ------------------------------------------------------------


@pytest.mark.parametrize(
    ("champs", "codes_postaux", "raison"),
    [
        ({"adresse": ""}, ["72350"], "Il manque le numéro et la rue dans son adresse."),
        ({"adresse": "72350 Brûlon"}, ["72350"], "Il manque le numéro et la rue"),
        (
            {"adresse": "3 place de la Mairie"},
            ["72000", "72100"],
            "Il manque le code postal dans son adresse : Brûlon en a plusieurs (72000, 72100).",
        ),
        ({}, [], "Aucun code postal n’est connu pour Brûlon."),
        ({"commune": None}, ["72350"], "Il est dans un autre département"),
        ({"siret": "123"}, ["72350"], "SIRET, RNA ou RIDET : « 123 » n’est pas accepté."),
    ],
)
def test_a_lieu_that_nobody_would_find_is_left_out_and_staff_is_told_why(
    mairie: LieuAccueil, champs: dict[str, Any], codes_postaux: list[str], raison: str
) -> None:
    change(mairie.commune, codes_postaux=codes_postaux)
    change(mairie, **champs)
    assert publication(MARDI).lignes == []
    assert [texte for texte in reasons("ecartes") if texte.startswith(raison)]


@pytest.mark.parametrize(
    ("latitude", "publiee"),
    [(47.986, True), (47.990, True), (48.007, False), (-47.967, False)],
)
def test_coordinates_that_are_elsewhere_are_not_published(
    mairie: LieuAccueil, latitude: float, publiee: bool
) -> None:
    """The outline goes up to 47.987, to half a kilometre: it is generalised."""
    change(mairie, latitude=latitude)
    assert (line_of().get("latitude") == latitude) is publiee
    assert bool(reasons("incomplets")) is not publiee


def test_coordinates_that_nothing_can_check_are_not_published(mairie: LieuAccueil) -> None:
    change(mairie.commune, contour=None)
    assert "latitude" not in line_of()
    assert "n’est pas connu" in reasons("incomplets")[0]


def test_only_the_lieux_in_use_are_there(mairie: LieuAccueil, creneau_brulon: Creneau) -> None:
    for champs, present in (
        ({"date_fin": MARDI}, True),
        ({"date_fin": MARDI - dt.timedelta(days=1)}, False),
        ({"date_debut": dt.date(2027, 9, 1), "date_fin": None}, True),
        ({"date_debut": dt.date(2026, 10, 6), "recurrence": ""}, False),  # held once, last week
        ({"date_debut": MARDI}, True),
    ):
        change(creneau_brulon, **champs)
        assert [ligne["id"] for ligne in publication(MARDI).lignes] == ["mairie-72050"] * present
    change(mairie, actif=False)
    assert (publication(MARDI).lignes, publication(MARDI).ecartes) == ([], [])


def test_a_commune_that_was_merged_gives_way_to_the_one_of_today(
    mairie: LieuAccueil, la_fleche: Commune
) -> None:
    change(la_fleche, codes_postaux=["72200"])
    change(mairie.commune, absorbee_par=la_fleche)
    assert (line_of()["code_insee"], line_of()["commune"]) == ("72154", "La Flèche")


# --- The hours ----------------------------------------------------------------------


def test_the_hours_read_back_are_those_of_the_plan(
    mairie: LieuAccueil, poste_1: Poste, creneau_brulon: Creneau
) -> None:
    """A closure, an absence, a contract that ends, another créneau: day by day, to the minute."""
    conseiller = Conseiller.objects.get()
    Creneau.objects.create(
        code="quinzaine", poste=poste_1, lieu=mairie, nature="permanence",
        date_debut=dt.date(2026, 10, 8), heure_debut=dt.time(13, 30), heure_fin=dt.time(17),
        recurrence="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
    )  # fmt: skip
    Fermeture.objects.create(
        code="f", date_debut=MARDI, date_fin=MARDI, motif="intemperies", creneau=creneau_brulon
    )
    Absence.objects.create(
        poste=poste_1, conseiller=conseiller, date_debut=dt.date(2026, 11, 2),
        date_fin=dt.date(2026, 11, 20),
    )  # fmt: skip
    Affectation.objects.update(date_fin=dt.date(2026, 12, 15))
    fin = MARDI + HORIZON
    prevues: dict[dt.date, list[tuple[int, int]]] = {}
    plages = {"brulon-mardi": (540, 720), "quinzaine": (810, 1020)}
    codes = dict(Creneau.objects.values_list("pk", "code"))
    for o in plan_entre(MARDI, fin, postes=occupation(MARDI, fin)):
        if o.etat != ANNULEE:
            prevues.setdefault(o.date, []).append(plages[codes[o.creneau_id]])
    attendues = {jour: tuple(sorted(h)) for jour, h in prevues.items()}
    assert len(attendues) == 8
    assert read(line_of()["horaires"], MARDI, fin) == attendues


def test_a_day_that_nobody_holds_is_not_promised_for_later(
    mairie: LieuAccueil, poste_2: Poste
) -> None:
    """Poste 2 is vacant: its Fridays would be open again after the twelve weeks."""
    Creneau.objects.create(
        code="vendredi", poste=poste_2, lieu=mairie, nature="permanence",
        date_debut=dt.date(2026, 9, 4), heure_debut=dt.time(9), heure_fin=dt.time(12),
        recurrence="FREQ=WEEKLY;BYDAY=FR",
    )  # fmt: skip
    assert line_of()["horaires"] == "Tu 09:00-12:00; PH off"


def test_where_nobody_comes_any_more_closed_is_said(mairie: LieuAccueil) -> None:
    Affectation.objects.update(date_fin=MARDI - dt.timedelta(days=1))
    assert line_of()["horaires"] == "2026 Oct 13-2027 Jan 04 off"
    assert line_of()["presentation_resume"].startswith("Aucune date")
    assert reasons("incomplets") == ["Aucune date n’y est tenue d’ici au 4 janvier 2027."]


# --- The files ----------------------------------------------------------------------


def validate(texte: str, dossier: Path) -> list[list[Any]]:
    chemin = dossier / "lieux.csv"
    chemin.write_text(texte)
    with system.use_context(trusted=True):
        rapport = Resource(
            path=str(chemin), schema=Schema.from_descriptor(mediation.table_schema())
        ).validate()
    return rapport.flatten(["fieldName", "type"])


def test_the_file_is_valid_however_odd_the_names(
    client: Client, mairie: LieuAccueil, tmp_path: Path
) -> None:
    nom = '=1+1 "Salle", rue|des\u00a0Écoles\n'
    change(mairie, nom=nom, code='a"b,c;d é/1', adresse='12, rue "B" 72350 BRÛLON')
    texte = client.get(reverse(CSV)).content.decode()
    assert validate(texte, tmp_path) == []
    lu = next(csv.DictReader(io.StringIO(texte)))
    assert list(lu) == list(mediation.CLES)
    assert (lu["nom"], lu["adresse"]) == ('\'=1+1 "Salle", rue|des Écoles', '12, rue "B"')
    assert all(ligne.startswith('"') and ligne.endswith('"') for ligne in texte.splitlines())


def test_a_wrong_value_is_refused_by_us_and_by_frictionless(
    mairie: LieuAccueil, tmp_path: Path
) -> None:
    bonne = line_of()
    for champ, valeur in (
        ("id", ""), ("pivot", "1234"), ("code_postal", "7235"), ("code_insee", "20004"),
        ("adresse", ""), ("latitude", "47,9"), ("typologie", "MAIRIE"), ("typologie", "|MUNI"),
        ("telephone", "0261910000"), ("presentation_resume", "a" * 281),
        ("date_maj", "13/10/2026"), ("services", "Bricolage"), ("frais_a_charge", "Gratuit;Payant"),
        ("modalites_acces", "Ce lieu n’accueille pas de public"),  # curly
        ("site_web", "exemple.fr"),
    ):  # fmt: skip
        ligne = bonne | {champ: valeur}
        assert mediation.faults_of(ligne), (champ, valeur)
        assert validate(mediation.csv_text([ligne]), tmp_path), (champ, valeur)
    assert mediation.faults_of(bonne | {"longitude": ""} | {"inconnu": "x"})


def test_the_json_holds_what_is_known_with_numbers_as_numbers(
    client: Client, mairie: LieuAccueil
) -> None:
    reponse = client.get(reverse(JSON))
    assert json.loads(reponse.content) == [line_of()]
    assert reponse["Content-Type"] == "application/json; charset=utf-8"


def test_a_harvester_finds_the_right_name_and_takes_only_what_changed(
    client: Client, mairie: LieuAccueil, structure_departement: Structure,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    reponse = client.get(reverse(CSV), headers={"origin": "https://ailleurs.fr"})
    assert reponse["Access-Control-Allow-Origin"] == "*"
    assert reponse["Cache-Control"] == "public, max-age=600"
    assert reponse["Content-Disposition"] == (
        'attachment; filename="2026-10-13_22720002900019_lieux-de-mediation-numerique_sarthe.csv"'
    )
    for entetes in (
        {"if-none-match": reponse["ETag"]},
        {"if-modified-since": reponse["Last-Modified"]},
    ):
        with django_assert_num_queries(0):
            suite = client.get(reverse(CSV), headers=entetes)
        assert (suite.status_code, suite["Access-Control-Allow-Origin"]) == (304, "*")
    ancien = {"if-modified-since": http_date(0)}
    assert client.get(reverse(CSV), headers=ancien).status_code == 200


def test_what_says_the_same_keeps_its_date_and_what_changes_shows_in_ten_minutes(
    client: Client, mardi_10_novembre: Any, mairie_brulon: LieuAccueil, creneau_brulon: Creneau
) -> None:
    def ask(minute: int) -> Any:
        mardi_10_novembre.move_to(dt.datetime(2026, 11, 10, 9, minute, tzinfo=dt.UTC))
        return client.get(reverse(CSV))

    premiere = ask(0)
    change(mairie_brulon.commune, codes_postaux=["72350"])
    assert ask(11)["Last-Modified"] == premiere["Last-Modified"]  # still left out
    change(mairie_brulon, adresse="3 place de la Mairie")
    assert ask(12)["ETag"] == premiere["ETag"]
    assert b"3 place de la Mairie" in ask(22).content
    assert ask(22)["Last-Modified"] != premiere["Last-Modified"]


def test_many_lieux_cost_no_more_queries(
    mairie: LieuAccueil, poste_1: Poste, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(REQUETES_MAX) as avant:
        publication(MARDI)
    lieux = LieuAccueil.objects.bulk_create(
        LieuAccueil(code=f"l{i:03}", nom=f"Lieu {i}", type=TypeLieu.CCAS, adresse="1 rue Basse",
                    code_insee="72050", commune=mairie.commune, latitude=47.967,
                    longitude=-0.234)
        for i in range(60)
    )  # fmt: skip
    Creneau.objects.bulk_create(
        Creneau(code=f"c{x.pk}-{n}", poste=poste_1, lieu=x, nature="permanence",
                date_debut=MARDI, heure_debut=dt.time(9 + n), heure_fin=dt.time(10 + n),
                recurrence="FREQ=WEEKLY;BYDAY=FR")
        for x in lieux
        for n in range(3)
    )  # fmt: skip
    with django_assert_max_num_queries(len(avant)):
        assert len(publication(MARDI).lignes) == 61
