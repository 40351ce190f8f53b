"""Who held which poste: arrivals, departures, vacancies, absences, one poste given back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from conseillers.enums import RoleAffectation, TypeContrat, TypePoste
from conseillers.models import Absence, Affectation, Conseiller, Poste, Utilisateur
from permanences.calendrier import mois_decale
from reporting.demo.calendrier import Calendrier, lundi_de
from reporting.demo.personnes import create_conseiller

UN_JOUR = dt.timedelta(days=1)
POSTE_DU_COMPTE = 3
POSTE_COOP = 27
# Numbers that have a story; the other posts have one advisor all along.
DEPARTS = {4: (9, 21), 9: (7, 12), 18: (5, 45), 22: (3, 8)}  # months ago, days of vacancy
VACANTS = {7: (0, 3), 12: (5, 15), 25: (2, 10)}  # since: months ago, day
REMPLACE = 6
EXCUSE = 20
ARRIVANT = 28
RENDU = 30


@dataclass
class Histoire:
    """One poste: its holders and their absences, in memory for the days that follow."""

    poste: Poste
    affectations: list[Affectation] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)

    def presents_le(self, jour: dt.date) -> list[Conseiller]:
        """Holders at work that day, the principal one first."""
        rendu = self.poste.date_rendu
        if jour < self.poste.date_attribution or (rendu and jour >= rendu):
            return []
        absents = {a.conseiller_id for a in self.absences if a.date_debut <= jour <= a.date_fin}
        return [
            a.conseiller
            for a in sorted(self.affectations, key=lambda a: a.role)
            if a.date_debut <= jour
            and (a.date_fin is None or jour <= a.date_fin)
            and a.conseiller_id not in absents
        ]


class Embauches:
    """Hires fictitious advisors, one name after the other."""

    def __init__(self, dates: Calendrier, compte: Utilisateur | None) -> None:
        self.dates = dates
        self.compte = compte
        self.rang = 0

    def histoires(self, postes: list[Poste]) -> list[Histoire]:
        histoires = [self.histoire(poste) for poste in postes]
        Affectation.objects.bulk_create(a for h in histoires for a in h.affectations)
        for histoire in histoires:
            histoire.absences = self.absences(histoire)
        Absence.objects.bulk_create(a for h in histoires for a in h.absences)
        return histoires

    def conseiller(self, poste: Poste) -> Conseiller:
        self.rang += 1
        titulaire = poste.numero == POSTE_DU_COMPTE and self.compte
        return create_conseiller(self.rang - 1, self.compte if titulaire else None)

    def histoire(self, poste: Poste) -> Histoire:
        histoire = Histoire(poste)
        numero, dates = poste.numero, self.dates
        debut = mois_decale(poste.date_attribution, 6).replace(day=1)
        if numero in DEPARTS:
            il_y_a, vacance = DEPARTS[numero]
            depart = dates.il_y_a(il_y_a, 14)
            self.engage(histoire, debut, depart)
            self.engage(histoire, depart + dt.timedelta(days=vacance), None)
        elif numero in VACANTS:
            self.engage(histoire, debut, dates.il_y_a(*VACANTS[numero]) - UN_JOUR)
        elif numero == RENDU:
            self.engage(histoire, debut, dates.il_y_a(9, 30 if dates.il_y_a(9).month != 2 else 28))
            poste.date_rendu = dates.il_y_a(4)
            poste.save(update_fields=["date_rendu"])
        elif numero == ARRIVANT:
            poste.date_attribution = dates.il_y_a(5, 10)
            poste.save(update_fields=["date_attribution"])
            self.engage(histoire, dates.il_y_a(4), None)
        else:
            self.engage(histoire, debut, self.fin_de_contrat(numero))
        if numero == REMPLACE:
            self.engage(
                histoire, dates.il_y_a(4, 17), dates.il_y_a(2, 24), RoleAffectation.REMPLACEMENT
            )
        return histoire

    def fin_de_contrat(self, numero: int) -> dt.date | None:
        """Two contracts end within six months, so that there is something to decide."""
        return {2: self.dates.il_y_a(-3, 28), 17: self.dates.il_y_a(-5, 15)}.get(numero)

    def engage(
        self,
        histoire: Histoire,
        debut: dt.date,
        fin: dt.date | None,
        role: str = RoleAffectation.PRINCIPALE,
    ) -> None:
        numero = histoire.poste.numero
        contrat = (TypeContrat.CDD, TypeContrat.CDP, TypeContrat.CDI)[numero % 3]
        histoire.affectations.append(
            Affectation(
                poste=histoire.poste,
                conseiller=self.conseiller(histoire.poste),
                date_debut=debut,
                date_fin=fin,
                type_contrat=TypeContrat.CDD if fin else contrat,
                quotite=80 if numero in (11, 24) else 100,
                role=role,
            )
        )

    # Absences: dates only, never a reason.

    def absences(self, histoire: Histoire) -> list[Absence]:
        if histoire.poste.type == TypePoste.COORDINATEUR:
            return []
        periodes = self.conges(histoire.poste.numero)
        if histoire.poste.numero == REMPLACE:
            periodes.append((self.dates.il_y_a(4, 3), self.dates.il_y_a(2, 24)))
        if histoire.poste.numero == EXCUSE:
            periodes.append((self.dates.il_y_a(3), self.dates.il_y_a(2) - UN_JOUR))
        absences, derniere = [], dt.date.min
        for debut, fin in sorted(periodes):
            if debut > derniere:
                absences.append((debut, fin))
                derniere = fin
        return [
            Absence(
                poste=histoire.poste,
                conseiller=affectation.conseiller,
                date_debut=debut,
                date_fin=fin,
            )
            for affectation in histoire.affectations
            if affectation.role == RoleAffectation.PRINCIPALE
            for debut, fin in absences
            if affectation.date_debut <= debut
            and (affectation.date_fin is None or fin <= affectation.date_fin)
        ]

    def conges(self, numero: int) -> list[tuple[dt.date, dt.date]]:
        """Two weeks in summer, one in winter, a few single days; never today."""
        hasard = self.dates.hasard("conges", numero)
        periodes = []
        for an in {mois.year for mois in self.dates.mois_revolus} | {self.dates.aujourd_hui.year}:
            ete = lundi_de(dt.date(an, 6, 29) + dt.timedelta(weeks=hasard.randrange(9)))
            hiver = lundi_de(dt.date(an, 2, 10) + dt.timedelta(weeks=hasard.randrange(3)))
            periodes += [(ete, ete + 11 * UN_JOUR), (hiver, hiver + 4 * UN_JOUR)]
        for mois in self.dates.mois_revolus:
            if hasard.random() < 0.2:
                jour = lundi_de(mois + 9 * UN_JOUR) + hasard.randrange(5) * UN_JOUR
                periodes.append((jour, jour))
        jour = self.dates.aujourd_hui
        return [(debut, fin) for debut, fin in periodes if not debut <= jour <= fin]
