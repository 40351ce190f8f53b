"""Closed lists of the posts, the people and the money (docs/glossaire.md)."""

from django.db.models import TextChoices


class Role(TextChoices):
    GESTIONNAIRE = "gestionnaire", "Gestionnaire du Département"
    DIRECTION = "direction", "Direction (lecture)"
    CONSEILLER = "conseiller", "Conseiller numérique"
    EMPLOYEUR = "employeur", "Référent d’une structure employeuse"
    PREFECTURE = "prefecture", "Préfecture"


class TypeStructure(TextChoices):
    DEPARTEMENT = "departement", "Département"
    COMMUNE = "commune", "Commune"
    EPCI = "epci", "Intercommunalité"
    ASSOCIATION = "association", "Association"
    CCAS = "ccas", "CCAS"
    AUTRE = "autre", "Autre"


class Part(TextChoices):
    """Share of the posts: follows from the structure, never entered."""

    DEPARTEMENT = "departement", "Département"
    PARTENAIRE = "partenaire", "Partenaires"


class TypePoste(TextChoices):
    CONSEILLER = "conseiller", "Conseiller"
    COORDINATEUR = "coordinateur", "Coordinateur"


class TypeContrat(TextChoices):
    CDD = "CDD", "CDD"
    CDI = "CDI", "CDI"
    CDP = "CDP", "Contrat de projet"
    PEC = "PEC", "Parcours emploi compétences"


class RoleAffectation(TextChoices):
    PRINCIPALE = "principale", "Principale"
    REMPLACEMENT = "remplacement", "Remplacement"


class Phase(TextChoices):
    V1 = "V1", "V1 (convention initiale)"
    V2 = "V2", "V2 (renouvellement)"


class Sens(TextChoices):
    VERSEMENT = "versement", "Versement"
    REVERSEMENT = "reversement", "Reversement"


class EtatCandidature(TextChoices):
    RECUE = "recue", "Reçue"
    PRESELECTIONNEE = "preselectionnee", "Présélectionnée"
    ENTRETIEN = "entretien", "Entretien"
    RETENUE = "retenue", "Retenue"
    RECRUTEE = "recrutee", "Recrutée"
    REFUSEE = "refusee", "Refusée"


# From a state, where a candidature may go; « recrutée » is an act of its own.
SUITES_CANDIDATURE = {
    EtatCandidature.RECUE: (EtatCandidature.PRESELECTIONNEE, EtatCandidature.REFUSEE),
    EtatCandidature.PRESELECTIONNEE: (EtatCandidature.ENTRETIEN, EtatCandidature.REFUSEE),
    EtatCandidature.ENTRETIEN: (EtatCandidature.RETENUE, EtatCandidature.REFUSEE),
    EtatCandidature.RETENUE: (EtatCandidature.REFUSEE,),
    EtatCandidature.RECRUTEE: (),
    EtatCandidature.REFUSEE: (EtatCandidature.PRESELECTIONNEE,),
}


class NatureFormation(TextChoices):
    """What one advisor follows alone."""

    PARCOURS = "parcours", "Parcours de formation initiale"
    FORMATION = "formation", "Formation"
    CERTIFICATION = "certification", "Certification"


class TypeCertification(TextChoices):
    PIX = "pix", "Pix"
    CCP1 = "ccp1", "CCP1"
    CCP2 = "ccp2", "CCP2"
    CCP3 = "ccp3", "CCP3"
    AUTRE = "autre", "Autre"


class NatureRencontre(TextChoices):
    """What advisors follow together."""

    REUNION = "reunion", "Réunion du réseau"
    FORMATION = "formation", "Formation collective"


class StatutPresence(TextChoices):
    INSCRIT = "inscrit", "Inscrit"
    PRESENT = "present", "Présent"
    ABSENT = "absent", "Absent"
    EXCUSE = "excuse", "Excusé"


class NatureCourriel(TextChoices):
    MOT_DE_PASSE = "mot_de_passe", "Mot de passe"
    TRANSMISSION = "transmission", "Transmission des rapports"
    RAPPEL = "rappel", "Rappel"
    INVITATION = "invitation", "Invitation"
    COMPTE = "compte", "Compte"
    ALERTE = "alerte", "Alerte de sécurité"


