"""Sums that must agree, printed in the annex and blocking at the clôture (contrat/rapports.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

MESURES = ("seances", "participations", "minutes")
LIGNES_HORS_EPCI = ("a_distance", "hors_departement", "sans_epci")


def _somme(lignes: Iterable[dict[str, Any]], cle: str) -> int:
    return sum(ligne[cle] for ligne in lignes)


def rapprochements(
    mois: dt.date, couverture: dict[str, Any], frequentation: dict[str, Any]
) -> list[dict[str, Any]]:
    """[{"libelle", "gauche", "droite"}]: the two sides are equal when all is well."""
    return [
        {"libelle": libelle, "gauche": gauche, "droite": droite}
        for libelle, gauche, droite in (
            *_frequentation(frequentation),
            *_couverture(couverture),
            *_entre_rapports(couverture, frequentation),
            *_coop(mois, frequentation["ecart_coop"], frequentation["total"]),
        )
    ]


def _frequentation(f: dict[str, Any]) -> Iterator[tuple[str, int, int]]:
    total = f["total"]
    lignes = [*f["par_epci"], *(f[cle] for cle in LIGNES_HORS_EPCI if cle in f)]
    for mesure in MESURES:
        yield (
            f"EPCI, à distance et hors département : {mesure}",
            _somme(lignes, mesure),
            total[mesure],
        )
    for axe, nom in (
        ("par_nature", "Natures"),
        ("par_part", "Parts"),
        ("par_canal", "Canaux"),
        ("par_type_lieu", "Types de lieu"),
    ):
        for mesure in MESURES:
            yield f"{nom} : {mesure}", _somme(f[axe].values(), mesure), total[mesure]
    for groupe, nom in (("tranches_age", "Âges"), ("genres", "Genres"), ("statuts", "Statuts")):
        yield f"{nom} : participations", sum(f[groupe].values()), total["participations"]
    yield "Délais de saisie : séances", sum(f["saisie"].values()), total["seances"]


def _couverture(c: dict[str, Any]) -> Iterator[tuple[str, int, int]]:
    total, postes = c["total"], c["postes"]
    lignes = [
        *c["par_epci"],
        *(c[cle] for cle in ("hors_departement", "sans_epci") if cle in c),
    ]
    yield (
        "Tenues, annulées et à renseigner : prévues",
        total["tenues"] + total["annulees"] + total["a_renseigner"],
        total["prevues"],
    )
    for etat in ("prevues", "tenues", "annulees", "a_renseigner", "minutes_tenues"):
        yield f"Lignes du plan : {etat}", _somme(lignes, etat), total[etat]
    yield "Motifs : annulées", sum(c["motifs"].values()), total["annulees"]
    yield "Natures : prévues", _somme(c["par_nature"].values(), "prevues"), total["prevues"]
    yield (
        "États de complétude : postes attribués un jour au moins",
        sum(c["completude"].values()),
        c["postes"]["attribues_dans_le_mois"],
    )
    yield (
        "Postes pourvus, vacants et rendus : attribués",
        postes["pourvus"] + postes["vacants"] + postes["rendus"],
        postes["attribues"],
    )
    yield (
        "Communes par EPCI : population",
        _somme(c["par_epci"], "population")
        + sum(x["population"] for x in c["communes"] if x["siren"] is None),
        c["population"]["total"],
    )


def _entre_rapports(c: dict[str, Any], f: dict[str, Any]) -> Iterator[tuple[str, int, int]]:
    for mesure in ("seances", "participations"):
        yield f"Les deux rapports : {mesure}", c["total"][mesure], f["total"][mesure]


def _coop(
    mois: dt.date, ecart: dict[str, Any], total: dict[str, Any]
) -> Iterator[tuple[str, int, int]]:
    """La Coop's total less ours is what the reasons add up to; ours is the report's."""
    ce_mois = [un for un in ecart["mois"] if un["mois"] == f"{mois:%Y-%m}"]
    for mesure in ("seances", "participations") if ecart["mois"] else ():
        for periode, suffixe, compares in (
            ("du mois", "", ce_mois),
            ("des douze mois", "_douze_mois", ecart["mois"]),
        ):
            yield (
                f"Raisons de l’écart {periode} avec La Coop : {mesure}",
                _somme(ecart["raisons"], f"{mesure}{suffixe}"),
                sum(un["coop"][mesure] - un["ici"][mesure] for un in compares),
            )
        for un in ce_mois:
            yield f"Écart avec La Coop, comptées ici : {mesure}", un["ici"][mesure], total[mesure]
