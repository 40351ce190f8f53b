"""Settle a match once: the activities that waited for it are counted at once."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conseillers.models import Conseiller, Utilisateur
from permanences.enums import EtatCompteRendu, RaisonCoop, TraitementLieu
from permanences.models import CompteRenduCoop, LieuAccueil, LieuCoop, MediateurCoop
from permanences.services.coop.ecriture import rewrite
from permanences.services.coop.enregistrement import Resultat

LOT = 500


@transaction.atomic
def settle_lieu(
    *,
    lieu_coop: LieuCoop,
    traitement: str,
    lieu: LieuAccueil | None = None,
    utilisateur: Utilisateur | None,
) -> list[Resultat]:
    """Decide what a place of La Coop is; what was counted elsewhere moves, closed months apart."""
    lieu_coop = LieuCoop.objects.select_for_update().get(pk=lieu_coop.pk)
    if traitement == TraitementLieu.RAPPROCHE and lieu is None:
        raise ValidationError({"lieu": "Choisissez le lieu d’accueil."})
    if traitement == TraitementLieu.AUTRE_LIEU and not lieu_coop.code_insee:
        raise ValidationError(
            {"traitement": "La Coop ne donne pas sa commune : choisissez un lieu d’accueil."}
        )
    lieu_coop.traitement = traitement
    lieu_coop.lieu = lieu if traitement == TraitementLieu.RAPPROCHE else None
    lieu_coop.decide_par, lieu_coop.decide_le = utilisateur, timezone.now()
    lieu_coop.save()
    return _rewrite_all(lieu_coop.comptes_rendus.exclude(etat=EtatCompteRendu.SUPPRIME))


@transaction.atomic
def settle_mediateur(
    *,
    mediateur: MediateurCoop,
    conseiller: Conseiller | None,
    ignore: bool = False,
    utilisateur: Utilisateur | None,
) -> list[Resultat]:
    """Decide who a médiateur of La Coop is; `ignore`: none of ours."""
    mediateur = MediateurCoop.objects.select_for_update().get(pk=mediateur.pk)
    if conseiller is None and not ignore:
        raise ValidationError({"conseiller": "Choisissez le conseiller, ou « pas des nôtres »."})
    mediateur.conseiller = None if ignore else conseiller
    mediateur.ignore = ignore
    mediateur.decide_par, mediateur.decide_le = utilisateur, timezone.now()
    mediateur.save()
    return _rewrite_all(
        CompteRenduCoop.objects.filter(mediateur=mediateur.identifiant).exclude(
            etat=EtatCompteRendu.SUPPRIME
        )
    )


@transaction.atomic
def retry_set_aside(*, raisons: Iterable[str]) -> list[Resultat]:
    """Judge again those set aside for one of these reasons: what kept them aside is gone."""
    connues = RaisonCoop.values
    return _rewrite_all(
        CompteRenduCoop.objects.filter(
            etat=EtatCompteRendu.ECARTE, raison__in=[r for r in raisons if r in connues]
        )
    )


def _rewrite_all(lignes: Iterable[CompteRenduCoop]) -> list[Resultat]:
    a_relire = list(lignes)
    resultats: list[Resultat] = []
    for debut in range(0, len(a_relire), LOT):
        resultats += rewrite(a_relire[debut : debut + LOT])
    return resultats
