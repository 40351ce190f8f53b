"""Importing a text as a file, for the tests of every TYPE."""

from pathlib import Path

from territoires.importers.bilan import Bilan
from territoires.importers.importeur import Importeur
from territoires.importers.moteur import import_file


def import_text(
    dossier: Path,
    importeur: type[Importeur],
    texte: str,
    *,
    encodage: str = "utf-8",
    **options: object,
) -> Bilan:
    fichier = dossier / f"{importeur.nom}.csv"
    fichier.write_bytes(texte.encode(encodage))
    return import_file(importeur(), fichier, **options)  # type: ignore[arg-type]


def told(bilan: Bilan) -> list[str]:
    """The errors as a person reads them, narrow spaces made plain."""
    return [str(erreur).replace("\u202f", " ") for erreur in bilan.erreurs]


def noted(bilan: Bilan) -> list[str]:
    return [str(note).replace("\u202f", " ") for note in bilan.notes.values()]


def counts(bilan: Bilan) -> tuple[int, int, int, int]:
    """(created, changed, unchanged, refused)."""
    return bilan.crees, bilan.modifies, bilan.inchanges, bilan.refuses
