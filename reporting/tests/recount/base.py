"""What both reports share: reading the files, dates, distances, who holds which poste."""

import csv
import datetime as dt
import math
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

from dateutil.easter import easter
from dateutil.rrule import rrulestr

RAYON_KM = 6371.0088
DISTANCES = (5, 10, 15)
NON_DESSERVIE_KM = 10
DEPARTEMENT = "72"
UN_JOUR = dt.timedelta(days=1)

NATURES = ("individuel", "atelier", "mini_formation")
NATURES_CRENEAU = ("permanence", "atelier", "mini_formation")
PARTS = ("departement", "partenaire")
CANAUX = ("lieu_activite", "autre_lieu", "domicile", "a_distance")
TYPES_LIEU = (
    "mairie", "salle_polyvalente", "bibliotheque", "ehpad", "ccas", "association", "tiers_lieu",
    "france_services", "centre_social", "etablissement_scolaire", "structure_departementale",
    "autre",
)  # fmt: skip
MOTIFS = (
    "fermeture_du_lieu", "absence_du_conseiller", "poste_vacant", "intemperies",
    "panne_materiel_ou_reseau", "fermeture_programmee", "remplacee", "autre",
)  # fmt: skip
AGES = (
    "moins_de_douze", "douze_dix_huit", "dix_huit_vingt_quatre", "vingt_cinq_trente_neuf",
    "quarante_cinquante_neuf", "soixante_soixante_neuf", "soixante_dix_plus",
)  # fmt: skip
GENRES = ("masculin", "feminin")
STATUTS = ("retraite", "sans_emploi", "en_emploi", "scolarise")
THEMATIQUES = (
    "diagnostic_numerique", "prendre_en_main_du_materiel", "maintenance_de_materiel",
    "gere_ses_contenus_numeriques", "navigation_sur_internet", "email", "bureautique",
    "reseaux_sociaux", "sante", "banque_et_achats_en_ligne", "entrepreneuriat",
    "insertion_professionnelle", "securite_numerique", "parentalite",
    "scolarite_et_numerique", "creer_avec_le_numerique", "culture_numerique",
    "intelligence_artificielle", "aide_aux_demarches_administratives",
    "papiers_elections_citoyennete", "famille_scolarite", "social_sante",
    "travail_formation", "logement", "transports_mobilite", "argent_impots", "justice",
    "etrangers_europe", "loisirs_sports_culture", "associations",
)  # fmt: skip
ETATS_POSTE = ("sans_objet", "vacant", "a_l_heure", "en_retard", "excuse", "manquant")


# --- reading -------------------------------------------------------------------------------


def rows(fichier: Path) -> list[dict]:
    if not fichier.exists():
        return []
    with fichier.open(encoding="utf-8-sig", newline="") as flux:
        entete = flux.readline()
        flux.seek(0)
        if entete.startswith("\ufeff"):
            flux.read(1)
        return list(csv.DictReader(flux, delimiter=";" if ";" in entete else ","))


def day(texte: str | None) -> dt.date | None:
    if not texte:
        return None
    if "/" in texte:
        jour, mois, an = texte.split("/")
        return dt.date(int(an), int(mois), int(jour))
    return dt.date.fromisoformat(texte)


def number(texte: str | None) -> Decimal:
    return Decimal((texte or "0").replace(",", "."))


def cents(texte: str | None) -> int:
    return int(number(texte) * 100)


def minutes_of_clock(texte: str) -> int:
    heures, minutes = texte.split(":")[:2]
    return int(heures) * 60 + int(minutes)


# --- calendar ------------------------------------------------------------------------------


def public_holidays(an: int) -> set[dt.date]:
    """Metropolitan France, without Alsace-Moselle."""
    paques = easter(an)
    mobiles = {paques + dt.timedelta(days=n) for n in (1, 39, 50)}
    fixes = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    return mobiles | {dt.date(an, mois, jour) for mois, jour in fixes}


def fifth_working_day(premier: dt.date) -> dt.date:
    jour, ouvres = premier - UN_JOUR, 0
    while ouvres < 5:
        jour += UN_JOUR
        ouvres += jour.weekday() < 5 and jour not in public_holidays(jour.year)
    return jour


def dates_of_rule(creneau: dict, jours: list[dt.date]) -> list[dt.date]:
    debut, fin = day(creneau["date_debut"]), day(creneau.get("date_fin"))
    if not creneau.get("recurrence"):
        dates = {debut}
    else:
        minuit = dt.datetime.combine(debut, dt.time())
        regle = rrulestr(creneau["recurrence"], dtstart=minuit)
        borne = dt.datetime.combine(jours[-1], dt.time(23))
        dates = {d.date() for d in regle.between(minuit - UN_JOUR, borne, inc=True)}
    feries = creneau.get("feries") == "oui"
    return [
        j
        for j in jours
        if j in dates and (fin is None or j <= fin) and (feries or j not in public_holidays(j.year))
    ]


def kilometres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    a, b, c, d = map(math.radians, (lat1, lon1, lat2, lon2))
    corde = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * RAYON_KM * math.asin(math.sqrt(corde))


def share(haut: int, bas: int) -> float | None:
    return round(haut / bas, 4) if bas else None


# --- the programme, with its dates ---------------------------------------------------------


