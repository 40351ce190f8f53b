"""The API, from its own schema: schemathesis writes the requests, valid and not.

The schema is drawn from the views for this only; nothing is served.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from types import SimpleNamespace
from typing import Any

import schemathesis
from django.conf import settings as reglages
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import close_old_connections
from django.test import override_settings
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    response_schema_conformance,
)

from config.tests.fuzz import Recolte, forgotten, session_of, try_many
from config.tests.regles import ANONYME
from config.wsgi import application

CONTROLES = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    allow_header_conformance,
]
JETON = "a" * 32
ENTETES = {"X-CSRFToken": JETON, "Accept-Encoding": "identity"}
MODES = {"valide": GenerationMode.POSITIVE, "forge": GenerationMode.NEGATIVE}


def draw_schema(personne: Any) -> dict[str, Any]:
    """As the advisor sees it: the only role that every write is open to."""
    from drf_spectacular.generators import SchemaGenerator

    demande = Request(APIRequestFactory().get("/"))
    demande.user, demande.auth = personne, None
    inspecteur = {"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"}
    with (
        override_settings(REST_FRAMEWORK=reglages.REST_FRAMEWORK | inspecteur),
        redirect_stderr(StringIO()),
    ):
        return SchemaGenerator(api_version="v1").get_schema(request=demande, public=True)


def with_examples(schema: dict[str, Any], objets: SimpleNamespace) -> dict[str, Any]:
    """Codes that exist where the schema allows any text: else every request stops at them.

    What is not in them is still sent, as the data that breaks the schema.
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
        "poste": [str(objets.numero), "0", "32768", "1e400"],
        "mois": ["2026-03", "9999-12"],
    }
    for composant in schema["components"]["schemas"].values():
        for nom, champ in composant.get("properties", {}).items():
            if nom in connus and not champ.get("readOnly"):
                composant["properties"][nom] = {"type": "string", "enum": connus[nom]}
    details = {
        "communes": objets.commune, "epci": objets.epci, "lieux": objets.code_lieu,
        "creneaux": objets.code_creneau, "rapports": objets.code_rapport,
        "seances": str(objets.cle_seance),
    }  # fmt: skip
    for chemin, operations in schema["paths"].items():
        for parametre in (p for o in operations.values() for p in o.get("parameters", ())):
            connu = connus.get(parametre["name"])
            if parametre["in"] == "path":
                connu = [details[chemin.split("/")[3]], "inconnu"]
            if connu is not None:
                parametre["schema"] = {"type": "string", "enum": connu}
    return schema


class Api:
    """The schema, and a way to ask as somebody."""

    def __init__(self, objets: SimpleNamespace, distribution: dict[str, Any]) -> None:
        brut = with_examples(draw_schema(distribution["conseillere"]), objets)
        self.schema = schemathesis.openapi.from_dict(brut)
        self.schema.app = application
        self.sessions = {role: session_of(p) for role, p in distribution.items()} | {ANONYME: ""}
        self.operations = {
            f"{o.ok().method.upper()} {o.ok().path}": o.ok()
            for o in self.schema.get_all_operations()
        }

    def ask(self, cas: Any, role: str) -> tuple[Any, list[Exception]]:
        """The answer, and what was raised behind it."""
        levees: list[Exception] = []

        def keep(**_: Any) -> None:
            levees.append(sys.exc_info()[1])  # type: ignore[arg-type]

        cookies = {"csrftoken": JETON}
        if self.sessions[role]:
            cookies[reglages.SESSION_COOKIE_NAME] = self.sessions[role]
        got_request_exception.connect(keep)
        try:
            with one_connection(), forgotten():
                return cas.call(headers=ENTETES, cookies=cookies), levees
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


def differences(cas: Any, reponse: Any) -> list[str]:
    try:
        cas.validate_response(reponse, checks=CONTROLES)
    except FailureGroup as groupe:
        return [f"{cas.method} {cas.operation.path} : {e.title}" for e in groupe.exceptions]
    return []


def fuzz_api(
    recolte: Recolte, essais: int, objets: SimpleNamespace, distribution: dict[str, Any],
    roles: list[str], adresse: str = "",
) -> None:  # fmt: skip
    """`essais` draws for each operation, role and kind of data."""
    api = Api(objets, distribution)
    for nom, operation in api.operations.items():
        if adresse not in ("", nom):
            continue
        for role in roles:
            for genre, mode in MODES.items():

                def ask(cas: Any, role: str = role, nom: str = nom) -> None:
                    reponse, levees = api.ask(cas, role)
                    if levees or reponse.status_code >= 500:
                        requete = f"{cas.as_curl_command()}"
                        erreur = levees[0] if levees else None
                        recolte.fail(nom, role, requete, essais, erreur)
                        return
                    recolte.count(nom, role, reponse.status_code)
                    # A 404 or 403 is in no schema yet; what is answered 2xx is.
                    if reponse.status_code < 300:
                        recolte.ecarts.update(differences(cas, reponse))

                cas = operation.as_strategy(generation_mode=mode)
                try_many(ask, cas, essais, recolte.graine, nom, role, genre)
