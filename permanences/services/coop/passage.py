"""A whole file of La Coop through the database: all of it, or nothing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from conseillers.models import Conseiller, Utilisateur
from permanences.coop import Lecture
from permanences.enums import FormeExport, RaisonCoop
from permanences.models import ImportCoop
from permanences.services.coop.cycle import (
    fail_import_coop,
    finish_import_coop,
    hold_run,
    open_run,
    release_run,
)
from permanences.services.coop.ecriture import PHRASES_GARDEES, count_results, write_batch
from permanences.services.coop.enregistrement import ECARTES, INCHANGES, Resultat
from permanences.services.coop.mediateurs import cle_nom, note_mediateurs
from territoires.enums import Porte
from territoires.journal import entree
from territoires.typographie import accorde

LOT = 250
Progres = Callable[[int], None]
PHRASE_ECHEC = "L’import a échoué, rien n’a été écrit : relancez-le."


@dataclass
class BilanCoop:
    """What a file did, or would do."""

    importation: ImportCoop
    resultats: list[Resultat] = field(default_factory=list)
    simulation: bool = False

    @property
    def raisons(self) -> dict[str, int]:
        """How many activities are set aside, by reason."""
        return dict(
            sorted(Counter(str(r.raison) for r in self.resultats if r.sort == ECARTES).items())
        )

    @property
    def empreinte(self) -> str:
        """Two runs that would do the same have the same one."""
        dit = [
            [
                r.id_coop,
                r.sort,
                r.raison,
                r.regularisation,
                [[c, str(a), str(b)] for c, a, b in r.changements],
            ]
            for r in self.resultats
            if r.sort != INCHANGES
        ]
        return hashlib.sha256(json.dumps(dit).encode()).hexdigest()


def advisor_named(prenom: str, nom: str) -> Conseiller | None:
    """The only advisor of ours who bears this name."""
    cle = cle_nom(f"{prenom} {nom}")
    if not cle:
        return None
    homonymes = [
        conseiller
        for conseiller in Conseiller.objects.filter(anonymise_le__isnull=True)
        if cle_nom(f"{conseiller.prenom} {conseiller.nom}") == cle
    ]
    return homonymes[0] if len(homonymes) == 1 else None


def same_name(conseiller: Conseiller, prenom: str, nom: str) -> bool:
    return cle_nom(f"{conseiller.prenom} {conseiller.nom}") == cle_nom(f"{prenom} {nom}")


def try_lecture(
    *, importation: ImportCoop, lecture: Lecture, progres: Progres | None = None
) -> BilanCoop:
    """The whole import, undone: its counts stay on the object, nothing in the database."""
    with transaction.atomic():
        if importation.pk is None:
            importation.save()
        bilan = _pass(importation, lecture, progres)
        transaction.set_rollback(True)
    bilan.simulation = True
    return bilan


def write_lecture(
    *,
    lecture: Lecture,
    nom_fichier: str,
    sha256: str,
    conseiller: Conseiller | None,
    utilisateur: Utilisateur | None = None,
    progres: Progres | None = None,
) -> BilanCoop:
    """Write a file from its first activity to its last. Raises ValidationError while another
    run is at work; killed in the middle, nothing of it stays, and it can be run again.
    """
    hold_run()
    try:
        importation = open_run(**describe(lecture, nom_fichier, sha256, conseiller, utilisateur))
        return run_lecture(importation=importation, lecture=lecture, progres=progres)
    finally:
        release_run()


def describe(
    lecture: Lecture,
    nom_fichier: str,
    sha256: str,
    conseiller: Conseiller | None,
    utilisateur: Utilisateur | None,
) -> dict[str, Any]:
    """The fields of the run of this file."""
    forme = FormeExport.CONSEILLER if lecture.du_conseiller else FormeExport.COORDINATEUR
    return {
        "forme": forme,
        "nom_fichier": Path(nom_fichier).name[-200:],
        "sha256": sha256,
        "conseiller": conseiller if lecture.du_conseiller else None,
        "lance_par": utilisateur,
        "lignes": lecture.lignes,
    }


def run_lecture(
    *,
    importation: ImportCoop,
    lecture: Lecture,
    progres: Progres | None = None,
    accord: Callable[[BilanCoop], bool] | None = None,
) -> BilanCoop:
    """Write all in one transaction, on a run that is at work. `accord`: asked once all is
    written; False, and nothing is.
    """
    origine = f"coop : {importation.nom_fichier}"[:120]
    par = str(importation.lance_par_id or "")
    try:
        with entree(Porte.IMPORT, origine, par), transaction.atomic():
            bilan = _pass(importation, lecture, progres)
            if accord is not None and not accord(bilan):
                transaction.set_rollback(True)
                bilan.simulation = True
                return bilan
            finish_import_coop(importation=importation)
    except BaseException:
        fail_import_coop(importation=ImportCoop.objects.get(pk=importation.pk), cause=PHRASE_ECHEC)
        raise
    return bilan


def _pass(importation: ImportCoop, lecture: Lecture, progres: Progres | None) -> BilanCoop:
    bilan = BilanCoop(importation)
    _start_again(importation, lecture)
    note_mediateurs(lecture.mediateurs)
    lus = [activite.compte_rendu for activite in lecture.activites]
    for debut in range(0, len(lus), LOT):
        resultats = write_batch(importation=importation, comptes_rendus=lus[debut : debut + LOT])
        count_results(importation, resultats)
        bilan.resultats += resultats
        if progres:
            progres(min(debut + LOT, len(lus)))
    sans_id = [a for a in lecture.activites if not a.compte_rendu.id_coop]
    importation.lus += len(sans_id)
    importation.ecartes += len(sans_id)
    importation.phrases = _phrases(bilan, lecture)[:PHRASES_GARDEES]
    return bilan


def _start_again(importation: ImportCoop, lecture: Lecture) -> None:
    for nom in (
        "lus", "crees", "modifies", "inchanges", "ecartes", "supprimes", "regularisations",
    ):  # fmt: skip
        setattr(importation, nom, 0)
    importation.lignes = lecture.lignes
    importation.phrases = []


def _phrases(bilan: BilanCoop, lecture: Lecture) -> list[str]:
    """What to know beyond the counts: the reasons first, then each thing once."""
    dites: dict[str, None] = {}
    for raison, nombre in bilan.raisons.items():
        quoi = RaisonCoop(raison).label
        dites[f"{accorde(nombre, 'activité mise', 'activités mises')} de côté : {quoi}."] = None
    for activite in lecture.activites:
        if not activite.compte_rendu.id_coop:
            dites[f"Ligne {activite.lignes[0]} : {activite.compte_rendu.defaut}."] = None
    autres = [*lecture.remarques, *bilan.importation.phrases]
    return list(dites | dict.fromkeys(autres))
