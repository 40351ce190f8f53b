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


class NatureFormation(TextChoices):
    FORMATION = "formation", "Formation"
    CERTIFICATION = "certification", "Certification"
    REUNION = "reunion", "Réunion du réseau"
