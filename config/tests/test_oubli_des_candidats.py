"""Once a candidature is anonymised, nothing of the person is left: no table, no file."""

from __future__ import annotations

import datetime as dt
import smtplib
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conseillers.models import Candidature, Courriel
from conseillers.services import anonymise_candidatures
from conseillers.tests.test_courriels import ask
from reporting.services import sweep_imports
from reporting.tests.test_importer_un_fichier import ENTETE, confirm, send

RECUE = dt.date(2026, 10, 12)
DEUX_ANS_APRES = dt.datetime(2028, 10, 13, 3, tzinfo=dt.UTC)
CANDIDATE = "zelinette@exemple.fr"
# The second line is refused, the third is deleted by hand.
FICHIER = (
    ENTETE
    + f"{CANDIDATE};Zelinette;Quidortois;72050;2026-10-12;recue\n"
    + "b-zelinette@exemple.fr;Zelinette;Quidortois;72050;2026-02-31;recue\n"
    + "c-zelinette@exemple.fr;Zelinette;Quidortois;72050;2026-10-12;recue\n"
)
MOTS = ("zelinette", "quidortois")


def everything() -> dict[str, str]:
    """{table or file: all that it holds, in small letters}."""
    tout = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            tout[table] = "\n".join(ligne for (ligne,) in cursor.fetchall()).lower()
    for chemin in _files(""):
        with default_storage.open(chemin) as flux:
            tout[f"/{chemin}"] = f"{chemin} {flux.read().decode(errors='replace')}".lower()
    return tout


def _files(dossier: str) -> list[str]:
    dossiers, fichiers = default_storage.listdir(dossier)
    ici = [f"{dossier}{nom}" for nom in fichiers]
    return ici + [f for nom in dossiers for f in _files(f"{dossier}{nom}/")]


def places() -> list[str]:
    return sorted(nom for nom, texte in everything().items() if any(mot in texte for mot in MOTS))


class Refus:
    """A mail server that knows nobody, and says whom it does not know."""

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def open(self) -> None: ...

    def close(self) -> None: ...

    def send_messages(self, envois: Any) -> int:
        adresse = envois[0].to[0]
        raise smtplib.SMTPRecipientsRefused({adresse: (550, f"<{adresse}>: unknown".encode())})


def write_to_all(utilisateur: Any) -> None:
    for candidature in Candidature.objects.all():
        ask(
            destinataires=[candidature.courriel],
            objet=f"Entretien de {candidature}",
            utilisateur=utilisateur,
        )


@pytest.fixture
def passage(
    client: Client, gestionnaire: Any, brulon: Any, mardi_13_octobre: dt.date,
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any,
) -> Client:  # fmt: skip
    """All that the service lets one do with a candidate's identity, done."""
    client.force_login(gestionnaire)
    send(client, FICHIER)
    confirm(client, bonnes="1")
    monkeypatch.setattr(mail, "get_connection", Refus)
    with django_capture_on_commit_callbacks(execute=True):
        write_to_all(gestionnaire)
    candidature = Candidature.objects.get(courriel=CANDIDATE)
    fiche = [candidature.pk]
    client.post(
        reverse("admin:conseillers_candidature_change", args=fiche),
        {"prenom": "Zelinette", "nom": "Quidortois-Brun", "courriel": CANDIDATE,
         "code_insee": "72050", "recue_le": RECUE, "etapes-TOTAL_FORMS": 0,
         "etapes-INITIAL_FORMS": 0},
    )  # fmt: skip
    client.post(
        reverse("admin:conseillers_recrutement_passer", args=fiche),
        {"vers": "preselectionnee", "le": "2026-10-13"},
    )
    for forme in ("csv", "xlsx"):
        adresse = reverse("admin:conseillers_candidature_exporter", args=[forme])
        list(client.get(adresse, {"q": "Quidortois"}).streaming_content)
    client.get(reverse("admin:conseillers_recrutement"), {"q": "Quidortois"})
    client.get(reverse("admin:conseillers_journal"), {"q": "Quidortois"})
    a_supprimer = Candidature.objects.get(courriel__startswith="c-")
    client.post(
        reverse("admin:conseillers_candidature_delete", args=[a_supprimer.pk]), {"post": "yes"}
    )
    return client


def test_nothing_of_a_candidate_is_left_after_the_anonymisation(passage: Client) -> None:
    reste = Candidature.objects.get()
    assert (reste.nom, reste.etat) == ("Quidortois-Brun", "preselectionnee")
    assert Courriel.objects.en_echec().count() == 2
    # Where an identity may be meanwhile, and nowhere else: never in the journal.
    ou = places()
    assert {nom for nom in ou if "/" not in nom} <= {
        "conseillers_candidature", "conseillers_courriel", "conseillers_importfichier",
    }  # fmt: skip
    assert any("/" in nom for nom in ou), "The refused lines are kept for a week."

    with time_machine.travel(DEUX_ANS_APRES):
        assert len(anonymise_candidatures(jour=timezone.localdate())) == 1
        sweep_imports()
    assert places() == []


def test_a_candidate_deleted_by_hand_leaves_nothing_either(passage: Client) -> None:
    restants = Courriel.objects.values_list("destinataire", flat=True)
    assert sorted(restants) == ["(effacé)", CANDIDATE]
