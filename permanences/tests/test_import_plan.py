"""TYPES `lieux`, `creneaux`, `fermetures`, `occurrences`, `declarations`."""

import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from conseillers.models import Poste
from permanences.importers.plan import (
    CreneauxDuPlan,
    Declarations,
    Fermetures,
    Lieux,
    Occurrences,
)
from permanences.models import Creneau, Declaration, Fermeture, LieuAccueil, Mois, Occurrence
from territoires.models import Commune, CommuneAncienne
from territoires.tests.imports import counts, import_text, noted, told

LIEUX = "code;nom;type;adresse;code_insee;latitude;longitude;siret;actif;qpv;accessible\n"
CRENEAUX = (
    "code;poste;lieu;nature;titre;date_debut;date_fin;heure_debut;heure_fin;recurrence;capacite;"
    "feries;acces\n"
)
CLOS = (
    "Le mois d’octobre 2025 est clos depuis le 10/11/2025 : ce qui y est enregistré ne peut plus "
    "être modifié ni supprimé. Signalez la correction au Département, qui peut décider d’une "
    "clôture rectificative."
)


@pytest.fixture
def octobre_clos(db: None) -> Mois:
    le = timezone.make_aware(dt.datetime(2025, 11, 10, 9))
    return Mois.objects.create(
        premier_jour=dt.date(2025, 10, 1),
        statut="clos",
        version=1,
        clos_le=le,
        premiere_cloture_le=le,
    )


def test_lieux_follow_their_code_to_the_commune(tmp_path: Path, brulon: Commune) -> None:
    CommuneAncienne.objects.create(code="72997", nom="Ancienne", commune=brulon)
    texte = LIEUX + "m1;Mairie;mairie;1 place;72997;47,967;-0,23;;;oui;non\n"
    bilan = import_text(tmp_path, Lieux, texte)
    assert counts(bilan) == (1, 0, 0, 0)
    assert noted(bilan) == ["ligne 2 : 72997 est un ancien code : repris comme Brûlon (72050)."]
    lieu = LieuAccueil.objects.get()
    assert (lieu.code_insee, lieu.commune, lieu.latitude) == ("72050", brulon, 47.967)
    assert (lieu.actif, lieu.qpv, lieu.accessible) == (True, True, False)
    assert counts(import_text(tmp_path, Lieux, texte)) == (0, 0, 1, 0)


def test_the_phone_of_a_lieu_is_not_the_file_s(tmp_path: Path, brulon: Commune) -> None:
    """The contract of the files has no phone: what staff wrote stays, whatever is imported."""
    ligne = "m1;{};mairie;1 place;72050;47,967;-0,23;;;;\n"
    import_text(tmp_path, Lieux, LIEUX + ligne.format("Mairie"))
    LieuAccueil.objects.update(telephone="0261910000")
    assert counts(import_text(tmp_path, Lieux, LIEUX + ligne.format("Mairie annexe"))) == (
        0,
        1,
        0,
        0,
    )
    assert LieuAccueil.objects.get().telephone == "0261910000"


def test_a_lieu_elsewhere_needs_its_coordinates(tmp_path: Path, brulon: Commune) -> None:
    ailleurs = LIEUX + "x1;France services;france_services;Vitré;35360;48,12;-1,2;;;;\n"
    assert counts(import_text(tmp_path, Lieux, ailleurs)) == (1, 0, 0, 0)
    assert LieuAccueil.objects.get().commune is None
    sans = ailleurs.replace("48,12;-1,2", ";")
    assert told(import_text(tmp_path, Lieux, sans)) == [
        "ligne 2, colonne latitude : Un lieu d’un autre département a besoin de ses coordonnées."
    ]


def test_wrong_lieux_are_all_told(tmp_path: Path, brulon: Commune) -> None:
    texte = LIEUX + (
        "m1;Mairie;chateau;1 place;72888;91;;1;peut-être;;\n"
        f"{'m' * 41};Mairie;mairie;1 place;72050;91;0;;;;\n"
        "m2;Mairie;mairie;;72050;48;;;;;\n"
    )
    assert told(import_text(tmp_path, Lieux, texte)) == [
        "ligne 2, colonne type : « chateau » n’est pas accepté : choisissez parmi mairie, "
        "salle_polyvalente, bibliotheque, ehpad, ccas, association, tiers_lieu, france_services, "
        "centre_social, etablissement_scolaire, structure_departementale, autre.",
        "ligne 2, colonne code_insee : Le code INSEE 72888 n’existe pas dans le département 72, ni "
        "aujourd’hui ni parmi les anciens codes : vérifiez-le.",
        "ligne 2, colonne latitude : Donnez la latitude et la longitude ensemble, en degrés, ou "
        "aucune des deux.",
        "ligne 2, colonne siret : Un SIRET compte 14 chiffres.",
        "ligne 2, colonne actif : « peut-être » : écrivez oui ou non.",
        "ligne 3, colonne code : Assurez-vous que cette valeur comporte au plus 40 caractères "
        "(actuellement 41).",
        "ligne 3, colonne latitude : Donnez la latitude et la longitude ensemble, en degrés, ou "
        "aucune des deux.",
        "ligne 4, colonne adresse : cette case doit être remplie.",
        "ligne 4, colonne latitude : Donnez la latitude et la longitude ensemble, en degrés, ou "
        "aucune des deux.",
    ]


