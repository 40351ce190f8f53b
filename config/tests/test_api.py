"""How the API answers: by pages, with a tag, at a bounded cost; the page that tells it."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.schema import schema_of_api
from config.tests.conftest import make_rapport_transmis, make_seance
from config.tests.methodes import API
from config.tests.regles import REGLES, example_arguments
from config.tests.test_entetes import inline_in
from conftest import make_conseiller
from conseillers.models import Affectation, Poste, Utilisateur
from permanences.models import Creneau, LieuAccueil, Mois, Occurrence, Seance
from reporting.models import Telechargement
from reporting.tests.exemple import frequentation
from territoires.models import Commune

MARDI = dt.date(2026, 3, 10)
OCCURRENCE = f"/api/v1/occurrences/brulon-mardi/{MARDI}/"
JSON = {"content_type": "application/json"}


# --- Pages --------------------------------------------------------------------------------------


def follow(client: Client, adresse: str | None) -> list[list[str]]:
    """The keys of each page, by « next »."""
    pages = []
    while adresse:
        page = client.get(adresse).json()
        pages.append([ligne["code"] for ligne in page["results"]])
        adresse = page["next"]
    return pages


def test_pages_follow_each_other_and_a_new_row_shifts_none(
    client: Client, gestionnaire: Utilisateur, brulon: Commune, settings: Any
) -> None:
    LieuAccueil.objects.bulk_create(
        LieuAccueil(code=f"L{i:03}", nom="L", type="mairie", code_insee="72050", commune=brulon)
        for i in range(1, 231)
    )
    client.force_login(gestionnaire)
    pages = follow(client, "/api/v1/lieux/")
    assert [len(page) for page in pages] == [100, 100, 30]
    assert [code for page in pages for code in page] == [f"L{i:03}" for i in range(1, 231)]
    premiere = client.get("/api/v1/lieux/").json()
    LieuAccueil.objects.create(
        code="L000", nom="L", type="mairie", code_insee="72050", commune=brulon
    )
    assert follow(client, premiere["next"])[0][0] == "L101"
    retour = client.get(client.get(premiere["next"]).json()["previous"]).json()
    assert retour["results"][-1]["code"] == "L100"


REQUETES_MAX = {"api:activite-list": 8}


@pytest.mark.parametrize("role", ["gestionnaire", "conseillere", "employeur"])
def test_a_list_costs_the_same_for_two_rows_and_for_thirty(
    client: Client, role: str, distribution: dict[str, Any], objets: SimpleNamespace,
    creneau_brulon: Creneau, mairie_brulon: LieuAccueil,
) -> None:  # fmt: skip
    client.force_login(distribution[role])
    listes = [nom for nom in API if nom.endswith("-list")]
    avant = {nom: cost(client, nom) for nom in listes}
    for i in range(1, 30):
        Occurrence.objects.bulk_create(
            [Occurrence(creneau=creneau_brulon, date=MARDI + dt.timedelta(weeks=i), statut="tenue")]
        )
        make_seance(distribution["conseillere"], mairie_brulon, creneau=creneau_brulon)
        make_rapport_transmis(
            type="frequentation", mois=dt.date(2020 + i // 12, i % 12 + 1, 1),
            donnees=frequentation(1),
        )  # fmt: skip
        champs = {f.name: getattr(creneau_brulon, f.name) for f in Creneau._meta.concrete_fields}
        Creneau.objects.create(**champs | {"id": None, "code": f"C{i}"})
        LieuAccueil.objects.create(
            code=f"L{i}", nom="L", type="mairie", code_insee="72050", commune=mairie_brulon.commune
        )
    apres = {nom: cost(client, nom) for nom in listes}
    assert apres == avant
    assert {n: c for n, c in apres.items() if c > REQUETES_MAX.get(n, 5)} == {}


def cost(client: Client, nom: str) -> int:
    with CaptureQueriesContext(connection) as requetes:
        assert client.get(reverse(nom)).status_code == 200
    return len([r for r in requetes if "SAVEPOINT" not in r["sql"]])


# --- Tags ---------------------------------------------------------------------------------------


def test_whoever_has_this_version_is_told_so_and_nothing_more(
    client: Client, distribution: dict[str, Any], objets: SimpleNamespace
) -> None:
    client.force_login(distribution["gestionnaire"])
    for nom in API:
        url = reverse(nom, args=example_arguments(objets, REGLES[nom].arguments))
        if nom == "api:rapport-pdf":  # its file is in the storage of another test
            continue
        lue = client.get(url)
        assert lue["ETag"].strip('W/"'), nom
        pris = Telechargement.objects.count()
        encore = client.get(url, headers={"if-none-match": lue["ETag"]})
        assert (encore.status_code, encore.content) == (304, b""), nom
        # Nothing was handed over.
        assert Telechargement.objects.count() == pris, nom
        assert client.get(url, headers={"if-none-match": '"autre"'}).status_code == 200


def test_a_seance_is_corrected_by_whoever_has_read_it(
    client: Client, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    seance = make_seance(conseillere, mairie_brulon)
    client.force_login(conseillere)
    url = f"/api/v1/seances/{seance.cle}/"
    lue = client.get(url)["ETag"]
    assert client.patch(url, {"duree": 45}, **JSON).status_code == 428
    faux = client.patch(url, {"duree": 45}, headers={"if-match": '"autre"'}, **JSON)
    assert faux.status_code == 412
    faite = client.patch(url, {"duree": 45}, headers={"if-match": lue}, **JSON)
    assert (faite.status_code, faite.json()["duree"]) == (200, 45)
    # Another hand came meanwhile: what was read is no longer what is there.
    assert client.patch(url, {"duree": 60}, headers={"if-match": lue}, **JSON).status_code == 412
    assert client.delete(url).status_code == 428
    assert client.delete(url, headers={"if-match": faite["ETag"]}).status_code == 204
    assert client.get(url).status_code == 404
    assert Seance.objects.get().duree == 45


def test_a_seance_of_a_closed_month_is_not_corrected(
    client: Client, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    seance = make_seance(conseillere, mairie_brulon)
    Mois.objects.create(
        premier_jour=MARDI.replace(day=1), statut="clos", version=1, clos_le=timezone.now()
    )
    client.force_login(conseillere)
    url = f"/api/v1/seances/{seance.cle}/"
    entetes = {"if-match": client.get(url)["ETag"]}
    for reponse in (
        client.patch(url, {"duree": 45}, headers=entetes, **JSON),
        client.delete(url, headers=entetes),
    ):
        assert reponse.status_code == 400
        assert "clos" in str(reponse.json()["erreurs"])


def test_a_date_is_said_once_corrected_and_taken_back(
    client: Client, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    client.force_login(conseillere)
    neuf = {"if-none-match": "*"}
    assert client.get(OCCURRENCE).status_code == 404
    dite = client.put(OCCURRENCE, {"statut": "tenue"}, headers=neuf, **JSON)
    assert dite.status_code == 201 and dite["Location"].endswith(OCCURRENCE)
    assert client.get(OCCURRENCE)["ETag"] == dite["ETag"]
    assert client.put(OCCURRENCE, {"statut": "tenue"}, headers=neuf, **JSON).status_code == 412
    annulee = {"statut": "annulee", "motif": "intemperies"}
    vue = {"if-match": dite["ETag"]}
    assert client.put(OCCURRENCE, annulee, headers=vue, **JSON).status_code == 200
    assert client.put(OCCURRENCE, annulee, headers=vue, **JSON).status_code == 412
    assert client.delete(OCCURRENCE, headers=vue).status_code == 412
    assert client.delete(OCCURRENCE).status_code == 204
    assert not Occurrence.objects.exists()
    assert client.delete(OCCURRENCE).status_code == 404


# --- Totals, for who sees no row ----------------------------------------------------------------


def test_totals_are_those_of_the_screens_and_of_the_reports(
    client: Client, distribution: dict[str, Any], mairie_brulon: LieuAccueil,
    mardi_10_novembre: Any,
) -> None:  # fmt: skip
    make_seance(distribution["conseillere"], mairie_brulon, date=dt.date(2026, 11, 3))
    rapport = make_rapport_transmis(
        type="frequentation", mois=dt.date(2026, 9, 1), donnees=frequentation(1)
    )
    make_rapport_transmis(
        type="frequentation", mois=dt.date(2026, 8, 1), donnees=frequentation(1), statut="remplace"
    )
    vus = {}
    for role in ("employeur", "employeur_voisin", "conseillere", "prefecture"):
        client.force_login(distribution[role])
        lignes = client.get("/api/v1/activite/").json()["results"]
        vus[role] = [
            (li["mois"], li["perimetre"], li["seances"], li["rapport"])
            for li in lignes
            if li["seances"]
        ]
        assert all("poste" not in ligne for ligne in lignes)
    total = rapport.donnees["total"]["seances"]
    assert vus == {
        "employeur": [("2026-11", "structure", 1, "")],
        "employeur_voisin": [],
        "conseillere": [("2026-11", "conseiller", 1, "")],
        "prefecture": [("2026-09", "programme", total, rapport.code)],
    }


def test_the_figures_and_tables_of_a_report_are_those_of_the_portal(
    client: Client, prefecture: Utilisateur
) -> None:
    rapport = make_rapport_transmis(
        type="frequentation", mois=dt.date(2026, 9, 1), donnees=frequentation(1)
    )
    rapport.pdf.storage.save(rapport.pdf.name, ContentFile(b"%PDF-essai"))
    client.force_login(prefecture)
    adresse = f"/api/v1/rapports/{rapport.code}"
    assert client.get(f"{adresse}/donnees/").json() == rapport.donnees
    tableaux = client.get(f"{adresse}/tableaux/").json()
    for tableau in tableaux:
        lu = client.get(f"{adresse}/tableaux/{tableau['code']}/", headers={"accept": "text/csv"})
        la = client.get(reverse("rapports:telecharger", args=[rapport.pk, tableau["code"]]))
        assert lu.content == b"".join(la.streaming_content), tableau
    assert client.get(f"{adresse}/tableaux/nul/").status_code == 404
    pdf = client.get(f"{adresse}/pdf/")
    assert b"".join(pdf.streaming_content) == b"%PDF-essai"
    rapport.pdf.storage.delete(rapport.pdf.name)
    pris = Telechargement.objects.values_list("format", flat=True)
    assert sorted(pris) == sorted(["json", "pdf", *["csv"] * (2 * len(tableaux))])


# --- Who has left a poste ----------------------------------------------------------------------


def test_a_former_holder_keeps_the_past_and_reads_nothing_of_the_successor(
    client: Client, conseillere: Utilisateur, creneau_brulon: Creneau, poste_2: Poste
) -> None:
    hier = timezone.localdate() - dt.timedelta(days=1)
    Affectation.objects.filter(conseiller__utilisateur=conseillere).update(date_fin=hier)
    suivante = make_conseiller("Lise", "Suivante", poste_2)
    Affectation.objects.filter(conseiller__utilisateur=suivante).update(
        poste=creneau_brulon.poste, date_debut=timezone.localdate()
    )
    nouveau = Creneau.objects.create(
        code="brulon-apres", poste=creneau_brulon.poste, lieu=creneau_brulon.lieu,
        nature="permanence", date_debut=timezone.localdate(), heure_debut=dt.time(14),
        heure_fin=dt.time(16), recurrence="FREQ=WEEKLY;BYDAY=TU",
    )  # fmt: skip
    Occurrence.objects.bulk_create(
        [
            Occurrence(creneau=creneau_brulon, date=MARDI, statut="tenue"),
            Occurrence(
                creneau=creneau_brulon,
                date=timezone.localdate(),
                statut="annulee",
                motif="absence_du_conseiller",
            ),
        ]
    )
    vus = {}
    for nom, personne in (("partie", conseillere), ("arrivée", suivante)):
        client.force_login(personne)
        vus[nom] = (
            {li["code"] for li in client.get("/api/v1/creneaux/").json()["results"]},
            {li["date"] for li in client.get("/api/v1/occurrences/").json()["results"]},
        )
    aujourd_hui = timezone.localdate().isoformat()
    assert vus["partie"] == ({creneau_brulon.code}, {MARDI.isoformat()})
    assert vus["arrivée"] == ({creneau_brulon.code, nouveau.code}, {aujourd_hui})


# --- The schema and its page --------------------------------------------------------------------


def test_the_schema_is_openapi_3_1_and_says_its_version(
    client: Client, prefecture: Utilisateur
) -> None:
    client.force_login(prefecture)
    schema = client.get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1.") and schema["info"]["version"] == "1.1.0"
    dites = {
        (chemin, methode)
        for chemin, operations in schema["paths"].items()
        for methode in operations
    }
    assert len(dites) == sum(len(methodes) for methodes in API.values())


def test_the_page_says_every_operation_without_a_script(
    client: Client, conseillere: Utilisateur
) -> None:
    client.force_login(conseillere)
    page = client.get("/api/").content.decode()
    assert inline_in(page) == []
    for chemin, operations in schema_of_api()["paths"].items():
        for methode, operation in operations.items():
            assert f"<strong>{methode.upper()}</strong> {chemin}<" in page
            assert operation["summary"] in page
    assert "cdn" not in page and "https://" not in page.partition("<main")[0]
