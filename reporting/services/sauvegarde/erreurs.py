"""What a backup says when it cannot be done."""

from __future__ import annotations

import errno

DISQUE_PLEIN = {errno.ENOSPC, errno.EDQUOT}
CAUSES = {
    errno.ENOENT: "il n’existe pas",
    errno.EACCES: "ce compte n’en a pas le droit",
    errno.EROFS: "ce disque ne s’écrit pas",
    errno.EISDIR: "c’est un dossier",
}


class SauvegardeImpossible(Exception):
    """A sentence in French for whoever typed the command, or reads the mail of the calendar."""


def cause_of(erreur: BaseException) -> str:
    """pyrage hands an error of the system over as words: EncryptError('OSError: [Errno 28]…')."""
    numeros = {getattr(erreur, "errno", None)}
    if numeros & DISQUE_PLEIN or any(f"[Errno {n}]" in str(erreur) for n in DISQUE_PLEIN):
        return "le disque est plein"
    numero = getattr(erreur, "errno", None) or 0
    return CAUSES.get(numero) or getattr(erreur, "strerror", None) or str(erreur)
