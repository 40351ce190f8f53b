"""Staff close, read, transmit and correct a month on its page."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from permanences.models import Mois, Seance
from permanences.services import record_seance
from reporting import services, tasks
from reporting.models import Rapport, Telechargement
from reporting.tests.exemple import SA_PAGE

OCTOBRE = dt.date(2026, 10, 1)
MOIS = "/admin/reporting/rapport/mois/2026-10/"
pytestmark = pytest.mark.usefixtures("mardi_10_novembre")


@pytest.fixture(autouse=True)
def rendus(monkeypatch: pytest.MonkeyPatch) -> list[Rapport]:
    """What was asked to be drawn; the drawing is another test's matter."""
    demandes: list[Rapport] = []

    def note(rapports: Any) -> bool:
        demandes.extend(rapports)
        return True

    monkeypatch.setattr(tasks, "start_rendering", note)
    return demandes


@pytest.fixture
def seance(conseillere: Any, mairie_brulon: Any) -> Seance:
    return record_seance(
        utilisateur=conseillere,
        cle=uuid.uuid4(),
        date=dt.date(2026, 10, 8),
        nature="individuel",
        canal="lieu_activite",
        lieu=mairie_brulon,
        duree=30,
        thematiques=["email"],
    )


@pytest.fixture
def bureau(client: Client, gestionnaire: Any) -> Client:
    client.force_login(gestionnaire)
    return client


@pytest.fixture
def clos(seance: Seance, gestionnaire: Any) -> list[Rapport]:
    return services.close_mois(mois=OCTOBRE, utilisateur=gestionnaire, motif_avertissements="Relu")


def drawn(rapports: list[Rapport]) -> None:
    for i, rapport in enumerate(rapports):
        rapport.pdf.save(f"{rapport.nom_fichier}.pdf", ContentFile(b"%PDF-"), save=False)
        Rapport.objects.filter(pk=rapport.pk).update(
            statut="produit", pdf=rapport.pdf.name, sha256=f"{i}" * 64, **SA_PAGE
        )


def text_of(reponse: Any) -> str:
    return re.sub(r"\s+", " ", reponse.content.decode())


def offered(client: Client) -> set[str]:
    return set(re.findall(rf'href="{MOIS}(\w+)/"', client.get(MOIS).content.decode()))


def test_the_list_says_what_is_to_be_done(bureau: Client, clos: Any) -> None:
    drawn(clos)
    html = text_of(bureau.get(reverse("admin:reporting_mois")))
    assert "Octobre 2026" in html and "Lire, puis transmettre" in html


def test_a_blocking_check_links_to_its_rows_and_hides_the_button(
    bureau: Client, seance: Seance
) -> None:
    Seance.objects.update(poste=None)
    html = text_of(bureau.get(f"{MOIS}cloturer/"))
    assert "Bloquant" in html and "rattachement=en_attente" in html
    assert 'type="submit">Clôturer' not in html
    lien = re.search(r'href="(/admin/permanences/seance/\?[^"]+)"', html)
    assert lien is not None
    liste = bureau.get(lien.group(1).replace("&amp;", "&"))
    assert liste.context["cl"].result_count == 1
    assert bureau.post(f"{MOIS}cloturer/", {"motif": "Tant pis"}).status_code == 200
    assert not Mois.objects.clos().exists()


def test_warnings_need_a_reason_and_the_page_keeps_nothing_half_done(
    bureau: Client, seance: Seance, rendus: list[Rapport]
) -> None:
    html = text_of(bureau.post(f"{MOIS}cloturer/", {"motif": "  "}))
    assert "dites pourquoi vous clôturez" in html
    assert not Rapport.objects.exists()
    reponse = bureau.post(f"{MOIS}cloturer/", {"motif": "Relu avec Nadia"}, follow=True)
    assert "ses chiffres sont figés" in text_of(reponse)
    assert len(rendus) == 2
    assert "Relu avec Nadia" in text_of(reponse)


def test_every_link_of_a_check_opens(bureau: Client, seance: Seance) -> None:
    from reporting.admin.liens import AUTRES, DE_SEANCES, link_of
    from reporting.selectors import Verification

    for code in (*AUTRES, *DE_SEANCES, "seance_en_attente"):
        for cles in ((), (1, 2)):
            lien = link_of(Verification(code, "x", "avertissement", 1, cles=cles), OCTOBRE)
            reponse = bureau.get(lien)
            assert reponse.status_code == 200, lien
            if cles and code != "seance_en_attente":
                assert reponse.context["cl"].result_count <= 2
    assert link_of(Verification("rapprochement", "x", "bloquant", 1), OCTOBRE) == ""


def test_transmission_shows_both_fingerprints_and_who_validates(
    bureau: Client, clos: Any, prefecture: Any
) -> None:
    drawn(clos)
    html = text_of(bureau.get(f"{MOIS}transmettre/"))
    assert "0" * 64 in html and "1" * 64 in html
    assert "Validé par : <strong>Claire Gestion</strong>, Cheffe de projet" in html
    reponse = bureau.post(f"{MOIS}transmettre/", follow=True)
    assert "sont transmis" in text_of(reponse)
    assert {r.statut for r in Rapport.objects.visible_to(prefecture)} == {"transmis"}


