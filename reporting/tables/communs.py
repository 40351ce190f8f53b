"""The tables that both reports print: l'essentiel, complétude, rapprochements… Pure."""

from typing import Any

from reporting import francais as fr
from reporting.enums import Figure
from reporting.essentiel import chiffres
from reporting.tables.base import Colonne, Genre, Ligne, Table, ratio
from reporting.tables.chemins import COMPLETUDE, MOTS, lisible
from reporting.tables.ecart_coop import ecart_coop, raisons_ecart

Donnees = dict[str, Any]

NIVEAUX = {"bloquant": "bloquant", "avertissement": "avertissement", "information": "information"}


def tables_communes(donnees: Donnees) -> list[Table]:
    return [
        completude(donnees),
        rapprochements(donnees),
        verifications(donnees),
        cibles(donnees),
        ecart_coop(donnees),
        raisons_ecart(donnees),
        *([changements(donnees)] if donnees.get("changements") else []),
    ]


def essentiel(donnees: Donnees) -> Table:
    """Texts as printed on page 1: figures of several units share a column."""
    lignes = tuple(
        {
            "libelle": c.libelle,
            "valeur": c.imprime,
            "m_1": c.imprime_m_1,
            "m_12": c.imprime_m_12,
            "cible": c.imprime_cible,
        }
        for c in chiffres(donnees)
    )
    colonnes = (("valeur", "Ce mois"), ("m_1", "M−1"), ("m_12", "M−12"), ("cible", "Cible"))
    return Table(
        "essentiel",
        "L’essentiel",
        (
            Colonne("libelle", "Chiffre", Genre.TEXTE),
            *(Colonne(cle, titre, Genre.TEXTE) for cle, titre in colonnes),
        ),
        lignes,
    )


def completude(donnees: Donnees) -> Table:
    valeurs = donnees.get("completude", {})
    total = sum(valeurs.values())
    lignes = tuple(
        {
            "code": code,
            "libelle": libelle,
            "postes": valeurs.get(code, 0),
            "part": ratio(valeurs.get(code, 0), total),
        }
        for code, libelle in COMPLETUDE
    )
    note = "Chaque poste attribué au moins un jour du mois est dans un seul de ces états."
    if avant := donnees.get("declaration_avant_le"):
        note = f"Déclaration attendue avant le {fr.date_longue(avant)} inclus. {note}"
    return Table(
        "completude",
        "Complétude des déclarations",
        (
            Colonne("code", "Code", Genre.TEXTE, vide=""),
            Colonne("libelle", "État", Genre.TEXTE),
            Colonne("postes", "Postes"),
            Colonne("part", "Part", Genre.PART),
        ),
        lignes,
        ({"libelle": "Total", "postes": total, "part": ratio(total, total)},),
        note=note,
    )


def rapprochements(donnees: Donnees) -> Table:
    lignes = tuple(
        {**r, "libelle": _accentue(r["libelle"]), "accord": r["gauche"] == r["droite"]}
        for r in donnees.get("rapprochements", [])
    )
    return Table(
        "rapprochements",
        "Rapprochements",
        (
            Colonne("libelle", "Égalité vérifiée", Genre.TEXTE),
            Colonne("gauche", "Premier terme"),
            Colonne("droite", "Second terme"),
            Colonne("accord", "Égaux", Genre.OUI_NON),
        ),
        lignes,
        vide="Aucun rapprochement n’a été enregistré.",
    )


def _accentue(libelle: str) -> str:
    """« Natures : seances » -> « Natures : séances »: the key of the JSON ends the label."""
    debut, deux_points, cle = libelle.rpartition(" : ")
    return f"{debut}{deux_points}{MOTS.get(cle, cle.replace('_', ' '))}"


def verifications(donnees: Donnees) -> Table:
    return Table(
        "verifications",
        "Contrôles qui ont relevé quelque chose",
        (
            Colonne("code", "Code", Genre.TEXTE),
            Colonne("libelle", "Contrôle", Genre.TEXTE),
            Colonne("niveau", "Niveau", Genre.TEXTE),
            Colonne("nombre", "Nombre"),
        ),
        tuple(donnees.get("verifications", [])),
        vide="Aucun contrôle n’a relevé d’anomalie.",
    )


