"""Settle a probable double: one séance kept, or two. Undone while the month is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conseillers.models import Utilisateur
from permanences.enums import GROUPES, EtatCompteRendu, RaisonCoop, Source, VerdictDouble
from permanences.models import CompteRenduCoop, DecisionDouble, Mois, Seance
from permanences.models.mois import hold_mois, phrase_mois_clos, premier_du_mois
from permanences.services.commun import TOUR_COOP, take_turns
from permanences.services.seances import est_modifiable

GARDER_SAISIE, GARDER_COOP, GARDER_LES_DEUX = "saisie", "coop", "deux"
GARDER = (GARDER_SAISIE, GARDER_COOP, GARDER_LES_DEUX)
# What is taken over from the withdrawn séance where the kept one says nothing.
VIDES: tuple[tuple[str, Any], ...] = (
    ("nb_premieres_venues", None),
    ("creneau_id", None),
    ("titre", ""),
    ("autonomie", ""),
    ("niveau", ""),
    ("orientation", ""),
    ("materiel", []),
)


@transaction.atomic
def merge_seances(
    *, saisie: Seance, coop: Seance, garder: Seance, utilisateur: Utilisateur
) -> DecisionDouble:
    """« C’est la même »: the other one is withdrawn, what only it says is taken over.

    Raises ValidationError: a closed month, two séances that cannot be one, or decided meanwhile.
    """
    saisie, coop = _held(saisie, coop)
    gardee, retiree = (saisie, coop) if garder.pk == saisie.pk else (coop, saisie)
    _refuse_si_close(gardee, retiree)
    # The kept one may be of a closed month, and the late one its double: then nothing is taken.
    reprises = _take_over(gardee, retiree) if est_modifiable(gardee) else {}
    retiree.supprimee_le = timezone.now()
    retiree.save(update_fields=["supprimee_le", "modifiee_le"])
    _set_aside(retiree)
    return _decide(saisie, coop, VerdictDouble.MEME, utilisateur, gardee, reprises)


@transaction.atomic
def keep_both(*, saisie: Seance, coop: Seance, utilisateur: Utilisateur) -> DecisionDouble:
    """« Ce sont deux séances »: remembered, never proposed again."""
    saisie, coop = _held(saisie, coop)
    return _decide(saisie, coop, VerdictDouble.DEUX, utilisateur)


@transaction.atomic
def undo_double(*, decision: DecisionDouble, utilisateur: Utilisateur) -> DecisionDouble:
    """Both séances as before; what was corrected since on the kept one stays.

    Raises ValidationError once the month is closed.
    """
    take_turns(TOUR_COOP)
    decision = DecisionDouble.objects.select_for_update().get(pk=decision.pk)
    if decision.annulee_le:
        raise ValidationError("Cette décision est déjà annulée.")
    if decision.verdict == VerdictDouble.MEME:
        _give_back(decision)
    decision.annulee_le = timezone.now()
    decision.annulee_par = utilisateur
    decision.save(update_fields=["annulee_le", "annulee_par"])
    return decision


def undo_doubles_of(seances: Iterable[Seance], *, utilisateur: Utilisateur) -> None:
    """The kept ones are gone, with the import that had brought them: the others come back."""
    decisions = DecisionDouble.objects.en_vigueur().filter(
        verdict=VerdictDouble.MEME, gardee__in=[seance.pk for seance in seances]
    )
    for decision in decisions.order_by("pk"):
        undo_double(decision=decision, utilisateur=utilisateur)


def _held(saisie: Seance, coop: Seance) -> tuple[Seance, Seance]:
    """Both rows and their month, held in one order; refused where they cannot be one séance."""
    take_turns(TOUR_COOP)
    hold_mois(saisie.date)
    lignes = Seance.objects.select_for_update().filter(pk__in=(saisie.pk, coop.pk)).order_by("pk")
    tenues = {ligne.pk: ligne for ligne in lignes}
    saisie, coop = tenues[saisie.pk], tenues[coop.pk]
    if saisie.supprimee_le or coop.supprimee_le:
        raise ValidationError("L’une de ces deux séances vient d’être retirée : rechargez la page.")
    if saisie.source == Source.COOP or coop.source != Source.COOP:
        raise ValidationError("Un double se juge entre une séance saisie et une de La Coop.")
    meme_personne = saisie.auteur_id is not None and saisie.auteur_id == coop.auteur_id
    meme_poste = saisie.poste_id is not None and saisie.poste_id == coop.poste_id
    if saisie.date != coop.date or not (meme_personne or meme_poste):
        raise ValidationError("Ces deux séances ne sont pas du même jour et du même conseiller.")
    if DecisionDouble.objects.en_vigueur().filter(saisie=saisie, coop=coop).exists():
        raise ValidationError("Quelqu’un vient de décider de ces deux séances : rechargez la page.")
    return saisie, coop


def _refuse_si_close(gardee: Seance, retiree: Seance) -> None:
    if est_modifiable(retiree):
        return
    if est_modifiable(gardee):
        raise ValidationError(
            "Celle que vous voulez retirer est déjà dans un rapport transmis, et son mois est "
            "clos : gardez-la, et retirez l’autre.",
            code="mois_clos",
        )
    mois = Mois.objects.get(premier_jour=premier_du_mois(retiree.date))
    raise ValidationError(phrase_mois_clos(retiree.date, mois.clos_le), code="mois_clos")


def _take_over(gardee: Seance, retiree: Seance) -> dict[str, list[Any]]:
    """{field: [before, after]} of what the kept one did not say and the other one did."""
    reprises = {
        nom: [vide, autre]
        for nom, vide in VIDES
        if getattr(gardee, nom) == vide and (autre := getattr(retiree, nom)) != vide
    }
    if reprises.get("nb_premieres_venues", [0, 0])[1] > gardee.nb_participants:
        del reprises["nb_premieres_venues"]
    if "creneau_id" in reprises and gardee.poste_id != retiree.poste_id:
        del reprises["creneau_id"]
    for prefixe, liste in GROUPES:
        noms = [f"{prefixe}_{valeur}" for valeur in liste.values]
        autres = [getattr(retiree, nom) for nom in noms]
        if 0 < sum(autres) <= gardee.nb_participants and not any(
            getattr(gardee, nom) for nom in noms
        ):
            reprises |= {nom: [0, n] for nom, n in zip(noms, autres, strict=True) if n}
    _write(gardee, {nom: apres for nom, (_, apres) in reprises.items()})
    return reprises


def _write(seance: Seance, champs: dict[str, Any]) -> None:
    for nom, valeur in champs.items():
        setattr(seance, nom, valeur)
    if champs:
        seance.save(update_fields=[*champs, "modifiee_le"])


def _set_aside(retiree: Seance) -> None:
    """The next import does not bring it back."""
    CompteRenduCoop.objects.filter(seance=retiree).update(
        etat=EtatCompteRendu.ECARTE, raison=RaisonCoop.DOUBLE
    )


def _decide(
    saisie: Seance,
    coop: Seance,
    verdict: str,
    utilisateur: Utilisateur,
    gardee: Seance | None = None,
    reprises: dict[str, Any] | None = None,
) -> DecisionDouble:
    return DecisionDouble.objects.create(
        saisie=saisie,
        coop=coop,
        verdict=verdict,
        gardee=gardee,
        reprises=reprises or {},
        decidee_par=utilisateur,
    )


def _give_back(decision: DecisionDouble) -> None:
    hold_mois(decision.saisie.date)
    cles = (decision.saisie_id, decision.coop_id)
    lignes = Seance.objects.select_for_update().filter(pk__in=cles).order_by("pk")
    tenues = {ligne.pk: ligne for ligne in lignes}
    assert decision.gardee_id is not None  # the constraint of a « même »
    gardee = tenues[decision.gardee_id]
    retiree = next(s for s in tenues.values() if s.pk != gardee.pk)
    if not est_modifiable(retiree):
        mois = Mois.objects.get(premier_jour=premier_du_mois(retiree.date))
        raise ValidationError(phrase_mois_clos(retiree.date, mois.clos_le), code="mois_clos")
    if est_modifiable(gardee):
        rendus = {
            nom: avant
            for nom, (avant, apres) in decision.reprises.items()
            if getattr(gardee, nom) == apres
        }
        _write(gardee, rendus)
    retiree.supprimee_le = None
    retiree.save(update_fields=["supprimee_le", "modifiee_le"])
    CompteRenduCoop.objects.filter(seance=retiree, raison=RaisonCoop.DOUBLE).update(
        etat=EtatCompteRendu.COMPTE, raison=""
    )


@dataclass(frozen=True)
class BilanDoubles:
    """`refuses`: (typed séance, why), of pairs that were left as they are."""

    faits: list[DecisionDouble] = field(default_factory=list)
    refuses: list[tuple[Seance, str]] = field(default_factory=list)


def settle_paires(
    *, paires: Iterable[tuple[Seance, Seance]], garder: str, utilisateur: Utilisateur
) -> BilanDoubles:
    """The same decision on each (typed, La Coop's); a refused one does not stop the others.

    `garder`: one of GARDER.
    """
    bilan = BilanDoubles()
    for saisie, coop in paires:
        try:
            bilan.faits.append(_settle(saisie, coop, garder, utilisateur))
        except ValidationError as refus:
            bilan.refuses.append((saisie, " ".join(refus.messages)))
    return bilan


def _settle(saisie: Seance, coop: Seance, garder: str, utilisateur: Utilisateur) -> DecisionDouble:
    if garder == GARDER_LES_DEUX:
        return keep_both(saisie=saisie, coop=coop, utilisateur=utilisateur)
    gardee = saisie if garder == GARDER_SAISIE else coop
    return merge_seances(saisie=saisie, coop=coop, garder=gardee, utilisateur=utilisateur)
