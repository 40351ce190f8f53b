"""The five headline figures of a report, from `donnees` alone. Pure.

The same figures answer on page 1 and on the public page `/verifier/<code>`.
"""

from dataclasses import dataclass
from typing import Any

from reporting import francais as fr
from reporting.francais import NON_CONNU
from reporting.tables.base import Colonne, Genre, ratio

Donnees = dict[str, Any]

# Below this share of participations, « premières venues » says too little for page 1.
SEUIL_PREMIERES_VENUES = 0.8


@dataclass(frozen=True)
class Chiffre:
    """One headline figure. `m_1`, `m_12` are None where no such month is known."""

    cle: str
    libelle: str
    valeur: Any
    genre: Genre = Genre.ENTIER
    unite: str = ""
    precision: str = ""
    m_1: Any = None
    m_12: Any = None
    cible: Any = None

    def _texte(self, valeur: Any) -> str:
        return Colonne(self.cle, "", self.genre).texte(valeur)

    @property
    def imprime(self) -> str:
        return self._texte(self.valeur)

    @property
    def imprime_m_1(self) -> str:
        return self._texte(NON_CONNU if self.m_1 is None else self.m_1)

    @property
    def imprime_m_12(self) -> str:
        return self._texte(NON_CONNU if self.m_12 is None else self.m_12)

    @property
    def imprime_cible(self) -> str:
        return "sans cible" if self.cible is None else self._texte(self.cible)

    @property
    def evolution(self) -> str:
        """Difference with M−1, signed, in the figure's own unit; empty when unknown."""
        if self.m_1 is None or self.valeur is None or isinstance(self.valeur, str):
            return ""
        ecart = self.valeur - self.m_1
        texte = self._texte(abs(ecart))
        if self.genre == Genre.PART:
            texte = f"{fr.decimal(abs(ecart) * 100)} {fr.mot(ecart * 100, 'point')}"
        return fr.signe(ecart, texte)


def chiffres(donnees: Donnees) -> list[Chiffre]:
    """Four or five, in the order of the page."""
    if donnees["type"] == "couverture":
        return _chiffres_couverture(donnees)
    return _chiffres_frequentation(donnees)


def reserve(donnees: Donnees) -> str:
    """Why a figure left page 1, else empty."""
    if donnees["type"] == "couverture" or _premieres_venues_sures(donnees["total"]):
        return ""
    part = _part_premieres_venues(donnees["total"])
    return (
        "Le nombre de premières venues n’est pas montré sur cette page : il n’a été renseigné que "
        f"pour {fr.pourcent(part)} des participations du mois (seuil : "
        f"{fr.pourcent(SEUIL_PREMIERES_VENUES)})."
    )


def _part_premieres_venues(total: Donnees) -> float | None:
    return ratio(total["premieres_venues_sur"], total["participations"])


def _premieres_venues_sures(total: Donnees) -> bool:
    part = _part_premieres_venues(total)
    return part is None or part >= SEUIL_PREMIERES_VENUES


def lignes_passees(donnees: Donnees) -> tuple[Donnees, Donnees]:
    evolution = donnees.get("evolution") or {}
    return evolution.get("m_1") or {}, evolution.get("m_12") or {}


# --- Fréquentation -----------------------------------------------------------


def _ateliers(par_nature: Donnees) -> int:
    return sum(par_nature[n]["seances"] for n in ("atelier", "mini_formation") if n in par_nature)


def _ateliers_du_mois(donnees: Donnees, ligne: Donnees) -> int | None:
    """Of another month: in its own line, else in the twelve months."""
    if not ligne:
        return None
    if "ateliers" in ligne:
        return ligne["ateliers"]
    if "par_nature" in ligne:
        return _ateliers(ligne["par_nature"])
    for autre in donnees.get("douze_mois", []):
        if autre["mois"] == ligne["mois"]:
            return _ateliers(autre["par_nature"])
    return None


def _chiffres_frequentation(donnees: Donnees) -> list[Chiffre]:
    total, cibles = donnees["total"], donnees.get("cibles", {})
    m_1, m_12 = lignes_passees(donnees)

    def simple(cle: str, libelle: str, **suite: Any) -> Chiffre:
        suite.setdefault("cible", cibles.get(cle))
        return Chiffre(cle, libelle, total[cle], m_1=m_1.get(cle), m_12=m_12.get(cle), **suite)

    cible_heures = cibles.get("heures")
    retenus = [
        simple("seances", "Séances", unite="séances tenues dans le mois"),
        simple(
            "participations",
            "Participations",
            unite="présences, une par personne et par séance",
        ),
        simple(
            "minutes",
            "Heures",
            genre=Genre.MINUTES,
            unite="heures de séance, une fois par séance",
            cible=None if cible_heures is None else cible_heures * 60,
        ),
    ]
    if _premieres_venues_sures(total):
        part = _part_premieres_venues(total)
        precision = f"renseignées pour {fr.pourcent(part)} des participations"
        retenus.append(
            simple(
                "premieres_venues",
                "Premières venues déclarées",
                unite="déclarées par les conseillers",
                precision="" if part is None else precision,
            )
        )
    return [*retenus, _chiffre_ateliers(donnees)]


