"""TYPE `zonages`."""

from pathlib import Path

from territoires.importers.zonages import Zonages
from territoires.models import Commune, CommuneAncienne, Zonage
from territoires.tests.imports import counts, import_text, noted, told


def test_zonages_are_imported_once(tmp_path: Path, brulon: Commune) -> None:
    texte = "code_insee;zonage;millesime\n72050;FRR;2024\n"
    assert counts(import_text(tmp_path, Zonages, texte)) == (1, 0, 0, 0)
    assert counts(import_text(tmp_path, Zonages, texte)) == (0, 0, 1, 0)
    revu = texte.replace("2024", "2025")
    assert counts(import_text(tmp_path, Zonages, revu)) == (0, 1, 0, 0)
    assert Zonage.objects.get().millesime == 2025


def test_an_old_code_is_read_as_the_commune_of_today(tmp_path: Path, brulon: Commune) -> None:
    CommuneAncienne.objects.create(code="72999", nom="Ancienne", commune=brulon)
    bilan = import_text(tmp_path, Zonages, "code_insee,zonage,millesime\n72999,FRR,2024\n")
    assert noted(bilan) == ["ligne 2 : 72999 est un ancien code : repris comme Brûlon (72050)."]
    assert Zonage.objects.get().commune == brulon


def test_wrong_zonages_are_all_told_and_nothing_is_written(tmp_path: Path, brulon: Commune) -> None:
    lignes = ["72050;FRR;2024", "72050;FRR;2024", "35238;FRR;2024", "72888;;1789", "72050;QPV;1789"]
    bilan = import_text(tmp_path, Zonages, "\n".join(["code_insee;zonage;millesime", *lignes]))
    assert told(bilan) == [
        "ligne 3, colonne code_insee : même code_insee + zonage que la ligne 2.",
        "ligne 4, colonne code_insee : la commune 35238 n’est pas de ce département : un zonage ne "
        "décrit que ses communes.",
        "ligne 5, colonne code_insee : Le code INSEE 72888 n’existe pas dans le département 72, ni "
        "aujourd’hui ni parmi les anciens codes : vérifiez-le.",
        "ligne 5, colonne zonage : cette case doit être remplie.",
        "ligne 5, colonne millesime : Le millésime est une année, par exemple 2024.",
        "ligne 6, colonne millesime : Le millésime est une année, par exemple 2024.",
    ]
    assert not Zonage.objects.exists()
