"""Every address, every other method: HEAD, OPTIONS, PUT, PATCH, DELETE do no more than declared.

What they must not do is looked for in the journal, which sees each row of each table.
"""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.template import Template
from django.test import Client
from django.urls import resolve, reverse
from django.utils.safestring import SafeString

from config.tests.methodes import ACTES, API, AUTRES, LECTURES, ROLES_ESSAYES, allowed
from config.tests.regles import REGLES, Regle, example_arguments
from config.tests.test_matrice import GROUPES, group_of, outcome, sessions, signed_in


def excess(nom: str, url: str, regle: Regle, cles: dict[str, str]) -> dict[str, str]:
    """{« PUT direction »: what went too far}, empty where nothing did."""
    ecarts = {}
    for role in ROLES_ESSAYES:
        for methode in tried_methods(regle, role):
            issue, ecrit = tried(signed_in(cles[role]), methode, url)
            if role in ACTES.get((nom, methode), ()):
                if issue != "204":
                    ecarts[f"{methode} {role}"] = f"{issue}, déclaré 204"
                continue
            permis = allowed(regle, role, methode)
            if methode == "OPTIONS" and issue == "ok":
                permis |= described(signed_in(cles[role]), url, nom)
            if issue not in permis:
                ecarts[f"{methode} {role}"] = f"{issue}, permis : {sorted(permis)}"
            if ecrit and methode != "HEAD":  # what a reading leaves, HEAD leaves as GET does
                ecarts[f"{methode} {role}, écrit"] = f"{ecrit} événements"
    return ecarts


def tried_methods(regle: Regle, role: str) -> tuple[str, ...]:
    """Where GET already shows all, HEAD and OPTIONS can show no more: one account tries them.

    Nor does a view tell PATCH from DELETE: of the two accounts that read all, one tries each.
    """
    if regle.get[role] != "ok":
        return (*LECTURES, *AUTRES)
    return {
        "direction": (*LECTURES, "PUT", "PATCH"),
        "gestionnaire": ("PUT", "DELETE"),
    }.get(role, AUTRES)


def tried(client: Client, methode: str, url: str) -> tuple[str, int]:
    """The outcome, and how many rows it touched; all of it is forgotten."""
    with transaction.atomic():
        avant = written()
        issue = outcome(client, methode, url)
        ecrit = written() - avant
        transaction.set_rollback(True)
    return issue, ecrit


def written() -> int:
    """How many events the journal ever had: its sequence counts them, also those taken back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value - (NOT is_called)::int FROM territoires_evenement_id_seq")
        (nombre,) = cursor.fetchone()
    return int(nombre)


def test_what_a_request_writes_is_counted_even_when_it_is_taken_back(poste_1: Any) -> None:
    avant = written()
    with transaction.atomic():
        poste_1.date_attribution += dt.timedelta(days=1)
        poste_1.save()
        transaction.set_rollback(True)
    assert written() == avant + 1


def described(client: Client, url: str, nom: str) -> set[str]:
    """OPTIONS may say which methods there are: with an empty page, or as the API describes itself
    to whoever has an account.
    """
    reponse = client.options(url)
    if reponse.status_code != 200:
        return set()
    if not b"".join(reponse) or (nom.startswith("api:") and set(reponse.json()) <= DESCRIPTION):
        return {"ok"}
    return set()


DESCRIPTION = {"name", "description", "renders", "parses", "actions"}


@pytest.fixture
def sans_dessin(monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts is the outcome and what was written: the matrix draws each page.

    A page that becomes a PDF is drawn: nothing prints an empty one.
    """
    dessine = Template._render

    def draw_the_printed_ones(modele: Template, contexte: Any) -> SafeString:
        return dessine(modele, contexte) if "/pdf/" in (modele.name or "") else SafeString("")

    monkeypatch.setattr(Template, "_render", draw_the_printed_ones)


@pytest.mark.usefixtures("sans_dessin")
@pytest.mark.parametrize("groupe", GROUPES)
def test_no_other_method_does_more_than_declared(
    groupe: str, distribution: dict[str, Any], objets: SimpleNamespace
) -> None:
    cles = sessions(distribution)
    ecarts = {
        nom: excess(nom, reverse(nom, args=example_arguments(objets, regle.arguments)), regle, cles)
        for nom, regle in REGLES.items()
        if group_of(nom) == groupe
    }
    assert {nom: ecart for nom, ecart in ecarts.items() if ecart} == {}


def test_the_api_has_the_methods_that_are_declared_and_no_other(objets: SimpleNamespace) -> None:
    trouvees = {}
    for nom in (nom for nom in REGLES if nom.startswith("api:")):
        vue = resolve(reverse(nom, args=example_arguments(objets, REGLES[nom].arguments))).func
        trouvees[nom] = set(vue.actions) - {"head", "options"}
    assert trouvees == API


def test_the_api_describes_itself_without_a_row_of_anybody(
    distribution: dict[str, Any], objets: SimpleNamespace
) -> None:
    """A field's choices would be a list of the others' créneaux."""
    client = Client()
    for role in ("conseiller_voisin", "prefecture", "gestionnaire"):
        client.force_login(distribution[role])
        for nom in API:
            url = reverse(nom, args=example_arguments(objets, REGLES[nom].arguments))
            texte = client.options(url).content.decode()
            assert "brulon" not in texte.lower() and "brûlon" not in texte.lower(), (role, nom)
