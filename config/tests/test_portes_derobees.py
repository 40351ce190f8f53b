"""The side doors: filters, order, search, completion, popups, columns, files, links.

Each one could tell what no page shows, or to whom it is not shown.
"""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.base import ContentFile
from django.db import models
from django.test import Client
from django.urls import reverse

from config.tests.conftest import make_rapport_transmis, make_seance
from conseillers.admin.colonnes import SECRETS
from conseillers.enums import FormatListe
from conseillers.models import ColonnesListe, Utilisateur
from permanences.models import AdresseIcal, Seance

APPS = {"territoires", "conseillers", "permanences", "reporting"}
NOMS_SECRETS = re.compile(r"password|secret|token|jeton|cle_privee|recovery|seed")
# Named so, and no secret.
SECRET = "5e" * 16
CONNUS = {"conseillers.Courriel.secret"}


def lists() -> dict[str, Any]:
    """{« conseillers_poste »: its screen}."""
    return {
        f"{model._meta.app_label}_{model._meta.model_name}": ecran
        for model, ecran in admin.site._registry.items()
    }


@pytest.fixture
def personnel(client: Client, direction: Utilisateur) -> Client:
    """The direction reads everything that has a page: a secret has none."""
    client.force_login(direction)
    return client


# --- What no screen may show -----------------------------------------------------------------


def test_the_admin_shows_our_own_tables_alone() -> None:
    """A library's own screens would show a token, a seed, a session."""
    etrangers = {m._meta.label for m in admin.site._registry if m._meta.app_label not in APPS}
    assert etrangers == set()


def test_every_field_that_is_a_secret_is_known_as_one() -> None:
    inconnus = {
        f"{model._meta.label}.{champ.name}"
        for model in admin.site._registry
        for champ in model._meta.concrete_fields
        if NOMS_SECRETS.search(champ.name) and champ.name not in SECRETS
    }
    assert inconnus - CONNUS == set()


@pytest.fixture
def ical(objets: SimpleNamespace) -> AdresseIcal:
    """Its secret is nothing else's."""
    AdresseIcal.objects.filter(pk=objets.adresseical).update(secret=SECRET)
    return AdresseIcal.objects.get(pk=objets.adresseical)


@pytest.mark.parametrize(
    ("liste", "filtre"),
    [
        ("permanences_adresseical", "secret__startswith=5"),
        ("permanences_adresseical", f"secret={SECRET}"),
        ("permanences_adresseical", "secret__gt=5"),
        ("permanences_adresseical", "conseiller__utilisateur__password__startswith=md5"),
        ("conseillers_utilisateur", "password__startswith=md5"),
        ("conseillers_utilisateur", "password__contains=a"),
        ("conseillers_utilisateur", "is_superuser__exact=1"),
        ("conseillers_utilisateur", "conseiller__adresse_ical__secret__startswith=a"),
        ("conseillers_conseiller", "utilisateur__password__startswith=md5"),
        ("conseillers_conseiller", "adresse_ical__secret__startswith=a"),
        ("conseillers_exportliste", "utilisateur__password__startswith=md5"),
        ("conseillers_affectation", "conseiller__utilisateur__password__startswith=md5"),
        ("permanences_lieuaccueil", "adresse_ical__secret__startswith=a"),
        ("permanences_seance", "auteur__utilisateur__password__startswith=md5"),
        ("reporting_telechargement", "utilisateur__password__startswith=md5"),
        ("conseillers_utilisateur", "evenements_securite__adresse__startswith=1"),
    ],
)
def test_a_filter_typed_in_the_address_guesses_no_secret(
    personnel: Client, ical: AdresseIcal, objets: Any, liste: str, filtre: str
) -> None:
    """A filter that were understood would answer differently as the guess is right or wrong."""
    champ, _, _ = filtre.partition("=")
    reponses = []
    for valeur in (filtre, f"{champ}=zzz"):
        for page in (
            reverse(f"admin:{liste}_changelist"),
            reverse(f"admin:{liste}_exporter", args=["csv"]),
        ):
            reponse = personnel.get(f"{page}?{valeur}")
            reponses.append((reponse.status_code, reponse.get("Location", "")))
    assert {statut for statut, _ in reponses} <= {400, 302}, reponses
    assert reponses[0] == reponses[2] and reponses[1] == reponses[3]


def test_no_list_orders_by_what_it_does_not_show(personnel: Client, objets: Any) -> None:
    """« ?o=password » would sort the accounts by their secret."""
    for nom, ecran in lists().items():
        page = reverse(f"admin:{nom}_changelist")
        for champ in SECRETS & {c.name for c in ecran.model._meta.concrete_fields}:
            for ordre in (champ, f"-{champ}", "999", "-999"):
                requete = str(personnel.get(page, {"o": ordre}).context["cl"].queryset.query)
                assert champ not in requete.split("ORDER BY")[-1], (nom, ordre)


