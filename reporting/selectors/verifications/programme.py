"""Checks over the plan, the posts and the money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q, Sum

from conseillers.models import Affectation, Convention, Versement
from permanences.selectors.plan import A_RENSEIGNER, TENUE
from reporting.selectors import programme
from reporting.selectors.contexte import Contexte
from reporting.selectors.verifications.base import (
    AVERTISSEMENT,
    INFORMATION,
    Verification,
    of_list,
)


def checks_of_programme(c: Contexte, couvert: dict[str, Any]) -> Iterator[Verification]:
    yield from _plan(c)
    yield from _postes(c, couvert)
    yield from _money(c, couvert)
    yield _ended_contracts(c)


def _plan(c: Contexte) -> Iterator[Verification]:
    codes = {creneau.pk: creneau.code for creneau in c.reperes.creneaux}
    yield of_list(
        "occurrence_a_renseigner",
        "Créneaux à renseigner : tenus ou annulés ?",
        AVERTISSEMENT,
        [f"{codes[o.creneau_id]}, {o.date:%d/%m/%Y}" for o in c.plan if o.etat == A_RENSEIGNER],
    )
    yield Verification(
        "tenue_sans_visite",
        "Créneaux tenus sans visite",
        INFORMATION,
        sum(o.sans_visite for o in c.plan),
    )


def _postes(c: Contexte, couvert: dict[str, Any]) -> Iterator[Verification]:
    etats = programme.completude_par_poste(c.postes, c.mois, c.dernier)
    yield of_list(
        "poste_manquant",
        "Postes qui n’ont pas déclaré leur mois complet",
        AVERTISSEMENT,
        [f"Poste {c.postes[pk].numero}" for pk, etat in etats.items() if etat == "manquant"],
    )
    actifs = {o.poste_id for o in c.plan if o.etat == TENUE} | c.postes_avec_seance
    yield of_list(
        "poste_sans_activite",
        "Postes occupés sans séance ni créneau tenu",
        AVERTISSEMENT,
        [
            f"Poste {c.postes[pk].numero}"
            for pk, etat in etats.items()
            if pk not in actifs and etat not in ("sans_objet", "vacant", "excuse")
        ],
    )
    yield of_list(
        "vacance_longue",
        "Postes vacants depuis plus de quatre mois",
        AVERTISSEMENT,
        [
            f"Poste {v['numero']}, vacant depuis le {v['vacant_depuis']}"
            for v in couvert["a_decider"]["vacances"]
        ],
    )


def _money(c: Contexte, couvert: dict[str, Any]) -> Iterator[Verification]:
    """Received more than conventioned, or more conventioned than the envelope; 2 queries."""
    lignes = dict(
        Convention.objects.filter(lignes__date_effet__lte=c.dernier)
        .order_by()
        .annotate(total=Sum(F("lignes__montant") + F("lignes__bonification")))
        .values_list("reference", "total")
    )
    recus = (
        Versement.objects.filter(date_recue__lte=c.dernier)
        .order_by("convention__reference")
        .values("convention__reference")
        .annotate(
            verse=Sum("montant", filter=Q(sens="versement"), default=0),
            rendu=Sum("montant", filter=Q(sens="reversement"), default=0),
        )
    )
    yield of_list(
        "verse_plus_que_conventionne",
        "Conventions dont les versements dépassent le montant conventionné",
        AVERTISSEMENT,
        [
            f"{r['convention__reference']}"
            for r in recus
            if r["verse"] - r["rendu"] > lignes.get(r["convention__reference"], 0)
        ],
    )
    depassement = couvert["financements"]["enveloppe"] and (
        couvert["financements"]["V1"]["conventionne"] > couvert["financements"]["enveloppe"]
    )
    yield Verification(
        "enveloppe_depassee",
        "Conventions de la première phase au-delà de l’enveloppe",
        AVERTISSEMENT,
        int(bool(depassement)),
    )


def _ended_contracts(c: Contexte) -> Verification:
    """An affectation open on a poste that is no longer ours."""
    ouvertes = (
        Affectation.objects.actif_le(c.dernier)
        .filter(poste__date_rendu__lte=c.dernier)
        .order_by("poste__numero")
        .values_list("poste__numero", flat=True)
    )
    return of_list(
        "affectation_sur_poste_rendu",
        "Affectations encore ouvertes sur un poste rendu",
        AVERTISSEMENT,
        [f"Poste {numero}" for numero in ouvertes],
    )
