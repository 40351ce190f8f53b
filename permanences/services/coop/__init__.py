"""La Coop comes in: one batch, one match, one undo at a time."""

from permanences.services.coop.annulation import Consequences, cancel_import, consequences_of
from permanences.services.coop.cycle import (
    fail_import_coop,
    finish_import_coop,
    open_run,
)
from permanences.services.coop.ecriture import write_comptes_rendus
from permanences.services.coop.enregistrement import Resultat
from permanences.services.coop.fichier import (
    abandon_import_coop,
    confirm_import_coop,
    fail_reading,
    keep_lecture,
    preview_import_coop,
    preview_lines,
    sweep_imports_coop,
    write_import_coop,
)
from permanences.services.coop.mediateurs import note_mediateurs
from permanences.services.coop.passage import advisor_named
from permanences.services.coop.reglages import retry_set_aside, settle_lieu, settle_mediateur

__all__ = [
    "Consequences",
    "Resultat",
    "abandon_import_coop",
    "advisor_named",
    "cancel_import",
    "confirm_import_coop",
    "consequences_of",
    "fail_import_coop",
    "fail_reading",
    "finish_import_coop",
    "keep_lecture",
    "note_mediateurs",
    "open_run",
    "preview_import_coop",
    "preview_lines",
    "retry_set_aside",
    "settle_lieu",
    "settle_mediateur",
    "sweep_imports_coop",
    "write_comptes_rendus",
    "write_import_coop",
]
