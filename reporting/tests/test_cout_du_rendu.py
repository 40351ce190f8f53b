"""What drawing a report costs, in counts that do not depend on the machine; seconds: bench/."""

import datetime as dt
import gc

import pydyf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reporting import services
from reporting.models import Rapport
from reporting.pdf import compose_page
from reporting.services import rendu
from reporting.tests import exemple
from reporting.tests.pdfs import CODE
from territoires.pdf import PageRefusee, print_page


@pytest.fixture
def collections():
    """Garbage collections since the start of the test."""
    faites = []

    def note(phase, infos):
        if phase == "stop":
            faites.append(infos["generation"])

    gc.callbacks.append(note)
    yield faites
    gc.callbacks.remove(note)


@pytest.mark.pdf
def test_one_collection_for_a_drawing(collections):
    page = compose_page(exemple.frequentation(), code=CODE)
    collections.clear()
    print_page(page)
    assert collections == [2]


@pytest.mark.pdf
def test_no_stream_is_compressed_twice(monkeypatch):
    """But for the two that pydyf makes while it writes, of which it digests one."""
    siennes = []
    compresseur = pydyf.zlib.compressobj
    monkeypatch.setattr(
        pydyf.zlib, "compressobj", lambda **k: siennes.append(k) or compresseur(**k)
    )
    print_page(compose_page(exemple.frequentation(), code=CODE))
    assert len(siennes) <= 3


def test_the_collector_is_back_after_a_page_that_is_refused():
    with pytest.raises(PageRefusee):
        print_page(
            '<html lang="fr"><head><meta name="dcterms.created" content="2026-11-02"></head>'
            '<body><img src="http://example.org/x.png" alt="x"></body></html>'
        )
    assert gc.isenabled()


def test_a_drawing_costs_few_queries(gestionnaire, monkeypatch):
    monkeypatch.setattr(rendu, "print_page", lambda page: b"%PDF-1.7")
    services.close_mois(
        mois=dt.date(2026, 9, 1), utilisateur=gestionnaire, motif_avertissements="Lu"
    )
    for rapport in Rapport.objects.all():
        with CaptureQueriesContext(connection) as requetes:
            services.render_rapport(pk=rapport.pk)
        assert len(requetes) <= 8
