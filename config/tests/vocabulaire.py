"""The words of the access rules: roles, outcomes, and what they make together.

Outcomes: `ok` (200, or 201), `redirige` (to another page of the service), `connexion` (asked
to sign in), `interdit` (403), `absent` (404: not there, or not for this role), `methode` (405),
`refus` (400, 422: the right to write, but nothing valid was sent).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ANONYME, FERME = "anonyme", "ferme"
ROLES = (
    ANONYME, FERME, "prefecture", "employeur", "employeur_voisin", "conseiller_voisin",
    "conseillere", "direction", "gestionnaire",
)  # fmt: skip
SANS_COMPTE = (ANONYME, FERME)
# One of each kind, for what is long to ask.
ROLES_API = (ANONYME, "gestionnaire", "conseillere", "employeur", "prefecture")


def pour(reste: str, sans_compte: str = "connexion", **roles: str) -> dict[str, str]:
    """{role: outcome}: those named, the signed-in others (`reste`), those who are not."""
    cellules = {role: sans_compte if role in SANS_COMPTE else reste for role in ROLES}
    for role, issue in roles.items():
        for membre in GROUPES.get(role, (role,)):
            cellules[membre] = issue
    return cellules


GROUPES = {
    "personnel": ("direction", "gestionnaire"),
    "conseillers": ("conseillere", "conseiller_voisin"),
    "employeurs": ("employeur", "employeur_voisin"),
}


@dataclass(frozen=True)
class Regle:
    get: dict[str, str]
    post: dict[str, str]
    arguments: tuple[Any, ...] = ()


def tous(issue: str) -> dict[str, str]:
    return dict.fromkeys(ROLES, issue)
