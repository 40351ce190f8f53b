"""TYPES `structures`, `postes`, `affectations`, `absences`."""

import datetime as dt
from pathlib import Path

import pytest

from conseillers.importers.postes import Absences, Affectations, Postes, Structures
from conseillers.models import Absence, Affectation, Conseiller, Poste, Structure, Utilisateur
from territoires.models import EPCI, Commune, CommuneAncienne
from territoires.tests.imports import counts, import_text, noted, told

AFFECTATIONS = "poste;courriel;date_debut;prenom;nom;date_fin;type_contrat;quotite;role\n"


def test_structures_are_created_then_changed_then_left(tmp_path: Path, le_mans: Commune) -> None:
    texte = "siret;nom;type;code_insee\n22720002900019;Département;departement;72181\n"
    assert counts(import_text(tmp_path, Structures, texte)) == (1, 0, 0, 0)
    revu = texte.replace("Département", "Département de la Sarthe")
    assert counts(import_text(tmp_path, Structures, revu)) == (0, 1, 0, 0)
    assert counts(import_text(tmp_path, Structures, revu)) == (0, 0, 1, 0)
    assert Structure.objects.get().nom == "Département de la Sarthe"


def test_an_old_code_becomes_the_commune_of_today(tmp_path: Path, le_mans: Commune) -> None:
    CommuneAncienne.objects.create(code="72998", nom="Ancienne", commune=le_mans)
    texte = "code_insee,siret,type,nom\n72998,22720002900019,autre,A\n"
    bilan = import_text(tmp_path, Structures, texte)
    assert noted(bilan) == ["ligne 2 : 72998 est un ancien code : repris comme Le Mans (72181)."]
    assert Structure.objects.get().code_insee == "72181"


def test_wrong_structures_are_all_told(tmp_path: Path, le_mans: Commune) -> None:
    lignes = ["12;A;mairie;72181", "22720002900019;;autre;7218", "2,27E+13;A;autre;35238"]
    bilan = import_text(tmp_path, Structures, "\n".join(["siret;nom;type;code_insee", *lignes]))
    assert told(bilan) == [
        "ligne 2, colonne siret : Un SIRET compte 14 chiffres.",
        "ligne 2, colonne type : « mairie » n’est pas accepté : choisissez parmi departement, "
        "commune, epci, association, ccas, autre.",
        "ligne 3, colonne nom : cette case doit être remplie.",
        "ligne 3, colonne code_insee : « 7218 » n’est pas un code INSEE. Un code INSEE a cinq "
        "caractères, par exemple 72181 ou 2A004. Un tableur a peut-être retiré le zéro du début.",
        "ligne 4, colonne siret : « 2,27E+13 » : un tableur a transformé ce numéro, mettez la "
        "colonne au format texte.",
    ]
    assert not Structure.objects.exists()


def test_postes_with_their_epci(
    tmp_path: Path, structure_departement: Structure, lbn_communaute: EPCI, pays_flechois: EPCI
) -> None:
    entete = "numero;siret;date_attribution;date_rendu;epcis;type\n"
    ligne = "7;22720002900019;01/03/2021;;200040475|247200348;\n"
    assert counts(import_text(tmp_path, Postes, entete + ligne)) == (1, 0, 0, 0)
    assert counts(import_text(tmp_path, Postes, entete + ligne)) == (0, 0, 1, 0)
    moins = ligne.replace("|247200348", "")
    assert counts(import_text(tmp_path, Postes, entete + moins)) == (0, 1, 0, 0)
    poste = Poste.objects.get()
    assert (poste.type, poste.date_rendu) == ("conseiller", None)
    assert list(poste.epcis.all()) == [lbn_communaute]


def test_an_absent_column_leaves_rows_as_they_are(
    tmp_path: Path, structure_departement: Structure, lbn_communaute: EPCI
) -> None:
    complet = "numero;siret;date_attribution;epcis;type\n"
    ligne = "7;22720002900019;2021-03-01;200040475;coordinateur\n"
    import_text(tmp_path, Postes, complet + ligne)
    court = "numero;siret;date_attribution\n7;22720002900019;2021-03-02\n"
    assert counts(import_text(tmp_path, Postes, court)) == (0, 1, 0, 0)
    poste = Poste.objects.get()
    assert (poste.type, poste.epcis.count()) == ("coordinateur", 1)
    assert poste.date_attribution == dt.date(2021, 3, 2)


