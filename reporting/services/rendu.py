"""Draw the PDF of a frozen report: claimed once, watched by its heartbeat, never half-made."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from conseillers.models import Utilisateur
from reporting.enums import NatureActe, StatutRapport
from reporting.models import TRANSMIS, Rapport
from reporting.pdf import compose_page
from reporting.selectors.carte import carte_du_departement
from reporting.services.journal import write_acte
from reporting.services.reimpression import put_back_pdf
from territoires.pdf import print_page, versions_du_moteur

# A rendering lasts a few seconds and beats every five: half a minute of silence is a death.
SILENCE_MAX = dt.timedelta(seconds=30)
INTERVALLE_BATTEMENT = 5.0
LONGUEUR_CAUSE = 2000
# A report that kills its worker each time stops being tried, and says so.
ESSAIS_MAX = 5


def render_rapport(*, pk: int) -> Rapport | None:
    """Draw the PDF of a frozen report, once, whoever asks and however often.

    The work is claimed by a conditional update: None when another worker holds it or when
    it is done. A failure is written on the row with its cause, then raised again.
    """
    prise = _claim(pk)
    if prise is None:
        return None
    rapport = Rapport.objects.get(pk=pk)
    try:
        with _beating(pk):
            page = compose_page(
                rapport.donnees,
                code=rapport.code,
                empreinte=rapport.empreinte_donnees,
                carte=carte_du_departement(),
            )
            contenu = print_page(page)
        return _keep(rapport, prise, page, contenu)
    except Exception as erreur:
        Rapport.objects.filter(pk=pk, statut=StatutRapport.EN_COURS, essais=prise).update(
            statut=StatutRapport.ECHEC,
            cause_echec=f"{type(erreur).__name__} : {erreur}"[:LONGUEUR_CAUSE],
        )
        raise


def _claim(pk: int) -> int | None:
    """Take the work if nobody alive holds it: the number of this try, or None."""
    maintenant = timezone.now()
    with transaction.atomic():
        rapport = (
            Rapport.objects.a_reprendre(battement_avant=maintenant - SILENCE_MAX)
            .filter(pk=pk)
            .select_for_update(skip_locked=True)
            .only("pk", "essais")
            .first()
        )
        if rapport is None:
            return None
        if rapport.essais >= ESSAIS_MAX:
            Rapport.objects.filter(pk=pk).update(
                statut=StatutRapport.ECHEC,
                cause_echec=f"Arrêté {ESSAIS_MAX} fois avant la fin, sans message : la machine "
                "manque peut-être de mémoire.",
            )
            return None
        essais = rapport.essais + 1
        Rapport.objects.filter(pk=pk).update(
            statut=StatutRapport.EN_COURS, battement=maintenant, essais=essais, cause_echec=""
        )
    return essais


@contextmanager
def _beating(pk: int) -> Iterator[None]:
    """Sign of life on the row while the work lasts, from a connection of its own."""
    fini = threading.Event()

    def beat() -> None:
        try:
            while not fini.wait(INTERVALLE_BATTEMENT):
                Rapport.objects.filter(pk=pk, statut=StatutRapport.EN_COURS).update(
                    battement=timezone.now()
                )
        finally:
            connection.close()

    fil = threading.Thread(target=beat, daemon=True)
    fil.start()
    try:
        yield
    finally:
        fini.set()
        fil.join()


def _keep(rapport: Rapport, prise: int, page: str, contenu: bytes) -> Rapport | None:
    """Write both files, then the row; a worker that was taken for dead leaves no file behind."""
    storage = rapport.pdf.storage
    anciens = {nom for nom in (rapport.pdf.name, rapport.page.name) if nom}
    nom = f"rapports/{rapport.mois:%Y}/{rapport.nom_fichier}.pdf"
    noms = []
    try:
        noms.append(storage.save(nom, ContentFile(contenu)))
        # Without the hour of the packing: the same page gives the same file.
        paquet = gzip.compress(page.encode(), mtime=0)
        noms.append(storage.save(f"{noms[0].removesuffix('.pdf')}.html.gz", ContentFile(paquet)))
        ecrit = _write_produit(rapport.pk, prise, page, contenu, *noms)
    except (DatabaseError, OSError):
        _delete(storage, noms)
        raise
    if not ecrit:
        _delete(storage, noms)
        return None
    _delete(storage, anciens - set(noms))
    rapport.refresh_from_db()
    return rapport


def _write_produit(
    pk: int, prise: int, page: str, contenu: bytes, nom_pdf: str, nom_page: str
) -> bool:
    """Whether the row was still held by this try."""
    maintenant = timezone.now()
    return bool(
        Rapport.objects.filter(pk=pk, statut=StatutRapport.EN_COURS, essais=prise).update(
            statut=StatutRapport.PRODUIT,
            pdf=nom_pdf,
            sha256=hashlib.sha256(contenu).hexdigest(),
            page=nom_page,
            page_sha256=hashlib.sha256(page.encode()).hexdigest(),
            moteur=versions_du_moteur(),
            produit_le=maintenant,
            battement=maintenant,
        )
    )


def _delete(storage: Storage, noms: Iterable[str]) -> None:
    for nom in noms:
        storage.delete(nom)


@transaction.atomic
def relance_rapport(*, rapport: Rapport, utilisateur: Utilisateur | None) -> Rapport:
    """Put a failed report back to be drawn; the caller starts the task.

    A PDF that the storage has lost is put back here and now, from its page: same bytes.
    """
    rapport = Rapport.objects.select_for_update().get(pk=rapport.pk)
    if rapport.statut in (StatutRapport.PRODUIT, *TRANSMIS) and rapport.pdf_perdu:
        put_back_pdf(rapport)
        write_acte(rapport.mois, NatureActe.RELANCE, rapport.version, utilisateur)
        return rapport
    if rapport.statut not in (StatutRapport.ECHEC, StatutRapport.FIGE):
        raise ValidationError("Ce rapport n’est pas en échec : il n’y a rien à relancer.")
    rapport.statut = StatutRapport.FIGE
    rapport.cause_echec = ""
    rapport.essais = 0
    rapport.save(update_fields=["statut", "cause_echec", "essais"])
    write_acte(rapport.mois, NatureActe.RELANCE, rapport.version, utilisateur)
    return rapport
