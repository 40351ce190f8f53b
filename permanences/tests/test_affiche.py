"""The poster of a lieu: one sheet to read from afar, in black, tagged, whatever it has to say."""

import datetime as dt
import io
import re
from typing import Any

import pdfua
import pikepdf
import pytest
import segno
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pdfua.rules import structure as regles
from pypdf import PdfReader

from permanences.annonces import THEMES
from permanences.models import Creneau, LieuAccueil, Occurrence
from permanences.pdf import draw_affiche
from permanences.pdf.affiche import TAILLES, compose_affiche
from permanences.selectors.annonces import Annonce, Rythme, annonce_of
from permanences.views import lieux
from reporting.tests.balises import heard
from reporting.tests.pdfs import elements, opened, pages_of
from territoires.models import Commune
from territoires.pdf import PageTropLongue, print_largest_that_fits

pytestmark = pytest.mark.pdf

JOUR = dt.date(2026, 11, 23)
ADRESSE = "https://conseillers.exemple.fr/lieux/mairie-72050/"
LONG = "Maison des services au public de la communauté de communes " * 3 + "Y" * 20
MM = 72 / 25.4
# 38 mm above the margin of 11 mm.
PIED = 49 * MM
JOURS = ("lundis", "mardis", "mercredis", "jeudis", "vendredis", "samedis")


def announce(nombre: int, **champs: Any) -> Annonce:
    """So many lines of days and hours, no database."""
    lieu = {
        "code": "mairie-72050", "nom": "Mairie de Brûlon", "adresse": "1 place de la Mairie",
        "commune": Commune(code="72050", nom="Brûlon"), "telephone": "0261910050",
        "accessible": True,
    }  # fmt: skip
    lieu |= {nom: champs.pop(nom) for nom in lieu.keys() & champs.keys()}
    rythmes = [
        Rythme(
            f"tous les {JOURS[n % 6]}", [f"{8 + n} h – {9 + n} h"], "permanence", "Sans rendez-vous"
        )
        for n in range(nombre)
    ]
    defauts = {"rythmes": rythmes, "themes": [phrase for phrase, _ in THEMES[:6]]}
    return Annonce(LieuAccueil(**lieu), JOUR, dt.date(2027, 1, 23), **{**defauts, **champs})


def draw(annonce: Annonce, adresse_web: str = ADRESSE) -> bytes:
    return draw_affiche(annonce, adresse_web=adresse_web)


def text_of(contenu: bytes) -> str:
    return " ".join(pages_of(contenu))


def size_of_days(contenu: bytes) -> float:
    """Points of the largest « Tous »: the days are what one reads first."""
    tailles: list[float] = []

    def visit(texte: str, _cm: Any, tm: Any, _police: Any, corps: float) -> None:
        if "Tous" in texte:
            tailles.append(abs(corps * tm[3]))

    PdfReader(io.BytesIO(contenu)).pages[0].extract_text(visitor_text=visit)
    return max(tailles)


CAS = {
    "un": announce(1),
    "cinq": announce(5, fermetures=["mardi 8 décembre 2026"] * 3),
    "douze": announce(12, fermetures=["mardi 8 décembre 2026"] * 12),
    "quarante": announce(40),
    "long": announce(12, nom=LONG, adresse=LONG),
    # Every field as full as the database lets it be.
    "pire": announce(
        0,
        nom="W" * 200,
        adresse="W " * 150,
        fermetures=["du mercredi 23 septembre 2026 au mercredi 30 septembre 2026"] * 9,
        rythmes=[
            Rythme(
                "les lundis et mardis et mercredis et jeudis et vendredis, toutes les 2 semaines",
                [f"{h} h 30 – {h + 1} h" for h in range(8, 18)],
                "atelier",
                ("Sur rendez-vous", "Sans rendez-vous")[n % 2],
                f"Atelier « {'W' * 150} »",
            )
            for n in range(12)
        ],
        valable_jusqu_au=dt.date(2026, 12, 18),
    ),
    "vide": announce(0),
}


