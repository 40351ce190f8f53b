"""Production refuses to start half-configured, and is strict once it starts."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from config.settings.exigences import refusals

COMPLETE = {
    "SECRET_KEY": "b9-une-longue-phrase-tiree-au-hasard-de-plus-de-cinquante-caracteres!",
    "DATABASE_URL": "postgresql://service@base.invalid/conseillers",
    "REDIS_URL": "redis://file.invalid/0",
    "ALLOWED_HOSTS": "conseillers.exemple.fr",
    "SITE_URL": "https://conseillers.exemple.fr",
}
# The service starts without them; its legal pages then say what is missing.
MENTIONS = {
    "EDITEUR": "Département d’essai, 1 place d’Essai, 72000 Essai, 02 00 00 00 00",
    "DIRECTEUR_PUBLICATION": "la présidence du conseil départemental",
    "HEBERGEUR": "Hébergeur d’essai, 2 rue d’Essai, 72000 Essai, 02 00 00 00 01",
    "CONTACT_DPO": "dpo@exemple.fr",
    "CONTACT_ACCESSIBILITE": "accessibilite@exemple.fr",
    "CONTACT_SECURITE": "securite@exemple.fr",
}


def check_deploy(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            **environment,
        },
        text=True,
        capture_output=True,
    )


@pytest.mark.parametrize("name", COMPLETE)
def test_a_missing_variable_is_named_in_one_sentence(name: str):
    assert refusals(COMPLETE | {name: " "}) == [f"il faut définir {name} dans l’environnement."]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "demonstration-sans-secret-jamais-en-production-x", "connue de tous"),
        ("SECRET_KEY", f"django-insecure-{'a1b2c3d4e5' * 6}", "connue de tous"),
        ("SECRET_KEY", "tests-seulement", "connue de tous"),
        ("SECRET_KEY", "ab3" * 20, "trop faible"),
        ("SECRET_KEY", "Ht6pK0q9zX2vB7nM", "trop faible"),
        ("DEBUG", "1", "DEBUG montrerait"),
        ("DEBUG", "True", "DEBUG montrerait"),
        ("ALLOWED_HOSTS", "*,conseillers.exemple.fr", "n’importe quel nom"),
        ("ALLOWED_HOSTS", "conseillers.exemple.fr, .exemple.fr", "n’importe quel nom"),
        ("SITE_URL", "http://conseillers.exemple.fr", "https://"),
        ("SITE_URL", "https://conseillers.exemple.fr/chemin", "sans chemin"),
        ("SITE_URL", "https://autre.exemple.fr", "n’est pas dans ALLOWED_HOSTS"),
    ],
)
def test_a_dangerous_value_is_refused_without_being_repeated(name: str, value: str, sentence: str):
    phrases = refusals(COMPLETE | {name: value})

    assert len(phrases) == 1
    assert sentence in phrases[0]
    if name == "SECRET_KEY":
        assert value not in phrases[0]


def test_several_faults_are_said_at_once():
    assert len(refusals(COMPLETE | {"DEBUG": "1", "ALLOWED_HOSTS": "*", "SECRET_KEY": "x"})) == 4


def test_the_service_does_not_start_and_says_why():
    refused = check_deploy(COMPLETE | {"SECRET_KEY": "court", "DEBUG": "1"})

    assert refused.returncode == 1
    assert refused.stderr.startswith(
        "Le service ne peut pas démarrer :\nSECRET_KEY est trop faible"
    )
    assert "Traceback" not in refused.stderr


def test_a_complete_configuration_passes_the_deployment_checks():
    done = check_deploy(COMPLETE | MENTIONS)

    assert done.returncode == 0, done.stderr


def test_a_missing_mention_is_a_warning_in_one_sentence():
    warned = check_deploy(COMPLETE | MENTIONS | {"HEBERGEUR": "", "CONTACT_DPO": " "})

    assert warned.returncode == 1
    assert (
        "HEBERGEUR n’est pas défini : les pages légales diront qu’il manque le nom, l’adresse et "
        "le téléphone de l’hébergeur." in warned.stderr
    )
    assert "CONTACT_DPO n’est pas défini" in warned.stderr
    assert "EDITEUR" not in warned.stderr


def test_a_security_contact_that_nobody_can_write_to_is_a_warning():
    warned = check_deploy(COMPLETE | MENTIONS | {"CONTACT_SECURITE": "le RSSI, bureau 12"})

    assert "security.txt n’existera pas" in warned.stderr


def test_an_unreadable_accessibility_declaration_is_an_error():
    refused = check_deploy(
        COMPLETE | MENTIONS | {"DECLARATION_ACCESSIBILITE": "/nulle/part/accessibilite.toml"}
    )

    assert refused.returncode == 1
    assert "Le fichier /nulle/part/accessibilite.toml ne s’ouvre pas." in refused.stderr


ASKED = """
import django, json
django.setup()
from django.conf import settings as s
from django.test import Client
reponse = Client().get("/connexion/", secure=True, headers={"host": "conseillers.exemple.fr"})
print(json.dumps({
    "hsts": reponse["Strict-Transport-Security"],
    "csrf": {nom: dict(c) for nom, c in reponse.cookies.items()},
    "session": [s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY,
                s.SESSION_COOKIE_PATH, s.SESSION_COOKIE_DOMAIN],
    "http": Client().get("/connexion/", headers={"host": "conseillers.exemple.fr"}).url,
    "cache": s.CACHES["default"]["BACKEND"],
    "admins": s.ADMINS,
}))
"""


@pytest.mark.django_db
def test_cookies_and_transport_are_strict_once_it_runs():
    """On the tests' own database and without collected files: only the answer is looked at."""
    environment = COMPLETE | {
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": "redis+socket:///nulle/part",
    }
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            ASKED.replace(
                "django.setup()",
                """
from django.conf import settings as s
s.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()""",
                1,
            ),
        ],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            **environment,
        },
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    vu = json.loads(done.stdout)
    assert vu["hsts"] == "max-age=31536000; includeSubDomains; preload"
    assert vu["http"] == "https://conseillers.exemple.fr/connexion/"
    assert vu["session"] == ["__Host-sessionid", True, True, "/", None]
    jeton = vu["csrf"]["__Host-csrftoken"]
    assert (jeton["secure"], jeton["httponly"], jeton["path"], jeton["samesite"]) == (
        True,
        True,
        "/",
        "Lax",
    )
    assert jeton["domain"] == ""
    assert vu["cache"] == "config.cache.CachePartage"
    assert vu["admins"] == []