class StatutCourriel(TextChoices):
    A_ENVOYER = "a_envoyer", "À envoyer"
    ENVOYE = "envoye", "Envoyé"
    ECHEC = "echec", "Échec"


class FormatListe(TextChoices):
    XLSX = "xlsx", "XLSX"
    ODS = "ods", "ODS"
    CSV = "csv", "CSV"


class EtatImport(TextChoices):
    LECTURE = "lecture", "Lecture en cours"
    A_CONFIRMER = "a_confirmer", "À confirmer"
    ECRITURE = "ecriture", "Écriture en cours"
    FAIT = "fait", "Fait"
    ILLISIBLE = "illisible", "Fichier refusé"
    ABANDONNE = "abandonne", "Abandonné"
    EXPIRE = "expire", "Expiré sans confirmation"
    ECHEC = "echec", "Échoué"


class GenreSecurite(TextChoices):
    """What the journal of security notes itself; what has a table of its own is read there."""

    CONNEXION = "connexion", "Connexion"
    CONNEXION_REFUSEE = "connexion_refusee", "Connexion refusée"
    DECONNEXION = "deconnexion", "Déconnexion"
    SESSION_FERMEE = "session_fermee", "Session fermée à distance"
    FACTEUR_AJOUTE = "facteur_ajoute", "Second facteur ajouté"
    FACTEUR_RETIRE = "facteur_retire", "Second facteur retiré"
    FACTEUR_UTILISE = "facteur_utilise", "Second facteur utilisé"
    FACTEUR_REFUSE = "facteur_refuse", "Second facteur refusé"
    CODES_MONTRES = "codes_montres", "Codes de secours montrés"
    MOT_DE_PASSE_CHANGE = "mot_de_passe_change", "Mot de passe changé"
    MOT_DE_PASSE_DEMANDE = "mot_de_passe_demande", "Mot de passe oublié : lien demandé"
    MOT_DE_PASSE_CHOISI = "mot_de_passe_choisi", "Mot de passe oublié : nouveau choisi"
    INVITATION_ENVOYEE = "invitation_envoyee", "Invitation envoyée"
    INVITATION_ACCEPTEE = "invitation_acceptee", "Invitation acceptée"
    ACCES_REFUSE = "acces_refuse", "Accès refusé"
    TROP_DE_REQUETES = "trop_de_requetes", "Trop de requêtes"
    JETON_CREE = "jeton_cree", "Jeton d’API créé"
    JETON_REVOQUE = "jeton_revoque", "Jeton d’API révoqué"
    JETON_REFUSE = "jeton_refuse", "Jeton d’API refusé"
    PURGE = "purge", "Journal de sécurité purgé"


# A burst of these is somebody who tries: staff is told.
ECHECS_SECURITE = (GenreSecurite.CONNEXION_REFUSEE, GenreSecurite.FACTEUR_REFUSE)


class MotifRefus(TextChoices):
    """Why a sign-in was refused: for staff, never for whoever tries."""

    MOT_DE_PASSE = "mot_de_passe", "mot de passe faux"
    COMPTE_INCONNU = "compte_inconnu", "compte inconnu"
    COMPTE_FERME = "compte_ferme", "compte fermé"
    TROP_D_ESSAIS = "trop_d_essais", "trop d’essais"
    PROCONNECT = "proconnect", "refusé à ProConnect"


class CibleAlerte(TextChoices):
    """What a burst of failures aims at, or comes from."""

    COMPTE = "compte", "Un compte"
    ADRESSE = "adresse", "Une adresse"
    ENSEMBLE = "ensemble", "Tout le service"


class PorteeApi(TextChoices):
    """What a token opens of the API; writing does not include reading."""

    TERRITOIRES = "territoires:lire", "Lire les territoires"
    PLAN = "plan:lire", "Lire les lieux, les créneaux et ce qu’ils deviennent"
    PLAN_ECRIRE = "plan:ecrire", "Dire ce que devient une date d’un créneau"
    SEANCES = "seances:lire", "Lire les séances, ou leurs totaux par mois"
    SEANCES_ECRIRE = "seances:ecrire", "Enregistrer, corriger et retirer des séances"
    RAPPORTS = "rapports:lire", "Lire et télécharger les rapports"
