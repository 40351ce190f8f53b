"""What became of a date of the plan, and « mon mois est complet »."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conseillers.models import Poste, Utilisateur
from permanences.enums import Motif, StatutOccurrence
from permanences.models import Creneau, Declaration, Occurrence
from permanences.models.mois import hold_mois, premier_du_mois, refuse_si_clos
from permanences.services.commun import take_turns


@transaction.atomic
def set_occurrence(
    *,
    creneau: Creneau,
    date: dt.date,
    statut: str,
    motif: str = "",
    motif_texte: str = "",
    utilisateur: Utilisateur,
) -> Occurrence:
    """Say what became of one date of a créneau; said again, it is corrected."""
    hold_mois(date)
    take_turns(f"occurrence {creneau.pk} {date}")
    if statut == StatutOccurrence.TENUE and date > timezone.localdate():
        raise ValidationError(
            {"statut": "Cette date est à venir : elle ne peut pas déjà avoir été tenue."}
        )
    if statut == StatutOccurrence.ANNULEE and motif == Motif.AUTRE and not motif_texte.strip():
        raise ValidationError({"motif_texte": "Précisez le motif « autre » en quelques mots."})
    occurrence = (
        Occurrence.objects.select_for_update().filter(creneau=creneau, date=date).first()
    ) or Occurrence(creneau=creneau, date=date)
    occurrence.statut = statut
    occurrence.motif = motif if statut == StatutOccurrence.ANNULEE else ""
    occurrence.motif_texte = motif_texte if occurrence.motif else ""
    occurrence.full_clean()
    occurrence.save()
    return occurrence


@transaction.atomic
def clear_occurrence(*, creneau: Creneau, date: dt.date, utilisateur: Utilisateur) -> None:
    """Back to « à renseigner »."""
    hold_mois(date)
    refuse_si_clos(date)
    Occurrence.objects.filter(creneau=creneau, date=date).delete()


@transaction.atomic
def declare_mois(*, poste: Poste, mois: dt.date, utilisateur: Utilisateur) -> Declaration:
    """« Mon mois est complet »; a second time changes nothing, the first date stays."""
    mois = premier_du_mois(mois)
    hold_mois(mois)
    take_turns(f"declaration {poste.pk} {mois}")
    if mois > timezone.localdate():
        raise ValidationError("Ce mois n’a pas commencé : il ne peut pas déjà être complet.")
    deja = Declaration.objects.filter(poste=poste, mois=mois).first()
    if deja is not None:
        return deja
    declaration = Declaration(poste=poste, mois=mois, faite_le=timezone.localdate())
    declaration.full_clean()
    declaration.save()
    return declaration
