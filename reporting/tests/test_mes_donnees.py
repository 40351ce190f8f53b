"""An agent's data: all of them, of nobody else, handed over and forgotten on demand."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.tests.test_oubli_des_candidats import everything
from conftest import make_seance
from conseillers.models import (
    Absence,
    Affectation,
    Courriel,
    Formation,
    RemiseDonnees,
    Utilisateur,
)
from permanences.models import AdresseIcal, LieuAccueil
from reporting.selectors import donnees_du_mois
from reporting.selectors.personne import (
    ADRESSES,
    SUJETS,
    links_to_persons,
    personal_data,
    personne_of,
)
from territoires.models import Evenement

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mardi_13_octobre")]
OCTOBRE = dt.date(2026, 10, 6)

# By these, a person is the author of an act on something else, or asked for it.
ACTES = {
    "conseillers.Courriel.utilisateur", "conseillers.Etape.annulee_par", "conseillers.Etape.par",
    "conseillers.ExportListe.utilisateur", "conseillers.ImportFichier.envoye_par",
    "conseillers.JetonApi.revoque_par",
    "conseillers.RemiseDonnees.remise_a", "permanences.ActeFermeture.leve_par",
    "permanences.DecisionDouble.annulee_par", "permanences.DecisionDouble.decidee_par",
    "permanences.ActeFermeture.pose_par", "permanences.Fermeture.posee_par",
    "permanences.ImportCoop.annule_par", "permanences.ImportCoop.lance_par",
    "permanences.LieuCoop.decide_par", "permanences.MediateurCoop.decide_par",
    "permanences.Mois.clos_par", "permanences.Relance.demandee_par", "reporting.Acte.utilisateur",
    "reporting.Rapport.etabli_par", "reporting.Rapport.recu_par", "reporting.Rapport.valide_par",
}  # fmt: skip
# Addresses that are an account's or a file's own, told with it.
LEURS_FICHES = {
    ("conseillers.Utilisateur", "courriel"), ("conseillers.Conseiller", "courriel"),
}  # fmt: skip
APPLICATIONS = ("territoires", "conseillers", "permanences", "reporting")


def test_every_link_to_a_person_was_judged() -> None:
    """A new foreign key fails here until somebody says which kind it is."""
    notres = {label for label, model, _ in links_to_persons()
              if model._meta.app_label in APPLICATIONS}  # fmt: skip
    assert notres == SUJETS | ACTES and not SUJETS & ACTES


def test_no_link_of_many_to_many_leads_to_a_person() -> None:
    for model in apps.get_models():
        for field in model._meta.local_many_to_many:
            assert field.related_model._meta.label not in (
                "conseillers.Utilisateur", "conseillers.Conseiller",
            )  # fmt: skip


def test_every_address_was_judged() -> None:
    trouvees = {
        (f"{app}.{model.__name__}", field.name)
        for app in APPLICATIONS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.EmailField) or field.name in ("destinataire", "courriel")
    }
    assert trouvees == set(ADRESSES) | LEURS_FICHES


@pytest.fixture
def vie(
    conseillere: Utilisateur,
    conseiller_voisin: Utilisateur,
    mairie_brulon: LieuAccueil,
    mediatheque_la_fleche: LieuAccueil,
) -> Utilisateur:
    """Nadia's life in the service, and Hugo's beside it."""
    for compte, lieu in ((conseillere, mairie_brulon), (conseiller_voisin, mediatheque_la_fleche)):
        conseiller = compte.conseiller
        make_seance(compte, lieu, OCTOBRE, titre=f"Atelier de {compte.prenom}")
        Absence.objects.create(
            poste=conseiller.affectations.get().poste, conseiller=conseiller,
            date_debut=OCTOBRE, date_fin=OCTOBRE,
        )  # fmt: skip
        Formation.objects.create(
            conseiller=conseiller, nature="formation", intitule=f"Pix {compte.prenom}",
            date=OCTOBRE, obtenue_le=OCTOBRE, reference=f"cert-{compte.nom}",
        )  # fmt: skip
        AdresseIcal.objects.create(conseiller=conseiller, secret=f"{compte.pk:032x}")
        Courriel.objects.create(
            nature="rappel", destinataire=compte.courriel, objet=f"Rappel {compte.prenom}",
            gabarit="rappel", texte="Hugo et Nadia", utilisateur=conseiller_voisin,
        )  # fmt: skip
    return conseillere


def read(corps: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(corps)) as archive:
        assert archive.testzip() is None
        donnees = json.loads(archive.read("donnees.json"))
        for table in donnees["tables"]:
            lues = archive.read(f"{table['code']}.csv").decode("utf-8-sig")
            assert len(list(csv.reader(io.StringIO(lues), delimiter=";"))) == (
                len(table["lignes"]) + 1
            )
        assert "LISEZ-MOI.txt" in archive.namelist()
    return donnees


def test_an_agent_takes_all_of_their_data_and_nobody_else_s(client: Client, vie: Any) -> None:
    client.force_login(vie)
    page = client.get(reverse("compte")).content.decode()
    assert reverse("rapports:mes_donnees") in page
    donnees = read(client.post(reverse("rapports:mes_donnees")).content)
    tables = {table["code"]: table["lignes"] for table in donnees["tables"]}
    assert tables["seance-auteur"][0]["titre"] == "Atelier de Nadia"
    assert tables["absence-conseiller"][0]["date_debut"] == "2026-10-06"
    assert tables["formation-conseiller"][0]["reference"] == "cert-Brulon"
    assert tables["courriel-destinataire"][0]["objet"] == "Rappel Nadia"
    assert tables["courriel-destinataire"][0]["utilisateur"] == "une autre personne"
    assert tables["conseiller"][0]["courriel"] == vie.courriel
    assert tables["journal-fiches"]
    tout = json.dumps(donnees, ensure_ascii=False)
    for intrus in ("Hugo", "Fleche", "cert-Fleche", f"{vie.pk:032x}", vie.password):
        assert intrus not in tout, intrus


def test_the_staff_s_acts_are_told_without_those_they_were_about(
    vie: Utilisateur, conseiller_voisin: Utilisateur
) -> None:
    """Hugo asked for a message to Nadia: he is told when, not to whom."""
    tables = {t.code: t.lignes for t in personal_data(personne_of(compte=conseiller_voisin))}
    demandes = tables["courriel-utilisateur"]
    assert len(demandes) == 2
    assert set(demandes[0]) >= {"numero", "cree_le", "statut"}
    assert "nadia" not in json.dumps(demandes, default=str).lower()


def test_it_is_noted_that_data_were_handed_over(
    client: Client, vie: Utilisateur, gestionnaire: Utilisateur
) -> None:
    client.force_login(gestionnaire)
    url = reverse("admin:reporting_personne_remettre", args=["conseiller", vie.conseiller.pk])
    read(client.post(url).content)
    remise = RemiseDonnees.objects.get()
    assert (remise.conseiller, remise.compte, remise.remise_a) == (
        vie.conseiller, vie, gestionnaire,
    )  # fmt: skip
    assert remise.lignes > 5
    evenement = Evenement.objects.get(modele="conseillers.remisedonnees")
    assert evenement.utilisateur_id == gestionnaire.pk


def test_nobody_takes_the_data_of_another(
    client: Client, vie: Utilisateur, direction: Utilisateur, employeur: Utilisateur
) -> None:
    url = reverse("admin:reporting_personne_remettre", args=["conseiller", vie.conseiller.pk])
    for autre in (direction, employeur, vie):
        client.force_login(autre)
        assert client.post(url).status_code == 403
    assert not RemiseDonnees.objects.exists()


def test_a_thousand_seances_cost_no_more_queries(
    vie: Utilisateur, mairie_brulon: LieuAccueil, django_assert_max_num_queries: Any
) -> None:
    for _ in range(15):
        make_seance(vie, mairie_brulon, OCTOBRE)
    with django_assert_max_num_queries(60):
        personal_data(personne_of(compte=vie))


# --- Forgetting, on demand ---------------------------------------------------------------------


def test_the_consequences_are_shown_and_confirmed_before_anybody_is_forgotten(
    client: Client, vie: Utilisateur, gestionnaire: Utilisateur
) -> None:
    client.force_login(gestionnaire)
    personne = ["conseiller", vie.conseiller.pk]
    page = client.get(reverse("admin:reporting_personne", args=personne)).content.decode()
    assert "Effacés" in page and "Gardés sous un numéro" in page and "définitif" in page
    url = reverse("admin:reporting_personne_anonymiser", args=personne)
    reponse = client.post(url, follow=True)
    assert "Cochez « C’est définitif »" in reponse.content.decode()
    reponse = client.post(url, {"compris": "on"}, follow=True)
    assert "occupe encore un poste" in reponse.content.decode().replace("\u202f", " ")
    vie.refresh_from_db()
    assert vie.nom == "Brulon"


def test_an_agent_is_forgotten_and_the_figures_stay(
    client: Client, vie: Utilisateur, gestionnaire: Utilisateur
) -> None:
    Affectation.objects.filter(conseiller=vie.conseiller).update(date_fin=dt.date(2026, 10, 12))
    etabli = {"etabli_le": timezone.now()}
    avant = donnees_du_mois(OCTOBRE.replace(day=1), **etabli)
    client.force_login(gestionnaire)
    url = reverse("admin:reporting_personne_anonymiser", args=["compte", vie.pk])
    reponse = client.post(url, {"compris": "on"}, follow=True)
    assert "identité de cet agent est effacée" in reponse.content.decode()
    assert "C’est fait" in reponse.content.decode()
    assert donnees_du_mois(OCTOBRE.replace(day=1), **etabli) == avant
    ou = {nom for nom, texte in everything().items() if "nadia.brulon" in texte}
    assert ou == set()
    assert client.post(url, {"compris": "on"}, follow=True).status_code == 200
