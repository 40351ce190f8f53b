"""A report of 2026 prints again as it was, whatever became of templates, outlines and names."""

import datetime as dt
import gzip
import hashlib
import socket
import urllib.request

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.db.transaction import atomic

from reporting import services
from reporting.models import Acte, Rapport
from reporting.pdf import compose_page, page
from reporting.selectors.carte import carte_du_departement
from reporting.services import reimpression, rendu
from reporting.tests import exemple
from reporting.tests.pdfs import opened
from territoires.models import Commune
from territoires.pdf import PageRefusee, print_page, versions_du_moteur

pytestmark = pytest.mark.pdf

CARRE = [[-0.3, 47.9], [-0.2, 47.9], [-0.2, 48.0], [-0.3, 48.0], [-0.3, 47.9]]
AUTRE = [[-0.4, 47.9], [-0.2, 47.9], [-0.2, 48.1], [-0.3, 48.2], [-0.4, 47.9]]


def give_contour(points):
    contour = {"type": "Polygon", "coordinates": [points]}
    Commune.objects.filter(nom="Brûlon").update(contour=contour)


@pytest.fixture
def fige(gestionnaire, mairie_brulon, creneau_brulon):
    """Couverture of September 2026, its map included."""
    give_contour(CARRE)
    return services.close_mois(
        mois=dt.date(2026, 9, 1), utilisateur=gestionnaire, motif_avertissements="Lu"
    )[0]


@pytest.fixture
def imprime(fige):
    return services.render_rapport(pk=fige.pk)


@pytest.fixture
def vite(monkeypatch):
    """Where what is printed is another test's matter: bytes that follow the page, at no cost."""
    for module in (rendu, reimpression):
        monkeypatch.setattr(module, "print_page", lambda page: b"%PDF-" + page.encode())


@pytest.fixture
def rapport(vite, fige):
    return services.render_rapport(pk=fige.pk)


@pytest.fixture
def other_day(settings, monkeypatch, tmp_path):
    """Years later: the template, the sentences, the style, a name and an outline have changed."""
    dossier = tmp_path / "reporting" / "pdf"
    dossier.mkdir(parents=True)
    (dossier / "couverture.html").write_text("<html><head></head><p>Autre gabarit</p></html>")
    moteur = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**moteur, "DIRS": [tmp_path, *moteur["DIRS"]]}]
    monkeypatch.setattr(page, "style", lambda provisoire: "body { color: red }")
    monkeypatch.setattr(page, "phrases", lambda donnees: ["Autre phrase."])
    give_contour(AUTRE)
    Commune.objects.filter(nom="Brûlon").update(nom="Brûlon-en-Charnie")


def kept(rapport):
    with rapport.pdf.open("rb") as fichier:
        return fichier.read()


def read_page(rapport):
    with rapport.page.open("rb") as fichier:
        return gzip.decompress(fichier.read()).decode()


def replace_file(rapport, contenu):
    storage, nom = rapport.page.storage, rapport.page.name
    storage.delete(nom)
    assert storage.save(nom, ContentFile(contenu)) == nom


def test_years_later_the_bytes_are_the_same(imprime, request):
    options = {"code": imprime.code, "empreinte": imprime.empreinte_donnees}
    page_du_jour = compose_page(imprime.donnees, **options, carte=carte_du_departement())
    assert page_du_jour == read_page(imprime), "what is kept is what was printed"
    request.getfixturevalue("other_day")
    tirage = services.reprint_rapport(rapport=imprime)
    assert tirage.identique
    assert tirage.contenu == kept(imprime)


@pytest.mark.parametrize("quoi", ["contour", "donnees"])
def test_a_page_composed_anew_follows_what_changed(rapport, quoi):
    """Else the test above would prove nothing."""
    donnees = rapport.donnees
    if quoi == "contour":
        give_contour(AUTRE)
    else:
        donnees["communes"][0]["nom"] = "Brûlon-en-Charnie"
    options = {"code": rapport.code, "empreinte": rapport.empreinte_donnees}
    neuve = compose_page(donnees, **options, carte=carte_du_departement())
    assert neuve != read_page(rapport)


def test_another_template_makes_another_page(rapport, other_day):
    assert "Autre gabarit" in compose_page(rapport.donnees, code=rapport.code)


