"""What the forms of the money type: euros as people write them, dates, a document."""

from __future__ import annotations

from typing import Any

from django import forms

from territoires.typographie import format_nombre

_ESPACES = str.maketrans("", "", " \u00a0\u202f€")


class MontantField(forms.DecimalField):
    """« 12 500,50 » as well as « 12500.50 »."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "montant"}
        options.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(max_digits=11, decimal_places=2, **options)
        self.error_messages["invalid"] = "Écrivez un montant en euros, par exemple 12 500,50."
        self.error_messages["required"] = "Donnez un montant."

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.translate(_ESPACES).replace("−", "-").replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """What was typed is given back as it was; an amount of ours is written in French."""
        return value if value is None or isinstance(value, str) else format_nombre(value)


class JourField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**options)
        self.error_messages["required"] = "Donnez une date."


class PieceField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 200)
        super().__init__(
            help_text="Référence du document qui le prouve : avis de paiement, titre de recette, "
            "courrier.",
            **options,
        )
        self.error_messages["required"] = "Donnez la référence du document."
