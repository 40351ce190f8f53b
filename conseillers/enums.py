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
