"""The state of an occurrence: first that applies (contrat/rapports.md, « Plan and reality »)."""

import datetime as dt

import pytest

from conseillers.enums import RoleAffectation, TypeContrat
from conseillers.models import Absence, Affectation, Conseiller
from conseillers.selectors import occupation
from permanences.enums import Canal, Motif, NatureSeance, StatutOccurrence
from permanences.models import Fermeture, Occurrence, Seance
from permanences.selectors.plan import plan_entre

MARDI = dt.date(2026, 10, 6)
OCTOBRE = (dt.date(2026, 10, 1), dt.date(2026, 10, 31))


def etat(jour=MARDI, periode=OCTOBRE):
    plan = plan_entre(*periode, postes=occupation(*periode))
    return {o.date: (o.etat, o.motif) for o in plan}[jour]


def ferme(code, motif=Motif.FERMETURE_DU_LIEU, **objet):
    return Fermeture.objects.create(
        code=code, date_debut=MARDI, date_fin=MARDI, motif=motif, **objet
    )


def recoit(creneau, participants=1):
    lieu = creneau.lieu
    return Seance.objects.create(
        poste=creneau.poste,
        auteur=Conseiller.objects.first(),
        date=MARDI,
        nature=NatureSeance.INDIVIDUEL,
        canal=Canal.LIEU_ACTIVITE,
        lieu=lieu,
        creneau=creneau,
        code_insee=lieu.code_insee,
        commune=lieu.commune,
        epci=lieu.commune.epci,
        departement="72",
        duree=30,
        nb_participants=participants,
        thematiques=["email"],
    )


@pytest.fixture
def creneau(creneau_brulon, conseillere):
    return creneau_brulon


def test_nothing_known_is_to_be_filled_in(creneau):
    assert etat() == ("a_renseigner", "")


def test_a_seance_makes_it_held_even_on_a_closed_lieu(creneau):
    ferme("f1", lieu=creneau.lieu)
    recoit(creneau)
    assert etat() == ("tenue", "")


def test_a_deleted_or_unattached_seance_does_not(creneau):
    seance = recoit(creneau)
    Seance.objects.filter(pk=seance.pk).update(poste=None)
    assert etat() == ("a_renseigner", "")


def test_declared_held_without_a_visit(creneau):
    Occurrence.objects.create(creneau=creneau, date=MARDI, statut=StatutOccurrence.TENUE)
    (occurrence,) = (
        o for o in plan_entre(*OCTOBRE, postes=occupation(*OCTOBRE)) if o.date == MARDI
    )
    assert (occurrence.etat, occurrence.sans_visite) == ("tenue", True)


def test_declared_cancelled_keeps_its_own_motive(creneau):
    ferme("f1", lieu=creneau.lieu)
    Occurrence.objects.create(
        creneau=creneau, date=MARDI, statut=StatutOccurrence.ANNULEE, motif=Motif.INTEMPERIES
    )
    assert etat() == ("annulee", "intemperies")


def test_the_most_specific_closure_gives_the_motive(creneau):
    ferme("f1", Motif.FERMETURE_PROGRAMMEE)
    assert etat() == ("annulee", "fermeture_programmee")
    ferme("f2", Motif.PANNE, poste=creneau.poste)
    assert etat() == ("annulee", "panne_materiel_ou_reseau")
    ferme("f3", Motif.FERMETURE_DU_LIEU, lieu=creneau.lieu)
    assert etat() == ("annulee", "fermeture_du_lieu")
    ferme("f4", Motif.REMPLACEE, creneau=creneau)
    assert etat() == ("annulee", "remplacee")


def test_of_two_closures_alike_the_first_entered_decides(creneau):
    ferme("f1", Motif.PANNE, lieu=creneau.lieu)
    ferme("f0", Motif.INTEMPERIES, lieu=creneau.lieu)
    assert etat() == ("annulee", "panne_materiel_ou_reseau")


def test_absence_counts_only_when_every_holder_is_absent(creneau):
    titulaire = Affectation.objects.get(poste=creneau.poste)
    Absence.objects.create(
        poste=creneau.poste, conseiller=titulaire.conseiller, date_debut=MARDI, date_fin=MARDI
    )
    assert etat() == ("annulee", "absence_du_conseiller")
    remplacant = Conseiller.objects.create(courriel="r@exemple.fr", prenom="Rémi", nom="Plaçant")
    Affectation.objects.create(
        poste=creneau.poste,
        conseiller=remplacant,
        date_debut=MARDI,
        type_contrat=TypeContrat.CDD,
        role=RoleAffectation.REMPLACEMENT,
    )
    assert etat() == ("a_renseigner", "")


def test_a_vacant_or_returned_poste_cancels(creneau):
    Affectation.objects.filter(poste=creneau.poste).update(date_fin=dt.date(2026, 10, 10))
    assert etat(dt.date(2026, 10, 13)) == ("annulee", "poste_vacant")
    assert etat() == ("a_renseigner", "")
    creneau.poste.date_rendu = MARDI
    creneau.poste.save()
    assert etat() == ("annulee", "poste_vacant")


def test_public_holidays_are_left_out_unless_the_creneau_is_held(creneau):
    """14 July 2026 is a Tuesday."""
    juillet = (dt.date(2026, 7, 1), dt.date(2026, 7, 31))
    ferie = dt.date(2026, 7, 14)

    def dates():
        return [o.date for o in plan_entre(*juillet, postes=occupation(*juillet))]

    assert ferie not in dates()
    creneau.feries = True
    creneau.save()
    assert ferie in dates()


def test_reading_the_plan_costs_the_same_for_one_creneau_or_many(
    creneau, atelier_la_fleche, conseiller_voisin, django_assert_num_queries
):
    with django_assert_num_queries(5):
        plan_entre(*OCTOBRE, postes=occupation(*OCTOBRE))
