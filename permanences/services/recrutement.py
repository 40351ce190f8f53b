"""A candidate takes a poste: the arrival, and the last step of the candidature, in one act."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from conseillers.enums import RoleAffectation
from conseillers.models import Affectation, Candidature, Conseiller, Poste, Utilisateur
from conseillers.services import hold_retenue, mark_recrutee
from permanences.selectors.passation import Destins
from permanences.services.passation import welcome_conseiller


@transaction.atomic
def recruit_candidature(
    *,
    candidature: Candidature,
    poste: Poste,
    date_debut: dt.date,
    type_contrat: str,
    utilisateur: Utilisateur,
    date_fin: dt.date | None = None,
    quotite: int = 100,
) -> Affectation:
    """Advisor, account and affectation, nothing typed again; the poste keeps its créneaux.

    Raises ValidationError, and writes nothing, where the arrival is refused.
    """
    candidature = hold_retenue(candidature=candidature)
    affectation = welcome_conseiller(
        affectation=Affectation(
            poste=poste,
            conseiller=_conseiller_of(candidature),
            date_debut=date_debut,
            date_fin=date_fin,
            type_contrat=type_contrat,
            quotite=quotite,
            role=RoleAffectation.PRINCIPALE,
        ),
        destins=Destins(),
    )
    mark_recrutee(candidature=candidature, poste=poste, utilisateur=utilisateur)
    return affectation


def _conseiller_of(candidature: Candidature) -> Conseiller:
    """The file of this person: the one they had here, else a new one, not written yet."""
    courriel = (candidature.courriel or "").lower()
    return Conseiller.objects.filter(courriel__iexact=courriel).first() or Conseiller(
        courriel=courriel, prenom=candidature.prenom, nom=candidature.nom
    )
