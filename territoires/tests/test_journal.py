"""Every change of a row is noted, whoever makes it and however: nothing may take it back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from territoires.enums import NatureEvenement, Porte
from territoires.journal import entree
from territoires.models import Evenement, Zonage

APPS = ["territoires", "conseillers", "permanences", "reporting"]
NOTES = {nature.value for nature in NatureEvenement}
# Without the journal, and why.
SANS_JOURNAL = {
    "territoires_evenement": "it is the journal",
    "conseillers_evenementsecurite": "a journal too, and forgotten after a year",
}

pytestmark = pytest.mark.django_db


def tables() -> dict[str, Any]:
    models = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed]
    return {m._meta.db_table: m for m in models if m._meta.app_label in APPS}


def test_every_table_of_the_service_is_in_the_journal() -> None:
    """A new model: `@journalise`; a ManyToManyField: `journalise_lien` in its migration."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'"
        )
        poses = [(table, nom.removeprefix("pgtrigger_")) for table, nom in cursor.fetchall()]
    oublies = {}
    for table, model in tables().items():
        attendus = NOTES - {"modification"} if model._meta.auto_created else NOTES
        trouves = {n for n in NOTES for t, nom in poses if t == table and f"journal_{n}" in nom}
        # Accounts have no groups: roles are one field.
        if table not in SANS_JOURNAL and not table.startswith("conseillers_utilisateur_"):
            oublies |= {table: attendus - trouves} if attendus - trouves else {}
    assert oublies == {}


def last() -> Evenement:
    return Evenement.objects.order_by("pk").last()


def events(**champs: Any) -> list[tuple[str, Any]]:
    rows = Evenement.objects.filter(modele="territoires.zonage", **champs).order_by("pk")
    return list(rows.values_list("nature", "valeurs"))


@pytest.fixture
def zonage(brulon: Any) -> Zonage:
    return Zonage.objects.create(commune=brulon, zonage="FRR", millesime=2024)


def test_a_creation_a_change_and_a_deletion_tell_before_and_after(zonage: Zonage) -> None:
    cle = zonage.pk
    zonage.millesime = 2025
    zonage.save()
    zonage.delete()
    rempli = {"id": cle, "commune_id": "72050", "zonage": "FRR"}
    assert events(objet=str(cle)) == [
        ("creation", rempli | {"millesime": 2024}),
        ("modification", {"millesime": [2024, 2025]}),
        ("suppression", rempli | {"millesime": 2025}),
    ]


def test_a_save_that_changes_nothing_is_no_event(zonage: Zonage) -> None:
    zonage.save()
    assert [nature for nature, _ in events()] == ["creation"]


def test_bulk_writes_and_raw_sql_are_seen_row_by_row(brulon: Any, le_mans: Any) -> None:
    Zonage.objects.bulk_create(
        Zonage(commune=commune, zonage="QPV", millesime=2024) for commune in (brulon, le_mans)
    )
    Zonage.objects.update(millesime=2025)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE territoires_zonage SET millesime = 2026 WHERE commune_id = '72181'")
        cursor.execute("DELETE FROM territoires_zonage")
    assert [nature for nature, _ in events()] == (
        ["creation"] * 2 + ["modification"] * 3 + ["suppression"] * 2
    )


def test_a_row_whose_key_changes_ends_and_begins(zonage: Zonage) -> None:
    Zonage.objects.filter(pk=zonage.pk).update(id=987_654)
    assert {nature for nature, _ in events(objet="987654")} == {"creation"}
    assert [nature for nature, _ in events(objet=str(zonage.pk))] == ["creation", "suppression"]


def test_an_upsert_notes_what_it_did_to_each_row(zonage: Zonage, le_mans: Any) -> None:
    Zonage.objects.bulk_create(
        [
            Zonage(commune=zonage.commune, zonage="FRR", millesime=2026),
            Zonage(commune=le_mans, zonage="FRR", millesime=2026),
        ],
        update_conflicts=True,
        unique_fields=["commune", "zonage"],
        update_fields=["millesime"],
    )
    assert sorted(nature for nature, _ in events()) == ["creation", "creation", "modification"]


# --- Who, and by which door --------------------------------------------------------------


