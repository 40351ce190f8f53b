"""Staff sees the PDFs being made: the page follows by itself, says it, and stops when done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from playwright.sync_api import Page, expect

from config.tests.accessible import run_axe
from permanences.models import Creneau
from reporting import services
from reporting.models import Rapport
from reporting.tests.test_portail_navigateur import page, sign_in  # noqa: F401
from reporting.tests.test_worker_tue import DEPART, UNE_MINUTE, worker  # noqa: F401

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]

MOIS = "/admin/reporting/rapport/mois/2026-09/"


@pytest.fixture
def clos(gestionnaire: Any, creneau_brulon: Creneau) -> list[Rapport]:
    return services.close_mois(
        mois=dt.date(2026, 9, 1), utilisateur=gestionnaire, motif_avertissements="Lu"
    )


@pytest.fixture
def suivie(page: Page, live_server: Any, gestionnaire: Any, clos: Any) -> Page:  # noqa: F811
    """The page of the month; a mark on it that a reload would erase."""
    sign_in(page, gestionnaire, live_server.url)
    page.goto(MOIS)
    page.evaluate("window.jamaisRechargee = true")
    return page


def check_accessible(page: Page) -> None:  # noqa: F811
    # Preloading would write the styles it imports into the page, which the policy refuses.
    constats = run_axe(page, preload=False)
    assert constats.violations_count == 0, f"{page.url}: {constats.generate_report()}"


def check_not_reloaded(page: Page) -> None:  # noqa: F811
    assert page.evaluate("window.jamaisRechargee") is True


@pytest.mark.worker
@pytest.mark.pdf
def test_the_page_follows_a_real_worker_to_the_end(
    suivie: Page,
    worker: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # One storage for the worker and the server.
    commun = FileSystemStorage(worker.dossier / "media")
    monkeypatch.setattr(Rapport._meta.get_field("pdf"), "storage", commun)
    expect(suivie.get_by_role("status")).to_contain_text("Rapport de couverture\u202f: en attente")
    worker.start()
    fin = expect(suivie.get_by_role("status"))
    fin.to_have_text(
        "Rapport de couverture\u202f: PDF produit. Rapport de fréquentation\u202f: PDF produit.",
        timeout=(DEPART + UNE_MINUTE) * 1000,
    )
    check_not_reloaded(suivie)
    expect(suivie.get_by_role("link", name="PDF : Rapport")).to_have_count(2)
    suivie.get_by_role("link", name="Recharger la page pour la suite").click()
    expect(suivie.get_by_role("link", name="Transmettre à la Préfecture")).to_be_visible()
    assert suivie.locator("[data-suivi]").count() == 0


def test_a_failure_appears_with_its_cause_and_the_focus_stays(
    suivie: Page, clos: list[Rapport]
) -> None:
    lien = suivie.get_by_role("link", name="JSON : Rapport de fréquentation")
    lien.focus()
    Rapport.objects.filter(pk=clos[0].pk).update(statut="echec", cause_echec="Police absente")
    expect(suivie.get_by_text("Police absente")).to_be_visible(timeout=8000)
    expect(suivie.get_by_role("button", name="Relancer")).to_be_visible()
    assert suivie.evaluate("document.activeElement.closest('[data-rapports]') !== null")
    check_not_reloaded(suivie)
    check_accessible(suivie)


def test_following_can_be_stopped_and_then_asks_nothing(suivie: Page) -> None:
    suivie.get_by_role("button", name="Arrêter le suivi").click()
    demandes: list[str] = []
    suivie.on("request", lambda requete: demandes.append(requete.url))
    suivie.wait_for_timeout(3000)
    assert demandes == []
    expect(suivie.get_by_role("status")).to_have_text("Le suivi est arrêté.")


def test_without_javascript_the_page_reloads_on_request(
    chromium: Any, live_server: Any, gestionnaire: Any, clos: Any
) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    sans_script = context.new_page()
    sign_in(sans_script, gestionnaire, live_server.url)
    sans_script.goto(MOIS)
    expect(sans_script.get_by_role("button", name="Arrêter le suivi")).to_be_hidden()
    sans_script.get_by_role("link", name="suivre l’avancement").click()
    expect(sans_script.get_by_text("Cette page se recharge toutes les")).to_be_visible()
    context.close()


@pytest.mark.parametrize("largeur", [360, 1280])
def test_the_preview_and_the_open_month_are_accessible(
    page: Page,  # noqa: F811
    live_server: Any,
    gestionnaire: Any,
    creneau_brulon: Creneau,
    largeur: int,
) -> None:
    sign_in(page, gestionnaire, live_server.url)
    page.set_viewport_size({"width": largeur, "height": 800})
    for adresse in (MOIS, f"{MOIS}apercu/couverture/", f"{MOIS}apercu/frequentation/"):
        page.goto(adresse)
        check_accessible(page)
