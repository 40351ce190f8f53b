"""A month is closed once, its figures never change afterwards, a correction is a new version."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from conseillers.models import Affectation
from permanences.models import Mois, Seance
from permanences.services import declare_mois, record_seance, set_occurrence, update_seance
from reporting import services
from reporting.models import Acte, Rapport
from reporting.tests.exemple import SA_PAGE

OCTOBRE = dt.date(2026, 10, 1)
JEUDI = dt.date(2026, 10, 8)
pytestmark = pytest.mark.usefixtures("mardi_10_novembre")


@pytest.fixture
def seance(conseillere, mairie_brulon):
    return record(conseillere, mairie_brulon)


def record(conseillere, lieu, **champs):
    ordinaire = {
        "date": JEUDI,
        "nature": "individuel",
        "canal": "lieu_activite",
        "lieu": lieu,
        "duree": 30,
        "nb_participants": 1,
        "thematiques": ["email"],
    }
    return record_seance(utilisateur=conseillere, cle=uuid.uuid4(), **(ordinaire | champs))


def close(gestionnaire, motif="Relu avec les conseillers"):
    return services.close_mois(mois=OCTOBRE, utilisateur=gestionnaire, motif_avertissements=motif)


def produce(rapports):
    """As if drawn: the PDF itself is another test's matter."""
    for rapport in rapports:
        Rapport.objects.filter(pk=rapport.pk).update(
            statut="produit", pdf=f"{rapport.type}.pdf", sha256="a" * 64, **SA_PAGE
        )


def seances_of(rapport):
    return rapport.donnees["total"]["seances"]


def test_closing_freezes_both_reports_with_the_same_figures(seance, gestionnaire):
    rapports = close(gestionnaire)
    assert {r.type for r in rapports} == {"couverture", "frequentation"}
    assert [seances_of(r) for r in rapports] == [1, 1]
    assert {r.donnees["etabli"]["par"] for r in rapports} == {"Claire Gestion"}
    assert not any(r.donnees["douze_mois"][-1]["provisoire"] for r in rapports)
    assert Mois.objects.get(premier_jour=OCTOBRE).version == 1


def test_a_month_is_closed_once(seance, gestionnaire):
    close(gestionnaire)
    with pytest.raises(ValidationError, match="déjà clos"):
        close(gestionnaire)
    assert Rapport.objects.count() == 2


def test_a_month_that_is_not_over_cannot_be_closed(gestionnaire):
    with pytest.raises(ValidationError, match="01/12/2026"):
        services.close_mois(mois=dt.date(2026, 11, 1), utilisateur=gestionnaire)


def test_the_last_evening_of_a_month_is_still_of_that_month(gestionnaire, mardi_10_novembre):
    mardi_10_novembre.move_to(dt.datetime(2026, 11, 30, 21, tzinfo=dt.UTC))
    with pytest.raises(ValidationError, match="01/12/2026"):
        services.close_mois(mois=dt.date(2026, 11, 1), utilisateur=gestionnaire)


def test_a_seance_that_waits_blocks_the_closing(seance, gestionnaire):
    Seance.objects.update(poste=None)
    with pytest.raises(services.ClotureRefusee) as refus:
        close(gestionnaire)
    assert [v.code for v in refus.value.bloquants] == ["seance_en_attente"]
    assert not Rapport.objects.exists()
    assert not Mois.objects.clos().exists()


def test_warnings_are_accepted_with_a_reason_that_the_report_keeps(
    seance, gestionnaire, creneau_brulon
):
    with pytest.raises(services.ClotureRefusee) as refus:
        close(gestionnaire, motif="")
    assert "occurrence_a_renseigner" in {v.code for v in refus.value.avertissements}
    rapport = close(gestionnaire, motif="Panne du réseau à Brûlon")[0]
    assert rapport.donnees["avertissements_acceptes"] == {
        "motif": "Panne du réseau à Brûlon",
        "par": "Claire Gestion",
    }


def test_a_complete_month_closes_without_a_reason(seance, conseillere, gestionnaire, poste_1):
    declare_mois(poste=poste_1, mois=OCTOBRE, utilisateur=conseillere)
    assert len(close(gestionnaire, motif="")) == 2


def test_frozen_figures_do_not_move_even_in_sql(seance, gestionnaire):
    rapport = close(gestionnaire)[0]
    with pytest.raises(IntegrityError, match="ne change plus"), transaction.atomic():
        Rapport.objects.filter(pk=rapport.pk).update(donnees={"total": {"seances": 99}})


def test_a_transmitted_report_cannot_be_deleted(seance, gestionnaire):
    produce(close(gestionnaire))
    rapport = services.transmit_mois(mois=OCTOBRE, utilisateur=gestionnaire)[0]
    with pytest.raises(IntegrityError, match="ne peut être supprimé"), transaction.atomic():
        Rapport.objects.filter(pk=rapport.pk).delete()


