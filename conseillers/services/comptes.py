"""Acts on the accounts."""

from __future__ import annotations

import datetime as dt
import secrets

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conseillers.enums import GenreSecurite, NatureCourriel, Role
from conseillers.models import Conseiller, Utilisateur
from conseillers.services.courriels import send_courriel
from conseillers.services.jetons import revoke_jetons_of
from conseillers.services.securite import note_securite

PHRASE_DERNIER_GESTIONNAIRE = (
    "C’est le dernier compte de gestionnaire actif : sans lui, plus personne ne pourrait gérer "
    "le service. Donnez d’abord ce rôle à un autre compte."
)


@transaction.atomic
def save_compte(*, compte: Utilisateur) -> Utilisateur:
    """Write an account. Raises ValidationError where no active gestionnaire would be left."""
    compte.courriel = compte.courriel.strip().lower()
    sans_fin = compte.is_active and compte.actif_jusqu_au is None
    if not (sans_fin and compte.role == Role.GESTIONNAIRE):
        refuse_si_dernier_gestionnaire(compte)
    nouveau = compte.pk is None
    if nouveau:
        _give_unknown_password(compte)
    avant = Utilisateur.objects.filter(pk=compte.pk).first()
    ancien = avant.courriel if avant else ""
    compte.full_clean(exclude=["password"])
    compte.save()
    if avant and _is_another(avant, compte):
        revoke_jetons_of(compte=compte)
    if nouveau and compte.is_active:
        invite_compte(compte=compte)
    if ancien and ancien != compte.courriel:
        _tell(ancien, f"L’adresse de votre compte devient {compte.courriel}.", parti=True)
    return compte


def _is_another(avant: Utilisateur, compte: Utilisateur) -> bool:
    """Closed, opened again, or of another role: the tokens made before are no longer meant."""
    jour = timezone.localdate()
    ouverts = avant.est_ouvert_le(jour) and compte.est_ouvert_le(jour)
    return not ouverts or avant.role != compte.role


def _give_unknown_password(compte: Utilisateur) -> None:
    """Usable, so that « mot de passe oublié » answers; nobody knows it, staff included."""
    compte.set_password(secrets.token_urlsafe(32))


@transaction.atomic
def invite_compte(*, compte: Utilisateur, par: Utilisateur | None = None) -> None:
    """Send the link by which its owner chooses a password; again at need, the former link dies.

    Raises ValidationError for a closed account.
    """
    if not compte.is_active:
        raise ValidationError("Ce compte est fermé : ouvrez-le d’abord.")
    _send_lien(compte, "ouverture_compte", "votre compte est ouvert", NatureCourriel.COMPTE, par)
    note_securite(genre=GenreSecurite.INVITATION_ENVOYEE, utilisateur=par, detail=f"à {compte}")


def send_mot_de_passe(*, courriel: str, jour: dt.date) -> bool:
    """The link to choose a password, if an open account has this address; says nothing else."""
    compte = Utilisateur.objects.filter(courriel=courriel).first()
    if compte is None or not compte.est_ouvert_le(jour):
        return False
    _send_lien(
        compte, "mot_de_passe", "choisir un nouveau mot de passe", NatureCourriel.MOT_DE_PASSE
    )
    note_securite(genre=GenreSecurite.MOT_DE_PASSE_DEMANDE, utilisateur=compte)
    return True


def _send_lien(
    compte: Utilisateur,
    gabarit: str,
    objet: str,
    nature: NatureCourriel,
    par: Utilisateur | None = None,
) -> None:
    send_courriel(
        destinataires=[compte.courriel],
        gabarit=gabarit,
        contexte={
            "uid": user_pk_to_url_str(compte),
            "cle": default_token_generator.make_token(compte),
            "compte": compte,
        },
        objet=f"{settings.NOM_SERVICE} : {objet}",
        nature=nature,
        utilisateur=par,
        secret=True,
    )


