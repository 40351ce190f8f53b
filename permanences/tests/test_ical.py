"""The agenda followed from any calendar: a secret address, a file that every calendar reads."""

import datetime as dt
from typing import Any

import icalendar
import pytest
import time_machine
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from conseillers.models import Absence, Affectation, Poste, Utilisateur
from permanences.ical import Evenement, write_calendar
from permanences.models import AdresseIcal, Creneau, Fermeture, Occurrence
from permanences.selectors.ical import url_of
from permanences.services import renew_adresse

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")


@pytest.fixture
def adresse(conseillere: Utilisateur, creneau_brulon: Creneau) -> AdresseIcal:
    return renew_adresse(utilisateur=conseillere, conseiller=conseillere.conseiller)


@pytest.fixture
def adresse_du_lieu(
    gestionnaire: Utilisateur, conseillere: Utilisateur, creneau_brulon: Creneau
) -> AdresseIcal:
    return renew_adresse(utilisateur=gestionnaire, lieu=creneau_brulon.lieu)


def path(adresse: AdresseIcal) -> str:
    return url_of(adresse).partition("//")[2].partition("/")[2].join(["/", ""])


def read(client: Client, adresse: AdresseIcal) -> icalendar.Calendar:
    reponse = client.get(path(adresse))
    assert reponse.status_code == 200
    return icalendar.Calendar.from_ical(reponse.content)


def on(calendrier: icalendar.Calendar, jour: dt.date) -> Any:
    [evenement] = [e for e in calendrier.walk("VEVENT") if e.decoded("dtstart").date() == jour]
    return evenement


def test_a_phone_without_account_reads_nine_months_of_dates(
    client: Client, adresse: AdresseIcal
) -> None:
    evenements = read(client, adresse).walk("VEVENT")
    dates = [e.decoded("dtstart").date() for e in evenements]
    assert (dates[0], dates[-1]) == (dt.date(2026, 8, 4), dt.date(2027, 4, 27))
    assert dates == sorted(set(dates))
    mardi = on(read(client, adresse), dt.date(2026, 10, 20))
    assert (mardi["summary"], mardi["status"]) == ("Permanence, Mairie de Brûlon", "CONFIRMED")
    assert mardi["location"] == "Mairie de Brûlon"
    assert mardi["uid"] == f"creneau-{Creneau.objects.get().pk}-20261020@localhost"


@pytest.mark.parametrize(
    ("jour", "decalage"), [(dt.date(2026, 10, 20), 2), (dt.date(2026, 10, 27), 1)]
)
def test_nine_o_clock_stays_nine_o_clock_in_winter(
    client: Client, adresse: AdresseIcal, jour: dt.date, decalage: int
) -> None:
    calendrier = read(client, adresse)
    debut = on(calendrier, jour).decoded("dtstart")
    assert (debut.hour, debut.utcoffset()) == (9, dt.timedelta(hours=decalage))
    [zone] = calendrier.walk("VTIMEZONE")
    assert zone.to_tz().utcoffset(debut.replace(tzinfo=None)) == debut.utcoffset()


def test_what_is_cancelled_is_said_cancelled_and_never_why(
    client: Client, adresse: AdresseIcal, adresse_du_lieu: AdresseIcal, creneau_brulon: Creneau,
    conseillere: Utilisateur, poste_1: Poste,
) -> None:  # fmt: skip
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 10, 20), statut="annulee", motif="autre",
        motif_texte="Obsèques",
    )  # fmt: skip
    Absence.objects.create(
        poste=poste_1, conseiller=conseillere.conseiller,
        date_debut="2026-10-27", date_fin="2026-10-27",
    )  # fmt: skip
    for qui in (adresse, adresse_du_lieu):
        calendrier = read(client, qui)
        for jour in (20, 27):
            evenement = on(calendrier, dt.date(2026, 10, jour))
            assert evenement["status"] == "CANCELLED"
            assert evenement["summary"].startswith("Annulé : Permanence")
            assert evenement["transp"] == "TRANSPARENT"
        texte = calendrier.to_ical().decode()
        for mot in ("Obsèques", "bsence", "utre"):
            assert mot not in texte


