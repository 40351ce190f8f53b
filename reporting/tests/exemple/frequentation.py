"""`donnees` of a rapport de fréquentation: a plausible month, and an empty one."""

from permanences.enums import (
    Canal,
    Genre,
    NatureSeance,
    Orientation,
    Source,
    StatutSocial,
    Thematique,
    TrancheAge,
    TypeLieu,
)
from reporting.tests.exemple.commun import (
    DOUZE,
    MOIS,
    Donnees,
    commun,
    communes_reelles,
    epci_reels,
    mesures,
)


def frequentation_vide(version: int = 1) -> Donnees:
    nature = {n: {"seances": 0, "participations": 0} for n in NatureSeance.values}
    return commun("frequentation", version) | {
        "total": {**mesures(), "premieres_venues_sur": 0},
        "par_nature": {n: mesures() for n in NatureSeance.values},
        "par_part": {p: mesures() for p in ("departement", "partenaire")},
        "par_epci": [
            {
                "siren": e["siren"],
                "nom": e["nom"],
                "population": int(e["population_72"]),
                "a_cheval": "|" in e["departements"],
                **mesures(),
            }
            for e in epci_reels()
        ],
        "a_distance": mesures(),
        "hors_departement": mesures(),
        "par_type_lieu": {t: mesures() for t in (*TypeLieu.values, "sans_lieu")},
        "par_canal": {c: mesures() for c in Canal.values},
        "tranches_age": dict.fromkeys((*TrancheAge.values, "non_communique"), 0),
        "genres": dict.fromkeys((*Genre.values, "non_communique"), 0),
        "statuts": dict.fromkeys((*StatutSocial.values, "non_communique"), 0),
        "thematiques": {t: {"seances": 0, "participations": 0} for t in Thematique.values},
        "saisie": {"meme_jour": 0, "sous_7_jours": 0, "apres_7_jours": 0, "inconnu": 0},
        "par_source": {s: {"seances": 0, "participations": 0} for s in Source.values},
        "hors_delai": mesures(),
        "evolution": {"m_1": None, "m_12": None, "annee": None},
        "douze_mois": [
            {
                "mois": m,
                "provisoire": True,
                "seances": 0,
                "participations": 0,
                "premieres_venues": 0,
                "minutes": 0,
                "par_nature": nature,
            }
            for m in DOUZE
        ],
        "lieux_frequentes": [],
        "lieux_groupes": {
            g: {"lieux": 0, "seances": 0, "participations": 0}
            for g in ("ehpad", "seance_unique", "autres")
        },
        "ateliers": [],
        "orientations": {o: {"seances": 0, "participations": 0} for o in Orientation.values},
        "regularisations": [],
    }


def frequentation(version: int = 1) -> Donnees:
    """1,234 séances: 72 for each EPCI but the last, and so on; M−1 known, M−12 not."""
    donnees = frequentation_vide(version)
    total = {**mesures(1234), "premieres_venues_sur": 2300}
    donnees["total"] = total
    donnees["par_nature"] = {
        "individuel": mesures(1100),
        "atelier": mesures(100),
        "mini_formation": mesures(34),
    }
    donnees["par_part"] = {"departement": mesures(634), "partenaire": mesures(600)}
    for rang, epci in enumerate(donnees["par_epci"]):
        epci |= mesures(60 + rang if rang < 16 else 0)
    reste = 1234 - sum(e["seances"] for e in donnees["par_epci"])
    donnees["a_distance"], donnees["hors_departement"] = mesures(reste - 4), mesures(4)
    donnees["par_type_lieu"] |= {"mairie": mesures(900), "ehpad": mesures(334)}
    donnees["par_canal"] |= {"lieu_activite": mesures(1224), "domicile": mesures(10)}
    donnees["tranches_age"] |= {"soixante_dix_plus": 1200, "non_communique": 1268}
    donnees["genres"] |= {"feminin": 1500, "masculin": 800, "non_communique": 168}
    donnees["statuts"] |= {"retraite": 2000, "non_communique": 468}
    donnees["thematiques"] |= {
        "email": {"seances": 700, "participations": 1300},
        "argent_impots": {"seances": 200, "participations": 350},
    }
    donnees["completude"] |= {"a_l_heure": 24, "en_retard": 2, "vacant": 2, "sans_objet": 1}
    donnees["saisie"] |= {"meme_jour": 1000, "sous_7_jours": 234}
    donnees["par_source"] |= {
        "formulaire": {"seances": 1200, "participations": 2400},
        "import": {"seances": 34, "participations": 68},
    }
    ligne = {"mois": "2026-09", **mesures(1200), "ateliers": 120, "provisoire": False}
    annee = {
        **ligne,
        "mois": MOIS[:4],
        "regularisations": 4,
        "mois_manquants": ["2026-03"],
        "versions": {"2026-01": 2},
    }
    del annee["ateliers"]
    donnees["evolution"] = {"m_1": ligne, "m_12": None, "annee": annee}
    for rang, mois in enumerate(donnees["douze_mois"]):
        atelier, individuel = 40 + rang * 5, 900 + rang * 17
        mois |= {
            "provisoire": rang == 4,
            "seances": individuel + atelier,
            "participations": 2 * individuel + 8 * atelier,
            "premieres_venues": 300 + rang,
            "minutes": 50 * individuel,
            "par_nature": {
                "individuel": {"seances": individuel, "participations": 2 * individuel},
                "atelier": {"seances": atelier, "participations": 8 * atelier},
            },
        }
    donnees["lieux_frequentes"] = [
        {
            "code": f"L{n:03}",
            "nom": f"Mairie de {communes_reelles()[n]['nom']}",
            "type": "mairie",
            "seances": 60 - n,
            "participations": 120 - n,
        }
        for n in range(15)
    ]
    donnees["lieux_groupes"]["ehpad"] = {"lieux": 4, "seances": 20, "participations": 141}
    donnees["ateliers"] = [
        {
            "date": f"2026-10-{jour:02}",
            "nature": "atelier" if jour % 3 else "mini_formation",
            "lieu": f"Médiathèque de {communes_reelles()[jour]['nom']}",
            "titre": "Déclarer ses revenus en ligne",
            "presents": 8,
            "capacite": 10 if jour % 4 else None,
        }
        for jour in range(1, 31)
    ]
    donnees["orientations"]["administration"] = {"seances": 31, "participations": 33}
    donnees["regularisations"] = [
        {
            "mois": "2026-08", "seances": 3, "participations": 5, "premieres_venues": 2,
            "minutes": 150,
        },
        {
            "mois": "2026-09", "seances": 1, "participations": 1, "premieres_venues": 0,
            "minutes": 30,
        },
    ]  # fmt: skip
    donnees["hors_delai"] = {
        "seances": 4, "participations": 6, "premieres_venues": 2, "minutes": 180,
    }  # fmt: skip
    donnees["verifications"] = [
        {"code": "9", "libelle": "Séance un jour férié", "niveau": "avertissement", "nombre": 2}
    ]
    donnees["rapprochements"] = [
        {"libelle": "EPCI + à distance + hors département = total", "gauche": 1234, "droite": 1234}
    ]
    return donnees
