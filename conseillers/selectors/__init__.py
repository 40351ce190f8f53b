"""Reading across posts, people and money."""

from conseillers.selectors.animation import animation_du_reseau
from conseillers.selectors.occupation import (
    PosteOccupe,
    jours,
    occupation,
    occupation_of,
    vacant_depuis,
)

__all__ = [
    "PosteOccupe",
    "animation_du_reseau",
    "jours",
    "occupation",
    "occupation_of",
    "vacant_depuis",
]
