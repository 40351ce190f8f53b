"""A village hall's network: what stands between a phone and the service, and how it fails."""

from __future__ import annotations

import http.client
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

COUPE = "coupe"  # no network at all
PORTAIL = "portail"  # a sign-in page that answers 200 to everything
LENT = "lent"  # the answer comes, late
TROIS_G = "3g"  # « Slow 3G »: two seconds before each answer, then 50 kB a second
PERDU = "perdu"  # the server works, its answer is lost on the way
DOUBLE = "double"  # the server receives everything twice
TRONQUE = "tronque"  # the answer stops in the middle
BON = "bon"
LATENCE, DEBIT = 2.0, 50_000  # seconds, bytes a second
PAS_TRANSMIS = {"connection", "transfer-encoding", "keep-alive", "content-length"}


class Reseau:
    """A proxy on a port of its own; `etat` is one of the above, or the status of a broken server.

    `pannes` are states of their own: of the requests whose path or body holds that text.
    `posts` counts the POST requests that reached the server, tries included.
    """

    def __init__(self, service: str) -> None:
        self.etat: str | int = BON
        self.pannes: dict[str, str | int] = {}
        self.retard = 1.5
        self.posts = 0
        self.poids = 0  # bytes of answers, headers left out
        self._service = urlsplit(service)
        self._serveur = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._serveur.daemon_threads = True
        self.adresse = f"http://127.0.0.1:{self._serveur.server_port}"
        threading.Thread(target=self._serveur.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._serveur.shutdown()
        self._serveur.server_close()

    def forward(self, requete: BaseHTTPRequestHandler, corps: bytes) -> tuple[int, list, bytes]:
        assert self._service.hostname
        liaison = http.client.HTTPConnection(self._service.hostname, self._service.port, timeout=30)
        liaison.request(requete.command, requete.path, corps, dict(requete.headers.items()))
        reponse = liaison.getresponse()
        contenu = reponse.read()
        liaison.close()
        if requete.command == "POST":
            self.posts += 1
        return reponse.status, reponse.getheaders(), contenu

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        reseau = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                reseau._pass(self)

            do_POST = do_HEAD = do_GET

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _pass(self, requete: BaseHTTPRequestHandler) -> None:
        corps = requete.rfile.read(int(requete.headers.get("Content-Length") or 0))
        requete.close_connection = True
        demande = requete.path + corps.decode(errors="replace")
        etat = next((e for texte, e in self.pannes.items() if texte in demande), self.etat)
        if etat == COUPE:
            return
        if etat == PORTAIL:
            _answer(requete, 200, [("Content-Type", "text/html")], b"<h1>Bienvenue</h1>")
            return
        if isinstance(etat, int):
            entetes = [("Content-Type", "text/html"), ("Location", "https://ailleurs.invalid/")]
            _answer(requete, etat, entetes, b"<h1>Erreur</h1>")
            return
        if etat == LENT:
            time.sleep(self.retard)
        if etat == TROIS_G:
            time.sleep(LATENCE)
        if etat in (DOUBLE, PERDU) and requete.command == "POST":
            self.forward(requete, corps)
            if etat == PERDU:
                return
        statut, entetes, contenu = self.forward(requete, corps)
        if etat == TRONQUE:
            contenu = contenu[: len(contenu) // 2]
        self.poids += len(contenu)
        if etat == TROIS_G:
            time.sleep(len(contenu) / DEBIT)
        _answer(requete, statut, entetes, contenu)


def _answer(requete: BaseHTTPRequestHandler, statut: int, entetes: list, contenu: bytes) -> None:
    try:
        requete.send_response_only(statut)
        for nom, valeur in entetes:
            if nom.lower() not in PAS_TRANSMIS:
                requete.send_header(nom, valeur)
        requete.send_header("Content-Length", str(len(contenu)))
        requete.send_header("Connection", "close")
        requete.end_headers()
        if requete.command != "HEAD":
            requete.wfile.write(contenu)
    except BrokenPipeError:
        pass  # the browser has gone elsewhere
