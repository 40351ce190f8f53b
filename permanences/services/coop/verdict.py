"""What is to become of one activity of La Coop: counted, and as what; or set aside, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from conseillers.models import Conseiller
from permanences.coop import CompteRendu
from permanences.enums import (
    GROUPES,
    Canal,
    EtatCompteRendu,
    NatureSeance,
    RaisonCoop,
    Source,
    TraitementLieu,
)
from permanences.models import CompteRenduCoop, LieuAccueil, LieuCoop, Seance
from permanences.models.seances import DUREE_MAX, PARTICIPANTS_MAX, PREMIERE_DATE
from permanences.services.coop.contexte import Contexte
from permanences.services.seances import place_seance
from territoires.selectors import CodeInseeRefuse, ResolvedCommune
from territoires.typographie import format_date

# What a person decided stays decided, whatever La Coop sends next.
DECIDEES = (RaisonCoop.RETIRE_A_LA_MAIN, RaisonCoop.DOUBLE)
TITRE_MAX = 150


@dataclass(frozen=True)
class Verdict:
    """`champs`: the séance's fields, by attribute, when it is counted."""

    etat: str
    raison: str = ""
    precision: str = ""
    conseiller: Conseiller | None = None
    lieu_coop: LieuCoop | None = None
    champs: dict[str, Any] = field(default_factory=dict)


class _MisDeCote(Exception):
    def __init__(self, raison: str, precision: str = "") -> None:
        self.raison, self.precision = raison, precision


def judge(lu: CompteRendu, ligne: CompteRenduCoop | None, contexte: Contexte) -> Verdict:
    """`ligne`: what is known of it already."""
    lieu_coop = contexte.lieux.get(lu.lieu) if lu.lieu else None
    conseiller = ligne.conseiller if ligne else None
    try:
        if lu.supprime_le:
            return Verdict(EtatCompteRendu.SUPPRIME, "", "", conseiller, lieu_coop)
        if lu.defaut:
            raise _MisDeCote(RaisonCoop.ILLISIBLE, lu.defaut)
        conseiller = _conseiller(lu, conseiller, contexte)
        _refuse_decided(ligne, contexte)
        _refuse_by_rule(lu, contexte)
        _refuse_other_source(lu, ligne, conseiller, contexte)
        champs = _champs(lu, ligne, conseiller, lieu_coop, contexte)
    except _MisDeCote as cause:
        precision = cause.precision[:300]
        return Verdict(EtatCompteRendu.ECARTE, cause.raison, precision, conseiller, lieu_coop)
    return Verdict(EtatCompteRendu.COMPTE, "", "", conseiller, lieu_coop, champs)


def _conseiller(lu: CompteRendu, connu: Conseiller | None, contexte: Contexte) -> Conseiller:
    if not lu.mediateur:
        trouve = contexte.auteur or connu
    else:
        mediateur = contexte.mediateurs[lu.mediateur]
        if mediateur.ignore:
            raise _MisDeCote(RaisonCoop.MEDIATEUR_IGNORE)
        trouve = mediateur.conseiller or connu
    if trouve is None:
        raise _MisDeCote(RaisonCoop.MEDIATEUR_A_RAPPROCHER)
    return trouve


def _refuse_decided(ligne: CompteRenduCoop | None, contexte: Contexte) -> None:
    if ligne is None:
        return
    if ligne.seance_id in contexte.doubles.retirees:
        raise _MisDeCote(RaisonCoop.DOUBLE, ligne.precision)
    if ligne.raison in DECIDEES:
        raise _MisDeCote(ligne.raison, ligne.precision)
    seance = ligne.seance
    if ligne.etat == EtatCompteRendu.COMPTE and seance is not None and seance.supprimee_le:
        raise _MisDeCote(RaisonCoop.RETIRE_A_LA_MAIN)


def _refuse_by_rule(lu: CompteRendu, contexte: Contexte) -> None:
    """The rules of a séance, in the words of one who reads La Coop."""
    if phrase := _first_breach(lu, contexte.ce_jour):
        raise _MisDeCote(RaisonCoop.REFUSE_PAR_UNE_REGLE, phrase)


def _refuse_other_source(
    lu: CompteRendu, ligne: CompteRenduCoop | None, conseiller: Conseiller, contexte: Contexte
) -> None:
    """His séances are typed here that day. What was counted before that was decided stays."""
    if ligne is not None and ligne.etat == EtatCompteRendu.COMPTE:
        return
    choix = contexte.modes.choix_le(conseiller.pk, lu.date) if lu.date else None
    if choix is not None and not choix.est_coop:
        phrase = f"Depuis le {format_date(choix.date_debut)}, ses séances se saisissent ici."
        raise _MisDeCote(RaisonCoop.SAISIE_SUR_LA_PLATEFORME, phrase)


