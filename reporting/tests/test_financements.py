"""The pages of the money: what they say of a programme whose every figure can be counted by hand.

On Tuesday 13 October 2026. Poste 1 (Département) is in force until the end of 2026, held by
Nadia; poste 2 (Pays Fléchois) lost its convention in 2023, held by Hugo; poste 3 (Pays Fléchois)
is in force until November 2027 and nobody holds it.
"""

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conseillers.enums import Part, Phase
from conseillers.models import (
    Affectation,
    Convention,
    ConventionLigne,
    CoutPoste,
    Poste,
    Versement,
)
from conseillers.selectors import charges_par_annee, conventions_suivies, echeances, par_part
from reporting.enums import Figure
from reporting.models import Cible
from reporting.selectors import donnees_du_mois, financements
from territoires.csv_out import ENCODAGE

JOUR = dt.date(2026, 10, 13)


def make_convention(poste: Poste, phase: str, debut: dt.date, fin: dt.date, **champs: Any) -> Any:
    convention = Convention.objects.create(
        reference=f"{phase}-{poste.numero}", structure=poste.structure, phase=phase,
        date_debut=debut, date_fin=fin, **champs,
    )  # fmt: skip
    convention.lignes.create(poste=poste, date_effet=debut, montant=Decimal("36500"))
    return convention


def pay(convention: Any, rang: int, montant: int, prevue: dt.date, recue: Any = None) -> Any:
    return convention.versements.create(
        rang=rang, montant=Decimal(montant), date_prevue=prevue, date_recue=recue
    )


@pytest.fixture
def poste_3(poste_2: Poste) -> Poste:
    return Poste.objects.create(
        numero=3, structure=poste_2.structure, date_attribution=dt.date(2026, 9, 1)
    )


@pytest.fixture
def programme(
    mardi_13_octobre: dt.date, conseillere: Any, conseiller_voisin: Any, poste_1: Poste,
    poste_2: Poste, poste_3: Poste,
) -> None:  # fmt: skip
    v2 = make_convention(poste_1, "V2", dt.date(2025, 1, 1), dt.date(2026, 12, 31))
    pay(v2, 1, 20_000, dt.date(2025, 2, 1), dt.date(2025, 3, 1))
    pay(v2, 2, 10_000, dt.date(2026, 9, 30))
    pay(v2, 3, 6_000, dt.date(2027, 1, 15))
    soldee = make_convention(
        poste_2, "V1", dt.date(2021, 12, 1), dt.date(2023, 11, 30), date_solde=dt.date(2024, 6, 1)
    )
    pay(soldee, 1, 30_000, dt.date(2022, 1, 1), dt.date(2022, 2, 1))
    pay(soldee, 2, 6_500, dt.date(2023, 1, 1))
    derniere = make_convention(poste_3, "V2", dt.date(2026, 9, 1), dt.date(2027, 11, 30))
    pay(derniere, 1, 36_500, dt.date(2026, 12, 1))
    Cible.objects.update_or_create(
        figure=Figure.ENVELOPPE,
        depuis=dt.date(2021, 2, 23),
        defaults={"valeur": 1_500_000, "source": "Accord"},
    )


pytestmark = pytest.mark.usefixtures("programme")


# --- Forecast ----------------------------------------------------------------------------------


def test_what_is_late_has_a_line_and_the_rest_its_quarter() -> None:
    lignes = financements.prevision(echeances(JOUR), JOUR, dt.date(2027, 11, 30))
    assert [(t.premier, t.attendus[Phase.V1], t.attendus[Phase.V2]) for t in lignes] == [
        (None, 0, 10_000),
        (dt.date(2026, 10, 1), 0, 36_500),
        (dt.date(2027, 1, 1), 0, 6_000),
        (dt.date(2027, 4, 1), 0, 0),
        (dt.date(2027, 7, 1), 0, 0),
        (dt.date(2027, 10, 1), 0, 0),
    ]


def test_what_a_settled_convention_did_not_pay_is_expected_no_more() -> None:
    (v1,) = [s for s in conventions_suivies(JOUR) if s.convention.phase == "V1"]
    assert (v1.totaux.verse, v1.totaux.reste_a_verser, v1.attendu) == (30_000, 0, 0)
    assert v1.prochaine is None


# --- Postes and their conventions ------------------------------------------------------------


def test_each_poste_says_when_it_leaves_its_convention() -> None:
    fins = {f.poste.numero: f for f in financements.fins_des_postes(JOUR)}
    assert {n: f.sort_le for n, f in fins.items()} == {
        1: dt.date(2027, 1, 1),
        2: None,
        3: dt.date(2027, 12, 1),
    }
    assert {n for n, f in fins.items() if f.hors_convention(JOUR)} == {2}


