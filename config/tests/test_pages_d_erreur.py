"""What a person reads when something goes wrong: plain French, and what to do."""

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client, RequestFactory
from django.views import defaults
from django.views.csrf import csrf_failure

from config import wsgi
from conseillers.models import Utilisateur


def test_an_unknown_page_leads_back_home(client: Client, direction: Utilisateur) -> None:
    client.force_login(direction)
    page = client.get("/nulle-part/")
    assert page.status_code == 404
    assert "Vérifiez l’adresse, ou repartez de l’accueil." in page.content.decode()


def test_a_refused_page_says_whom_to_ask(client: Client, prefecture: Utilisateur) -> None:
    client.force_login(prefecture)
    page = client.get("/seances/")
    assert page.status_code == 403
    assert "adressez-vous au Département" in page.content.decode()


def test_an_old_form_says_that_nothing_typed_is_lost(
    client: Client, direction: Utilisateur
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(direction)
    page = client.post("/deconnexion/")
    assert page.status_code == 403
    assert "ce que vous avez écrit y est encore" in page.content.decode()


def test_a_bad_request_and_a_breakdown_need_neither_account_nor_database(
    rf: RequestFactory,
) -> None:
    request = rf.get("/")
    assert "recommencez" in defaults.bad_request(request, ValueError()).content.decode()
    assert "l’incident est noté" in defaults.server_error(request).content.decode()
    assert csrf_failure(request).status_code == 403


@pytest.mark.parametrize(
    ("role", "premiere_page"),
    [
        ("conseillere", "/aujourdhui/"),
        ("employeur", "/structure/"),
        ("prefecture", "/rapports/"),
        ("gestionnaire", "/admin/"),
        ("direction", "/admin/"),
    ],
)
def test_each_role_starts_on_its_own_page(
    client: Client, request: pytest.FixtureRequest, role: str, premiere_page: str
) -> None:
    client.force_login(request.getfixturevalue(role))
    page = client.get("/", follow=True)
    assert page.redirect_chain[0] == (premiere_page, 302)
    assert page.status_code == 200


@pytest.mark.parametrize(
    "adresse", ["/seances/?q=%00", "/admin/territoires/commune/?epci__exact=%00"]
)
def test_a_nul_in_the_address_is_a_bad_request(
    client: Client, gestionnaire: Utilisateur, adresse: str
) -> None:
    client.force_login(gestionnaire)
    assert client.get(adresse).status_code == 400


@pytest.mark.parametrize("codage", ["hex", "inconnu"])
def test_a_file_name_in_an_encoding_of_its_own_is_no_failure(client: Client, codage: str) -> None:
    corps = (
        f"--x\r\nContent-Disposition: form-data; name=a; filename*={codage}''61\r\n\r\n61\r\n--x--"
    )
    genre = "multipart/form-data; boundary=x"
    reponse = client.generic("POST", "/connexion/", corps.encode(), content_type=genre)
    assert reponse.status_code in (200, 400)


@pytest.mark.parametrize(
    ("parametre", "garde"),
    [
        ("charset=hex", False),
        ("charset=undefined", False),
        ('Charset = "idna"', False),
        ("charset*=inconnu''61", False),
        ("charset=UTF-8", True),
        ("boundary=----ab", True),
    ],
)
def test_a_body_in_another_encoding_than_utf8_is_not_read(
    monkeypatch: pytest.MonkeyPatch, parametre: str, garde: bool
) -> None:
    """Django reads the type while it makes the request, before any middleware: it would fail."""
    monkeypatch.setattr(
        wsgi, "django_application", lambda environ, _: [WSGIRequest(environ).content_type]
    )
    genre = "application/x-www-form-urlencoded"
    environ = RequestFactory()._base_environ(CONTENT_TYPE=f"{genre}; {parametre}")
    assert wsgi.application(environ, print) == [genre if garde else ""]
