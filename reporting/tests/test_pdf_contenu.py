"""What a reader finds in the PDFs: figures, sentences, the three kinds of absence."""

import re
import subprocess

import pytest

from reporting import francais as fr
from reporting.essentiel import chiffres
from reporting.phrases import phrases
from reporting.tests import exemple
from reporting.tests.pdfs import CODE, draw_with_map, drawn, pages_of, plain, text_of

pytestmark = pytest.mark.pdf

RAPPORTS = ["frequentation", "couverture"]
INTERDITS = ("bénéficiaire", "personnes accompagnées", "zone blanche")


@pytest.mark.parametrize("nom", RAPPORTS)
def test_page_1_holds_the_headline_figures_and_the_three_sentences(nom):
    premiere = pages_of(drawn(nom))[0]
    donnees = getattr(exemple, nom)()
    assert len(chiffres(donnees)) == 5
    for chiffre in chiffres(donnees):
        assert f"{plain(chiffre.imprime)} {plain(chiffre.unite)}" in premiere
        assert plain(chiffre.imprime_m_1) in premiere
    assert len(phrases(donnees)) == 3
    for phrase in phrases(donnees):
        assert plain(phrase) in premiere
    assert "sans cible" in premiere


def test_a_target_is_printed_in_the_unit_of_its_figure():
    donnees = exemple.frequentation() | {"cibles": {"heures": 1200, "participations": 3000}}
    cibles = {c.cle: c.imprime_cible for c in chiffres(donnees)}
    assert plain(cibles["minutes"]) == "1 200,0"
    assert plain(cibles["participations"]) == "3 000"
    assert cibles["seances"] == "sans cible"


@pytest.mark.parametrize("nom", RAPPORTS)
def test_every_page_says_its_number_its_report_and_its_version(nom):
    pages = pages_of(drawn(nom))
    for numero, page in enumerate(pages, 1):
        assert f"page {numero} / {len(pages)}" in page
        assert CODE in page
    assert all("version 1" in page for page in pages[1:])


@pytest.mark.parametrize("nom", RAPPORTS)
@pytest.mark.parametrize("suffixe", ["", "_vide"])
def test_reserved_words_are_never_printed(nom, suffixe):
    texte = text_of(drawn(nom + suffixe)).lower()
    assert [mot for mot in INTERDITS if mot in texte] == []
    assert "à vol d’oiseau" in texte or nom == "frequentation"


@pytest.mark.parametrize("nom", ["frequentation_vide", "couverture_vide"])
def test_an_empty_month_has_zeros_dashes_and_unknowns(nom):
    texte = text_of(drawn(nom))
    assert re.search(r"\b0\b", texte)
    assert "—" in texte
    assert "non connu" in texte


def test_an_empty_month_without_a_map_still_draws():
    assert draw_with_map(exemple.couverture_vide() | {"communes": []}).startswith(b"%PDF")


def test_a_provisional_report_says_so_on_every_page():
    pages = pages_of(drawn("frequentation", 0))
    assert all("PROVISOIRE" in page for page in pages)
    assert "PROVISOIRE" not in text_of(drawn("frequentation"))


def test_a_rectificative_lists_each_figure_that_changed():
    donnees = exemple.frequentation(2)
    donnees["changements"] = [
        {"chemin": "total.seances", "avant": 1234, "apres": 1240},
        {"chemin": "par_nature.atelier.participations", "avant": None, "apres": 12345},
        {"chemin": "par_epci.200040475.minutes", "avant": 60, "apres": 90},
    ]
    texte = text_of(draw_with_map(donnees))
    assert "Ce qui change" in texte
    assert "Total, séances 1 234 1 240" in texte
    assert "Par nature, atelier, participations — 12 345" in texte
    assert "Par EPCI, CC LBN Communauté, minutes 60 90" in texte
    assert "Ce qui change" not in text_of(drawn("frequentation"))


def test_premieres_venues_known_for_too_few_leave_page_1_and_say_so():
    donnees = exemple.frequentation()
    donnees["total"]["premieres_venues_sur"] = 1000
    pages = pages_of(draw_with_map(donnees))
    assert "Premières venues déclarées" not in pages[0]
    assert "renseigné que pour 40,5 % des participations" in pages[0]
    assert "Premières venues déclarées" in " ".join(pages[1:])


def test_premieres_venues_that_nobody_filled_are_unknown_not_zero():
    donnees = exemple.frequentation()
    donnees["total"] |= {"premieres_venues": 0, "premieres_venues_sur": 0}
    texte = text_of(draw_with_map(donnees))
    assert "Total 1 234 2 468 non connu 1 028,3" in texte


def test_a_table_mostly_not_told_says_that_it_is_fragile():
    texte = text_of(drawn("frequentation"))
    assert "Taux de « non communiqué » : 51,4 %. Tableau fragile" in texte
    assert texte.count("Tableau fragile") == 1


def test_extreme_values_are_all_printed():
    donnees = exemple.frequentation()
    donnees["total"] |= {"seances": 87_654, "participations": 100_000, "minutes": 5_259_240}
    for epci in donnees["par_epci"]:
        epci["nom"] = "Communauté de communes de la Champagne Conlinoise et du Pays de Sillé " * 2
        epci["participations"] = 100_000
    texte = text_of(draw_with_map(donnees))
    assert "100 000 présences" in texte
    assert "87 654 séances ont réuni 100 000 participations, en 87 654,0 heures" in texte
    assert texte.count("100 000") >= 18


