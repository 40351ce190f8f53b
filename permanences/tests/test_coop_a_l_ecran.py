"""La Coop's export sent in the browser: an advisor's own, or any by the Département; a preview
that writes nothing, a confirmation, an undo, matches that are settled once.
"""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import close_mois_brut
from conseillers.models import Utilisateur
from permanences.enums import EtatImportCoop, TraitementLieu
from permanences.models import ImportCoop, LieuAccueil, LieuCoop, MediateurCoop, Seance
from permanences.services import coop
from permanences.services.coop.fichier import GARDE
from permanences.tests.generateur_coop import (
    SECRETS,
    Lieu,
    Mediateur,
    generate,
    rows,
    write_export,
)
from territoires.models import Evenement

pytestmark = pytest.mark.django_db
NADIA = Mediateur("Nadia", "Brulon", 4012)
MAIRIE = Lieu("Mairie de Brûlon", "", "Brûlon", "72350", "72050")
SALLE = Lieu("Salle Bleue", "4 rue Bleue", "Brûlon", "72350", "72050")


@pytest.fixture(autouse=True)
def _dossier(settings: Any, tmp_path: Path, mairie_brulon: LieuAccueil) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


def an_export(dossier: Path, nombre: int = 6, **champs: Any) -> SimpleUploadedFile:
    forme = {"du_conseiller": champs.pop("du_conseiller", True)}
    demandeur = champs.pop("demandeur", NADIA)
    export = generate(
        random.Random(3), nombre=nombre,
        **{"mediateurs": [NADIA], "lieux": [MAIRIE], "premier": dt.date(2026, 2, 2), "jours": 20}
        | champs,
    )  # fmt: skip
    chemin = write_export(dossier / "e.xlsx", rows(export), demandeur=demandeur, **forme)
    return SimpleUploadedFile("export.xlsx", chemin.read_bytes())


def sent(client: Client, adresse: str, fichier: Any, **champs: Any) -> ImportCoop:
    reponse = client.post(adresse, {"fichier": fichier, **champs})
    assert reponse.status_code == 302, reponse.content.decode()
    return ImportCoop.objects.get()


def test_an_advisor_sends_reads_confirms_and_undoes(
    client: Client, conseillere: Utilisateur, tmp_path: Path
) -> None:
    client.force_login(conseillere)
    recu = sent(client, "/la-coop/", an_export(tmp_path))
    page = client.get(f"/la-coop/{recu.pk}/").content.decode()
    assert "Rien n’est encore écrit" in page
    assert (recu.etat, recu.crees, Seance.objects.count()) == (EtatImportCoop.A_CONFIRMER, 6, 0)
    gardes = "".join(champ.read().decode() for champ in (recu.lecture, recu.apercu))
    assert gardes and not any(secret in page + gardes for secret in SECRETS)
    client.post(f"/la-coop/{recu.pk}/confirmation/", {"empreinte": recu.empreinte_apercu})
    assert Seance.objects.comptees().filter(auteur=conseillere.conseiller).count() == 6
    recu.refresh_from_db()
    assert not recu.lecture and not recu.apercu, "nothing is kept once it has served"
    assert Evenement.objects.filter(modele="permanences.seance", porte="import").exists()
    assert "6" in client.get(f"/la-coop/{recu.pk}/annulation/").content.decode()
    client.post(f"/la-coop/{recu.pk}/annulation/")
    recu.refresh_from_db()
    assert (recu.etat, recu.annule_par) == (EtatImportCoop.ANNULE, conseillere)
    assert not Seance.objects.comptees().exists()


def test_an_advisor_sends_his_own_export_and_no_other(
    client: Client, conseillere: Utilisateur, conseiller_voisin: Utilisateur, tmp_path: Path
) -> None:
    client.force_login(conseillere)
    page = client.post("/la-coop/", {"fichier": an_export(tmp_path, du_conseiller=False)})
    assert "C’est l’export d’un coordinateur" in page.content.decode()
    assert not ImportCoop.objects.exists()
    autre = an_export(tmp_path, demandeur=Mediateur("Hugo", "Fleche", None))
    recu = sent(client, "/la-coop/", autre)
    assert "au nom de Hugo Fleche" in client.get(f"/la-coop/{recu.pk}/").content.decode()
    accord = {"empreinte": recu.empreinte_apercu}
    client.post(f"/la-coop/{recu.pk}/confirmation/", accord)
    assert not Seance.objects.exists(), "nobody said that it is his"
    client.post(f"/la-coop/{recu.pk}/confirmation/", accord | {"est_le_sien": "on"})
    assert Seance.objects.comptees().count() == 6
    recu.refresh_from_db()
    assert recu.au_nom_de == ""
    client.force_login(conseiller_voisin)
    assert client.get(f"/la-coop/{recu.pk}/").status_code == 404


