"""Checks over the places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from permanences import calendrier
from permanences.models import LieuAccueil
from reporting.selectors.contexte import Contexte
from reporting.selectors.verifications.base import (
    AVERTISSEMENT,
    INFORMATION,
    Niveau,
    Verification,
    of_list,
)
from territoires.geo import distance_km, is_inside
from territoires.models import Commune

# Contours are generalised: a lieu this near to a chef-lieu of its EPCI is not called outside.
TOLERANCE_KM = 2.0
# Nobody has looked at a lieu for this long: shown in the annex, then a warning.
VERIFICATION_MOIS, VERIFICATION_ALERTE_MOIS = 12, 18


def checks_of_territoire(c: Contexte) -> Iterator[Verification]:
    lieux = [lieu for lieu in c.reperes.lieux.values() if lieu.actif]
    yield _of_lieux(
        "lieu_sans_coordonnees",
        "Lieux sans coordonnées : placés au chef-lieu de leur commune",
        AVERTISSEMENT,
        [lieu for lieu in lieux if lieu.latitude is None],
    )
    yield _of_lieux(
        "lieu_hors_epci",
        "Lieux situés hors de l’EPCI de leur commune",
        AVERTISSEMENT,
        list(_outside(c, lieux)),
    )
    yield from _unchecked(c, lieux)
    yield of_list(
        "epci_a_cheval",
        "EPCI à cheval sur deux départements : seules leurs communes d’ici sont comptées",
        INFORMATION,
        [epci.nom for epci in c.reperes.territoire.epcis if epci.a_cheval],
    )


def _of_lieux(code: str, libelle: str, niveau: Niveau, lieux: list[LieuAccueil]) -> Verification:
    return of_list(code, libelle, niveau, [x.nom for x in lieux], (x.pk for x in lieux))


def _unchecked(c: Contexte, lieux: list[LieuAccueil]) -> Iterator[Verification]:
    """Lieux of the month that nobody looked at for long, judged on its last day.

    One that was never looked at has no age: it is shown, but does not warn.
    """
    du_mois = [x for x in lieux if x.pk in c.maillage.actifs or x.pk in c.maillage.par_lieu]
    limite, alerte = (
        calendrier.jour_decale_de_mois(c.dernier, -mois)
        for mois in (VERIFICATION_MOIS, VERIFICATION_ALERTE_MOIS)
    )
    anciens = [x for x in du_mois if x.verifie_le is not None and x.verifie_le < alerte]
    yield _of_lieux(
        "lieu_verifie_ancien",
        "Lieux du mois dont la dernière vérification date de plus de dix-huit mois",
        AVERTISSEMENT,
        anciens,
    )
    yield _of_lieux(
        "lieu_a_verifier",
        "Lieux du mois jamais vérifiés, ou vérifiés il y a plus de douze mois",
        INFORMATION,
        [
            x
            for x in du_mois
            if x.verifie_le is None or (x.verifie_le < limite and x not in anciens)
        ],
    )


def _outside(c: Contexte, lieux: list[LieuAccueil]) -> Iterator[LieuAccueil]:
    """Lieux of the month whose point is in no commune of their EPCI; 1 query."""
    concernes = [
        lieu
        for lieu in lieux
        if lieu.latitude is not None
        and lieu.commune is not None
        and lieu.commune.epci_id
        and (lieu.pk in c.maillage.actifs or lieu.pk in c.maillage.par_lieu)
    ]
    loin = [lieu for lieu in concernes if not _near_chef_lieu(c, lieu)]
    if not loin:
        return
    contours: dict[str | None, list[dict[str, Any]]] = {}
    for siren, contour in Commune.objects.filter(
        departement=settings.DEPARTEMENT,
        epci__in={lieu.commune.epci_id for lieu in loin if lieu.commune},
        contour__isnull=False,
    ).values_list("epci_id", "contour"):
        contours.setdefault(siren, []).append(contour or {})
    for lieu in loin:
        autour = contours.get(lieu.commune.epci_id if lieu.commune else None, [])
        if not any(
            is_inside(lieu.latitude or 0.0, lieu.longitude or 0.0, contour) for contour in autour
        ):
            yield lieu


def _near_chef_lieu(c: Contexte, lieu: LieuAccueil) -> bool:
    """At most the tolerance from the chef-lieu of its own commune: the usual case, no contour."""
    commune = lieu.commune
    return (
        commune is not None
        and distance_km(
            lieu.latitude or 0.0, lieu.longitude or 0.0, commune.latitude, commune.longitude
        )
        <= TOLERANCE_KM
    )