class Programme:
    """The CSV files of a folder and the territory's, indexed."""

    def __init__(self, dossier: Path, territoires: Path, cibles_de_base: Path) -> None:
        self.communes = {c["code"]: c for c in rows(territoires / f"communes-{DEPARTEMENT}.csv")}
        anciennes = rows(territoires / f"communes-anciennes-{DEPARTEMENT}.csv")
        self.anciennes = {a["ancien_code"]: a["code"] for a in anciennes}
        self.epcis = sorted(rows(territoires / f"epci-{DEPARTEMENT}.csv"), key=lambda e: e["siren"])
        for nom in (
            "structures", "postes", "affectations", "conventions", "convention_lignes",
            "versements", "lieux", "creneaux", "fermetures", "absences", "occurrences",
            "seances", "declarations",
        ):  # fmt: skip
            setattr(self, nom, rows(dossier / f"{nom}.csv"))
        self.cibles = {
            (c["figure"], day(c["depuis"])): number(c["valeur"])
            for c in rows(cibles_de_base) + rows(dossier / "cibles.csv")
        }
        self.lieux.sort(key=lambda lieu: lieu["code"])
        self.lieu = {lieu["code"]: lieu for lieu in self.lieux}
        self.creneau = {c["code"]: c for c in self.creneaux}
        type_structure = {s["siret"]: s["type"] for s in self.structures}
        self.part_siret = {
            siret: "departement" if type_ == "departement" else "partenaire"
            for siret, type_ in type_structure.items()
        }
        self.part_poste = {p["numero"]: self.part_siret[p["siret"]] for p in self.postes}
        self.poste = {p["numero"]: p for p in self.postes}

    def target(self, figure: str, jour: dt.date) -> Decimal | None:
        dates = [depuis for nom, depuis in self.cibles if nom == figure and depuis <= jour]
        return self.cibles[figure, max(dates)] if dates else None

    def place(self, code_insee: str) -> tuple[str, str] | None:
        """(commune, EPCI) of today for a code of the département; None for elsewhere."""
        code = self.anciennes.get(code_insee, code_insee)
        if code not in self.communes:
            assert not code.startswith(DEPARTEMENT), code
            return None
        return code, self.communes[code]["epci"]

    def point(self, lieu: dict) -> tuple[float, float]:
        if lieu.get("latitude"):
            return float(number(lieu["latitude"])), float(number(lieu["longitude"]))
        commune = self.communes[self.place(lieu["code_insee"])[0]]
        return float(commune["lat"]), float(commune["lon"])

    def attributed(self, poste: dict, jour: dt.date) -> bool:
        rendu = day(poste.get("date_rendu"))
        return day(poste["date_attribution"]) <= jour and (rendu is None or jour < rendu)

    def holders(self, numero: str, jour: dt.date) -> list[str]:
        return [
            a["courriel"]
            for a in self.affectations
            if a["poste"] == numero
            and day(a["date_debut"]) <= jour
            and (not a.get("date_fin") or jour <= day(a["date_fin"]))
        ]

    def all_absent(self, numero: str, jour: dt.date) -> bool:
        """Somebody holds the poste that day, and nobody of them is there."""
        tenants = self.holders(numero, jour)
        absents = {
            a["courriel"]
            for a in self.absences
            if a["poste"] == numero and day(a["date_debut"]) <= jour <= day(a["date_fin"])
        }
        return bool(tenants) and set(tenants) <= absents

    def occupied(self, numero: str, jour: dt.date) -> bool:
        return self.attributed(self.poste[numero], jour) and bool(self.holders(numero, jour))

    def completeness(self, jours: list[dt.date]) -> dict[str, int]:
        compte = Counter(dict.fromkeys(ETATS_POSTE, 0))
        for poste in self.postes:
            a_nous = [j for j in jours if self.attributed(poste, j)]
            if a_nous:
                compte[self.completeness_of(poste, a_nous, jours[-1] + UN_JOUR)] += 1
        return dict(compte)

    def completeness_of(self, poste: dict, a_nous: list[dt.date], suivant: dt.date) -> str:
        numero = poste["numero"]
        if poste.get("type") == "coordinateur":
            return "sans_objet"
        occupes = [j for j in a_nous if self.holders(numero, j)]
        if not occupes:
            return "vacant"
        for declaration in self.declarations:
            if (declaration["poste"], declaration["mois"]) == (numero, f"{a_nous[0]:%Y-%m}"):
                a_temps = day(declaration["faite_le"]) <= fifth_working_day(suivant)
                return "a_l_heure" if a_temps else "en_retard"
        excuse = all(self.all_absent(numero, j) for j in occupes)
        return "excuse" if excuse else "manquant"


def line_of(seances: list[dict]) -> dict[str, int]:
    """The four figures of a group of séances."""
    return {
        "seances": len(seances),
        "participations": sum(int(s["nb_participants"]) for s in seances),
        "premieres_venues": sum(int(s.get("nb_premieres_venues") or 0) for s in seances),
        "minutes": sum(int(s["duree"]) for s in seances),
    }


def place_of_seance(programme: Programme, seance: dict) -> tuple[str, str | None]:
    """("epci", siren), ("a_distance", None) or ("hors_departement", None)."""
    if seance["canal"] == "a_distance":
        return "a_distance", None
    code = seance.get("code_insee") or ""
    if seance["canal"] == "lieu_activite":
        code = programme.lieu[seance["lieu"]]["code_insee"]
    ici = programme.place(code)
    return ("epci", ici[1]) if ici else ("hors_departement", None)


def group_by_place(programme: Programme, seances: list[dict]) -> dict:
    groupes = defaultdict(list)
    for seance in seances:
        groupes[place_of_seance(programme, seance)].append(seance)
    return groupes
