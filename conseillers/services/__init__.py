"""Acts on the accounts, the money, the recruitment, the network and the messages."""

from conseillers.services.alertes import watch_securite
from conseillers.services.comptes import (
    PHRASE_DERNIER_GESTIONNAIRE,
    close_compte,
    close_sessions,
    delete_compte,
    invite_compte,
    open_compte,
    reset_second_facteur,
    save_compte,
    send_mot_de_passe,
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
from conseillers.services.securite import (
    note_connexion_refusee,
    note_porte_close,
    note_securite,
    purge_securite,
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
    "close_sessions",
    "delete_candidature",
    "delete_compte",
    "deliver_waiting",
    "forget_columns",
    "forget_destinataire",
    "hold_retenue",
    "invite_compte",
    "mark_recrutee",
    "move_candidature",
    "note_connexion_refusee",
    "note_porte_close",
    "note_presences",
    "note_securite",
    "open_compte",
    "plan_versement",
    "postpone_versement",
    "preview_invitation",
    "purge_securite",
    "receive_versement",
    "record_export",
    "record_reversement",
    "render_courriel",
    "resend_courriel",
    "reset_second_facteur",
    "save_compte",
    "save_rencontre",
    "send_courriel",
    "send_invitations",
    "send_mot_de_passe",
    "settle_convention",
    "undo_etape",
    "watch_securite",
]
