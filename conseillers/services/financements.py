"""Acts on the State's money: what is received, moved, added, given back, settled.

Each holds its convention, so that two people who write at once see each other's sums.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from conseillers.enums import Sens
from conseillers.models import Convention, ConventionLigne, Poste, Versement
from conseillers.selectors import echeances, totaux_par_convention
from territoires.typographie import accorde, format_nombre

PHRASE_A_VENIR = "Cette date est à venir : notez l’argent quand il est là."
PHRASE_SOLDEE = (
    "Cette convention est soldée : plus rien n’y est attendu. Retirez d’abord sa date de solde, "
    "sur sa fiche."
)


@transaction.atomic
def receive_versement(
    *, versement: Versement, date_recue: dt.date, montant: Decimal, piece: str
) -> Versement:
    """An instalment came, or money was given back: date, amount and document."""
    convention = _hold(versement.convention)
    versement.refresh_from_db()
    if versement.date_recue is not None:
        raise ValidationError(f"Déjà noté le {versement.date_recue:%d/%m/%Y}.")
    _refuse_a_venir(date_recue, "date_recue")
    if versement.sens == Sens.REVERSEMENT:
        _refuse_plus_que_verse(convention, montant)
    versement.date_recue, versement.montant, versement.piece = date_recue, montant, piece
    return _save(versement)


@transaction.atomic
def postpone_versement(*, versement: Versement, date_prevue: dt.date) -> Versement:
    """Another date for what has not come; the journal keeps the former one."""
    _hold(versement.convention)
    versement.refresh_from_db()
    if versement.date_recue is not None:
        raise ValidationError("Ce versement est déjà reçu : sa date prévue ne change plus.")
    if date_prevue == versement.date_prevue:
        raise ValidationError({"date_prevue": "C’est déjà la date prévue."})
    versement.date_prevue = date_prevue
    return _save(versement)


@transaction.atomic
def plan_versement(*, convention: Convention, montant: Decimal, date_prevue: dt.date) -> Versement:
    """One more instalment to expect."""
    convention = _hold(convention)
    _refuse_soldee(convention)
    return _save(
        Versement(
            convention=convention,
            rang=_rang_suivant(convention),
            montant=montant,
            date_prevue=date_prevue,
        )
    )


@transaction.atomic
def add_avenant(
    *,
    convention: Convention,
    poste: Poste,
    date_effet: dt.date,
    montant: Decimal,
    bonification: Decimal = Decimal(0),
) -> ConventionLigne:
    """One more line, negative when it takes back; the sum of a poste is never negative."""
    convention = _hold(convention)
    _refuse_soldee(convention)
    if not convention.date_debut <= date_effet <= convention.date_fin:
        periode = f"du {convention.date_debut:%d/%m/%Y} au {convention.date_fin:%d/%m/%Y}"
        raise ValidationError({"date_effet": f"La convention court {periode}."})
    if not montant and not bonification:
        raise ValidationError({"montant": "Un avenant ajoute ou retire un montant."})
    ligne = ConventionLigne(
        convention=convention,
        poste=poste,
        date_effet=date_effet,
        montant=montant,
        bonification=bonification,
    )
    ligne.full_clean()
    ligne.save()
    # The sum per poste is a deferred rule: it speaks now, while the act can answer.
    connection.check_constraints()
    return ligne


@transaction.atomic
def record_reversement(
    *, convention: Convention, date_recue: dt.date, montant: Decimal, piece: str
) -> Versement:
    """Money given back to the State, without having been planned."""
    convention = _hold(convention)
    _refuse_a_venir(date_recue, "date_recue")
    _refuse_plus_que_verse(convention, montant)
    return _save(
        Versement(
            convention=convention,
            rang=_rang_suivant(convention),
            sens=Sens.REVERSEMENT,
            montant=montant,
            date_prevue=date_recue,
            date_recue=date_recue,
            piece=piece,
        )
    )


@transaction.atomic
def settle_convention(
    *, convention: Convention, date_solde: dt.date, malgre_les_echeances: bool = False
) -> Convention:
    """Close the convention: what was still to be paid will not be. Refused while something is
    expected, unless it is said on purpose."""
    convention = _hold(convention)
    if convention.date_solde is not None:
        raise ValidationError(f"Cette convention est soldée le {convention.date_solde:%d/%m/%Y}.")
    _refuse_a_venir(date_solde, "date_solde")
    attendues = echeances(timezone.localdate(), convention)
    if attendues and not malgre_les_echeances:
        nombre = accorde(len(attendues), "versement est", "versements sont")
        raise ValidationError(
            {
                "malgre_les_echeances": f"{nombre} encore attendu"
                f"{'s' if len(attendues) > 1 else ''} : notez ce qui est reçu, ou cochez cette "
                "case si rien ne viendra plus."
            }
        )
    convention.date_solde = date_solde
    convention.full_clean()
    convention.save(update_fields=["date_solde"])
    return convention


def _hold(convention: Convention) -> Convention:
    return Convention.objects.select_for_update().get(pk=convention.pk)


def _save(versement: Versement) -> Versement:
    if not versement.montant:
        raise ValidationError({"montant": "Donnez un montant."})
    versement.full_clean()
    versement.save()
    return versement


def _rang_suivant(convention: Convention) -> int:
    dernier = convention.versements.aggregate(rang=Max("rang"))["rang"]
    return int(dernier or 0) + 1


def _refuse_soldee(convention: Convention) -> None:
    if convention.date_solde is not None:
        raise ValidationError(PHRASE_SOLDEE)


def _refuse_a_venir(jour: dt.date, champ: str) -> None:
    if jour > timezone.localdate():
        raise ValidationError({champ: PHRASE_A_VENIR})


def _refuse_plus_que_verse(convention: Convention, montant: Decimal) -> None:
    verse = totaux_par_convention([convention], timezone.localdate())[convention.pk].verse
    if montant > verse:
        raise ValidationError(
            {
                "montant": "On ne rend pas plus que ce qui a été versé "
                f"({format_nombre(verse, 2)}\u00a0€)."
            }
        )
