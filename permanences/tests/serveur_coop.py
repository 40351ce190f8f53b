"""La Coop's API on this machine, oddities and faults included (la-coop.md, section 3).

Kept on purpose: the cursor is opaque and compressed; a page that has one item has a next one, so
only an empty page ends; the next link of /utilisateurs forgets the filters; a bad credential and
a missing scope are the same 403.

    python -m permanences.tests.serveur_coop 8099 --nombre 2000 --courriel un@exemple.fr
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import json
import socket
import struct
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from permanences.tests.pays_coop import Pays, iso

RACINE = "/api/v1"
CLIENT, SECRET = "departement-72", "un-secret-de-quarante-signes-au-moins-0123"
PORTEES = {"Activites", "Structures", "Utilisateurs"}
DEMANDEE = {"/activites": "Activites", "/structures": "Structures", "/utilisateurs": "Utilisateurs"}
TAILLE = 500

Reponse = tuple[int, dict[str, Any]]
Panne = Callable[["Demande", "ServeurCoop"], None]


def encode(valeur: str) -> str:
    return base64.urlsafe_b64encode(zlib.compress(valeur.encode(), 9)).decode().rstrip("=")


def decode(curseur: str) -> str:
    rembourre = curseur + "=" * (-len(curseur) % 4)
    return zlib.decompress(base64.urlsafe_b64decode(rembourre)).decode()


@dataclass
class ServeurCoop:
    """`pannes`: {path: {number of the request on that path, from 1: what goes wrong}}.

    `toujours`: {path: what goes wrong each time}. `avant`: called before each page of activities
    with its number, to change the country meanwhile. `decalage`: pages by rank, which shift.
    """

    pays: Pays
    adresse: str = ""
    cle: str = f"{CLIENT}:{SECRET}"
    portees: set[str] = field(default_factory=lambda: set(PORTEES))
    pannes: dict[str, dict[int, Panne]] = field(default_factory=dict)
    toujours: dict[str, Panne] = field(default_factory=dict)
    avant: Callable[[int], None] = lambda numero: None
    retouche: Callable[[dict[str, Any]], None] = lambda corps: None
    decalage: bool = False
    epoque: int = 0
    heure: dt.datetime | None = None
    demandes: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    verrou: threading.Lock = field(default_factory=threading.Lock)

    def asked(self, chemin: str) -> int:
        return sum(demande[0] == chemin for demande in self.demandes)

    # --- What is answered ----------------------------------------------------------------------

    def answer(self, chemin: str, question: dict[str, str], autorisation: str) -> Reponse:
        if chemin == "/health":
            return 200, {"status": "ok"}
        if chemin not in DEMANDEE:
            return 404, {"error": "Not found"}
        if autorisation != f"Bearer {self.cle}" or DEMANDEE[chemin] not in self.portees:
            return 403, {"error": "Forbidden"}
        try:
            taille = int(question.get("page[size]", TAILLE))
        except ValueError:
            taille = 0
        if not 1 <= taille <= TAILLE:
            return 400, {"error": "Number must be less than or equal to 500"}
        try:
            return getattr(self, chemin.strip("/"))(question, taille)
        except (ValueError, zlib.error):
            return 400, {"error": "Invalid cursor"}

    def activites(self, question: dict[str, str], taille: int) -> Reponse:
        texte = question.get("filter[modification][depuis]", "")
        if texte and not texte.endswith("Z"):
            return 400, {"error": "Invalid datetime"}
        depuis = dt.datetime.fromisoformat(texte) if texte else None
        self.avant(self.asked("/activites"))
        rang, apres = 0, None
        if curseur := question.get("page[after]"):
            epoque, vu, lu = decode(curseur).split("###")
            if int(epoque) != self.epoque:
                raise ValueError("expired")
            rang = int(vu) if self.decalage else 0
            apres = None if self.decalage else (dt.datetime.fromisoformat(vu), lu)
        indices = list(islice(self.pays.ordered(depuis, apres), rang, rang + taille))
        suite = ""
        if indices:
            dernier = indices[-1]
            vu = rang + len(indices) if self.decalage else iso(self.pays.modified(dernier))
            suite = encode(f"{self.epoque}###{vu}###{self.pays.id_of(dernier)}")
        corps = self._page(
            "/activites", [self.pays.resource(i) for i in indices], self.pays.count(depuis), taille,
            suite, {"filter[modification][depuis]": texte} if texte else {},
        )  # fmt: skip
        self.retouche(corps)
        return 200, corps

    def utilisateurs(self, question: dict[str, str], taille: int) -> Reponse:
        choix = question.get("filter[conseiller_numerique]")
        tous = [
            u
            for u in self.pays.users()
            if choix is None
            or u["attributes"]["conseiller_numerique"]["is_conseiller_numerique"] == (choix == "1")
        ]
        rang = int(decode(question["page[after]"])) if "page[after]" in question else 0
        page = tous[rang : rang + taille]
        suite = encode(str(rang + len(page))) if page else ""
        return 200, self._page("/utilisateurs", page, len(tous), taille, suite, {})

    def structures(self, question: dict[str, str], taille: int) -> Reponse:
        ids = [i for i in question.get("ids", "").split(",") if i]
        if len(ids) > 100:
            return 400, {"error": "ids: 100 at most"}
        trouvees = [s for i in ids if (s := self.pays.structure(i))]
        if "page[after]" in question:
            trouvees = []
        suite = encode("fin") if trouvees else ""
        return 200, self._page("/structures", trouvees, len(ids), taille, suite, {})

    def _page(
        self, chemin: str, donnees: list[Any], total: int, taille: int, suite: str,
        gardes: dict[str, str],
    ) -> dict[str, Any]:  # fmt: skip
        liens: dict[str, Any] = {"self": {"href": f"{self.adresse}{chemin}"}}
        if suite:
            parametres = {**gardes, "page[after]": suite}
            if taille != TAILLE and chemin == "/activites":
                parametres["page[size]"] = str(taille)
            liens["next"] = {"href": f"{self.adresse}{chemin}?{urlencode(parametres)}"}
        return {
            "data": donnees,
            "links": liens,
            "meta": {
                "total_count": total, "items_per_page": taille,
                "total_pages": -(-total // taille), "has_next_page": bool(suite),
                "has_prev_page": False,
            },
        }  # fmt: skip


class Demande(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    serveur: ServeurCoop

    def do_GET(self) -> None:
        lue = urlsplit(self.path)
        chemin = lue.path.removeprefix(RACINE)
        question = dict(parse_qsl(lue.query))
        with self.serveur.verrou:
            self.serveur.demandes.append((chemin, question, dict(self.headers)))
            numero = self.serveur.asked(chemin)
        panne = self.serveur.toujours.get(chemin) or self.serveur.pannes.get(chemin, {}).get(numero)
        try:
            if panne:
                panne(self, self.serveur)
            else:
                self.reply()
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client gave up, as it should

    def usual(self) -> Reponse:
        lue = urlsplit(self.path)
        return self.serveur.answer(
            lue.path.removeprefix(RACINE),
            dict(parse_qsl(lue.query)),
            self.headers.get("Authorization", ""),
        )

    def reply(self) -> None:
        statut, corps = self.usual()
        self.send(statut, json.dumps(corps).encode())

    def send(
        self, statut: int, contenu: bytes, nature: str = "application/json", **entetes: str
    ) -> None:
        self.start(statut, nature, len(contenu), **entetes)
        self.wfile.write(contenu)

    def start(self, statut: int, nature: str, longueur: int, **entetes: str) -> None:
        self.send_response_only(statut)
        if self.serveur.heure is not None:
            self.send_header("Date", self.serveur.heure.strftime("%a, %d %b %Y %H:%M:%S GMT"))
        self.send_header("Content-Type", nature)
        self.send_header("Content-Length", str(longueur))
        for nom, valeur in entetes.items():
            self.send_header(nom.replace("_", "-"), valeur)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the tests read `demandes`."""


class Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


# --- What goes wrong ---------------------------------------------------------------------------


def status(code: int, **entetes: str) -> Panne:
    return lambda demande, _: demande.send(code, b'{"error":"Internal server error"}', **entetes)


def html(code: int = 200) -> Panne:
    page = b"<!doctype html><title>Maintenance</title><p>Revenez plus tard</p>"
    return lambda demande, _: demande.send(code, page, "text/html; charset=utf-8")


def truncated(demande: Demande, serveur: ServeurCoop) -> None:
    """Half of the JSON, under the length of that half."""
    contenu = json.dumps(demande.usual()[1]).encode()
    demande.send(200, contenu[: len(contenu) // 2])


def cut(demande: Demande, serveur: ServeurCoop) -> None:
    """The whole length is announced, and the connection ends in the middle of the body."""
    contenu = json.dumps(demande.usual()[1]).encode()
    demande.start(200, "application/json", len(contenu))
    demande.wfile.write(contenu[: len(contenu) // 2])
    demande.close_connection = True


def reset(demande: Demande, serveur: ServeurCoop) -> None:
    """RST before a single byte."""
    demande.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    demande.close_connection = True
    demande.connection.close()


def slow(secondes: float) -> Panne:
    def wait(demande: Demande, serveur: ServeurCoop) -> None:
        time.sleep(secondes)
        demande.reply()

    return wait


def dripping(secondes: float) -> Panne:
    """A byte at a time: never silent long enough for a socket's timeout."""

    def drip(demande: Demande, serveur: ServeurCoop) -> None:
        contenu = json.dumps(demande.usual()[1]).encode()
        demande.start(200, "application/json", len(contenu))
        for octet in contenu:
            demande.wfile.write(bytes([octet]))
            demande.wfile.flush()
            time.sleep(secondes)

    return drip


def huge(octets: int) -> Panne:
    def pour(demande: Demande, serveur: ServeurCoop) -> None:
        demande.start(200, "application/json", octets)
        for _ in range(octets // 65536):
            demande.wfile.write(b" " * 65536)

    return pour


def redirected(adresse: str) -> Panne:
    return lambda demande, _: demande.send(302, b"", Location=adresse)


def changed(retouche: Callable[[dict[str, Any]], None]) -> Panne:
    """The usual answer, touched up."""

    def touch(demande: Demande, serveur: ServeurCoop) -> None:
        statut, corps = demande.usual()
        retouche(corps)
        demande.send(statut, json.dumps(corps).encode())

    return touch


def raw(contenu: bytes) -> Panne:
    return lambda demande, _: demande.send(200, contenu)


# --- Running -----------------------------------------------------------------------------------


@contextmanager
def running(pays: Pays, port: int = 0) -> Iterator[ServeurCoop]:
    serveur = ServeurCoop(pays)
    http = Http(("127.0.0.1", port), type("Demande", (Demande,), {"serveur": serveur}))
    serveur.adresse = f"http://127.0.0.1:{http.server_address[1]}{RACINE}"
    fil = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    fil.start()
    try:
        yield serveur
    finally:
        http.shutdown()
        http.server_close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--nombre", type=int, default=2000)
    parser.add_argument("--courriel", action="append", required=True)
    options = parser.parse_args()
    maintenant = dt.datetime.now(dt.UTC).replace(microsecond=0)
    with running(Pays(options.nombre, maintenant, options.courriel), options.port) as serveur:
        sys.stdout.write(f"COOP_URL={serveur.adresse} COOP_CLIENT_ID={CLIENT} "
                         f"COOP_CLIENT_SECRET={SECRET}\n")  # fmt: skip
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
