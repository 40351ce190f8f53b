"""« Où nous trouver » in a real browser: a phone and a desk, with and without JavaScript, paper."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from conseillers.models import Utilisateur
from permanences.models import Creneau, LieuAccueil, Occurrence
from permanences.tests.conftest import check
from territoires.models import Commune

pytestmark = pytest.mark.navigateur
Ouvrir = Callable[..., Page]
# The first page of a busy machine.
ATTENTE = 20_000
CADRE = "/ou-nous-trouver/cadre/commune/72050/"


@pytest.fixture
def contours(brulon: Commune, le_mans: Commune, la_fleche: Commune) -> None:
    """The true ones, so that the map is drawn as it is in the Sarthe."""
    fichier = Path(settings.BASE_DIR) / "territoires" / "data" / "communes-72.geojson"
    for trait in json.loads(fichier.read_text())["features"]:
        Commune.objects.filter(code=trait["properties"]["code"]).update(contour=trait["geometry"])


@pytest.fixture
def annulee(creneau_du_jour: Creneau, conseillere: Utilisateur) -> Creneau:
    """Brûlon every day, until a minute to midnight: not over yet, whatever the time; not today."""
    creneau_du_jour.heure_fin = dt.time(23, 59)
    creneau_du_jour.save()
    Occurrence.objects.create(
        creneau=creneau_du_jour, date=timezone.localdate(), statut="annulee", motif="intemperies"
    )
    return creneau_du_jour


@pytest.mark.usefixtures("contours", "annulee")
@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_types_a_commune_on_a_phone_and_reads_where_to_go(
    ouvrir: Ouvrir, javascript: bool
) -> None:
    page = ouvrir(360, javascript=javascript)
    page.set_default_timeout(ATTENTE)
    page.goto("/connexion/")
    page.get_by_role("link", name="Trouver une permanence près de chez vous").click()
    champ = page.get_by_role("textbox", name="Votre commune ou votre code postal")
    if not champ.count():
        champ = page.get_by_role("combobox", name="Votre commune ou votre code postal")
    champ.fill("bruloun")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("alert")).to_contain_text("« bruloun »".replace(" ", "\u202f"))
    expect(page.get_by_label("Votre commune ou votre code postal")).to_have_value("bruloun")
    page.get_by_role("link", name="Brûlon").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Permanences près de Brûlon")
    annonce = page.get_by_role("region", name="Annulée aujourd’hui")
    expect(annonce).to_contain_text("Mairie de Brûlon")
    expect(annonce).to_contain_text("Prochaine date")
    expect(page.locator("svg circle.carte-des-lieux__lieu")).to_be_visible()
    page.get_by_role("link", name="Ranger par distance").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Annulée")
    page.get_by_role("link", name="Mairie de Brûlon").first.click()
    expect(page.get_by_text("Annulée aujourd’hui").first).to_be_visible()


@pytest.mark.usefixtures("contours", "annulee")
@pytest.mark.parametrize("largeur", [180, 360, 1280])
def test_they_are_accessible_and_the_data_for_machines_breaks_no_rule(
    ouvrir: Ouvrir, largeur: int, brulon: Commune, poste_1: Any, annulee: Creneau
) -> None:
    """`ouvrir` refuses any word of the console about the policy."""
    ehpad = LieuAccueil.objects.create(
        code="ehpad", nom="EHPAD", type="ehpad", commune=brulon, code_insee=brulon.code
    )
    Creneau.objects.create(
        code="e", poste=poste_1, lieu=ehpad, nature="permanence", recurrence="FREQ=WEEKLY;BYDAY=MO",
        date_debut=dt.date(2026, 1, 5), heure_debut=dt.time(9), heure_fin=dt.time(10),
    )  # fmt: skip
    page = ouvrir(largeur)
    page.set_default_timeout(ATTENTE)
    refus: list[str] = []
    page.expose_binding("refuse", lambda _source, dit: refus.append(dit))
    page.add_init_script(
        'document.addEventListener("securitypolicyviolation",'
        " (e) => refuse(`${e.effectiveDirective} ${e.blockedURI}`));"
    )
    for adresse in (
        "/ou-nous-trouver/",
        "/ou-nous-trouver/commune/72050/",
        "/ou-nous-trouver/commune/72050/?tri=distance",
        "/ou-nous-trouver/chercher/?q=l",
        "/ou-nous-trouver/chercher/?q=61000",
        CADRE,
        "/lieux/mairie-72050/",
        "/lieux/ehpad/",
    ):
        page.goto(adresse)
        check(page, adresse)
        assert refus == [], adresse
    page.goto("/ou-nous-trouver/commune/72050/")
    lu = page.locator('script[type="application/ld+json"]').text_content()
    assert json.loads(lu or "")["@graph"][0]["@type"] == "Event"


@pytest.fixture
def mairie(live_server: Any) -> Iterator[str]:
    """The address of another site, really served: a browser frames nothing local in a made-up one.

    Its page frames two of ours, the one made for it and an ordinary one.
    """
    cadres = "".join(
        f'<iframe src="{live_server.url}{adresse}" title="{nom}" width="340" height="400"></iframe>'
        for nom, adresse in (("ouvert", CADRE), ("ferme", "/ou-nous-trouver/commune/72050/"))
    )

    class Mairie(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>Mairie</title>{cadres}".encode())

        def log_message(self, *_: Any) -> None:
            pass

    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Mairie)
    threading.Thread(target=serveur.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{serveur.server_port}/"
    serveur.shutdown()
    serveur.server_close()


@pytest.mark.usefixtures("contours", "annulee")
def test_the_site_of_a_mairie_shows_the_frame_and_no_other_page(
    navigateur: Page, mairie: str
) -> None:
    page = navigateur
    page.goto(mairie)
    ouvert = page.frame_locator("iframe[title=ouvert]")
    expect(ouvert.get_by_role("heading", level=1)).to_have_text(
        "Permanences près de Brûlon", timeout=ATTENTE
    )
    ouvert.get_by_role("textbox").fill("Le Mans")
    ouvert.get_by_role("button", name="Chercher").click()
    expect(ouvert.get_by_role("heading", level=1)).to_have_text(
        "Permanences près du Mans", timeout=ATTENTE
    )
    assert page.context.cookies() == []
    ferme = page.frame_locator("iframe[title=ferme]")
    assert ferme.get_by_text("Permanences près").count() == 0


@pytest.mark.usefixtures("contours", "annulee")
def test_on_paper_the_dates_and_the_map_stay_and_what_is_pressed_goes(ouvrir: Ouvrir) -> None:
    page = ouvrir(1280)
    page.set_default_timeout(ATTENTE)
    page.goto("/ou-nous-trouver/commune/72050/")
    page.emulate_media(media="print")
    expect(page.get_by_text("Mairie de Brûlon").first).to_be_visible()
    expect(page.locator("figure svg")).to_be_visible()
    expect(page.get_by_text("Page établie le")).to_be_visible()
    for pressed in ("Chercher", "S’abonner au calendrier", "Ranger par distance"):
        expect(page.get_by_text(pressed, exact=True)).to_be_hidden()
