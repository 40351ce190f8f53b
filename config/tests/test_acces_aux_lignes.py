"""Row by row: one's own and the others', the provisional and the transmitted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client, RequestFactory
from django.utils import timezone

from config.tests.conftest import make_rapport, make_rapport_transmis, make_seance
from conseillers.models import Affectation, Convention, Formation, Poste
from permanences.models import Creneau, Seance
from reporting.models import Rapport, Telechargement


def codes(client: Client, url: str, cle: str) -> set[Any]:
    return {ligne[cle] for ligne in client.get(url).json()["results"]}


@pytest.fixture
def deux_seances(
    conseillere: Any, conseiller_voisin: Any, mairie_brulon: Any, mediatheque_la_fleche: Any
) -> dict[str, Seance]:
    return {
        "brulon": make_seance(conseillere, mairie_brulon),
        "fleche": make_seance(conseiller_voisin, mediatheque_la_fleche),
    }


@pytest.mark.parametrize(
    ("role", "vues"),
    [
        ("conseillere", {"brulon"}),
        ("conseiller_voisin", {"fleche"}),
        ("employeur", set()),  # an employer's referent sees totals, never a row
        ("prefecture", set()),
        ("direction", {"brulon", "fleche"}),
        ("gestionnaire", {"brulon", "fleche"}),
    ],
)
def test_a_seance_is_seen_by_its_author_and_by_staff(
    client: Client, role: str, vues: set[str], deux_seances: Any, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(role))
    attendues = {str(deux_seances[nom].cle) for nom in vues}
    assert codes(client, "/api/v1/seances/", "cle") == attendues
    for nom, seance in deux_seances.items():
        statut = client.get(f"/api/v1/seances/{seance.cle}/").status_code
        assert statut == (200 if nom in vues else 404), nom


def test_a_withdrawn_seance_is_seen_by_nobody(
    client: Client, gestionnaire: Any, conseillere: Any, deux_seances: Any
) -> None:
    Seance.objects.update(supprimee_le=timezone.now())
    for personne in (gestionnaire, conseillere):
        client.force_login(personne)
        assert codes(client, "/api/v1/seances/", "cle") == set()


@pytest.mark.parametrize(
    ("role", "vus"),
    [
        ("conseillere", {"brulon-mardi"}),
        ("conseiller_voisin", {"fleche-atelier"}),
        ("employeur", {"fleche-atelier"}),
        ("prefecture", set()),
        ("direction", {"brulon-mardi", "fleche-atelier"}),
        ("gestionnaire", {"brulon-mardi", "fleche-atelier"}),
    ],
)
def test_a_creneau_is_seen_by_its_poste(
    client: Client,
    role: str,
    vus: set[str],
    creneau_brulon: Creneau,
    atelier_la_fleche: Creneau,
    request: pytest.FixtureRequest,
) -> None:
    # Both postes are held before anyone looks.
    request.getfixturevalue("conseillere")
    request.getfixturevalue("conseiller_voisin")
    client.force_login(request.getfixturevalue(role))
    assert codes(client, "/api/v1/creneaux/", "code") == vus
    for code in ("brulon-mardi", "fleche-atelier"):
        statut = client.get(f"/api/v1/creneaux/{code}/").status_code
        assert statut == (200 if code in vus else 404), code


@pytest.mark.parametrize(
    ("role", "postes"),
    [
        ("conseillere", {1}),
        ("conseiller_voisin", {2}),
        ("employeur", {2}),
        ("prefecture", set()),
        ("direction", {1, 2}),
        ("gestionnaire", {1, 2}),
    ],
)
def test_a_poste_and_its_people_are_seen_by_their_own(
    role: str, postes: set[int], conseillere: Any, conseiller_voisin: Any,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    for conseiller in (conseillere.conseiller, conseiller_voisin.conseiller):
        Formation.objects.create(
            conseiller=conseiller, nature="formation", intitule="Pix", date=dt.date(2025, 3, 1)
        )
    personne = request.getfixturevalue(role)
    assert {p.numero for p in Poste.objects.visible_to(personne)} == postes
    assert {a.poste.numero for a in Affectation.objects.visible_to(personne)} == postes
    assert Formation.objects.visible_to(personne).count() == len(postes)


@pytest.mark.parametrize(
    ("role", "nombre"),
    [
        ("conseiller_voisin", 0),
        ("employeur", 1),
        ("prefecture", 0),
        ("direction", 2),
        ("gestionnaire", 2),
    ],
)
def test_the_money_is_seen_by_its_structure_and_by_staff(
    role: str, nombre: int, poste_1: Poste, poste_2: Poste, request: pytest.FixtureRequest
) -> None:
    for poste in (poste_1, poste_2):
        Convention.objects.create(
            reference=f"V2-{poste.numero}",
            structure=poste.structure,
            phase="V2",
            date_debut=dt.date(2025, 1, 1),
            date_fin=dt.date(2027, 12, 31),
        )
    assert Convention.objects.visible_to(request.getfixturevalue(role)).count() == nombre


@pytest.fixture
def rapports(db: None) -> dict[str, Rapport]:
    return {
        "provisoire": make_rapport(),
        "fige": make_rapport(version=1, mois=dt.date(2026, 2, 1)),
        "transmis": make_rapport_transmis(mois=dt.date(2026, 1, 1)),
        "remplace": make_rapport_transmis(statut="remplace", mois=dt.date(2025, 12, 1)),
    }


@pytest.mark.parametrize(
    ("role", "vus"),
    [
        ("conseillere", set()),
        ("employeur", set()),
        ("prefecture", {"transmis", "remplace"}),
        ("direction", {"provisoire", "fige", "transmis", "remplace"}),
        ("gestionnaire", {"provisoire", "fige", "transmis", "remplace"}),
    ],
)
def test_the_prefecture_sees_only_what_was_transmitted(
    client: Client, role: str, vus: set[str], rapports: Any, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(role))
    attendus = {rapports[nom].code for nom in vus}
    assert codes(client, "/api/v1/rapports/", "code") == attendus
    for nom, rapport in rapports.items():
        statut = client.get(f"/api/v1/rapports/{rapport.code}/").status_code
        assert statut == (200 if nom in vus else 404), nom


def test_figures_read_over_the_api_are_a_recorded_download(
    client: Client, prefecture: Any, gestionnaire: Any, rapports: Any
) -> None:
    client.force_login(prefecture)
    client.get(f"/api/v1/rapports/{rapports['transmis'].code}/")
    client.force_login(gestionnaire)
    client.get(f"/api/v1/rapports/{rapports['provisoire'].code}/")
    pris = [(t.utilisateur, t.rapport, t.format) for t in Telechargement.objects.all()]
    assert pris == [(prefecture, rapports["transmis"], "json")]


# Of the Département's own work: no row of these is anybody else's.
DU_PERSONNEL = (
    "conseillers.Candidature", "conseillers.Etape", "conseillers.Courriel",
    "conseillers.ExportListe", "conseillers.ImportFichier", "permanences.ActeFermeture",
    "permanences.Relance", "permanences.CompletudeFigee", "reporting.Acte", "territoires.Evenement",
)  # fmt: skip


@pytest.mark.usefixtures("objets")
def test_the_work_of_the_departement_is_seen_by_its_staff_alone(
    distribution: dict[str, Any],
) -> None:
    vues = {}
    for nom in DU_PERSONNEL:
        lignes = apps.get_model(nom).objects
        for role, personne in distribution.items():
            if role == "ferme":
                continue
            voit = lignes.visible_to(personne).exists()
            if voit is not (role in ("direction", "gestionnaire")):
                vues[f"{nom}, {role}"] = voit
    assert vues == {}


def test_the_direction_is_offered_no_bulk_act(direction: Any, gestionnaire: Any) -> None:
    """What is not offered is not done: Django reads the same list when the form comes back."""
    offerts = {}
    for personne in (direction, gestionnaire):
        request = RequestFactory().get("/admin/")
        request.user = personne
        offerts[personne.role] = {
            f"{model._meta.label} : {acte}"
            for model, model_admin in admin.site._registry.items()
            for acte in model_admin.get_actions(request)
        }
    assert offerts["direction"] == set()
    assert "conseillers.Poste : delete_selected" in offerts["gestionnaire"]
