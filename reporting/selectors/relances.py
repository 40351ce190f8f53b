"""Whom to remind of a month that is not declared, and whom not, said with its reason."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.conf import settings

from conseillers.enums import Role
from conseillers.models import Conseiller, Poste, Utilisateur
from conseillers.selectors import PosteOccupe, occupation
from permanences import calendrier
from permanences.enums import EtatCompletude
from permanences.models import EtapeRelance, Relance
from permanences.models.mois import premier_du_mois
from reporting.selectors.completude import completude_par_poste
from territoires.typographie import format_date


@dataclass(frozen=True)
class PosteARelancer:
    """A poste that has not declared. `empechement`: why nobody is written to today."""

    poste: PosteOccupe
    conseillers: list[Conseiller]
    referents: list[Utilisateur]
    empechement: str = ""
    relances: list[Relance] = field(default_factory=list)


def postes_a_relancer(mois: dt.date, jour: dt.date) -> list[PosteARelancer]:
    """The postes of that month that are « manquant », by number. 8 queries at most."""
    postes = occupation(mois, max(calendrier.dernier_jour(mois), jour))
    etats = completude_par_poste(postes, mois)
    manquants = {pk: postes[pk] for pk, e in etats.items() if e == EtatCompletude.MANQUANT}
    personnes = _conseillers({c for p in manquants.values() for c in p.titulaires(jour)})
    referents = _referents(set(manquants))
    relances: dict[int, list[Relance]] = defaultdict(list)
    for relance in Relance.objects.filter(mois=mois, poste__in=manquants):
        relances[relance.poste_id].append(relance)  # type: ignore[index]  # those of a poste
    return [
        _a_relancer(poste, mois, jour, personnes, referents[pk], relances[pk])
        for pk, poste in manquants.items()
    ]


def _conseillers(cles: set[int]) -> dict[int, Conseiller]:
    return {c.pk: c for c in Conseiller.objects.filter(pk__in=cles).select_related("utilisateur")}


def _referents(postes: set[int]) -> dict[int, list[Utilisateur]]:
    """{poste: the active referents of its employer}; 2 queries."""
    par_structure: dict[int, list[Utilisateur]] = defaultdict(list)
    for referent in Utilisateur.objects.filter(
        role=Role.EMPLOYEUR, is_active=True, structure__postes__in=postes
    ).distinct():
        par_structure[referent.structure_id].append(referent)  # type: ignore[index]
    structures = Poste.objects.filter(pk__in=postes).values_list("pk", "structure_id")
    return defaultdict(list, {pk: par_structure[structure] for pk, structure in structures})


def _a_relancer(
    poste: PosteOccupe,
    mois: dt.date,
    jour: dt.date,
    personnes: dict[int, Conseiller],
    referents: list[Utilisateur],
    relances: list[Relance],
) -> PosteARelancer:
    vises, empechement = _vises(poste, mois, jour, personnes)
    deja = {r.courriel for r in relances if r.jour == jour}
    restants = [c for c in vises if c.courriel not in deja]
    if vises and not restants:
        empechement = "Déjà relancé aujourd’hui."
    return PosteARelancer(poste, restants, referents, empechement, relances)


def _vises(
    poste: PosteOccupe, mois: dt.date, jour: dt.date, personnes: dict[int, Conseiller]
) -> tuple[list[Conseiller], str]:
    """Who can declare that month and is at work that day; else why there is nobody."""
    if not poste.est_occupe(jour):
        return [], "Poste vacant aujourd’hui\u202f: personne à relancer."
    presents_alors = {
        c
        for c, debut, fin in poste.affectations
        if debut <= calendrier.dernier_jour(mois) and (fin is None or fin >= mois)
    }
    titulaires = [c for c in poste.titulaires(jour) if c in presents_alors]
    if not titulaires:
        return [], "Le titulaire d’alors a quitté le poste\u202f: déclarez le mois pour lui."
    la = [c for c in titulaires if not _absent(poste, c, jour)]
    if not la:
        fin = max(fin for c, debut, fin in poste.absences if c in titulaires and debut <= jour)
        return [], f"Absent jusqu’au {format_date(fin)}\u202f: pas de relance d’ici là."
    # Without an account yet, the message says whom to ask for one.
    ouverts = [personnes[c] for c in la if (u := personnes[c].utilisateur) is None or u.is_active]
    return ouverts, "" if ouverts else "Compte fermé\u202f: rouvrez-le, ou déclarez à sa place."


def _absent(poste: PosteOccupe, conseiller: int, jour: dt.date) -> bool:
    return any(c == conseiller and debut <= jour <= fin for c, debut, fin in poste.absences)


def etapes_du(jour: dt.date) -> list[EtapeRelance]:
    """What the calendar sends that day; nothing on a week-end or a public holiday. 1 query."""
    premier = premier_du_mois(jour)
    return [
        etape
        for etape in EtapeRelance.objects.filter(actif=True)
        if calendrier.jour_ouvre(premier, etape.rang, settings.DEPARTEMENT) == jour
    ]
