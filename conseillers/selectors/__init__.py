"""Reading across posts, people and money."""

from conseillers.selectors.occupation import (
    PosteOccupe,
    jours,
    occupation,
    occupation_of,
    vacant_depuis,
)

__all__ = ["PosteOccupe", "jours", "occupation", "occupation_of", "vacant_depuis"]
