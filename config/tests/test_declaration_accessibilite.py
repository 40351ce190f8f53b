"""The accessibility declaration says the real state: without a valid audit, « non conforme »."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from config.accessibilite import LIVREE, DeclarationIllisible, read_declaration
from config.tests.test_pages_publiques import text_of

CE_JOUR = dt.date(2026, 11, 30)


def with_audit(tmp_path: Path, taux: str, date: str = "2026-11-01") -> Path:
    """The file we ship, with an audit; before its tables, as TOML wants."""
    audit = (
        f'[audit]\ndate = {date}\nauditeur = "Auditeurs de l’Ouest"\ntaux = {taux}\n'
        'echantillon = ["Connexion : /connexion/"]\n'
    )
    fichier = tmp_path / "accessibilite.toml"
    fichier.write_text(LIVREE.read_text() + audit)
    return fichier


def test_what_we_ship_has_no_audit_and_hides_nothing_known() -> None:
    livree = read_declaration(LIVREE)
    assert livree.audit is None
    assert livree.etat(CE_JOUR).libelle == "non conforme"
    assert livree.non_conformites
    assert livree.a_verifier


@pytest.mark.parametrize(
    ("taux", "etat"),
    [
        ("49.9", "non conforme"),
        ("50", "partiellement conforme"),
        ("99.9", "partiellement conforme"),
        ("100", "totalement conforme"),
    ],
)
def test_the_state_follows_from_the_rate_of_the_audit(tmp_path: Path, taux: str, etat: str) -> None:
    assert read_declaration(with_audit(tmp_path, taux)).etat(CE_JOUR).libelle == etat


@pytest.mark.parametrize(
    ("date", "jour", "etat"),
    [
        ("2026-11-01", dt.date(2029, 10, 31), "totalement conforme"),
        ("2026-11-01", dt.date(2029, 11, 1), "non conforme"),
        ("2024-02-29", dt.date(2027, 2, 28), "totalement conforme"),
        ("2024-02-29", dt.date(2027, 3, 1), "non conforme"),
        ("2026-12-01", CE_JOUR, "non conforme"),  # an audit to come proves nothing
    ],
)
def test_an_audit_is_valid_three_years(tmp_path: Path, date: str, jour: dt.date, etat: str) -> None:
    assert read_declaration(with_audit(tmp_path, "100", date)).etat(jour).libelle == etat


def test_the_page_says_the_audit_and_every_page_the_new_state(
    client: Client, db: None, settings: LazySettings, tmp_path: Path
) -> None:
    settings.DECLARATION_ACCESSIBILITE = with_audit(tmp_path, "82.5")
    page = text_of(client.get("/accessibilite/"))
    assert "est <strong>partiellement conforme</strong> avec le référentiel" in page
    assert "réalisé par Auditeurs de l’Ouest le 01/11/2026 révèle que 82,5 %" in page
    assert "Connexion : /connexion/" in page
    assert "Accessibilité : partiellement conforme" in text_of(client.get("/connexion/"))


def test_the_page_we_ship_has_every_part_that_the_model_imposes(client: Client, db: None) -> None:
    page = text_of(client.get("/accessibilite/"))
    for titre in (
        "État de conformité", "Résultats des tests", "Contenus non accessibles",
        "Non-conformités connues", "Dérogations pour charge disproportionnée",
        "Contenus non soumis à l’obligation d’accessibilité",
        "Établissement de cette déclaration", "Technologies utilisées", "Environnement de test",
        "Outils d’évaluation", "Pages vérifiées lors de l’audit",
        "Retour d’information et contact", "Voies de recours",
    ):  # fmt: skip
        assert f">{titre}</h" in page
    assert "aucun audit de conformité n’a encore été réalisé" in page
    assert "Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07" in page


@pytest.mark.parametrize(
    ("contenu", "phrase"),
    [
        ("etablie_le = ", "n’est pas un fichier TOML"),
        ("etablie_le = 2026-11-30", "il manque « referentiel »"),
        ('etablie_le = "hier"', "n’est pas une date"),
        ("complet", "un taux va de 0 à 100"),
    ],
)
def test_a_wrong_file_is_refused_with_what_to_correct(
    tmp_path: Path, contenu: str, phrase: str
) -> None:
    fichier: Any = tmp_path / "faux.toml"
    if contenu == "complet":
        fichier = with_audit(tmp_path, "101")
    else:
        fichier.write_text(contenu)
    with pytest.raises(DeclarationIllisible, match=phrase):
        read_declaration(fichier)


def test_a_wrong_file_breaks_no_page_and_is_told_in_the_log(
    client: Client, db: None, settings: LazySettings, tmp_path: Path, caplog: Any
) -> None:
    settings.DECLARATION_ACCESSIBILITE = tmp_path / "absent.toml"
    assert "Accessibilité : non conforme" in text_of(client.get("/connexion/"))
    assert client.get("/accessibilite/").status_code == 200
    assert [r.levelname for r in caplog.records if r.name == "config.accessibilite"] == ["ERROR"]
