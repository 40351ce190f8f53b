"""Apply the table of retention (conseillers.conservation): every night, or by hand."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from conseillers.conservation import MOIS_SECURITE, REGLES, Regle, il_y_a
from conseillers.enums import EtatImport
from conseillers.models import ImportFichier, PassageConservation, Utilisateur
from conseillers.services import (
    anonymise_candidatures,
    forget_comptes,
    forget_courriels,
    forget_exports,
    forget_sessions,
    purge_securite,
)
from permanences.services import (
    forget_auteurs,
    forget_changements,
    forget_conseillers,
    forget_relances,
)
from reporting.services.imports import GARDE_FICHIER, GARDE_REJETS, sweep_imports

logger = logging.getLogger(__name__)


def _candidatures(*, jour: dt.date, simulation: bool) -> int:
    return len(anonymise_candidatures(jour=jour, simulation=simulation))


def _securite(*, jour: dt.date, simulation: bool) -> int:
    return purge_securite(avant=il_y_a(MOIS_SECURITE, jour), simulation=simulation)


def _imports(*, jour: dt.date, simulation: bool) -> int:
    """The minute's sweep does the same: here it is counted."""
    maintenant = timezone.now()
    attendent = ImportFichier.objects.filter(
        etat=EtatImport.A_CONFIRMER, envoye_le__lt=maintenant - GARDE_FICHIER
    )
    effaces = ImportFichier.objects.a_effacer(envoye_avant=maintenant - GARDE_REJETS)
    nombre = (attendent | effaces).count()
    if not simulation:
        sweep_imports()
    return nombre


APPLICATIONS: dict[str, Callable[..., int]] = {
    "candidatures": _candidatures,
    "comptes": forget_comptes,
    "conseillers": forget_conseillers,
    "seances": forget_auteurs,
    "courriels": forget_courriels,
    "relances": forget_relances,
    "exports": forget_exports,
    "securite": _securite,
    "sessions": forget_sessions,
    "imports": _imports,
    "coop": forget_changements,
}


@dataclass(frozen=True)
class Effet:
    """What a rule did, or would do; `echec`: it stopped, and undid all of its own."""

    regle: Regle
    lignes: int
    echec: str = ""


def apply_conservation(
    *, jour: dt.date, codes: Iterable[str] = (), simulation: bool = False
) -> list[Effet]:
    """Each rule on its own: one that fails stops none of the others."""
    choisis = set(codes) or set(APPLICATIONS)
    return [
        _apply(regle, jour, simulation)
        for regle in REGLES
        if regle.code in choisis and regle.code in APPLICATIONS
    ]


def _apply(regle: Regle, jour: dt.date, simulation: bool) -> Effet:
    try:
        lignes = APPLICATIONS[regle.code](jour=jour, simulation=simulation)
    except Exception as erreur:  # told, and tried again the next night
        logger.exception("Retention rule %s failed", regle.code)
        return Effet(regle, 0, type(erreur).__name__)
    if not simulation:
        _note(regle, lignes)
    return Effet(regle, lignes)


@transaction.atomic
def _note(regle: Regle, lignes: int) -> None:
    passage, _ = PassageConservation.objects.select_for_update().get_or_create(regle=regle.code)
    passage.passe_le = timezone.now()
    if lignes:
        passage.agi_le, passage.lignes = passage.passe_le, lignes
        passage.total += lignes
        logger.warning("Retention rule %s: %d row(s)", regle.code, lignes)
    passage.save()


@dataclass(frozen=True)
class LigneConservation:
    """A rule as its page shows it: what it would do tonight, when it last passed."""

    regle: Regle
    attendent: int | None
    passage: PassageConservation | None


def table_de_conservation(*, utilisateur: Utilisateur, jour: dt.date) -> list[LigneConservation]:
    passages = {p.regle: p for p in PassageConservation.objects.visible_to(utilisateur)}
    effets = {e.regle.code: e for e in apply_conservation(jour=jour, simulation=True)}
    return [
        LigneConservation(
            regle,
            effets[regle.code].lignes if regle.code in effets else None,
            passages.get(regle.code),
        )
        for regle in REGLES
    ]
