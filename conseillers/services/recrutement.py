"""A candidature moves, or is forgotten. Recruiting is an act of permanences: it opens the plan."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conseillers.enums import SUITES_CANDIDATURE, EtatCandidature
from conseillers.models import Candidature, Conseiller, Etape, Poste, Utilisateur
from conseillers.services.courriels import forget_destinataire

logger = logging.getLogger(__name__)

PHRASE_ANONYME = "Cette candidature est anonymisée : elle ne change plus."
PHRASE_RETENUE_D_ABORD = "Une candidature se recrute une fois « Retenue » : passez-la d’abord."
PHRASE_RIEN_A_ANNULER = "Aucune étape ne peut être annulée."
PHRASE_RECRUTEE = (
    "Cette personne est recrutée : son arrivée se corrige sur la page de son poste, "
    "pas sur sa candidature."
)


@transaction.atomic
def move_candidature(
    *, candidature: Candidature, vers: str, le: dt.date, utilisateur: Utilisateur
) -> Etape:
    """One dated move. Raises ValidationError for one that the order of the states forbids."""
    candidature = _hold(candidature)
    if vers not in SUITES_CANDIDATURE[EtatCandidature(candidature.etat)]:
        suite = EtatCandidature(vers).label
        raise ValidationError(
            f"Une candidature « {candidature.get_etat_display()} » ne passe pas à « {suite} »."
        )
    return _write_etape(candidature, vers, le, utilisateur)


@transaction.atomic
def undo_etape(*, etape: Etape, utilisateur: Utilisateur) -> Candidature:
    """The last move is undone and stays in the story, with who undid it."""
    candidature = _hold(etape.candidature)
    if candidature.etat == EtatCandidature.RECRUTEE:
        raise ValidationError(PHRASE_RECRUTEE)
    derniere = candidature.etapes.en_vigueur().order_by("-notee_le", "-pk").first()
    if derniere is None or derniere.pk != etape.pk or derniere.vers != candidature.etat:
        raise ValidationError(PHRASE_RIEN_A_ANNULER)
    derniere.annulee_le, derniere.annulee_par = timezone.now(), utilisateur
    derniere.save(update_fields=["annulee_le", "annulee_par"])
    candidature.etat, candidature.etat_le = derniere.de, derniere.depuis
    candidature.full_clean()
    candidature.save(update_fields=["etat", "etat_le"])
    return candidature


@transaction.atomic
def hold_retenue(*, candidature: Candidature) -> Candidature:
    """The candidature, locked, that may be recruited; inside the act that recruits it."""
    candidature = _hold(candidature)
    if candidature.etat != EtatCandidature.RETENUE:
        raise ValidationError(PHRASE_RETENUE_D_ABORD)
    return candidature


@transaction.atomic
def mark_recrutee(*, candidature: Candidature, poste: Poste, utilisateur: Utilisateur) -> Etape:
    """Its last step, on the poste that the person now holds."""
    candidature = hold_retenue(candidature=candidature)
    candidature.poste = poste
    return _write_etape(candidature, EtatCandidature.RECRUTEE, timezone.localdate(), utilisateur)


@dataclass(frozen=True)
class Effacement:
    """What a run of the anonymisation did, or would do: no name in it."""

    pk: int
    etat: str
    recue_le: dt.date
    garder_jusqu_au: dt.date | None


@transaction.atomic
def anonymise_candidatures(*, jour: dt.date, simulation: bool = False) -> list[Effacement]:
    """Erase the identities whose time is over. Dates, state and poste stay: counts do too."""
    lignes = list(Candidature.objects.a_anonymiser(jour).select_for_update().order_by("pk"))
    effacements = [Effacement(c.pk, c.etat, c.recue_le, c.garder_jusqu_au) for c in lignes]
    if simulation or not lignes:
        return effacements
    for candidature in lignes:
        _forget_messages(candidature)
        forget_candidature(candidature=candidature, jour=jour)
    logger.warning("%d candidature(s) anonymised: %s", len(lignes), [c.pk for c in lignes])
    return effacements


def forget_candidature(*, candidature: Candidature, jour: dt.date) -> None:
    """The identity alone; inside the act that forgets the messages too."""
    candidature.courriel = None
    candidature.prenom = candidature.nom = candidature.code_insee = ""
    candidature.anonymisee_le = jour
    candidature.save(update_fields=["courriel", "prenom", "nom", "code_insee", "anonymisee_le"])


@transaction.atomic
def delete_candidature(*, candidature: Candidature) -> None:
    """Erased at once, as its person may ask: what was written to them goes too."""
    candidature = Candidature.objects.select_for_update(of=("self",)).get(pk=candidature.pk)
    if not candidature.anonymisee_le:
        _forget_messages(candidature)
    candidature.delete()


def _forget_messages(candidature: Candidature) -> None:
    """What was written to them goes too, unless they are somebody else here: an advisor."""
    courriel = candidature.courriel or ""
    connus = (Conseiller.objects, Utilisateur.objects)
    if not any(rows.filter(courriel__iexact=courriel).exists() for rows in connus):
        forget_destinataire(courriel=courriel)


def _hold(candidature: Candidature) -> Candidature:
    """The row as it is now, locked: two clicks on one card follow each other."""
    candidature = Candidature.objects.select_for_update(of=("self",)).get(pk=candidature.pk)
    if candidature.anonymisee_le:
        raise ValidationError(PHRASE_ANONYME)
    return candidature


def _write_etape(
    candidature: Candidature, vers: str, le: dt.date, utilisateur: Utilisateur
) -> Etape:
    if le > timezone.localdate():
        raise ValidationError({"le": "Cette étape n’a pas encore eu lieu : attendez son jour."})
    etape = Etape(
        candidature=candidature,
        de=candidature.etat,
        vers=vers,
        le=le,
        depuis=candidature.etat_le,
        par=utilisateur,
    )
    etape.full_clean()
    etape.save()
    candidature.etat, candidature.etat_le = vers, le
    candidature.full_clean()
    candidature.save(update_fields=["etat", "etat_le", "poste"])
    return etape
