"""« Mon agenda »: the advisor reads a week, a month of the plan and what became of it."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from conftest import make_seance
from conseillers.enums import RoleAffectation
from conseillers.models import Absence, Affectation, Poste, Utilisateur
from permanences.models import Creneau, Fermeture, LieuAccueil, Occurrence, VacancesScolaires

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")
SEMAINE = "/agenda/semaine/2026-10-13/"


@pytest.fixture
def connectee(client: Client, conseillere: Utilisateur) -> Client:
    client.force_login(conseillere)
    return client


def entries(client: Client, adresse: str) -> dict[str, str]:
    """{day: « lieu: state (motive) »} of the page, as text; days without entry left out."""
    agenda = client.get(adresse).context["agenda"]
    return {
        jour.jour.isoformat(): "\n".join(
            f"{e.creneau.lieu}: {e.etat}{f' ({e.motif})' if e.motif else ''}" for e in jour.entrees
        )
        for jour in agenda.jours
        if jour.entrees
    }


def notices(client: Client, jour: str) -> list[str]:
    agenda = client.get(f"/agenda/semaine/{jour}/").context["agenda"]
    [avis] = [j.avis for j in agenda.jours if j.jour.isoformat() == jour]
    return [a.replace("\u202f", " ") for a in avis]


def test_the_week_opens_on_this_one_from_monday_to_sunday(
    connectee: Client, creneau_brulon: Creneau
) -> None:
    page = connectee.get("/agenda/")
    agenda = page.context["agenda"]
    assert (agenda.premier, agenda.dernier) == (dt.date(2026, 10, 12), dt.date(2026, 10, 18))
    assert entries(connectee, "/agenda/") == {"2026-10-13": "Mairie de Brûlon: À renseigner"}
    html = page.content.decode()
    assert "Mon agenda" in html
    assert "/agenda/semaine/2026-10-05/" in html
    assert "/agenda/semaine/2026-10-19/" in html


@pytest.mark.parametrize("jour", ["2026-10-12", "2026-10-15", "2026-10-18"])
def test_any_day_opens_its_week(connectee: Client, creneau_brulon: Creneau, jour: str) -> None:
    assert list(entries(connectee, f"/agenda/semaine/{jour}/")) == ["2026-10-13"]


def test_the_month_shows_what_became_of_each_date(
    connectee: Client, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    make_seance(conseillere, creneau_brulon.lieu, dt.date(2026, 10, 6), creneau=creneau_brulon)
    for jour, statut, motif in ((13, "tenue", ""), (20, "annulee", "intemperies")):
        Occurrence.objects.create(
            creneau=creneau_brulon, date=dt.date(2026, 10, jour), statut=statut, motif=motif
        )
    assert entries(connectee, "/agenda/mois/2026-10/") == {
        "2026-10-06": "Mairie de Brûlon: Tenu",
        "2026-10-13": "Mairie de Brûlon: Tenu sans visite",
        "2026-10-20": "Mairie de Brûlon: Annulé (Intempéries)",
        "2026-10-27": "Mairie de Brûlon: Prévu",
    }


def test_an_atelier_says_its_title(
    client: Client, conseiller_voisin: Utilisateur, atelier_la_fleche: Creneau
) -> None:
    client.force_login(conseiller_voisin)
    html = client.get("/agenda/semaine/2026-10-14/").content.decode()
    assert "Atelier «&nbsp;Premiers pas&nbsp;»" in html


def test_a_public_holiday_a_closure_and_an_absence_explain_the_day(
    connectee: Client, conseillere: Utilisateur, creneau_brulon: Creneau, poste_1: Poste
) -> None:
    Fermeture.objects.create(
        code="F1", date_debut="2026-10-19", date_fin="2026-10-20",
        motif="fermeture_programmee", poste=poste_1,
    )  # fmt: skip
    Absence.objects.create(
        poste=poste_1, conseiller=conseillere.conseiller,
        date_debut="2026-10-26", date_fin="2026-10-27",
    )  # fmt: skip
    assert notices(connectee, "2026-11-11") == ["Jour férié : Armistice"]
    assert notices(connectee, "2026-10-20") == ["Fermeture : fermeture programmée"]
    assert notices(connectee, "2026-10-27") == ["Absence déclarée"]
    assert notices(connectee, "2026-10-21") == []
    mois = entries(connectee, "/agenda/mois/2026-10/")
    assert mois["2026-10-20"].endswith("Annulé (Fermeture programmée)")
    assert mois["2026-10-27"].endswith("Annulé (Absence du conseiller)")


def test_the_closure_of_a_lieu_cancels_its_dates_and_explains_no_other(
    connectee: Client, creneau_brulon: Creneau, mairie_brulon: LieuAccueil
) -> None:
    Fermeture.objects.create(
        code="F1", date_debut="2026-10-20", date_fin="2026-10-20",
        motif="fermeture_du_lieu", lieu=mairie_brulon,
    )  # fmt: skip
    assert entries(connectee, "/agenda/semaine/2026-10-20/")["2026-10-20"].endswith(
        "Annulé (Fermeture du lieu)"
    )
    assert notices(connectee, "2026-10-20") == []


def test_only_the_days_on_which_the_poste_is_held_are_shown(
    connectee: Client, creneau_brulon: Creneau
) -> None:
    Affectation.objects.update(date_debut=dt.date(2026, 10, 8), date_fin=dt.date(2026, 10, 20))
    assert list(entries(connectee, "/agenda/mois/2026-10/")) == ["2026-10-13", "2026-10-20"]
    html = connectee.get("/agenda/semaine/2026-10-20/").content.decode()
    assert "Aucun poste ne vous est affecté." in html


def test_a_colleagues_creneau_is_not_shown(
    connectee: Client, creneau_brulon: Creneau, atelier_la_fleche: Creneau
) -> None:
    assert "2026-10-14" not in entries(connectee, "/agenda/mois/2026-10/")


def test_one_who_replaces_sees_the_poste_on_those_days_only(
    client: Client, conseillere: Utilisateur, conseiller_voisin: Utilisateur,
    creneau_brulon: Creneau, poste_1: Poste,
) -> None:  # fmt: skip
    Affectation.objects.create(
        poste=poste_1,
        conseiller=conseiller_voisin.conseiller,
        date_debut=dt.date(2026, 10, 19),
        date_fin=dt.date(2026, 10, 25),
        type_contrat="CDD",
        role=RoleAffectation.REMPLACEMENT,
    )
    # Nadia away, the one who replaces is there: the date stands.
    Absence.objects.create(
        poste=poste_1, conseiller=conseillere.conseiller,
        date_debut="2026-10-19", date_fin="2026-10-25",
    )  # fmt: skip
    client.force_login(conseiller_voisin)
    assert entries(client, "/agenda/mois/2026-10/") == {"2026-10-20": "Mairie de Brûlon: Prévu"}


def test_a_month_without_anything_says_so(connectee: Client) -> None:
    html = connectee.get("/agenda/mois/2026-10/").content.decode()
    assert "Aucun créneau n’est prévu ce mois-là." in html


@pytest.mark.parametrize("adresse", ["/agenda/semaine/2026-02-30/", "/agenda/mois/2026-13/"])
def test_a_date_that_does_not_exist_has_no_page(connectee: Any, adresse: str) -> None:
    assert connectee.get(adresse).status_code == 404


def test_school_holidays_of_the_week_and_of_the_month_are_said(
    connectee: Client,
) -> None:
    VacancesScolaires.objects.create(
        zone="B", nom="Vacances de la Toussaint",
        date_debut=dt.date(2026, 10, 17), date_fin=dt.date(2026, 11, 1),
    )  # fmt: skip
    for adresse, dites in (
        ("/agenda/mois/2026-10/", True),
        ("/agenda/semaine/2026-10-19/", True),
        ("/agenda/semaine/2026-10-05/", False),
    ):
        assert ("Vacances de la Toussaint" in connectee.get(adresse).content.decode()) is dites
