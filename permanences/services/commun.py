"""What several acts share: turns, the closed month."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from conseillers.models import Conseiller
from permanences import calendrier
from permanences.models import Fermeture, Mois
from permanences.models.mois import cle_du_mois, hold_mois, premier_du_mois, refuse_si_clos
from permanences.models.saisie import phrase_source_coop
from permanences.selectors.mode_saisie import choix_le
from territoires.typographie import format_date

RECUL_MOIS = 12
# One at a time: a batch of La Coop, or a decision about one of its séances (`take_turns`).
TOUR_COOP = "La Coop"


def take_turns(quoi: str, *, mois_de: dt.date | None = None) -> None:
    """Those who write the same new row at the same moment (a double click) wait here.

    `mois_de`: holds the month of that day too, as `hold_mois` does, in the same question.
    """
    verrous: list[str] = ["pg_advisory_xact_lock(hashtextextended(%s, 0))"]
    valeurs: list[str | int] = [quoi]
    if mois_de is not None:
        verrous.append("pg_advisory_xact_lock_shared(%s, %s)")
        valeurs += cle_du_mois(mois_de)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(verrous)}", valeurs)


def est_clos(jour: dt.date, *, tenu: bool = False) -> bool:
    """Whether its month is closed; `tenu`: the month is held already."""
    if not tenu:
        hold_mois(jour)
    return Mois.objects.clos().filter(premier_jour=premier_du_mois(jour)).exists()


def hold_passe(debut: dt.date, fin: dt.date | None) -> None:
    """Hold every month of the past part of a period; raise when one of them is closed."""
    ce_jour = timezone.localdate()
    dernier = min(fin or ce_jour, ce_jour)
    if debut > dernier:
        return
    if debut < calendrier.jour_decale_de_mois(ce_jour, -RECUL_MOIS):
        raise ValidationError(
            {"date_debut": f"Le {format_date(debut)} est trop ancien\u202f: vérifiez l’année."}
        )
    for mois in calendrier.mois_entre(debut, dernier):
        hold_mois(mois)
        refuse_si_clos(mois)


def lift_fermeture(fermeture: Fermeture) -> None:
    """Take a closure back; its part in a closed month stays. Raises ValidationError when all is."""
    clos = _last_closed_day(fermeture)
    if clos is None:
        fermeture.delete()
    elif clos < fermeture.date_fin:
        fermeture.date_fin = clos
        fermeture.save(update_fields=["date_fin"])
    else:
        refuse_si_clos(fermeture.date_fin)


def _last_closed_day(fermeture: Fermeture) -> dt.date | None:
    """End of the last closed month that the period touches; its months are held."""
    dernier = min(fermeture.date_fin, timezone.localdate())
    clos = None
    for mois in calendrier.mois_entre(premier_du_mois(fermeture.date_debut), dernier):
        hold_mois(mois)
        try:
            refuse_si_clos(mois)
        except ValidationError:
            clos = calendrier.dernier_jour(mois)
    return clos


def refuse_si_coop(
    conseiller: Conseiller | None, jour: dt.date, *, page_du: dt.datetime | None = None
) -> bool:
    """Raise ValidationError when that day's séances of the advisor come from La Coop.

    `page_du`: when the page that was filled had been made. One older than the decision was
    filled in good faith, on a phone without network perhaps: what it holds is taken, for nobody
    would type it again; if La Coop has it too, both are shown as a probable double. True then.
    """
    choix = choix_le(conseiller, jour)
    if choix is None or not choix.est_coop:
        return False
    if page_du is None or page_du >= choix.decide_le:
        raise ValidationError({"date": phrase_source_coop(choix)}, code="source_coop")
    return True
