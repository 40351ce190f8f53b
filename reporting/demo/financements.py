"""Conventions of both phases, their lines per poste, their instalments."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import groupby

from conseillers.enums import Phase, Sens
from conseillers.models import (
    Convention,
    ConventionLigne,
    CoutPoste,
    Poste,
    Structure,
    Versement,
)
from conseillers.services import attest_label
from permanences.calendrier import mois_decale
from reporting.demo.calendrier import Calendrier
from reporting.demo.histoires import RENDU
from reporting.demo.reseau import COORDINATEUR

# Subsidy of a poste of a public employer (domaine: 50,000 €, then 17,500 + 12,500 + 12,500 €).
MONTANTS = {Phase.V1: Decimal(50_000), Phase.V2: Decimal(42_500)}
DUREES = {Phase.V1: 24, Phase.V2: 36}
TRANCHES = {
    Phase.V1: ((0, Decimal("0.2")), (6, Decimal("0.3")), (12, Decimal("0.5"))),
    Phase.V2: ((0, Decimal(7) / 17), (12, Decimal(5) / 17), (24, Decimal(5) / 17)),
}
# This employer went on without the State when its first convention ended.
SANS_RENOUVELLEMENT = 26
# Rank of the employer whose cost nobody knows yet.
SANS_COUT = 5
# Days since the attestations of an employer: the last one valid, about to expire, over, none.
LABELS = ((470, 110), (330,), (285,), (402,), (), (20,), (150,))


def create_financements(postes: list[Poste], dates: Calendrier) -> None:
    """One convention per structure and phase: nobody's money is counted twice."""
    tries = sorted(postes, key=lambda p: (p.structure_id, p.numero))
    for rang, (structure, groupe) in enumerate(groupby(tries, key=lambda p: p.structure)):
        siens = list(groupe)
        _phase(Phase.V1, structure, siens, dates.il_y_a(61), dates, rang)
        renouveles = [p for p in siens if p.numero != SANS_RENOUVELLEMENT]
        if renouveles:
            # They end one after the other, the first ones within a few weeks.
            debut = dates.il_y_a(35 - rang % 12)
            _phase(Phase.V2, structure, renouveles, debut, dates, rang)
        _cout(structure, siens, dates, rang)
        _labels(structure, dates, rang)


def _phase(
    phase: Phase,
    structure: Structure,
    postes: list[Poste],
    debut: dt.date,
    dates: Calendrier,
    rang: int,
) -> None:
    fin = mois_decale(debut, DUREES[phase]) - dt.timedelta(days=1)
    soldee = phase == Phase.V1 and rang % 4 != 3
    convention = Convention.objects.create(
        reference=f"DEMO-{phase}-{rang + 1:02d}",
        structure=structure,
        phase=phase,
        date_debut=debut,
        date_fin=fin,
        date_solde=mois_decale(fin, 5) if soldee else None,
    )
    ConventionLigne.objects.bulk_create(
        ConventionLigne(
            convention=convention,
            poste=poste,
            date_effet=max(debut, poste.date_attribution),
            montant=MONTANTS[phase],
            bonification=7_500 if phase == Phase.V2 and poste.numero % 5 == 0 else 0,
        )
        for poste in postes
    )
    _versements(convention, len(postes), dates, soldee)
    if phase == Phase.V2:
        _avenant(convention, postes, dates)


def _versements(convention: Convention, nombre: int, dates: Calendrier, soldee: bool) -> None:
    """Instalments come about six weeks late; the last one waits for the justifications."""
    phase = Phase(convention.phase)
    versements = []
    for rang, (mois, taux) in enumerate(TRANCHES[phase], start=1):
        prevue = mois_decale(convention.date_debut, mois) + dt.timedelta(days=14)
        recue = prevue + dt.timedelta(days=45)
        en_attente = rang == 3 and phase == Phase.V1 and not soldee
        if en_attente:
            # Postponed until the justifications were sent: now it is late.
            prevue = dates.il_y_a(1, 6)
        recu = not en_attente and recue <= dates.aujourd_hui
        versements.append(
            Versement(
                convention=convention,
                rang=rang,
                montant=round(MONTANTS[phase] * nombre * taux, 2),
                date_prevue=prevue,
                date_recue=recue if recu else None,
                piece=f"Avis de paiement {recue:%Y-%m}, n° {convention.pk}{rang}" if recu else "",
            )
        )
    Versement.objects.bulk_create(versements)
    _bonification(convention)


def _bonification(convention: Convention) -> None:
    """The supplement comes once the second phase is over, and is still to be paid."""
    gardees = convention.lignes.filter(poste__date_rendu__isnull=True)
    total = sum(ligne.bonification for ligne in gardees)
    if total:
        Versement.objects.create(
            convention=convention,
            rang=len(TRANCHES[Phase.V2]) + 1,
            montant=total,
            date_prevue=mois_decale(convention.date_fin, 2) + dt.timedelta(days=14),
        )


def _avenant(convention: Convention, postes: list[Poste], dates: Calendrier) -> None:
    """The poste that was given back: a negative line, and part of the money returned."""
    for poste in postes:
        if poste.numero != RENDU or not poste.date_rendu:
            continue
        retrait = Decimal(12_500)
        ConventionLigne.objects.create(
            convention=convention, poste=poste, date_effet=poste.date_rendu, montant=-retrait
        )
        Versement.objects.create(
            convention=convention,
            rang=len(TRANCHES[Phase.V2]) + 2,
            montant=Decimal(5_000),
            sens=Sens.REVERSEMENT,
            date_prevue=dates.il_y_a(2, 15),
            date_recue=dates.il_y_a(1, 20),
            piece="Titre de recette, poste rendu",
        )


def _cout(structure: Structure, postes: list[Poste], dates: Calendrier, rang: int) -> None:
    """A full year’s cost per employer, raised this year; one employer has given none."""
    if rang == SANS_COUT:
        return
    base = Decimal(35_400 + 650 * (rang % 7))
    annee = dates.aujourd_hui.year
    for depuis, hausse in ((dt.date(annee - 2, 1, 1), 0), (dt.date(annee, 1, 1), 900)):
        CoutPoste.objects.create(
            structure=structure,
            depuis=depuis,
            montant_annuel=base + hausse,
            source="Budget primitif (fictif)",
        )
    for poste in postes:
        if poste.numero in (COORDINATEUR, SANS_RENOUVELLEMENT):
            CoutPoste.objects.create(
                poste=poste,
                depuis=dt.date(annee - 1, 1, 1),
                montant_annuel=base + 4_250,
                source="Bulletin de paie (fictif)",
            )


def _labels(structure: Structure, dates: Calendrier, rang: int) -> None:
    """Valid, about to expire, over, never asked for: one employer after the other."""
    il_y_a = LABELS[rang % len(LABELS)]
    for jours in il_y_a:
        attest_label(
            structure=structure,
            atteste_le=dates.aujourd_hui - dt.timedelta(days=jours),
            reference=f"Attestation sur l’honneur, {structure.nom}"[:200],
        )
