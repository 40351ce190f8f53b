"""`donnees` -> the page of a report, style included. Nothing is counted here: words and tables."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from reporting import fichiers
from reporting import francais as fr
from reporting.carte import cartes
from reporting.essentiel import chiffres, reserve
from reporting.graphiques import barres_des_douze_mois, courbe_des_taux
from reporting.phrases import phrases
from reporting.tables import annexes
from reporting.tables.base import Table
from reporting.tables.communs import a_decider
from reporting.tables.couverture import EPCI_PLAN, TITRE_PLAN
from territoires.pdf import STATIQUES, font_faces, mend_text, qr_svg

Donnees = dict[str, Any]

# Ten pages at most before the annexes: what is longer is whole in an annex.
COMMUNES_EN_TETE, LIEUX_EN_TETE, CHANGEMENTS_EN_TETE = 40, 25, 40
ENSEMBLES = ("total", "population", "postes", "taux_tenue", "par_nature", "financements")

TITRES = {"couverture": "Rapport de couverture", "frequentation": "Rapport de fréquentation"}
# Keys of a place are of no use on paper: they stay in the CSV and JSON files.
COLONNES_DE_FICHIER = {"code", "siren", "classe", "chemin"}
EPCI_DESSERTE = (
    "nom", "population", "lieux_actifs", "communes_avec_permanence", "jours_tenus", "couvert",
    "couvert_par_le_departement", "population_a_10_km", "part_a_10_km",
)  # fmt: skip


def render_page(
    donnees: Donnees, *, code: str, empreinte: str = "", carte: Donnees | None = None
) -> str:
    """HTML that needs nothing around it but our fonts; see `compose_page` for the arguments."""
    html = _render_html(donnees, code, empreinte, carte)
    return html.replace("</head>", f"<style>\n{style(donnees['provisoire'])}</style>\n</head>", 1)


def style(provisoire: bool) -> str:
    """The whole style sheet of a page; our fonts are named by their content."""
    noms = ["rapport.css", *(["provisoire.css"] if provisoire else [])]
    textes = ((STATIQUES / "reporting" / nom).read_text("utf-8") for nom in noms)
    return "\n".join([font_faces(), *textes])


def _render_html(donnees: Donnees, code: str, empreinte: str, carte: Donnees | None) -> str:
    contexte = _commun(donnees, code) | _preuves(donnees, code, empreinte)
    if donnees["type"] == "couverture":
        contexte |= _couverture(donnees, contexte["t"], carte)
    else:
        contexte |= _frequentation(donnees)
    html = render_to_string(f"reporting/pdf/{donnees['type']}.html", contexte)
    return mend_text(html)


def _commun(donnees: Donnees, code: str) -> Donnees:
    mois = donnees["mois"]
    titre = TITRES[donnees["type"]]
    version = _version(donnees)
    etabli = donnees["etabli"]
    tables = {t.code: _imprimable(t) for t in fichiers.all_tables(donnees)}
    for facultative in ("saisie", "sources", "regularisations", "lieux_du_mois"):
        tables.setdefault(facultative, None)
    return {
        "communes": [],
        "titre": titre,
        "titre_complet": f"{titre}, {fr.mois(mois)}, {donnees['departement_nom']}, {version}",
        "pied": f"Code de vérification {code}" if code else "",
        "entete": f"{titre} {fr.de_mois(mois)}, {donnees['departement_nom']}",
        "description": f"{titre} du dispositif des conseillers numériques, {fr.mois(mois)}",
        "auteur": etabli.get("par") or f"Département {donnees['departement_nom']}",
        "etat": version,
        "etat_long": f"{version[0].upper()}{version[1:]}, chiffres établis le "
        f"{fr.moment(etabli['le'])}",
        "etabli_le": etabli["le"],
        "etabli_phrase": _etabli(etabli),
        "mois_libelle": fr.mois(mois).capitalize(),
        "m_1_libelle": fr.mois(fr.mois_decale(mois, -1)).capitalize(),
        "m_12_libelle": fr.mois(fr.mois_decale(mois, -12)).capitalize(),
        "departement_nom": donnees["departement_nom"],
        "provisoire": donnees["provisoire"],
        "version": donnees["version"],
        "version_precedente": donnees["version"] - 1,
        "chiffres": chiffres(donnees),
        "phrases": phrases(donnees),
        "reserve": reserve(donnees),
        "decider": a_decider(donnees) if donnees["type"] == "couverture" else None,
        "t": tables,
        **_changements(tables.get("changements")),
        "methode": f"reporting/pdf/_methode_{donnees['type']}.html",
        "millesimes": donnees["millesimes"],
        "periode": fr.periode(mois),
        "avertissements": _avertissements(donnees),
        "gabarit": donnees["gabarit"],
        "code": code,
    }


def _preuves(donnees: Donnees, code: str, empreinte: str) -> Donnees:
    """What the last page says to check the paper against the file."""
    if not code:
        return {"empreinte": empreinte or fichiers.empreinte(donnees), "qr": ""}
    adresse = f"{settings.SITE_URL.rstrip('/')}/verifier/{code}"
    return {
        "empreinte": empreinte or fichiers.empreinte(donnees),
        "url_verification": adresse,
        "qr": qr_svg(adresse),
    }


def _imprimable(table: Table) -> Table:
    return table.vue(*(c.cle for c in table.colonnes if c.cle not in COLONNES_DE_FICHIER))


def _version(donnees: Donnees) -> str:
    return "PROVISOIRE" if donnees["provisoire"] else f"version {donnees['version']}"


def _etabli(etabli: Donnees) -> str:
    texte = f"Établi le {fr.moment(etabli['le'])}"
    if etabli.get("par"):
        texte += f" par {etabli['par']}"
        texte += f" ({etabli['fonction']})" if etabli.get("fonction") else ""
    return f"{texte}."


def _avertissements(donnees: Donnees) -> str:
    acceptes = donnees.get("avertissements_acceptes")
    if not acceptes:
        return ""
    par = f" (par {acceptes['par']})" if acceptes.get("par") else ""
    return f"Motif{par} : {acceptes['motif']}"


def _frequentation(donnees: Donnees) -> Donnees:
    return {"graphiques": barres_des_douze_mois(donnees)}


def _couverture(donnees: Donnees, tables: Donnees, carte: Donnees | None) -> Donnees:
    epci = tables["par_epci"]
    tables["epci_desserte"] = epci.vue(*EPCI_DESSERTE, titre="Desserte par EPCI")
    tables["communes_non_desservies_debut"] = _debut(tables["communes_non_desservies"])
    tables["lieux_annules"] = _debut_des_lieux(tables["lieux_annules"])
    tables["lieux_du_mois"] = annexes.lieux_du_mois(donnees)
    tables["epci_plan"] = epci.vue(*EPCI_PLAN, titre=TITRE_PLAN)
    return {
        "courbe": courbe_des_taux(donnees),
        "communes": annexes.toutes_les_communes(donnees),
        "sans_lieu": all(c["distance_km"] is None for c in donnees.get("communes", [])),
        "lieux_sans_activite": annexes.lieux_sans_activite(donnees),
        "plan_phrase": _plan(donnees),
        "rayon": donnees.get("distance_non_desservie_km", 10),
        "seuil_jours": fr.accorde(donnees.get("seuil_jours_tenus", 1), "jour"),
        "lieux_pour_100000": _lieux_pour_100000(donnees),
        **cartes(donnees, carte),
    }


def _debut(entiere: Table) -> Table:
    """Ten pages at most before the annexes: all the communes are there, the head of it here."""
    nombre = len(entiere.lignes)
    if nombre <= COMMUNES_EN_TETE:
        return entiere
    return replace(
        entiere,
        titre=f"{entiere.titre} : les {COMMUNES_EN_TETE} plus peuplées",
        lignes=entiere.lignes[:COMMUNES_EN_TETE],
        note=f"Le total porte sur les {nombre} communes ; toutes les communes, avec leur distance, "
        "sont en annexe.",
    )


def _debut_des_lieux(entiere: Table) -> Table:
    """Every lieu of the month is in the annex; those most cancelled are here."""
    nombre = len(entiere.lignes)
    if nombre <= LIEUX_EN_TETE:
        return entiere
    return replace(
        entiere,
        titre=f"{entiere.titre} : les {LIEUX_EN_TETE} premiers",
        lignes=entiere.lignes[:LIEUX_EN_TETE],
        note=f"{nombre} lieux sont dans ce cas ; tous les lieux du mois sont en annexe.",
    )


def _changements(entiere: Table | None) -> Donnees:
    """A long list goes to the annex; the totals stay in front."""
    if entiere is None or len(entiere.lignes) <= CHANGEMENTS_EN_TETE:
        return {"changements": entiere, "changements_suite": None}
    totaux = [x for x in entiere.lignes if x["chemin"].partition(".")[0] in ENSEMBLES]
    debut = replace(
        entiere,
        lignes=tuple(totaux[:CHANGEMENTS_EN_TETE]),
        note=f"Les {len(entiere.lignes)} chiffres qui diffèrent sont en annexe.",
        vide=f"Aucun total ne diffère. Les {len(entiere.lignes)} chiffres qui diffèrent sont en "
        "annexe.",
    )
    return {"changements": debut, "changements_suite": entiere}


def _plan(donnees: Donnees) -> str:
    total = donnees["total"]
    if not total["prevues"]:
        return "Aucun créneau n’était prévu dans le mois."
    prevues, tenues, vides = total["prevues"], total["tenues"], total["sans_visite"]
    sans_visite = (
        "aucun n’est resté sans visite"
        if not vides
        else f"{fr.entier(vides)} {fr.mot(vides, 'est resté', 'sont restés')} sans visite"
    )
    debut = (
        f"{fr.accorde(prevues, 'créneau était prévu', 'créneaux étaient prévus')} "
        f"({fr.heures(total['minutes_prevues'])} heures)"
    )
    if not tenues:
        return f"{debut} ; aucun n’a été tenu."
    return (
        f"{debut} ; {fr.entier(tenues)} {fr.mot(tenues, 'a été tenu', 'ont été tenus')} "
        f"({fr.heures(total['minutes_tenues'])} heures), dont {sans_visite}."
        if vides
        else f"{debut} ; {fr.entier(tenues)} {fr.mot(tenues, 'a été tenu', 'ont été tenus')} "
        f"({fr.heures(total['minutes_tenues'])} heures) ; {sans_visite}."
    )


def _lieux_pour_100000(donnees: Donnees) -> str:
    valeur = donnees.get("lieux_actifs_pour_100000")
    texte = fr.TIRET if valeur is None else fr.decimal(valeur)
    return (
        f"Pour mémoire : {texte} lieux actifs pour 100{fr.FINE}000 habitants. "
        f"L’accord de 2021 cite 38 lieux d’accès au numérique pour 100{fr.FINE}000 habitants, "
        "tous lieux compris : c’est une autre mesure, les deux nombres ne se comparent pas."
    )
