"""What belongs to the instance: who publishes, hosts and answers (docs/mentions.md)."""

from pathlib import Path
from typing import Any

VARIABLES = (
    "EDITEUR", "DIRECTEUR_PUBLICATION", "HEBERGEUR",
    "CONTACT_DPO", "CONTACT_ACCESSIBILITE", "CONTACT_SECURITE",
)  # fmt: skip


def mentions_settings(env: Any, base_dir: Path) -> dict[str, Any]:
    """Empty where the environment says nothing: the pages then say so, never a name.

    The accessibility declaration that we ship is « non conforme » until an audit.
    """
    livree = base_dir / "config" / "data" / "accessibilite.toml"
    return {
        "MENTIONS": {nom: env(nom, default="") for nom in VARIABLES},
        "DECLARATION_ACCESSIBILITE": Path(env("DECLARATION_ACCESSIBILITE", default=str(livree))),
    }
