"""The one door out of the service for messages. Nothing else calls django.core.mail.

A message is a row first, in the transaction of the act that asks for it; it leaves once that is
committed. A server that is away undoes nothing: the row says so, and is tried again.
"""

from __future__ import annotations

import base64
import logging
import smtplib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from conseillers.enums import NatureCourriel, StatutCourriel
from conseillers.models import Courriel, Utilisateur
from conseillers.models.courriels import ESSAIS_MAX
from territoires.selectors import departement_de_l_instance

logger = logging.getLogger(__name__)
PIECES_MAX = 1024 * 1024
EFFACE = "(effacé)"
PHRASE_SECRET = "Le texte de ce message n’est pas conservé : la personne doit refaire sa demande."


@dataclass(frozen=True)
class PieceJointe:
    """An invitation is PieceJointe("invitation.ics", octets, "text/calendar; method=REQUEST").

    A calendar is also offered as another form of the message: mailboxes then show « accepter ».
    """

    nom: str
    contenu: bytes
    type: str


@dataclass(frozen=True)
class Corps:
    """What a message says."""

    objet: str
    texte: str
    html: str
    pieces: tuple[PieceJointe, ...] = ()


@transaction.atomic
def send_courriel(
    *,
    destinataires: Sequence[str],
    gabarit: str,
    contexte: Mapping[str, Any],
    nature: NatureCourriel,
    objet: str = "",
    utilisateur: Utilisateur | None = None,
    pieces_jointes: Sequence[PieceJointe] = (),
    secret: bool = False,
) -> list[Courriel]:
    """Send one message to each address, once the transaction around is committed.

        send_courriel(
            destinataires=[conseiller.courriel],
            gabarit="rappel",
            contexte={"mois": mois, "lien": lien},
            objet="Votre mois d’octobre 2026",
            nature=NatureCourriel.RAPPEL,
            utilisateur=request.user,
        )

    `gabarit` names two templates, `templates/courriels/<gabarit>.txt` and `.html`, which extend
    `courriels/base.txt` and `courriels/base.html` (blocks `corps`, and `pied` at need): « Bonjour »
    and the signature are there. Without `objet`, a third one says it: `<gabarit>_objet.txt`.
    Besides `contexte` they know `objet`, `nom_service`, `departement`, `site` (address of the
    service, without final « / »). A link: `{{ site }}{% url … %}`.

    `utilisateur`: who asked for it; None for the service itself. `secret`: the text holds a link
    that opens an account; it is not kept, and cannot be sent again.

    Never raises for an address or a server: the rows returned say « à envoyer » or, for an
    address that is none, « échec »; see `Courriel.objects.en_echec()`. Each address gets its own
    message and sees no other.
    """
    corps = render_courriel(
        gabarit=gabarit, contexte=contexte, objet=objet, pieces=tuple(pieces_jointes)
    )
    if sum(len(piece.contenu) for piece in pieces_jointes) > PIECES_MAX:
        raise ValueError("Les pièces jointes dépassent un mégaoctet.")
    adresses = dict.fromkeys(adresse.strip() for adresse in destinataires if adresse.strip())
    courriels = [
        Courriel(
            nature=nature,
            destinataire=adresse[:254],
            objet=corps.objet[:200],
            gabarit=gabarit,
            texte="" if secret else corps.texte,
            html="" if secret else corps.html,
            pieces=[] if secret else [_kept(piece) for piece in corps.pieces],
            secret=secret,
            utilisateur=utilisateur,
            **_state_of(adresse),
        )
        for adresse in adresses
    ]
    Courriel.objects.bulk_create(courriels)
    partants = [c.pk for c in courriels if c.statut == StatutCourriel.A_ENVOYER]
    if partants:
        transaction.on_commit(
            lambda: deliver_courriels(courriels=partants, corps=corps if secret else None),
            robust=True,
        )
    return courriels


def _state_of(adresse: str) -> dict[str, Any]:
    try:
        validate_email(adresse)
    except ValidationError:
        return {
            "statut": StatutCourriel.ECHEC,
            "cause": "Cette adresse n’en est pas une : corrigez-la, puis refaites la demande.",
            "essais": ESSAIS_MAX,
        }
    return {"statut": StatutCourriel.A_ENVOYER}


def render_courriel(
    *,
    gabarit: str,
    contexte: Mapping[str, Any],
    objet: str = "",
    pieces: tuple[PieceJointe, ...] = (),
) -> Corps:
    """The same words as `send_courriel` sends: for the preview of a page."""
    commun = {
        "nom_service": settings.NOM_SERVICE,
        "departement": departement_de_l_instance(),
        "site": settings.SITE_URL.rstrip("/"),
    }
    tout = commun | dict(contexte)
    objet = objet or render_to_string(f"courriels/{gabarit}_objet.txt", tout)
    tout["objet"] = " ".join(objet.split())
    return Corps(
        tout["objet"],
        render_to_string(f"courriels/{gabarit}.txt", tout).strip() + "\n",
        render_to_string(f"courriels/{gabarit}.html", tout),
        pieces,
    )


