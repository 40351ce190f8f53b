"""« A meeting is called », played by somebody who has never done it; then its attendance."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from config.tests.parcours import Parcours
from config.tests.test_admin_navigateur import sign_in
from conseillers.models import Presence, Rencontre, Utilisateur

pytestmark = pytest.mark.navigateur


def test_a_meeting_is_called(
    navigateur: Page, live_server: Any, gestionnaire: Utilisateur, conseillere: Utilisateur,
    conseiller_voisin: Utilisateur,
) -> None:  # fmt: skip
    """Created, invited, and noted on the day: everybody came but one."""
    sign_in(navigateur, gestionnaire, live_server.url)
    navigateur.goto(reverse("admin:index"))
    parcours = Parcours(navigateur)
    menu = navigateur.get_by_role("navigation").first
    parcours.click(menu.get_by_role("link", name="Réseau", exact=True))
    parcours.click(navigateur.get_by_role("link", name="Convoquer une rencontre"))
    navigateur.get_by_label("Intitulé").fill("Réunion de rentrée")
    jour = timezone.localdate() + dt.timedelta(days=10)
    navigateur.get_by_label("Date", exact=True).fill(jour.isoformat())
    navigateur.get_by_label("De", exact=True).fill("09:30")
    navigateur.get_by_label("À", exact=True).fill("12:00")
    navigateur.get_by_label("Lieu", exact=True).fill("Salle du conseil")
    parcours.click(navigateur.get_by_role("button", name="Enregistrer et relire"))
    expect(navigateur.get_by_text("Nouvelle invitation, à 2 personnes")).to_be_visible()
    assert mail.outbox == [], "nothing leaves before it is read"
    parcours.click(navigateur.get_by_role("button", name="Envoyer 2 messages"))
    expect(navigateur.get_by_text("2 messages envoyés")).to_be_visible()
    assert sorted(m.to[0] for m in mail.outbox) == [
        conseiller_voisin.courriel,
        conseillere.courriel,
    ]

    # The day comes.
    Rencontre.objects.update(date=timezone.localdate())
    navigateur.reload()
    parcours.click(navigateur.get_by_role("link", name="Noter les présences"))
    hugo = navigateur.get_by_role("radiogroup", name="Hugo Fleche")
    parcours.click(hugo.get_by_label("Excusé"))
    parcours.click(navigateur.get_by_role("button", name="Tous présents"))
    expect(navigateur.get_by_text("1 présent, 1 excusé")).to_be_visible()
    presences = dict(Presence.objects.values_list("conseiller__prenom", "statut"))
    assert presences == {"Nadia": "present", "Hugo": "excuse"}
    assert (parcours.pages, parcours.clics) == (7, 7)


def test_a_meeting_can_be_called_without_script(
    chromium: Any, live_server: Any, gestionnaire: Utilisateur, conseillere: Utilisateur
) -> None:
    contexte = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = contexte.new_page()
    sign_in(page, gestionnaire, live_server.url)
    page.goto(reverse("admin:conseillers_reseau_nouvelle"))
    assert not page.get_by_role("button", name="Tout décocher").is_visible()
    page.get_by_label("Intitulé").fill("Réunion")
    page.get_by_label("Date", exact=True).fill("2099-01-05")
    page.get_by_label("De", exact=True).fill("09:30")
    page.get_by_label("À", exact=True).fill("12:00")
    page.get_by_label("Lien de visioconférence").fill("visio.exemple.fr/reseau")
    page.get_by_role("button", name="Enregistrer et relire").click()
    expect(page.get_by_text("Nouvelle invitation, à 1 personne")).to_be_visible()
    assert Rencontre.objects.get().visio == "https://visio.exemple.fr/reseau"
    contexte.close()
