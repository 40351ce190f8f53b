"""Postes that change hands through the very acts of the screens: one part time, one departure."""

from __future__ import annotations

from conseillers.models import Affectation
from permanences import services
from permanences.calendrier import dernier_jour, mois_decale
from permanences.selectors.passation import Destins
from reporting.demo.calendrier import Calendrier

# Works four days a week since three months; leaves at the end of next month, créneaux kept.
QUOTITE, ANNONCE = 16, 14


def create_passations(dates: Calendrier) -> None:
    """Nothing is closed yet: a date of last quarter is still open."""
    for affectation in _held((QUOTITE,)):
        depuis = dates.il_y_a(min(3, dates.nombre))
        services.change_quotite(affectation=affectation, depuis=depuis, quotite=80)
    for affectation in _held((ANNONCE,)):
        services.record_depart(
            affectation=affectation,
            dernier_jour=dernier_jour(mois_decale(dates.aujourd_hui, 1)),
            destins=Destins(),
        )


def _held(numeros: tuple[int, ...]) -> list[Affectation]:
    return list(
        Affectation.objects.filter(poste__numero__in=numeros, date_fin=None).select_related(
            "poste", "conseiller"
        )
    )
