"""A poste changes hands: arrival, departure, part time, restitution, another employer.

Each act takes its turn on the plan of the postes it touches, holds the months from its date to
today, and asks again what the page had shown: two people who confirm at once do it one after the
other, and the second reads why it is done already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conseillers.models import Affectation, Poste, Structure
from conseillers.services import close_compte, open_compte
from permanences import calendrier
from permanences.enums import SortCreneau, StatutOccurrence
from permanences.models import Creneau
from permanences.models.mois import hold_mois
from permanences.selectors.passation import (
    RECUL_MOIS,
    UN_JOUR,
    Destins,
    Suite,
    absences_depuis,
    mois_a_clore,
    refus_de_l_arrivee,
    refus_de_la_quotite,
    refus_de_la_restitution,
    refus_des_creneaux,
    refus_du_changement,
    refus_du_depart,
    suites_of,
)
from permanences.services.commun import take_turns
from permanences.services.plan import end_and_follow, end_on, keep_rhythm
from territoires.typographie import espace_ponctuation


@transaction.atomic
def record_depart(
    *,
    affectation: Affectation,
    dernier_jour: dt.date,
    destins: Destins,
    compte_jusqu_au: dt.date | None = None,
) -> Affectation:
    """The holder leaves: the affectation ends, the créneaux and the absences follow.

    `compte_jusqu_au`: the last day of the account; none, it stays open. Raises ValidationError.
    """
    depuis = dernier_jour + UN_JOUR
    _take_postes(affectation.poste, destins, depuis)
    affectation = _locked(affectation)
    suites = suites_of(affectation.poste, depuis, destins)
    _refuse(
        [
            *refus_du_depart(affectation, dernier_jour, compte_jusqu_au),
            *refus_des_creneaux(suites, depuis),
        ]
    )
    _end_affectation(affectation, dernier_jour)
    settle_creneaux(suites, depuis)
    if compte_jusqu_au is not None:
        close_compte(conseiller=affectation.conseiller, dernier_jour=compte_jusqu_au)
    return affectation


@transaction.atomic
def welcome_conseiller(*, affectation: Affectation, destins: Destins) -> Affectation:
    """Somebody takes the poste: the file if it is new, the account, the affectation.

    `affectation` and its advisor may both be unwritten. Raises ValidationError.
    """
    _take_postes(affectation.poste, destins, affectation.date_debut)
    suites = suites_of(affectation.poste, affectation.date_debut, destins)
    conseiller = affectation.conseiller
    _refuse(
        [
            *refus_de_l_arrivee(affectation),
            *refus_des_creneaux(suites, affectation.date_debut),
        ]
    )
    if conseiller.pk is None:
        conseiller.courriel = conseiller.courriel.strip().lower()
        conseiller.full_clean()
        conseiller.save()
    open_compte(conseiller=conseiller)
    affectation.conseiller = conseiller
    affectation.full_clean()
    affectation.save()
    settle_creneaux(suites, affectation.date_debut)
    return affectation


@transaction.atomic
def change_quotite(*, affectation: Affectation, depuis: dt.date, quotite: int) -> Affectation:
    """The same person, the same contract, another part time from that day on.

    Gives the new affectation; the former one ends the day before. Raises ValidationError.
    """
    _take_postes(affectation.poste, Destins(), depuis)
    affectation = _locked(affectation)
    _refuse(refus_de_la_quotite(affectation, depuis, quotite))
    suivante = Affectation(
        poste=affectation.poste,
        conseiller=affectation.conseiller,
        date_debut=depuis,
        date_fin=affectation.date_fin,
        type_contrat=affectation.type_contrat,
        quotite=quotite,
        role=affectation.role,
    )
    affectation.date_fin = depuis - UN_JOUR
    affectation.full_clean()
    affectation.save()
    suivante.full_clean()
    suivante.save()
    return suivante


@transaction.atomic
def give_back_poste(
    *,
    poste: Poste,
    date_rendu: dt.date,
    destins: Destins,
    compte_jusqu_au: dt.date | None = None,
) -> Poste:
    """The poste is no longer the programme's from `date_rendu` on. Raises ValidationError."""
    _take_postes(poste, destins, date_rendu)
    poste.refresh_from_db()
    suites = suites_of(poste, date_rendu, destins)
    _refuse([*refus_de_la_restitution(poste, date_rendu), *refus_des_creneaux(suites, date_rendu)])
    en_cours = Affectation.objects.select_for_update(of=("self",)).filter(poste=poste)
    for affectation in en_cours.actif_le(date_rendu).select_related("conseiller", "poste"):
        _end_affectation(affectation, date_rendu - UN_JOUR)
        if compte_jusqu_au is not None:
            close_compte(conseiller=affectation.conseiller, dernier_jour=compte_jusqu_au)
    settle_creneaux(suites, date_rendu)
    poste.date_rendu = date_rendu
    poste.full_clean()
    poste.save()
    return poste


