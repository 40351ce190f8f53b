"""Acts on the accounts, the money, the recruitment, the network and the messages."""

from conseillers.services.comptes import PHRASE_DERNIER_GESTIONNAIRE, delete_compte, save_compte
from conseillers.services.courriels import (
    PieceJointe,
    deliver_waiting,
    forget_destinataire,
    render_courriel,
    resend_courriel,
    send_courriel,
)
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
    "PieceJointe",
    "anonymise_candidatures",
    "delete_compte",
    "deliver_waiting",
    "forget_destinataire",
    "move_candidature",
    "recruit_candidature",
    "render_courriel",
    "resend_courriel",
    "save_compte",
    "send_courriel",
    "undo_etape",
]
