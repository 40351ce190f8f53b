"""The lines that the PDF of the couverture must hold. See `base`."""

import re
from collections.abc import Iterator
from typing import Any

from conseillers.enums import Phase
from permanences.enums import Motif, NatureCreneau
from reporting.tests.lecture.base import DECIMALE, PART, Lecture, Ligne, mois, nature_part

PLAN = ("prevues", "tenues", "annulees", "a_renseigner")
POSTES = (
    "attribues", "attribues_dans_le_mois", "pourvus", "vacants", "rendus", "hors_convention",
    "jours_attribues", "jours_vacance",
)  # fmt: skip
MONTANTS = ("conventionne", "verse", "reste_a_verser")
SUIVIS = (
    *PLAN, "taux_tenue", "lieux_actifs", "population_a_10_km", "postes_pourvus", "epci_couverts",
    "communes_non_desservies",
)  # fmt: skip


def lines(lu: Lecture) -> Iterator[Ligne]:
    yield from _plan(lu)
    yield from _territoires(lu)
    yield from _communes(lu)
    yield from _lieux(lu)
    yield from _programme(lu)
    yield from _temps(lu)


def _plan(lu: Lecture) -> Iterator[Ligne]:
    for code, libelle in NatureCreneau.choices:
        yield [libelle, *lu.plusieurs(("par_nature", code), *PLAN), PART]
    yield ["Total des créneaux", *lu.plusieurs(("total",), *PLAN), lu_taux(lu)]
    for code, libelle in Motif.choices:
        yield [libelle, lu("motifs", code), PART]
    total = lu.donnees["total"]
    prevues, tenues = lu("total", "minutes_prevues"), lu("total", "minutes_tenues")
    vides = lu("total", "sans_visite")
    if not total["prevues"]:
        yield ["Aucun créneau n’était prévu dans le mois."]
        return
    yield [f"({prevues} heures)"]
    yield [f"({tenues} heures)" if total["tenues"] else "aucun n’a été tenu"]
    if total["sans_visite"]:
        yield [vides, re.compile("est resté sans visite|sont restés sans visite")]


def lu_taux(lu: Lecture) -> str:
    return lu("taux_tenue")


def _territoires(lu: Lecture) -> Iterator[Ligne]:
    for rang, epci in enumerate(lu.donnees["par_epci"]):
        chemin = ("par_epci", rang)
        desserte = (
            "population", "lieux_actifs", "communes_avec_permanence", "jours_tenus", "couvert",
            "couvert_par_le_departement", "population_a_10_km",
        )  # fmt: skip
        yield [epci["nom"], *lu.plusieurs(chemin, *desserte), PART]
        plan = lu.plusieurs(chemin, *PLAN)
        suite = ("minutes_tenues", "heures_pour_1000", "seances", "participations")
        yield [epci["nom"], *plan, PART, *lu.plusieurs(chemin, *suite)]
    for cle, libelle in (("hors_departement", "Hors département"), ("sans_epci", "Sans EPCI")):
        if cle in lu.donnees:
            plan = lu.plusieurs((cle,), *PLAN)
            suite = lu.plusieurs((cle,), "minutes_tenues", "seances", "participations")
            yield [libelle, *plan, PART, *suite]
    yield ["À distance", *lu.plusieurs(("a_distance",), "seances", "participations")]
    total = lu.plusieurs(("total",), *PLAN)
    suite = lu.plusieurs(("total",), "seances", "participations")
    yield ["Total", *total, lu_taux(lu), lu("total", "minutes_tenues"), DECIMALE, *suite]
    lu("total", "lieux_actifs")
    for distance in lu.donnees["distances_km"]:
        habitants = lu("population", f"a_{distance}_km")
        yield [f"{distance} km au plus", habitants, PART]
    yield ["Département", lu("population", "total"), PART]
    yield ["Pour mémoire :", lu("lieux_actifs_pour_100000"), "lieux actifs pour 100 000 habitants"]
    for rang, distance in enumerate(lu.donnees["distances_km"]):
        yield [f"{lu('distances_km', rang)} km"]
        assert distance == lu.brut("distances_km", rang)
    yield [f"Commune à plus de {lu('distance_non_desservie_km')} km, à vol d’oiseau"]
    seuil = lu.brut("seuil_jours_tenus")
    yield [f"au moins {lu('seuil_jours_tenus')} {'jour' if seuil < 2 else 'jours'} avec un créneau"]


