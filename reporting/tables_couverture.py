"""The tables of the rapport de couverture, from `donnees` alone. Pure."""

from typing import Any

from conseillers.enums import Part, Phase, TypePoste
from permanences.enums import Motif, NatureCreneau
from reporting import francais as fr
from reporting.essentiel import population_non_desservie
from reporting.tables import Colonne, Genre, Ligne, Table, ordonne, ratio, somme

Donnees = dict[str, Any]

PLAN = (
    Colonne("prevues", "Prévus"),
    Colonne("tenues", "Tenus"),
    Colonne("annulees", "Annulés"),
    Colonne("a_renseigner", "À renseigner"),
)
CLES_PLAN = tuple(c.cle for c in PLAN)
TAUX = Colonne("taux_tenue", "Taux tenu", Genre.PART)
CODE = Colonne("code", "Code", Genre.TEXTE, vide="")
NOM = Colonne("nom", "EPCI", Genre.TEXTE)
POPULATION = Colonne("population", "Population")


def tables_couverture(donnees: Donnees) -> list[Table]:
    return [
        classes(donnees),
        classes_par_epci(donnees),
        par_epci(donnees),
        par_nature(donnees),
        motifs(donnees),
        douze_mois(donnees),
        evolution(donnees),
        lieux_annules(donnees),
        communes_non_desservies(donnees),
        simulation(donnees),
        zonages(donnees),
        postes_par_part(donnees),
        postes_lignes(donnees),
        financements(donnees),
        reseau(donnees),
        lieux(donnees),
        communes(donnees),
    ]


# --- Where ---------------------------------------------------------------------


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
            Colonne("couvert_par_le_departement", "Par le Départe\u00adment", Genre.OUI_NON),
            Colonne("population_a_10_km", f"Population à {_rayon(donnees)}"),
            Colonne("part_a_10_km", "Part", Genre.PART),
            *PLAN,
            TAUX,
            Colonne("minutes_tenues", "Heures tenues", Genre.MINUTES),
            Colonne("heures_pour_1000", "Heures pour 1 000 hab.", Genre.DECIMAL),
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


def _rayon(donnees: Donnees) -> str:
    return f"{donnees.get('distance_non_desservie_km', 10)}{fr.INSECABLE}km"


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
        f"Communes à plus de {_rayon(donnees)} de tout lieu actif",
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
        f"mettraient le plus d’habitants à {_rayon(donnees)} au plus, à vol d’oiseau, d’un lieu "
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
            Colonne("population_a_10_km", f"Population à {_rayon(donnees)}"),
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


# --- Plan and reality --------------------------------------------------------------


def par_nature(donnees: Donnees) -> Table:
    valeurs = donnees["par_nature"]
    zero = dict.fromkeys(CLES_PLAN, 0)
    lignes = tuple(
        {
            "code": code,
            "libelle": libelle,
            **(v := valeurs.get(code, zero)),
            "taux_tenue": ratio(v["tenues"], v["prevues"]),
        }
        for code, libelle in ordonne(valeurs, NatureCreneau)
    )
    total = {k: donnees["total"][k] for k in CLES_PLAN}
    return Table(
        "par_nature",
        "Créneaux par nature",
        (CODE, Colonne("libelle", "Nature", Genre.TEXTE), *PLAN, TAUX),
        lignes,
        ({"libelle": "Total des créneaux", **total, "taux_tenue": donnees["taux_tenue"]},),
    )


def motifs(donnees: Donnees) -> Table:
    valeurs = donnees["motifs"]
    total = donnees["total"]["annulees"]
    lignes = tuple(
        {
            "code": code,
            "libelle": libelle,
            "annulees": valeurs.get(code, 0),
            "part": ratio(valeurs.get(code, 0), total),
        }
        for code, libelle in ordonne(valeurs, Motif)
    )
    return Table(
        "motifs",
        "Annulations par motif",
        (
            CODE,
            Colonne("libelle", "Motif", Genre.TEXTE),
            Colonne("annulees", "Créneaux annulés"),
            Colonne("part", "Part", Genre.PART),
        ),
        lignes,
        ({"libelle": "Total", "annulees": total, "part": ratio(total, total)},),
    )


