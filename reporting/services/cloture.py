"""Close a month: check, freeze both reports from one snapshot, lock (contrat/rapports.md, 2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from conseillers.models import Utilisateur
from conseillers.selectors import occupation
from permanences import calendrier
from permanences.enums import StatutMois
from permanences.models import CompletudeFigee, Mois
from permanences.models.mois import VERROU_MOIS, du_mois, premier_du_mois
from reporting import fichiers
from reporting.comparaison import changements
from reporting.enums import NatureActe, StatutRapport
from reporting.models import Rapport
from reporting.selectors import GABARIT, Verification, donnees_du_mois, verifications
from reporting.selectors.completude import completude_par_poste
from reporting.services.journal import write_acte


class ClotureRefusee(Exception):
    """The month cannot be closed as asked: `bloquants` stop it, `avertissements` need a reason."""

    def __init__(
        self, bloquants: Sequence[Verification], avertissements: Sequence[Verification] = ()
    ) -> None:
        self.bloquants = list(bloquants)
        self.avertissements = list(avertissements)
        super().__init__("; ".join(f"{v.libelle} ({v.nombre})" for v in self.constats))

    @property
    def constats(self) -> list[Verification]:
        return self.bloquants or self.avertissements


@contextmanager
def month_alone(mois: dt.date) -> Iterator[None]:
    """Hold the month alone, and read one snapshot.

    The lock is the session's and comes before the transaction: its snapshot is then taken
    once every writer of the month has committed. Inside another transaction (a test), the
    snapshot is that transaction's.
    """
    cles = [VERROU_MOIS, mois.year * 100 + mois.month]
    outermost = not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", cles)
    try:
        with transaction.atomic():
            if outermost:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    finally:
        # A lost connection has lost its lock too: the first error is the one to tell.
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", cles)


def close_mois(
    *, mois: dt.date, utilisateur: Utilisateur | None, motif_avertissements: str = ""
) -> list[Rapport]:
    """Freeze both reports of a month in one transaction from one snapshot.

    Raises ClotureRefusee with the blocking checks, or with the warnings when no reason
    accepts them; ValidationError when the month is closed already. Rendering comes after:
    the caller starts it once this has returned.
    """
    mois = premier_du_mois(mois)
    if calendrier.dernier_jour(mois) >= timezone.localdate():
        raise ValidationError(
            f"Le mois {du_mois(mois)} n’est pas terminé : il se clôt à partir du "
            f"{calendrier.mois_decale(mois, 1):%d/%m/%Y}."
        )
    with month_alone(mois):
        etat, _ = Mois.objects.get_or_create(premier_jour=mois)
        if etat.statut == StatutMois.CLOS:
            raise ValidationError(f"Le mois {du_mois(mois)} est déjà clos.")
        constats = verifications(mois)
        bloquants = [v for v in constats if v.bloque]
        avertissements = [v for v in constats if v.niveau == "avertissement"]
        if bloquants or (avertissements and not motif_avertissements.strip()):
            raise ClotureRefusee(bloquants, avertissements)
        rapports = _freeze(etat, utilisateur, motif_avertissements.strip())
    return rapports


def _freeze(etat: Mois, utilisateur: Utilisateur | None, motif: str) -> list[Rapport]:
    maintenant = timezone.now()
    version = etat.version + 1
    donnees = donnees_du_mois(
        etat.premier_jour,
        version=version,
        provisoire=False,
        etabli_par=str(utilisateur) if utilisateur else "",
        fonction=utilisateur.fonction if utilisateur else "",
        etabli_le=maintenant,
        motif_avertissements=motif,
    )
    precedents = {
        r.type: r.donnees
        for r in Rapport.objects.filter(mois=etat.premier_jour, version=version - 1)
        if version > 1
    }
    rapports = []
    for type_rapport, corps in donnees.items():
        if type_rapport in precedents:
            corps["changements"] = changements(precedents[type_rapport], corps)
        rapports.append(
            Rapport(
                type=type_rapport,
                mois=etat.premier_jour,
                version=version,
                donnees=corps,
                empreinte_donnees=fingerprint(corps),
                gabarit=GABARIT,
                fige_le=maintenant,
                etabli_par=utilisateur,
                motif_rectification=etat.motif_rectification,
            )
        )
    Rapport.objects.bulk_create(rapports)
    _freeze_completude(etat.premier_jour, version)
    _lock(etat, version, maintenant, utilisateur)
    write_acte(etat.premier_jour, NatureActe.CLOTURE, version, utilisateur, motif)
    return rapports


def _freeze_completude(mois: dt.date, version: int) -> None:
    """Poste by poste, for the Département alone: an absence typed later changes nothing here."""
    etats = completude_par_poste(occupation(mois, calendrier.dernier_jour(mois)), mois)
    CompletudeFigee.objects.bulk_create(
        CompletudeFigee(poste_id=poste, mois=mois, version=version, etat=etat)
        for poste, etat in etats.items()
    )


def _lock(
    etat: Mois, version: int, maintenant: dt.datetime, utilisateur: Utilisateur | None
) -> None:
    etat.statut = StatutMois.CLOS
    etat.version = version
    etat.clos_le = maintenant
    etat.clos_par = utilisateur
    etat.premiere_cloture_le = etat.premiere_cloture_le or maintenant
    etat.full_clean()
    etat.save()


def fingerprint(donnees: dict[str, Any]) -> str:
    """SHA-256 of the JSON file of the report: what `sha256sum` gives for the download."""
    return fichiers.empreinte(donnees)


@transaction.atomic
def build_provisoires(*, mois: dt.date) -> list[Rapport]:
    """Freeze (again) the provisional reports of a month that is not closed: version 0."""
    mois = premier_du_mois(mois)
    if Mois.objects.clos().filter(premier_jour=mois).exists():
        raise ValidationError(
            f"Le mois {du_mois(mois)} est clos : ses rapports définitifs sont déjà là."
        )
    rapports = []
    for type_rapport, corps in donnees_du_mois(mois).items():
        rapport, _ = Rapport.objects.update_or_create(
            type=type_rapport,
            mois=mois,
            version=0,
            defaults={
                "statut": StatutRapport.FIGE,
                "donnees": corps,
                "empreinte_donnees": fingerprint(corps),
                "gabarit": GABARIT,
                "fige_le": timezone.now(),
                "essais": 0,
                "cause_echec": "",
                "battement": None,
            },
        )
        rapports.append(rapport)
    return rapports
