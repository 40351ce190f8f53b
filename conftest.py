"""The shared cast: the same people, posts and places in every test.

Each fixture writes what it names and what that needs, nothing more. Brûlon's advisor holds
poste 1 (Département) since January 2025; La Flèche's holds poste 2 (a partner's).
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone

from conseillers.enums import Role, TypeContrat, TypeStructure
from conseillers.models import Affectation, Conseiller, Poste, Structure, Utilisateur
from permanences.enums import (
    Canal,
    NatureCreneau,
    NatureSeance,
    StatutMois,
    Thematique,
    TypeLieu,
)
from permanences.models import Creneau, LieuAccueil, Mois, Seance
from permanences.services import record_seance
from territoires.enums import TypeEPCI
from territoires.models import EPCI, Commune

MOT_DE_PASSE = "Une-phrase-assez-longue"


# --- The base --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Between two tests of a browser the tables are emptied: in the suite the journals too."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgname LIKE '%jamais_vide%'"
        )
        for table, nom in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {nom}")
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        (peut_tout,) = cursor.fetchone()
    with pytest.MonkeyPatch.context() as remplace:
        if peut_tout:
            remplace.setattr(TransactionTestCase, "_fixture_teardown", _delete_all_rows)
        yield


# What Django writes at each migration, and again after each `flush`.
DE_DJANGO = {"django_migrations", "django_content_type", "auth_permission"}


def _delete_all_rows(cas: TransactionTestCase) -> None:
    """What `flush` does, without rewriting a hundred empty tables and all that Django writes."""
    tables = set(connection.introspection.table_names()) - DE_DJANGO
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"(SELECT '{table}' FROM {connection.ops.quote_name(table)} LIMIT 1)"
                for table in sorted(tables)
            )
        )
        pleines = [connection.ops.quote_name(table) for (table,) in cursor.fetchall()]
        # Neither foreign keys nor triggers: the order does not matter, and nothing is journaled.
        cursor.execute(
            "SET session_replication_role = replica;"
            + "".join(f"DELETE FROM {table};" for table in pleines)
            + "SET session_replication_role = DEFAULT"
        )


@pytest.fixture(autouse=True)
def _cache_vide() -> Iterator[None]:
    """No test is refused for what another one tried."""
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _fichiers_vides() -> Iterator[None]:
    """No test finds the files of another one."""
    yield
    for noms in default_storage.listdir(""):
        for nom in noms:
            default_storage.delete(nom)


# --- The clock -----------------------------------------------------------------------------


@pytest.fixture
def mardi_13_octobre() -> Iterator[dt.date]:
    """Tuesday 13 October 2026, ten o'clock in Paris: a day of Brûlon's créneau."""
    instant = dt.datetime(2026, 10, 13, 10, tzinfo=ZoneInfo("Europe/Paris"))
    with time_machine.travel(instant, tick=True):
        yield instant.date()


@pytest.fixture
def mardi_10_novembre() -> Iterator[Any]:
    """Tuesday 10 November 2026, ten o'clock in Paris: October is over and can be closed.

    Gives the clock: `mardi_10_novembre.move_to(...)`.
    """
    instant = dt.datetime(2026, 11, 10, 10, tzinfo=ZoneInfo("Europe/Paris"))
    with time_machine.travel(instant, tick=True) as horloge:
        yield horloge


# --- Territories: real ones, so that a failure reads as a place --------------------------


def make_epci(siren: str, nom: str, type: str, communes: int, population: int) -> EPCI:
    return EPCI.objects.create(
        siren=siren,
        nom=nom,
        type=type,
        communes_total=communes,
        population_totale=population,
        departements=["72"],
    )


def make_commune(code: str, nom: str, epci: EPCI, population: int, *point: float) -> Commune:
    return Commune.objects.create(
        code=code,
        nom=nom,
        epci=epci,
        departement="72",
        population=population,
        population_millesime=2023,
        latitude=point[0],
        longitude=point[1],
    )


@pytest.fixture
def le_mans_metropole(db: None) -> EPCI:
    return make_epci("247200132", "CU Le Mans Métropole", TypeEPCI.CU, 20, 212_000)


@pytest.fixture
def lbn_communaute(db: None) -> EPCI:
    return make_epci("200040475", "CC LBN Communauté", TypeEPCI.CC, 29, 17_780)


@pytest.fixture
def pays_flechois(db: None) -> EPCI:
    return make_epci("247200348", "CC du Pays Fléchois", TypeEPCI.CC, 14, 27_000)


@pytest.fixture
def le_mans(le_mans_metropole: EPCI) -> Commune:
    return make_commune("72181", "Le Mans", le_mans_metropole, 146_249, 48.00738, 0.19675)


@pytest.fixture
def brulon(lbn_communaute: EPCI) -> Commune:
    return make_commune("72050", "Brûlon", lbn_communaute, 1_549, 47.967, -0.23394)


@pytest.fixture
def la_fleche(pays_flechois: EPCI) -> Commune:
    return make_commune("72154", "La Flèche", pays_flechois, 14_947, 47.69771, -0.07498)


# --- Employers and posts -----------------------------------------------------------------


@pytest.fixture
def structure_departement(db: None) -> Structure:
    return Structure.objects.create(
        siret="22720002900019",
        nom="Département de la Sarthe",
        type=TypeStructure.DEPARTEMENT,
        code_insee="72181",
    )


@pytest.fixture
def structure_partenaire(db: None) -> Structure:
    return Structure.objects.create(
        siret="24720034800017",
        nom="Pays Fléchois",
        type=TypeStructure.EPCI,
        code_insee="72154",
    )


@pytest.fixture
def poste_1(structure_departement: Structure) -> Poste:
    return Poste.objects.create(
        numero=1, structure=structure_departement, date_attribution=dt.date(2021, 3, 1)
    )


@pytest.fixture
def poste_2(structure_partenaire: Structure) -> Poste:
    return Poste.objects.create(
        numero=2, structure=structure_partenaire, date_attribution=dt.date(2021, 3, 1)
    )


# --- People ------------------------------------------------------------------------------


def make_utilisateur(role: str, prenom: str, nom: str, **champs: Any) -> Utilisateur:
    return Utilisateur.objects.create_user(
        f"{prenom}.{nom}@exemple.fr".lower(),
        MOT_DE_PASSE,
        role=role,
        prenom=prenom,
        nom=nom,
        **champs,
    )


def make_conseiller(prenom: str, nom: str, poste: Poste) -> Utilisateur:
    """An advisor's account, their file, and the poste they hold since January 2025."""
    utilisateur = make_utilisateur(Role.CONSEILLER, prenom, nom)
    conseiller = Conseiller.objects.create(
        courriel=utilisateur.courriel, prenom=prenom, nom=nom, utilisateur=utilisateur
    )
    Affectation.objects.create(
        poste=poste,
        conseiller=conseiller,
        date_debut=dt.date(2025, 1, 6),
        type_contrat=TypeContrat.CDD,
    )
    return utilisateur


