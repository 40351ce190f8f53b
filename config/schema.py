"""The OpenAPI 3.1 schema of the API: drawn from the views, said in French (`api_textes`)."""

from __future__ import annotations

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from config.api_textes import RUBRIQUES, TEXTES
from config.limites import API
from config.problemes import GENRE, PROBLEMES
from conseillers.api import scope_of

LECTURE, PARTOUT = (304, 406), (400, 401, 403, 429, 500)
ECRITURE = {"POST": (400, 413, 415), "PUT": (400, 412, 413, 415), "PATCH": (400, 412, 413, 415),
            "DELETE": (400, 412)}  # fmt: skip
SANS_NUL = r"^[^\u0000]*$"
# These must say which version they correct.
EXIGE_IF_MATCH = ("seances_partial_update", "seances_destroy")
DITS = {"200": "Voici.", "201": "C’est enregistré.", "204": "C’est retiré."}
ETAG = {"schema": {"type": "string"}, "required": True, "description": "Version de la réponse."}
PROBLEME = {
    "type": "object",
    "description": "Une erreur (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Le genre d’erreur, expliqué."},
        "title": {"type": "string", "description": "Le même pour toutes les erreurs du genre."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "Ce qui ne va pas ici, et quoi faire."},
        "instance": {"type": "string", "description": "Le chemin demandé."},
        "erreurs": {
            "type": "object",
            "description": "Les phrases de chaque champ ; « non_field_errors » : de l’ensemble.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
SECURITE = {
    "jeton": {
        "type": "http",
        "scheme": "bearer",
        "description": "Un jeton de « Mon compte », avec ses portées.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "La session du navigateur ; toute écriture demande le jeton CSRF.",
    },
}


class Schema(AutoSchema):
    def get_summary(self) -> str:
        return TEXTES[self.get_operation_id()][0]

    def get_description(self) -> str:
        return TEXTES[self.get_operation_id()][1]

    def get_tags(self) -> list[str]:
        return [RUBRIQUES[self.path.removeprefix(API).split("/")[0]]]

    def get_auth(self) -> list[dict[str, Any]]:
        portee = scope_of(self.method, self.view)
        return [{"jeton": [portee]}, {"session": []}]

    def get_override_parameters(self) -> list[Any]:
        if self.method == "GET":
            return [_header("If-None-Match", "L’ETag que l’on a déjà : 304 si rien n’a changé.")]
        exige = self.get_operation_id() in EXIGE_IF_MATCH
        if self.method == "POST":
            return []
        parametres = [_header("If-Match", "L’ETag lu : 412 si la ressource a changé.", exige)]
        if self.method == "PUT":
            parametres.append(_header("If-None-Match", "« * » : 412 s’il y a déjà une réponse."))
        return parametres


def _header(nom: str, dit: str, exige: bool = False) -> OpenApiParameter:
    return OpenApiParameter(
        nom, OpenApiTypes.STR, OpenApiParameter.HEADER, required=exige, description=dit
    )


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """What every operation has: its errors, the tag of what it answers, who is let in."""
    composants = result["components"]
    composants["schemas"]["Probleme"] = PROBLEME
    composants["securitySchemes"] = SECURITE
    composants["responses"] = {f"Erreur{statut}": _error(statut) for statut in PROBLEMES}
    for chemin, operations in result["paths"].items():
        for methode, operation in operations.items():
            _complete(chemin, methode.upper(), operation)
    return result


def _complete(chemin: str, methode: str, operation: dict[str, Any]) -> None:
    reponses = operation["responses"]
    for statut, reponse in list(reponses.items()):
        reponse["description"] = DITS[statut]
        if statut != "204":
            reponse["headers"] = {"ETag": ETAG}
        if statut == "201":
            reponse["headers"]["Location"] = {"schema": {"type": "string", "format": "uri"}}
    exige = {428} if operation["operationId"] in EXIGE_IF_MATCH else set()
    statuts = {*PARTOUT, *exige, *(LECTURE if methode == "GET" else (406, *ECRITURE[methode]))}
    for parametre in operation.get("parameters", ()):
        dit = parametre["schema"]
        if parametre["in"] == "query" and dit == {"type": "string"}:
            # No text of ours holds one, and the address is refused whole (RefuseNulMiddleware).
            parametre["schema"] = {"type": "string", "pattern": SANS_NUL}
    # A cursor may be nobody's.
    liste = methode == "GET" and operation["operationId"].endswith("_list")
    if liste and any(p["in"] == "query" for p in operation.get("parameters", ())):
        statuts |= {404}
    if "{" in chemin:
        statuts |= {404}
    for statut in sorted(statuts):
        if statut == 304:
            reponses["304"] = {"description": "Rien n’a changé depuis cet ETag."}
        else:
            reponses[str(statut)] = {"$ref": f"#/components/responses/Erreur{statut}"}


def _error(statut: int) -> dict[str, Any]:
    _, titre, conseil = PROBLEMES[statut]
    reponse: dict[str, Any] = {
        "description": f"{titre}. {conseil}",
        "content": {GENRE: {"schema": {"$ref": "#/components/schemas/Probleme"}}},
    }
    if statut == 401:
        reponse["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}}
    if statut == 429:
        reponse["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "required": True}}
    return reponse


@cache
def schema_of_api() -> dict[str, Any]:
    """Drawn once in each process; the same for everybody: it says no row of anyone's."""
    return SchemaGenerator().get_schema(request=None, public=True)
