"""No free text about the public leads to somebody, whatever the door it comes by."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.urls import reverse

from conftest import make_seance
from conseillers.models import Rencontre, Utilisateur
from permanences.importers.plan import CreneauxDuPlan
from permanences.models import Creneau, LieuAccueil, Mois, Occurrence, Seance
from permanences.services import set_occurrence
from permanences.tests.test_envois import answers, send
from reporting.enums import NatureActe
from reporting.models import Acte
from reporting.services.journal import write_acte
from territoires.models import sans_nir, sans_trace
from territoires.tests.imports import import_text, told

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")

TELEPHONE = "Mme D. au 06 12 34 56 78"
COURRIEL = "écrire à jeanne@orange.fr"
NIR = "2 69 05 2A 004 123 45"
PHRASE = "N’écrivez aucun nom ni aucune coordonnée."

# Every text of our tables that a person or a file fills: `sans_trace` for what is about the
# public, `sans_nir` for a professional text, and why the others hold nobody's words.
SANS_TRACE = {
    "permanences.Seance.titre", "permanences.Creneau.titre", "permanences.Occurrence.motif_texte",
    "permanences.Mois.motif_rectification", "reporting.Acte.motif",
    "conseillers.JetonApi.nom",
    "permanences.CompteRenduCoop.precision",
}  # fmt: skip
SANS_NIR = {
    "permanences.LieuAccueil.nom", "permanences.LieuAccueil.adresse",
    "conseillers.Rencontre.intitule", "conseillers.Rencontre.lieu",
    "conseillers.Rencontre.ordre_du_jour", "conseillers.Formation.intitule",
    "permanences.LieuCoop.nom", "permanences.LieuCoop.adresse",
}  # fmt: skip
AUTRES = {
    "identity of an agent or a candidate": {
        "conseillers.Utilisateur.password", "conseillers.Utilisateur.prenom",
        "conseillers.Utilisateur.nom", "conseillers.Utilisateur.fonction",
        "conseillers.Utilisateur.courriel", "conseillers.Conseiller.prenom",
        "conseillers.Conseiller.nom", "conseillers.Conseiller.courriel",
        "conseillers.Candidature.prenom", "conseillers.Candidature.nom",
        "conseillers.Candidature.courriel", "permanences.Relance.courriel",
        "permanences.LieuAccueil.telephone", "permanences.MediateurCoop.nom",
        "permanences.MediateurCoop.identifiant", "permanences.CompteRenduCoop.mediateur",
        "permanences.ImportCoop.au_nom_de",
    },
    "a code or a reference of a document, that digits are made of": {
        "conseillers.Structure.siret", "conseillers.Structure.nom",
        "conseillers.Structure.code_insee", "conseillers.Convention.reference",
        "conseillers.Versement.piece", "conseillers.Label.reference",
        "conseillers.Formation.reference", "conseillers.CoutPoste.source",
        "conseillers.Candidature.code_insee", "permanences.LieuAccueil.code",
        "permanences.LieuAccueil.code_insee", "permanences.LieuAccueil.siret",
        "permanences.Creneau.code", "permanences.Creneau.recurrence",
        "permanences.Fermeture.code", "permanences.Seance.code_insee",
        "permanences.Seance.departement", "permanences.VacancesScolaires.nom",
        "permanences.AdresseIcal.secret", "permanences.AdresseIcal.empreinte",
        "conseillers.Rencontre.visio", "reporting.Cible.source",
        "permanences.CompteRenduCoop.id_coop", "permanences.LieuCoop.cle",
        "permanences.LieuCoop.commune", "permanences.LieuCoop.code_postal",
        "permanences.LieuCoop.code_insee",
    },
    "written by the service": {
        "conseillers.JetonApi.prefixe", "conseillers.JetonApi.jeton_hache",
        "conseillers.EvenementSecurite.detail", "conseillers.EvenementSecurite.navigateur",
        "conseillers.EvenementSecurite.empreinte", "conseillers.AlerteSecurite.valeur",
        "conseillers.Courriel.destinataire", "conseillers.Courriel.objet",
        "conseillers.Courriel.gabarit", "conseillers.Courriel.texte",
        "conseillers.Courriel.html", "conseillers.Courriel.cause",
        "conseillers.ImportFichier.type", "conseillers.ImportFichier.nom_fichier",
        "conseillers.ImportFichier.sha256", "conseillers.ImportFichier.empreinte_apercu",
        "conseillers.ImportFichier.cause", "conseillers.ColonnesListe.liste",
        "permanences.ImportCoop.nom_fichier", "permanences.ImportCoop.sha256",
        "permanences.ImportCoop.curseur", "permanences.ImportCoop.cause",
        "permanences.ImportCoop.empreinte_apercu",
        "conseillers.ExportListe.liste", "conseillers.ExportListe.filtre",
        "conseillers.ExportListe.nom_fichier", "reporting.Rapport.empreinte_donnees",
        "reporting.Rapport.gabarit", "reporting.Rapport.code",
        "reporting.Rapport.motif_rectification", "reporting.Rapport.cause_echec",
        "reporting.Rapport.sha256", "reporting.Rapport.page_sha256",
    },
}  # fmt: skip


def test_every_text_of_our_tables_is_watched_or_says_why_not() -> None:
    trouves: dict[str, Any] = {}
    for app in ("conseillers", "permanences", "reporting"):
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.local_concrete_fields:
                texte = isinstance(field, models.CharField | models.TextField)
                if texte and not isinstance(field, models.FileField) and not field.choices:
                    trouves[f"{app}.{model.__name__}.{field.name}"] = field.validators
    assert {nom for nom, v in trouves.items() if sans_trace in v} == SANS_TRACE
    assert {nom for nom, v in trouves.items() if sans_nir in v} == SANS_NIR
    reste = set(trouves) - SANS_TRACE - SANS_NIR
    assert reste == set().union(*AUTRES.values())


@pytest.mark.parametrize("titre", [TELEPHONE, COURRIEL, NIR])
def test_the_form_of_a_seance_refuses_it_and_loses_nothing(
    client: Client, conseillere: Utilisateur, mairie_brulon: LieuAccueil, titre: str
) -> None:
    client.force_login(conseillere)
    reponse = client.post("/seances/nouvelle/", answers(mairie_brulon, titre=titre, duree="45"))
    form = reponse.context["form"]
    assert PHRASE in form.errors["titre"][0]
    assert form["titre"].value() == titre and form["duree"].value() == "45"
    assert not Seance.objects.exists()


def test_the_queue_of_a_phone_is_told_why_and_keeps_its_entry(
    conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    reponse = send(conseillere, "/seances/nouvelle/", answers(mairie_brulon, titre=TELEPHONE))
    [erreur] = reponse.json()["erreurs"]
    assert erreur["champ"] == "titre" and PHRASE in erreur["messages"][0]
    assert not Seance.objects.exists()


def test_the_api_refuses_it_under_the_name_of_the_field(
    client: Client, conseillere: Utilisateur, mairie_brulon: LieuAccueil, creneau_brulon: Creneau
) -> None:
    client.force_login(conseillere)
    corps = answers(mairie_brulon, titre=COURRIEL) | {"lieu": mairie_brulon.code, "duree": 30}
    reponse = client.post("/api/v1/seances/", corps, content_type="application/json")
    assert reponse.status_code == 400 and PHRASE in reponse.json()["erreurs"]["titre"][0]
    occurrence = {
        "creneau": creneau_brulon.code,
        "date": "2026-10-06",
        "statut": "annulee",
        "motif": "autre",
        "motif_texte": TELEPHONE,
    }
    reponse = client.post("/api/v1/occurrences/", occurrence, content_type="application/json")
    assert reponse.status_code == 400 and PHRASE in reponse.json()["erreurs"]["motif_texte"][0]


def test_cancelling_for_a_reason_that_names_somebody_is_refused(
    client: Client, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    with pytest.raises(ValidationError) as refus:
        set_occurrence(
            creneau=creneau_brulon,
            date=dt.date(2026, 10, 6),
            statut="annulee",
            motif="autre",
            motif_texte=TELEPHONE,
            utilisateur=conseillere,
        )
    assert PHRASE in refus.value.message_dict["motif_texte"][0]


def test_the_admin_refuses_it_beside_the_field(
    client: Client, gestionnaire: Utilisateur, creneau_brulon: Creneau
) -> None:
    client.force_login(gestionnaire)
    url = reverse("admin:permanences_creneau_change", args=[creneau_brulon.pk])
    form = client.get(url).context["adminform"].form
    assert "data-traces" in form.fields["titre"].widget.attrs
    saisie = {n: form[n].value() if form[n].value() is not None else "" for n in form.fields}
    reponse = client.post(url, saisie | {"titre": TELEPHONE})
    assert PHRASE in reponse.context["adminform"].form.errors["titre"][0]


def test_an_imported_title_is_refused_on_its_line(
    tmp_path: Path, creneau_brulon: Creneau, mairie_brulon: LieuAccueil
) -> None:
    fichier = (
        "code;poste;lieu;nature;titre;date_debut;heure_debut;heure_fin\n"
        f"x;1;{mairie_brulon.code};atelier;{NIR};2026-10-20;09:00;12:00\n"
    )
    [erreur] = told(import_text(tmp_path, CreneauxDuPlan, fichier))
    assert erreur.startswith("ligne 2, colonne titre : Ce texte ressemble à un numéro de sécurité")


@pytest.mark.parametrize("texte", [TELEPHONE, COURRIEL, NIR])
def test_the_database_refuses_it_to_anybody(
    conseillere: Utilisateur, creneau_brulon: Creneau, mairie_brulon: LieuAccueil, texte: str
) -> None:
    make_seance(conseillere, mairie_brulon, dt.date(2026, 10, 6))
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 10, 6), statut="annulee", motif="autre"
    )
    for rows, champ in (
        (Seance.objects, "titre"),
        (Creneau.objects, "titre"),
        (Occurrence.objects, "motif_texte"),
    ):
        with pytest.raises(IntegrityError, match="sans_trace"), transaction.atomic():
            rows.update(**{champ: texte})


def test_a_reason_printed_in_a_report_names_nobody(
    client: Client, gestionnaire: Utilisateur
) -> None:
    Mois.objects.create(premier_jour=dt.date(2026, 9, 1))
    with pytest.raises(ValidationError, match="aucune coordonnée"):
        write_acte(dt.date(2026, 9, 1), NatureActe.CLOTURE, 1, gestionnaire, TELEPHONE)
    assert not Acte.objects.exists()


def test_a_room_may_have_a_telephone_and_never_a_social_security_number(
    gestionnaire: Utilisateur,
) -> None:
    rencontre = Rencontre(
        intitule="Réunion",
        date=dt.date(2026, 10, 20),
        heure_debut=dt.time(9),
        heure_fin=dt.time(12),
        lieu="Salle 2, 02 43 00 00 00",
        uid=uuid.uuid4(),
    )
    rencontre.full_clean()
    rencontre.ordre_du_jour = NIR
    with pytest.raises(ValidationError, match="sécurité sociale"):
        rencontre.full_clean()
