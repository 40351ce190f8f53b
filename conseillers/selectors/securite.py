"""Reading the journal of security: one's own sign-ins, and the alerts of the day."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from conseillers.enums import GenreSecurite
from conseillers.models import AlerteSecurite, EvenementSecurite, Utilisateur

DERNIERES = 10
HEURES_A_L_ACCUEIL = 24


def connexions_de(utilisateur: Utilisateur, nombre: int = DERNIERES) -> list[EvenementSecurite]:
    """The last sign-ins to this account, and the refused ones, newest first: for « Mon compte »."""
    genres = (GenreSecurite.CONNEXION, GenreSecurite.CONNEXION_REFUSEE)
    lignes = EvenementSecurite.objects.filter(utilisateur=utilisateur, genre__in=genres)
    return list(lignes.order_by("-le", "-pk")[:nombre])


def alertes_recentes(maintenant: dt.datetime) -> QuerySet[AlerteSecurite]:
    """Those that the home of the Département shows."""
    return AlerteSecurite.objects.filter(
        fin__gte=maintenant - dt.timedelta(hours=HEURES_A_L_ACCUEIL)
    )