def test_no_column_and_no_file_shows_a_secret(
    personnel: Client, direction: Utilisateur, ical: AdresseIcal, objets: Any
) -> None:
    for nom, ecran in lists().items():
        champs = [champ.name for champ in ecran.model._meta.concrete_fields]
        ColonnesListe.objects.update_or_create(
            utilisateur=direction, liste=ecran.opts.label_lower, defaults={"colonnes": champs}
        )
        reponse = personnel.get(reverse(f"admin:{nom}_exporter", args=["csv"]))
        texte = b"".join(reponse.streaming_content).decode()
        for secret in (ical.secret, direction.password):
            assert secret not in texte, nom


def test_no_search_looks_into_a_secret() -> None:
    fouilles = {
        f"{nom} : {champ}"
        for nom, ecran in lists().items()
        for champ in ecran.search_fields or ()
        if SECRETS & set(champ.lstrip("=^@").split("__"))
    }
    assert fouilles == set()


# --- Popups and completion -------------------------------------------------------------------


@pytest.mark.parametrize("champ", ["secret", "password", "courriel", "id__gt", "", "pk"])
def test_a_popup_hands_over_no_other_field(
    personnel: Client, ical: AdresseIcal, champ: str
) -> None:
    for liste, secret in (
        ("permanences_adresseical", ical.secret),
        ("conseillers_utilisateur", Utilisateur.objects.first().password),
    ):
        reponse = personnel.get(
            reverse(f"admin:{liste}_changelist"), {"_to_field": champ, "_popup": "1"}
        )
        assert reponse.status_code in (200, 302, 400)
        assert secret not in reponse.content.decode()


def completions() -> list[tuple[str, str, str]]:
    return [
        (model._meta.app_label, model._meta.model_name, champ)
        for model, ecran in admin.site._registry.items()
        for champ in ecran.autocomplete_fields
    ]


@pytest.mark.parametrize(
    "role", ["conseillere", "conseiller_voisin", "employeur", "prefecture", "ferme"]
)
def test_completion_answers_nobody_but_the_staff(
    client: Client, distribution: dict[str, Any], role: str
) -> None:
    client.force_login(distribution[role])
    ouvertes = []
    for app, modele, champ in completions():
        demande = {"app_label": app, "model_name": modele, "field_name": champ, "term": "a"}
        reponse = client.get(reverse("admin:autocomplete"), demande)
        if reponse.status_code == 200:
            ouvertes.append(demande)
    assert completions() and ouvertes == []


@pytest.mark.parametrize(
    "demande",
    [
        {"app_label": "conseillers", "model_name": "utilisateur", "field_name": "password"},
        {"app_label": "conseillers", "model_name": "conseiller", "field_name": "adresse_ical"},
        {"app_label": "sessions", "model_name": "session", "field_name": "session_key"},
        {"app_label": "auth", "model_name": "group", "field_name": "permissions"},
        {"app_label": "", "model_name": "", "field_name": ""},
    ],
)
def test_completion_answers_for_no_field_that_a_form_does_not_complete(
    personnel: Client, demande: dict[str, str]
) -> None:
    assert personnel.get(reverse("admin:autocomplete"), demande).status_code == 403


def test_completion_gives_a_name_and_a_key_and_nothing_more(
    personnel: Client, objets: Any, distribution: dict[str, Any]
) -> None:
    for app, modele, champ in completions():
        demande = {"app_label": app, "model_name": modele, "field_name": champ, "term": ""}
        reponse = personnel.get(reverse("admin:autocomplete"), demande)
        assert reponse.status_code == 200, demande
        assert {cle for ligne in reponse.json()["results"] for cle in ligne} <= {"id", "text"}


# --- Files: exactly the rows that are seen ---------------------------------------------------


def test_a_file_of_a_list_holds_the_rows_that_its_page_counts(
    personnel: Client, objets: Any, distribution: dict[str, Any], mairie_brulon: Any
) -> None:
    """A withdrawn séance, which no list shows, is in no file either."""
    retiree = make_seance(distribution["conseillere"], mairie_brulon, duree=77)
    Seance.objects.filter(pk=retiree.pk).update(supprimee_le=dt.datetime.now(tz=dt.UTC))
    ecarts = {}
    for nom in lists():
        compte = personnel.get(reverse(f"admin:{nom}_changelist")).context["cl"].result_count
        reponse = personnel.get(reverse(f"admin:{nom}_exporter", args=["csv"]))
        lignes = b"".join(reponse.streaming_content).decode("utf-8-sig").strip().splitlines()
        if len(lignes) - 1 != compte:
            ecarts[nom] = (len(lignes) - 1, compte)
    assert ecarts == {}


def test_no_one_else_takes_a_list_out_in_any_format(
    client: Client, distribution: dict[str, Any]
) -> None:
    for role in ("conseillere", "employeur", "prefecture"):
        client.force_login(distribution[role])
        for nom in lists():
            for forme in FormatListe.values:
                adresse = reverse(f"admin:{nom}_exporter", args=[forme])
                assert client.get(adresse).status_code == 403, (role, adresse)


