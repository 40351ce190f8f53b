"""What a lieu announces to anybody: its days, hours and dates; no name, never a motive."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Count

from conseillers.selectors import jours, occupation
from permanences import calendrier, recurrence
from permanences.annonces import (
    DateAnnoncee,
    format_heures,
    merge_dates,
    name_object,
    rank_themes,
    say_closures,
)
from permanences.enums import Acces, NatureCreneau
from permanences.models import Creneau, Fermeture, LieuAccueil, Seance
from permanences.selectors.plan import ANNULEE, Fermetures, OccurrenceDuPlan, plan_entre
from territoires.typographie import format_date, format_jour

# How far the closures of the poster and the dates of the page look.
HORIZON_MOIS = 2
PROCHAINES = dt.timedelta(weeks=4)
MOIS_DES_THEMES = 12
COMBIEN_DE_THEMES = 6
# Looked up for each date of the département.
LIBELLES_ACCES = dict(Acces.choices)


@dataclass(frozen=True)
class Rythme:
    """Some days and their hours. `precision` says what is particular: its title, its bounds."""

    quand: str
    heures: list[str]
    nature: str
    acces: str
    precision: str = ""


@dataclass(frozen=True)
class Annonce:
    """`suspendu`: nothing will be held before `horizon`; `valable_jusqu_au`: None without end."""

    lieu: LieuAccueil
    ce_jour: dt.date
    horizon: dt.date
    rythmes: list[Rythme] = field(default_factory=list)
    fermetures: list[str] = field(default_factory=list)
    dates: list[DateAnnoncee] = field(default_factory=list)
    themes: list[str] = field(default_factory=list)
    suspendu: bool = False
    valable_jusqu_au: dt.date | None = None

    @property
    def acces(self) -> str:
        """« Sans rendez-vous » when it is so of everything, else empty: each line says its own."""
        tous = {rythme.acces for rythme in self.rythmes}
        return tous.pop() if len(tous) == 1 else ""

    @property
    def sur_rendez_vous(self) -> bool:
        """Somebody has to ask first, for some hours at least."""
        return any(r.acces != Acces.LIBRE.label for r in self.rythmes)


def annonce_of(lieu: LieuAccueil, ce_jour: dt.date) -> Annonce:
    """6 queries, whatever the number of créneaux; a lieu that is closed announces nothing."""
    horizon = calendrier.jour_decale_de_mois(ce_jour, HORIZON_MOIS)
    creneaux = _creneaux(lieu, ce_jour) if lieu.actif else []
    if not creneaux:
        return Annonce(lieu, ce_jour, horizon)
    dates = _dates(creneaux, ce_jour, horizon)
    suspendu = bool(dates) and all(date.fermee for date in dates)
    return Annonce(
        lieu=lieu,
        ce_jour=ce_jour,
        horizon=horizon,
        rythmes=_rythmes(creneaux, ce_jour, dates),
        fermetures=[] if suspendu else say_closures(dates),
        dates=[date for date in dates if date.jour < ce_jour + PROCHAINES],
        themes=_themes(lieu, ce_jour),
        suspendu=suspendu,
        valable_jusqu_au=_last_day(creneaux),
    )


def _creneaux(lieu: LieuAccueil, ce_jour: dt.date) -> list[Creneau]:
    """Those that still have a date, within a year."""
    dans_un_an = calendrier.jour_decale_de_mois(ce_jour, 12)
    en_vigueur = Creneau.objects.filter(lieu=lieu).actif_entre(ce_jour, dans_un_an)
    gardes = [c for c in en_vigueur if _dates_of(c, ce_jour, dans_un_an)]
    return sorted(gardes, key=_order)


def _order(creneau: Creneau) -> tuple[object, ...]:
    """Permanences first, what comes back before what is held once, then by day and hour."""
    regle = creneau.regle
    jour = regle.jours[0][1] if regle and regle.jours else creneau.date_debut.weekday()
    return (
        creneau.nature != NatureCreneau.PERMANENCE,
        regle is None,
        dt.date.min if regle else creneau.date_debut,
        jour,
        creneau.heure_debut,
        creneau.code,
    )


def _dates_of(creneau: Creneau, premier: dt.date, dernier: dt.date) -> list[dt.date]:
    """Public holidays included."""
    return recurrence.dates_du_creneau(
        regle=creneau.regle,
        date_debut=creneau.date_debut,
        date_fin=creneau.date_fin,
        premier=premier,
        dernier=dernier,
    )


def closures_announced(
    lieu: LieuAccueil, ce_jour: dt.date, avec: Collection[Fermeture]
) -> list[str]:
    """What its page would say of closed days with these closures besides; 5 queries."""
    horizon = calendrier.jour_decale_de_mois(ce_jour, HORIZON_MOIS)
    fermetures = Fermetures(ce_jour, horizon, avec=avec)
    creneaux = _creneaux(lieu, ce_jour) if lieu.actif else []
    return say_closures(_dates(creneaux, ce_jour, horizon, fermetures)) if creneaux else []


def _dates(
    creneaux: list[Creneau],
    premier: dt.date,
    dernier: dt.date,
    fermetures: Fermetures | None = None,
) -> list[DateAnnoncee]:
    """Of créneaux of one lieu, one at least."""
    plan = plan_entre(
        premier,
        dernier,
        postes=occupation(premier, dernier),
        creneaux=creneaux,
        fermetures=fermetures,
    )
    return dates_by_lieu(creneaux, plan, premier, dernier).get(creneaux[0].lieu_id, [])


def dates_by_lieu(
    creneaux: Collection[Creneau],
    plan: Iterable[OccurrenceDuPlan],
    premier: dt.date,
    dernier: dt.date,
) -> dict[int, list[DateAnnoncee]]:
    """What each lieu announces of this plan, in order; public holidays are said as such."""
    par_cle = {c.pk: c for c in creneaux}
    par_lieu: dict[int, list[DateAnnoncee]] = defaultdict(list)
    for o in plan:
        creneau = par_cle[o.creneau_id]
        par_lieu[o.lieu_id].append(_date(creneau, o.date, fermee=o.etat == ANNULEE))
    feries = [j for j in jours(premier, dernier) if calendrier.est_ferie(j, settings.DEPARTEMENT)]
    for creneau in creneaux:
        par_lieu[creneau.lieu_id] += [
            _date(creneau, jour, fermee=True, ferie=True) for jour in _taken_away(creneau, feries)
        ]
    return {lieu: merge_dates(dates) for lieu, dates in par_lieu.items()}


def _taken_away(creneau: Creneau, feries: list[dt.date]) -> list[dt.date]:
    """The dates of its rule that these public holidays take away."""
    if creneau.feries or not feries:
        return []
    return [jour for jour in _dates_of(creneau, feries[0], feries[-1]) if jour in feries]


def _date(creneau: Creneau, jour: dt.date, **etat: bool) -> DateAnnoncee:
    debut, fin = creneau.heure_debut, creneau.heure_fin
    acces = LIBELLES_ACCES[creneau.acces]
    return DateAnnoncee(jour, debut, fin, creneau.nature, creneau.titre, acces=acces, **etat)


def _rythmes(
    creneaux: list[Creneau], ce_jour: dt.date, dates: Iterable[DateAnnoncee]
) -> list[Rythme]:
    """Créneaux that differ by their hours alone are one line."""
    heures: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for creneau in creneaux:
        precision = ", ".join(_precisions(creneau, ce_jour, dates))
        cle = (_quand(creneau), creneau.nature, creneau.get_acces_display(), precision)
        plage = format_heures(creneau.heure_debut, creneau.heure_fin)
        if plage not in heures[cle]:
            heures[cle].append(plage)
    return [
        Rythme(quand, plages, nature, acces, precision)
        for (quand, nature, acces, precision), plages in heures.items()
    ]


def _quand(creneau: Creneau) -> str:
    if creneau.regle is None:
        return f"le {format_jour(creneau.date_debut)}"
    return recurrence.phrase(creneau.regle, creneau.date_debut)


def _precisions(creneau: Creneau, ce_jour: dt.date, dates: Iterable[DateAnnoncee]) -> Iterable[str]:
    """Its title, when it starts and ends, its next date where the rule does not give it away."""
    if objet := name_object(creneau.nature, creneau.titre):
        yield objet
    if creneau.regle is None:
        return
    if creneau.date_debut > ce_jour:
        yield f"à partir du {format_date(creneau.date_debut)}"
    elif creneau.regle.intervalle > 1:
        suivante = next((d.jour for d in dates if _is_of(d, creneau) and not d.fermee), None)
        if suivante:
            yield f"prochaine date\u202f: {format_jour(suivante)}"
    if creneau.date_fin:
        yield f"jusqu’au {format_date(creneau.date_fin)}"


def _is_of(date: DateAnnoncee, creneau: Creneau) -> bool:
    return (date.debut, date.fin, date.titre) == (
        creneau.heure_debut,
        creneau.heure_fin,
        creneau.titre,
    ) and creneau.a_lieu_le(date.jour)


def _last_day(creneaux: list[Creneau]) -> dt.date | None:
    """The day after which none of them is held, or None."""
    fins = [c.date_debut if c.regle is None else c.date_fin for c in creneaux]
    return None if None in fins else max(fin for fin in fins if fin)


def _themes(lieu: LieuAccueil, ce_jour: dt.date) -> list[str]:
    seances = (
        Seance.objects.comptees()
        .entre(calendrier.jour_decale_de_mois(ce_jour, -MOIS_DES_THEMES), ce_jour)
        .filter(lieu=lieu)
        .order_by()
        .values_list("thematiques")
        .annotate(nombre=Count("pk"))
    )
    return rank_themes({tuple(themes): n for themes, n in seances}, COMBIEN_DE_THEMES)
