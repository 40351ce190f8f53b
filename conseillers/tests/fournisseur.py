"""ProConnect on this machine: a real OpenID provider, made to answer as its documentation says."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import requests
import werkzeug.serving
from cryptography.hazmat.primitives.asymmetric import rsa
from oidc_provider_mock import User, app
from werkzeug.test import run_wsgi_app

from config.settings.connexion import allauth_settings

CLIENT = "service-du-departement"


class ProConnect:
    """The library's provider, whose user information is a signed JWT as ProConnect's is.

    `autorisations`: what the service asked for, one dictionary a sign-in. `panne`: this status for
    every answer. `autre_cle`: signs with a key that it does not publish.
    """

    def __init__(self) -> None:
        self.cle = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.autorisations: list[dict[str, list[str]]] = []
        self.fins: list[dict[str, list[str]]] = []
        self.panne = 0
        self.autre_cle = False
        self.personnes: dict[str, User] = {}
        os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
        self._app = app(require_nonce=True)
        self.adresse = ""

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        chemin, question = environ["PATH_INFO"], parse_qs(environ.get("QUERY_STRING", ""))
        if self.panne:
            start(f"{self.panne} Panne", [("Content-Type", "text/html")])
            return [b"<h1>Panne</h1>"]
        if chemin == "/oauth2/authorize" and environ["REQUEST_METHOD"] == "GET":
            self.autorisations.append(question)
        if chemin == "/oauth2/end_session":
            self.fins.append(question)
        if chemin not in ("/userinfo", "/jwks"):
            return self._app(environ, start)
        corps, statut, _ = run_wsgi_app(self._app, environ)
        contenu = json.loads(b"".join(corps))
        if chemin == "/jwks":
            contenu["keys"].append(self._public())
            return _say(start, statut, "application/json", json.dumps(contenu))
        return _say(start, statut, "application/jwt", self._sign(contenu))

    def _public(self) -> dict[str, str]:
        publique = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.cle.public_key()))
        return {**publique, "kid": "userinfo", "alg": "RS256", "use": "sig"}

    def _sign(self, contenu: dict[str, Any]) -> str:
        cle = rsa.generate_private_key(65537, 2048) if self.autre_cle else self.cle
        contenu |= {"iss": self.adresse, "aud": CLIENT, "exp": int(time.time()) + 60}
        return jwt.encode(contenu, cle, algorithm="RS256", headers={"kid": "userinfo"})

    def knows(self, sub: str, **claims: Any) -> None:
        requests.put(f"{self.adresse}/users/{sub}", json=claims, timeout=5).raise_for_status()

    def approve(self, adresse: str, sub: str) -> str:
        """What the browser does there: the person signs in, and is sent back to this address."""
        requests.get(adresse, timeout=5)
        reponse = requests.post(adresse, data={"sub": sub}, allow_redirects=False, timeout=5)
        retour = urlsplit(reponse.headers["Location"])
        return f"{retour.path}?{retour.query}"


def _say(start: Callable[..., Any], statut: str, nature: str, texte: str) -> list[bytes]:
    start(statut, [("Content-Type", nature), ("Content-Length", str(len(texte)))])
    return [texte.encode()]


@contextmanager
def running() -> Iterator[ProConnect]:
    fournisseur = ProConnect()
    serveur = werkzeug.serving.make_server("127.0.0.1", 0, fournisseur, threaded=True)
    fournisseur.adresse = f"http://127.0.0.1:{serveur.server_port}"
    fil = threading.Thread(target=serveur.serve_forever, daemon=True)
    fil.start()
    yield fournisseur
    serveur.shutdown()
    serveur.server_close()


def switch_on(settings: Any, fournisseur: ProConnect, site: str = "http://testserver") -> None:
    """As an instance does: three settings, and the address of the service."""
    identifiants = {"server_url": fournisseur.adresse, "client_id": CLIENT, "secret": "secret"}
    settings.SITE_URL = site
    settings.PROCONNECT_CLIENT_ID = CLIENT
    settings.SOCIALACCOUNT_PROVIDERS = allauth_settings(identifiants)["SOCIALACCOUNT_PROVIDERS"]
