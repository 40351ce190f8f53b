"""The keys, in the age format: the public one encrypts, the private one alone opens again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import pyrage

from reporting.services.sauvegarde.erreurs import SauvegardeImpossible

PRIVEE = "AGE-SECRET-KEY-"
Publique: TypeAlias = Any  # pyrage tells no types
Privee: TypeAlias = Any


def new_key() -> tuple[str, str]:
    """(what the key's file holds, as age-keygen writes it; the public key)."""
    privee = pyrage.x25519.Identity.generate()
    publique = str(privee.to_public())
    return f"# public key: {publique}\n{privee}\n", publique


def read_public(textes: Iterable[str]) -> list[Publique]:
    lues = []
    for texte in filter(None, (texte.strip() for texte in textes)):
        if texte.upper().startswith(PRIVEE):
            raise SauvegardeImpossible(
                "SAUVEGARDE_CLE_PUBLIQUE contient une clé privée : retirez-la d’ici, elle ne doit "
                "pas être sur ce serveur. Mettez la clé publique, qui commence par « age1 »."
            )
        try:
            lues.append(pyrage.x25519.Recipient.from_str(texte))
        except pyrage.RecipientError as erreur:
            raise SauvegardeImpossible(
                f"« {texte} » n’est pas une clé publique : elle commence par « age1 » "
                "(SAUVEGARDE_CLE_PUBLIQUE)."
            ) from erreur
    if not lues:
        raise SauvegardeImpossible(
            "Aucune clé pour chiffrer la sauvegarde : créez-en une avec « manage.py "
            "new_backup_key FICHIER », puis mettez sa clé publique dans SAUVEGARDE_CLE_PUBLIQUE."
        )
    return lues


def read_private(contenu: str) -> list[Privee]:
    """The keys of an identity file; comments are skipped, as age does."""
    if "age-encryption.org" in contenu[:40] or "BEGIN AGE" in contenu[:40]:
        raise SauvegardeImpossible(
            "Ce fichier de clé est lui-même protégé par une phrase : ouvrez-le d’abord, "
            "« age -d cle.age | … CLE=- » (docs/sauvegardes.md)."
        )
    lignes = [ligne.strip() for ligne in contenu.splitlines()]
    try:
        lues = [
            pyrage.x25519.Identity.from_str(ligne)
            for ligne in lignes
            if ligne and not ligne.startswith("#")
        ]
    except pyrage.IdentityError as erreur:
        raise SauvegardeImpossible(
            "Ce fichier de clé n’est pas lisible : on y attend une ligne « AGE-SECRET-KEY-… »."
        ) from erreur
    if not lues:
        raise SauvegardeImpossible("Ce fichier de clé est vide.")
    return lues
