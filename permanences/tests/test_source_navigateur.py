"""Where La Coop is the source, a phone explains it, and compares the doubles without a mouse."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from conftest import make_seance
from conseillers.models import Utilisateur
from permanences.models import LieuAccueil, ModeSaisie, Seance
from permanences.tests.conftest import Ouvrir, check

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("mardi_13_octobre")]


def test_the_form_opens_on_the_day_before_and_the_doubles_are_settled_at_the_thumb(
    ouvrir: Ouvrir, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    # Two on the same day: each pair has a name of its own for a screen reader.
    for jour in (12, 13, 13):
        seance = make_seance(conseillere, mairie_brulon, dt.date(2026, 10, jour))
        venue = Seance.objects.get(pk=seance.pk)
        venue.pk, venue.cle, venue.source, venue.duree = None, uuid.uuid4(), "coop", 35
        venue.save()
    ModeSaisie.objects.create(
        conseiller=conseillere.conseiller, mode="coop", date_debut=dt.date(2026, 10, 1)
    )
    page = ouvrir(360, conseillere)
    page.goto("/seances/nouvelle/")
    assert page.get_by_role("heading", name="Vos séances viennent de La Coop").is_visible()
    assert not page.get_by_label("Date", exact=True).is_visible()
    check(page, "/seances/nouvelle/")
    page.get_by_text("Saisir une séance d’avant le").click()
    assert page.get_by_label("Date", exact=True).input_value() == "2026-09-30"
    check(page, "/seances/nouvelle/, dépliée")
    page.goto("/seances/nouvelle/?date=2026-09-08")
    assert page.get_by_label("Date", exact=True).is_visible()
    page.goto("/seances/doubles/")
    check(page, "/seances/doubles/")
    page.get_by_role("button", name="Garder celle de La Coop du").first.click()
    assert page.get_by_text("1 paire réglée").is_visible()
    check(page, "/seances/doubles/, après")
    assert Seance.objects.filter(supprimee_le__isnull=False).count() == 1
