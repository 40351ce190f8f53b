"""Many créneaux prolonged or moved in one act: all of them or none."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse

from conseillers.models import Poste, Utilisateur
from permanences import services
from permanences.models import Creneau, LieuAccueil, Occurrence
from permanences.services.commun import take_turns

pytestmark = pytest.mark.usefixtures("mardi_10_novembre")
FIN = dt.date(2026, 12, 31)
JUIN = dt.date(2027, 6, 30)
PREMIER_DECEMBRE = dt.date(2026, 12, 1)
ADRESSE = "admin:permanences_creneaux_en_nombre"


@pytest.fixture
def deux(creneau_brulon: Creneau, atelier_la_fleche: Creneau, conseillere: Any) -> list[Creneau]:
    Creneau.objects.update(date_fin=FIN)
    return list(Creneau.objects.order_by("code"))


def test_all_are_prolonged(deux: list[Creneau], gestionnaire: Utilisateur):
    services.prolong_creneaux(utilisateur=gestionnaire, creneaux=deux, jusqu_au=JUIN)
    assert set(Creneau.objects.values_list("date_fin", flat=True)) == {JUIN}


def test_one_refused_and_none_is_prolonged(deux: list[Creneau], gestionnaire: Utilisateur):
    Poste.objects.filter(numero=2).update(date_rendu=dt.date(2027, 3, 1))
    with pytest.raises(services.RefusEnNombre, match="rendu le 1er\u00a0mars\u00a02027") as refus:
        services.prolong_creneaux(utilisateur=gestionnaire, creneaux=deux, jusqu_au=JUIN)
    assert [bool(c.refus) for c in refus.value.changements] == [False, True]
    assert set(Creneau.objects.values_list("date_fin", flat=True)) == {FIN}


def test_one_that_is_over_begins_again_and_keeps_its_week_of_two(
    deux: list[Creneau], gestionnaire: Utilisateur
):
    brulon = deux[0]
    brulon.recurrence, brulon.date_fin = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", dt.date(2026, 10, 6)
    brulon.save()
    services.prolong_creneaux(utilisateur=gestionnaire, creneaux=[brulon], jusqu_au=JUIN)
    brulon.refresh_from_db()
    assert brulon.date_fin == dt.date(2026, 10, 6)
    suite = Creneau.objects.exclude(pk__in=[c.pk for c in deux]).get()
    sans_fin = Creneau(date_debut=brulon.date_debut, recurrence=brulon.recurrence)
    attendues = sans_fin.dates_entre(dt.date(2026, 11, 10), JUIN)
    assert suite.dates_entre(dt.date(2026, 1, 1), dt.date(2028, 1, 1)) == attendues


@pytest.mark.parametrize(
    ("champs", "jusqu_au", "phrase"),
    [
        ({"date_fin": None}, JUIN, "n’a pas de fin"),
        ({"recurrence": ""}, JUIN, "qu’une fois"),
        ({}, dt.date(2026, 11, 30), "date plus tard"),
    ],
)
def test_what_cannot_be_prolonged_says_why(
    deux: list[Creneau], gestionnaire: Utilisateur, champs: dict, jusqu_au: dt.date, phrase: str
):
    Creneau.objects.filter(pk=deux[0].pk).update(**champs)
    with pytest.raises(services.RefusEnNombre, match=phrase):
        services.prolong_creneaux(utilisateur=gestionnaire, creneaux=deux[:1], jusqu_au=jusqu_au)


def test_moved_to_another_lieu_the_past_stays_and_cancellations_follow(
    deux: list[Creneau], gestionnaire: Utilisateur, mediatheque_la_fleche: LieuAccueil
):
    brulon = deux[0]
    annulee = Occurrence.objects.create(
        creneau=brulon, date=dt.date(2026, 12, 8), statut="annulee", motif="intemperies"
    )
    services.move_creneaux(
        utilisateur=gestionnaire, creneaux=[brulon], depuis=PREMIER_DECEMBRE,
        lieu=mediatheque_la_fleche,
    )  # fmt: skip
    brulon.refresh_from_db()
    nouveau = Creneau.objects.get(lieu=mediatheque_la_fleche, date_debut=PREMIER_DECEMBRE)
    assert (brulon.date_fin, nouveau.date_fin) == (dt.date(2026, 11, 30), FIN)
    annulee.refresh_from_db()
    assert annulee.creneau == nouveau


def test_moved_to_another_poste_from_a_day(
    deux: list[Creneau], gestionnaire: Utilisateur, poste_2: Poste
):
    services.move_creneaux(
        utilisateur=gestionnaire, creneaux=deux[:1], depuis=PREMIER_DECEMBRE, poste=poste_2
    )
    nouveau = Creneau.objects.get(date_debut=PREMIER_DECEMBRE)
    assert (nouveau.poste, nouveau.lieu) == (poste_2, deux[0].lieu)


def test_nobody_is_sent_to_two_places_at_once(
    deux: list[Creneau], gestionnaire: Utilisateur, conseiller_voisin: Any, poste_2: Poste
):
    Creneau.objects.filter(pk=deux[1].pk).update(
        recurrence="FREQ=WEEKLY;BYDAY=TU", heure_debut=dt.time(10), heure_fin=dt.time(11)
    )
    with pytest.raises(services.RefusEnNombre, match="aussi ailleurs"):
        services.move_creneaux(
            utilisateur=gestionnaire, creneaux=deux[:1], depuis=PREMIER_DECEMBRE, poste=poste_2
        )
    assert Creneau.objects.count() == 2


def test_the_past_does_not_move(deux: list[Creneau], gestionnaire: Utilisateur, poste_2: Poste):
    with pytest.raises(services.RefusEnNombre, match="passé ne change pas"):
        services.move_creneaux(
            utilisateur=gestionnaire, creneaux=deux[:1], depuis=dt.date(2026, 11, 3), poste=poste_2
        )


def test_the_page_shows_then_does(deux: list[Creneau], client: Client, gestionnaire: Utilisateur):
    client.force_login(gestionnaire)
    page = client.get(reverse(ADRESSE), {"avant": "2026-12-31"})
    assert len(page.context["creneaux"]) == 2
    envoi = {"creneaux": [c.pk for c in deux], "acte": "prolonger", "date": "2027-06-30"}
    apercu = client.post(reverse(ADRESSE), envoi).content.decode()
    assert "Modifier 2\u00a0créneaux" in apercu
    assert set(Creneau.objects.values_list("date_fin", flat=True)) == {FIN}
    fait = client.post(reverse(ADRESSE), envoi | {"confirmer": "1"}, follow=True)
    assert "2\u00a0créneaux modifiés" in fait.content.decode()
    assert set(Creneau.objects.values_list("date_fin", flat=True)) == {JUIN}


def test_the_page_filters_and_says_what_is_missing(
    deux: list[Creneau], client: Client, gestionnaire: Utilisateur, poste_2: Poste
):
    client.force_login(gestionnaire)
    page = client.get(reverse(ADRESSE), {"poste": poste_2.pk})
    assert [c.poste for c in page.context["creneaux"]] == [poste_2]
    reponse = client.post(reverse(ADRESSE), {"acte": "lieu", "date": "2026-12-01"})
    texte = reponse.content.decode()
    assert "Choisissez le nouveau lieu." in texte and "Cochez au moins un créneau." in texte


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("tenu", [1, 2])
def test_a_departure_under_way_is_waited_for_on_either_poste(
    creneau_brulon: Creneau, conseillere: Any, poste_2: Poste, gestionnaire: Utilisateur, tenu: int
) -> None:
    """Each would otherwise hold what the other needs: a poste, and its créneaux."""
    poste = Poste.objects.get(numero=tenu)
    pris, fini = threading.Event(), threading.Event()

    def depart() -> None:
        with transaction.atomic():
            take_turns(f"plan {poste.pk}")
            pris.set()
            fini.wait(10)
        connection.close()

    fil = threading.Thread(target=depart)
    fil.start()
    pris.wait(10)
    try:
        with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
            connection.cursor().execute("SET LOCAL lock_timeout = '300ms'")
            services.move_creneaux(
                utilisateur=gestionnaire, creneaux=[creneau_brulon], depuis=PREMIER_DECEMBRE,
                poste=poste_2,
            )  # fmt: skip
    finally:
        fini.set()
        fil.join()
