"""The sign-in sheet of an atelier: blank lines on paper, and no name anywhere."""

import datetime as dt
import io

import pdfua
import pikepdf
import pytest
from django.test import Client
from pdfua.rules import structure as regles

from conseillers.models import Affectation, Poste, Utilisateur
from permanences.models import Creneau, LieuAccueil
from permanences.pdf import draw_feuille
from reporting.tests.pdfs import elements, opened, pages_of

pytestmark = [pytest.mark.pdf, pytest.mark.usefixtures("mardi_13_octobre")]

JOUR = dt.date(2026, 10, 14)  # the second Wednesday: La Flèche's atelier takes place


@pytest.fixture
def atelier(atelier_la_fleche: Creneau) -> Creneau:
    return Creneau.objects.select_related("lieu__commune", "poste__structure").get()


def text_of(contenu: bytes) -> str:
    return " ".join(pages_of(contenu))


def rows_of(contenu: bytes) -> int:
    """Lines to sign on: those with a blank cell."""
    lignes = elements(contenu, "TR")
    return sum(any(c.get("/S") == "/TD" for c in ligne["/K"]) for ligne in lignes)


def test_it_says_what_when_where_and_who_answers_for_it(atelier: Creneau) -> None:
    texte = text_of(draw_feuille(atelier, JOUR))
    for morceau in (
        "Feuille de présence", "Atelier « Premiers pas »", "Mercredi 14 octobre 2026, 14 h – 16 h",
        "Médiathèque de La Flèche", "8 places", "Employeur du conseiller : Pays Fléchois",
        "Prénom", "Signature", "Première fois ?",
    ):  # fmt: skip
        assert morceau in texte
    assert "Hugo" not in texte


def test_it_says_that_names_stay_on_paper_and_for_how_long(atelier: Creneau) -> None:
    texte = text_of(draw_feuille(atelier, JOUR))
    assert "Cette feuille reste sur papier, chez le conseiller." in texte
    assert "Aucun prénom, aucune signature n’est saisi dans la plateforme" in texte
    assert "détruite dès que le mois de la séance est clos" in texte


@pytest.mark.parametrize(
    ("capacite", "lignes", "feuilles"),
    [(None, 12, 1), (1, 1, 1), (8, 8, 1), (30, 30, 2), (60, 30, 2)],
)
def test_it_has_as_many_lines_as_seats(
    atelier: Creneau, capacite: int | None, lignes: int, feuilles: int
) -> None:
    atelier.capacite = capacite
    contenu = draw_feuille(atelier, JOUR)
    assert rows_of(contenu) == lignes
    assert len(pages_of(contenu)) == feuilles
    assert ("imprimez une deuxième feuille" in text_of(contenu)) == (capacite == 60)


def test_long_and_hostile_names_hold(atelier: Creneau) -> None:
    atelier.titre = "<img src=file:///etc/passwd>" + "Z" * 120
    atelier.lieu.nom = "Maison des services " * 10
    atelier.lieu.adresse = "Bâtiment B, " * 25
    atelier.capacite = 30
    contenu = draw_feuille(atelier, JOUR)
    assert len(pages_of(contenu)) == 2
    assert "<imgsrc=file:///etc/passwd>" in text_of(contenu).replace(" ", "")


def test_it_is_accessible_and_the_same_every_time(
    atelier: Creneau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for the reports (docs/adr/0010)."""
    lire = regles.as_integer
    monkeypatch.setattr(
        regles, "as_integer", lambda v: None if isinstance(v, pikepdf.Array) else lire(v)
    )
    contenu = draw_feuille(atelier, JOUR)
    rapport = pdfua.validate(io.BytesIO(contenu))
    assert [f"{f.rule_id} {f.message}" for f in rapport.findings] == []
    assert [(r.rule_id, r.skipped_reason) for r in rapport.skipped] == []
    assert opened(contenu).check_pdf_syntax() == []
    assert contenu == draw_feuille(atelier, JOUR)


# --- Who prints it -------------------------------------------------------------------------


def test_the_advisor_prints_it_from_the_day(
    client: Client, conseiller_voisin: Utilisateur, atelier: Creneau
) -> None:
    client.force_login(conseiller_voisin)
    adresse = f"/creneaux/{atelier.pk}/2026-10-14/feuille/"
    assert adresse in client.get("/aujourdhui/2026-10-14/").content.decode()
    reponse = client.get(adresse)
    assert reponse["Content-Type"] == "application/pdf"
    assert "feuille-de-presence-2026-10-14.pdf" in reponse["Content-Disposition"]


def test_a_permanence_has_no_sheet(
    client: Client, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    client.force_login(conseillere)
    adresse = f"/creneaux/{creneau_brulon.pk}/2026-10-13/feuille/"
    assert adresse not in client.get("/aujourdhui/").content.decode()
    assert client.get(adresse).status_code == 404


def test_another_day_has_none(
    client: Client, conseiller_voisin: Utilisateur, atelier: Creneau
) -> None:
    client.force_login(conseiller_voisin)
    assert client.get(f"/creneaux/{atelier.pk}/2026-10-15/feuille/").status_code == 404


def test_who_no_longer_holds_the_poste_that_day_does_not_print_it(
    client: Client, conseiller_voisin: Utilisateur, atelier: Creneau
) -> None:
    Affectation.objects.update(date_fin=dt.date(2026, 10, 13))
    client.force_login(conseiller_voisin)
    assert client.get(f"/creneaux/{atelier.pk}/2026-10-14/feuille/").status_code == 404
    assert client.get(f"/creneaux/{atelier.pk}/2026-09-09/feuille/").status_code == 200


def test_a_colleague_does_not_print_it(
    client: Client, conseillere: Utilisateur, atelier: Creneau
) -> None:
    client.force_login(conseillere)
    assert client.get(f"/creneaux/{atelier.pk}/2026-10-14/feuille/").status_code == 404


def test_a_mini_formation_has_one_too(
    client: Client, conseillere: Utilisateur, poste_1: Poste, mairie_brulon: LieuAccueil
) -> None:
    creneau = Creneau.objects.create(
        code="mini", poste=poste_1, lieu=mairie_brulon, nature="mini_formation",
        date_debut=dt.date(2026, 10, 13), heure_debut=dt.time(9), heure_fin=dt.time(12),
    )  # fmt: skip
    client.force_login(conseillere)
    assert client.get(f"/creneaux/{creneau.pk}/2026-10-13/feuille/").status_code == 200
