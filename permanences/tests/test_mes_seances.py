"""An advisor finds, corrects and withdraws their own séances; nobody else's."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client

from conftest import close_mois_brut, make_seance
from conseillers.models import Affectation, Utilisateur
from permanences.forms import initial_of_seance
from permanences.models import LieuAccueil, Seance

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")
OCTOBRE_6 = dt.date(2026, 10, 6)


@pytest.fixture
def connectee(client: Client, conseillere: Utilisateur) -> Client:
    client.force_login(conseillere)
    return client


@pytest.fixture
def seance(conseillere: Utilisateur, mairie_brulon: LieuAccueil) -> Seance:
    return make_seance(conseillere, mairie_brulon, OCTOBRE_6)


def answers(seance: Seance, **changes: Any) -> dict[str, Any]:
    return {n: v for n, v in (initial_of_seance(seance) | changes).items() if v not in (None, "")}


def test_without_any_seance_the_page_says_where_to_start(connectee: Client) -> None:
    assert "La première se saisit depuis" in connectee.get("/seances/").content.decode()


def test_the_list_has_the_totals_of_what_is_found(
    connectee: Client, conseillere: Utilisateur, mairie_brulon: LieuAccueil, seance: Seance
) -> None:
    make_seance(
        conseillere, mairie_brulon, dt.date(2026, 9, 29), nature="atelier", nb_participants=8,
        duree=120, titre="Tablettes", thematiques=["sante"],
    )  # fmt: skip
    totaux = connectee.get("/seances/").context["totaux"]
    assert (totaux.seances, totaux.participations, totaux.minutes) == (2, 9, 150)


@pytest.mark.parametrize(
    ("requete", "trouvees"),
    [
        ("texte=brulon", 2),
        ("texte=Mairie", 2),
        ("texte=santé", 1),
        ("texte=tablettes", 1),
        ("texte=introuvable", 0),
        ("du=2026-10-01", 1),
        ("au=2026-09-30", 1),
        ("du=2026-09-29&au=2026-10-06&texte=mail", 1),
        ("etat=en_attente", 0),
        ("etat=hors_delai", 0),
        ("mois=2026-09", 1),
        ("mois=2026-10&texte=tablettes", 0),
    ],
)
def test_a_search_by_place_theme_title_or_period(
    connectee: Client,
    conseillere: Utilisateur,
    mairie_brulon: LieuAccueil,
    seance: Seance,
    requete: str,
    trouvees: int,
) -> None:
    make_seance(
        conseillere, mairie_brulon, dt.date(2026, 9, 29), titre="Tablettes", thematiques=["sante"]
    )
    assert connectee.get(f"/seances/?{requete}").context["totaux"].seances == trouvees


def test_a_state_finds_what_waits_and_what_came_late(
    connectee: Client, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    close_mois_brut(dt.date(2026, 9, 1))
    make_seance(conseillere, mairie_brulon, dt.date(2026, 9, 2), nb_participants=2)
    Affectation.objects.update(date_fin=dt.date(2026, 10, 1))
    make_seance(conseillere, mairie_brulon, OCTOBRE_6, nb_participants=3)
    trouvees = {
        etat: connectee.get(f"/seances/?etat={etat}").context["totaux"].participations
        for etat in ("", "hors_delai", "en_attente")
    }
    assert trouvees == {"": 5, "hors_delai": 2, "en_attente": 3}


def test_a_seance_is_done_again_or_corrected_from_the_list(
    connectee: Client, conseillere: Utilisateur, mairie_brulon: LieuAccueil, seance: Seance
) -> None:
    page = connectee.get("/seances/").content.decode()
    assert f"/seances/nouvelle/?modele={seance.cle}" in page
    assert f"/seances/{seance.cle}/correction/" in page
    close_mois_brut(dt.date(2026, 10, 1))
    assert f"/seances/{seance.cle}/correction/" not in connectee.get("/seances/").content.decode()


def test_nothing_found_says_what_to_do(connectee: Client, seance: Seance) -> None:
    assert "Enlevez un critère" in connectee.get("/seances/?texte=zzz").content.decode()


def test_each_state_is_said_in_words(
    connectee: Client, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    make_seance(conseillere, mairie_brulon, dt.date(2026, 9, 1))
    close_mois_brut(dt.date(2026, 9, 1))
    make_seance(conseillere, mairie_brulon, dt.date(2026, 9, 2))
    Affectation.objects.update(date_fin=dt.date(2026, 10, 1))
    make_seance(conseillere, mairie_brulon, OCTOBRE_6)
    page = connectee.get("/seances/").content.decode()
    assert [page.count(f">{e}</span>") for e in ("Mois clos", "Hors délai")] == [1, 1]
    assert page.count("En attente de rattachement</span>") == 1


def test_pages_keep_the_search_and_cost_the_same(
    connectee: Client,
    conseillere: Utilisateur,
    mairie_brulon: LieuAccueil,
    django_assert_num_queries: Any,
) -> None:
    for rang in range(30):
        make_seance(conseillere, mairie_brulon, dt.date(2026, 9, 1) + dt.timedelta(days=rang))
    connectee.get("/")
    with django_assert_num_queries(8):
        page = connectee.get("/seances/?texte=mairie&page=1")
    assert "?texte=mairie&amp;page=2" in page.content.decode()
    assert len(connectee.get("/seances/?texte=mairie&page=2").context["page"]) == 5


def test_a_correction_replaces_the_answers(connectee: Client, seance: Seance) -> None:
    adresse = f"/seances/{seance.cle}/correction/"
    assert connectee.get(adresse).context["form"].initial["duree"] == "30"
    connectee.post(adresse, answers(seance, duree="90", thematiques=["bureautique", "email"]))
    seance.refresh_from_db()
    assert (seance.duree, seance.thematiques) == (90, ["bureautique", "email"])


def test_a_correction_can_move_it_to_somebodys_home(connectee: Client, seance: Seance) -> None:
    connectee.post(
        f"/seances/{seance.cle}/correction/",
        answers(seance, canal="domicile", code_insee="Brûlon (72050)"),
    )
    seance.refresh_from_db()
    assert (seance.lieu, seance.commune.nom) == (None, "Brûlon")


def test_a_refused_correction_changes_nothing_and_keeps_what_was_typed(
    connectee: Client, seance: Seance
) -> None:
    page = connectee.post(
        f"/seances/{seance.cle}/correction/", answers(seance, duree="60", nb_participants="0")
    )
    assert page.context["form"]["duree"].value() == "60"
    seance.refresh_from_db()
    assert seance.duree == 30


def test_a_deletion_asks_once_then_withdraws(connectee: Client, seance: Seance) -> None:
    adresse = f"/seances/{seance.cle}/suppression/"
    assert "Supprimer cette séance" in connectee.get(adresse).content.decode()
    page = connectee.post(adresse, follow=True)
    assert "Séance supprimée." in page.content.decode()
    assert connectee.get(f"/seances/{seance.cle}/").status_code == 404


@pytest.mark.parametrize("geste", ["correction", "suppression"])
def test_a_closed_month_refuses_with_the_one_sentence(
    connectee: Client, seance: Seance, geste: str
) -> None:
    close_mois_brut(dt.date(2026, 10, 1))
    page = connectee.post(
        f"/seances/{seance.cle}/{geste}/", answers(seance, duree="60"), follow=True
    ).content.decode()
    assert "est clos depuis le 13/10/2026" in page
    assert "Signalez la correction au Département" in page
    assert f"/seances/{seance.cle}/correction/" not in page
    seance.refresh_from_db()
    assert (seance.duree, seance.supprimee_le) == (30, None)


@pytest.mark.parametrize("page", ["", "correction/", "suppression/"])
def test_another_advisors_seance_does_not_exist(
    client: Client, conseiller_voisin: Utilisateur, seance: Seance, page: str
) -> None:
    client.force_login(conseiller_voisin)
    assert client.get(f"/seances/{seance.cle}/{page}").status_code == 404
    assert client.get(f"/seances/nouvelle/?modele={seance.cle}").status_code == 404
    assert client.get("/seances/").context["totaux"].seances == 0


def test_an_unknown_key_does_not_exist(connectee: Client) -> None:
    assert connectee.get(f"/seances/{uuid.uuid4()}/").status_code == 404


@pytest.mark.parametrize("role", ["gestionnaire", "direction", "employeur", "prefecture"])
@pytest.mark.parametrize(
    "adresse", ["/aujourdhui/", "/seances/", "/seances/nouvelle/", "/mon-mois/"]
)
def test_the_advisors_pages_are_theirs_alone(
    client: Client, request: pytest.FixtureRequest, role: str, adresse: str
) -> None:
    client.force_login(request.getfixturevalue(role))
    page = client.get(adresse)
    assert page.status_code == 403
    assert "Votre compte n’ouvre pas cette page" in page.content.decode()
