"""Too many requests are told to wait; whose they are is not for the visitor to say."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client, RequestFactory

from config.limites import PHRASE
from config.securite import TellAdresseMiddleware, address_in
from conseillers.models import Utilisateur

pytestmark = pytest.mark.django_db
MINUTE = "2026-11-10T10:00:10Z"


@pytest.fixture(autouse=True)
def _limites(settings: Any) -> None:
    settings.LIMITES = {"rapports:verifier": 3, "permanences:ical_lieu": 3, "api": 3, "echecs": 2}


def statuts(client: Client, adresse: str, fois: int, **entetes: str) -> list[int]:
    return [client.get(adresse, **entetes).status_code for _ in range(fois)]


# --- The public page and the calendars --------------------------------------------------------


def test_an_address_that_asks_too_often_is_told_how_long_to_wait(
    client: Client, objets: SimpleNamespace
) -> None:
    adresse = f"/verifier/{objets.code_transmis}"
    with time_machine.travel(MINUTE, tick=False):
        assert statuts(client, adresse, 4) == [200, 200, 200, 429]
        refus = client.get(adresse)
        assert refus["Retry-After"] == "50"
        assert "Attendez une minute" in refus.content.decode()
        assert statuts(client, adresse, 1, REMOTE_ADDR="192.0.2.9") == [200]
    with time_machine.travel("2026-11-10T10:01:00Z", tick=False):
        assert statuts(client, adresse, 1) == [200]


def test_whoever_guesses_at_secret_addresses_is_stopped_sooner(
    client: Client, objets: SimpleNamespace
) -> None:
    with time_machine.travel(MINUTE, tick=False):
        assert statuts(client, "/ical/lieu/devine.ics", 3) == [404, 404, 429]
        # The right one too: otherwise the answer would tell which one it is.
        assert statuts(client, f"/ical/lieu/{objets.jeton_ical_lieu}.ics", 1) == [429]


def test_two_people_behind_one_address_do_not_hinder_each_other(
    objets: SimpleNamespace, gestionnaire: Utilisateur, direction: Utilisateur
) -> None:
    adresse = f"/verifier/{objets.code_transmis}"
    with time_machine.travel(MINUTE, tick=False):
        for personne in (gestionnaire, direction):
            client = Client()
            client.force_login(personne)
            assert statuts(client, adresse, 4) == [200, 200, 200, 429]


def test_the_cache_holds_no_address(client: Client, objets: SimpleNamespace) -> None:
    client.get(f"/verifier/{objets.code_transmis}", REMOTE_ADDR="192.0.2.44")
    assert cache._cache  # the memory of the process, in the suite
    assert not any("192.0.2.44" in cle for cle in cache._cache)


# --- The API -------------------------------------------------------------------------------------


def test_the_api_says_it_in_french_with_the_seconds(
    client: Client, gestionnaire: Utilisateur
) -> None:
    client.force_login(gestionnaire)
    with time_machine.travel(MINUTE, tick=False):
        assert statuts(client, "/api/v1/communes/", 2) == [200, 200]
        assert statuts(client, "/api/v1/epci/", 1) == [200]
        refus = client.get("/api/v1/lieux/")
    assert refus.status_code == 429
    assert refus["Retry-After"] == "50"
    assert refus.json()["detail"] == PHRASE.format(secondes=50)


# --- Whose request it is -------------------------------------------------------------------------


def seen(settings: Any, relais: int, dites: str | None, directe: str = "10.0.0.1") -> str:
    settings.RELAIS_DE_CONFIANCE = relais
    entetes = {"HTTP_X_FORWARDED_FOR": dites} if dites is not None else {}
    request = RequestFactory().get("/", REMOTE_ADDR=directe, **entetes)
    TellAdresseMiddleware(lambda _: None)(request)  # type: ignore[arg-type, return-value]
    assert "HTTP_X_FORWARDED_FOR" not in request.META
    return request.META["REMOTE_ADDR"]


@pytest.mark.parametrize(
    ("relais", "dites", "adresse"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "192.0.2.7", "192.0.2.7"),
        (1, "6.6.6.6, 192.0.2.7", "192.0.2.7"),
        (2, "6.6.6.6, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        (2, "192.0.2.7", "10.0.0.1"),
        (1, "6.6.6.6, <script>", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, None, "10.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "192.0.2.7:50000", "192.0.2.7"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(
    settings: Any, relais: int, dites: str | None, adresse: str
) -> None:
    assert seen(settings, relais, dites) == adresse


def test_what_is_no_address_is_none() -> None:
    assert [address_in(texte) for texte in ("", "unknown", "1.2.3", "1.2.3.4.5")] == [""] * 4


def test_a_typed_header_does_not_open_a_new_count(
    client: Client, objets: SimpleNamespace, settings: Any
) -> None:
    """Behind one proxy, which adds the true address on the right of whatever was typed."""
    settings.RELAIS_DE_CONFIANCE = 1
    adresse = f"/verifier/{objets.code_transmis}"
    with time_machine.travel(MINUTE, tick=False):
        vus = [
            client.get(adresse, HTTP_X_FORWARDED_FOR=f"6.6.6.{n}, 192.0.2.7").status_code
            for n in range(4)
        ]
    assert vus == [200, 200, 200, 429]
