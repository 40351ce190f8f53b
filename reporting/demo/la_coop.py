"""One advisor keeps his comptes rendus in La Coop, and two exports of it are imported here.

What he does is drawn as for the others: only the door differs. It opens with the first month
that is not closed, so that no transmitted report says anything of it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.utils import timezone

from conseillers.enums import Role
from conseillers.models import Conseiller, Utilisateur
from permanences import services
from permanences.coop import LieuLu
from permanences.enums import Canal, SourceConseiller
from permanences.importers.coop import read_export
from permanences.models import Seance
from permanences.services.coop.passage import write_lecture
from reporting.demo.calendrier import Calendrier
from reporting.demo.export_coop import Activite, activite_of, write_export
from reporting.demo.histoires import POSTE_COOP, Histoire
from reporting.demo.personnes import COMPTE_COOP, create_compte_coop
from reporting.demo.reseau import COORDINATEUR
from reporting.demo.seances import compose_seance, date_saisie
from territoires.enums import Porte
from territoires.journal import entree

# The first ones since he changed, typed here as well: the doubles.
EN_DOUBLE = 4
# Where no lieu d’accueil bears this name: it waits to be settled.
LIEU_INCONNU = "Maison des associations"
AILLEURS = 3
# In the coordinator's export: his last ones, and those of a médiatrice whose name is in no list
# of names here.
INCONNUE = ("Capucine", "Passerose")
DERNIERES = 5
# In the export that is left for whoever visits: what he noted since the last import.
NOUVELLES = 4


def la_coop_of(
    histoires: dict[int, Histoire], dates: Calendrier, comptes: dict[str, Utilisateur]
) -> LaCoop | None:
    """None without its poste, or without accounts: somebody has to decide and to send."""
    histoire = histoires.get(POSTE_COOP)
    if histoire is None or not comptes:
        return None
    create_compte_coop(histoire.affectations[0].conseiller, comptes)
    return LaCoop(histoire, histoires[COORDINATEUR].affectations[0].conseiller, dates)


@dataclass
class LaCoop:
    """`seances`: never written from here, but as La Coop's exports bring them."""

    histoire: Histoire
    coordinateur: Conseiller
    dates: Calendrier
    seances: list[Seance] = field(default_factory=list)
    envoyees: list[Activite] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.conseiller = self.histoire.affectations[0].conseiller
        self.depuis = self.dates.mois_revolus[-1]

    def take(self, seances: Iterable[Seance]) -> list[Seance]:
        """Keep his; what is left is typed here."""
        ici: list[Seance] = []
        for seance in seances:
            sienne = seance.auteur == self.conseiller and seance.date >= self.depuis
            (self.seances if sienne else ici).append(seance)
        self.seances.sort(key=lambda seance: seance.date)
        return ici + self.seances[:EN_DOUBLE]

    def come_in(self, comptes: dict[str, Utilisateur], suivi: Callable[[str], None]) -> None:
        """His source is decided, then the coordinator's export comes, then his own.

        In that order, his own may be undone: nothing later has changed the same activities.
        """
        suivi("La Coop…")
        gestionnaire = comptes[Role.GESTIONNAIRE]
        with entree(Porte.ADMIN, "admin:permanences_source_changer", str(gestionnaire.pk)):
            services.change_mode_saisie(
                conseiller=self.conseiller,
                mode=SourceConseiller.COOP,
                date_debut=self.depuis,
                utilisateur=gestionnaire,
            )
        siennes = [activite_of(seance, self.conseiller) for seance in self.seances]
        if not siennes:
            return
        # He wrote it again from memory: of one double, the two durations differ.
        siennes[0] = activite_of(self.seances[0], self.conseiller, duree=self.seances[0].duree + 10)
        compte = comptes.get(COMPTE_COOP, gestionnaire)
        self._import("coordination", [*siennes[-DERNIERES:], *self._unknown()], gestionnaire)
        siennes[-1] = self._corrected()
        self.envoyees = [*siennes, *self._elsewhere()]
        self._import("mes-accompagnements", self.envoyees, compte)

    def leave_export(self, dossier: Path) -> Path:
        """His next export, to be imported by whoever visits: some new ones, one corrected."""
        seances = self._drawn("nouvelles", NOUVELLES, canal=Canal.A_DISTANCE)
        nouvelles = [activite_of(seance, self.conseiller) for seance in seances]
        siennes = [self._longer(a) if a.seance in self.seances[-2:-1] else a for a in self.envoyees]
        dossier.mkdir(parents=True, exist_ok=True)
        chemin = dossier / f"mes-accompagnements-{self.dates.aujourd_hui:%Y-%m-%d}.xlsx"
        write_export(chemin, [*siennes, *nouvelles], self.conseiller, du_conseiller=True)
        return chemin

    def _elsewhere(self) -> list[Activite]:
        """In a place that La Coop alone knows."""
        ou = next((s.lieu.commune for s in self.seances if s.lieu), None)
        if ou is None:
            return []
        lieu = LieuLu(LIEU_INCONNU, "Place du Marché", ou.nom, ou.codes_postaux[0], ou.code)
        seances = self._drawn("ailleurs", AILLEURS, commune=ou, canal=Canal.AUTRE_LIEU)
        return [activite_of(seance, self.conseiller, lieu=lieu) for seance in seances]

    def _corrected(self) -> Activite:
        """The last one, longer than the coordinator's export had it."""
        return self._longer(activite_of(self.seances[-1], self.conseiller))

    def _longer(self, activite: Activite) -> Activite:
        duree = activite.seance.duree + 15
        return replace(activite, duree=duree, modifie_le=timezone.now())

    def _unknown(self) -> list[Activite]:
        """By somebody whose name no advisor bears: ours, or not?"""
        seances = self._drawn("inconnue", DERNIERES, canal=Canal.A_DISTANCE)
        return [Activite(seance, INCONNUE) for seance in seances]

    def _drawn(self, pourquoi: str, combien: int, **champs: Any) -> list[Seance]:
        """One séance on each of his last days at work, drawn for this purpose."""
        hasard = self.dates.hasard("coop", pourquoi)
        seances = [
            compose_seance(hasard, self.histoire.poste, self.conseiller, jour, **champs)
            for jour in self._last_days(combien)
        ]
        for seance in seances:
            date_saisie(hasard, seance, self.dates.aujourd_hui)
        return seances

    def _last_days(self, combien: int) -> list[dt.date]:
        """Those on which he was at work."""
        return sorted({seance.date for seance in self.seances})[-combien:]

    def _import(self, quoi: str, activites: Sequence[Activite], par: Utilisateur) -> None:
        """As `import_coop` does; of the file itself nothing is kept."""
        du_conseiller = quoi != "coordination"
        qui = self.conseiller if du_conseiller else self.coordinateur
        with tempfile.TemporaryDirectory(prefix="coop-") as dossier:
            nom = f"{quoi}-{self.dates.aujourd_hui:%Y-%m-%d}.xlsx"
            chemin = Path(dossier) / nom
            write_export(chemin, activites, qui, du_conseiller=du_conseiller)
            write_lecture(
                lecture=read_export(chemin),
                nom_fichier=nom,
                sha256=hashlib.sha256(chemin.read_bytes()).hexdigest(),
                conseiller=self.conseiller if du_conseiller else None,
                utilisateur=par,
            )
