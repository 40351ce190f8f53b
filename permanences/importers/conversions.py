"""Two public lists of places, rewritten as the file « lieux » (docs/imports.md)."""

from collections.abc import Callable, Iterator
from pathlib import Path

from permanences.enums import TypeLieu
from territoires.files import FichierRefuse
from territoires.importers.lecture import open_csv
from territoires.typographie import say_de

ENTETE = ("code", "nom", "type", "adresse", "code_insee", "latitude", "longitude")


def _mairie(cellules: dict[str, str]) -> tuple[str, ...]:
    code = cellules["code_insee"]
    return (
        f"mairie-{code}",
        f"Mairie {say_de(cellules['commune'])}",
        TypeLieu.MAIRIE.value,
        cellules["adresse"],
        code,
        cellules["lat"],
        cellules["lon"],
    )


def _france_services(cellules: dict[str, str]) -> tuple[str, ...]:
    rue = " ".join(filter(None, (cellules["adresse"], cellules["complement_adresse"])))
    return (
        f"fs-{cellules['id_fs']}",
        cellules["lib_fs"],
        TypeLieu.FRANCE_SERVICES.value,
        f"{rue}, {cellules['code_postal']} {cellules['lib_com']}",
        cellules["insee_com"],
        cellules["latitude"],
        cellules["longitude"],
    )


# SOURCE -> (columns that are read, how a line becomes a lieu)
SOURCES: dict[str, tuple[tuple[str, ...], Callable[[dict[str, str]], tuple[str, ...]]]] = {
    "france_services": (
        ("id_fs", "lib_fs", "adresse", "complement_adresse", "insee_com", "code_postal",
         "lib_com", "latitude", "longitude"),
        _france_services,
    ),
    "mairies": (("code_insee", "commune", "adresse", "lat", "lon"), _mairie),
}  # fmt: skip


def lieux_of(source: str, chemin: Path) -> Iterator[tuple[str, ...]]:
    """Lines of the file « lieux », in the order of ENTETE.

    Raises FichierRefuse for a file that is not the list announced.
    """
    colonnes, convert = SOURCES[source]
    fichier = open_csv(chemin, colonnes)
    if manquantes := [nom for nom in colonnes if nom not in fichier.entete]:
        raise FichierRefuse(
            f"ce n’est pas la liste « {source} » : il manque {', '.join(manquantes)}."
        )
    for lu in fichier.records():
        if lu.probleme:
            raise FichierRefuse(f"ligne {lu.ligne} : {lu.probleme}")
        yield convert(dict(zip(fichier.entete, lu.cellules, strict=True)))
