"""Searching the journal: who, when, what, through which door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.text import capfirst

from conseillers.models import Utilisateur
from territoires.models import Evenement

# The one table of millions: a word is not looked for in its values.
SEANCES = "permanences.seance"


@dataclass(frozen=True)
class Recherche:
    """What is asked of the journal; empty: everything. `cle`: the very row, with `modele`."""

    texte: str = ""
    modele: str = ""
    cle: str = ""
    nature: str = ""
    porte: str = ""
    compte: int | None = None
    sans_compte: bool = False
    du: dt.date | None = None
    au: dt.date | None = None


def modeles_du_journal() -> dict[str, type[Model]]:
    """{« conseillers.poste »: model} of all that is noted, by French name."""
    notes = {
        model._meta.label_lower: model
        for model in apps.get_models()
        if any(
            trigger.name == "journal_creation" for trigger in getattr(model._meta, "triggers", [])
        )
    }
    return dict(sorted(notes.items(), key=lambda paire: type_d_objet(paire[1]).lower()))


def type_d_objet(model: type[Model]) -> str:
    """« Lieu d’accueil »."""
    return capfirst(str(model._meta.verbose_name))


def search_journal(
    utilisateur: Utilisateur, recherche: Recherche, trouves: Mapping[str, Sequence[str]]
) -> QuerySet[Evenement]:
    """Newest first. `trouves`: {model: keys} of today's rows that `texte` names."""
    evenements: QuerySet[Evenement] = Evenement.objects.visible_to(utilisateur)
    for champ in ("modele", "nature", "porte"):
        if valeur := getattr(recherche, champ):
            evenements = evenements.filter(**{champ: valeur})
    if recherche.cle:
        evenements = evenements.filter(objet=recherche.cle)
    if recherche.sans_compte:
        evenements = evenements.filter(utilisateur_id__isnull=True)
    elif recherche.compte:
        evenements = evenements.filter(utilisateur_id=recherche.compte)
    if recherche.du:
        evenements = evenements.filter(le__date__gte=recherche.du)
    if recherche.au:
        evenements = evenements.filter(le__date__lte=recherche.au)
    if recherche.texte:
        evenements = _named(evenements, recherche, trouves)
    return evenements.order_by("-le", "-pk")


def _named(
    evenements: QuerySet[Evenement], recherche: Recherche, trouves: Mapping[str, Sequence[str]]
) -> QuerySet[Evenement]:
    """By key, by today's name, or by a value of then: a deleted row has no other name.

    Séances are named by their date and nature: found when their type is asked for, by key.
    """
    nomme = Q(objet=recherche.texte)
    for modele, cles in trouves.items():
        nomme |= Q(modele=modele, objet__in=cles)
    if recherche.modele == SEANCES:
        return evenements.filter(nomme)
    evenements = evenements.exclude(modele=SEANCES)
    valeurs = evenements.alias(_valeurs=Cast("valeurs", TextField()))
    return valeurs.filter(nomme | Q(_valeurs__icontains=recherche.texte))
