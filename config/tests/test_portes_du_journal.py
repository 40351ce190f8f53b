"""Each door says to the journal who came in, and by which way."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from celery import shared_task
from django.contrib.admin.models import LogEntry
from django.core import management
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import manage
from conseillers.models import Poste, Structure, Utilisateur
from permanences.models import Creneau, LieuAccueil
from reporting.importers.registre import IMPORTEURS
from territoires.importers.moteur import import_file
from territoires.models import Evenement

pytestmark = pytest.mark.django_db


def last(modele: str) -> tuple[str, str, int | None]:
    evenement = Evenement.objects.filter(modele=modele).order_by("pk").last()
    return evenement.porte, evenement.origine, evenement.utilisateur_id


def test_the_admin(client: Client, gestionnaire: Utilisateur) -> None:
    client.force_login(gestionnaire)
    reponse = client.post(
        reverse("admin:conseillers_structure_add"),
        {"siret": "11111111111111", "nom": "Essai", "type": "autre", "code_insee": "72181"},
    )
    assert reponse.status_code == 302
    attendu = ("admin", "admin:conseillers_structure_add", gestionnaire.pk)
    assert last("conseillers.structure") == attendu
    assert not LogEntry.objects.exists()


def test_an_advisor_s_screen_and_the_api(
    client: Client, conseillere: Utilisateur, creneau_brulon: Creneau, mairie_brulon: LieuAccueil
) -> None:
    client.force_login(conseillere)
    mardi = timezone.localdate() - dt.timedelta(days=1)
    mardi -= dt.timedelta(days=(mardi.weekday() - 1) % 7)
    client.post(reverse("permanences:tenue", args=[creneau_brulon.pk, mardi]))
    porte = ("formulaire", "permanences:tenue", conseillere.pk)
    assert last("permanences.occurrence") == porte
    corps = {
        "cle": str(uuid.uuid4()), "date": mardi.isoformat(), "nature": "individuel",
        "canal": "lieu_activite", "lieu": mairie_brulon.code, "duree": 30, "thematiques": ["email"],
    }  # fmt: skip
    client.post("/api/v1/seances/", corps, content_type="application/json")
    assert last("permanences.seance") == ("api", "api:seance-list", conseillere.pk)
    evenement = Evenement.objects.filter(modele="permanences.seance").get()
    assert evenement.valeurs == {}, "the row says them"


def test_a_secret_address_is_never_noted(client: Client, direction: Utilisateur) -> None:
    lien = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(direction),
            "key": default_token_generator.make_token(direction),
        },
    )
    formulaire = client.get(lien, follow=True).redirect_chain[-1][0]
    mot = {"password1": "Bien plus longue encore", "password2": "Bien plus longue encore"}
    client.post(formulaire, mot)
    direction.refresh_from_db()
    assert direction.check_password("Bien plus longue encore")
    # A new password alone is no event: the column is out of the journal.
    assert last("conseillers.utilisateur")[0] == "base"


def test_an_import(tmp_path: Path, le_mans: Any) -> None:
    fichier = tmp_path / "structures.csv"
    fichier.write_text("siret;nom;type;code_insee\n11111111111111;Essai;autre;72181\n", "utf-8")
    assert import_file(IMPORTEURS["structures"](), fichier).ecrit
    assert last("conseillers.structure") == ("import", "structures : structures.csv", None)


def test_a_command(monkeypatch: pytest.MonkeyPatch, poste_1: Poste) -> None:
    monkeypatch.setattr("sys.argv", ["manage.py", "shell", "--command", "secret"])
    monkeypatch.setattr(
        management,
        "execute_from_command_line",
        lambda _: Structure.objects.update(nom="Par la console"),
    )
    manage.main()
    assert last("conseillers.structure") == ("commande", "shell", None)


@pytest.mark.django_db(transaction=True)
def test_raw_sql_of_a_migration_runs_as_it_is_written(
    monkeypatch: pytest.MonkeyPatch, structure_departement: Structure
) -> None:
    def migrate(_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE conseillers_structure SET nom = 'Sarthe' WHERE nom LIKE 'D%'")

    monkeypatch.setattr("sys.argv", ["manage.py", "migrate"])
    monkeypatch.setattr(management, "execute_from_command_line", migrate)
    manage.main()
    assert last("conseillers.structure")[0] == "base"


def test_a_task(poste_1: Poste) -> None:
    @shared_task(name="essai.renomme")
    def rename() -> None:
        Structure.objects.update(nom="Par une tâche")

    rename.delay()
    assert last("conseillers.structure") == ("tache", "essai.renomme", None)