@transaction.atomic
def reset_second_facteur(*, compte: Utilisateur, par: Utilisateur) -> int:
    """For somebody who has lost phone and codes: all factors go, all sessions end.

    Returns how many factors there were. The person is told, and sets up another one at the next
    sign-in. Raises ValidationError for one's own account: a stolen session must not do it.
    """
    if compte.pk == par.pk:
        raise ValidationError(
            "Votre propre second facteur se change dans « Mon compte », ou par une autre personne."
        )
    nombre, _ = Authenticator.objects.filter(user=compte).delete()
    note_securite(
        genre=GenreSecurite.FACTEUR_RETIRE, utilisateur=par, detail=f"tous, du compte de {compte}"
    )
    close_sessions(compte=compte)
    revoke_jetons_of(compte=compte, par=par)
    _tell(compte.courriel, f"Le second facteur de votre compte vient d’être retiré par {par}.", par)
    return nombre


def _tell(courriel: str, avis: str, par: Utilisateur | None = None, *, parti: bool = False) -> None:
    """What changed in somebody's account, to the address that they know it by.

    `parti`: the account has left that address, which can choose no password any more.
    """
    send_courriel(
        destinataires=[courriel],
        gabarit="securite",
        contexte={"avis": avis, "parti": parti},
        objet=f"{settings.NOM_SERVICE} : votre compte a changé",
        nature=NatureCourriel.COMPTE,
        utilisateur=par,
    )


def close_sessions(*, compte: Utilisateur) -> int:
    """End every session of this account, wherever it is open; returns how many."""
    sessions = list(UserSession.objects.filter(user=compte))
    for session in sessions:
        session.end()
    if sessions:
        nombre = f"{len(sessions)} session{'s' if len(sessions) > 1 else ''}"
        note_securite(genre=GenreSecurite.SESSION_FERMEE, detail=f"{nombre} du compte de {compte}")
    return len(sessions)


@transaction.atomic
def delete_compte(*, compte: Utilisateur) -> None:
    """Only an account that nothing points at: the others are disabled instead."""
    refuse_si_dernier_gestionnaire(compte)
    compte.delete()


def refuse_si_dernier_gestionnaire(compte: Utilisateur) -> None:
    """Inside the act that takes this account away."""
    # Locked in one order: two gestionnaires who disable each other at once wait here.
    actifs = Utilisateur.objects.select_for_update().filter(
        role=Role.GESTIONNAIRE, is_active=True, actif_jusqu_au=None
    )
    cles = set(actifs.order_by("pk").values_list("pk", flat=True))
    if cles == {compte.pk}:
        raise ValidationError(PHRASE_DERNIER_GESTIONNAIRE)


def open_compte(*, conseiller: Conseiller) -> Utilisateur:
    """The advisor's account, made or opened again; inside the act that needs it.

    Raises ValidationError when that address is somebody's of another role.
    """
    compte = (
        conseiller.utilisateur
        or Utilisateur.objects.filter(courriel=conseiller.courriel.strip().lower())
        .select_for_update()
        .first()
    )
    if compte is None:
        compte = Utilisateur(courriel=conseiller.courriel.strip().lower(), role=Role.CONSEILLER)
        compte.prenom, compte.nom = conseiller.prenom, conseiller.nom
        _give_unknown_password(compte)
    elif compte.role != Role.CONSEILLER:
        raise ValidationError(
            f"{compte.courriel} est déjà l’adresse d’un compte « {compte.get_role_display()} » : "
            "donnez une autre adresse à ce conseiller."
        )
    if compte.pk and not compte.est_ouvert_le(timezone.localdate()):
        revoke_jetons_of(compte=compte)
    compte.is_active, compte.actif_jusqu_au = True, None
    compte.full_clean(exclude=["password"])
    compte.save()
    if conseiller.utilisateur_id != compte.pk:
        conseiller.utilisateur = compte
        conseiller.full_clean()
        conseiller.save()
    return compte


def close_compte(*, conseiller: Conseiller, dernier_jour: dt.date) -> None:
    """The account opens until `dernier_jour`; inside the act that asks for it."""
    if conseiller.utilisateur_id:
        Utilisateur.objects.filter(pk=conseiller.utilisateur_id, role=Role.CONSEILLER).update(
            actif_jusqu_au=dernier_jour
        )