@transaction.atomic
def change_structure(*, poste: Poste, structure: Structure) -> Poste:
    """Another employer, from the current month on (docs/adr/0014). Raises ValidationError."""
    _take_postes(poste, Destins(), timezone.localdate())
    for mois in mois_a_clore(poste):
        hold_mois(mois)
    poste.refresh_from_db()
    _refuse(refus_du_changement(poste, structure))
    poste.structure = structure
    poste.full_clean()
    poste.save()
    return poste


# --- What they share -------------------------------------------------------------------------


def _take_postes(poste: Poste, destins: Destins, depuis: dt.date) -> None:
    """The plans in one order, then the poste's row, then the months already begun."""
    for pk in sorted({poste.pk, *(autre.pk for autre in destins.postes)}):
        take_turns(f"plan {pk}")
    # What refers to the poste (a séance) is still written meanwhile: its writer holds a month.
    Poste.objects.select_for_update(no_key=True).get(pk=poste.pk)
    ce_jour = timezone.localdate()
    premier = max(depuis, calendrier.jour_decale_de_mois(ce_jour, -RECUL_MOIS))
    for mois in calendrier.mois_entre(premier, ce_jour):
        hold_mois(mois)


def _locked(affectation: Affectation) -> Affectation:
    verrouillees = Affectation.objects.select_for_update(of=("self",))
    return verrouillees.select_related("poste", "conseiller").get(pk=affectation.pk)


def _refuse(phrases: Iterable[str]) -> None:
    if dites := list(dict.fromkeys(phrases)):
        raise ValidationError([espace_ponctuation(phrase) for phrase in dites])


def _end_affectation(affectation: Affectation, dernier_jour: dt.date) -> None:
    """Absences end with it; those that would begin later are nobody's."""
    for absence in absences_depuis([affectation], dernier_jour + UN_JOUR):
        if absence.date_debut > dernier_jour:
            absence.delete()
        else:
            absence.date_fin = dernier_jour
            absence.save(update_fields=["date_fin"])
    affectation.date_fin = dernier_jour
    affectation.full_clean()
    affectation.save()


def settle_creneaux(suites: Iterable[Suite], depuis: dt.date) -> None:
    """Keep, end or entrust each créneau from that day on; what came before does not move."""
    for suite in suites:
        if suite.destin.sort == SortCreneau.TERMINER:
            _stop(suite.creneau, depuis)
        elif suite.destin.poste is not None:
            _entrust(suite.creneau, suite.destin.poste, depuis)


def _has_past(creneau: Creneau, depuis: dt.date) -> bool:
    return bool(creneau.dates_entre(creneau.date_debut, depuis - UN_JOUR))


def _stop(creneau: Creneau, depuis: dt.date) -> None:
    if not _has_past(creneau, depuis):
        creneau.fermetures.all().delete()
        creneau.occurrences.all().delete()
        creneau.delete()
        return
    end_on(creneau, depuis - UN_JOUR)
    creneau.occurrences.filter(date__gte=depuis, statut=StatutOccurrence.ANNULEE).delete()


def _entrust(creneau: Creneau, poste: Poste, depuis: dt.date) -> None:
    if not _has_past(creneau, depuis):
        creneau.poste = poste
        creneau.full_clean()
        creneau.save()
        return
    nouveau = Creneau.objects.get(pk=creneau.pk)
    nouveau.pk = None
    nouveau._state.adding = True
    nouveau.poste, nouveau.date_debut = poste, depuis
    keep_rhythm(creneau, nouveau)
    end_and_follow(creneau, nouveau, depuis)
