"""What a TYPE of file says of itself: its columns, its key, how a line becomes a row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, ClassVar, TypeVar

from django.db.models import Model

from territoires.csv_out import unprotected
from territoires.importers.bilan import Erreur
from territoires.importers.cellules import CelluleRefusee, Lecture, read_text
from territoires.selectors import CodeInseeRefuse, CommuneIndex, ResolvedCommune

A_REMPLIR = object()
Reference = TypeVar("Reference")


@dataclass(frozen=True)
class Colonne:
    """`vide` is the value of an empty cell; without it the column is required and filled."""

    nom: str
    lire: Lecture = read_text
    vide: Any = A_REMPLIR

    @property
    def requise(self) -> bool:
        return self.vide is A_REMPLIR

    def read(self, cellule: str) -> Any:
        """Raises CelluleRefusee."""
        texte = unprotected(cellule)
        if texte:
            return self.lire(texte)
        if self.requise:
            raise CelluleRefusee("cette case doit être remplie.")
        # A list is copied: rows must not share one.
        return list(self.vide) if isinstance(self.vide, list) else self.vide


@dataclass
class Ligne:
    """One line on its way to the database.

    `valeurs` holds the cells that could be read, `champs` the attributes of its row, `avant`
    what an existing row had there, `inconnus` fields that an error leaves undecided.
    """

    numero: int
    cellules: list[str]
    valeurs: dict[str, Any] = field(default_factory=dict)
    absentes: list[str] = field(default_factory=list)
    inconnus: set[str] = field(default_factory=set)
    erreurs: list[Erreur] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    champs: dict[str, Any] = field(default_factory=dict)
    avant: Mapping[str, Any] | None = None
    instance: Any = None
    changee: bool = False
    # {column: (before, after)} of what the line changes elsewhere than on its row.
    ecarts: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    perdue: bool = False

    def refuse(self, colonne: str, message: str) -> None:
        self.erreurs.append(Erreur(self.numero, colonne, message))

    @property
    def fautives(self) -> set[str]:
        return {erreur.colonne for erreur in self.erreurs}

    def forget_absent_columns(self) -> None:
        """An existing row keeps what the file says nothing about."""
        for nom in self.absentes:
            self.champs.pop(nom, None)
            self.champs.pop(f"{nom}_id", None)

    def find(
        self, colonne: str, connus: Mapping[Any, Reference], phrase: Callable[[Any], str]
    ) -> Reference | None:
        """What the cell points at; an unknown one is refused. None for an empty cell too."""
        valeur = self.valeurs.get(colonne)
        if valeur in (None, ""):
            return None
        trouve = connus.get(valeur)
        if trouve is None:
            self.refuse(colonne, phrase(valeur))
        return trouve

    def find_commune(self, colonne: str, index: CommuneIndex) -> ResolvedCommune | None:
        """The commune of a code; an old code is noted, an unknown one refused."""
        code = self.valeurs.get(colonne)
        if not code:
            return None
        try:
            trouve = index.resolve(code)
        except CodeInseeRefuse as erreur:
            self.refuse(colonne, str(erreur))
            return None
        if trouve.note:
            self.notes.append(trouve.note)
        return trouve


class Importeur:
    """One TYPE of `import_csv`. A subclass gives its columns and overrides `resolve`.

    An optional column that the file does not have counts as empty for a new row, and leaves
    an existing one as it is.
    """

    nom: ClassVar[str]
    modele: ClassVar[type[Model]]
    colonnes: ClassVar[tuple[Colonne, ...]]
    # Columns of the key, and the same as ORM paths from the model.
    cle: ClassVar[tuple[str, ...]]
    champs_cle: ClassVar[tuple[str, ...]]
    # Lines held in memory at once: more only where lines must be compared with each other.
    lot: ClassVar[int] = 1000
    # What was done for the public: no column may say who came (territoires.importers.identites).
    sur_le_public: ClassVar[bool] = False
    # Where a constraint's error is shown, when it is not under the first field that it reads.
    colonne_de_regle: ClassVar[dict[str, str]] = {}

    def prepare(self) -> None:
        """Load what lines point at. Called once, inside the transaction."""

    def resolve(self, ligne: Ligne) -> dict[str, Any]:
        """Attributes of the row; refuses what points nowhere. Some cells may be missing."""
        return dict(ligne.valeurs)

    def check(self, ligne: Ligne) -> None:
        """Refuse a whole line in view of its row (`ligne.instance`, `ligne.avant`)."""

    def check_batch(self, lignes: Sequence[Ligne]) -> None:
        """Refuse lines in view of each other and of the rows of the database."""

    def save(self, lignes: Sequence[Ligne]) -> None:
        """Write changed lines. Raises the database's errors."""
        self.save_rows(lignes)

    # --- What subclasses seldom change -----------------------------------------------------

    def key_of(self, ligne: Ligne) -> tuple[Any, ...] | None:
        try:
            return tuple(ligne.valeurs[nom] for nom in self.cle)
        except KeyError:
            return None

    def existing(self, cles: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], Any]:
        """Rows of the database by key, in one query."""
        parties = [set(partie) for partie in zip(*cles, strict=True)]
        if not parties:
            return {}
        rows = self.modele._default_manager.filter(
            **{
                f"{chemin}__in": partie
                for chemin, partie in zip(self.champs_cle, parties, strict=True)
            }
        )
        liees = [chemin.split("__")[0] for chemin in self.champs_cle if "__" in chemin]
        if liees:
            rows = rows.select_related(*liees)
        lectures = [attrgetter(chemin.replace("__", ".")) for chemin in self.champs_cle]
        return {tuple(lire(row) for lire in lectures): row for row in rows.order_by()}

    def save_rows(self, lignes: Sequence[Ligne]) -> None:
        nouvelles = [ligne.instance for ligne in lignes if ligne.avant is None]
        reprises = [ligne.instance for ligne in lignes if ligne.avant is not None]
        manager = self.modele._default_manager
        # Updates first: an affectation that ends earlier makes room for the next.
        if reprises:
            manager.bulk_create(
                reprises,
                update_conflicts=True,
                unique_fields=[chemin.split("__")[0] for chemin in self.champs_cle],
                update_fields=self._updated_fields(lignes),
            )
        self.insert(nouvelles)

    def insert(self, rows: Sequence[Any]) -> None:
        self.modele._default_manager.bulk_create(rows)

    def _updated_fields(self, lignes: Sequence[Ligne]) -> list[str]:
        cle = {chemin.split("__")[0] for chemin in self.champs_cle}
        ecrits = {nom for ligne in lignes for nom in ligne.champs}
        return [
            champ.name
            for champ in self.modele._meta.concrete_fields
            if champ.name not in cle
            and (
                champ.attname in ecrits or champ.name in ecrits or getattr(champ, "auto_now", False)
            )
        ]