def test_the_command_says_that_the_bytes_are_the_same(rapport, tmp_path, capsys):
    call_command("reprint_rapport", rapport.code.lower(), "--vers", str(tmp_path / "neuf"))
    sortie = capsys.readouterr().out
    assert f"Identique : {rapport}, SHA-256 {rapport.sha256}." in sortie
    assert (tmp_path / "neuf" / "couverture-2026-09.pdf").read_bytes() == kept(rapport)


def test_another_engine_is_named_with_both_versions(rapport, monkeypatch):
    """As if the PDF had been printed by an older WeasyPrint, in other bytes."""
    alors = versions_du_moteur() | {"weasyprint": "69.0", "pillow": "12.0"}
    Rapport.objects.filter(pk=rapport.pk).update(sha256="a" * 64, moteur=alors)
    with pytest.raises(CommandError) as refus:
        call_command("reprint_rapport", rapport.code)
    assert refus.value.returncode == 1
    assert "Différent" in str(refus.value)
    assert "pillow : 12.0 alors, absent ici ; weasyprint : 69.0 alors, 70" in str(refus.value)


def test_without_a_known_difference_it_is_said(rapport):
    Rapport.objects.filter(pk=rapport.pk).update(sha256="a" * 64)
    with pytest.raises(CommandError, match="Aucune des versions gardées avec le rapport"):
        call_command("reprint_rapport", rapport.code)


def test_an_unknown_code_is_wrong_usage(db):
    with pytest.raises(CommandError, match="Aucun rapport") as refus:
        call_command("reprint_rapport", "AAAAA-AAAAA")
    assert refus.value.returncode == 2


def test_a_lost_pdf_is_put_back_with_the_same_bytes(rapport, gestionnaire, direction, request):
    """Even transmitted, even years later: the row does not move, only its file comes back."""
    services.render_rapport(pk=Rapport.objects.get(type="frequentation").pk)
    services.transmit_mois(mois=rapport.mois, utilisateur=direction)
    rapport.refresh_from_db()
    avant, nom = kept(rapport), rapport.pdf.name
    request.getfixturevalue("other_day")
    rapport.pdf.storage.delete(nom)
    assert rapport.pdf_perdu
    services.relance_rapport(rapport=rapport, utilisateur=gestionnaire)
    relu = Rapport.objects.get(pk=rapport.pk)
    assert (relu.pdf.name, relu.statut, kept(relu)) == (nom, "transmis", avant)
    assert Acte.objects.filter(nature="relance", utilisateur=gestionnaire).count() == 1
    with pytest.raises(ValidationError, match="pas en échec"):
        services.relance_rapport(rapport=rapport, utilisateur=gestionnaire)


def test_the_command_puts_a_lost_pdf_back_when_asked(rapport, capsys):
    avant = kept(rapport)
    rapport.pdf.storage.delete(rapport.pdf.name)
    call_command("reprint_rapport", rapport.code)
    assert rapport.pdf_perdu
    call_command("reprint_rapport", rapport.code, "--remettre")
    assert "remis à sa place" in capsys.readouterr().out
    assert kept(rapport) == avant


def test_a_lost_pdf_is_not_replaced_by_other_bytes(rapport, gestionnaire, monkeypatch):
    rapport.pdf.storage.delete(rapport.pdf.name)
    monkeypatch.setattr(reimpression, "print_page", lambda page: b"%PDF-1.7 autre moteur")
    with pytest.raises(ValidationError, match="à l’identique"):
        services.relance_rapport(rapport=rapport, utilisateur=gestionnaire)
    assert rapport.pdf_perdu


def test_a_page_that_was_touched_is_refused(rapport):
    touchee = read_page(rapport).replace("couverture", "Couverture", 1)
    for contenu in (gzip.compress(touchee.encode()), b"plus rien"):
        replace_file(rapport, contenu)
        with pytest.raises(CommandError, match="n’est plus celle qui a été gardée"):
            call_command("reprint_rapport", rapport.code)


def test_a_page_that_is_missing_is_asked_for(rapport):
    rapport.page.storage.delete(rapport.page.name)
    with pytest.raises(CommandError, match=r"manque\. Reprenez-la d’une sauvegarde"):
        call_command("reprint_rapport", rapport.code)