def test_the_calendar_of_a_lieu_names_nobody(client: Client, adresse_du_lieu: AdresseIcal) -> None:
    texte = client.get(path(adresse_du_lieu)).content.decode()
    for mot in ("Nadia", "Brulon", "conseiller/", "agenda/", "Poste"):
        assert mot not in texte
    assert "X-WR-CALNAME:Permanences – Mairie de Brûlon" in texte


def test_a_change_is_numbered_once_and_only_then(
    client: Client, adresse: AdresseIcal, creneau_brulon: Creneau
) -> None:
    def numbers() -> set[tuple[int, dt.datetime, str]]:
        calendrier = read(client, adresse)
        return {
            (e["sequence"], e.decoded("last-modified"), e["dtstamp"].to_ical().decode())
            for e in calendrier.walk("VEVENT")
        }

    premiere = numbers()
    assert [n for n, *_ in premiere] == [1]
    assert numbers() == premiere
    with time_machine.travel("2026-10-13 12:00+02:00"):
        Occurrence.objects.create(
            creneau=creneau_brulon, date=dt.date(2026, 10, 20), statut="annulee", motif="panne"
        )
        [(numero, quand, dtstamp)] = numbers()
    assert (numero, quand) == (2, dt.datetime(2026, 10, 13, 10, tzinfo=dt.UTC))
    assert dtstamp == "20261013T100000Z"
    # Taken back, it is a change too: the number grows again.
    Occurrence.objects.all().delete()
    assert [n for n, *_ in numbers()] == [3]


def test_nothing_new_costs_nothing(client: Client, adresse: AdresseIcal) -> None:
    reponse = client.get(path(adresse))
    assert reponse["Content-Type"] == "text/calendar; charset=utf-8"
    assert reponse["Cache-Control"] == "private, max-age=300"
    for entete, valeur in (
        ("If-None-Match", reponse["ETag"]),
        ("If-Modified-Since", reponse["Last-Modified"]),
    ):
        encore = client.get(path(adresse), headers={entete: valeur})
        assert (encore.status_code, encore.content) == (304, b"")
    Fermeture.objects.create(
        code="F1", date_debut="2026-10-20", date_fin="2026-10-20", motif="intemperies"
    )
    assert client.get(path(adresse), headers={"If-None-Match": reponse["ETag"]}).status_code == 200


def test_renewed_the_old_address_stops(
    client: Client, conseillere: Utilisateur, adresse: AdresseIcal
) -> None:
    ancienne = path(adresse)
    client.force_login(conseillere)
    assert "s’arrête aussitôt" in client.get("/agenda/abonnement/renouvellement/").content.decode()
    assert client.get(ancienne).status_code == 200
    client.post("/agenda/abonnement/renouvellement/")
    assert client.get(ancienne).status_code == 404
    adresse.refresh_from_db()
    assert path(adresse) != ancienne
    assert url_of(adresse) in client.get("/agenda/abonnement/").content.decode()
    assert client.get(path(adresse)).status_code == 200


def test_without_an_address_the_page_offers_one(client: Client, conseillere: Utilisateur) -> None:
    client.force_login(conseillere)
    assert "Créer mon adresse" in client.get("/agenda/abonnement/").content.decode()
    assert not AdresseIcal.objects.exists()
    client.post("/agenda/abonnement/renouvellement/")
    assert AdresseIcal.objects.get().conseiller == conseillere.conseiller


def test_who_leaves_or_is_closed_is_followed_no_more(
    client: Client, conseillere: Utilisateur, adresse: AdresseIcal
) -> None:
    Affectation.objects.update(date_fin=dt.date(2026, 10, 13))
    assert client.get(path(adresse)).status_code == 200
    Affectation.objects.update(date_fin=dt.date(2026, 10, 12))
    assert client.get(path(adresse)).status_code == 404
    Affectation.objects.update(date_fin=None)
    Utilisateur.objects.filter(pk=conseillere.pk).update(is_active=False)
    assert client.get(path(adresse)).status_code == 404


