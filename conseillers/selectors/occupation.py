"""Who held which poste, day by day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from conseillers.enums import Part, TypePoste
from conseillers.models import Absence, Affectation, Poste, Utilisateur
from conseillers.models.postes import ParPosteQuerySet

UN_JOUR = dt.timedelta(days=1)


def jours(premier: dt.date, dernier: dt.date) -> Iterator[dt.date]:
    """Every day of [premier, dernier]."""
    for rang in range((dernier - premier).days + 1):
        yield premier + rang * UN_JOUR


def _dans(jour: dt.date, debut: dt.date, fin: dt.date | None) -> bool:
    return debut <= jour and (fin is None or jour <= fin)


@dataclass(slots=True)
class PosteOccupe:
    """A poste over a period: who held it and who was away, day by day."""

    pk: int
    numero: int
    type: str
    part: Part
    employeur: str
    date_attribution: dt.date
    date_rendu: dt.date | None
    # (conseiller, début, fin)
    affectations: list[tuple[int, dt.date, dt.date | None]] = field(default_factory=list)
    absences: list[tuple[int, dt.date, dt.date]] = field(default_factory=list)

    def est_attribue(self, jour: dt.date) -> bool:
        """Attributed and not given back: `date_rendu` is the first day it is not ours."""
        return self.date_attribution <= jour and (self.date_rendu is None or jour < self.date_rendu)

    def titulaires(self, jour: dt.date) -> list[int]:
        return [c for c, debut, fin in self.affectations if _dans(jour, debut, fin)]

    def est_occupe(self, jour: dt.date) -> bool:
        return self.est_attribue(jour) and any(
            _dans(jour, debut, fin) for _, debut, fin in self.affectations
        )

    def tous_absents(self, jour: dt.date) -> bool:
        """Every holder in force that day is absent; false when there is none."""
        if not self.absences:
            return False
        titulaires = self.titulaires(jour)
        absents = {c for c, debut, fin in self.absences if debut <= jour <= fin}
        return bool(titulaires) and absents.issuperset(titulaires)

    @property
    def est_coordinateur(self) -> bool:
        return self.type == TypePoste.COORDINATEUR


_PERIODE = JSONObject(conseiller="conseiller_id", debut="date_debut", fin="date_fin")


def occupation(
    premier: dt.date, dernier: dt.date, *, parmi: Iterable[int] | None = None
) -> dict[int, PosteOccupe]:
    """Every poste with its affectations and absences of [premier, dernier], in 1 query.

    `parmi`: of these postes only, by their keys.
    """
    postes = Poste.objects.all() if parmi is None else Poste.objects.filter(pk__in=parmi)
    du_poste = {"poste": OuterRef("pk")}
    affectations = Affectation.objects.actif_entre(premier, dernier).filter(**du_poste)
    absences = Absence.objects.actif_entre(premier, dernier).filter(**du_poste)
    occupes = {}
    for poste in (
        postes.select_related("structure")
        .annotate(
            ses_affectations=ArraySubquery(affectations.order_by("pk").values(lue=_PERIODE)),
            ses_absences=ArraySubquery(absences.order_by("pk").values(lue=_PERIODE)),
        )
        .order_by("numero")
    ):
        occupe = occupes[poste.pk] = _poste_occupe(poste)
        occupe.affectations += map(_read_periode, poste.ses_affectations)
        occupe.absences += map(_read_periode, poste.ses_absences)
    return occupes


def _read_periode(lue: dict[str, Any]) -> tuple[int, dt.date, Any]:
    """An absence always has its last day."""
    fin = lue["fin"] and dt.date.fromisoformat(lue["fin"])
    return lue["conseiller"], dt.date.fromisoformat(lue["debut"]), fin


def occupation_of(
    utilisateur: Utilisateur,
    premier: dt.date,
    dernier: dt.date,
    affectations: ParPosteQuerySet | None = None,
) -> tuple[list[Affectation], dict[int, PosteOccupe]]:
    """An advisor's own affectations of the period, and their postes as `occupation` gives them.

    2 queries, whatever the programme. `affectations`: the same rows with more on them.
    """
    if affectations is None:
        affectations = Affectation.objects.all()
    miennes = Affectation.objects.filter(conseiller__utilisateur=utilisateur)
    toutes = list(
        # Who else holds these postes counts too: a créneau is held by whoever is there.
        affectations.actif_entre(premier, dernier)
        .filter(poste__in=miennes.actif_entre(premier, dernier).values("poste"))
        .select_related("poste__structure", "conseiller")
        .order_by("date_debut", "pk")
    )
    postes = {a.poste_id: _poste_occupe(a.poste) for a in toutes}
    for a in toutes:
        postes[a.poste_id].affectations.append((a.conseiller_id, a.date_debut, a.date_fin))
    if postes:
        _add_absences(
            postes, Absence.objects.actif_entre(premier, dernier).filter(poste__in=postes)
        )
    return [a for a in toutes if a.conseiller.utilisateur_id == utilisateur.pk], postes


def _poste_occupe(poste: Poste) -> PosteOccupe:
    return PosteOccupe(
        pk=poste.pk,
        numero=poste.numero,
        type=poste.type,
        part=poste.structure.part,
        employeur=poste.structure.nom,
        date_attribution=poste.date_attribution,
        date_rendu=poste.date_rendu,
    )


def _add_absences(postes: dict[int, PosteOccupe], absences: ParPosteQuerySet) -> None:
    for poste, conseiller, du, au in absences.values_list(
        "poste_id", "conseiller_id", "date_debut", "date_fin"
    ):
        postes[poste].absences.append((conseiller, du, au))


def vacant_depuis(postes: Iterable[PosteOccupe], jour: dt.date) -> dict[int, dt.date]:
    """First day without an occupant of each of these vacant postes, as of `jour`; 1 query.

    The day after the last affectation that ended, or the attribution of a poste that nobody
    has held yet.
    """
    cherches = {p.pk: p for p in postes}
    fins: dict[int, list[dt.date]] = defaultdict(list)
    for poste, fin in Affectation.objects.filter(
        poste__in=cherches, date_debut__lte=jour, date_fin__lt=jour
    ).values_list("poste_id", "date_fin"):
        if fin is not None:
            fins[poste].append(fin)
    return {
        pk: max([f + UN_JOUR for f in fins[pk]] + [poste.date_attribution])
        for pk, poste in cherches.items()
    }
