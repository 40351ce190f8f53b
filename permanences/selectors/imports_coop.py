"""How far La Coop has been read: of everybody, of one advisor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from conseillers.models import Affectation, Conseiller
from permanences.enums import COMPTEURS, FormeExport, OrigineImport
from permanences.models import ImportCoop, Seance
from permanences.selectors.mode_saisie import conseillers_sur_la_coop
from territoires.enums import NatureEvenement, Porte
from territoires.models import Evenement
from territoires.typographie import format_date, format_heure

# An exchange, or a coordinator's export, is of all advisors; an own export of one.
DE_TOUS = Q(origine=OrigineImport.API) | Q(forme=FormeExport.COORDINATEUR)

# Where a person says something of one séance; to place it or to judge a double is no correction.
CORRECTIONS = (
    Q(porte=Porte.FORMULAIRE, origine="permanences:seance_correction")
    | Q(porte=Porte.FORMULAIRE, origine="permanences:seance_suppression")
    | Q(porte=Porte.ADMIN, origine__startswith="admin:permanences_seance_")
    | Q(porte=Porte.API)
    | Q(porte=Porte.IMPORT, origine__startswith="seances : ")
)
CHAMPS_CORRIGES = [
    "date", "nature", "canal", "lieu_id", "code_insee", "duree", "nb_participants", "thematiques",
    "materiel", "autonomie", "niveau", "orientation", "titre", *COMPTEURS, "supprimee_le",
]  # fmt: skip


def corrigees_depuis(seances: Iterable[int], depuis: dt.datetime) -> int:
    """How many of these séances somebody corrected or withdrew since; 1 query, of the journal."""
    faites = Evenement.objects.filter(
        CORRECTIONS,
        modele=Seance._meta.label_lower,
        objet__in=[str(pk) for pk in seances],
        nature=NatureEvenement.MODIFICATION,
        le__gt=depuis,
        valeurs__has_any_keys=CHAMPS_CORRIGES,
    )
    return faites.order_by().values("objet").distinct().count()


def imports_de(conseiller: Conseiller | int) -> QuerySet[ImportCoop]:
    """Those that went to their end, the latest first, that may hold something of this advisor."""
    return (
        ImportCoop.objects.faits()
        .filter(DE_TOUS | Q(conseiller=conseiller))
        .order_by("-termine_le")
    )


def conseillers_sans_import(debut: dt.date, fin: dt.date) -> list[Conseiller]:
    """On « La Coop » at the end of the period, in post in it, and not read since; 3 queries."""
    sur_coop = conseillers_sur_la_coop(fin)
    if not sur_coop:
        return []
    en_poste = set(
        Affectation.objects.actif_entre(debut, fin)
        .filter(conseiller__in=sur_coop)
        .values_list("conseiller", flat=True)
    )
    depuis = timezone.make_aware(dt.datetime.combine(fin + dt.timedelta(days=1), dt.time.min))
    lus = ImportCoop.objects.faits().filter(termine_le__gte=depuis)
    if lus.filter(DE_TOUS).exists():
        return []
    lus_seuls = set(lus.values_list("conseiller", flat=True))
    return [c for c in sur_coop if c.pk in en_poste and c.pk not in lus_seuls]


def import_en_mots(importation: ImportCoop | None) -> str:
    """« le 5 novembre 2026 à 7 h 40, fichier (export d’un conseiller) », or an empty text."""
    if importation is None or importation.termine_le is None:
        return ""
    quand = timezone.localtime(importation.termine_le)
    texte = f"le {format_date(quand.date())} à {format_heure(quand.time())}, "
    texte += importation.get_origine_display().lower()
    if importation.forme:
        texte += f" ({importation.get_forme_display().lower()})"
    return texte
