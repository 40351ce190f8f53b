"""Fictitious people: names drawn from two lists, addresses that cannot exist."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.hashers import make_password

from conseillers.enums import Role
from conseillers.models import Conseiller, Structure, Utilisateur
from territoires.text import sort_key

MARQUE_COURRIEL = "@demo.invalid"
# In COMPTES_DEMO beside the roles.
COMPTE_COOP = "conseiller_coop"

PRENOMS = (
    "Alix", "Bastien", "Camille", "Dalila", "Élodie", "Fabrice", "Gaëlle", "Hakim", "Inès",
    "Jérôme", "Karine", "Loïc", "Maëlle", "Nassim", "Océane", "Pascal", "Quentin", "Rozenn",
    "Solène", "Thierry", "Ursule", "Valentin", "Wassim", "Xavier", "Yasmine", "Zoé",
)  # fmt: skip
NOMS = (
    "Aubépine", "Bruyère", "Chardonneret", "Dugenêt", "Églantier", "Fougeray", "Genévrier",
    "Hirondelle", "Jonquille", "Lavandin", "Mésange", "Noisetier", "Orchidée", "Pervenche",
    "Roitelet", "Sureau", "Troène", "Verdier", "Charmille", "Bouvreuil", "Merisier",
)  # fmt: skip


def create_conseiller(rang: int, utilisateur: Utilisateur | None = None) -> Conseiller:
    """The `rang`th fictitious advisor; the pairs of names repeat after 546 of them."""
    prenom = PRENOMS[rang % len(PRENOMS)]
    nom = NOMS[rang % len(NOMS)]
    adresse = sort_key(f"{prenom} {nom}").replace(" ", ".")
    return Conseiller.objects.create(
        prenom=prenom,
        nom=nom,
        courriel=utilisateur.courriel if utilisateur else f"{adresse}{MARQUE_COURRIEL}",
        utilisateur=utilisateur,
    )


def create_compte_coop(conseiller: Conseiller, comptes: dict[str, Utilisateur]) -> None:
    """A second advisor's account, where one is announced: whoever is on La Coop sees its pages."""
    courriel = getattr(settings, "COMPTES_DEMO", {}).get(COMPTE_COOP)
    if courriel is None:
        return
    compte = Utilisateur.objects.create(
        courriel=courriel,
        password=comptes[Role.CONSEILLER].password,
        role=Role.CONSEILLER,
        prenom=conseiller.prenom,
        nom=conseiller.nom,
        fonction="Médiation numérique",
    )
    conseiller.courriel, conseiller.utilisateur = courriel, compte
    conseiller.save(update_fields=["courriel", "utilisateur"])
    comptes[COMPTE_COOP] = compte


def create_comptes(structure_employeur: Structure) -> dict[str, Utilisateur]:
    """One account per role, where the settings announce some; {role: account}."""
    mot_de_passe = make_password(getattr(settings, "MOT_DE_PASSE_DEMO", None))
    annonces = getattr(settings, "COMPTES_DEMO", {})
    fonctions = {
        Role.GESTIONNAIRE: ("Alma", "Charmille", "Cheffe de projet inclusion numérique"),
        Role.DIRECTION: ("Félix", "Roitelet", "Directeur du numérique"),
        Role.CONSEILLER: ("Alix", "Aubépine", "Conseillère numérique"),
        Role.EMPLOYEUR: ("Odile", "Merisier", "Directrice générale des services"),
        Role.PREFECTURE: ("Simon", "Verdier", "Chargé de mission numérique"),
    }
    comptes = {}
    for role, courriel in annonces.items():
        if role == COMPTE_COOP:
            continue  # once the advisor is hired
        prenom, nom, fonction = fonctions[Role(role)]
        comptes[role] = Utilisateur.objects.create(
            courriel=courriel,
            password=mot_de_passe,
            role=role,
            prenom=prenom,
            nom=nom,
            fonction=fonction,
            structure=structure_employeur if role == Role.EMPLOYEUR else None,
        )
    return comptes
