"""The page of the API, and its schema: for whoever has an account, in French, without a script.

Swagger UI and Redoc speak English and bring a megabyte of script; this page is read with a
keyboard, a screen reader, or on paper, and says what the schema says (`config.schema`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.limites import MINUTE
from config.problemes import PROBLEMES
from config.schema import schema_of_api
from conseillers.enums import PorteeApi

TYPES = {
    "string": "texte", "integer": "nombre entier", "number": "nombre", "boolean": "vrai ou faux",
    "object": "objet", "array": "liste", "null": "nul",
}  # fmt: skip
FORMATS = {
    "date": "date AAAA-MM-JJ", "date-time": "date et heure", "time": "heure HH:MM:SS",
    "uuid": "UUID", "uri": "adresse", "binary": "fichier",
}  # fmt: skip
LIEUX = {"query": "dans l’adresse", "path": "dans le chemin", "header": "en-tête"}


@dataclass(frozen=True)
class Champ:
    nom: str
    genre: str
    dit: str = ""
    exige: bool = False
    ou: str = ""
    valeurs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    ancre: str
    methode: str
    chemin: str
    titre: str
    texte: str
    portee: str
    parametres: list[Champ]
    corps: list[Champ]
    reponse: list[Champ]
    medias: str
    statuts: list[tuple[str, str]] = field(default_factory=list)


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    schema = schema_of_api()
    return render(
        request,
        "api/documentation.html",
        {
            "version": schema["info"]["version"],
            "rubriques": sections_of(schema),
            "portees": PorteeApi.choices,
            "problemes": [(s, code, titre, quoi) for s, (code, titre, quoi) in PROBLEMES.items()],
            "par_minute": settings.LIMITES["api"] * 60 // MINUTE,
            "par_page": settings.REST_FRAMEWORK["PAGE_SIZE"],
        },
    )


class SchemaView(APIView):
    """OpenAPI 3.1, in JSON; any token reads it."""

    permission_classes = (IsAuthenticated,)
    schema = None

    def get(self, request: Request) -> Response:
        return Response(schema_of_api())


# --- From the schema to what is read ------------------------------------------------------------


def sections_of(schema: dict[str, Any]) -> list[tuple[str, list[Operation]]]:
    sections: dict[str, list[Operation]] = {}
    for chemin, operations in schema["paths"].items():
        for methode, dite in operations.items():
            sections.setdefault(dite["tags"][0], []).append(
                _operation(schema, methode, chemin, dite)
            )
    return sorted(sections.items(), key=lambda section: ORDRE.index(section[0]))


ORDRE = ["Territoires", "Plan", "Activité", "Rapports"]


def _operation(
    schema: dict[str, Any], methode: str, chemin: str, dite: dict[str, Any]
) -> Operation:
    contenus = next((r for s, r in dite["responses"].items() if s[0] == "2"), {}).get("content", {})
    media, contenu = next(iter(contenus.items()), ("", {}))
    corps = dite.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Operation(
        ancre=dite["operationId"].replace("_", "-"),
        methode=methode.upper(),
        chemin=chemin,
        titre=dite["summary"],
        texte=dite["description"],
        portee=dite["security"][0]["jeton"][0],
        parametres=[_parametre(schema, p) for p in dite.get("parameters", ())],
        corps=_champs(schema, corps.get("schema", {})),
        reponse=_champs(schema, contenu.get("schema", {})),
        medias=media,
        statuts=[(s, _resolved(schema, r)["description"]) for s, r in dite["responses"].items()],
    )


def _parametre(schema: dict[str, Any], dit: dict[str, Any]) -> Champ:
    genre, valeurs = _kind(schema, dit["schema"])
    texte = dit.get("description") or PARAMETRES.get(dit["name"], "")
    if valeurs:
        texte = texte.partition("\n")[0].partition("* `")[0]
    return Champ(dit["name"], genre, texte, dit.get("required", False), LIEUX[dit["in"]], valeurs)


PARAMETRES = {"cursor": "Celui que donne « next » ; rien pour la première page."}


def _champs(schema: dict[str, Any], noeud: dict[str, Any]) -> list[Champ]:
    """The fields of an object, of the rows of a list, of the rows of a page."""
    noeud = _resolved(schema, noeud)
    if "items" in noeud:
        return _champs(schema, noeud["items"])
    proprietes = noeud.get("properties", {})
    if "results" in proprietes:
        return _champs(schema, proprietes["results"])
    exiges = noeud.get("required", ())
    champs = []
    for nom, dit in proprietes.items():
        genre, valeurs = _kind(schema, dit)
        texte = dit.get("description") or dit.get("title") or ""
        champs.append(Champ(nom, genre, texte, nom in exiges, "", valeurs))
    return champs


def _kind(schema: dict[str, Any], noeud: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """(« texte ou nul », the values of a closed list)."""
    noeud = _resolved(schema, noeud)
    parts = [_kind(schema, n) for n in noeud.get("allOf") or noeud.get("oneOf") or ()]
    if parts:
        genres = dict.fromkeys(genre for genre, _ in parts if genre)
        return " ou ".join(genres), tuple(v for _, valeurs in parts for v in valeurs)
    if "enum" in noeud:
        valeurs = tuple(str(v) for v in noeud["enum"] if v not in ("", None))
        return ("l’une des valeurs" if valeurs else "vide"), valeurs
    if "items" in noeud:
        genre, valeurs = _kind(schema, noeud["items"])
        return f"liste ({genre})", valeurs
    types = noeud.get("type", "")
    if noeud.get("format") in FORMATS:
        nul = " ou nul" if "null" in types else ""
        return FORMATS[noeud["format"]] + nul, ()
    types = [types] if isinstance(types, str) else types
    return " ou ".join(TYPES.get(t, t) for t in types), ()


def _resolved(schema: dict[str, Any], noeud: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in noeud:
        trouve: Any = schema
        for cle in noeud["$ref"].removeprefix("#/").split("/"):
            trouve = trouve[cle]
        noeud = trouve
    return noeud
