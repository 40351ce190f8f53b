"""The access rules of what concerns the source of an advisor's séances: typed here, La Coop."""

from __future__ import annotations

from config.tests.vocabulaire import Regle, pour

_LECTURE = pour("interdit", personnel="ok")
_GESTION = pour("interdit", gestionnaire="ok")
_LU_SEULEMENT = pour("interdit", personnel="methode")
_ACTE = pour("interdit", gestionnaire="redirige")

SOURCES = {
    "admin:reporting_ecart_coop": Regle(_LECTURE, _LU_SEULEMENT),
    "admin:permanences_source_changer": Regle(_GESTION, _GESTION, ("conseiller",)),
    "admin:permanences_doubles": Regle(_LECTURE, _ACTE),
    "admin:permanences_doubles_annuler": Regle(_LU_SEULEMENT, _ACTE, ("decisiondouble",)),
    # Nothing chosen: the page says so. The example is Nadia's.
    "permanences:doubles": Regle(
        pour("interdit", conseillers="ok"), pour("interdit", conseillers="redirige")
    ),
    "permanences:double_annulation": Regle(
        pour("methode"),
        pour("interdit", conseillere="redirige", conseiller_voisin="absent"),
        ("decisiondouble",),
    ),
}
