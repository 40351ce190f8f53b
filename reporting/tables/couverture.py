"""The tables of the rapport de couverture, from `donnees` alone. Pure."""

from typing import Any

from reporting import francais as fr
from reporting.essentiel import population_non_desservie
from reporting.tables import plan, programme
from reporting.tables.base import Colonne, Genre, Ligne, Table, ratio, somme
from reporting.tables.plan import CLES_PLAN, CODE, PLAN, TAUX, rayon

Donnees = dict[str, Any]

NOM = Colonne("nom", "EPCI", Genre.TEXTE)
POPULATION = Colonne("population", "Population")

# What the map of hours shows, in a table.
TITRE_PLAN = "Plan et réalité par EPCI"
EPCI_PLAN = (
    "nom", "prevues", "tenues", "annulees", "a_renseigner", "taux_tenue", "minutes_tenues",
    "heures_pour_1000", "seances", "participations",
)  # fmt: skip


def tables_couverture(donnees: Donnees) -> list[Table]:
    return [
        classes(donnees),
        population_par_distance(donnees),
        classes_par_epci(donnees),
        par_epci(donnees),
        plan.par_nature(donnees),
        plan.motifs(donnees),
        plan.douze_mois(donnees),
        plan.evolution(donnees),
        plan.lieux_annules(donnees),
        communes_non_desservies(donnees),
        simulation(donnees),
        zonages(donnees),
        programme.postes_par_part(donnees),
        programme.postes_lignes(donnees),
        programme.financements(donnees),
        programme.reseau(donnees),
        lieux(donnees),
        communes(donnees),
    ]


def classes_libelles(donnees: Donnees) -> list[tuple[str, str]]:
    """(key, label) of the map's classes, nearest first."""
    distances = [str(d) for d in donnees.get("distances_km", (5, 10, 15))]
    libelles = [("commune", "Lieu actif dans la commune")]
    debut = ""
    for distance in distances:
        texte = f"de {debut} à {distance} km" if debut else f"{distance} km au plus"
        libelles.append((distance, texte[0].upper() + texte[1:]))
        debut = distance
    libelles.append(("plus", f"Plus de {debut} km"))
    if any(c["classe"] == "sans" for c in donnees.get("communes", [])):
        libelles.append(("sans", "Aucun lieu actif"))
    return libelles


def classes(donnees: Donnees) -> Table:
    communes_ = donnees.get("communes", [])
    population = sum(c["population"] or 0 for c in communes_)
    lignes = []
    for cle, libelle in classes_libelles(donnees):
        de_la_classe = [c for c in communes_ if c["classe"] == cle]
        habitants = sum(c["population"] or 0 for c in de_la_classe)
        lignes.append(
            {
                "classe": cle,
                "libelle": libelle,
                "communes": len(de_la_classe),
                "population": habitants,
                "part": ratio(habitants, population),
            }
        )
    return Table(
        "communes_par_classe",
        "Communes selon la distance au lieu actif le plus proche",
        (
            Colonne("classe", "Classe", Genre.TEXTE),
            Colonne("libelle", "Distance à vol d’oiseau", Genre.TEXTE),
            Colonne("communes", "Communes"),
            POPULATION,
            Colonne("part", "Part de la population", Genre.PART),
        ),
        tuple(lignes),
        (
            {
                "libelle": "Total",
                "communes": len(communes_),
                "population": population,
                "part": ratio(population, population),
            },
        ),
        note="Distance en ligne droite entre le chef-lieu de la commune et le lieu actif ; toute "
        "la population d’une commune est comptée en ce point.",
    )


def population_par_distance(donnees: Donnees) -> Table:
    population = donnees["population"]
    total = population["total"]
    lignes = tuple(
        {
            "libelle": f"{distance}{fr.INSECABLE}km au plus",
            "population": (habitants := population.get(f"a_{distance}_km")),
            "part": None if habitants is None else ratio(habitants, total),
        }
        for distance in donnees.get("distances_km", (5, 10, 15))
    )
    return Table(
        "population_par_distance",
        "Population selon la distance au lieu actif le plus proche, cumulée",
        (
            Colonne("libelle", "Distance à vol d’oiseau", Genre.TEXTE),
            POPULATION,
            Colonne("part", "Part de la population", Genre.PART),
        ),
        lignes,
        ({"libelle": "Département", "population": total, "part": ratio(total, total)},),
    )


