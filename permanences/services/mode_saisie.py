"""Decide where an advisor's séances come from; `commun.refuse_si_coop` holds the doors to it."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conseillers.models import Conseiller, Utilisateur
from permanences import calendrier
from permanences.enums import RaisonCoop, SourceConseiller
from permanences.models import ModeSaisie
from permanences.selectors.mode_saisie import mode_le
from permanences.services.commun import RECUL_MOIS
from permanences.services.coop.reglages import retry_set_aside
from territoires.typographie import format_date

AVANCE_MOIS = 12


@transaction.atomic
def change_mode_saisie(
    *, conseiller: Conseiller, mode: str, date_debut: dt.date, utilisateur: Utilisateur
) -> ModeSaisie:
    """From that day on, and until a change already planned. Raises ValidationError.

    What had been set aside of La Coop is counted where it now may; nothing counted is withdrawn.
    """
    conseiller = Conseiller.objects.select_for_update().get(pk=conseiller.pk)
    _refuse_loin(date_debut)
    if mode_le(conseiller, date_debut) == mode:
        nom = SourceConseiller(mode).label
        raise ValidationError(
            {"mode": f"C’est déjà sa source le {format_date(date_debut)} : « {nom} »."}
        )
    ligne = ModeSaisie.objects.filter(conseiller=conseiller, date_debut=date_debut).first()
    ligne = ligne or ModeSaisie(conseiller=conseiller, date_debut=date_debut)
    ligne.mode = mode
    ligne.decide_le = timezone.now()
    ligne.full_clean()
    ligne.save()
    retry_set_aside(raisons=[RaisonCoop.SAISIE_SUR_LA_PLATEFORME])
    return ligne


@transaction.atomic
def delete_mode_saisie(*, choix: ModeSaisie, utilisateur: Utilisateur) -> None:
    """As if it had not been decided: what it had set aside of La Coop is counted at once."""
    choix.delete()
    retry_set_aside(raisons=[RaisonCoop.SAISIE_SUR_LA_PLATEFORME])


def _refuse_loin(date_debut: dt.date) -> None:
    """A slip of the year would close the typing of a whole past, or never begin."""
    jour = timezone.localdate()
    premier = calendrier.jour_decale_de_mois(jour, -RECUL_MOIS)
    dernier = calendrier.jour_decale_de_mois(jour, AVANCE_MOIS)
    if not premier <= date_debut <= dernier:
        raise ValidationError(
            {"date_debut": f"Le {format_date(date_debut)} est trop loin : vérifiez l’année."}
        )
