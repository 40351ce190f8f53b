"""What both fuzzers share: a request whose writes are forgotten, and what came of all of them.

`fuzz_pages` asks the pages and their forms, `fuzz_api` the API from its schema; `bench/fuzz.py`
asks both for as many requests as wanted, `test_fuzz.py` for a few hundred.
"""

from __future__ import annotations

import logging
import random
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings as reglages
from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

RACINE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Constat:
    adresse: str
    role: str
    cause: str
    requete: str
    rejouer: str
    trace: str = ""

    def __str__(self) -> str:
        return (
            f"{self.adresse} ({self.role}) : {self.cause}\n"
            f"  {self.requete}\n  rejouer : {self.rejouer}\n{self.trace}"
        )


@dataclass
class Recolte:
    """Every request counted; one finding for each cause at each address."""

    graine: int
    statuts: Counter[tuple[str, str]] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    constats: dict[tuple[str, str], Constat] = field(default_factory=dict)
    # What the schema says otherwise than the answer: told, but no failure of the service.
    ecarts: Counter[str] = field(default_factory=Counter)

    @property
    def requetes(self) -> int:
        return self.statuts.total()

    def count(self, adresse: str, role: str, statut: int) -> None:
        self.statuts[adresse, f"{statut // 100}xx"] += 1
        self.roles[role] += 1

    def fail(
        self, adresse: str, role: str, requete: str, essais: int, erreur: Exception | None
    ) -> None:
        self.count(adresse, role, 500)
        cause, trace = told(erreur) if erreur else ("réponse 5xx sans exception", "")
        rejouer = (
            f".venv/bin/python bench/fuzz.py --graine {self.graine} "
            f'--adresse "{adresse}" --essais {essais}'
        )
        constat = Constat(adresse, role, cause, requete[:1500], rejouer, trace)
        self.constats.setdefault((adresse, cause.partition(":")[0] + trace[-200:]), constat)


def told(erreur: BaseException) -> tuple[str, str]:
    """(what, where in our code)."""
    pile = traceback.extract_tb(erreur.__traceback__)
    lignes = [
        f"    {Path(f.filename).relative_to(RACINE)}:{f.lineno} {f.name}"
        for f in pile
        if Path(f.filename).is_relative_to(RACINE)
        and ".venv" not in f.filename
        and "/tests/" not in f.filename
    ]
    derniere = f"    {pile[-1].filename}:{pile[-1].lineno} {pile[-1].name}" if pile else ""
    texte = str(erreur).replace("\x00", "\\0")[:300]
    return f"{type(erreur).__name__}: {texte}", "\n".join([*lignes[-4:], derniere])


@contextmanager
def forgotten() -> Iterator[None]:
    """What is written inside is forgotten; what the end of its transaction refuses is not.

    The cache too: a limit of sign-ins that is reached answers 429, and reads nothing more.
    """
    cache.clear()
    mail.outbox = []
    with transaction.atomic():
        yield
        connection.check_constraints()
        transaction.set_rollback(True)


@contextmanager
def quiet() -> Iterator[None]:
    """Thousands of refusals would each be a line."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def session_of(personne: Any) -> str:
    from django.test import Client

    client = Client()
    client.force_login(personne)
    return client.cookies[reglages.SESSION_COOKIE_NAME].value


def try_many(
    essai: Callable[[Any], None], quoi: SearchStrategy[Any], nombre: int, *graine: Any
) -> None:
    """`nombre` draws, the same for the same `graine`; nothing is remembered between two runs."""

    @seed(random.Random(repr(graine)).getrandbits(64))
    @settings(
        max_examples=nombre,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(quoi)
    def tries(tirage: Any) -> None:
        essai(tirage)

    if nombre > 0:
        tries()
