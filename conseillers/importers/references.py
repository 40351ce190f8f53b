"""Sentences for a code of a file that points nowhere."""


def structure_inconnue(siret: str) -> str:
    return f"aucune structure n’a le SIRET {siret} : importez d’abord le fichier « structures »."


def poste_inconnu(numero: int) -> str:
    return f"le poste {numero} n’existe pas : importez d’abord le fichier « postes »."


def convention_inconnue(reference: str) -> str:
    return f"la convention {reference} n’existe pas : importez d’abord le fichier « conventions »."


def conseiller_inconnu(courriel: str) -> str:
    return f"aucun conseiller n’a le courriel {courriel} : importez d’abord « affectations »."
