"""`seed_demo`: the same demonstration each time, never mixed with real data."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import transaction

from conseillers.enums import Role
from conseillers.models import Poste, Utilisateur
from permanences.enums import StatutMois
from permanences.models import CompteRenduCoop, Mois
from reporting import services
from reporting.demo import programme
from reporting.enums import StatutRapport
from reporting.models import Rapport
from reporting.selectors import donnees_du_mois
from reporting.tests.exemple import SA_PAGE
from reporting.tests.test_seed_demo import FEVRIER, MARDI, seed_demo, un_mardi
from territoires.files import read_territoire
from territoires.services import load_territoire

__all__ = ["un_mardi"]


@pytest.fixture
def sarthe(db: None) -> None:
    load_territoire(territoire=read_territoire(settings.DEPARTEMENT))


def test_same_day_gives_the_same_figures(sarthe: None, un_mardi: None):
    figures = []
    for _ in range(2):
        with transaction.atomic():
            seed_demo("--mois", "1")
            figures.append(donnees_du_mois(FEVRIER, etabli_le=MARDI))
            transaction.set_rollback(True)
    assert figures[0] == figures[1]


def draws_nothing(*, pk: int) -> None:
    Rapport.objects.filter(pk=pk).update(
        statut=StatutRapport.PRODUIT, pdf=f"{pk}.pdf", sha256="0" * 64, **SA_PAGE
    )


def transmitted() -> list[Any]:
    """All that the reports of the closed months say."""
    champs = ("mois", "type", "version", "donnees")
    return list(Rapport.objects.transmis().order_by(*champs[:3]).values_list(*champs))


def test_older_months_are_transmitted_and_one_was_corrected(
    sarthe: None, un_mardi: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(services, "render_rapport", draws_nothing)
    with transaction.atomic(), monkeypatch.context() as sans_la_coop:
        sans_la_coop.setattr(programme, "la_coop_of", lambda *_: None)
        seed_demo("--mois", "3")
        sans = transmitted()
        transaction.set_rollback(True)
    seed_demo("--mois", "3")
    etats = Mois.objects.filter(statut=StatutMois.CLOS).values_list("premier_jour", "version")
    assert transmitted() == sans
    assert not CompteRenduCoop.objects.filter(date__lt=FEVRIER).exists()
    assert set(etats) == {(dt.date(2025, 12, 1), 2), (dt.date(2026, 1, 1), 1)}
    prefecture = Utilisateur.objects.get(role=Role.PREFECTURE)
    assert Rapport.objects.visible_to(prefecture).count() == 6
    seconde = Rapport.objects.get(type="frequentation", version=2)
    (total,) = (c for c in seconde.donnees["changements"] if c["chemin"] == "total.seances")
    assert total["apres"] - total["avant"] >= 2
    assert donnees_du_mois(FEVRIER)["frequentation"]["hors_delai"]["seances"] == 0


def test_real_post_is_never_mixed_with_the_demonstration(sarthe: None, poste_1: Poste):
    with pytest.raises(CommandError, match="vraies données"):
        seed_demo()
    assert Poste.objects.count() == 1


def test_territories_come_first(db: None):
    with pytest.raises(CommandError, match="load_territoires"):
        seed_demo()


@pytest.mark.parametrize("mois", ["0", "37"])
def test_number_of_months_out_of_range_is_wrong_usage(db: None, mois: str):
    with pytest.raises(CommandError) as refus:
        seed_demo("--mois", mois)
    assert refus.value.returncode == 2
