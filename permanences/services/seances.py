"""Acts on séances."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from conseillers.enums import RoleAffectation
from conseillers.models import Affectation, Conseiller, Poste, Utilisateur
from permanences.enums import Canal, Source
from permanences.models import Creneau, LieuAccueil, Mois, Seance
from permanences.models.mois import (
    hold_mois,
    phrase_mois_clos,
    premier_du_mois,
    refuse_si_clos,
)
from permanences.models.plan import phrase_pas_de_creneau
from permanences.models.seances import CHAMPS_SAISIS, PREMIERE_DATE
from permanences.services.commun import est_clos, refuse_si_coop, take_turns
from territoires.selectors import (
    CodeInseeRefuse,
    ResolvedCommune,
    departement_of,
    resolve_code_insee,
)


def poste_de(conseiller: Conseiller, jour: dt.date, creneau: Creneau | None = None) -> Poste | None:
    """The poste that the advisor holds that day, the créneau's first, the principal one next."""
    affectations = [
        a
        for a in Affectation.objects.actif_le(jour)
        .filter(conseiller=conseiller)
        .select_related("poste")
        .order_by("date_debut", "pk")
        if a.poste.date_attribution <= jour
        and (a.poste.date_rendu is None or jour < a.poste.date_rendu)
    ]
    affectations.sort(
        key=lambda a: (
            creneau is None or a.poste_id != creneau.poste_id,
            a.role != RoleAffectation.PRINCIPALE,
        )
    )
    return affectations[0].poste if affectations else None


def place_seance(seance: Seance, lieu: LieuAccueil | None, trouve: ResolvedCommune | None) -> None:
    """Copy on the séance where it took place, as the territory stands that day."""
    if seance.canal == Canal.A_DISTANCE:
        code, commune = "", None
    elif lieu is not None:
        code, commune = lieu.code_insee, lieu.commune
    elif trouve is not None:
        code, commune = trouve.code, None if trouve.hors_departement else trouve.commune
    else:
        code, commune = "", None
    seance.code_insee = code
    seance.commune = commune
    seance.epci_id = commune.epci_id if commune else None
    seance.departement = departement_of(code) if code else ""


def refuse_creneau_absent(creneau: Creneau | None, jour: dt.date | None) -> None:
    """A séance is attached only to a date of its créneau (contrat/rapports.md)."""
    if creneau is not None and jour is not None and not creneau.a_lieu_le(jour):
        raise ValidationError({"creneau": phrase_pas_de_creneau(creneau, jour)})


def _fill(seance: Seance, champs: Mapping[str, Any]) -> None:
    """Set what was typed, then what follows from it. Raises ValidationError by field."""
    champs = dict(champs)
    code_insee = (champs.pop("code_insee", None) or "").strip()
    for nom, valeur in champs.items():
        if nom not in CHAMPS_SAISIS:
            raise TypeError(f"Seance has no typed field {nom!r}")
        setattr(seance, nom, valeur)
    if seance.date and seance.date > timezone.localdate():
        raise ValidationError(
            {"date": "Cette date est à venir : une séance se saisit une fois qu’elle a eu lieu."}
        )
    if seance.date and seance.date < PREMIERE_DATE:
        raise ValidationError(
            {"date": f"L’année {seance.date.year} est trop ancienne : vérifiez la date."}
        )
    seance.thematiques = list(dict.fromkeys(seance.thematiques or []))
    seance.materiel = list(dict.fromkeys(seance.materiel or []))
    refuse_creneau_absent(seance.creneau, seance.date)
    trouve = None
    if code_insee and seance.canal in (Canal.AUTRE_LIEU, Canal.DOMICILE):
        try:
            trouve = resolve_code_insee(code_insee)
        except CodeInseeRefuse as erreur:
            raise ValidationError({"code_insee": str(erreur)}) from erreur
    place_seance(seance, seance.lieu, trouve)


def _write(seance: Seance) -> None:
    """Check, then save. Raises ValidationError with every sentence, each beside its field.

    The database judges the rules of the rows as it writes: they are asked one by one only when
    there is something to say. What a foreign key leads to has just been read.
    """
    if seance.canal == Canal.LIEU_ACTIVITE and seance.lieu_id is None:
        raise ValidationError({"lieu": "Choisissez le lieu d’accueil."})
    if seance.canal in (Canal.AUTRE_LIEU, Canal.DOMICILE) and not seance.code_insee:
        raise ValidationError({"code_insee": "Indiquez la commune où la séance a eu lieu."})
    lues = {
        champ.name
        for champ in seance._meta.concrete_fields
        if champ.is_relation and getattr(seance, champ.attname) is not None
    }
    try:
        seance.clean_fields(exclude=lues)
        with transaction.atomic():
            seance.save()
    except (ValidationError, IntegrityError):
        _say_why(seance)
        raise


