"""`seed_demo`: a demonstration that is believable and fictitious (the command: see beside)."""

import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from time_machine import travel

from conseillers.enums import EtatCandidature, Part, Role
from conseillers.models import (
    Candidature,
    Conseiller,
    Courriel,
    Poste,
    Rencontre,
    Structure,
    Utilisateur,
)
from conseillers.selectors import conventions_suivies, echeances, labels_des_employeurs
from conseillers.selectors.reseau import bilan_des_parcours
from permanences.importers.coop import read_export
from permanences.models import (
    ActeFermeture,
    Creneau,
    ImportCoop,
    LieuCoop,
    ModeSaisie,
    Relance,
    Seance,
    VacancesScolaires,
)
from permanences.proximite import LieuAnnonce, by_commune, neighbours
from permanences.selectors import trouver
from permanences.selectors.coop import (
    lieux_a_situer,
    mediateurs_a_situer,
    set_aside_by_reason,
    visible_imports_coop,
)
from permanences.selectors.doubles import paires_probables
from permanences.selectors.fermetures import effet_of
from permanences.selectors.trouver import lieux_annonces, territoire
from permanences.services.coop import consequences_of
from permanences.services.coop.passage import describe, try_lecture
from reporting.selectors import donnees_du_mois, verifications
from reporting.selectors.ecart_coop import ecart_coop
from reporting.selectors.financements import fins_des_postes
from territoires.enums import Porte
from territoires.files import read_territoire
from territoires.journal import entree
from territoires.models import Evenement
from territoires.services import load_territoire

MARDI = dt.datetime(2026, 3, 24, 10, tzinfo=dt.UTC)
FEVRIER = dt.date(2026, 2, 1)
MOT_DE_PASSE = "une-phrase-de-demonstration"
COMPTES = {role: f"{role}@demo.invalid" for role in Role.values}
ANNONCES = COMPTES | {"conseiller_coop": "conseiller-coop@demo.invalid"}


@pytest.fixture
def un_mardi(time_machine: Any, settings: Any) -> None:
    time_machine.move_to(MARDI, tick=False)
    settings.COMPTES_DEMO = ANNONCES
    settings.MOT_DE_PASSE_DEMO = MOT_DE_PASSE


def seed_demo(*arguments: str) -> str:
    sortie = io.StringIO()
    # As manage.py and the demonstration's launcher start it.
    with entree(Porte.COMMANDE, "seed_demo"):
        call_command("seed_demo", *arguments, stdout=sortie)
    return sortie.getvalue()


pytestmark = [pytest.mark.usefixtures("demo_d_un_mois"), pytest.mark.vide_les_tables]


@pytest.fixture(scope="module")
def exemples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exemples")


@pytest.fixture(scope="module")
def _demo_seme(django_db_setup: None, django_db_blocker: Any, exemples: Path) -> Iterator[None]:
    """Sown once for the whole file, which only reads it, and taken away at its end."""
    with (
        django_db_blocker.unblock(),
        override_settings(COMPTES_DEMO=ANNONCES, MOT_DE_PASSE_DEMO=MOT_DE_PASSE),
    ):
        with travel(MARDI, tick=False):
            load_territoire(territoire=read_territoire(settings.DEPARTEMENT))
            seed_demo("--mois", "1", "--exemples", str(exemples))
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def demo_d_un_mois(_demo_seme: None, db: None, un_mardi: None) -> None: ...


def test_programme_is_whole_and_its_people_fictitious():
    parts = [poste.structure.part for poste in Poste.objects.select_related("structure")]
    assert (parts.count(Part.DEPARTEMENT), parts.count(Part.PARTENAIRE)) == (15, 15)
    assert Poste.objects.values("epcis").distinct().exclude(epcis=None).count() == 17
    assert not Conseiller.objects.exclude(courriel__endswith="@demo.invalid").exists()
    assert not Structure.objects.exclude(siret__startswith="0000000").exists()
    assert set(Utilisateur.objects.values_list("courriel", "role")) == {
        (courriel, role) for role, courriel in COMPTES.items()
    } | {("conseiller-coop@demo.invalid", Role.CONSEILLER)}


