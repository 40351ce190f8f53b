"""Checks over the two sources of séances, typed here and brought from La Coop; 4 queries."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from permanences.selectors.doubles import paires_probables
from permanences.selectors.imports_coop import conseillers_sans_import
from reporting.selectors.contexte import Contexte
from reporting.selectors.verifications.base import AVERTISSEMENT, Verification, of_list


def checks_of_sources(c: Contexte) -> Iterator[Verification]:
    yield _doubles(c)
    yield _without_import(c)


def _doubles(c: Contexte) -> Verification:
    """Those on which nobody has decided yet."""
    paires = paires_probables(debut=c.mois, fin=c.dernier)
    return of_list(
        "double_entre_sources",
        "Doubles possibles : une séance saisie et une de La Coop qui se ressemblent",
        AVERTISSEMENT,
        [f"{p.date:%d/%m/%Y} : {p.certitude} ({', '.join(p.raisons)})" for p in paires],
        (cle for p in paires for cle in (p.saisie, p.coop)),
    )


def _without_import(c: Contexte) -> Verification:
    """Named for staff alone; of a month that is over, else no import could be later."""
    sans = conseillers_sans_import(c.mois, c.dernier) if c.dernier < timezone.localdate() else []
    return of_list(
        "coop_sans_import",
        "Conseillers sur La Coop sans import depuis la fin du mois",
        AVERTISSEMENT,
        [str(conseiller) for conseiller in sans],
        (conseiller.pk for conseiller in sans),
    )
