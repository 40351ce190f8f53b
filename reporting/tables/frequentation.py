"""The tables of the rapport de fréquentation, from `donnees` alone. Pure."""

from dataclasses import replace
from typing import Any

from conseillers.enums import Part
from permanences.enums import (
    Canal,
    NatureSeance,
    Orientation,
    StatutSocial,
    TrancheAge,
    TypeLieu,
)
from permanences.enums import (
    Genre as GenreCivil,
)
from reporting import francais as fr
from reporting.francais import NON_CONNU
from reporting.tables import entrees, public
from reporting.tables.base import (
    Colonne,
    Genre,
    Ligne,
    Table,
    etat_du_mois,
    ordonne,
    ratio,
)

Donnees = dict[str, Any]

SANS_LIEU = ("sans_lieu", "Sans lieu d’accueil")
GROUPES_DE_LIEUX = (
    ("ehpad", "EHPAD (regroupés)"),
    ("seance_unique", "Lieux d’une seule séance (regroupés)"),
    ("autres", "Autres lieux (regroupés)"),
)

SEANCES = Colonne("seances", "Séances")
PARTICIPATIONS = Colonne("participations", "Participations")
PREMIERES_VENUES = Colonne("premieres_venues", "Premières venues déclarées")
HEURES = Colonne("minutes", "Heures", Genre.MINUTES)
MESURES = (SEANCES, PARTICIPATIONS, PREMIERES_VENUES, HEURES)
CLES = tuple(c.cle for c in MESURES)


def tables_frequentation(donnees: Donnees) -> list[Table]:
    return [
        douze_mois(donnees),
        annee(donnees),
        par_nature(donnees),
        par_epci(donnees),
        _par_cle(donnees, "par_type_lieu", "Par type de lieu", "Type de lieu", TypeLieu, SANS_LIEU),
        _par_cle(donnees, "par_canal", "Par canal", "Canal", Canal),
        lieux_frequentes(donnees),
        public.thematiques(donnees),
        public.demarches(donnees),
        public.public(donnees, "tranches_age", "Âge", "Tranche d’âge", TrancheAge),
        public.public(donnees, "genres", "Genre", "Genre", GenreCivil),
        public.public(donnees, "statuts", "Statut", "Statut", StatutSocial),
        ateliers(donnees),
        _par_cle(donnees, "par_part", "Par part d’employeur", "Part", Part),
        orientations(donnees),
        entrees.saisie(donnees),
        entrees.sources(donnees),
        entrees.regularisations(donnees),
    ]


def _mesures(donnees: Donnees, ligne: Ligne) -> Ligne:
    """The four measures; premières venues are unknown, not zero, where nobody filled them."""
    mesures = {cle: ligne.get(cle) for cle in CLES}
    total = donnees["total"]
    if total["participations"] and not total["premieres_venues_sur"]:
        mesures["premieres_venues"] = NON_CONNU
    return mesures


def _total(donnees: Donnees, cle: str, libelle: str = "Total") -> Ligne:
    return {cle: libelle, **_mesures(donnees, donnees["total"])}


def par_nature(donnees: Donnees) -> Table:
    table = _par_cle(donnees, "par_nature", "Par nature de séance", "Nature", NatureSeance)
    total = donnees["total"]
    return replace(
        table,
        note=f"Premières venues renseignées pour {fr.entier(total['premieres_venues_sur'])} des "
        f"{fr.accorde(total['participations'], 'participation')}.",
    )


def _par_cle(
    donnees: Donnees, cle: str, titre: str, colonne: str, liste: Any, *suite: tuple[str, str]
) -> Table:
    """One line per value of a closed list, then the total: `par_nature`, `par_canal`…"""
    valeurs = donnees.get(cle, {})
    zero = dict.fromkeys(CLES, 0)
    lignes = tuple(
        {"code": code, "libelle": libelle, **_mesures(donnees, valeurs.get(code, zero))}
        for code, libelle in ordonne(valeurs, liste, *suite)
    )
    return Table(
        cle,
        titre,
        (
            Colonne("code", "Code", Genre.TEXTE),
            Colonne("libelle", colonne, Genre.TEXTE),
            *MESURES,
        ),
        lignes,
        (_total(donnees, "libelle"),),
    )


