"""A file sent in the browser: shown first, written once confirmed, erased afterwards."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conseillers.enums import EtatImport
from conseillers.models import Candidature, Conseiller, ImportFichier, Structure
from reporting import services, tasks
from reporting.importers.aide import EXEMPLES, TITRES, columns_of, guessed_types, model_file
from reporting.importers.registre import IMPORTEURS
from territoires.models import Evenement

ENTETE = "courriel;prenom;nom;code_insee;recue_le;etat\n"


def candidates(nombre: int, fautives: int = 0) -> str:
    """`fautives` of them, the first, have a date that does not exist."""
    lignes = [
        f"c{rang}@exemple.fr;Prénom{rang};Nom{rang};72050;"
        f"{'2026-02-31' if rang < fautives else '2026-02-10'};recue\n"
        for rang in range(nombre)
    ]
    return ENTETE + "".join(lignes)


@pytest.fixture
def personnel(client: Client, gestionnaire: Any, brulon: Any) -> Client:
    client.force_login(gestionnaire)
    return client


def send(client: Client, texte: str | bytes, nom: str = "candidatures.csv", type_: str = "") -> Any:
    octets = texte if isinstance(texte, bytes) else texte.encode()
    envoi = {"fichier": SimpleUploadedFile(nom, octets, "text/csv"), "type": type_}
    return client.post(reverse("admin:reporting_import"), envoi, follow=True)


def text(reponse: Any) -> str:
    """The page, narrow and no-break spaces made plain."""
    return html.unescape(reponse.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def latest() -> ImportFichier:
    return ImportFichier.objects.order_by("pk").last()


def confirm(client: Client, **envoi: str) -> Any:
    recu = latest()
    url = reverse("admin:reporting_import_confirmer", args=[recu.pk])
    return client.post(url, {"empreinte": recu.empreinte_apercu} | envoi, follow=True)


def test_96_candidatures_with_ten_bad_lines(personnel: Client) -> None:
    """The preview writes nothing; the good lines are written; the ten others come back."""
    page = text(send(personnel, candidates(96, fautives=10)))
    assert not Candidature.objects.exists()
    recu = latest()
    assert (recu.type, recu.etat) == ("candidatures", EtatImport.A_CONFIRMER)
    assert (recu.lignes, recu.crees, recu.refuses) == (96, 86, 10)
    assert "« 2026-02-31 » n’existe pas dans le calendrier" in page

    confirm(personnel, bonnes="1")
    recu.refresh_from_db()
    assert recu.etat == EtatImport.FAIT and recu.bonnes_seulement
    assert Candidature.objects.count() == 86
    assert not recu.fichier and not recu.apercu

    url = reverse("admin:reporting_import_refus", args=[recu.pk])
    refus = b"".join(personnel.get(url).streaming_content).decode("utf-8-sig")
    lues = list(csv.DictReader(io.StringIO(refus), delimiter=";"))
    assert len(lues) == 10 and "recue_le" in lues[0]["erreur"]

    # Corrected, its column « erreur » still there, it is sent again as it is.
    send(personnel, refus.replace("2026-02-31", "2026-02-28"), "rejets.csv")
    assert (latest().crees, latest().refuses) == (10, 0)
    confirm(personnel)
    assert Candidature.objects.count() == 96


def test_a_change_is_shown_before_and_after_in_words(personnel: Client, poste_1: Any) -> None:
    Candidature.objects.create(
        courriel="a@exemple.fr", prenom="Alix", nom="Martin", recue_le="2026-02-10", etat="recue"
    )
    texte = (
        "courriel;prenom;nom;recue_le;etat;poste\na@exemple.fr;Alix;Durand;2026-02-10;retenue;1\n"
    )
    page = send(personnel, texte)
    (ligne,) = page.context["lignes"]
    vus = [(c.nom, c.avant, c.apres) for c in ligne.changements]
    assert [vu for vu in vus if vu[0] in ("nom", "état", "poste")] == [
        ("nom", "Martin", "Durand"),
        ("état", "Reçue", "Retenue"),
        ("poste", "", "Poste 1"),
    ]
    assert Candidature.objects.get().nom == "Martin"
    confirm(personnel)
    assert Candidature.objects.get().nom == "Durand"


def test_what_the_file_says_elsewhere_than_on_its_row_is_shown_too(
    personnel: Client, poste_1: Any, conseillere: Any
) -> None:
    fiche = Conseiller.objects.get()
    texte = (
        "poste;courriel;date_debut;prenom;nom;type_contrat\n"
        f"1;{fiche.courriel};2025-01-06;Nadia;Renommée;CDD\n"
    )
    (ligne,) = send(personnel, texte).context["lignes"]
    assert [(c.avant, c.apres) for c in ligne.changements] == [("Nadia Brulon", "Nadia Renommée")]


def test_the_person_and_the_door_are_in_the_journal(personnel: Client, gestionnaire: Any) -> None:
    send(personnel, candidates(1))
    confirm(personnel)
    evenement = Evenement.objects.filter(modele="conseillers.candidature").last()
    assert evenement is not None
    assert str(evenement.utilisateur_id) == str(gestionnaire.pk)
    assert (evenement.porte, evenement.origine) == ("import", "candidatures : candidatures.csv")


def test_data_changed_since_the_preview_stop_the_writing_and_are_shown(personnel: Client) -> None:
    send(personnel, candidates(2))
    Candidature.objects.create(
        courriel="c1@exemple.fr", prenom="Autre", nom="Autre", recue_le="2026-02-10"
    )
    page = text(confirm(personnel))
    assert "Les données ont changé depuis votre aperçu" in page
    recu = latest()
    assert (recu.etat, recu.crees, recu.modifies) == (EtatImport.A_CONFIRMER, 1, 1)
    assert Candidature.objects.count() == 1
    confirm(personnel)
    assert Candidature.objects.count() == 2
    recu.refresh_from_db()
    assert not recu.a_change


def test_another_preview_than_the_one_shown_is_not_confirmed(personnel: Client) -> None:
    send(personnel, candidates(1))
    page = text(confirm(personnel, empreinte="0" * 64))
    assert "relisez celui-ci" in page and not Candidature.objects.exists()


def test_a_confirmation_sent_twice_writes_once(personnel: Client) -> None:
    send(personnel, candidates(1))
    recu = latest()
    envoi = {"empreinte": recu.empreinte_apercu}
    url = reverse("admin:reporting_import_confirmer", args=[recu.pk])
    personnel.post(url, envoi)
    page = text(personnel.post(url, envoi, follow=True))
    assert "n’attend plus de confirmation" in page and Candidature.objects.count() == 1


def test_bad_lines_are_never_left_aside_without_being_asked(personnel: Client) -> None:
    send(personnel, candidates(2, fautives=1))
    page = text(confirm(personnel))
    assert "Des lignes sont refusées" in page and not Candidature.objects.exists()


def test_a_file_already_known_has_nothing_to_write(personnel: Client) -> None:
    send(personnel, candidates(1))
    confirm(personnel)
    page = text(send(personnel, candidates(1)))
    assert latest().inchanges == 1 and "il n’y a rien à écrire" in page


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"", "Ce fichier est vide"),
        (b"PK\x03\x04classeur", "c’est un classeur (XLSX ou ODS)"),
        (b"\x1f\x8b\x08bombe", "c’est une archive GZIP"),
        (b"%PDF-1.7", "enregistrez la feuille au format « CSV UTF-8 »"),
        (b"\x89PNG\r\n", "c’est une image"),
        (b"MZ\x90", "c’est un programme"),
        (b"courriel;pre\x00nom\n", "pas un fichier de texte"),
        (b"col1;col2\n1;2\n", "choisissez le type"),
        (b"PK\x03\x04\x00\rclas\x00seur\r\xff", "c’est un classeur"),
        ("courriel;prenom\n".encode("utf-16"), "UTF-16"),
        (b"colonne\n", "choisissez le type"),
    ],
)
def test_what_is_no_file_of_ours_is_not_even_kept(
    personnel: Client, octets: bytes, phrase: str
) -> None:
    assert phrase in text(send(personnel, octets))
    assert not ImportFichier.objects.exists()


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"courriel;inconnue\na@b.fr;1\n", "colonne inconnue"),
        (ENTETE.encode() + b'"a@b.fr;A;B;;2026-01-01;recue\n', "guillemet"),
    ],
)
def test_a_file_refused_whole_says_why_and_is_erased(
    personnel: Client, octets: bytes, phrase: str
) -> None:
    page = text(send(personnel, octets, type_="candidatures"))
    assert phrase in page
    assert latest().etat == EtatImport.ILLISIBLE and not latest().fichier


def test_a_file_too_large_is_refused_before_it_is_kept(
    personnel: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reporting.admin import imports

    monkeypatch.setattr(imports, "MEGAOCTETS_MAX", 0)
    assert "découpez-le" in text(send(personnel, candidates(1)))
    assert not ImportFichier.objects.exists()


def test_a_file_of_an_old_mac_is_recognised(personnel: Client) -> None:
    """Its lines end with a carriage return alone."""
    assert send(personnel, candidates(2).replace("\n", "\r")).status_code == 200
    assert latest().type == "candidatures"


def test_an_abandoned_file_is_erased(personnel: Client) -> None:
    send(personnel, candidates(1))
    personnel.post(reverse("admin:reporting_import_abandonner", args=[latest().pk]))
    assert latest().etat == EtatImport.ABANDONNE and not latest().fichier
    assert "n’attend plus" in text(confirm(personnel))


def test_files_do_not_stay_on_the_server(personnel: Client) -> None:
    send(personnel, candidates(2, fautives=1))
    services.sweep_imports()
    assert latest().etat == EtatImport.A_CONFIRMER
    ImportFichier.objects.update(envoye_le=timezone.now() - dt.timedelta(days=2))
    services.sweep_imports()
    recu = latest()
    assert recu.etat == EtatImport.EXPIRE
    assert not (recu.fichier or recu.apercu or recu.rejets)


def test_refused_lines_are_kept_a_week(personnel: Client) -> None:
    send(personnel, candidates(2, fautives=1))
    confirm(personnel, bonnes="1")
    ImportFichier.objects.update(envoye_le=timezone.now() - dt.timedelta(days=6))
    services.sweep_imports()
    assert latest().rejets
    ImportFichier.objects.update(envoye_le=timezone.now() - dt.timedelta(days=8))
    services.sweep_imports()
    assert not latest().rejets


def test_a_dead_worker_leaves_a_failure_with_its_cause(personnel: Client) -> None:
    send(personnel, candidates(1))
    ImportFichier.objects.update(
        etat=EtatImport.ECRITURE, battement=timezone.now() - dt.timedelta(minutes=5)
    )
    tasks.sweep_imports()
    recu = latest()
    assert recu.etat == EtatImport.ECHEC and "rien n’a été écrit" in recu.cause
    assert list(ImportFichier.objects.manques()) == [recu]
    page = personnel.get(reverse("admin:reporting_import_fichier", args=[recu.pk]))
    assert recu.cause in text(page)
    send(personnel, candidates(1))
    confirm(personnel)
    assert not ImportFichier.objects.manques().exists()


def test_bytes_that_are_not_those_received_are_not_written(personnel: Client) -> None:
    send(personnel, candidates(1))
    ImportFichier.objects.update(sha256="0" * 64)
    confirm(personnel)
    assert latest().etat == EtatImport.ECHEC and not Candidature.objects.exists()


def test_a_large_file_is_left_to_a_worker_and_its_page_waits(
    personnel: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    demandes: list[int] = []
    monkeypatch.setattr(tasks, "OCTETS_SUR_LE_CHAMP", 100)
    monkeypatch.setattr(tasks.read_import, "delay", demandes.append)
    page = text(send(personnel, candidates(5)))
    assert demandes == [latest().pk]
    assert 'http-equiv="refresh"' in page and "en train d’être lu" in page
    tasks.read_import(latest().pk)
    url = reverse("admin:reporting_import_fichier", args=[latest().pk])
    assert 'http-equiv="refresh"' not in text(personnel.get(url))


def test_without_a_queue_the_failure_is_said(
    personnel: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_queue(pk: int) -> None:
        raise tasks.read_import.OperationalError

    monkeypatch.setattr(tasks, "OCTETS_SUR_LE_CHAMP", 100)
    monkeypatch.setattr(tasks.read_import, "delay", no_queue)
    assert "ne répond pas" in text(send(personnel, candidates(5)))


def test_the_direction_reads_and_sends_nothing(client: Client, direction: Any, brulon: Any) -> None:
    client.force_login(direction)
    page = client.get(reverse("admin:reporting_import"))
    assert page.status_code == 200 and "Envoyer et voir" not in text(page)
    assert send(client, candidates(1)).status_code == 403


def test_the_preview_is_turned_page_by_page(personnel: Client) -> None:
    send(personnel, candidates(120))
    url = reverse("admin:reporting_import_fichier", args=[latest().pk])
    page = personnel.get(url, {"lignes": "creees", "page": "3"})
    assert [ligne.numero for ligne in page.context["lignes"]] == list(range(102, 122))
    for page_fausse in ("0", "99", "x"):
        assert personnel.get(url, {"page": page_fausse}).status_code == 200


# --- Help -----------------------------------------------------------------------------------


def test_every_type_has_its_page_its_empty_file_and_its_example(personnel: Client) -> None:
    assert set(TITRES) == set(EXEMPLES) == set(IMPORTEURS)
    for nom in IMPORTEURS:
        url = reverse("admin:reporting_import_type", args=[nom])
        assert personnel.get(url).status_code == 200
        fichier = personnel.get(reverse("admin:reporting_import_csv", args=[nom, "modele"]))
        assert fichier.content == model_file(nom, exemple=False)


@pytest.mark.parametrize("nom", IMPORTEURS)
def test_the_example_of_a_type_is_read_without_error_and_recognised(nom: str) -> None:
    texte = model_file(nom, exemple=True).decode("utf-8-sig")
    (ligne,) = csv.DictReader(io.StringIO(texte), delimiter=";")
    for colonne in IMPORTEURS[nom].colonnes:
        colonne.read(ligne[colonne.nom])
    assert guessed_types(list(ligne)) == [nom]
    assert all(c.forme != "une valeur de la liste" or c.valeurs for c in columns_of(nom))


def test_the_structures_of_a_file_without_every_column_are_recognised(personnel: Client) -> None:
    send(personnel, "siret,nom,type,code_insee\n22720002900019,Mairie,commune,72050\n")
    confirm(personnel)
    assert Structure.objects.get().nom == "Mairie"


def test_the_public_s_names_are_never_kept(
    personnel: Client, conseillere: Any, mairie_brulon: Any, creneau_brulon: Any
) -> None:
    """The column is emptied before the file is kept; the preview and the end say so."""
    texte = (
        "creneau;date;statut;motif;nom_beneficiaire\n"
        "brulon-mardi;2025-10-07;tenue;;Zénobie\n"
        "brulon-mardi;2025-10-08;tenue;;Zoé\n"
    )
    page = text(send(personnel, texte, "occurrences.csv"))
    recu = latest()
    assert (recu.type, recu.etat, recu.crees, recu.refuses) == (
        "occurrences", EtatImport.A_CONFIRMER, 1, 1,
    )  # fmt: skip
    assert "colonne « nom_beneficiaire » écartée" in page
    for garde in (recu.fichier, recu.apercu, recu.rejets):
        with garde.open("rb") as flux:
            brut = flux.read().decode()
        assert "Zénobie" not in brut and "Zoé" not in brut
    page = text(confirm(personnel, bonnes="1"))
    assert latest().etat == EtatImport.FAIT
    assert "colonne « nom_beneficiaire » écartée" in page
