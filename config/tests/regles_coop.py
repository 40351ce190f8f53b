"""The access rules of La Coop's pages (config.tests.regles)."""

from __future__ import annotations

from config.tests.vocabulaire import Regle, pour

_LECTURE = pour("interdit", personnel="ok")
_GESTION = pour("interdit", gestionnaire="ok")
_ACTE = pour("interdit", gestionnaire="redirige")
_LU_SEULEMENT = pour("interdit", personnel="methode")
_CONSEILLERS = pour("interdit", conseillers="ok")


def _mine(issue_get: str, issue_post: str) -> Regle:
    """The example is Nadia's own import: her colleague is told that it does not exist."""
    absent = {"conseiller_voisin": "absent"}
    cellules = [
        pour("methode") if issue == "methode" else pour("interdit", conseillere=issue, **absent)
        for issue in (issue_get, issue_post)
    ]
    return Regle(cellules[0], cellules[1], ("importcoop",))


MODELES_COOP = {
    "permanences.importcoop": "lecture",
    "permanences.compterenducoop": "lecture",
    "permanences.lieucoop": "lecture",
    "permanences.mediateurcoop": "lecture",
    "permanences.changementcoop": "lecture",
}
COOP = {
    "admin:permanences_coop": Regle(_LECTURE, _GESTION),
    "admin:permanences_coop_import": Regle(_LECTURE, _LU_SEULEMENT, ("importcoop",)),
    "admin:permanences_coop_confirmer": Regle(_LU_SEULEMENT, _ACTE, ("importcoop",)),
    "admin:permanences_coop_abandonner": Regle(_LU_SEULEMENT, _ACTE, ("importcoop",)),
    "admin:permanences_coop_annuler": Regle(_GESTION, _ACTE, ("importcoop",)),
    # Without a place nor a médiateur, nothing is there to settle.
    "admin:permanences_coop_lieux": Regle(_LECTURE, pour("interdit", gestionnaire="absent")),
    "admin:permanences_coop_mediateurs": Regle(_LECTURE, pour("interdit", gestionnaire="absent")),
    "permanences:coop": Regle(_CONSEILLERS, _CONSEILLERS),
    "permanences:coop_import": _mine("ok", "methode"),
    "permanences:coop_confirmation": _mine("methode", "redirige"),
    "permanences:coop_abandon": _mine("methode", "redirige"),
    "permanences:coop_annulation": _mine("ok", "redirige"),
}
