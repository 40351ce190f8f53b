"""The admin as a whole: who comes in, what each page costs, that no page breaks."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from conseillers.models import Utilisateur

NOTRES = ("territoires", "conseillers", "permanences", "reporting")


def our_admins() -> list[Any]:
    return [
        model_admin
        for model, model_admin in sorted(
            admin.site._registry.items(), key=lambda pair: pair[0]._meta.label
        )
        if model._meta.app_label in NOTRES
    ]


def url_of(model_admin: Any, page: str, *args: Any) -> str:
    opts = model_admin.opts
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=args)


@pytest.mark.parametrize("model_admin", our_admins(), ids=lambda a: a.opts.label)
def test_every_list_and_form_opens_for_staff(
    client: Client, gestionnaire: Utilisateur, direction: Utilisateur, model_admin: Any
) -> None:
    for personne in (gestionnaire, direction):
        client.force_login(personne)
        assert client.get(url_of(model_admin, "changelist")).status_code == 200
        assert client.get(url_of(model_admin, "changelist"), {"q": "brûlon 3"}).status_code == 200
        reponse = client.get(url_of(model_admin, "add"))
        permise = personne == gestionnaire and getattr(model_admin, "may_add", None)
        if permise is not None:
            assert reponse.status_code == (200 if permise else 403)


def test_every_model_of_ours_has_its_screen() -> None:
    from django.apps import apps

    sans_ecran = {
        model._meta.label
        for app in NOTRES
        for model in apps.get_app_config(app).get_models()
        if model not in admin.site._registry
    }
    # The journals have pages of their own, admin:conseillers_journal and the security's; the steps
    # of a candidature are on its page, and only its acts write them.
    assert sans_ecran - {
        "territoires.Evenement", "conseillers.Etape", "conseillers.EvenementSecurite",
    } == set()  # fmt: skip


def test_pages_hold_no_inline_style_nor_script(client: Client, gestionnaire: Utilisateur) -> None:
    client.force_login(gestionnaire)
    for url in (reverse("admin:index"), reverse("admin:conseillers_poste_add")):
        html = client.get(url).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html), url


def test_header_names_the_departement(client: Client, gestionnaire: Utilisateur) -> None:
    client.force_login(gestionnaire)
    assert "Département de la Sarthe" in client.get(reverse("admin:index")).content.decode()


def test_signing_in_is_the_same_door_as_everybody(client: Client) -> None:
    reponse = client.get(reverse("admin:index"), follow=True)
    assert reponse.redirect_chain[-1][0] == f"{reverse('account_login')}?next=/admin/"
