"""Fréquentation, counted again: who came, where, for what (see the package)."""

from reporting.tests.recount.base import (
    AGES,
    CANAUX,
    GENRES,
    NATURES,
    PARTS,
    STATUTS,
    THEMATIQUES,
    TYPES_LIEU,
    Programme,
    group_by_place,
    line_of,
)


def frequentation(programme: Programme, seances: list[dict]) -> dict:
    lieux = group_by_place(programme, seances)

    def where(nom: str, valeurs: tuple, valeur_de) -> dict:
        return {v: line_of([s for s in seances if valeur_de(s) == v]) for v in valeurs}

    def type_lieu(seance: dict) -> str:
        if seance["canal"] != "lieu_activite":
            return "sans_lieu"
        return programme.lieu[seance["lieu"]]["type"]

    connues = [s for s in seances if s.get("nb_premieres_venues") not in (None, "")]
    sur = sum(int(s["nb_participants"]) for s in connues)
    return {
        "total": line_of(seances) | {"premieres_venues_sur": sur},
        "par_nature": where("nature", NATURES, lambda s: s["nature"]),
        "par_part": where("part", PARTS, lambda s: programme.part_poste[s["poste"]]),
        "par_epci": [
            {"siren": e["siren"], "nom": e["nom"]} | line_of(lieux["epci", e["siren"]])
            for e in programme.epcis
        ],
        "a_distance": line_of(lieux["a_distance", None]),
        "hors_departement": line_of(lieux["hors_departement", None]),
        "par_type_lieu": where("type", (*TYPES_LIEU, "sans_lieu"), type_lieu),
        "par_canal": where("canal", CANAUX, lambda s: s["canal"]),
        "tranches_age": public(seances, "age", AGES),
        "genres": public(seances, "genre", GENRES),
        "statuts": public(seances, "statut", STATUTS),
        "thematiques": {t: theme(seances, t) for t in THEMATIQUES},
        # A file of `seances` has no date of entry, and no month is closed here.
        "saisie": {
            "meme_jour": 0,
            "sous_7_jours": 0,
            "apres_7_jours": 0,
            "inconnu": len(seances),
        },
        "hors_delai": line_of([]),
    }


def public(seances: list[dict], prefixe: str, valeurs: tuple) -> dict[str, int]:
    groupe = {v: sum(int(s.get(f"{prefixe}_{v}") or 0) for s in seances) for v in valeurs}
    tous = sum(int(s["nb_participants"]) for s in seances)
    return groupe | {"non_communique": tous - sum(groupe.values())}


def theme(seances: list[dict], thematique: str) -> dict[str, int]:
    ligne = line_of([s for s in seances if thematique in s["thematiques"].split("|")])
    return {"seances": ligne["seances"], "participations": ligne["participations"]}
