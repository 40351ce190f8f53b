"""What the logs never hold: a password, a token, a secret address, the words of a search."""

from __future__ import annotations

import io
import logging
import logging.config

import pytest
from django.conf import settings
from django.test import Client

from config.securite import without_secrets

JETON = "p7Xy2_kQ9zL4mN8vR1tB"


@pytest.mark.parametrize(
    "ligne",
    [
        f"Not Found: /ical/conseiller/{JETON}.ics",
        f"Not Found: /ical/lieu/{JETON}.ics",
        f"Forbidden: /mot-de-passe-oublie/MQ-{JETON}/",
        f"Not Found: /comptes/invitation/{JETON}/",
        f"POST {{'username': 'a', 'password': '{JETON}'}}",
        f"password={JETON}&next=/",
        f'{{"token": "{JETON}"}}',
        f"Cookie: __Host-sessionid={JETON}",
        f"Authorization: Bearer {JETON}",
        f"DATABASE_URL=postgresql://service:{JETON}@base/conseillers",
        f"SECRET_KEY = '{JETON}'",
        f"GET /oidc/retour/?code={JETON}&state={JETON}",
        f"GET /seances/?q={JETON}",
        f"AGE-SECRET-KEY-1{JETON.replace('_', '')}",
        f"csrfmiddlewaretoken: {JETON}",
        f"refused: cnj_0a1b2c3d_{JETON}",
    ],
)
def test_a_secret_is_masked(ligne: str) -> None:
    dite = without_secrets(ligne)
    assert JETON not in dite and JETON.replace("_", "") not in dite
    assert "•••" in dite


@pytest.mark.parametrize(
    "ligne",
    [
        "Not Found: /seances/nouvelle/",
        "Not Found: /mot-de-passe-oublie/choisi/",
        "42 candidature(s) anonymised: [42, 43]",
        "reporting.tasks.build_rapport: rapport 12, 3.2 s",
        'File "/srv/conseillers/config/urls.py", line 12, in accueil',
        "Le rapport de mars 2026 : produit (version 1)",
    ],
)
def test_what_is_no_secret_is_left_readable(ligne: str) -> None:
    assert without_secrets(ligne) == ligne


@pytest.fixture
def journal() -> io.StringIO:
    """What the configured handler writes, its formatter included."""
    sortie = io.StringIO()
    recette = settings.LOGGING["formatters"]["line"]
    assert recette["()"] == "config.securite.SansSecrets"
    from config.securite import SansSecrets

    poignee = logging.StreamHandler(sortie)
    poignee.setFormatter(SansSecrets(recette["format"]))
    racine = logging.getLogger()
    racine.addHandler(poignee)
    yield sortie  # type: ignore[misc]
    racine.removeHandler(poignee)


@pytest.mark.django_db
def test_a_wrong_calendar_address_is_logged_without_its_key(
    client: Client, journal: io.StringIO
) -> None:
    client.get(f"/ical/lieu/{JETON}.ics?cle={JETON}")
    assert "Not Found: /ical/lieu/•••" in journal.getvalue()
    assert JETON not in journal.getvalue()


def test_a_traceback_is_masked_like_the_rest(journal: io.StringIO) -> None:
    try:
        raise RuntimeError(f"password={JETON}")
    except RuntimeError:
        logging.getLogger("django.request").exception("panne")
    assert "RuntimeError" in journal.getvalue()
    assert JETON not in journal.getvalue()


def test_no_error_is_sent_by_e_mail_with_the_request_in_it() -> None:
    """Django's own handler would post the form's fields to ADMINS."""
    logging.config.dictConfig(settings.LOGGING)
    assert [type(h).__name__ for h in logging.getLogger("django").handlers] == []
    assert settings.ADMINS == []
