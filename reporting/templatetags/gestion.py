"""`{% load gestion %}`: what the Département's pages write in French."""

from __future__ import annotations

from decimal import Decimal

from django import template

from reporting import francais

register = template.Library()


@register.filter
def euros(montant: Decimal) -> str:
    """« 1 234,50 € »."""
    return francais.euros(montant * 100)
