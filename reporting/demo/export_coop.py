"""An export of La Coop as an XLSX, made of séances: what an advisor would download there.

« Liste des accompagnements »: one row per participant. The columns that the importer never
reads (who was helped, notes, tags) are left out: nobody was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db.models import TextChoices
from django.utils import timezone

from conseillers.models import Conseiller
from permanences.coop import LieuLu
from permanences.enums import (
    GROUPES,
    Autonomie,
    Canal,
    Materiel,
    NatureSeance,
    Niveau,
    Thematique,
)
from permanences.models import LieuAccueil, Seance

NON_COMMUNIQUE = "Non communiqué"
COLONNES_PUBLIC = {
    "age": "Tranche d’âge du bénéficiaire",
    "genre": "Genre du bénéficiaire",
    "statut": "Statut du bénéficiaire",
}


@dataclass(frozen=True)
class Activite:
    """A séance as La Coop has it. `qui`: prénom and nom of its médiateur."""

    seance: Seance
    qui: tuple[str, str]
    lieu: LieuLu | None = None
    duree: int = 0
    modifie_le: dt.datetime | None = None


def activite_of(seance: Seance, conseiller: Conseiller, **champs: Any) -> Activite:
    lieu = as_in_la_coop(seance.lieu) if seance.lieu else None
    return Activite(seance, (conseiller.prenom, conseiller.nom), **{"lieu": lieu} | champs)


def as_in_la_coop(lieu: LieuAccueil) -> LieuLu:
    """Its name in capitals, as many are there, and the street apart from the commune."""
    commune = lieu.commune
    assert commune is not None  # create_lieux gives each its own
    rue, _, reste = lieu.adresse.partition(", ")
    return LieuLu(
        nom=lieu.nom.upper(),
        adresse=rue if reste else "",
        commune=commune.nom,
        code_postal=next(iter(commune.codes_postaux), ""),
        code_insee=commune.code,
    )


def write_export(
    chemin: Path, activites: Sequence[Activite], demandeur: Conseiller, *, du_conseiller: bool
) -> None:
    """`du_conseiller`: his own export, which does not say whose each activity is."""
    lignes = [ligne for a in activites for ligne in _lignes(a, du_conseiller)]
    with xlsxwriter.Workbook(str(chemin)) as classeur:
        feuille = classeur.add_worksheet("Activités")
        date = classeur.add_format({"num_format": "dd/mm/yyyy"})
        bloc = [
            ("Informations export",),
            ("Nom", demandeur.nom),
            ("Prénom", demandeur.prenom),
            ("Date d’export", f"{timezone.localdate():%d/%m/%Y}"),
            (),
        ]
        entete = tuple(lignes[0]) if lignes else ()
        rangees = [*bloc, entete, *(tuple(ligne.values()) for ligne in lignes)]
        for rang, cellules in enumerate(rangees):
            for colonne, valeur in enumerate(cellules):
                feuille.write(rang, colonne, valeur, date if isinstance(valeur, dt.date) else None)


def _lignes(activite: Activite, du_conseiller: bool) -> list[dict[str, Any]]:
    """One per participant, the same but for who he is."""
    seance = activite.seance
    communes = _communes(activite, du_conseiller)
    total = seance.nb_participants
    return [
        {**communes, "Participants": f"{rang}/{total}" if total > 1 else 1, **public}
        for rang, public in enumerate(_publics(seance), start=1)
    ]


def _communes(activite: Activite, du_conseiller: bool) -> dict[str, Any]:
    seance = activite.seance
    prenom, nom = activite.qui
    qui = {} if du_conseiller else {"Prénom du médiateur": prenom, "Nom du médiateur": nom}
    individuel = seance.nature == NatureSeance.INDIVIDUEL
    return {
        "Date": seance.date,
        "Enregistré le": _moment(seance.cree_le),
        "Dernière modification le": _moment(activite.modifie_le),
        **qui,
        "Type": "Accompagnement individuel" if individuel else "Atelier collectif",
        **_ou(activite),
        "Durée (min)": activite.duree or seance.duree,
        "Nom de l’atelier": seance.titre,
        "Matériel numérique utilisé": _labels(Materiel, seance.materiel),
        "Thématique(s) d’accompagnement": _labels(Thematique, seance.thematiques),
        "Niveau d’autonomie (ou de l’atelier)": _niveau(seance),
        "Structure de redirection": seance.get_orientation_display(),
        "ID CRA": str(seance.cle),
    }


def _ou(activite: Activite) -> dict[str, str]:
    seance, lieu = activite.seance, activite.lieu
    commune = seance.commune
    canal = Canal.LIEU_ACTIVITE if lieu else Canal(seance.canal)
    return {
        "Canaux d’accompagnement": canal.label,
        "Nom du lieu": lieu.nom if lieu else "",
        "Adresse": lieu.adresse if lieu else "",
        "Commune": commune.nom if commune else "",
        "Code postal": next(iter(commune.codes_postaux), "") if commune else "",
        "Code Insee": seance.code_insee,
    }


def _moment(instant: dt.datetime | None) -> str:
    return f"{timezone.localtime(instant):%d/%m/%Y à %H:%M}" if instant else ""


def _labels(liste: type[TextChoices], valeurs: Iterable[str]) -> str:
    """One a line inside the cell."""
    return "\n".join(liste(valeur).label for valeur in valeurs)


def _niveau(seance: Seance) -> str:
    dit = seance.autonomie if seance.nature == NatureSeance.INDIVIDUEL else seance.niveau
    echelle = Autonomie if seance.nature == NatureSeance.INDIVIDUEL else Niveau
    return f"{echelle.values.index(dit) + 1}/3" if dit else ""


def _publics(seance: Seance) -> list[dict[str, str]]:
    """The counters of a séance dealt to its participants, one after the other."""
    paquets = [
        [
            valeur.label
            for valeur in liste
            for _ in range(getattr(seance, f"{prefixe}_{valeur}") or 0)
        ]
        for prefixe, liste in GROUPES
    ]
    personnes = list(zip_longest(range(seance.nb_participants), *paquets, fillvalue=NON_COMMUNIQUE))
    colonnes = [COLONNES_PUBLIC[prefixe] for prefixe, _ in GROUPES]
    return [dict(zip(colonnes, valeurs, strict=True)) for _, *valeurs in personnes]
