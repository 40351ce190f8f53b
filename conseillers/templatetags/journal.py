"""`{% load journal %}`: the story of one row, on its own page of the admin."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Model

from conseillers.selectors.journal import Recherche, search_journal
from conseillers.selectors.recits import Recit, tell_evenements

register = template.Library()
DERNIERS = 50


@register.simple_tag(takes_context=True)
def histoire_de(context: dict[str, Any], objet: Model) -> list[Recit]:
    """The last changes of this row, newest first."""
    recherche = Recherche(modele=objet._meta.label_lower, cle=str(objet.pk))
    evenements = search_journal(context["request"].user, recherche, {})
    return tell_evenements(evenements[:DERNIERS])
