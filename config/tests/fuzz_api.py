"""The API, from the schema that it serves: schemathesis writes the requests, valid and not,
and holds every answer against what the schema says of it: status, type, body, headers.

Each role asks twice: by a session, and by a token that has all that the role may open.
"""

from __future__ import annotations

import datetime as dt
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from itertools import product
from types import SimpleNamespace
from typing import Any

import schemathesis
from django.conf import settings as reglages
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

from config.schema import schema_of_api
from config.tests.fuzz import Recolte, forgotten, session_of, try_many
from config.tests.regles import ANONYME
from config.wsgi import application
from conseillers.permissions import portees_of
from conseillers.services import create_jeton

# Not asked of us: a schema cannot say that a date is past, or that a lieu goes with a canal, so
# that a body may be well formed and refused; who gets in without an account is the matrix's.
CONTROLES_ECARTES = {"ignored_auth"}
CONTROLES_DES_LECTURES = {"positive_data_acceptance"}
JETON = "a" * 32
ENTETES = {"Accept-Encoding": "identity"}
MODES = {"valide": GenerationMode.POSITIVE, "forge": GenerationMode.NEGATIVE}


def with_examples(
    schema: dict[str, Any], objets: SimpleNamespace, *, filtres: bool
) -> dict[str, Any]:
    """Codes that exist where the schema allows any text: else every request stops at them.

    `filtres`: of the filters too. A code that is nobody's breaks no schema there: it finds nothing.
    """
    connus = {
        "lieu": [objets.code_lieu, "inconnu"],
        "creneau": [objets.code_creneau, "brulon-atelier", "inconnu"],
        "code_insee": ["72050", "72181", "99999", ""],
        "cle": [str(objets.cle_seance), *(str(uuid.UUID(int=rang)) for rang in range(4))],
        "date": [
            "2026-03-10",
            "2026-11-10",
            "2026-03-17",
            "2099-01-01",
            "0001-01-01",
            "9999-12-31",
        ],
        "poste": [objets.numero, 0, 32_767],
        "mois": ["2026-03", "9999-12"],
    }
    for titre, composant in schema["components"]["schemas"].items():
        for nom in set(composant.get("properties", ())) & set(connus):
            if titre.endswith("Request"):
                composant["properties"][nom] = {"enum": connus[nom]}
    details = {
        "communes": objets.commune, "epci": objets.epci, "lieux": objets.code_lieu,
        "creneaux": objets.code_creneau, "rapports": objets.code_transmis,
    }  # fmt: skip
    for chemin, operations in schema["paths"].items():
        for parametre in (p for o in operations.values() for p in o.get("parameters", ())):
            connu = connus.get(parametre["name"])
            if parametre["in"] == "path" and connu is None:
                vu = (
                    "essentiel" if parametre["name"] == "tableau" else details[chemin.split("/")[3]]
                )
                connu = [vu, "inconnu"]
            if connu is not None and (parametre["in"] == "path" or filtres):
                parametre["schema"] = {"enum": connu}
    return schema


class Api:
    """The schema, and a way to ask as somebody."""

    def __init__(self, objets: SimpleNamespace, distribution: dict[str, Any]) -> None:
        self.sessions = {role: session_of(p) for role, p in distribution.items()} | {ANONYME: ""}
        self.jetons = {role: token_of(p) for role, p in distribution.items() if portees_of(p)}
        self.operations: dict[str, dict[str, Any]] = {}
        for genre in MODES:
            brut = with_examples(deepcopy(schema_of_api()), objets, filtres=genre == "valide")
            schema = schemathesis.openapi.from_dict(brut)
            schema.app = application
            for operation in (o.ok() for o in schema.get_all_operations()):
                nom = f"{operation.method.upper()} {operation.path}"
                self.operations.setdefault(nom, {})[genre] = operation

    def ask(self, cas: Any, role: str, par_jeton: bool) -> tuple[Any, list[Exception]]:
        """The answer, and what was raised behind it."""
        levees: list[Exception] = []

        def keep(**_: Any) -> None:
            levees.append(sys.exc_info()[1])  # type: ignore[arg-type]

        cookies, entetes = {}, dict(ENTETES)
        if par_jeton:
            entetes["Authorization"] = f"Bearer {self.jetons.get(role, 'cnj_inconnu_x')}"
        elif self.sessions[role]:
            entetes["X-CSRFToken"] = cookies["csrftoken"] = JETON
            cookies[reglages.SESSION_COOKIE_NAME] = self.sessions[role]
        got_request_exception.connect(keep)
        try:
            with one_connection(), forgotten():
                return cas.call(headers=entetes, cookies=cookies), levees
        finally:
            got_request_exception.disconnect(keep)


@contextmanager
def one_connection() -> Iterator[None]:
    """A request that ends does not close the transaction that forgets it."""
    fins = (request_started, request_finished)
    for signal in fins:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in fins:
            signal.connect(close_old_connections)


@cache
def checks_of(methode: str) -> list[Any]:
    load_all_checks()
    ecartes = CONTROLES_ECARTES | (set() if methode == "GET" else CONTROLES_DES_LECTURES)
    return [controle for controle in CHECKS.get_all() if controle.__name__ not in ecartes]


def token_of(personne: Any) -> str:
    """With everything that this role may open."""
    _, clair = create_jeton(
        utilisateur=personne,
        nom="Essai",
        portees=list(portees_of(personne)),
        expire_le=timezone.localdate() + dt.timedelta(days=300),
    )
    return clair


def differences(cas: Any, reponse: Any) -> list[str]:
    try:
        cas.validate_response(reponse, checks=checks_of(cas.method))
    except FailureGroup as groupe:
        return [f"{cas.method} {cas.operation.path} : {e.title}" for e in groupe.exceptions]
    return []


def fuzz_api(
    recolte: Recolte, essais: int, objets: SimpleNamespace, distribution: dict[str, Any],
    roles: list[str], adresse: str = "", *, entier: bool = True,
) -> None:  # fmt: skip
    """`essais` draws for each operation, role and kind of data, by a session and by a token.

    Not `entier`: well-formed requests by a token alone, the others by a session alone.
    """
    api = Api(objets, distribution)
    for nom, operations in api.operations.items():
        if adresse not in ("", nom):
            continue
        for role, (genre, mode) in product(roles, MODES.items()):
            for par_jeton in (False, True) if entier else (genre == "valide",):

                def ask(
                    cas: Any, role: str = role, nom: str = nom, par_jeton: bool = par_jeton
                ) -> None:
                    reponse, levees = api.ask(cas, role, par_jeton)
                    if levees or reponse.status_code >= 500:
                        requete = f"{cas.as_curl_command()}"
                        erreur = levees[0] if levees else None
                        recolte.fail(nom, role, requete, essais, erreur)
                        return
                    recolte.count(nom, role, reponse.status_code)
                    recolte.ecarts.update(differences(cas, reponse))

                cas = operations[genre].as_strategy(generation_mode=mode)
                try_many(ask, cas, essais, recolte.graine, nom, role, genre, par_jeton)
