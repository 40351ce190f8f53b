"""TYPE `seances`."""

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from conseillers.models import Affectation, Conseiller, Poste, Utilisateur
from permanences.importers.seances import Seances
from permanences.models import Creneau, LieuAccueil, Mois, Seance
from territoires.models import Commune
from territoires.tests.imports import counts, import_text, noted, told

pytestmark = pytest.mark.usefixtures("conseillere", "creneau_brulon")
AUJOURD_HUI = "2025-12-01T12:00:00+01:00"
CLE = "3f2b8c1e-6d4a-4f0b-9a57-2c1d0e9f8a76"
BASE = {
    "cle": CLE,
    "poste": 1,
    "date": "2025-10-07",
    "nature": "individuel",
    "canal": "lieu_activite",
    "lieu": "mairie-72050",
    "code_insee": "",
    "creneau": "",
    "duree": 45,
    "nb_participants": 1,
    "thematiques": "email",
}


@pytest.fixture(autouse=True)
def un_jour() -> Any:
    with time_machine.travel(AUJOURD_HUI, tick=False):
        yield


def seances(*lignes: dict[str, Any]) -> str:
    """A file of séances that differ from BASE by these cells; each line has its own key."""
    completes = [
        BASE | {"cle": uuid.UUID(int=rang + 1, version=4)} | ligne
        for rang, ligne in enumerate(lignes)
    ]
    entete = list(dict.fromkeys(nom for ligne in completes for nom in ligne))
    return "\n".join(
        [
            ";".join(entete),
            *(";".join(str(ligne.get(nom, "")) for nom in entete) for ligne in completes),
        ]
    )


def errors_of(dossier: Path, **cellules: Any) -> list[str]:
    return told(import_text(dossier, Seances, seances(cellules)))


def close(annee: int, mois: int, le: dt.datetime) -> None:
    le = timezone.make_aware(le)
    Mois.objects.create(premier_jour=dt.date(annee, mois, 1), statut="clos", version=1, clos_le=le)


def test_a_full_line_is_a_full_row(
    tmp_path: Path, brulon: Commune, creneau_brulon: Creneau
) -> None:
    texte = seances(
        {
            "cle": CLE,
            "nature": "atelier",
            "creneau": "brulon-mardi",
            "nb_participants": 6,
            "nb_premieres_venues": 2,
            "thematiques": "email|sante",
            "age_soixante_dix_plus": 4,
            "genre_feminin": 5,
            "statut_retraite": 6,
            "titre": "Premiers pas",
            "materiel": "ordinateur|tablette",
            "niveau": "debutant",
            "orientation": "aide_sociale",
        }
    )
    assert counts(import_text(tmp_path, Seances, texte)) == (1, 0, 0, 0)
    seance = Seance.objects.get()
    assert (str(seance.cle), seance.creneau, seance.duree) == (CLE, creneau_brulon, 45)
    assert (seance.source, seance.saisie_le, seance.hors_delai) == ("import", None, False)
    assert (seance.code_insee, seance.commune, seance.departement) == ("72050", brulon, "72")
    assert (seance.epci, seance.auteur.prenom) == (brulon.epci, "Nadia")
    assert (seance.thematiques, seance.materiel) == (["email", "sante"], ["ordinateur", "tablette"])
    assert seance.groupe("age")["non_communique"] == 2
    assert counts(import_text(tmp_path, Seances, texte)) == (0, 0, 1, 0)


def test_a_line_under_a_known_key_corrects_the_row(tmp_path: Path) -> None:
    import_text(tmp_path, Seances, seances({}))
    avant = Seance.objects.get()
    assert counts(import_text(tmp_path, Seances, seances({"duree": 60}))) == (0, 1, 0, 0)
    apres = Seance.objects.get()
    assert (apres.pk, apres.duree, apres.cree_le) == (avant.pk, 60, avant.cree_le)