def test_a_convention_signed_ahead_puts_off_the_day(poste_1: Poste) -> None:
    make_convention(poste_1, "V1", dt.date(2027, 1, 1), dt.date(2027, 12, 31))
    fins = {f.poste.numero: f for f in financements.fins_des_postes(JOUR)}
    assert fins[1].sort_le == dt.date(2028, 1, 1)


def test_the_forecast_of_postes_counts_the_occupied_ones() -> None:
    sorties = financements.sorties_par_trimestre(financements.fins_des_postes(JOUR), JOUR)
    assert [
        (s.premier, [f.poste.numero for f in s.sortent], s.hors_convention) for s in sorties
    ] == [(dt.date(2026, 10, 1), [], 1), (dt.date(2027, 1, 1), [1], 2)]


def test_hors_convention_and_vacancies_are_those_of_the_report() -> None:
    couverture = donnees_du_mois(dt.date(2026, 10, 1))["couverture"]
    fin = dt.date(2026, 10, 31)
    fins = financements.fins_des_postes(fin)
    hors = [f.poste.numero for f in fins if f.hors_convention(fin)]
    lignes = couverture["postes_lignes"]
    assert hors == [ligne["numero"] for ligne in lignes if ligne["hors_convention"]] == [2]
    assert couverture["postes"]["hors_convention"] == 1
    assert [(v.numero, v.depuis.isoformat(), v.limite.isoformat()) for v in
            financements.vacances(fin) if v.limite] == [
        (ligne["numero"], ligne["vacant_depuis"], ligne["limite_restitution"])
        for ligne in lignes if ligne["etat"] == "vacant"
    ]  # fmt: skip


def test_a_vacant_poste_has_a_limit_while_its_convention_runs(poste_3: Poste) -> None:
    (vacance,) = financements.vacances(JOUR)
    assert (vacance.numero, vacance.depuis) == (3, dt.date(2026, 9, 1))
    assert (vacance.limite, vacance.jours_restants) == (dt.date(2027, 3, 1), 139)
    Convention.objects.filter(reference="V2-3").update(date_fin=dt.date(2026, 10, 12))
    (vacance,) = financements.vacances(JOUR)
    assert (vacance.limite, vacance.jours_restants, vacance.depassee) == (None, None, False)


# --- Cost and what is left to the employers ---------------------------------------------------


def cost(objet: Any, depuis: dt.date, montant: int) -> None:
    champ = "poste" if isinstance(objet, Poste) else "structure"
    CoutPoste.objects.create(
        **{champ: objet}, depuis=depuis, montant_annuel=Decimal(montant), source="Budget"
    )


def test_the_year_of_a_poste_by_hand(poste_1: Poste, poste_2: Poste) -> None:
    """Poste 1, 2026: 36,500 € a year until June, 40,150 € then; the State’s line over 730 days."""
    cost(poste_1.structure, dt.date(2025, 1, 1), 36_500)
    cost(poste_1.structure, dt.date(2026, 7, 1), 40_150)
    cost(poste_2.structure, dt.date(2026, 1, 1), 36_500)
    cost(poste_2, dt.date(2026, 1, 1), 73_000)
    charges = {c.numero: c for c in charges_par_annee([2026], JOUR)[2026]}
    assert charges[1].jours_occupes == 365
    assert charges[1].cout == 181 * 100 + 184 * 110
    assert charges[1].part_etat == 18_250
    assert charges[1].reste_a_charge == 38_340 - 18_250
    # Its own cost goes before its structure’s; its convention is over.
    assert (charges[2].cout, charges[2].part_etat) == (73_000, 0)
    # Nobody holds it: it costs nothing and the State’s line runs.
    assert (charges[3].cout, charges[3].jours_occupes) == (0, 0)
    sommes = par_part(list(charges.values()))
    assert sommes[Part.DEPARTEMENT].reste_a_charge == 20_090
    assert sommes[Part.PARTENAIRE].cout == 73_000


def test_a_poste_without_a_known_cost_is_counted_apart(poste_1: Poste) -> None:
    cost(poste_1.structure, dt.date(2026, 1, 2), 36_500)
    charges = charges_par_annee([2026], JOUR)[2026]
    sommes = par_part(charges)
    # One day of the year has none: the year is not made up.
    assert (sommes[Part.DEPARTEMENT].sans_cout, sommes[Part.DEPARTEMENT].cout) == (1, 0)
    assert [c.reste_a_charge for c in charges if c.numero == 1] == [None]


