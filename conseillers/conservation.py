"""How long each thing is kept, from when, and what happens then: the table, and nothing else.

The services that apply it are named by `code` (reporting.services.conservation); a rule without
`mois` is never applied by itself. Texts are shown as they are, in the admin and in the register.
"""

import calendar
import datetime as dt
from dataclasses import dataclass

MOIS_COMPTES = 12
MOIS_CONSEILLERS = 60
MOIS_COURRIELS = 12
MOIS_RELANCES = 12
MOIS_EXPORTS = 12
MOIS_COOP = 13
MOIS_SECURITE = 12

AVEC = "avec les rapports"


def il_y_a(mois: int, jour: dt.date) -> dt.date:
    """The same day, so many months before; the last of a shorter month."""
    rang = jour.year * 12 + jour.month - 1 - mois
    an, du_mois = divmod(rang, 12)
    return dt.date(an, du_mois + 1, min(jour.day, calendar.monthrange(an, du_mois + 1)[1]))


@dataclass(frozen=True)
class Regle:
    code: str
    quoi: str
    duree: str
    depuis: str
    effet: str
    source: str
    # False: nothing erases it by itself.
    automatique: bool = True


REGLES = (
    Regle(
        "candidatures",
        "Candidatures non retenues",
        "3 mois, ou 2 ans avec l’accord de la personne ; 2 ans au plus sans réponse",
        "le refus, ou la réception",
        "courriel, nom, commune et messages effacés ; dates, état et poste gardés",
        "CNIL, recrutement : deux ans au plus",
    ),
    Regle(
        "comptes",
        "Comptes fermés",
        f"{MOIS_COMPTES} mois",
        "le dernier jour du compte, ou sa désactivation",
        "courriel, nom, fonction et mot de passe effacés, ici et dans le journal ; le compte reste "
        "sous un numéro",
        "RGPD, article 5-1-e",
    ),
    Regle(
        "conseillers",
        "Identité des conseillers partis",
        "5 ans",
        "la fin de leur dernière affectation",
        "nom et courriel effacés, ici et dans le journal ; affectations, séances et formations "
        "gardées sous un numéro",
        "durée des contrôles de la convention",
    ),
    Regle(
        "seances",
        "Lien entre un agent et ses séances",
        "5 ans",
        "la séance, ou la fin de la convention du poste ce jour-là",
        "la séance garde son poste, et plus son auteur ; les chiffres ne changent pas",
        "durée des contrôles de la convention",
    ),
    Regle(
        "courriels",
        "Messages envoyés",
        f"{MOIS_COURRIELS} mois",
        "l’envoi",
        "adresse, objet et texte effacés ; date, nature et état gardés. Les annonces de "
        "transmission restent entières : elles prouvent les empreintes",
        "RGPD, article 5-1-e",
    ),
    Regle(
        "relances",
        "Relances d’un mois",
        f"{MOIS_RELANCES} mois",
        "l’envoi",
        "adresse effacée ; poste, mois et date gardés",
        "RGPD, article 5-1-e",
    ),
    Regle(
        "exports",
        "Traces d’usage : listes exportées",
        f"{MOIS_EXPORTS} mois",
        "l’export",
        "lignes supprimées, avec leurs événements du journal",
        "CNIL, journalisation : 6 à 12 mois",
    ),
    Regle(
        "securite",
        "Journal de sécurité",
        f"{MOIS_SECURITE} mois",
        "l’événement",
        "connexions, refus et alertes supprimés",
        "CNIL, journalisation : 6 à 12 mois",
    ),
    Regle(
        "sessions",
        "Sessions terminées",
        "aucune",
        "la fin de la session",
        "lignes supprimées",
        "RGPD, article 5-1-e",
    ),
    Regle(
        "coop",
        "La Coop : de quoi annuler un import",
        f"{MOIS_COOP} mois",
        "l’import",
        "lignes supprimées ; les séances et les comptes rendus restent. Le fichier envoyé, lui, "
        "n’est jamais gardé : ce qui en est lu s’efface à la fin, ou après un jour",
        "RGPD, article 5-1-e",
    ),
    Regle(
        "imports",
        "Fichiers envoyés",
        "1 jour sans confirmation ; 7 jours pour les lignes refusées",
        "l’envoi",
        "fichier effacé dès qu’il est écrit ; l’historique (qui, quand, combien) reste",
        "RGPD, article 5-1-c",
    ),
    Regle(
        "rapports",
        "Rapports, leurs téléchargements, actes du mois",
        "sans limite",
        "la transmission",
        "rien : archives publiques, éliminées sur visa des Archives départementales",
        "code du patrimoine, L212-2",
        automatique=False,
    ),
    Regle(
        "journal",
        "Journal des changements",
        AVEC,
        "le changement",
        "rien, sauf les identités effacées et les traces d’usage ci-dessus",
        "journal des actes : autant que les rapports",
        automatique=False,
    ),
)
