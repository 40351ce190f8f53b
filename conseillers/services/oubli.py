"""Forgetting: what was kept its time is erased, an agent becomes a number, figures stay."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone

from conseillers.conservation import MOIS_COMPTES, MOIS_COURRIELS, MOIS_EXPORTS, il_y_a
from conseillers.enums import NatureCourriel, StatutCourriel
from conseillers.models import (
    Affectation,
    Candidature,
    ColonnesListe,
    Conseiller,
    Courriel,
    ExportListe,
    Utilisateur,
)
from conseillers.services.comptes import refuse_si_dernier_gestionnaire
from conseillers.services.courriels import EFFACE, forget_destinataire
from conseillers.services.jetons import revoke_jetons_of
from conseillers.services.recrutement import forget_candidature
from territoires.models import Evenement
from territoires.models.journal import MODELES_D_USAGE

# RFC 2606: an address that can never be anybody's.
DOMAINE = "anonyme.invalid"
NOS_APPLICATIONS = ("territoires", "conseillers", "permanences", "reporting")


def comptes_a_oublier(jour: dt.date) -> QuerySet[Utilisateur]:
    """Closed for so long: since their last day, or since the journal saw them disabled."""
    desactivations = (
        Evenement.objects.filter(
            modele="conseillers.utilisateur",
            objet=models.functions.Cast(OuterRef("pk"), models.CharField()),
            valeurs__has_key="is_active",
        )
        .order_by("-le")
        .values("le")[:1]
    )
    ferme = Q(is_active=False) | Q(actif_jusqu_au__lt=jour)
    return (
        Utilisateur.objects.filter(ferme, anonymise_le__isnull=True)
        .annotate(
            ferme_le=Greatest(
                Coalesce(
                    F("actif_jusqu_au"),
                    TruncDate(models.Subquery(desactivations)),
                    TruncDate("cree_le"),
                ),
                # It was open that day, whatever its row says.
                TruncDate("last_login"),
                TruncDate("cree_le"),
            )
        )
        .filter(ferme_le__lte=il_y_a(MOIS_COMPTES, jour))
    )


@transaction.atomic
def forget_comptes(*, jour: dt.date, simulation: bool = False) -> int:
    rows = comptes_a_oublier(jour)
    if simulation:
        return rows.count()
    cles = list(rows.order_by("pk").values_list("pk", flat=True))
    for compte in Utilisateur.objects.filter(pk__in=cles):
        forget_compte(compte=compte)
    return len(cles)


@transaction.atomic
def forget_compte(*, compte: Utilisateur) -> None:
    """The account stays under its number: what it did keeps an author that nobody can name.

    What other libraries keep of it (addresses, second factors, sessions) goes. A second time
    does nothing. Raises ValidationError for the last gestionnaire.
    """
    compte = Utilisateur.objects.select_for_update().get(pk=compte.pk)
    if compte.anonymise_le:
        return
    if compte.est_ouvert_le(timezone.localdate()):
        refuse_si_dernier_gestionnaire(compte)
    forget_destinataire(courriel=compte.courriel)
    compte.courriel = f"compte-{compte.pk}@{DOMAINE}"
    compte.prenom = compte.nom = compte.fonction = ""
    compte.is_active, compte.last_login = False, None
    compte.anonymise_le = timezone.now()
    compte.set_unusable_password()
    compte.save()
    revoke_jetons_of(compte=compte)
    _delete_elsewhere(compte)
    ColonnesListe.objects.filter(utilisateur=compte).delete()
    Evenement.objects.filter(
        modele="conseillers.utilisateur", objet=str(compte.pk)
    ).mask_identities()


def _delete_elsewhere(compte: Utilisateur) -> None:
    """Rows of other libraries that point at the account, whichever they are."""
    for relation in Utilisateur._meta.related_objects:
        if relation.related_model._meta.app_label not in NOS_APPLICATIONS:
            rows = relation.related_model._base_manager
            rows.filter(**{relation.field.name: compte}).delete()


@transaction.atomic
def forget_identity(*, conseiller: Conseiller) -> str:
    """The advisor's file under its number; the address it had. Inside the act that forgets."""
    courriel = conseiller.courriel
    forget_destinataire(courriel=courriel)
    # What they sent to be recruited, kept as long as their file.
    for candidature in Candidature.objects.filter(courriel__iexact=courriel):
        forget_candidature(candidature=candidature, jour=timezone.localdate())
    conseiller.courriel = f"conseiller-{conseiller.pk}@{DOMAINE}"
    conseiller.prenom, conseiller.nom = "Conseiller", f"anonymisé n° {conseiller.pk}"
    conseiller.anonymise_le = timezone.now()
    conseiller.save()
    # A certificate has its holder's name.
    conseiller.formations.exclude(reference="").update(reference="")
    Evenement.objects.filter(
        modele="conseillers.conseiller", objet=str(conseiller.pk)
    ).mask_identities()
    return courriel


@transaction.atomic
def forget_courriels(*, jour: dt.date, simulation: bool = False) -> int:
    """Old messages lose address, subject and text. Those of a transmission are its proof."""
    rows = Courriel.objects.filter(cree_le__date__lte=il_y_a(MOIS_COURRIELS, jour)).exclude(
        Q(nature=NatureCourriel.TRANSMISSION) | Q(destinataire=EFFACE)
    )
    if simulation:
        return rows.count()
    rows.exclude(statut=StatutCourriel.ENVOYE).update(
        statut=StatutCourriel.ECHEC, cause="Message trop ancien, effacé."
    )
    return rows.update(destinataire=EFFACE, objet=EFFACE, texte="", html="", pieces=[])


@transaction.atomic
def forget_exports(*, jour: dt.date, simulation: bool = False) -> int:
    """Who took a list out a year ago: the row, then the events that tell of such rows."""
    avant = il_y_a(MOIS_EXPORTS, jour)
    exports = ExportListe.objects.filter(le__date__lt=avant)
    evenements = Evenement.objects.filter(modele__in=MODELES_D_USAGE, le__date__lt=avant)
    if simulation:
        return exports.count() + evenements.count()
    effaces, _ = exports.delete()
    return effaces + evenements.delete()[0]


@transaction.atomic
def forget_sessions(*, jour: dt.date, simulation: bool = False) -> int:
    rows = Session.objects.filter(expire_date__lt=timezone.now())
    return rows.count() if simulation else rows.delete()[0]


def is_in_post(conseiller: Conseiller, jour: dt.date) -> bool:
    return conseiller.affectations.actif_entre(jour, dt.date.max).exists()


def without_affectation_since(jour: dt.date) -> QuerySet[Conseiller]:
    """Advisors who held a poste, and none on that day nor later."""
    siennes = Affectation.objects.filter(conseiller=OuterRef("pk"))
    encore = siennes.filter(Q(date_fin__isnull=True) | Q(date_fin__gt=jour))
    return Conseiller.objects.filter(Exists(siennes), ~Exists(encore), anonymise_le__isnull=True)
