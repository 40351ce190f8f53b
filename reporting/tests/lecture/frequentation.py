"""The lines that the PDF of the fréquentation must hold. See `base`."""

import re
from collections.abc import Iterator

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
from reporting.tests.lecture.base import DECIMALE, PART, Chemin, Lecture, Ligne, mois, nature_part

MESURES = ("seances", "participations", "premieres_venues", "minutes")
NON_COMMUNIQUE = ("non_communique", "Non communiqué")
SANS_LIEU = ("sans_lieu", "Sans lieu d’accueil")
GROUPES = (
    ("ehpad", "EHPAD (regroupés)"),
    ("seance_unique", "Lieux d’une seule séance (regroupés)"),
    ("autres", "Autres lieux (regroupés)"),
)
SAISIE = (
    ("meme_jour", "Le jour même"),
    ("sous_7_jours", "Sous sept jours"),
    ("apres_7_jours", "Après sept jours"),
    ("inconnu", "Délai inconnu (fichier importé)"),
)


def lines(lu: Lecture) -> Iterator[Ligne]:
    yield from _activite(lu)
    yield from _territoires(lu)
    yield from _publics(lu)
    yield from _lieux(lu)
    yield from _temps(lu)
    yield from _entrees(lu)


def mesures(lu: Lecture, *base: str | int) -> Ligne:
    """Nobody filled the premières venues: unknown, not zero."""
    total = lu.donnees["total"]
    ligne = lu.plusieurs(base, *MESURES)
    if total["participations"] and not total["premieres_venues_sur"]:
        ligne[2] = "non connu"
    return ligne


def _activite(lu: Lecture) -> Iterator[Ligne]:
    for cle, choix in (
        ("par_nature", NatureSeance.choices),
        ("par_part", nature_part()),
        ("par_type_lieu", [*TypeLieu.choices, SANS_LIEU]),
        ("par_canal", Canal.choices),
    ):
        for code, libelle in choix:
            yield [libelle, *mesures(lu, cle, code)]
    yield ["Total", *mesures(lu, "total")]
    sur, tout = lu("total", "premieres_venues_sur"), lu("total", "participations")
    yield ["Premières venues renseignées pour", sur, "des", tout]


def _territoires(lu: Lecture) -> Iterator[Ligne]:
    for rang, epci in enumerate(lu.donnees["par_epci"]):
        population = lu("par_epci", rang, "population")
        yield [epci["nom"], population, *mesures(lu, "par_epci", rang), DECIMALE]
    for cle, libelle in (
        ("a_distance", "À distance"),
        ("hors_departement", "Hors département"),
        ("sans_epci", "Sans EPCI"),
    ):
        if cle in lu.donnees:
            yield [libelle, *mesures(lu, cle)]


def _publics(lu: Lecture) -> Iterator[Ligne]:
    for cle, choix in (
        ("tranches_age", TrancheAge.choices),
        ("genres", Genre.choices),
        ("statuts", StatutSocial.choices),
    ):
        for code, libelle in [*choix, NON_COMMUNIQUE]:
            yield [libelle, lu(cle, code), PART]
    for code, libelle in Thematique.choices:
        chemin = ("thematiques", code)
        yield [libelle, lu(*chemin, "seances"), PART, lu(*chemin, "participations"), PART]
    for code, libelle in Orientation.choices:
        yield [libelle, *lu.plusieurs(("orientations", code), "seances", "participations")]


