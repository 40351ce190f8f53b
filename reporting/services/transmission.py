"""Transmit, acknowledge, reopen, correct (contrat/rapports.md, section 2)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conseillers.enums import NatureCourriel
from conseillers.models import Utilisateur
from conseillers.services import send_courriel
from permanences.enums import StatutMois
from permanences.models import CompletudeFigee, Mois
from permanences.models.mois import du_mois, premier_du_mois
from reporting.enums import NatureActe, StatutRapport, TypeRapport
from reporting.models import TRANSMIS, Rapport, Telechargement, rapports_storage
from reporting.services.journal import write_acte


@transaction.atomic
def transmit_mois(*, mois: dt.date, utilisateur: Utilisateur) -> list[Rapport]:
    """Put both reports at the Préfecture's disposal, and tell its mailbox once committed."""
    mois = premier_du_mois(mois)
    etat = _closed(mois)
    rapports = list(
        Rapport.objects.select_for_update().filter(mois=mois, version=etat.version).order_by("type")
    )
    if any(r.statut in TRANSMIS for r in rapports):
        raise ValidationError(f"Les rapports {du_mois(mois)} sont déjà transmis.")
    if len(rapports) < len(TypeRapport) or any(r.statut != StatutRapport.PRODUIT for r in rapports):
        raise ValidationError(
            "Les deux PDF ne sont pas encore produits : attendez, ou relancez celui en échec."
        )
    if settings.DEUX_PERSONNES_POUR_VALIDER and any(
        r.etabli_par_id == utilisateur.pk for r in rapports
    ):
        raise ValidationError(
            "Les rapports sont validés par une autre personne que celle qui les a établis."
        )
    Rapport.objects.filter(
        mois=mois, version__lt=etat.version, statut=StatutRapport.TRANSMIS
    ).update(statut=StatutRapport.REMPLACE)
    for rapport in rapports:
        rapport.statut = StatutRapport.TRANSMIS
        rapport.valide_par = utilisateur
        rapport.transmis_le = timezone.now()
        rapport.save(update_fields=["statut", "valide_par", "transmis_le"])
    write_acte(mois, NatureActe.TRANSMISSION, etat.version, utilisateur)
    _send_notice(mois, rapports, utilisateur)
    return rapports


def _closed(mois: dt.date) -> Mois:
    etat = Mois.objects.select_for_update().filter(premier_jour=mois).first()
    if etat is None or etat.statut != StatutMois.CLOS:
        raise ValidationError(f"Le mois {du_mois(mois)} n’est pas clos.")
    return etat


def _send_notice(mois: dt.date, rapports: list[Rapport], utilisateur: Utilisateur) -> None:
    """No attachment, but the fingerprints: one that only its author keeps proves little."""
    if settings.COURRIEL_PREFECTURE:
        send_courriel(
            destinataires=[settings.COURRIEL_PREFECTURE],
            gabarit="transmission",
            contexte={"du_mois": du_mois(mois), "rapports": rapports},
            objet=f"Rapports {du_mois(mois)} disponibles",
            nature=NatureCourriel.TRANSMISSION,
            utilisateur=utilisateur,
        )


@transaction.atomic
def reopen_mois(*, mois: dt.date, utilisateur: Utilisateur, motif: str = "") -> Mois:
    """Undo a clôture while nothing of it was transmitted; its frozen reports are dropped."""
    mois = premier_du_mois(mois)
    etat = _closed(mois)
    figes = Rapport.objects.select_for_update().filter(mois=mois, version=etat.version)
    if any(r.statut in TRANSMIS for r in figes):
        raise ValidationError(
            f"Les rapports {du_mois(mois)} ont été transmis : le mois ne se rouvre plus. "
            "Ouvrez une rectification."
        )
    write_acte(mois, NatureActe.REOUVERTURE, etat.version, utilisateur, motif)
    fichiers = [f.name for r in figes for f in (r.pdf, r.page) if f.name]
    figes.delete()
    CompletudeFigee.objects.filter(mois=mois, version=etat.version).delete()
    etat.version -= 1
    etat.statut = StatutMois.RECTIFICATION if etat.version else StatutMois.OUVERT
    etat.clos_le = etat.clos_par = None
    if not etat.version:
        etat.premiere_cloture_le = None
    etat.save()
    transaction.on_commit(lambda: _delete_fichiers(fichiers))
    return etat


def _delete_fichiers(noms: list[str]) -> None:
    storage = rapports_storage()
    for nom in noms:
        storage.delete(nom)


@transaction.atomic
def open_rectification(*, mois: dt.date, utilisateur: Utilisateur, motif: str) -> Mois:
    """Open a transmitted month to corrections; closing it again makes the next version."""
    mois = premier_du_mois(mois)
    etat = _closed(mois)
    if not motif.strip():
        raise ValidationError({"motif": "Dites pourquoi : le motif est gardé avec le rapport."})
    if not Rapport.objects.filter(mois=mois, version=etat.version, statut__in=TRANSMIS).exists():
        raise ValidationError("Rien n’a été transmis : rouvrez simplement le mois.")
    etat.statut = StatutMois.RECTIFICATION
    etat.motif_rectification = motif.strip()[:300]
    etat.save()
    write_acte(mois, NatureActe.RECTIFICATION, etat.version, utilisateur, motif.strip())
    return etat


@transaction.atomic
def receive_rapport(*, rapport: Rapport, utilisateur: Utilisateur) -> Rapport:
    """The Préfecture's « Reçu »: the first one stays."""
    rapport = Rapport.objects.select_for_update().get(pk=rapport.pk)
    if rapport.statut not in TRANSMIS:
        raise ValidationError("Ce rapport n’est pas transmis.")
    if rapport.recu_le is None:
        rapport.recu_par = utilisateur
        rapport.recu_le = timezone.now()
        rapport.save(update_fields=["recu_par", "recu_le"])
        write_acte(rapport.mois, NatureActe.RECEPTION, rapport.version, utilisateur)
    return rapport


def record_telechargement(
    *, rapport: Rapport, utilisateur: Utilisateur, format_fichier: str
) -> Telechargement | None:
    """Who took which transmitted version. What staff reads before is no delivery: it leaves no
    row, and the month may still be reopened."""
    if rapport.statut not in TRANSMIS:
        return None
    return Telechargement.objects.create(
        rapport=rapport, utilisateur=utilisateur, format=format_fichier
    )
