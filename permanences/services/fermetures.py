"""Acts of the Département on what is open: close for a period, reopen, know the school holidays."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from vacances_scolaires_france import SchoolHolidayDates, UnsupportedYearException

from conseillers.models import Poste, Utilisateur
from permanences.models import ActeFermeture, Fermeture, LieuAccueil, VacancesScolaires
from permanences.selectors.fermetures import fermetures_de
from permanences.services.commun import hold_passe, lift_fermeture, take_turns
from permanences.services.plan import MOTIFS_DE_PERIODE
from permanences.vacances import periodes, zone_du_departement
from territoires.models import EPCI


@transaction.atomic
def close_periode(
    *,
    utilisateur: Utilisateur | None,
    cle: uuid.UUID,
    portee: str,
    debut: dt.date,
    fin: dt.date,
    motif: str,
    lieu: LieuAccueil | None = None,
    epci: EPCI | None = None,
    poste: Poste | None = None,
) -> ActeFermeture:
    """Close a lieu, every lieu of an EPCI, a poste or the whole programme; once per `cle`.

    Dates already held stay held. Raises ValidationError: a closed month, an EPCI without lieu.
    """
    take_turns(f"fermeture {cle}")
    if deja := ActeFermeture.objects.filter(cle=cle).first():
        return deja
    if motif not in MOTIFS_DE_PERIODE:
        raise ValidationError({"motif": "Choisissez un motif de la liste."})
    acte = ActeFermeture(
        cle=cle, portee=portee, lieu=lieu, epci=epci, poste=poste,
        date_debut=debut, date_fin=fin, motif=motif, pose_par=utilisateur,
    )  # fmt: skip
    acte.full_clean()
    hold_passe(debut, fin)
    fermetures = fermetures_de(acte)
    if not fermetures:
        raise ValidationError({"epci": f"{acte.epci} n’a aucun lieu ouvert au programme."})
    acte.save()
    Fermeture.objects.bulk_create(fermetures)
    return acte


@transaction.atomic
def lift_acte(*, utilisateur: Utilisateur, acte: ActeFermeture) -> ActeFermeture:
    """Lift all that one act closed; its part in a closed month stays."""
    acte = ActeFermeture.objects.select_for_update(of=("self",)).get(pk=acte.pk)
    if acte.leve_le is not None:
        return acte
    for fermeture in acte.fermetures.select_for_update(of=("self",)).order_by("pk"):
        lift_fermeture(fermeture)
    acte.leve_le = timezone.now()
    acte.leve_par = utilisateur
    acte.save(update_fields=["leve_le", "leve_par"])
    return acte


@transaction.atomic
def load_vacances() -> int:
    """School holidays to come, of the zone of the instance; how many periods are new.

    A period typed or corrected by the Département stays as it is: nothing overlaps it.
    """
    zone = zone_du_departement(settings.DEPARTEMENT)
    if not zone:
        return 0
    take_turns("vacances scolaires")
    calendrier = SchoolHolidayDates()
    annee = timezone.localdate().year
    jours: list[tuple[dt.date, str]] = []
    for an in range(annee - 1, calendrier.max_year + 1):
        try:
            trouves = calendrier.holidays_for_year_and_zone(an, zone)
        except UnsupportedYearException:
            continue
        jours += [(jour, ligne["nom_vacances"]) for jour, ligne in trouves.items()]
    connues = VacancesScolaires.objects.filter(zone=zone)
    nouvelles = [
        VacancesScolaires(
            zone=zone,
            nom=periode.nom.replace("'", "’"),
            date_debut=periode.date_debut,
            date_fin=periode.date_fin,
        )
        for periode in periodes(sorted(jours))
        if not connues.actif_entre(periode.date_debut, periode.date_fin).exists()
    ]
    VacancesScolaires.objects.bulk_create(nouvelles)
    return len(nouvelles)
