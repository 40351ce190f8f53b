"""La Coop by its API: what comes in, since when, and what never does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from conftest import close_mois_brut
from conseillers.models import Utilisateur
from permanences.enums import EtatImportCoop, Source
from permanences.models import CompteRenduCoop, ImportCoop, LieuAccueil, MediateurCoop, Seance
from permanences.services.coop_api import RECOUVREMENT, premier_depuis, start_import_api
from permanences.tests.echange_coop import FIN, NOMBRE, check_figures, exchange, small_country
from permanences.tests.pays_coop import SECRET as CHEZ_LUI
from permanences.tests.pays_coop import Pays
from permanences.tests.serveur_coop import SECRET, ServeurCoop, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def pays() -> Pays:
    return small_country()


@pytest.fixture
def serveur(
    pays: Pays,
    mardi_10_novembre: Any,
    conseillere: Utilisateur,
    conseiller_voisin: Utilisateur,
    mairie_brulon: LieuAccueil,
) -> Iterator[ServeurCoop]:
    """Two advisors, the place that they know, and the country's API."""
    with running(pays) as serveur:
        yield serveur


def test_the_first_exchange_brings_all_that_is_ours(serveur: ServeurCoop, pays: Pays) -> None:
    importation = exchange(serveur)
    assert importation.etat == EtatImportCoop.FAIT, importation.cause
    assert importation.parcourus == importation.annonces == NOMBRE
    assert importation.lus == importation.crees == len(pays.expected()) == 23
    check_figures(pays)
    nadia = CompteRenduCoop.objects.filter(conseiller__nom="Brulon")
    assert nadia.count() == 12
    # Five pages of 50, then the empty one: no more is asked.
    assert serveur.asked("/activites") == 6
    assert serveur.asked("/structures") == 1


def test_a_seance_says_what_la_coop_says(serveur: ServeurCoop, pays: Pays) -> None:
    exchange(serveur)
    atelier = CompteRenduCoop.objects.filter(donnees__nature="atelier").first()
    assert atelier is not None
    attendu = pays.expected()[atelier.id_coop]
    seance = atelier.seance
    assert seance is not None
    assert (str(seance.cle), seance.source) == (atelier.id_coop, Source.COOP)
    assert (seance.nature, seance.titre, seance.niveau) == ("atelier", "Premiers pas", "debutant")
    assert seance.nb_participants == attendu["total"]
    assert seance.materiel == ["ordinateur"] and seance.nb_premieres_venues is None
    assert "aide_aux_demarches_administratives" in seance.thematiques


def test_the_second_exchange_reads_a_few_hours_again_and_changes_nothing(
    serveur: ServeurCoop, pays: Pays
) -> None:
    premier = exchange(serveur)
    # The newest of theirs is what is surely read: our clock is later.
    assert premier.repere == FIN
    second = exchange(serveur)
    assert second.depuis == FIN - RECOUVREMENT
    assert second.parcourus == pays.count(second.depuis) < 30
    assert (second.crees, second.modifies, second.inchanges) == (0, 0, second.lus)
    check_figures(pays)


def test_changes_and_deletions_come_with_their_date_of_modification(
    serveur: ServeurCoop, pays: Pays, mardi_10_novembre: Any
) -> None:
    exchange(serveur)
    demain = FIN + dt.timedelta(days=1)
    pays.change(107, demain)  # Nadia's and Hugo's
    pays.change(17, demain + dt.timedelta(minutes=1), supprime=True)
    pays.change(27, demain + dt.timedelta(minutes=2))
    mardi_10_novembre.move_to(demain + dt.timedelta(hours=2))
    second = exchange(serveur)
    assert (second.modifies, second.supprimes) == (2, 1)
    check_figures(pays)
    assert Seance.objects.filter(supprimee_le__isnull=False).count() == 1

    pays.changees[17] = (demain + dt.timedelta(hours=1), 2, None)  # brought back
    mardi_10_novembre.move_to(demain + dt.timedelta(hours=3))
    exchange(serveur)
    check_figures(pays)


def test_nothing_is_kept_of_anybody_else(
    serveur: ServeurCoop, pays: Pays, caplog: pytest.LogCaptureFixture
) -> None:
    """Every text of every table is read: names, e-mails, tags, démarches, identifiers."""
    caplog.set_level("DEBUG")
    exchange(serveur)
    autres = {
        pays.resource(i)["attributes"]["mediateur_id"] for i in range(NOMBRE) if not pays.ours(i)
    }
    interdits = {"ailleurs.invalid", "Jeannine", "06 12 34", "33612345678", CHEZ_LUI, SECRET}
    contenu = caplog.text
    with connection.cursor() as cursor:
        for modele in apps.get_models():
            cursor.execute(f'SELECT t::text FROM "{modele._meta.db_table}" t')
            contenu += "\n".join(ligne[0] for ligne in cursor.fetchall())
    assert [mot for mot in {*interdits, *autres} if mot in contenu] == []
    assert pays.expected().keys() <= {c.id_coop for c in CompteRenduCoop.objects.all()}
    assert MediateurCoop.objects.count() == 2


