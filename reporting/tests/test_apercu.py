"""Before closing, staff reads in the browser the page that the PDF would be."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from permanences.models import Creneau
from reporting import services
from reporting.models import Rapport
from reporting.pdf import render_page
from reporting.selectors import donnees_du_mois
from reporting.selectors.carte import carte_du_departement

OCTOBRE = dt.date(2026, 10, 1)
TYPES = ("couverture", "frequentation")
pytestmark = pytest.mark.usefixtures("mardi_10_novembre")


@pytest.fixture
def bureau(client: Client, direction: Any, creneau_brulon: Creneau) -> Client:
    client.force_login(direction)
    return client


def preview(client: Client, type_rapport: str, mois: str = "2026-10") -> Any:
    return client.get(reverse("admin:reporting_mois_apercu", args=[mois, type_rapport]))


def body(page: str) -> str:
    """Without the widths of columns: paper only, the screen's policy refuses them."""
    corps = re.search(r"<body>(.*)</body>", page, re.DOTALL)
    assert corps
    return re.sub(r' style="width:[\d.]+%"', "", corps.group(1))


@pytest.mark.parametrize("type_rapport", TYPES)
def test_it_is_the_page_of_the_pdf_with_the_figures_of_the_moment(
    bureau: Client, type_rapport: str
) -> None:
    # The page says when it was made, to the minute.
    with time_machine.travel(timezone.now(), tick=False):
        donnees = donnees_du_mois(OCTOBRE)[type_rapport]
        attendu = body(render_page(donnees, code="", empreinte="", carte=carte_du_departement()))
        html = preview(bureau, type_rapport).content.decode()
    vu = re.search(r"<main>(.*)</main>", html, re.DOTALL)
    assert vu and vu.group(1) == attendu
    assert "PROVISOIRE" in attendu
    assert "Revenir au mois d’octobre 2026" in html


@pytest.mark.parametrize("type_rapport", TYPES)
def test_it_asks_for_nothing_that_the_policy_refuses(bureau: Client, type_rapport: str) -> None:
    html = preview(bureau, type_rapport).content.decode()
    assert "<style" not in html and " style=" not in html and "<script" not in html
    assert "police:" not in html
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)
    assert "reporting/rapport.css" in html


def test_nothing_is_kept(bureau: Client) -> None:
    preview(bureau, "couverture")
    assert not Rapport.objects.exists()


def test_a_closed_month_is_read_in_its_own_reports(bureau: Client, gestionnaire: Any) -> None:
    services.close_mois(mois=OCTOBRE, utilisateur=gestionnaire, motif_avertissements="Lu")
    reponse = preview(bureau, "couverture")
    assert reponse.status_code == 302
    assert "Ce mois est clos" in bureau.get(reponse.url).content.decode()


def test_it_is_offered_on_the_page_of_an_open_month_only(bureau: Client, gestionnaire: Any) -> None:
    adresse = reverse("admin:reporting_mois_detail", args=["2026-10"])
    lien = reverse("admin:reporting_mois_apercu", args=["2026-10", "frequentation"])
    assert lien in bureau.get(adresse).content.decode()
    services.close_mois(mois=OCTOBRE, utilisateur=gestionnaire, motif_avertissements="Lu")
    assert lien not in bureau.get(adresse).content.decode()


@pytest.mark.parametrize(("mois", "type_rapport"), [("2026-10", "autre"), ("2026-13", TYPES[0])])
def test_what_does_not_exist_is_not_found(bureau: Client, mois: str, type_rapport: str) -> None:
    assert preview(bureau, type_rapport, mois).status_code == 404