def _say_why(seance: Seance) -> None:
    """full_clean, with the error that a person can act on put on its field."""
    try:
        seance.full_clean()
    except ValidationError as erreur:
        messages = erreur.message_dict
        for prefixe, champ in (("premières venues", "nb_premieres_venues"),):
            general = messages.get(NON_FIELD_ERRORS, [])
            vises = [m for m in general if prefixe in m]
            if vises:
                messages[NON_FIELD_ERRORS] = [m for m in general if m not in vises]
                messages.setdefault(champ, []).extend(vises)
        raise ValidationError({c: m for c, m in messages.items() if m}) from erreur


@transaction.atomic
def record_seance(
    *,
    utilisateur: Utilisateur,
    cle: uuid.UUID,
    source: str = Source.FORMULAIRE,
    saisie_le: dt.date | None = None,
    page_du: dt.datetime | None = None,
    **champs: Any,
) -> Seance:
    """Write one séance of the signed-in advisor, once per `cle`.

    `champs` are the names of CHAMPS_SAISIS less those that follow (poste, auteur, commune…).
    Sent twice, the second call gives the row of the first. An author without a poste that day
    leaves it « en attente de rattachement » (`poste` empty); a closed month marks it
    `hors_delai`; a day whose séances come from La Coop refuses it, unless the page it was typed
    on (`page_du`) is older than that decision. Raises ValidationError, messages by field.
    """
    auteur = Conseiller.objects.filter(utilisateur=utilisateur).first()
    if auteur is None:
        raise ValidationError(
            "Ce compte n’est pas rattaché à un conseiller : demandez-le au Département."
        )
    take_turns(str(cle), mois_de=champs.get("date"))
    seance = Seance(
        cle=cle, auteur=auteur, source=source, saisie_le=saisie_le or timezone.localdate()
    )
    try:
        _fill(seance, champs)
        seance.poste = poste_de(auteur, seance.date, seance.creneau) if seance.date else None
        if seance.date:
            seance.deux_sources = refuse_si_coop(auteur, seance.date, page_du=page_du)
            seance.hors_delai = est_clos(seance.date, tenu=True)
        _write(seance)
    except ValidationError:
        # Already received, a week ago or at this very moment (a double click): that row stands.
        if deja := _deja(cle, auteur):
            return deja
        raise
    return seance


def _deja(cle: uuid.UUID, auteur: Conseiller) -> Seance | None:
    """What was already received under this key."""
    deja = Seance.objects.filter(cle=cle).first()
    if deja is not None and deja.auteur_id != auteur.pk:
        raise ValidationError("Cette séance a déjà été envoyée depuis un autre compte.")
    return deja


def est_modifiable(seance: Seance) -> bool:
    """False when its month is closed, except for a late one that no clôture has counted yet."""
    mois = Mois.objects.clos().filter(premier_jour=premier_du_mois(seance.date)).first()
    if mois is None:
        return True
    if not seance.hors_delai:
        return False
    return not Mois.objects.filter(clos_le__gte=seance.cree_le).exists()


def _refuse_si_figee(seance: Seance) -> None:
    hold_mois(seance.date)
    if not est_modifiable(seance):
        mois = Mois.objects.get(premier_jour=premier_du_mois(seance.date))
        raise ValidationError(phrase_mois_clos(seance.date, mois.clos_le), code="mois_clos")


@transaction.atomic
def update_seance(*, seance: Seance, utilisateur: Utilisateur, **champs: Any) -> Seance:
    """Correct a séance. Raises ValidationError, messages by field, or for a closed month."""
    seance = Seance.objects.select_for_update().get(pk=seance.pk)
    _refuse_si_figee(seance)
    champs.setdefault("code_insee", seance.code_insee)
    avant = seance.date
    _fill(seance, champs)
    if seance.date != avant and seance.source != Source.COOP:
        refuse_si_coop(seance.auteur, seance.date)
    if "poste" not in champs and seance.auteur is not None:
        seance.poste = poste_de(seance.auteur, seance.date, seance.creneau)
    if est_clos(seance.date) and not seance.hors_delai:
        refuse_si_clos(seance.date)
    _write(seance)
    return seance


@transaction.atomic
def attach_seance(*, seance: Seance, poste: Poste, utilisateur: Utilisateur) -> Seance:
    """Staff settles a séance « en attente de rattachement » by giving it a poste."""
    seance = Seance.objects.select_for_update().get(pk=seance.pk)
    _refuse_si_figee(seance)
    if not poste.date_attribution <= seance.date or (
        poste.date_rendu and seance.date >= poste.date_rendu
    ):
        raise ValidationError({"poste": f"Le {poste} n’est pas à nous à la date de la séance."})
    seance.poste = poste
    seance.save(update_fields=["poste", "modifiee_le"])
    return seance


@transaction.atomic
def delete_seance(*, seance: Seance, utilisateur: Utilisateur) -> None:
    """Withdraw a séance: the row stays, so that a phone that sends it again is told so."""
    seance = Seance.objects.select_for_update().get(pk=seance.pk)
    _refuse_si_figee(seance)
    seance.supprimee_le = timezone.now()
    seance.save(update_fields=["supprimee_le", "modifiee_le"])