def par_epci(donnees: Donnees) -> Table:
    def ligne(siren: str, nom: str, source: Ligne, population: int | None = None) -> Ligne:
        mesures = {"siren": siren, "nom": nom, **_mesures(donnees, source)}
        if population is not None:
            pour_1000 = ratio(source["participations"], population, pour=1000)
            mesures |= {"population": population, "participations_pour_1000": pour_1000}
        return mesures

    epci = donnees["par_epci"]
    population = sum(e.get("population") or 0 for e in epci)
    a_cheval = [e["nom"] for e in epci if e.get("a_cheval")]
    return Table(
        "par_epci",
        "Par EPCI",
        (
            Colonne("siren", "SIREN", Genre.TEXTE, vide=""),
            Colonne("nom", "EPCI", Genre.TEXTE),
            Colonne("population", "Population"),
            *MESURES,
            Colonne(
                "participations_pour_1000",
                f"Participations pour 1{fr.FINE}000 hab.",
                Genre.DECIMAL,
            ),
        ),
        tuple(ligne(e["siren"], e["nom"], e, e.get("population") or 0) for e in epci),
        (
            ligne("", "À distance", donnees["a_distance"]),
            ligne("", "Hors département", donnees["hors_departement"]),
            # A few islands belong to no EPCI.
            *([ligne("", "Sans EPCI", donnees["sans_epci"])] if "sans_epci" in donnees else []),
            ligne("", "Total", donnees["total"], population),
        ),
        note=_note_a_cheval(a_cheval),
    )


def _note_a_cheval(noms: list[str]) -> str:
    note = "Le lieu de la séance décide de la ligne."
    if noms:
        note += (
            " Seules les communes du département sont comptées, séances et population, pour "
            f"{fr.enumere(noms)}, à cheval sur plusieurs départements."
        )
    return note


def _colonnes_par_nature() -> list[Colonne]:
    return [
        Colonne(f"{nature}_{mesure.cle}", f"{mesure.titre} : {libelle}")
        for mesure in (SEANCES, PARTICIPATIONS)
        for nature, libelle in NATURES_COURTES
    ]


NATURES_COURTES = (
    (NatureSeance.INDIVIDUEL.value, "individuel"),
    (NatureSeance.ATELIER.value, "ateliers"),
    (NatureSeance.MINI_FORMATION.value, "mini-formations"),
)


def douze_mois(donnees: Donnees) -> Table:
    lignes = tuple(
        {
            "mois": m["mois"],
            "etat": etat_du_mois(donnees, m),
            "seances": m["seances"],
            "participations": m["participations"],
            "premieres_venues": m.get("premieres_venues"),
            "minutes": m["minutes"],
            **{
                f"{nature}_{cle}": m.get("par_nature", {}).get(nature, {}).get(cle, 0)
                for cle in ("seances", "participations")
                for nature, _ in NATURES_COURTES
            },
        }
        for m in donnees.get("douze_mois", [])
    )
    return Table(
        "douze_mois",
        "Douze derniers mois",
        (
            Colonne("mois", "Mois", Genre.MOIS),
            Colonne("etat", "État", Genre.TEXTE),
            *_colonnes_par_nature(),
            *MESURES,
        ),
        lignes,
        note="« Figé » : chiffres de ce rapport, ou du dernier rapport clos de ce mois. "
        "« Provisoire » : mois non clos, chiffres calculés à la date de ce rapport.",
    )


def annee(donnees: Donnees) -> Table:
    """This month beside M−1, M−12 and the sum since 1 January."""
    evolution = donnees.get("evolution") or {}
    lignes: list[Ligne] = [{"periode": fr.mois(donnees["mois"]), **donnees["total"]}]
    for cle, ecart in (("m_1", -1), ("m_12", -12)):
        passe = evolution.get(cle)
        nom = fr.mois(fr.mois_decale(donnees["mois"], ecart))
        if passe:
            suite = " (provisoire)" if passe.get("provisoire") else ""
            lignes.append({"periode": nom + suite, **passe})
        else:
            lignes.append({"periode": nom, **dict.fromkeys(CLES, NON_CONNU)})
    if depuis := evolution.get("annee"):
        lignes.append({"periode": f"Depuis le 1er janvier {donnees['mois'][:4]}", **depuis})
    return Table(
        "evolution",
        "Évolution",
        (Colonne("periode", "Période", Genre.TEXTE), *MESURES),
        tuple({"periode": x["periode"], **{c: x.get(c) for c in CLES}} for x in lignes),
        note=_note_annee(evolution.get("annee")),
    )


