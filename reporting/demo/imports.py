"""Two files sent in the browser: one that was written in part, one that was refused whole."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.utils import timezone

from conseillers.enums import EtatImport, Role
from conseillers.models import ImportFichier, Utilisateur


def create_imports(comptes: dict[str, Utilisateur]) -> None:
    """Their files are erased already, as after a week: the history stays."""
    gestionnaire = comptes.get(Role.GESTIONNAIRE)
    if gestionnaire is None:
        return
    maintenant = timezone.now()
    _send(
        gestionnaire,
        maintenant - dt.timedelta(days=12),
        type="lieux",
        nom_fichier="mairies-2026.csv",
        taille=21_480,
        etat=EtatImport.FAIT,
        lignes=143,
        crees=0,
        modifies=17,
        inchanges=121,
        refuses=5,
        bonnes_seulement=True,
    )
    _send(
        gestionnaire,
        maintenant - dt.timedelta(days=1),
        type="versements",
        nom_fichier="versements-novembre.csv",
        taille=1_912,
        etat=EtatImport.ILLISIBLE,
        phrases=[
            "ligne 1, colonne date prevue : colonne inconnue. Colonnes acceptées : convention, "
            "rang, montant, sens, date_prevue, date_recue, piece."
        ],
    )


def _send(qui: Utilisateur, le: dt.datetime, **champs: object) -> None:
    empreinte = hashlib.sha256(str(champs["nom_fichier"]).encode()).hexdigest()
    ImportFichier.objects.create(
        envoye_par=qui, envoye_le=le, termine_le=le, sha256=empreinte, **champs
    )