@pytest.mark.parametrize("nom", CAS)
def test_it_is_one_page_whatever_it_says(nom: str) -> None:
    assert len(pages_of(draw(CAS[nom]))) == 1


@pytest.mark.parametrize("nombre", [1, 5, 12])
def test_every_line_is_there_in_letters_that_are_read_from_two_metres(nombre: int) -> None:
    contenu = draw(announce(nombre))
    texte = text_of(contenu)
    for rang in range(nombre):
        assert f"{8 + rang} h – {9 + rang} h" in texte
    assert "Et d’autres jours" not in texte
    # A capital of Source Sans 3 is 0.66 of its size; 1/500 of the distance reads well (4 mm).
    assert size_of_days(contenu) * 0.66 / 72 * 25.4 >= 4


@pytest.mark.parametrize("nom", CAS)
def test_nothing_is_drawn_over_the_foot_of_the_sheet(nom: str) -> None:
    hauteurs: list[tuple[str, float]] = []

    def visit(texte: str, cm: Any, tm: Any, _police: Any, _corps: float) -> None:
        if texte.strip():
            # To points from the bottom of the sheet, whatever the matrices in force.
            hauteurs.append((texte, cm[1] * tm[4] + cm[3] * tm[5] + cm[5]))

    PdfReader(io.BytesIO(draw(CAS[nom]))).pages[0].extract_text(visitor_text=visit)
    debut = next(n for n, (t, _) in enumerate(hauteurs) if re.match("Prochaines|Pour savoir", t))
    corps, pied = [y for _, y in hauteurs[:debut]], [y for _, y in hauteurs[debut:]]
    assert min(pied) > 10 * MM
    assert max(pied) < PIED < min(corps) <= max(corps) < 287 * MM


def test_the_fewer_the_lines_the_larger_they_are() -> None:
    tailles = [size_of_days(draw(announce(nombre))) for nombre in (1, 5, 12)]
    assert tailles == sorted(tailles, reverse=True)
    assert tailles[0] > 1.5 * tailles[-1]


def test_what_does_not_hold_is_said_to_be_elsewhere() -> None:
    texte = text_of(draw(announce(40, fermetures=["mardi 8 décembre 2026"] * 12)))
    assert "Et d’autres jours : voir l’adresse ci-dessous." in texte
    assert "et d’autres dates : voir l’adresse ci-dessous" in texte
    assert "8 h – 9 h" in texte


def test_it_says_all_that_is_known_of_the_lieu() -> None:
    texte = text_of(draw(announce(1, valable_jusqu_au=dt.date(2026, 12, 18))))
    for morceau in (
        "Département de la Sarthe", "Mairie de Brûlon", "1 place de la Mairie", "Tous les lundis",
        "Gratuit", "Sans rendez-vous", "Tél. 02 61 91 00 50", "Accessible en fauteuil roulant",
        "Faire ses démarches en ligne", "conseillers.exemple.fr/lieux/mairie-72050",
        "Affiche du 23 novembre 2026", "valable jusqu’au 18 décembre 2026",
    ):  # fmt: skip
        assert morceau in texte


@pytest.mark.parametrize(
    ("accessible", "dit"), [(True, "Accessible"), (False, "Non accessible"), (None, "")]
)
def test_step_free_access_is_said_when_it_is_known(accessible: bool | None, dit: str) -> None:
    texte = text_of(draw(announce(1, accessible=accessible)))
    trouve = re.search(r"(Non accessible|Accessible) en fauteuil roulant", texte)
    assert (trouve[1] if trouve else "") == dit


def test_a_rendez_vous_without_a_phone_is_asked_for_on_the_spot() -> None:
    rythmes = [Rythme("tous les mardis", ["9 h – 12 h"], "permanence", "Sur rendez-vous")]
    texte = text_of(draw(announce(1, telephone="", rythmes=rythmes)))
    assert "Rendez-vous : à l’accueil du lieu" in texte
    assert "Tél." not in texte


