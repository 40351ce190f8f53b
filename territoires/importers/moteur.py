"""Read a file, refuse or write its lines: the same way for every TYPE.

One transaction. Without a rejects file, one bad line and nothing is written; the rest is
still read, so that every error is told at once.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from django.core.exceptions import ValidationError
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    connection,
    reset_queries,
    transaction,
)
from django.db.models import ForeignKey, Model

from territoires.csv_out import ENCODAGE, CsvWriter
from territoires.enums import Porte
from territoires.files import FichierRefuse
from territoires.importers.bilan import Bilan, Erreur
from territoires.importers.cellules import CelluleRefusee
from territoires.importers.contraintes import rules_of
from territoires.importers.identites import PHRASE, masked_cells, set_aside
from territoires.importers.importeur import Importeur, Ligne
from territoires.importers.lecture import COLONNE_ERREUR, Enregistrement, FichierCSV, open_csv
from territoires.importers.temoin import Temoin
from territoires.journal import entree

Progres = Callable[[int], None]


def import_file(
    importeur: Importeur,
    chemin: Path,
    *,
    simulation: bool = False,
    rejets: Path | None = None,
    progres: Progres | None = None,
    temoin: Temoin | None = None,
) -> Bilan:
    """Import one file. The Bilan says what was done, or why nothing was.

    With `rejets`, good lines are written and the others go to that file. A `temoin` sees every
    line, and may stop all before the end. Raises OSError where a file cannot be read or written,
    OperationalError where the database goes away.
    """
    bilan = Bilan(importeur.nom, str(chemin), simulation, rejets=str(rejets or ""))
    try:
        fichier = open_csv(chemin, [COLONNE_ERREUR, *(c.nom for c in importeur.colonnes)])
    except FichierRefuse as erreur:
        return _refused(bilan, [Erreur(0, "", f"{chemin.name} : {erreur}")])
    if erreurs := list(_header_errors(fichier, importeur)):
        return _refused(bilan, erreurs)
    _note_set_aside(importeur, fichier, bilan)
    with entree(Porte.IMPORT, f"{importeur.nom} : {chemin.name}"):
        try:
            _import(importeur, fichier, bilan, rejets, progres, temoin, prudent=False)
        except (IntegrityError, DataError):
            # A rule that Python does not tell: again, step by step, to know which line breaks it.
            bilan = Bilan(importeur.nom, str(chemin), simulation, rejets=str(rejets or ""))
            _note_set_aside(importeur, fichier, bilan)
            _import(importeur, fichier, bilan, rejets, progres, temoin, prudent=True)
    return bilan


def _import(
    importeur: Importeur,
    fichier: FichierCSV,
    bilan: Bilan,
    rejets: Path | None,
    progres: Progres | None,
    temoin: Temoin | None,
    *,
    prudent: bool,
) -> None:
    if temoin:
        temoin.restart()
    with ExitStack() as stack:
        a_part = None
        # Whoever watches a simulation wants its refused lines too.
        if rejets and (temoin or not bilan.simulation):
            a_part = stack.enter_context(_Rejets(rejets, fichier, importeur))
        with transaction.atomic():
            _hold_type(importeur.nom)
            importeur.prepare()
            _import_lines(importeur, fichier, bilan, a_part, progres, temoin, prudent=prudent)
            _check_deferred()
            bilan.close()
            if temoin and bilan.ecrit and not temoin.agrees(bilan):
                bilan.ecrit = False
            if not bilan.ecrit:
                transaction.set_rollback(True)
        if a_part and (bilan.ecrit or bilan.simulation):
            a_part.keep()


def _note_set_aside(importeur: Importeur, fichier: FichierCSV, bilan: Bilan) -> None:
    for rang in set_aside(importeur, fichier.entete):
        bilan.add_note(1, PHRASE.format(nom=fichier.entete[rang]))


def _refused(bilan: Bilan, erreurs: list[Erreur]) -> Bilan:
    """The file itself is refused: there is no line to put apart."""
    bilan.erreurs, bilan.rejets = erreurs, ""
    return bilan


def _header_errors(fichier: FichierCSV, importeur: Importeur) -> Iterator[Erreur]:
    connues = {colonne.nom for colonne in importeur.colonnes} | {COLONNE_ERREUR}
    requises = [colonne.nom for colonne in importeur.colonnes if colonne.requise]
    ecartees = set(set_aside(importeur, fichier.entete))
    vues: set[str] = set()
    for rang, nom in enumerate(fichier.entete, start=1):
        if not nom:
            yield Erreur(1, f"n° {rang}", "cette colonne n’a pas de nom.")
        elif nom in vues:
            yield Erreur(1, nom, "cette colonne figure deux fois.")
        elif nom not in connues and rang - 1 not in ecartees:
            acceptees = ", ".join(colonne.nom for colonne in importeur.colonnes)
            yield Erreur(1, nom, f"colonne inconnue. Colonnes acceptées : {acceptees}.")
        vues.add(nom)
    for nom in requises:
        if nom not in vues:
            yield Erreur(1, nom, "cette colonne manque : elle est obligatoire.")


def _hold_type(nom: str) -> None:
    """Two imports of one TYPE follow each other: the second finds what the first wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import_csv {nom}"])


