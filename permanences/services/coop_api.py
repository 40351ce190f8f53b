"""La Coop's exchange, run by run: begun once, held by one process, kept page by page, ended.

The row of the run is the truth. Whoever holds it wrote his number on it (`tenu_par`): a process
that was taken for dead, and another took over from, can no longer write a page.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max, Min, Q
from django.utils import timezone

from conseillers.models import Utilisateur
from permanences import calendrier
from permanences.coop import CompteRendu
from permanences.enums import EtatImportCoop, OrigineImport
from permanences.models import ImportCoop, Mois
from permanences.models.coop import ImportCoopQuerySet
from permanences.models.mois import premier_du_mois
from permanences.services.coop.ecriture import write_comptes_rendus
from territoires.typographie import accorde, format_nombre

# Longer than the longest wait between two signs of life: a minute's pause, then a slow answer.
SILENCE_COOP = dt.timedelta(minutes=4)
# Nobody holds it between two slices: the next one is queued at once.
ENTRE_DEUX = dt.timedelta(minutes=1)
ESSAIS_MAX = 5
# A failed run is continued where it stopped; later, its pages have moved too much.
REPRISE = dt.timedelta(hours=12)
# Read again each time: their clocks, and transactions that ended after a younger one.
RECOUVREMENT = dt.timedelta(hours=6)
# Changed while the pages went by, some activities are met in the next exchange only.
MANQUE_ADMIS, PART_ADMISE = 5, 50
PHRASE_EN_COURS = "Un échange avec La Coop est déjà en cours : attendez sa fin."
PHRASE_REPRISE = (
    "La Coop n’acceptait plus l’endroit où la lecture s’était arrêtée : tout a été relu."
)
PHRASE_ARRETE = (
    f"L’échange s’est arrêté {ESSAIS_MAX} fois avant la fin, sans message : le serveur redémarre, "
    "ou manque de mémoire. Prévenez l’exploitant ; rien n’est perdu, la lecture reprendra où elle "
    "s’est arrêtée."
)
PHRASE_IMPREVU = (
    "Une erreur imprévue a arrêté l’échange : ce qui était lu est gardé. Prévenez l’exploitant, le "
    "journal du serveur en dit la cause."
)
PHRASE_PERSONNE = (
    "Aucun de nos conseillers n’est reconnu dans La Coop : comparez leurs courriels d’ici avec "
    "ceux de leurs comptes de La Coop."
)


class PrisePerdue(Exception):
    """Another process has taken the run over, or it was stopped: write nothing more."""


@dataclass(frozen=True)
class Prise:
    pk: int
    jeton: uuid.UUID


@dataclass(frozen=True)
class PageLue:
    """`curseur`: where to go on; empty after the last. `parcourus`: of the whole country."""

    comptes_rendus: Sequence[CompteRendu]
    curseur: str
    parcourus: int
    annonces: int | None
    repere: dt.datetime | None = None
    phrases: Sequence[str] = ()


def _runs() -> ImportCoopQuerySet:
    return ImportCoop.objects.filter(origine=OrigineImport.API)


# --- Beginning ---------------------------------------------------------------------------------


def start_import_api(*, lance_par: Utilisateur | None, depuis: dt.date | None = None) -> ImportCoop:
    """A run at work, which nobody holds yet. Raises ValidationError while another one is.

    `depuis`: read again from that day; a later day than what is still to read changes nothing.
    """
    champs = {} if depuis else _interrupted()
    if depuis:
        champs["depuis"] = timezone.make_aware(dt.datetime.combine(depuis, dt.time.min))
    try:
        with transaction.atomic():
            return ImportCoop.objects.create(
                origine=OrigineImport.API,
                etat=EtatImportCoop.EN_COURS,
                lance_par=lance_par,
                **champs,
            )
    except IntegrityError as erreur:
        raise ValidationError(PHRASE_EN_COURS) from erreur


def _interrupted() -> dict[str, object]:
    """Where the last run stopped, if it failed a short while ago."""
    dernier = _runs().exclude(etat=EtatImportCoop.ANNULE).first()
    if (
        dernier is None
        or dernier.etat != EtatImportCoop.ECHEC
        or not dernier.curseur
        or dernier.debute_le < timezone.now() - REPRISE
    ):
        return {}
    noms = ("depuis", "repere", "curseur", "parcourus", "annonces", "mediateurs")
    return {nom: getattr(dernier, nom) for nom in noms}


@transaction.atomic
def prepare_import_api(*, prise: Prise, mediateurs: Collection[str]) -> ImportCoop:
    """Whose activities are kept, and since when they are read. Raises ValidationError."""
    importation = _held(prise)
    if not mediateurs:
        raise ValidationError(PHRASE_PERSONNE)
    depuis = depuis_of(mediateurs)
    importation.depuis = min(importation.depuis or depuis, depuis)
    importation.mediateurs = sorted(mediateurs)
    importation.save(update_fields=["depuis", "mediateurs"])
    return importation


def depuis_of(mediateurs: Collection[str]) -> dt.datetime:
    """After the last success, some hours read again; from the start for somebody new.

    Raises no question of what was forced earlier: a mark counts only once its pass has ended.
    """
    faits = _runs().faits().exclude(repere=None)
    dernier = faits.order_by("-repere").first()
    if dernier is None:
        return premier_depuis()
    if not set(mediateurs) <= set(dernier.mediateurs):
        return faits.aggregate(d=Min("depuis"))["d"] or premier_depuis()
    return dernier.repere - RECOUVREMENT


def is_first() -> bool:
    """No exchange has succeeded yet."""
    return not _runs().faits().exists()


def premier_depuis() -> dt.datetime:
    """COOP_DEPUIS; else after the last closed month, whose figures are given already."""
    jour = settings.COOP_DEPUIS
    if jour is None:
        clos = Mois.objects.clos().aggregate(d=Max("premier_jour"))["d"]
        aujourd_hui = timezone.localdate()
        jour = calendrier.mois_decale(clos, 1) if clos else aujourd_hui.replace(month=1, day=1)
        jour = min(jour, premier_du_mois(aujourd_hui))
    return timezone.make_aware(dt.datetime.combine(jour, dt.time.min))


# --- Holding -----------------------------------------------------------------------------------


def claim_import_api(*, pk: int) -> Prise | None:
    """Take the run if nobody alive holds it."""
    maintenant, jeton = timezone.now(), uuid.uuid4()
    pris = (
        _runs()
        .filter(pk=pk, etat=EtatImportCoop.EN_COURS)
        .filter(Q(tenu_par=None) | Q(battement__lt=maintenant - SILENCE_COOP))
        .update(tenu_par=jeton, battement=maintenant, essais=F("essais") + 1)
    )
    return Prise(pk, jeton) if pris else None


def beat_import_api(*, prise: Prise) -> None:
    """A sign of life. Raises PrisePerdue."""
    if not _of(prise).update(battement=timezone.now()):
        raise PrisePerdue


def release_import_api(*, prise: Prise) -> None:
    """Between two slices."""
    _of(prise).update(tenu_par=None, battement=timezone.now())


def _of(prise: Prise) -> ImportCoopQuerySet:
    return ImportCoop.objects.filter(
        pk=prise.pk, etat=EtatImportCoop.EN_COURS, tenu_par=prise.jeton
    )


def _held(prise: Prise) -> ImportCoop:
    importation = _of(prise).select_for_update().first()
    if importation is None:
        raise PrisePerdue
    return importation


# --- Pages -------------------------------------------------------------------------------------


@transaction.atomic
def keep_page(*, prise: Prise, page: PageLue) -> ImportCoop:
    """Its activities and where to go on, together or not at all. Raises PrisePerdue."""
    importation = _held(prise)
    importation.phrases = list(dict.fromkeys([*importation.phrases, *page.phrases]))
    importation.curseur = page.curseur
    importation.parcourus += page.parcourus
    if importation.repere is None:
        importation.repere = page.repere
    if importation.annonces is None:
        importation.annonces = page.annonces
    importation.essais, importation.battement = 0, timezone.now()
    importation.save(
        update_fields=[
            "phrases", "curseur", "parcourus", "repere", "annonces", "essais", "battement",
        ]
    )  # fmt: skip
    if page.comptes_rendus:
        write_comptes_rendus(importation=importation, comptes_rendus=page.comptes_rendus)
    return importation


@transaction.atomic
def restart_import_api(*, prise: Prise) -> bool:
    """From the first page again, once: what was kept is kept. False the second time."""
    importation = _held(prise)
    if PHRASE_REPRISE in importation.phrases:
        return False
    importation.phrases = [*importation.phrases, PHRASE_REPRISE]
    importation.curseur, importation.parcourus = "", 0
    importation.annonces = importation.repere = None
    importation.save(update_fields=["phrases", "curseur", "parcourus", "annonces", "repere"])
    return True


# --- Ending ------------------------------------------------------------------------------------


@transaction.atomic
def end_import_api(*, prise: Prise) -> ImportCoop:
    """The empty page was met: the mark counts from now on, unless too much was announced."""
    importation = _held(prise)
    manquent = (importation.annonces or 0) - importation.parcourus
    if manquent > max(MANQUE_ADMIS, (importation.annonces or 0) // PART_ADMISE):
        combien = accorde(importation.annonces or 0, "compte rendu", "comptes rendus")
        _fail(
            importation,
            f"La Coop annonçait {combien} et n’en a donné que "
            f"{format_nombre(importation.parcourus)} : rien n’est tenu pour lu, la lecture sera "
            "refaite.",
            curseur="",
        )
        return importation
    importation.etat, importation.curseur = EtatImportCoop.FAIT, ""
    importation.termine_le = importation.battement = timezone.now()
    importation.tenu_par = None
    importation.save(update_fields=["etat", "curseur", "termine_le", "battement", "tenu_par"])
    return importation


@transaction.atomic
def fail_import_api(*, prise: Prise, cause: str) -> None:
    """What was kept is kept, and its place: the next run goes on from there."""
    importation = _of(prise).select_for_update().first()
    if importation is not None:
        _fail(importation, cause, curseur=importation.curseur)


@transaction.atomic
def stop_import_api() -> bool:
    """Whoever holds it finds out at its next page. False where none was at work."""
    importation = _runs().filter(etat=EtatImportCoop.EN_COURS).select_for_update().first()
    if importation is None:
        return False
    _fail(importation, "Arrêté à la main.", curseur=importation.curseur)
    return True


def _fail(importation: ImportCoop, cause: str, *, curseur: str) -> None:
    importation.etat, importation.cause = EtatImportCoop.ECHEC, cause
    importation.curseur, importation.tenu_par = curseur, None
    importation.termine_le = timezone.now()
    importation.save(update_fields=["etat", "cause", "curseur", "tenu_par", "termine_le"])


def sweep_imports_api() -> list[int]:
    """Runs that a dead process left, to be taken up again; one that dies each time has failed."""
    maintenant = timezone.now()
    abandonnes = (
        _runs()
        .filter(etat=EtatImportCoop.EN_COURS)
        .filter(
            Q(tenu_par=None, battement__lt=maintenant - ENTRE_DEUX)
            | Q(battement__lt=maintenant - SILENCE_COOP)
        )
    )
    a_reprendre = []
    for pk, essais in list(abandonnes.values_list("pk", "essais")):
        if essais < ESSAIS_MAX:
            a_reprendre.append(pk)
        elif prise := claim_import_api(pk=pk):
            fail_import_api(prise=prise, cause=PHRASE_ARRETE)
    return a_reprendre
