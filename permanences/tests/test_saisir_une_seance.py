"""An advisor types a séance: what the form starts with, refuses, keeps and records."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client

from conftest import MOT_DE_PASSE, close_mois_brut, make_commune, make_seance, make_utilisateur
from conseillers.enums import Role
from conseillers.models import Affectation, Conseiller, Utilisateur
from permanences.models import Creneau, LieuAccueil, Seance
from territoires.models import EPCI, Commune

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")
ADRESSE = "/seances/nouvelle/"


@pytest.fixture
def connectee(client: Client, conseillere: Utilisateur) -> Client:
    client.force_login(conseillere)
    return client


@pytest.fixture
def reponses(mairie_brulon: LieuAccueil) -> dict[str, Any]:
    """The least that an ordinary individual séance asks for."""
    return {
        "cle": str(uuid.uuid4()),
        "date": "2026-10-13",
        "nature": "individuel",
        "canal": "lieu_activite",
        "lieu": mairie_brulon.pk,
        "duree": "45",
        "thematiques": ["email"],
        "nb_participants": "1",
    }


def test_from_a_creneau_only_the_duration_and_a_theme_are_left_to_say(
    connectee: Client, creneau_brulon: Creneau
) -> None:
    form = connectee.get(f"{ADRESSE}?creneau={creneau_brulon.pk}&date=2026-10-06").context["form"]
    initial = {n: v for n, v in form.initial.items() if n not in ("cle", "page_du")}
    assert initial == {
        "date": dt.date(2026, 10, 6),
        "nature": "individuel",
        "canal": "lieu_activite",
        "lieu": creneau_brulon.lieu_id,
        "creneau": creneau_brulon.pk,
        "titre": "",
        "nb_participants": 1,
    }


def test_the_only_creneau_of_today_is_proposed_by_itself(
    connectee: Client, creneau_brulon: Creneau
) -> None:
    assert connectee.get(ADRESSE).context["form"].initial["creneau"] == creneau_brulon.pk


def test_a_day_without_creneau_starts_at_that_date_hors_creneau(
    connectee: Client, creneau_brulon: Creneau
) -> None:
    initial = connectee.get(f"{ADRESSE}?date=2026-10-08").context["form"].initial
    assert (initial["date"], initial.get("creneau")) == (dt.date(2026, 10, 8), None)


def test_an_atelier_starts_with_its_nature_and_title(
    client: Client, conseiller_voisin: Utilisateur, atelier_la_fleche: Creneau
) -> None:
    client.force_login(conseiller_voisin)
    initial = (
        client.get(f"{ADRESSE}?creneau={atelier_la_fleche.pk}&date=2026-10-14")
        .context["form"]
        .initial
    )
    assert (initial["nature"], initial["titre"]) == ("atelier", "Premiers pas")


def test_a_seance_is_recorded_for_the_poste_held_that_day(
    connectee: Client, conseillere: Utilisateur, reponses: dict[str, Any], creneau_brulon: Creneau
) -> None:
    page = connectee.post(ADRESSE, reponses | {"creneau": creneau_brulon.pk}, follow=True)
    seance = Seance.objects.get()
    assert seance.auteur == conseillere.conseiller
    assert (seance.poste.numero, seance.creneau, seance.duree) == (1, creneau_brulon, 45)
    assert seance.epci.nom == "CC LBN Communauté"
    assert "Séance enregistrée." in page.content.decode()
    assert "Recommencer avec les mêmes réponses" in page.content.decode()


def test_the_same_page_posted_twice_is_one_seance(
    connectee: Client, reponses: dict[str, Any]
) -> None:
    premiere = connectee.post(ADRESSE, reponses)
    seconde = connectee.post(ADRESSE, reponses)
    assert premiere.headers["Location"] == seconde.headers["Location"]
    assert Seance.objects.count() == 1


def test_a_refused_form_keeps_everything_typed(connectee: Client, reponses: dict[str, Any]) -> None:
    page = connectee.post(
        ADRESSE,
        reponses
        | {"duree": "", "titre": "Tablettes", "age_soixante_dix_plus": "1", "materiel": "tablette"},
    )
    html = page.content.decode()
    assert page.status_code == 422
    assert "Rien n’est encore enregistré" in html
    assert "Choisissez la durée." in html
    assert 'value="Tablettes"' in html
    assert f'value="{reponses["cle"]}"' in html
    assert page.context["form"]["age_soixante_dix_plus"].value() == "1"
    assert 'value="email"' in html and html.count("checked") >= 4
    assert not Seance.objects.exists()


@pytest.mark.parametrize(
    ("saisie", "champ", "phrase"),
    [
        ({"thematiques": []}, "thematiques", "au moins une"),
        ({"date": "2026-10-14"}, "date", "à venir"),
        ({"date": "31/02/2026"}, "date", "date valide"),
        ({"lieu": ""}, "lieu", "Choisissez le lieu"),
        ({"canal": "domicile"}, "code_insee", "commune"),
        ({"canal": "domicile", "code_insee": "Bruxelles"}, "code_insee", "pas une commune connue"),
        ({"canal": "domicile", "code_insee": "72999"}, "code_insee", "n’existe pas"),
        ({"duree": "autre"}, "duree_autre", "en minutes"),
        ({"duree": "", "duree_autre": "1441"}, "duree_autre", "1440"),
        ({"nb_participants": "0"}, "nb_participants", "1"),
        ({"nb_premieres_venues": "2"}, "nb_premieres_venues", "dépassent"),
        ({"genre_feminin": "1", "genre_masculin": "1"}, None, "genre"),
        ({"titre": "Avec jeanne@exemple.fr"}, "titre", "N’écrivez aucun nom"),
        ({"titre": "Rappeler 06 12 34 56 78"}, "titre", "N’écrivez aucun nom"),
        ({"titre": "2 69 05 49 588 157 80"}, "titre", "N’écrivez aucun nom"),
    ],
)
def test_each_mistake_is_said_beside_its_field(
    connectee: Client,
    reponses: dict[str, Any],
    saisie: dict[str, Any],
    champ: str | None,
    phrase: str,
) -> None:
    erreurs = connectee.post(ADRESSE, reponses | saisie).context["form"].errors
    assert phrase in " ".join(erreurs[champ or "__all__"])
    assert not Seance.objects.exists()


def test_a_creneau_of_another_weekday_is_refused_with_its_rule(
    connectee: Client, reponses: dict[str, Any], creneau_brulon: Creneau
) -> None:
    page = connectee.post(ADRESSE, reponses | {"creneau": creneau_brulon.pk, "date": "2026-10-08"})
    assert "tous les mardis" in page.context["form"].errors["creneau"][0]


def test_nobody_elses_creneau_can_be_given(
    connectee: Client, reponses: dict[str, Any], atelier_la_fleche: Creneau
) -> None:
    page = connectee.post(ADRESSE, reponses | {"creneau": atelier_la_fleche.pk})
    assert "creneau" in page.context["form"].errors


@pytest.mark.parametrize("saisie", ["72050", "Brûlon (72050)", "brulon", " BRÛLON ", "72350"])
def test_a_commune_is_known_by_its_name_or_its_code(
    connectee: Client, reponses: dict[str, Any], brulon: Commune, saisie: str
) -> None:
    Commune.objects.update(codes_postaux=["72350"])
    connectee.post(ADRESSE, reponses | {"canal": "domicile", "code_insee": saisie})
    seance = Seance.objects.get()
    assert (seance.commune, seance.lieu) == (brulon, None)


def test_a_postal_code_shared_by_two_communes_asks_which(
    connectee: Client, reponses: dict[str, Any], brulon: Commune, lbn_communaute: EPCI
) -> None:
    make_commune("72019", "Avessé", lbn_communaute, 332, 47.9, -0.2)
    Commune.objects.update(codes_postaux=["72350"])
    page = connectee.post(ADRESSE, reponses | {"canal": "domicile", "code_insee": "72350"})
    assert "Avessé (72019), Brûlon (72050)" in page.context["form"].errors["code_insee"][0]


def test_another_duration_is_typed_in_minutes(connectee: Client, reponses: dict[str, Any]) -> None:
    connectee.post(ADRESSE, reponses | {"duree": "autre", "duree_autre": "75"})
    assert Seance.objects.get().duree == 75


def test_an_administrative_theme_brings_its_parent(
    connectee: Client, reponses: dict[str, Any]
) -> None:
    connectee.post(ADRESSE, reponses | {"thematiques": ["argent_impots"]})
    assert Seance.objects.get().thematiques == [
        "argent_impots",
        "aide_aux_demarches_administratives",
    ]


def test_own_most_used_themes_come_first(
    connectee: Client, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    for themes in (["sante"], ["sante", "bureautique"]):
        make_seance(conseillere, mairie_brulon, dt.date(2026, 10, 6), thematiques=themes)
    choix = connectee.get(ADRESSE).context["form"].fields["thematiques"].choices
    assert choix[0] == ("Vos plus fréquentes", [("sante", "Santé"), ("bureautique", "Bureautique")])


def test_a_closed_month_still_takes_a_forgotten_seance_and_says_so(
    connectee: Client, reponses: dict[str, Any]
) -> None:
    close_mois_brut(dt.date(2026, 9, 1))
    page = connectee.post(ADRESSE, reponses | {"date": "2026-09-15"}, follow=True)
    assert Seance.objects.get().hors_delai
    assert "Le mois était clos quand elle a été saisie" in page.content.decode()


def test_without_a_poste_that_day_the_seance_waits_and_says_so(
    connectee: Client, reponses: dict[str, Any]
) -> None:
    Affectation.objects.update(date_fin=dt.date(2026, 9, 30))
    page = connectee.post(ADRESSE, reponses, follow=True)
    assert Seance.objects.get().en_attente
    assert "En attente de rattachement" in page.content.decode()


def test_an_account_without_a_file_is_told_to_ask(client: Client, reponses: dict[str, Any]) -> None:
    client.force_login(make_utilisateur(Role.CONSEILLER, "Sans", "Fiche"))
    page = client.post(ADRESSE, reponses)
    assert "pas rattaché à un conseiller" in page.content.decode()
    assert not Conseiller.objects.exists()


def test_again_with_the_same_answers_less_what_was_said_of_the_people(
    connectee: Client, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    modele = make_seance(
        conseillere,
        mairie_brulon,
        dt.date(2026, 10, 6),
        duree=75,
        materiel=["tablette"],
        nb_premieres_venues=1,
        genre_feminin=1,
    )
    initial = connectee.get(f"{ADRESSE}?modele={modele.cle}").context["form"].initial
    assert (initial["duree"], initial["duree_autre"]) == ("autre", 75)
    assert (initial["date"], initial["materiel"]) == (dt.date(2026, 10, 6), ["tablette"])
    assert not initial.keys() & {"nb_premieres_venues", "genre_feminin"}
    assert initial["cle"] != modele.cle


def test_the_form_costs_the_same_whatever_the_past(
    connectee: Client,
    conseillere: Utilisateur,
    creneau_brulon: Creneau,
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(12):
        make_seance(conseillere, creneau_brulon.lieu, dt.date(2026, 10, 6))
    with django_assert_max_num_queries(12):
        connectee.get(f"{ADRESSE}?creneau={creneau_brulon.pk}&date=2026-10-13")


def test_a_seance_sent_after_the_session_ended_is_not_lost(
    client: Client, conseillere: Utilisateur, reponses: dict[str, Any]
) -> None:
    reponses |= {"thematiques": ["email", "sante"], "titre": "<b>"}
    page = client.post(ADRESSE, reponses).content.decode()
    assert "Ce que vous avez saisi est gardé" in page
    assert page.count('name="thematiques"') == 2
    assert 'value="&lt;b&gt;"' in page
    refuse = client.post(ADRESSE, reponses | {"login": conseillere.courriel, "password": "non"})
    assert f'name="cle" value="{reponses["cle"]}"' in refuse.content.decode()
    assert "non" not in [v for _, v in refuse.context["reponses"]]
    compte = {"login": conseillere.courriel, "password": MOT_DE_PASSE}
    page = client.post(ADRESSE, reponses | compte, follow=True)
    assert "Séance enregistrée." in page.content.decode()
    assert Seance.objects.get().thematiques == ["email", "sante"]


def test_signing_in_again_as_another_role_writes_nothing(
    client: Client, prefecture: Utilisateur, reponses: dict[str, Any]
) -> None:
    compte = {"login": prefecture.courriel, "password": MOT_DE_PASSE}
    assert client.post(ADRESSE, reponses | compte).status_code == 403
    assert not Seance.objects.exists()


ENORME = "9" * 25


@pytest.mark.parametrize(
    "adresse",
    [
        f"{ADRESSE}?creneau={ENORME}&date=2026-10-13",
        f"/creneaux/{ENORME}/2026-10-13/annulation/",
        f"{ADRESSE}?modele=00000000-0000-0000-0000-000000000000",
        "/aujourdhui/2000-01-01/",
        "/aujourdhui/2099-12-31/",
        "/mon-mois/2000-01/",
    ],
)
def test_an_address_that_leads_nowhere_is_not_found(connectee: Client, adresse: str) -> None:
    assert connectee.get(adresse).status_code == 404


@pytest.mark.parametrize(
    "adresse",
    [
        f"{ADRESSE}?date=2026-13-45",
        f"{ADRESSE}?modele=x&creneau=y",
        # Python refuses to read a number of more than 4,300 digits.
        f"{ADRESSE}?creneau={'9' * 5000}&date=2026-10-13",
        "/seances/?page=x",
    ],
)
def test_a_meaningless_address_is_a_plain_page(connectee: Client, adresse: str) -> None:
    assert connectee.get(adresse).status_code == 200


@pytest.mark.parametrize(
    "saisie",
    [
        {"lieu": ENORME},
        {"creneau": ENORME},
        {"creneau": "9" * 5000},
        {"nb_participants": ENORME},
        {"duree": "1441"},
        {"thematiques": ["inconnue"]},
        {"cle": "pas-une-cle"},
        {"titre": "a" * 151},
        {"titre": "nul\x00"},
        {"canal": "domicile", "code_insee": "\x00"},
    ],
)
def test_nonsense_is_refused_without_a_breakdown(
    connectee: Client, reponses: dict[str, Any], saisie: dict[str, Any]
) -> None:
    assert connectee.post(ADRESSE, reponses | saisie).status_code == 422
    assert not Seance.objects.exists()


def test_a_year_typed_wrong_is_refused_beside_the_date(
    connectee: Client, reponses: dict[str, Any]
) -> None:
    """Kept, it would wait for ever for a poste held in the year 206, and its page would break."""
    page = connectee.post(ADRESSE, reponses | {"date": "0206-10-13", "creneau": ""})
    assert page.status_code == 422
    assert "L’année 206 est trop ancienne" in page.context["form"].errors["date"][0]
    assert "0206-10-13" in page.content.decode()
