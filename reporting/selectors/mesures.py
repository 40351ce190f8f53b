"""The month's séances, aggregated in one reading (contrat/rapports.md, Fréquentation)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection

from permanences.enums import (
    COMPTEURS,
    GROUPES,
    NON_COMMUNIQUE,
    Canal,
    NatureSeance,
    Orientation,
    Source,
    Thematique,
    TypeLieu,
)

A_DISTANCE = "a_distance"
HORS_DEPARTEMENT = "hors_departement"
SANS_EPCI = "sans_epci"
SANS_LIEU = "sans_lieu"

Mesure = dict[str, int]
VIDE: Mesure = {"seances": 0, "participations": 0, "premieres_venues": 0, "minutes": 0}

# One line per séance of the month with the value of each dimension, then every grouping in
# one pass: the number of queries and the rows read depend on the month alone.
_SQL = f"""
WITH base AS MATERIALIZED (
    SELECT s.nature, s.canal, s.orientation, s.lieu_id, s.poste_id, s.source,
           s.nb_participants, s.nb_premieres_venues, s.duree,
           {", ".join(f"s.{c}" for c in COMPTEURS)},
           CASE WHEN s.canal = '{Canal.A_DISTANCE}' THEN '{A_DISTANCE}'
                WHEN s.departement <> %(departement)s THEN '{HORS_DEPARTEMENT}'
                ELSE COALESCE(s.epci_id, '{SANS_EPCI}') END AS ligne,
           COALESCE(l.type, '{SANS_LIEU}') AS type_lieu,
           CASE WHEN st.type = 'departement' THEN 'departement' ELSE 'partenaire' END AS part,
           CASE WHEN s.saisie_le IS NULL THEN 'inconnu'
                WHEN s.saisie_le <= s.date THEN 'meme_jour'
                WHEN s.saisie_le <= s.date + 7 THEN 'sous_7_jours'
                ELSE 'apres_7_jours' END AS saisie
    FROM permanences_seance s
    JOIN conseillers_poste p ON p.id = s.poste_id
    JOIN conseillers_structure st ON st.id = p.structure_id
    LEFT JOIN permanences_lieuaccueil l ON l.id = s.lieu_id
    WHERE s.date BETWEEN %(premier)s AND %(dernier)s AND s.supprimee_le IS NULL
)
SELECT GROUPING(nature, part, ligne, type_lieu, canal, orientation, saisie, source, lieu_id,
                poste_id) AS axe,
       COALESCE(nature, part, ligne, type_lieu, canal, orientation, saisie, source,
                lieu_id::text, poste_id::text),
       COUNT(*), COALESCE(SUM(nb_participants), 0), COALESCE(SUM(nb_premieres_venues), 0),
       COALESCE(SUM(duree), 0),
       COALESCE(SUM(nb_participants) FILTER (WHERE nb_premieres_venues IS NOT NULL), 0)
FROM base
GROUP BY GROUPING SETS
    ((), (nature), (part), (ligne), (type_lieu), (canal), (orientation), (saisie), (source),
     (lieu_id), (poste_id))
"""

_SQL_PUBLICS = f"""
SELECT {", ".join(f"COALESCE(SUM(s.{c}), 0)" for c in COMPTEURS)}
FROM permanences_seance s
WHERE s.date BETWEEN %(premier)s AND %(dernier)s
  AND s.supprimee_le IS NULL AND s.poste_id IS NOT NULL
"""

_SQL_THEMATIQUES = """
SELECT t.theme, COUNT(*), SUM(s.nb_participants)
FROM permanences_seance s,
     LATERAL (SELECT DISTINCT unnest(s.thematiques)) AS t(theme)
WHERE s.date BETWEEN %(premier)s AND %(dernier)s
  AND s.supprimee_le IS NULL AND s.poste_id IS NOT NULL
GROUP BY t.theme
"""

_AXES = (
    "nature", "part", "ligne", "type_lieu", "canal", "orientation", "saisie", "source", "lieu",
    "poste",
)  # fmt: skip
# GROUPING() gives one bit per column, 0 where the column is grouped by.
_TOUS = (1 << len(_AXES)) - 1
_AXE_PAR_MASQUE = {_TOUS - (1 << (len(_AXES) - 1 - rang)): axe for rang, axe in enumerate(_AXES)}
_AXE_PAR_MASQUE[_TOUS] = "total"


@dataclass(slots=True)
class MesuresDuMois:
    """Measures of one month by axis: `par_axe["ligne"]["200040475"]` -> the four figures."""

    total: Mesure
    premieres_venues_sur: int
    par_axe: dict[str, dict[str, Mesure]]
    publics: dict[str, dict[str, int]]
    thematiques: dict[str, dict[str, int]] = field(default_factory=dict)

    def axe(self, nom: str, cles: list[str]) -> dict[str, Mesure]:
        """The axis with every key of its closed list, zeros included."""
        trouve = self.par_axe.get(nom, {})
        return {cle: trouve.get(cle, dict(VIDE)) for cle in cles}

    def ligne(self, cle: str) -> Mesure:
        return self.par_axe.get("ligne", {}).get(cle, dict(VIDE))


def mesures_entre(premier: dt.date, dernier: dt.date) -> MesuresDuMois:
    """Every measure of the counted séances of [premier, dernier]; 3 queries."""
    bornes = {"premier": premier, "dernier": dernier, "departement": settings.DEPARTEMENT}
    par_axe: dict[str, dict[str, Mesure]] = {}
    total, sur = dict(VIDE), 0
    with connection.cursor() as cursor:
        cursor.execute(_SQL, bornes)
        for masque, cle, seances, participations, premieres, minutes, connues in cursor.fetchall():
            mesure = {
                "seances": seances,
                "participations": participations,
                "premieres_venues": premieres,
                "minutes": minutes,
            }
            axe = _AXE_PAR_MASQUE[masque]
            if axe == "total":
                total, sur = mesure, connues
            elif cle:
                par_axe.setdefault(axe, {})[cle] = mesure
        cursor.execute(_SQL_PUBLICS, bornes)
        sommes = dict(zip(COMPTEURS, cursor.fetchone() or (), strict=True))
        cursor.execute(_SQL_THEMATIQUES, bornes)
        themes = {t: {"seances": n, "participations": p} for t, n, p in cursor.fetchall()}
    return MesuresDuMois(
        total=total,
        premieres_venues_sur=sur,
        par_axe=par_axe,
        publics=_publics(sommes, total["participations"]),
        thematiques={
            t: themes.get(t, {"seances": 0, "participations": 0}) for t in Thematique.values
        },
    )


def _publics(sommes: dict[str, int], participations: int) -> dict[str, dict[str, int]]:
    """Each group with its last key, which completes it to the participations."""
    publics: dict[str, dict[str, int]] = {}
    for prefixe, liste in GROUPES:
        groupe = {v: int(sommes[f"{prefixe}_{v}"]) for v in liste.values}
        groupe[NON_COMMUNIQUE] = participations - sum(groupe.values())
        publics[prefixe] = groupe
    return publics


CLES_NATURE = list(NatureSeance.values)
CLES_CANAL = list(Canal.values)
CLES_TYPE_LIEU = [*TypeLieu.values, SANS_LIEU]
CLES_ORIENTATION = list(Orientation.values)
CLES_SOURCE = list(Source.values)
CLES_SAISIE = ["meme_jour", "sous_7_jours", "apres_7_jours", "inconnu"]


def sans_minutes(mesure: Mesure) -> dict[str, Any]:
    return {"seances": mesure["seances"], "participations": mesure["participations"]}
