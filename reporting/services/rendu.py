"""Draw the PDF of a frozen report: claimed once, watched by its heartbeat, never half-made."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from conseillers.models import Utilisateur
from reporting.enums import NatureActe, StatutRapport
from reporting.models import Rapport
from reporting.pdf import draw
from reporting.selectors.carte import carte_du_departement
from reporting.services.journal import write_acte

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
            contenu = draw(
                rapport.donnees,
                code=rapport.code,
                empreinte=rapport.empreinte_donnees,
                carte=carte_du_departement(),
            )
        return _keep(rapport, prise, contenu)
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


def _keep(rapport: Rapport, prise: int, contenu: bytes) -> Rapport | None:
    """Write the file, then the row; a worker that was taken for dead leaves its file behind."""
    nom = rapport.pdf.storage.save(
        f"rapports/{rapport.mois:%Y}/{rapport.nom_fichier}.pdf", ContentFile(contenu)
    )
    try:
        ecrit = Rapport.objects.filter(
            pk=rapport.pk, statut=StatutRapport.EN_COURS, essais=prise
        ).update(
            statut=StatutRapport.PRODUIT,
            pdf=nom,
            sha256=hashlib.sha256(contenu).hexdigest(),
            produit_le=timezone.now(),
            battement=timezone.now(),
        )
    except DatabaseError:
        rapport.pdf.storage.delete(nom)
        raise
    if not ecrit:
        rapport.pdf.storage.delete(nom)
        return None
    if rapport.pdf.name and rapport.pdf.name != nom:
        rapport.pdf.storage.delete(rapport.pdf.name)
    rapport.refresh_from_db()
    return rapport


@transaction.atomic
def relance_rapport(*, rapport: Rapport, utilisateur: Utilisateur | None) -> Rapport:
    """Put a failed report back to be drawn; the caller starts the task."""
    rapport = Rapport.objects.select_for_update().get(pk=rapport.pk)
    if rapport.statut not in (StatutRapport.ECHEC, StatutRapport.FIGE):
        raise ValidationError("Ce rapport n’est pas en échec : il n’y a rien à relancer.")
    rapport.statut = StatutRapport.FIGE
    rapport.cause_echec = ""
    rapport.essais = 0
    rapport.save(update_fields=["statut", "cause_echec", "essais"])
    write_acte(rapport.mois, NatureActe.RELANCE, rapport.version, utilisateur)
    return rapport