@pytest.mark.parametrize(
    ("etape", "actes"),
    [
        ("ouvert", {"cloturer", "provisoires"}),
        ("fige", {"rouvrir"}),
        ("produit", {"transmettre", "rouvrir"}),
        ("transmis", {"rectifier"}),
        ("rectification", {"cloturer", "provisoires"}),
    ],
)
def test_only_the_acts_of_its_state_are_offered(
    bureau: Client, gestionnaire: Any, seance: Seance, etape: str, actes: set[str]
) -> None:
    etapes = ["ouvert", "fige", "produit", "transmis", "rectification"]
    rang = etapes.index(etape)
    if rang >= 1:
        rapports = services.close_mois(
            mois=OCTOBRE, utilisateur=gestionnaire, motif_avertissements="Relu"
        )
    if rang >= 2:
        drawn(rapports)
    if rang >= 3:
        services.transmit_mois(mois=OCTOBRE, utilisateur=gestionnaire)
    if rang >= 4:
        services.open_rectification(mois=OCTOBRE, utilisateur=gestionnaire, motif="Oubli")
    assert offered(bureau) == actes
    for acte in {"cloturer", "provisoires", "transmettre", "rouvrir", "rectifier"} - actes:
        reponse = bureau.post(f"{MOIS}{acte}/", {"motif": "Essai"}, follow=True)
        assert "n’est pas possible dans l’état de ce mois" in text_of(reponse)


def test_a_rectification_asks_why(bureau: Client, gestionnaire: Any, clos: Any) -> None:
    drawn(clos)
    services.transmit_mois(mois=OCTOBRE, utilisateur=gestionnaire)
    assert "Dites pourquoi" in text_of(bureau.post(f"{MOIS}rectifier/", {"motif": ""}))
    bureau.post(f"{MOIS}rectifier/", {"motif": "Une séance oubliée"})
    assert Mois.objects.get().motif_rectification == "Une séance oubliée"


def test_a_month_read_by_staff_can_still_be_reopened(bureau: Client, clos: Any) -> None:
    drawn(clos)
    for rapport in clos:
        assert bureau.get(f"/rapports/{rapport.pk}/fichier/pdf/").status_code == 200
        assert bureau.get(f"/rapports/{rapport.pk}/fichier/json/").status_code == 200
    reponse = bureau.post(f"{MOIS}rouvrir/", {"motif": "Relu trop vite"}, follow=True)
    assert "Le mois est rouvert" in text_of(reponse)
    assert not Rapport.objects.exists()


def test_a_failure_shows_its_cause_and_is_started_again(
    bureau: Client, clos: Any, rendus: list[Rapport]
) -> None:
    Rapport.objects.filter(pk=clos[0].pk).update(statut="echec", cause_echec="Police absente")
    html = text_of(bureau.get(MOIS))
    assert "Police absente" in html and "Relancer" in html
    bureau.post(f"/admin/reporting/rapport/{clos[0].pk}/relancer/")
    clos[0].refresh_from_db()
    assert clos[0].statut == "fige"
    assert [r.pk for r in rendus] == [clos[0].pk]


def test_progress_is_followed_on_request_only(bureau: Client, clos: Any) -> None:
    assert "http-equiv" not in text_of(bureau.get(MOIS))
    assert 'http-equiv="refresh"' in text_of(bureau.get(MOIS, {"suivre": "1"}))
    drawn(clos)
    assert "http-equiv" not in text_of(bureau.get(MOIS, {"suivre": "1"}))


def test_provisional_reports_are_prepared_again(bureau: Client, seance: Seance) -> None:
    for _ in range(2):
        reponse = bureau.post(f"{MOIS}provisoires/", follow=True)
        assert "provisoires se préparent" in text_of(reponse)
    assert [r.version for r in Rapport.objects.all()] == [0, 0]


def test_a_queue_that_is_away_loses_nothing(
    bureau: Client, seance: Seance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "start_rendering", lambda rapports: False)
    reponse = bureau.post(f"{MOIS}cloturer/", {"motif": "Relu"}, follow=True)
    assert "La file d’attente ne répond pas" in text_of(reponse)
    assert Mois.objects.clos().exists()


def test_the_direction_reads_and_does_nothing(client: Client, direction: Any, clos: Any) -> None:
    client.force_login(direction)
    drawn(clos)
    assert offered(client) == set()
    assert client.post(f"{MOIS}transmettre/").status_code == 403
    rapport = clos[0]
    assert client.post(f"/admin/reporting/rapport/{rapport.pk}/relancer/").status_code == 403


def test_a_download_after_transmission_is_recorded(
    bureau: Client, gestionnaire: Any, clos: Any
) -> None:
    drawn(clos)
    services.transmit_mois(mois=OCTOBRE, utilisateur=gestionnaire)
    reponse = bureau.get(f"/rapports/{clos[0].pk}/fichier/pdf/")
    assert b"".join(reponse.streaming_content) == b"%PDF-"
    assert Telechargement.objects.get().format == "pdf"


@pytest.mark.parametrize("cle", ["2026-13", "octobre", "2026", "0001-01", "9999-12"])
def test_a_month_that_does_not_exist_is_not_found(bureau: Client, cle: str) -> None:
    assert bureau.get(f"/admin/reporting/rapport/mois/{cle}/").status_code == 404


def test_a_transmitted_report_is_not_deleted(bureau: Client, gestionnaire: Any, clos: Any) -> None:
    drawn(clos)
    services.transmit_mois(mois=OCTOBRE, utilisateur=gestionnaire)
    url = reverse("admin:reporting_rapport_delete", args=[clos[0].pk])
    assert "ne se supprime pas" in text_of(bureau.post(url, {"post": "yes"}, follow=True))
    assert Rapport.objects.count() == 2
