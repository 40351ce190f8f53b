"""« Sécurité »: one page for all that touches it, whichever table has it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.tests.conftest import make_rapport_transmis
from conseillers.enums import GenreSecurite
from conseillers.models import EvenementSecurite, ExportListe, ImportFichier, Utilisateur
from conseillers.services import (
    delete_compte,
    note_connexion_refusee,
    note_securite,
    record_export,
    save_compte,
)
from reporting.services import record_telechargement
from territoires.enums import Porte
from territoires.journal import entree

PAGE = "/admin/securite/"
REQUETES_MAX = 14

pytestmark = pytest.mark.django_db


def facts(client: Client, **filtres: Any) -> list[tuple[str, str, str]]:
    reponse = client.get(PAGE, filtres)
    assert reponse.status_code == 200
    return [(f.qui, f.genre, f.precision.replace("\u00a0", " ")) for f in reponse.context["faits"]]


def kinds(client: Client, **filtres: Any) -> list[str]:
    return [genre for _, genre, _ in facts(client, **filtres)]


@pytest.fixture
def direction_connectee(client: Client, direction: Utilisateur) -> Client:
    client.force_login(direction)
    return client


@pytest.fixture
def une_journee(
    direction_connectee: Client, gestionnaire: Utilisateur, conseillere: Utilisateur,
    prefecture: Utilisateur,
) -> Client:  # fmt: skip
    """One fact of each table."""
    note_securite(
        genre=GenreSecurite.FACTEUR_AJOUTE, utilisateur=conseillere, request_ip="192.0.2.7",
        agent="Mozilla/5.0 (X11; Linux) Firefox/1", detail="clé d’accès",
    )  # fmt: skip
    note_connexion_refusee(courriel="inconnu@exemple.fr", request_ip="198.51.100.9")
    record_export(
        utilisateur=gestionnaire, liste="conseillers.poste", filtre="état : vacant", forme="csv",
        lignes=31, nom_fichier="postes.csv",
    )  # fmt: skip
    record_telechargement(
        rapport=make_rapport_transmis(), utilisateur=prefecture, format_fichier="pdf"
    )
    ImportFichier.objects.create(
        type="seances", nom_fichier="seances-mars.csv", taille=1, sha256="a" * 64,
        envoye_par=gestionnaire, etat="fait",
    )  # fmt: skip
    with entree(Porte.ADMIN, "admin", str(gestionnaire.pk)):
        conseillere.role = "prefecture"
        save_compte(compte=conseillere)
    return direction_connectee


def test_the_facts_of_every_table_are_on_one_page_newest_first(une_journee: Client) -> None:
    # What a trigger notes has the instant of its transaction: here, the beginning of the test.
    assert (
        "Claire Gestion", "Rôle changé", "Nadia Brulon : rôle, Conseiller numérique → Préfecture"
    ) in facts(une_journee)  # fmt: skip
    assert facts(une_journee)[:5] == [
        ("Claire Gestion", "Fichier importé", "seances-mars.csv (seances) : fait"),
        (
            "Inès Prefecture", "Téléchargement d’un rapport",
            "Rapport de couverture de mars 2026, version 1, PDF",
        ),
        ("Claire Gestion", "Export d’une liste", "Poste, 31 lignes, CSV (état : vacant)"),
        (facts(une_journee)[3][0], "Connexion refusée", "compte inconnu"),
        ("Nadia Brulon", "Second facteur ajouté", "clé d’accès"),
    ]  # fmt: skip
    assert facts(une_journee)[3][0].startswith("Courriel inconnu ")
    html = une_journee.get(PAGE).content.decode()
    assert "192.0.2.7" in html and "Firefox, Linux" in html
    assert "inconnu@exemple.fr" not in html


def test_an_account_s_creation_closing_and_deletion_are_facts(
    direction_connectee: Client, employeur: Utilisateur
) -> None:
    employeur.is_active = False
    save_compte(compte=employeur)
    employeur.is_active, employeur.actif_jusqu_au = True, dt.date(2027, 1, 31)
    save_compte(compte=employeur)
    delete_compte(compte=employeur)
    droits = [f for f in facts(direction_connectee, q="Marc") if "Marc" in f[2]]
    genres = [g for g in kinds(direction_connectee) if g.startswith("Compte")]
    assert genres[:4] == ["Compte supprimé", "Compte rouvert", "Compte fermé", "Compte créé"]
    # Nobody has that name any more: the journal's own search finds the former one.
    assert droits == []
    assert len(kinds(direction_connectee, genre="compte_ferme")) == 1
    # A line that says two changes is found by each.
    assert len(kinds(direction_connectee, genre="fin_changee")) == 1


def test_a_new_password_or_a_last_sign_in_is_no_change_of_rights(
    direction_connectee: Client, employeur: Utilisateur
) -> None:
    avant = len(facts(direction_connectee))
    employeur.set_password("une-autre-phrase")
    employeur.prenom = "Marcel"
    employeur.save()
    assert len(facts(direction_connectee)) == avant


# --- Filters --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filtres", "attendus"),
    [
        ({"genre": "export"}, ["Export d’une liste"]),
        ({"genre": "telechargement"}, ["Téléchargement d’un rapport"]),
        ({"genre": "import"}, ["Fichier importé"]),
        ({"genre": "role_change"}, ["Rôle changé"]),
        ({"genre": "echecs"}, ["Connexion refusée"]),
        ({"genre": "facteur_ajoute"}, ["Second facteur ajouté"]),
        ({"q": "clé d’accès"}, ["Second facteur ajouté"]),
        ({"q": "192.0.2."}, ["Second facteur ajouté"]),
        ({"q": "Inconnu@exemple.fr "}, ["Connexion refusée"]),
        ({"q": "inconnu@"}, []),
        ({"q": "seances-mars"}, ["Fichier importé"]),
        ({"q": "zzz"}, []),
        ({"du": "2000-01-01", "au": "2000-01-02"}, []),
    ],
)
def test_one_finds_by_kind_by_word_and_by_period(
    une_journee: Client, filtres: dict[str, str], attendus: list[str]
) -> None:
    assert kinds(une_journee, **filtres) == attendus


def test_one_finds_by_person_what_they_did_and_what_was_done_to_their_account(
    une_journee: Client, conseillere: Utilisateur, gestionnaire: Utilisateur
) -> None:
    assert sorted(kinds(une_journee, qui=conseillere.pk, du=timezone.localdate())) == [
        "Compte créé", "Rôle changé", "Second facteur ajouté",
    ]  # fmt: skip
    assert "Rôle changé" in kinds(une_journee, qui=gestionnaire.pk)
    assert "Fichier importé" in kinds(une_journee, q="Gestion")


def test_the_last_day_of_a_period_is_in_it(une_journee: Client) -> None:
    jour = timezone.localdate()
    assert len(facts(une_journee, genre="export", du=jour, au=jour)) == 1
    assert facts(une_journee, genre="export", au=jour - dt.timedelta(days=1)) == []


@pytest.mark.parametrize(
    "filtres",
    [
        {"genre": "piratage"},
        {"qui": "999999999"},
        {"du": "hier"},
        {"du": "2026-02-02", "au": "2026-02-01"},
        {"du": "0001-01-01"},
        {"au": "9999-12-31"},
        {"page": "99999999999"},
        {"q": "%'\"\\"},
    ],
)
def test_whatever_is_typed_is_answered(direction_connectee: Client, filtres: Any) -> None:
    assert direction_connectee.get(PAGE, filtres).status_code == 200
    assert direction_connectee.get(PAGE, filtres | {"format": "csv"}).status_code == 200


# --- The file, the cost, the readers --------------------------------------------------------


def test_the_file_has_what_the_page_shows_and_is_a_fact_itself(
    une_journee: Client, direction: Utilisateur
) -> None:
    reponse = une_journee.get(PAGE, {"genre": "export", "format": "csv"})
    lignes = b"".join(reponse).decode("utf-8-sig").splitlines()
    assert lignes[0] == "le;qui;quoi;précision;adresse;navigateur;par"
    assert len(lignes) == 2 and "Poste, 31\u00a0lignes, CSV" in lignes[1]
    export = ExportListe.objects.latest("pk")
    assert (export.utilisateur, export.liste, export.lignes) == (direction, "Sécurité", 1)
    assert facts(une_journee)[0][:2] == ("Paul Direction", "Export d’une liste")


def test_the_words_looked_for_are_not_kept(une_journee: Client) -> None:
    list(une_journee.get(PAGE, {"q": "Durand", "format": "csv"}))
    assert "Durand" not in str(ExportListe.objects.values())


def test_a_file_of_the_journal_or_of_the_money_is_a_fact_too(direction_connectee: Client) -> None:
    list(direction_connectee.get("/admin/journal/", {"format": "csv"}))
    direction_connectee.get(reverse("admin:conseillers_financements_csv", args=["conventions"]))
    precisions = [precision for _, _, precision in facts(direction_connectee, genre="export")]
    assert [precision.rsplit(", ", 2)[0] for precision in precisions] == [
        "Financements, conventions", "Journal",
    ]  # fmt: skip


def test_the_page_costs_the_same_with_more_of_everything(
    une_journee: Client, gestionnaire: Utilisateur, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(REQUETES_MAX) as avant:
        une_journee.get(PAGE)
    for rang in range(60):
        note_securite(genre=GenreSecurite.CONNEXION, utilisateur=gestionnaire)
        record_export(
            utilisateur=gestionnaire, liste="conseillers.poste", filtre="", forme="csv",
            lignes=rang, nom_fichier="postes.csv",
        )  # fmt: skip
    with django_assert_max_num_queries(len(avant)):
        assert len(une_journee.get(PAGE).context["faits"]) == 50


def test_the_pages_follow_each_other_without_a_hole(
    direction_connectee: Client, direction: Utilisateur
) -> None:
    for rang in range(70):
        note_securite(genre=GenreSecurite.CONNEXION, utilisateur=direction, detail=f"n° {rang}")
    lus = [p for n in (1, 2) for _, _, p in facts(direction_connectee, genre="connexion", page=n)]
    assert sorted(lus) == sorted([*(f"n° {rang}" for rang in range(70)), ""])


def test_a_line_of_an_account_that_is_gone_still_has_a_number(
    direction_connectee: Client, employeur: Utilisateur
) -> None:
    note_securite(genre=GenreSecurite.CONNEXION, utilisateur=employeur)
    cle = employeur.pk
    delete_compte(compte=employeur)
    assert facts(direction_connectee, q="", genre="connexion")[0][0] == (
        f"Compte n°\u00a0{cle}, supprimé"
    )
    assert EvenementSecurite.objects.filter(utilisateur_id=cle).exists()
