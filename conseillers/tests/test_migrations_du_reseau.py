"""Rows of before: a meeting noted once per advisor becomes one rencontre and its presences."""

from __future__ import annotations

import datetime as dt
import importlib
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from conseillers.models import Formation, Presence, Rencontre, Utilisateur

MIGRATION = "conseillers.migrations.0005_rencontres_d_avant"
JOUR = dt.date(2025, 3, 4)


@pytest.fixture
def anciennes(conseillere: Utilisateur, conseiller_voisin: Utilisateur) -> None:
    """As they were written, before the rules of today."""
    regles = ("formation_certification_nommee", "formation_intitule")
    with connection.cursor() as curseur:
        for regle in regles:
            curseur.execute(f"ALTER TABLE conseillers_formation DROP CONSTRAINT {regle}")
    for compte in (conseillere, conseiller_voisin):
        qui: dict[str, Any] = {"conseiller": compte.conseiller, "date": JOUR}
        Formation.objects.create(nature="reunion", intitule="Réunion du réseau", heures=3, **qui)
        Formation.objects.create(nature="certification", intitule="CCP 1 (REMN)", **qui)
        Formation.objects.create(nature="formation", intitule="Module", heures=14, **qui)


def test_one_meeting_of_two_advisors_becomes_one_rencontre(anciennes: None) -> None:
    migration = importlib.import_module(MIGRATION)
    migration.gather(apps, None)
    migration.name_certifications(apps, None)
    rencontre = Rencontre.objects.get()
    assert (rencontre.date, rencontre.heure_fin, rencontre.nature) == (JOUR, dt.time(12), "reunion")
    assert set(Presence.objects.values_list("conseiller__prenom", "statut")) == {
        ("Nadia", "present"),
        ("Hugo", "present"),
    }
    assert not Formation.objects.filter(nature="reunion").exists()
    certifications = Formation.objects.filter(nature="certification")
    assert set(certifications.values_list("certification", "obtenue_le")) == {("ccp1", JOUR)}
    assert Formation.objects.filter(nature="formation").count() == 2
