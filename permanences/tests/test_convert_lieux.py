"""Public lists of places become the file « lieux »."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from permanences.importers.plan import Lieux
from permanences.models import LieuAccueil
from territoires.importers.moteur import import_file
from territoires.models import Commune
from territoires.tests.imports import counts
from territoires.typographie import say_de

MAIRIES = (
    "code_insee,commune,adresse,telephone,site,lat,lon,horaires_json\n"
    '72050,Brûlon,"1 place Albert-Liébault, 72350 Brûlon",02,,47.967,-0.233,"[[""lundi""]]"\n'
)
FRANCE_SERVICES = (
    "id_fs,insee_dep,lib_fs,adresse,complement_adresse,insee_com,code_postal,lib_com,latitude,"
    "longitude,mail\n"
    "425,72,France services Brûlon,1 Place Albert Liébault,Bât. B,72050,72350,Brûlon,47.96705,"
    "-0.23348,a@x.fr\n"
)


def convert(dossier: Path, source: str, texte: str) -> Path:
    (dossier / "liste.csv").write_text(texte)
    call_command("convert_lieux", source, str(dossier / "liste.csv"), sortie=dossier / "lieux.csv")
    return dossier / "lieux.csv"


@pytest.mark.parametrize(
    ("source", "texte", "attendu"),
    [
        ("mairies", MAIRIES, ("mairie-72050", "Mairie de Brûlon", "mairie",
                              "1 place Albert-Liébault, 72350 Brûlon")),
        ("france_services", FRANCE_SERVICES, ("fs-425", "France services Brûlon", "france_services",
                                              "1 Place Albert Liébault Bât. B, 72350 Brûlon")),
    ],
)  # fmt: skip
def test_a_converted_list_is_imported(
    tmp_path: Path, brulon: Commune, source: str, texte: str, attendu: tuple[str, ...]
) -> None:
    assert counts(import_file(Lieux(), convert(tmp_path, source, texte))) == (1, 0, 0, 0)
    lieu = LieuAccueil.objects.get()
    assert (lieu.code, lieu.nom, lieu.type, lieu.adresse) == attendu
    assert lieu.commune == brulon


def test_the_result_may_go_to_the_standard_output(tmp_path: Path) -> None:
    (tmp_path / "liste.csv").write_text(MAIRIES)
    sortie = StringIO()
    call_command("convert_lieux", "mairies", str(tmp_path / "liste.csv"), stdout=sortie)
    assert sortie.getvalue().startswith("code;nom;type;adresse;code_insee;latitude;longitude\r\n")


def test_another_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="il manque code_insee, commune, lat, lon") as refus:
        convert(tmp_path, "mairies", FRANCE_SERVICES)
    assert refus.value.returncode == 1
    assert not (tmp_path / "lieux.csv").exists()
    with pytest.raises(CommandError, match="n’est pas une source connue") as refus:
        convert(tmp_path, "ecoles", MAIRIES)
    assert refus.value.returncode == 2


@pytest.mark.parametrize(
    ("commune", "attendu"),
    [("Brûlon", "de Brûlon"), ("Allonnes", "d’Allonnes"), ("Écommoy", "d’Écommoy"),
     ("Le Mans", "du Mans"), ("Les Mées", "des Mées"), ("La Flèche", "de La Flèche")],
)  # fmt: skip
def test_a_mairie_is_named_in_good_french(commune: str, attendu: str) -> None:
    assert say_de(commune) == attendu
