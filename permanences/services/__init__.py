"""Acts on the plan and on séances. One act, one function, one transaction."""

from permanences.services.doubles import keep_both, merge_seances, settle_paires, undo_double
from permanences.services.en_nombre import RefusEnNombre, move_creneaux, prolong_creneaux
from permanences.services.fermetures import close_periode, lift_acte, load_vacances
from permanences.services.ical import renew_adresse, serve_calendrier, write_calendrier_public
from permanences.services.lieux import check_lieu, close_lieu
from permanences.services.mode_saisie import change_mode_saisie, delete_mode_saisie
from permanences.services.occurrences import clear_occurrence, declare_mois, set_occurrence
from permanences.services.oubli import (
    forget_agent,
    forget_auteurs,
    forget_changements,
    forget_conseillers,
    forget_relances,
)
from permanences.services.passation import (
    change_quotite,
    change_structure,
    give_back_poste,
    record_depart,
    welcome_conseiller,
)
from permanences.services.plan import (
    cancel_periode,
    correct_creneau,
    delete_creneau,
    end_creneau,
    plan_creneau,
    restore_periode,
)
from permanences.services.rattachement import attach_seances
from permanences.services.recrutement import recruit_candidature
from permanences.services.seances import (
    attach_seance,
    delete_seance,
    est_modifiable,
    place_seance,
    poste_de,
    record_seance,
    refuse_creneau_absent,
    update_seance,
)

__all__ = [
    "RefusEnNombre",
    "attach_seance",
    "attach_seances",
    "cancel_periode",
    "change_mode_saisie",
    "change_quotite",
    "change_structure",
    "check_lieu",
    "clear_occurrence",
    "close_lieu",
    "close_periode",
    "correct_creneau",
    "declare_mois",
    "delete_creneau",
    "delete_mode_saisie",
    "delete_seance",
    "end_creneau",
    "est_modifiable",
    "forget_agent",
    "forget_auteurs",
    "forget_changements",
    "forget_conseillers",
    "forget_relances",
    "give_back_poste",
    "keep_both",
    "lift_acte",
    "load_vacances",
    "merge_seances",
    "move_creneaux",
    "place_seance",
    "plan_creneau",
    "poste_de",
    "prolong_creneaux",
    "record_depart",
    "record_seance",
    "recruit_candidature",
    "refuse_creneau_absent",
    "renew_adresse",
    "restore_periode",
    "serve_calendrier",
    "set_occurrence",
    "settle_paires",
    "undo_double",
    "update_seance",
    "welcome_conseiller",
    "write_calendrier_public",
]