@pytest.mark.parametrize(
    ("canal", "lieu", "code_insee", "colonne", "phrase"),
    [
        ("lieu_activite", "", "", "lieu", "indiquez le lieu d’accueil (canal « lieu_activite »)."),
        ("domicile", "", "", "code_insee",
         "indiquez la commune de la séance (canal « domicile »)."),
        ("domicile", "mairie-72050", "72050", "lieu",
         "un lieu d’accueil ne va pas avec le canal « domicile » : videz cette case."),
        ("a_distance", "", "72050", "code_insee",
         "une séance à distance n’a pas de commune : videz cette case."),
        ("a_distance", "mairie-72050", "", "lieu",
         "un lieu d’accueil ne va pas avec le canal « a_distance » : videz cette case."),
        ("lieu_activite", "mairie-72050", "72181", "code_insee",
         "le lieu mairie-72050 est dans la commune 72050, pas 72181 : laissez cette case vide."),
        ("lieu_activite", "ecole", "", "lieu",
         "aucun lieu n’a le code ecole : importez d’abord le fichier « lieux »."),
        ("autre_lieu", "", "72888", "code_insee",
         "Le code INSEE 72888 n’existe pas dans le département 72, ni aujourd’hui ni parmi les "
         "anciens codes : vérifiez-le."),
    ],
)  # fmt: skip
def test_the_place_fits_the_canal(
    tmp_path: Path, le_mans: Commune, canal: str, lieu: str, code_insee: str, colonne: str,
    phrase: str,
) -> None:  # fmt: skip
    [erreur] = errors_of(tmp_path, canal=canal, lieu=lieu, code_insee=code_insee)
    assert erreur == f"ligne 2, colonne {colonne} : {phrase}"


def test_where_it_took_place_is_copied(tmp_path: Path, le_mans: Commune) -> None:
    texte = seances(
        {"code_insee": "72050"},
        {"canal": "domicile", "lieu": "", "code_insee": "72181"},
        {"canal": "autre_lieu", "lieu": "", "code_insee": "35238"},
        {"canal": "a_distance", "lieu": ""},
    )
    assert counts(import_text(tmp_path, Seances, texte)) == (4, 0, 0, 0)
    ou = list(
        Seance.objects.order_by("pk").values_list("code_insee", "commune", "epci", "departement")
    )
    assert ou == [
        ("72050", "72050", "200040475", "72"),
        ("72181", "72181", "247200132", "72"),
        ("35238", None, None, "35"),
        ("", None, None, ""),
    ]


@pytest.mark.parametrize(
    ("cellules", "attendues"),
    [
        ({"poste": 9}, ["colonne poste : le poste 9 n’existe pas : importez d’abord le fichier "
                        "« postes »."]),
        ({"date": "2024-12-31"}, ["colonne date : hors affectation : personne ne tient le poste 1 "
                                  "le 31/12/2024."]),
        ({"date": "2025-12-02"}, ["colonne date : Cette date est à venir : une séance se saisit "
                                  "une fois qu’elle a eu lieu."]),
        ({"creneau": "brulon-mardi", "date": "2025-10-08"},
         ["colonne creneau : Le créneau brulon-mardi n’a pas lieu le 08/10/2025 (il a lieu tous "
          "les mardis, 9 h – 12 h) : corrigez la date ou le créneau."]),
        ({"duree": 0}, ["colonne duree : La durée va de 1 à 1 440 minutes."]),
        ({"duree": 1441}, ["colonne duree : La durée va de 1 à 1 440 minutes."]),
        ({"duree": "une heure"}, ["colonne duree : « une heure » n’est pas un nombre entier."]),
        ({"nb_participants": 0}, ["colonne nb_participants : Le nombre de participants va de 1 à "
                                  "10 000."]),
        ({"nb_premieres_venues": 2}, ["colonne nb_premieres_venues : Les premières venues "
                                      "dépassent le nombre de participants."]),
        ({"age_moins_de_douze": 1, "age_soixante_dix_plus": 1},
         ["colonne nb_participants : Le total par tranche d’âge dépasse le nombre de "
          "participants."]),
        ({"genre_feminin": 2}, ["colonne nb_participants : Le total par genre dépasse le nombre de "
                                "participants."]),
        ({"statut_retraite": 2}, ["colonne nb_participants : Le total par statut dépasse le nombre "
                                  "de participants."]),
        ({"thematiques": ""}, ["colonne thematiques : cette case doit être remplie."]),
        ({"materiel": "minitel"}, ["colonne materiel : « minitel » n’est pas accepté : choisissez "
                                   "parmi ordinateur, telephone, tablette, autre, aucun."]),
        ({"titre": "Appeler le 06 12 34 56 78"},
         ["colonne titre : Ce texte ressemble à un numéro de téléphone : retirez ce passage. "
          "N’écrivez aucun nom ni aucune coordonnée."]),
        ({"cle": "12", "duree": 0},
         ["colonne cle : « 12 » n’est pas un identifiant UUID (exemple : "
          "3f2b8c1e-6d4a-4f0b-9a57-2c1d0e9f8a76).",
          "colonne duree : La durée va de 1 à 1 440 minutes."]),
    ],
)  # fmt: skip
def test_a_wrong_line_says_why(
    tmp_path: Path, cellules: dict[str, Any], attendues: list[str]
) -> None:
    erreurs = [erreur.removeprefix("ligne 2, ") for erreur in errors_of(tmp_path, **cellules)]
    assert [erreur.replace("\u00a0", " ") for erreur in erreurs] == attendues
    assert not Seance.objects.exists()


