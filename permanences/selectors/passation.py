"""What an arrival, a departure or a restitution would change: said before it is written.

The services ask the same questions again once they hold their locks: a refusal is written here,
once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils import timezone

from conseillers.enums import Role, RoleAffectation
from conseillers.models import Absence, Affectation, Conseiller, Poste, Structure, Utilisateur
from permanences import calendrier
from permanences.enums import SortCreneau, StatutOccurrence
from permanences.models import Creneau, Mois, Occurrence, Seance
from permanences.models.mois import nom_du_mois, phrase_mois_clos
from permanences.selectors.consequences import overlap
from territoires.typographie import accorde, format_date, format_jour

# A rule without an end is counted over six months: the longest vacancy.
HORIZON_MOIS = 6
RECUL_MOIS, AVANCE_MOIS = 12, 24
CITES = 3
UN_JOUR = dt.timedelta(days=1)


@dataclass(frozen=True)
class Destin:
    """What becomes of a créneau; `poste`: to whom it is entrusted."""

    sort: SortCreneau = SortCreneau.GARDER
    poste: Poste | None = None


@dataclass(frozen=True)
class Destins:
    """The same for all, but for some ({créneau: destin})."""

    pour_tous: Destin = Destin()
    sauf: dict[int, Destin] = field(default_factory=dict)

    def of(self, creneau: Creneau) -> Destin:
        return self.sauf.get(creneau.pk, self.pour_tous)

    @property
    def postes(self) -> list[Poste]:
        """Those to whom something may be entrusted."""
        destins = [self.pour_tous, *self.sauf.values()]
        return [d.poste for d in destins if d.poste is not None]


@dataclass(frozen=True)
class Suite:
    """A créneau, what becomes of it, and its dates from that day on within the horizon."""

    creneau: Creneau
    destin: Destin
    dates: list[dt.date]

    @property
    def phrase(self) -> str:
        combien = accorde(len(self.dates), "date")
        devient = {
            SortCreneau.GARDER: "gardé",
            SortCreneau.TERMINER: "fini",
            SortCreneau.CONFIER: f"confié au {self.destin.poste}".lower(),
        }[self.destin.sort]
        return f"{self.creneau} : {devient}, {combien}"


def creneaux_depuis(poste: Poste, jour: dt.date) -> list[Creneau]:
    """Créneaux of the poste that may still take place from that day on."""
    horizon = calendrier.jour_decale_de_mois(max(jour, timezone.localdate()), AVANCE_MOIS)
    candidats = (
        Creneau.objects.filter(poste=poste)
        .actif_entre(jour, dt.date.max)
        .select_related("lieu", "poste")
        .order_by("date_debut", "heure_debut", "code")
    )
    return [c for c in candidats if c.dates_entre(jour, horizon)]


def suites_of(poste: Poste, jour: dt.date, destins: Destins) -> list[Suite]:
    horizon = horizon_of(jour)
    return [
        Suite(c, destins.of(c), c.dates_entre(jour, horizon)) for c in creneaux_depuis(poste, jour)
    ]


def horizon_of(jour: dt.date) -> dt.date:
    return calendrier.jour_decale_de_mois(jour, HORIZON_MOIS)


def absences_depuis(affectations: Iterable[Affectation], jour: dt.date) -> list[Absence]:
    """Absences of these holders, at this poste, that reach that day or come after it."""
    qui = [(a.poste_id, a.conseiller_id) for a in affectations]
    return [
        absence
        for absence in Absence.objects.filter(
            poste__in=[p for p, _ in qui], date_fin__gte=jour
        ).select_related("conseiller")
        if (absence.poste_id, absence.conseiller_id) in qui
    ]


# --- Refusals --------------------------------------------------------------------------------


def refus_de_date(jour: dt.date) -> Iterator[str]:
    """A year typed wrong, or a closed month between that day and today."""
    ce_jour = timezone.localdate()
    loin = calendrier.jour_decale_de_mois(ce_jour, -RECUL_MOIS)
    apres = calendrier.jour_decale_de_mois(ce_jour, AVANCE_MOIS)
    if not loin <= jour <= apres:
        yield f"Le {format_date(jour)} est trop loin : vérifiez l’année."
        return
    clos = (
        Mois.objects.clos()
        .filter(premier_jour__in=calendrier.mois_entre(jour, ce_jour))
        .order_by("-premier_jour")
        .first()
    )
    if clos is not None:
        yield phrase_mois_clos(clos.premier_jour, clos.clos_le)


def refus_du_passe(
    poste: Poste, jour: dt.date, conseiller: Conseiller | None = None
) -> Iterator[str]:
    """What was already done at the poste from that day on, by that advisor or by anybody."""
    seances = Seance.objects.comptees().filter(poste=poste, date__gte=jour)
    if conseiller is not None:
        seances = seances.filter(auteur=conseiller)
    dates = sorted(set(seances.values_list("date", flat=True)))
    if dates:
        de_qui = f" de {conseiller}" if conseiller else ""
        yield (
            f"{accorde(len(dates), 'jour porte', 'jours portent')} déjà des séances{de_qui} au "
            f"{poste} à partir du {format_date(jour)} ({_cite(dates)}) : choisissez une date plus "
            "tard, ou corrigez d’abord ces séances."
        )
    tenues = sorted(
        Occurrence.objects.filter(
            creneau__poste=poste, date__gte=jour, statut=StatutOccurrence.TENUE
        ).values_list("date", flat=True)
    )
    if conseiller is not None:
        # Somebody else holds the poste that day: it is theirs.
        autres = list(
            Affectation.objects.filter(poste=poste)
            .exclude(conseiller=conseiller)
            .values_list("date_debut", "date_fin")
        )
        tenues = [j for j in tenues if not any(d <= j and (f is None or j <= f) for d, f in autres)]
    if tenues:
        yield (
            f"{accorde(len(tenues), 'date est notée tenue', 'dates sont notées tenues')} à partir "
            f"du {format_date(jour)} ({_cite(tenues)}) : choisissez une date plus tard, ou "
            "corrigez d’abord ces occurrences."
        )


def refus_des_creneaux(suites: list[Suite], jour: dt.date) -> Iterator[str]:
    """A créneau that ends or moves with a date already held, or that meets another one."""
    touches = [s for s in suites if s.destin.sort != SortCreneau.GARDER]
    codes = {s.creneau.pk: s.creneau for s in touches}
    tenus = set(
        Occurrence.objects.filter(
            creneau__in=codes, date__gte=jour, statut=StatutOccurrence.TENUE
        ).values_list("creneau", "date")
    ) | set(Seance.objects.filter(creneau__in=codes, date__gte=jour).values_list("creneau", "date"))
    for creneau, date in sorted(tenus):
        yield (
            f"{codes[creneau]} : le {format_date(date)} est déjà noté. Gardez ce créneau, "
            "ou choisissez une date plus tard."
        )
    par_poste: dict[int, list[Suite]] = {}
    for suite in touches:
        if suite.destin.poste is not None:
            par_poste.setdefault(suite.destin.poste.pk, []).append(suite)
    for suites_du_poste in par_poste.values():
        yield from _refus_de_confier(suites_du_poste, jour)


def _refus_de_confier(suites: list[Suite], jour: dt.date) -> Iterator[str]:
    poste = suites[0].destin.poste
    assert poste is not None
    if poste.date_attribution > jour or (poste.date_rendu and poste.date_rendu <= jour):
        yield f"Le {poste} n’est pas au programme le {format_date(jour)} : choisissez-en un autre."
        return
    siens = list(
        Creneau.objects.filter(poste=poste)
        .actif_entre(jour, horizon_of(jour))
        .select_related("lieu")
    )
    for suite in suites:
        for autre in siens:
            communes = set(suite.dates) & set(autre.dates_entre(jour, horizon_of(jour)))
            ailleurs = autre.lieu_id != suite.creneau.lieu_id
            if communes and ailleurs and overlap(suite.creneau, autre):
                yield (
                    f"Le {poste} est déjà ailleurs : {autre}, le {format_jour(min(communes))}, "
                    f"en même temps que {suite.creneau}. Confiez ce créneau à un autre poste."
                )


# --- One act at a time -----------------------------------------------------------------------


def refus_du_depart(
    affectation: Affectation, dernier_jour: dt.date, compte_jusqu_au: dt.date | None
) -> Iterator[str]:
    qui = affectation.conseiller
    if dernier_jour < affectation.date_debut:
        yield (
            f"{qui} a pris ses fonctions le {format_date(affectation.date_debut)} : son dernier "
            "jour ne peut pas être avant."
        )
    if affectation.date_fin == dernier_jour:
        yield f"Ce départ est déjà enregistré : {qui} part le {format_date(dernier_jour)}."
    elif affectation.date_fin and affectation.date_fin < dernier_jour:
        yield (
            f"Les fonctions de {qui} finissent déjà le {format_date(affectation.date_fin)} : pour "
            "les prolonger, modifiez l’affectation."
        )
    yield from refus_de_date(dernier_jour + UN_JOUR)
    yield from refus_du_passe(affectation.poste, dernier_jour + UN_JOUR, qui)
    if compte_jusqu_au is not None:
        yield from _refus_de_fermer(affectation, dernier_jour, compte_jusqu_au)


def _refus_de_fermer(
    affectation: Affectation, dernier_jour: dt.date, jusqu_au: dt.date
) -> Iterator[str]:
    if jusqu_au < dernier_jour:
        yield (
            f"Le compte doit s’ouvrir jusqu’au dernier jour de fonctions, le "
            f"{format_date(dernier_jour)}."
        )
    ailleurs = (
        Affectation.objects.filter(conseiller=affectation.conseiller)
        .exclude(pk=affectation.pk)
        .actif_entre(jusqu_au + UN_JOUR, dt.date.max)
        .select_related("poste")
        .first()
    )
    if ailleurs is not None:
        yield (
            f"{affectation.conseiller} tient aussi le {ailleurs.poste} après le "
            f"{format_date(jusqu_au)} : gardez son compte ouvert."
        )


def refus_de_l_arrivee(affectation: Affectation) -> Iterator[str]:
    """`affectation` is not written yet; its advisor may not be either."""
    poste, debut, fin = affectation.poste, affectation.date_debut, affectation.date_fin
    if fin is not None and fin < debut:
        yield "La fin du contrat précède l’arrivée."
        return
    if debut < poste.date_attribution:
        yield f"Le {poste} n’est attribué que depuis le {format_date(poste.date_attribution)}."
    if poste.date_rendu and (fin is None or fin >= poste.date_rendu):
        yield f"Le {poste} est rendu le {format_date(poste.date_rendu)} : personne n’y est après."
    ensemble = Affectation.objects.filter(poste=poste).actif_entre(debut, fin or dt.date.max)
    for autre in ensemble.select_related("conseiller"):
        if autre.conseiller_id == affectation.conseiller_id and autre.conseiller_id:
            yield f"{autre.conseiller} tient déjà ce poste depuis le {_depuis(autre)}."
        elif RoleAffectation.REMPLACEMENT not in (autre.role, affectation.role):
            jusque = f" jusqu’au {format_date(autre.date_fin)}" if autre.date_fin else ""
            yield (
                f"{autre.conseiller} tient le {poste} depuis le {_depuis(autre)}{jusque} : "
                "enregistrez d’abord son départ, ou choisissez « remplacement »."
            )
    yield from refus_de_date(debut)
    if affectation.conseiller.pk is None:
        yield from _refus_du_nouveau(affectation.conseiller)


def _refus_du_nouveau(conseiller: Conseiller) -> Iterator[str]:
    courriel = conseiller.courriel.strip().lower()
    connu = Conseiller.objects.filter(courriel=courriel).first()
    if connu is not None:
        yield f"{connu} a déjà une fiche à cette adresse : choisissez-la dans la liste."
    compte = Utilisateur.objects.filter(courriel=courriel).exclude(role=Role.CONSEILLER).first()
    if compte is not None:
        yield (
            f"{courriel} est déjà l’adresse d’un compte « {compte.get_role_display()} » : donnez "
            "une autre adresse à ce conseiller."
        )


def _depuis(affectation: Affectation) -> str:
    return format_date(affectation.date_debut)


def refus_de_la_quotite(affectation: Affectation, depuis: dt.date, quotite: int) -> Iterator[str]:
    if quotite == affectation.quotite:
        yield f"{affectation.conseiller} est déjà à {quotite} %."
    if depuis <= affectation.date_debut:
        yield (
            f"{affectation.conseiller} est à {affectation.quotite} % depuis sa prise de poste, le "
            f"{_depuis(affectation)} : choisissez une date après, ou corrigez l’affectation."
        )
    if affectation.date_fin and depuis > affectation.date_fin:
        yield (
            f"Les fonctions de {affectation.conseiller} finissent le "
            f"{format_date(affectation.date_fin)} : choisissez une date avant."
        )
    yield from refus_de_date(depuis)


def refus_de_la_restitution(poste: Poste, date_rendu: dt.date) -> Iterator[str]:
    if poste.date_rendu is not None:
        yield f"Le {poste} est déjà rendu le {format_date(poste.date_rendu)}."
    if date_rendu < poste.date_attribution:
        yield f"Le {poste} est attribué le {format_date(poste.date_attribution)}, donc après."
    for arrivee in Affectation.objects.filter(
        poste=poste, date_debut__gte=date_rendu
    ).select_related("conseiller"):
        yield (
            f"{arrivee.conseiller} doit arriver le {_depuis(arrivee)} : supprimez d’abord cette "
            "affectation, ou rendez le poste plus tard."
        )
    yield from refus_de_date(date_rendu)
    yield from refus_du_passe(poste, date_rendu)


def mois_a_clore(poste: Poste) -> list[dt.date]:
    """The twelve months before this one in which the poste was ours: reports still look there."""
    ce_mois = timezone.localdate().replace(day=1)
    premier = max(calendrier.mois_decale(ce_mois, -12), poste.date_attribution.replace(day=1))
    return calendrier.mois_entre(premier, ce_mois - UN_JOUR)


def refus_du_changement(poste: Poste, structure: Structure) -> Iterator[str]:
    """`Poste.structure` has no date: a month still open would be counted under the new part."""
    if poste.structure_id == structure.pk:
        yield f"Le {poste} est déjà celui de {structure}."
        return
    avant = mois_a_clore(poste)
    clos = set(
        Mois.objects.clos().filter(premier_jour__in=avant).values_list("premier_jour", flat=True)
    )
    ouverts = [nom_du_mois(mois) for mois in avant if mois not in clos]
    if ouverts:
        yield (
            f"{accorde(len(ouverts), 'mois n’est pas clos', 'mois ne sont pas clos')} "
            f"({', '.join(ouverts)}) : leurs chiffres par part changeraient d’employeur après "
            "coup. Clôturez-les d’abord."
        )


def _cite(dates: list[dt.date]) -> str:
    """« 1er décembre 2026, 8 décembre 2026 et 3 autres »."""
    reste = len(dates) - CITES
    suite = f" et {accorde(reste, 'autre')}" if reste > 0 else ""
    return ", ".join(format_date(j) for j in dates[:CITES]) + suite
