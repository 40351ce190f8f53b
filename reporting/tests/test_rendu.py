"""A report is drawn once, whoever asks; a failure is seen with its cause and started again."""

import datetime as dt
import gzip
import hashlib
import importlib.metadata

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils import timezone

from reporting import services, tasks
from reporting.models import Rapport
from reporting.services import rendu
from reporting.tests.exemple import SA_PAGE


@pytest.fixture
def drawn(monkeypatch):
    """Stands for the PDF: how many times it was drawn."""
    appels = []

    def print_page(page):
        appels.append(page)
        return b"%PDF-1.7 " + page.encode()

    monkeypatch.setattr(rendu, "compose_page", lambda donnees, **options: donnees["type"])
    monkeypatch.setattr(rendu, "print_page", print_page)
    return appels


@pytest.fixture
def rapport(gestionnaire):
    return services.close_mois(
        mois=dt.date(2026, 9, 1), utilisateur=gestionnaire, motif_avertissements="Lu"
    )[0]


def test_a_report_is_drawn_once(rapport, drawn):
    assert services.render_rapport(pk=rapport.pk).statut == "produit"
    assert services.render_rapport(pk=rapport.pk) is None
    assert drawn == ["couverture"]


def test_its_fingerprint_is_the_one_of_its_file(rapport, drawn):
    rapport = services.render_rapport(pk=rapport.pk)
    with rapport.pdf.open("rb") as fichier:
        assert hashlib.sha256(fichier.read()).hexdigest() == rapport.sha256


def test_its_page_is_kept_beside_it_with_what_printed_it(rapport, drawn):
    rapport = services.render_rapport(pk=rapport.pk)
    with rapport.page.open("rb") as fichier:
        page = gzip.decompress(fichier.read())
    assert page == b"couverture"
    assert hashlib.sha256(page).hexdigest() == rapport.page_sha256
    assert rapport.page.name.removesuffix(".html.gz") == rapport.pdf.name.removesuffix(".pdf")
    assert rapport.moteur["weasyprint"] == importlib.metadata.version("weasyprint")
    assert {len(v) for nom, v in rapport.moteur.items() if nom.startswith("police")} == {64}


def test_a_produced_report_has_its_page(rapport):
    """Unless nobody can know it: it was produced before pages were kept."""
    produit = {"statut": "produit", "pdf": "x.pdf", "sha256": "a" * 64}
    for manque in SA_PAGE:
        with pytest.raises(IntegrityError, match="rapport_produit_a_sa_page"), atomic():
            champs = produit | SA_PAGE | {manque: {} if manque == "moteur" else ""}
            Rapport.objects.filter(pk=rapport.pk).update(**champs)
    Rapport.objects.filter(pk=rapport.pk).update(**produit, moteur=None)


def test_what_a_living_worker_holds_is_left_to_it(rapport, drawn):
    Rapport.objects.filter(pk=rapport.pk).update(statut="en_cours", battement=timezone.now())
    assert services.render_rapport(pk=rapport.pk) is None
    assert not drawn


def test_what_a_dead_worker_held_is_taken_up(rapport, drawn):
    Rapport.objects.filter(pk=rapport.pk).update(
        statut="en_cours", battement=timezone.now() - dt.timedelta(seconds=31), essais=1
    )
    assert services.render_rapport(pk=rapport.pk).essais == 2


def stored_files(storage):
    """Report files kept so far; the storage of the tests outlives each of them."""
    return storage.listdir("rapports/2026")[1] if storage.exists("rapports/2026") else []


def test_a_worker_taken_for_dead_that_comes_back_changes_nothing(rapport, monkeypatch):
    """The second worker finished while the first was drawing: the first one's file goes."""

    def print_page(page):
        Rapport.objects.filter(pk=rapport.pk).update(
            statut="produit", pdf="par-le-second.pdf", sha256="b" * 64, essais=2, **SA_PAGE
        )
        return b"%PDF-1.7 par le premier"

    monkeypatch.setattr(rendu, "print_page", print_page)
    avant = stored_files(rapport.pdf.storage)
    assert services.render_rapport(pk=rapport.pk) is None
    rapport.refresh_from_db()
    assert (rapport.pdf.name, rapport.sha256) == ("par-le-second.pdf", "b" * 64)
    assert stored_files(rapport.pdf.storage) == avant


def test_a_failure_is_on_the_row_and_can_be_started_again(
    rapport, monkeypatch, drawn, gestionnaire
):
    def fail(page):
        raise MemoryError("plus de place")

    with monkeypatch.context() as contexte:
        contexte.setattr(rendu, "print_page", fail)
        with pytest.raises(MemoryError):
            services.render_rapport(pk=rapport.pk)
    rapport.refresh_from_db()
    assert (rapport.statut, rapport.cause_echec) == ("echec", "MemoryError : plus de place")
    tasks.sweep_rapports()
    rapport.refresh_from_db()
    assert rapport.statut == "echec", "a failure waits for somebody"
    services.relance_rapport(rapport=rapport, utilisateur=gestionnaire)
    tasks.sweep_rapports()
    rapport.refresh_from_db()
    assert (rapport.statut, rapport.cause_echec) == ("produit", "")


def test_a_report_that_is_not_in_failure_is_not_started_again(rapport, drawn, gestionnaire):
    services.render_rapport(pk=rapport.pk)
    with pytest.raises(ValidationError, match="pas en échec"):
        services.relance_rapport(rapport=rapport, utilisateur=gestionnaire)


def test_one_that_kills_its_worker_each_time_stops_being_tried(rapport, drawn):
    Rapport.objects.filter(pk=rapport.pk).update(
        statut="en_cours", battement=timezone.now() - dt.timedelta(minutes=5), essais=5
    )
    tasks.sweep_rapports()
    rapport.refresh_from_db()
    assert rapport.statut == "echec"
    assert "mémoire" in rapport.cause_echec


def test_the_sweep_draws_what_no_message_asked_for(rapport, drawn):
    tasks.sweep_rapports()
    assert set(Rapport.objects.values_list("statut", flat=True)) == {"produit"}
    assert sorted(drawn) == ["couverture", "frequentation"]


def test_without_a_queue_nothing_is_lost_and_it_is_said(rapport, drawn, monkeypatch):
    def away(pk):
        raise tasks.build_rapport.OperationalError("Redis is away")

    monkeypatch.setattr(tasks.build_rapport, "delay", away)
    assert tasks.start_rendering([rapport]) is False
    rapport.refresh_from_db()
    assert rapport.statut == "fige"


def test_on_the_first_of_the_month_the_provisional_reports_are_made(drawn, db):
    tasks.build_rapports_provisoires()
    dernier = (timezone.localdate().replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    assert set(Rapport.objects.values_list("mois", "version", "statut")) == {
        (dernier, 0, "produit")
    }
    tasks.build_rapports_provisoires()
    assert Rapport.objects.count() == 2
