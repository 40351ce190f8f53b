"""What a person needs to write a file: each column in words, an empty file, an example."""

from __future__ import annotations

import io
from dataclasses import dataclass

from reporting.importers.registre import IMPORTEURS
from territoires.csv_out import ENCODAGE, write_csv
from territoires.importers import cellules
from territoires.importers.identites import set_aside
from territoires.importers.importeur import Importeur

TITRES = {
    "structures": "Structures employeuses",
    "postes": "Postes",
    "affectations": "Affectations (qui occupe un poste)",
    "conventions": "Conventions",
    "convention_lignes": "Lignes de convention",
    "versements": "Versements",
    "zonages": "Zonages des communes",
    "cibles": "Chiffres et cibles du programme",
    "lieux": "Lieux d’accueil",
    "creneaux": "Créneaux",
    "fermetures": "Fermetures",
    "absences": "Absences des titulaires",
    "occurrences": "Occurrences (ce que sont devenues les dates)",
    "seances": "Séances",
    "declarations": "Déclarations de mois complets",
    "candidatures": "Candidatures",
}
_FORMES = {
    cellules.read_text: "texte",
    cellules.read_code: "code, au format texte",
    cellules.read_integer: "nombre entier",
    cellules.read_decimal: "nombre (exemple : 1250,50)",
    cellules.read_float: "degrés, avec point ou virgule",
    cellules.read_date: "date, AAAA-MM-JJ ou JJ/MM/AAAA",
    cellules.read_month: "mois, AAAA-MM",
    cellules.read_time: "heure, HH:MM",
    cellules.read_boolean: "oui ou non",
    cellules.read_uuid: "identifiant UUID, différent pour chaque ligne",
    cellules.read_email: "adresse de courriel",
}
_PRECISIONS = {
    "recurrence": "règle FREQ, INTERVAL, BYDAY ; vide : une seule fois",
    "epcis": "SIREN des EPCI desservis, séparés par |",
    "lieu": "code du lieu",
    "creneau": "code du créneau",
    "poste": "numéro du poste",
    "convention": "référence de la convention",
    "code_insee": "code INSEE de la commune, au format texte",
    "siret": "SIRET, 14 chiffres, au format texte",
    "duree": "minutes",
}
# One line each, of fictitious people and employers; read by a test as a file would be.
EXEMPLES: dict[str, dict[str, str]] = {
    "structures": {
        "siret": "00000001000001", "nom": "Mairie d’Exemple", "type": "commune",
        "code_insee": "72181",
    },
    "postes": {
        "numero": "31", "siret": "00000001000001", "date_attribution": "2026-01-05",
        "type": "conseiller",
    },
    "affectations": {
        "poste": "31", "courriel": "camille.exemple@demo.invalid", "date_debut": "2026-01-05",
        "prenom": "Camille", "nom": "Exemple", "type_contrat": "CDD", "quotite": "100",
        "role": "principale",
    },
    "conventions": {
        "reference": "V2-EXEMPLE", "siret": "00000001000001", "phase": "V2",
        "date_debut": "2026-01-01", "date_fin": "2028-12-31",
    },
    "convention_lignes": {
        "convention": "V2-EXEMPLE", "poste": "31", "date_effet": "2026-01-01",
        "montant": "17500,00",
    },
    "versements": {
        "convention": "V2-EXEMPLE", "rang": "1", "montant": "8750,00", "sens": "versement",
        "date_prevue": "2026-03-01",
    },
    "zonages": {"code_insee": "72181", "zonage": "QPV", "millesime": "2024"},
    "cibles": {
        "figure": "postes_reserves", "depuis": "2026-01-01", "valeur": "30",
        "source": "Accord préalable",
    },
    "lieux": {
        "code": "mairie-72181", "nom": "Mairie d’Exemple", "type": "mairie",
        "adresse": "1 place de la Mairie", "code_insee": "72181", "latitude": "48.00738",
        "longitude": "0.19675", "actif": "oui", "accessible": "oui",
    },
    "creneaux": {
        "code": "exemple-mardi", "poste": "31", "lieu": "mairie-72181", "nature": "permanence",
        "date_debut": "2026-01-06", "heure_debut": "09:00", "heure_fin": "12:00",
        "recurrence": "FREQ=WEEKLY;BYDAY=TU", "acces": "libre",
    },
    "fermetures": {
        "code": "exemple-aout", "date_debut": "2026-08-03", "date_fin": "2026-08-14",
        "motif": "fermeture_du_lieu", "lieu": "mairie-72181",
    },
    "absences": {
        "poste": "31", "courriel": "camille.exemple@demo.invalid", "date_debut": "2026-07-06",
        "date_fin": "2026-07-17",
    },
    "occurrences": {"creneau": "exemple-mardi", "date": "2026-01-13", "statut": "tenue"},
    "seances": {
        "cle": "3f2b8c1e-6d4a-4f0b-9a57-2c1d0e9f8a76", "poste": "31", "date": "2026-01-13",
        "nature": "individuel", "canal": "lieu_activite", "lieu": "mairie-72181", "duree": "45",
        "nb_participants": "1", "thematiques": "email|prendre_en_main_du_materiel",
    },
    "declarations": {"poste": "31", "mois": "2026-01", "faite_le": "2026-02-02"},
    "candidatures": {
        "courriel": "dominique.exemple@demo.invalid", "prenom": "Dominique", "nom": "Exemple",
        "code_insee": "72181", "recue_le": "2026-02-10", "etat": "recue",
    },
}  # fmt: skip


@dataclass(frozen=True)
class ColonneExpliquee:
    nom: str
    cle: bool
    requise: bool
    forme: str
    valeurs: tuple[str, ...]
    exemple: str


def columns_of(type_fichier: str) -> list[ColonneExpliquee]:
    importeur = IMPORTEURS[type_fichier]
    return [
        ColonneExpliquee(
            colonne.nom,
            colonne.nom in importeur.cle,
            colonne.requise,
            _PRECISIONS.get(colonne.nom) or _FORMES.get(colonne.lire, "une valeur de la liste"),
            getattr(colonne.lire, "valeurs", ()),
            EXEMPLES[type_fichier].get(colonne.nom, ""),
        )
        for colonne in importeur.colonnes
    ]


def model_file(type_fichier: str, *, exemple: bool) -> bytes:
    """The header alone, or with one line as an example."""
    noms = [colonne.nom for colonne in IMPORTEURS[type_fichier].colonnes]
    ligne = [EXEMPLES[type_fichier].get(nom, "") for nom in noms]
    flux = io.StringIO()
    write_csv(flux, noms, [ligne] if exemple else [])
    return flux.getvalue().encode(ENCODAGE)


def guessed_types(entete: list[str]) -> list[str]:
    """The TYPES that a file with these columns may be."""
    presentes = set(entete) - {"erreur"}
    return [
        nom
        for nom, importeur in IMPORTEURS.items()
        if _fits(importeur, presentes - {entete[i] for i in set_aside(importeur, entete)})
    ]


def _fits(importeur: type[Importeur], presentes: set[str]) -> bool:
    requises = {colonne.nom for colonne in importeur.colonnes if colonne.requise}
    connues = {colonne.nom for colonne in importeur.colonnes}
    return requises <= presentes <= connues
