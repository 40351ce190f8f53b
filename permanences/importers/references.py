"""Sentences for a code of a file that points nowhere, and the months' locks during an import."""

import datetime as dt

from permanences.models import Creneau, Mois
from permanences.models.mois import hold_mois, premier_du_mois


def lieu_inconnu(code: str) -> str:
    return f"aucun lieu n’a le code {code} : importez d’abord le fichier « lieux »."


def creneau_inconnu(code: str) -> str:
    return f"aucun créneau n’a le code {code} : importez d’abord le fichier « creneaux »."


class MoisTenus:
    """Months met by a file: each is held (shared) at first sight, so that none closes during
    the import, and asked once.
    """

    def __init__(self) -> None:
        self._clotures: dict[dt.date, dt.datetime | None] = {}

    def closed_since(self, jour: dt.date) -> dt.datetime | None:
        """When the month of `jour` was closed; None while it is open."""
        mois = premier_du_mois(jour)
        if mois not in self._clotures:
            hold_mois(mois)
            clos = Mois.objects.clos().filter(premier_jour=mois).values_list("clos_le", flat=True)
            self._clotures[mois] = clos.first()
        return self._clotures[mois]


class Creneaux:
    """Every créneau in memory, and the dates already asked."""

    def __init__(self) -> None:
        self.par_code = {
            creneau.code: creneau for creneau in Creneau.objects.select_related("poste")
        }
        self._dates: dict[tuple[int, dt.date], bool] = {}

    def takes_place(self, creneau: Creneau, jour: dt.date) -> bool:
        cle = (creneau.pk, jour)
        if cle not in self._dates:
            self._dates[cle] = creneau.a_lieu_le(jour)
        return self._dates[cle]