def test_the_same_key_twice_names_the_first_line(tmp_path: Path) -> None:
    bilan = import_text(tmp_path, Seances, seances({"cle": CLE}, {}, {"cle": CLE.upper()}))
    assert told(bilan) == ["ligne 4, colonne cle : même cle que la ligne 2."]


def test_the_author_is_the_principal_else_the_replacement(tmp_path: Path, poste_1: Poste) -> None:
    principale = Affectation.objects.get(poste=poste_1)
    principale.date_fin = dt.date(2025, 10, 7)
    principale.save()
    remplacante = Conseiller.objects.create(courriel="r@x.fr", prenom="Rose", nom="R")
    Affectation.objects.create(
        poste=poste_1, conseiller=remplacante, date_debut=dt.date(2025, 1, 1),
        type_contrat="CDD", role="remplacement",
    )  # fmt: skip
    import_text(tmp_path, Seances, seances({}, {"date": "2025-10-08"}))
    auteurs = Seance.objects.order_by("date").values_list("auteur__prenom", flat=True)
    assert list(auteurs) == ["Nadia", "Rose"]


def test_a_formula_in_a_title_is_kept_as_text(tmp_path: Path) -> None:
    texte = seances({"titre": "=1+1"}, {"titre": "'=1+1"})
    import_text(tmp_path, Seances, texte)
    assert set(Seance.objects.values_list("titre", flat=True)) == {"=1+1"}


# --- Closed months -------------------------------------------------------------------------


def test_a_forgotten_seance_of_a_closed_month_is_marked(tmp_path: Path) -> None:
    close(2025, 10, dt.datetime(2025, 11, 10, 9))
    bilan = import_text(tmp_path, Seances, seances({}, {"date": "2025-11-04"}))
    assert noted(bilan) == [
        "ligne 2 : le mois d’octobre 2025 est clos : séance acceptée « hors délai », comptée comme "
        "régularisation."
    ]
    assert list(Seance.objects.order_by("date").values_list("hors_delai", flat=True)) == [
        True,
        False,
    ]


@pytest.mark.parametrize("cellules", [{"duree": 60}, {"date": "2025-11-04"}])
def test_a_seance_of_a_closed_month_is_not_changed(
    tmp_path: Path, cellules: dict[str, Any]
) -> None:
    import_text(tmp_path, Seances, seances({}))
    close(2025, 10, dt.datetime(2025, 11, 10, 9))
    assert counts(import_text(tmp_path, Seances, seances({}))) == (0, 0, 1, 0)
    [erreur] = errors_of(tmp_path, **cellules)
    assert erreur.startswith(
        "ligne 2, colonne date : Le mois d’octobre 2025 est clos depuis le 10/11/2025 : "
    )
    assert Seance.objects.get().duree == 45


def test_a_seance_does_not_move_into_a_closed_month(tmp_path: Path) -> None:
    import_text(tmp_path, Seances, seances({"date": "2025-11-04"}))
    close(2025, 10, dt.datetime(2025, 11, 10, 9))
    [erreur] = errors_of(tmp_path)
    assert "Le mois d’octobre 2025 est clos" in erreur


