"""Months before: from frozen reports where they exist, else computed and « provisoire »."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, Count, IntegerField, Sum, Value, When
from django.db.models.functions import TruncMonth

from permanences import calendrier
from permanences.enums import NatureSeance
from permanences.models import Seance
from permanences.models.seances import SeanceQuerySet
from reporting import indicateurs
from reporting.enums import TypeRapport
from reporting.models import TRANSMIS, Rapport
from reporting.selectors.contexte import Contexte, Reperes, read_contexte
from reporting.selectors.frequentation import regularisations
from reporting.selectors.maillage import Plan
from reporting.selectors.mesures import CLES_NATURE, VIDE
from reporting.selectors.programme import etat_du_poste

_MESURES = tuple(VIDE)


def figes(
    type_rapport: str, mois: list[dt.date], champs: list[str]
) -> dict[dt.date, dict[str, Any]]:
    """{month: these parts of its frozen figures, and « version »}; 1 query.

    The last transmitted version; before any transmission, the last frozen one.
    """
    rows = (
        Rapport.objects.definitifs()
        .filter(type=type_rapport, mois__in=mois)
        .annotate(
            transmise=Case(
                When(statut__in=TRANSMIS, then=Value(1)),
                default=Value(0),
                output_field=IntegerField(),
            )
        )
        .order_by("mois", "-transmise", "-version")
        .distinct("mois")
        .values("mois", "version", *(f"donnees__{champ}" for champ in champs))
    )
    return {
        row["mois"]: {
            "version": row["version"],
            **{champ: row[f"donnees__{champ}"] for champ in champs},
        }
        for row in rows
    }


def evolution_frequentation(c: Contexte, total: dict[str, int]) -> dict[str, Any]:
    """`evolution` and `douze_mois` of the attendance report; 2 queries."""
    fenetre = calendrier.douze_mois(c.mois)
    m_12 = calendrier.mois_decale(c.mois, -12)
    annee = [m for m in fenetre if m.year == c.mois.year]
    autres = [m for m in (m_12, *fenetre) if m != c.mois]
    connus = figes(TypeRapport.FREQUENTATION, autres, ["total", "par_nature"])
    calcules = _calcules([m for m in autres if m not in connus])
    calcules[c.mois] = {
        "total": total,
        "par_nature": c.mesures.axe("nature", CLES_NATURE),
    }

    def ligne(mois: dt.date) -> dict[str, Any] | None:
        trouve = connus.get(mois) or calcules.get(mois)
        if trouve is None:
            return None
        return {
            "mois": f"{mois:%Y-%m}",
            "provisoire": mois not in connus,
            **{cle: trouve["total"][cle] for cle in _MESURES},
            "ateliers": sum(
                trouve["par_nature"].get(nature, VIDE)["seances"]
                for nature in (NatureSeance.ATELIER, NatureSeance.MINI_FORMATION)
            ),
        }

    def ligne_detaillee(mois: dt.date) -> dict[str, Any]:
        base = ligne(mois) or {"mois": f"{mois:%Y-%m}", "provisoire": True, **VIDE}
        nature = (connus.get(mois) or calcules.get(mois) or {}).get("par_nature", {})
        return {
            **base,
            "par_nature": {
                n: {k: nature.get(n, VIDE)[k] for k in ("seances", "participations")}
                for n in NatureSeance.values
            },
        }

    return {
        "evolution": {
            "m_1": ligne(calendrier.mois_decale(c.mois, -1)),
            "m_12": ligne(m_12),
            "annee": _annee(c.mois, annee, connus, ligne),
        },
        "douze_mois": [ligne_detaillee(mois) for mois in fenetre],
    }


def _annee(
    mois: dt.date, annee: list[dt.date], connus: dict[dt.date, dict[str, Any]], ligne: Any
) -> dict[str, Any]:
    """Σ of the months in force and of the late séances of the year that none of them counts."""
    lignes = [trouve for m in annee if (trouve := ligne(m))]
    tardives = _mesures(regularisations().filter(date__gte=annee[0], date__lt=mois))
    return {
        "mois": f"{mois:%Y}",
        **{cle: sum(trouve[cle] for trouve in (*lignes, tardives)) for cle in _MESURES},
        "regularisations": tardives["seances"],
        "provisoire": any(m not in connus for m in annee if m != mois),
        "mois_manquants": [f"{m:%Y-%m}" for m in annee if m != mois and m not in connus],
        "versions": {f"{m:%Y-%m}": connus[m]["version"] for m in annee if m in connus},
    }


def _mesures(seances: SeanceQuerySet) -> dict[str, int]:
    somme = seances.order_by().aggregate(
        seances=Count("pk"),
        participations=Sum("nb_participants", default=0),
        premieres_venues=Sum("nb_premieres_venues", default=0),
        minutes=Sum("duree", default=0),
    )
    return {cle: int(somme[cle]) for cle in _MESURES}


def _calcules(mois: list[dt.date]) -> dict[dt.date, dict[str, Any]]:
    """Totals by nature of months that no report froze; a month without a séance is left out."""
    if not mois:
        return {}
    resultat: dict[dt.date, dict[str, Any]] = {}
    for ligne in (
        Seance.objects.comptees()
        .entre(min(mois), calendrier.dernier_jour(max(mois)))
        .order_by()
        .annotate(du_mois=TruncMonth("date"))
        .values("du_mois", "nature")
        .annotate(
            seances=Count("pk"),
            participations=Sum("nb_participants"),
            premieres_venues=Sum("nb_premieres_venues", default=0),
            minutes=Sum("duree"),
        )
    ):
        if ligne["du_mois"] not in mois:
            continue
        trouve = resultat.setdefault(ligne["du_mois"], {"total": dict(VIDE), "par_nature": {}})
        mesure = {cle: int(str(ligne.get(cle))) for cle in VIDE}
        trouve["par_nature"][ligne["nature"]] = mesure
        for cle in _MESURES:
            trouve["total"][cle] += mesure[cle]
    return resultat


def evolution_couverture(c: Contexte, donnees: dict[str, Any]) -> dict[str, Any]:
    """`evolution` and `douze_mois` of the coverage report.

    1 query where the months are frozen. Of the others, only M−1 and M−12 are computed: a
    plan of twelve months that nobody closed would cost as much as twelve reports.
    """
    fenetre = calendrier.douze_mois(c.mois)
    m_1, m_12 = calendrier.mois_decale(c.mois, -1), calendrier.mois_decale(c.mois, -12)
    autres = [m for m in (m_12, *fenetre) if m != c.mois]
    connus = figes(
        TypeRapport.COUVERTURE,
        autres,
        [
            "total",
            "taux_tenue",
            "population",
            "par_epci",
            "postes",
            "communes_non_desservies",
        ],
    )
    lignes: dict[dt.date, dict[str, Any] | None] = {
        mois: _ligne_couverture(mois, trouve, provisoire=False) for mois, trouve in connus.items()
    }
    for mois in (m_1, m_12):
        if mois not in lignes:
            lignes[mois] = _ligne_calculee(mois, c.reperes)
    courant = _ligne_couverture(c.mois, donnees, provisoire=True)
    precedents = connus.get(m_1)
    return {
        "evolution": {"m_1": lignes[m_1], "m_12": lignes[m_12]},
        "douze_mois": [
            courant if mois == c.mois else lignes.get(mois) or _vide(mois) for mois in fenetre
        ],
        "epci_deux_mois": _epci_deux_mois(donnees, precedents["par_epci"] if precedents else None),
    }


def _epci_deux_mois(
    donnees: dict[str, Any], precedents: list[dict[str, Any]] | None
) -> list[dict[str, str]]:
    """EPCI without a held occurrence this month and the one before."""
    if precedents is None:
        return []
    vides = {ligne["siren"] for ligne in precedents if not ligne["jours_tenus"]}
    return [
        {"siren": ligne["siren"], "nom": ligne["nom"]}
        for ligne in donnees["par_epci"]
        if not ligne["jours_tenus"] and ligne["siren"] in vides
    ]


_CLES_COUVERTURE = ("prevues", "tenues", "annulees", "a_renseigner", "lieux_actifs")


def _ligne_couverture(
    mois: dt.date, donnees: dict[str, Any], *, provisoire: bool
) -> dict[str, Any]:
    return {
        "mois": f"{mois:%Y-%m}",
        "provisoire": provisoire,
        **{cle: donnees["total"][cle] for cle in _CLES_COUVERTURE},
        "taux_tenue": donnees["taux_tenue"],
        "population_a_10_km": donnees["population"].get("a_10_km"),
        "postes_pourvus": donnees["postes"]["pourvus"],
        "epci_couverts": sum(ligne["couvert"] for ligne in donnees["par_epci"]),
        "communes_non_desservies": len(donnees["communes_non_desservies"]),
    }


def _ligne_calculee(mois: dt.date, reperes: Reperes) -> dict[str, Any] | None:
    c = read_contexte(mois, reperes)
    if not c.maillage.total.prevues and not c.mesures.total["seances"]:
        return None
    m = c.maillage
    return {
        "mois": f"{mois:%Y-%m}",
        "provisoire": True,
        **m.total.etats(),
        "lieux_actifs": m.nb_actifs,
        "taux_tenue": indicateurs.part(m.total.tenues, m.total.prevues),
        "population_a_10_km": m.population_a(10),
        "postes_pourvus": sum(
            etat_du_poste(poste, c.dernier) == "pourvu" for poste in c.postes.values()
        ),
        "epci_couverts": sum(
            len(m.par_ligne.get(epci.siren, Plan()).dates_tenues) >= c.seuil_jours_tenus
            for epci in m.territoire.epcis
        ),
        "communes_non_desservies": m.nb_non_desservies,
    }


def _vide(mois: dt.date) -> dict[str, Any]:
    return {
        "mois": f"{mois:%Y-%m}",
        "provisoire": True,
        **dict.fromkeys(_CLES_COUVERTURE),
        "taux_tenue": None,
        "population_a_10_km": None,
        "postes_pourvus": None,
        "epci_couverts": None,
        "communes_non_desservies": None,
    }
