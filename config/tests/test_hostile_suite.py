"""The suite refuses what production would forgive."""

import socket
import warnings

import pytest
from django.conf import settings
from django.db import connection
from django.template import Context, Origin, Template
from django.template.loader import render_to_string


def ours(text: str) -> Template:
    return Template(text, origin=Origin(str(settings.BASE_DIR / "templates" / "essai.html")))


def test_an_undefined_variable_fails_in_our_templates():
    with pytest.raises(AssertionError, match=r"poste.numero.*essai\.html"):
        ours("{{ poste.numero }}").render(Context())


def test_an_undefined_variable_may_still_be_asked_for():
    assert ours("{% if poste %}oui{% else %}non{% endif %}").render(Context()) == "non"


def test_the_templates_of_others_may_rely_on_empty_variables():
    assert "admin/css" in render_to_string(
        "admin/base_site.html", {"accessibilite": "non conforme"}
    )


def test_no_test_reaches_the_network():
    with socket.socket() as probe, pytest.raises(AssertionError, match="réseau"):
        probe.connect(("192.0.2.1", 80))


def test_a_warning_is_an_error():
    with pytest.raises(DeprecationWarning):
        warnings.warn("bientôt retiré", DeprecationWarning, stacklevel=1)


@pytest.mark.django_db
def test_the_database_is_postgresql():
    assert connection.vendor == "postgresql"


@pytest.mark.navigateur
@pytest.mark.django_db(transaction=True)
def test_a_real_browser_opens_the_live_site(navigateur):
    navigateur.goto("/")

    assert navigateur.url.endswith("/connexion/?next=/")
