"""Closed lists of the plan and the activity.

The activity lists are La Coop's, value for value, so that an
advisor finds the same words and an import needs no translation.
"""

from django.db.models import TextChoices


class TypeLieu(TextChoices):
    MAIRIE = "mairie", "Mairie"
    SALLE_POLYVALENTE = "salle_polyvalente", "Salle polyvalente"
    BIBLIOTHEQUE = "bibliotheque", "Bibliothèque"
    EHPAD = "ehpad", "EHPAD"
    CCAS = "ccas", "CCAS"
    ASSOCIATION = "association", "Association"
    TIERS_LIEU = "tiers_lieu", "Tiers-lieu"
    FRANCE_SERVICES = "france_services", "France services"
    CENTRE_SOCIAL = "centre_social", "Centre social"
    ETABLISSEMENT_SCOLAIRE = "etablissement_scolaire", "Établissement scolaire"
    STRUCTURE_DEPARTEMENTALE = "structure_departementale", "Structure départementale"
    AUTRE = "autre", "Autre"


# Whose permanences are for those of the house: the public is not invited there.
RESERVES = {
    TypeLieu.EHPAD: "aux résidents de l’établissement et à leurs proches",
    TypeLieu.ETABLISSEMENT_SCOLAIRE: "aux élèves de l’établissement et à leurs familles",
}


class NatureCreneau(TextChoices):
    PERMANENCE = "permanence", "Permanence"
    ATELIER = "atelier", "Atelier"
    MINI_FORMATION = "mini_formation", "Mini-formation"


NATURES_DE_GROUPE = (NatureCreneau.ATELIER, NatureCreneau.MINI_FORMATION)


class Acces(TextChoices):
    LIBRE = "libre", "Sans rendez-vous"
    RENDEZ_VOUS = "rendez_vous", "Sur rendez-vous"
    LES_DEUX = "les_deux", "Avec ou sans rendez-vous"


class StatutOccurrence(TextChoices):
    TENUE = "tenue", "Tenue"
    ANNULEE = "annulee", "Annulée"


class Motif(TextChoices):
    """Why an occurrence was cancelled: a closed list, no health reason."""

    FERMETURE_DU_LIEU = "fermeture_du_lieu", "Fermeture du lieu"
    ABSENCE_DU_CONSEILLER = "absence_du_conseiller", "Absence du conseiller"
    POSTE_VACANT = "poste_vacant", "Poste vacant"
    INTEMPERIES = "intemperies", "Intempéries"
    PANNE = "panne_materiel_ou_reseau", "Panne de matériel ou de réseau"
    FERMETURE_PROGRAMMEE = "fermeture_programmee", "Fermeture programmée"
    REMPLACEE = "remplacee", "Remplacée"
    AUTRE = "autre", "Autre"


class NatureSeance(TextChoices):
    INDIVIDUEL = "individuel", "Accompagnement individuel"
    ATELIER = "atelier", "Atelier"
    MINI_FORMATION = "mini_formation", "Mini-formation"


class Canal(TextChoices):
    LIEU_ACTIVITE = "lieu_activite", "Lieu d’activité"
    AUTRE_LIEU = "autre_lieu", "Autre lieu"
    DOMICILE = "domicile", "À domicile"
    A_DISTANCE = "a_distance", "À distance"


class Materiel(TextChoices):
    ORDINATEUR = "ordinateur", "Ordinateur"
    TELEPHONE = "telephone", "Téléphone"
    TABLETTE = "tablette", "Tablette"
    AUTRE = "autre", "Autre"
    AUCUN = "aucun", "Pas de matériel"


class Autonomie(TextChoices):
    ENTIEREMENT_ACCOMPAGNE = "entierement_accompagne", "Avec guidage"
    PARTIELLEMENT_AUTONOME = (
        "partiellement_autonome",
        "Autonome avec guidage en cas de besoin",
    )
    AUTONOME = "autonome", "Autonome"


class Niveau(TextChoices):
    DEBUTANT = "debutant", "Débutant"
    INTERMEDIAIRE = "intermediaire", "Intermédiaire"
    AVANCE = "avance", "Avancé"


class Orientation(TextChoices):
    ADMINISTRATION = "administration", "Administration (mairie, préfecture…)"
    MEDIATION_NUMERIQUE = "mediation_numerique", "Autre structure de médiation numérique"
    OPERATEUR = (
        "operateur_ou_organisme_en_charge",
        "Opérateur ou organisme en charge de la démarche",
    )
    AIDE_SOCIALE = "aide_sociale", "Structure d’aide sociale"
    INSERTION_PROFESSIONNELLE = "insertion_professionnelle", "Insertion professionnelle"
    AIDE_AUX_DEMARCHES = (
        "aide_aux_demarches_administratives",
        "Aide aux démarches administratives (France services…)",
    )
    AUTRE = "autre", "Autre"


