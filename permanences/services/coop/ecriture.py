"""Write a batch of La Coop's activities: all of it or nothing, and twice is once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from permanences.coop import CompteRendu
from permanences.enums import EtatCompteRendu, FormeExport, NatureSeance, RaisonCoop
from permanences.models import CompteRenduCoop, ImportCoop, Seance
from permanences.models.mois import du_mois
from permanences.services.commun import TOUR_COOP, take_turns
from permanences.services.coop.contexte import Contexte
from permanences.services.coop.enregistrement import (
    CHAMPS_COOP,
    CREES,
    ECARTES,
    INCHANGES,
    MODIFIES,
    SUPPRIMES,
    Ecriture,
    Resultat,
    before_of,
    save,
)
from permanences.services.coop.verdict import TITRE_MAX, Verdict, judge
from territoires.traces import masked, traces_in

TOUR = TOUR_COOP
PHRASES_GARDEES = 200
ID_MAX = 60
NOMBRE_MAX = 1_000_000


@transaction.atomic
def write_comptes_rendus(
    *, importation: ImportCoop, comptes_rendus: Sequence[CompteRendu]
) -> list[Resultat]:
    """One batch: upsert by « ID CRA », counts of the run, lines for its undo.

    The same batch twice changes nothing the second time; an older version never overwrites a
    newer one. What cannot be counted is kept aside with its reason.
    """
    resultats = write_batch(importation=importation, comptes_rendus=comptes_rendus)
    count_results(importation, resultats)
    importation.save(update_fields=COMPTES)
    return resultats


def write_batch(
    *, importation: ImportCoop, comptes_rendus: Sequence[CompteRendu]
) -> list[Resultat]:
    """The same, inside a transaction of its caller and without touching the row of the run."""
    take_turns(TOUR)
    lus = newest(_cleaned(c) for c in comptes_rendus if 0 < len(c.id_coop) <= ID_MAX)
    lignes = _known(lus)
    contexte = _contexte(list(lus.values()), lignes.values(), importation)
    ecritures = [_prepare(lu, lignes.get(lu.id_coop), contexte, importation) for lu in lus.values()]
    save(ecritures, importation)
    return [ecriture.resultat for ecriture in ecritures]


def _cleaned(lu: CompteRendu) -> CompteRendu:
    """Without what may lead to somebody in the words that La Coop lets people type."""
    inconnues = tuple(masked(inconnue)[:200] for inconnue in lu.inconnues)
    if not traces_in(lu.titre):
        return replace(lu, titre=lu.titre[:TITRE_MAX], inconnues=inconnues)
    dit = "titre d’atelier, retiré : il ressemble à une coordonnée"
    return replace(lu, titre="", inconnues=(*inconnues, dit))


def newest(comptes_rendus: Iterable[CompteRendu]) -> dict[str, CompteRendu]:
    """One version per activity: the newest, the last of those that nothing tells apart."""
    lus: dict[str, CompteRendu] = {}
    for lu in comptes_rendus:
        deja = lus.get(lu.id_coop)
        if deja is None or not is_older(lu, moment(deja.modifie_le)):
            lus[lu.id_coop] = lu
    return lus


def moment(quand: dt.datetime | dt.date | None) -> dt.datetime | None:
    """A file knows the day alone: its first instant."""
    if quand is None or isinstance(quand, dt.datetime):
        return timezone.make_aware(quand) if quand and timezone.is_naive(quand) else quand
    return timezone.make_aware(dt.datetime.combine(quand, dt.time.min))


def is_older(lu: CompteRendu, connu: dt.datetime | None) -> bool:
    """Strictly: on the same day, a version of which only the day is known is not older."""
    recu = moment(lu.modifie_le)
    if recu is None or connu is None:
        return False
    if isinstance(lu.modifie_le, dt.datetime):
        # A file knows the minute, the API the millisecond.
        exact = bool(recu.second or recu.microsecond)
        return recu < (connu if exact else connu.replace(second=0, microsecond=0))
    return timezone.localdate(recu) < timezone.localdate(connu)


def _known(lus: Iterable[str]) -> dict[str, CompteRenduCoop]:
    lignes = CompteRenduCoop.objects.filter(id_coop__in=list(lus)).select_related("conseiller")
    connues = {ligne.id_coop: ligne for ligne in lignes.select_for_update(of=("self",))}
    seances = Seance.objects.select_for_update().in_bulk(
        [ligne.seance_id for ligne in connues.values() if ligne.seance_id]
    )
    for ligne in connues.values():
        if ligne.seance_id:
            ligne.seance = seances[ligne.seance_id]
    return connues


def _contexte(
    lus: Sequence[CompteRendu], lignes: Iterable[CompteRenduCoop], importation: ImportCoop | None
) -> Contexte:
    return Contexte(
        lus,
        auteur=importation.conseiller if importation else None,
        jours=[ligne.seance.date for ligne in lignes if ligne.seance],
        conseillers=[ligne.conseiller_id for ligne in lignes if ligne.conseiller_id],
        seances=[ligne.seance_id for ligne in lignes if ligne.seance_id],
    )


@transaction.atomic
def rewrite(lignes: Iterable[CompteRenduCoop]) -> list[Resultat]:
    """Judge again what is already known: a match has been settled."""
    take_turns(TOUR)
    connues = _known([ligne.id_coop for ligne in lignes])
    lus = {
        i: replace(CompteRendu.from_donnees(ligne.donnees), mediateur=ligne.mediateur)
        for i, ligne in connues.items()
    }
    contexte = _contexte(list(lus.values()), connues.values(), None)
    ecritures = [_prepare(lus[i], ligne, contexte, None) for i, ligne in connues.items()]
    save(ecritures, None)
    return [ecriture.resultat for ecriture in ecritures]


# --- One activity ----------------------------------------------------------------------------


def _prepare(
    lu: CompteRendu,
    ligne: CompteRenduCoop | None,
    contexte: Contexte,
    importation: ImportCoop | None,
) -> Ecriture:
    resultat = Resultat(lu.id_coop, lu.date, inconnues=lu.inconnues)
    if ligne is not None and importation is not None:
        if _somebody_else(ligne, importation):
            resultat.sort, resultat.raison = ECARTES, RaisonCoop.REFUSE_PAR_UNE_REGLE
            resultat.precision = "Elle a été importée pour un autre conseiller."
            return Ecriture(ligne, ligne.seance, resultat)
        if is_older(lu, ligne.modifie_le):
            return Ecriture(ligne, ligne.seance, resultat)
    verdict = judge(lu, ligne, contexte)
    if importation is not None and ligne is not None and _unchanged(lu, ligne, verdict):
        return _seen_again(lu, ligne, resultat)
    avant = before_of(ligne) if ligne else None
    ecriture = Ecriture(ligne or CompteRenduCoop(id_coop=lu.id_coop), None, resultat, avant)
    ecriture.seance = ecriture.ligne.seance
    if verdict.etat == EtatCompteRendu.COMPTE:
        _count_it(ecriture, verdict, contexte)
    else:
        _put_aside(ecriture, verdict, contexte)
    _note(ecriture, lu, verdict)
    return ecriture


def _somebody_else(ligne: CompteRenduCoop, importation: ImportCoop) -> bool:
    """An advisor's own export says nothing of what is another advisor's."""
    return (
        importation.forme == FormeExport.CONSEILLER
        and ligne.conseiller_id is not None
        and ligne.conseiller_id != importation.conseiller_id
    )


def _seen_again(lu: CompteRendu, ligne: CompteRenduCoop, resultat: Resultat) -> Ecriture:
    """Nothing new but, maybe, La Coop's date: an older version that comes later must know it."""
    recu = moment(lu.modifie_le)
    neuf = recu is not None and (ligne.modifie_le is None or recu > ligne.modifie_le)
    if neuf:
        ligne.modifie_le = recu
    return Ecriture(ligne, ligne.seance, resultat, ecrit_ligne=neuf, sans_suite=True)


