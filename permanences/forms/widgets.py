"""Radios and checkboxes drawn as tiles (templates/components/widgets)."""

from typing import Any

from django import forms


class TuilesRadio(forms.RadioSelect):
    template_name = "components/widgets/tuiles.html"


class TuilesCases(forms.CheckboxSelectMultiple):
    """Grouped choices: the first group is shown, each other one is folded while unused."""

    template_name = "components/widgets/tuiles_repliees.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        groupes: dict[str | None, list[dict[str, Any]]] = {}
        # Django makes one nameless group of each ungrouped choice: they belong together.
        for nom, options, _ in context["widget"]["optgroups"]:
            groupes.setdefault(nom, []).extend(options)
        context["widget"]["groupes"] = [
            {"nom": nom, "options": options, "ouvert": any(o["selected"] for o in options)}
            for nom, options in groupes.items()
        ]
        return context
