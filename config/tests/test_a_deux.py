"""Two people confirm the same act at once: one does it, the other reads why; nothing is doubled."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from conseillers import services as conseillers
from conseillers.admin.refus import REFUS, phrases_of
from conseillers.models import (
    Affectation,
    Candidature,
    Conseiller,
    Convention,
    ConventionLigne,
    Courriel,
    ImportFichier,
    Poste,
    Rencontre,
    Versement,
)
from permanences import services as permanences
from permanences.enums import SortCreneau
from permanences.models import Relance
from permanences.selectors.passation import Destin, Destins
from reporting import services as reporting

pytestmark = pytest.mark.django_db(transaction=True)
HIER = dt.date.today() - dt.timedelta(days=1)
BIENTOT = dt.date.today() + dt.timedelta(days=20)


def both(*actes: Callable[[], Any]) -> list[str]:
    """What each is told, « fait » when it was done; the same act twice when there is one."""
    depart = threading.Barrier(2)
    issues: list[str] = []

    def confirm(acte: Callable[[], Any]) -> None:
        depart.wait(10)
        try:
            acte()
            issues.append("fait")
        except REFUS as erreur:
            issues.append(" ".join(phrases_of(erreur)))
        except Exception as erreur:  # a deadlock would be told here
            issues.append(repr(erreur))
        finally:
            connections.close_all()

    fils = [threading.Thread(target=confirm, args=[acte]) for acte in (actes * 2)[:2]]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(30)
    return sorted(issues, key=lambda issue: issue != "fait")


@pytest.fixture
def convention(poste_1: Poste) -> Convention:
    convention = Convention.objects.create(
        reference="V2-1", structure=poste_1.structure, phase="V2",
        date_debut=dt.date(2025, 1, 1), date_fin=dt.date(2027, 12, 31),
    )  # fmt: skip
    convention.versements.create(rang=1, montant=Decimal(17500), date_prevue=HIER)
    ConventionLigne.objects.create(
        convention=convention, poste=poste_1, date_effet=dt.date(2025, 1, 1), montant=Decimal(17500)
    )
    return convention


def test_an_instalment_is_received_once(convention: Convention) -> None:
    versement = convention.versements.get()

    def receive() -> None:
        conseillers.receive_versement(
            versement=Versement.objects.get(pk=versement.pk), date_recue=HIER,
            montant=Decimal(17500), piece="Avis 1",
        )  # fmt: skip

    un, autre = both(receive)
    assert un == "fait" and "Déjà noté" in autre


def test_an_avenant_takes_back_once_what_is_there(convention: Convention, poste_1: Poste) -> None:
    def take_back() -> None:
        conseillers.add_avenant(
            convention=convention, poste=poste_1, date_effet=dt.date(2026, 1, 1),
            montant=Decimal(-17500),
        )  # fmt: skip

    un, autre = both(take_back)
    assert un == "fait" and autre != "fait", autre
    assert sum(ligne.montant for ligne in convention.lignes.all()) == 0


def test_two_instalments_planned_at_once_have_two_ranks(convention: Convention) -> None:
    def plan() -> None:
        conseillers.plan_versement(convention=convention, montant=Decimal(10), date_prevue=BIENTOT)

    assert both(plan) == ["fait", "fait"]
    assert sorted(convention.versements.values_list("rang", flat=True)) == [1, 2, 3]


def test_a_convention_is_settled_once(convention: Convention) -> None:
    def settle() -> None:
        conseillers.settle_convention(
            convention=convention, date_solde=HIER, malgre_les_echeances=True
        )

    un, autre = both(settle)
    assert un == "fait" and "soldée" in autre


def test_a_poste_is_given_back_once(conseillere: Any, creneau_brulon: Any, poste_1: Poste) -> None:
    def give_back() -> None:
        permanences.give_back_poste(
            poste=Poste.objects.get(pk=poste_1.pk), date_rendu=BIENTOT,
            destins=Destins(Destin(SortCreneau.TERMINER)),
        )  # fmt: skip

    un, autre = both(give_back)
    assert un == "fait" and "rendu" in autre, autre


def test_one_newcomer_arrives_once(poste_2: Poste) -> None:
    def arrive() -> None:
        permanences.welcome_conseiller(
            affectation=Affectation(
                poste=poste_2, date_debut=BIENTOT, type_contrat="CDD",
                conseiller=Conseiller(prenom="Lou", nom="Neuve", courriel="lou@exemple.fr"),
            ),
            destins=Destins(),
        )  # fmt: skip

    un, autre = both(arrive)
    assert un == "fait" and autre != "fait" and "Error(" not in autre, autre
    assert (Conseiller.objects.count(), Affectation.objects.count()) == (1, 1)


def test_one_candidate_offered_two_postes_takes_one(poste_1: Poste, gestionnaire: Any) -> None:
    poste_3 = Poste.objects.create(
        numero=3, structure=poste_1.structure, date_attribution=dt.date(2021, 3, 1)
    )
    candidature = Candidature.objects.create(
        courriel="r@exemple.fr", prenom="R", nom="S", recue_le=dt.date(2025, 1, 1), etat="retenue",
    )  # fmt: skip

    def recruit(poste: Poste) -> Callable[[], Any]:
        return lambda: permanences.recruit_candidature(
            candidature=candidature, poste=poste, date_debut=BIENTOT, type_contrat="CDD",
            utilisateur=gestionnaire,
        )  # fmt: skip

    un, autre = both(recruit(poste_1), recruit(poste_3))
    assert un == "fait" and "Retenue" in autre, autre
    assert Affectation.objects.count() == 1


def test_nobody_is_invited_twice(conseillere: Any, gestionnaire: Any) -> None:
    rencontre = Rencontre.objects.create(
        intitule="Réunion", date=BIENTOT, lieu="Salle", heure_debut=dt.time(9),
        heure_fin=dt.time(12),
    )  # fmt: skip
    rencontre.presences.create(conseiller=conseillere.conseiller)
    issues = both(
        lambda: conseillers.send_invitations(rencontre=rencontre, utilisateur=gestionnaire)
    )
    assert issues == ["fait", "fait"]
    assert Courriel.objects.count() == 1


def test_nobody_is_reminded_twice(conseillere: Any, creneau_brulon: Any, gestionnaire: Any) -> None:
    mois = (HIER.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    issues = both(lambda: reporting.relance_mois(mois=mois, utilisateur=gestionnaire))
    assert issues == ["fait", "fait"]
    assert Relance.objects.count() == Courriel.objects.count() == 1


def test_an_import_is_confirmed_once(gestionnaire: Any) -> None:
    recu = ImportFichier.objects.create(
        type="candidatures", nom_fichier="c.csv", taille=1, sha256="a" * 64, etat="a_confirmer",
        envoye_par=gestionnaire, crees=1, lignes=1, empreinte_apercu="b" * 64, fichier="c.csv",
        apercu="c.jsonl",
    )  # fmt: skip
    un, autre = both(
        lambda: reporting.confirm_import(
            pk=recu.pk, utilisateur=gestionnaire, empreinte="b" * 64, bonnes_seulement=False
        )
    )
    assert un == "fait" and "n’attend plus" in autre