def _kept(piece: PieceJointe) -> dict[str, str]:
    contenu = base64.b64encode(piece.contenu).decode()
    return {"nom": piece.nom, "type": piece.type, "contenu": contenu}


def _corps_of(courriel: Courriel) -> Corps:
    pieces = (
        PieceJointe(p["nom"], base64.b64decode(p["contenu"]), p["type"]) for p in courriel.pieces
    )
    return Corps(courriel.objet, courriel.texte, courriel.html, tuple(pieces))


# --- Leaving --------------------------------------------------------------------------------


def deliver_courriels(*, courriels: Sequence[int], corps: Corps | None = None) -> int:
    """Try to send these rows, in one connection; how many left. Never raises for the server.

    `corps`: the text of a secret message, which no row has.
    """
    connexion, cause = mail.get_connection(), ""
    try:
        connexion.open()
    except (OSError, ValueError) as erreur:
        cause = _cause_of(erreur)
    try:
        return sum(_deliver(pk, connexion, cause, corps) for pk in courriels)
    finally:
        connexion.close()


@transaction.atomic
def _deliver(pk: int, connexion: Any, cause: str, corps: Corps | None) -> bool:
    """The row is held meanwhile: two deliveries never send it twice."""
    a_envoyer = Courriel.objects.exclude(statut=StatutCourriel.ENVOYE)
    courriel = a_envoyer.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if courriel is None:
        return False
    if courriel.secret and corps is None:
        cause = PHRASE_SECRET
    if not cause:
        try:
            _message(courriel, corps or _corps_of(courriel), connexion).send()
        except (OSError, ValueError) as erreur:
            cause = _cause_of(erreur)
    courriel.essais += 1
    courriel.essaye_le = timezone.now()
    courriel.cause = cause
    courriel.statut = StatutCourriel.ECHEC if cause else StatutCourriel.ENVOYE
    courriel.envoye_le = None if cause else courriel.essaye_le
    courriel.save(update_fields=["essais", "essaye_le", "cause", "statut", "envoye_le"])
    return not cause


def _message(courriel: Courriel, corps: Corps, connexion: Any) -> mail.EmailMultiAlternatives:
    message = mail.EmailMultiAlternatives(
        subject=courriel.objet,
        body=corps.texte,
        to=[courriel.destinataire],
        connection=connexion,
        # Out-of-office answers would come back to nobody.
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(corps.html, "text/html")
    for piece in corps.pieces:
        if piece.type.startswith("text/calendar"):
            message.attach_alternative(piece.contenu.decode(), piece.type)
        message.attach(piece.nom, piece.contenu, piece.type)
    return message


def _cause_of(erreur: Exception) -> str:
    """For whoever has to do something about it, then the server's own words."""
    logger.warning("Message not sent: %s", type(erreur).__name__)
    if isinstance(erreur, smtplib.SMTPRecipientsRefused):
        phrase = "Le serveur de messagerie refuse cette adresse."
    elif isinstance(erreur, smtplib.SMTPAuthenticationError):
        return "Le serveur de messagerie refuse le compte du service : prévenez l’administrateur."
    elif isinstance(erreur, smtplib.SMTPException):
        phrase = "Le serveur de messagerie a refusé le message."
    elif isinstance(erreur, OSError):
        phrase = "Le serveur de messagerie ne répond pas."
    else:
        phrase = "Le message est mal formé."
    return f"{phrase} ({erreur})"[:300]


# --- Again ------------------------------------------------------------------------------------


@transaction.atomic
def resend_courriel(*, courriel: Courriel) -> Courriel:
    """« Renvoyer »: once committed, one more try of a message that did not leave."""
    courriel = Courriel.objects.select_for_update(of=("self",)).get(pk=courriel.pk)
    if courriel.statut == StatutCourriel.ENVOYE:
        raise ValidationError("Ce message est déjà parti.")
    if not courriel.peut_repartir:
        raise ValidationError(PHRASE_SECRET)
    courriel.statut, courriel.cause = StatutCourriel.A_ENVOYER, ""
    courriel.save(update_fields=["statut", "cause"])
    transaction.on_commit(lambda: deliver_courriels(courriels=[courriel.pk]), robust=True)
    return courriel


def deliver_waiting() -> int:
    """What a dead process or an absent server left behind; called by the clock."""
    attendus = Courriel.objects.a_reprendre(timezone.now()).order_by("pk")
    cles = list(attendus.values_list("pk", flat=True)[:100])
    return deliver_courriels(courriels=cles) if cles else 0


def forget_destinataire(*, courriel: str) -> int:
    """Erase address, subject and text of all that was sent to a person; the date stays.

    For the legal erasure of a candidate. What was not sent yet is no longer sent.
    """
    envois = Courriel.objects.filter(destinataire__iexact=courriel.strip())
    envois.exclude(statut=StatutCourriel.ENVOYE).update(
        statut=StatutCourriel.ECHEC, cause="Adresse effacée.", essais=ESSAIS_MAX
    )
    return envois.update(destinataire=EFFACE, objet=EFFACE, texte="", html="", pieces=[])
