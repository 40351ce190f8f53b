"""`{% load seances %}`: the answers of a séance in words."""

import datetime as dt
from collections.abc import Collection

from django import template

from permanences import recurrence
from permanences.annonces import format_heures
from permanences.enums import GROUPES, Materiel, Thematique
from permanences.models import Creneau, Seance
from permanences.models.mois import premier_du_mois

register = template.Library()


@register.filter
def thematiques(seance: Seance) -> str:
    return ", ".join(Thematique(t).label for t in seance.thematiques)


@register.filter
def precisions(seance: Seance) -> list[tuple[str, str]]:
    """(heading, answer) of the optional questions that were answered."""
    lignes = [
        ("Matériel", ", ".join(Materiel(m).label for m in seance.materiel)),
        ("Autonomie", seance.get_autonomie_display()),
        ("Niveau", seance.get_niveau_display()),
        ("Orientation", seance.get_orientation_display()),
    ]
    for titre, (prefixe, liste) in zip(("Âge", "Genre", "Statut"), GROUPES, strict=True):
        nombres = [
            f"{libelle}\u202f: {getattr(seance, f'{prefixe}_{valeur}')}"
            for valeur, libelle in liste.choices
            if getattr(seance, f"{prefixe}_{valeur}")
        ]
        lignes.append((titre, ", ".join(nombres)))
    return [(titre, texte) for titre, texte in lignes if texte]


@register.filter
def dans_un_mois_de(seance: Seance, mois: Collection[dt.date]) -> bool:
    return premier_du_mois(seance.date) in mois


@register.filter
def rythme(creneau: Creneau) -> str:
    """« tous les mardis, 9 h – 12 h »."""
    return f"{recurrence.phrase(creneau.regle, creneau.date_debut)}, {plage(creneau)}"


@register.filter
def plage(creneau: Creneau) -> str:
    """« 9 h – 12 h »."""
    return format_heures(creneau.heure_debut, creneau.heure_fin)
