"""Backups: the database and the reports' files in one encrypted archive (docs/sauvegardes.md).

Not among the names of `reporting.services`: only the commands need this, no page and no worker.
"""

from reporting.services.sauvegarde.cles import new_key, read_private, read_public
from reporting.services.sauvegarde.ecriture import write_backup
from reporting.services.sauvegarde.erreurs import SauvegardeImpossible
from reporting.services.sauvegarde.restauration import restore_backup, verify_backup
from reporting.services.sauvegarde.rotation import rotate_backups

__all__ = [
    "SauvegardeImpossible",
    "new_key",
    "read_private",
    "read_public",
    "restore_backup",
    "rotate_backups",
    "verify_backup",
    "write_backup",
]
