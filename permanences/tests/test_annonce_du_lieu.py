"""What a lieu announces to anybody, on its public page: days, hours, dates, never why."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conftest import make_seance
from conseillers.models import Absence, Affectation, Poste, Utilisateur
from permanences.annonces import SEUIL_THEME, THEMES, DateAnnoncee, rank_themes, say_closures
from permanences.enums import Thematique
from permanences.models import Creneau, Fermeture, LieuAccueil, Occurrence
from permanences.selectors.annonces import Annonce, annonce_of

pytestmark = pytest.mark.usefixtures("mardi_13_octobre", "conseillere")


def make_creneau(poste: Poste, lieu: LieuAccueil, regle: str, **champs: Any) -> Creneau:
    defauts = {
        "code": f"c{Creneau.objects.count()}", "nature": "permanence",
        "date_debut": dt.date(2026, 1, 5), "heure_debut": dt.time(9), "heure_fin": dt.time(12),
    }  # fmt: skip
    return Creneau.objects.create(poste=poste, lieu=lieu, recurrence=regle, **{**defauts, **champs})


def announced(lieu: LieuAccueil) -> Annonce:
    return annonce_of(lieu, timezone.localdate())


def plain(texte: str) -> str:
    return " ".join(texte.split())


def lines(lieu: LieuAccueil) -> list[tuple[str, str, str]]:
    return [
        (plain(r.quand), plain(" et ".join(r.heures)), plain(r.precision))
        for r in announced(lieu).rythmes
    ]


def seen(lieu: LieuAccueil) -> str:
    return plain(Client().get(f"/lieux/{lieu.code}/").content.decode())


# --- Days and hours ------------------------------------------------------------------------


def test_hours_of_the_same_days_are_one_line(
    creneau_brulon: Creneau, poste_1: Poste, mairie_brulon: LieuAccueil
) -> None:
    make_creneau(
        poste_1, mairie_brulon, "FREQ=WEEKLY;BYDAY=TU", heure_debut=dt.time(14),
        heure_fin=dt.time(17, 30),
    )  # fmt: skip
    assert lines(mairie_brulon) == [("tous les mardis", "9 h – 12 h et 14 h – 17 h 30", "")]


def test_two_advisors_at_the_same_hours_are_announced_once(
    creneau_brulon: Creneau, poste_2: Poste, mairie_brulon: LieuAccueil, conseiller_voisin: Any
) -> None:
    make_creneau(poste_2, mairie_brulon, "FREQ=WEEKLY;BYDAY=TU")
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 10, 20), statut="annulee", motif="autre"
    )
    annonce = announced(mairie_brulon)
    assert len(annonce.rythmes) == 1
    assert [d.jour.day for d in annonce.dates] == [13, 20, 27, 3]
    assert not any(d.fermee for d in annonce.dates), "the other one is there on the 20th"


def test_permanences_come_first_then_ateliers_with_their_title(
    creneau_brulon: Creneau, poste_1: Poste, mairie_brulon: LieuAccueil
) -> None:
    make_creneau(poste_1, mairie_brulon, "FREQ=WEEKLY;BYDAY=MO", nature="atelier", titre="Tablette")
    make_creneau(poste_1, mairie_brulon, "", nature="atelier", date_debut=dt.date(2026, 10, 15))
    assert lines(mairie_brulon) == [
        ("tous les mardis", "9 h – 12 h", ""),
        ("tous les lundis", "9 h – 12 h", "Atelier « Tablette »"),
        ("le jeudi 15 octobre 2026", "9 h – 12 h", "Atelier"),
    ]


def test_a_rule_says_its_start_its_end_and_its_next_date_when_one_needs_them(
    poste_1: Poste, mairie_brulon: LieuAccueil
) -> None:
    make_creneau(
        poste_1, mairie_brulon, "FREQ=WEEKLY;BYDAY=MO", date_debut=dt.date(2026, 11, 2),
        date_fin=dt.date(2026, 12, 18),
    )  # fmt: skip
    deux_semaines = make_creneau(poste_1, mairie_brulon, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH")
    assert dt.date(2026, 10, 15) in deux_semaines.dates_entre(*2 * [dt.date(2026, 10, 15)])
    Occurrence.objects.create(
        creneau=deux_semaines, date=dt.date(2026, 10, 15), statut="annulee", motif="autre"
    )
    assert [precision for _, _, precision in lines(mairie_brulon)] == [
        "à partir du 2 novembre 2026, jusqu’au 18 décembre 2026",
        "prochaine date : jeudi 29 octobre 2026",
    ]


def test_what_is_over_is_not_announced(
    creneau_brulon: Creneau, poste_1: Poste, mairie_brulon: LieuAccueil
) -> None:
    make_creneau(poste_1, mairie_brulon, "", date_debut=dt.date(2026, 10, 12))
    # Ends on a Thursday: its last Tuesday was yesterday's week.
    Creneau.objects.filter(pk=creneau_brulon.pk).update(date_fin=dt.date(2026, 10, 12))
    assert lines(mairie_brulon) == []


def test_it_is_valid_until_the_last_créneau_ends_or_without_end(
    creneau_brulon: Creneau, poste_1: Poste, mairie_brulon: LieuAccueil
) -> None:
    assert announced(mairie_brulon).valable_jusqu_au is None
    Creneau.objects.filter(pk=creneau_brulon.pk).update(date_fin=dt.date(2026, 12, 1))
    make_creneau(poste_1, mairie_brulon, "", date_debut=dt.date(2026, 12, 3))
    assert announced(mairie_brulon).valable_jusqu_au == dt.date(2026, 12, 3)


def test_access_is_said_once_when_it_is_the_same_everywhere(
    creneau_brulon: Creneau, poste_1: Poste, mairie_brulon: LieuAccueil
) -> None:
    assert announced(mairie_brulon).acces == "Sans rendez-vous"
    make_creneau(poste_1, mairie_brulon, "FREQ=WEEKLY;BYDAY=FR", acces="rendez_vous")
    annonce = announced(mairie_brulon)
    assert (annonce.acces, annonce.sur_rendez_vous) == ("", True)
    assert "demandez à l’accueil du lieu" in seen(mairie_brulon)
    LieuAccueil.objects.update(telephone="0261910050")
    assert "Pour un rendez-vous, appelez le 02 61 91 00 50." in seen(mairie_brulon)


# --- Closures ------------------------------------------------------------------------------


def test_a_cancelled_date_is_said_and_never_its_motive(
    creneau_brulon: Creneau, mairie_brulon: LieuAccueil, conseillere: Utilisateur, poste_1: Poste
) -> None:
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 10, 20), statut="annulee", motif="intemperies",
        motif_texte="Route coupée",
    )  # fmt: skip
    Absence.objects.create(
        poste=poste_1, conseiller=conseillere.conseiller, date_debut=dt.date(2026, 11, 3),
        date_fin=dt.date(2026, 11, 3),
    )  # fmt: skip
    page = seen(mairie_brulon)
    assert "Mardi 20 octobre 2026, 9 h – 12 h <span" in page
    assert page.count("Annulée") == 2
    for interdit in ("ntempéries", "Route", "bsence", "Nadia", "Brulon</", "poste"):
        assert interdit not in page
    assert [plain(p) for p in announced(mairie_brulon).fermetures] == [
        "mardi 20 octobre 2026", "mardi 3 novembre 2026",
    ]  # fmt: skip


def test_a_public_holiday_is_a_closure_unless_one_works_on_it(
    poste_1: Poste, mairie_brulon: LieuAccueil
) -> None:
    mercredi = make_creneau(poste_1, mairie_brulon, "FREQ=WEEKLY;BYDAY=WE")
    assert [plain(p) for p in announced(mairie_brulon).fermetures] == [
        "mercredi 11 novembre 2026 (jour férié)"
    ]
    Creneau.objects.filter(pk=mercredi.pk).update(feries=True)
    assert announced(mairie_brulon).fermetures == []


def test_a_long_closure_is_said_by_its_first_and_last_dates(
    creneau_brulon: Creneau, mairie_brulon: LieuAccueil
) -> None:
    Fermeture.objects.create(
        code="F", lieu=mairie_brulon, motif="fermeture_du_lieu", date_debut=dt.date(2026, 10, 19),
        date_fin=dt.date(2026, 11, 8),
    )  # fmt: skip
    assert [plain(p) for p in announced(mairie_brulon).fermetures] == [
        "du mardi 20 octobre 2026 au mardi 3 novembre 2026"
    ]


def test_only_some_hours_of_a_day_are_closed() -> None:
    def date(jour: int, heure: int, fermee: bool) -> DateAnnoncee:
        le = dt.date(2026, 10, jour)
        return DateAnnoncee(le, dt.time(heure), dt.time(heure + 2), "permanence", "", fermee)

    dates = [date(13, 9, True), date(13, 14, False), date(14, 9, True), date(15, 9, False)]
    assert [plain(p) for p in say_closures(dates)] == [
        "mardi 13 octobre 2026, 9 h – 11 h", "mercredi 14 octobre 2026",
    ]  # fmt: skip


def test_a_vacant_poste_suspends_its_lieu(
    creneau_brulon: Creneau, mairie_brulon: LieuAccueil
) -> None:
    Affectation.objects.update(date_fin=dt.date(2026, 10, 12))
    annonce = announced(mairie_brulon)
    assert (annonce.suspendu, annonce.fermetures) == (True, [])
    page = seen(mairie_brulon)
    assert "aucune permanence n’a lieu ici d’ici au 13 décembre 2026" in page
    assert "vacant" not in page


# --- What one can learn --------------------------------------------------------------------


def test_each_theme_is_in_one_phrase() -> None:
    tous = [theme for _, themes in THEMES for theme in themes]
    assert len(tous) == len(set(tous))
    assert set(tous) == set(Thematique)


def test_what_is_most_done_comes_first_once_it_singles_nobody_out() -> None:
    general = [phrase for phrase, _ in THEMES]
    bureautique = next(p for p, themes in THEMES if Thematique.BUREAUTIQUE in themes)
    peu = {("bureautique",): SEUIL_THEME - 1}
    assert rank_themes(peu, 3) == general[:3]
    assert rank_themes({**peu, ("bureautique", "email"): 1}, 3) == [bureautique, *general[:2]]


def test_the_themes_are_those_of_the_lieu(
    creneau_brulon: Creneau, mairie_brulon: LieuAccueil, mediatheque_la_fleche: LieuAccueil,
    conseillere: Utilisateur,
) -> None:  # fmt: skip
    general = announced(mairie_brulon).themes
    for lieu, theme, nombre in (
        (mairie_brulon, "scolarite_et_numerique", SEUIL_THEME),
        (mediatheque_la_fleche, "email", SEUIL_THEME + 1),
    ):
        for _ in range(nombre):
            make_seance(conseillere, lieu, dt.date(2026, 10, 6), thematiques=[theme])
    premier = announced(mairie_brulon).themes[0]
    assert premier == "Suivre la scolarité de ses enfants"
    assert premier not in general


# --- The page ------------------------------------------------------------------------------


def test_a_lieu_without_créneau_says_so(mairie_brulon: LieuAccueil) -> None:
    assert "Aucune permanence n’est prévue ici en ce moment." in seen(mairie_brulon)


def test_a_closed_lieu_says_so_whatever_its_créneaux(
    creneau_brulon: Creneau, mairie_brulon: LieuAccueil
) -> None:
    LieuAccueil.objects.update(actif=False)
    mairie_brulon.refresh_from_db()
    assert lines(mairie_brulon) == []
    page = seen(mairie_brulon)
    assert "Il n’y a plus de permanence" in page
    assert "Tous les mardis" not in page


def test_an_unknown_lieu_is_not_found(client: Client) -> None:
    assert client.get("/lieux/inconnu/").status_code == 404
    assert client.get("/lieux/inconnu/affiche/").status_code == 404


@pytest.mark.parametrize("code", ["a/b", "été 1", "100%", "a?b#c", "<b>"])
def test_any_code_of_a_file_has_its_page(mairie_brulon: LieuAccueil, code: str) -> None:
    LieuAccueil.objects.update(code=code)
    page = Client().get(reverse("permanences:lieu", args=[code]))
    assert page.status_code == 200
    assert "Mairie de Brûlon" in page.content.decode()


def test_a_hostile_name_is_text(mairie_brulon: LieuAccueil) -> None:
    LieuAccueil.objects.update(nom="<script>alert(1)</script>")
    page = seen(mairie_brulon)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_takes_ten_queries_whatever_the_plan(
    poste_1: Poste, mairie_brulon: LieuAccueil
) -> None:
    for rang in range(12):
        make_creneau(
            poste_1, mairie_brulon, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", heure_debut=dt.time(rang),
            heure_fin=dt.time(rang + 1),
        )  # fmt: skip
    with CaptureQueriesContext(connection) as requetes:
        assert Client().get(f"/lieux/{mairie_brulon.code}/").status_code == 200
    assert len(requetes) <= 10, [r["sql"] for r in requetes]
