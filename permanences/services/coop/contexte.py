"""What a batch of La Coop needs to know, read once: a fixed number of queries per batch."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from conseillers.enums import RoleAffectation
from conseillers.models import Affectation, Conseiller, Poste
from permanences.coop import COMPATIBLES, CompteRendu, MediateurLu
from permanences.enums import StatutOccurrence
from permanences.models import Creneau, MediateurCoop, Mois, Occurrence, Seance
from permanences.models.mois import cle_du_mois, premier_du_mois
from permanences.selectors.doubles import DoublesRegles
from permanences.selectors.mode_saisie import ModesDeSaisie
from permanences.services.coop.lieux import LieuxConnus
from permanences.services.coop.mediateurs import note_mediateurs
from territoires.selectors import CommuneIndex


class MoisConnus:
    """The months of a batch, held (shared) together, then asked: none closes meanwhile."""

    def __init__(self, jours: Iterable[dt.date]) -> None:
        mois = sorted({premier_du_mois(jour) for jour in jours})
        if mois:
            verrous = ", ".join(["pg_advisory_xact_lock_shared(%s, %s)"] * len(mois))
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT {verrous}", [partie for jour in mois for partie in cle_du_mois(jour)]
                )
        self._clos = dict(
            Mois.objects.clos().filter(premier_jour__in=mois).values_list("premier_jour", "clos_le")
        )
        # Asked only where a month is closed: it then has one.
        self._derniere: Any = (
            Mois.objects.aggregate(le=Max("clos_le"))["le"] if self._clos else None
        )

    def est_clos(self, jour: dt.date) -> bool:
        return premier_du_mois(jour) in self._clos

    def est_figee(self, seance: Seance) -> bool:
        """Its month is closed, and it is not a late one that no clôture has counted yet."""
        if not self.est_clos(seance.date):
            return False
        return not (seance.hors_delai and seance.cree_le > self._derniere)


class Postes:
    """Which poste an advisor held a day, and which créneau of it fits: as `poste_de` does."""

    def __init__(
        self, conseillers: Iterable[int], lieux: Iterable[int], premier: dt.date, dernier: dt.date
    ) -> None:
        self._affectations: dict[int, list[Affectation]] = defaultdict(list)
        for affectation in (
            Affectation.objects.filter(conseiller__in=set(conseillers))
            .select_related("poste")
            .order_by("date_debut", "pk")
        ):
            self._affectations[affectation.conseiller_id].append(affectation)
        postes = {a.poste_id for siennes in self._affectations.values() for a in siennes}
        self._creneaux: dict[tuple[int, int], list[Creneau]] = defaultdict(list)
        for creneau in Creneau.objects.filter(poste__in=postes, lieu__in=set(lieux)).order_by("pk"):
            self._creneaux[creneau.poste_id, creneau.lieu_id].append(creneau)
        self._annulees = set(
            Occurrence.objects.filter(
                creneau__poste__in=postes,
                date__range=(premier, dernier),
                statut=StatutOccurrence.ANNULEE,
            ).values_list("creneau_id", "date")
        )
        self._dates: dict[tuple[int, dt.date], bool] = {}

    def find(
        self, conseiller: int, jour: dt.date, lieu: int | None, nature: str
    ) -> tuple[Poste | None, Creneau | None]:
        """(poste, créneau): of the postes held that day, the first that has a créneau there."""
        postes = self._held(conseiller, jour)
        for poste in postes:
            if lieu and (creneau := self._creneau(poste, lieu, jour, nature)):
                return poste, creneau
        return (postes[0], None) if postes else (None, None)

    def _held(self, conseiller: int, jour: dt.date) -> list[Poste]:
        tenues = [
            a
            for a in self._affectations[conseiller]
            if a.date_debut <= jour
            and (a.date_fin is None or jour <= a.date_fin)
            and a.poste.date_attribution <= jour
            and (a.poste.date_rendu is None or jour < a.poste.date_rendu)
        ]
        tenues.sort(key=lambda a: a.role != RoleAffectation.PRINCIPALE)
        return [a.poste for a in tenues]

    def _creneau(self, poste: Poste, lieu: int, jour: dt.date, nature: str) -> Creneau | None:
        """The only one that may have been it: two in a day, and nobody can say which.

        A date that somebody declared cancelled is left as it is.
        """
        possibles = [
            c
            for c in self._creneaux[poste.pk, lieu]
            if c.nature in COMPATIBLES[nature]
            and self._a_lieu(c, jour)
            and (c.pk, jour) not in self._annulees
        ]
        return possibles[0] if len(possibles) == 1 else None

    def _a_lieu(self, creneau: Creneau, jour: dt.date) -> bool:
        cle = (creneau.pk, jour)
        if cle not in self._dates:
            self._dates[cle] = creneau.a_lieu_le(jour)
        return self._dates[cle]


class Contexte:
    """`auteur`: the advisor whose own export it is."""

    def __init__(
        self,
        comptes_rendus: Sequence[CompteRendu],
        *,
        auteur: Conseiller | None,
        jours: Iterable[dt.date] = (),
        conseillers: Iterable[int] = (),
        seances: Iterable[int] = (),
    ) -> None:
        self.auteur = auteur
        self.ce_jour = timezone.localdate()
        self.maintenant = timezone.now()
        self.communes = CommuneIndex()
        self.lieux = LieuxConnus([c.lieu for c in comptes_rendus if c.lieu], self.communes)
        self.doubles = DoublesRegles([*seances])
        self.mediateurs = self._mediateurs({c.mediateur for c in comptes_rendus} - {""})
        dates = [c.date for c in comptes_rendus if c.date]
        self.mois = MoisConnus([*dates, *jours])
        connus = {m.conseiller_id for m in self.mediateurs.values() if m.conseiller_id}
        siens = {*connus, *conseillers, *([auteur.pk] if auteur else [])}
        self.modes = ModesDeSaisie(siens)
        self.postes = Postes(
            siens,
            self.lieux.rapproches,
            min(dates, default=self.ce_jour),
            max(dates, default=self.ce_jour),
        )

    @staticmethod
    def _mediateurs(identifiants: set[str]) -> dict[str, MediateurCoop]:
        connus = note_mediateurs([MediateurLu(identifiant) for identifiant in identifiants])
        return {mediateur.identifiant: mediateur for mediateur in connus}
