"""An event of the journal in words: French labels, real names, before and after.

Names are read in one query for each model that is met, whatever the number of events.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.text import capfirst

from conseillers.models import Utilisateur
from conseillers.selectors.journal import modeles_du_journal, type_d_objet
from territoires.enums import NatureEvenement
from territoires.models import Evenement
from territoires.models.journal import NON_CONSERVEE
from territoires.typographie import format_nombre

Noms = dict[type[models.Model], dict[str, str]]
# What names a row that is gone, from its own last values.
_NOMMANTS = ("nom", "intitule", "titre", "reference", "code", "courriel", "numero", "rang")


@dataclass(frozen=True)
class Ecart:
    champ: str
    avant: str
    apres: str


@dataclass(frozen=True)
class Recit:
    """`existe`: the row is still there, and its page can be opened."""

    evenement: Evenement
    qui: str
    type_objet: str
    objet: str
    existe: bool
    ecarts: list[Ecart]


def tell_evenements(evenements: Iterable[Evenement]) -> list[Recit]:
    evenements = list(evenements)
    connus = modeles_du_journal()
    noms = _names(evenements, connus)
    return [_tell(evenement, connus, noms) for evenement in evenements]


def _tell(evenement: Evenement, connus: dict[str, type[models.Model]], noms: Noms) -> Recit:
    model = connus.get(evenement.modele)
    nom = noms[model].get(evenement.objet) if model else None
    return Recit(
        evenement=evenement,
        qui=_person(evenement, noms),
        type_objet=type_d_objet(model) if model else evenement.modele,
        objet=nom or _former_name(evenement),
        existe=nom is not None,
        ecarts=list(_changes(evenement, _fields(model), noms)),
    )


def _person(evenement: Evenement, noms: Noms) -> str:
    if evenement.utilisateur_id is None:
        return ""
    cle = str(evenement.utilisateur_id)
    return noms[Utilisateur].get(cle) or f"Compte n° {cle}, supprimé"


def _former_name(evenement: Evenement) -> str:
    if evenement.nature != NatureEvenement.MODIFICATION:
        valeurs = evenement.valeurs
        prenom = valeurs.get("prenom")
        for champ in _NOMMANTS:
            if (valeur := valeurs.get(champ)) and valeur != NON_CONSERVEE:
                return f"{prenom} {valeur}" if prenom and champ == "nom" else str(valeur)
    return f"n° {evenement.objet}"


# --- The changes ----------------------------------------------------------------------------


def _fields(model: type[models.Model] | None) -> dict[str, Any]:
    """{column: field}, in the order of the model; a many-to-many by its name."""
    if model is None:
        return {}
    colonnes = {field.column: field for field in model._meta.concrete_fields}
    return colonnes | {field.name: field for field in model._meta.many_to_many}


def _changes(evenement: Evenement, champs: dict[str, Any], noms: Noms) -> Iterable[Ecart]:
    ordre = {colonne: rang for rang, colonne in enumerate(champs)}
    for colonne in sorted(evenement.valeurs, key=lambda c: (ordre.get(c, len(ordre)), c)):
        champ = champs.get(colonne)
        if champ is not None and champ.primary_key and champ.auto_created:
            continue
        avant, apres = _sides(evenement, colonne)
        yield Ecart(
            capfirst(str(champ.verbose_name)) if champ else colonne,
            _worded(champ, avant, noms),
            _worded(champ, apres, noms),
        )


def _sides(evenement: Evenement, colonne: str) -> tuple[Any, Any]:
    valeur = evenement.valeurs[colonne]
    match evenement.nature:
        case NatureEvenement.CREATION:
            return None, valeur
        case NatureEvenement.SUPPRESSION:
            return valeur, None
    return valeur[0], valeur[1]


def _worded(champ: Any, valeur: Any, noms: Noms) -> str:
    """A value as people read it; empty for none."""
    if valeur is None or valeur == "" or valeur == []:
        return ""
    if valeur == NON_CONSERVEE:
        return "non conservé"
    if champ is None:
        return str(valeur)
    if champ.is_relation:
        return noms[champ.related_model].get(str(valeur), f"n° {valeur}")
    if isinstance(champ, ArrayField) and isinstance(valeur, list):
        return ", ".join(_worded(champ.base_field, une, noms) for une in valeur)
    if champ.flatchoices:
        return str(dict(champ.flatchoices).get(valeur, valeur))
    return _plain(champ, valeur)


def _plain(champ: Any, valeur: Any) -> str:
    match champ:
        case models.BooleanField():
            return "oui" if valeur else "non"
        case models.DateTimeField():
            instant = parse_datetime(str(valeur))
            return f"{timezone.localtime(instant):%d/%m/%Y à %H:%M}" if instant else str(valeur)
        case models.DateField():
            jour = parse_date(str(valeur))
            return f"{jour:%d/%m/%Y}" if jour else str(valeur)
        case models.TimeField():
            heure = parse_time(str(valeur))
            return f"{heure:%H:%M}" if heure else str(valeur)
        case models.DecimalField():
            return format_nombre(valeur)
        case models.FloatField():
            return str(valeur).replace(".", ",")
    return str(valeur)


# --- The names ------------------------------------------------------------------------------


def _names(evenements: Sequence[Evenement], connus: dict[str, type[models.Model]]) -> Noms:
    cles: dict[type[models.Model], set[str]] = defaultdict(set)
    for evenement in evenements:
        if evenement.utilisateur_id is not None:
            cles[Utilisateur].add(str(evenement.utilisateur_id))
        model = connus.get(evenement.modele)
        if model is None:
            continue
        cles[model].add(evenement.objet)
        for colonne, champ in _fields(model).items():
            if champ.is_relation and colonne in evenement.valeurs:
                vues = (v for v in _sides(evenement, colonne) if v not in (None, NON_CONSERVEE))
                cles[champ.related_model].update(str(v) for v in vues)
    noms: Noms = defaultdict(dict)
    for model, voulues in cles.items():
        noms[model] = _names_of(model, voulues)
    return noms


def _names_of(model: type[models.Model], cles: set[str]) -> dict[str, str]:
    """{key: name}; what the name of a row is made of comes in the same query, less the large."""
    relations = ["", *(f"{nom}__" for nom in _relations(model))]
    lourds = [
        f"{chemin}{champ.name}"
        for chemin in relations
        for champ in _target(model, chemin)._meta.concrete_fields
        if isinstance(champ, models.JSONField | models.TextField)
    ]
    lignes = model._base_manager.filter(pk__in=cles).select_related(*_relations(model))
    return {str(ligne.pk): str(ligne) for ligne in lignes.defer(*lourds)}


def _relations(model: type[models.Model]) -> list[str]:
    """The foreign keys of a model, and theirs: a name goes no further."""
    relations = []
    for champ in _foreign_keys(model):
        relations.append(champ.name)
        relations += [f"{champ.name}__{c.name}" for c in _foreign_keys(champ.related_model)]
    return relations


def _foreign_keys(model: Any) -> list[Any]:
    return [champ for champ in model._meta.concrete_fields if champ.is_relation]


def _target(model: Any, chemin: str) -> Any:
    for nom in filter(None, chemin.split("__")):
        model = model._meta.get_field(nom).related_model
    return model