def test_a_late_seance_stays_open_until_a_closing_has_counted_it(tmp_path: Path) -> None:
    close(2025, 10, dt.datetime(2025, 11, 10, 9))
    import_text(tmp_path, Seances, seances({}))
    assert counts(import_text(tmp_path, Seances, seances({"duree": 50}))) == (0, 1, 0, 0)
    close(2025, 11, dt.datetime(2025, 12, 5, 9))
    [erreur] = errors_of(tmp_path, duree=55)
    assert "Le mois d’octobre 2025 est clos" in erreur


def test_a_deleted_seance_does_not_come_back(tmp_path: Path) -> None:
    import_text(tmp_path, Seances, seances({}))
    Seance.objects.update(supprimee_le=timezone.now())
    assert errors_of(tmp_path) == [
        "ligne 2, colonne cle : cette séance a été supprimée le 01/12/2025 : retirez la ligne, ou "
        "donnez-lui une nouvelle clé."
    ]


# --- Writing -------------------------------------------------------------------------------


def test_the_cost_in_queries_does_not_follow_the_lines(
    tmp_path: Path, mairie_brulon: LieuAccueil, django_assert_max_num_queries: Any
) -> None:
    texte = seances(*({} for _ in range(500)))
    with django_assert_max_num_queries(30):
        assert import_text(tmp_path, Seances, texte).crees == 500
    with django_assert_max_num_queries(30):
        assert import_text(tmp_path, Seances, texte).inchanges == 500


def test_what_the_database_alone_refuses_becomes_the_error_of_its_line(
    tmp_path: Path, conseillere: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were a rule forgotten in Python, the constraint would still speak, of the right line."""
    monkeypatch.setattr("territoires.importers.moteur.rules_of", lambda modele: ())
    texte = seances({}, {"duree": 0}, {"genre_feminin": 2}, {})
    assert [erreur.split(" : ")[1:] for erreur in told(import_text(tmp_path, Seances, texte))] == [
        ["La durée va de 1 à 1 440 minutes."],
        ["Le total par genre dépasse le nombre de participants."],
    ]
    rejets = tmp_path / "rejets.csv"
    bilan = import_text(tmp_path, Seances, texte, rejets=rejets)
    assert counts(bilan) == (2, 0, 0, 2)


def test_a_trigger_speaks_french_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    close(2025, 10, dt.datetime(2025, 11, 10, 9))
    monkeypatch.setattr(Seances, "check", lambda self, ligne: None)
    assert errors_of(tmp_path) == [
        "ligne 2 : Ce mois est clos : ce qui y est enregistré ne peut plus être modifié ni "
        "supprimé."
    ]


def test_columns_that_name_the_public_are_passed_over_and_said(tmp_path: Path) -> None:
    bilan = import_text(tmp_path, Seances, seances({"nom": "Zénobie", "Téléphone": "0612345678"}))
    assert counts(bilan) == (1, 0, 0, 0)
    notes = " ".join(noted(bilan))
    assert "colonne « nom » écartée" in notes and "colonne « téléphone » écartée" in notes
    assert Seance.objects.count() == 1
    assert "Zénobie" not in str(list(Seance.objects.values()))


def test_an_unknown_column_that_names_nobody_is_still_refused_by_its_name(tmp_path: Path) -> None:
    [erreur] = errors_of(tmp_path, nom_du_lieu="Mairie")
    assert erreur.startswith("ligne 1, colonne nom_du_lieu : colonne inconnue.")


def test_refused_lines_hold_nobody(tmp_path: Path) -> None:
    """Neither the column set aside, nor a telephone in a title, nor a line that is shifted."""
    texte = seances(
        {"nom": "Zénobie", "titre": "Atelier, 06 12 34 56 78"}, {"nom": "Zoé", "duree": 0}
    )
    texte += "\nx;Zacharie\n"
    rejets = tmp_path / "rejets.csv"
    bilan = import_text(tmp_path, Seances, texte, rejets=rejets)
    assert bilan.refuses == 3
    garde = rejets.read_text(encoding="utf-8-sig")
    assert not [nom for nom in ("Zénobie", "Zoé", "Zacharie", "nom;", "12 34") if nom in garde]
    assert "Atelier, [retiré]" in garde and "ligne 4, non recopiée" in garde
