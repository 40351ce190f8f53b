"""What the séance form says where an advisor's séances come from La Coop."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from conseillers.models import Utilisateur
from permanences import forms
from permanences.models import ModeSaisie
from permanences.selectors.imports_coop import import_en_mots, imports_de
from permanences.selectors.mode_saisie import choix_of, contacts_du_departement

UN_JOUR = dt.timedelta(days=1)


def coop_of(utilisateur: Utilisateur, jour: dt.date | None) -> ModeSaisie | None:
    """What decides that this day's séances are not typed here, or None."""
    choix = choix_of(utilisateur, jour or timezone.localdate())
    return choix if choix and choix.est_coop else None


def initial_before(coop: ModeSaisie) -> dict[str, Any]:
    """The day before stays open."""
    return forms.initial_libre(coop.date_debut - UN_JOUR)


def contexte_of(coop: ModeSaisie | None) -> dict[str, Any]:
    """What explains that the typing is closed, and whom to ask."""
    if coop is None:
        return {"source_coop": None}
    return {
        "source_coop": coop,
        "veille_coop": coop.date_debut - UN_JOUR,
        "dernier_import": import_en_mots(imports_de(coop.conseiller_id).first()),
        "contacts": contacts_du_departement(),
    }