class Source(TextChoices):
    FORMULAIRE = "formulaire", "Saisie"
    IMPORT = "import", "Fichier importé"
    COOP = "coop", "La Coop"


class SourceConseiller(TextChoices):
    """Where the séances of one advisor come from, from a day on."""

    PLATEFORME = "plateforme", "Saisies sur la plateforme"
    COOP = "coop", "Importées de La Coop"


class VerdictDouble(TextChoices):
    """What two séances that look alike are, one typed and one from La Coop."""

    MEME = "meme", "La même séance"
    DEUX = "deux", "Deux séances"


class StatutMois(TextChoices):
    OUVERT = "ouvert", "Ouvert"
    CLOS = "clos", "Clos"
    RECTIFICATION = "rectification", "En rectification"


class Thematique(TextChoices):
    DIAGNOSTIC_NUMERIQUE = "diagnostic_numerique", "Diagnostic numérique"
    PRENDRE_EN_MAIN = "prendre_en_main_du_materiel", "Prendre en main du matériel"
    MAINTENANCE = "maintenance_de_materiel", "Maintenance de matériel"
    CONTENUS = "gere_ses_contenus_numeriques", "Gérer ses contenus numériques"
    NAVIGATION = "navigation_sur_internet", "Navigation sur internet"
    EMAIL = "email", "E-mail"
    BUREAUTIQUE = "bureautique", "Bureautique"
    RESEAUX_SOCIAUX = "reseaux_sociaux", "Réseaux sociaux, communication"
    SANTE = "sante", "Santé"
    BANQUE = "banque_et_achats_en_ligne", "Banque et achats en ligne"
    ENTREPRENEURIAT = "entrepreneuriat", "Accompagner un professionnel"
    INSERTION = "insertion_professionnelle", "Insertion professionnelle"
    SECURITE = "securite_numerique", "Prévention en sécurité numérique"
    PARENTALITE = "parentalite", "Parentalité"
    SCOLARITE = "scolarite_et_numerique", "Scolarité et numérique"
    CREER = "creer_avec_le_numerique", "Créer avec le numérique"
    CULTURE = "culture_numerique", "Culture numérique"
    IA = "intelligence_artificielle", "Intelligence artificielle (IA)"
    DEMARCHES = "aide_aux_demarches_administratives", "Aide aux démarches administratives"
    # The eleven « démarches administratives », under the one above.
    PAPIERS = "papiers_elections_citoyennete", "Papiers – Élections – Citoyenneté"
    FAMILLE = "famille_scolarite", "Famille – Scolarité"
    SOCIAL = "social_sante", "Social – Santé"
    TRAVAIL = "travail_formation", "Travail – Formation – Entreprise"
    LOGEMENT = "logement", "Logement"
    TRANSPORTS = "transports_mobilite", "Transports – Mobilité"
    ARGENT = "argent_impots", "Argent – Impôts"
    JUSTICE = "justice", "Justice"
    ETRANGERS = "etrangers_europe", "Étrangers – Europe"
    LOISIRS = "loisirs_sports_culture", "Loisirs – Sports – Culture"
    ASSOCIATIONS = "associations", "Associations"


_ordre = list(Thematique)
THEMATIQUES_ADMINISTRATIVES = tuple(_ordre[_ordre.index(Thematique.PAPIERS) :])
THEMATIQUES_MEDIATION = tuple(_ordre[: _ordre.index(Thematique.PAPIERS)])

NON_COMMUNIQUE = "non_communique"


class TrancheAge(TextChoices):
    MOINS_DE_DOUZE = "moins_de_douze", "Moins de 12 ans"
    DOUZE_DIX_HUIT = "douze_dix_huit", "12 à 17 ans"
    DIX_HUIT_VINGT_QUATRE = "dix_huit_vingt_quatre", "18 à 24 ans"
    VINGT_CINQ_TRENTE_NEUF = "vingt_cinq_trente_neuf", "25 à 39 ans"
    QUARANTE_CINQUANTE_NEUF = "quarante_cinquante_neuf", "40 à 59 ans"
    SOIXANTE_SOIXANTE_NEUF = "soixante_soixante_neuf", "60 à 69 ans"
    SOIXANTE_DIX_PLUS = "soixante_dix_plus", "70 ans et plus"


class Genre(TextChoices):
    MASCULIN = "masculin", "Masculin"
    FEMININ = "feminin", "Féminin"


