"""The portal: the Préfecture takes what was transmitted, staff sees everything, others nothing."""

import datetime as dt
import hashlib
import io
import zipfile
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from reporting import fichiers
from reporting.enums import StatutRapport, TypeRapport
from reporting.models import Rapport, Telechargement
from reporting.tests import exemple

OCTOBRE = dt.date(2026, 10, 1)
PDF = b"%PDF-1.7 essai"
FABRIQUES = {
    TypeRapport.FREQUENTATION: exemple.frequentation,
    TypeRapport.COUVERTURE: exemple.couverture_vide,
}


def make_rapport(
    type_rapport: str = TypeRapport.FREQUENTATION,
    *,
    version: int = 1,
    statut: str = StatutRapport.TRANSMIS,
    mois: dt.date = OCTOBRE,
    code: str = "",
    donnees: dict[str, Any] | None = None,
) -> Rapport:
    rapport = Rapport(
        type=type_rapport,
        mois=mois,
        version=version,
        statut=statut,
        donnees=donnees or FABRIQUES[TypeRapport(type_rapport)](version),
        gabarit="2026.1",
    )
    rapport.code = code or rapport.code
    contenu = PDF + rapport.code.encode()
    if statut not in (StatutRapport.FIGE, StatutRapport.ECHEC):
        rapport.sha256 = hashlib.sha256(contenu).hexdigest()
        vars(rapport).update(exemple.SA_PAGE)
        rapport.pdf.save("essai.pdf", ContentFile(contenu), save=False)
    if statut in (StatutRapport.TRANSMIS, StatutRapport.REMPLACE):
        rapport.transmis_le = dt.datetime(2026, 11, 9, 10, tzinfo=dt.UTC)
    rapport.save()
    return rapport


@pytest.fixture
def transmis(db: None) -> Rapport:
    return make_rapport()


def page_of(client, rapport: Rapport):
    return client.get(reverse("rapports:detail", args=[rapport.pk]))


def file_of(client, rapport: Rapport, fichier: str):
    return client.get(reverse("rapports:telecharger", args=[rapport.pk, fichier]))


def content_of(reponse) -> bytes:
    return b"".join(reponse.streaming_content)


def test_the_prefecture_sees_months_versions_and_fingerprints(client, prefecture):
    make_rapport(version=1, statut=StatutRapport.REMPLACE)
    en_vigueur = make_rapport(version=2)
    client.force_login(prefecture)
    texte = client.get(reverse("rapports:liste")).content.decode()
    assert "Octobre 2026" in texte
    assert "remplacée par la version 2" in texte
    assert "en vigueur" in texte
    assert en_vigueur.sha256 in page_of(client, en_vigueur).content.decode()


@pytest.mark.parametrize(
    ("version", "statut"),
    [
        (0, StatutRapport.PRODUIT),
        (1, StatutRapport.FIGE),
        (1, StatutRapport.ECHEC),
        (1, StatutRapport.PRODUIT),
    ],
)
def test_nothing_provisional_and_nothing_before_transmission(client, prefecture, version, statut):
    cache = make_rapport(version=version, statut=statut)
    client.force_login(prefecture)
    assert "Aucun rapport n’est encore disponible" in (
        client.get(reverse("rapports:liste")).content.decode()
    )
    assert page_of(client, cache).status_code == 404
    for fichier in ("pdf", "json", "csv", "par_epci"):
        assert file_of(client, cache, fichier).status_code == 404
    assert client.post(reverse("rapports:recu", args=[cache.pk])).status_code == 404
    assert not Telechargement.objects.exists()


@pytest.mark.parametrize("role", ["conseillere", "employeur"])
def test_advisors_and_employers_have_no_access(client, request, transmis, role):
    client.force_login(request.getfixturevalue(role))
    assert client.get(reverse("rapports:liste")).status_code == 403
    assert page_of(client, transmis).status_code == 403
    assert file_of(client, transmis, "pdf").status_code == 403


def test_a_visitor_is_asked_to_sign_in(client, transmis):
    assert client.get(reverse("rapports:liste")).status_code == 302
    assert file_of(client, transmis, "pdf").status_code == 302


@pytest.mark.parametrize("role", ["gestionnaire", "direction"])
def test_staff_sees_every_state_and_the_cause_of_a_failure(client, request, role, db):
    make_rapport(version=0, statut=StatutRapport.PRODUIT)
    rate = make_rapport(TypeRapport.COUVERTURE, version=1, statut=StatutRapport.ECHEC)
    Rapport.objects.filter(pk=rate.pk).update(cause_echec="OSError : disque plein")
    client.force_login(request.getfixturevalue(role))
    texte = client.get(reverse("rapports:liste")).content.decode()
    assert "Provisoire" in texte
    assert "OSError : disque plein" in texte
    assert "disque plein" in page_of(client, rate).content.decode()


