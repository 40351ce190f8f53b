"""Postes, money and network, from the `donnees` of the rapport de couverture. Pure."""

from typing import Any

from conseillers.enums import Part, Phase, TypePoste
from reporting import francais as fr
from reporting.tables.base import Colonne, Genre, Ligne, Table, ordonne, ratio
from reporting.tables.plan import CODE

Donnees = dict[str, Any]


POSTES = (
    Colonne("reserves", "Réservés"),
    Colonne("attribues", "Attribués"),
    Colonne("attribues_dans_le_mois", "Attribués dans le mois"),
    Colonne("pourvus", "Pourvus"),
    Colonne("vacants", "Vacants"),
    Colonne("rendus", "Rendus"),
    Colonne("hors_convention", "Hors convention"),
    Colonne("jours_attribues", "Jours attribués"),
    Colonne("jours_vacance", "Jours de vacance"),
    Colonne("taux_occupation", "Taux d’occupation", Genre.PART),
)


def _ligne_postes(libelle: str, valeurs: Ligne) -> Ligne:
    ligne = {"libelle": libelle, **{c.cle: valeurs.get(c.cle) for c in POSTES}}
    vacance, jours = valeurs.get("jours_vacance"), valeurs.get("jours_attribues")
    part = None if vacance is None or jours is None else ratio(jours - vacance, jours)
    return ligne | {"taux_occupation": part}


def postes_par_part(donnees: Donnees) -> Table:
    postes = donnees["postes"]
    parts = postes.get("par_part", {})
    lignes = [_ligne_postes(libelle, parts.get(cle, {})) for cle, libelle in ordonne(parts, Part)]
    return Table(
        "postes_par_part",
        "Postes par part d’employeur",
        (Colonne("libelle", "Part", Genre.TEXTE), *POSTES),
        tuple(lignes),
        (_ligne_postes("Total", postes),),
        note="Réservés : par l’accord préalable. Attribués dans le mois : un jour au moins ; "
        "c’est le nombre de postes dont une déclaration est attendue ou sans objet.",
    )


def postes_lignes(donnees: Donnees) -> Table:
    types, parts = dict(TypePoste.choices), dict(Part.choices)
    lignes = tuple(
        {
            **p,
            "part": parts.get(p["part"], p["part"]),
            "type": types.get(p["type"], p["type"]),
            "phase": "hors convention" if p.get("hors_convention") else p.get("phase"),
        }
        for p in donnees.get("postes_lignes", [])
    )
    return Table(
        "postes",
        "Les postes",
        (
            Colonne("numero", "N°", Genre.TEXTE),
            Colonne("employeur", "Employeur", Genre.TEXTE),
            Colonne("part", "Part", Genre.TEXTE),
            Colonne("type", "Type", Genre.TEXTE),
            Colonne("etat", "État", Genre.TEXTE),
            Colonne("vacant_depuis", "Vacant depuis", Genre.DATE, vide=""),
            Colonne("limite_restitution", "Limite de restitution", Genre.DATE, vide=""),
            Colonne("fin_contrat", "Fin de contrat", Genre.DATE, vide=""),
            Colonne("fin_convention", "Fin de convention", Genre.DATE, vide=""),
            Colonne("phase", "Phase", Genre.TEXTE, vide=""),
        ),
        lignes,
        note="Case vide : sans objet, ou date non fixée (contrat à durée indéterminée).",
        vide="Aucun poste n’est attribué.",
    )


MONTANTS = (
    Colonne("conventionne", "Conventionné", Genre.CENTIMES),
    Colonne("verse", "Versé", Genre.CENTIMES),
    Colonne("reste_a_verser", "Reste à verser", Genre.CENTIMES),
)


def financements(donnees: Donnees) -> Table:
    source = donnees["financements"]
    phases = dict(Phase.choices)
    lignes: list[Ligne] = []
    for phase, nom in phases.items():
        for part, libelle in Part.choices:
            valeurs = source.get("par_part", {}).get(part, {}).get(phase, {})
            lignes.append({"phase": nom, "part": libelle, **_montants(valeurs)})
        lignes.append({"phase": nom, "part": "Ensemble", **_montants(source.get(phase, {}))})
    enveloppe = source.get("enveloppe")
    v1 = source.get("V1", {}).get("conventionne", 0)
    note = "Les deux phases ne s’additionnent pas."
    if enveloppe:
        note = (
            f"Enveloppe de la première phase{fr.FINE}: {fr.euros(enveloppe)}, dont "
            f"{fr.euros(v1)} conventionnés en V1 ({fr.pourcent(ratio(v1, enveloppe))}). {note}"
        )
    return Table(
        "financements",
        "Financements de l’État par phase",
        (
            Colonne("phase", "Phase", Genre.TEXTE),
            Colonne("part", "Part", Genre.TEXTE),
            *MONTANTS,
        ),
        tuple(lignes),
        note=note,
    )


def _montants(valeurs: Ligne) -> Ligne:
    return {c.cle: valeurs.get(c.cle, 0) for c in MONTANTS}


RESEAU = (
    ("reunion", "Réunions du réseau"),
    ("formation", "Formations"),
    ("certification", "Certifications"),
)


def reseau(donnees: Donnees) -> Table:
    valeurs = donnees.get("reseau", {})
    return Table(
        "reseau",
        "Animation du réseau dans le mois",
        (CODE, Colonne("libelle", "Nature", Genre.TEXTE), Colonne("nombre", "Nombre")),
        tuple(
            {"code": code, "libelle": libelle, "nombre": valeurs.get(code, 0)}
            for code, libelle in RESEAU
        ),
    )
