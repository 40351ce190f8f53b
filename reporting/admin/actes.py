"""What a gestionnaire may do to a month: the words of each act, and the service behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from conseillers.models import Utilisateur
from reporting import services, tasks
from reporting.selectors.cycle import EtatMois


@dataclass(frozen=True)
class ActeDuMois:
    """`perform(mois, utilisateur, motif)` gives the sentence to show when it is done."""

    cle: str
    titre: str
    bouton: str
    consequence: str
    offered: Callable[[EtatMois], bool]
    perform: Callable[[dt.date, Utilisateur, str], str]
    motif: str = ""
    aide_motif: str = ""
    motif_obligatoire: bool = False
    grave: bool = False


PHRASE_FILE_ABSENTE = (
    " La file d’attente ne répond pas : les PDF seront produits dès son retour, "
    "sans rien avoir à refaire."
)


def _suite(atteinte: bool) -> str:
    return "" if atteinte else PHRASE_FILE_ABSENTE


def _close(mois: dt.date, utilisateur: Utilisateur, motif: str) -> str:
    rapports = services.close_mois(mois=mois, utilisateur=utilisateur, motif_avertissements=motif)
    atteinte = tasks.start_rendering(rapports)
    return "Le mois est clos et ses chiffres sont figés ; les PDF se préparent." + _suite(atteinte)


def _preview(mois: dt.date, utilisateur: Utilisateur, motif: str) -> str:
    atteinte = tasks.start_rendering(services.build_provisoires(mois=mois))
    return "Les rapports provisoires se préparent." + _suite(atteinte)


def _transmit(mois: dt.date, utilisateur: Utilisateur, motif: str) -> str:
    services.transmit_mois(mois=mois, utilisateur=utilisateur)
    return "Les deux rapports sont transmis : la Préfecture peut les lire."


def _reopen(mois: dt.date, utilisateur: Utilisateur, motif: str) -> str:
    services.reopen_mois(mois=mois, utilisateur=utilisateur, motif=motif)
    return "Le mois est rouvert : ses rapports non transmis ont été retirés."


def _rectify(mois: dt.date, utilisateur: Utilisateur, motif: str) -> str:
    services.open_rectification(mois=mois, utilisateur=utilisateur, motif=motif)
    return "La rectification est ouverte : corrigez, puis clôturez de nouveau le mois."


_ACTES = (
    ActeDuMois(
        "cloturer",
        "Clôturer",
        "Clôturer le mois",
        "Les chiffres des deux rapports sont figés et plus rien de ce mois ne peut être modifié. "
        "Tant que rien n’est transmis, le mois peut être rouvert.",
        lambda e: not e.clos and e.termine,
        _close,
        motif="Pourquoi clôturer malgré les avertissements",
        aide_motif="Imprimé en annexe des rapports, avec votre nom. Inutile s’il n’y a aucun "
        "avertissement.",
    ),
    ActeDuMois(
        "provisoires",
        "Préparer les rapports provisoires",
        "Préparer les provisoires",
        "Deux rapports marqués « PROVISOIRE », lus par le Département seulement, remplacent les "
        "provisoires précédents de ce mois.",
        lambda e: not e.clos,
        _preview,
    ),
    ActeDuMois(
        "transmettre",
        "Transmettre à la Préfecture",
        "Transmettre définitivement",
        "La Préfecture voit aussitôt les deux rapports. Une transmission ne s’annule pas : "
        "une correction sera une nouvelle version.",
        lambda e: e.transmissible,
        _transmit,
        grave=True,
    ),
    ActeDuMois(
        "rouvrir",
        "Rouvrir le mois",
        "Rouvrir le mois",
        "Les rapports figés de cette clôture, qui n’ont pas été transmis, sont supprimés ; les "
        "saisies du mois redeviennent modifiables.",
        lambda e: e.clos and not e.transmis,
        _reopen,
        motif="Pourquoi rouvrir le mois",
        aide_motif="Gardé dans le journal du mois.",
        grave=True,
    ),
    ActeDuMois(
        "rectifier",
        "Ouvrir une rectification",
        "Ouvrir la rectification",
        "Les saisies du mois redeviennent modifiables. La version transmise reste en vigueur "
        "jusqu’à la transmission de la suivante, qui dira ce qui change.",
        lambda e: e.clos and e.transmis,
        _rectify,
        motif="Pourquoi rectifier",
        aide_motif="Gardé avec le rapport : la Préfecture le lira.",
        motif_obligatoire=True,
    ),
)
ACTES = {acte.cle: acte for acte in _ACTES}


def offered_actes(etat: EtatMois) -> list[ActeDuMois]:
    return [acte for acte in _ACTES if acte.offered(etat)]
