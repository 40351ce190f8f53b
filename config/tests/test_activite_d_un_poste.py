"""The activity of a poste is an identifiable agent's data: seen by the agent, by the referent of
the employer and by the staff; never ranked, never in a report, never published.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import close_mois_brut, make_conseiller, make_seance
from conseillers.models import (
    Absence,
    Affectation,
    Conseiller,
    Poste,
    Structure,
    Utilisateur,
)
from permanences.models import Creneau, Declaration, LieuAccueil, Seance
from reporting import fichiers
from reporting.pdf import render_page
from reporting.selectors import donnees_du_mois

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mardi_10_novembre")]
OCTOBRE = dt.date(2026, 10, 1)
ETABLI = dt.datetime(2026, 11, 10, tzinfo=dt.UTC)
# What would say how much somebody did.
ACTIVITE = ("seance", "participation", "minutes", "heures", "premieres_venues", "tenues", "duree")


@pytest.fixture
def poste_3(structure_departement: Structure) -> Poste:
    """A second poste of the Département, in the same part of the programme."""
    return Poste.objects.create(
        numero=3, structure=structure_departement, date_attribution=dt.date(2021, 3, 1)
    )


@pytest.fixture
def collegue(poste_3: Poste) -> Utilisateur:
    return make_conseiller("Zoé", "Collegue", poste_3)


@pytest.fixture
def inegal(
    conseillere: Utilisateur, collegue: Utilisateur, mairie_brulon: LieuAccueil,
    creneau_brulon: Creneau,
) -> None:  # fmt: skip
    """October: five séances for Nadia, one for Zoé, at the same lieu."""
    for jour in (1, 2, 5, 6, 7):
        make_seance(conseillere, mairie_brulon, dt.date(2026, 10, jour))
    make_seance(collegue, mairie_brulon, dt.date(2026, 10, 8))


def reports() -> dict[str, Any]:
    return donnees_du_mois(OCTOBRE, etabli_le=ETABLI)


def give_all_but_one(de: Poste, a: Poste) -> None:
    """What Nadia did becomes what Zoé did, and the other way round."""
    auteurs = {p.pk: p.affectations.get().conseiller for p in (de, a)}
    garde = Seance.objects.filter(poste=de).earliest("date").pk
    for seance in Seance.objects.filter(poste=de).exclude(pk=garde):
        Seance.objects.filter(pk=seance.pk).update(poste=a, auteur=auteurs[a.pk])


def test_who_did_how_much_changes_no_byte_of_a_report(
    inegal: None, poste_1: Poste, poste_3: Poste
) -> None:
    """JSON, CSV and PDF all come from these figures: if they are the same, nothing tells them."""
    avant = json.dumps(reports(), sort_keys=True, default=str)
    give_all_but_one(poste_1, poste_3)
    assert Seance.objects.filter(poste=poste_3).count() == 5
    assert json.dumps(reports(), sort_keys=True, default=str) == avant


def lines_of_postes(noeud: Any, chemin: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Every object of a report that is about one poste."""
    if isinstance(noeud, list):
        return [t for i, n in enumerate(noeud) for t in lines_of_postes(n, f"{chemin}[]")]
    if not isinstance(noeud, dict):
        return []
    ici = [(chemin, noeud)] if {"numero", "poste"} & set(noeud) else []
    return ici + [t for nom, n in noeud.items() for t in lines_of_postes(n, f"{chemin}.{nom}")]


def test_the_line_of_a_poste_has_no_column_of_activity(inegal: None) -> None:
    lignes = [ligne for corps in reports().values() for ligne in lines_of_postes(corps)]
    assert lignes, "The report of coverage has a line for each poste."
    for chemin, ligne in lignes:
        fautives = [nom for nom in ligne if any(mot in nom for mot in ACTIVITE)]
        assert not fautives, (chemin, fautives)
    for corps in reports().values():
        for table in fichiers.all_tables(corps):
            entete = [str(nom) for nom in table.rows()[0]]
            if any(nom in ("numero", "poste") for nom in entete):
                assert not [n for n in entete if any(mot in n for mot in ACTIVITE)], table.code


def test_no_report_names_an_agent(inegal: None) -> None:
    for corps in reports().values():
        formes = [
            json.dumps(corps, ensure_ascii=False),
            str(fichiers.tables(corps)),
            render_page(corps, code="ABCDE-FGHJK"),
        ]
        for nom in ("Nadia", "Brulon", "Zoé", "Collegue"):
            assert not [f for f in formes if nom in f], nom


