"""No secret in the repository: private keys, tokens of known forms, passwords in addresses."""

from __future__ import annotations

import re
import subprocess

import pytest
from django.conf import settings

FORMES = {
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{40}",
    "age identity": r"AGE-SECRET-KEY-1[A-Z0-9]{50}",
    "token of our API": r"cnj_[0-9a-f]{8}_[\w-]{43}",
    "GitHub": r"\bgh[pousr]_[A-Za-z0-9]{36}",
    "GitLab": r"\bglpat-[A-Za-z0-9_-]{20}",
    "AWS": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "Google": r"\bAIza[A-Za-z0-9_-]{35}",
    "Slack": r"\bxox[abprs]-[A-Za-z0-9-]{20}",
    "Stripe": r"\b[rs]k_live_[A-Za-z0-9]{20}",
    "PyPI": r"\bpypi-[A-Za-z0-9_-]{50}",
    "npm": r"\bnpm_[A-Za-z0-9]{36}",
    "JWT": r"\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}",
    "Django's first key": r"django-insecure-[^'\"\s{]{40}",
    "password in an address": r"\b(?:postgres(?:ql)?|rediss?|smtps?|amqp)://[^\s:/@'\"]+:[^\s:/@'\"{$]{8,}@(?!localhost)",
}


def tracked() -> list[str]:
    liste = subprocess.check_output(["git", "ls-files", "-z"], cwd=settings.BASE_DIR, text=True)
    return [nom for nom in liste.split("\0") if nom]


def secrets_in(texte: str) -> list[str]:
    return [nom for nom, forme in FORMES.items() if re.search(forme, texte)]


def test_no_tracked_file_holds_a_secret() -> None:
    trouves = {}
    for nom in tracked():
        chemin = settings.BASE_DIR / nom
        if chemin.is_file() and (vus := secrets_in(chemin.read_text(errors="replace"))):
            trouves[nom] = vus
    assert trouves == {}


def test_no_file_that_is_made_to_hold_secrets_is_tracked() -> None:
    noms = re.compile(r"(^|/)(\.env(\..*)?|.*\.(pem|key|p12|pfx|age)|id_(rsa|ed25519)|cle.*\.txt)$")
    assert [nom for nom in tracked() if noms.search(nom)] == []


# Written in two halves: this file is tracked too.
EXEMPLES = {
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "MIIEow" * 10,
    "age identity": "AGE-SECRET-" + "KEY-1" + "Q" * 58,
    "GitHub": "ghp" + "_" + "a1" * 18,
    "AWS": "AKIA" + "ABCDEFGH12345678",
    "JWT": "eyJ" + "a" * 30 + ".eyJ" + "b" * 30 + "." + "c" * 30,
    "password in an address": "postgresql://service:" + "motdepasse9@base.exemple.fr/x",
}


@pytest.mark.parametrize("nom", EXEMPLES)
def test_the_scanner_sees_one_when_there_is_one(nom: str) -> None:
    assert secrets_in(f"x = '{EXEMPLES[nom]}'") == [nom]
