"""What La Coop writes is matched, refused with its reason, or undone: each decided once."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import close_mois_brut, make_seance
from conseillers.models import Utilisateur
from permanences.coop import LieuLu, MediateurLu
from permanences.enums import (
    FormeExport,
    RaisonCoop,
    TraitementLieu,
)
from permanences.models import (
    ChangementCoop,
    CompteRenduCoop,
    Creneau,
    LieuAccueil,
    LieuCoop,
    MediateurCoop,
    Seance,
)
from permanences.services import coop
from permanences.services.doubles import merge_seances
from permanences.tests.comptes_rendus import (
    MAIRIE,
    MARDI,
    PARIS,
    Importer,
    a_state,
    activite,
    counts,
)
from permanences.tests.test_envois import answers
from territoires.enums import Porte
from territoires.journal import entree

pytestmark = pytest.mark.django_db


# --- Places ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lieu",
    [
        LieuLu("mairie de brûlon", "", "", "", "72050"),
        LieuLu("Espace numérique", "3, pl. de la Mairie", "", "", "72050"),
        LieuLu("Mairie de Brûlon", "", "", "", "72999"),
        LieuLu("Mairie", "Le Bourg", "", "", "72050"),
    ],
)
def test_a_place_is_matched_alone_only_when_there_is_no_doubt(
    importer: Importer, mairie_brulon: LieuAccueil, lieu: LieuLu
) -> None:
    LieuAccueil.objects.update(adresse="3 place de la Mairie, 72350 Brûlon")
    importer(activite(lieu=lieu))
    sur = lieu.code_insee == "72050" and lieu.adresse != "Le Bourg"
    assert (LieuCoop.objects.get().lieu == mairie_brulon) is sur
    assert Seance.objects.count() == sur


def test_two_candidates_and_a_person_decides(
    importer: Importer, mairie_brulon: LieuAccueil, gestionnaire: Utilisateur
) -> None:
    mairie_brulon.pk, mairie_brulon.code = None, "autre"
    mairie_brulon.save()
    assert counts(importer(activite(), activite(id_coop="autre"))) == {"ecartes": 2}
    lieu_coop = LieuCoop.objects.get()
    bilan = coop.settle_lieu(
        lieu_coop=lieu_coop, traitement="rapproche", lieu=mairie_brulon, utilisateur=gestionnaire
    )
    assert [r.sort for r in bilan] == ["crees", "crees"]
    assert counts(importer(activite())) == {"inchanges": 1}


@pytest.mark.parametrize("traitement", ["autre_lieu", "ignore"])
def test_a_place_may_be_another_lieu_or_ignored(
    importer: Importer, gestionnaire: Utilisateur, traitement: str
) -> None:
    importer(activite())
    coop.settle_lieu(
        lieu_coop=LieuCoop.objects.get(), traitement=traitement, utilisateur=gestionnaire
    )
    comptees = Seance.objects.comptees()
    attendu = [("autre_lieu", None, "72050")] if traitement == "autre_lieu" else []
    assert list(comptees.values_list("canal", "lieu", "code_insee")) == attendu
    raison = CompteRenduCoop.objects.get().raison
    assert raison == (RaisonCoop.LIEU_IGNORE if traitement == "ignore" else "")


def test_the_file_and_the_api_find_the_same_place(importer: Importer) -> None:
    lieu = replace(MAIRIE, nom="Chez nous", structure_id="s-1")
    importer(activite(lieu=lieu))
    importer(activite(id_coop="b", lieu=replace(lieu, structure_id="")))
    importer(activite(id_coop="c", lieu=replace(lieu, nom="Renommé")))
    importer(activite(id_coop="d", lieu=replace(lieu, nom="Renommé", structure_id="")))
    assert LieuCoop.objects.count() == 1


def test_an_old_code_becomes_the_commune_of_today(importer: Importer, brulon: Any) -> None:
    brulon.anciennes.create(code="72999", nom="Ancienne")
    importer(activite(canal="domicile", lieu=None, code_insee="72999"))
    assert Seance.objects.get().commune == brulon
    assert counts(importer(activite(canal="domicile", lieu=None, code_insee="72999"))) == {
        "inchanges": 1
    }


# --- What a rule refuses ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"date": dt.date(2026, 12, 24)}, "à venir"),
        ({"date": dt.date(1926, 10, 13)}, "trop ancienne"),
        ({"duree": 0}, "durée"),
        ({"duree": 2000}, "durée"),
        ({"nb_participants": 0, "compteurs": {}}, "participants"),
        ({"compteurs": {"age_moins_de_douze": 2}}, "dépasse"),
        ({"thematiques": ()}, "thématiques"),
        ({"canal": "domicile", "code_insee": ""}, "code INSEE"),
        ({"canal": "domicile", "code_insee": "72998"}, "n’existe pas"),
        ({"lieu": None}, "sans nom"),
        ({"defaut": "sa durée est illisible"}, "illisible"),
    ],
)
def test_what_a_rule_refuses_is_kept_aside_with_its_reason(
    importer: Importer, champs: dict[str, Any], phrase: str
) -> None:
    importation = importer(activite(**champs), activite(id_coop="bonne"))
    assert counts(importation) == {"crees": 1, "ecartes": 1}
    assert phrase in CompteRenduCoop.objects.get(id_coop=activite().id_coop).precision
    assert any(phrase in dite for dite in importation.phrases)
    assert counts(importer(activite())) == {"crees": 1}, "put right in La Coop, it is counted"


def test_a_coordinate_in_a_title_is_not_kept(importer: Importer) -> None:
    importer(activite(nature="atelier", titre="Chez Zoé 06 12 34 56 78"))
    assert Seance.objects.get().titre == ""
    assert "06 12" not in str(CompteRenduCoop.objects.get().donnees)


def test_one_bad_row_at_the_database_does_not_lose_the_others(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("permanences.services.coop.verdict._first_breach", lambda *_: "")
    importation = importer(activite(duree=0), activite(id_coop="b"), activite(id_coop="c"))
    assert counts(importation) == {"crees": 2, "ecartes": 1}
    assert "1 à 1 440 minutes" in CompteRenduCoop.objects.get(seance=None).precision


# --- Médiateurs ------------------------------------------------------------------------------


def test_a_mediateur_is_known_by_name_or_settled_by_a_person(
    importer: Importer, conseillere: Utilisateur, gestionnaire: Utilisateur
) -> None:
    coop.note_mediateurs([MediateurLu("conum:1", "BRULON Nadia"), MediateurLu("conum:2", "Zoé X")])
    champs = {"forme": FormeExport.COORDINATEUR, "conseiller": None}
    importation = importer(
        activite(mediateur="conum:1"), activite(id_coop="b", mediateur="conum:2"), **champs
    )
    assert counts(importation) == {"crees": 1, "ecartes": 1}
    inconnu = MediateurCoop.objects.get(conseiller=None)
    coop.settle_mediateur(
        mediateur=inconnu, conseiller=conseillere.conseiller, utilisateur=gestionnaire
    )
    assert Seance.objects.filter(auteur=conseillere.conseiller).count() == 2
    coop.settle_mediateur(mediateur=inconnu, conseiller=None, ignore=True, utilisateur=gestionnaire)
    assert Seance.objects.comptees().count() == 1


def test_an_advisor_s_export_says_nothing_of_another_advisor_s_activity(
    importer: Importer, conseiller_voisin: Utilisateur
) -> None:
    importer(activite())
    importation = importer(activite(duree=90), conseiller=conseiller_voisin.conseiller)
    assert counts(importation) == {"ecartes": 1}
    assert Seance.objects.get().duree == 45


# --- Undo ------------------------------------------------------------------------------------


def test_an_undo_brings_back_what_was_before(importer: Importer, gestionnaire: Utilisateur) -> None:
    importer(activite(), activite(id_coop="b"), activite(id_coop="d", lieu=None))
    avant = a_state()
    seconde = importer(
        activite(duree=90, modifie_le=dt.date(2026, 10, 20)),
        activite(id_coop="b", supprime_le=dt.datetime(2026, 10, 20, tzinfo=PARIS)),
        activite(id_coop="c"),
        activite(id_coop="d"),
    )
    assert counts(seconde) == {"crees": 2, "modifies": 1, "supprimes": 1}
    bilan = coop.cancel_import(importation=seconde, utilisateur=gestionnaire)
    assert (bilan.retirees, bilan.retablies) == (2, 2)
    comptees = Seance.objects.comptees()
    assert comptees.aggregate(n=Sum("duree"))["n"] == 90
    assert CompteRenduCoop.objects.get(id_coop="c").raison == RaisonCoop.IMPORT_ANNULE
    ligne = CompteRenduCoop.objects.get(id_coop="d")
    assert ligne.raison == RaisonCoop.REFUSE_PAR_UNE_REGLE
    assert str(ligne.precision) in str(avant)


def test_what_somebody_corrected_since_is_counted_before_an_undo_and_nothing_else(
    importer: Importer, conseillere: Utilisateur, mairie_brulon: LieuAccueil,
    creneau_brulon: Creneau, gestionnaire: Utilisateur, client: Client,
) -> None:  # fmt: skip
    noms = ("corrigée", "retirée", "double", "placée", "intacte")
    importation = importer(*(activite(id_coop=nom, duree=30) for nom in noms))
    par_nom = {s.compte_rendu_coop.id_coop: s for s in Seance.objects.all()}
    client.force_login(conseillere)
    adresse = "/seances/{}/{}/".format
    corrigee = answers(mairie_brulon, duree="60")
    assert client.post(adresse(par_nom["corrigée"].cle, "correction"), corrigee).status_code == 302
    assert client.post(adresse(par_nom["retirée"].cle, "suppression")).status_code == 302
    # It takes over what was used: a fact changes, and nobody corrected it.
    saisie = make_seance(conseillere, mairie_brulon, MARDI, materiel=["tablette"])
    venue = par_nom["double"]
    with entree(Porte.FORMULAIRE, "permanences:doubles", str(conseillere.pk)):
        merge_seances(saisie=saisie, coop=venue, garder=venue, utilisateur=conseillere)
    with entree(Porte.ADMIN, "admin:permanences_seance_changelist", str(gestionnaire.pk)):
        assert Seance.objects.filter(creneau=creneau_brulon, pk=par_nom["placée"].pk).update(
            creneau=None
        )
    assert coop.consequences_of(importation).corrigees_depuis == 2


def test_an_undo_leaves_what_a_kept_seance_took_over_from_its_double(
    importer: Importer, conseillere: Utilisateur, mairie_brulon: LieuAccueil,
    gestionnaire: Utilisateur,
) -> None:  # fmt: skip
    importer(activite(duree=30))
    seconde = importer(activite(duree=45, modifie_le=dt.date(2026, 10, 20)))
    venue = Seance.objects.get()
    saisie = make_seance(conseillere, mairie_brulon, MARDI, materiel=["tablette"])
    merge_seances(saisie=saisie, coop=venue, garder=venue, utilisateur=gestionnaire)
    coop.cancel_import(importation=seconde, utilisateur=gestionnaire)
    [comptee] = Seance.objects.comptees()
    assert (comptee.pk, comptee.duree, comptee.materiel) == (venue.pk, 30, ["tablette"])


def test_after_an_undo_the_same_file_counts_again(
    importer: Importer, gestionnaire: Utilisateur
) -> None:
    premiere = importer(activite())
    coop.cancel_import(importation=premiere, utilisateur=gestionnaire)
    assert not Seance.objects.comptees().exists()
    assert counts(importer(activite())) == {"crees": 1}
    assert Seance.objects.comptees().count() == 1


@pytest.mark.parametrize("cause", ["mois clos", "import suivant", "deja annule"])
def test_an_undo_is_refused_whole_with_its_reasons(
    importer: Importer, gestionnaire: Utilisateur, cause: str
) -> None:
    premiere = importer(activite(), activite(id_coop="b", date=dt.date(2026, 11, 3)))
    phrase = {
        "mois clos": "clos depuis",
        "import suivant": "annulez-le d’abord",
        "deja annule": "Seul un import fait",
    }[cause]
    if cause == "mois clos":
        close_mois_brut(dt.date(2026, 10, 1))
    elif cause == "import suivant":
        importer(activite(duree=90, modifie_le=dt.date(2026, 10, 20)))
    else:
        coop.cancel_import(importation=premiere, utilisateur=gestionnaire)
    avant = Seance.objects.comptees().count()
    with pytest.raises(ValidationError, match=phrase):
        coop.cancel_import(importation=premiere, utilisateur=gestionnaire)
    assert Seance.objects.comptees().count() == avant


# --- Cost ------------------------------------------------------------------------------------


def test_a_batch_costs_the_same_number_of_queries_whatever_its_size(
    importer: Importer, creneau_brulon: Creneau
) -> None:
    def cost(nombre: int) -> int:
        lot = [
            activite(id_coop=str(uuid.uuid4()), date=MARDI - dt.timedelta(days=n % 28))
            for n in range(nombre)
        ]
        with CaptureQueriesContext(connection) as requetes:
            importer(*lot)
        return len(requetes)

    cost(1)
    assert cost(60) <= cost(3) + 2


def test_only_one_run_at_a_time(importer: Importer) -> None:
    coop.open_run()
    with pytest.raises(Exception, match="import_coop_un_seul_a_la_fois"):
        coop.open_run()


def test_changes_are_kept_for_the_undo_alone_once(importer: Importer) -> None:
    importation = importer(activite())
    importer(activite())
    assert list(ChangementCoop.objects.values_list("importation", "avant")) == [
        (importation.pk, None)
    ]
    assert LieuCoop.objects.get().traitement == TraitementLieu.RAPPROCHE