@pytest.mark.parametrize("model", [Poste, Conseiller, Affectation, Absence, Utilisateur, Structure])
def test_no_list_of_people_is_ordered_by_what_they_did(
    client: Client, gestionnaire: Utilisateur, inegal: None, model: Any
) -> None:
    """Whatever the column, asked for by the address as by a click, with every column shown."""
    client.force_login(gestionnaire)
    fiche = admin.site.get_model_admin(model)
    nom = model._meta.label_lower.replace(".", "_")
    assert not [c for c in fiche.colonnes_de_plus if any(mot in c for mot in ACTIVITE)]
    adresse = reverse(f"admin:{nom}_changelist")
    colonnes = len(fiche.list_display) + 1
    demandes = [{"o": str(rang)} for rang in range(1, colonnes)]
    demandes += [{"o": f"-{rang}"} for rang in range(1, colonnes)]
    demandes += [{"order_by": "seances"}, {"seances__duree__gt": "1"}]
    for demande in demandes:
        with CaptureQueriesContext(
            connection,
        ) as requetes:
            reponse = client.get(adresse, demande)
        # A filter that nobody declared is refused, or leads back to the whole list.
        assert reponse.status_code in (200, 302, 400), demande
        for requete in requetes:
            sql = requete["sql"]
            tri = sql[sql.rfind("ORDER BY") :] if "ORDER BY" in sql else ""
            assert "permanences_seance" not in tri and "permanences_occurrence" not in tri, sql
            if f'FROM "{model._meta.db_table}"' in sql:
                assert 'COUNT("permanences_seance"' not in sql, sql


def test_the_board_of_the_months_is_by_number_and_counts_no_activity(
    client: Client, gestionnaire: Utilisateur, inegal: None, poste_1: Poste, poste_3: Poste
) -> None:
    Declaration.objects.create(poste=poste_3, mois=OCTOBRE, faite_le=dt.date(2026, 11, 2))
    client.force_login(gestionnaire)
    adresse = reverse("admin:reporting_tableau_mois")
    for demande in ({}, {"o": "-2"}, {"tri": "seances"}, {"ordre": "completude"}):
        with CaptureQueriesContext(connection) as requetes:
            reponse = client.get(adresse, demande)
        lignes = reponse.context["tableau"].lignes
        assert [poste.numero for poste, _ in lignes] == [1, 3]
    assert not [r for r in requetes if "permanences_seance" in r["sql"]]


# --- Who sees it ------------------------------------------------------------------------------


def activity_pages(poste: Poste) -> list[str]:
    return [
        reverse("admin:permanences_histoire_poste", args=[poste.numero]),
        reverse("admin:permanences_seance_changelist"),
        reverse("admin:reporting_tableau_mois"),
        reverse("admin:permanences_semaine"),
        reverse("admin:reporting_mois_poste", args=["2026-10", poste.numero]),
    ]


def test_neither_the_prefecture_nor_an_employer_opens_a_page_of_activity(
    client: Client, inegal: None, poste_1: Poste, prefecture: Utilisateur, employeur: Utilisateur,
    conseiller_voisin: Utilisateur,
) -> None:  # fmt: skip
    for compte in (prefecture, employeur, conseiller_voisin):
        client.force_login(compte)
        for adresse in activity_pages(poste_1):
            assert client.get(adresse).status_code in (403, 404), adresse
        reponse = client.get("/api/v1/seances/")
        lues = reponse.json()
        assert (lues["results"] if isinstance(lues, dict) else lues) == []


def test_the_agent_sees_their_own_and_the_staff_sees_the_story(
    client: Client, inegal: None, conseillere: Utilisateur, gestionnaire: Utilisateur,
    poste_1: Poste,
) -> None:  # fmt: skip
    client.force_login(conseillere)
    assert client.get(reverse("permanences:chiffres")).status_code == 200
    lues = client.get("/api/v1/seances/").json()
    assert len(lues["results"] if isinstance(lues, dict) else lues) == 5
    client.force_login(gestionnaire)
    for adresse in activity_pages(poste_1):
        assert client.get(adresse).status_code == 200, adresse


def test_a_referent_sees_totals_of_their_own_structure_alone(
    client: Client, inegal: None, employeur: Utilisateur, conseiller_voisin: Utilisateur,
    mediatheque_la_fleche: LieuAccueil,
) -> None:  # fmt: skip
    make_seance(conseiller_voisin, mediatheque_la_fleche, dt.date(2026, 10, 9), duree=71)
    client.force_login(employeur)
    page = client.get(reverse("permanences:structure"))
    totaux = page.context["totaux"]
    assert sum(t.seances for t in totaux) == 1
    texte = page.content.decode()
    assert "Nadia" not in texte and "Poste 1" not in texte.replace("\u00a0", " ")


def test_the_figures_of_a_closed_month_published_by_the_portal_are_the_report_s_alone(
    client: Client, inegal: None, prefecture: Utilisateur
) -> None:
    """The Préfecture's API gives reports, and there is no other door to a poste's activity."""
    close_mois_brut(OCTOBRE)
    client.force_login(prefecture)
    for liste in ("creneaux", "occurrences", "seances"):
        reponse = client.get(f"/api/v1/{liste}/")
        if reponse.status_code == 200:
            lues = reponse.json()
            assert (lues["results"] if isinstance(lues, dict) else lues) == []
