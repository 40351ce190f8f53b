"""The reminders that the calendar sent for the last two months that are over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.conf import settings

from conseillers.enums import Role, TypePoste
from conseillers.models import Utilisateur
from permanences.calendrier import jour_ouvre, mois_decale
from permanences.enums import PublicRelance
from permanences.models import Declaration, EtapeRelance, Relance
from reporting.demo.calendrier import Calendrier
from reporting.demo.histoires import Histoire


def create_relances(histoires: Iterable[Histoire], dates: Calendrier) -> None:
    """As `relance_du_jour` would have written them each morning, today included."""
    gestionnaires = list(Utilisateur.objects.filter(role=Role.GESTIONNAIRE))
    relances: list[Relance] = []
    for mois in dates.mois_revolus[-2:]:
        declares = dict(Declaration.objects.filter(mois=mois).values_list("poste_id", "faite_le"))
        for etape in EtapeRelance.objects.filter(actif=True):
            jour = jour_ouvre(mois_decale(mois, 1), etape.rang, settings.DEPARTEMENT)
            if jour > dates.aujourd_hui:
                continue
            if etape.public == PublicRelance.DEPARTEMENT:
                relances += [_relance(mois, jour, etape.public, g.courriel) for g in gestionnaires]
                continue
            for histoire in histoires:
                relances += _of_poste(histoire, mois, jour, etape.public, declares)
    Relance.objects.bulk_create(relances)


def _of_poste(
    histoire: Histoire, mois: dt.date, jour: dt.date, public: str, declares: dict[int, dt.date]
) -> Iterator[Relance]:
    faite_le = declares.get(histoire.poste.pk)
    if histoire.poste.type == TypePoste.COORDINATEUR or (faite_le and faite_le < jour):
        return
    fin_du_mois = mois_decale(mois, 1) - dt.timedelta(days=1)
    for conseiller in histoire.presents_le(jour):
        # Only whoever held it then can declare that month.
        if conseiller in histoire.presents_le(fin_du_mois):
            yield _relance(mois, jour, public, conseiller.courriel, histoire)


def _relance(
    mois: dt.date, jour: dt.date, public: str, courriel: str, histoire: Histoire | None = None
) -> Relance:
    return Relance(
        mois=mois,
        poste=histoire.poste if histoire else None,
        courriel=courriel,
        public=public,
        jour=jour,
        le=dt.datetime.combine(jour, dt.time(8, 30), dt.timezone(dt.timedelta(hours=1))),
    )