def test_advisor_of_the_account_has_something_planned_every_working_day():
    compte = Utilisateur.objects.get(courriel=COMPTES[Role.CONSEILLER])
    semaine = [MARDI.date() + dt.timedelta(days=n) for n in range(-1, 4)]
    creneaux = Creneau.objects.visible_to(compte)
    assert [any(c.a_lieu_le(jour) for c in creneaux) for jour in semaine] == [True] * 5
    du_jour = Seance.objects.visible_to(compte).filter(date=MARDI.date())
    assert not du_jour.exclude(creneau=None).exists()


def test_last_month_can_be_closed_and_shows_every_state():
    couverture = donnees_du_mois(FEVRIER)["couverture"]
    assert [v for v in verifications(FEVRIER) if v.bloque] == []
    assert min(couverture["total"][etat] for etat in ("tenues", "annulees", "a_renseigner")) > 0
    assert couverture["postes"]["vacants"] == 2
    assert couverture["completude"]["en_retard"] > 0
    assert couverture["completude"]["manquant"] == 2


def test_the_two_missing_postes_were_reminded_at_each_step():
    manquantes = Relance.objects.filter(poste__numero__in=(16, 23), mois=FEVRIER)
    jours = [dt.date(2026, 3, jour) for jour in (2, 5, 9, 16)]
    assert sorted(manquantes.values_list("jour", flat=True)) == sorted(jours * 2)


def test_ninety_six_candidatures_are_in_every_state():
    etats = Counter(Candidature.objects.values_list("etat", flat=True))
    assert sum(etats.values()) == 96
    assert set(etats) == set(EtatCandidature.values)
    assert not Candidature.objects.a_anonymiser(MARDI.date()).exists()
    assert 20 < Candidature.objects.exclude(anonymisee_le=None).count() < 64
    # Each move leads from the state where the one before had led.
    for candidature in Candidature.objects.prefetch_related("etapes"):
        suite = ["recue", *(etape.vers for etape in candidature.etapes.all())]
        assert suite[:-1] == [etape.de for etape in candidature.etapes.all()]
        assert suite[-1] == candidature.etat


def test_a_rencontre_is_coming_and_two_advisors_had_nothing_for_a_year():
    assert Rencontre.objects.filter(date__gt=MARDI.date()).count() == 1
    bilans = bilan_des_parcours(MARDI.date())
    assert [b.poste.numero for b in bilans if b.sans_rien] == [5, 19]
    assert any(b.certifications["ccp1"] is None for b in bilans)


def test_a_library_has_announced_three_weeks_of_closing():
    acte = ActeFermeture.objects.get()
    assert acte.date_debut == dt.date(2026, 4, 6)
    assert effet_of(acte).deja > 0
    assert VacancesScolaires.objects.filter(zone="B").exists()


def test_the_money_shows_every_state():
    jour = MARDI.date()
    suivis = conventions_suivies(jour)
    assert {suivi.etat for suivi in suivis} >= {"en_cours", "echue", "soldee"}
    assert not [suivi for suivi in suivis if suivi.totaux.depasse or suivi.sans_echeance < 0]
    assert sum(suivi.totaux.reverse for suivi in suivis) == 5_000
    attendues = echeances(jour)
    assert {e.en_retard for e in attendues} == {True, False}
    hors = [f for f in fins_des_postes(jour) if f.hors_convention(jour)]
    assert [f.cout_annuel is not None for f in hors] == [True]
    etats = {ligne.etat for ligne in labels_des_employeurs(jour)}
    assert etats == {"sans", "expire", "sous_60", "sous_90", "valide"}


def test_the_public_pages_read_a_part_of_the_plan_and_tell_what_all_of_it_would(
    monkeypatch: pytest.MonkeyPatch,
):
    """Near a commune, the nearest lieux; of the département, the first date of each lieu."""
    jour = MARDI.date()
    tous = lieux_annonces(MARDI)
    for ici in list(territoire().communes.values())[::20]:
        proches = neighbours(ici, ici.code, lieux_annonces(MARDI, pres_de=ici), jour)
        assert proches == neighbours(ici, ici.code, tous, jour)
    # Some have nothing for two days: their later weeks are worked out.
    for bientot in (trouver.BIENTOT, dt.timedelta(days=1)):
        monkeypatch.setattr(trouver, "BIENTOT", bientot)
        assert next_dates(lieux_annonces(MARDI, la_prochaine=True)) == next_dates(tous)


