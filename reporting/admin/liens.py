"""From a check of the month to the rows behind it."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.urls import reverse

from permanences.calendrier import dernier_jour
from reporting.selectors import Verification

SEANCES = "permanences_seance"
# {code of the check: what is added to the month's dates}, over the list of the séances
DE_SEANCES: dict[str, dict[str, str]] = {
    "seance_a_venir": {},
    "seance_poste_rendu": {},
    "duree_inhabituelle": {"o": "-6"},
    "participants_nombreux": {"nb_participants__gt": "100"},
    "nature_et_participants": {},
    "jour_d_absence": {},
    "jour_ferie": {},
    "lieu_ferme": {},
    "journee_longue": {"o": "2.1"},
    "double_probable": {"o": "2.1"},
}
# {code of the check: (list of the admin, its filters)}
AUTRES: dict[str, tuple[str, dict[str, str]]] = {
    "occurrence_a_renseigner": ("permanences_creneau", {"periode": "en_cours"}),
    "poste_manquant": ("permanences_declaration", {}),
    "poste_sans_activite": ("conseillers_poste", {"etat": "pourvu"}),
    "vacance_longue": ("conseillers_poste", {"etat": "vacant"}),
    "lieu_sans_coordonnees": (
        "permanences_lieuaccueil",
        {"actif__exact": "1", "latitude__isempty": "1"},
    ),
}


def link_of(verification: Verification, mois: dt.date) -> str:
    """Address of the list of rows that the check counts, or empty where there is no list."""
    dernier = dernier_jour(mois).isoformat()
    if verification.code == "seance_en_attente":
        return _list_url(SEANCES, {"rattachement": "en_attente", "date__lte": dernier})
    if verification.code in DE_SEANCES:
        dates = {"date__gte": mois.isoformat(), "date__lte": dernier}
        return _list_url(SEANCES, dates | DE_SEANCES[verification.code])
    if verification.code in AUTRES:
        return _list_url(*AUTRES[verification.code])
    return ""


def _list_url(liste: str, filtres: dict[str, str]) -> str:
    url = reverse(f"admin:{liste}_changelist")
    return f"{url}?{urlencode(filtres)}" if filtres else url
