"""Three months closed, drawn and transmitted; the last one waits to be closed by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from conseillers.enums import Role
from conseillers.models import Utilisateur
from permanences.enums import Canal
from permanences.models import Seance
from permanences.models.mois import du_mois
from reporting import services
from reporting.demo.calendrier import Calendrier
from reporting.demo.seances import compose_seance
from reporting.models import Rapport
from territoires.enums import Porte
from territoires.journal import entree

MOIS_TRANSMIS = 3
MOTIF = "Vérifié avec les employeurs (démonstration)"


def create_rapports(
    dates: Calendrier, comptes: dict[str, Utilisateur], suivi: Callable[[str], None]
) -> None:
    """The months before last month, newest last; two séances of one come too late."""
    mois_clos = dates.mois_revolus[:-1][-MOIS_TRANSMIS:]
    for mois in mois_clos:
        suivi(f"Rapports {du_mois(mois)}…")
        _transmit(mois, comptes)
    if mois_clos:
        _create_retards(mois_clos[-1], dates)
        suivi(f"Rapports {du_mois(mois_clos[0])}, version 2…")
        _create_retards(mois_clos[0], dates)
        services.open_rectification(
            mois=mois_clos[0],
            utilisateur=comptes[Role.GESTIONNAIRE],
            motif="Deux séances retrouvées après la clôture (démonstration)",
        )
        _transmit(mois_clos[0], comptes)
    # The newest one waits for the Préfecture's « Reçu ».
    for mois in mois_clos[:-1]:
        _receive(mois, comptes)


class RapportImpossible(Exception):
    """A PDF could not be drawn: the data are there, its month stays closed and not sent."""


def _transmit(mois: dt.date, comptes: dict[str, Utilisateur]) -> None:
    """Raises RapportImpossible; the report's row then says why."""
    rapports = services.close_mois(
        mois=mois, utilisateur=comptes[Role.GESTIONNAIRE], motif_avertissements=MOTIF
    )
    for rapport in rapports:
        try:
            services.render_rapport(pk=rapport.pk)
        except Exception as erreur:
            raise RapportImpossible(f"{rapport} : {erreur}") from erreur
    direction = comptes[Role.DIRECTION]
    with entree(Porte.ADMIN, "admin:reporting_mois_acte", str(direction.pk)):
        services.transmit_mois(mois=mois, utilisateur=direction)


def _receive(mois: dt.date, comptes: dict[str, Utilisateur]) -> None:
    prefecture = comptes[Role.PREFECTURE]
    with entree(Porte.FORMULAIRE, "rapports:recu", str(prefecture.pk)):
        for rapport in Rapport.objects.du_mois(mois).definitifs():
            services.receive_rapport(rapport=rapport, utilisateur=prefecture)


def _create_retards(mois: dt.date, dates: Calendrier) -> None:
    """Two forgotten séances of a closed month: accepted, marked, listed in the next report."""
    modele = Seance.objects.comptees().filter(date__gte=mois).select_related("poste", "auteur")
    seance = modele.order_by("date", "pk").first()
    if seance and seance.poste and seance.auteur:
        hasard = dates.hasard("retard", mois)
        retards = [
            compose_seance(hasard, seance.poste, seance.auteur, seance.date, canal=Canal.A_DISTANCE)
            for _ in range(2)
        ]
        for retard in retards:
            retard.hors_delai = True
            retard.saisie_le = dates.aujourd_hui
        Seance.objects.bulk_create(retards)
