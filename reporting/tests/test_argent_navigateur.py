"""« An instalment arrives late », played in a real browser by someone who was never here."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from config.tests.accessible import REGLES_AXE, run_axe
from conseillers.models import Convention, CoutPoste, Label, Poste, Versement
from reporting.enums import Figure
from reporting.models import Cible

pytestmark = pytest.mark.navigateur

AXE = {"runOnly": REGLES_AXE}


def sign_in(page: Page, utilisateur: Any, adresse: str) -> None:
    client = Client()
    client.force_login(utilisateur)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": adresse}])


@pytest.fixture
def en_retard(
    live_server: Any, poste_1: Poste, conseillere: Any, mardi_13_octobre: dt.date
) -> Versement:
    """Thirty days late: the second of two instalments of V2-1."""
    convention = Convention.objects.create(
        reference="V2-1",
        structure=poste_1.structure,
        phase="V2",
        date_debut=dt.date(2025, 1, 1),
        date_fin=dt.date(2027, 12, 31),
    )
    convention.lignes.create(
        poste=poste_1, date_effet=dt.date(2025, 1, 1), montant=Decimal("42500")
    )
    convention.versements.create(
        rang=1, montant=Decimal("17500"), date_prevue=dt.date(2025, 2, 1),
        date_recue=dt.date(2025, 3, 1), piece="Avis 1",
    )  # fmt: skip
    CoutPoste.objects.create(
        structure=poste_1.structure, depuis=dt.date(2026, 1, 1), montant_annuel=38_000,
        source="Budget",
    )  # fmt: skip
    Label.objects.create(
        structure=poste_1.structure, atteste_le=dt.date(2025, 11, 1),
        expire_le=dt.date(2026, 11, 1),
    )  # fmt: skip
    Cible.objects.get_or_create(
        figure=Figure.ENVELOPPE,
        depuis=dt.date(2021, 2, 23),
        defaults={"valeur": 1_500_000, "source": "Accord"},
    )
    return convention.versements.create(
        rang=2, montant=Decimal("12500"), date_prevue=dt.date(2026, 9, 13)
    )


def test_an_instalment_arrives_late(
    navigateur: Page, live_server: Any, gestionnaire: Any, en_retard: Versement
) -> None:
    """Four pages, four clicks, one field to type: seen late, noted received, late no more."""
    page, pages, clics = navigateur, [], 0
    page.on("framenavigated", lambda cadre: pages.append(cadre.url))
    sign_in(page, gestionnaire, live_server.url)

    page.goto(reverse("admin:conseillers_financements"))
    retards = page.get_by_role("region", name="Versements en retard")
    expect(retards.get_by_text("30\u00a0jours de retard")).to_be_visible()

    retards.get_by_role("link", name="Noter reçu").click()
    clics += 1
    page.get_by_label("Pièce justificative").fill("Avis de paiement 2026-10")
    page.get_by_role("button", name="Vérifier").click()
    clics += 1
    apercu = page.get_by_role("region", name="Ce qui sera enregistré")
    expect(apercu).to_contain_text("Avis de paiement 2026-10")
    expect(apercu.get_by_role("row", name="Reste à verser")).to_contain_text("12\u202f500,00")
    page.get_by_role("button", name="Confirmer").click()
    clics += 1
    expect(page.get_by_text("C’est fait.")).to_be_visible()
    expect(page.get_by_role("row", name="Avis de paiement")).to_contain_text("reçu le 13/10/2026")

    page.get_by_role("link", name="Financements", exact=True).first.click()
    clics += 1
    expect(page.get_by_text("Aucun versement n’est en retard.")).to_be_visible()
    ligne = page.get_by_role("row", name="V2-1")
    expect(ligne).to_contain_text("30\u202f000,00")
    # The form, its preview, the convention, the first page again.
    assert (len(pages), clics) == (5, 4)


def test_a_refused_date_keeps_what_was_typed(
    navigateur: Page, live_server: Any, gestionnaire: Any, en_retard: Versement
) -> None:
    page = navigateur
    sign_in(page, gestionnaire, live_server.url)
    page.goto(reverse("admin:conseillers_versement_acte", args=[en_retard.pk, "recevoir"]))
    page.get_by_label("Reçu le").fill("2026-10-20")
    page.get_by_label("Pièce justificative").fill("Avis")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("notez l’argent quand il est là")
    expect(page.get_by_label("Pièce justificative")).to_have_value("Avis")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Reçu le")).to_be_focused()


@pytest.mark.parametrize("largeur", [768, 1280])
def test_the_pages_of_the_money_are_accessible(
    navigateur: Page, live_server: Any, gestionnaire: Any, en_retard: Versement, largeur: int
) -> None:
    paroles: list[str] = []
    navigateur.on("console", lambda message: paroles.append(message.text))
    sign_in(navigateur, gestionnaire, live_server.url)
    navigateur.set_viewport_size({"width": largeur, "height": 900})
    convention = en_retard.convention_id
    for adresse in (
        reverse("admin:conseillers_financements"),
        reverse("admin:conseillers_apres_convention") + "?annee=2026",
        reverse("admin:conseillers_vacances"),
        reverse("admin:conseillers_labels"),
        reverse("admin:conseillers_label_attester", args=[en_retard.convention.structure_id]),
        reverse("admin:conseillers_convention_suivi", args=[convention]),
        reverse("admin:conseillers_convention_acte", args=[convention, "avenant"]),
        reverse("admin:conseillers_convention_acte", args=[convention, "solder"]),
    ):
        paroles.clear()
        navigateur.goto(adresse)
        assert not [p for p in paroles if "Content Security Policy" in p], adresse
        assert navigateur.evaluate("document.documentElement.scrollWidth <= innerWidth"), adresse
        constats = run_axe(navigateur, **AXE)
        assert constats.violations_count == 0, f"{adresse}\n{constats.generate_report()}"
