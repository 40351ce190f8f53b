"""The maps and charts of a report on its page of the portal: same drawings, tables beside."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reporting.enums import TypeRapport
from reporting.models import Rapport
from reporting.tests import exemple
from reporting.tests.test_portail import make_rapport
from reporting.views import portail

POIDS_MAX = 60_000  # bytes on the line, for a page that holds both maps


@pytest.fixture
def contours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portail, "carte_du_departement", exemple.carte)


@pytest.fixture
def couverture(db: None) -> Rapport:
    return make_rapport(TypeRapport.COUVERTURE, donnees=exemple.couverture())


def page(client: Client, rapport: Rapport) -> str:
    return client.get(reverse("rapports:detail", args=[rapport.pk])).content.decode()


@pytest.mark.usefixtures("contours")
def test_a_couverture_shows_its_maps_and_its_chart_each_with_its_table(
    client: Client, prefecture: Any, couverture: Rapport
) -> None:
    client.force_login(prefecture)
    html = page(client, couverture)
    titres = re.findall(r"<svg[^>]*>\s*<title>([^<]+)</title>", html)
    assert [t.split(" ")[0] for t in titres] == ["Carte", "Carte", "Part"]
    for tableau in ("Communes selon la distance", "Plan et réalité par EPCI", "Douze derniers"):
        assert re.search(rf"<caption>{tableau}", html), tableau
    assert "Licence Ouverte" in html or "IGN" in html
    assert ">Le Mans</text>" in html


@pytest.mark.usefixtures("contours")
def test_the_drawings_need_no_inline_style_and_share_no_id(
    client: Client, prefecture: Any, couverture: Rapport
) -> None:
    client.force_login(prefecture)
    html = page(client, couverture)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", html)) <= set(ids)
    assert " style=" not in html and "<style" not in html and "onclick" not in html
    assert not re.findall(r'(?:src|href)="https?://', html)


@pytest.mark.usefixtures("contours")
def test_the_page_stays_light_on_the_line(
    client: Client, prefecture: Any, couverture: Rapport
) -> None:
    client.force_login(prefecture)
    adresse = reverse("rapports:detail", args=[couverture.pk])
    reponse = client.get(adresse, headers={"accept-encoding": "gzip"})
    assert reponse["Content-Encoding"] == "gzip"
    assert len(reponse.content) <= POIDS_MAX
    assert b"</html>" in gzip.decompress(reponse.content)


def test_without_contours_the_page_has_its_tables_and_no_map(
    client: Client, prefecture: Any, couverture: Rapport
) -> None:
    client.force_login(prefecture)
    html = page(client, couverture)
    assert "Carte des communes" not in html
    assert "<caption>Douze derniers mois" in html


def test_a_frequentation_shows_two_charts_and_one_table(client: Client, prefecture: Any) -> None:
    rapport = make_rapport(TypeRapport.FREQUENTATION)
    client.force_login(prefecture)
    html = page(client, rapport)
    assert html.count("<svg") == 2
    assert html.count("<caption>Douze derniers mois") == 1


def test_the_drawings_cost_one_query_and_only_for_a_couverture(
    client: Client, prefecture: Any, django_assert_num_queries: Any
) -> None:
    couverture = make_rapport(TypeRapport.COUVERTURE)
    frequentation = make_rapport(TypeRapport.FREQUENTATION)
    client.force_login(prefecture)
    # Session, user, report, its author and those who validated and received, its versions.
    with django_assert_num_queries(4):
        page(client, frequentation)
    with django_assert_num_queries(5):
        page(client, couverture)