# --- The API: filters, order, pages -----------------------------------------------------------


@pytest.mark.parametrize(
    "parametres",
    [
        "auteur__utilisateur__password__startswith=md5",
        "ordering=auteur__utilisateur__password",
        "ordering=-pk",
        "search=a",
        "poste__structure__nom=x",
        "supprimee_le__isnull=False",
        "page_size=100000",
        "format=api",
        "fields=auteur",
    ],
)
def test_the_api_ignores_what_it_does_not_declare(
    client: Client, conseillere: Utilisateur, mairie_brulon: Any, parametres: str
) -> None:
    make_seance(conseillere, mairie_brulon)
    client.force_login(conseillere)
    nue = client.get("/api/v1/seances/").json()["results"]
    reponse = client.get(f"/api/v1/seances/?{parametres}")
    assert reponse.status_code in (200, 404)
    if reponse.status_code == 200:
        assert reponse.json()["results"] == nue


def test_no_filter_of_the_api_reaches_another_s_rows(
    client: Client, distribution: dict[str, Any], objets: SimpleNamespace, mairie_brulon: Any
) -> None:
    """Each declared filter, with the value of a row that is not one's own."""
    make_rapport_transmis(mois=dt.date(2025, 5, 1))
    essais = {
        "/api/v1/seances/": [
            {"poste": 1}, {"date": "2026-03-10"}, {"depuis": "2000-01-01"}, {"en_attente": "false"},
            {"cursor": "cD0yMDI2LTAzLTEx"}, {"nature": "individuel"},
        ],
        "/api/v1/creneaux/": [{"poste": 1}, {"lieu": "mairie-72050"}, {"actif_le": "2026-03-10"}],
        "/api/v1/occurrences/": [{"creneau": "brulon-mardi"}, {"date": "2026-03-10"}],
        "/api/v1/rapports/": [{"statut": "fige"}, {"version": 0}, {"type": "couverture"}],
    }  # fmt: skip
    for role in ("conseiller_voisin", "employeur_voisin"):
        client.force_login(distribution[role])
        for adresse, filtres in essais.items():
            for filtre in filtres:
                reponse = client.get(adresse, filtre)
                assert reponse.status_code in (200, 400, 404)
                if reponse.status_code == 200:
                    assert reponse.json()["results"] == [], (role, adresse, filtre)


def test_the_api_gives_a_bounded_page_and_no_writing_form(
    client: Client, conseillere: Utilisateur
) -> None:
    client.force_login(conseillere)
    reponse = client.get("/api/v1/communes/?page_size=100000", headers={"Accept": "text/html"})
    assert reponse["Content-Type"].startswith("application/json") or reponse.status_code == 406


# --- Raw keys, forged paths, other sites ------------------------------------------------------


@pytest.mark.parametrize("role", ["conseillere", "prefecture"])
@pytest.mark.parametrize(
    "chemin",
    [
        "/admin/conseillers/utilisateur/{}/password/", "/admin/conseillers/utilisateur/{}/",
        "/admin/conseillers/utilisateur/{}/history/", "/admin/conseillers/utilisateur/{}/nulle/",
        "/admin/nulle/part/", "/admin/r/1/1/",
    ],
)  # fmt: skip
def test_inside_the_admin_a_stranger_does_not_learn_what_exists(
    client: Client, distribution: dict[str, Any], role: str, chemin: str
) -> None:
    client.force_login(distribution[role])
    la, pas_la = (
        client.get(chemin.format(cle)) for cle in (distribution["gestionnaire"].pk, 999_999)
    )
    assert la.status_code == pas_la.status_code == 403


@pytest.mark.parametrize("vers", ["https://mechant.example/", "//mechant.example/", "/\\mechant"])
@pytest.mark.parametrize("champ", ["next", "retour", "url", "redirect"])
def test_no_page_sends_to_another_site(
    client: Client, gestionnaire: Utilisateur, vers: str, champ: str
) -> None:
    pages = ("/", reverse("admin:login"), reverse("admin:index"), "/admin")
    for connectee in (False, True):
        if connectee:
            client.force_login(gestionnaire)
        for page in pages:
            reponse = client.get(page, {champ: vers})
            lieu = reponse.get("Location", "")
            assert not lieu.startswith(("http", "//", "/\\")), (page, lieu)


def test_no_file_of_the_storage_has_an_address(client: Client, gestionnaire: Utilisateur) -> None:
    client.force_login(gestionnaire)
    champs = {
        champ
        for model in admin.site._registry
        for champ in model._meta.concrete_fields
        if isinstance(champ, models.FileField)
    }
    assert len(champs) >= 4
    for champ in champs:
        champ.storage.save("r.pdf", ContentFile(b"x"))
        for chemin in ("/media/r.pdf", "/static/../media/r.pdf", "/r.pdf", "/static/r.pdf"):
            assert client.get(chemin).status_code == 404, champ