def test_wrong_postes_are_all_told(tmp_path: Path, structure_departement: Structure) -> None:
    lignes = [
        "0;22720002900019;2021-03-01;2020-01-01;;",
        "8;11111111111111;2021-03-01;;999999999;chef",
        "8;22720002900019;2021-03-01;;;",
    ]
    entete = "numero;siret;date_attribution;date_rendu;epcis;type"
    assert told(import_text(tmp_path, Postes, "\n".join([entete, *lignes]))) == [
        "ligne 2, colonne numero : Assurez-vous que cette valeur est supérieure ou égale à 1.",
        "ligne 2, colonne date_rendu : Un poste ne peut être rendu avant d’être attribué.",
        "ligne 3, colonne siret : aucune structure n’a le SIRET 11111111111111 : importez d’abord "
        "le fichier « structures ».",
        "ligne 3, colonne epcis : aucun EPCI connu n’a le SIREN 999999999.",
        "ligne 3, colonne type : « chef » n’est pas accepté : choisissez parmi conseiller, "
        "coordinateur.",
        "ligne 4, colonne numero : même numero que la ligne 3.",
    ]
    assert not Poste.objects.exists()


def test_affectations_create_and_rename_people(tmp_path: Path, poste_1: Poste) -> None:
    ligne = "1;Nadia@Exemple.fr;2025-01-06;Nadia;Brulon;;CDD;;\n"
    assert counts(import_text(tmp_path, Affectations, AFFECTATIONS + ligne)) == (1, 0, 0, 0)
    affectation = Affectation.objects.get()
    assert (affectation.quotite, affectation.role) == (100, "principale")
    assert affectation.conseiller.courriel == "nadia@exemple.fr"
    assert counts(import_text(tmp_path, Affectations, AFFECTATIONS + ligne)) == (0, 0, 1, 0)
    mariee = ligne.replace("Brulon", "Sarthe")
    assert counts(import_text(tmp_path, Affectations, AFFECTATIONS + mariee)) == (0, 1, 0, 0)
    assert str(Conseiller.objects.get()) == "Nadia Sarthe"


def test_a_file_may_end_one_principal_and_start_the_next(tmp_path: Path, poste_1: Poste) -> None:
    import_text(tmp_path, Affectations, AFFECTATIONS + "1;a@x.fr;2025-01-06;A;A;;CDD;;\n")
    suite = "1;b@x.fr;2025-07-01;B;B;;CDI;80;\n1;a@x.fr;2025-01-06;A;A;2025-06-30;CDD;;\n"
    assert counts(import_text(tmp_path, Affectations, AFFECTATIONS + suite)) == (1, 1, 0, 0)


def test_a_principal_may_give_its_place_and_become_a_remplacement(
    tmp_path: Path, poste_1: Poste
) -> None:
    import_text(
        tmp_path,
        Affectations,
        AFFECTATIONS
        + "1;a@x.fr;2025-01-06;A;A;;CDD;;\n1;b@x.fr;2025-01-07;B;B;;CDD;;remplacement\n",
    )
    echange = "1;b@x.fr;2025-01-07;B;B;;CDD;;\n1;a@x.fr;2025-01-06;A;A;;CDD;;remplacement\n"
    assert counts(import_text(tmp_path, Affectations, AFFECTATIONS + echange)) == (0, 2, 0, 0)


def test_principals_that_overlap_in_the_file_name_both_lines(
    tmp_path: Path, poste_1: Poste
) -> None:
    texte = AFFECTATIONS + (
        "1;a@x.fr;2025-01-06;A;A;2025-06-30;CDD;;\n"
        "1;b@x.fr;2025-06-30;B;B;;CDD;;\n"
        "1;c@x.fr;2025-02-01;C;C;2025-03-01;CDD;;remplacement\n"
    )
    assert told(import_text(tmp_path, Affectations, texte)) == [
        "ligne 3, colonne date_debut : cette affectation principale chevauche celle de la ligne 2, "
        "qui commence le 06/01/2025 : terminez l’une avant l’autre, ou choisissez le rôle "
        "« remplacement »."
    ]
    assert not Affectation.objects.exists()
    assert not Conseiller.objects.exists()


