"""The département that an instance serves is a setting; its name reads well in a sentence."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from territoires.files import DATA, read_departement
from territoires.selectors import attribution, departement_de_l_instance, millesimes


def test_the_sarthe_reads_well_in_a_sentence():
    """No database mark: reading it must not need one."""
    sarthe = departement_de_l_instance()

    assert (sarthe.code, sarthe.nom, sarthe.nom_complet) == ("72", "Sarthe", "la Sarthe")
    assert (sarthe.de, sarthe.dans) == ("de la Sarthe", "en Sarthe")


@pytest.mark.parametrize(
    ("code", "de", "dans"),
    [
        ("01", "de l’Ain", "dans l’Ain"),
        ("2A", "de la Corse-du-Sud", "en Corse-du-Sud"),
        ("49", "de Maine-et-Loire", "en Maine-et-Loire"),
        ("61", "de l’Orne", "dans l’Orne"),
        ("69", "du Rhône", "dans le Rhône"),
        ("75", "de Paris", "à Paris"),
        ("88", "des Vosges", "dans les Vosges"),
        ("971", "de la Guadeloupe", "en Guadeloupe"),
        ("974", "de La Réunion", "à La Réunion"),
    ],
)
def test_other_departements_too(settings, code, de, dans):
    settings.DEPARTEMENT = code

    assert departement_de_l_instance().de == de
    assert departement_de_l_instance().dans == dans


def test_there_are_101_departements():
    lines = (DATA / "departements.csv").read_text("utf-8").splitlines()[1:]
    names = [read_departement(line.split(",")[0]) for line in lines]

    assert len(names) == len({d.nom for d in names}) == 101
    for departement in names:
        assert departement.de.endswith(departement.nom)
        assert departement.dans.endswith(departement.nom)
        assert departement.nom_complet.endswith(departement.nom)


def test_a_wrong_setting_is_said_at_once(settings):
    settings.DEPARTEMENT = "20"

    with pytest.raises(ImproperlyConfigured, match="101 départements"):
        departement_de_l_instance()


def test_the_attribution_is_the_one_shipped_with_the_files():
    assert attribution() == (DATA / "ATTRIBUTION").read_text("utf-8").strip()
    assert millesimes().population == 2023
