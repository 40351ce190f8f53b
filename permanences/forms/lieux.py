"""The choice of a lieu d’accueil: one's own first, then all the others by commune."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django import forms

from conseillers.models import Utilisateur
from permanences.models import LieuAccueil
from permanences.selectors import conseiller as selectors


def nommer_lieu(lieu: LieuAccueil) -> str:
    """« Mairie de Brûlon », « Salle des fêtes (Brûlon) »."""
    commune = str(lieu.commune) if lieu.commune else lieu.code_insee
    return lieu.nom if commune in lieu.nom else f"{lieu.nom} ({commune})"


class LieuField(forms.ModelChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(LieuAccueil.objects.none(), **options)

    def list_lieux(
        self,
        utilisateur: Utilisateur,
        garde: int | None = None,
        habituels: Callable[[], set[int]] | None = None,
    ) -> None:
        """Lieux open to the programme, and `garde` whatever became of it; read when drawn."""
        # With what a séance copies of its lieu.
        self.queryset = LieuAccueil.objects.visible_to(utilisateur).select_related("commune__epci")
        siens = habituels or (lambda: selectors.lieux_habituels(utilisateur))
        self.choices = cache(lambda: self._groupes(utilisateur, garde, siens()))

    def _groupes(self, utilisateur: Utilisateur, garde: int | None, siens: set[int]) -> list[Any]:
        miens: list[tuple[int, str]] = []
        autres: list[tuple[int, str]] = []
        for lieu in selectors.lieux_ouverts(utilisateur, garde=garde):
            (miens if lieu.pk in siens or lieu.pk == garde else autres).append(
                (lieu.pk, nommer_lieu(lieu))
            )
        groupes = [("Mes lieux", miens), ("Tous les autres lieux", autres)]
        return [("", self.empty_label), *(g for g in groupes if g[1])]
