"""The active lieux as the national schema « Lieux de médiation numérique » wants them.

A lieu that cannot be published is left out with its reasons; one that is published without
something that it should have says what.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Q
from django.utils import timezone

from conseillers.enums import TypeStructure
from conseillers.models import Structure
from conseillers.selectors import occupation
from permanences import calendrier, mediation, recurrence
from permanences.models import Creneau, LieuAccueil, Seance
from permanences.selectors.mediation_lignes import Dossier, line_of, not_found
from permanences.selectors.plan import ANNULEE, plan_entre
from territoires.models import Commune, Evenement

# As far as the dates are written one by one: twelve weeks.
HORIZON = dt.timedelta(days=83)
# A créneau is to come if it has a date within so many months.
A_VENIR_MOIS = 24
MOIS_DES_THEMES = 12


@dataclass(frozen=True)
class Constat:
    """A lieu and what has to be mended there."""

    lieu: LieuAccueil
    raisons: list[str]


@dataclass
class Publication:
    """`ecartes`: not in the files; `incomplets`: there, without something."""

    ce_jour: dt.date
    horizon: dt.date
    lignes: list[mediation.Ligne] = field(default_factory=list)
    ecartes: list[Constat] = field(default_factory=list)
    incomplets: list[Constat] = field(default_factory=list)


def publication(ce_jour: dt.date) -> Publication:
    """11 queries, whatever the number of lieux and créneaux."""
    resultat = Publication(ce_jour, ce_jour + HORIZON)
    for dossier in _dossiers(resultat):
        ligne, manques = line_of(dossier)
        if raisons := not_found(dossier, ligne) or mediation.faults_of(ligne):
            resultat.ecartes.append(Constat(dossier.lieu, raisons))
            continue
        resultat.lignes.append(ligne)
        if manques:
            resultat.incomplets.append(Constat(dossier.lieu, manques))
    return resultat


def siret_du_producteur() -> str:
    """The Département's, for the name of the file; empty where its structure is not known."""
    return (
        Structure.objects.filter(type=TypeStructure.DEPARTEMENT)
        .order_by("pk")
        .values_list("siret", flat=True)
        .first()
        or ""
    )


# --- What is read ------------------------------------------------------------------------------


def _dossiers(pub: Publication) -> Iterable[Dossier]:
    """Open to the programme, with a créneau in force or to come."""
    par_lieu = _creneaux_par_lieu(pub.ce_jour)
    lieux = list(
        LieuAccueil.objects.filter(actif=True, pk__in=par_lieu)
        .select_related("commune__absorbee_par__absorbee_par")
        .defer("commune__contour", "commune__absorbee_par__contour")
        .order_by("code")
    )
    creneaux = [c for lieu in lieux for c in par_lieu[lieu.pk]]
    tenues = _tenues(creneaux, pub)
    themes = _themes(lieux, pub.ce_jour)
    contours = _contours(lieux)
    changes = _changes(lieux, creneaux, pub.ce_jour)
    for lieu in lieux:
        dossier = Dossier(
            lieu=lieu,
            creneaux=par_lieu[lieu.pk],
            tenues=tenues,
            themes=themes.get(lieu.pk, {}),
            contour=None,
            change_le=changes[lieu.pk],
            ce_jour=pub.ce_jour,
            horizon=pub.horizon,
        )
        if dossier.commune is not None:
            dossier.contour = contours.get(dossier.commune.pk)
        yield dossier


def _creneaux_par_lieu(ce_jour: dt.date) -> dict[int, list[Creneau]]:
    fin = calendrier.jour_decale_de_mois(ce_jour, A_VENIR_MOIS)
    par_lieu: dict[int, list[Creneau]] = defaultdict(list)
    # A single date has no end of its own.
    passes = Q(recurrence="", date_debut__lt=ce_jour)
    for creneau in Creneau.objects.actif_entre(ce_jour, fin).exclude(passes).order_by("code"):
        if recurrence.dates_du_creneau(
            regle=creneau.regle,
            date_debut=creneau.date_debut,
            date_fin=creneau.date_fin,
            premier=ce_jour,
            dernier=fin,
        ):
            par_lieu[creneau.lieu_id].append(creneau)
    return par_lieu


def _tenues(creneaux: list[Creneau], pub: Publication) -> dict[int, list[dt.date]]:
    """{créneau: its dates on which somebody is expected}: the cancelled ones are not."""
    plan = plan_entre(
        pub.ce_jour,
        pub.horizon,
        postes=occupation(pub.ce_jour, pub.horizon),
        creneaux=creneaux,
    )
    tenues: dict[int, list[dt.date]] = defaultdict(list)
    for occurrence in plan:
        if occurrence.etat != ANNULEE:
            tenues[occurrence.creneau_id].append(occurrence.date)
    return tenues


def _themes(
    lieux: Collection[LieuAccueil], ce_jour: dt.date
) -> dict[int, dict[tuple[str, ...], int]]:
    themes: dict[int, dict[tuple[str, ...], int]] = defaultdict(dict)
    for lieu, liste, nombre in (
        Seance.objects.comptees()
        .entre(calendrier.jour_decale_de_mois(ce_jour, -MOIS_DES_THEMES), ce_jour)
        .filter(lieu__in=[x.pk for x in lieux])
        .order_by()
        .values_list("lieu_id", "thematiques")
        .annotate(nombre=Count("pk"))
    ):
        themes[lieu][tuple(liste)] = nombre
    return themes


def _contours(lieux: Collection[LieuAccueil]) -> dict[str, dict[str, Any] | None]:
    places = [x.commune for x in lieux if x.commune is not None and x.latitude is not None]
    codes = {c.pk for c in places} | {c.absorbee_par_id for c in places if c.absorbee_par_id}
    codes |= {
        c.absorbee_par.absorbee_par_id
        for c in places
        if c.absorbee_par is not None and c.absorbee_par.absorbee_par_id
    }
    return dict(Commune.objects.filter(pk__in=codes).values_list("pk", "contour"))


def _changes(
    lieux: Collection[LieuAccueil], creneaux: Collection[Creneau], ce_jour: dt.date
) -> dict[int, dt.date]:
    """{lieu: day on which it, or one of its créneaux, last changed, or was checked}."""
    cles = {("permanences.lieuaccueil", str(x.pk)): x.pk for x in lieux} | {
        ("permanences.creneau", str(c.pk)): c.lieu_id for c in creneaux
    }
    derniers: dict[int, dt.date] = {x.pk: x.verifie_le for x in lieux if x.verifie_le is not None}
    for modele, objet, le in (
        Evenement.objects.filter(
            Q(modele="permanences.lieuaccueil", objet__in=[str(x.pk) for x in lieux])
            | Q(modele="permanences.creneau", objet__in=[str(c.pk) for c in creneaux])
        )
        .order_by()
        .values_list("modele", "objet")
        .annotate(dernier=Max("le"))
    ):
        lieu, jour = cles[modele, objet], timezone.localtime(le).date()
        derniers[lieu] = max(jour, derniers.get(lieu, jour))
    return {x.pk: min(derniers.get(x.pk, ce_jour), ce_jour) for x in lieux}
