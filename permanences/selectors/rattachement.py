"""Séances « en attente de rattachement »: to which poste each could belong, and why."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone

from conseillers.models import Affectation, Poste, Utilisateur
from permanences.models import Creneau, Mois, Seance
from permanences.models.mois import premier_du_mois
from territoires.typographie import accorde, format_date

# Shown on one page: more than a hundred means an account to complete first.
MONTREES = 100


@dataclass(frozen=True)
class Proposition:
    poste: Poste
    raison: str


@dataclass(frozen=True)
class EnAttente:
    """`mauvaise_date`: the same day of a year when its author did hold a poste."""

    seance: Seance
    propositions: list[Proposition] = field(default_factory=list)
    mauvaise_date: dt.date | None = None
    clos: bool = False


def seances_en_attente(utilisateur: Utilisateur) -> tuple[int, list[EnAttente]]:
    """How many, and the oldest ones with what is proposed; 6 queries."""
    toutes = Seance.objects.visible_to(utilisateur).en_attente()
    seances = list(
        toutes.select_related("auteur", "lieu", "commune", "creneau__poste").order_by("date", "pk")[
            :MONTREES
        ]
    )
    par_auteur: dict[int, list[Affectation]] = defaultdict(list)
    for affectation in (
        Affectation.objects.filter(conseiller__in={s.auteur_id for s in seances if s.auteur_id})
        .select_related("poste")
        .order_by("date_debut")
    ):
        par_auteur[affectation.conseiller_id].append(affectation)
    par_lieu = _creneaux_par_lieu({s.lieu_id for s in seances if s.lieu_id})
    clos = set(Mois.objects.clos().values_list("premier_jour", flat=True))
    return toutes.count(), [
        _en_attente(s, par_auteur[s.auteur_id or 0], par_lieu[s.lieu_id or 0], clos)
        for s in seances
    ]


def _creneaux_par_lieu(lieux: set[int]) -> dict[int, list[Creneau]]:
    par_lieu: dict[int, list[Creneau]] = defaultdict(list)
    for creneau in Creneau.objects.filter(lieu__in=lieux).select_related("poste").order_by("code"):
        par_lieu[creneau.lieu_id].append(creneau)
    return par_lieu


def _en_attente(
    seance: Seance,
    affectations: list[Affectation],
    creneaux: Iterable[Creneau],
    clos: set[dt.date],
) -> EnAttente:
    propositions: dict[int, Proposition] = {}

    def propose(poste: Poste, raison: str) -> None:
        ouvert = poste.date_rendu is None or seance.date < poste.date_rendu
        if poste.date_attribution <= seance.date and ouvert:
            propositions.setdefault(poste.pk, Proposition(poste, raison))

    if seance.creneau:
        propose(seance.creneau.poste, "poste du créneau choisi")
    for affectation in sorted(affectations, key=lambda a: _ecart(a, seance.date)):
        propose(affectation.poste, _raison(affectation, seance.date))
    for creneau in creneaux:
        if creneau.a_lieu_le(seance.date):
            propose(creneau.poste, "tient un créneau dans ce lieu ce jour-là")
    return EnAttente(
        seance,
        list(propositions.values()),
        _mauvaise_date(affectations, seance.date),
        premier_du_mois(seance.date) in clos,
    )


def _ecart(affectation: Affectation, jour: dt.date) -> int:
    """Days between the date and the affectation, 0 inside."""
    if jour < affectation.date_debut:
        return (affectation.date_debut - jour).days
    return max((jour - (affectation.date_fin or jour)).days, 0)


def _raison(affectation: Affectation, jour: dt.date) -> str:
    ecart = accorde(_ecart(affectation, jour), "jour")
    if jour < affectation.date_debut:
        return f"l’auteur y arrive le {format_date(affectation.date_debut)}, {ecart} après"
    if affectation.date_fin and affectation.date_fin < jour:
        return f"l’auteur l’a quitté le {format_date(affectation.date_fin)}, {ecart} avant"
    return "poste de l’auteur ce jour-là"


def _mauvaise_date(affectations: list[Affectation], jour: dt.date) -> dt.date | None:
    """A slip of the year: a year before or after, the author held a poste."""
    for annees in (1, -1):
        try:
            autre = jour.replace(year=jour.year + annees)
        except ValueError:  # 29 February
            continue
        if autre <= timezone.localdate() and any(
            a.date_debut <= autre and (a.date_fin is None or autre <= a.date_fin)
            for a in affectations
        ):
            return autre
    return None
