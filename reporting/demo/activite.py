"""What became of the plan, day by day: séances, empty permanences, cancellations, declarations."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F

from conseillers.enums import TypePoste
from conseillers.models import Conseiller
from permanences.calendrier import dernier_jour, est_ferie, mois_decale
from permanences.enums import Canal, Motif, NatureCreneau, StatutOccurrence
from permanences.models import Creneau, Declaration, Fermeture, Occurrence, Seance
from permanences.selectors.mois import echeance_du_mois
from reporting.demo.calendrier import Calendrier
from reporting.demo.histoires import DEPARTS, POSTE_DU_COMPTE, Histoire
from reporting.demo.la_coop import LaCoop
from reporting.demo.reseau import Territoire
from reporting.demo.seances import compose_seance, date_saisie, fit_in_creneau

LOT = 1000
MOTIFS_COURANTS = (
    Motif.FERMETURE_DU_LIEU, Motif.INTEMPERIES, Motif.PANNE, Motif.REMPLACEE, Motif.AUTRE,
)  # fmt: skip


@dataclass
class Programme:
    """All that the days need to know."""

    dates: Calendrier
    territoire: Territoire
    histoires: dict[int, Histoire]
    creneaux: list[Creneau]
    fermetures: list[Fermeture]
    la_coop: LaCoop | None = None

    def est_ferme(self, creneau: Creneau, jour: dt.date) -> bool:
        return any(
            f.date_debut <= jour <= f.date_fin
            and f.lieu_id in (None, creneau.lieu_id)
            and f.poste_id in (None, creneau.poste_id)
            and f.creneau_id in (None, creneau.pk)
            for f in self.fermetures
        )


# Of the month that waits for its clôture.
MANQUANTS = (16, 23)


def create_activite(programme: Programme) -> int:
    """Write occurrences, declarations and the séances typed here; the number of séances."""
    occurrences: list[Occurrence] = []
    seances: list[Seance] = []
    for creneau in programme.creneaux:
        hasard = programme.dates.hasard("creneau", creneau.code)
        for jour in creneau.dates_entre(programme.dates.debut, programme.dates.aujourd_hui):
            presents = programme.histoires[creneau.poste.numero].presents_le(jour)
            if presents and not programme.est_ferme(creneau, jour):
                occurrence, siennes = _une_date(hasard, programme, creneau, jour, presents[0])
                occurrences += [occurrence] if occurrence else []
                seances += siennes
    for histoire in programme.histoires.values():
        seances += _hors_creneau(programme, histoire)
    seances += _en_attente(programme)
    Occurrence.objects.bulk_create(occurrences, batch_size=LOT)
    ici = programme.la_coop.take(seances) if programme.la_coop else seances
    Seance.objects.bulk_create(ici, batch_size=LOT)
    # Django dates every write from now: nobody corrected these after having declared the month.
    Seance.objects.update(modifiee_le=F("cree_le"))
    Declaration.objects.bulk_create(_declarations(programme))
    return len(seances)


def _une_date(
    hasard: random.Random, programme: Programme, creneau: Creneau, jour: dt.date, qui: Conseiller
) -> tuple[Occurrence | None, list[Seance]]:
    aujourd_hui = programme.dates.aujourd_hui
    if jour == aujourd_hui and creneau.poste.numero == POSTE_DU_COMPTE:
        return None, []  # left to whoever signs in as this advisor
    tirage = hasard.random()
    if tirage < 0.05:
        motif = hasard.choice(MOTIFS_COURANTS)
        precision = "Grève des transports" if motif == Motif.AUTRE else ""
        return (
            Occurrence(
                creneau=creneau,
                date=jour,
                statut=StatutOccurrence.ANNULEE,
                motif=motif,
                motif_texte=precision,
            ),
            [],
        )
    if tirage < 0.09:
        return Occurrence(creneau=creneau, date=jour, statut=StatutOccurrence.TENUE), []
    if tirage < 0.12:
        return None, []  # nobody said anything: « à renseigner »
    combien = hasard.choice((1, 2, 2, 3, 3, 4, 5)) if _est_permanence(creneau) else 1
    seances = [
        compose_seance(hasard, creneau.poste, qui, jour, creneau=creneau) for _ in range(combien)
    ]
    fit_in_creneau(hasard, creneau, seances)
    for seance in seances:
        date_saisie(hasard, seance, aujourd_hui)
    return None, seances


def _est_permanence(creneau: Creneau) -> bool:
    return creneau.nature == NatureCreneau.PERMANENCE


def _hors_creneau(programme: Programme, histoire: Histoire) -> Iterator[Seance]:
    """By telephone, at people's homes, elsewhere: a few a week."""
    poste, dates = histoire.poste, programme.dates
    if poste.type == TypePoste.COORDINATEUR:
        return
    hasard = dates.hasard("ailleurs", poste.numero)
    communes = [
        c for e in poste.epcis.all() for c in programme.territoire.communes[e.pk]
    ] or programme.territoire.villes
    jour = dates.debut
    while jour <= dates.aujourd_hui:
        presents = histoire.presents_le(jour)
        ouvre = jour.weekday() < 5 and not est_ferie(jour, settings.DEPARTEMENT)
        if ouvre and presents and hasard.random() < 0.3:
            canal = hasard.choices(
                (Canal.A_DISTANCE, Canal.DOMICILE, Canal.AUTRE_LIEU), (60, 25, 15)
            )[0]
            commune = None if canal == Canal.A_DISTANCE else hasard.choice(communes)
            seance = compose_seance(hasard, poste, presents[0], jour, commune=commune, canal=canal)
            _passe_la_limite(hasard, seance, programme)
            date_saisie(hasard, seance, dates.aujourd_hui)
            yield seance
        jour += dt.timedelta(days=1)