def classes_par_epci(donnees: Donnees) -> Table:
    cles = classes_libelles(donnees)
    colonnes = [Colonne(f"classe_{cle}", libelle) for cle, libelle in cles]
    lignes = []
    for epci in donnees["par_epci"]:
        siennes = [c for c in donnees.get("communes", []) if c["siren"] == epci["siren"]]
        compte = {f"classe_{cle}": sum(1 for c in siennes if c["classe"] == cle) for cle, _ in cles}
        lignes.append({"siren": epci["siren"], "nom": epci["nom"], **compte})
    return Table(
        "classes_par_epci",
        "Nombre de communes de chaque EPCI par classe de distance",
        (Colonne("siren", "SIREN", Genre.TEXTE, vide=""), NOM, *colonnes),
        tuple(lignes),
        ({"nom": "Total", **somme(lignes, *(c.cle for c in colonnes))},),
    )


def par_epci(donnees: Donnees) -> Table:
    lignes = tuple(
        {
            **{k: v for k, v in e.items() if k != "a_cheval"},
            "taux_tenue": ratio(e["tenues"], e["prevues"]),
            "part_a_10_km": ratio(e["population_a_10_km"], e["population"]),
        }
        for e in donnees["par_epci"]
    )
    a_cheval = [e["nom"] for e in donnees["par_epci"] if e.get("a_cheval")]
    note = (
        f"Seules les communes du département sont comptées pour {fr.enumere(a_cheval)}."
        if a_cheval
        else ""
    )
    return Table(
        "par_epci",
        "Par EPCI",
        (
            Colonne("siren", "SIREN", Genre.TEXTE, vide=""),
            NOM,
            POPULATION,
            Colonne("lieux_actifs", "Lieux actifs"),
            Colonne("communes_avec_permanence", "Communes avec un créneau tenu"),
            Colonne("jours_tenus", "Jours tenus"),
            Colonne("couvert", "Couvert", Genre.OUI_NON),
            Colonne("couvert_par_le_departement", "Par le Département", Genre.OUI_NON),
            Colonne("population_a_10_km", f"Population à {rayon(donnees)}"),
            Colonne("part_a_10_km", "Part", Genre.PART),
            *PLAN,
            TAUX,
            Colonne("minutes_tenues", "Heures tenues", Genre.MINUTES),
            Colonne("heures_pour_1000", f"Heures pour 1{fr.FINE}000 hab.", Genre.DECIMAL),
            Colonne("seances", "Séances"),
            Colonne("participations", "Participations"),
        ),
        lignes,
        _pied_par_epci(donnees),
        note=note,
    )


def _pied_par_epci(donnees: Donnees) -> tuple[Ligne, ...]:
    total, population = donnees["total"], donnees["population"]
    hors = donnees["hors_departement"]
    proche = population.get("a_10_km", 0)
    lignes = donnees["par_epci"]
    return (
        *_sans_epci(donnees),
        {"nom": "Hors département", **hors, "taux_tenue": ratio(hors["tenues"], hors["prevues"])},
        {"nom": "À distance", **donnees["a_distance"]},
        {
            "nom": "Total",
            **{k: total[k] for k in (*CLES_PLAN, "minutes_tenues", "lieux_actifs")},
            "seances": total["seances"],
            "participations": total["participations"],
            "taux_tenue": donnees["taux_tenue"],
            "population": population["total"],
            "population_a_10_km": proche,
            "part_a_10_km": ratio(proche, population["total"]),
            "heures_pour_1000": ratio(total["minutes_tenues"] / 60, population["total"], pour=1000),
            "communes_avec_permanence": sum(e["communes_avec_permanence"] for e in lignes),
        },
    )


def _sans_epci(donnees: Donnees) -> list[Ligne]:
    """A few islands belong to no EPCI."""
    if "sans_epci" not in donnees:
        return []
    ligne = donnees["sans_epci"]
    taux = ratio(ligne["tenues"], ligne["prevues"])
    return [{"nom": "Sans EPCI", **ligne, "taux_tenue": taux}]


