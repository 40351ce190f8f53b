"""The journal of security: the one door by which its lines are written, and forgotten."""

from __future__ import annotations

import datetime as dt

import pghistory
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from conseillers.enums import GenreSecurite, MotifRefus
from conseillers.models import AlerteSecurite, EvenementSecurite, Utilisateur
from conseillers.models.securite import MOIS_GARDES, PURGE, hash_of_courriel
from conseillers.provenance import browser_family, kept_address
from territoires.enums import Porte

# A stranger who hammers on a closed door does not fill the journal: of these, so many lines for
# each account, or else address, in ten minutes.
MARTELES = (
    GenreSecurite.ACCES_REFUSE,
    GenreSecurite.TROP_DE_REQUETES,
    GenreSecurite.JETON_REFUSE,
)
MARTELES_MAX = 30
MARTELES_MINUTES = 10
# Never shorter than what the trigger counts in months.
SIX_MOIS = dt.timedelta(days=184)


def note_securite(
    *,
    genre: str,
    utilisateur: Utilisateur | None = None,
    request_ip: str = "",
    agent: str = "",
    detail: str = "",
) -> EvenementSecurite:
    """Write one line, in the transaction around if there is one.

        note_securite(
            genre=GenreSecurite.FACTEUR_AJOUTE,
            utilisateur=request.user,
            request_ip=request.META.get("REMOTE_ADDR", ""),
            agent=request.headers.get("User-Agent", ""),
            detail="clé d’accès",
        )

    `utilisateur`: who does it; of a refusal, the account that is aimed at. `detail`: on what or
    why, in a few words of French; never a password, a code, a link, nor what a stranger typed.
    Address and browser are given whole: what is kept of them is decided here. The door (screens,
    admin, API…) is that of the request. Of a sign-in refused: `note_connexion_refusee`.
    """
    return _write(genre, utilisateur, request_ip, agent, detail)


def note_connexion_refusee(
    *, courriel: str, motif: str = "", request_ip: str = "", agent: str = ""
) -> EvenementSecurite:
    """A sign-in refused: the account that the typed address names, else a keyed hash of it.

    Without `motif`, the account tells: unknown, closed, or else its password was wrong.
    """
    saisi = courriel.strip().lower()
    compte = Utilisateur.objects.filter(courriel=saisi).first()
    # Computed in both cases: a refusal takes the same time for an account and for nobody's.
    empreinte = hash_of_courriel(saisi)
    motif = motif or _motif_of(compte)
    return _write(
        GenreSecurite.CONNEXION_REFUSEE,
        compte,
        request_ip,
        agent,
        str(MotifRefus(motif).label),
        "" if compte or not saisi else empreinte,
    )


def _motif_of(compte: Utilisateur | None) -> str:
    if compte is None:
        return MotifRefus.COMPTE_INCONNU
    ouvert = compte.est_ouvert_le(timezone.localdate())
    return MotifRefus.MOT_DE_PASSE if ouvert else MotifRefus.COMPTE_FERME


def note_porte_close(
    *, genre: str, utilisateur: Utilisateur | None, request_ip: str, agent: str, detail: str
) -> EvenementSecurite | None:
    """A page refused, or asked too often: noted, unless it was so many times already."""
    depuis = timezone.now() - dt.timedelta(minutes=MARTELES_MINUTES)
    recents = EvenementSecurite.objects.filter(genre__in=MARTELES, le__gte=depuis)
    if utilisateur is not None:
        recents = recents.filter(utilisateur=utilisateur)
    else:
        recents = recents.filter(utilisateur=None, adresse=kept_address(request_ip))
    if recents.order_by()[:MARTELES_MAX].count() >= MARTELES_MAX:
        return None
    return _write(genre, utilisateur, request_ip, agent, detail)


def _write(
    genre: str,
    utilisateur: Utilisateur | None,
    request_ip: str,
    agent: str,
    detail: str,
    empreinte: str = "",
) -> EvenementSecurite:
    with pghistory.context() as courant:
        porte = courant.metadata.get("porte", Porte.BASE.value)
    return EvenementSecurite.objects.create(
        genre=GenreSecurite(genre),
        utilisateur=utilisateur,
        adresse=kept_address(request_ip),
        navigateur=browser_family(agent),
        porte=porte,
        detail=" ".join(detail.split())[:200],
        empreinte=empreinte,
    )


@transaction.atomic
def purge_securite(*, avant: dt.date, simulation: bool) -> int:
    """Forget the lines and the alerts of before that day; how many lines.

    The trigger lets through what is older than the day said here, for this transaction, and
    never what is younger than six months. What was forgotten is one line of the journal.
    """
    if avant > timezone.localdate() - SIX_MOIS:
        raise ValidationError(
            f"Le journal de sécurité se garde {MOIS_GARDES}\u00a0mois au moins\u00a0: donnez un "
            "jour plus ancien."
        )
    limite = timezone.make_aware(dt.datetime.combine(avant, dt.time.min))
    vieux = EvenementSecurite.objects.filter(le__lt=limite)
    if simulation:
        return vieux.count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [PURGE, limite.isoformat()])
        nombre, _ = vieux.delete()
        cursor.execute("SELECT set_config(%s, '', true)", [PURGE])
    AlerteSecurite.objects.filter(fin__lt=limite).delete()
    if nombre:
        note_securite(
            genre=GenreSecurite.PURGE,
            detail=f"{nombre} événement{'s' if nombre > 1 else ''} d’avant le {avant:%d/%m/%Y}",
        )
    return nombre