def test_principals_that_overlap_with_the_database(
    tmp_path: Path, conseillere: Utilisateur
) -> None:
    [erreur] = told(
        import_text(tmp_path, Affectations, AFFECTATIONS + "1;b@x.fr;2026-01-01;B;B;;CDD;;\n")
    )
    assert "chevauche celle de Nadia Brulon, déjà enregistrée, qui commence le 06/01/2025" in erreur


def test_wrong_affectations_are_all_told(tmp_path: Path, poste_1: Poste) -> None:
    texte = AFFECTATIONS + (
        "1;pas-un-courriel;2025-01-06;A;A;2024-01-01;CDD;120;\n"
        "9;b@x.fr;2025-01-06;B;B;;stage;;chef\n"
        "1;c@x.fr;2025-02-06;C;C;2025-02-07;CDD;;\n"
        "1;c@x.fr;2025-03-06;Autre;C;2025-03-07;CDD;;\n"
    )
    assert told(import_text(tmp_path, Affectations, texte)) == [
        "ligne 2, colonne courriel : Saisissez une adresse e-mail valide.",
        "ligne 2, colonne date_fin : La date de fin précède la date de début.",
        "ligne 2, colonne quotite : La quotité va de 1 à 100 %.",
        "ligne 3, colonne poste : le poste 9 n’existe pas : importez d’abord le fichier "
        "« postes ».",
        "ligne 3, colonne type_contrat : « stage » n’est pas accepté : choisissez parmi CDD, CDI, "
        "CDP, PEC.",
        "ligne 3, colonne role : « chef » n’est pas accepté : choisissez parmi principale, "
        "remplacement.",
        "ligne 5, colonne nom : c@x.fr s’appelle C C à la ligne 4 : une personne, un seul nom.",
    ]


def test_absences(tmp_path: Path, conseillere: Utilisateur) -> None:
    texte = f"poste;courriel;date_debut;date_fin\n1;{conseillere.courriel};2026-08-03;21/08/2026\n"
    assert counts(import_text(tmp_path, Absences, texte)) == (1, 0, 0, 0)
    assert counts(import_text(tmp_path, Absences, texte)) == (0, 0, 1, 0)
    assert Absence.objects.get().date_fin == dt.date(2026, 8, 21)


def test_an_absence_outside_the_affectation_is_kept_and_noted(
    tmp_path: Path, conseillere: Utilisateur
) -> None:
    texte = f"poste;courriel;date_debut;date_fin\n1;{conseillere.courriel};2020-08-03;2020-08-04\n"
    bilan = import_text(tmp_path, Absences, texte)
    assert counts(bilan) == (1, 0, 0, 0)
    assert noted(bilan) == [
        f"ligne 2 : {conseillere.courriel} n’a pas d’affectation sur le poste 1 à ces dates : "
        "l’absence est gardée, sans effet."
    ]


@pytest.mark.usefixtures("poste_2")
def test_wrong_absences_are_all_told(tmp_path: Path, conseillere: Utilisateur) -> None:
    texte = (
        "poste;courriel;date_debut;date_fin\n"
        f"2;{conseillere.courriel};2026-08-03;2026-08-04\n"
        "1;inconnue@x.fr;2026-08-03;2026-08-04\n"
        f"1;{conseillere.courriel};2026-08-03;2026-08-01\n"
    )
    assert told(import_text(tmp_path, Absences, texte)) == [
        f"ligne 2, colonne courriel : {conseillere.courriel} n’a pas d’affectation sur le poste 2.",
        "ligne 3, colonne courriel : aucun conseiller n’a le courriel inconnue@x.fr : importez "
        "d’abord « affectations ».",
        "ligne 4, colonne date_fin : La date de fin précède la date de début.",
    ]
