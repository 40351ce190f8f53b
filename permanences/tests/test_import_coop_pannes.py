"""La Coop's exchange and what goes wrong: whatever it is, nothing lost, nothing twice."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone

from conseillers.models import Utilisateur
from permanences.enums import EtatImportCoop
from permanences.importers import coop_api
from permanences.importers.coop_api import run_import_api
from permanences.models import CompteRenduCoop, ImportCoop, LieuAccueil, Seance
from permanences.services import coop_api as services
from permanences.services.coop_api import (
    ESSAIS_MAX,
    PHRASE_REPRISE,
    SILENCE_COOP,
    PageLue,
    PrisePerdue,
    start_import_api,
    sweep_imports_api,
)
from permanences.tests import serveur_coop as pannes
from permanences.tests.echange_coop import (
    FIN,
    check_figures,
    client_of,
    exchange,
    small_country,
)
from permanences.tests.pays_coop import Pays
from permanences.tests.serveur_coop import ServeurCoop, running

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def pays() -> Pays:
    return small_country()


@pytest.fixture
def serveur(
    pays: Pays,
    mardi_10_novembre: Any,
    conseillere: Utilisateur,
    conseiller_voisin: Utilisateur,
    mairie_brulon: LieuAccueil,
) -> Iterator[ServeurCoop]:
    with running(pays) as serveur:
        yield serveur


QUI_DURENT = {
    "500": (pannes.status(500), "en panne"),
    "503 and a long pause": (pannes.status(503, Retry_After="3600"), "en panne"),
    "429": (pannes.status(429, Retry_After="1"), "ralentir"),
    "a maintenance page": (pannes.html(), "page web"),
    "truncated JSON": (pannes.truncated, "incomplète"),
    "cut in the middle": (pannes.cut, "coupée"),
    "reset": (pannes.reset, "coupée"),
    "a huge page": (pannes.huge(1_200_000), "trop grande"),
    "elsewhere": (pannes.redirected("http://ailleurs.invalid/"), "autre adresse"),
    "the key is over": (pannes.status(403), "refuse la clé"),
}


@pytest.mark.parametrize(("panne", "phrase"), QUI_DURENT.values(), ids=QUI_DURENT)
def test_a_fault_that_lasts_keeps_what_was_read_and_goes_on_from_there(
    serveur: ServeurCoop, pays: Pays, panne: Any, phrase: str
) -> None:
    serveur.pannes = {"/activites": dict.fromkeys((3, 4), panne)}
    premier = exchange(serveur)
    assert premier.etat == EtatImportCoop.ECHEC and phrase in premier.cause
    assert (premier.parcourus, CompteRenduCoop.objects.count()) == (100, 10)

    serveur.pannes = {}
    serveur.demandes.clear()
    second = exchange(serveur)
    assert second.etat == EtatImportCoop.FAIT
    assert serveur.asked("/activites") == 4, "the pages that were kept are not asked again"
    assert second.repere == FIN, "the mark is that of the beginning of the pass"
    check_figures(pays)


@pytest.mark.parametrize("chemin", ["/utilisateurs", "/structures"])
def test_a_fault_of_the_other_doors_stops_before_anything_is_lost(
    serveur: ServeurCoop, pays: Pays, chemin: str
) -> None:
    serveur.toujours = {chemin: pannes.status(502)}
    premier = exchange(serveur)
    assert premier.etat == EtatImportCoop.ECHEC
    assert not CompteRenduCoop.objects.exists()
    serveur.toujours = {}
    exchange(serveur)
    check_figures(pays)


def test_a_missing_scope_is_said_and_nothing_is_read_over(serveur: ServeurCoop, pays: Pays) -> None:
    serveur.portees.discard("Structures")
    premier = exchange(serveur)
    assert "portées Activites, Structures et Utilisateurs" in premier.cause
    serveur.portees.add("Structures")
    exchange(serveur)
    check_figures(pays)


def test_a_cursor_that_expires_in_the_middle_begins_again_once(
    serveur: ServeurCoop, pays: Pays
) -> None:
    serveur.avant = lambda numero: setattr(serveur, "epoque", int(numero >= 3))
    importation = exchange(serveur)
    assert importation.etat == EtatImportCoop.FAIT
    assert importation.phrases == [PHRASE_REPRISE]
    assert importation.parcourus == pays.nombre
    check_figures(pays)


def test_cursors_that_always_expire_end_with_a_sentence(serveur: ServeurCoop) -> None:
    serveur.avant = lambda numero: setattr(serveur, "epoque", numero)
    importation = exchange(serveur)
    assert importation.etat == EtatImportCoop.ECHEC
    assert "n’accepte plus l’endroit" in importation.cause


def test_a_failed_run_whose_cursor_has_expired_meanwhile(serveur: ServeurCoop, pays: Pays) -> None:
    serveur.pannes = {"/activites": dict.fromkeys((3, 4), pannes.status(500))}
    exchange(serveur)
    serveur.epoque = 9
    assert exchange(serveur).etat == EtatImportCoop.FAIT
    check_figures(pays)


@pytest.mark.parametrize("decalage", [False, True], ids=["by key", "by rank"])
def test_activities_changed_while_the_pages_go_by(
    serveur: ServeurCoop, pays: Pays, decalage: bool, mardi_10_novembre: Any
) -> None:
    """One already read, one not yet, one deleted: all are there in the next exchange at latest."""
    serveur.decalage = decalage

    def change(numero: int) -> None:
        if numero == 3:
            pays.change(17, FIN + 9 * 60 * MINUTE)
            pays.change(187, FIN + 9 * 60 * MINUTE)
            pays.change(207, FIN + 9 * 60 * MINUTE, supprime=True)

    serveur.avant = change
    premier = exchange(serveur)
    assert premier.etat == EtatImportCoop.FAIT
    exchange(serveur)
    check_figures(pays)


def test_the_same_activities_on_two_pages(serveur: ServeurCoop, pays: Pays) -> None:
    """A page repeated under another cursor, and each page's last ones at the head of the next."""
    vus: list[Any] = []

    def repeat(corps: dict[str, Any]) -> None:
        if corps["data"] and len(vus) < 3:
            fin = copy.deepcopy(vus[-1]) if vus else []
            vus.append(corps["data"][-20:])
            corps["data"] = fin + corps["data"]

    serveur.retouche = repeat
    exchange(serveur)
    check_figures(pays)


