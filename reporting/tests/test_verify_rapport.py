"""`verify_rapport FICHIER`: authentic and in force, authentic but replaced, unknown."""

import datetime as dt
import hashlib

import pytest
from django.core.management import CommandError, call_command

from reporting.models import Rapport
from reporting.tests.exemple import SA_PAGE

OCTOBRE = dt.date(2026, 10, 1)


@pytest.fixture
def fichier(tmp_path):
    chemin = tmp_path / "rapport.pdf"
    chemin.write_bytes(b"%PDF-1.7 octobre")
    return chemin


def transmit(fichier, version=1, statut="transmis"):
    return Rapport.objects.create(
        type="couverture",
        mois=OCTOBRE,
        version=version,
        statut=statut,
        donnees={},
        gabarit="essai",
        pdf="x.pdf",
        sha256=hashlib.sha256(fichier.read_bytes()).hexdigest(),
        **SA_PAGE,
        transmis_le=dt.datetime(2026, 11, 10, 9, tzinfo=dt.UTC),
    )


def verify(fichier, capsys):
    call_command("verify_rapport", str(fichier))
    return capsys.readouterr().out


def test_a_transmitted_file_is_authentic(db, fichier, capsys):
    transmit(fichier)
    assert verify(fichier, capsys) == (
        "Authentique, en vigueur : Rapport de couverture d’octobre 2026, version 1, "
        "transmis le 10/11/2026.\n"
    )


def test_a_replaced_one_says_by_what(db, fichier, capsys, tmp_path):
    transmit(fichier, statut="remplace")
    seconde = tmp_path / "v2.pdf"
    seconde.write_bytes(b"%PDF-1.7 octobre corrige")
    transmit(seconde, version=2)
    assert "remplacé par la version 2" in verify(fichier, capsys)


@pytest.mark.parametrize("statut", ["fige", "produit"])
def test_what_was_not_transmitted_is_unknown(db, fichier, statut):
    rapport = transmit(fichier, statut="fige")
    Rapport.objects.filter(pk=rapport.pk).update(statut=statut)
    with pytest.raises(CommandError, match="Inconnu"):
        call_command("verify_rapport", str(fichier))


def test_one_byte_more_is_unknown(db, fichier):
    transmit(fichier)
    fichier.write_bytes(fichier.read_bytes() + b" ")
    with pytest.raises(CommandError, match="Inconnu"):
        call_command("verify_rapport", str(fichier))


def test_a_missing_file_is_wrong_usage(db, tmp_path):
    with pytest.raises(CommandError, match="Impossible de lire") as refus:
        call_command("verify_rapport", str(tmp_path / "absent.pdf"))
    assert refus.value.returncode == 2