def _note_annee(ligne: Ligne | None) -> str:
    if not ligne:
        return ""
    versions = ligne.get("versions") or {}
    morceaux = []
    if versions:
        dites = [f"{fr.mois(m)} (version {v})" for m, v in sorted(versions.items())]
        morceaux.append(f"Somme depuis janvier, mois figés : {fr.enumere(dites)}.")
    if tardives := ligne.get("regularisations"):
        morceaux.append(f"Y compris {fr.accorde(tardives, 'séance')} hors délai.")
    elif tardives == 0:
        morceaux.append("Aucune séance hors délai.")
    if manquants := ligne.get("mois_manquants"):
        noms = fr.enumere([fr.mois(m) for m in manquants])
        accord = "n’est pas clos" if len(manquants) == 1 else "ne sont pas clos"
        morceaux.append(f"Total incomplet : {noms} {accord}.")
    return " ".join(morceaux)


def lieux_frequentes(donnees: Donnees) -> Table:
    types = dict(TypeLieu.choices)
    lignes = [
        {**lieu, "type": types.get(lieu["type"], lieu["type"])}
        for lieu in donnees.get("lieux_frequentes", [])
    ]
    groupes = donnees.get("lieux_groupes", {})
    rien = not lignes and not any(groupe["lieux"] for groupe in groupes.values())
    pied = [
        {
            "code": "",
            "nom": f"{libelle}{fr.FINE}: {fr.accorde(groupe['lieux'], 'lieu', 'lieux')}",
            "seances": groupe["seances"],
            "participations": groupe["participations"],
        }
        for cle, libelle in GROUPES_DE_LIEUX
        if (groupe := groupes.get(cle)) and not rien
    ]
    return Table(
        "lieux_frequentes",
        "Les quinze lieux qui ont réuni le plus de participations",
        (
            Colonne("code", "Code", Genre.TEXTE),
            Colonne("nom", "Lieu", Genre.TEXTE),
            Colonne("type", "Type", Genre.TEXTE, vide=""),
            SEANCES,
            PARTICIPATIONS,
        ),
        tuple(lignes),
        tuple(pied),
        note="Les EHPAD et les lieux d’une seule séance sont regroupés, pour ne désigner personne.",
        vide="Aucune séance n’a eu lieu dans un lieu d’accueil ce mois-ci.",
    )


def ateliers(donnees: Donnees) -> Table:
    natures = dict(NatureSeance.choices)
    lignes = [
        {
            **atelier,
            "nature": natures.get(atelier["nature"], atelier["nature"]),
            "lieu": atelier.get("lieu"),
            "titre": atelier.get("titre") or "",
        }
        for atelier in donnees.get("ateliers", [])
    ]
    return Table(
        "ateliers",
        "Ateliers et mini-formations du mois",
        (
            Colonne("date", "Date", Genre.DATE),
            Colonne("nature", "Nature", Genre.TEXTE),
            Colonne("lieu", "Lieu", Genre.TEXTE, vide="hors d’un lieu d’accueil"),
            Colonne("titre", "Titre", Genre.TEXTE, vide=""),
            Colonne("presents", "Présents"),
            Colonne("capacite", "Capacité", vide=NON_CONNU),
        ),
        tuple(lignes),
        vide="Aucun atelier ni mini-formation n’a eu lieu ce mois-ci.",
    )


def orientations(donnees: Donnees) -> Table:
    valeurs = donnees.get("orientations", {})
    zero = {"seances": 0, "participations": 0}
    lignes = tuple(
        {"code": code, "libelle": libelle, **valeurs.get(code, zero)}
        for code, libelle in ordonne(valeurs, Orientation)
    )
    return Table(
        "orientations",
        "Orientations vers un autre organisme",
        (
            Colonne("code", "Code", Genre.TEXTE),
            Colonne("libelle", "Organisme", Genre.TEXTE),
            SEANCES,
            PARTICIPATIONS,
        ),
        lignes,
    )