def _unchanged(lu: CompteRendu, ligne: CompteRenduCoop, verdict: Verdict) -> bool:
    """Counted as La Coop has it: what a person corrected on the séance since is left alone."""
    if ligne.etat != verdict.etat or ligne.raison != verdict.raison:
        return False
    if ligne.etat == EtatCompteRendu.ECARTE:
        return False
    return (
        CompteRendu.from_donnees(ligne.donnees).faits == lu.faits
        and ligne.conseiller_id == (verdict.conseiller.pk if verdict.conseiller else None)
        and (ligne.seance is None or ligne.seance.lieu_id == verdict.champs.get("lieu_id"))
    )


def _count_it(ecriture: Ecriture, verdict: Verdict, contexte: Contexte) -> None:
    ligne, seance, resultat = ecriture.ligne, ecriture.seance, ecriture.resultat
    ligne.etat, ligne.raison, ligne.precision = EtatCompteRendu.COMPTE, "", ""
    if seance is not None and contexte.mois.est_figee(seance):
        if not seance.supprimee_le:
            _keep_closed(ecriture, _differences(seance, _wanted(seance, verdict.champs, contexte)))
            return
        seance = None  # withdrawn before its month was closed: it comes back as a new one
    if seance is None:
        seance = Seance(**verdict.champs)
        resultat.sort = CREES
        resultat.regularisation = seance.hors_delai = contexte.mois.est_clos(seance.date)
        ecriture.seance, ecriture.ecrit_seance = seance, True
        return
    voulus = _wanted(seance, verdict.champs, contexte)
    resultat.changements = _differences(seance, voulus)
    if not resultat.changements and not seance.supprimee_le:
        return
    resultat.sort = CREES if seance.supprimee_le else MODIFIES
    for nom, valeur in voulus.items():
        setattr(seance, nom, valeur)
    seance.supprimee_le, seance.modifiee_le = None, contexte.maintenant
    if contexte.mois.est_clos(seance.date) and not seance.hors_delai:
        # Moved into a closed month: for that month it is a new one, entered today.
        seance.hors_delai, seance.cree_le = True, contexte.maintenant
        resultat.regularisation = True
    ecriture.ecrit_seance = True


