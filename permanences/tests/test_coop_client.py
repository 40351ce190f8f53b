"""La Coop's client alone: each fault of the server, what is asked again and what is said."""

from __future__ import annotations

import datetime as dt
import logging
import traceback
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from permanences.importers.coop_client import (
    CleRefusee,
    ClientCoop,
    CurseurPerime,
    Delais,
    EchecCoop,
    Identite,
)
from permanences.tests import serveur_coop as pannes
from permanences.tests.pays_coop import Pays
from permanences.tests.serveur_coop import CLIENT, SECRET, ServeurCoop, running

FIN = dt.datetime(2026, 11, 10, 2, tzinfo=dt.UTC)
DELAIS = Delais(connexion=1, silence=0.3, reponse=0.6, octets=500_000)
NOMBRE = 240


@pytest.fixture
def serveur() -> Iterator[ServeurCoop]:
    with running(Pays(NOMBRE, FIN, ["nadia@exemple.fr"])) as serveur:
        yield serveur


def client(serveur: ServeurCoop, attentes: list[float] | None = None, **voulu: Any) -> ClientCoop:
    """A client that notes its pauses in `attentes`, and takes none."""
    cle = Identite(voulu.pop("adresse", serveur.adresse), CLIENT, voulu.pop("secret", SECRET))
    noter = (attentes if attentes is not None else []).append
    return ClientCoop(cle, delais=DELAIS, taille=100, dormir=noter, **voulu)


def read(client: ClientCoop) -> list[str]:
    return [e["id"] for page in client.pages("/activites", {}) for e in page.elements]


def whole(serveur: ServeurCoop) -> list[str]:
    return [serveur.pays.id_of(i) for i in serveur.pays.ordered(None)]


def test_reads_to_the_empty_page_as_has_next_page_is_always_true(serveur: ServeurCoop) -> None:
    pages = list(client(serveur).pages("/activites", {}))
    assert [len(page.elements) for page in pages] == [100, 100, 40, 0]
    assert [e["id"] for page in pages for e in page.elements] == whole(serveur)
    assert {page.annonces for page in pages} == {NOMBRE}


def test_keeps_its_filters_where_the_next_link_forgets_them(serveur: ServeurCoop) -> None:
    serveur.pays.nos_courriels = ["a@exemple.fr", "b@exemple.fr"]
    question = {"filter[conseiller_numerique]": "1", "page[size]": "4"}
    elements = [e for p in client(serveur).pages("/utilisateurs", question) for e in p.elements]
    assert len(elements) == 32
    assert all("filter[conseiller_numerique]" in d[1] for d in serveur.demandes)


PASSAGERES = {
    "500": pannes.status(500),
    "502": pannes.status(502),
    "503": pannes.status(503),
    "429": pannes.status(429, Retry_After="7"),
    "408": pannes.status(408),
    "a maintenance page": pannes.html(),
    "a maintenance page as 503": pannes.html(503),
    "truncated JSON": pannes.truncated,
    "cut in the middle": pannes.cut,
    "reset": pannes.reset,
    "silent too long": pannes.slow(1),
    "a byte at a time": pannes.dripping(0.02),
    "a huge page": pannes.huge(600_000),
    "another envelope": pannes.raw(b'{"items": []}'),
    "a list": pannes.raw(b"[]"),
    "a number too deep": pannes.raw(b"[" * 100_000),
    "no next link": pannes.changed(lambda corps: corps.pop("links")),
}


@pytest.mark.parametrize("panne", PASSAGERES.values(), ids=PASSAGERES)
def test_what_may_pass_is_asked_again(serveur: ServeurCoop, panne: Any) -> None:
    """In the middle, once: everything is read, nothing twice."""
    serveur.pannes = {"/activites": {2: panne}}
    attentes: list[float] = []
    assert read(client(serveur, attentes)) == whole(serveur)
    assert serveur.asked("/activites") == 5
    assert len(attentes) == 1 and 1 <= attentes[0] <= 7


@pytest.mark.parametrize(
    ("panne", "phrase"),
    [
        (pannes.status(503), "en panne (erreur 503)"),
        (pannes.html(), "page web"),
        (pannes.truncated, "incomplète"),
        (pannes.reset, "coupée"),
        (pannes.huge(600_000), "trop grande"),
    ],
)
def test_what_does_not_pass_ends_with_a_sentence(
    serveur: ServeurCoop, panne: Any, phrase: str
) -> None:
    serveur.toujours = {"/activites": panne}
    attentes: list[float] = []
    with pytest.raises(EchecCoop, match="essais") as echec:
        read(client(serveur, attentes))
    assert phrase in str(echec.value)
    assert serveur.asked("/activites") == 6
    # Each wait longer than the former, give or take a second of chance, and never a minute.
    assert all(b > a - 1 for a, b in pairwise(attentes))
    assert attentes[-1] > 8 and max(attentes) <= 60