def communes_non_desservies(donnees: Donnees) -> Table:
    noms = {lieu["code"]: lieu.get("nom", lieu["code"]) for lieu in donnees.get("lieux", [])}
    triees = sorted(
        donnees["communes_non_desservies"], key=lambda c: (-(c["population"] or 0), c["code"])
    )
    lignes = tuple(
        {
            **commune,
            "lieu_le_plus_proche": noms.get(
                commune["lieu_le_plus_proche"], commune["lieu_le_plus_proche"]
            ),
        }
        for commune in triees
    )
    pied: tuple[Ligne, ...] = ()
    if lignes:
        nombre = fr.accorde(len(lignes), "commune")
        pied = ({"nom": nombre, "population": population_non_desservie(donnees)},)
    return Table(
        "communes_non_desservies",
        f"Communes à plus de {rayon(donnees)} de tout lieu actif",
        (
            CODE,
            Colonne("nom", "Commune", Genre.TEXTE),
            Colonne("epci", "EPCI", Genre.TEXTE, vide="aucun"),
            POPULATION,
            Colonne("distance_km", "Distance à vol d’oiseau (km)", Genre.DECIMAL),
            Colonne("lieu_le_plus_proche", "Lieu actif le plus proche", Genre.TEXTE),
        ),
        lignes,
        pied,
        vide="Aucune commune n’est à cette distance de tout lieu actif.",
    )


def simulation(donnees: Donnees) -> Table:
    return Table(
        "simulation",
        "Simulation : où une permanence de plus rapprocherait le plus d’habitants",
        (
            CODE,
            Colonne("nom", "Lieu", Genre.TEXTE),
            Colonne("commune", "Commune", Genre.TEXTE),
            Colonne("population", "Habitants rapprochés"),
        ),
        tuple(donnees.get("simulation", [])),
        note="Parmi les lieux connus qui n’ont aucun créneau aujourd’hui, les trois qui "
        f"mettraient le plus d’habitants à {rayon(donnees)} au plus, à vol d’oiseau, d’un lieu "
        "actif, parmi ceux qui n’y sont pas. Chaque lieu est examiné seul. C’est un calcul, pas "
        "une recommandation.",
        vide="Aucun lieu connu et sans créneau ne rapprocherait d’habitants.",
    )


def zonages(donnees: Donnees) -> Table:
    lignes = tuple(
        {**z, "part": ratio(z["population_a_10_km"], z["population"])}
        for z in donnees.get("zonages", [])
    )
    return Table(
        "zonages",
        "Communes de zonages particuliers",
        (
            Colonne("zonage", "Zonage", Genre.TEXTE),
            Colonne("millesime", "Millésime", Genre.TEXTE),
            POPULATION,
            Colonne("population_a_10_km", f"Population à {rayon(donnees)}"),
            Colonne("part", "Part", Genre.PART),
        ),
        lignes,
        note="Population entière des communes classées.",
        vide="Aucun zonage n’a été chargé.",
    )


def lieux(donnees: Donnees) -> Table:
    return Table(
        "lieux",
        "Lieux d’accueil",
        (
            CODE,
            Colonne("nom", "Lieu", Genre.TEXTE),
            Colonne("type", "Type", Genre.TEXTE),
            Colonne("code_insee", "Code INSEE", Genre.TEXTE),
            Colonne("latitude", "Latitude", Genre.DECIMAL, vide=""),
            Colonne("longitude", "Longitude", Genre.DECIMAL, vide=""),
            Colonne("actif", "Actif", Genre.OUI_NON),
            Colonne("prevues", "Prévus"),
            Colonne("tenues", "Tenus"),
            Colonne("annulees", "Annulés"),
            Colonne("sans_visite", "Sans visite"),
            Colonne("seances", "Séances"),
        ),
        tuple(donnees.get("lieux", [])),
    )


def communes(donnees: Donnees) -> Table:
    noms = {e["siren"]: e["nom"] for e in donnees["par_epci"]}
    return Table(
        "communes",
        "Communes",
        (
            CODE,
            Colonne("nom", "Commune", Genre.TEXTE),
            Colonne("siren", "SIREN de l’EPCI", Genre.TEXTE, vide=""),
            Colonne("epci", "EPCI", Genre.TEXTE, vide=""),
            POPULATION,
            Colonne("distance_km", "Distance (km)", Genre.DECIMAL),
            Colonne("classe", "Classe", Genre.TEXTE),
        ),
        tuple({**c, "epci": noms.get(c["siren"])} for c in donnees.get("communes", [])),
    )