def test_an_empty_page_too_early_is_not_the_end(serveur: ServeurCoop, pays: Pays) -> None:
    """All was not read: the mark does not move, or the rest would be lost for ever."""

    def empty(corps: dict[str, Any]) -> None:
        corps["data"] = []

    serveur.pannes = {"/activites": {3: pannes.changed(empty)}}
    premier = exchange(serveur)
    assert premier.etat == EtatImportCoop.ECHEC
    assert "annonçait 230" in premier.cause
    second = exchange(serveur)
    assert second.depuis == premier.depuis and second.parcourus == pays.nombre
    check_figures(pays)


def test_a_modification_dated_in_the_future_moves_no_mark_and_hides_nothing(
    serveur: ServeurCoop, pays: Pays, mardi_10_novembre: Any
) -> None:
    pays.futures[27] = FIN + dt.timedelta(days=400)
    premier = exchange(serveur)
    assert premier.repere is not None and premier.repere <= timezone.now()
    check_figures(pays)
    mardi_10_novembre.move_to(FIN + dt.timedelta(days=1))
    del pays.futures[27]  # their clock is right again
    pays.change(27, FIN + dt.timedelta(hours=20))
    pays.change(37, FIN + dt.timedelta(hours=20))
    exchange(serveur)
    check_figures(pays)


def test_the_mark_is_that_of_the_slowest_clock(serveur: ServeurCoop, pays: Pays) -> None:
    serveur.heure = FIN - 30 * MINUTE
    assert exchange(serveur).repere == FIN - 30 * MINUTE
    serveur.heure = FIN + dt.timedelta(days=3)
    assert exchange(serveur).repere == FIN


def test_unknown_values_missing_and_new_attributes(serveur: ServeurCoop, pays: Pays) -> None:
    """What can be counted is, and each thing that we do not know is said, or set aside."""
    touches = [i for i in range(pays.nombre) if pays.ours(i)][:8]
    ids = [pays.id_of(i) for i in touches]

    def touch(corps: dict[str, Any]) -> None:
        for element in corps["data"]:
            a = element["attributes"]
            a["brand_new"] = {"x": [1, None]}
            if element["id"] not in ids:
                continue
            match ids.index(element["id"]):
                case 0:
                    a["thematiques"].append("metavers")
                case 1:
                    a["thematiques"] = ["metavers"]
                case 2:
                    a["type_lieu"] = "orbite"
                case 3:
                    for nom in ("autonomie", "materiel", "tags", "oriente_vers_structure"):
                        del a[nom]
                case 4:
                    del a["beneficiaires"]
                case 5:
                    a["duree"] = None
                case 6:
                    a["beneficiaires"] = ["?"]
                    a["materiel"] = {"a": 1}
                case 7:
                    a["date"] = "le 5 novembre"

    serveur.retouche = touch
    importation = exchange(serveur)
    assert importation.etat == EtatImportCoop.FAIT
    etats = {c.id_coop: (c.etat, c.raison) for c in CompteRenduCoop.objects.all()}
    assert len(etats) == 23, "nothing is lost"
    assert {i for i in ids if etats[i][1] == "illisible"} == {ids[1], ids[2], ids[5], ids[7]}
    assert sum(etat == "compte" for etat, _ in etats.values()) == 19
    dites = " ".join(importation.phrases)
    assert "metavers" in dites and "orbite" in dites
    assert importation.ecartes == 4

    serveur.retouche = lambda corps: None
    exchange(serveur, depuis=dt.date(2026, 1, 2))
    check_figures(pays)