def test_a_lieu_with_nothing_planned_or_closed_says_so() -> None:
    assert "Aucune permanence n’est prévue ici en ce moment." in text_of(draw(announce(0)))
    annonce = announce(0)
    annonce.lieu.actif = False
    texte = text_of(draw(annonce))
    assert "Il n’y a plus de permanence ici." in texte
    assert "apprendre" not in texte


def test_a_suspended_lieu_says_until_when() -> None:
    texte = text_of(draw(announce(1, suspendu=True)))
    assert "Suspendu : aucune permanence d’ici au 23 janvier 2027." in texte


def test_a_hostile_name_prints_as_text_and_reads_nothing() -> None:
    hostile = "<img src=file:///etc/passwd></p><style>@import 'file:///etc/passwd'</style>"
    texte = text_of(draw(announce(1, nom=hostile, adresse=hostile))).replace(" ", "")
    assert texte.count("<imgsrc=file:///etc/passwd>") == 2
    assert "root:" not in texte


def test_the_qr_code_is_that_of_the_public_page() -> None:
    """Its modules, read back from the drawing, are those of the address."""
    page = compose_affiche(announce(1), ADRESSE)
    trace = re.search(r'<path[^>]* d="([^"]+)"', page)
    assert trace is not None
    attendu = [bytes(ligne) for ligne in segno.make(ADRESSE, error="m").matrix]
    lus = [bytearray(len(attendu)) for _ in attendu]
    x = y = 0.0
    for lettre, nombres in re.findall(r"([Mmh])([-\d. ]+)", trace[1]):
        valeurs = [float(n) for n in re.findall(r"-?[\d.]+", nombres)]
        if lettre == "h":
            for pas in range(int(valeurs[0])):
                lus[int(y - 2)][int(x) - 2 + pas] = 1
            x += valeurs[0]
        else:
            x, y = (valeurs[0], valeurs[1]) if lettre == "M" else (x + valeurs[0], y + valeurs[1])
    assert [bytes(ligne) for ligne in lus] == attendu
    figures = elements(draw(announce(1)), "Figure")
    assert [str(f["/Alt"]) for f in figures] == [f"Code à scanner vers {ADRESSE}"]


# --- The file ------------------------------------------------------------------------------


