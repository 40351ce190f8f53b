"""`import_coop FICHIER.xlsx`: La Coop's export, as it is (docs/la-coop.md)."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from conseillers.models import Conseiller
from permanences.coop import Lecture
from permanences.enums import OrigineImport
from permanences.importers.coop import read_export
from permanences.models import ImportCoop
from permanences.services.coop.passage import (
    BilanCoop,
    advisor_named,
    describe,
    try_lecture,
    write_lecture,
)
from territoires.csv_out import ENCODAGE, write_csv
from territoires.files import FichierRefuse
from territoires.typographie import accorde

COMPTES = ("lignes", "lus", "crees", "modifies", "inchanges", "ecartes", "supprimes",
           "regularisations")  # fmt: skip
REJETS = ["lignes", "id_cra", "date", "erreur"]


class Command(BaseCommand):
    help = "Importe l’export de La Coop (XLSX), entier ou pas du tout (voir docs/la-coop.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fichier", metavar="FICHIER", type=Path)
        parser.add_argument("--simulation", action="store_true", help="ne rien écrire")
        parser.add_argument(
            "--rejets",
            metavar="FICHIER",
            type=Path,
            help="écrire les activités lisibles, noter les autres dans ce fichier CSV",
        )
        parser.add_argument("--format", choices=["texte", "json"], default="texte")
        parser.add_argument(
            "--conseiller",
            metavar="COURRIEL",
            help="de qui est l’export, quand son en-tête ne suffit pas à le dire",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        chemin, rejets = options["fichier"], options["rejets"]
        if rejets and rejets.resolve() == chemin.resolve():
            raise CommandError("Le fichier des rejets doit être un autre fichier.", returncode=2)
        self._forme, self._simulation = options["format"], options["simulation"]
        lecture, empreinte = self._read(chemin)
        conseiller = self._whose(lecture, options["conseiller"], chemin)
        if lecture.defauts and not rejets:
            self._refuse(
                chemin, [(a.lignes, a.compte_rendu.id_coop, a.compte_rendu.defaut)
                         for a in lecture.defauts]
            )  # fmt: skip
        defauts = lecture.defauts
        lecture.activites = [a for a in lecture.activites if not a.compte_rendu.defaut]
        bilan = self._run(lecture, chemin, empreinte, conseiller)
        if rejets and not self._simulation and defauts:
            with rejets.open("w", encoding=ENCODAGE, newline="") as flux:
                write_csv(flux, REJETS, [_reject(a) for a in defauts])
        self._clear()
        self._tell(bilan, chemin, [_error(a) for a in defauts], rejets)

    def _read(self, chemin: Path) -> tuple[Lecture, str]:
        try:
            lecture = read_export(chemin, self._progress)
            with chemin.open("rb") as flux:
                return lecture, hashlib.file_digest(flux, "sha256").hexdigest()
        except FichierRefuse as refus:
            self._refuse(chemin, [((), "", f"{chemin.name} n’est pas lu : {refus}")])
        except OSError as erreur:
            raise CommandError(
                f"{erreur.filename} : ce fichier ne peut pas être lu ({erreur.strerror}).",
                returncode=2,
            ) from erreur
        raise AssertionError  # _refuse has left

    def _whose(self, lecture: Lecture, courriel: str | None, chemin: Path) -> Conseiller | None:
        if courriel:
            nomme = Conseiller.objects.filter(courriel__iexact=courriel).first()
            if nomme is None:
                raise CommandError(f"Aucun conseiller n’a le courriel {courriel}.", returncode=2)
            return nomme
        if not lecture.du_conseiller:
            return None
        trouve = advisor_named(lecture.prenom, lecture.nom)
        if trouve is None:
            phrase = (
                "l’en-tête de l’export ne suffit pas à dire de quel conseiller il est : ajoutez "
                "--conseiller COURRIEL."
            )
            self._refuse(chemin, [((), "", phrase)])
        return trouve

    def _run(
        self, lecture: Lecture, chemin: Path, empreinte: str, conseiller: Conseiller | None
    ) -> BilanCoop:
        try:
            if self._simulation:
                champs = describe(lecture, chemin.name, empreinte, conseiller, None)
                importation = ImportCoop(origine=OrigineImport.FICHIER, **champs)
                return try_lecture(importation=importation, lecture=lecture, progres=self._progress)
            return write_lecture(
                lecture=lecture, nom_fichier=chemin.name, sha256=empreinte,
                conseiller=conseiller, progres=self._progress,
            )  # fmt: skip
        except ValidationError as refus:
            raise CommandError(" ".join(refus.messages)) from refus
        except OperationalError as erreur:
            raise CommandError(
                "La base de données s’est interrompue, rien n’a été écrit : relancez la commande. "
                f"({str(erreur).strip().splitlines()[0]})"
            ) from erreur

    def _refuse(self, chemin: Path, causes: list[tuple[tuple[int, ...], str, str]]) -> None:
        """Nothing is written: every reason, and exit code 1."""
        self._clear()
        erreurs = [_told(lignes, cle, phrase) for lignes, cle, phrase in causes]
        if self._forme == "json":
            self.stdout.write(
                _json(
                    {
                        "type": "coop",
                        "fichier": chemin.name,
                        "simulation": self._simulation,
                        "ecrit": False,
                        **dict.fromkeys(COMPTES, 0),
                        "refuses": len(erreurs),
                        "rejets": None,
                        "raisons": {},
                        "erreurs": erreurs,
                        "notes": [],
                    }
                )
            )
            sys.exit(1)
        for erreur in erreurs:
            ou = f"ligne {erreur['ligne']} : " if erreur["ligne"] else ""
            self.stderr.write(f"{ou}{erreur['message']}")
        self.stdout.write(f"{chemin.name} : rien n’a été écrit.")
        sys.exit(1)

    def _tell(
        self, bilan: BilanCoop, chemin: Path, erreurs: list[dict[str, Any]], rejets: Path | None
    ) -> None:
        fait = bilan.importation
        ecrits = str(rejets) if rejets and erreurs and not self._simulation else None
        if self._forme == "json":
            comptes = {nom: getattr(fait, nom) for nom in COMPTES}
            self.stdout.write(
                _json(
                    {
                        "type": "coop",
                        "fichier": chemin.name,
                        "forme": fait.forme,
                        "simulation": self._simulation,
                        "ecrit": not self._simulation,
                        **comptes,
                        "refuses": len(erreurs),
                        "rejets": ecrits,
                        "raisons": bilan.raisons,
                        "erreurs": erreurs,
                        "notes": fait.phrases,
                    }
                )
            )
            return
        for phrase in fait.phrases:
            self.stdout.write(phrase)
        quoi = "Simulation, rien n’a été écrit" if self._simulation else "La Coop"
        self.stdout.write(
            f"{quoi} : {accorde(fait.lus, 'activité lue', 'activités lues')} ; séances : "
            f"{accorde(fait.crees, 'créée')}, {accorde(fait.modifies, 'modifiée')}, "
            f"{accorde(fait.inchanges, 'inchangée')}, {accorde(fait.supprimes, 'supprimée')} ; "
            f"{fait.ecartes} de côté, {accorde(len(erreurs), 'illisible')} ; dont "
            f"{accorde(fait.regularisations, 'régularisation')}."
        )
        if ecrits:
            self.stdout.write(f"Activités illisibles : {ecrits}. Corrigez-les dans La Coop.")

    def _progress(self, nombre: int) -> None:
        if sys.stderr.isatty() and nombre % 100 == 0:
            self.stderr.write(f"\r{nombre} lues ou écrites", ending="")
            self.stderr.flush()

    def _clear(self) -> None:
        if sys.stderr.isatty():
            self.stderr.write("\r\033[K", ending="")


def _reject(activite: Any) -> list[str]:
    lu = activite.compte_rendu
    date = f"{lu.date:%Y-%m-%d}" if lu.date else ""
    return [" ".join(map(str, activite.lignes)), lu.id_coop, date, lu.defaut]


def _error(activite: Any) -> dict[str, Any]:
    lu = activite.compte_rendu
    return _told(activite.lignes, lu.id_coop, lu.defaut)


def _told(lignes: tuple[int, ...], cle: str, phrase: str) -> dict[str, Any]:
    message = f"activité {cle} : {phrase}" if cle else phrase
    return {"ligne": lignes[0] if lignes else 0, "colonne": "", "message": message}


def _json(dit: dict[str, Any]) -> str:
    return json.dumps(dit, ensure_ascii=False, indent=2)