def test_a_very_long_retry_after_does_not_hold_the_worker(serveur: ServeurCoop) -> None:
    serveur.pannes = {"/activites": {1: pannes.status(429, Retry_After="86400")}}
    attentes: list[float] = []
    read(client(serveur, attentes))
    assert attentes == [60]


@pytest.mark.parametrize("valeur", ["demain", "-5", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_a_retry_after_that_says_nothing_is_survived(serveur: ServeurCoop, valeur: str) -> None:
    serveur.pannes = {"/activites": {1: pannes.status(503, Retry_After=valeur)}}
    assert read(client(serveur)) == whole(serveur)


def test_a_bad_key_and_a_missing_scope_are_said_at_once(serveur: ServeurCoop) -> None:
    with pytest.raises(CleRefusee, match="portées Activites, Structures et Utilisateurs"):
        read(client(serveur, secret="perime"))
    serveur.portees = {"Structures"}
    with pytest.raises(CleRefusee):
        read(client(serveur))
    assert serveur.asked("/activites") == 2, "asked again in vain"


def test_a_redirect_is_never_followed_with_the_key(serveur: ServeurCoop) -> None:
    with running(Pays(10, FIN, ["x@exemple.fr"])) as ailleurs:
        serveur.toujours = {"/activites": pannes.redirected(ailleurs.adresse + "/activites")}
        with pytest.raises(EchecCoop, match="autre adresse"):
            read(client(serveur))
        assert ailleurs.demandes == []


def test_the_host_of_a_next_link_is_not_followed(serveur: ServeurCoop) -> None:
    """Their own address may be another behind their proxy: the cursor alone is taken."""

    def elsewhere(corps: dict[str, Any]) -> None:
        if "next" in corps["links"]:
            lien = corps["links"]["next"]
            lien["href"] = lien["href"].replace("127.0.0.1", "ailleurs.invalid")

    serveur.retouche = elsewhere
    assert read(client(serveur)) == whole(serveur)


def test_a_cursor_met_twice_is_an_error_not_a_loop(serveur: ServeurCoop) -> None:
    vus: list[Any] = []

    def repeat(corps: dict[str, Any]) -> None:
        vus.append(corps["links"].get("next"))
        if len(vus) > 1:
            corps["links"]["next"] = vus[0]

    serveur.retouche = repeat
    with pytest.raises(EchecCoop, match="déjà lue"):
        read(client(serveur))
    assert serveur.asked("/activites") == 7


def test_an_expired_cursor_is_told_apart(serveur: ServeurCoop) -> None:
    serveur.avant = lambda numero: setattr(serveur, "epoque", int(numero >= 3))
    with pytest.raises(CurseurPerime):
        read(client(serveur))


def test_a_refused_question_without_cursor_is_not_a_cursor(serveur: ServeurCoop) -> None:
    with pytest.raises(EchecCoop, match="mettre à jour"):
        list(client(serveur).pages("/activites", {"filter[modification][depuis]": "hier"}))


def test_nobody_there_and_a_wrong_address(serveur: ServeurCoop) -> None:
    with pytest.raises(EchecCoop, match="ne s’ouvre pas"):
        client(serveur, adresse="http://127.0.0.1:1/api/v1").health()
    with pytest.raises(EchecCoop, match="en clair"):
        client(serveur, adresse="http://coop.invalid/api/v1")
    with pytest.raises(EchecCoop, match="COOP_CLIENT_SECRET"):
        client(serveur, secret="avec\nretour").health()


def test_a_certificate_that_nobody_signed_is_refused(serveur: ServeurCoop) -> None:
    adresse = serveur.adresse.replace("http://", "https://")
    with pytest.raises(EchecCoop, match=r"certificat|ne s’ouvre pas"):
        client(serveur, adresse=adresse, essais=1).health()


def test_the_secret_is_in_no_error_no_log_and_no_repr(
    serveur: ServeurCoop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    vus = [repr(Identite(serveur.adresse, CLIENT, SECRET))]
    for panne in (pannes.status(403), pannes.reset, pannes.redirected("http://x.invalid/")):
        serveur.toujours = {"/activites": panne}
        with pytest.raises(EchecCoop) as echec:
            read(client(serveur))
        vus += [str(echec.value), "".join(traceback.format_exception(echec.value))]
    assert SECRET not in "".join([*vus, caplog.text])
    assert serveur.demandes[0][2]["Authorization"] == f"Bearer {CLIENT}:{SECRET}"


def test_health_needs_no_key(serveur: ServeurCoop) -> None:
    client(serveur, secret="perime").health()