class StatutSocial(TextChoices):
    RETRAITE = "retraite", "Retraité"
    SANS_EMPLOI = "sans_emploi", "Sans emploi"
    EN_EMPLOI = "en_emploi", "En emploi"
    SCOLARISE = "scolarise", "Scolarisé"


# Public groups of a séance: (prefix of the columns, list). What is left to the number of
# participants is « non communiqué », computed and never stored.
GROUPES = (("age", TrancheAge), ("genre", Genre), ("statut", StatutSocial))
COMPTEURS = tuple(f"{prefixe}_{valeur}" for prefixe, liste in GROUPES for valeur in liste.values)


class EtatCompletude(TextChoices):
    """What a poste said of its month (contrat/rapports.md, « Complétude »)."""

    SANS_OBJET = "sans_objet", "Sans objet"
    VACANT = "vacant", "Vacant"
    A_L_HEURE = "a_l_heure", "À l’heure"
    EN_RETARD = "en_retard", "En retard"
    EXCUSE = "excuse", "Excusé"
    MANQUANT = "manquant", "Manquant"


class PublicRelance(TextChoices):
    """Who is reminded of a month that is not declared."""

    CONSEILLER = "conseiller", "Conseiller"
    REFERENT = "conseiller_et_referent", "Conseiller, copie au référent de l’employeur"
    DEPARTEMENT = "departement", "Gestionnaires du Département : état du mois"


class PorteeFermeture(TextChoices):
    """What the Département closes in one act."""

    LIEU = "lieu", "Un lieu"
    EPCI = "epci", "Tous les lieux d’un EPCI"
    POSTE = "poste", "Un poste"
    PROGRAMME = "programme", "Tout le programme"


class ZoneScolaire(TextChoices):
    A = "A", "Zone A"
    B = "B", "Zone B"
    C = "C", "Zone C"
    PROPRE = "propre", "Calendrier propre à l’académie"


class SortCreneau(TextChoices):
    """What becomes of a créneau when its poste changes hands or is given back."""

    GARDER = "garder", "Le garder"
    TERMINER = "terminer", "Y mettre fin"
    CONFIER = "confier", "Le confier à un autre poste"


# --- La Coop, the national tool (docs/la-coop.md) ---------------------------------------------


class OrigineImport(TextChoices):
    FICHIER = "fichier", "Fichier"
    API = "api", "Échange automatique"


class FormeExport(TextChoices):
    CONSEILLER = "conseiller", "Export d’un conseiller"
    COORDINATEUR = "coordinateur", "Export d’un coordinateur"


class EtatImportCoop(TextChoices):
    EN_LECTURE = "en_lecture", "Lecture en cours"
    A_CONFIRMER = "a_confirmer", "À confirmer"
    EN_COURS = "en_cours", "Écriture en cours"
    FAIT = "fait", "Fait"
    ECHEC = "echec", "Échoué"
    ABANDONNE = "abandonne", "Abandonné"
    ANNULE = "annule", "Annulé après coup"


class EtatCompteRendu(TextChoices):
    COMPTE = "compte", "Compté"
    ECARTE = "ecarte", "Mis de côté"
    SUPPRIME = "supprime", "Supprimé dans La Coop"


class RaisonCoop(TextChoices):
    """Why an activity of La Coop is not counted, or not as La Coop has it now."""

    LIEU_A_RAPPROCHER = "lieu_a_rapprocher", "Lieu à rapprocher"
    MEDIATEUR_A_RAPPROCHER = "mediateur_a_rapprocher", "Médiateur à rapprocher"
    LIEU_IGNORE = "lieu_ignore", "Lieu ignoré"
    MEDIATEUR_IGNORE = "mediateur_ignore", "Médiateur ignoré"
    SAISIE_SUR_LA_PLATEFORME = "saisie_sur_la_plateforme", "Saisie sur la plateforme ce jour-là"
    MOIS_CLOS = "mois_clos", "Mois clos : la séance n’a pas bougé"
    REFUSE_PAR_UNE_REGLE = "refuse_par_une_regle", "Refusé par une règle"
    ILLISIBLE = "illisible", "Illisible"
    DOUBLE = "double", "Double d’une autre séance"
    RETIRE_A_LA_MAIN = "retire_a_la_main", "Retiré sur la plateforme"
    IMPORT_ANNULE = "import_annule", "Import annulé"


class TraitementLieu(TextChoices):
    A_RAPPROCHER = "a_rapprocher", "À rapprocher"
    RAPPROCHE = "rapproche", "Rapproché d’un lieu d’accueil"
    AUTRE_LIEU = "autre_lieu", "Compté comme « autre lieu » dans sa commune"
    IGNORE = "ignore", "Ignoré"