def _import_lines(
    importeur: Importeur,
    fichier: FichierCSV,
    bilan: Bilan,
    a_part: "_Rejets | None",
    progres: Progres | None,
    temoin: Temoin | None,
    *,
    prudent: bool,
) -> None:
    premieres: dict[int, int] = {}
    for lot in _batches(fichier.records(), importeur.lot):
        lignes = [_read(importeur, fichier, enregistrement) for enregistrement in lot]
        _refuse_doubles(importeur, lignes, premieres)
        _match(importeur, lignes)
        importeur.check_batch([ligne for ligne in lignes if ligne.instance is not None])
        ecrites = [ligne for ligne in lignes if ligne.changee and not ligne.erreurs]
        if prudent:
            _write_apart(importeur, ecrites)
        elif ecrites:
            importeur.save(ecrites)
        for ligne in lignes:
            _count(importeur, bilan, ligne)
            if ligne.erreurs and a_part:
                a_part.write(ligne)
            if temoin:
                temoin.see(ligne)
        if progres:
            progres(bilan.lignes)
        reset_queries()  # in debug mode Django keeps every statement: megabytes a batch


def _batches(suite: Iterable[Enregistrement], taille: int) -> Iterator[list[Enregistrement]]:
    iterateur = iter(suite)
    while lot := list(islice(iterateur, taille)):
        yield lot


def _read(importeur: Importeur, fichier: FichierCSV, lu: Enregistrement) -> Ligne:
    ligne = Ligne(lu.ligne, lu.cellules)
    if lu.probleme:
        ligne.refuse("", lu.probleme)
        ligne.perdue = lu.perdu
        return ligne
    presentes = dict(zip(fichier.entete, lu.cellules, strict=True))
    for colonne in importeur.colonnes:
        if colonne.nom not in presentes:
            ligne.absentes.append(colonne.nom)
        try:
            ligne.valeurs[colonne.nom] = colonne.read(presentes.get(colonne.nom, ""))
        except CelluleRefusee as erreur:
            ligne.refuse(colonne.nom, str(erreur))
    ligne.champs = importeur.resolve(ligne)
    return ligne


def _refuse_doubles(
    importeur: Importeur, lignes: Sequence[Ligne], premieres: dict[int, int]
) -> None:
    """`premieres`: hash of each key met -> its line, a few dozen bytes whatever the key."""
    for ligne in lignes:
        cle = importeur.key_of(ligne)
        if cle is None:
            continue
        premiere = premieres.setdefault(hash(cle), ligne.numero)
        if premiere != ligne.numero:
            noms = " + ".join(importeur.cle)
            ligne.refuse(importeur.cle[0], f"même {noms} que la ligne {premiere}.")


def _match(importeur: Importeur, lignes: Sequence[Ligne]) -> None:
    """Give each line its row, existing or new, and see what it changes."""
    cles = {ligne.numero: importeur.key_of(ligne) for ligne in lignes}
    existantes = importeur.existing([cle for cle in cles.values() if cle is not None])
    for ligne in lignes:
        if not ligne.valeurs:
            continue
        cle = cles[ligne.numero]
        existante = existantes.get(cle) if cle is not None and not ligne.erreurs else None
        if existante is not None:
            ligne.forget_absent_columns()
            ligne.avant = {nom: getattr(existante, nom) for nom in ligne.champs}
        instance = importeur.modele() if existante is None else existante
        for nom, valeur in ligne.champs.items():
            setattr(instance, nom, valeur)
        ligne.changee = ligne.avant is None or dict(ligne.avant) != ligne.champs
        if ligne.changee:
            _check_row(importeur, ligne, instance)
        if not ligne.erreurs:
            ligne.instance = instance
            importeur.check(ligne)


def _check_row(importeur: Importeur, ligne: Ligne, instance: Model) -> None:
    """The model's own rules, on the fields that could be read: no query."""
    fautives = ligne.fautives | ligne.inconnus
    cles_etrangeres = {f.name for f in instance._meta.fields if isinstance(f, ForeignKey)}
    try:
        instance.clean_fields(exclude=cles_etrangeres | fautives | {"id"})
    except ValidationError as erreur:
        for nom, messages in erreur.message_dict.items():
            ligne.refuse(nom, " ".join(messages))
    fautives = ligne.fautives | ligne.inconnus
    for regle in rules_of(importeur.modele):
        if fautives.isdisjoint(regle.champs) and not regle.accepts(instance):
            colonne = importeur.colonne_de_regle.get(regle.nom, regle.champs[0])
            ligne.refuse(colonne, regle.message)


