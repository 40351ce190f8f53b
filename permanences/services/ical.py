"""The calendars to subscribe to: their secret addresses, and what they serve."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from conseillers.models import Conseiller, Utilisateur
from permanences.ical import Evenement, fingerprint, write_calendar
from permanences.models import AdresseIcal, LieuAccueil
from permanences.selectors.ical import calendrier_of
from permanences.services.commun import take_turns

UN_MOIS = 31 * 24 * 3600
EPOQUE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class CalendrierServi:
    contenu: bytes
    etag: str
    change_le: dt.datetime


@transaction.atomic
def renew_adresse(
    *,
    utilisateur: Utilisateur,
    conseiller: Conseiller | None = None,
    lieu: LieuAccueil | None = None,
) -> AdresseIcal:
    """A new secret, 128 bits of chance; an address that existed stops at once."""
    take_turns(f"ical {conseiller and conseiller.pk} {lieu and lieu.pk}")
    adresse, _ = AdresseIcal.objects.get_or_create(
        conseiller=conseiller, lieu=lieu, defaults={"secret": secrets.token_hex(16)}
    )
    adresse.secret = secrets.token_hex(16)
    adresse.renouvelee_le = timezone.now()
    adresse.full_clean(validate_unique=False)
    adresse.save(update_fields=["secret", "renouvelee_le"])
    return adresse


def serve_calendrier(*, adresse: AdresseIcal) -> CalendrierServi:
    """The file of an address. What it says is numbered: a change counts once, at its reading.

    Every event carries the calendar's number and its date: they only grow, whatever was
    cancelled, restored or moved, through whatever door.
    """
    nom, evenements = calendrier_of(adresse)
    empreinte = fingerprint(nom, evenements)
    if adresse.empreinte != empreinte:
        adresse = _number(adresse, empreinte)
    assert adresse.change_le is not None
    contenu = write_calendar(
        nom, evenements, version=adresse.version, change_le=adresse.change_le.astimezone(dt.UTC)
    )
    return CalendrierServi(
        contenu, f'"{adresse.pk}-{adresse.version}-{empreinte[:16]}"', adresse.change_le
    )


def write_calendrier_public(cle: str, nom: str, evenements: list[Evenement]) -> bytes:
    """The file of a public calendar; what it says is dated when it is first read so.

    The date is kept in the shared cache, not in a row: nobody writes in the database by reading.
    Lost, it starts again from now, and a number made of minutes only grows.
    """
    empreinte = fingerprint(nom, evenements)
    su = f"ical-public:{hashlib.sha256(cle.encode()).hexdigest()[:40]}"
    change_le = timezone.now().astimezone(dt.UTC).replace(microsecond=0)
    connue, depuis = cache.get(su) or ("", change_le)
    if connue == empreinte:
        change_le = depuis
    else:
        cache.set(su, (empreinte, change_le), UN_MOIS)
    version = int((change_le - EPOQUE).total_seconds() // 60)
    return write_calendar(nom, evenements, version=version, change_le=change_le)


@transaction.atomic
def _number(adresse: AdresseIcal, empreinte: str) -> AdresseIcal:
    adresse = AdresseIcal.objects.select_for_update().get(pk=adresse.pk)
    if adresse.empreinte != empreinte:
        adresse.version += 1
        adresse.empreinte = empreinte
        adresse.change_le = timezone.now().replace(microsecond=0)
        adresse.save(update_fields=["version", "empreinte", "change_le"])
    return adresse
