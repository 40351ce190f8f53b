"""What `manage.py check` says of the legal pages, before a visitor reads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from config.accessibilite import DeclarationIllisible, read_declaration
from config.mentions import MENTIONS, lien, manquantes, mention


@register(deploy=True)
def mentions_renseignees(
    app_configs: Sequence[Any] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The service starts without them, and its pages say so: a warning, not an error."""
    return [
        Warning(
            f"{nom} n’est pas défini : les pages légales diront qu’il manque {MENTIONS[nom]}.",
            hint=f"Définissez {nom} dans l’environnement (docs/mentions.md).",
            id="conseillers.W001",
        )
        for nom in manquantes()
    ]


@register(deploy=True)
def contact_de_securite_lisible(
    app_configs: Sequence[Any] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    contact = mention("CONTACT_SECURITE")
    if not contact or lien(contact):
        return []
    return [
        Warning(
            f"CONTACT_SECURITE ({contact}) n’est ni une adresse de courriel ni une page https : "
            "/.well-known/security.txt n’existera pas.",
            hint="Donnez securite@exemple.fr ou https://exemple.fr/signaler.",
            id="conseillers.W002",
        )
    ]


@register(deploy=True)
def coop_entiere(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Half a key is no key, and a key in clear is everybody's: the exchange would stay off."""
    phrases = []
    if bool(settings.COOP_CLIENT_ID) != bool(settings.COOP_CLIENT_SECRET):
        phrases.append("L’échange avec La Coop est éteint : sa clé n’a qu’une de ses deux parties.")
    if settings.COOP_CLIENT_ID and not settings.COOP_URL.startswith("https://"):
        phrases.append("COOP_URL ne commence pas par https:// : l’échange avec La Coop échouera.")
    return [
        Warning(phrase, hint="Voyez docs/la-coop-api.md.", id="conseillers.W003")
        for phrase in phrases
    ]


@register()
def declaration_lisible(
    app_configs: Sequence[Any] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """An unreadable file would be replaced by ours, on every page, without anybody knowing."""
    try:
        read_declaration(Path(settings.DECLARATION_ACCESSIBILITE))
    except DeclarationIllisible as erreur:
        return [Error(f"Déclaration d’accessibilité : {erreur}", id="conseillers.E001")]
    return []