def test_a_creneau_keeps_its_rule_in_canonical_form(
    tmp_path: Path, poste_1: Poste, mairie_brulon: LieuAccueil
) -> None:
    ligne = "c1;1;mairie-72050;permanence;;2025-01-07;;9h;12:00;rrule:byday=fr,tu;freq=weekly;;\n"
    texte = CRENEAUX + ligne.replace("rrule:byday=fr,tu;freq=weekly", '"BYDAY=FR,TU;freq=weekly"')
    texte = texte.replace(";;\n", ";;;\n")
    bilan = import_text(tmp_path, CreneauxDuPlan, texte)
    assert told(bilan) == []
    creneau = Creneau.objects.get()
    assert creneau.recurrence == "FREQ=WEEKLY;BYDAY=TU,FR"
    assert (creneau.heure_debut, creneau.acces) == (dt.time(9), "libre")
    assert counts(import_text(tmp_path, CreneauxDuPlan, texte)) == (0, 0, 1, 0)


def test_wrong_creneaux_are_all_told(
    tmp_path: Path, poste_1: Poste, mairie_brulon: LieuAccueil
) -> None:
    texte = CRENEAUX + (
        "c1;7;nulle-part;concert;;2025-01-07;2025-01-06;12:00;09:00;FREQ=DAILY;0;;\n"
        "c2;1;mairie-72050;permanence;;2025-01-07;;midi;12:00;;;parfois;payant\n"
    )
    assert told(import_text(tmp_path, CreneauxDuPlan, texte)) == [
        "ligne 2, colonne poste : le poste 7 n’existe pas : importez d’abord le fichier "
        "« postes ».",
        "ligne 2, colonne lieu : aucun lieu n’a le code nulle-part : importez d’abord le fichier "
        "« lieux ».",
        "ligne 2, colonne nature : « concert » n’est pas accepté : choisissez parmi permanence, "
        "atelier, mini_formation.",
        "ligne 2, colonne date_fin : La date de fin précède la date de début.",
        "ligne 2, colonne heure_fin : L’heure de fin doit suivre l’heure de début.",
        "ligne 2, colonne recurrence : FREQ doit valoir WEEKLY (semaine) ou MONTHLY (mois).",
        "ligne 2, colonne capacite : Assurez-vous que cette valeur est supérieure ou égale à 1.",
        "ligne 3, colonne heure_debut : « midi » n’est pas une heure : écrivez HH:MM, par exemple "
        "09:30.",
        "ligne 3, colonne feries : « parfois » : écrivez oui ou non.",
        "ligne 3, colonne acces : « payant » n’est pas accepté : choisissez parmi libre, "
        "rendez_vous, les_deux.",
    ]


def test_fermetures_have_one_object_at_most(
    tmp_path: Path, poste_1: Poste, creneau_brulon: Creneau
) -> None:
    texte = (
        "code;date_debut;date_fin;motif;lieu;poste;creneau\n"
        "f1;2026-08-01;2026-08-15;fermeture_programmee;;;\n"
        "f2;2026-08-01;2026-08-15;fermeture_du_lieu;mairie-72050;;\n"
        "f3;2026-08-01;2026-08-15;autre;;1;\n"
        "f4;2026-08-01;2026-08-15;autre;;;brulon-mardi\n"
    )
    assert counts(import_text(tmp_path, Fermetures, texte)) == (4, 0, 0, 0)
    assert counts(import_text(tmp_path, Fermetures, texte)) == (0, 0, 4, 0)
    assert Fermeture.objects.get(code="f4").creneau == creneau_brulon
    deux = texte.replace("mairie-72050;;", "mairie-72050;1;").replace("brulon-mardi", "jeudi")
    assert told(import_text(tmp_path, Fermetures, deux)) == [
        "ligne 3, colonne lieu : Une fermeture vise un lieu, un poste ou un créneau : un seul des "
        "trois, ou aucun pour tout le programme.",
        "ligne 5, colonne creneau : aucun créneau n’a le code jeudi : importez d’abord le fichier "
        "« creneaux ».",
    ]


