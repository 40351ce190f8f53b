"""The register of processing is true: each field of each table is classified, none is invented."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

DOSSIER = settings.BASE_DIR / "docs" / "donnees-personnelles"
SANS_FICHE = "–"
FICHES = {
    "programme": "Fiche 1.", "activité": "Fiche 2.", "recrutement": "Fiche 3.",
    "réseau": "Fiche 4.", "comptes": "Fiche 5.", "page publique": "Fiche 6.",
}  # fmt: skip


@dataclass(frozen=True)
class Rang:
    """One row of the annex."""

    modele: str
    fiche: str
    personnels: set[str]
    autres: set[str]


def rows() -> list[Rang]:
    lignes = [
        [cellule.strip() for cellule in ligne.strip("|\n").split("|")]
        for ligne in (DOSSIER / "champs.md").read_text().splitlines()
        if ligne.startswith("| ") and "`" in ligne
    ]
    return [
        Rang(f"{app}.{nom.strip('`')}", fiche, *(set(re.findall(r"`(\w+)`", c)) for c in champs))
        for app, nom, fiche, _qui, *champs in lignes
    ]


def fields_of(modele: type[models.Model]) -> set[str]:
    champs = [*modele._meta.concrete_fields, *modele._meta.many_to_many]
    return {champ.name for champ in champs if champ.name != "id"}


def test_every_table_is_in_the_register_and_only_those() -> None:
    connus = {modele._meta.label for modele in apps.get_models()}
    classes = [rang.modele for rang in rows()]
    assert connus - set(classes) == set(), (
        "Classez ces tables dans docs/donnees-personnelles/champs.md : de qui parlent-elles, par "
        "quels champs, et quelle fiche du registre le dit ?"
    )
    assert set(classes) - connus == set(), "Ces tables n’existent plus : retirez-les."
    assert len(classes) == len(set(classes))


@pytest.mark.parametrize("rang", rows(), ids=lambda rang: rang.modele)
def test_every_field_is_said_personal_or_not(rang: Rang) -> None:
    assert rang.personnels & rang.autres == set()
    assert rang.personnels | rang.autres == fields_of(apps.get_model(rang.modele)), (
        "Classez chaque champ dans docs/donnees-personnelles/champs.md, et dites dans le registre "
        "ce que le nouveau change : finalité, destinataires, durée."
    )


def test_what_is_personal_has_its_record_and_the_record_names_it() -> None:
    registre = (DOSSIER / "registre.md").read_text()
    textes = dict(zip(FICHES, re.split(r"\n## Fiche \d\.", registre)[1:], strict=True))
    for rang in rows():
        if rang.personnels:
            assert rang.fiche in FICHES, rang.modele
            nom = rang.modele.rpartition(".")[2]
            # Django's own log is kept empty; it has a row, and no record.
            assert f"`{nom}`" in textes[rang.fiche] or rang.modele == "admin.LogEntry", rang.modele
        else:
            assert rang.fiche in (SANS_FICHE, *FICHES), rang.modele


def test_the_fiches_are_the_six_that_the_annex_names() -> None:
    titres = re.findall(r"^## (Fiche \d\.)", (DOSSIER / "registre.md").read_text(), re.MULTILINE)
    assert titres == list(FICHES.values())


def test_django_s_own_log_stays_empty(client: object, gestionnaire: object) -> None:
    """The register says so: the journal of changes replaces it."""
    from django.contrib.admin.models import LogEntry

    from conseillers.models import Structure

    client.force_login(gestionnaire)  # type: ignore[attr-defined]
    saisie = {"siret": "12345678901234", "nom": "Essai", "type": "commune", "code_insee": "72181"}
    client.post("/admin/conseillers/structure/add/", saisie)  # type: ignore[attr-defined]
    assert Structure.objects.filter(siret="12345678901234").exists()
    assert not LogEntry.objects.exists()