def _passe_la_limite(hasard: random.Random, seance: Seance, programme: Programme) -> None:
    """In an EPCI that straddles two départements, some séances take place on the other side."""
    voisins = seance.commune and [d for d in _departements(programme, seance) if d]
    if voisins and hasard.random() < 0.3:
        seance.code_insee = f"{voisins[0]}001"
        seance.commune = seance.epci = None
        seance.departement = voisins[0]


def _departements(programme: Programme, seance: Seance) -> list[str]:
    epci = next(e for e in programme.territoire.epcis if e.pk == seance.epci_id)
    return [d for d in epci.departements if d != seance.departement]


def _en_attente(programme: Programme) -> Iterator[Seance]:
    """This month's, by an advisor who has left: kept, not counted, until staff decides."""
    histoire = next((programme.histoires[n] for n in DEPARTS if n in programme.histoires), None)
    if histoire:
        hasard = programme.dates.hasard("attente")
        ancien, jour = histoire.affectations[0].conseiller, programme.dates.il_y_a(0)
        seance = compose_seance(hasard, histoire.poste, ancien, jour, canal=Canal.A_DISTANCE)
        seance.poste = None
        date_saisie(hasard, seance, programme.dates.aujourd_hui)
        yield seance


def _declarations(programme: Programme) -> Iterator[Declaration]:
    """« Mon mois est complet »: most in time, some late, some never."""
    aujourd_hui = programme.dates.aujourd_hui
    for histoire in programme.histoires.values():
        if histoire.poste.type == TypePoste.COORDINATEUR:
            continue
        hasard = programme.dates.hasard("declaration", histoire.poste.numero)
        for mois in programme.dates.mois_revolus:
            fin = dernier_jour(mois)
            tenu = any(histoire.presents_le(fin - dt.timedelta(days=n)) for n in range(25))
            limite = echeance_du_mois(mois)
            tirage = hasard.random()
            faite_le = (
                fin + dt.timedelta(days=hasard.randint(0, (limite - fin).days))
                if tirage < 0.8
                else mois_decale(mois, 1) + dt.timedelta(days=hasard.randint(9, 24))
            )
            if mois == programme.dates.mois_revolus[-1]:
                # Two are missing of the month that waits for its clôture, the others came.
                faite_le, tirage = min(faite_le, aujourd_hui), 0.0
                tenu = tenu and histoire.poste.numero not in MANQUANTS
            if tenu and tirage < 0.92 and faite_le <= aujourd_hui:
                yield Declaration(poste=histoire.poste, mois=mois, faite_le=faite_le)