def _colonnes_suivies(donnees: Donnees) -> tuple[Colonne, ...]:
    return (
        *PLAN,
        TAUX,
        Colonne("lieux_actifs", "Lieux actifs"),
        Colonne("population_a_10_km", f"Population à {_rayon(donnees)}", vide=fr.NON_CONNU),
    )


def douze_mois(donnees: Donnees) -> Table:
    suivies = _colonnes_suivies(donnees)
    lignes = tuple(_mois_suivi(m, suivies) for m in donnees.get("douze_mois", []))
    return Table(
        "douze_mois",
        "Douze derniers mois",
        (
            Colonne("mois", "Mois", Genre.MOIS),
            Colonne("etat", "État", Genre.TEXTE),
            *suivies,
        ),
        lignes,
    )


def _mois_suivi(mois: Ligne, suivies: tuple[Colonne, ...]) -> Ligne:
    """A month that nobody closed has no figure: unknown, which is neither zero nor a dash."""
    if mois.get("prevues") is None:
        inconnus = dict.fromkeys((c.cle for c in suivies), fr.NON_CONNU)
        return {"mois": mois["mois"], "etat": "non clos", **inconnus}
    return {**mois, "etat": "provisoire" if mois.get("provisoire") else "figé"}


def evolution(donnees: Donnees) -> Table:
    """This month beside M−1 and M−12."""
    passe = donnees.get("evolution") or {}
    suivies = _colonnes_suivies(donnees)
    total = donnees["total"]
    ce_mois = {
        **{k: total[k] for k in (*CLES_PLAN, "lieux_actifs")},
        "taux_tenue": donnees["taux_tenue"],
        "population_a_10_km": donnees["population"].get("a_10_km"),
    }
    lignes: list[Ligne] = [{"periode": fr.mois(donnees["mois"]), **ce_mois}]
    for cle, ecart in (("m_1", -1), ("m_12", -12)):
        nom = fr.mois(fr.mois_decale(donnees["mois"], ecart))
        ligne = passe.get(cle)
        if ligne:
            suite = " (provisoire)" if ligne.get("provisoire") else ""
            lignes.append({"periode": nom + suite, **{c.cle: ligne.get(c.cle) for c in suivies}})
        else:
            lignes.append({"periode": nom, **{c.cle: fr.NON_CONNU for c in suivies}})
    return Table(
        "evolution",
        "Évolution",
        (Colonne("periode", "Période", Genre.TEXTE), *suivies),
        tuple(lignes),
    )


def lieux_annules(donnees: Donnees) -> Table:
    """Lieux with two cancellations or more, most first."""
    retenus = [x for x in donnees.get("lieux", []) if (x.get("annulees") or 0) >= 2]
    retenus.sort(key=lambda x: (-x["annulees"], x["code"]))
    return Table(
        "lieux_annules",
        "Lieux de deux annulations ou plus",
        (
            CODE,
            Colonne("nom", "Lieu", Genre.TEXTE),
            Colonne("prevues", "Prévus"),
            Colonne("tenues", "Tenus"),
            Colonne("annulees", "Annulés"),
        ),
        tuple(retenus),
        vide="Aucun lieu n’a connu deux annulations ou plus ce mois-ci.",
    )


# --- Postes and money ----------------------------------------------------------------

POSTES = (
    Colonne("attribues", "Attribués"),
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
    reserves = fr.accorde(postes["reserves"], "poste réservé", "postes réservés")
    return Table(
        "postes_par_part",
        "Postes par part d’employeur",
        (Colonne("libelle", "Part", Genre.TEXTE), *POSTES),
        tuple(lignes),
        (_ligne_postes("Total", postes),),
        note=f"{reserves} par l’accord préalable.",
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