def _first_breach(lu: CompteRendu, ce_jour: dt.date) -> str:
    if lu.date is None:
        return "Elle n’a pas de date."
    if lu.date > ce_jour:
        return f"Sa date, le {format_date(lu.date)}, est à venir."
    if lu.date < PREMIERE_DATE:
        return f"L’année {lu.date.year} est trop ancienne."
    if lu.nature not in (NatureSeance.INDIVIDUEL, NatureSeance.ATELIER):
        return "Son type n’est pas connu."
    if lu.canal not in Canal.values:
        return "Son canal n’est pas connu."
    if not 1 <= lu.duree <= DUREE_MAX:
        return f"Sa durée est de {lu.duree} min : elle va de 1 à 1 440."
    if not 1 <= lu.nb_participants <= PARTICIPANTS_MAX:
        return f"Elle compte {lu.nb_participants} participants : leur nombre va de 1 à 10 000."
    if not lu.thematiques:
        return "Aucune de ses thématiques n’est connue."
    for prefixe, liste in GROUPES:
        if sum(lu.compteurs.get(f"{prefixe}_{v}", 0) for v in liste.values) > lu.nb_participants:
            return "Le détail des participants dépasse leur nombre."
    return ""


def _champs(
    lu: CompteRendu,
    ligne: CompteRenduCoop | None,
    conseiller: Conseiller,
    lieu_coop: LieuCoop | None,
    contexte: Contexte,
) -> dict[str, Any]:
    assert lu.date is not None  # else a rule has refused it
    modele = Seance(canal=lu.canal)
    lieu = _place(modele, lu, lieu_coop, contexte)
    poste, creneau = contexte.postes.find(
        conseiller.pk, lu.date, lieu.pk if lieu else None, lu.nature
    )
    nature = creneau.nature if creneau and creneau.pour_un_groupe else lu.nature
    return {
        "auteur_id": conseiller.pk,
        "date": lu.date,
        "nature": nature,
        "canal": modele.canal,
        "lieu_id": lieu.pk if lieu else None,
        "code_insee": modele.code_insee,
        "commune_id": modele.commune_id,
        "epci_id": modele.epci_id,
        "departement": modele.departement,
        "poste_id": poste.pk if poste else None,
        "creneau_id": creneau.pk if creneau else None,
        "duree": lu.duree,
        "nb_participants": lu.nb_participants,
        "nb_premieres_venues": None,
        "thematiques": list(lu.thematiques),
        "materiel": list(lu.materiel),
        "autonomie": lu.autonomie,
        "niveau": lu.niveau,
        "orientation": lu.orientation,
        "titre": lu.titre,
        **{f"{p}_{v}": lu.compteurs.get(f"{p}_{v}", 0) for p, lst in GROUPES for v in lst.values},
        "source": Source.COOP,
        "saisie_le": lu.enregistre_le,
    }


def _place(
    modele: Seance, lu: CompteRendu, lieu_coop: LieuCoop | None, contexte: Contexte
) -> LieuAccueil | None:
    """Set where it took place, as the territory stands; the lieu d’accueil when there is one."""
    lieu, trouve = None, None
    if lu.canal == Canal.LIEU_ACTIVITE:
        lieu = _lieu(lieu_coop)
        if lieu is None and lieu_coop is not None:  # counted as « autre lieu »
            modele.canal = Canal.AUTRE_LIEU
            trouve = _commune(lieu_coop.code_insee or lu.code_insee, contexte)
    elif lu.canal != Canal.A_DISTANCE:
        trouve = _commune(lu.code_insee, contexte)
    place_seance(modele, lieu, trouve)
    return lieu


def _lieu(lieu_coop: LieuCoop | None) -> LieuAccueil | None:
    if lieu_coop is None:
        raise _MisDeCote(
            RaisonCoop.REFUSE_PAR_UNE_REGLE, "Elle a eu lieu dans un lieu d’activité sans nom."
        )
    if lieu_coop.traitement == TraitementLieu.A_RAPPROCHER:
        raise _MisDeCote(RaisonCoop.LIEU_A_RAPPROCHER, str(lieu_coop))
    if lieu_coop.traitement == TraitementLieu.IGNORE:
        raise _MisDeCote(RaisonCoop.LIEU_IGNORE, str(lieu_coop))
    return lieu_coop.lieu


def _commune(code: str, contexte: Contexte) -> ResolvedCommune:
    if not code:
        raise _MisDeCote(RaisonCoop.REFUSE_PAR_UNE_REGLE, "Sa commune n’a pas de code INSEE.")
    try:
        return contexte.communes.resolve(code)
    except CodeInseeRefuse as erreur:
        raise _MisDeCote(RaisonCoop.REFUSE_PAR_UNE_REGLE, str(erreur)) from erreur
