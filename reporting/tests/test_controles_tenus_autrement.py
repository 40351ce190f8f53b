"""Checks of the audit list held by construction: 23 to 28 (docs/controles.md)."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from conseillers.models import Utilisateur
from permanences.models import Mois, Seance
from permanences.services import record_seance, update_seance
from reporting import fichiers, services
from reporting.enums import NatureActe
from reporting.models import Acte, Rapport, Telechargement
from reporting.selectors import donnees_du_mois
from reporting.tests.exemple import SA_PAGE
from reporting.tests.pdfs import draw_with_map, text_of

OCTOBRE = dt.date(2026, 10, 1)
JEUDI = dt.date(2026, 10, 8)
DESSINE = {"pdf": "x.pdf", "sha256": "a" * 64, **SA_PAGE}
pytestmark = pytest.mark.usefixtures("mardi_10_novembre")


def record_one(conseillere, lieu, **champs):
    ordinaire = {
        "date": JEUDI, "nature": "individuel", "canal": "lieu_activite", "lieu": lieu,
        "duree": 30, "nb_participants": 1, "thematiques": ["email"],
    }  # fmt: skip
    return record_seance(utilisateur=conseillere, cle=uuid.uuid4(), **(ordinaire | champs))


@pytest.fixture
def seance(conseillere, mairie_brulon):
    return record_one(conseillere, mairie_brulon)


def close(gestionnaire, mois=OCTOBRE):
    return services.close_mois(mois=mois, utilisateur=gestionnaire, motif_avertissements="Relu")


def transmit(gestionnaire, mois=OCTOBRE):
    """As if drawn, then transmitted."""
    Rapport.objects.filter(mois=mois, statut="fige").update(statut="produit", **DESSINE)
    return services.transmit_mois(mois=mois, utilisateur=gestionnaire)


def frozen(mois, version, statut, seances):
    mesures = {"seances": seances, "participations": 0, "premieres_venues": 0, "minutes": 0}
    Rapport.objects.create(
        type="frequentation", mois=mois, version=version, gabarit="essai", statut=statut,
        transmis_le=timezone.now(), **DESSINE,
        donnees={"total": mesures, "par_nature": {}},
    )  # fmt: skip


def leaves(valeur, chemin=""):
    """{path: value} of every figure, lists by the code of their lines."""
    if isinstance(valeur, dict):
        suite = valeur.items()
    elif isinstance(valeur, list):
        suite = [
            (x.get("siren") or x.get("code") or x.get("mois") or x["numero"], x) for x in valeur
        ]
    else:
        return {chemin: valeur}
    return {k: v for cle, x in suite for k, v in leaves(x, f"{chemin}.{cle}").items()}


# --- 23: M−1, M−12 and what a rectificative says ---------------------------------------------


@pytest.mark.parametrize(("cle", "mois"), [("m_1", (2026, 9)), ("m_12", (2025, 10))])
def test_months_before_are_the_last_transmitted_version(db, cle, mois):
    mois = dt.date(*mois, 1)
    frozen(mois, 1, "transmis", 11)
    frozen(mois, 2, "produit", 22)
    assert donnees_du_mois(OCTOBRE)["frequentation"]["evolution"][cle]["seances"] == 11
    Rapport.objects.filter(version=1).update(statut="remplace")
    Rapport.objects.filter(version=2).update(statut="transmis")
    assert donnees_du_mois(OCTOBRE)["frequentation"]["evolution"][cle]["seances"] == 22


def test_a_rectificative_lists_each_figure_that_changed(
    seance, conseillere, gestionnaire, mairie_brulon
):
    close(gestionnaire)
    transmit(gestionnaire)
    services.open_rectification(mois=OCTOBRE, utilisateur=gestionnaire, motif="Durée fausse")
    update_seance(
        seance=seance, utilisateur=conseillere, date=JEUDI, canal="lieu_activite",
        lieu=mairie_brulon, duree=45, nb_participants=1,
    )  # fmt: skip
    close(gestionnaire)
    for type_rapport in ("couverture", "frequentation"):
        avant, apres = (
            Rapport.objects.get(type=type_rapport, version=version).donnees for version in (1, 2)
        )
        figures = ("total", "par_nature", "par_part", "par_epci", "par_canal", "par_type_lieu")
        gauche, droite = (
            leaves({cle: donnees[cle] for cle in figures if cle in donnees})
            for donnees in (avant, apres)
        )
        attendus = {chemin[1:] for chemin in droite if droite[chemin] != gauche.get(chemin)}
        listes = {c["chemin"] for c in apres["changements"]}
        assert attendus <= listes
        assert bool(attendus) == (type_rapport == "frequentation")


# --- 24: the same data, the same bytes -------------------------------------------------------


def test_recomputing_a_closed_month_gives_the_same_bytes(seance, gestionnaire, mardi_10_novembre):
    """That PDF, JSON and CSV hold the same figures is read in the PDF itself, elsewhere."""
    rapports = close(gestionnaire)
    mois = Mois.objects.get(premier_jour=OCTOBRE)
    mardi_10_novembre.move_to(dt.datetime(2027, 2, 3, 9, tzinfo=dt.UTC))
    recalcul = donnees_du_mois(
        OCTOBRE,
        version=1,
        provisoire=False,
        etabli_par=str(gestionnaire),
        fonction=gestionnaire.fonction,
        etabli_le=mois.clos_le,
        motif_avertissements="Relu",
    )
    for rapport in rapports:
        assert fichiers.json_text(recalcul[rapport.type]) == fichiers.json_text(rapport.donnees)


# --- 25: La Coop -----------------------------------------------------------------------------


def test_the_annex_says_that_nothing_came_from_la_coop(record):
    record(fois=2)
    record(source="import")
    tables = {t.code: t for t in fichiers.all_tables(donnees_du_mois(OCTOBRE)["frequentation"])}
    assert [(x["code"], x["seances"]) for x in tables["sources"].lignes] == [
        ("formulaire", 2), ("import", 1), ("coop", 0)
    ]  # fmt: skip
    assert tables["sources"].note == "Aucune séance de ce mois ne vient de La Coop."
    assert "il n’y a pas d’écart à mesurer" in tables["ecart_coop"].vide


def test_the_annex_counts_what_came_from_la_coop(record):
    record(fois=2)
    record(source="coop", nature="atelier", nb_participants=5)
    donnees = donnees_du_mois(OCTOBRE)["frequentation"]
    assert donnees["par_source"]["coop"] == {"seances": 1, "participations": 5}
    table = next(t for t in fichiers.all_tables(donnees) if t.code == "sources")
    assert table.note.startswith("1\u00a0séance vient de La Coop.")


# --- 26: vintages ----------------------------------------------------------------------------


@pytest.mark.pdf
@pytest.mark.parametrize("type_rapport", ["couverture", "frequentation"])
def test_vintages_and_the_plan_in_force_are_printed(seance, type_rapport):
    donnees = donnees_du_mois(OCTOBRE, version=1, provisoire=False)[type_rapport]
    donnees["millesimes"] = {"cog": 2031, "population": 2032, "epci": 2033}
    texte = text_of(draw_with_map(donnees))
    assert (
        "code officiel géographique 2031, populations de référence 2032, liste des EPCI 2033, "
        "plan en vigueur du 1er au 31 octobre 2026" in texte
    )


# --- 27: the year ----------------------------------------------------------------------------


def test_the_year_is_the_sum_of_the_months_in_force(conseillere, gestionnaire, mairie_brulon):
    for mois, seances in ((8, 3), (9, 2), (10, 1)):
        for _ in range(seances):
            record_one(conseillere, mairie_brulon, date=dt.date(2026, mois, 8))
    for mois in (8, 9, 10):
        close(gestionnaire, dt.date(2026, mois, 1))
    transmit(gestionnaire, dt.date(2026, 8, 1))
    services.open_rectification(
        mois=dt.date(2026, 8, 1), utilisateur=gestionnaire, motif="Séance oubliée"
    )
    record_one(conseillere, mairie_brulon, date=dt.date(2026, 8, 9))
    close(gestionnaire, dt.date(2026, 8, 1))
    transmit(gestionnaire, dt.date(2026, 8, 1))
    annee = donnees_du_mois(OCTOBRE)["frequentation"]["evolution"]["annee"]
    assert annee["seances"] == (3 + 1) + 2 + 1
    assert annee["versions"] == {"2026-08": 2, "2026-09": 1}
    assert annee["mois_manquants"] == [f"2026-{mois:02}" for mois in range(1, 8)]


# --- 28: who, when, why ----------------------------------------------------------------------


def test_every_act_and_download_has_its_author_date_and_reason(
    seance, gestionnaire, prefecture, mardi_10_novembre
):
    close(gestionnaire)
    services.reopen_mois(mois=OCTOBRE, utilisateur=gestionnaire, motif="Erreur de mois")
    close(gestionnaire)
    mardi_10_novembre.move_to(dt.datetime(2026, 11, 12, 9, tzinfo=dt.UTC))
    rapport = transmit(gestionnaire)[0]
    services.record_telechargement(rapport=rapport, utilisateur=prefecture, format_fichier="pdf")
    services.open_rectification(mois=OCTOBRE, utilisateur=gestionnaire, motif="Atelier oublié")
    dix, douze = dt.date(2026, 11, 10), dt.date(2026, 11, 12)
    assert [
        (a.nature, a.utilisateur, a.le.date(), a.motif) for a in Acte.objects.order_by("pk")
    ] == [
        (NatureActe.CLOTURE, gestionnaire, dix, "Relu"),
        (NatureActe.REOUVERTURE, gestionnaire, dix, "Erreur de mois"),
        (NatureActe.CLOTURE, gestionnaire, dix, "Relu"),
        (NatureActe.TRANSMISSION, gestionnaire, douze, ""),
        (NatureActe.RECTIFICATION, gestionnaire, douze, "Atelier oublié"),
    ]
    pris = Telechargement.objects.get()
    assert (pris.utilisateur, pris.le.date()) == (prefecture, douze)
    assert rapport.donnees["avertissements_acceptes"] == {"motif": "Relu", "par": str(gestionnaire)}
    assert isinstance(pris.utilisateur, Utilisateur)
    assert Seance.objects.count() == 1