def test_what_is_not_the_export_is_refused_on_the_form(
    client: Client, conseillere: Utilisateur
) -> None:
    client.force_login(conseillere)
    page = client.post("/la-coop/", {"fichier": SimpleUploadedFile("e.xlsx", b"bonjour")})
    assert "ce n’est pas un classeur .xlsx" in page.content.decode()
    assert not ImportCoop.objects.exists()


def test_the_departement_sends_a_coordinator_s_export_and_settles_the_rest(
    client: Client, gestionnaire: Utilisateur, conseillere: Utilisateur, tmp_path: Path
) -> None:
    client.force_login(gestionnaire)
    zoe = Mediateur("Zoé", "Inconnue", 99)
    fichier = an_export(
        tmp_path, 30, du_conseiller=False, mediateurs=[NADIA, zoe], lieux=[MAIRIE, SALLE]
    )
    adresse = "/admin/permanences/importcoop/la-coop/"
    recu = sent(client, adresse, fichier)
    page = client.get(f"{adresse}{recu.pk}/").content.decode()
    assert "Mises de côté" in page and "Salle Bleue" in page
    client.post(f"{adresse}{recu.pk}/confirmer/", {"empreinte": recu.empreinte_apercu})
    recu.refresh_from_db()
    assert 0 < recu.crees < 30
    lieu = LieuCoop.objects.get(traitement=TraitementLieu.A_RAPPROCHER)
    liste = client.get(f"{adresse}lieux/").content.decode()
    assert "(même commune)" in liste
    mairie = LieuAccueil.objects.get()
    client.post(f"{adresse}lieux/", {"lieu_coop": lieu.pk, "choix": "autre", "lieu": mairie.pk})
    lieu.refresh_from_db()
    assert (lieu.lieu, lieu.decide_par) == (mairie, gestionnaire)
    inconnue = MediateurCoop.objects.get(conseiller=None)
    assert "Zoé Inconnue" in client.get(f"{adresse}mediateurs/").content.decode()
    client.post(
        f"{adresse}mediateurs/",
        {"mediateur": inconnue.pk, "conseiller": conseillere.conseiller.pk},
    )
    assert Seance.objects.comptees().count() == 30


def test_data_that_changed_since_the_preview_are_shown_again(
    client: Client, conseillere: Utilisateur, tmp_path: Path
) -> None:
    client.force_login(conseillere)
    recu = sent(client, "/la-coop/", an_export(tmp_path))
    close_mois_brut(dt.date(2026, 2, 1))
    accord = {"empreinte": recu.empreinte_apercu}
    client.post(f"/la-coop/{recu.pk}/confirmation/", accord)
    recu.refresh_from_db()
    assert (recu.etat, Seance.objects.count()) == (EtatImportCoop.A_CONFIRMER, 0)
    assert "ont changé depuis votre aperçu" in recu.cause
    assert recu.regularisations == 6
    client.post(f"/la-coop/{recu.pk}/confirmation/", {"empreinte": recu.empreinte_apercu})
    assert Seance.objects.filter(hors_delai=True).count() == 6


def test_what_waits_too_long_or_died_is_swept(
    client: Client, conseillere: Utilisateur, tmp_path: Path
) -> None:
    client.force_login(conseillere)
    recu = sent(client, "/la-coop/", an_export(tmp_path))
    vieux = timezone.now() - GARDE - dt.timedelta(minutes=1)
    ImportCoop.objects.update(debute_le=vieux)
    mort = coop.open_run(battement=vieux)
    coop.sweep_imports_coop()
    recu.refresh_from_db()
    mort.refresh_from_db()
    assert (recu.etat, mort.etat) == (EtatImportCoop.ABANDONNE, EtatImportCoop.ECHEC)
    assert not recu.lecture and not recu.apercu


@pytest.mark.parametrize("adresse", ["", "lieux/", "mediateurs/"])
def test_the_lists_cost_the_same_whatever_they_hold(
    client: Client, gestionnaire: Utilisateur, adresse: str
) -> None:
    client.force_login(gestionnaire)

    def cost() -> int:
        with CaptureQueriesContext(connection) as requetes:
            client.get(f"/admin/permanences/importcoop/la-coop/{adresse}")
        return len(requetes)

    def one_more(n: int) -> None:
        LieuCoop.objects.create(cle=f"l{n}", nom=f"Lieu {n}", code_insee="72050")
        MediateurCoop.objects.create(identifiant=f"conum:{n}")
        ImportCoop.objects.create(origine="fichier", etat="abandonne", lance_par=gestionnaire)

    one_more(0)
    cost()
    avant = cost()
    for n in range(1, 6):
        one_more(n)
    assert cost() == avant
