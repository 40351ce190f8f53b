"""`load_territoires`: the official files of a département, loaded or brought up to date."""

import shutil
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from territoires.files import DATA, FichierRefuse, LigneAncienne, read_territoire
from territoires.models import EPCI, Arrondissement, Canton, Commune, CommuneAncienne
from territoires.services import TerritoireRefuse, load_territoire

pytestmark = pytest.mark.django_db


def load(**options):
    output = StringIO()
    call_command("load_territoires", stdout=output, **options)
    return output.getvalue().replace("\u202f", " ").splitlines()


def without(territoire, *codes):
    return replace(territoire, communes=[c for c in territoire.communes if c.code not in codes])


def with_merger(territoire, absorbed, absorbing):
    """Next year's files: `absorbed` is now an old code of `absorbing`."""
    nom = next(c.nom for c in territoire.communes if c.code == absorbed)
    return replace(
        without(territoire, absorbed),
        anciennes=[*territoire.anciennes, LigneAncienne(absorbed, nom, absorbing)],
    )


def test_the_sarthe_is_loaded_whole():
    assert load(departement="72")[0] == (
        "communes : 352 créées, 0 modifiée, 0 fusionnée, 0 inchangée"
    )
    assert sum(c.population for c in Commune.objects.all()) == 566_733
    assert EPCI.objects.actuels().count() == 17
    assert set(Arrondissement.objects.values_list("nom", flat=True)) == {
        "La Flèche",
        "Mamers",
        "Le Mans",
    }
    assert Canton.objects.get(code="7299").communes.get().nom == "Le Mans"
    assert CommuneAncienne.objects.count() == 34
    assert not Commune.objects.filter(contour=None).exists()


def test_an_epci_that_straddles_keeps_its_whole_population(sarthe):
    load_territoire(territoire=sarthe)

    alencon = EPCI.objects.get(siren="246100663")
    assert alencon.a_cheval
    assert alencon.departements == ["61", "72"]
    assert (alencon.communes_total, alencon.communes.count()) == (31, 5)
    assert alencon.population_totale == 55_102
    assert not EPCI.objects.get(siren="247200132").a_cheval


def test_a_second_run_changes_nothing():
    load()

    assert load() == [
        "communes : 0 créée, 0 modifiée, 0 fusionnée, 352 inchangées",
        "EPCI : 0 créé, 0 modifié, 0 fusionné, 17 inchangés",
        "cantons : 0 créé, 0 modifié, 0 fusionné, 20 inchangés",
        "arrondissements : 0 créé, 0 modifié, 0 fusionné, 3 inchangés",
        "anciens codes : 0 créé, 0 modifié, 0 fusionné, 34 inchangés",
    ]


def test_what_was_changed_is_put_right_and_counted():
    load()
    Commune.objects.filter(code="72181").update(population=1, nom="Le Manse")

    assert load()[0] == "communes : 0 créée, 1 modifiée, 0 fusionnée, 351 inchangées"
    le_mans = Commune.objects.get(code="72181")
    assert (le_mans.nom, le_mans.population) == ("Le Mans", 146_249)


def test_a_commune_that_disappears_is_linked_to_the_one_that_absorbed_it(sarthe):
    load_territoire(territoire=sarthe)

    bilan = load_territoire(territoire=with_merger(sarthe, "72001", "72003"))

    assert (bilan.communes.fusionnees, bilan.communes.inchangees) == (1, 351)
    assert [(a.code, b.code) for a, b in bilan.fusions] == [("72001", "72003")]
    assert Commune.objects.get(code="72001").absorbee_par_id == "72003"
    assert Commune.objects.count() == 352
    assert Commune.objects.actuelles().count() == 351


def test_a_merger_is_reported_once(sarthe):
    load_territoire(territoire=sarthe)
    load_territoire(territoire=with_merger(sarthe, "72001", "72003"))

    bilan = load_territoire(territoire=with_merger(sarthe, "72001", "72003"))

    assert (bilan.communes.fusionnees, bilan.communes.inchangees) == (0, 351)


def test_a_commune_that_comes_back_is_current_again(sarthe):
    load_territoire(territoire=sarthe)
    load_territoire(territoire=with_merger(sarthe, "72001", "72003"))

    bilan = load_territoire(territoire=sarthe)

    assert bilan.communes.modifiees == 1
    assert Commune.objects.actuelles().count() == 352
    assert not CommuneAncienne.objects.filter(code="72001").exists()


