"""Forgetting an advisor, and who held a séance: the poste stays, and every figure with it."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from conseillers.conservation import MOIS_CONSEILLERS, MOIS_COOP, MOIS_RELANCES, il_y_a
from conseillers.models import Conseiller, ConventionLigne, Utilisateur
from conseillers.services import (
    DOMAINE,
    forget_compte,
    forget_identity,
    is_in_post,
    without_affectation_since,
)
from permanences.models import (
    AdresseIcal,
    ChangementCoop,
    CompteRenduCoop,
    MediateurCoop,
    Relance,
    Seance,
)
from territoires.models import MOIS_DES_AUTEURS, Evenement
from territoires.models.journal import MODELE_SEANCE

SEANCES_PAR_LOT = 5000


@transaction.atomic
def forget_conseillers(*, jour: dt.date, simulation: bool = False) -> int:
    rows = without_affectation_since(il_y_a(MOIS_CONSEILLERS, jour))
    if simulation:
        return rows.count()
    cles = list(rows.order_by("pk").values_list("pk", flat=True))
    for conseiller in Conseiller.objects.filter(pk__in=cles):
        _forget(conseiller)
    return len(cles)


@transaction.atomic
def forget_agent(*, compte: Utilisateur | None, conseiller: Conseiller | None) -> None:
    """On demand, and for ever: the account, the advisor's file, what was written to them.

    Raises ValidationError while they hold a poste, and for the last gestionnaire.
    """
    conseiller = conseiller or Conseiller.objects.filter(utilisateur=compte).first()
    compte = compte or (conseiller.utilisateur if conseiller else None)
    if conseiller and is_in_post(conseiller, timezone.localdate()):
        raise ValidationError(
            f"{conseiller} occupe encore un poste : notez d’abord son départ, puis recommencez."
        )
    if conseiller and not conseiller.anonymise_le:
        _forget(conseiller)
    if compte:
        adresse = compte.courriel
        forget_compte(compte=compte)
        _forget_relances(Relance.objects.filter(courriel__iexact=adresse))


def _forget(conseiller: Conseiller) -> None:
    adresse = forget_identity(conseiller=conseiller)
    AdresseIcal.objects.filter(conseiller=conseiller).delete()
    MediateurCoop.objects.filter(conseiller=conseiller).delete()
    _forget_relances(Relance.objects.filter(courriel__iexact=adresse))
    # Their account too: it has the same name.
    if conseiller.utilisateur is not None:
        forget_compte(compte=conseiller.utilisateur)


def _forget_relances(rows: QuerySet[Relance]) -> int:
    """One by one: an address that nobody has, and that no other reminder has."""
    cles = list(rows.values_list("pk", flat=True))
    for pk in cles:
        Relance.objects.filter(pk=pk).update(courriel=f"relance-{pk}@{DOMAINE}")
    Evenement.objects.filter(
        modele="permanences.relance", objet__in=[str(pk) for pk in cles]
    ).mask_identities()
    return len(cles)


@transaction.atomic
def forget_relances(*, jour: dt.date, simulation: bool = False) -> int:
    rows = Relance.objects.filter(jour__lte=il_y_a(MOIS_RELANCES, jour)).exclude(
        courriel__endswith=f"@{DOMAINE}"
    )
    return rows.count() if simulation else _forget_relances(rows)


def seances_a_delier(jour: dt.date) -> QuerySet[Seance]:
    """Old enough, as the convention that paid for the poste that day: five years after both."""
    avant = il_y_a(MOIS_DES_AUTEURS, jour)
    controlable = ConventionLigne.objects.filter(
        poste=OuterRef("poste"),
        convention__date_debut__lte=OuterRef("date"),
        convention__date_fin__gte=OuterRef("date"),
    ).filter(Q(convention__date_fin__gte=avant) | Q(convention__date_solde__gte=avant))
    return Seance.objects.filter(
        ~Exists(controlable), date__lt=avant, auteur__isnull=False, poste__isnull=False
    )


def forget_auteurs(*, jour: dt.date, simulation: bool = False) -> int:
    """By lots, each its own transaction: the first night may have years to do."""
    if simulation:
        return seances_a_delier(jour).count() + set_aside_a_delier(jour).count()
    total = _forget_set_aside(jour)
    while cles := list(
        seances_a_delier(jour).order_by("pk").values_list("pk", flat=True)[:SEANCES_PAR_LOT]
    ):
        with transaction.atomic():
            total += Seance.objects.filter(pk__in=cles).update(auteur=None)
            CompteRenduCoop.objects.filter(seance__in=cles).update(conseiller=None, mediateur="")
            _forget_in_journal(cles, jour)
    return total


def set_aside_a_delier(jour: dt.date) -> QuerySet[CompteRenduCoop]:
    """What La Coop has of an agent and no séance counts: five years after its date."""
    return CompteRenduCoop.objects.filter(
        seance=None, date__lt=il_y_a(MOIS_DES_AUTEURS, jour)
    ).exclude(conseiller=None, mediateur="")


def _forget_set_aside(jour: dt.date) -> int:
    return set_aside_a_delier(jour).update(conseiller=None, mediateur="")


def forget_changements(*, jour: dt.date, simulation: bool = False) -> int:
    """What an undo would need: after thirteen months, its months are closed."""
    rows = ChangementCoop.objects.filter(importation__debute_le__date__lt=il_y_a(MOIS_COOP, jour))
    return rows.count() if simulation else rows.delete()[0]


def _forget_in_journal(cles: list[int], jour: dt.date) -> None:
    """Whose account typed it, and which author it had; an event of late stays five years."""
    evenements = Evenement.objects.filter(modele=MODELE_SEANCE, objet__in=[str(pk) for pk in cles])
    evenements.mask_identities()
    evenements.filter(
        le__date__lt=il_y_a(MOIS_DES_AUTEURS, jour), utilisateur_id__isnull=False
    ).update(utilisateur_id=None)
