"""`import_csv`: whole file or nothing, rejects, simulation, exit codes, machine-readable report."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from conseillers.models import Structure
from reporting.importers.registre import IMPORTEURS
from territoires.models import Commune

ENTETE = "siret;nom;type;code_insee\n"
BONNE = "22720002900019;Département;departement;72181\n"
FAUSSE = "12;Mairie;commune;72999\n"
Commande = Callable[..., tuple[int, str, str]]


@pytest.fixture
def importe(tmp_path: Path, le_mans: Commune) -> Commande:
    """Run the command on a text; (exit code, stdout, stderr), narrow spaces made plain."""

    def run(texte: str | bytes, *options: Any, type: str = "structures") -> tuple[int, str, str]:
        fichier = tmp_path / "fichier.csv"
        fichier.write_bytes(texte if isinstance(texte, bytes) else texte.encode())
        sortie, erreurs = StringIO(), StringIO()
        code = 0
        try:
            call_command(
                "import_csv", type, str(fichier), *map(str, options), stdout=sortie, stderr=erreurs
            )
        except SystemExit as fin:
            code = int(fin.code or 0)
        except CommandError as erreur:
            code = erreur.returncode
            erreurs.write(str(erreur))
        lus = (
            flux.getvalue().replace("\u202f", " ").replace("\xa0", " ")
            for flux in (sortie, erreurs)
        )
        return code, *lus  # type: ignore[return-value]

    return run


def test_a_good_file_is_written(importe: Commande) -> None:
    assert importe(ENTETE + BONNE) == (
        0, "structures : 1 créé, 0 modifié, 0 inchangé, 0 refusé.\n", "",
    )  # fmt: skip
    assert Structure.objects.count() == 1


def test_one_bad_line_and_nothing_is_written(importe: Commande, tmp_path: Path) -> None:
    code, sortie, erreurs = importe(ENTETE + BONNE + FAUSSE)
    assert code == 1
    assert sortie == f"{tmp_path / 'fichier.csv'} : 1 ligne refusée, rien n’a été écrit.\n"
    assert erreurs.splitlines() == [
        "ligne 3, colonne siret : Un SIRET compte 14 chiffres.",
        "ligne 3, colonne code_insee : Le code INSEE 72999 n’existe pas dans le département 72, ni "
        "aujourd’hui ni parmi les anciens codes : vérifiez-le.",
    ]
    assert not Structure.objects.exists()


def test_rejects_come_back_once_corrected(importe: Commande, tmp_path: Path) -> None:
    rejets = tmp_path / "rejets.csv"
    piege = "13;=HYPERLINK(1);commune;72181\n"
    code, sortie, erreurs = importe(ENTETE + BONNE + FAUSSE + piege, "--rejets", rejets)
    assert code == 0
    assert sortie.splitlines() == [
        "structures : 1 créé, 0 modifié, 0 inchangé, 2 refusés.",
        f"Lignes refusées : {rejets}. Corrigez-les, puis importez ce fichier.",
    ]
    assert len(erreurs.splitlines()) == 3
    texte = rejets.read_text("utf-8-sig")
    lignes = list(csv.reader(texte.splitlines(), delimiter=";"))
    assert lignes[0] == ["siret", "nom", "type", "code_insee", "erreur"]
    assert lignes[1][:4] == ["12", "Mairie", "commune", "72999"]
    assert lignes[1][4].startswith("siret : Un SIRET compte 14 chiffres. / code_insee : Le code")
    assert lignes[2][1] == "'=HYPERLINK(1)"
    corrige = (
        texte.replace("\n12;", "\n12345678901234;").replace("72999", "72181")
        .replace("\n13;", "\n12345678901235;")
    )  # fmt: skip
    assert importe(corrige, "--rejets", rejets)[0] == 0
    noms = set(Structure.objects.values_list("nom", flat=True))
    assert noms == {"Département", "Mairie", "=HYPERLINK(1)"}
    assert rejets.read_text("utf-8-sig") == "siret;nom;type;code_insee;erreur\n"


def test_a_line_of_the_wrong_length_loses_no_text(importe: Commande, tmp_path: Path) -> None:
    rejets = tmp_path / "rejets.csv"
    importe(ENTETE + "1;a\n1;a;b;c;d\n" + '1;"a"b;c;d\n', "--rejets", rejets)
    lignes = list(csv.reader(rejets.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert [ligne[:4] for ligne in lignes[1:]] == [
        ["1", "a", "", ""],
        ["1", "a", "b", "c;d"],
        ['1;"a"b;c;d', "", "", ""],
    ]


def test_rejects_never_hide_a_file_that_could_not_be_read_to_its_end(
    importe: Commande, tmp_path: Path
) -> None:
    rejets = tmp_path / "rejets.csv"
    code, _sortie, erreurs = importe(ENTETE + BONNE + '1;"a;b;c\n' + BONNE, "--rejets", rejets)
    assert code == 1
    assert erreurs == (
        "ligne 3 : un guillemet ouvert sur cette ligne n’est jamais refermé : la suite du fichier "
        "n’a pas pu être lue.\n"
    )
    assert not rejets.exists()
    assert not Structure.objects.exists()


def test_a_simulation_tells_and_writes_nothing(importe: Commande, tmp_path: Path) -> None:
    rejets = tmp_path / "rejets.csv"
    code, sortie, _erreurs = importe(ENTETE + BONNE, "--simulation")
    assert (code, sortie) == (
        0,
        "Simulation, rien n’a été écrit : 1 créé, 0 modifié, 0 inchangé, 0 refusé.\n",
    )
    assert importe(ENTETE + FAUSSE, "--simulation")[0] == 1
    assert importe(ENTETE + BONNE + FAUSSE, "--simulation", "--rejets", rejets)[0] == 0
    assert not rejets.exists()
    assert not Structure.objects.exists()


def test_the_report_for_machines(importe: Commande, tmp_path: Path) -> None:
    code, sortie, erreurs = importe(ENTETE + BONNE + FAUSSE, "--format", "json")
    bilan = json.loads(sortie)
    assert (code, erreurs) == (1, "")
    assert bilan | {"erreurs": [], "fichier": ""} == {
        "type": "structures", "fichier": "", "simulation": False, "ecrit": False, "lignes": 2,
        "crees": 0, "modifies": 0, "inchanges": 0, "refuses": 1, "rejets": None, "erreurs": [],
        "notes": [],
    }  # fmt: skip
    assert bilan["erreurs"][0] == {
        "ligne": 3, "colonne": "siret", "message": "Un SIRET compte 14 chiffres.",
    }  # fmt: skip


def test_a_wrong_header_is_told_by_name(importe: Commande) -> None:
    code, _sortie, erreurs = importe("siret;nom;nom;genre;\n")
    assert code == 1
    assert erreurs.splitlines() == [
        "ligne 1, colonne nom : cette colonne figure deux fois.",
        "ligne 1, colonne genre : colonne inconnue. Colonnes acceptées : siret, nom, type, "
        "code_insee.",
        "ligne 1, colonne n° 5 : cette colonne n’a pas de nom.",
        "ligne 1, colonne type : cette colonne manque : elle est obligatoire.",
        "ligne 1, colonne code_insee : cette colonne manque : elle est obligatoire.",
    ]


def test_a_header_alone_is_an_empty_programme(importe: Commande) -> None:
    assert importe(ENTETE)[:2] == (
        0,
        "structures : 0 créé, 0 modifié, 0 inchangé, 0 refusé.\n",
    )


@pytest.mark.parametrize("contenu", [b"", b"PK\x03\x04\0\0", b"\0", b"\xff\xfe\0"])
def test_what_is_not_a_csv_is_refused_even_with_rejects(
    importe: Commande, tmp_path: Path, contenu: bytes
) -> None:
    code, sortie, erreurs = importe(contenu, "--rejets", tmp_path / "rejets.csv")
    assert code == 1
    assert sortie.endswith("fichier refusé, rien n’a été écrit.\n")
    assert erreurs.startswith("fichier.csv : ")
    assert not (tmp_path / "rejets.csv").exists()


def test_wrong_usage_is_another_exit_code(importe: Commande, tmp_path: Path) -> None:
    assert importe(ENTETE, type="salaires")[0] == 2
    assert importe(ENTETE, "--rejets", tmp_path / "fichier.csv")[0] == 2
    assert importe(ENTETE, "--rejets", tmp_path / "absent" / "rejets.csv") == (
        2, "", f"{tmp_path}/absent/rejets.csv : ce fichier ou ce dossier n’existe pas.",
    )  # fmt: skip
    for chemin, phrase in ((tmp_path / "absent.csv", "n’existe pas"), (tmp_path, "un dossier")):
        with pytest.raises(CommandError, match=phrase) as refus:
            call_command("import_csv", "structures", str(chemin))
        assert refus.value.returncode == 2


def test_a_database_that_goes_away_is_said_in_a_sentence(
    importe: Commande, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(self: object) -> None:
        raise OperationalError("server closed the connection unexpectedly\n\tThis probably means")

    monkeypatch.setattr(IMPORTEURS["structures"], "prepare", cut)
    assert importe(ENTETE + BONNE) == (
        1,
        "",
        "La base de données s’est interrompue, rien n’a été écrit : relancez la commande. (server "
        "closed the connection unexpectedly)",
    )


def test_every_type_of_the_contract_is_known() -> None:
    assert list(IMPORTEURS) == [
        "structures", "postes", "affectations", "conventions", "convention_lignes", "versements",
        "zonages", "cibles", "lieux", "creneaux", "fermetures", "absences", "occurrences",
        "seances", "declarations", "candidatures",
    ]  # fmt: skip


def test_no_file_may_say_who_was_helped() -> None:
    """Names are those of agents and candidates; nobody helped has a column."""
    avec_noms = {
        nom for nom, importeur in IMPORTEURS.items()
        if {"prenom", "courriel", "telephone"} & {colonne.nom for colonne in importeur.colonnes}
    }  # fmt: skip
    assert avec_noms == {"affectations", "absences", "candidatures"}


@pytest.mark.django_db
def test_cibles(importe: Commande) -> None:
    texte = "figure;depuis;valeur;source\nseances;2031-01-01;1200,5;Accord\n"
    assert importe(texte, type="cibles")[0] == 0
    assert "1 inchangé" in importe(texte, type="cibles")[1]
    faux = "figure;depuis;valeur;source\nbonheur;2031-01-01;1;A\nseances;2031-01-01;-1;A\n"
    assert importe(faux, type="cibles")[2].splitlines() == [
        "ligne 2, colonne figure : « bonheur » n’est pas accepté : choisissez parmi "
        "postes_reserves, postes_departement, postes_partenaire, enveloppe, seuil_jours_tenus, "
        "postes_pourvus, epci_couverts, population_a_10_km, taux_tenue, communes_non_desservies, "
        "seances, participations, heures, premieres_venues, ateliers.",
        "ligne 3, colonne valeur : Une cible ne peut être négative.",
    ]


def test_a_database_that_does_not_answer_is_one_sentence_whatever_the_command() -> None:
    ailleurs = {"DATABASE_URL": "postgresql://u:p@127.0.0.1:1/x", "REDIS_URL": ""}
    fait = subprocess.run(
        [sys.executable, "manage.py", "close_mois", "2026-09"],
        cwd=settings.BASE_DIR,
        env={**os.environ, **ailleurs, "DJANGO_SETTINGS_MODULE": "config.settings.local"},
        capture_output=True,
        text=True,
    )
    assert fait.returncode == 1
    assert fait.stderr.startswith("La base de données ne répond pas")
    assert "Traceback" not in fait.stderr