def _write_apart(importeur: Importeur, lignes: list[Ligne]) -> None:
    """Write lines together; where the database refuses, one by one, to know which.

    Not the usual way: each savepoint makes the rows that all lines point at (poste, EPCI…)
    dearer to lock for the next, and 50,000 lines take minutes.
    """
    if not lignes:
        return
    try:
        with transaction.atomic():
            importeur.save(lignes)
            _check_deferred()
    except (IntegrityError, DataError) as erreur:
        if len(lignes) == 1:
            lignes[0].refuse(*_refusal(importeur, erreur))
            return
        for ligne in lignes:
            _write_apart(importeur, [ligne])


def _check_deferred() -> None:
    """Rules that wait for the end of the transaction are asked now, while the line is known."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _refusal(importeur: Importeur, erreur: DatabaseError) -> tuple[str, str]:
    """(column, French sentence) of a refusal by the database."""
    diagnostic = getattr(erreur.__cause__, "diag", None)
    nom = getattr(diagnostic, "constraint_name", None)
    for contrainte in importeur.modele._meta.constraints:
        if contrainte.name == nom:
            return importeur.colonne_de_regle.get(nom, ""), str(contrainte.violation_error_message)
    detail = getattr(diagnostic, "message_primary", None) or str(erreur)
    # A trigger's refusal is already a French sentence.
    if nom is None and "PL/pgSQL" in (getattr(diagnostic, "context", None) or ""):
        return "", detail
    return "", f"la base de données refuse cette ligne ({detail})."


def _count(importeur: Importeur, bilan: Bilan, ligne: Ligne) -> None:
    bilan.lignes += 1
    if ligne.perdue:
        # The rest of the file was not read: putting one line apart would hide it.
        bilan.rejets = ""
    if ligne.erreurs:
        bilan.refuses += 1
        rangs = {c.nom: rang for rang, c in enumerate(importeur.colonnes, start=1)}
        ligne.erreurs.sort(key=lambda erreur: rangs.get(erreur.colonne, 0))
        bilan.erreurs += ligne.erreurs
        return
    if ligne.avant is None:
        bilan.crees += 1
    elif ligne.changee:
        bilan.modifies += 1
    else:
        bilan.inchanges += 1
    for note in ligne.notes:
        bilan.add_note(ligne.numero, note)


class _Rejets:
    """The file of refused lines, put in its place only once the good ones are written."""

    def __init__(self, chemin: Path, fichier: FichierCSV, importeur: Importeur) -> None:
        self._chemin = chemin
        self._provisoire = chemin.with_name(f".{chemin.name}.{os.getpid()}")
        self._fichier, self._importeur = fichier, importeur
        self._ecartees = set(set_aside(importeur, fichier.entete))
        self._flux: TextIO
        self._lignes: CsvWriter

    def __enter__(self) -> "_Rejets":
        try:
            self._flux = self._provisoire.open("w", encoding=ENCODAGE, newline="")
        except OSError as erreur:
            erreur.filename = str(self._chemin)
            raise
        self._rangs = [
            i
            for i, nom in enumerate(self._fichier.entete)
            if nom != COLONNE_ERREUR and i not in self._ecartees
        ]
        noms = [self._fichier.entete[i] for i in self._rangs]
        self._lignes = CsvWriter(self._flux, [*noms, COLONNE_ERREUR])
        return self

    def __exit__(self, *_exc: Any) -> None:
        self._flux.close()
        self._provisoire.unlink(missing_ok=True)

    def write(self, ligne: Ligne) -> None:
        erreurs = " / ".join(
            f"{erreur.colonne} : {erreur.message}" if erreur.colonne else erreur.message
            for erreur in ligne.erreurs
        )
        if self._ecartees and len(ligne.cellules) != len(self._fichier.entete):
            # Shifted beside a column that is set aside: nobody can say which part was a name.
            vides = ["" for _ in self._rangs]
            self._lignes.write([*vides, f"ligne {ligne.numero}, non recopiée : {erreurs}"])
            return
        cellules = masked_cells(self._importeur, self._fichier.entete, ligne)
        self._lignes.write([*self._cells(cellules), erreurs])

    def _cells(self, cellules: list[str]) -> list[str]:
        """A line of the wrong length keeps its text: what is too much stays in the last cell."""
        attendu = len(self._fichier.entete)
        completes = cellules + [""] * (attendu - len(cellules))
        gardees = [completes[i] for i in self._rangs]
        if en_trop := cellules[attendu:]:
            gardees[-1] = self._fichier.separateur.join([gardees[-1], *en_trop])
        return gardees

    def keep(self) -> None:
        self._flux.close()
        os.replace(self._provisoire, self._chemin)
