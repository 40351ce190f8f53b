"""An advisor plans, corrects, ends and deletes own créneaux; the consequences come first."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client

from conftest import close_mois_brut, make_seance
from conseillers.models import Absence, Affectation, Poste, Utilisateur
from permanences.models import Creneau, Fermeture, LieuAccueil, Occurrence, Seance

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")
NOUVEAU = "/agenda/creneaux/nouveau/"


@pytest.fixture
def connectee(client: Client, conseillere: Utilisateur) -> Client:
    client.force_login(conseillere)
    return client


@pytest.fixture
def reponses(mairie_brulon: LieuAccueil, poste_1: Poste) -> dict[str, Any]:
    """A permanence every Thursday morning from 15 October to 17 December."""
    return {
        "cle": str(uuid.uuid4()),
        "poste": poste_1.pk,
        "lieu": mairie_brulon.pk,
        "nature": "permanence",
        "rythme": "semaine",
        "date_debut": "2026-10-15",
        "date_fin": "2026-12-17",
        "heure_debut": "09:00",
        "heure_fin": "12:00",
        "acces": "libre",
    }


def said(page: Any) -> str:
    """The text of a page, its narrow and no-break spaces as spaces."""
    return page.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def confirm(client: Client, adresse: str, reponses: dict[str, Any]) -> Any:
    return client.post(adresse, reponses | {"confirme": "1"}, follow=True)


def test_the_consequences_are_said_before_anything_is_written(
    connectee: Client, reponses: dict[str, Any]
) -> None:
    page = said(connectee.post(NOUVEAU, reponses))
    assert "Mairie de Brûlon, tous les jeudis, 9 h – 12 h" in page
    assert "10 dates d’ici au 17 décembre 2026." in page
    assert not Creneau.objects.exists()
    confirm(connectee, NOUVEAU, reponses)
    creneau = Creneau.objects.get()
    assert (creneau.recurrence, creneau.date_fin) == ("FREQ=WEEKLY;BYDAY=TH", dt.date(2026, 12, 17))


def test_one_may_go_back_to_the_form_with_every_answer(
    connectee: Client, reponses: dict[str, Any]
) -> None:
    page = connectee.post(NOUVEAU, reponses | {"retour": "1"})
    assert page.context["form"]["heure_debut"].value() == "09:00"
    assert not Creneau.objects.exists()


def test_confirmed_twice_is_one_creneau(connectee: Client, reponses: dict[str, Any]) -> None:
    confirm(connectee, NOUVEAU, reponses)
    confirm(connectee, NOUVEAU, reponses)
    assert Creneau.objects.count() == 1


def test_a_page_kept_by_the_phone_plans_another_creneau(
    connectee: Client, reponses: dict[str, Any]
) -> None:
    """Its key is the same; the answers are not."""
    confirm(connectee, NOUVEAU, reponses)
    autres = reponses | {"heure_debut": "14:00", "heure_fin": "16:00"}
    for _ in range(2):
        confirm(connectee, NOUVEAU, autres)
    assert Creneau.objects.count() == 2


@pytest.mark.parametrize(
    ("rythme", "regle"),
    [
        ({"rythme": "une_fois"}, ""),
        ({"rythme": "semaine", "jours": ["0", "3"]}, "FREQ=WEEKLY;BYDAY=MO,TH"),
        ({"rythme": "deux_semaines"}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"),
        ({"rythme": "mois"}, "FREQ=MONTHLY;BYDAY=3TH"),
        ({"rythme": "mois", "rang": "-1"}, "FREQ=MONTHLY;BYDAY=-1TH"),
    ],
)
def test_a_rhythm_is_asked_in_words_and_kept_as_a_rule(
    connectee: Client, reponses: dict[str, Any], rythme: dict[str, Any], regle: str
) -> None:
    confirm(connectee, NOUVEAU, reponses | rythme)
    assert Creneau.objects.get().recurrence == regle


def test_an_atelier_has_a_title_and_places(connectee: Client, reponses: dict[str, Any]) -> None:
    atelier = {"nature": "atelier", "titre": "Mes photos", "capacite": "8", "rythme": "une_fois"}
    assert "jeudi 15 octobre 2026" in said(connectee.post(NOUVEAU, reponses | atelier))
    confirm(connectee, NOUVEAU, reponses | atelier)
    creneau = Creneau.objects.get()
    assert (creneau.titre, creneau.capacite, creneau.date_fin) == ("Mes photos", 8, None)


def test_a_title_with_a_phone_number_is_refused(
    connectee: Client, reponses: dict[str, Any]
) -> None:
    page = connectee.post(NOUVEAU, reponses | {"nature": "atelier", "titre": "06 12 34 56 78"})
    assert page.status_code == 422
    assert "aucun nom" in said(page)


def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    connectee: Client, reponses: dict[str, Any]
) -> None:
    page = connectee.post(NOUVEAU, reponses | {"lieu": "", "heure_fin": "08:00"})
    assert page.status_code == 422
    assert "L’heure de fin doit suivre l’heure de début." in said(page)
    assert page.context["form"]["date_debut"].value() == "2026-10-15"


def test_the_past_of_an_open_month_can_be_planned_and_says_so(
    connectee: Client, reponses: dict[str, Any]
) -> None:
    hier = reponses | {"rythme": "une_fois", "date_debut": "2026-10-12"}
    assert "1 date déjà passée : 12 octobre 2026" in said(connectee.post(NOUVEAU, hier))
    confirm(connectee, NOUVEAU, hier)
    assert Creneau.objects.count() == 1


def test_the_plan_of_a_closed_month_does_not_change(
    connectee: Client, reponses: dict[str, Any]
) -> None:
    close_mois_brut(dt.date(2026, 9, 1))
    page = confirm(connectee, NOUVEAU, reponses | {"date_debut": "2026-09-24"})
    assert "Le mois de septembre 2026 est clos" in said(page)
    assert not Creneau.objects.exists()


def test_a_poste_that_one_does_not_hold_is_not_offered(
    connectee: Client, reponses: dict[str, Any], poste_2: Poste
) -> None:
    assert connectee.post(NOUVEAU, reponses | {"poste": poste_2.pk}).status_code == 422


def test_one_who_left_plans_nothing_more(connectee: Client, reponses: dict[str, Any]) -> None:
    Affectation.objects.update(date_fin=dt.date(2026, 10, 12))
    assert connectee.post(NOUVEAU, reponses).status_code == 422


def test_dates_after_ones_end_are_said(connectee: Client, reponses: dict[str, Any]) -> None:
    Affectation.objects.update(date_fin=dt.date(2026, 11, 30))
    page = said(connectee.post(NOUVEAU, reponses))
    assert "3 dates hors de votre affectation : 3 décembre 2026" in page


# --- Correct -------------------------------------------------------------------------------


@pytest.fixture
def correction(creneau_brulon: Creneau) -> str:
    return f"/agenda/creneaux/{creneau_brulon.pk}/correction/"


def corrected(reponses: dict[str, Any], **autres: Any) -> dict[str, Any]:
    return reponses | {"date_debut": "2026-11-02", "date_fin": "", "jours": ["1"]} | autres


def test_a_correction_leaves_what_came_before(
    connectee: Client, creneau_brulon: Creneau, correction: str, reponses: dict[str, Any]
) -> None:
    voulu = corrected(reponses, heure_debut="10:00")
    page = said(connectee.post(correction, voulu))
    assert "La correction vaut à partir du 2 novembre 2026" in page
    assert "dates passées ne changent pas" in page
    confirm(connectee, correction, voulu)
    creneau_brulon.refresh_from_db()
    nouveau = Creneau.objects.exclude(pk=creneau_brulon.pk).get()
    assert (creneau_brulon.date_fin, creneau_brulon.heure_debut) == (
        dt.date(2026, 11, 1),
        dt.time(9),
    )
    assert (nouveau.date_debut, nouveau.heure_debut) == (dt.date(2026, 11, 2), dt.time(10))
    assert nouveau.recurrence == "FREQ=WEEKLY;BYDAY=TU"


def test_cancellations_to_come_follow_the_correction(
    connectee: Client, creneau_brulon: Creneau, correction: str, reponses: dict[str, Any],
    conseillere: Utilisateur,
) -> None:  # fmt: skip
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 11, 10), statut="annulee", motif="intemperies"
    )
    Fermeture.objects.create(
        code="agenda-1", creneau=creneau_brulon, motif="intemperies", posee_par=conseillere,
        date_debut=dt.date(2026, 10, 20), date_fin=dt.date(2026, 11, 3),
    )  # fmt: skip
    confirm(connectee, correction, corrected(reponses, heure_debut="10:00"))
    nouveau = Creneau.objects.exclude(pk=creneau_brulon.pk).get()
    assert Occurrence.objects.get().creneau == nouveau
    periodes = Fermeture.objects.order_by("date_debut").values_list(
        "creneau", "date_debut", "date_fin"
    )
    assert list(periodes) == [
        (creneau_brulon.pk, dt.date(2026, 10, 20), dt.date(2026, 11, 1)),
        (nouveau.pk, dt.date(2026, 11, 2), dt.date(2026, 11, 3)),
    ]


def test_a_creneau_to_come_is_corrected_in_place(
    connectee: Client, creneau_brulon: Creneau, correction: str, reponses: dict[str, Any]
) -> None:
    Creneau.objects.update(date_debut=dt.date(2026, 11, 3))
    confirm(connectee, correction, corrected(reponses, date_debut="2026-11-03", heure_fin="11:00"))
    creneau_brulon.refresh_from_db()
    assert (Creneau.objects.count(), creneau_brulon.heure_fin) == (1, dt.time(11))


def test_the_past_is_not_corrected(
    connectee: Client, correction: str, reponses: dict[str, Any]
) -> None:
    page = confirm(connectee, correction, corrected(reponses, date_debut="2026-10-06"))
    assert "Le passé ne change pas" in said(page)


def test_a_date_already_held_is_not_corrected(
    connectee: Client, conseillere: Utilisateur, creneau_brulon: Creneau, correction: str,
    reponses: dict[str, Any],
) -> None:  # fmt: skip
    jour = dt.date(2026, 10, 13)
    make_seance(conseillere, creneau_brulon.lieu, jour, creneau=creneau_brulon)
    page = confirm(connectee, correction, corrected(reponses, date_debut="2026-10-13"))
    assert "Le 13 octobre 2026 est déjà noté tenu" in said(page)
    assert Seance.objects.get().creneau.a_lieu_le(jour)


def test_one_week_out_of_two_stays_the_same_week(
    connectee: Client, creneau_brulon: Creneau, correction: str, reponses: dict[str, Any]
) -> None:
    Creneau.objects.update(recurrence="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")
    creneau_brulon = Creneau.objects.get()
    novembre = (dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    avant = creneau_brulon.dates_entre(*novembre)
    for debut in ("2026-11-02", "2026-11-09"):
        Creneau.objects.exclude(pk=creneau_brulon.pk).delete()
        Creneau.objects.update(date_fin=None)
        voulu = corrected(reponses, rythme="deux_semaines", heure_debut="10:00", date_debut=debut)
        confirm(connectee, correction, voulu)
        nouveau = Creneau.objects.exclude(pk=creneau_brulon.pk).get()
        assert nouveau.dates_entre(*novembre) == [j for j in avant if j.isoformat() >= debut]


def test_a_rule_that_the_form_cannot_say_is_kept_as_it_is(
    connectee: Client, creneau_brulon: Creneau, correction: str, reponses: dict[str, Any]
) -> None:
    Creneau.objects.update(recurrence="FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU,3TU")
    page = connectee.get(correction)
    assert page.context["form"]["rythme"].value() == "tel_quel"
    confirm(connectee, correction, corrected(reponses, rythme="tel_quel", jours=[]))
    nouveau = Creneau.objects.exclude(pk=creneau_brulon.pk).get()
    assert nouveau.recurrence == "FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU,3TU"


def test_a_colleagues_creneau_cannot_be_corrected(
    connectee: Client, atelier_la_fleche: Creneau, reponses: dict[str, Any]
) -> None:
    for acte in ("correction", "fin", "suppression"):
        adresse = f"/agenda/creneaux/{atelier_la_fleche.pk}/{acte}/"
        assert connectee.post(adresse, corrected(reponses)).status_code == 404


# --- End, delete ---------------------------------------------------------------------------


def test_an_ended_creneau_has_no_date_after_its_last_day(
    connectee: Client, creneau_brulon: Creneau
) -> None:
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 11, 10), statut="annulee", motif="intemperies"
    )
    adresse = f"/agenda/creneaux/{creneau_brulon.pk}/fin/"
    assert "dates passées ne changent pas" in said(connectee.get(adresse))
    connectee.post(adresse, {"dernier_jour": "2026-10-31"})
    creneau_brulon.refresh_from_db()
    assert creneau_brulon.date_fin == dt.date(2026, 10, 31)
    assert not Occurrence.objects.exists()


@pytest.mark.parametrize(
    ("dernier", "phrase"),
    [
        ("2026-09-30", "Le passé ne change pas"),
        ("2026-10-12", "Le 13 octobre 2026 est déjà noté tenu"),
        ("2024-12-31", "supprimez-le plutôt"),
    ],
)
def test_the_past_is_not_ended(
    connectee: Client, creneau_brulon: Creneau, dernier: str, phrase: str
) -> None:
    Occurrence.objects.create(creneau=creneau_brulon, date=dt.date(2026, 10, 13), statut="tenue")
    page = connectee.post(f"/agenda/creneaux/{creneau_brulon.pk}/fin/", {"dernier_jour": dernier})
    assert phrase in said(page)
    creneau_brulon.refresh_from_db()
    assert creneau_brulon.date_fin is None


def test_only_a_creneau_without_a_past_is_deleted(
    connectee: Client, creneau_brulon: Creneau
) -> None:
    adresse = f"/agenda/creneaux/{creneau_brulon.pk}/suppression/"
    assert "Ce créneau a un passé" in said(connectee.post(adresse, follow=True))
    Creneau.objects.update(date_debut=dt.date(2026, 10, 20))
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 10, 27), statut="annulee", motif="intemperies"
    )
    connectee.post(adresse)
    assert not Creneau.objects.exists()


def test_the_page_of_a_creneau_shows_what_is_next(
    connectee: Client, conseillere: Utilisateur, creneau_brulon: Creneau, poste_1: Poste
) -> None:
    Absence.objects.create(
        poste=poste_1, conseiller=conseillere.conseiller,
        date_debut="2026-10-20", date_fin="2026-10-20",
    )  # fmt: skip
    page = said(connectee.get(f"/agenda/creneaux/{creneau_brulon.pk}/2026-10-13/"))
    assert "tous les mardis, 9 h – 12 h" in page
    assert "mardi 20 octobre 2026" in page
    assert "Absence du conseiller" in page
