"""From a séance to the PDF that the worker draws, on figures that the selectors computed."""

import datetime as dt
import hashlib
import uuid

import pytest
import time_machine

from permanences.services import record_seance
from reporting import services
from reporting.models import Rapport
from reporting.tests.pdfs import text_of

pytestmark = pytest.mark.pdf


@pytest.fixture
def closed_month(conseillere, mairie_brulon, gestionnaire, creneau_brulon):
    with time_machine.travel(dt.datetime(2026, 11, 10, 9, tzinfo=dt.UTC)):
        record_seance(
            utilisateur=conseillere,
            cle=uuid.uuid4(),
            date=dt.date(2026, 10, 6),
            nature="individuel",
            canal="lieu_activite",
            lieu=mairie_brulon,
            creneau=creneau_brulon,
            duree=45,
            nb_participants=1,
            thematiques=["email"],
        )
        rapports = services.close_mois(
            mois=dt.date(2026, 10, 1), utilisateur=gestionnaire, motif_avertissements="Relu"
        )
        for rapport in rapports:
            services.render_rapport(pk=rapport.pk)
    return {r.type: r for r in Rapport.objects.all()}


# The heartbeat writes from a connection of its own.
@pytest.mark.django_db(transaction=True)
def test_both_reports_are_drawn_from_the_frozen_figures(closed_month):
    textes = {}
    for type_rapport, rapport in closed_month.items():
        with rapport.pdf.open("rb") as flux:
            contenu = flux.read()
        assert rapport.statut == "produit"
        assert rapport.sha256 == hashlib.sha256(contenu).hexdigest()
        textes[type_rapport] = text_of(contenu)
        assert rapport.code in textes[type_rapport]
        assert rapport.empreinte_donnees in textes[type_rapport]
        assert "Claire Gestion (Cheffe de projet)" in textes[type_rapport]
    frequentation, couverture = textes["frequentation"], textes["couverture"]
    assert "1 séance a réuni 1 participation, en 0,8 heure." in frequentation
    assert "CC LBN Communauté" in couverture
    assert "1 sur 4 créneaux prévus" in couverture
    assert "Nadia" not in frequentation + couverture
