"""Each check before closing finds what it is for, at its level (docs/controles.md)."""

import datetime as dt
import re
from pathlib import Path

import pytest

from conseillers.enums import Phase, Sens
from conseillers.models import (
    Absence,
    Affectation,
    Convention,
    ConventionLigne,
    Versement,
)
from permanences.enums import Motif
from permanences.models import Declaration, Fermeture, LieuAccueil
from reporting.fichiers import all_tables
from reporting.models import Cible, Rapport
from reporting.selectors import donnees_du_mois, verifications
from reporting.selectors.verifications import base

OCTOBRE = dt.date(2026, 10, 1)
JEUDI = dt.date(2026, 10, 8)
MARDI = dt.date(2026, 10, 6)
pytestmark = pytest.mark.usefixtures("mardi_10_novembre")


def found(code, mois=OCTOBRE):
    """(level, count) of a check, or None when it has nothing to say."""
    trouvees = {v.code: v for v in verifications(mois)}
    return (trouvees[code].niveau, trouvees[code].nombre) if code in trouvees else None


def make_convention(structure, poste, montant):
    convention = Convention.objects.create(
        reference="V1-1",
        structure=structure,
        phase=Phase.V1,
        date_debut=dt.date(2021, 12, 1),
        date_fin=dt.date(2023, 11, 30),
    )
    ConventionLigne.objects.create(
        convention=convention, poste=poste, date_effet=dt.date(2021, 12, 1), montant=montant
    )
    return convention


def test_an_ordinary_seance_raises_nothing_but_the_missing_declaration(record):
    record()
    """Nor the two that are printed until somebody looks at the lieu and at the contract."""
    codes = {v.code for v in verifications(OCTOBRE)}
    assert codes == {"poste_manquant", "contrat_sans_fin", "lieu_a_verifier"}


@pytest.mark.parametrize(
    ("code", "champs"),
    [
        ("duree_inhabituelle", {"duree": 481}),
        ("duree_inhabituelle", {"duree": 4}),
        ("participants_nombreux", {"nature": "atelier", "nb_participants": 101}),
        ("nature_et_participants", {"nature": "atelier"}),
        ("nature_et_participants", {"nb_participants": 2}),
        ("journee_longue", {"duree": 721}),
    ],
)
def test_a_seance_out_of_the_ordinary_is_a_warning(record, code, champs):
    record()
    assert found(code) is None
    record(**champs)
    assert found(code) == ("avertissement", 1)


@pytest.mark.parametrize("duree", [480, 5])
def test_the_bounds_themselves_are_ordinary(record, duree):
    record(duree=duree)
    assert found("duree_inhabituelle") is None


def test_a_seance_without_a_poste_blocks(record):
    record(poste=None)
    assert found("seance_en_attente") == ("bloquant", 1)


def test_a_seance_on_a_returned_poste_blocks(record, poste_1):
    record()
    poste_1.date_rendu = JEUDI
    poste_1.save()
    assert found("seance_poste_rendu") == ("bloquant", 1)
    assert found("affectation_sur_poste_rendu") == ("avertissement", 1)


@pytest.mark.parametrize(
    ("rendu", "constat"),
    [(dt.date(2026, 10, 31), ("avertissement", 1)), (dt.date(2026, 11, 1), None)],
)
def test_an_affectation_is_judged_on_the_last_day_of_the_month(
    conseillere, poste_1, rendu, constat
):
    poste_1.date_rendu = rendu
    poste_1.save()
    assert found("affectation_sur_poste_rendu") == constat


def test_a_seance_to_come_blocks(record):
    record(date=dt.date(2026, 11, 11))
    assert found("seance_a_venir", dt.date(2026, 11, 1)) == ("bloquant", 1)


def test_absence_holiday_and_closed_lieu_are_warnings(record, poste_1, mairie_brulon):
    (seance,) = record()
    record(date=dt.date(2026, 11, 1))
    assert found("jour_ferie", dt.date(2026, 11, 1)) == ("avertissement", 1)
    assert found("jour_d_absence") is found("lieu_ferme") is None
    Absence.objects.create(
        poste=poste_1, conseiller=seance.auteur, date_debut=JEUDI, date_fin=JEUDI
    )
    Fermeture.objects.create(
        code="f1",
        lieu=mairie_brulon,
        date_debut=JEUDI,
        date_fin=JEUDI,
        motif=Motif.FERMETURE_DU_LIEU,
    )
    assert found("jour_d_absence") == found("lieu_ferme") == ("avertissement", 1)


def test_doubles_are_workshops_alike_three_of_a_kind_or_typed_and_imported(record):
    record(fois=2)
    assert found("double_probable") is None, "two people helped half an hour each"
    record(fois=2, nature="atelier", nb_participants=6)
    assert found("double_probable") == ("avertissement", 1)
    record(fois=1)
    assert found("double_probable") == ("avertissement", 3)


def test_one_typed_and_one_imported_alike_is_a_double(record):
    record()
    record(source="import")
    assert found("double_probable") == ("avertissement", 1)


def test_copied_counters_are_printed(record):
    for jour in (1, 8, 15):
        record(date=dt.date(2026, 10, jour), nature="atelier", nb_participants=7, genre_feminin=4)
    assert found("compteurs_identiques") == ("information", 1)


