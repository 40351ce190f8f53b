"""Where each month stands: its lock, its reports, what may be done (contrat/rapports.md, 2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone

from permanences.calendrier import dernier_jour, mois_decale
from permanences.enums import StatutMois
from permanences.models import Creneau, Mois, Seance
from permanences.models.mois import du_mois, nom_du_mois, premier_du_mois
from reporting.enums import StatutRapport
from reporting.francais import FINE
from reporting.models import TRANSMIS, Rapport

# The list shows the last three years at most; older months keep their own address.
MOIS_MONTRES = 36

_ETAPES = {
    StatutRapport.FIGE: "en attente",
    StatutRapport.EN_COURS: "en cours",
    StatutRapport.ECHEC: "échec",
    StatutRapport.PRODUIT: "PDF produit",
}


def _etape(rapport: Rapport) -> str:
    return _ETAPES.get(StatutRapport(rapport.statut), rapport.get_statut_display().lower())


@dataclass(frozen=True, slots=True)
class EtatMois:
    """One month for staff. `rapports`: every version, the newest first, provisional last."""

    premier_jour: dt.date
    ligne: Mois | None = None
    rapports: list[Rapport] = field(default_factory=list)

    @property
    def nom(self) -> str:
        return nom_du_mois(self.premier_jour)

    @property
    def du_mois(self) -> str:
        """« d’octobre 2026 »."""
        return du_mois(self.premier_jour)

    @property
    def cle(self) -> str:
        """As in addresses: « 2026-10 »."""
        return f"{self.premier_jour:%Y-%m}"

    @property
    def statut(self) -> StatutMois:
        return StatutMois(self.ligne.statut) if self.ligne else StatutMois.OUVERT

    @property
    def version(self) -> int:
        return self.ligne.version if self.ligne else 0

    @property
    def clos(self) -> bool:
        return self.statut == StatutMois.CLOS

    @property
    def termine(self) -> bool:
        return dernier_jour(self.premier_jour) < timezone.localdate()

    @property
    def en_vigueur(self) -> list[Rapport]:
        """The reports of the last version closed."""
        return [r for r in self.rapports if self.version and r.version == self.version]

    @property
    def transmis(self) -> bool:
        return any(r.statut in TRANSMIS for r in self.en_vigueur)

    @property
    def transmissible(self) -> bool:
        """Closed, both PDFs drawn, nothing of this version sent yet."""
        return (
            self.clos
            and bool(self.en_vigueur)
            and all(r.statut == StatutRapport.PRODUIT for r in self.en_vigueur)
        )

    @property
    def en_production(self) -> bool:
        attendus = (StatutRapport.FIGE, StatutRapport.EN_COURS)
        return any(r.statut in attendus for r in self.rapports)

    @property
    def avancement(self) -> str:
        """What is being made, in one sentence to hear: « Rapport de couverture : produit »."""
        suivis = self.en_vigueur or self.rapports
        return ". ".join(f"{r.titre}{FINE}: {_etape(r)}" for r in suivis)

    @property
    def en_echec(self) -> bool:
        return any(r.statut == StatutRapport.ECHEC for r in self.rapports)

    @property
    def a_faire(self) -> str:
        """What staff has to do next, in a few words; empty when nothing is waited for."""
        if self.en_echec:
            return "Relancer le rapport en échec"
        if not self.clos:
            return "Clôturer" if self.termine else ""
        if self.transmissible:
            return "Lire, puis transmettre"
        return "PDF en cours" if self.en_production else ""


def etat_du_mois(mois: dt.date) -> EtatMois:
    """2 queries."""
    mois = premier_du_mois(mois)
    ligne = Mois.objects.filter(premier_jour=mois).select_related("clos_par").first()
    rapports = (
        Rapport.objects.filter(mois=mois)
        .select_related("etabli_par", "valide_par", "recu_par")
        .defer("donnees")
    )
    return EtatMois(mois, ligne, list(rapports.order_by("-version", "type")))


def mois_du_programme() -> list[EtatMois]:
    """The current month and those before it since the first fact, newest first; 4 queries."""
    courant = premier_du_mois(timezone.localdate())
    depuis = max(_premier_mois(courant), mois_decale(courant, 1 - MOIS_MONTRES))
    lignes = {m.premier_jour: m for m in Mois.objects.filter(premier_jour__gte=depuis)}
    par_mois = _by_month(
        Rapport.objects.filter(mois__gte=depuis).defer("donnees").order_by("-version", "type")
    )
    etats = []
    mois = courant
    while mois >= depuis:
        etats.append(EtatMois(mois, lignes.get(mois), par_mois.get(mois, [])))
        mois = mois_decale(mois, -1)
    return etats


def _premier_mois(courant: dt.date) -> dt.date:
    premieres = (
        Seance.objects.order_by("date").values_list("date", flat=True).first(),
        Creneau.objects.order_by("date_debut").values_list("date_debut", flat=True).first(),
    )
    return premier_du_mois(min((d for d in premieres if d), default=courant))


def _by_month(rapports: Iterable[Rapport]) -> dict[dt.date, list[Rapport]]:
    par_mois: dict[dt.date, list[Rapport]] = {}
    for rapport in rapports:
        par_mois.setdefault(rapport.mois, []).append(rapport)
    return par_mois