def test_only_the_days_held_are_followed(client: Client, adresse: AdresseIcal) -> None:
    Affectation.objects.update(date_debut=dt.date(2026, 10, 12), date_fin=dt.date(2026, 10, 25))
    dates = [e.decoded("dtstart").date().day for e in read(client, adresse).walk("VEVENT")]
    assert dates == [13, 20]


def test_a_guess_finds_nothing(
    client: Client, adresse: AdresseIcal, adresse_du_lieu: AdresseIcal
) -> None:
    assert len(adresse.secret) == 32
    faux = "0" * 32
    for genre, jeton in (
        ("conseiller", f"{adresse.pk}-{faux}"),
        ("conseiller", f"{adresse.pk}-"),
        ("conseiller", f"{adresse.pk}"),
        ("conseiller", f"{'9' * 5000}-{faux}"),
        ("conseiller", f"²-{faux}"),
        ("conseiller", adresse_du_lieu.jeton),
        ("lieu", adresse.jeton),
    ):
        assert client.get(f"/ical/{genre}/{jeton}.ics").status_code == 404, jeton


def test_staff_sees_and_renews_the_address_of_a_lieu(
    client: Client, gestionnaire: Utilisateur, adresse_du_lieu: AdresseIcal, adresse: AdresseIcal
) -> None:
    client.force_login(gestionnaire)
    fiche = f"/admin/permanences/lieuaccueil/{adresse_du_lieu.lieu_id}/change/"
    assert url_of(adresse_du_lieu) in client.get(fiche).content.decode()
    liste = "/admin/permanences/lieuaccueil/"
    envoi = {"action": "renew_address", "_selected_action": [adresse_du_lieu.lieu_id]}
    apercu = client.post(liste, envoi)
    assert client.get(path(adresse_du_lieu)).status_code == 200
    client.post(liste, envoi | {"vu": apercu.context["vu"], "confirmer": "1"})
    assert client.get(path(adresse_du_lieu)).status_code == 404
    adresse_du_lieu.refresh_from_db()
    assert url_of(adresse_du_lieu) in client.get(fiche).content.decode()
    # An advisor's secret is not staff's to read.
    for page in (f"/admin/permanences/adresseical/{adresse.pk}/change/",
                 "/admin/permanences/adresseical/"):  # fmt: skip
        assert adresse.secret not in client.get(page).content.decode()


@override_settings(SITE_URL="https://conseillers.exemple.fr")
def test_an_address_costs_ten_queries_at_most(
    client: Client, adresse: AdresseIcal, adresse_du_lieu: AdresseIcal,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    for une in (adresse, adresse_du_lieu):
        client.get(path(une))
        with django_assert_max_num_queries(10):
            client.get(path(une))


textes = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=120)


@given(
    titre=textes,
    lieu=textes,
    jour=st.dates(dt.date(2020, 1, 1), dt.date(2037, 12, 31)),
    debut=st.integers(4, 22),
    annule=st.booleans(),
)
def test_whatever_is_typed_the_file_can_be_read_back(
    titre: str, lieu: str, jour: dt.date, debut: int, annule: bool
) -> None:
    evenement = Evenement(
        uid="creneau-1-20260101@exemple.fr", date=jour,
        debut=dt.time(debut), fin=dt.time(debut, 30), titre=titre,
        lieu=lieu, description="Sans rendez-vous", annule=annule,
    )  # fmt: skip
    instant = dt.datetime(2026, 10, 13, 8, tzinfo=dt.UTC)
    contenu = write_calendar("Essai", [evenement], version=3, change_le=instant)
    for ligne in contenu.split(b"\r\n"):
        assert len(ligne) <= 75
        assert b"\n" not in ligne
    [relu] = icalendar.Calendar.from_ical(contenu).walk("VEVENT")
    assert relu["summary"] == (f"Annulé : {titre}" if annule else titre)
    assert relu["location"] == lieu
    assert relu.decoded("dtstart").replace(tzinfo=None) == dt.datetime.combine(jour, dt.time(debut))
    assert relu["sequence"] == 3