def test_an_activity_without_identifier_or_mediateur_is_said(serveur: ServeurCoop) -> None:
    def touch(corps: dict[str, Any]) -> None:
        if corps["data"]:
            corps["data"][0].pop("id")
            corps["data"][1]["attributes"].pop("mediateur_id")

    serveur.pannes = {"/activites": {1: pannes.changed(touch)}}
    importation = exchange(serveur)
    assert importation.etat == EtatImportCoop.FAIT
    assert "2\xa0comptes rendus sans identifiant" in importation.phrases[0]


# --- Ours that go wrong ------------------------------------------------------------------------


def test_a_page_is_kept_whole_with_its_cursor_or_not_at_all(
    serveur: ServeurCoop, pays: Pays, monkeypatch: pytest.MonkeyPatch
) -> None:
    ecrire, appels = services.write_comptes_rendus, []

    def fall(**voulu: Any) -> Any:
        appels.append(1)
        resultat = ecrire(**voulu)
        if len(appels) == 3:
            raise DatabaseError("the server closed the connection")
        return resultat

    monkeypatch.setattr(services, "write_comptes_rendus", fall)
    importation = start_import_api(lance_par=None)
    with pytest.raises(DatabaseError):
        run_import_api(pk=importation.pk, client=client_of(serveur))
    importation.refresh_from_db()
    assert importation.etat == EtatImportCoop.ECHEC and "Prévenez l’exploitant" in importation.cause
    assert (importation.parcourus, importation.lus) == (100, 10)
    assert Seance.objects.count() == 10
    exchange(serveur)
    check_figures(pays)


def test_slices_make_the_same_figures(serveur: ServeurCoop, pays: Pays) -> None:
    """A worker is given back after each page here, after five minutes in truth."""
    assert exchange(serveur, tranche=0).etat == EtatImportCoop.FAIT
    assert serveur.asked("/activites") == 6
    check_figures(pays)


def test_what_is_held_by_a_living_process_is_not_taken(serveur: ServeurCoop, pays: Pays) -> None:
    importation = start_import_api(lance_par=None)
    assert services.claim_import_api(pk=importation.pk) is not None
    assert run_import_api(pk=importation.pk, client=client_of(serveur)) is False
    assert serveur.demandes == [] and sweep_imports_api() == []


def test_a_process_taken_for_dead_writes_nothing_more(
    serveur: ServeurCoop, pays: Pays, mardi_10_novembre: Any
) -> None:
    importation = start_import_api(lance_par=None)
    ancien = services.claim_import_api(pk=importation.pk)
    assert ancien is not None
    mardi_10_novembre.move_to(timezone.now() + SILENCE_COOP + MINUTE)
    assert sweep_imports_api() == [importation.pk]
    assert run_import_api(pk=importation.pk, client=client_of(serveur)) is False
    check_figures(pays)
    vide = PageLue([], "ailleurs", 10, None)
    for acte in (
        lambda: services.keep_page(prise=ancien, page=vide),
        lambda: services.beat_import_api(prise=ancien),
        lambda: services.end_import_api(prise=ancien),
    ):
        with pytest.raises(PrisePerdue):
            acte()
    services.fail_import_api(prise=ancien, cause="Trop tard")
    importation.refresh_from_db()
    assert (importation.etat, importation.curseur) == (EtatImportCoop.FAIT, "")


def test_a_run_that_kills_each_process_is_stopped_and_says_so(mardi_10_novembre: Any) -> None:
    importation = start_import_api(lance_par=None)
    for _ in range(ESSAIS_MAX):
        assert services.claim_import_api(pk=importation.pk) is not None
        mardi_10_novembre.move_to(timezone.now() + SILENCE_COOP + MINUTE)
        restent = sweep_imports_api()
    assert restent == []
    importation.refresh_from_db()
    assert importation.etat == EtatImportCoop.ECHEC
    assert f"arrêté {ESSAIS_MAX} fois" in importation.cause


def test_it_beats_between_two_tries(
    serveur: ServeurCoop, monkeypatch: pytest.MonkeyPatch, mardi_10_novembre: Any
) -> None:
    monkeypatch.setattr(coop_api, "BATTEMENT_SECONDES", 0)
    serveur.pannes = {"/activites": {1: pannes.status(503)}}
    vus: list[dt.datetime] = []

    def sleep(_: float) -> None:
        mardi_10_novembre.move_to(timezone.now() + MINUTE)
        vus.append(ImportCoop.objects.get().battement)

    importation = start_import_api(lance_par=None)
    run_import_api(pk=importation.pk, client=client_of(serveur, dormir=sleep))
    importation.refresh_from_db()
    assert importation.battement - vus[0] >= MINUTE
