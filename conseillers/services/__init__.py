"""Acts on the accounts, the money, the recruitment and the network."""

from conseillers.services.comptes import PHRASE_DERNIER_GESTIONNAIRE, delete_compte, save_compte
from conseillers.services.recrutement import (
    Effacement,
    anonymise_candidatures,
    move_candidature,
    recruit_candidature,
    undo_etape,
)

__all__ = [
    "PHRASE_DERNIER_GESTIONNAIRE",
    "Effacement",
    "anonymise_candidatures",
    "delete_compte",
    "move_candidature",
    "recruit_candidature",
    "save_compte",
    "undo_etape",
]
