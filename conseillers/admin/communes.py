"""A commune typed by hand in the admin: its name or its INSEE code, with the list under it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from territoires.models import Commune
from territoires.selectors import CodeInseeRefuse, resolve_code_insee
from territoires.text import sort_key

_CODE = re.compile(r"\b(\d[\dAB]\d{3})\b", re.IGNORECASE)


class CommuneWidget(forms.TextInput):
    """The names of the département come with the page: no script, no other request."""

    template_name = "admin/recrutement/commune.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        liste = f"{(attrs or {}).get('id') or f'id_{name}'}_communes"
        contexte = super().get_context(name, value, (attrs or {}) | {"list": liste})
        contexte["liste"] = liste
        contexte["communes"] = Commune.objects.actuelles().values_list("nom", flat=True)
        return contexte


class CommuneField(forms.CharField):
    """Gives the current INSEE code; empty for nothing."""

    widget = CommuneWidget(attrs={"autocomplete": "off"})
    default_error_messages = {
        "inconnue": "« %(texte)s » n’est pas une commune connue ici. Vérifiez l’orthographe, ou "
        "écrivez son code INSEE (cinq caractères).",
        "plusieurs": "Plusieurs communes répondent à « %(texte)s » : %(noms)s. Écrivez le code "
        "INSEE de la bonne.",
    }

    def __init__(self, *, connue: bool = False, **options: Any) -> None:
        """`connue`: another département's code, which has no page here, is refused."""
        self.connue = connue
        options.setdefault("max_length", 120)
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        commune = Commune.objects.filter(pk=value).first() if value else None
        return f"{commune.nom} ({commune.code})" if commune else value

    def clean(self, value: Any) -> str:
        texte = super().clean(value)
        if not texte:
            return ""
        code = _CODE.search(texte)
        return self._coded(code[1].upper(), texte) if code else self._named(texte)

    def _coded(self, code: str, texte: str) -> str:
        try:
            trouve = resolve_code_insee(code)
        except CodeInseeRefuse as erreur:
            raise ValidationError(str(erreur)) from erreur
        if self.connue and trouve.commune is None:
            raise ValidationError(self.error_messages["inconnue"], params={"texte": texte})
        return trouve.code

    def _named(self, texte: str) -> str:
        communes = list(Commune.objects.actuelles().filter(nom_tri=sort_key(texte)))
        if len(communes) == 1:
            return communes[0].code
        noms = ", ".join(f"{c.nom} ({c.code})" for c in communes)
        raise ValidationError(
            self.error_messages["plusieurs" if communes else "inconnue"],
            params={"texte": texte, "noms": noms},
        )
