"""Prolong or move many créneaux in one act: all of them, or none with each reason."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable
from copy import copy
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conseillers.models import Poste, Utilisateur
from permanences.models import Creneau, LieuAccueil
from permanences.selectors.conflits import conflits_de_lieux
from permanences.services.commun import take_turns
from permanences.services.plan import (
    UN_JOUR,
    corrected,
    end_and_follow,
    forget_cancellations,
    keep_rhythm,
    refuse_passe,
)
from territoires.typographie import format_date


@dataclass(frozen=True)
class Changement:
    """What becomes of one créneau; `refus` empty when it can be."""

    creneau: Creneau
    phrase: str
    refus: str = ""


class RefusEnNombre(Exception):
    """Nothing was written: some of them cannot be."""

    def __init__(self, changements: list[Changement]) -> None:
        self.changements = changements
        super().__init__("; ".join(c.refus for c in changements if c.refus))


Act = Callable[[Creneau], tuple[Creneau, str]]


def prolong_creneaux(
    *,
    utilisateur: Utilisateur,
    creneaux: Collection[Creneau],
    jusqu_au: dt.date,
    a_blanc: bool = False,
) -> list[Changement]:
    """Each goes on until that day. Raises RefusEnNombre."""

    def prolong(creneau: Creneau) -> tuple[Creneau, str]:
        return _prolong(creneau, jusqu_au), f"jusqu’au {format_date(jusqu_au)}"

    return _all_or_none(creneaux, prolong, a_blanc)


def move_creneaux(
    *,
    utilisateur: Utilisateur,
    creneaux: Collection[Creneau],
    depuis: dt.date,
    lieu: LieuAccueil | None = None,
    poste: Poste | None = None,
    a_blanc: bool = False,
) -> list[Changement]:
    """From that day on each takes place in that lieu, or is held by that poste."""

    def move(creneau: Creneau) -> tuple[Creneau, str]:
        return _move(creneau, depuis, lieu, poste), (
            f"{lieu or poste} à partir du {format_date(depuis)}"
        )

    return _all_or_none(creneaux, move, a_blanc, vers=poste)


@transaction.atomic
def _all_or_none(
    creneaux: Collection[Creneau], act: Act, a_blanc: bool, vers: Poste | None = None
) -> list[Changement]:
    """Conflicts are judged once everything is moved: two créneaux may exchange their places."""
    # The plans before the rows, and in one order: as a departure and an advisor take them.
    for pk in sorted({c.poste_id for c in creneaux} | ({vers.pk} if vers else set())):
        take_turns(f"plan {pk}")
    verrouilles = Creneau.objects.select_for_update(of=("self",)).select_related("lieu", "poste")
    faits: list[tuple[Creneau, Creneau | None, str]] = []
    for creneau in verrouilles.filter(pk__in=[c.pk for c in creneaux]).order_by("code"):
        try:
            with transaction.atomic():
                nouveau, phrase = act(creneau)
            faits.append((creneau, nouveau, phrase))
        except ValidationError as refus:
            faits.append((creneau, None, " ".join(refus.messages)))
    changements = list(_changements(faits))
    if any(c.refus for c in changements) and not a_blanc:
        raise RefusEnNombre(changements)
    if a_blanc:
        transaction.set_rollback(True)
    return changements


def _changements(faits: Iterable[tuple[Creneau, Creneau | None, str]]) -> Iterable[Changement]:
    faits = list(faits)
    ailleurs = conflits_de_lieux({nouveau.pk for _, nouveau, _ in faits if nouveau})
    for ancien, nouveau, phrase in faits:
        if nouveau is None:
            yield Changement(ancien, "", phrase)
        elif nouveau.pk in ailleurs:
            refus = f"Le conseiller serait aussi ailleurs\u202f: {ailleurs[nouveau.pk]}."
            yield Changement(ancien, phrase, refus)
        else:
            yield Changement(ancien, phrase)


def _prolong(creneau: Creneau, jusqu_au: dt.date) -> Creneau:
    ce_jour = timezone.localdate()
    if not creneau.recurrence:
        raise ValidationError("Ce créneau n’a lieu qu’une fois\u202f: il ne se prolonge pas.")
    if creneau.date_fin is None:
        raise ValidationError("Ce créneau n’a pas de fin\u202f: rien à prolonger.")
    if jusqu_au <= creneau.date_fin or jusqu_au < ce_jour:
        raise ValidationError(
            f"Il prend fin le {format_date(creneau.date_fin)}\u202f: choisissez une date plus tard."
        )
    _refuse_lieu_et_poste(creneau, jusqu_au)
    if creneau.date_fin >= ce_jour - UN_JOUR:
        creneau.date_fin = jusqu_au
        creneau.save(update_fields=["date_fin"])
        return creneau
    return _resume(creneau, ce_jour, jusqu_au)


def _resume(ancien: Creneau, depuis: dt.date, jusqu_au: dt.date) -> Creneau:
    """One that is over begins again: the weeks between stay without it, the past never changes."""
    sans_fin, nouveau = copy(ancien), copy(ancien)
    sans_fin.date_fin = None
    nouveau._state = copy(ancien._state)
    nouveau.pk, nouveau._state.adding = None, True
    nouveau.date_debut, nouveau.date_fin = depuis, jusqu_au
    keep_rhythm(sans_fin, nouveau)
    nouveau.code = f"{ancien.code[:44]}-{depuis:%Y%m%d}-{uuid.uuid4().hex[:6]}"
    nouveau.full_clean()
    nouveau.save(force_insert=True)
    return nouveau


def _refuse_lieu_et_poste(creneau: Creneau, dernier: dt.date | None) -> None:
    if not creneau.lieu.actif:
        raise ValidationError(f"{creneau.lieu} n’est plus ouvert au programme.")
    rendu = creneau.poste.date_rendu
    if rendu is not None and (dernier is None or dernier >= rendu):
        raise ValidationError(f"Le {creneau.poste} est rendu le {format_date(rendu)}.")


def _move(
    creneau: Creneau, depuis: dt.date, lieu: LieuAccueil | None, poste: Poste | None
) -> Creneau:
    refuse_passe(creneau, depuis)
    if creneau.date_fin and creneau.date_fin < depuis:
        raise ValidationError(f"Il prend fin le {format_date(creneau.date_fin)}, avant cette date.")
    if (lieu and lieu.pk == creneau.lieu_id) or (poste and poste.pk == creneau.poste_id):
        raise ValidationError("Il y est déjà.")
    champs = {"date_debut": max(depuis, creneau.date_debut)} | ({"lieu": lieu} if lieu else {})
    nouveau = corrected(creneau, champs)
    if poste:
        nouveau.poste = poste
    _refuse_lieu_et_poste(nouveau, nouveau.date_fin or nouveau.date_debut)
    if poste and poste.date_attribution > nouveau.date_debut:
        attribue = format_date(poste.date_attribution)
        raise ValidationError(f"Le {poste} n’est à nous qu’à partir du {attribue}.")
    if nouveau.pk is None:
        return end_and_follow(creneau, nouveau, depuis)
    nouveau.full_clean()
    nouveau.save()
    forget_cancellations(nouveau)
    return nouveau
