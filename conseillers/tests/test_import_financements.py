"""TYPES `conventions`, `convention_lignes`, `versements`, `candidatures`."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from conseillers.importers.financements import (
    Candidatures,
    ConventionLignes,
    Conventions,
    Versements,
)
from conseillers.models import (
    Candidature,
    Convention,
    ConventionLigne,
    Poste,
    Structure,
    Versement,
)
from territoires.models import Commune
from territoires.tests.imports import counts, import_text, told

LIGNES = "convention;poste;date_effet;montant;bonification\n"


@pytest.fixture
def convention(poste_1: Poste) -> Convention:
    return Convention.objects.create(
        reference="V1-D",
        structure=poste_1.structure,
        phase="V1",
        date_debut=dt.date(2021, 3, 1),
        date_fin=dt.date(2023, 3, 1),
    )


def test_conventions(tmp_path: Path, structure_departement: Structure) -> None:
    texte = (
        "reference;siret;phase;date_debut;date_fin;date_solde\n"
        "V1-D;22720002900019;V1;01/03/2021;01/03/2023;\n"
    )
    assert counts(import_text(tmp_path, Conventions, texte)) == (1, 0, 0, 0)
    assert counts(import_text(tmp_path, Conventions, texte)) == (0, 0, 1, 0)
    soldee = texte.replace("2023;\n", "2023;2020-01-01\n").replace("V1;01", "V3;01")
    assert told(import_text(tmp_path, Conventions, soldee)) == [
        "ligne 2, colonne phase : « V3 » n’est pas accepté : choisissez parmi V1, V2.",
        "ligne 2, colonne date_solde : Une convention ne peut être soldée avant son début.",
    ]


def test_lines_and_an_avenant_that_takes_back(tmp_path: Path, convention: Convention) -> None:
    texte = LIGNES + "V1-D;1;2021-03-01;50 000,00;2500\nV1-D;1;2022-03-01;-52500;\n"
    assert counts(import_text(tmp_path, ConventionLignes, texte)) == (2, 0, 0, 0)
    assert counts(import_text(tmp_path, ConventionLignes, texte)) == (0, 0, 2, 0)
    assert {ligne.montant for ligne in ConventionLigne.objects.all()} == {50_000, -52_500}


def test_the_sum_of_a_poste_is_never_negative_in_the_file(
    tmp_path: Path, convention: Convention
) -> None:
    texte = LIGNES + "V1-D;1;2022-03-01;-60000,50;\nV1-D;1;2021-03-01;50000;\n"
    assert told(import_text(tmp_path, ConventionLignes, texte)) == [
        "ligne 2, colonne montant : la somme des lignes du poste 1 dans la convention V1-D "
        "deviendrait négative (−10 000,50 €)."
    ]
    assert not ConventionLigne.objects.exists()


def test_the_sum_of_a_poste_is_never_negative_with_the_database(
    tmp_path: Path, convention: Convention
) -> None:
    import_text(
        tmp_path, ConventionLignes, LIGNES + "V1-D;1;2021-03-01;50000;\nV1-D;1;2022-03-01;-10000;\n"
    )
    moins = LIGNES + "V1-D;1;2021-03-01;9999;\n"
    [erreur] = told(import_text(tmp_path, ConventionLignes, moins))
    assert erreur.endswith("deviendrait négative (−1,00 €).")
    sans_la_colonne = "convention;poste;date_effet;montant\nV1-D;1;2021-03-01;10000\n"
    assert counts(import_text(tmp_path, ConventionLignes, sans_la_colonne)) == (0, 1, 0, 0)


def test_wrong_lines_are_all_told(tmp_path: Path, convention: Convention) -> None:
    texte = LIGNES + "V9;7;2021-03-01;1,005;\nV1-D;1;2021-03-01;99999999999999;x\n"
    assert told(import_text(tmp_path, ConventionLignes, texte)) == [
        "ligne 2, colonne convention : la convention V9 n’existe pas : importez d’abord le fichier "
        "« conventions ».",
        "ligne 2, colonne poste : le poste 7 n’existe pas : importez d’abord le fichier "
        "« postes ».",
        "ligne 2, colonne montant : Assurez-vous qu’il n’y a pas plus de 2 chiffres après la "
        "virgule.",
        "ligne 3, colonne montant : Assurez-vous qu’il n’y a pas plus de 11 chiffres au total.",
        "ligne 3, colonne bonification : « x » n’est pas un nombre (exemple : 1250,50).",
    ]


def test_versements(tmp_path: Path, convention: Convention) -> None:
    texte = (
        "convention;rang;montant;sens;date_prevue;date_recue;piece\n"
        "V1-D;1;25000,50;;2021-04-01;2021-05-02;\nV1-D;2;10;reversement;2021-04-01;;n° 12\n"
    )
    assert counts(import_text(tmp_path, Versements, texte)) == (2, 0, 0, 0)
    assert counts(import_text(tmp_path, Versements, texte)) == (0, 0, 2, 0)
    assert Versement.objects.get(rang=1).montant == Decimal("25000.50")
    negatif = texte.replace("25000,50", "-1").replace("V1-D;2", "V1-D;0")
    assert told(import_text(tmp_path, Versements, negatif)) == [
        "ligne 2, colonne montant : Un montant ne peut être négatif : pour de l’argent rendu, "
        "choisissez le sens « reversement ».",
        "ligne 3, colonne rang : Le rang d’un versement commence à 1.",
    ]


def test_candidatures(tmp_path: Path, le_mans: Commune, poste_1: Poste) -> None:
    texte = (
        "courriel;prenom;nom;code_insee;recue_le;etat;poste\n"
        "a@x.fr;Ana;Test;72181;2026-01-05;;\nb@x.fr;Bob;Test;;2026-01-05;recrutee;1\n"
    )
    assert counts(import_text(tmp_path, Candidatures, texte)) == (2, 0, 0, 0)
    assert counts(import_text(tmp_path, Candidatures, texte)) == (0, 0, 2, 0)
    assert Candidature.objects.get(courriel="a@x.fr").etat == "recue"
    sans_poste = texte.replace("recrutee;1", "recrutee;")
    assert told(import_text(tmp_path, Candidatures, sans_poste)) == [
        "ligne 3, colonne poste : Indiquez le poste sur lequel elle est recrutée."
    ]