def _wanted(seance: Seance, champs: dict[str, Any], contexte: Contexte) -> dict[str, Any]:
    """The new values; the poste and the créneau that somebody gave it stay while they can, and
    what it took over from its double where La Coop says nothing.
    """
    voulus = {nom: champs[nom] for nom in CHAMPS_COOP}
    voulus |= contexte.doubles.kept(seance, voulus)
    meme = all(getattr(seance, n) == champs[n] for n in ("auteur_id", "date", "lieu_id"))
    if meme and seance.poste_id is not None:
        voulus["poste_id"] = seance.poste_id
    en_groupe = seance.nature != NatureSeance.INDIVIDUEL
    if (
        meme
        and seance.creneau_id is not None
        and en_groupe == (champs["nature"] != NatureSeance.INDIVIDUEL)
    ):
        voulus |= {"creneau_id": seance.creneau_id, "nature": seance.nature}
    return voulus


def _differences(seance: Seance, voulus: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    trouvees = []
    for nom, valeur in voulus.items():
        ancienne = getattr(seance, nom)
        if nom in ("thematiques", "materiel") and set(ancienne) == set(valeur):
            continue
        if ancienne != valeur:
            trouvees.append((nom, ancienne, valeur))
    return trouvees


def _keep_closed(ecriture: Ecriture, differences: list[tuple[str, Any, Any]]) -> None:
    """A closed month: the séance stays, what La Coop says now is kept beside it and said."""
    if not differences:
        return
    ligne, seance, resultat = ecriture.ligne, ecriture.seance, ecriture.resultat
    assert seance is not None  # it is the one that does not move
    ligne.raison = RaisonCoop.MOIS_CLOS
    noms = ", ".join(_label(nom) for nom, _, _ in differences if nom not in _DEDUITS)
    ligne.precision = f"Le mois {du_mois(seance.date)} est clos. Différence : {noms}."[:300]
    resultat.changements = differences
    resultat.raison, resultat.precision = ligne.raison, ligne.precision
    resultat.sort = ECARTES


_DEDUITS = ("commune_id", "epci_id", "departement", "poste_id", "creneau_id")


def _label(nom: str) -> str:
    champ: Any = Seance._meta.get_field(nom.removesuffix("_id"))
    return str(champ.verbose_name)


def _put_aside(ecriture: Ecriture, verdict: Verdict, contexte: Contexte) -> None:
    ligne, seance, resultat = ecriture.ligne, ecriture.seance, ecriture.resultat
    etait = ligne.etat
    ligne.etat, ligne.raison, ligne.precision = verdict.etat, verdict.raison, verdict.precision
    supprime = verdict.etat == EtatCompteRendu.SUPPRIME
    resultat.raison, resultat.precision = verdict.raison, verdict.precision
    if not supprime:
        resultat.sort = ECARTES
    elif etait != EtatCompteRendu.SUPPRIME:
        resultat.sort = SUPPRIMES
    if seance is None or seance.supprimee_le:
        return
    if contexte.mois.est_figee(seance):
        quoi = "supprimée dans La Coop" if supprime else str(ligne.get_raison_display())
        ligne.etat, ligne.raison = EtatCompteRendu.COMPTE, RaisonCoop.MOIS_CLOS
        ligne.precision = f"Le mois {du_mois(seance.date)} est clos. Différence : {quoi}."[:300]
        resultat.sort, resultat.raison = ECARTES, ligne.raison
        resultat.precision = ligne.precision
        return
    seance.supprimee_le = seance.modifiee_le = contexte.maintenant
    ecriture.ecrit_seance = True


def _note(ecriture: Ecriture, lu: CompteRendu, verdict: Verdict) -> None:
    """Keep on the row what La Coop says now; nothing is written when it says nothing new."""
    ligne = ecriture.ligne
    nouvelles = {
        "mediateur": lu.mediateur or ligne.mediateur,
        "conseiller_id": verdict.conseiller.pk if verdict.conseiller else None,
        "lieu_coop_id": verdict.lieu_coop.pk if verdict.lieu_coop else None,
        "date": lu.date or ligne.date,
        "duree": min(max(lu.duree, 0), NOMBRE_MAX),
        "nb_participants": min(max(lu.nb_participants, 0), NOMBRE_MAX),
        "modifie_le": max(filter(None, (moment(lu.modifie_le), ligne.modifie_le)), default=None),
        "supprime_le": lu.supprime_le,
        # The agent has a column of his own, which can be forgotten.
        "donnees": lu.donnees() | {"mediateur": ""},
    }
    for nom, valeur in nouvelles.items():
        setattr(ligne, nom, valeur)
    ecriture.ecrit_ligne = (
        ligne.pk is None or ecriture.ecrit_seance or ecriture.avant != before_of(ligne)
    )
    if not ecriture.ecrit_ligne and ecriture.resultat.raison == RaisonCoop.MOIS_CLOS:
        ecriture.resultat.sort = INCHANGES  # said the first time


# --- What is said of it ----------------------------------------------------------------------


COMPTES = (
    "lus", CREES, MODIFIES, INCHANGES, ECARTES, SUPPRIMES, "regularisations", "phrases",
    "battement",
)  # fmt: skip


def count_results(importation: ImportCoop, resultats: Sequence[Resultat]) -> None:
    importation.lus += len(resultats)
    phrases = dict.fromkeys(importation.phrases)
    for resultat in resultats:
        setattr(importation, resultat.sort, getattr(importation, resultat.sort) + 1)
        importation.regularisations += resultat.regularisation
        for phrase in phrases_of(resultat):
            phrases[phrase] = None
    importation.phrases = list(phrases)[:PHRASES_GARDEES]
    importation.battement = timezone.now()


def phrases_of(resultat: Resultat) -> list[str]:
    """What is said of it beyond the counts."""
    dites = [f"Valeur inconnue : {masked(inconnue)}." for inconnue in resultat.inconnues]
    if resultat.raison in (
        RaisonCoop.REFUSE_PAR_UNE_REGLE,
        RaisonCoop.ILLISIBLE,
        RaisonCoop.MOIS_CLOS,
    ):
        le = f" du {resultat.date:%d/%m/%Y}" if resultat.date else ""
        dites.append(f"Activité {resultat.id_coop}{le} : {resultat.precision}")
    elif resultat.raison == RaisonCoop.LIEU_A_RAPPROCHER:
        dites.append(f"Lieu à rapprocher : {resultat.precision}.")
    return dites
