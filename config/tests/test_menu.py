"""The menu of the admin: on every page, the same, with what is open marked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config import menu
from config.menu import RUBRIQUES, Page, Rubrique


def current_of(html: str) -> list[str]:
    return re.findall(r'aria-current="(?:page|true)">([^<]+)</a></li>', html)


@pytest.mark.parametrize(
    ("adresse", "arguments", "attendu"),
    [
        ("admin:index", (), ["Accueil"]),
        ("admin:conseillers_poste_changelist", (), ["Postes", "Postes"]),
        ("admin:permanences_lieuaccueil_add", (), ["Plan", "Lieux"]),
        ("admin:reporting_mois", (), ["Mois et rapports", "Mois"]),
        ("admin:permanences_histoire_poste", (1,), ["Postes"]),
        ("admin:reporting_relancer", ("2026-10",), ["Mois et rapports", "Tableau du mois"]),
    ],
)
def test_the_open_page_is_marked(
    client: Client, gestionnaire: Any, poste_1: Any, adresse: str, arguments: Any, attendu: Any
) -> None:
    client.force_login(gestionnaire)
    assert current_of(client.get(reverse(adresse, args=arguments)).content.decode()) == attendu


def test_every_entry_opens_for_whoever_sees_it(
    client: Client, gestionnaire: Any, direction: Any
) -> None:
    for personne in (gestionnaire, direction):
        client.force_login(personne)
        for rubrique in client.get(reverse("admin:index")).context["menu"].rubriques:
            reponse = client.get(rubrique.url)
            assert reponse.status_code == 200, rubrique
            for page in reponse.context["menu"].pages:
                assert client.get(page.url).status_code == 200, (str(personne), page)


def test_an_address_that_does_not_exist_is_left_out(
    client: Client, direction: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rubrique = Rubrique("Demain", (Page("Demain", "admin:conseillers_demain"),))
    monkeypatch.setattr(menu, "RUBRIQUES", (*RUBRIQUES, rubrique))
    client.force_login(direction)
    html = client.get(reverse("admin:index")).content.decode()
    assert "Demain" not in html


def test_a_popup_has_no_menu(client: Client, gestionnaire: Any) -> None:
    client.force_login(gestionnaire)
    html = client.get(reverse("admin:conseillers_structure_add"), {"_popup": 1}).content.decode()
    assert "Menu principal" not in html
