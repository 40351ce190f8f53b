"""The acts on a poste, in the few words of their tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from conseillers.models import Affectation, Conseiller, Poste
from conseillers.selectors import occupation
from permanences import services
from permanences.enums import SortCreneau
from permanences.selectors.passation import Destin, Destins
from permanences.selectors.plan import plan_entre

NOVEMBRE, DECEMBRE = dt.date(2026, 11, 30), dt.date(2026, 12, 31)
GARDER = Destins()
TERMINER = Destins(Destin(SortCreneau.TERMINER))


def leaves(affectation: Affectation, jour: dt.date, destins: Destins = GARDER, **plus: Any) -> Any:
    return services.record_depart(
        affectation=affectation, dernier_jour=jour, destins=destins, **plus
    )


def arrives(poste: Poste, jour: dt.date, destins: Destins = GARDER, **champs: Any) -> Affectation:
    personne = champs.pop(
        "conseiller", Conseiller(prenom="Lou", nom="Neuve", courriel="Lou.Neuve@exemple.fr")
    )
    nouvelle = Affectation(
        poste=poste, conseiller=personne, date_debut=jour, **{"type_contrat": "CDD", **champs}
    )
    return services.welcome_conseiller(affectation=nouvelle, destins=destins)


def states(premier: dt.date, dernier: dt.date) -> dict[dt.date, tuple[str, str]]:
    plan = plan_entre(premier, dernier, postes=occupation(premier, dernier))
    return {o.date: (o.etat, o.motif) for o in plan}


def said(refus: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(refus.value.messages).replace("\u00a0", " ")
