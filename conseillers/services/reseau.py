"""A rencontre is called, told to whoever is invited, and its attendance noted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conseillers import ical
from conseillers.enums import NatureCourriel, StatutPresence
from conseillers.models import Conseiller, Presence, Rencontre, Utilisateur
from conseillers.selectors.reseau import Annonce, announcement_of, awaiting
from conseillers.services.courriels import Corps, PieceJointe, render_courriel, send_courriel

# A change of one of these is news for whoever was told; the others are ours alone.
ANNONCES = (
    "intitule", "date", "heure_debut", "heure_fin", "lieu", "commune_id", "visio", "ordre_du_jour",
)  # fmt: skip
GABARITS = {
    "invitation": "invitation",
    "changement": "invitation_changement",
    "annulation": "invitation_annulation",
}
PHRASE_ANNULEE = "Cette rencontre est annulée : elle ne change plus."
PHRASE_PASSEE = "Cette rencontre a eu lieu : ses présences se notent, elle ne s’annule plus."
PHRASE_A_VENIR = (
    "Qui est venu se note à partir du jour de la rencontre ; avant, seulement qui s’excuse."
)
AVANT_LE_JOUR = {StatutPresence.INSCRIT, StatutPresence.EXCUSE}


@transaction.atomic
def save_rencontre(*, rencontre: Rencontre, conseillers: Iterable[Conseiller]) -> Rencontre:
    """Create or change it, with whom to invite; the invitations are sent by another act.

    Whoever was already told stays: they are excused, or the rencontre is cancelled.
    """
    avant = None
    if rencontre.pk is not None:
        avant = Rencontre.objects.select_for_update().get(pk=rencontre.pk)
        _refuse_annulee(avant)
        rencontre.sequence = avant.sequence + _is_news(avant, rencontre)
    rencontre.full_clean()
    rencontre.save()
    _set_invites(rencontre, {c.pk for c in conseillers})
    return rencontre


@dataclass(frozen=True)
class Envoi:
    """How many messages of each kind left."""

    invitations: int = 0
    changements: int = 0
    annulations: int = 0
    courriels: tuple[int, ...] = ()

    @property
    def total(self) -> int:
        return self.invitations + self.changements + self.annulations


@transaction.atomic
def send_invitations(*, rencontre: Rencontre, utilisateur: Utilisateur) -> Envoi:
    """Tell each what they have not been told: nobody hears the same thing twice."""
    rencontre = Rencontre.objects.select_for_update(of=("self",)).get(pk=rencontre.pk)
    comptes = dict.fromkeys(GABARITS, 0)
    courriels: list[int] = []
    for presence in awaiting(rencontre).select_for_update(of=("self",)):
        annonce = announcement_of(rencontre, presence)
        ecrits = send_courriel(
            destinataires=[presence.conseiller.courriel],
            gabarit=GABARITS[annonce],
            contexte=_words_of(rencontre, utilisateur),
            nature=NatureCourriel.INVITATION,
            utilisateur=utilisateur,
            pieces_jointes=[_piece(rencontre, presence.conseiller, annonce, utilisateur)],
        )
        presence.sequence_envoyee, presence.envoyee_le = rencontre.sequence, timezone.now()
        presence.save(update_fields=["sequence_envoyee", "envoyee_le"])
        comptes[annonce] += 1
        courriels += [courriel.pk for courriel in ecrits]
    return Envoi(
        comptes["invitation"], comptes["changement"], comptes["annulation"], tuple(courriels)
    )


def preview_invitation(
    *, rencontre: Rencontre, annonce: Annonce, utilisateur: Utilisateur
) -> Corps:
    """What the next message says, word for word."""
    return render_courriel(gabarit=GABARITS[annonce], contexte=_words_of(rencontre, utilisateur))


@transaction.atomic
def cancel_rencontre(*, rencontre: Rencontre, utilisateur: Utilisateur) -> Envoi:
    """It will not take place: whoever was invited is told at once."""
    rencontre = Rencontre.objects.select_for_update(of=("self",)).get(pk=rencontre.pk)
    _refuse_annulee(rencontre)
    if rencontre.date < timezone.localdate():
        raise ValidationError(PHRASE_PASSEE)
    rencontre.annulee_le = timezone.now()
    rencontre.sequence += 1
    rencontre.save(update_fields=["annulee_le", "sequence"])
    return send_invitations(rencontre=rencontre, utilisateur=utilisateur)


@transaction.atomic
def note_presences(*, rencontre: Rencontre, statuts: Mapping[int, str]) -> int:
    """{conseiller: state}; an empty state leaves as it was. How many changed.

    Whoever came without being invited gets a row; why somebody did not come has none.
    """
    rencontre = Rencontre.objects.select_for_update(of=("self",)).get(pk=rencontre.pk)
    _refuse_annulee(rencontre)
    a_venir = rencontre.date > timezone.localdate()
    if a_venir and not {s for s in statuts.values() if s} <= AVANT_LE_JOUR:
        raise ValidationError(PHRASE_A_VENIR)
    connues = {p.conseiller_id: p for p in rencontre.presences.select_for_update(of=("self",))}
    changees = 0
    for conseiller, statut in statuts.items():
        presence = connues.get(conseiller) or Presence(
            rencontre=rencontre, conseiller_id=conseiller, statut=""
        )
        if statut and statut != presence.statut:
            presence.statut = statut
            presence.full_clean()
            presence.save()
            changees += 1
    return changees


def _refuse_annulee(rencontre: Rencontre) -> None:
    if rencontre.annulee_le:
        raise ValidationError(PHRASE_ANNULEE)


def _is_news(avant: Rencontre, apres: Rencontre) -> bool:
    """Something that a calendar shows has changed, and somebody has the old one."""
    change = any(getattr(avant, champ) != getattr(apres, champ) for champ in ANNONCES)
    return change and avant.presences.filter(sequence_envoyee=avant.sequence).exists()


def _set_invites(rencontre: Rencontre, voulus: set[int]) -> None:
    rencontre.presences.filter(
        statut=StatutPresence.INSCRIT, sequence_envoyee__isnull=True
    ).exclude(conseiller__in=voulus).delete()
    deja = set(rencontre.presences.values_list("conseiller_id", flat=True))
    Presence.objects.bulk_create(
        Presence(rencontre=rencontre, conseiller_id=pk) for pk in sorted(voulus - deja)
    )


def _words_of(rencontre: Rencontre, utilisateur: Utilisateur) -> dict[str, object]:
    return {"rencontre": rencontre, "organisateur": utilisateur}


def _piece(
    rencontre: Rencontre, conseiller: Conseiller, annonce: Annonce, utilisateur: Utilisateur
) -> PieceJointe:
    methode = ical.ANNULATION if annonce == "annulation" else ical.DEMANDE
    contenu = ical.write_invitation(
        ical.Invitation(
            uid=f"{rencontre.uid}@conseillers-numeriques",
            sequence=rencontre.sequence,
            titre=rencontre.intitule,
            debut=ical.on_clock(rencontre.date, rencontre.heure_debut),
            fin=ical.on_clock(rencontre.date, rencontre.heure_fin),
            lieu=rencontre.endroit,
            visio=rencontre.visio,
            description=rencontre.ordre_du_jour,
        ),
        methode=methode,
        organisateur=ical.Personne(utilisateur.courriel, str(utilisateur)),
        invite=ical.Personne(conseiller.courriel, str(conseiller)),
        ecrite_le=timezone.now(),
    )
    return PieceJointe("invitation.ics", contenu, f"text/calendar; method={methode}")