def _chiffre_ateliers(donnees: Donnees) -> Chiffre:
    m_1, m_12 = lignes_passees(donnees)
    return Chiffre(
        "ateliers",
        "Ateliers et mini-formations",
        _ateliers(donnees["par_nature"]),
        unite="séances collectives",
        m_1=_ateliers_du_mois(donnees, m_1),
        m_12=_ateliers_du_mois(donnees, m_12),
        cible=donnees.get("cibles", {}).get("ateliers"),
    )


# --- Couverture --------------------------------------------------------------


def epci_couverts(donnees: Donnees, cle: str = "couvert") -> int:
    return sum(1 for ligne in donnees["par_epci"] if ligne[cle])


def population_non_desservie(donnees: Donnees) -> int:
    return sum(c["population"] or 0 for c in donnees["communes_non_desservies"])


def _chiffres_couverture(donnees: Donnees) -> list[Chiffre]:
    m_1, m_12 = lignes_passees(donnees)
    cibles = donnees.get("cibles", {})

    def chiffre(cle: str, libelle: str, valeur: Any, **suite: Any) -> Chiffre:
        suite.setdefault("m_1", m_1.get(cle))
        suite.setdefault("m_12", m_12.get(cle))
        return Chiffre(cle, libelle, valeur, cible=cibles.get(cle), **suite)

    return [
        _chiffre_postes(donnees, chiffre),
        _chiffre_epci(donnees, chiffre),
        _chiffre_population(donnees, chiffre, m_1, m_12),
        _chiffre_creneaux(donnees, chiffre),
        _chiffre_communes(donnees, chiffre),
    ]


def _chiffre_postes(donnees: Donnees, chiffre: Any) -> Chiffre:
    postes = donnees["postes"]
    parts = [
        f"{libelle}{fr.FINE}: {fr.entier(part['pourvus'])} sur {fr.entier(part['attribues'])}"
        for cle, libelle in (("departement", "Département"), ("partenaire", "partenaires"))
        if (part := postes.get("par_part", {}).get(cle))
    ]
    unite = f"sur {fr.accorde(postes['attribues'], 'poste attribué', 'postes attribués')}"
    return chiffre(
        "postes_pourvus",
        "Postes pourvus",
        postes["pourvus"],
        unite=unite,
        precision=", ".join(parts),
    )


def _chiffre_epci(donnees: Donnees, chiffre: Any) -> Chiffre:
    par_departement = epci_couverts(donnees, "couvert_par_le_departement")
    return chiffre(
        "epci_couverts",
        "EPCI couverts",
        epci_couverts(donnees),
        unite=f"sur {libelle_epci(len(donnees['par_epci']))}",
        precision=f"dont {fr.entier(par_departement)} par le Département",
    )


def _chiffre_population(donnees: Donnees, chiffre: Any, m_1: Donnees, m_12: Donnees) -> Chiffre:
    population = donnees["population"]
    rayon = donnees.get("distance_non_desservie_km", 10)
    proche = population_proche(donnees)

    def part(ligne: Donnees) -> float | None:
        valeur = ligne.get("population_a_10_km")
        return None if valeur is None else ratio(valeur, population["total"])

    return chiffre(
        "population_a_10_km",
        f"Population à {rayon}{fr.INSECABLE}km d’un lieu actif",
        ratio(proche, population["total"]),
        genre=Genre.PART,
        unite="de la population, à vol d’oiseau",
        precision=f"{fr.accorde(proche, 'habitant')} sur {fr.entier(population['total'])}",
        m_1=part(m_1),
        m_12=part(m_12),
    )


def population_proche(donnees: Donnees) -> int:
    """People within the distance beyond which a commune is « non desservie »."""
    cle = f"a_{donnees.get('distance_non_desservie_km', 10)}_km"
    population = donnees["population"]
    return population.get(cle, population["total"] - population_non_desservie(donnees))


def _chiffre_creneaux(donnees: Donnees, chiffre: Any) -> Chiffre:
    total = donnees["total"]
    prevus = fr.accorde(total["prevues"], "créneau prévu", "créneaux prévus")
    return chiffre(
        "taux_tenue",
        "Créneaux tenus",
        donnees["taux_tenue"],
        genre=Genre.PART,
        unite="des créneaux prévus",
        precision=f"{fr.entier(total['tenues'])} sur {prevus}",
    )


def _chiffre_communes(donnees: Donnees, chiffre: Any) -> Chiffre:
    return chiffre(
        "communes_non_desservies",
        "Communes non desservies",
        len(donnees["communes_non_desservies"]),
        unite=f"à plus de {donnees.get('distance_non_desservie_km', 10)}{fr.INSECABLE}km",
        precision=fr.accorde(population_non_desservie(donnees), "habitant"),
    )


def libelle_epci(nombre: int) -> str:
    return f"{fr.entier(nombre)}{fr.INSECABLE}EPCI"
