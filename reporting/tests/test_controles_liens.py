"""From a check on the page of the month to exactly the rows that it found."""

import datetime as dt
from pathlib import Path

import pytest

from conseillers.models import Affectation, Poste
from permanences.models import Declaration, Seance
from reporting.admin.liens import AUTRES, DE_SEANCES, SANS_LISTE, link_of
from reporting.selectors import verifications
from reporting.selectors.verifications import base

OCTOBRE = dt.date(2026, 10, 1)
JEUDI = dt.date(2026, 10, 8)
MARDI = dt.date(2026, 10, 6)
pytestmark = pytest.mark.usefixtures("mardi_10_novembre")


@pytest.fixture
def opened(client, gestionnaire):
    """{code: the rows listed when the link of that check is followed}."""
    client.force_login(gestionnaire)

    def opened():
        return {
            v.code: list(client.get(lien).context["cl"].queryset)
            for v in verifications(OCTOBRE)
            if (lien := link_of(v, OCTOBRE))
        }

    return opened


def test_every_check_has_a_link_or_says_that_it_has_no_list():
    page = Path("docs/controles.md")
    codes = {
        ligne.rsplit("`", 2)[1] for ligne in page.read_text().splitlines() if ligne.endswith("` |")
    }
    assert {*DE_SEANCES, *AUTRES, *SANS_LISTE, "seance_en_attente"} == codes


def test_checks_of_one_seance_open_that_seance(record, opened):
    record()
    attendues = {
        "duree_inhabituelle": record(duree=481, date=MARDI),
        "nature_et_participants": record(nature="atelier", date=MARDI + dt.timedelta(days=1)),
        "participants_nombreux": record(
            nature="atelier", nb_participants=101, date=MARDI + dt.timedelta(days=3)
        ),
        "seance_en_attente": record(poste=None),
    }
    ouvertes = opened()
    assert {code: ouvertes[code] for code in attendues} == attendues


def test_checks_of_several_seances_open_them_all(record, opened, creneau_brulon, poste_1):
    doubles = record(fois=2, nature="atelier", nb_participants=6)
    longues = record(fois=2, date=MARDI, creneau=creneau_brulon, duree=400)
    Declaration.objects.create(poste=poste_1, mois=OCTOBRE, faite_le=dt.date(2026, 11, 3))
    Seance.objects.exclude(pk=longues[0].pk).update(modifiee_le="2026-11-01T10:00Z")
    ouvertes = opened()
    assert set(ouvertes["double_probable"]) == set(doubles)
    assert set(ouvertes["journee_longue"]) == set(longues)
    assert set(ouvertes["creneau_depasse"]) == set(longues)
    assert ouvertes["modifiee_apres_declaration"] == longues[:1]


def test_copies_and_bulk_entries_open_their_seances(record, opened):
    copies = [
        record(date=dt.date(2026, 10, jour), nature="atelier", nb_participants=7, genre_feminin=4)[
            0
        ]
        for jour in (1, 8, 15)
    ]
    individuelles = [record(date=dt.date(2026, 10, jour))[0] for jour in range(1, 22)]
    ouvertes = opened()
    assert set(ouvertes["compteurs_identiques"]) == set(copies)
    assert set(ouvertes["saisie_en_bloc"]) == {*copies, *individuelles}


def test_checks_of_the_plan_and_of_the_postes_open_theirs(
    record, opened, creneau_brulon, atelier_la_fleche, conseiller_voisin, poste_1, poste_2
):
    record(date=MARDI, creneau=creneau_brulon)
    Declaration.objects.create(poste=poste_1, mois=OCTOBRE, faite_le=dt.date(2026, 11, 3))
    ouvertes = opened()
    assert set(ouvertes["occurrence_a_renseigner"]) == {creneau_brulon, atelier_la_fleche}
    assert ouvertes["poste_manquant"] == [poste_2]
    assert ouvertes["poste_sans_activite"] == [poste_2]
    assert set(ouvertes["contrat_sans_fin"]) == {poste_1, poste_2}
    assert ouvertes["lieu_sans_coordonnees"] == [atelier_la_fleche.lieu]


def test_a_vacancy_and_an_affectation_left_open_open_their_postes(
    opened, conseillere, conseiller_voisin, poste_1, poste_2
):
    Affectation.objects.filter(poste=poste_1).update(date_fin=dt.date(2026, 6, 15))
    Poste.objects.filter(pk=poste_2.pk).update(date_rendu=dt.date(2026, 10, 15))
    ouvertes = opened()
    assert ouvertes["vacance_longue"] == [poste_1]
    assert ouvertes["affectation_sur_poste_rendu"] == [poste_2]


def test_too_many_rows_for_an_address_open_the_whole_list():
    """A server refuses a request line of more than 4,094 characters."""
    nombre = base.NB_CLES
    cles = tuple(range(10**7, 10**7 + nombre))
    v = base.of_list("duree_inhabituelle", "x", "avertissement", ["x"] * nombre, cles)
    assert len(link_of(v, OCTOBRE)) < 4000
    trop = base.of_list("duree_inhabituelle", "x", "avertissement", ["x"], (*cles, 1))
    assert trop.cles == ()
    assert "date__gte=2026-10-01" in link_of(trop, OCTOBRE)
