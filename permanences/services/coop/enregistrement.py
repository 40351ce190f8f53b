"""Rows and séances of La Coop to the database: in bulk, and what an undo would bring back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from permanences.enums import COMPTEURS, EtatCompteRendu, RaisonCoop
from permanences.models import ChangementCoop, CompteRenduCoop, ImportCoop, Seance
from territoires.traces import masked

# The counts of a run: what became of an activity.
CREES, MODIFIES, INCHANGES, ECARTES, SUPPRIMES = (
    "crees", "modifies", "inchanges", "ecartes", "supprimes",
)  # fmt: skip
ESPACE = uuid.UUID("5f0b8a52-0b1c-4f4e-9d3e-72c0091ac00b")

# Of a séance, what La Coop says; poste and créneau follow.
CHAMPS_COOP: tuple[str, ...] = (
    "auteur_id", "date", "nature", "canal", "lieu_id", "code_insee", "commune_id", "epci_id",
    "departement", "poste_id", "creneau_id", "duree", "nb_participants", "thematiques",
    "materiel", "autonomie", "niveau", "orientation", "titre", *COMPTEURS,
)  # fmt: skip
CHAMPS_ECRITS = (
    *(nom.removesuffix("_id") for nom in CHAMPS_COOP),
    "saisie_le", "hors_delai", "cree_le", "supprimee_le", "modifiee_le",
)  # fmt: skip
CHAMPS_LIGNE = (
    "mediateur", "conseiller", "date", "duree", "nb_participants", "lieu_coop", "donnees",
    "modifie_le", "supprime_le", "etat", "raison", "precision", "seance",
)  # fmt: skip
COLONNES_LIGNE = tuple(
    f"{nom}_id" if nom in ("conseiller", "lieu_coop", "seance") else nom for nom in CHAMPS_LIGNE
)


@dataclass
class Resultat:
    """What became of one activity. `changements`: (field, before, after)."""

    id_coop: str
    date: dt.date | None
    sort: str = INCHANGES
    raison: str = ""
    precision: str = ""
    regularisation: bool = False
    inconnues: tuple[str, ...] = ()
    changements: list[tuple[str, Any, Any]] = field(default_factory=list)


@dataclass
class Ecriture:
    """One activity on its way to the database; `avant`: what an undo would bring back."""

    ligne: CompteRenduCoop
    seance: Seance | None
    resultat: Resultat
    avant: dict[str, Any] | None = None
    ecrit_ligne: bool = False
    ecrit_seance: bool = False
    # Nothing that an undo would bring back: La Coop's date alone has moved on.
    sans_suite: bool = False


def before_of(ligne: CompteRenduCoop) -> dict[str, Any]:
    """The row and its séance as JSON, for an undo."""
    dit = {nom: getattr(ligne, nom) for nom in COLONNES_LIGNE}
    dit["date"] = ligne.date.isoformat() if ligne.date else None
    for nom in ("modifie_le", "supprime_le"):
        dit[nom] = dit[nom].astimezone(dt.UTC).isoformat() if dit[nom] else None
    dit["champs"] = None
    if (seance := ligne.seance) is not None:
        dit["champs"] = {nom: getattr(seance, nom) for nom in CHAMPS_COOP}
        dit["champs"]["date"] = seance.date.isoformat()
        dit["champs"]["retiree"] = seance.supprimee_le is not None
    return dit


def save(ecritures: Sequence[Ecriture], importation: ImportCoop | None) -> None:
    _save_seances([e for e in ecritures if e.ecrit_seance and e.seance])
    nouvelles: list[CompteRenduCoop] = []
    connues: list[CompteRenduCoop] = []
    touchees = [e for e in ecritures if e.ecrit_ligne]
    for ecriture in touchees:
        if ecriture.ligne.etat == EtatCompteRendu.COMPTE or ecriture.ligne.seance_id is None:
            ecriture.ligne.seance = ecriture.seance
        (connues if ecriture.ligne.pk else nouvelles).append(ecriture.ligne)
    CompteRenduCoop.objects.bulk_create(nouvelles)
    update_rows(CompteRenduCoop, connues, CHAMPS_LIGNE)
    if importation is not None:
        ChangementCoop.objects.bulk_create(
            [
                ChangementCoop(importation=importation, compte_rendu=e.ligne, avant=e.avant)
                for e in touchees
                if not e.sans_suite
            ],
            ignore_conflicts=True,  # what was before the run is what its first batch saw
        )


def _save_seances(ecritures: Sequence[Ecriture]) -> None:
    """In bulk; if the database refuses, one by one, to know which and say why."""
    nouvelles = [e for e in ecritures if e.seance and e.seance.pk is None]
    _give_keys(nouvelles)
    try:
        with transaction.atomic():
            _write_seances(ecritures)
    except (IntegrityError, DataError):
        for ecriture in ecritures:
            _save_apart(ecriture, ecriture in nouvelles)


def _write_seances(ecritures: Iterable[Ecriture]) -> None:
    seances = [e.seance for e in ecritures if e.seance]
    connues = [s for s in seances if s.pk]
    Seance.objects.bulk_create([s for s in seances if s.pk is None])
    update_rows(Seance, connues, CHAMPS_ECRITS)


def update_rows(modele: Any, lignes: Sequence[Any], champs: Sequence[str]) -> None:
    """Rows that exist, many fields: `bulk_update` would write a CASE per field and per row."""
    if lignes:
        modele.objects.bulk_create(
            lignes, update_conflicts=True, unique_fields=["id"], update_fields=champs
        )


def _save_apart(ecriture: Ecriture, nouvelle: bool) -> None:
    seance, ligne, resultat = ecriture.seance, ecriture.ligne, ecriture.resultat
    assert seance is not None
    if nouvelle:
        seance.pk, seance._state.adding = None, True
    try:
        with transaction.atomic():
            _write_seances([ecriture])
        return
    except (IntegrityError, DataError) as erreur:
        try:
            seance.full_clean()
            phrase = str(erreur).split("\n")[0]
        except ValidationError as refus:
            phrase = " ".join(refus.messages)
    ecriture.seance = None if nouvelle else seance
    ligne.etat, ligne.raison = EtatCompteRendu.ECARTE, RaisonCoop.REFUSE_PAR_UNE_REGLE
    ligne.precision = masked(phrase)[:300]
    resultat.sort, resultat.raison, resultat.precision = ECARTES, ligne.raison, ligne.precision
    resultat.regularisation = False


def _give_keys(ecritures: Sequence[Ecriture]) -> None:
    """La Coop's own key, unless something else has taken it."""
    cles = {e.ligne.id_coop: _uuid(e.ligne.id_coop) for e in ecritures}
    prises = set(
        Seance.objects.filter(cle__in=[c for c in cles.values() if c]).values_list("cle", flat=True)
    )
    for ecriture in ecritures:
        assert ecriture.seance is not None
        cle = cles[ecriture.ligne.id_coop]
        if cle is None or cle in prises:
            cle = uuid.uuid5(ESPACE, f"{ecriture.ligne.id_coop} {ecriture.ligne.seance_id or ''}")
        ecriture.seance.cle = cle


def _uuid(texte: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(texte)
    except ValueError:
        return None
