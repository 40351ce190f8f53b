"""How the month's séances came in: delay, origin, late ones; from `donnees`. Pure."""

from typing import Any

from permanences.enums import Source
from reporting import francais as fr
from reporting.tables.base import Colonne, Genre, Ligne, Table, ordonne, ratio, somme

Donnees = dict[str, Any]

SEANCES = Colonne("seances", "Séances")
PARTICIPATIONS = Colonne("participations", "Participations")
PREMIERES_VENUES = Colonne("premieres_venues", "Premières venues déclarées")
HEURES = Colonne("minutes", "Heures", Genre.MINUTES)

SAISIE = (
    ("meme_jour", "Le jour même"),
    ("sous_7_jours", "Sous sept jours"),
    ("apres_7_jours", "Après sept jours"),
    ("inconnu", "Délai inconnu (fichier importé)"),
)


def saisie(donnees: Donnees) -> Table:
    valeurs = donnees.get("saisie", {})
    total = sum(valeurs.values())
    lignes = tuple(
        {
            "code": code,
            "libelle": libelle,
            "seances": valeurs.get(code, 0),
            "part": ratio(valeurs.get(code, 0), total),
        }
        for code, libelle in SAISIE
    )
    return Table(
        "saisie",
        "Délai de saisie des séances",
        (
            Colonne("code", "Code", Genre.TEXTE),
            Colonne("libelle", "Saisie", Genre.TEXTE),
            SEANCES,
            Colonne("part", "Part des séances", Genre.PART),
        ),
        lignes,
        ({"libelle": "Total", "seances": total, "part": ratio(total, total)},),
        note="La règle nationale est la saisie le jour même.",
    )


def sources(donnees: Donnees) -> Table:
    """Where the month's séances come from, and whether La Coop's can be compared."""
    valeurs = donnees.get("par_source", {})
    zero = {"seances": 0, "participations": 0}
    de_la_coop = valeurs.get(Source.COOP.value, zero)["seances"]
    lignes = tuple(
        {"code": code, "libelle": libelle, **valeurs.get(code, zero)}
        for code, libelle in ordonne(valeurs, Source)
        if valeurs
    )
    return Table(
        "sources",
        "Origine des séances du mois",
        (
            Colonne("code", "Code", Genre.TEXTE),
            Colonne("libelle", "Origine", Genre.TEXTE),
            SEANCES,
            PARTICIPATIONS,
        ),
        lignes,
        (_somme_des_sources(donnees),) if valeurs else (),
        note=_note_coop(de_la_coop),
        vide="L’origine des séances n’a pas été enregistrée dans ce rapport.",
    )


def _somme_des_sources(donnees: Donnees) -> Ligne:
    return {"libelle": "Total", **{k: donnees["total"][k] for k in ("seances", "participations")}}


def _note_coop(seances: int) -> str:
    if not seances:
        return "Aucune séance de ce mois ne vient de La Coop."
    verbe = fr.mot(seances, "vient", "viennent")
    return f"{fr.accorde(seances, 'séance')} {verbe} de La Coop."


def regularisations(donnees: Donnees) -> Table:
    lignes = donnees.get("regularisations", [])
    mesures = (SEANCES, PARTICIPATIONS, PREMIERES_VENUES, HEURES)
    cles = tuple(c.cle for c in mesures)
    pied = ({"mois": None, **somme(lignes, *cles)},) if len(lignes) > 1 else ()
    return Table(
        "regularisations",
        "Régularisations",
        (Colonne("mois", "Mois des séances", Genre.MOIS, vide="Total"), *mesures),
        tuple(lignes),
        pied,
        note="Séances saisies après la clôture de leur mois et depuis la clôture précédente : "
        "elles ne changent aucun chiffre transmis.",
        vide="Aucune séance d’un mois clos n’a été saisie depuis la clôture précédente.",
    )