def test_nothing_is_transmitted_before_both_pdfs_are_there(seance, gestionnaire):
    premier, _ = close(gestionnaire)
    produce([premier])
    with pytest.raises(ValidationError, match="pas encore produits"):
        services.transmit_mois(mois=OCTOBRE, utilisateur=gestionnaire)


def test_the_prefecture_sees_a_report_once_transmitted(seance, gestionnaire, prefecture):
    produce(close(gestionnaire))
    assert not Rapport.objects.visible_to(prefecture).exists()
    services.transmit_mois(mois=OCTOBRE, utilisateur=gestionnaire)
    assert Rapport.objects.visible_to(prefecture).count() == 2


def test_the_notice_carries_the_fingerprints_and_no_attachment(
    seance, gestionnaire, settings, mailoutbox, django_capture_on_commit_callbacks
):
    settings.COURRIEL_PREFECTURE = "numerique@sarthe.gouv.invalid"
    produce(close(gestionnaire))
    with django_capture_on_commit_callbacks(execute=True):
        services.transmit_mois(mois=OCTOBRE, utilisateur=gestionnaire)
    (courriel,) = mailoutbox
    assert courriel.to == ["numerique@sarthe.gouv.invalid"]
    assert courriel.body.count("a" * 64) == 2
    assert not courriel.attachments


def test_two_people_when_the_setting_says_so(seance, gestionnaire, settings):
    settings.DEUX_PERSONNES_POUR_VALIDER = True
    produce(close(gestionnaire))
    with pytest.raises(ValidationError, match="autre personne"):
        services.transmit_mois(mois=OCTOBRE, utilisateur=gestionnaire)


def test_reopened_only_while_nothing_was_transmitted(seance, gestionnaire):
    close(gestionnaire)
    services.reopen_mois(mois=OCTOBRE, utilisateur=gestionnaire, motif="Erreur de mois")
    assert not Rapport.objects.exists()
    produce(close(gestionnaire))
    services.transmit_mois(mois=OCTOBRE, utilisateur=gestionnaire)
    with pytest.raises(ValidationError, match="rectification"):
        services.reopen_mois(mois=OCTOBRE, utilisateur=gestionnaire)


def test_a_rectification_makes_version_2_and_says_what_changed(
    seance, conseillere, gestionnaire, mairie_brulon, prefecture
):
    produce(close(gestionnaire))
    services.transmit_mois(mois=OCTOBRE, utilisateur=gestionnaire)
    services.open_rectification(
        mois=OCTOBRE, utilisateur=gestionnaire, motif="Atelier oublié à Brûlon"
    )
    update_seance(
        seance=seance,
        utilisateur=conseillere,
        date=JEUDI,
        canal="lieu_activite",
        lieu=mairie_brulon,
        duree=45,
    )
    rapports = {r.type: r for r in close(gestionnaire)}
    assert {r.version for r in rapports.values()} == {2}
    changes = {c["chemin"]: c for c in rapports["frequentation"].donnees["changements"]}
    assert changes["total.minutes"] == {"chemin": "total.minutes", "avant": 30, "apres": 45}
    assert changes["par_epci.200040475.minutes"]["apres"] == 45
    assert "total.seances" not in changes

    produce(rapports.values())
    services.transmit_mois(mois=OCTOBRE, utilisateur=gestionnaire)
    versions = Rapport.objects.visible_to(prefecture).filter(type="frequentation")
    assert {r.version: r.statut for r in versions} == {1: "remplace", 2: "transmis"}
    assert versions.get(version=1).donnees["total"]["minutes"] == 30


def test_a_late_seance_is_a_regularisation_of_the_next_report(
    seance, conseillere, gestionnaire, mairie_brulon, mardi_10_novembre
):
    produce(close(gestionnaire))
    mardi_10_novembre.move_to(dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC))
    tardive = record(conseillere, mairie_brulon, date=dt.date(2026, 10, 15), duree=45)
    assert tardive.hors_delai
    mardi_10_novembre.move_to(dt.datetime(2026, 12, 10, 9, tzinfo=dt.UTC))
    novembre = {
        r.type: r
        for r in services.close_mois(
            mois=dt.date(2026, 11, 1), utilisateur=gestionnaire, motif_avertissements="Lu"
        )
    }
    donnees = novembre["frequentation"].donnees
    assert donnees["total"]["seances"] == 0
    assert donnees["hors_delai"] == {
        "seances": 1,
        "participations": 1,
        "premieres_venues": 0,
        "minutes": 45,
    }
    assert [r["mois"] for r in donnees["regularisations"]] == ["2026-10"]
    assert Rapport.objects.get(mois=OCTOBRE, type="frequentation").donnees["total"]["seances"] == 1
    mardi_10_novembre.move_to(dt.datetime(2027, 1, 10, 9, tzinfo=dt.UTC))
    decembre = services.close_mois(
        mois=dt.date(2026, 12, 1), utilisateur=gestionnaire, motif_avertissements="Lu"
    )
    assert {r.type: r.donnees.get("hors_delai", {}).get("seances", 0) for r in decembre} == {
        "couverture": 0,
        "frequentation": 0,
    }


