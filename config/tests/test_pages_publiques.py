"""The pages that the law wants on every site: open to all, linked from everywhere, true."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.views import defaults
from django.views.csrf import csrf_failure

from config import publiques
from config.mentions import MENTIONS
from config.menu import RUBRIQUES

PAGES = ("mentions_legales", "donnees_personnelles", "accessibilite", "plan_du_site", "aide")
ROLES = ("conseillere", "employeur", "prefecture", "gestionnaire", "direction")


def text_of(page: Any) -> str:
    return html.unescape(page.content.decode()).replace("\xa0", " ")


def links_of(page: Any) -> set[str]:
    return set(re.findall(r'href="(/[^"#]*)', page.content.decode()))


@pytest.mark.parametrize("nom", PAGES)
def test_anybody_reads_them_without_an_account(client: Client, db: None, nom: str) -> None:
    page = client.get(reverse(nom))
    assert page.status_code == 200
    assert client.cookies.get("sessionid") is None


@pytest.mark.parametrize(
    ("role", "adresse"),
    [
        ("", "/connexion/"),
        ("", "/nulle-part/"),
        ("", "/verifier"),
        ("conseillere", "/aujourdhui/"),
        ("conseillere", "/hors-ligne/"),
        ("conseillere", "/admin/"),  # refused
        ("employeur", "/structure/"),
        ("prefecture", "/rapports/"),
        ("gestionnaire", "/admin/"),
        ("direction", "/admin/conseillers/poste/"),
    ],
)
def test_each_page_leads_to_them_and_says_the_state_of_accessibility(
    client: Client, db: None, request: pytest.FixtureRequest, role: str, adresse: str
) -> None:
    if role:
        client.force_login(request.getfixturevalue(role))
    page = client.get(adresse, follow=True)
    assert {reverse(nom) for nom in PAGES} <= links_of(page)
    assert "Accessibilité : non conforme" in text_of(page)


def test_the_pages_of_a_breakdown_lead_to_them_too(rf: RequestFactory) -> None:
    demande = rf.get("/")
    for page in (
        defaults.bad_request(demande, ValueError()),
        defaults.server_error(demande),
        csrf_failure(demande),
    ):
        attendues = ("mentions_legales", "donnees_personnelles", "accessibilite", "aide")
        assert {reverse(nom) for nom in attendues} <= links_of(page)


def test_what_is_not_filled_in_is_said_and_never_invented(client: Client, db: None) -> None:
    pages = "".join(text_of(client.get(reverse(nom))) for nom in PAGES[:3])
    assert pages.count("Information non renseignée") == 7  # the publisher on two pages
    for quoi in MENTIONS.values():
        assert f"il manque {quoi}." in pages


def test_what_is_filled_in_is_shown_and_can_be_written_to(
    client: Client, db: None, settings: LazySettings
) -> None:
    settings.MENTIONS = dict.fromkeys(MENTIONS, "Le <Département> d’essai") | {
        "CONTACT_DPO": "dpo@exemple.fr",
        "CONTACT_ACCESSIBILITE": "https://exemple.fr/ecrire",
    }
    pages = "".join(client.get(reverse(nom)).content.decode() for nom in PAGES[:3])
    assert "Information non renseignée" not in pages
    assert "Le &lt;Département&gt; d’essai" in pages
    assert '<a href="mailto:dpo@exemple.fr">dpo@exemple.fr</a>' in pages
    assert '<a href="https://exemple.fr/ecrire">' in pages


@pytest.mark.parametrize("role", ["", *ROLES])
def test_the_site_map_and_the_help_of_each_role_hold_only_pages_that_open(
    client: Client, db: None, request: pytest.FixtureRequest, role: str
) -> None:
    if role:
        client.force_login(request.getfixturevalue(role))
    for nom in ("plan_du_site", "aide"):
        principal = client.get(reverse(nom)).content.decode().split("<main")[1]
        for adresse in set(re.findall(r'href="(/[^"#]*)', principal)):
            assert client.get(adresse, follow=True).status_code == 200, adresse


def test_the_site_map_holds_the_whole_menu(client: Client, gestionnaire: Any) -> None:
    client.force_login(gestionnaire)
    page = client.get(reverse("plan_du_site"))
    for rubrique in RUBRIQUES:
        for entree in rubrique.pages:
            assert reverse(entree.adresse) in links_of(page)


def test_security_txt_says_whom_to_write_to_and_until_when(
    client: Client, db: None, settings: LazySettings
) -> None:
    settings.MENTIONS = {"CONTACT_SECURITE": "securite@exemple.fr"}
    settings.SITE_URL = "https://conseillers.exemple.fr/"
    fichier = client.get("/.well-known/security.txt")
    assert fichier["Content-Type"] == "text/plain; charset=utf-8"
    champs = dict(ligne.split(": ", 1) for ligne in fichier.content.decode().splitlines())
    fin = dt.datetime.fromisoformat(champs.pop("Expires"))
    assert timezone.now() < fin < timezone.now() + dt.timedelta(days=365)
    assert champs == {
        "Contact": "mailto:securite@exemple.fr",
        "Preferred-Languages": "fr, en",
        "Canonical": "https://conseillers.exemple.fr/.well-known/security.txt",
        "Policy": "https://conseillers.exemple.fr/mentions-legales/#securite",
    }


def test_its_date_stays_between_five_months_and_a_year_whatever_the_day() -> None:
    for rang in range(800):
        jour = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC) + dt.timedelta(days=rang)
        reste = publiques._expires(jour) - jour
        assert dt.timedelta(days=145) < reste < dt.timedelta(days=365)


@pytest.mark.parametrize("contact", ["", "le RSSI, bureau 12", "javascript:alert(1)@"])
def test_without_anybody_to_write_to_there_is_no_security_txt(
    client: Client, db: None, settings: LazySettings, contact: str
) -> None:
    settings.MENTIONS = {"CONTACT_SECURITE": contact}
    if contact.startswith("javascript"):
        contenu = client.get("/.well-known/security.txt").content.decode()
        assert "Contact: mailto:javascript" in contenu  # an address, never a script
        return
    assert client.get("/.well-known/security.txt").status_code == 404


def test_search_engines_are_kept_from_what_asks_for_an_account(client: Client, db: None) -> None:
    fichier = client.get("/robots.txt").content.decode()
    assert "Disallow: /admin/" in fichier
    assert "Disallow: /lieux/" not in fichier


def test_they_ask_the_database_almost_nothing(
    client: Client, conseillere: Any, django_assert_max_num_queries: Any
) -> None:
    client.force_login(conseillere)
    for nom in PAGES:
        with django_assert_max_num_queries(4):
            client.get(reverse(nom))
