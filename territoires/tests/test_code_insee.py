"""INSEE codes of files and forms: current, old, elsewhere, wrong."""

import pytest

from territoires.models import Commune, CommuneAncienne
from territoires.selectors import (
    CodeInseeRefuse,
    CommuneIndex,
    departement_of,
    resolve_code_insee,
)

pytestmark = pytest.mark.usefixtures("sarthe_loaded")


@pytest.fixture(params=["one code", "a file"])
def resolve(request):
    """The two doors must answer alike."""
    return resolve_code_insee if request.param == "one code" else CommuneIndex().resolve


def test_a_current_code_gives_its_commune(resolve):
    resolved = resolve("72181")

    assert resolved.commune.nom == "Le Mans"
    assert (resolved.code, resolved.ancien, resolved.hors_departement) == ("72181", False, False)
    assert resolved.note == ""


def test_an_old_code_gives_the_commune_of_today_and_says_so(resolve):
    resolved = resolve("72287")

    assert (resolved.code, resolved.ancien, resolved.hors_departement) == ("72155", True, False)
    assert "72287" in resolved.note
    assert "Laigné-Saint-Gervais (72155)" in resolved.note


def test_a_merged_commune_gives_the_one_that_absorbed_it_even_twice(resolve):
    Commune.objects.filter(code="72001").update(absorbee_par="72002")
    Commune.objects.filter(code="72002").update(absorbee_par="72003")
    resolved = CommuneIndex().resolve("72001")
    assert resolved == resolve_code_insee("72001")
    assert (resolved.code, resolved.ancien) == ("72003", True)


@pytest.mark.parametrize("code", ["61001", "01004", "2B033", "97411", "2a004"])
def test_a_code_of_another_departement_is_accepted_without_being_known(resolve, code):
    resolved = resolve(code)

    assert resolved.commune is None
    assert (resolved.code, resolved.hors_departement) == (code.upper(), True)
    assert not resolved.ancien


@pytest.mark.parametrize("code", ["", "7218", "721811", "20004", "2C001", "Le Mans", "72 181"])
def test_a_malformed_code_is_refused_in_french(resolve, code):
    with pytest.raises(CodeInseeRefuse, match="n’est pas un code INSEE"):
        resolve(code)


def test_a_zero_eaten_by_a_spreadsheet_is_guessed(resolve):
    with pytest.raises(CodeInseeRefuse, match="retiré le zéro du début"):
        resolve("1004")


def test_an_unknown_code_of_our_departement_is_refused(resolve):
    with pytest.raises(CodeInseeRefuse, match="72999 n’existe pas dans le département 72"):
        resolve("72999")


def test_spaces_around_a_code_do_not_matter(resolve):
    assert resolve(" 72181 ").code == "72181"


def test_a_corsican_code_of_before_1976_is_known_as_an_old_code(resolve, settings):
    settings.DEPARTEMENT = "2A"
    ajaccio = Commune.objects.create(
        code="2A004",
        nom="Ajaccio",
        departement="2A",
        population_millesime=2023,
        latitude=41.9,
        longitude=8.7,
    )
    CommuneAncienne.objects.create(code="20004", nom="Ajaccio", commune=ajaccio)

    assert resolve_code_insee("20004").commune == ajaccio
    assert CommuneIndex().resolve("20004").ancien


def test_a_file_of_any_length_costs_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        index = CommuneIndex()
        for _ in range(1000):
            assert index.resolve("72287").commune.epci.nom


@pytest.mark.parametrize(
    ("code", "departement"),
    [("72181", "72"), ("2A004", "2A"), ("01004", "01"), ("97101", "971"), ("98818", "988")],
)
def test_a_code_tells_its_departement(code, departement):
    assert departement_of(code) == departement
