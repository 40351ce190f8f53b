"""Decide where an advisor's séances come from, and hold the doors to it."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conseillers.models import Conseiller, Utilisateur
from permanences import calendrier
from permanences.enums import SourceConseiller
from permanences.models import ModeSaisie
from permanences.models.saisie import phrase_source_coop
from permanences.selectors.mode_saisie import choix_le, mode_le
from permanences.services.commun import RECUL_MOIS
from territoires.typographie import format_date

AVANCE_MOIS = 12


@transaction.atomic
def change_mode_saisie(
    *, conseiller: Conseiller, mode: str, date_debut: dt.date, utilisateur: Utilisateur
) -> ModeSaisie:
    """From that day on, and until a change already planned. Raises ValidationError."""
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
    return ligne


def _refuse_loin(date_debut: dt.date) -> None:
    """A slip of the year would close the typing of a whole past, or never begin."""
    jour = timezone.localdate()
    premier = calendrier.jour_decale_de_mois(jour, -RECUL_MOIS)
    dernier = calendrier.jour_decale_de_mois(jour, AVANCE_MOIS)
    if not premier <= date_debut <= dernier:
        raise ValidationError(
            {"date_debut": f"Le {format_date(date_debut)} est trop loin : vérifiez l’année."}
        )


def refuse_si_coop(
    conseiller: Conseiller | None, jour: dt.date, *, page_du: dt.datetime | None = None
) -> None:
    """Raise ValidationError when that day's séances of the advisor come from La Coop.

    `page_du`: when the page that was filled had been made. One older than the decision was
    filled in good faith, on a phone without network perhaps: what it holds is taken, for nobody
    would type it again; if La Coop has it too, both are shown as a probable double.
    """
    choix = choix_le(conseiller, jour)
    if choix is None or not choix.est_coop:
        return
    if page_du is None or page_du >= choix.decide_le:
        raise ValidationError({"date": phrase_source_coop(choix)}, code="source_coop")
