"""Whatever the way of writing a file, the same rows; whatever the bytes, a sentence."""

import csv
import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.forms import model_to_dict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from permanences.importers.plan import Lieux
from permanences.importers.seances import Seances
from permanences.models import Seance
from reporting.importers.registre import IMPORTEURS
from territoires.importers.importeur import Importeur
from territoires.importers.moteur import import_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conseillere", "creneau_brulon")]
ESSAIS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
Rangee = dict[str, Any]


@dataclass(frozen=True)
class Dialecte:
    separateur: str
    encodage: str
    fin: str
    guillemets: int
    date: str
    virgule: bool
    colonnes: list[str]

    def write(self, rangees: list[Rangee]) -> bytes:
        flux = io.StringIO()
        writer = csv.writer(
            flux, delimiter=self.separateur, lineterminator=self.fin, quoting=self.guillemets
        )  # type: ignore[call-overload]
        writer.writerow(self.colonnes)
        writer.writerows([[self.cell(r[nom]) for nom in self.colonnes] for r in rangees])
        return flux.getvalue().encode(self.encodage)

    def cell(self, valeur: Any) -> str:
        match valeur:
            case None:
                return ""
            case bool():
                return "oui" if valeur else "non"
            case dt.date():
                return valeur.strftime(self.date)
            case float():
                return str(valeur).replace(".", "," if self.virgule else ".")
            case list():
                return "|".join(valeur)
        return str(valeur)


def dialects(colonnes: list[str]) -> st.SearchStrategy[Dialecte]:
    return st.builds(
        Dialecte,
        separateur=st.sampled_from(";,"),
        encodage=st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
        fin=st.sampled_from(["\n", "\r\n"]),
        guillemets=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        date=st.sampled_from(["%Y-%m-%d", "%d/%m/%Y"]),
        virgule=st.booleans(),
        colonnes=st.permutations(colonnes),
    )


mots = st.text("abcéèçôÉœ’«», ;\"'=+-@|", min_size=1, max_size=30).map(
    lambda texte: f"x{texte.rstrip()}"
)
lieux = st.fixed_dictionaries(
    {
        "code": mots,
        "nom": mots,
        "type": st.sampled_from(["mairie", "ehpad", "autre"]),
        "adresse": mots,
        "code_insee": st.sampled_from(["72050", "35238"]),
        "latitude": st.floats(-90, 90).map(lambda x: round(x, 5)),
        "longitude": st.floats(-180, 180).map(lambda x: round(x, 5)),
        "siret": st.sampled_from(["", "22720002900019"]),
        "actif": st.booleans(),
        "qpv": st.booleans(),
        "accessible": st.none() | st.booleans(),
    }
)
seances = st.fixed_dictionaries(
    {
        "cle": st.uuids(version=4),
        "poste": st.just(1),
        "date": st.dates(dt.date(2025, 1, 6), dt.date(2026, 10, 31)),
        "nature": st.sampled_from(["individuel", "atelier"]),
        "canal": st.just("lieu_activite"),
        "lieu": st.just("mairie-72050"),
        "duree": st.integers(1, 1440),
        "nb_participants": st.integers(3, 10_000),
        "nb_premieres_venues": st.none() | st.integers(0, 3),
        "age_soixante_dix_plus": st.integers(0, 3),
        "genre_feminin": st.integers(0, 3),
        "thematiques": st.lists(st.sampled_from(["email", "sante"]), min_size=1, unique=True),
        "materiel": st.lists(st.sampled_from(["ordinateur", "tablette"]), unique=True),
        "titre": st.just("") | mots.filter(lambda texte: "@" not in texte),
    }
)


def rows_after(
    importeur: type[Importeur], contenu: bytes, tmp_path: Path, cle: str
) -> dict[Any, Rangee]:
    """What a file leaves in the database, by key; the database is given back as it was."""
    fichier = tmp_path / "fichier.csv"
    fichier.write_bytes(contenu)
    with transaction.atomic():
        avant = set(importeur.modele.objects.values_list("pk", flat=True))  # type: ignore[attr-defined]
        bilan = import_file(importeur(), fichier)
        assert not bilan.erreurs, [str(erreur) for erreur in bilan.erreurs]
        rows = importeur.modele.objects.exclude(pk__in=avant)  # type: ignore[attr-defined]
        lues = {str(getattr(row, cle)): model_to_dict(row, exclude=["id"]) for row in rows}
        transaction.set_rollback(True)
    return lues