def test_a_report_older_than_the_pages_says_so(rapport):
    Rapport.objects.filter(pk=rapport.pk).update(page="", page_sha256="", moteur=None)
    with pytest.raises(CommandError, match="avant que les pages soient gardées"):
        call_command("reprint_rapport", rapport.code)


def test_the_page_of_a_transmitted_report_does_not_change(rapport, direction):
    services.render_rapport(pk=Rapport.objects.get(type="frequentation").pk)
    services.transmit_mois(mois=rapport.mois, utilisateur=direction)
    for champ in ({"page": "autre"}, {"page_sha256": "c" * 64}, {"moteur": None}):
        with pytest.raises(IntegrityError, match="figé ne change plus"), atomic():
            Rapport.objects.filter(pk=rapport.pk).update(**champ)


def test_provisional_figures_frozen_again_are_not_printed_from_the_old_page(brulon, vite):
    mois = dt.date(2026, 10, 1)
    premier = services.render_rapport(pk=services.build_provisoires(mois=mois)[0].pk)
    assert "Brûlon" in read_page(premier)
    brulon.nom = "Vallon"
    brulon.save()
    second = services.render_rapport(pk=services.build_provisoires(mois=mois)[0].pk)
    assert "Brûlon" not in read_page(second)
    assert "Vallon" in read_page(second)


def test_reopening_a_month_takes_its_pages_away(
    rapport, gestionnaire, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        services.reopen_mois(mois=rapport.mois, utilisateur=gestionnaire)
    assert not rapport.page.storage.exists(rapport.page.name)
    assert not rapport.pdf.storage.exists(rapport.pdf.name)


HOSTILES = [
    ("</body>", '<img src="file:///etc/passwd" alt="x"></body>'),
    ("</body>", '<img src="police:x?sha256=/etc/passwd" alt="x"></body>'),
    ("</head>", '<link rel="stylesheet" href="http://example.org/x.css"></head>'),
    ("</head>", '<link rel="attachment" href="file:///etc/passwd"></head>'),
    ("<style>", "<style>@import url(http://example.org/x.css);"),
    ("<style>", "<style>@font-face { font-family: x; src: url(file:///etc/passwd) }"),
    ("<style>", "<style>body { background: url(file:///etc/passwd) }"),
]
# What WeasyPrint does not look at, or cannot draw: printed, and nothing is opened.
INERTES = (
    '<link href="http://example.org/x"><link rel="joint" title="x" href="file:///etc/passwd">'
    '<base href="file:///etc/"><script src="http://example.org/x.js"></script></head>',
    '<iframe src="file:///etc/passwd"></iframe><svg xmlns="http://www.w3.org/2000/svg" width="9" '
    'height="9"><image href="file:///etc/passwd" width="9" height="9"/></svg></body>',
)


@pytest.fixture
def closed_world(monkeypatch):
    def refuse(*args, **kwargs):
        pytest.fail(f"La réimpression a voulu ouvrir {args}")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(urllib.request.FileHandler, "file_open", refuse)


def test_a_hostile_page_stops_the_reprint(rapport, closed_world, monkeypatch):
    """Even with its fingerprint put on the row: the fetcher is the second lock."""
    falsifiee = read_page(rapport).replace(*HOSTILES[0], 1).encode()
    replace_file(rapport, gzip.compress(falsifiee))
    Rapport.objects.filter(pk=rapport.pk).update(page_sha256=hashlib.sha256(falsifiee).hexdigest())
    rapport.refresh_from_db()
    monkeypatch.setattr(reimpression, "print_page", print_page)
    with pytest.raises(ValidationError, match="La page demande ce qu’elle ne contient pas"):
        services.reprint_rapport(rapport=rapport)


@pytest.mark.parametrize(("avant", "apres"), HOSTILES)
def test_a_page_that_asks_for_more_is_not_printed(closed_world, avant, apres):
    texte = compose_page(exemple.frequentation_vide(), code="")
    assert avant in texte
    with pytest.raises(PageRefusee):
        print_page(texte.replace(avant, apres, 1))


def test_what_is_not_refused_reads_nothing(closed_world):
    texte = compose_page(exemple.frequentation_vide(), code="")
    for balise in INERTES:
        texte = texte.replace(balise[-7:], balise, 1)
    pdf = opened(print_page(texte))
    assert b"root:" not in b"".join(f.get_file().read_bytes() for f in pdf.attachments.values())
    assert "x" in pdf.attachments
