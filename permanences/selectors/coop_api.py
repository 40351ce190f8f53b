"""The exchange with La Coop as staff follows it: the last run, what it left, what is to be done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from conseillers.models import Affectation, Conseiller
from permanences.enums import EtatImportCoop, OrigineImport
from permanences.models import ImportCoop, MediateurCoop

RETARD = dt.timedelta(days=3)
# The night tries three times (config.settings.base.PLANIFICATION): once it has succeeded, the
# others do nothing.
NUIT_HEURES, NUIT_MINUTE = (2, 4, 6), 15
NUIT = dt.timedelta(hours=12)


@dataclass(frozen=True)
class Echange:
    """`echec`: the last run failed, and none has succeeded since. `retard`: too long ago."""

    dernier: ImportCoop | None
    reussi: ImportCoop | None
    retard: bool
    actif: bool = True

    @property
    def en_cours(self) -> bool:
        return self.dernier is not None and self.dernier.etat == EtatImportCoop.EN_COURS

    @property
    def echec(self) -> bool:
        return self.dernier is not None and self.dernier.etat == EtatImportCoop.ECHEC


def is_on() -> bool:
    """Its address and both parts of its key are set."""
    return bool(settings.COOP_URL and settings.COOP_CLIENT_ID and settings.COOP_CLIENT_SECRET)


def last_success() -> ImportCoop | None:
    return ImportCoop.objects.filter(origine=OrigineImport.API).faits().first()


def echange(*, maintenant: dt.datetime | None = None) -> Echange:
    """Late when the last success, or else the first try, is more than three days old."""
    limite = (maintenant or timezone.now()) - RETARD
    passages = ImportCoop.objects.filter(origine=OrigineImport.API)
    dernier = passages.select_related("lance_par").first()
    if dernier is None:
        return Echange(None, None, False, is_on())
    reussi = dernier if dernier.etat == EtatImportCoop.FAIT else passages.faits().first()
    repere = reussi or passages.order_by("debute_le").first() or dernier
    return Echange(dernier, reussi, repere.debute_le < limite, is_on())


def is_done(reussi: ImportCoop | None, quand: dt.datetime) -> bool:
    """The night of that hour has had its success."""
    return reussi is not None and reussi.debute_le > quand - NUIT


def next_run(maintenant: dt.datetime, reussi: ImportCoop | None) -> dt.datetime:
    """The next hour of a night that will have something to do."""
    minuit = timezone.localtime(maintenant).replace(minute=NUIT_MINUTE, second=0, microsecond=0)
    heures = (
        minuit.replace(hour=heure) + dt.timedelta(days=jour)
        for jour in range(3)
        for heure in NUIT_HEURES
    )
    return next(h for h in heures if h > maintenant and not is_done(reussi, h))


def unknown_conseillers(jour: dt.date) -> list[Conseiller]:
    """Advisors in office whom La Coop does not know by their e-mail."""
    en_poste = Affectation.objects.actif_le(jour).filter(conseiller=OuterRef("pk"))
    reconnus = MediateurCoop.objects.filter(
        Q(identifiant__startswith="uuid:"), conseiller=OuterRef("pk")
    )
    return list(
        Conseiller.objects.filter(Exists(en_poste), anonymise_le=None).exclude(Exists(reconnus))
    )