@ESSAIS
@given(data=st.data())
def test_lieux_are_the_same_rows_in_every_dialect(tmp_path: Path, data: st.DataObject) -> None:
    rangees = data.draw(st.lists(lieux, min_size=1, max_size=5, unique_by=_code))
    dialecte = data.draw(dialects(list(rangees[0])))
    rows = rows_after(Lieux, dialecte.write(rangees), tmp_path, "code")
    attendues = {_code(rangee): rangee for rangee in rangees}
    assert rows.keys() == attendues.keys()
    for code, row in rows.items():
        attendue = attendues[code]
        assert row["nom"] == " ".join(attendue["nom"].split())
        for nom in (
            "type",
            "code_insee",
            "latitude",
            "longitude",
            "siret",
            "actif",
            "accessible",
        ):
            assert row[nom] == attendue[nom]


def _code(rangee: Rangee) -> str:
    return " ".join(rangee["code"].split())


@ESSAIS
@given(data=st.data())
def test_seances_are_the_same_rows_in_every_dialect(tmp_path: Path, data: st.DataObject) -> None:
    rangees = data.draw(st.lists(seances, min_size=1, max_size=5, unique_by=lambda r: r["cle"]))
    dialecte = data.draw(dialects(list(rangees[0])))
    rows = rows_after(Seances, dialecte.write(rangees), tmp_path, "cle")
    assert rows.keys() == {str(rangee["cle"]) for rangee in rangees}
    for rangee in rangees:
        row = rows[str(rangee["cle"])]
        assert row["titre"] == " ".join(rangee["titre"].split())
        for nom in rangee.keys() - {"cle", "poste", "lieu", "titre"}:
            assert row[nom] == rangee[nom]


@ESSAIS
@given(contenu=st.binary(max_size=300), nom=st.sampled_from(list(IMPORTEURS)))
def test_any_bytes_give_sentences_and_no_row(tmp_path: Path, contenu: bytes, nom: str) -> None:
    fichier = tmp_path / "fichier.csv"
    fichier.write_bytes(contenu)
    bilan = import_file(IMPORTEURS[nom](), fichier)
    assert bilan.erreurs
    assert not bilan.ecrit


@ESSAIS
@given(
    rangees=st.lists(
        st.lists(st.text(max_size=12) | st.sampled_from(["1", "72050", "2025-10-07", "oui", "-1"])),
        max_size=6,
    ),
    nom=st.sampled_from(list(IMPORTEURS)),
)
def test_any_cells_under_the_right_header_give_sentences(
    tmp_path: Path, rangees: list[list[str]], nom: str
) -> None:
    importeur = IMPORTEURS[nom]
    fichier = tmp_path / "fichier.csv"
    with fichier.open("w", encoding="utf-8", newline="") as flux:
        writer = csv.writer(flux, delimiter=";")
        writer.writerow([colonne.nom for colonne in importeur.colonnes])
        largeur = len(importeur.colonnes)
        writer.writerows([(rangee * largeur + [""] * largeur)[:largeur] for rangee in rangees])
    with transaction.atomic():
        avant = importeur.modele.objects.count()  # type: ignore[attr-defined]
        bilan = import_file(importeur(), fichier)
        apres = importeur.modele.objects.count()  # type: ignore[attr-defined]
        assert apres == avant + (bilan.crees if bilan.ecrit else 0)
        assert bilan.ecrit is not bool(bilan.erreurs)
        transaction.set_rollback(True)


@ESSAIS
@given(data=st.data())
def test_a_damaged_file_writes_all_or_nothing(tmp_path: Path, data: st.DataObject) -> None:
    rangees = data.draw(st.lists(seances, min_size=2, max_size=4, unique_by=lambda r: r["cle"]))
    contenu = bytearray(data.draw(dialects(list(rangees[0]))).write(rangees))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(contenu) - 1))
        contenu[place] = data.draw(st.sampled_from(b'\0\n;,"\xe9\xff9a'))
    fichier = tmp_path / "fichier.csv"
    fichier.write_bytes(bytes(contenu))
    with transaction.atomic():
        bilan = import_file(Seances(), fichier)
        assert Seance.objects.count() == (bilan.crees if bilan.ecrit else 0)
        transaction.set_rollback(True)
