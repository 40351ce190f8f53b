"""The advisor's pages ask the database little, however large the programme is."""

import datetime as dt
import uuid
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import make_seance
from conseillers.models import Absence, Affectation, Poste, Utilisateur
from permanences.models import (
    Creneau,
    Fermeture,
    LieuAccueil,
    ModeSaisie,
    Occurrence,
    Seance,
)
from permanences.views.envois import compte_of

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")
PLAFOND = 10
TRANSACTIONS = ("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT")


@pytest.fixture
def programme(
    conseillere: Utilisateur, conseiller_voisin: Utilisateur, poste_1: Poste, poste_2: Poste,
    mairie_brulon: LieuAccueil, mediatheque_la_fleche: LieuAccueil,
) -> None:  # fmt: skip
    """Both postes held by Nadia, five créneaux a day, closures, absences, séances."""
    Affectation.objects.create(
        poste=poste_2, conseiller=conseillere.conseiller, date_debut=dt.date(2026, 1, 5),
        type_contrat="CDD", role="remplacement",
    )  # fmt: skip
    for poste, lieu in ((poste_1, mairie_brulon), (poste_2, mediatheque_la_fleche)):
        for rang in range(5):
            creneau = Creneau.objects.create(
                code=f"{poste.numero}-{rang}", poste=poste, lieu=lieu, nature="permanence",
                date_debut=dt.date(2026, 1, 5), heure_debut=dt.time(8 + rang),
                heure_fin=dt.time(9 + rang), recurrence="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            )  # fmt: skip
            make_seance(conseillere, lieu, dt.date(2026, 10, 13), creneau=creneau)
            make_seance(conseillere, lieu, dt.date(2026, 10, 12), creneau=creneau)
            Occurrence.objects.create(creneau=creneau, date=dt.date(2026, 10, 9), statut="tenue")
        Fermeture.objects.create(
            code=f"F{poste.numero}", poste=poste, motif="fermeture_programmee",
            date_debut=dt.date(2026, 10, 1), date_fin=dt.date(2026, 10, 2),
        )  # fmt: skip
        Absence.objects.create(
            poste=poste, conseiller=conseillere.conseiller,
            date_debut=dt.date(2026, 10, 5), date_fin=dt.date(2026, 10, 6),
        )  # fmt: skip


def queries(act: Callable[[], object]) -> list[str]:
    """What was asked of the database, less the bounds of the transactions."""
    with CaptureQueriesContext(connection) as requetes:
        act()
    ordres = [r["sql"].removeprefix(_said_to_the_journal(r["sql"])) for r in requetes]
    return [sql for sql in ordres if not sql.startswith(TRANSACTIONS)]


def _said_to_the_journal(sql: str) -> str:
    """Who writes, said before a statement and in the same round trip (docs/adr/0013)."""
    dit, fin, _ = sql.partition("', true); ")
    return dit + fin if fin and dit.startswith("SELECT set_config('pghistory.") else ""


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize(
    "adresse",
    [
        "/aujourdhui/",
        "/aujourdhui/2026-10-12/",
        "/agenda/",
        "/agenda/semaine/2026-10-05/",
        "/agenda/mois/2026-10/",
        "/agenda/creneaux/nouveau/",
        "/agenda/creneaux/{pk}/2026-10-13/",
        "/agenda/creneaux/{pk}/correction/",
        "/agenda/creneaux/{pk}/suppression/",
        "/agenda/periode/",
        "/mon-mois/",
        "/mon-mois/2026-09/",
        "/mes-chiffres/",
        "/seances/",
        "/envois/",
    ],
)
def test_a_page_takes_ten_queries_at_most(
    client: Client, conseillere: Utilisateur, adresse: str
) -> None:
    client.force_login(conseillere)
    adresse = adresse.format(pk=Creneau.objects.get(code="1-0").pk)
    assert client.get(adresse).status_code == 200
    posees = queries(lambda: client.get(adresse))
    assert len(posees) <= PLAFOND, "\n".join(posees)


@pytest.mark.usefixtures("programme")
def test_so_does_the_day_of_who_types_in_la_coop(client: Client, conseillere: Utilisateur) -> None:
    ModeSaisie.objects.create(
        conseiller=conseillere.conseiller, mode="coop", date_debut=dt.date(2026, 10, 1)
    )
    client.force_login(conseillere)
    assert "viennent de La Coop" in client.get("/aujourdhui/").content.decode()
    posees = queries(lambda: client.get("/aujourdhui/"))
    assert len(posees) <= PLAFOND, "\n".join(posees)


@pytest.mark.usefixtures("programme")
def test_writing_a_seance_takes_seven_queries_at_most(conseillere: Utilisateur) -> None:
    """Who writes, the turn and the month, the key, the commune, the poste, the lock, the row."""
    creneau = Creneau.objects.select_related("lieu").get(code="1-0")
    jour = dt.date(2026, 10, 13)
    posees = queries(lambda: make_seance(conseillere, creneau.lieu, jour, creneau=creneau))
    assert len(posees) <= 7, "\n".join(posees)


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize(
    "adresse", ["/seances/nouvelle/", "/seances/nouvelle/?creneau={}&date=2026-10-13"]
)
def test_the_form_takes_eleven_queries_at_most(
    client: Client, conseillere: Utilisateur, adresse: str
) -> None:
    """The eleventh: whether that day's séances are La Coop's."""
    client.force_login(conseillere)
    adresse = adresse.format(Creneau.objects.first().pk)
    posees = queries(lambda: client.get(adresse))
    assert len(posees) <= PLAFOND + 1, "\n".join(posees)


@pytest.mark.usefixtures("programme")
def test_saving_a_seance_takes_eleven_queries_at_most(
    client: Client, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    """As the phone's queue sends it, and as the page posts it; the eleventh asks for the source."""
    client.force_login(conseillere)
    creneau = Creneau.objects.filter(lieu=mairie_brulon).first()
    assert creneau
    reponses = {
        "date": "2026-10-13", "nature": "atelier", "canal": "lieu_activite",
        "lieu": mairie_brulon.pk, "creneau": creneau.pk, "duree": "50", "thematiques": ["email"],
        "nb_participants": "4", "age_soixante_dix_plus": "3",
    }  # fmt: skip
    for entetes in ({"X-Envoi": compte_of(conseillere)}, {}):
        reponses["cle"] = str(uuid.uuid4())
        poster = partial(client.post, "/seances/nouvelle/", reponses, headers=entetes)
        posees = queries(poster)
        assert Seance.objects.filter(cle=reponses["cle"]).exists()
        assert len(posees) <= PLAFOND + 1, "\n".join(posees)
