"""What a créneau, its end or a cancelled period would change: said before it is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone

from conseillers.models import Utilisateur
from conseillers.selectors import PosteOccupe, occupation_of
from permanences import calendrier
from permanences.enums import Motif, StatutOccurrence
from permanences.models import Creneau, Occurrence
from permanences.selectors.agenda import Entree, entrees_of, tenus_le
from permanences.selectors.plan import Fermetures
from territoires.typographie import accorde, format_date, format_heure, format_jour

# A rule has no end: what it does is judged over a year.
HORIZON_MOIS = 12
CITEES = 4
UN_JOUR = dt.timedelta(days=1)


@dataclass
class Consequences:
    """`dates`: those on which it takes place within the horizon, those `annulees` included.

    `refus` forbid it, `avertissements` ask for a confirmation, `faits` are only said.
    """

    dernier: dt.date
    dates: list[dt.date] = field(default_factory=list)
    annulees: dict[dt.date, str] = field(default_factory=dict)
    refus: list[str] = field(default_factory=list)
    avertissements: list[str] = field(default_factory=list)
    faits: list[str] = field(default_factory=list)

    @property
    def resume(self) -> str:
        """« 14 dates d’ici au 31 mars 2027, dont 1 annulée. »"""
        if len(self.dates) == 1:
            return f"Une date\u202f: {format_jour(self.dates[0])}."
        dont = f", dont {accorde(len(self.annulees), 'annulée')}" if self.annulees else ""
        combien = accorde(len(self.dates), "date")
        return f"{combien} d’ici au {format_date(self.dernier)}{dont}."


def consequences_of(
    creneau: Creneau, *, utilisateur: Utilisateur, remplace: Creneau | None = None
) -> Consequences:
    """What this créneau, not yet written, would do to the advisor's agenda.

    `remplace` is the one that it corrects: it is no conflict, and its dates that are past stay.
    """
    horizon = calendrier.jour_decale_de_mois(
        max(creneau.date_debut, timezone.localdate()), HORIZON_MOIS
    )
    dernier = min(creneau.date_fin or horizon, horizon)
    constat = Consequences(dernier, dates=creneau.dates_entre(creneau.date_debut, dernier))
    _say_lieu(constat, creneau)
    _say_feries(constat, creneau, dernier)
    if not constat.dates:
        constat.refus.append(
            "Ce créneau n’a lieu à aucune date\u202f: vérifiez les dates, le rythme et les jours."
        )
        return constat
    affectations, postes = occupation_of(utilisateur, creneau.date_debut, dernier)
    tenues = [j for j in constat.dates if creneau.poste_id in tenus_le(affectations, j)]
    if not tenues:
        constat.refus.append(
            f"Le {creneau.poste} ne vous est pas affecté le {format_date(constat.dates[0])}\u202f: "
            "choisissez une autre date, ou demandez au Département de compléter votre affectation."
        )
        return constat
    _say_absences(constat, creneau, postes[creneau.poste_id], tenues, remplace)
    _say_annulees(constat, remplace)
    _say_fin_de_fonctions(constat, sorted(set(constat.dates) - set(tenues)))
    autres = [
        e
        for e in entrees_of(affectations, postes, creneau.date_debut, dernier)
        if remplace is None or e.creneau.pk != remplace.pk
    ]
    _say_chevauchements(constat, creneau, autres)
    _say_passe(constat, remplace)
    return constat


def _say_lieu(constat: Consequences, creneau: Creneau) -> None:
    if not creneau.lieu.actif:
        constat.refus.append(
            f"{creneau.lieu} n’est plus ouvert au programme\u202f: choisissez un autre lieu, ou "
            "demandez au Département de le rouvrir."
        )


def _say_feries(constat: Consequences, creneau: Creneau, dernier: dt.date) -> None:
    sans_les_feries = copy(creneau)
    sans_les_feries.feries = True
    feries = [
        j
        for j in sans_les_feries.dates_entre(creneau.date_debut, dernier)
        if calendrier.est_ferie(j, settings.DEPARTEMENT)
    ]
    if not feries:
        return
    combien = accorde(len(feries), "date tombe", "dates tombent")
    if creneau.feries:
        constat.avertissements.append(
            f"{combien} un jour férié, et le créneau a lieu ces jours-là\u202f: {_cite(feries)}."
        )
    elif constat.dates:
        constat.faits.append(
            f"{combien} un jour férié\u202f: pas de créneau ces jours-là ({_cite(feries)})."
        )
    else:
        constat.refus.append(
            f"Le {_cite(feries)} est férié\u202f: choisissez une autre date, ou cochez « Tenu les "
            "jours fériés »."
        )


def _say_absences(
    constat: Consequences,
    creneau: Creneau,
    poste: PosteOccupe,
    tenues: list[dt.date],
    remplace: Creneau | None,
) -> None:
    """Closures, then absences, in the order in which the plan reads them."""
    fermetures = Fermetures(tenues[0], tenues[-1])
    absences = []
    par_motif: dict[str, list[dt.date]] = {}
    for jour in tenues:
        motif = fermetures.motif(
            creneau=remplace.pk if remplace else 0,
            lieu=creneau.lieu_id,
            poste=creneau.poste_id,
            jour=jour,
        )
        if motif:
            par_motif.setdefault(motif, []).append(jour)
        elif poste.tous_absents(jour):
            absences.append(jour)
    for motif, dates in par_motif.items():
        libelle = Motif(motif).label.lower()
        constat.annulees |= dict.fromkeys(dates, libelle)
        constat.avertissements.append(
            f"{accorde(len(dates), 'date tombe', 'dates tombent')} pendant une fermeture "
            f"({libelle}) et sera annulée\u202f: {_cite(dates)}."
            if len(dates) == 1
            else f"{accorde(len(dates), 'date')} tombent pendant une fermeture ({libelle}) et "
            f"seront annulées\u202f: {_cite(dates)}."
        )
    if absences:
        constat.annulees |= dict.fromkeys(absences, "absence déclarée")
        constat.avertissements.append(
            f"{accorde(len(absences), 'date tombe', 'dates tombent')} pendant une absence "
            f"déclarée\u202f: {_cite(absences)}. À annuler, sauf si vous tenez le créneau."
        )


def _say_annulees(constat: Consequences, remplace: Creneau | None) -> None:
    """What was cancelled of the créneau that is corrected stays cancelled."""
    if remplace is None:
        return
    deja = Occurrence.objects.filter(creneau=remplace, statut=StatutOccurrence.ANNULEE).order_by(
        "date"
    )
    dates = [j for j in deja.values_list("date", flat=True) if j in set(constat.dates)]
    if dates:
        constat.annulees |= dict.fromkeys(dates, "déjà annulée")
        reste = "reste annulée" if len(dates) == 1 else "restent annulées"
        constat.faits.append(f"{accorde(len(dates), 'date')} {reste}\u202f: {_cite(dates)}.")


def _say_fin_de_fonctions(constat: Consequences, dates: list[dt.date]) -> None:
    if dates:
        constat.annulees |= dict.fromkeys(dates, "poste vacant")
        constat.avertissements.append(
            f"{accorde(len(dates), 'date')} hors de votre affectation\u202f: {_cite(dates)}. "
            "Personne n’y sera attendu tant que le Département n’a pas complété l’affectation."
        )


def overlap(un: Creneau, autre: Creneau) -> bool:
    """Their hours meet; one that ends when the other begins does not."""
    return un.heure_debut < autre.heure_fin and autre.heure_debut < un.heure_fin


def _say_chevauchements(constat: Consequences, creneau: Creneau, autres: Iterable[Entree]) -> None:
    """Two places at once cannot be; two créneaux in one place may be meant."""
    vivantes = set(constat.dates) - set(constat.annulees)
    genes = [
        e for e in autres if e.date in vivantes and not e.annulee and overlap(creneau, e.creneau)
    ]
    ailleurs = [e for e in genes if e.creneau.lieu_id != creneau.lieu_id]
    sur_place = [e for e in genes if e.creneau.lieu_id == creneau.lieu_id]
    if ailleurs:
        constat.refus.append(
            f"Vous êtes déjà ailleurs\u202f: {_decrit(ailleurs)}. Changez le jour ou l’heure, ou "
            "annulez d’abord l’autre créneau à cette date."
        )
    if sur_place:
        constat.avertissements.append(
            f"Un autre créneau a lieu au même endroit à ces heures\u202f: {_decrit(sur_place)}."
        )


def _decrit(entrees: list[Entree]) -> str:
    e = entrees[0]
    reste = len(entrees) - 1
    heures = f"{format_heure(e.creneau.heure_debut)} – {format_heure(e.creneau.heure_fin)}"
    suite = f", et {accorde(reste, 'autre date', 'autres dates')}" if reste else ""
    return f"{format_jour(e.date)}, {e.creneau.lieu}, {heures}{suite}"


def _say_passe(constat: Consequences, remplace: Creneau | None) -> None:
    ce_jour = timezone.localdate()
    if remplace is None:
        passees = [j for j in constat.dates if j < ce_jour]
        if passees:
            constat.avertissements.append(
                f"{accorde(len(passees), 'date déjà passée', 'dates déjà passées')}\u202f: "
                f"{_cite(passees)}. À renseigner ensuite."
            )
        return
    passees = remplace.dates_entre(remplace.date_debut, ce_jour - UN_JOUR)
    if passees:
        constat.faits.append(_ne_changent_pas(len(passees)))


def _ne_changent_pas(combien: int) -> str:
    verbe = "ne changent pas" if combien > 1 else "ne change pas"
    return f"{accorde(combien, 'date passée', 'dates passées')} {verbe}."


def _cite(dates: list[dt.date]) -> str:
    """« 11 novembre 2026, 25 décembre 2026 et 3 autres »."""
    citees = ", ".join(format_date(j) for j in dates[:CITEES])
    reste = len(dates) - CITEES
    return f"{citees} et {accorde(reste, 'autre')}" if reste > 0 else citees