@pytest.mark.parametrize("nom", RAPPORTS)
def test_no_heading_is_alone_on_its_page_however_long_the_names(nom):
    donnees = getattr(exemple, nom)()
    for epci in donnees["par_epci"]:
        epci["nom"] = "Communauté de communes de la Champagne Conlinoise et du Pays de Sillé " * 2
    seules = [page for page in pages_of(draw_with_map(donnees)) if len(page) < 200]
    assert seules == []


def test_the_352_communes_without_a_lieu_are_all_in_the_annex():
    texte = text_of(drawn("couverture_vide"))
    assert "352 communes 566 733" in texte
    assert "Aillières-Beauvoir" in texte
    # In the body: the most populated only, so that the report stays short.
    assert "les 40 plus peuplées" in texte


def body(donnees) -> list[str]:
    """Pages before the annexes."""
    pages = pages_of(draw_with_map(donnees))
    return pages[: next(n for n, p in enumerate(pages) if "Annexe : méthode" in p)]


@pytest.mark.parametrize("nom", RAPPORTS)
@pytest.mark.parametrize("suffixe", ["", "_vide"])
def test_ten_pages_at_most_before_the_annexes(nom, suffixe):
    assert len(body(getattr(exemple, nom + suffixe)())) <= 10


def many_changes(nombre):
    return [
        {"chemin": f"lieux.M{rang}.seances", "avant": rang, "apres": 90_000 + rang}
        for rang in range(nombre - 1)
    ] + [{"chemin": "total.seances", "avant": 1234, "apres": 1240}]


def test_ten_pages_even_with_300_changes_and_80_lieux_cancelled():
    """All of them are whole in an annex."""
    donnees = exemple.couverture(2)
    modele = donnees["lieux"][0] | {"annulees": 8}
    donnees["lieux"] = [
        modele | {"code": f"M{rang}", "nom": f"Mairie numéro {rang}"} for rang in range(80)
    ]
    donnees["changements"] = many_changes(300)
    avant = body(donnees)
    assert len(avant) <= 10
    assert "Total, séances 1 234 1 240" in avant[1]
    assert "80 lieux sont dans ce cas" in " ".join(avant)
    texte = text_of(draw_with_map(donnees))
    assert all(
        f"séances {rang} {fr.entier(90_000 + rang)}".replace(fr.FINE, " ") in texte
        for rang in range(1, 299)
    )
    assert all(f"Mairie numéro {rang} 8 5 8 1 25" in texte for rang in range(80))


def test_a_busy_rectificative_of_frequentation_holds_in_ten_pages():
    donnees = exemple.frequentation(2)
    donnees["ateliers"] *= 4
    donnees["changements"] = many_changes(300)
    assert len(body(donnees)) <= 10


def test_a_few_changes_leave_no_page_nearly_empty():
    donnees = exemple.frequentation(2) | {"changements": many_changes(3)}
    assert "Ce qui change" in body(donnees)[0]


def test_one_change_is_said_in_the_singular():
    texte = text_of(draw_with_map(exemple.frequentation(2) | {"changements": many_changes(1)}))
    assert "Un seul chiffre diffère." in texte


def test_a_month_whose_lieux_are_all_grouped_says_so():
    donnees = exemple.frequentation() | {"lieux_frequentes": []}
    texte = text_of(draw_with_map(donnees))
    assert "EHPAD (regroupés) : 4 lieux 20 141" in texte
    assert "Aucune séance n’a eu lieu dans un lieu d’accueil" not in texte


@pytest.mark.parametrize("nom", RAPPORTS)
def test_the_proof_of_authenticity_is_on_one_page(nom):
    (derniere,) = [p for p in pages_of(drawn(nom)) if "Annexe : authenticité" in p]
    assert "Code de vérification" in derniere
    assert "/verifier/" in derniere


@pytest.mark.parametrize("nom", RAPPORTS)
def test_nothing_goes_beyond_the_margins(nom):
    """Even names of 200 letters without a space, and twelve columns of « non connu »."""
    long = "Maisondespartenairesdunumeriqueitinerant" * 5
    donnees = getattr(exemple, nom)()
    for ligne in [*donnees.get("lieux", []), *donnees.get("lieux_frequentes", [])]:
        ligne["nom"] = long
    for atelier in donnees.get("ateliers", []):
        atelier |= {"lieu": long, "titre": long[:150]}
    for mois in donnees["douze_mois"]:
        if nom == "couverture":
            mois |= {cle: None for cle in mois if cle not in ("mois", "provisoire")}
    assert words_beyond_margins(draw_with_map(donnees)) == []


def words_beyond_margins(contenu: bytes) -> list[str]:
    """Words whose right edge is more than half a millimetre in the margin of 16 mm."""
    commande = ["pdftotext", "-bbox", "-enc", "UTF-8", "-", "-"]
    sortie = subprocess.run(commande, input=contenu, capture_output=True, check=True).stdout
    bord = (210 - 16 + 0.5) * 72 / 25.4
    return [
        mot
        for droite, mot in re.findall(r'xMax="([\d.]+)" yMax="[\d.]+">([^<]*)', sortie.decode())
        if float(droite) > bord
    ]


def test_the_posts_are_there_and_no_person_is():
    texte = text_of(drawn("couverture"))
    assert "30 CC Sud Sarthe Partenaires Conseiller pourvu 31/03/2027 31/12/2026" in texte
    assert "poste n° 8, depuis le 01/06/2026, à rendre le 01/12/2026" in texte
    assert "1 275 000,50 €" in texte
