"""The public pages are kept for less than a minute, for everybody, and framed where they may be."""

from __future__ import annotations

import datetime as dt
import gzip
import threading
import time
from typing import Any

import pytest
from django.conf import LazySettings
from django.http import HttpRequest
from django.test import Client, RequestFactory
from icalendar import Calendar

from conseillers.models import Utilisateur
from permanences import proximite
from permanences.models import Creneau, LieuAccueil, Occurrence
from permanences.views import pour_tous
from territoires.models import Commune

MARDI = dt.date(2026, 10, 13)
COMMUNE = "/ou-nous-trouver/commune/72050/"
CADRE = "/ou-nous-trouver/cadre/commune/72050/"
PAGES = (COMMUNE, CADRE, "/ou-nous-trouver/", "/lieux/mairie-72050/", "/sitemap.xml")


@pytest.fixture(autouse=True)
def _gardees(settings: LazySettings) -> None:
    settings.PAGES_GARDEES = True


def cancel(creneau: Creneau) -> None:
    Occurrence.objects.create(creneau=creneau, date=MARDI, statut="annulee", motif="autre")


@pytest.mark.usefixtures("conseillere", "creneau_brulon")
def test_a_cancellation_is_read_by_everybody_within_a_minute(
    mardi_10_novembre: Any, creneau_brulon: Creneau
) -> None:
    """Whatever was kept on the way, by us then by the reader: never more than a minute old."""
    jour = dt.date(2026, 11, 10)
    pages = (COMMUNE, CADRE, "/lieux/mairie-72050/")
    for adresse in pages:
        assert b"Annul" not in Client().get(adresse).content.split(b"<main")[1]
    Occurrence.objects.create(creneau=creneau_brulon, date=jour, statut="annulee", motif="autre")
    mardi_10_novembre.shift(30)
    for adresse in pages:
        gardee = Client().get(adresse)
        assert b"Annul" not in gardee.content.split(b"<main")[1]
        # The reader's browser may keep it for that long after we did.
        reste = int(gardee["Cache-Control"].removeprefix("public, max-age="))
        assert 30 + reste <= 60
    mardi_10_novembre.shift(29)
    for adresse in pages:
        assert "Annulée aujourd’hui" in Client().get(adresse).content.decode()


@pytest.mark.usefixtures("mardi_13_octobre", "conseillere", "creneau_brulon")
def test_nobody_is_known_there_and_nothing_is_asked_twice(
    client: Client, gestionnaire: Utilisateur, django_assert_num_queries: Any
) -> None:
    client.force_login(gestionnaire)
    anonymes = [Client().get(adresse) for adresse in PAGES]
    for adresse, anonyme in zip(PAGES, anonymes, strict=True):
        with django_assert_num_queries(0):
            reponse = client.get(adresse)
        assert reponse.content == anonyme.content, "the same page, whoever asks"
        assert reponse["Vary"] == "Accept-Encoding"
        assert not reponse.cookies
        assert reponse["Cache-Control"].startswith("public, max-age=")
        encore = Client().get(adresse, headers={"If-None-Match": reponse["ETag"]})
        assert encore.status_code == 304
        assert not encore.content
    assert client.get("/admin/").status_code == 200, "and who is signed in stays so"


@pytest.mark.usefixtures("mardi_13_octobre", "conseillere", "creneau_brulon")
def test_it_is_compressed_once_and_readable_without() -> None:
    nue = Client().get(COMMUNE)
    serree = Client().get(COMMUNE, headers={"Accept-Encoding": "gzip, br"})
    assert serree["Content-Encoding"] == "gzip"
    assert gzip.decompress(serree.content) == nue.content
    assert len(serree.content) < len(nue.content) / 2
    assert serree["ETag"] == nue["ETag"]


@pytest.mark.usefixtures("mardi_13_octobre", "conseillere", "creneau_brulon")
def test_another_site_may_frame_the_frame_and_nothing_else(settings: LazySettings) -> None:
    cadre, page = Client().get(CADRE), Client().get(COMMUNE)
    assert "frame-ancestors *" in cadre["Content-Security-Policy"]
    assert "X-Frame-Options" not in cadre
    assert cadre["X-Robots-Tag"] == "noindex"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    contenu = cadre.content.decode()
    assert 'action="/ou-nous-trouver/cadre/chercher/"' in contenu
    assert '<a href="/lieux/mairie-72050/" target="_blank" rel="noopener">' in contenu
    assert "<nav" not in contenu
    recherche = Client().get("/ou-nous-trouver/cadre/chercher/?q=Br%C3%BBlon")
    assert recherche["Location"] == CADRE
    assert "frame-ancestors *" in recherche["Content-Security-Policy"]