def test_a_commune_that_disappears_without_successor_is_refused_and_nothing_is_written(sarthe):
    load_territoire(territoire=sarthe)
    files = without(sarthe, "72001")
    files.communes[0] = replace(files.communes[0], nom="Autre nom")

    with pytest.raises(TerritoireRefuse, match="72001 Aigné n’est plus dans le fichier"):
        load_territoire(territoire=files)

    assert not Commune.objects.filter(nom="Autre nom").exists()


def test_files_that_contradict_themselves_are_refused_with_every_reason(sarthe):
    files = replace(
        sarthe,
        epcis=[e for e in sarthe.epcis if e.siren != "200040475"],
        communes=[*sarthe.communes, sarthe.communes[0]],
        anciennes=[LigneAncienne("72014", "Aulaines", "72999")],
    )

    with pytest.raises(TerritoireRefuse) as refusal:
        load_territoire(territoire=files)

    assert len([r for r in refusal.value.raisons if "200040475" in r]) == 29
    assert any("72001 y est plusieurs fois" in r for r in refusal.value.raisons)
    assert any("72014 renvoie à 72999" in r for r in refusal.value.raisons)
    assert not Commune.objects.exists()


def test_a_value_that_the_database_refuses_is_said_in_french(sarthe):
    files = replace(sarthe, communes=[replace(sarthe.communes[0], latitude=948.0)], anciennes=[])

    with pytest.raises(TerritoireRefuse, match="La latitude va de −90 à 90 degrés"):
        load_territoire(territoire=files)


@pytest.mark.parametrize("times", [1, 2])
def test_the_number_of_queries_does_not_grow_with_the_communes(
    sarthe, times, django_assert_max_num_queries
):
    for _ in range(times - 1):
        load_territoire(territoire=sarthe)
    with django_assert_max_num_queries(18):
        load_territoire(territoire=sarthe)


class Terminal(StringIO):
    def isatty(self):
        return True


def test_progress_is_shown_on_a_terminal_and_not_in_a_pipe():
    terminal, pipe = Terminal(), StringIO()

    call_command("load_territoires", stdout=terminal)
    call_command("load_territoires", stdout=pipe)

    assert "Lecture des fichiers de la Sarthe…" in terminal.getvalue()
    assert "Lecture" not in pipe.getvalue()


def test_a_departement_without_files_says_what_to_do():
    with pytest.raises(CommandError, match="prepare_territoires") as refusal:
        load(departement="61")

    assert refusal.value.returncode == 1


@pytest.fixture
def copied(tmp_path):
    for path in DATA.glob("*72*"):
        shutil.copy(path, tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("departement-72.json", b"{}", "departement-72.json est abîmé"),
        ("communes-72.geojson", b'{"features": [', "communes-72.geojson est abîmé"),
        ("communes-72.geojson", b"[]", "communes-72.geojson est abîmé"),
        ("epci-72.csv", "siren,nom\n200040475,Forêt".encode("cp1252"), "epci-72.csv est abîmé"),
        ("epci-72.csv", b"siren,nom\n200040475,LBN\n", "ligne 2.*manque la colonne"),
        ("epci-72.csv", b"siren,nom\n20004047,LBN\n", "ligne 2.*neuf chiffres"),
        ("communes-anciennes-72.csv", b"ancien_code,ancien_nom,code\n7,a,72001\n", "cinq caract"),
    ],
)
def test_a_damaged_file_is_named(copied, name, content, message):
    (copied / name).write_bytes(content)

    with pytest.raises(FichierRefuse, match=message):
        read_territoire("72", copied)


def test_a_number_that_does_not_read_is_said_with_its_line_and_column(copied):
    path = copied / "communes-72.csv"
    path.write_text(path.read_text("utf-8").replace(",1695,", ",mille,"), "utf-8")

    with pytest.raises(FichierRefuse, match=r"ligne 2.*mille.* \(colonne population\)"):
        read_territoire("72", copied)


def test_a_code_that_is_no_departement_is_a_wrong_usage():
    with pytest.raises(CommandError, match="101 départements") as refusal:
        load(departement="20")

    assert refusal.value.returncode == 2