@time_machine.travel("2026-03-01T12:00:00+01:00", tick=False)
def test_occurrences(tmp_path: Path, creneau_brulon: Creneau) -> None:
    texte = (
        "creneau;date;statut;motif\n"
        "brulon-mardi;2025-10-07;tenue;\n"
        "brulon-mardi;14/10/2025;annulee;intemperies\n"
        "brulon-mardi;2026-12-01;annulee;autre\n"
    )
    assert counts(import_text(tmp_path, Occurrences, texte)) == (3, 0, 0, 0)
    assert counts(import_text(tmp_path, Occurrences, texte)) == (0, 0, 3, 0)
    revue = texte.replace("annulee;intemperies", "tenue;")
    assert counts(import_text(tmp_path, Occurrences, revue)) == (0, 1, 2, 0)


@time_machine.travel("2026-03-01T12:00:00+01:00", tick=False)
def test_wrong_occurrences_are_all_told(tmp_path: Path, creneau_brulon: Creneau) -> None:
    texte = (
        "creneau;date;statut;motif\n"
        "brulon-mardi;2025-10-08;tenue;\n"
        "brulon-mardi;2026-12-01;tenue;\n"
        "brulon-mardi;2025-10-07;annulee;\n"
        "brulon-mardi;2025-10-14;tenue;intemperies\n"
        "brulon-mardi;2025-11-11;tenue;\n"
        "jeudi;2025-10-09;reportee;\n"
    )
    assert told(import_text(tmp_path, Occurrences, texte)) == [
        "ligne 2, colonne date : Le créneau brulon-mardi n’a pas lieu le 08/10/2025 (il a lieu "
        "tous les mardis, 9\u00a0h\u00a0–\u00a012\u00a0h) : corrigez la date ou le créneau.",
        "ligne 3, colonne date : Cette date est à venir : elle ne peut pas déjà avoir été tenue.",
        "ligne 4, colonne motif : Une annulation a un motif, une occurrence tenue n’en a pas.",
        "ligne 5, colonne motif : Une annulation a un motif, une occurrence tenue n’en a pas.",
        "ligne 6, colonne date : Le créneau brulon-mardi n’a pas lieu le 11/11/2025 (il a lieu "
        "tous les mardis, 9\u00a0h\u00a0–\u00a012\u00a0h) : corrigez la date ou le créneau.",
        "ligne 7, colonne creneau : aucun créneau n’a le code jeudi : importez d’abord le fichier "
        "« creneaux ».",
        "ligne 7, colonne statut : « reportee » n’est pas accepté : choisissez parmi tenue, "
        "annulee.",
    ]
    assert not Occurrence.objects.exists()


def test_occurrences_of_a_closed_month_are_refused_unless_identical(
    tmp_path: Path, creneau_brulon: Creneau
) -> None:
    texte = "creneau;date;statut;motif\nbrulon-mardi;2025-10-07;tenue;\n"
    import_text(tmp_path, Occurrences, texte)
    le = timezone.make_aware(dt.datetime(2025, 11, 10, 9))
    Mois.objects.create(premier_jour="2025-10-01", statut="clos", version=1, clos_le=le)
    assert counts(import_text(tmp_path, Occurrences, texte)) == (0, 0, 1, 0)
    revue = texte.replace("tenue;", "annulee;autre") + "brulon-mardi;2025-10-14;tenue;\n"
    assert told(import_text(tmp_path, Occurrences, revue)) == [
        f"ligne 2, colonne date : {CLOS}",
        f"ligne 3, colonne date : {CLOS}",
    ]


def test_declarations(tmp_path: Path, poste_1: Poste, octobre_clos: Mois) -> None:
    texte = "poste;mois;faite_le\n1;2025-11;05/12/2025\n"
    assert counts(import_text(tmp_path, Declarations, texte)) == (1, 0, 0, 0)
    assert counts(import_text(tmp_path, Declarations, texte)) == (0, 0, 1, 0)
    assert Declaration.objects.get().mois == dt.date(2025, 11, 1)
    fausses = (
        "poste;mois;faite_le\n1;2025-10;2025-11-05\n1;2025-09;2025-08-31\n2;09/2025;2025-10-01\n"
    )
    assert told(import_text(tmp_path, Declarations, fausses)) == [
        f"ligne 2, colonne mois : {CLOS}",
        "ligne 3, colonne faite_le : Un mois ne peut être déclaré complet avant de commencer.",
        "ligne 4, colonne poste : le poste 2 n’existe pas : importez d’abord le fichier "
        "« postes ».",
        "ligne 4, colonne mois : « 09/2025 » n’est pas un mois : écrivez AAAA-MM, par exemple "
        "2026-10.",
    ]