def test_at_midnight_tomorrow_becomes_today(
    mardi_10_novembre: Any, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    mardi_10_novembre.move_to(dt.datetime(2026, 11, 9, 22, 59, 50, tzinfo=dt.UTC))
    assert "Demain, mardi 10" in Client().get(COMMUNE).content.decode()
    mardi_10_novembre.shift(20)
    assert "Aujourd’hui, mardi 10" in Client().get(COMMUNE).content.decode()


# --- Its addresses ----------------------------------------------------------------------------


def test_a_commune_that_does_not_exist_is_not_found(brulon: Commune) -> None:
    for adresse in ("72999", "99999", "7205", "abcde"):
        assert Client().get(f"/ou-nous-trouver/commune/{adresse}/").status_code == 404
    assert Client().get("/ou-nous-trouver/commune/72999/permanences.ics").status_code == 404


def test_a_distance_is_said_in_whole_kilometres() -> None:
    assert proximite.say_distance(0.4) == "à moins de 1\u00a0km"
    assert proximite.say_distance(12.6) == "à 13\u00a0km"


# --- One makes it, the others wait ---------------------------------------------------------


def ask(rf: RequestFactory, make: Any) -> bytes:
    return pour_tous.serve_page(rf.get("/"), "essai", make).content


def test_a_hundred_who_come_together_have_it_made_once(rf: RequestFactory) -> None:
    faites: list[int] = []

    def make() -> str:
        faites.append(1)
        time.sleep(0.2)
        return "page"

    recues: list[bytes] = []
    fils = [threading.Thread(target=lambda: recues.append(ask(rf, make))) for _ in range(20)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert recues == [b"page"] * 20
    assert len(faites) == 1


def test_while_one_makes_it_again_the_others_have_the_one_before(
    rf: RequestFactory, mardi_10_novembre: Any
) -> None:
    assert ask(rf, lambda: "avant") == b"avant"
    mardi_10_novembre.shift(pour_tous.FRAICHE + 1)

    def make_slowly() -> str:
        reponse = pour_tous.serve_page(rf.get("/"), "essai", lambda: "jamais")
        assert reponse.content == b"avant"
        assert reponse["Cache-Control"] == "public, max-age=0"
        return "apres"

    assert ask(rf, make_slowly) == b"apres"
    assert ask(rf, lambda: "jamais") == b"apres"
    assert pour_tous.AU_PLUS <= 60


def test_one_that_fails_leaves_no_lock_behind(rf: RequestFactory) -> None:
    def fail() -> str:
        raise ValueError

    with pytest.raises(ValueError):
        ask(rf, fail)
    assert ask(rf, lambda: "page") == b"page"


def test_who_asks_as_somebody_is_not_known_by_the_view(
    client: Client, gestionnaire: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    vus: list[Any] = []

    def look(request: HttpRequest, *_: Any) -> str:
        vus.append((request.user.is_authenticated, dict(request.COOKIES)))
        return ""

    monkeypatch.setattr("permanences.views.trouver._make_accueil", look)
    client.force_login(gestionnaire)
    client.get("/ou-nous-trouver/")
    assert vus == [(False, {})]


# --- The calendars -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "adresse",
    ["/ou-nous-trouver/commune/72050/permanences.ics", "/lieux/mairie-72050/permanences.ics"],
)
def test_a_public_calendar_holds_the_dates_and_its_number_only_grows(
    adresse: str,
    mardi_10_novembre: Any,
    conseillere: Utilisateur,
    creneau_brulon: Creneau,
    mairie_brulon: LieuAccueil,
) -> None:
    def events() -> dict[dt.date, Any]:
        reponse = Client().get(adresse)
        assert reponse["Content-Type"] == "text/calendar; charset=utf-8"
        lus = Calendar.from_ical(reponse.content).walk("VEVENT")
        return {e.decoded("DTSTART").date(): e for e in lus}

    jour = dt.date(2026, 11, 17)
    avant = events()[jour]
    assert avant["STATUS"] == "CONFIRMED"
    assert "Brulon" not in str(avant)
    mardi_10_novembre.shift(3600)
    assert events()[jour].to_ical() == avant.to_ical(), "nothing changed: nothing is renumbered"
    annulee = Occurrence.objects.create(
        creneau=creneau_brulon, date=jour, statut="annulee", motif="intemperies"
    )
    mardi_10_novembre.shift(60)
    pendant = events()[jour]
    assert pendant["STATUS"] == "CANCELLED"
    assert pendant["UID"] == avant["UID"]
    assert pendant["SEQUENCE"] > avant["SEQUENCE"]
    assert "temp" not in str(pendant).lower()
    annulee.delete()
    mardi_10_novembre.shift(120)
    apres = events()[jour]
    assert apres["STATUS"] == "CONFIRMED"
    assert apres["SEQUENCE"] > pendant["SEQUENCE"]