def cibles(donnees: Donnees) -> Table:
    """Dated figures of the programme and targets in force on the last day of the month."""
    valeurs = donnees.get("cibles", {})
    connues = dict(Figure.choices)
    return Table(
        "cibles",
        "Chiffres datés du programme et cibles",
        (
            Colonne("code", "Code", Genre.TEXTE),
            Colonne("libelle", "Chiffre", Genre.TEXTE),
            Colonne("valeur", "Valeur au dernier jour du mois", Genre.NOMBRE),
        ),
        tuple(
            {
                "code": code,
                "libelle": connues.get(code, code),
                "valeur": valeurs[code],
            }
            for code in [*connues, *sorted(set(valeurs) - set(connues))]
            if code in valeurs
        ),
        vide="Aucun chiffre daté n’est enregistré.",
    )


def changements(donnees: Donnees) -> Table:
    """What differs from the version before: the path of the JSON, made readable."""
    noms = noms_des_codes(donnees)
    lignes = tuple(
        {
            "chiffre": lisible(c["chemin"], noms),
            "chemin": c["chemin"],
            "avant": valeur_imprimee(c["avant"]),
            "apres": valeur_imprimee(c["apres"]),
        }
        for c in donnees.get("changements", [])
    )
    return Table(
        "changements",
        "Ce qui change depuis la version précédente",
        (
            Colonne("chiffre", "Chiffre", Genre.TEXTE),
            Colonne("chemin", "Clé dans le fichier JSON", Genre.TEXTE),
            # Texts already, in columns of numbers: aligned like them.
            Colonne("avant", "Avant"),
            Colonne("apres", "Après"),
        ),
        lignes,
    )


def noms_des_codes(donnees: Donnees) -> dict[str, str]:
    """Name of every EPCI, commune and lieu, by the code that stands for it in a path."""
    noms: dict[str, str] = {}
    for cle, code in (("communes", "code"), ("lieux", "code"), ("par_epci", "siren")):
        noms |= {x[code]: x["nom"] for x in donnees.get(cle, []) if x.get("nom")}
    return noms


def valeur_imprimee(valeur: Any) -> str:
    if valeur is None:
        return fr.TIRET
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, int):
        return fr.entier(valeur)
    if isinstance(valeur, float):
        return fr.decimal(valeur, 4).rstrip("0").rstrip(",")
    return str(valeur)


A_DECIDER = (
    ("vacances", "Postes vacants depuis plus de quatre mois"),
    ("conventions", "Conventions qui se terminent dans les six mois"),
    ("contrats", "Contrats qui se terminent dans les six mois"),
    ("epci", "EPCI sans créneau tenu deux mois de suite"),
    ("lieux", "Lieux fermés"),
)


def a_decider(donnees: Donnees) -> list[tuple[str, list[str]]]:
    """(heading, one sentence per subject), all headings, empty ones included."""
    source = donnees.get("a_decider") or {}
    return [(titre, [_DECIDE[cle](x) for x in source.get(cle, [])]) for cle, titre in A_DECIDER]


def _vacance(ligne: Ligne) -> str:
    texte = f"poste n°{fr.INSECABLE}{ligne['numero']}, depuis le "
    texte += fr.date_courte(ligne["vacant_depuis"]) if ligne["vacant_depuis"] else fr.NON_CONNU
    if ligne.get("limite_restitution"):
        texte += f", à rendre le {fr.date_courte(ligne['limite_restitution'])} s’il reste vacant"
    return texte


def _convention(ligne: Ligne) -> str:
    return (
        f"{ligne['reference']} ({ligne['employeur']}, {ligne['phase']}), "
        f"le {fr.date_courte(ligne['date_fin'])}"
    )


def _contrat(ligne: Ligne) -> str:
    return f"poste n°{fr.INSECABLE}{ligne['numero']}, le {fr.date_courte(ligne['date_fin'])}"


def _nom(ligne: Ligne) -> str:
    return str(ligne["nom"])


_DECIDE = {
    "vacances": _vacance,
    "conventions": _convention,
    "contrats": _contrat,
    "epci": _nom,
    "lieux": _nom,
}