def test_who_is_no_longer_a_conseiller_numerique_is_found_among_the_others(
    serveur: ServeurCoop, gestionnaire: Utilisateur, mardi_10_novembre: Any
) -> None:
    """Hugo has left: the first time, and when a person asks, but not each night."""
    exchange(serveur)
    assert MediateurCoop.objects.filter(conseiller__nom="Fleche").exists()

    def looked_elsewhere() -> bool:
        return any(d[1].get("filter[conseiller_numerique]") == "0" for d in serveur.demandes)

    assert looked_elsewhere()
    for lance_par in (None, gestionnaire):
        serveur.demandes.clear()
        exchange(serveur, lance_par=lance_par)
        assert looked_elsewhere() is (lance_par is not None)


def test_an_advisor_who_was_not_known_yet_brings_the_past_back(
    serveur: ServeurCoop, pays: Pays, conseiller_voisin: Utilisateur
) -> None:
    """The mark stands for those who were followed: for another one all is read again."""
    fiche = conseiller_voisin.conseiller
    fiche.courriel = "hugo@ancienne.invalid"
    fiche.save()
    exchange(serveur)
    assert CompteRenduCoop.objects.count() == 12
    fiche.courriel = "hugo.fleche@exemple.fr"
    fiche.save()
    pays.parti = ""
    second = exchange(serveur)
    assert second.depuis == premier_depuis()
    check_figures(pays)


def test_without_any_advisor_known_there_it_fails_and_says_what_to_do(
    serveur: ServeurCoop, pays: Pays
) -> None:
    pays.nos_courriels = ["x@ailleurs.invalid", "y@ailleurs.invalid"]
    importation = exchange(serveur)
    assert importation.etat == EtatImportCoop.ECHEC
    assert "comparez leurs courriels" in importation.cause
    assert serveur.asked("/activites") == 0 and importation.repere is None


def test_the_first_exchange_begins_after_the_last_closed_month(
    serveur: ServeurCoop, settings: Any
) -> None:
    assert timezone.localdate(premier_depuis()) == dt.date(2026, 1, 1)
    close_mois_brut(dt.date(2026, 9, 1))
    assert timezone.localdate(premier_depuis()) == dt.date(2026, 10, 1)
    settings.COOP_DEPUIS = dt.date(2026, 11, 3)
    importation = exchange(serveur)
    assert timezone.localdate(importation.depuis) == dt.date(2026, 11, 3)
    assert importation.parcourus == serveur.pays.count(importation.depuis)


def test_a_later_day_asked_for_skips_nothing(serveur: ServeurCoop, pays: Pays) -> None:
    """« Relire depuis » only ever goes back."""
    importation = exchange(serveur, depuis=dt.date(2026, 11, 9))
    assert importation.depuis == premier_depuis()
    check_figures(pays)
    relu = exchange(serveur, depuis=dt.date(2026, 11, 1))
    assert timezone.localdate(relu.depuis) == dt.date(2026, 11, 1)
    assert relu.inchanges == relu.lus > 0


def test_one_exchange_at_a_time(serveur: ServeurCoop) -> None:
    start_import_api(lance_par=None)
    with pytest.raises(ValidationError, match="déjà en cours"):
        start_import_api(lance_par=None)
    assert ImportCoop.objects.count() == 1


def test_a_structure_unknown_is_asked_once_and_by_hundreds(
    mardi_10_novembre: Any,
    conseillere: Utilisateur,
    conseiller_voisin: Utilisateur,
    mairie_brulon: LieuAccueil,
) -> None:
    with running(small_country(nombre=500, lieux=150, sur=5)) as serveur:
        exchange(serveur, taille=500)
        demandes = [d[1]["ids"].split(",") for d in serveur.demandes if d[0] == "/structures"]
        assert [len(ids) for ids in demandes] == [40]
        serveur.demandes.clear()
        exchange(serveur)
        assert serveur.asked("/structures") == 0


def test_a_structure_that_la_coop_no_longer_has_loses_no_activity(
    serveur: ServeurCoop, pays: Pays, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pays, "structure", lambda identifiant: None)
    exchange(serveur)
    au_lieu = [v for v in pays.expected().values() if v["type_lieu"] == "lieu_activite"]
    ecartes = CompteRenduCoop.objects.filter(etat="ecarte", raison="lieu_a_rapprocher")
    assert ecartes.count() == len(au_lieu) > 0
    assert CompteRenduCoop.objects.count() == 23
