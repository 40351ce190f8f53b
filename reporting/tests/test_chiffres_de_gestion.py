"""One month, one figure: the report's, read on every page of the back office that says it."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conseillers.models import Poste
from reporting.selectors import donnees_du_mois
from reporting.tests.test_accueil_de_gestion import figures_of, programme

NOVEMBRE, OCTOBRE = dt.date(2026, 11, 1), dt.date(2026, 10, 1)
CLE = "2026-11"

__all__ = ["programme"]  # the fixture


@pytest.fixture
def bureau(client: Client, gestionnaire: Any, programme: None) -> Client:
    client.force_login(gestionnaire)
    return client


@pytest.fixture
def couverture(programme: None) -> dict[str, Any]:
    return donnees_du_mois(NOVEMBRE)["couverture"]


def page_of(client: Client, nom: str, *args: Any) -> Any:
    reponse = client.get(reverse(nom, args=args))
    assert reponse.status_code == 200
    return reponse


def test_the_home_says_the_figures_of_the_report(
    bureau: Client, couverture: dict[str, Any]
) -> None:
    lus = figures_of(page_of(bureau, "admin:index").content.decode())
    nombres = {nom.split(" : ")[0]: nombre for nom, (_, nombre) in lus.items()}
    postes, total = couverture["postes"], couverture["total"]
    for titre, figure in (("Pourvus", "pourvus"), ("Vacants", "vacants"), ("Rendus", "rendus")):
        assert nombres[f"{titre}, total"] == postes[figure]
        for part, nom in (("departement", "Département"), ("partenaire", "Partenaires")):
            if f"{titre}, {nom}" in nombres:
                assert nombres[f"{titre}, {nom}"] == postes["par_part"][part][figure]
    assert (nombres["Prévues"], nombres["Tenues"], nombres["Annulées"]) == (
        total["prevues"], total["tenues"], total["annulees"],
    )  # fmt: skip
    manquants = donnees_du_mois(OCTOBRE)["couverture"]["completude"]["manquant"]
    assert nombres["Postes qui n’ont pas déclaré octobre 2026"] == manquants == 2


def test_the_stories_of_the_postes_add_up_to_the_report(
    bureau: Client, couverture: dict[str, Any]
) -> None:
    frequentation = donnees_du_mois(NOVEMBRE)["frequentation"]
    mois = [
        ligne
        for numero in Poste.objects.values_list("numero", flat=True)
        for ligne in page_of(bureau, "admin:permanences_histoire_poste", numero)
        .context["histoire"]
        .activite
        if ligne.mois == NOVEMBRE
    ]
    assert sum(ligne.prevues for ligne in mois) == couverture["total"]["prevues"] == 4
    assert sum(ligne.etats["tenue"] for ligne in mois) == couverture["total"]["tenues"] == 1
    assert sum(ligne.seances for ligne in mois) == frequentation["total"]["seances"]


def test_the_money_of_the_page_is_that_of_the_report(
    bureau: Client, couverture: dict[str, Any]
) -> None:
    texte = page_of(bureau, "admin:conseillers_financements").content.decode()
    lus = {
        re.sub(r"[^\d,]", "", montant) for montant in re.findall(r"[\d\u202f\xa0 ]+,\d\d", texte)
    }
    for phase in ("V1", "V2"):
        for figure in ("conventionne", "verse", "reste_a_verser"):
            euros = Decimal(couverture["financements"][phase][figure]) / 100
            assert f"{euros:.2f}".replace(".", ",") in lus, (phase, figure)