@pytest.fixture
def gestionnaire(db: None) -> Utilisateur:
    return make_utilisateur(Role.GESTIONNAIRE, "Claire", "Gestion", fonction="Cheffe de projet")


@pytest.fixture
def direction(db: None) -> Utilisateur:
    return make_utilisateur(Role.DIRECTION, "Paul", "Direction")


@pytest.fixture
def prefecture(db: None) -> Utilisateur:
    return make_utilisateur(Role.PREFECTURE, "Inès", "Prefecture")


@pytest.fixture
def employeur(structure_partenaire: Structure) -> Utilisateur:
    """Referent of the partner that employs poste 2."""
    return make_utilisateur(Role.EMPLOYEUR, "Marc", "Employeur", structure=structure_partenaire)


@pytest.fixture
def conseillere(poste_1: Poste) -> Utilisateur:
    """The advisor of Brûlon, poste 1."""
    return make_conseiller("Nadia", "Brulon", poste_1)


@pytest.fixture
def conseiller_voisin(poste_2: Poste) -> Utilisateur:
    """The advisor of La Flèche, poste 2."""
    return make_conseiller("Hugo", "Fleche", poste_2)


# --- Host sites and plan -----------------------------------------------------------------


@pytest.fixture
def mairie_brulon(brulon: Commune) -> LieuAccueil:
    return LieuAccueil.objects.create(
        code="mairie-72050",
        nom="Mairie de Brûlon",
        type=TypeLieu.MAIRIE,
        code_insee=brulon.code,
        commune=brulon,
        latitude=brulon.latitude,
        longitude=brulon.longitude,
    )


@pytest.fixture
def mediatheque_la_fleche(la_fleche: Commune) -> LieuAccueil:
    return LieuAccueil.objects.create(
        code="mediatheque-72154",
        nom="Médiathèque de La Flèche",
        type=TypeLieu.BIBLIOTHEQUE,
        code_insee=la_fleche.code,
        commune=la_fleche,
    )


@pytest.fixture
def creneau_brulon(poste_1: Poste, mairie_brulon: LieuAccueil) -> Creneau:
    """Every Tuesday, 9:00 to 12:00."""
    return Creneau.objects.create(
        code="brulon-mardi",
        poste=poste_1,
        lieu=mairie_brulon,
        nature=NatureCreneau.PERMANENCE,
        date_debut=dt.date(2025, 1, 7),
        heure_debut=dt.time(9),
        heure_fin=dt.time(12),
        recurrence="FREQ=WEEKLY;BYDAY=TU",
    )


@pytest.fixture
def atelier_la_fleche(poste_2: Poste, mediatheque_la_fleche: LieuAccueil) -> Creneau:
    """Every second Wednesday of the month, 14:00 to 16:00, eight seats."""
    return Creneau.objects.create(
        code="fleche-atelier",
        poste=poste_2,
        lieu=mediatheque_la_fleche,
        nature=NatureCreneau.ATELIER,
        titre="Premiers pas",
        date_debut=dt.date(2025, 1, 8),
        heure_debut=dt.time(14),
        heure_fin=dt.time(16),
        recurrence="FREQ=MONTHLY;BYDAY=2WE",
        capacite=8,
    )


# --- Facts -------------------------------------------------------------------------------


def make_seance(
    utilisateur: Utilisateur, lieu: LieuAccueil, jour: dt.date, **champs: Any
) -> Seance:
    """One person, 30 minutes, e-mail, at a host site; recorded as the form does."""
    return record_seance(
        utilisateur=utilisateur,
        cle=uuid.uuid4(),
        date=jour,
        lieu=lieu,
        **{
            "nature": NatureSeance.INDIVIDUEL,
            "canal": Canal.LIEU_ACTIVITE,
            "duree": 30,
            "nb_participants": 1,
            "thematiques": [Thematique.EMAIL],
        }
        | champs,
    )


def close_mois_brut(premier: dt.date) -> Mois:
    """The month's lock alone, without reports."""
    return Mois.objects.create(
        premier_jour=premier, statut=StatutMois.CLOS, version=1, clos_le=timezone.now()
    )
