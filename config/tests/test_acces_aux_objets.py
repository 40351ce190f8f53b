"""Whose object it is decides: a colleague of the same employer, an account that has ended."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.tests.conftest import make_seance
from config.tests.regles import FERME, REGLES, example_arguments
from config.tests.test_matrice import sessions, signed_in, undone
from conftest import make_conseiller
from conseillers.models import Affectation, Poste, Utilisateur
from permanences.models import AdresseIcal, Creneau, Seance

# The admin looks at the role alone, which the table tries for each.
HORS_ADMIN = [nom for nom in REGLES if not nom.startswith("admin:")]


@pytest.fixture
def collegue(structure_departement: Any) -> Utilisateur:
    """Of the same employer as Nadia, on another poste."""
    poste = Poste.objects.create(
        numero=3, structure=structure_departement, date_attribution=dt.date(2021, 3, 1)
    )
    return make_conseiller("Lise", "Collegue", poste)


def unlike(objets: SimpleNamespace, cle: str, colonne: str, noms: list[str]) -> dict[str, str]:
    """{« GET adresse »: outcome} where this session gets anything but what the column says."""
    ecarts = {}
    for nom in noms:
        regle = REGLES[nom]
        url = reverse(nom, args=example_arguments(objets, regle.arguments))
        for methode, attendues in (("GET", regle.get), ("POST", regle.post)):
            issue = undone(signed_in(cle), methode, url)
            if issue != attendues[colonne]:
                ecarts[f"{methode} {nom}"] = f"{issue}, attendu {attendues[colonne]}"
    return ecarts


def test_a_colleague_of_the_same_employer_gets_no_more_than_one_of_another(
    distribution: dict[str, Any], objets: SimpleNamespace, collegue: Utilisateur
) -> None:
    cle = sessions({"collegue": collegue})["collegue"]
    assert unlike(objets, cle, "conseiller_voisin", HORS_ADMIN) == {}


@pytest.mark.parametrize("role", ["conseillere", "employeur", "prefecture", "direction"])
@pytest.mark.parametrize("fin", ["fermé", "dernier jour passé"])
def test_an_account_that_has_ended_is_nobody_outside_of_the_admin_too(
    distribution: dict[str, Any], objets: SimpleNamespace, role: str, fin: str
) -> None:
    cle = sessions({role: distribution[role]})[role]
    hier = timezone.localdate() - dt.timedelta(days=1)
    champs = {"is_active": False} if fin == "fermé" else {"actif_jusqu_au": hier}
    Utilisateur.objects.filter(pk=distribution[role].pk).update(**champs)
    # The example is Nadia's calendar: it stops with her account, below.
    noms = [nom for nom in HORS_ADMIN if nom != "permanences:ical_conseiller"]
    assert unlike(objets, cle, FERME, noms) == {}


# --- Who held the poste before, who holds it after --------------------------------------------


def test_who_has_left_the_poste_keeps_their_own_seances_and_no_more(
    client: Client, conseillere: Utilisateur, collegue: Utilisateur, creneau_brulon: Creneau,
    mairie_brulon: Any,
) -> None:  # fmt: skip
    """Nor does the newcomer read what was written before."""
    seance = make_seance(conseillere, mairie_brulon)
    hier = timezone.localdate() - dt.timedelta(days=1)
    Affectation.objects.filter(conseiller__utilisateur=conseillere).update(date_fin=hier)
    Affectation.objects.create(
        poste=Poste.objects.get(numero=1), conseiller=collegue.conseiller,
        date_debut=timezone.localdate(), type_contrat="CDD", role="remplacement",
    )  # fmt: skip
    vues = {}
    for nom, personne in (("partie", conseillere), ("arrivée", collegue)):
        client.force_login(personne)
        vues[nom] = {ligne["cle"] for ligne in client.get("/api/v1/seances/").json()["results"]}
        statut = client.get(f"/api/v1/seances/{seance.cle}/").status_code
        assert statut == (200 if nom == "partie" else 404), nom
    assert vues == {"partie": {str(seance.cle)}, "arrivée": set()}


def test_a_refusal_is_the_same_for_what_is_another_s_and_for_what_is_not(
    client: Client, conseillere: Utilisateur, conseiller_voisin: Utilisateur, mairie_brulon: Any
) -> None:
    """Else the number of a row would say that it exists."""
    seance = make_seance(conseillere, mairie_brulon)
    client.force_login(conseiller_voisin)
    for gabarit in ("/seances/{}/", "/api/v1/seances/{}/"):
        autre = client.get(gabarit.format(seance.cle))
        aucun = client.get(gabarit.format("00000000-0000-4000-8000-000000000000"))
        assert (autre.status_code, aucun.status_code) == (404, 404)
        corps = [masked(reponse.content.decode()) for reponse in (autre, aucun)]
        assert corps[0] == corps[1], gabarit
    assert Seance.objects.filter(pk=seance.pk).exists()


def masked(page: str) -> str:
    """Without what changes from one page to the next: its address, its second, the CSRF mask."""
    page = re.sub(r'"\d{10}"', "", page)
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", page)


# --- The address of a calendar, which has no account ------------------------------------------


@pytest.fixture
def calendrier(conseillere: Utilisateur, creneau_brulon: Creneau) -> str:
    adresse = AdresseIcal.objects.create(conseiller=conseillere.conseiller, secret="a" * 32)
    return reverse("permanences:ical_conseiller", args=[adresse.jeton])


def test_the_calendar_of_an_open_account_is_served(client: Client, calendrier: str) -> None:
    assert client.get(calendrier).status_code == 200


@pytest.mark.parametrize(
    "fin",
    [
        {"is_active": False},
        {"actif_jusqu_au": dt.date(2026, 1, 1)},
        {"role": "prefecture"},
    ],
)
def test_the_calendar_stops_with_its_account(client: Client, calendrier: str, fin: Any) -> None:
    Utilisateur.objects.filter(role="conseiller").update(**fin)
    assert client.get(calendrier).status_code == 404


def test_the_calendar_stops_once_no_poste_is_held(client: Client, calendrier: str) -> None:
    Affectation.objects.update(date_fin=timezone.localdate() - dt.timedelta(days=1))
    assert client.get(calendrier).status_code == 404


def test_a_calendar_is_not_guessed_nor_read_at_another_s_door(
    client: Client, calendrier: str, mairie_brulon: Any
) -> None:
    numero, _, secret = calendrier.strip("/").split("/")[-1].removesuffix(".ics").partition("-")
    jetons = [
        numero, f"{numero}-", f"{numero}-{'b' * 32}", f"{numero}-{secret[:-1]}",
        f"{int(numero) + 1}-{secret}", f"{numero}-{secret.upper()}", "-".join([numero, secret, ""]),
        f"0{'9' * 30}-{secret}",
    ]  # fmt: skip
    for nom in ("permanences:ical_conseiller", "permanences:ical_lieu"):
        for jeton in jetons:
            assert client.get(reverse(nom, args=[jeton])).status_code == 404, (nom, jeton)
    au_lieu = reverse("permanences:ical_lieu", args=[f"{numero}-{secret}"])
    assert client.get(au_lieu).status_code == 404
