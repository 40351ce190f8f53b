"""Asks La Coop's API, and comes back with pages: patient, bounded, silent about the secret.

What may pass (a broken connection, a 503, half an answer) is asked again, later and later. What
will not pass by itself is raised at once, as a sentence that says what to do.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, MaxRetryError
from urllib3.exceptions import TimeoutError as HTTPTimeout
from urllib3.util import Retry

from permanences.coop_api import APRES, TAILLE_PAGE, Page, ReponseIllisible, read_page
from permanences.selectors.coop_api import is_on

ESSAIS = 6
STATUTS_PASSAGERS = frozenset({408, 425, 429, 500, 502, 503, 504})
MORCEAU = 65536

Lu = TypeVar("Lu")


_INUTILISABLES = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidProxyURL,
    ValueError,  # http.client's, whose text repeats the header
)


class EchecCoop(Exception):
    """`str()` is for the page: what happened, and what to do. Never a secret nor an address."""


class CleRefusee(EchecCoop):
    """403: the identifier, the secret, the validity or the scope; La Coop says no more."""


class CurseurPerime(EchecCoop):
    """400 with a cursor: the pass is to begin again."""


class _Passager(Exception):
    """May pass. `reponse`: for its Retry-After."""

    def __init__(self, phrase: str, reponse: requests.Response | None = None) -> None:
        super().__init__(phrase)
        self.reponse = reponse


@dataclass(frozen=True)
class Delais:
    """In seconds. `reponse`: for the whole of one answer, however slowly it drips."""

    connexion: float = 5
    silence: float = 30
    reponse: float = 90
    premiere_attente: float = 1
    attente_max: float = 60
    octets: int = 30_000_000


@dataclass(frozen=True)
class Identite:
    adresse: str
    client: str
    secret: str = field(repr=False)


def identite() -> Identite | None:
    """From the settings; None where one is missing: the exchange is off."""
    if not is_on():
        return None
    return Identite(
        settings.COOP_URL.rstrip("/"), settings.COOP_CLIENT_ID, settings.COOP_CLIENT_SECRET
    )


class _Jeton(AuthBase):
    """Set here, a netrc file of the server cannot replace it."""

    def __init__(self, identite: Identite) -> None:
        self._entete = f"Bearer {identite.client}:{identite.secret}"

    def __call__(self, demande: requests.PreparedRequest) -> requests.PreparedRequest:
        demande.headers["Authorization"] = self._entete
        return demande


class ClientCoop:
    """`signe` is called before each try: the run is alive. `dormir`: replaced by the tests."""

    def __init__(
        self,
        identite: Identite,
        *,
        delais: Delais | None = None,
        essais: int = 0,
        taille: int = TAILLE_PAGE,
        dormir: Callable[[float], None] | None = None,
        signe: Callable[[], None] = lambda: None,
    ) -> None:
        _refuse_clear(identite.adresse)
        self._adresse, self._jeton = identite.adresse, _Jeton(identite)
        self._delais = delais or Delais()
        self._dormir, self.signe, self._taille = dormir or time.sleep, signe, taille
        self._session = requests.Session()
        self._session.headers["Accept"] = "application/json"
        self._session.headers["User-Agent"] = f"conseillers-numeriques (+{settings.SITE_URL})"
        self._patience = Retry(
            total=(essais or ESSAIS) - 1,
            backoff_factor=self._delais.premiere_attente,
            backoff_max=self._delais.attente_max,
            backoff_jitter=self._delais.premiere_attente,
            retry_after_max=int(self._delais.attente_max),
        )
        # By their clock, when the last answer left: what was read is not younger.
        self.heure: dt.datetime | None = None

    def health(self) -> None:
        self._ask("/health", {}, lambda corps: corps)

    def pages(self, chemin: str, question: Mapping[str, str], curseur: str = "") -> Iterator[Page]:
        """Every page after `curseur`, the empty one that ends included. Raises EchecCoop."""
        vus = {curseur}
        while True:
            demande = {"page[size]": str(self._taille), **question}
            if curseur:
                demande[APRES] = curseur
            page = self._ask(chemin, demande, lambda corps: _forward(read_page(corps), vus))
            yield page
            if not page.suivant:
                return
            curseur = page.suivant
            vus.add(curseur)

    def page(self, chemin: str, question: Mapping[str, str]) -> Page:
        return self._ask(chemin, question, read_page)

    # --- One question, as many tries as it takes ---------------------------------------------

    def _ask(self, chemin: str, question: Mapping[str, str], lit: Callable[[Any], Lu]) -> Lu:
        patience = self._patience.new()
        while True:
            self.signe()
            try:
                return lit(self._once(chemin, question))
            except ReponseIllisible:
                manque = _Passager(
                    "La Coop a répondu autre chose que ce que sa documentation annonce."
                )
            except _Passager as erreur:
                manque = erreur
            try:
                patience = patience.increment("GET", chemin, error=manque)
            except MaxRetryError:
                raise EchecCoop(
                    f"{manque} {len(patience.history) + 1} essais n’y ont rien changé."
                ) from None
            self._wait(patience, manque)

    def _wait(self, patience: Retry, manque: _Passager) -> None:
        demande = None
        if manque.reponse is not None:
            try:
                demande = patience.get_retry_after(manque.reponse.raw)
            except HTTPError:
                demande = None  # not a delay that anybody can read
        # urllib3's first wait is none: a server that has just fallen deserves one.
        attente = patience.get_backoff_time() or self._delais.premiere_attente
        self._dormir(min(max(demande or 0, attente), self._delais.attente_max))

    def _once(self, chemin: str, question: Mapping[str, str]) -> Any:
        fin = time.monotonic() + self._delais.reponse
        try:
            with self._session.get(
                self._adresse + chemin,
                params=question,
                auth=self._jeton,
                timeout=(self._delais.connexion, self._delais.silence),
                allow_redirects=False,
                stream=True,
            ) as reponse:
                _judge(reponse, APRES in question)
                contenu = self._read(reponse, fin)
                self.heure = _heure(reponse)
        except _INUTILISABLES:
            raise EchecCoop(
                "L’adresse ou la clé de La Coop ne peut pas servir telle qu’elle est écrite : "
                "vérifiez COOP_URL, COOP_CLIENT_ID et COOP_CLIENT_SECRET."
            ) from None
        except requests.exceptions.SSLError:
            raise EchecCoop(
                "Le certificat de La Coop n’est pas reconnu : rien ne lui a été envoyé. Prévenez "
                "l’exploitant (certificats du serveur, ou relais du Département)."
            ) from None
        except (requests.exceptions.Timeout, TimeoutError, HTTPTimeout):
            raise _Passager("La Coop ne répond pas à temps.") from None
        except (OSError, HTTPError):  # all that requests raises is an OSError
            raise _Passager("La connexion avec La Coop s’est coupée, ou ne s’ouvre pas.") from None
        return _decoded(contenu)

    def _read(self, reponse: requests.Response, fin: float) -> bytes:
        """At most so many bytes, once unpacked, in at most so many seconds."""
        contenu = bytearray()
        while morceau := reponse.raw.read1(MORCEAU, decode_content=True):
            contenu += morceau
            if len(contenu) > self._delais.octets:
                raise _Passager("La réponse de La Coop est trop grande pour une page.")
            if time.monotonic() > fin:
                raise _Passager("La Coop répond si lentement que la page n’arrive pas.")
        return bytes(contenu)


def _judge(reponse: requests.Response, avec_curseur: bool) -> None:
    """Raise what this status means."""
    statut = reponse.status_code
    if statut == 200:
        if "html" in reponse.headers.get("Content-Type", "").lower():
            raise _Passager(
                "Une page web est arrivée à la place des données : La Coop est en maintenance, ou "
                "un relais du réseau s’est interposé."
            )
        return
    if 300 <= statut < 400:
        raise EchecCoop(
            "La Coop renvoie vers une autre adresse, qui n’a pas été suivie : le secret n’y est "
            "pas allé. Vérifiez COOP_URL."
        )
    if statut in (401, 403):
        raise CleRefusee(
            "La Coop refuse la clé : identifiant, secret, date de fin ou portée. Elle ne dit pas "
            "lequel. Demandez à l’ANCT une clé en cours de validité avec les portées Activites, "
            "Structures et Utilisateurs."
        )
    if statut in STATUTS_PASSAGERS:
        raise _Passager(
            "La Coop demande de ralentir (429)."
            if statut == 429
            else f"La Coop est en panne (erreur {statut}).",
            reponse,
        )
    if statut == 404 or not avec_curseur:
        raise EchecCoop(
            f"La Coop ne reconnaît pas la demande (erreur {statut}) : vérifiez COOP_URL, ou son "
            "interface a changé et le logiciel est à mettre à jour."
        )
    raise CurseurPerime("La Coop n’accepte plus l’endroit où la lecture s’était arrêtée.")


def _forward(page: Page, vus: set[str]) -> Page:
    """A cursor met twice would turn for ever."""
    if page.suivant and page.suivant in vus:
        raise _Passager("La Coop renvoie sans fin à une page déjà lue.")
    return page


def _decoded(contenu: bytes) -> Any:
    try:
        return json.loads(contenu)
    except (ValueError, RecursionError):
        raise _Passager("La réponse de La Coop est incomplète ou illisible.") from None


def _heure(reponse: requests.Response) -> dt.datetime | None:
    try:
        return parsedate_to_datetime(reponse.headers.get("Date", "")).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _refuse_clear(adresse: str) -> None:
    """Without TLS the secret would be read on the way; a loop on this machine is for tests."""
    lue = urlsplit(adresse)
    if lue.scheme == "https" and lue.hostname:
        return
    try:
        boucle = ipaddress.ip_address(lue.hostname or "").is_loopback
    except ValueError:
        boucle = lue.hostname == "localhost"
    if not (lue.scheme == "http" and boucle):
        raise EchecCoop("COOP_URL doit commencer par https:// : la clé circulerait en clair.")
