"""A table of a report: one definition for the PDF, the CSV file and the screen. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from reporting import francais
from reporting.francais import TIRET
from reporting.tables.largeurs import Contenu, parts

Ligne = dict[str, Any]

# Of a name in a column that gives it half of the page.
SIGNES_PAR_LIGNE = 55


class Genre(StrEnum):
    """What a column holds, in the unit of `donnees`."""

    TEXTE = "texte"
    ENTIER = "entier"
    DECIMAL = "decimal"  # one decimal, always
    NOMBRE = "nombre"  # its own decimals
    PART = "part"  # a share in [0, 1]
    MINUTES = "minutes"  # printed in hours
    CENTIMES = "centimes"  # printed in euros
    DATE = "date"
    MOIS = "mois"
    OUI_NON = "oui_non"


@dataclass(frozen=True)
class Colonne:
    """`vide` is what an absent value prints: a dash, unless it means something else."""

    cle: str
    titre: str
    genre: Genre = Genre.ENTIER
    vide: str = TIRET

    @property
    def numerique(self) -> bool:
        return self.genre in _NUMERIQUES

    def texte(self, valeur: Any) -> str:
        """As printed. A text in a column of numbers (« non connu ») is kept as it is."""
        if valeur is None:
            return self.vide
        if isinstance(valeur, str) and self.numerique:
            return valeur
        return _IMPRIME[self.genre](valeur)

    def brut(self, valeur: Any) -> Any:
        """For a spreadsheet: euros instead of cents, words for a yes or no, else as it is."""
        if valeur is None:
            return ""
        if self.genre == Genre.OUI_NON:
            return _oui_non(valeur)
        if self.genre == Genre.CENTIMES and not isinstance(valeur, str):
            return Decimal(valeur) / 100
        return valeur


@dataclass(frozen=True)
class Table:
    """`lignes` and `pied` are dicts by column key; the first column names the line."""

    code: str
    titre: str
    colonnes: tuple[Colonne, ...]
    lignes: tuple[Ligne, ...]
    pied: tuple[Ligne, ...] = ()
    note: str = ""
    vide: str = "Rien à signaler ce mois-ci."

    def vue(self, *cles: str, titre: str = "", note: str = "") -> "Table":
        """The same lines with fewer columns, for a page that is not wide enough."""
        colonnes = tuple(c for cle in cles for c in self.colonnes if c.cle == cle)
        # A foot line that holds none of these columns would be a name and blanks.
        pied = tuple(x for x in self.pied if any(c.cle in x for c in colonnes[1:]))
        return replace(
            self,
            colonnes=colonnes,
            pied=pied,
            titre=titre or self.titre,
            note=note or self.note,
        )

    @property
    def non_vide(self) -> bool:
        """A foot may stand alone: all the lieux of a month may be in its groups."""
        return bool(self.lignes or self.pied)

    @property
    def courte(self) -> bool:
        """Never cut by a page; long names could fill one alone, away from its heading."""
        if len(self.lignes) >= 18:
            return False
        textes = (max(len(texte) for _, texte in ligne) for ligne in self.imprimees())
        return sum(-(-signes // SIGNES_PAR_LIGNE) for signes in textes) < 36

    def imprimees(self) -> list[list[tuple[Colonne, str]]]:
        return [self._imprime(ligne) for ligne in self.lignes]

    def imprimees_pied(self) -> list[list[tuple[Colonne, str]]]:
        return [self._imprime(ligne) for ligne in self.pied]

    def entetes(self) -> list[tuple[Colonne, str]]:
        """(column, its width in CSS), for paper."""
        lignes, pied = self.imprimees(), self.imprimees_pied()
        contenus = [
            Contenu(c.titre, [x[n][1] for x in lignes], [x[n][1] for x in pied], c.numerique)
            for n, c in enumerate(self.colonnes)
        ]
        return [(c, f"{part:.2f}%") for c, part in zip(self.colonnes, parts(contenus), strict=True)]

    def _imprime(self, ligne: Ligne) -> list[tuple[Colonne, str]]:
        # A foot line leaves blank the columns that are not to be added up.
        return [(c, c.texte(ligne[c.cle]) if c.cle in ligne else "") for c in self.colonnes]

    def rows(self) -> list[list[Any]]:
        """Header of keys, then every line and foot line, raw."""
        lignes: Iterable[Ligne] = (*self.lignes, *self.pied)
        return [
            [c.cle for c in self.colonnes],
            *([c.brut(ligne.get(c.cle)) for c in self.colonnes] for ligne in lignes),
        ]


def ratio(numerateur: float, denominateur: float, *, pour: int = 1) -> float | None:
    """Four decimals, None when there is nothing to divide by."""
    if not denominateur:
        return None
    return round(numerateur / denominateur * pour, 4)


def somme(lignes: Sequence[Ligne], *cles: str) -> Ligne:
    return {cle: sum(ligne[cle] or 0 for ligne in lignes) for cle in cles}


def etat_du_mois(donnees: dict[str, Any], mois: Ligne) -> str:
    """The month of a closed report is as frozen as those before it."""
    le_sien = mois["mois"] == donnees["mois"] and not donnees["provisoire"]
    return "provisoire" if mois.get("provisoire") and not le_sien else "figé"


def ordonne(valeurs: dict[str, Any], liste: Any, *suite: tuple[str, str]) -> list[tuple[str, str]]:
    """(key, label) of a TextChoices then `suite`, then any key the list has since lost.

    The order of `valeurs` itself means nothing: the database does not keep it.
    """
    connus = [*((str(v), str(label)) for v, label in liste.choices), *suite]
    perdus = sorted(set(valeurs) - {cle for cle, _ in connus})
    return [*connus, *((cle, cle.replace("_", " ").capitalize()) for cle in perdus)]


def _oui_non(valeur: bool) -> str:
    return "oui" if valeur else "non"


_NUMERIQUES = {Genre.ENTIER, Genre.DECIMAL, Genre.NOMBRE, Genre.PART, Genre.MINUTES, Genre.CENTIMES}
_IMPRIME: dict[Genre, Callable[[Any], str]] = {
    Genre.TEXTE: str,
    Genre.ENTIER: francais.entier,
    Genre.DECIMAL: francais.decimal,
    Genre.NOMBRE: francais.nombre,
    Genre.PART: francais.pourcent,
    Genre.MINUTES: francais.heures,
    Genre.CENTIMES: francais.euros,
    Genre.DATE: francais.date_courte,
    Genre.MOIS: francais.mois,
    Genre.OUI_NON: _oui_non,
}