@pytest.mark.parametrize("nom", ["cinq", "long", "vide"])
def test_every_rule_of_pdfua_is_run_and_finds_nothing(
    nom: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for the reports (docs/adr/0010)."""
    lire = regles.as_integer
    monkeypatch.setattr(
        regles, "as_integer", lambda v: None if isinstance(v, pikepdf.Array) else lire(v)
    )
    contenu = draw(CAS[nom])
    rapport = pdfua.validate(io.BytesIO(contenu))
    assert [f"{f.rule_id} {f.message}" for f in rapport.findings] == []
    assert [(r.rule_id, r.skipped_reason) for r in rapport.skipped] == []
    pdf = opened(contenu)
    assert pdf.check_pdf_syntax() == []
    assert str(pdf.Root.Lang) == "fr"
    assert "Permanences d’un conseiller numérique" in str(pdf.docinfo["/Title"])
    assert pdf.open_metadata()["pdfuaid:part"] == "1"


def test_it_is_read_aloud_in_the_order_of_the_eye() -> None:
    dit = [" ".join(texte.split()) for role, texte in heard(draw(CAS["cinq"])) if role != "Lbl"]
    rangs = [
        next(n for n, texte in enumerate(dit) if debut in texte)
        for debut in ("Aide gratuite", "Mairie de Brûlon", "Tous les lundis", "Gratuit",
                      "Pas de permanence", "On peut y apprendre", "Code à scanner",
                      "conseillers.exemple.fr", "Affiche du")
    ]  # fmt: skip
    assert rangs == sorted(rangs)


def test_an_address_is_printed_as_one_types_it() -> None:
    texte = text_of(draw(announce(1), f"https://conseillers.exemple.fr/lieux/{'%C3%A9' * 40}/"))
    assert f"conseillers.exemple.fr/lieux/{'é' * 40}" in texte.replace(" ", "")


def test_the_same_announcement_gives_the_same_bytes() -> None:
    assert draw(announce(5)) == draw(announce(5))


@pytest.mark.parametrize("feuille", ["affiche", "feuille"])
def test_it_is_black_and_white(feuille: str) -> None:
    """A photocopy loses nothing: no other colour, and no ground that would eat the ink."""
    texte = (settings.BASE_DIR / "static" / "permanences" / f"{feuille}.css").read_text()
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", texte)) == {"#000000"}
    assert not re.search(r"background|opacity|rgb|hsl", texte)


def test_a_page_that_never_holds_is_refused() -> None:
    page = compose_affiche(announce(40), ADRESSE, TAILLES[0])
    with pytest.raises(PageTropLongue):
        print_largest_that_fits([lambda: page])


# --- Its doors -----------------------------------------------------------------------------


@pytest.mark.usefixtures("mardi_13_octobre", "conseillere")
def test_anybody_prints_it_from_the_public_page(
    creneau_brulon: Creneau, mairie_brulon: LieuAccueil
) -> None:
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 10, 20), statut="annulee", motif="intemperies"
    )
    client = Client()
    assert (
        f"/lieux/{mairie_brulon.code}/affiche/"
        in client.get(f"/lieux/{mairie_brulon.code}/").content.decode()
    )
    reponse = client.get(f"/lieux/{mairie_brulon.code}/affiche/")
    assert reponse["Content-Type"] == "application/pdf"
    assert reponse["Content-Disposition"] == 'inline; filename="affiche-mairie-de-brulon.pdf"'
    contenu = b"".join(reponse.streaming_content)  # type: ignore[attr-defined]
    texte = text_of(contenu)
    assert "Tous les mardis" in texte
    assert "mardi 20 octobre 2026" in texte
    assert "ntempéries" not in texte
    assert "Nadia" not in texte
    attendu = f"{settings.SITE_URL.rstrip('/')}/lieux/{mairie_brulon.code}/"
    assert contenu == draw_affiche(
        annonce_of(LieuAccueil.objects.select_related("commune").get(), timezone.localdate()),
        adresse_web=attendu,
    )


@pytest.mark.usefixtures("mardi_13_octobre", "conseillere")
def test_it_is_drawn_once_until_what_it_says_changes(
    creneau_brulon: Creneau, mairie_brulon: LieuAccueil, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    dessins: list[str] = []

    def note(annonce: Annonce, adresse_web: str) -> bytes:
        dessins.append(annonce.lieu.nom)
        return b"%PDF-"

    monkeypatch.setattr(lieux, "draw_affiche", note)
    for _ in range(3):
        assert Client().get("/lieux/mairie-72050/affiche/").status_code == 200
    LieuAccueil.objects.update(nom="Autre nom")
    Client().get("/lieux/mairie-72050/affiche/")
    cache.clear()
    assert dessins == ["Mairie de Brûlon", "Autre nom"]


@pytest.mark.usefixtures("mardi_13_octobre")
def test_staff_and_advisors_find_it(
    client: Client, gestionnaire: Any, conseillere: Any, creneau_brulon: Creneau
) -> None:
    adresse = "/lieux/mairie-72050/affiche/"
    client.force_login(gestionnaire)
    fiche = f"/admin/permanences/lieuaccueil/{creneau_brulon.lieu_id}/change/"
    assert adresse in client.get(fiche).content.decode()
    client.force_login(conseillere)
    assert adresse in client.get("/aujourdhui/").content.decode()