def test_each_download_is_recorded(client, prefecture, transmis):
    client.force_login(prefecture)
    pdf = file_of(client, transmis, "pdf")
    assert hashlib.sha256(content_of(pdf)).hexdigest() == transmis.sha256
    assert "frequentation-2026-10.pdf" in pdf["Content-Disposition"]
    for fichier in ("json", "csv", "par_epci"):
        file_of(client, transmis, fichier)
    pris = Telechargement.objects.order_by("pk").values_list("format", "utilisateur")
    assert list(pris) == [(f, prefecture.pk) for f in ("pdf", "json", "csv", "csv")]


def test_pages_are_compressed_and_files_keep_their_own_bytes(client, prefecture, transmis):
    client.force_login(prefecture)
    accepte = {"Accept-Encoding": "gzip"}
    page = client.get(reverse("rapports:detail", args=[transmis.pk]), headers=accepte)
    assert page.headers["Content-Encoding"] == "gzip"
    for fichier in ("pdf", "json", "par_epci"):
        adresse = reverse("rapports:telecharger", args=[transmis.pk, fichier])
        recu = client.get(adresse, headers=accepte)
        assert "Content-Encoding" not in recu.headers
        assert content_of(recu)


def test_the_json_taken_is_the_one_whose_fingerprint_is_printed(client, prefecture, transmis):
    client.force_login(prefecture)
    recu = content_of(file_of(client, transmis, "json"))
    assert hashlib.sha256(recu).hexdigest() == fichiers.empreinte(exemple.frequentation())


def test_the_archive_holds_every_table(client, prefecture, transmis):
    client.force_login(prefecture)
    archive = zipfile.ZipFile(io.BytesIO(content_of(file_of(client, transmis, "csv"))))
    assert set(archive.namelist()) == set(fichiers.csv_files(transmis.donnees))
    assert archive.read("par_epci.csv").startswith(b"\xef\xbb\xbfsiren;nom;")


def test_a_pdf_lost_by_the_storage_is_said_and_not_counted_as_taken(client, prefecture, transmis):
    client.force_login(prefecture)
    transmis.pdf.storage.delete(transmis.pdf.name)
    reponse = client.get(reverse("rapports:telecharger", args=[transmis.pk, "pdf"]), follow=True)
    assert "a disparu du stockage" in reponse.content.decode()
    assert not Telechargement.objects.exists()


def test_an_unknown_table_is_not_found_and_not_recorded(client, prefecture, transmis):
    client.force_login(prefecture)
    assert file_of(client, transmis, "inconnue").status_code == 404
    assert not Telechargement.objects.exists()


def test_received_is_a_button_that_keeps_the_first_date(client, prefecture, transmis):
    client.force_login(prefecture)
    assert ">Reçu</button>" in page_of(client, transmis).content.decode()
    client.post(reverse("rapports:recu", args=[transmis.pk]))
    transmis.refresh_from_db()
    assert transmis.recu_par == prefecture
    premiere = transmis.recu_le
    assert ">Reçu</button>" not in page_of(client, transmis).content.decode()
    client.post(reverse("rapports:recu", args=[transmis.pk]))
    transmis.refresh_from_db()
    assert transmis.recu_le == premiere


def test_received_is_not_for_staff_and_not_by_a_link(client, gestionnaire, prefecture, transmis):
    client.force_login(gestionnaire)
    assert client.post(reverse("rapports:recu", args=[transmis.pk])).status_code == 403
    client.force_login(prefecture)
    assert client.get(reverse("rapports:recu", args=[transmis.pk])).status_code == 405
    transmis.refresh_from_db()
    assert transmis.recu_le is None


@pytest.mark.parametrize("mois", [1, 6])
def test_the_list_costs_the_same_queries_for_one_month_or_six(
    client, prefecture, mois, django_assert_num_queries
):
    for numero in range(1, mois + 1):
        for type_rapport in TypeRapport.values:
            make_rapport(type_rapport, mois=dt.date(2026, numero, 1))
    client.force_login(prefecture)
    # Session, user, count of months, months of the page, reports.
    with django_assert_num_queries(5):
        client.get(reverse("rapports:liste"))


def test_a_months_list_is_cut_in_pages_of_a_year(client, prefecture):
    for rang in range(13):
        make_rapport(mois=dt.date(2025 + rang // 12, rang % 12 + 1, 1))
    client.force_login(prefecture)
    assert "Page 1 sur 2" in client.get(reverse("rapports:liste")).content.decode()
