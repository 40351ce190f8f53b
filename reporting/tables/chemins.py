"""The path of a figure in the JSON, said in words: « Par canal, à distance, séances ». Pure."""

from conseillers.enums import Part
from permanences.enums import (
    NON_COMMUNIQUE,
    Canal,
    Genre,
    Motif,
    NatureSeance,
    Orientation,
    Source,
    StatutSocial,
    Thematique,
    TrancheAge,
    TypeLieu,
)
from reporting.tables.entrees import SAISIE
from reporting.tables.frequentation import SANS_LIEU

COMPLETUDE = (
    ("a_l_heure", "Mois déclaré complet à temps"),
    ("en_retard", "Mois déclaré complet en retard"),
    ("manquant", "Mois non déclaré"),
    ("excuse", "Occupants absents tout le mois"),
    ("vacant", "Poste vacant tout le mois"),
    ("sans_objet", "Sans objet (coordination)"),
)
# The same code may stand for two things: its meaning follows from the key it is under.
LISTES = {
    "par_canal": dict(Canal.choices),
    "par_nature": dict(NatureSeance.choices),
    "par_part": dict(Part.choices),
    "par_type_lieu": dict((*TypeLieu.choices, SANS_LIEU)),
    "motifs": dict(Motif.choices),
    "orientations": dict(Orientation.choices),
    "thematiques": dict(Thematique.choices),
    "tranches_age": dict(TrancheAge.choices),
    "genres": dict(Genre.choices),
    "statuts": dict(StatutSocial.choices),
    "completude": dict(COMPLETUDE),
    "saisie": dict(SAISIE),
    "par_source": dict(Source.choices),
}
MOTS = {
    "seances": "séances",
    "premieres_venues": "premières venues déclarées",
    "premieres_venues_sur": "participations où elles sont renseignées",
    "prevues": "créneaux prévus",
    "tenues": "créneaux tenus",
    "annulees": "créneaux annulés",
    "a_renseigner": "créneaux à renseigner",
    "taux_tenue": "taux de créneaux tenus",
    "par_epci": "par EPCI",
    "a_distance": "à distance",
    "hors_departement": "hors département",
    "tranches_age": "tranches d’âge",
    "non_communique": "non communiqué",
    "completude": "complétude",
    "thematiques": "thématiques",
    "a_decider": "à décider",
    "minutes_tenues": "minutes tenues",
    "minutes_prevues": "minutes prévues",
    "hors_delai": "hors délai",
    "par_type_lieu": "par type de lieu",
    "par_part": "par part d’employeur",
    "par_source": "par origine",
    "taux_occupation": "taux d’occupation",
    "attribues": "attribués",
    "conventionne": "conventionné",
    "verse": "versé",
    "reste_a_verser": "reste à verser",
    "reseau": "réseau",
    "jours_attribues": "jours attribués",
    "communes_non_desservies": "communes non desservies",
    "population_a_10_km": "population à 10 km",
    "declaration_avant_le": "déclaration attendue avant le",
    "postes_lignes": "postes, un par un",
    "lieux_actifs_pour_100000": "lieux actifs pour 100 000 habitants",
    "departement_nom": "département",
    "distances_km": "distances de la carte (km)",
    "distance_non_desservie_km": "distance d’une commune non desservie (km)",
}


def lisible(chemin: str, noms: dict[str, str] | None = None) -> str:
    """« par_nature.atelier.seances » -> « Par nature, atelier, séances »; codes get their name."""
    connus = {**MOTS, **(noms or {})}
    cles = chemin.split(".")
    mots = []
    for parent, cle in zip(["", *cles], cles, strict=False):
        libelle = None if cle == NON_COMMUNIQUE else LISTES.get(parent, {}).get(cle)
        mots.append(_minuscule(libelle) if libelle else connus.get(cle, cle.replace("_", " ")))
    texte = ", ".join(mots)
    return texte[:1].upper() + texte[1:]


def _minuscule(libelle: str) -> str:
    """« À distance » -> « à distance », but « CCAS » stays."""
    return libelle if libelle[1:2].isupper() else libelle[:1].lower() + libelle[1:]
