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
    done = check_deploy(COMPLETE)

    assert done.returncode == 0, done.stderr
