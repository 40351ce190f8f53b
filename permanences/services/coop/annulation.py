"""Undo one import: what it changed comes back, or nothing is undone and the reasons are said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from conseillers.models import Utilisateur
from permanences.enums import EtatCompteRendu, EtatImportCoop, RaisonCoop
from permanences.models import ChangementCoop, CompteRenduCoop, ImportCoop, Seance
from permanences.models.mois import du_mois
from permanences.selectors.doubles import DoublesRegles
from permanences.selectors.imports_coop import corrigees_depuis
from permanences.services.commun import take_turns
from permanences.services.coop.contexte import MoisConnus
from permanences.services.coop.ecriture import TOUR
from permanences.services.coop.enregistrement import (
    CHAMPS_COOP,
    CHAMPS_ECRITS,
    CHAMPS_LIGNE,
    COLONNES_LIGNE,
    update_rows,
)
from permanences.services.doubles import undo_doubles_of


@dataclass
class Consequences:
    """What an undo would do; `refus`: why it cannot be done."""

    retirees: int = 0
    retablies: int = 0
    corrigees_depuis: int = 0
    refus: list[str] = field(default_factory=list)


def consequences_of(importation: ImportCoop) -> Consequences:
    """Read before the confirmation. Call it inside a transaction when it decides."""
    if importation.etat != EtatImportCoop.FAIT:
        return Consequences(refus=["Seul un import fait peut être annulé."])
    changements = _changements(importation)
    bilan = Consequences()
    mois = MoisConnus(_jours(changements))
    plus_tard = _later(importation, changements)
    touchees: list[int] = []
    for changement in changements:
        ligne = changement.compte_rendu
        seance = ligne.seance
        if phrase := plus_tard.get(ligne.pk):
            bilan.refus.append(f"Activité {ligne.id_coop} : {phrase}")
        elif seance is not None and mois.est_figee(seance):
            if _moves(ligne, changement.avant):
                bilan.refus.append(
                    f"Activité {ligne.id_coop} : le mois {du_mois(seance.date)} a été clos depuis."
                )
        elif seance is not None:
            touchees.append(seance.pk)
            retiree = changement.avant is None or not changement.avant["champs"]
            bilan.retirees += bool(retiree and not seance.supprimee_le)
            bilan.retablies += not retiree
    if touchees and importation.termine_le:
        bilan.corrigees_depuis = corrigees_depuis(touchees, importation.termine_le)
    return bilan


@transaction.atomic
def cancel_import(*, importation: ImportCoop, utilisateur: Utilisateur) -> Consequences:
    """Raises ValidationError with every reason, and nothing is undone."""
    take_turns(TOUR)
    importation = ImportCoop.objects.select_for_update(of=("self",)).get(pk=importation.pk)
    bilan = consequences_of(importation)
    if bilan.refus:
        raise ValidationError(bilan.refus)
    changements = _changements(importation)
    mois = MoisConnus(_jours(changements))
    connues = [c.compte_rendu.seance_id for c in changements if c.compte_rendu.seance_id]
    doubles = DoublesRegles(connues)
    seances: list[Seance] = []
    for changement in changements:
        if touchee := _restore(changement, mois, doubles):
            seances.append(touchee)
    update_rows(Seance, seances, CHAMPS_ECRITS)
    update_rows(CompteRenduCoop, [c.compte_rendu for c in changements], CHAMPS_LIGNE)
    # Who was withdrawn as the double of one that is now gone comes back.
    undo_doubles_of([s for s in seances if s.supprimee_le], utilisateur=utilisateur)
    importation.etat = EtatImportCoop.ANNULE
    importation.annule_le, importation.annule_par = timezone.now(), utilisateur
    importation.save()
    return bilan


def _changements(importation: ImportCoop) -> list[ChangementCoop]:
    return list(
        importation.changements.select_related("compte_rendu__seance", "compte_rendu__conseiller")
    )


def _jours(changements: Sequence[ChangementCoop]) -> set[dt.date]:
    jours = {c.compte_rendu.seance.date for c in changements if c.compte_rendu.seance}
    return jours | {
        dt.date.fromisoformat(c.avant["champs"]["date"])
        for c in changements
        if c.avant and c.avant["champs"]
    }


def _later(importation: ImportCoop, changements: Sequence[ChangementCoop]) -> dict[int, str]:
    """{row: which later run changed it}; a run that was undone no longer counts."""
    plus_tard = (
        ChangementCoop.objects.filter(
            compte_rendu__in=[c.compte_rendu_id for c in changements],
            importation__pk__gt=importation.pk,
        )
        .exclude(importation__etat=EtatImportCoop.ANNULE)
        .values("compte_rendu")
        .annotate(le=Max("importation__debute_le"))
        .order_by()
    )
    return {
        ligne["compte_rendu"]: "l’import du "
        f"{timezone.localtime(ligne['le']):%d/%m/%Y à %H:%M} l’a changée depuis : annulez-le "
        "d’abord."
        for ligne in plus_tard
    }


def _moves(ligne: CompteRenduCoop, avant: dict[str, Any] | None) -> bool:
    """Whether the undo would touch the séance, and not only what is kept beside it."""
    seance = ligne.seance
    if avant is None or not avant["champs"]:
        return seance is not None and not seance.supprimee_le
    return _fields_of(avant) != {nom: getattr(seance, nom) for nom in CHAMPS_COOP} or (
        avant["champs"]["retiree"] != (seance is None or seance.supprimee_le is not None)
    )


def _fields_of(avant: dict[str, Any]) -> dict[str, Any]:
    champs = {nom: avant["champs"][nom] for nom in CHAMPS_COOP}
    return champs | {"date": dt.date.fromisoformat(champs["date"])}


def _restore(changement: ChangementCoop, mois: MoisConnus, doubles: DoublesRegles) -> Seance | None:
    """Set the row and its séance as they were; the séance when it is to be written."""
    ligne, avant = changement.compte_rendu, changement.avant
    seance = ligne.seance
    if avant is None:
        ligne.etat, ligne.raison = EtatCompteRendu.ECARTE, RaisonCoop.IMPORT_ANNULE
        ligne.precision, ligne.modifie_le = "", None
    else:
        for nom in COLONNES_LIGNE:
            if nom != "seance_id":
                setattr(ligne, nom, _value(nom, avant[nom]))
    if seance is None or mois.est_figee(seance):
        return None
    seance.modifiee_le = timezone.now()
    if avant is None or not avant["champs"]:
        seance.supprimee_le = seance.supprimee_le or seance.modifiee_le
        return seance
    champs = _fields_of(avant)
    champs |= doubles.kept(seance, champs)
    for nom, valeur in champs.items():
        setattr(seance, nom, valeur)
    retiree = avant["champs"]["retiree"] or seance.pk in doubles.retirees
    if seance.pk in doubles.retirees:
        ligne.etat, ligne.raison = EtatCompteRendu.ECARTE, RaisonCoop.DOUBLE
    seance.supprimee_le = (seance.supprimee_le or seance.modifiee_le) if retiree else None
    return seance


def _value(nom: str, valeur: Any) -> Any:
    if valeur and nom == "date":
        return dt.date.fromisoformat(valeur)
    if valeur and nom in ("modifie_le", "supprime_le"):
        return dt.datetime.fromisoformat(valeur)
    return valeur
