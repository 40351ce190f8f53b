"""Closed lists of the reports."""

from django.db.models import TextChoices


class TypeRapport(TextChoices):
    COUVERTURE = "couverture", "Couverture (maillage)"
    FREQUENTATION = "frequentation", "Fréquentation"


class StatutRapport(TextChoices):
    """The life of one report; `Rapport.statut` is the truth, a message only carries an id."""

    FIGE = "fige", "Chiffres figés, PDF à produire"
    EN_COURS = "en_cours", "PDF en cours"
    ECHEC = "echec", "Échec"
    PRODUIT = "produit", "Produit"
    TRANSMIS = "transmis", "Transmis"
    REMPLACE = "remplace", "Remplacé"


class NatureActe(TextChoices):
    """What was done to a month, by whom, why: kept as long as the reports."""

    CLOTURE = "cloture", "Clôture"
    REOUVERTURE = "reouverture", "Réouverture"
    RECTIFICATION = "rectification", "Ouverture d’une rectification"
    RELANCE = "relance", "Relance d’un rapport"
    TRANSMISSION = "transmission", "Transmission à la Préfecture"
    RECEPTION = "reception", "Accusé de réception"


class GenreReleve(TextChoices):
    """Facts of security that have a table of their own: the page « Sécurité » reads them there."""

    EXPORT = "export", "Export d’une liste"
    TELECHARGEMENT = "telechargement", "Téléchargement d’un rapport"
    IMPORT = "import", "Fichier importé"
    COMPTE_CREE = "compte_cree", "Compte créé"
    COMPTE_SUPPRIME = "compte_supprime", "Compte supprimé"
    COMPTE_FERME = "compte_ferme", "Compte fermé"
    COMPTE_ROUVERT = "compte_rouvert", "Compte rouvert"
    ROLE_CHANGE = "role_change", "Rôle changé"
    STRUCTURE_CHANGEE = "structure_changee", "Structure changée"
    FIN_CHANGEE = "fin_changee", "Dernier jour d’un compte changé"
    COURRIEL_CHANGE = "courriel_change", "Courriel d’un compte changé"


class RaisonEcart(TextChoices):
    """What makes the gap with La Coop, beside the reasons of an import (RaisonCoop)."""

    EN_ATTENTE = "en_attente", "En attente de rattachement à un poste"
    HORS_DELAI = "hors_delai", "Hors délai : régularisation d’un autre rapport"
    CORRIGEE_ICI = "corrigee_ici", "Corrigée ici depuis son import"
    SAISIE_ICI = "saisie_ici", "Saisie ici, ou importée d’un autre fichier"


class FormatFichier(TextChoices):
    PDF = "pdf", "PDF"
    JSON = "json", "JSON"
    CSV = "csv", "CSV"


class Figure(TextChoices):
    """Figures that may have a dated value of the programme, or a target (`Cible`)."""

    POSTES_RESERVES = "postes_reserves", "Postes réservés par l’accord préalable"
    POSTES_DEPARTEMENT = "postes_departement", "Postes de la part du Département"
    POSTES_PARTENAIRE = "postes_partenaire", "Postes de la part des partenaires"
    ENVELOPPE = "enveloppe", "Enveloppe de la première phase (euros)"
    SEUIL_JOURS_TENUS = "seuil_jours_tenus", "Jours tenus pour qu’un EPCI soit couvert"
    POSTES_POURVUS = "postes_pourvus", "Postes pourvus"
    EPCI_COUVERTS = "epci_couverts", "EPCI couverts"
    POPULATION_A_10_KM = "population_a_10_km", "Part de la population à 10 km (0 à 1)"
    TAUX_TENUE = "taux_tenue", "Taux de créneaux tenus (0 à 1)"
    COMMUNES_NON_DESSERVIES = "communes_non_desservies", "Communes non desservies"
    SEANCES = "seances", "Séances du mois"
    PARTICIPATIONS = "participations", "Participations du mois"
    HEURES = "heures", "Heures de séance du mois"
    PREMIERES_VENUES = "premieres_venues", "Premières venues déclarées du mois"
    ATELIERS = "ateliers", "Ateliers et mini-formations du mois"
