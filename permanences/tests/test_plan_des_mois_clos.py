"""The plan of a closed month is what it was: closures and créneaux, through every door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from conftest import close_mois_brut
from permanences.importers.plan import CreneauxDuPlan, Fermetures
from permanences.models import Creneau, Fermeture, LieuAccueil, Mois, Occurrence
from permanences.models.plan_clos import _touched
from permanences.services.commun import lift_fermeture
from territoires.tests.imports import import_text, told

CLOS = "Le mois de mars 2026 est clos"
MARS = dt.date(2026, 3, 1)
PANNE = "panne_materiel_ou_reseau"


def jour(mois: int, quantieme: int) -> dt.date:
    return dt.date(2026, mois, quantieme)


@pytest.fixture
def bureau(client: Client, gestionnaire: Any) -> Client:
    client.force_login(gestionnaire)
    return client


@pytest.fixture
def fermeture(mairie_brulon: LieuAccueil) -> Fermeture:
    """From the middle of March to the middle of April; March is closed after it."""
    posee = Fermeture.objects.create(
        code="F1", lieu=mairie_brulon, motif="intemperies",
        date_debut=jour(3, 20), date_fin=jour(4, 15),
    )  # fmt: skip
    close_mois_brut(MARS)
    return posee


@pytest.fixture
def mars_clos(creneau_brulon: Creneau) -> Creneau:
    """Every Tuesday since 2025; the 10th of March was held."""
    Occurrence.objects.create(creneau=creneau_brulon, date=jour(3, 10), statut="tenue")
    close_mois_brut(MARS)
    return creneau_brulon


# --- Closures: raw rows ----------------------------------------------------------------------


def _create(mairie: LieuAccueil, debut: dt.date, fin: dt.date) -> Fermeture:
    return Fermeture(code="F2", lieu=mairie, motif=PANNE, date_debut=debut, date_fin=fin)


@pytest.mark.parametrize(
    ("debut", "fin", "accepte"),
    [
        (jour(2, 1), jour(2, 28), True),
        (jour(2, 1), jour(3, 1), False),
        (jour(3, 31), jour(4, 2), False),
        (jour(1, 1), jour(6, 1), False),
        (jour(4, 1), jour(4, 1), True),
    ],
)
def test_a_new_closure_may_not_touch_a_closed_month(
    mairie_brulon: LieuAccueil, debut: dt.date, fin: dt.date, accepte: bool
) -> None:
    close_mois_brut(MARS)
    fermeture = _create(mairie_brulon, debut, fin)
    if accepte:
        fermeture.full_clean()
        fermeture.save()
        return
    with pytest.raises(ValidationError, match=CLOS):
        fermeture.full_clean()
    for write in (fermeture.save, lambda: Fermeture.objects.bulk_create([fermeture])):
        with pytest.raises(IntegrityError, match="Ce mois est clos"), transaction.atomic():
            write()


@pytest.mark.parametrize(
    ("champs", "accepte"),
    [
        ({"date_fin": jour(4, 30)}, True),  # April is open
        ({"date_fin": jour(3, 31)}, True),  # what is left is what March was closed with
        ({"date_fin": jour(3, 30)}, False),
        ({"date_debut": jour(3, 19)}, False),
        ({"date_debut": jour(4, 1)}, False),
        ({"date_debut": jour(2, 1)}, False),
        ({"motif": PANNE}, False),  # counted by reason
        ({"lieu": None}, False),  # the whole programme
        ({"code": "F1-corrige"}, True),
    ],
)
def test_a_closure_may_change_but_for_its_days_of_a_closed_month(
    fermeture: Fermeture, champs: dict[str, Any], accepte: bool
) -> None:
    for nom, valeur in champs.items():
        setattr(fermeture, nom, valeur)
    if accepte:
        fermeture.full_clean()
        fermeture.save()
        return
    with pytest.raises(ValidationError, match=CLOS):
        fermeture.full_clean()
    for write in (fermeture.save, lambda: Fermeture.objects.update(**champs)):
        with pytest.raises(IntegrityError, match="Ce mois est clos"), transaction.atomic():
            write()


def test_a_closure_of_a_closed_month_is_not_deleted(fermeture: Fermeture) -> None:
    for write in (fermeture.delete, Fermeture.objects.all().delete):
        with pytest.raises(IntegrityError, match="Ce mois est clos"), transaction.atomic():
            write()
    Mois.objects.update(statut="ouvert")
    fermeture.delete()


def test_a_closure_of_a_creneau_counts_where_the_creneau_is_in_force(
    creneau_brulon: Creneau,
) -> None:
    """It began in April: what a closure says of its March is nothing."""
    creneau_brulon.date_debut = jour(4, 7)
    creneau_brulon.save()
    close_mois_brut(MARS)
    fermeture = Fermeture(
        code="F2", creneau=creneau_brulon, motif=PANNE,
        date_debut=jour(3, 1), date_fin=jour(4, 20),
    )  # fmt: skip
    fermeture.full_clean()
    fermeture.save()
    fermeture.delete()


JOURS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@given(st.lists(JOURS, min_size=4, max_size=4))
def test_the_days_that_change_are_exactly_those_of_one_closure_and_not_the_other(
    jours: list[dt.date],
) -> None:
    def days(debut: dt.date, fin: dt.date) -> set[int]:
        return set(range(debut.toordinal(), fin.toordinal() + 1))

    periodes = [(min(jours[:2]), max(jours[:2])), (min(jours[2:]), max(jours[2:]))]
    avant, apres = (Fermeture(date_debut=d, date_fin=f, motif=PANNE) for d, f in periodes)
    touches = set().union(*(days(*p) for p in _touched(avant, apres)))
    assert touches == days(*periodes[0]) ^ days(*periodes[1])


# --- Closures: the doors ---------------------------------------------------------------------


def _form(mairie: LieuAccueil, debut: dt.date, fin: dt.date, code: str = "F9") -> dict[str, Any]:
    return {
        "code": code, "date_debut": f"{debut:%d/%m/%Y}", "date_fin": f"{fin:%d/%m/%Y}",
        "motif": "intemperies", "lieu": mairie.pk, "poste": "", "creneau": "",
    }  # fmt: skip


def test_the_form_of_a_closure_refuses_a_closed_month_and_says_why(
    bureau: Client, fermeture: Fermeture, mairie_brulon: LieuAccueil
) -> None:
    ajout = reverse("admin:permanences_fermeture_add")
    page = bureau.post(ajout, _form(mairie_brulon, jour(3, 2), jour(3, 3)))
    assert page.status_code == 200
    assert CLOS in page.content.decode()
    assert "02/03/2026" in page.content.decode()  # nothing typed is lost
    fiche = reverse("admin:permanences_fermeture_change", args=[fermeture.pk])
    page = bureau.post(fiche, _form(mairie_brulon, jour(3, 21), jour(4, 15), "F1"))
    assert CLOS in page.content.decode()
    page = bureau.post(fiche, _form(mairie_brulon, jour(3, 20), jour(4, 10), "F1"))
    assert page.status_code == 302
    fermeture.refresh_from_db()
    assert (fermeture.date_debut, fermeture.date_fin) == (jour(3, 20), jour(4, 10))


def test_the_back_office_does_not_delete_a_closure_of_a_closed_month(
    bureau: Client, fermeture: Fermeture
) -> None:
    retrait = reverse("admin:permanences_fermeture_delete", args=[fermeture.pk])
    page = bureau.post(retrait, {"post": "yes"}, follow=True)
    assert "Ce mois est clos" in page.content.decode()
    liste = reverse("admin:permanences_fermeture_changelist")
    saisie = {"action": "delete_selected", "_selected_action": [fermeture.pk], "post": "yes"}
    page = bureau.post(liste, saisie, follow=True)
    assert "Ce mois est clos" in page.content.decode()
    assert Fermeture.objects.filter(pk=fermeture.pk).exists()


def test_a_file_of_closures_refuses_a_closed_month_unless_identical(
    tmp_path: Path, fermeture: Fermeture
) -> None:
    tete = "code;date_debut;date_fin;motif;lieu;poste;creneau\n"
    pareille = "F1;2026-03-20;2026-04-15;intemperies;72050-mairie;;\n".replace(
        "72050-mairie", fermeture.lieu.code
    )
    assert told(import_text(tmp_path, Fermetures, tete + pareille)) == []
    fautes = told(
        import_text(
            tmp_path,
            Fermetures,
            tete + pareille.replace("04-15", "03-25") + f"F3;2026-03-02;2026-03-02;{PANNE};"
            f"{fermeture.lieu.code};;\n",
        )
    )
    assert [faute.split(" : ")[0] for faute in fautes] == [
        "ligne 2, colonne date_debut",
        "ligne 3, colonne date_debut",
    ]
    assert all(CLOS in faute for faute in fautes)
    prolongee = pareille.replace("04-15", "04-30")
    assert told(import_text(tmp_path, Fermetures, tete + prolongee)) == []


def test_lifting_a_closure_leaves_its_part_of_a_closed_month(fermeture: Fermeture) -> None:
    lift_fermeture(fermeture)
    fermeture.refresh_from_db()
    assert fermeture.date_fin == jour(3, 31)


# --- Créneaux --------------------------------------------------------------------------------


def _hour(creneau: Creneau) -> None:
    creneau.heure_debut = dt.time(8)


def _weekday(creneau: Creneau) -> None:
    creneau.recurrence = "FREQ=WEEKLY;BYDAY=WE"


def _later(creneau: Creneau) -> None:
    creneau.date_debut = jour(3, 17)


def _sooner_ended(creneau: Creneau) -> None:
    creneau.date_fin = jour(3, 9)


def _seats(creneau: Creneau) -> None:
    creneau.capacite = 12


REECRITURES: list[Callable[[Creneau], None]] = [_hour, _weekday, _later, _sooner_ended, _seats]


@pytest.mark.parametrize("change", REECRITURES)
def test_what_a_closed_month_read_of_a_creneau_stays(
    mars_clos: Creneau, change: Callable[[Creneau], None]
) -> None:
    change(mars_clos)
    with pytest.raises(ValidationError, match=CLOS):
        mars_clos.full_clean()
    with pytest.raises(IntegrityError, match="Ce mois est clos"), transaction.atomic():
        mars_clos.save()


def test_the_model_sees_a_planned_date_that_nobody_noted(creneau_brulon: Creneau) -> None:
    """The 24th of March was planned: nothing is noted, so the database cannot tell."""
    close_mois_brut(MARS)
    creneau_brulon.date_fin = jour(3, 20)
    with pytest.raises(ValidationError, match=CLOS):
        creneau_brulon.full_clean()
    with pytest.raises(ValidationError, match=CLOS):
        creneau_brulon.delete()


def test_the_rest_of_a_creneau_stays_free(mars_clos: Creneau) -> None:
    mars_clos.titre, mars_clos.acces = "Bienvenue", "rendez_vous"
    mars_clos.date_fin = jour(3, 31)
    mars_clos.full_clean()
    mars_clos.save()
    mars_clos.date_fin = None
    mars_clos.full_clean()
    mars_clos.save()


def test_a_creneau_without_a_date_in_the_closed_month_is_free(creneau_brulon: Creneau) -> None:
    """It is in force from the 28th of March, a Saturday; its first Tuesday is in April."""
    creneau_brulon.date_debut = jour(3, 28)
    creneau_brulon.recurrence = "FREQ=MONTHLY;BYDAY=1TU"
    creneau_brulon.save()
    close_mois_brut(MARS)
    creneau_brulon.heure_fin = dt.time(13)
    creneau_brulon.full_clean()
    creneau_brulon.save()
    creneau_brulon.delete()


def test_a_new_creneau_has_no_date_in_a_closed_month(
    creneau_brulon: Creneau, mairie_brulon: LieuAccueil
) -> None:
    close_mois_brut(MARS)
    autre = Creneau(
        code="brulon-jeudi", poste=creneau_brulon.poste, lieu=mairie_brulon, nature="permanence",
        date_debut=jour(3, 26), heure_debut=dt.time(9), heure_fin=dt.time(12),
        recurrence="FREQ=WEEKLY;BYDAY=TH",
    )  # fmt: skip
    with pytest.raises(ValidationError, match=CLOS):
        autre.full_clean()
    autre.date_debut = jour(3, 27)
    autre.full_clean()


def _creneau_form(creneau: Creneau, **champs: Any) -> dict[str, Any]:
    return {
        "code": creneau.code, "poste": creneau.poste_id, "lieu": creneau.lieu_id,
        "nature": creneau.nature, "titre": "", "date_debut": "07/01/2025", "date_fin": "",
        "heure_debut": "09:00", "heure_fin": "12:00", "recurrence": "FREQ=WEEKLY;BYDAY=TU",
        "acces": creneau.acces, "capacite": "",
    } | champs  # fmt: skip


def test_the_form_of_a_creneau_refuses_and_says_what_to_do(
    bureau: Client, creneau_brulon: Creneau
) -> None:
    close_mois_brut(MARS)
    fiche = reverse("admin:permanences_creneau_change", args=[creneau_brulon.pk])
    page = bureau.post(fiche, _creneau_form(creneau_brulon, heure_fin="13:00"))
    assert page.status_code == 200
    assert CLOS in page.content.decode()
    assert "créez-en un nouveau pour la suite" in page.content.decode()
    page = bureau.post(fiche, _creneau_form(creneau_brulon, date_fin="30/04/2026"))
    assert page.status_code == 302


def test_the_back_office_does_not_delete_a_creneau_of_a_closed_month(
    bureau: Client, creneau_brulon: Creneau
) -> None:
    close_mois_brut(MARS)
    retrait = reverse("admin:permanences_creneau_delete", args=[creneau_brulon.pk])
    page = bureau.post(retrait, {"post": "yes"}, follow=True)
    assert CLOS in page.content.decode()
    liste = reverse("admin:permanences_creneau_changelist")
    saisie = {"action": "delete_selected", "_selected_action": [creneau_brulon.pk], "post": "yes"}
    page = bureau.post(liste, saisie, follow=True)
    assert CLOS in page.content.decode()
    assert Creneau.objects.filter(pk=creneau_brulon.pk).exists()


def test_a_file_of_creneaux_refuses_what_would_rewrite_a_closed_month(
    tmp_path: Path, creneau_brulon: Creneau
) -> None:
    close_mois_brut(MARS)
    refus = told(import_text(tmp_path, CreneauxDuPlan, _whole(creneau_brulon, heure_fin="13:00")))
    assert len(refus) == 1
    assert refus[0].startswith("ligne 2, colonne date_debut : " + CLOS)
    assert (
        told(import_text(tmp_path, CreneauxDuPlan, _whole(creneau_brulon, date_fin="2026-04-30")))
        == []
    )


def _whole(creneau: Creneau, **champs: str) -> str:
    valeurs = {
        "code": creneau.code, "poste": str(creneau.poste.numero), "lieu": creneau.lieu.code,
        "nature": creneau.nature, "titre": "", "date_debut": "2025-01-07", "date_fin": "",
        "heure_debut": "09:00", "heure_fin": "12:00", "recurrence": '"FREQ=WEEKLY;BYDAY=TU"',
        "capacite": "", "feries": "non", "acces": creneau.acces,
    } | champs  # fmt: skip
    return ";".join(valeurs) + "\n" + ";".join(valeurs.values()) + "\n"
