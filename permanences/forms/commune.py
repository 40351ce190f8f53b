"""A commune typed by hand: its name, its INSEE code, or « Brûlon (72050) » from the list."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from territoires.models import Commune
from territoires.text import sort_key

_CODE = re.compile(r"\b(\d[\dAB]\d{3})\b", re.IGNORECASE)


class CommuneField(forms.CharField):
    """Gives the INSEE code as typed or found; the service judges and modernises it."""

    default_error_messages = {
        "inconnue": "« %(texte)s » n’est pas une commune connue ici. Vérifiez l’orthographe, ou "
        "écrivez son code INSEE (cinq caractères).",
        "plusieurs": "Plusieurs communes répondent à « %(texte)s » : %(noms)s. Écrivez le code "
        "INSEE de la bonne.",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=120, **options)
        self.widget.attrs |= {"list": "communes", "autocomplete": "off"}

    def clean(self, value: Any) -> str:
        texte = super().clean(value)
        code = _CODE.search(texte)
        if not texte or (code and Commune.objects.filter(code=code[1].upper()).exists()):
            return code[1].upper() if code else ""
        return self._named(texte) if not code else self._coded(code[1].upper())

    def _coded(self, code: str) -> str:
        """A postal code, or an INSEE code that only the service knows (old, elsewhere)."""
        par_code_postal = Commune.objects.actuelles().filter(codes_postaux__contains=[code])
        return self._only(list(par_code_postal), code) if par_code_postal else code

    def _named(self, texte: str) -> str:
        return self._only(list(Commune.objects.actuelles().filter(nom_tri=sort_key(texte))), texte)

    def _only(self, communes: list[Commune], texte: str) -> str:
        if len(communes) == 1:
            return communes[0].code
        noms = ", ".join(f"{c.nom} ({c.code})" for c in communes)
        code = "plusieurs" if communes else "inconnue"
        raise ValidationError(
            self.error_messages[code], code=code, params={"texte": texte, "noms": noms}
        )
