"""La Coop comes in: one batch, one match, one undo at a time."""

from permanences.services.coop.annulation import Consequences, cancel_import, consequences_of
from permanences.services.coop.cycle import (
    fail_import_coop,
    finish_import_coop,
    hold_run,
    release_run,
    start_import_coop,
)
from permanences.services.coop.ecriture import write_comptes_rendus
from permanences.services.coop.enregistrement import Resultat
from permanences.services.coop.mediateurs import note_mediateurs
from permanences.services.coop.reglages import retry_set_aside, settle_lieu, settle_mediateur

__all__ = [
    "Consequences",
    "Resultat",
    "cancel_import",
    "consequences_of",
    "fail_import_coop",
    "finish_import_coop",
    "hold_run",
    "note_mediateurs",
    "release_run",
    "retry_set_aside",
    "settle_lieu",
    "settle_mediateur",
    "start_import_coop",
    "write_comptes_rendus",
]