def next_dates(lieux: list[LieuAnnonce]) -> list[Any]:
    communes = by_commune(lieux, MARDI.date())
    suivantes = [(c.code, len(c.lieux), c.prochaine) for c in communes]
    return [(code, n, p and (p[0].code, p[1])) for code, n, p in suivantes]


def test_an_advisor_keeps_his_comptes_rendus_in_la_coop():
    compte = Utilisateur.objects.get(courriel=ANNONCES["conseiller_coop"])
    choix = ModeSaisie.objects.get()
    assert choix.conseiller == compte.conseiller
    assert (choix.est_coop, choix.date_debut) == (True, FEVRIER)
    poste = compte.conseiller.affectations.get().poste
    assert poste.structure.part == Part.PARTENAIRE
    siennes = Seance.objects.filter(auteur=compte.conseiller, supprimee_le=None)
    par_source = Counter(siennes.values_list("source", flat=True))
    assert par_source["coop"] > 10 * par_source["formulaire"] > 0
    tenus = siennes.filter(source="coop").exclude(creneau=None)
    assert tenus.count() > par_source["coop"] / 3


def test_each_page_of_la_coop_has_something_to_show():
    compte = Utilisateur.objects.get(courriel=ANNONCES["conseiller_coop"])
    gestionnaire = Utilisateur.objects.get(role=Role.GESTIONNAIRE)
    sien, coordination = visible_imports_coop(gestionnaire)
    assert list(visible_imports_coop(compte)) == [sien]
    assert (coordination.etat, coordination.crees, coordination.ecartes) == ("fait", 5, 5)
    assert (sien.etat, sien.conseiller) == ("fait", compte.conseiller)
    assert (sien.modifies, sien.inchanges, sien.ecartes) == (1, 4, 3)
    assert not consequences_of(sien).refus
    assert not [p for p in sien.phrases + coordination.phrases if "inconnu" in p.lower()]
    (lieu,) = lieux_a_situer(gestionnaire)
    assert (lieu.activites, bool(lieu.proposes)) == (3, True)
    assert LieuCoop.objects.filter(traitement="rapproche").count() == 3
    assert [m.mediateur.nom for m in mediateurs_a_situer(gestionnaire)] == ["Capucine Passerose"]
    assert set(dict(set_aside_by_reason(compte))) == {"Lieu à rapprocher"}
    assert len(paires_probables(compte)) == len(paires_probables(gestionnaire)) >= 4
    assert [un["mois"] for un in ecart_coop(FEVRIER)["mois"]] == ["2026-02"]


def test_a_visitor_finds_an_export_to_import_with_something_new_in_it(exemples: Path):
    compte = Utilisateur.objects.get(courriel=ANNONCES["conseiller_coop"])
    [export] = exemples.iterdir()
    lecture = read_export(export)
    sien = visible_imports_coop(compte)[0]
    importation = ImportCoop(**describe(lecture, export.name, "", compte.conseiller, compte))
    try_lecture(importation=importation, lecture=lecture)
    assert (importation.crees, importation.modifies) == (4, 1)
    assert (importation.inchanges, importation.ecartes) == (sien.lus - 3 - 1, 3)


def test_nothing_is_dated_in_the_future():
    assert not Seance.objects.filter(date__gt=MARDI.date()).exists()
    assert not Seance.objects.filter(cree_le__gt=MARDI).exists()


def test_second_run_changes_nothing():
    avant = Seance.objects.count()
    assert "déjà là" in seed_demo()
    assert Seance.objects.count() == avant


def test_journal_and_messages_have_something_to_show():
    portes = set(Evenement.objects.values_list("porte", flat=True))
    assert {"commande", "import", "admin", "formulaire"} <= portes
    assert Courriel.objects.filter(statut="envoye").exists()
    assert Courriel.objects.en_echec().count() == 1
