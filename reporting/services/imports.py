"""A file sent in the browser: kept, read, shown, then written if its preview is confirmed.

The bytes that are written are those that were shown, and do to the data what was shown: the
fingerprints say so, else nothing is written. Files are erased once they have served.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction
from django.utils import timezone

from conseillers.enums import EtatImport
from conseillers.models import ImportFichier, Utilisateur
from territoires.enums import Porte
from territoires.importers.bilan import Bilan
from territoires.importers.identites import blank_identities
from territoires.importers.importeur import Importeur
from territoires.importers.moteur import import_file
from territoires.importers.temoin import Temoin
from territoires.journal import entree

# An unconfirmed file waits a day; refused lines can be fetched for a week.
GARDE_FICHIER = dt.timedelta(days=1)
GARDE_REJETS = dt.timedelta(days=7)
# A worker that says nothing for so long is dead.
SILENCE_IMPORT = dt.timedelta(minutes=3)
PHRASES_MONTREES = 100

Appel = Callable[[Path], Bilan]
PHRASE_INTERROMPU = (
    "L’import s’est interrompu avant la fin : rien n’a été écrit. Renvoyez le fichier."
)
PHRASE_DEJA = "Cet import n’attend plus de confirmation : voyez son état ci-dessous."
PHRASE_AUTRE_APERCU = (
    "L’aperçu que vous avez lu n’est plus le bon : relisez celui-ci, puis confirmez."
)


def receive_fichier(
    *, utilisateur: Utilisateur, importeur: type[Importeur], envoi: UploadedFile
) -> ImportFichier:
    """Keep the bytes aside, less what would say who was helped; nothing else is read yet."""
    with tempfile.TemporaryDirectory(prefix="import-") as dossier:
        chemin, lignes = Path(dossier) / "recu.csv", 0
        with chemin.open("wb") as flux:
            for morceau in envoi.chunks():
                flux.write(morceau)
                lignes += morceau.count(b"\n")
        blank_identities(chemin, importeur)
        empreinte = _sha256(chemin)
        recu = ImportFichier(
            type=importeur.nom,
            nom_fichier=Path(envoi.name or "fichier.csv").name[-200:],
            taille=chemin.stat().st_size,
            sha256=empreinte,
            # About: until it is read, what its progress is measured against.
            lignes=max(lignes - 1, 0),
            envoye_par=utilisateur,
        )
        recu.full_clean(exclude=["fichier", "apercu", "rejets"])
        with chemin.open("rb") as garde:
            recu.fichier.save(f"{empreinte[:16]}.csv", File(garde), save=False)
        recu.save()
    return recu


def read_import(*, pk: int, importeur: Importeur) -> None:
    """Make the preview: the whole import, undone."""
    recu = ImportFichier.objects.get(pk=pk)
    if recu.etat != EtatImport.LECTURE:
        return
    with _files(recu) as dossier, (dossier / "apercu").open("w+b") as flux:
        temoin = Temoin(importeur, flux)
        bilan = _run(recu, importeur, temoin, dossier, simulation=True)
        if bilan is not None:
            _keep_preview(recu, bilan, temoin, flux, dossier / "rejets.csv")


def _keep_preview(
    recu: ImportFichier, bilan: Bilan, temoin: Temoin, flux: IO[bytes], rejets: Path
) -> None:
    _count(recu, bilan)
    recu.phrases = [str(note) for note in bilan.notes.values()][:PHRASES_MONTREES]
    if not bilan.accepte:
        recu.phrases = [str(erreur) for erreur in bilan.erreurs][:PHRASES_MONTREES]
        _end(recu, EtatImport.ILLISIBLE)
        return
    flux.seek(0)
    recu.apercu.save("apercu.jsonl", File(flux), save=False)
    if bilan.refuses and rejets.exists():
        with rejets.open("rb") as ecrits:
            recu.rejets.save("rejets.csv", File(ecrits), save=False)
    recu.empreinte_apercu = temoin.empreinte
    recu.etat = EtatImport.A_CONFIRMER
    recu.save()


@transaction.atomic
def confirm_import(
    *, pk: int, utilisateur: Utilisateur, empreinte: str, bonnes_seulement: bool
) -> ImportFichier:
    """Ask for the writing of what was shown. Raises ValidationError."""
    recu = ImportFichier.objects.select_for_update().get(pk=pk)
    if recu.etat != EtatImport.A_CONFIRMER:
        raise ValidationError(PHRASE_DEJA)
    if empreinte != recu.empreinte_apercu:
        raise ValidationError(PHRASE_AUTRE_APERCU)
    if recu.refuses and not bonnes_seulement:
        raise ValidationError(
            "Des lignes sont refusées : écrivez les lignes bonnes, ou corrigez le fichier et "
            "renvoyez-le."
        )
    if not recu.bonnes:
        raise ValidationError("Ce fichier ne change rien : il n’y a rien à écrire.")
    recu.etat, recu.bonnes_seulement = EtatImport.ECRITURE, bool(recu.refuses)
    recu.a_change, recu.lues, recu.battement = False, 0, timezone.now()
    recu.envoye_par = utilisateur
    recu.save()
    return recu


def write_import(*, pk: int, importeur: Importeur) -> None:
    """Write what was confirmed, whole; if the data have changed meanwhile, show it again."""
    recu = ImportFichier.objects.get(pk=pk)
    if recu.etat != EtatImport.ECRITURE:
        return

    def same_as_shown(bilan: Bilan, empreinte: str) -> bool:
        return empreinte == recu.empreinte_apercu and _settle(recu, bilan)

    with _files(recu) as dossier, (dossier / "apercu").open("w+b") as flux:
        temoin = Temoin(importeur, flux, same_as_shown)
        bilan = _run(recu, importeur, temoin, dossier, simulation=False)
        if bilan is None:
            return
        if bilan.ecrit:
            _erase(recu, "fichier", "apercu")
            recu.save(update_fields=["fichier", "apercu"])
            return
    # Someone wrote meanwhile: another preview, which says that it is another one.
    reprise = ImportFichier.objects.filter(pk=pk, etat=EtatImport.ECRITURE).update(
        etat=EtatImport.LECTURE, a_change=True, battement=timezone.now()
    )
    if not reprise:
        return
    _erase(recu, "apercu", "rejets")
    read_import(pk=pk, importeur=type(importeur)())


def _settle(recu: ImportFichier, bilan: Bilan) -> bool:
    """Say it is done, in the transaction that does it; False where someone else did."""
    _count(recu, bilan)
    recu.etat, recu.termine_le = EtatImport.FAIT, timezone.now()
    comptes = {nom: getattr(recu, nom) for nom in _COMPTES}
    return bool(
        ImportFichier.objects.filter(pk=recu.pk, etat=EtatImport.ECRITURE).update(
            etat=recu.etat, termine_le=recu.termine_le, **comptes
        )
    )


def abandon_import(*, pk: int) -> ImportFichier:
    """Nothing is written, the file is erased."""
    with transaction.atomic():
        recu = ImportFichier.objects.select_for_update().get(pk=pk)
        if recu.etat not in (EtatImport.A_CONFIRMER, EtatImport.LECTURE):
            raise ValidationError(PHRASE_DEJA)
        _end(recu, EtatImport.ABANDONNE)
    return recu


def fail_import(*, pk: int, cause: str) -> None:
    recu = ImportFichier.objects.get(pk=pk)
    if recu.en_cours:
        recu.cause = cause
        _end(recu, EtatImport.ECHEC)


def sweep_imports() -> None:
    """Erase what has waited too long, and say what a dead worker left (every minute)."""
    maintenant = timezone.now()
    for recu in ImportFichier.objects.filter(
        etat__in=(EtatImport.LECTURE, EtatImport.ECRITURE),
        battement__lt=maintenant - SILENCE_IMPORT,
    ):
        fail_import(pk=recu.pk, cause=PHRASE_INTERROMPU)
    attendus = ImportFichier.objects.filter(etat=EtatImport.A_CONFIRMER)
    for recu in attendus.filter(envoye_le__lt=maintenant - GARDE_FICHIER):
        _end(recu, EtatImport.EXPIRE)
    for recu in ImportFichier.objects.a_effacer(envoye_avant=maintenant - GARDE_REJETS):
        _erase(recu, "fichier", "apercu", "rejets")
        recu.phrases = []
        recu.save()


# --- The work itself ------------------------------------------------------------------------

_COMPTES = ("lignes", "crees", "modifies", "inchanges", "refuses")


def _run(
    recu: ImportFichier, importeur: Importeur, temoin: Temoin, dossier: Path, *, simulation: bool
) -> Bilan | None:
    """The Bilan, or None once the failure is written on the row."""
    # In a folder of its own: refused lines come back under the name of our own file.
    chemin = dossier / "recu" / recu.nom_fichier
    chemin.parent.mkdir()
    try:
        with recu.fichier.open("rb") as garde, chemin.open("wb") as copie:
            shutil.copyfileobj(garde, copie)
        if _sha256(chemin) != recu.sha256:
            raise OSError("the bytes kept are not those received")
        with entree(Porte.IMPORT, f"{recu.type} : {recu.nom_fichier}", str(recu.envoye_par_id)):
            return import_file(
                importeur,
                chemin,
                simulation=simulation,
                rejets=dossier / "rejets.csv",
                progres=_Signe(recu.pk),
                temoin=temoin,
            )
    except OSError:
        cause = "Le fichier reçu ne peut plus être relu : renvoyez-le."
    except OperationalError:
        cause = "La base de données s’est interrompue, rien n’a été écrit : renvoyez le fichier."
    except Exception:
        fail_import(pk=recu.pk, cause=PHRASE_INTERROMPU)
        raise
    fail_import(pk=recu.pk, cause=cause)
    return None


class _Signe:
    """A sign of life each second, by another connection: the import's own is not yet visible."""

    def __init__(self, pk: int) -> None:
        self._pk = pk
        self._dernier = time.monotonic()

    def __call__(self, lues: int) -> None:
        if time.monotonic() - self._dernier < 1:
            return
        self._dernier = time.monotonic()
        connexion = connections.create_connection(DEFAULT_DB_ALIAS)
        try:
            with connexion.cursor() as cursor:
                cursor.execute(
                    "UPDATE conseillers_importfichier SET lues = %s, battement = now() "
                    "WHERE id = %s",
                    [lues, self._pk],
                )
        finally:
            connexion.close()


@contextmanager
def _files(recu: ImportFichier) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=f"import-{recu.pk}-") as dossier:
        yield Path(dossier)


def _sha256(chemin: Path) -> str:
    with chemin.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()


def _count(recu: ImportFichier, bilan: Bilan) -> None:
    for nom in _COMPTES:
        setattr(recu, nom, getattr(bilan, nom))


def _end(recu: ImportFichier, etat: EtatImport) -> None:
    recu.etat, recu.termine_le = etat, timezone.now()
    _erase(recu, "fichier", "apercu", "rejets")
    recu.save()


def _erase(recu: ImportFichier, *noms: str) -> None:
    for nom in noms:
        fichier: Any = getattr(recu, nom)
        if fichier:
            fichier.delete(save=False)
