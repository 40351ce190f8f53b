"""What an import did, line by line and in all."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from territoires.typographie import accorde


@dataclass(frozen=True)
class Erreur:
    """Why a line is refused; line 0 is the file itself, an empty column the whole line."""

    ligne: int
    colonne: str
    message: str

    def __str__(self) -> str:
        """« ligne 12, colonne duree : … »: other programs read this form."""
        if not self.ligne:
            return self.message
        ou = (
            f"ligne {self.ligne}, colonne {self.colonne}" if self.colonne else f"ligne {self.ligne}"
        )
        return f"{ou} : {self.message}"


@dataclass
class Note:
    """Something to know about accepted lines: its message, told once for all of them."""

    message: str
    premiere: int
    lignes: int = 1

    def __str__(self) -> str:
        autres = self.lignes - 1
        suite = f" (et {autres} autre{'s' if autres > 1 else ''} ligne{'s' if autres > 1 else ''})"
        return f"ligne {self.premiere} : {self.message}{suite if autres else ''}"


@dataclass
class Bilan:
    type: str
    fichier: str
    simulation: bool = False
    lignes: int = 0
    crees: int = 0
    modifies: int = 0
    inchanges: int = 0
    refuses: int = 0
    ecrit: bool = False
    rejets: str = ""
    erreurs: list[Erreur] = field(default_factory=list)
    notes: dict[str, Note] = field(default_factory=dict)

    @property
    def accepte(self) -> bool:
        """No error, or `--rejets` has taken the bad lines apart."""
        return not self.erreurs or bool(self.rejets)

    def close(self) -> None:
        """Settle what was done: a refused file changed nothing."""
        self.ecrit = self.accepte and not self.simulation
        if not self.accepte:
            self.crees = self.modifies = self.inchanges = 0

    def add_note(self, ligne: int, message: str) -> None:
        if message in self.notes:
            self.notes[message].lignes += 1
        else:
            self.notes[message] = Note(message, ligne)

    def as_dict(self) -> dict[str, Any]:
        """The machine-readable report of `--format json` (docs/imports.md)."""
        return {
            "type": self.type,
            "fichier": self.fichier,
            "simulation": self.simulation,
            "ecrit": self.ecrit,
            "lignes": self.lignes,
            "crees": self.crees,
            "modifies": self.modifies,
            "inchanges": self.inchanges,
            "refuses": self.refuses,
            "rejets": self.rejets or None,
            "erreurs": [vars(erreur) for erreur in self.erreurs],
            "notes": [
                {"ligne": note.premiere, "lignes": note.lignes, "message": note.message}
                for note in self.notes.values()
            ],
        }

    def sentences(self) -> Iterator[str]:
        """The report for a person, a sentence a line."""
        yield from (str(note) for note in self.notes.values())
        if not self.accepte:
            pourquoi = (
                accorde(self.refuses, "ligne refusée", "lignes refusées")
                if self.lignes
                else "fichier refusé"
            )
            yield f"{self.fichier} : {pourquoi}, rien n’a été écrit."
            return
        verbe = "Simulation, rien n’a été écrit" if self.simulation else self.type
        yield (
            f"{verbe} : {accorde(self.crees, 'créé')}, {accorde(self.modifies, 'modifié')}, "
            f"{accorde(self.inchanges, 'inchangé')}, {accorde(self.refuses, 'refusé')}."
        )
        if self.refuses and self.ecrit:
            yield f"Lignes refusées : {self.rejets}. Corrigez-les, puis importez ce fichier."
