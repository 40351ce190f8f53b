"""Acts on the accounts, the money, the recruitment, the network and the messages."""

from conseillers.services.comptes import (
    PHRASE_DERNIER_GESTIONNAIRE,
    close_compte,
    delete_compte,
    open_compte,
    save_compte,
)
from conseillers.services.courriels import (
    PieceJointe,
    deliver_waiting,
    forget_destinataire,
    render_courriel,
    resend_courriel,
    send_courriel,
)
from conseillers.services.financements import (
    add_avenant,
    plan_versement,
    postpone_versement,
    receive_versement,
    record_reversement,
    settle_convention,
)
from conseillers.services.labels import attest_label
from conseillers.services.listes import choose_columns, forget_columns, record_export
from conseillers.services.recrutement import (
    Effacement,
    anonymise_candidatures,
    delete_candidature,
    hold_retenue,
    mark_recrutee,
    move_candidature,
    undo_etape,
)
from conseillers.services.reseau import (
    PHRASE_ANNULEE,
    Envoi,
    cancel_rencontre,
    note_presences,
    preview_invitation,
    save_rencontre,
    send_invitations,
)

__all__ = [
    "PHRASE_ANNULEE",
    "PHRASE_DERNIER_GESTIONNAIRE",
    "Effacement",
    "Envoi",
    "PieceJointe",
    "add_avenant",
    "anonymise_candidatures",
    "attest_label",
    "cancel_rencontre",
    "choose_columns",
    "close_compte",
    "delete_candidature",
    "delete_compte",
    "deliver_waiting",
    "forget_columns",
    "forget_destinataire",
    "hold_retenue",
    "mark_recrutee",
    "move_candidature",
    "note_presences",
    "open_compte",
    "plan_versement",
    "postpone_versement",
    "preview_invitation",
    "receive_versement",
    "record_export",
    "record_reversement",
    "render_courriel",
    "resend_courriel",
    "save_compte",
    "save_rencontre",
    "send_courriel",
    "send_invitations",
    "settle_convention",
    "undo_etape",
]
