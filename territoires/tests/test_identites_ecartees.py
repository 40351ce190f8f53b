"""Columns that would name a person helped are passed over, never stored, and the report says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from permanences.importers.plan import Lieux, Occurrences
from permanences.importers.seances import Seances
from territoires.importers.identites import blank_identities, names_somebody
from territoires.importers.lecture import open_csv


@pytest.mark.parametrize(
    "colonne",
    [
        "nom", "Prénom", "NOM_BENEFICIAIRE", "telephone", "Tél.", "tel_portable", "e-mail",
        "Courriel", "adresse du bénéficiaire", "date_naissance", "Date de naissance", "NIR",
        "numéro de sécurité sociale", "n° sécu", "usager", "Civilité", "n° allocataire",
        "identite", "signature",
    ],
)  # fmt: skip
def test_a_column_that_names_somebody(colonne: str) -> None:
    assert names_somebody(colonne)


@pytest.mark.parametrize(
    "colonne",
    [
        "nom_du_lieu", "adresse lieu", "nom commune", "couleur", "duree", "commentaire",
        "nb_participants", "courriel_conseiller", "nom de la structure", "nombre",
    ],
)  # fmt: skip
def test_a_column_that_names_a_thing_or_an_agent(colonne: str) -> None:
    assert not names_somebody(colonne)


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("fin", ["\n", "\r\n"])
def test_what_a_browser_sent_is_emptied_before_it_is_kept(
    tmp_path: Path, encodage: str, fin: str
) -> None:
    chemin = tmp_path / "seances.csv"
    lignes = [
        "cle;titre;Prénom;téléphone",
        'a;"deux\nlignes; et ""trois""";Zoé;0612345678',
        "",
        "b;Été;Zénobie;0612345679",
        "c;trop;de;cellules;Zacharie",
        "d;fin;Zita;0612345670",
    ]
    chemin.write_bytes(fin.join(lignes).encode(encodage))
    assert blank_identities(chemin, Seances) == ["prénom", "téléphone"]
    brut = chemin.read_bytes().decode(encodage)
    assert not [nom for nom in ("Zoé", "Zénobie", "Zacharie", "Zita", "06") if nom in brut]
    lues = list(open_csv(chemin, ["cle", "titre"]).records())
    assert [(lu.ligne, lu.cellules[:2]) for lu in lues if not lu.probleme] == [
        (2, ["a", 'deux\nlignes; et "trois"']),
        (5, ["b", "Été"]),
        (7, ["d", "fin"]),
    ]
    [fautive] = [lu for lu in lues if lu.probleme]
    assert fautive.ligne == 6 and fautive.probleme.startswith("5 cellules au lieu de 4")


def test_a_line_that_cannot_be_read_keeps_nothing(tmp_path: Path) -> None:
    chemin = tmp_path / "seances.csv"
    chemin.write_text('cle;nom\na;Zoé\nb;"Z"oé\nc;Zita\n', encoding="utf-8")
    blank_identities(chemin, Occurrences)
    assert chemin.read_text(encoding="utf-8-sig") == "cle;nom\na;\n?\nc;\n"


def test_a_file_about_places_or_without_such_a_column_is_kept_byte_for_byte(
    tmp_path: Path,
) -> None:
    for importeur, texte in ((Lieux, "code;nom;telephone\r\na;Zoé;02\r\n"), (Seances, "cle\n1\n")):
        chemin = tmp_path / "fichier.csv"
        chemin.write_bytes(texte.encode())
        assert blank_identities(chemin, importeur) == []
        assert chemin.read_bytes() == texte.encode()
