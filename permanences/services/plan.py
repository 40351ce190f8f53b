"""Acts of an advisor on the plan: to plan, correct, end, delete, cancel a period, restore it.

The past of the plan never changes here: what was planned and not held is said, not erased.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from conseillers.models import Poste, Utilisateur
from permanences.enums import Motif, StatutOccurrence
from permanences.models import Creneau, Fermeture, Occurrence
from permanences.models.mois import premier_du_mois
from permanences.selectors.consequences import consequences_of
from permanences.selectors.planification import (
    first_date_from,
    historique_of,
)
from permanences.services.commun import (
    hold_passe,
    lift_fermeture,
    take_turns,
)
from territoires.typographie import format_date

CHAMPS_PLANIFIES = (
    "lieu", "nature", "titre", "date_debut", "date_fin", "heure_debut", "heure_fin",
    "recurrence", "capacite", "feries", "acces",
)  # fmt: skip
UN_JOUR = dt.timedelta(days=1)
MOTIFS_DE_PERIODE = (
    Motif.FERMETURE_DU_LIEU, Motif.ABSENCE_DU_CONSEILLER, Motif.INTEMPERIES, Motif.PANNE,
    Motif.FERMETURE_PROGRAMMEE, Motif.REMPLACEE,
)  # fmt: skip


def _take_the_plan(utilisateur: Utilisateur, poste: Poste) -> None:
    """Two tabs, or the two holders of a poste, judge the conflicts one after the other."""
    for quoi in (f"agenda {utilisateur.pk}", f"plan {poste.pk}"):
        take_turns(quoi)


def _check(creneau: Creneau, utilisateur: Utilisateur, remplace: Creneau | None = None) -> None:
    creneau.full_clean()
    if refus := consequences_of(creneau, utilisateur=utilisateur, remplace=remplace).refus:
        raise ValidationError(refus)


@transaction.atomic
def plan_creneau(
    *, utilisateur: Utilisateur, cle: uuid.UUID, poste: Poste, **champs: Any
) -> Creneau:
    """Write a new créneau, once per `cle`. `champs` are the names of CHAMPS_PLANIFIES.

    Raises ValidationError: two places at once, a closed lieu, a closed month, no date.
    """
    _take_the_plan(utilisateur, poste)
    creneau = Creneau(poste=poste)
    _fill(creneau, champs)
    memes = {nom: getattr(creneau, nom) for nom in CHAMPS_PLANIFIES}
    if deja := Creneau.objects.filter(code__contains=cle.hex[:12], poste=poste, **memes).first():
        return deja
    creneau.code = _new_code(Creneau, f"{creneau.lieu.code}-{cle.hex[:12]}")
    creneau.clean_fields(exclude=["code"])
    hold_passe(creneau.date_debut, creneau.date_fin if creneau.recurrence else creneau.date_debut)
    _check(creneau, utilisateur)
    creneau.save()
    return creneau


def _new_code(modele: type[models.Model], code: str) -> str:
    """A page kept by the phone gives its key again: with other answers it is another act."""
    if modele._default_manager.filter(code=code).exists():
        return f"{code}-{uuid.uuid4().hex[:6]}"
    return code


def _fill(creneau: Creneau, champs: dict[str, Any]) -> None:
    for nom, valeur in champs.items():
        if nom not in CHAMPS_PLANIFIES:
            raise TypeError(f"A créneau has no planned field {nom!r}")
        setattr(creneau, nom, valeur)
    creneau.__dict__.pop("regle", None)
    if not creneau.recurrence:
        creneau.date_fin = None


def corrected(creneau: Creneau, champs: dict[str, Any]) -> Creneau:
    """The créneau as it would be corrected from `champs["date_debut"]` on; nothing is written.

    It is the row itself where no date comes before, else a new row that follows it.
    """
    nouveau = Creneau.objects.select_related("lieu", "poste").get(pk=creneau.pk)
    ancien_premier = creneau.date_debut
    _fill(nouveau, champs)
    if creneau.dates_entre(ancien_premier, nouveau.date_debut - UN_JOUR):
        nouveau.pk = None
        nouveau._state.adding = True
    keep_rhythm(creneau, nouveau)
    return nouveau


def keep_rhythm(ancien: Creneau, nouveau: Creneau) -> None:
    """One week out of two stays the same one, from whatever day it is corrected."""
    avant, apres = ancien.regle, nouveau.regle
    if avant is None or apres is None:
        return
    premiere = first_date_from(ancien, max(nouveau.date_debut, ancien.date_debut))
    if premiere is None:
        return
    if str(avant) == str(apres) and not apres.jours:
        nouveau.date_debut = premiere
    elif apres.intervalle > 1 and (avant.freq, avant.intervalle) == (apres.freq, apres.intervalle):
        debut = premier_du_mois(premiere)
        if apres.freq == "WEEKLY":
            debut = premiere - dt.timedelta(days=premiere.weekday())
        nouveau.date_debut = max(nouveau.date_debut, debut)


@transaction.atomic
def correct_creneau(*, utilisateur: Utilisateur, creneau: Creneau, **champs: Any) -> Creneau:
    """Correct a créneau from `date_debut` on: in place when no date comes before.

    Else the old one ends the day before and a new one begins; cancellations to come follow.
    Gives the créneau now in force. Raises ValidationError.
    """
    _take_the_plan(utilisateur, creneau.poste)
    creneau = Creneau.objects.select_for_update(of=("self",)).get(pk=creneau.pk)
    depuis = champs["date_debut"]
    refuse_passe(creneau, depuis)
    nouveau = corrected(creneau, champs)
    if nouveau.pk is None:
        nouveau.code = _code_from(creneau, depuis)
        _check(nouveau, utilisateur, remplace=creneau)
        return end_and_follow(creneau, nouveau, depuis)
    _check(nouveau, utilisateur, remplace=creneau)
    nouveau.save()
    forget_cancellations(nouveau)
    return nouveau


def _code_from(creneau: Creneau, depuis: dt.date) -> str:
    return f"{creneau.code[:44]}-{depuis:%Y%m%d}-{uuid.uuid4().hex[:6]}"


def end_and_follow(ancien: Creneau, nouveau: Creneau, depuis: dt.date) -> Creneau:
    """The old one ends the day before, the new one begins; what is noted to come follows it."""
    nouveau.code = _code_from(ancien, depuis)
    nouveau.full_clean()
    end_on(ancien, depuis - UN_JOUR)
    nouveau.save()
    _move_exceptions(ancien, nouveau, depuis)
    return nouveau


def refuse_passe(creneau: Creneau, depuis: dt.date) -> None:
    ce_jour = timezone.localdate()
    if depuis < ce_jour:
        raise ValidationError(
            {
                "date_debut": "Le passé ne change pas\u202f: choisissez aujourd’hui ou une date à "
                "venir. Une date qui n’a pas eu lieu s’annule depuis l’agenda."
            }
        )
    if creneau.date_fin and creneau.date_fin < ce_jour:
        raise ValidationError(
            f"Ce créneau a pris fin le {format_date(creneau.date_fin)}\u202f: "
            "prévoyez-en un nouveau."
        )
    if not creneau.recurrence and creneau.date_debut < ce_jour:
        raise ValidationError("Ce créneau est passé\u202f: prévoyez-en un nouveau.")
    derniere = historique_of(creneau).derniere_tenue
    if derniere and derniere >= depuis:
        raise ValidationError(
            {
                "date_debut": f"Le {format_date(derniere)} est déjà noté tenu\u202f: choisissez "
                "une date plus tard."
            }
        )


def end_on(creneau: Creneau, dernier_jour: dt.date) -> None:
    creneau.date_fin = dernier_jour
    creneau.save(update_fields=["date_fin"])


def _move_exceptions(ancien: Creneau, nouveau: Creneau, depuis: dt.date) -> None:
    """Cancellations and closures to come follow the dates that are still there."""
    Occurrence.objects.filter(creneau=ancien, date__gte=depuis).update(creneau=nouveau)
    forget_cancellations(nouveau)
    for fermeture in ancien.fermetures.filter(date_fin__gte=depuis):
        Fermeture.objects.create(
            code=f"{fermeture.code[:47]}-{uuid.uuid4().hex[:12]}",
            creneau=nouveau,
            motif=fermeture.motif,
            date_debut=max(fermeture.date_debut, depuis),
            date_fin=fermeture.date_fin,
            posee_par=fermeture.posee_par,
        )
        if fermeture.date_debut >= depuis:
            fermeture.delete()
        else:
            fermeture.date_fin = depuis - UN_JOUR
            fermeture.save(update_fields=["date_fin"])


def forget_cancellations(creneau: Creneau) -> None:
    """Cancelled dates to come on which it no longer takes place."""
    a_venir = Occurrence.objects.filter(
        creneau=creneau, statut=StatutOccurrence.ANNULEE, date__gte=timezone.localdate()
    )
    perdues = [o.pk for o in a_venir if not creneau.a_lieu_le(o.date)]
    Occurrence.objects.filter(pk__in=perdues).delete()


@transaction.atomic
def end_creneau(*, utilisateur: Utilisateur, creneau: Creneau, dernier_jour: dt.date) -> Creneau:
    """No date after `dernier_jour`. Raises ValidationError for the past and for a date held."""
    _take_the_plan(utilisateur, creneau.poste)
    creneau = Creneau.objects.select_for_update(of=("self",)).get(pk=creneau.pk)
    if dernier_jour < creneau.date_debut:
        raise ValidationError(
            {"dernier_jour": "Ce créneau n’a pas encore commencé\u202f: supprimez-le plutôt."}
        )
    if dernier_jour < timezone.localdate() - UN_JOUR:
        raise ValidationError(
            {
                "dernier_jour": "Le passé ne change pas\u202f: choisissez hier au plus tôt. Une "
                "date qui n’a pas eu lieu s’annule depuis l’agenda."
            }
        )
    if creneau.date_fin and dernier_jour > creneau.date_fin:
        raise ValidationError(
            {"dernier_jour": f"Ce créneau prend déjà fin le {format_date(creneau.date_fin)}."}
        )
    derniere = historique_of(creneau).derniere_tenue
    if derniere and derniere > dernier_jour:
        phrase = f"Le {format_date(derniere)} est déjà noté tenu\u202f: finissez après."
        raise ValidationError({"dernier_jour": phrase})
    end_on(creneau, dernier_jour)
    forget_cancellations(creneau)
    return creneau


@transaction.atomic
def delete_creneau(*, utilisateur: Utilisateur, creneau: Creneau) -> None:
    """Only one whose every date is to come and of which nothing was ever noted held."""
    _take_the_plan(utilisateur, creneau.poste)
    creneau = Creneau.objects.select_for_update(of=("self",)).get(pk=creneau.pk)
    if not historique_of(creneau).supprimable:
        raise ValidationError(
            "Ce créneau a un passé, qui compte dans les rapports\u202f: mettez-y fin plutôt."
        )
    creneau.fermetures.all().delete()
    creneau.occurrences.all().delete()
    creneau.delete()


@transaction.atomic
def cancel_periode(
    *,
    utilisateur: Utilisateur,
    cle: uuid.UUID,
    debut: dt.date,
    fin: dt.date,
    motif: str,
    poste: Poste | None = None,
    creneau: Creneau | None = None,
) -> Fermeture:
    """Close a poste, or one of its créneaux, from a day to another; once per `cle`.

    Dates already held stay held (the plan reads them first). Raises ValidationError.
    """
    code = f"agenda-{cle.hex}"
    take_turns(code)
    memes = {
        "date_debut": debut, "date_fin": fin, "motif": motif, "poste": poste, "creneau": creneau,
    }  # fmt: skip
    if deja := Fermeture.objects.filter(code__startswith=code, **memes).first():
        return deja
    if motif not in MOTIFS_DE_PERIODE:
        raise ValidationError({"motif": "Choisissez un motif de la liste."})
    fermeture = Fermeture(code=_new_code(Fermeture, code), posee_par=utilisateur, **memes)
    if poste is None and creneau is None:
        raise ValidationError("Choisissez un créneau ou un poste.")
    fermeture.full_clean()
    hold_passe(debut, fin)
    fermeture.save()
    return fermeture


@transaction.atomic
def restore_periode(*, utilisateur: Utilisateur, fermeture: Fermeture) -> None:
    """Take back a cancelled period of one's own; its part in a closed month stays."""
    fermeture = Fermeture.objects.select_for_update(of=("self",)).get(pk=fermeture.pk)
    if fermeture.posee_par_id != utilisateur.pk:
        raise ValidationError(
            "Cette fermeture a été posée par le Département\u202f: demandez-lui de la lever."
        )
    lift_fermeture(fermeture)
