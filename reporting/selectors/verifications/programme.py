"""Checks over the plan, the posts and the money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Sum

from conseillers.enums import TypeContrat
from conseillers.models import Affectation, Convention, Versement
from permanences.selectors.plan import A_RENSEIGNER, TENUE
from reporting.selectors.completude import completude_par_poste
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
    yield from _contracts(c)


def _plan(c: Contexte) -> Iterator[Verification]:
    codes = {creneau.pk: creneau.code for creneau in c.reperes.creneaux}
    attendues = [o for o in c.plan if o.etat == A_RENSEIGNER]
    vides = [o for o in c.plan if o.sans_visite]
    yield of_list(
        "occurrence_a_renseigner",
        "Créneaux à renseigner : tenus ou annulés ?",
        AVERTISSEMENT,
        [f"{codes[o.creneau_id]}, {o.date:%d/%m/%Y}" for o in attendues],
        (o.creneau_id for o in attendues),
    )
    yield of_list(
        "tenue_sans_visite",
        "Créneaux tenus sans visite",
        INFORMATION,
        [f"{codes[o.creneau_id]}, {o.date:%d/%m/%Y}" for o in vides],
        (o.creneau_id for o in vides),
    )


def _postes(c: Contexte, couvert: dict[str, Any]) -> Iterator[Verification]:
    etats = completude_par_poste(c.postes, c.mois)
    manquants = [pk for pk, etat in etats.items() if etat == "manquant"]
    yield of_list(
        "poste_manquant",
        "Postes qui n’ont pas déclaré leur mois complet",
        AVERTISSEMENT,
        [f"Poste {c.postes[pk].numero}" for pk in manquants],
        manquants,
    )
    actifs = {o.poste_id for o in c.plan if o.etat == TENUE} | c.postes_avec_seance
    inactifs = [
        pk
        for pk, etat in etats.items()
        if pk not in actifs and etat not in ("sans_objet", "vacant", "excuse")
    ]
    yield of_list(
        "poste_sans_activite",
        "Postes occupés sans séance ni créneau tenu",
        AVERTISSEMENT,
        [f"Poste {c.postes[pk].numero}" for pk in inactifs],
        inactifs,
    )
    pk_de = {poste.numero: pk for pk, poste in c.postes.items()}
    yield of_list(
        "vacance_longue",
        "Postes vacants depuis plus de quatre mois",
        AVERTISSEMENT,
        [
            f"Poste {v['numero']}, vacant depuis le {v['vacant_depuis']}"
            for v in couvert["a_decider"]["vacances"]
        ],
        (pk_de[v["numero"]] for v in couvert["a_decider"]["vacances"]),
    )


def _money(c: Contexte, couvert: dict[str, Any]) -> Iterator[Verification]:
    """Received more than conventioned, or more conventioned than the envelope; 2 queries."""
    lignes = dict(
        Convention.objects.filter(lignes__date_effet__lte=c.dernier)
        .order_by()
        .annotate(total=Sum(F("lignes__montant") + F("lignes__bonification")))
        .values_list("pk", "total")
    )
    recus = (
        Versement.objects.filter(date_recue__lte=c.dernier)
        .order_by("convention__reference")
        .values("convention", "convention__reference")
        .annotate(
            verse=Sum("montant", filter=Q(sens="versement"), default=0),
            rendu=Sum("montant", filter=Q(sens="reversement"), default=0),
        )
    )
    depassees = [r for r in recus if r["verse"] - r["rendu"] > lignes.get(r["convention"], 0)]
    yield of_list(
        "verse_plus_que_conventionne",
        "Conventions dont les versements dépassent le montant conventionné",
        AVERTISSEMENT,
        [str(r["convention__reference"]) for r in depassees],
        (r["convention"] for r in depassees),
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


def _contracts(c: Contexte) -> Iterator[Verification]:
    """Affectations in force on the last day that should not be, or whose end nobody wrote."""
    rendu = Q(poste__date_rendu__lte=c.dernier)
    # Another part time from the very next day is the same contract going on.
    suite = Affectation.objects.filter(
        poste=OuterRef("poste"),
        conseiller=OuterRef("conseiller"),
        date_debut=OuterRef("date_fin") + 1,
        date_fin__isnull=True,
    )
    sans_fin = (Q(date_fin__isnull=True) | Exists(suite)) & ~Q(type_contrat=TypeContrat.CDI)
    lignes = list(
        Affectation.objects.actif_le(c.dernier)
        .filter(rendu | sans_fin)
        .annotate(rendu=Q(rendu), sans_fin=Q(sans_fin))
        .order_by("poste__numero", "pk")
        .values("poste", "poste__numero", "rendu", "sans_fin")
    )
    ouvertes = [a for a in lignes if a["rendu"]]
    yield of_list(
        "affectation_sur_poste_rendu",
        "Affectations encore ouvertes sur un poste rendu",
        AVERTISSEMENT,
        [f"Poste {a['poste__numero']}" for a in ouvertes],
        (a["poste"] for a in ouvertes),
    )
    inconnues = [a for a in lignes if a["sans_fin"]]
    yield of_list(
        "contrat_sans_fin",
        "Contrats à durée déterminée dont la fin n’est pas renseignée",
        INFORMATION,
        [f"Poste {a['poste__numero']}" for a in inconnues],
        (a["poste"] for a in inconnues),
    )
