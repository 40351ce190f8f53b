"""Production refuses to start half-configured, and is strict once it starts."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

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
    refused = check_deploy(COMPLETE | {name: ""})

    assert refused.returncode == 1
    assert refused.stderr.strip() == (
        f"Le service ne peut pas démarrer : il faut définir {name} dans l’environnement."
    )


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