def _communes(lu: Lecture) -> Iterator[Ligne]:
    for rang, commune in enumerate(lu.donnees["communes"]):
        distance = lu("communes", rang, "distance_km")
        ou = "" if distance == "—" else f", {distance} km"
        yield [f"{commune['nom']} ({lu('communes', rang, 'population')} hab.{ou})"]
    noms = {lieu["code"]: lieu["nom"] for lieu in lu.donnees["lieux"]}
    connues = {c["code"] for c in lu.donnees["communes"]}
    retenues = sorted(
        enumerate(lu.donnees["communes_non_desservies"]),
        key=lambda couple: (-couple[1]["population"], couple[1]["code"]),
    )
    for place, (rang, commune) in enumerate(retenues):
        chemin = ("communes_non_desservies", rang)
        chiffres = lu.plusieurs(chemin, "population", "distance_km")
        proche = commune["lieu_le_plus_proche"]
        if place < 40:
            yield [commune["nom"], commune["epci"] or "aucun", *chiffres, noms.get(proche, "—")]
        else:
            assert commune["code"] in connues, "told by the annex of all the communes"


def _lieux(lu: Lecture) -> Iterator[Ligne]:
    for rang, lieu in enumerate(lu.donnees["lieux"]):
        cles = [
            cle
            for cle in ("prevues", "tenues", "annulees", "sans_visite", "seances")
            if cle in lieu
        ]
        chiffres = lu.plusieurs(("lieux", rang), *cles)
        if any(lieu[cle] for cle in cles):
            yield [lieu["nom"], *chiffres]
        else:
            yield [
                re.compile("Lieux connus, sans créneau prévu ni séance ce mois-ci :.*?"),
                lieu["nom"],
            ]
    for rang, lieu in enumerate(lu.donnees["simulation"]):
        yield [lieu["nom"], lieu["commune"], lu("simulation", rang, "population")]
    for rang, zonage in enumerate(lu.donnees["zonages"]):
        chiffres = lu.plusieurs(("zonages", rang), "population", "population_a_10_km")
        yield [zonage["zonage"], str(lu.brut("zonages", rang, "millesime")), *chiffres, PART]


def _programme(lu: Lecture) -> Iterator[Ligne]:
    for base, libelle in (
        *((("postes", "par_part", part), nom) for part, nom in nature_part()),
        (("postes",), "Total"),
    ):
        yield [libelle, *lu.plusieurs(base, "reserves", *POSTES), _occupation(lu, base)]
    for rang, poste in enumerate(lu.donnees["postes_lignes"]):
        yield [lu("postes_lignes", rang, "numero"), poste["employeur"]]
    for cle in ("vacances", "contrats"):
        for rang, _ in enumerate(lu.donnees["a_decider"][cle]):
            yield [f"poste n° {lu('a_decider', cle, rang, 'numero')}, "]
    source = lu.donnees["financements"]
    for phase, nom in Phase.choices:
        for part, libelle in nature_part():
            chemin = ("financements", "par_part", part, phase)
            yield [nom, libelle, *lu.plusieurs(chemin, *MONTANTS)]
        yield [nom, "Ensemble", *lu.plusieurs(("financements", phase), *MONTANTS)]
    if source["enveloppe"]:
        yield ["Enveloppe de la première phase :", lu("financements", "enveloppe")]
    for cle, libelle in (
        ("reunion", "Réunions du réseau"),
        ("formation", "Formations"),
        ("certification", "Certifications"),
    ):
        yield [libelle, lu("reseau", cle)]


def _occupation(lu: Lecture, base: tuple[str, ...]) -> Any:
    valeurs = lu.donnees
    for cle in base:
        valeurs = valeurs[cle]
    return lu(*base, "taux_occupation") if "taux_occupation" in valeurs else PART


def _temps(lu: Lecture) -> Iterator[Ligne]:
    for rang, ligne in enumerate(lu.donnees["douze_mois"]):
        chiffres = lu.plusieurs(("douze_mois", rang), *SUIVIS)
        if ligne["prevues"] is None:
            yield [mois(ligne["mois"]), "non clos", *["non connu"] * len(SUIVIS)]
        else:
            unknown = {"population_a_10_km"}
            textes = [
                "non connu" if ligne[cle] is None and cle in unknown else texte
                for cle, texte in zip(SUIVIS, chiffres, strict=True)
            ]
            yield [mois(ligne["mois"]), re.compile("figé|provisoire"), *textes]
    for cle in ("m_1", "m_12"):
        if ligne := lu.donnees["evolution"][cle]:
            provisoire = re.compile(r"(?:\(provisoire\) )?")
            yield [mois(ligne["mois"]), provisoire, *lu.plusieurs(("evolution", cle), *SUIVIS)]
