"""Reminders: « votre mois n’est pas déclaré », to whoever can declare it and is at work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from conseillers.enums import NatureCourriel, Role
from conseillers.models import Utilisateur
from conseillers.selectors import occupation
from conseillers.services import send_courriel
from permanences import calendrier
from permanences.enums import EtatCompletude, PublicRelance
from permanences.models import Mois, Relance
from permanences.models.mois import du_mois, hold_mois, nom_du_mois, premier_du_mois, refuse_si_clos
from permanences.selectors.mois import echeance_du_mois
from reporting.selectors.completude import completude_par_poste, compte_de_completude
from reporting.selectors.relances import PosteARelancer, etapes_du, postes_a_relancer
from territoires.typographie import format_date


@transaction.atomic
def relance_mois(
    *,
    mois: dt.date,
    utilisateur: Utilisateur | None = None,
    postes: Collection[int] | None = None,
    copie_referent: bool = False,
) -> list[Relance]:
    """Remind the postes that have not declared that month; `postes`: those of these keys only.

    One message a day for each person, whatever the number of workers. Raises ValidationError
    for a closed month. Gives what was sent, copies included.
    """
    mois = premier_du_mois(mois)
    hold_mois(mois)
    refuse_si_clos(mois)
    public = PublicRelance.REFERENT if copie_referent else PublicRelance.CONSEILLER
    envoyees = []
    for a_relancer in postes_a_relancer(mois, timezone.localdate()):
        if postes is None or a_relancer.poste.pk in postes:
            envoyees += _relance_poste(a_relancer, mois, public, utilisateur)
    return envoyees


def _relance_poste(
    a_relancer: PosteARelancer, mois: dt.date, public: str, utilisateur: Utilisateur | None
) -> list[Relance]:
    poste = a_relancer.poste
    contexte = words_of(mois) | {"poste": f"Poste {poste.numero}"}
    envoyees = []
    for conseiller in a_relancer.conseillers:
        relance = _write(mois, poste.pk, conseiller.courriel, public, utilisateur)
        if relance:
            envoyees.append(relance)
            _send(conseiller.courriel, "relance_conseiller", contexte, utilisateur)
    if envoyees and public == PublicRelance.REFERENT:
        for referent in a_relancer.referents:
            relance = _write(mois, poste.pk, referent.courriel, public, utilisateur)
            if relance:
                envoyees.append(relance)
                _send(referent.courriel, "relance_referent", contexte, utilisateur)
    return envoyees


def words_of(mois: dt.date) -> dict[str, Any]:
    """What the messages say, as text: the same words for the preview of the page."""
    echeance = echeance_du_mois(mois)
    site = settings.SITE_URL.rstrip("/")
    return {
        "mois": nom_du_mois(mois),
        "du_mois": du_mois(mois),
        "echeance": format_date(echeance),
        "en_retard": echeance < timezone.localdate(),
        "lien_mois": site + reverse("permanences:mois_du", args=[mois]),
        "lien_structure": site + reverse("permanences:structure"),
        "lien_tableau": site + reverse("admin:reporting_tableau_mois"),
    }


def _write(
    mois: dt.date, poste: int | None, courriel: str, public: str, utilisateur: Utilisateur | None
) -> Relance | None:
    """None when that person was written to today: another worker waits here, then is refused."""
    try:
        with transaction.atomic():
            return Relance.objects.create(
                mois=mois,
                poste_id=poste,
                courriel=courriel,
                public=public,
                jour=timezone.localdate(),
                demandee_par=utilisateur,
            )
    except IntegrityError:
        return None


def _send(
    courriel: str, gabarit: str, contexte: dict[str, Any], utilisateur: Utilisateur | None
) -> None:
    send_courriel(
        destinataires=[courriel],
        gabarit=gabarit,
        contexte=contexte,
        nature=NatureCourriel.RAPPEL,
        utilisateur=utilisateur,
    )


def relance_du_jour(*, jour: dt.date) -> list[Relance]:
    """What the calendar sends that day: nothing but on the working days of its steps."""
    mois = calendrier.mois_decale(premier_du_mois(jour), -1)
    etapes = etapes_du(jour)
    if not etapes or Mois.objects.clos().filter(premier_jour=mois).exists():
        return []
    publics = {etape.public for etape in etapes}
    envoyees: list[Relance] = []
    if publics & {PublicRelance.CONSEILLER, PublicRelance.REFERENT}:
        envoyees += relance_mois(mois=mois, copie_referent=PublicRelance.REFERENT in publics)
    if PublicRelance.DEPARTEMENT in publics:
        envoyees += tell_departement(mois=mois)
    return envoyees


@transaction.atomic
def tell_departement(*, mois: dt.date) -> list[Relance]:
    """The state of the month, to each gestionnaire, once a day at most."""
    postes = occupation(mois, calendrier.dernier_jour(mois))
    etats = completude_par_poste(postes, mois)
    manquants = [postes[pk].numero for pk, e in etats.items() if e == EtatCompletude.MANQUANT]
    compte = compte_de_completude(etats)
    contexte = words_of(mois) | {
        "comptes": [(e.label, compte[e]) for e in EtatCompletude if compte[e]],
        "manquants": ", ".join(f"poste {numero}" for numero in manquants),
    }
    envoyees = []
    for gestionnaire in Utilisateur.objects.filter(role=Role.GESTIONNAIRE, is_active=True):
        relance = _write(mois, None, gestionnaire.courriel, PublicRelance.DEPARTEMENT, None)
        if relance:
            envoyees.append(relance)
            _send(gestionnaire.courriel, "etat_du_mois", contexte, None)
    return envoyees