def test_to_come_a_poste_that_is_held_today_stays_held(poste_1: Poste) -> None:
    Affectation.objects.filter(poste=poste_1).update(date_fin=dt.date(2026, 12, 31))
    cost(poste_1.structure, dt.date(2025, 1, 1), 36_500)
    charges = charges_par_annee([2025, 2027], JOUR)
    assert [c.cout for c in charges[2027] if c.numero == 1] == [36_500]
    # Nadia came on 6 January 2025.
    assert [c.jours_occupes for c in charges[2025] if c.numero == 1] == [360]


# --- The pages -----------------------------------------------------------------------------------


def page_of(client: Client, personne: Any, adresse: str) -> str:
    client.force_login(personne)
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return reponse.content.decode()


def read(texte: str) -> Decimal:
    return Decimal(re.sub(r"[^\d,−]", "", texte).replace(",", ".").replace("−", "-"))


def test_the_figures_of_a_phase_lead_to_the_rows_that_make_them(
    client: Client, gestionnaire: Any
) -> None:
    html = page_of(client, gestionnaire, reverse("admin:conseillers_financements"))
    motif = r'href="(/admin/conseillers/[^"]+\?[^"]+)">([\d−][^<]*€)<'
    liens = {
        (adresse.replace("&amp;", "&"), read(texte)) for adresse, texte in re.findall(motif, html)
    }
    assert len(liens) >= 9
    for adresse, montant in liens:
        liste = client.get(adresse).context["cl"].queryset
        if "conventionligne" in adresse:
            somme = sum(ligne.montant + ligne.bonification for ligne in liste)
        else:
            somme = sum(v.montant if v.sens == "versement" else -v.montant for v in liste)
        assert somme == montant, adresse


def test_conventions_are_filtered_by_phase_part_and_state(client: Client, direction: Any) -> None:
    client.force_login(direction)

    def shown(**filtres: str) -> list[str]:
        page = client.get(reverse("admin:conseillers_financements"), filtres)
        return [suivi.convention.reference for suivi, _ in page.context["suivis"]]

    assert shown() == ["V2-3", "V2-1", "V1-2"]
    assert shown(phase="V2") == ["V2-3", "V2-1"]
    assert shown(phase="V2", part="departement") == ["V2-1"]
    assert shown(etat="soldee") == ["V1-2"]
    assert shown(phase="V9") == ["V2-3", "V2-1", "V1-2"]


def test_the_envelope_is_faced_by_the_first_phase_alone(client: Client, direction: Any) -> None:
    html = page_of(client, direction, reverse("admin:conseillers_financements"))
    assert html.count("<meter") == 1
    assert 'value="36500"' in html
    Cible.objects.filter(figure=Figure.ENVELOPPE).delete()
    assert "Aucune enveloppe connue" in page_of(
        client, direction, reverse("admin:conseillers_financements")
    )


@pytest.mark.parametrize(
    ("nom", "lignes", "colonne", "valeurs"),
    [
        ("conventions", 3, "reste_a_verser", ["36500.00", "16500.00", "0"]),
        ("echeances", 3, "jours_de_retard", ["13", "0", "0"]),
        ("prevision", 6, "total", ["10000,00", "36500,00", "6000,00", "0", "0", "0"]),
        ("postes", 3, "hors_convention", ["oui", "non", "non"]),
        ("vacances", 1, "jours_restants", ["139"]),
        ("labels", 2, "expire_le", ["", ""]),
    ],
)
def test_every_table_is_a_file_for_a_spreadsheet(
    client: Client, direction: Any, nom: str, lignes: int, colonne: str, valeurs: list[str]
) -> None:
    client.force_login(direction)
    reponse = client.get(reverse("admin:conseillers_financements_csv", args=[nom]))
    texte = io.StringIO(reponse.content.decode(ENCODAGE))
    rows = list(csv.DictReader(texte, delimiter=";"))
    assert len(rows) == lignes
    assert [row[colonne] for row in rows] == [v.replace(".", ",") for v in valeurs]


def test_an_unknown_file_does_not_exist(client: Client, direction: Any) -> None:
    client.force_login(direction)
    adresse = reverse("admin:conseillers_financements_csv", args=["secrets"])
    assert client.get(adresse).status_code == 404


def test_without_any_convention_the_pages_say_what_to_do(client: Client, gestionnaire: Any) -> None:
    for modele in (Versement, ConventionLigne, Convention, Affectation, Poste):
        modele.objects.all().delete()
    html = page_of(client, gestionnaire, reverse("admin:conseillers_financements"))
    assert "Ajouter la première" in html
    assert "Aucun versement n’est attendu" in html
    assert "Tous les postes sont occupés" not in html
    apres = page_of(client, gestionnaire, reverse("admin:conseillers_apres_convention"))
    assert "Aucun poste n’est attribué" in apres
    assert "Aucun employeur" in page_of(client, gestionnaire, reverse("admin:conseillers_labels"))
