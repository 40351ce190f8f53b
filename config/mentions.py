"""What belongs to the instance and to nobody else: who publishes, hosts and answers."""

from __future__ import annotations

from django.conf import settings

# {variable of the environment: what it says, as the legal pages and the checks name it}
MENTIONS = {
    "EDITEUR": "le nom et l’adresse de l’éditeur, avec un téléphone",
    "DIRECTEUR_PUBLICATION": "le directeur ou la directrice de la publication",
    "HEBERGEUR": "le nom, l’adresse et le téléphone de l’hébergeur",
    "CONTACT_DPO": "l’adresse du délégué à la protection des données",
    "CONTACT_ACCESSIBILITE": "l’adresse à qui signaler un défaut d’accessibilité",
    "CONTACT_SECURITE": "l’adresse à qui signaler une faille de sécurité",
}


def mention(nom: str) -> str:
    return settings.MENTIONS.get(nom, "").strip()


def manquantes() -> list[str]:
    return [nom for nom in MENTIONS if not mention(nom)]


def lien(contact: str) -> str:
    """`mailto:` before an address, a page as it is; empty for anything else (a telephone…)."""
    if contact.startswith(("https://", "mailto:")):
        return contact
    return f"mailto:{contact}" if "@" in contact and " " not in contact else ""