def test_the_door_and_the_person_are_those_of_the_block(zonage: Zonage) -> None:
    with entree(Porte.IMPORT, "zonages : zonages.csv", "12"):
        zonage.delete()
    evenement = last()
    assert (evenement.porte, evenement.origine) == ("import", "zonages : zonages.csv")
    assert evenement.utilisateur_id == 12


def test_a_block_inside_a_block_keeps_the_person_and_gives_the_door_back(zonage: Zonage) -> None:
    with entree(Porte.ADMIN, "admin:page", "12"):
        with entree(Porte.TACHE, "reporting.tasks.build_rapport"):
            Zonage.objects.update(millesime=2025)
            assert (last().porte, last().utilisateur_id) == ("tache", 12)
        Zonage.objects.update(millesime=2026)
        assert (last().porte, last().origine) == ("admin", "admin:page")


@pytest.mark.django_db(transaction=True)
def test_outside_the_service_the_role_of_the_database_is_noted(brulon: Any) -> None:
    with entree(Porte.API, "avant"):
        Zonage.objects.create(commune=brulon, zonage="FRR", millesime=2024)
    Zonage.objects.update(millesime=2025)
    evenement = last()
    assert evenement.porte == Porte.BASE
    assert evenement.origine.startswith("rôle ")
    assert evenement.utilisateur_id is None


# --- Out of reach --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ordre",
    [
        "DELETE FROM territoires_evenement",
        "UPDATE territoires_evenement SET origine = ''",
        "TRUNCATE territoires_evenement",
    ],
)
def test_raw_sql_neither_changes_nor_deletes_it(zonage: Zonage, ordre: str) -> None:
    with connection.cursor() as cursor:
        # The suite itself empties tables between two tests of a browser.
        cursor.execute("ALTER TABLE territoires_evenement ENABLE TRIGGER USER")
        with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic():
            cursor.execute(ordre)
    assert Evenement.objects.exists()


def test_the_orm_neither_changes_nor_deletes_it(zonage: Zonage) -> None:
    for acte in (
        lambda: last().delete(),
        lambda: Evenement.objects.all().delete(),
        lambda: Evenement.objects.update(nature="creation"),
        lambda: last().save(),
    ):
        with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic():
            acte()


def test_nothing_of_ours_switches_a_trigger_off() -> None:
    """pgtrigger.ignore and its like would pass beside every lock of the house."""
    fautifs = [
        str(path.relative_to(settings.BASE_DIR))
        for app in [*APPS, "config"]
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if "tests" not in path.parts
        if re.search(
            r"pgtrigger\.(ignore|schema|constraints)|(DIS|EN)ABLE TRIGGER|session_replication",
            path.read_text(),
        )
    ]
    assert fautifs == []


# --- What it never holds -------------------------------------------------------------------


def test_no_secret_is_ever_noted(conseillere: Any) -> None:
    from permanences.models import AdresseIcal

    AdresseIcal.objects.create(conseiller=conseillere.conseiller, secret="a" * 32)
    conseillere.set_password("Une-autre-phrase-longue")
    conseillere.save()
    noms = {
        nom for valeurs in Evenement.objects.values_list("valeurs", flat=True) for nom in valeurs
    }
    assert not noms & {"password", "secret", "last_login", "donnees", "contour"}


def test_a_candidate_s_name_is_said_changed_and_not_kept(poste_1: Any) -> None:
    from conseillers.models import Candidature

    une = Candidature.objects.create(
        courriel="a@exemple.fr", prenom="Alix", nom="Martin", recue_le="2026-01-05"
    )
    une.nom = "Durand"
    une.save()
    assert last().valeurs == {"nom": ["•••", "•••"]}
    une.delete()
    textes = [str(v) for v in Evenement.objects.values_list("valeurs", flat=True)]
    assert not re.search("Martin|Durand|Alix|a@exemple", "".join(textes))


def test_an_epci_served_is_told_with_its_poste(poste_1: Any, lbn_communaute: Any) -> None:
    poste_1.epcis.add(lbn_communaute)
    poste_1.epcis.clear()
    rows = Evenement.objects.filter(modele="conseillers.poste", objet=str(poste_1.pk))
    assert list(rows.order_by("pk").values_list("valeurs", flat=True))[1:] == [
        {"epcis": [None, "200040475"]},
        {"epcis": ["200040475", None]},
    ]
