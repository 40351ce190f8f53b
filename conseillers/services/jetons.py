"""Acts on the tokens of the API."""

from __future__ import annotations

import datetime as dt
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conseillers.enums import GenreSecurite
from conseillers.models import JetonApi, Utilisateur
from conseillers.models.jetons import MARQUE, hash_of_jeton
from conseillers.permissions import portees_of
from conseillers.services.securite import note_securite

JETONS_MAX = 10
# The last use is a fact to recognise a forgotten token by, not a log: noted so often at most.
USAGE_MINUTES = 5


@transaction.atomic
def create_jeton(
    *,
    utilisateur: Utilisateur,
    nom: str,
    portees: list[str],
    expire_le: dt.date,
    request_ip: str = "",
    agent: str = "",
) -> tuple[JetonApi, str]:
    """(the row, the token itself): the only time that it is known.

    Raises ValidationError, messages by field.
    """
    # Two pages open at once wait for each other here.
    Utilisateur.objects.select_for_update().get(pk=utilisateur.pk)
    if not nom.strip():
        raise ValidationError({"nom": "Dites quel programme se servira de ce jeton."})
    if not set(portees) <= set(portees_of(utilisateur)):
        raise ValidationError({"portees": "Votre rôle n’ouvre pas tout cela."})
    valables = JetonApi.objects.filter(utilisateur=utilisateur).valables_le(timezone.localdate())
    if valables.count() >= JETONS_MAX:
        raise ValidationError(
            f"Vous avez déjà {JETONS_MAX} jetons valables : révoquez-en un d’abord."
        )
    prefixe, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    clair = f"{MARQUE}_{prefixe}_{secret}"
    jeton = JetonApi(
        utilisateur=utilisateur,
        nom=nom.strip(),
        prefixe=prefixe,
        jeton_hache=hash_of_jeton(clair),
        portees=list(dict.fromkeys(portees)),
        expire_le=expire_le,
    )
    jeton.full_clean()
    jeton.save()
    note_securite(
        genre=GenreSecurite.JETON_CREE,
        utilisateur=utilisateur,
        detail=f"{prefixe}, jusqu’au {expire_le:%d/%m/%Y}",
        request_ip=request_ip,
        agent=agent,
    )
    return jeton, clair


@transaction.atomic
def revoke_jeton(
    *, jeton: JetonApi, par: Utilisateur | None, request_ip: str = "", agent: str = ""
) -> JetonApi:
    """For ever; a second time changes nothing."""
    jeton = JetonApi.objects.select_for_update().get(pk=jeton.pk)
    if jeton.revoque_le:
        return jeton
    jeton.revoque_le, jeton.revoque_par = timezone.now(), par
    jeton.save(update_fields=["revoque_le", "revoque_par"])
    a_qui = "" if par is not None and par.pk == jeton.utilisateur_id else ", d’un autre compte"
    note_securite(
        genre=GenreSecurite.JETON_REVOQUE,
        utilisateur=par,
        detail=f"{jeton.prefixe}{a_qui}",
        request_ip=request_ip,
        agent=agent,
    )
    return jeton


def revoke_jetons_of(*, compte: Utilisateur, par: Utilisateur | None = None) -> int:
    """All that an account still has; inside the act that closes or forgets it."""
    jetons = list(JetonApi.objects.filter(utilisateur=compte, revoque_le__isnull=True))
    for jeton in jetons:
        revoke_jeton(jeton=jeton, par=par)
    return len(jetons)


def note_usage(*, jeton: JetonApi) -> None:
    maintenant = timezone.now()
    if jeton.dernier_usage is None or maintenant - jeton.dernier_usage > dt.timedelta(
        minutes=USAGE_MINUTES
    ):
        JetonApi.objects.filter(pk=jeton.pk).update(dernier_usage=maintenant)
