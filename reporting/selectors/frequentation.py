"""The figures of the attendance report, as its JSON holds them (contrat/formats.md)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from conseillers.enums import Part
from permanences.enums import NatureSeance, TypeLieu
from permanences.models import Mois, Seance
from permanences.models.seances import SeanceQuerySet
from reporting.selectors.contexte import Contexte
from reporting.selectors.ecart_coop import ecart_coop
from reporting.selectors.mesures import (
    A_DISTANCE,
    CLES_CANAL,
    CLES_NATURE,
    CLES_ORIENTATION,
    CLES_SAISIE,
    CLES_SOURCE,
    CLES_TYPE_LIEU,
    HORS_DEPARTEMENT,
    SANS_EPCI,
    VIDE,
    Mesure,
    sans_minutes,
)

NB_LIEUX = 15


def frequentation(c: Contexte) -> dict[str, Any]:
    mesures = c.mesures
    hors_delai, regularisations = _hors_delai(c)
    donnees: dict[str, Any] = {
        "total": {**mesures.total, "premieres_venues_sur": mesures.premieres_venues_sur},
        "par_nature": mesures.axe("nature", CLES_NATURE),
        "par_part": mesures.axe("part", list(Part.values)),
        "par_epci": _par_epci(c),
        "a_distance": mesures.ligne(A_DISTANCE),
        "hors_departement": mesures.ligne(HORS_DEPARTEMENT),
        "par_type_lieu": mesures.axe("type_lieu", CLES_TYPE_LIEU),
        "par_canal": mesures.axe("canal", CLES_CANAL),
        "tranches_age": mesures.publics["age"],
        "genres": mesures.publics["genre"],
        "statuts": mesures.publics["statut"],
        "thematiques": mesures.thematiques,
        "completude": c.completude(),
        "saisie": {k: m["seances"] for k, m in mesures.axe("saisie", CLES_SAISIE).items()},
        "par_source": {k: sans_minutes(m) for k, m in mesures.axe("source", CLES_SOURCE).items()},
        "hors_delai": hors_delai,
        "regularisations": regularisations,
        "orientations": {
            k: sans_minutes(m) for k, m in mesures.axe("orientation", CLES_ORIENTATION).items()
        },
        **_lieux(c),
        "ateliers": _ateliers(c),
        "ecart_coop": ecart_coop(c.mois),
    }
    if any(commune.epci_id is None for commune in c.reperes.territoire.communes):
        donnees[SANS_EPCI] = mesures.ligne(SANS_EPCI)
    return donnees


def _par_epci(c: Contexte) -> list[dict[str, Any]]:
    population: dict[str | None, int] = {}
    for commune in c.reperes.territoire.communes:
        siren = commune.epci_id
        population[siren] = population.get(siren, 0) + (commune.population or 0)
    return [
        {
            "siren": epci.siren,
            "nom": epci.nom,
            **c.mesures.ligne(epci.siren),
            "population": population.get(epci.siren, 0),
            "a_cheval": epci.a_cheval,
        }
        for epci in c.reperes.territoire.epcis
    ]


def fenetre_hors_delai(mois: dt.date) -> tuple[dt.datetime | None, dt.datetime]:
    """(after, until): entries between the clôture before this month's and this month's own.

    A later version keeps the window of the first, so that a late séance is counted once.
    """
    propre = (
        Mois.objects.filter(premier_jour=mois).values_list("premiere_cloture_le", flat=True).first()
    )
    jusqua = propre or timezone.now()
    avant = Mois.objects.filter(premiere_cloture_le__lt=jusqua).aggregate(
        le=Max("premiere_cloture_le")
    )["le"]
    return avant, jusqua


def regularisations() -> SeanceQuerySet:
    """Late séances that no version of their own month counts: each stands once in a year."""
    comptee_depuis = Mois.objects.filter(
        premier_jour=OuterRef("du_mois"), clos_le__gte=OuterRef("cree_le")
    )
    return (
        Seance.objects.comptees()
        .filter(hors_delai=True)
        .annotate(du_mois=TruncMonth("date"))
        .filter(~Exists(comptee_depuis))
    )


def _hors_delai(c: Contexte) -> tuple[Mesure, list[dict[str, Any]]]:
    """Late séances counted by this report, in all and by their own month; 3 queries."""
    depuis, jusqua = fenetre_hors_delai(c.mois)
    seances = regularisations().filter(date__lt=c.mois, cree_le__lte=jusqua)
    if depuis is not None:
        seances = seances.filter(cree_le__gt=depuis)
    total, lignes = dict(VIDE), []
    for ligne in (
        seances.order_by()
        .values("du_mois")
        .annotate(
            seances=Count("pk"),
            participations=Sum("nb_participants"),
            premieres_venues=Sum("nb_premieres_venues", default=0),
            minutes=Sum("duree"),
        )
        .order_by("du_mois")
    ):
        mesure: Mesure = {cle: int(str(ligne.get(cle))) for cle in VIDE}
        for cle, valeur in mesure.items():
            total[cle] += valeur
        lignes.append({"mois": f"{ligne['du_mois']:%Y-%m}", **mesure})
    return total, lignes


def _lieux(c: Contexte) -> dict[str, Any]:
    """The most attended lieux; EHPAD and lieux with a single séance only as groups.

    A line that small could say something of a person (contrat/rapports.md, section 3).
    """
    nommes, groupes = [], {k: _groupe() for k in ("ehpad", "seance_unique", "autres")}
    for pk, mesure in c.mesures.par_axe.get("lieu", {}).items():
        lieu = c.reperes.lieux[int(pk)]
        if lieu.type == TypeLieu.EHPAD:
            _add(groupes["ehpad"], mesure)
        elif mesure["seances"] == 1:
            _add(groupes["seance_unique"], mesure)
        else:
            nommes.append(
                {
                    "code": lieu.code,
                    "nom": lieu.nom,
                    "type": lieu.type,
                    **sans_minutes(mesure),
                }
            )
    nommes.sort(key=lambda ligne: (-ligne["participations"], ligne["code"]))
    for ligne in nommes[NB_LIEUX:]:
        _add(groupes["autres"], ligne)
    return {"lieux_frequentes": nommes[:NB_LIEUX], "lieux_groupes": groupes}


def _groupe() -> dict[str, int]:
    return {"lieux": 0, "seances": 0, "participations": 0}


def _add(groupe: dict[str, int], mesure: dict[str, Any]) -> None:
    groupe["lieux"] += 1
    groupe["seances"] += mesure["seances"]
    groupe["participations"] += mesure["participations"]


def _ateliers(c: Contexte) -> list[dict[str, Any]]:
    """Workshops and mini-trainings; the title is the plan's, never an advisor's free text.

    1 query.
    """
    return [
        {
            "date": jour.isoformat(),
            "nature": nature,
            "lieu": lieu,
            "titre": titre or "",
            "presents": presents,
            "capacite": capacite,
        }
        for jour, nature, lieu, titre, presents, capacite in Seance.objects.comptees()
        .entre(c.mois, c.dernier)
        .filter(nature__in=[NatureSeance.ATELIER, NatureSeance.MINI_FORMATION])
        .order_by("date", "lieu__code", "pk")
        .values_list(
            "date",
            "nature",
            "lieu__nom",
            "creneau__titre",
            "nb_participants",
            "creneau__capacite",
        )
    ]
