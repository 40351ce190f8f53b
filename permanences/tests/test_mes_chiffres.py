"""« Mes chiffres »: one's own month and year, beside one's own past and nobody else's."""

import datetime as dt
import re

import pytest
from django.test import Client

from conftest import make_seance
from conseillers.models import Utilisateur
from permanences.graphiques import barre
from permanences.models import LieuAccueil
from permanences.selectors.chiffres import Chiffres

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")


@pytest.fixture
def connectee(client: Client, conseillere: Utilisateur) -> Client:
    client.force_login(conseillere)
    return client


@pytest.fixture
def passe(
    conseillere: Utilisateur, conseiller_voisin: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    for jour, personnes in (
        ("2026-10-06", 1), ("2026-10-13", 8), ("2026-09-30", 2), ("2026-01-01", 3),
        ("2025-12-31", 4), ("2025-10-01", 5), ("2025-01-08", 6),
    ):  # fmt: skip
        make_seance(
            conseillere, mairie_brulon, dt.date.fromisoformat(jour), nb_participants=personnes,
            nature="atelier" if personnes > 1 else "individuel",
        )  # fmt: skip
    make_seance(conseiller_voisin, mairie_brulon, dt.date(2026, 10, 6), nb_participants=90)


def figures(client: Client, adresse: str = "/mes-chiffres/") -> Chiffres:
    return client.get(adresse).context["chiffres"]


@pytest.mark.usefixtures("passe")
def test_the_month_and_the_year_stand_beside_their_own_past(connectee: Client) -> None:
    periodes = {
        libelle.replace("\u00a0", " "): (m.seances, m.participations)
        for libelle, m in figures(connectee).periodes
    }
    assert periodes == {
        "octobre 2026": (2, 9),
        "septembre 2026": (1, 2),
        "octobre 2025": (1, 5),
        "depuis janvier 2026": (4, 14),
        "mêmes mois de 2025": (2, 11),
    }


@pytest.mark.usefixtures("passe")
def test_twelve_months_end_with_the_month_shown(connectee: Client) -> None:
    douze = figures(connectee, "/mes-chiffres/2026-09/").douze_mois
    assert (douze[0].mois, douze[-1].mois) == (dt.date(2025, 10, 1), dt.date(2026, 9, 1))
    assert [m.total.participations for m in douze if m.total.seances] == [5, 4, 3, 2]


@pytest.mark.usefixtures("passe")
def test_nothing_of_anybody_else_is_read(connectee: Client, client: Client) -> None:
    html = connectee.get("/mes-chiffres/").content.decode()
    # Ninety people came to the neighbour; nine to her.
    assert ">9<" in html
    assert not re.search(r">9[09]<|Hugo", html)
    assert "/mes-chiffres/" in connectee.get("/aujourdhui/").content.decode()


def test_an_empty_past_is_said(connectee: Client) -> None:
    assert "Aucune séance comptée" in connectee.get("/mes-chiffres/").content.decode()


def test_first_visits_that_nobody_noted_are_not_zero(
    connectee: Client, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    make_seance(conseillere, mairie_brulon, dt.date(2026, 10, 6))
    assert ">non connu<" in connectee.get("/mes-chiffres/").content.decode()
    make_seance(conseillere, mairie_brulon, dt.date(2026, 10, 6), nb_premieres_venues=0)
    html = connectee.get("/mes-chiffres/").content.decode()
    assert ">0 sur 1 connues<" in html


def test_parts_of_a_bar_follow_each_other_and_an_empty_one_is_not_drawn() -> None:
    parts = barre([30, 0, 20], 100)
    assert [(m.debut, m.largeur) for m in parts] == [("0.00%", "30.00%"), ("30.00%", "20.00%")]
    assert len({m.motif for m in parts}) == 2
    assert barre([0, 0, 0], 0) == []
