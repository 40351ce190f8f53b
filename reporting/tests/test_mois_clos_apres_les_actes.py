"""A closed month after each act of the back office: still as frozen, and counted the same."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from conftest import close_mois_brut, make_seance
from conseillers import services as argent
from conseillers.models import Affectation, Convention, Formation, Poste, Rencontre
from conseillers.tests.test_recrutement import make_candidature
from permanences import services as plan
from permanences.calendrier import douze_mois
from permanences.services.recrutement import recruit_candidature
from permanences.tests.passation import TERMINER, arrives, leaves
from reporting import services
from reporting.models import Rapport
from reporting.selectors import donnees_du_mois

OCTOBRE, JEUDI, NOVEMBRE = dt.date(2026, 10, 1), dt.date(2026, 10, 8), dt.date(2026, 11, 2)

Acte = Callable[[SimpleNamespace], Any]


@pytest.fixture
def cas(
    mardi_10_novembre: Any, conseillere: Any, conseiller_voisin: Any, creneau_brulon: Any,
    atelier_la_fleche: Any, mairie_brulon: Any, gestionnaire: Any, structure_departement: Any,
    structure_partenaire: Any, poste_1: Poste,
) -> SimpleNamespace:  # fmt: skip
    """October, with something of everything, closed; the eleven months before it too."""
    libre = Poste.objects.create(
        numero=3, structure=structure_departement, date_attribution=dt.date(2021, 3, 1)
    )
    convention = Convention.objects.create(
        reference="V2-1", structure=structure_departement, phase="V2",
        date_debut=dt.date(2025, 1, 1), date_fin=dt.date(2027, 12, 31),
    )  # fmt: skip
    for poste in (poste_1, libre):
        convention.lignes.create(
            poste=poste, date_effet=dt.date(2025, 1, 1), montant=Decimal(42_500)
        )
    attendu, _ = (
        convention.versements.create(rang=rang, montant=Decimal(17_500), date_prevue=prevue)
        for rang, prevue in ((1, dt.date(2026, 9, 1)), (2, dt.date(2027, 1, 1)))
    )
    make_seance(conseillere, mairie_brulon, JEUDI)
    for mois in douze_mois(OCTOBRE)[:-1]:
        close_mois_brut(mois)
    services.close_mois(mois=OCTOBRE, utilisateur=gestionnaire, motif_avertissements="Relu")
    return SimpleNamespace(
        poste=poste_1, libre=libre, convention=convention, attendu=attendu, par=gestionnaire,
        structure=structure_partenaire, creneau=creneau_brulon, nadia=conseillere.conseiller,
        affectation=Affectation.objects.get(poste=poste_1),
    )  # fmt: skip


def frozen() -> dict[str, tuple[Any, str]]:
    return {r.type: (r.donnees, r.empreinte_donnees) for r in Rapport.objects.filter(mois=OCTOBRE)}


def recounted() -> dict[str, Any]:
    """As the clôture would count it today; its author and its hour are said by who asks."""
    return donnees_du_mois(
        OCTOBRE, version=1, provisoire=False, etabli_le=dt.datetime(2026, 11, 10, tzinfo=dt.UTC)
    )


def _rencontre(cas: SimpleNamespace) -> None:
    rencontre = Rencontre(
        intitule="Réseau", date=NOVEMBRE, lieu="Salle", heure_debut=dt.time(9),
        heure_fin=dt.time(12),
    )  # fmt: skip
    argent.save_rencontre(rencontre=rencontre, conseillers=[cas.nadia])
    argent.note_presences(rencontre=rencontre, statuts={cas.nadia.pk: "present"})


def _recrutement(cas: SimpleNamespace) -> None:
    candidature = make_candidature(etat="retenue", etat_le=NOVEMBRE)
    recruit_candidature(
        candidature=candidature, poste=cas.libre, date_debut=dt.date(2026, 11, 16),
        type_contrat="CDD", utilisateur=cas.par,
    )  # fmt: skip


ACTES: dict[str, Acte] = {
    "départ": lambda cas: leaves(cas.affectation, dt.date(2026, 11, 3), TERMINER),
    "arrivée": lambda cas: arrives(cas.libre, NOVEMBRE),
    "recrutement": _recrutement,
    "quotité": lambda cas: plan.change_quotite(
        affectation=cas.affectation, depuis=NOVEMBRE, quotite=50
    ),
    "restitution": lambda cas: plan.give_back_poste(
        poste=cas.libre, date_rendu=NOVEMBRE, destins=TERMINER
    ),
    "fermeture": lambda cas: plan.close_periode(
        utilisateur=cas.par, cle=uuid.uuid4(), portee="lieu", lieu=cas.creneau.lieu,
        debut=dt.date(2026, 11, 16), fin=dt.date(2026, 12, 6), motif="fermeture_du_lieu",
    ),
    "versement reçu": lambda cas: argent.receive_versement(
        versement=cas.attendu, date_recue=NOVEMBRE, montant=Decimal(17_500), piece="Avis"
    ),
    "versement reporté": lambda cas: argent.postpone_versement(
        versement=cas.attendu, date_prevue=dt.date(2026, 12, 1)
    ),
    "versement attendu": lambda cas: argent.plan_versement(
        convention=cas.convention, montant=Decimal(5_000), date_prevue=dt.date(2027, 2, 1)
    ),
    "avenant": lambda cas: argent.add_avenant(
        convention=cas.convention, poste=cas.poste, date_effet=NOVEMBRE, montant=Decimal(1_000)
    ),
    "solde": lambda cas: argent.settle_convention(
        convention=cas.convention, date_solde=NOVEMBRE, malgre_les_echeances=True
    ),
    "label": lambda cas: argent.attest_label(
        structure=cas.structure, atteste_le=NOVEMBRE, reference="L-1"
    ),
    "rencontre": _rencontre,
    "formation": lambda cas: Formation.objects.create(
        conseiller=cas.nadia, nature="formation", intitule="Pix", date=NOVEMBRE
    ),
}  # fmt: skip


def without_the_future(donnees: dict[str, Any]) -> dict[str, Any]:
    """Less the end of each contract to come: a departure makes known what was not."""
    return donnees | {
        "postes_lignes": [ligne | {"fin_contrat": None} for ligne in donnees["postes_lignes"]],
        "a_decider": donnees["a_decider"] | {"contrats": []},
        "verifications": [v for v in donnees["verifications"] if v["code"] != "contrat_sans_fin"],
    }


@pytest.mark.parametrize("acte", ACTES)
def test_a_closed_month_is_counted_the_same_after(acte: str, cas: SimpleNamespace) -> None:
    fige, avant = frozen(), recounted()
    ACTES[acte](cas)
    apres = recounted()
    assert frozen() == fige
    if acte == "départ":
        assert apres["couverture"]["a_decider"]["contrats"] == [
            {"numero": 1, "date_fin": "2026-11-03"}
        ]
        avant["couverture"], apres["couverture"] = (
            without_the_future(donnees["couverture"]) for donnees in (avant, apres)
        )
        avant["frequentation"]["verifications"] = apres["frequentation"]["verifications"] = []
    assert apres == avant


def test_another_employer_leaves_what_was_frozen_and_its_file(cas: SimpleNamespace) -> None:
    """A part is counted with today's employer (docs/adr/0014): only the frozen one is October's."""
    fige = frozen()
    plan.change_structure(poste=cas.poste, structure=cas.structure)
    assert frozen() == fige
    assert {r.empreinte_donnees for r in Rapport.objects.filter(mois=OCTOBRE)} == {
        services.cloture.fingerprint(donnees) for donnees, _ in fige.values()
    }