def _lieux(lu: Lecture) -> Iterator[Ligne]:
    types = dict(TypeLieu.choices)
    for rang, lieu in enumerate(lu.donnees["lieux_frequentes"]):
        chiffres = lu.plusieurs(("lieux_frequentes", rang), "seances", "participations")
        yield [lieu["nom"], types[lieu["type"]], *chiffres]
    groupes = lu.donnees["lieux_groupes"]
    rien = not lu.donnees["lieux_frequentes"] and not any(g["lieux"] for g in groupes.values())
    if rien:
        yield ["Aucune séance n’a eu lieu dans un lieu d’accueil ce mois-ci."]
    for cle, libelle in GROUPES:
        nombre = lu.brut("lieux_groupes", cle, "lieux")
        compte = (
            f"{libelle} : {lu('lieux_groupes', cle, 'lieux')} {'lieux' if nombre > 1 else 'lieu'}"
        )
        chiffres = lu.plusieurs(("lieux_groupes", cle), "seances", "participations")
        if not rien:
            yield [compte, *chiffres]
    natures = dict(NatureSeance.choices)
    for rang, atelier in enumerate(lu.donnees["ateliers"]):
        jour = "/".join(reversed(atelier["date"].split("-")))
        lieu = atelier["lieu"] or "hors d’un lieu d’accueil"
        capacite = lu("ateliers", rang, "capacite") if atelier["capacite"] else "non connu"
        texte = [jour, natures[atelier["nature"]], lieu]
        titre = [atelier["titre"]] if atelier["titre"] else []
        yield [*texte, *titre, lu("ateliers", rang, "presents"), capacite]


def _temps(lu: Lecture) -> Iterator[Ligne]:
    for rang, ligne in enumerate(lu.donnees["douze_mois"]):
        chemin: Chemin = ("douze_mois", rang)
        par_nature = [
            lu(*chemin, "par_nature", nature, cle) if nature in ligne["par_nature"] else "0"
            for cle in ("seances", "participations")
            for nature in ("individuel", "atelier", "mini_formation")
        ]
        yield [
            mois(ligne["mois"]),
            re.compile("figé|provisoire"),
            *par_nature,
            *lu.plusieurs(chemin, "seances", "participations", "premieres_venues", "minutes"),
        ]
    evolution = lu.donnees["evolution"]
    for cle in ("m_1", "m_12"):
        if ligne := evolution[cle]:
            yield [
                mois(ligne["mois"]),
                re.compile(r"(?:\(provisoire\) )?"),
                *lu.plusieurs(("evolution", cle), *MESURES),
            ]
            ateliers = lu("evolution", cle, "ateliers")
            yield ["Ateliers et mini-formations", re.compile(".{1,70}?"), ateliers]
    yield from _annee(lu)


def _annee(lu: Lecture) -> Iterator[Ligne]:
    annee = lu.donnees["evolution"]["annee"]
    if not annee:
        return
    chiffres = lu.plusieurs(("evolution", "annee"), *MESURES)
    yield [f"Depuis le 1er janvier {lu.donnees['mois'][:4]}", *chiffres]
    for un_mois in annee["versions"]:
        yield [f"{mois(un_mois)} (version {lu('evolution', 'annee', 'versions', un_mois)})"]
    if "regularisations" in annee:
        tardives = lu.brut("evolution", "annee", "regularisations")
        texte = lu("evolution", "annee", "regularisations")
        mot = "séance" if tardives < 2 else "séances"
        yield [f"Y compris {texte} {mot} hors délai." if tardives else "Aucune séance hors délai."]


def _entrees(lu: Lecture) -> Iterator[Ligne]:
    for code, libelle in SAISIE:
        yield [libelle, lu("saisie", code), PART]
    for code, libelle in Source.choices:
        yield [libelle, *lu.plusieurs(("par_source", code), "seances", "participations")]
    for rang, ligne in enumerate(lu.donnees["regularisations"]):
        yield [mois(ligne["mois"]), *lu.plusieurs(("regularisations", rang), *MESURES)]
    tardives = lu.plusieurs(("hors_delai",), *MESURES)
    if not lu.donnees["regularisations"]:
        yield ["Aucune séance d’un mois clos n’a été saisie depuis la clôture précédente."]
    elif len(lu.donnees["regularisations"]) > 1:
        yield ["Total", *tardives]