def test_every_act_has_an_author_a_date_and_a_reason(seance, gestionnaire, prefecture):
    produce(close(gestionnaire, motif="Relu"))
    rapport = services.transmit_mois(mois=OCTOBRE, utilisateur=gestionnaire)[0]
    services.receive_rapport(rapport=rapport, utilisateur=prefecture)
    assert [(a.nature, a.utilisateur, a.motif) for a in Acte.objects.order_by("pk")] == [
        ("cloture", gestionnaire, "Relu"),
        ("transmission", gestionnaire, ""),
        ("reception", prefecture, ""),
    ]


def test_the_receipt_of_the_prefecture_is_the_first_one(
    seance, gestionnaire, prefecture, mardi_10_novembre
):
    produce(close(gestionnaire))
    rapport = services.transmit_mois(mois=OCTOBRE, utilisateur=gestionnaire)[0]
    premier = services.receive_rapport(rapport=rapport, utilisateur=prefecture).recu_le
    mardi_10_novembre.move_to(dt.datetime(2026, 12, 1, tzinfo=dt.UTC))
    assert services.receive_rapport(rapport=rapport, utilisateur=prefecture).recu_le == premier


def test_months_before_come_from_the_frozen_reports(
    seance, conseillere, gestionnaire, mairie_brulon, mardi_10_novembre
):
    close(gestionnaire)
    mardi_10_novembre.move_to(dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC))
    record(conseillere, mairie_brulon, date=JEUDI)
    donnees = services.build_provisoires(mois=dt.date(2026, 11, 1))
    evolution = next(r for r in donnees if r.type == "frequentation").donnees["evolution"]
    assert (evolution["m_1"]["seances"], evolution["m_1"]["provisoire"]) == (1, False)
    assert evolution["m_12"] is None
    assert (evolution["annee"]["seances"], evolution["annee"]["regularisations"]) == (2, 1)
    assert "2026-09" in evolution["annee"]["mois_manquants"]


def test_provisional_reports_are_rebuilt_in_place_and_seen_by_staff_only(
    seance, gestionnaire, prefecture, conseillere, mairie_brulon
):
    services.build_provisoires(mois=OCTOBRE)
    record(conseillere, mairie_brulon)
    rapports = services.build_provisoires(mois=OCTOBRE)
    assert [seances_of(r) for r in rapports] == [2, 2]
    assert {r.version for r in Rapport.objects.all()} == {0}
    assert Rapport.objects.visible_to(gestionnaire).count() == 2
    assert not Rapport.objects.visible_to(prefecture).exists()


def test_no_name_of_an_advisor_is_in_a_report(seance, gestionnaire, conseillere):
    texte = str([r.donnees for r in close(gestionnaire)])
    affectation = Affectation.objects.get()
    assert affectation.conseiller.nom not in texte
    assert affectation.conseiller.courriel not in texte


def test_an_occurrence_said_held_counts_in_the_report(
    seance, conseillere, gestionnaire, creneau_brulon
):
    set_occurrence(
        creneau=creneau_brulon,
        date=dt.date(2026, 10, 6),
        statut="tenue",
        utilisateur=conseillere,
    )
    couverture = next(r for r in close(gestionnaire) if r.type == "couverture").donnees
    assert couverture["total"]["tenues"] == couverture["total"]["sans_visite"] == 1
    assert couverture["total"]["prevues"] == 4


def test_a_late_seance_counted_by_a_rectification_is_no_longer_a_regularisation(
    seance, conseillere, gestionnaire, mairie_brulon, mardi_10_novembre
):
    """The year is the months in force and the régularisations: each séance stands in it once."""
    produce(close(gestionnaire))
    services.transmit_mois(mois=OCTOBRE, utilisateur=gestionnaire)
    mardi_10_novembre.move_to(dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC))
    record(conseillere, mairie_brulon, date=dt.date(2026, 10, 15))
    novembre = dt.date(2026, 11, 1)

    def figures():
        rapports = services.build_provisoires(mois=novembre)
        return next(r.donnees for r in rapports if r.type == "frequentation")

    avant = figures()
    assert avant["hors_delai"]["seances"] == 1
    assert avant["evolution"]["annee"]["seances"] == 2
    assert avant["evolution"]["annee"]["regularisations"] == 1

    services.open_rectification(mois=OCTOBRE, utilisateur=gestionnaire, motif="Séance oubliée")
    produce(close(gestionnaire))
    services.transmit_mois(mois=OCTOBRE, utilisateur=gestionnaire)
    apres = figures()
    assert apres["hors_delai"]["seances"] == 0
    assert apres["evolution"]["m_1"]["seances"] == 2
    assert apres["evolution"]["annee"]["seances"] == 2
    assert apres["evolution"]["annee"]["regularisations"] == 0
