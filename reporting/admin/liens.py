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
    "duree_inhabituelle": {"o": "-duree"},
    "participants_nombreux": {"nb_participants__gt": "100"},
    "nature_et_participants": {},
    "jour_d_absence": {},
    "jour_ferie": {},
    "lieu_ferme": {},
    "journee_longue": {"o": "poste_ou_attente.date"},
    "creneau_depasse": {"o": "date.poste_ou_attente"},
    "double_probable": {"o": "poste_ou_attente.date"},
    "double_entre_sources": {"o": "poste_ou_attente.date"},
    "compteurs_identiques": {"o": "poste_ou_attente.date"},
    "saisie_en_bloc": {"source__exact": "formulaire"},
    "modifiee_apres_declaration": {},
}
CRENEAUX, POSTES, LIEUX = "permanences_creneau", "conseillers_poste", "permanences_lieuaccueil"
CONVENTIONS = "conseillers_convention"
# {code of the check: (list of the admin, its filters where the rows are too many to be named)}
AUTRES: dict[str, tuple[str, dict[str, str]]] = {
    "occurrence_a_renseigner": (CRENEAUX, {"periode": "en_cours"}),
    "tenue_sans_visite": (CRENEAUX, {"periode": "en_cours"}),
    "poste_manquant": (POSTES, {}),
    "poste_sans_activite": (POSTES, {"etat": "pourvu"}),
    "vacance_longue": (POSTES, {"etat": "vacant"}),
    "affectation_sur_poste_rendu": (POSTES, {"etat": "rendu"}),
    "contrat_sans_fin": (POSTES, {"etat": "pourvu"}),
    "verse_plus_que_conventionne": (CONVENTIONS, {}),
    "enveloppe_depassee": (CONVENTIONS, {"phase__exact": "V1"}),
    "lieu_sans_coordonnees": (LIEUX, {"actif__exact": "1", "latitude__isempty": "1"}),
    "lieu_hors_epci": (LIEUX, {"actif__exact": "1"}),
    "lieu_a_verifier": (LIEUX, {"actif__exact": "1"}),
    "lieu_verifie_ancien": (LIEUX, {"actif__exact": "1"}),
    "coop_sans_import": ("conseillers_conseiller", {}),
}
# Sums and neighbourhoods: no row of a list is the cause.
SANS_LISTE = ("rapprochement", "saut_par_epci", "epci_a_cheval")


def link_of(verification: Verification, mois: dt.date) -> str:
    """Address of the list of rows that the check found, or empty where there is no list.

    The very rows when they can be named; else the smallest list that holds them.
    """
    code, dernier = verification.code, dernier_jour(mois).isoformat()
    if code == "seance_en_attente":
        return _list_url(SEANCES, {"rattachement": "en_attente", "date__lte": dernier})
    if code in DE_SEANCES:
        dates = {"date__gte": mois.isoformat(), "date__lte": dernier}
        liste, filtres = SEANCES, dates | DE_SEANCES[code]
    elif code in AUTRES:
        liste, filtres = AUTRES[code]
    else:
        return ""
    if verification.cles:
        ordre = {"o": filtres["o"]} if "o" in filtres else {}
        filtres = {"pk__in": ",".join(map(str, verification.cles))} | ordre
    return _list_url(liste, filtres)


def _list_url(liste: str, filtres: dict[str, str]) -> str:
    url = reverse(f"admin:{liste}_changelist")
    return f"{url}?{urlencode(filtres, safe=',')}" if filtres else url
