"""The life of a month: close, freeze, render, transmit, correct (contrat/rapports.md, 2)."""

from reporting.services.cloture import (
    ClotureRefusee,
    build_provisoires,
    close_mois,
    fingerprint,
    month_alone,
)
from reporting.services.conservation import (
    Effet,
    apply_conservation,
    table_de_conservation,
)
from reporting.services.export import files_of_month
from reporting.services.imports import (
    abandon_import,
    confirm_import,
    fail_import,
    read_import,
    receive_fichier,
    sweep_imports,
    write_import,
)
from reporting.services.personne import hand_over
from reporting.services.reimpression import Reimpression, reprint_rapport
from reporting.services.relances import relance_du_jour, relance_mois, tell_departement
from reporting.services.rendu import SILENCE_MAX, relance_rapport, render_rapport
from reporting.services.transmission import (
    open_rectification,
    receive_rapport,
    record_telechargement,
    reopen_mois,
    transmit_mois,
)

__all__ = [
    "SILENCE_MAX",
    "ClotureRefusee",
    "Effet",
    "Reimpression",
    "abandon_import",
    "apply_conservation",
    "build_provisoires",
    "close_mois",
    "confirm_import",
    "fail_import",
    "files_of_month",
    "fingerprint",
    "hand_over",
    "month_alone",
    "open_rectification",
    "read_import",
    "receive_fichier",
    "receive_rapport",
    "record_telechargement",
    "relance_du_jour",
    "relance_mois",
    "relance_rapport",
    "render_rapport",
    "reopen_mois",
    "reprint_rapport",
    "sweep_imports",
    "table_de_conservation",
    "tell_departement",
    "transmit_mois",
    "write_import",
]
