"""A file sent in: one page of what it would change, in the users' words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import Model, QuerySet

from conseillers.models import ImportFichier, Utilisateur
from territoires.importers.temoin import CREEE, MODIFIEE, REFUSEE, field_of

PAR_PAGE = 50
SORTS = {"refusees": REFUSEE, "modifiees": MODIFIEE, "creees": CREEE}


@dataclass(frozen=True)
class Changement:
    nom: str
    avant: str
    apres: str


@dataclass(frozen=True)
class LigneLue:
    numero: int
    cle: str
    changements: list[Changement] = field(default_factory=list)
    erreurs: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def visible_imports(utilisateur: Utilisateur) -> QuerySet[ImportFichier]:
    return ImportFichier.objects.visible_to(utilisateur).select_related("envoye_par")


def preview_lines(
    fichier: ImportFichier, modele: type[Model], sort: str, page: int
) -> list[LigneLue]:
    """Lines of one sort, fifty at a time. Empty once the preview is erased."""
    if not fichier.apercu:
        return []
    debut = (page - 1) * PAR_PAGE
    with fichier.apercu.open("rb") as flux:
        prefixe = SORTS[sort].encode()
        brutes = (brute[1:] for brute in flux if brute[:1] == prefixe)
        lues = [json.loads(brute) for brute in islice(brutes, debut, debut + PAR_PAGE)]
    noms = _names_pointed_at(modele, lues)
    return [
        LigneLue(
            lue["n"],
            lue["cle"],
            [_change(modele, change, noms) for change in lue.get("d", [])],
            [(colonne, message) for colonne, message in lue.get("e", [])],
            lue.get("notes", []),
        )
        for lue in lues
    ]


def _names_pointed_at(modele: type[Model], lues: Iterable[dict[str, Any]]) -> dict[Any, str]:
    """{(model, key): its name} of every row that the changes point at, a query per model."""
    cles: dict[type[Model], set[Any]] = {}
    for lue in lues:
        for nom, avant, apres in lue.get("d", []):
            champ = field_of(modele, nom)
            if champ is not None and champ.is_relation and not champ.many_to_many:
                cles.setdefault(champ.related_model, set()).update({avant, apres} - {None})
    return {
        (vise, cle): str(objet)
        for vise, pks in cles.items()
        for cle, objet in vise._default_manager.in_bulk(pks).items()
    }


def _change(modele: type[Model], change: list[Any], noms: dict[Any, str]) -> Changement:
    nom, avant, apres = change
    champ = field_of(modele, nom)
    libelle = str(getattr(champ, "verbose_name", nom))
    return Changement(libelle, _in_words(champ, avant, noms), _in_words(champ, apres, noms))


def _in_words(champ: Any, valeur: Any, noms: dict[Any, str]) -> str:
    if valeur is None or valeur == "":
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        return ", ".join(_in_words(champ, partie, noms) for partie in valeur)
    if champ is not None and champ.is_relation:
        return noms.get((champ.related_model, valeur), str(valeur))
    base = getattr(champ, "base_field", champ)
    return str(dict(getattr(base, "flatchoices", None) or []).get(valeur, valeur))


def count_of(fichier: ImportFichier, sort: str) -> int:
    return {
        "refusees": fichier.refuses,
        "modifiees": fichier.modifies,
        "creees": fichier.crees,
    }[sort]


def pages_of(fichier: ImportFichier, sort: str) -> Iterator[int]:
    return iter(range(1, -(-count_of(fichier, sort) // PAR_PAGE) + 1))
