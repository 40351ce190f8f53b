"""« October is closed with two postes missing », as a newcomer plays it in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from config.tests.test_admin_navigateur import sign_in
from conftest import close_mois_brut
from conseillers.models import Utilisateur
from permanences.models import CompletudeFigee, Relance
from reporting import services, tasks
from reporting.models import Acte, Rapport
from reporting.tests.test_month_page import OCTOBRE, drawn

pytestmark = pytest.mark.usefixtures("mardi_10_novembre")
MOTIF = "Deux postes relancés deux fois, sans réponse"


@pytest.fixture
def drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drawing is another test's matter: each PDF is there at once."""

    def draw(rapports: Any) -> bool:
        drawn(list(rapports))
        return True

    monkeypatch.setattr(tasks, "start_rendering", draw)


@pytest.mark.navigateur
def test_october_is_closed_with_two_postes_missing(
    navigateur: Page,
    live_server: Any,
    gestionnaire: Utilisateur,
    conseillere: Any,
    conseiller_voisin: Any,
    drawn_at_once: None,
    settings: Any,
) -> None:
    """From the home to the transmission: 8 pages, 9 clicks, one sentence typed."""
    settings.COURRIEL_PREFECTURE = "boite@sarthe.example"
    sign_in(navigateur, gestionnaire, live_server.url)
    page, clics = navigateur, []

    def click(role: Any, nom: str, exact: bool = False) -> None:
        # Each click leads to a page: the next one is for that page, once it is whole.
        page.wait_for_load_state("load")
        with page.expect_navigation():
            page.get_by_role(role, name=nom, exact=exact).first.click()
        clics.append(nom)

    page.goto(reverse("admin:index"))
    click("link", "Mois et rapports", exact=True)
    click("link", "Tableau du mois")
    expect(page.get_by_role("link", name="Manquant poste 1, octobre 2026")).to_be_visible()
    click("link", "Relancer octobre 2026 (2)")
    expect(page.get_by_text("2 postes n’ont pas déclaré leur mois")).to_be_visible()
    click("button", "Envoyer les relances cochées")
    expect(page.get_by_text("courriels envoyés")).to_be_visible()
    assert Relance.objects.filter(mois=OCTOBRE).count() == 2
    click("link", "octobre 2026", exact=True)
    click("link", "Clôturer")
    expect(page.get_by_text("Postes qui n’ont pas déclaré leur mois complet")).to_be_visible()
    page.get_by_label("Pourquoi clôturer malgré les avertissements").fill(MOTIF)
    click("button", "Clôturer le mois")
    for rapport in Rapport.objects.all():
        expect(page.get_by_role("link", name=f"PDF : {rapport}")).to_be_visible()
    click("link", "Transmettre à la Préfecture")
    expect(page.get_by_text("boite@sarthe.example")).to_be_visible()
    click("button", "Transmettre définitivement")
    expect(page.get_by_text("Les deux rapports sont transmis")).to_be_visible()
    assert len(clics) == 9
    assert Acte.objects.get(nature="cloture").motif == MOTIF
    assert [m.to for m in mail.outbox[-1:]] == [["boite@sarthe.example"]]
    assert set(CompletudeFigee.objects.values_list("etat", flat=True)) == {"manquant"}


def test_the_same_person_is_told_that_another_one_transmits(
    client: Client, gestionnaire: Utilisateur, conseillere: Any, settings: Any
) -> None:
    settings.DEUX_PERSONNES_POUR_VALIDER = True
    rapports = services.close_mois(
        mois=OCTOBRE, utilisateur=gestionnaire, motif_avertissements=MOTIF
    )
    drawn(rapports)
    client.force_login(gestionnaire)
    page = client.get(reverse("admin:reporting_mois_acte", args=["2026-10", "transmettre"]))
    texte = page.content.decode()
    assert "une autre personne les valide" in texte
    assert "Transmettre définitivement" not in texte


def test_without_a_mailbox_nobody_is_told_and_it_is_said(
    client: Client, gestionnaire: Utilisateur, conseillere: Any, settings: Any
) -> None:
    settings.COURRIEL_PREFECTURE = ""
    drawn(services.close_mois(mois=OCTOBRE, utilisateur=gestionnaire, motif_avertissements=MOTIF))
    client.force_login(gestionnaire)
    page = client.get(reverse("admin:reporting_mois_acte", args=["2026-10", "transmettre"]))
    assert "Aucune boîte de la Préfecture n’est réglée" in page.content.decode()


def test_the_month_leads_to_the_reminders_and_to_the_waiting_seances(
    client: Client, gestionnaire: Utilisateur, conseillere: Any
) -> None:
    client.force_login(gestionnaire)
    page = client.get(reverse("admin:reporting_mois_detail", args=["2026-10"])).content.decode()
    assert reverse("admin:reporting_relancer", args=["2026-10"]) in page


def test_a_closed_month_is_not_reminded(client: Client, gestionnaire: Utilisateur) -> None:
    close_mois_brut(OCTOBRE)
    client.force_login(gestionnaire)
    reponse = client.get(reverse("admin:reporting_relancer", args=["2026-10"]), follow=True)
    assert "octobre 2026 est clos" in reponse.content.decode()
