"""The whole demonstration in order: one transaction for the data, then the reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from conseillers.enums import Role, TypeStructure
from conseillers.models import Poste, Structure, Utilisateur
from permanences.models import Seance
from reporting.demo.activite import Programme, create_activite
from reporting.demo.animation import create_animation
from reporting.demo.calendrier import Calendrier
from reporting.demo.candidatures import create_candidatures
from reporting.demo.fermetures import announce_fermetures
from reporting.demo.financements import create_financements
from reporting.demo.histoires import Embauches
from reporting.demo.imports import create_imports
from reporting.demo.la_coop import LaCoop, la_coop_of
from reporting.demo.lieux import create_lieux
from reporting.demo.passations import create_passations
from reporting.demo.personnes import MARQUE_COURRIEL, create_comptes
from reporting.demo.plan import create_creneaux, create_fermetures
from reporting.demo.rapports import create_rapports
from reporting.demo.relances import create_relances
from reporting.demo.reseau import (
    MARQUE_SIRET,
    create_postes,
    create_structures,
    read_territoire,
)
from reporting.demo.suivi import create_corrections, create_courriels
from reporting.enums import Figure
from reporting.models import Cible
from territoires.enums import Porte
from territoires.journal import entree
from territoires.models import Commune

Suivi = Callable[[str], None]


class BaseOccupee(Exception):
    """Real posts or séances are here: nothing fictitious may be mixed with them."""


class DejaLa(Exception):
    """The demonstration was made already."""


class TerritoiresAbsents(Exception):
    """`load_territoires` comes first."""


def seed(
    *, aujourd_hui: dt.date, nombre_mois: int, suivi: Suivi, exemples: Path | None = None
) -> None:
    """Fill an empty database. Raises BaseOccupee, DejaLa, TerritoiresAbsents, RapportImpossible.

    `exemples`: where to leave the file that a visitor may import.
    """
    _refuse_base_occupee()
    if not Commune.objects.exists():
        raise TerritoiresAbsents
    dates = Calendrier(aujourd_hui, nombre_mois)
    comptes, la_coop = _create_donnees(dates, suivi)
    if comptes:
        create_corrections(dates, comptes)
        try:
            par = str(comptes[Role.GESTIONNAIRE].pk)
            with entree(Porte.ADMIN, "admin:reporting_mois_acte", par):
                create_rapports(dates, comptes, suivi)
        finally:
            # Last, since a report says when La Coop was last read; even where a PDF failed, since
            # these séances are nowhere else.
            if la_coop:
                la_coop.come_in(comptes, suivi)
                if exemples and la_coop.envoyees:
                    la_coop.leave_export(exemples)
        create_courriels(comptes)
        create_imports(comptes)


def _refuse_base_occupee() -> None:
    reels = Poste.objects.exclude(structure__siret__startswith=MARQUE_SIRET).exists()
    anonymes = Q(auteur=None) | ~Q(auteur__courriel__endswith=MARQUE_COURRIEL)
    if reels or Seance.objects.filter(anonymes).exists():
        raise BaseOccupee
    if Poste.objects.exists():
        raise DejaLa


@transaction.atomic
def _create_donnees(
    dates: Calendrier, suivi: Suivi
) -> tuple[dict[str, Utilisateur], LaCoop | None]:
    suivi("Employeurs, postes et conseillers fictifs…")
    territoire = read_territoire()
    structures = create_structures(territoire)
    postes = create_postes(territoire, structures, dates)
    comptes = create_comptes(_employeur(postes))
    embauches = Embauches(dates, comptes.get(Role.CONSEILLER))
    histoires = {h.poste.numero: h for h in embauches.histoires(postes)}
    la_coop = la_coop_of(histoires, dates, comptes)
    create_financements(postes, dates)
    create_animation(histoires, territoire, dates)
    create_candidatures(histoires, territoire, postes, dates, comptes.get(Role.GESTIONNAIRE))
    _create_cibles(dates)
    suivi("Lieux et créneaux…")
    lieux = create_lieux(territoire, postes)
    creneaux = create_creneaux(lieux, postes, dates)
    fermetures = create_fermetures(lieux, postes, dates)
    suivi(f"Activité de {dates.nombre} mois…")
    nombre = create_activite(Programme(dates, territoire, histoires, creneaux, fermetures, la_coop))
    announce_fermetures(dates, comptes.get(Role.GESTIONNAIRE))
    create_relances(histoires.values(), dates)
    create_passations(dates)
    suivi(f"{len(postes)} postes, {len(creneaux)} créneaux, {nombre} séances.")
    return comptes, la_coop


def _employeur(postes: list[Poste]) -> Structure:
    """The employer whose referent has an account: an EPCI, else the last partner."""
    epcis = [p.structure for p in postes if p.structure.type == TypeStructure.EPCI]
    return (epcis or [postes[-1].structure])[0]


def _create_cibles(dates: Calendrier) -> None:
    """Targets, so that the reports show some; the programme's own figures are not touched."""
    for figure, valeur in (
        (Figure.POSTES_POURVUS, 28),
        (Figure.TAUX_TENUE, "0.9"),
        (Figure.POPULATION_A_10_KM, "0.95"),
        (Figure.PARTICIPATIONS, 1500),
    ):
        Cible.objects.get_or_create(
            figure=figure,
            depuis=dates.debut,
            defaults={"valeur": valeur, "source": "Cible fictive de la démonstration"},
        )