def test_a_month_typed_at_once_is_printed(record):
    for jour in range(1, 22):
        record(date=dt.date(2026, 10, jour))
    assert found("saisie_en_bloc") == ("information", 1)


def test_what_changed_after_the_declaration_is_printed(record, poste_1):
    record()
    Declaration.objects.create(poste=poste_1, mois=OCTOBRE, faite_le=dt.date(2026, 11, 3))
    assert found("modifiee_apres_declaration") == ("information", 1)
    Declaration.objects.update(faite_le=dt.date(2026, 11, 10))
    assert found("modifiee_apres_declaration") is None


def test_plan_and_declarations(record, creneau_brulon):
    record(date=MARDI, creneau=creneau_brulon)
    assert found("occurrence_a_renseigner") == ("avertissement", 3)
    assert found("poste_manquant") == ("avertissement", 1)
    assert found("poste_sans_activite") is None


def test_a_held_poste_without_activity_is_a_warning(conseillere):
    assert found("poste_sans_activite") == ("avertissement", 1)


def test_a_long_vacancy_is_a_warning(conseillere):
    Affectation.objects.update(date_fin=dt.date(2026, 6, 15))
    assert found("vacance_longue") == ("avertissement", 1)
    Affectation.objects.update(date_fin=dt.date(2026, 7, 15))
    assert found("vacance_longue") is None


def test_money_beyond_the_convention_or_the_envelope(structure_departement, poste_1):
    convention = make_convention(structure_departement, poste_1, 50_000)
    recu = {"date_prevue": dt.date(2022, 1, 1), "date_recue": dt.date(2022, 1, 1)}
    Versement.objects.create(convention=convention, rang=1, montant=50_001, **recu)
    assert found("verse_plus_que_conventionne") == ("avertissement", 1)
    Versement.objects.create(
        convention=convention, rang=2, montant=1, sens=Sens.REVERSEMENT, **recu
    )
    assert found("verse_plus_que_conventionne") is None
    assert found("enveloppe_depassee") is None
    Cible.objects.filter(figure="enveloppe").update(valeur=49_999)
    assert found("enveloppe_depassee") == ("avertissement", 1)


def test_places(record, mairie_brulon, mediatheque_la_fleche):
    """The médiathèque has no coordinates; the mairie moves to Le Mans."""
    record()
    assert found("lieu_sans_coordonnees") == ("avertissement", 1)
    assert found("lieu_hors_epci") is None
    LieuAccueil.objects.filter(pk=mairie_brulon.pk).update(latitude=48.00738, longitude=0.19675)
    assert found("lieu_hors_epci") == ("avertissement", 1)


def test_inside_its_epci_far_from_the_town_hall_is_not_outside(record, mairie_brulon, brulon):
    record()
    point = {"latitude": 48.03, "longitude": -0.23}
    LieuAccueil.objects.filter(pk=mairie_brulon.pk).update(**point)
    assert found("lieu_hors_epci") == ("avertissement", 1), "no contour yet"
    brulon.contour = {
        "type": "Polygon",
        "coordinates": [[[-0.4, 47.9], [0.0, 47.9], [0.0, 48.1], [-0.4, 48.1], [-0.4, 47.9]]],
    }
    brulon.save()
    assert found("lieu_hors_epci") is None


def test_a_straddling_epci_is_printed(lbn_communaute, brulon):
    assert found("epci_a_cheval") is None
    lbn_communaute.departements = ["53", "72"]
    lbn_communaute.save()
    assert found("epci_a_cheval") == ("information", 1)


def test_both_reports_say_which_epci_straddle(lbn_communaute, brulon):
    lbn_communaute.departements = ["53", "72"]
    lbn_communaute.save()
    for donnees in donnees_du_mois(OCTOBRE).values():
        (table,) = [t for t in all_tables(donnees) if t.code == "par_epci"]
        assert lbn_communaute.nom in table.note


def test_a_jump_against_the_three_months_before_is_printed(record):
    record(fois=16)
    for mois in (7, 8, 9):
        Rapport.objects.create(
            type="frequentation",
            mois=dt.date(2026, mois, 1),
            version=1,
            gabarit="essai",
            donnees={"par_epci": [{"siren": "200040475", "seances": 10}], "total": {}},
        )
    assert found("saut_par_epci") == ("information", 1)


def test_the_blocking_ones_come_first(record):
    record(poste=None)
    record(duree=481)
    niveaux = [v.niveau for v in verifications(OCTOBRE)]
    assert niveaux == sorted(niveaux, key=["bloquant", "avertissement", "information"].index)


def test_the_page_on_checks_names_every_check():
    page = Path("docs/controles.md").read_text()
    nommes = set(re.findall(r"`([a-z_0-9]+)` \|$", page, re.M))
    dossier = Path(base.__file__).parent
    codes = set(
        re.findall(
            r'(?:Controle|Verification|of_list|_of_lieux)\(\s*"([a-z_0-9]+)"',
            "".join(f.read_text() for f in dossier.glob("*.py")),
        )
    )
    assert nommes == codes
