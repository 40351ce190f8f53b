"""The months and versions that the portal shows, and the report behind a printed code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from conseillers.models import Utilisateur
from permanences.models.mois import nom_du_mois
from reporting.enums import TypeRapport
from reporting.models import Rapport, RapportQuerySet

# Read aloud or typed from paper, these letters are taken for these digits.
_CONFUSIONS = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True)
class RapportsDuType:
    titre: str
    versions: list[Rapport]


@dataclass(frozen=True)
class RapportsDuMois:
    nom: str
    types: list[RapportsDuType]


def mois_visibles(utilisateur: Utilisateur) -> QuerySet[Rapport, dt.date]:
    """First days of the months that hold a report for this user, latest first."""
    return (
        Rapport.objects.visible_to(utilisateur)
        .order_by("-mois")
        .values_list("mois", flat=True)
        .distinct()
    )


def rapports_par_mois(utilisateur: Utilisateur, mois: Sequence[dt.date]) -> list[RapportsDuMois]:
    """The reports of these months, latest version first; 1 query, no figures."""
    rapports = list(
        Rapport.objects.visible_to(utilisateur)
        .filter(mois__in=mois)
        .with_remplace_par()
        .defer("donnees")
        .order_by("-version")
    )
    return [
        RapportsDuMois(
            nom_du_mois(jour),
            [
                RapportsDuType(
                    libelle,
                    [r for r in rapports if r.mois == jour and r.type == type_rapport],
                )
                for type_rapport, libelle in TypeRapport.choices
            ],
        )
        for jour in mois
    ]


def versions_visibles(utilisateur: Utilisateur, rapport: Rapport) -> QuerySet[Rapport]:
    """Every version of the same month and type that this user may see, latest first."""
    return _versions(Rapport.objects.visible_to(utilisateur), rapport)


def versions_transmises(rapport: Rapport) -> QuerySet[Rapport]:
    """Every transmitted version of the same month and type, latest first; public."""
    return _versions(Rapport.objects.transmis(), rapport)


def rapport_verifiable(code: str) -> Rapport | None:
    """The transmitted report that bears this code, however it was typed; public."""
    lettres = "".join(c for c in code.upper() if c.isalnum()).translate(_CONFUSIONS)
    return (
        Rapport.objects.transmis()
        .with_remplace_par()
        .filter(code=f"{lettres[:5]}-{lettres[5:]}")
        .first()
    )


def rapports_a_comparer(utilisateur: Utilisateur, type_rapport: str) -> QuerySet[Rapport]:
    """Every version of this type that this user may see, latest first, without its figures."""
    return (
        Rapport.objects.visible_to(utilisateur)
        .filter(type=type_rapport)
        .defer("donnees")
        .order_by("-mois", "-version")
    )


def rapports_visibles(utilisateur: Utilisateur, pks: Sequence[int]) -> dict[int, Rapport]:
    """{pk: report with its figures} of those that this user may see; 1 query."""
    return Rapport.objects.visible_to(utilisateur).in_bulk(pks)


def _versions(rapports: RapportQuerySet, rapport: Rapport) -> RapportQuerySet:
    return (
        rapports.filter(type=rapport.type, mois=rapport.mois)
        .with_remplace_par()
        .defer("donnees")
        .order_by("-version")
    )


def rapport_of_file(sha256: str) -> Rapport | None:
    """The transmitted report whose PDF has this fingerprint, with `remplace_par`; public."""
    return (
        Rapport.objects.transmis()
        .with_remplace_par()
        .defer("donnees")
        .filter(sha256=sha256)
        .first()
    )
