"""The exchange with La Coop as staff lives it: its page, the night, the command, the home."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.checks import coop_entiere
from config.settings.coop import coop_settings
from conseillers.models import Utilisateur
from permanences import tasks
from permanences.enums import EtatImportCoop, OrigineImport
from permanences.importers import coop_client
from permanences.models import CompteRenduCoop, ImportCoop, LieuAccueil
from permanences.selectors.coop_api import next_run
from permanences.services.coop_api import SILENCE_COOP, claim_import_api, start_import_api
from permanences.tests import serveur_coop as pannes
from permanences.tests.echange_coop import check_figures, small_country
from permanences.tests.pays_coop import Pays
from permanences.tests.serveur_coop import CLIENT, SECRET, ServeurCoop, running

pytestmark = pytest.mark.django_db

PAGE = "admin:permanences_coop_echange"


@pytest.fixture
def pays() -> Pays:
    return small_country()


@pytest.fixture
def serveur(
    pays: Pays,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    mardi_10_novembre: Any,
    conseillere: Utilisateur,
    conseiller_voisin: Utilisateur,
    mairie_brulon: LieuAccueil,
) -> Iterator[ServeurCoop]:
    """Configured, as an instance is."""
    monkeypatch.setattr(coop_client, "ESSAIS", 2)
    monkeypatch.setattr(coop_client.time, "sleep", lambda _: None)
    with running(pays) as serveur:
        settings.COOP_URL = serveur.adresse + "/"
        settings.COOP_CLIENT_ID, settings.COOP_CLIENT_SECRET = CLIENT, SECRET
        yield serveur


@pytest.fixture
def gestion(client: Client, gestionnaire: Utilisateur) -> Client:
    client.force_login(gestionnaire)
    return client


def text(client: Client, **question: str) -> str:
    return client.get(reverse(PAGE), question).content.decode()


# --- The page ----------------------------------------------------------------------------------


def test_without_a_key_the_page_says_what_to_ask_and_from_whom(gestion: Client) -> None:
    page = text(gestion)
    assert "n’est pas configuré" in page and "coop-numerique@anct.gouv.fr" in page
    assert "COOP_CLIENT_SECRET" in page and "Lancer maintenant</button>" not in page
    reponse = gestion.post(reverse("admin:permanences_coop_lancer"), follow=True)
    assert "rien n’a été lancé" in reponse.content.decode()
    assert not ImportCoop.objects.exists()


def test_a_click_runs_it_and_the_page_tells_the_counts(
    gestion: Client, serveur: ServeurCoop, pays: Pays
) -> None:
    assert "Aucun échange n’a encore eu lieu" in text(gestion)
    gestion.post(reverse("admin:permanences_coop_lancer"))
    check_figures(pays)
    page = text(gestion)
    assert 'Dernier échange : <span class="etat etat-bon">Fait' in page
    assert "lancé par Claire Gestion" in page
    assert "<dt>Séances créées</dt><dd>23</dd>" in page
    assert "Prochain échange : le 11/11/2026 à 02:15" in page
    assert SECRET not in page


def test_the_next_run_is_the_one_that_will_do_something() -> None:
    def at(jour: int, heure: int) -> dt.datetime:
        return timezone.make_aware(dt.datetime(2026, 11, jour, heure, 15))

    assert next_run(at(10, 1), None) == at(10, 2)
    assert next_run(at(10, 3), None) == at(10, 4), "after a failure"
    assert next_run(at(10, 7), None) == at(11, 2)
    for debut, suivant in ((at(10, 1), at(11, 2)), (at(9, 2), at(10, 2)), (at(9, 17), at(10, 6))):
        assert next_run(at(10, 1), ImportCoop(debute_le=debut)) == suivant


def test_the_day_asked_for_is_read_or_refused_with_a_sentence(
    gestion: Client, serveur: ServeurCoop
) -> None:
    for depuis, phrase in (("demain", "ne se lit pas"), ("2027-01-01", "à venir"),
                           ("1999-01-01", "vérifiez l’année")):  # fmt: skip
        reponse = gestion.post(reverse("admin:permanences_coop_lancer"), {"depuis": depuis})
        assert phrase in reponse.content.decode() and depuis in reponse.content.decode()
    assert not ImportCoop.objects.exists()
    gestion.post(reverse("admin:permanences_coop_lancer"), {"depuis": "2025-06-01"})
    importation = ImportCoop.objects.get()
    assert timezone.localdate(importation.depuis) == dt.date(2025, 6, 1)


def test_while_it_reads_the_page_shows_how_far_and_may_stop_it(
    gestion: Client, serveur: ServeurCoop
) -> None:
    importation = start_import_api(lance_par=None)
    ImportCoop.objects.update(parcourus=12000, annonces=48000, lus=100)
    page = text(gestion)
    assert '<meta http-equiv="refresh" content="3">' in page
    assert "12\u202f000 comptes rendus du pays parcourus sur 48\u202f000" in page
    assert '<progress class="import-avancee" max="48000" value="12000"' in page
    reponse = gestion.post(reverse("admin:permanences_coop_lancer"), follow=True)
    assert "déjà en cours" in reponse.content.decode()
    gestion.post(reverse("admin:permanences_coop_arreter"))
    importation.refresh_from_db()
    assert (importation.etat, importation.cause) == (EtatImportCoop.ECHEC, "Arrêté à la main.")


def test_trying_the_connection_says_what_opens_and_what_does_not(
    gestion: Client, serveur: ServeurCoop
) -> None:
    serveur.portees.discard("Structures")
    page = gestion.post(reverse("admin:permanences_coop_essayer")).content.decode()
    assert page.count('etat-bon">Oui') == 3 and page.count('etat-grave">Non') == 1
    assert "La clé ouvre « Structures »" in page and "La Coop refuse la clé" in page
    serveur.toujours = {"/health": pannes.html()}
    page = gestion.post(reverse("admin:permanences_coop_essayer")).content.decode()
    assert "Une page web est arrivée" in page
    assert not ImportCoop.objects.exists()


def test_advisors_that_la_coop_does_not_know_are_named_with_what_to_do(
    gestion: Client, serveur: ServeurCoop, pays: Pays
) -> None:
    pays.nos_courriels = ["nadia.brulon@exemple.fr", "hugo@ailleurs.invalid"]
    gestion.post(reverse("admin:permanences_coop_lancer"))
    page = text(gestion)
    assert "Conseillers que La Coop ne connaît pas" in page and "Hugo Fleche" in page
    assert "Nadia Brulon</a>" not in page


def test_a_long_history_costs_no_more_queries(gestion: Client, serveur: ServeurCoop) -> None:
    gestion.post(reverse("admin:permanences_coop_lancer"))
    modele = {"origine": OrigineImport.API, "termine_le": timezone.now()}
    avant = _queries(gestion)
    for _ in range(30):
        ImportCoop.objects.create(etat=EtatImportCoop.FAIT, **modele)
    assert _queries(gestion) == avant
    assert "page 1 sur 2" in text(gestion)


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as vues:
        client.get(reverse(PAGE))
    return len(vues)


# --- The night ---------------------------------------------------------------------------------


def test_the_night_runs_once_and_tries_again_after_a_failure(
    serveur: ServeurCoop, pays: Pays, mardi_10_novembre: Any
) -> None:
    serveur.toujours = {"/activites": pannes.status(503)}
    tasks.import_coop_de_la_nuit()
    assert ImportCoop.objects.get().etat == EtatImportCoop.ECHEC
    serveur.toujours = {}
    tasks.import_coop_de_la_nuit()
    tasks.import_coop_de_la_nuit()  # nothing left for this night
    assert ImportCoop.objects.count() == 2
    check_figures(pays)
    mardi_10_novembre.move_to(timezone.now() + dt.timedelta(days=1))
    tasks.import_coop_de_la_nuit()
    assert ImportCoop.objects.count() == 3
    assert set(ImportCoop.objects.values_list("lance_par", flat=True)) == {None}


def test_the_night_does_nothing_where_it_is_not_configured() -> None:
    tasks.import_coop_de_la_nuit()
    assert not ImportCoop.objects.exists()


def test_the_sweep_takes_up_what_a_dead_process_left(
    serveur: ServeurCoop, pays: Pays, mardi_10_novembre: Any
) -> None:
    importation = start_import_api(lance_par=None)
    claim_import_api(pk=importation.pk)
    tasks.sweep_echange_coop()
    assert serveur.demandes == []
    mardi_10_novembre.move_to(timezone.now() + SILENCE_COOP + dt.timedelta(seconds=1))
    tasks.sweep_echange_coop()
    check_figures(pays)


def test_a_run_begun_before_the_key_was_taken_away_says_so(
    serveur: ServeurCoop, settings: Any
) -> None:
    importation = start_import_api(lance_par=None)
    settings.COOP_CLIENT_SECRET = ""
    tasks.import_coop_api(importation.pk)
    importation.refresh_from_db()
    assert "n’est pas configuré" in importation.cause


# --- The command -------------------------------------------------------------------------------


def run_command(**voulu: Any) -> str:
    sortie = StringIO()
    call_command("import_coop_api", stdout=sortie, stderr=StringIO(), **voulu)
    return sortie.getvalue()


def test_the_command_reads_and_tells(serveur: ServeurCoop, pays: Pays) -> None:
    assert "23\xa0séances créées" in run_command()
    check_figures(pays)
    assert "0\xa0séance créée" in run_command(depuis=dt.date(2026, 11, 1))


def test_the_simulation_counts_and_writes_nothing(serveur: ServeurCoop, pays: Pays) -> None:
    pays.change(17, pays.fin + dt.timedelta(hours=1), supprime=True)
    dit = run_command(simulation=True)
    assert "230 parcourus" in dit and "nouveaux : 22" in dit and "supprimés : 1" in dit
    assert "Rien n’a été écrit." in dit
    assert not ImportCoop.objects.exists() and not CompteRenduCoop.objects.exists()
    run_command()
    assert "déjà connus : 22" in run_command(simulation=True, depuis=dt.date(2026, 1, 1))


def test_the_command_says_what_is_wrong(serveur: ServeurCoop, settings: Any) -> None:
    with pytest.raises(CommandError, match="AAAA-MM-JJ"):
        call_command("import_coop_api", "--depuis", "hier")
    serveur.portees.clear()
    with pytest.raises(CommandError, match="refuse la clé"):
        run_command()
    settings.COOP_CLIENT_ID = ""
    with pytest.raises(CommandError, match="pas configuré"):
        run_command()


# --- The home ----------------------------------------------------------------------------------


def test_the_home_alerts_after_a_failure_and_after_three_days(
    gestion: Client, serveur: ServeurCoop, mardi_10_novembre: Any, settings: Any
) -> None:
    def home() -> str:
        return gestion.get(reverse("admin:index")).content.decode()

    assert "avec La Coop" not in home().replace("Échange avec La Coop", "")
    tasks.import_coop_de_la_nuit()
    assert "La Coop a échoué" not in home() and "n’a réussi" not in home()
    serveur.toujours = {"/activites": pannes.status(500)}
    mardi_10_novembre.move_to(timezone.now() + dt.timedelta(days=1))
    tasks.import_coop_de_la_nuit()
    assert "Le dernier échange avec La Coop a échoué" in home()
    mardi_10_novembre.move_to(timezone.now() + dt.timedelta(days=2, hours=1))
    assert "Aucun échange avec La Coop n’a réussi depuis le 10\xa0novembre\xa02026" in home()
    settings.COOP_CLIENT_ID = ""
    assert "n’a réussi" not in home(), "switched off on purpose"


# --- The settings ------------------------------------------------------------------------------


def test_half_a_key_and_an_address_in_clear_are_said_before_the_service_opens(
    settings: Any,
) -> None:
    assert coop_entiere() == []
    settings.COOP_CLIENT_ID = CLIENT
    settings.COOP_URL = "http://coop.invalid/api/v1"
    phrases = " ".join(m.msg for m in coop_entiere())
    assert "deux parties" in phrases and "https://" in phrases
    assert CLIENT not in phrases
    with pytest.raises(ImproperlyConfigured, match="AAAA-MM-JJ"):
        coop_settings(lambda nom, default: "1er mars" if nom == "COOP_DEPUIS" else default)
