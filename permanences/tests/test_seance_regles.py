"""Recording a séance: what is refused, what waits, what a closed month does."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from conseillers.models import Affectation
from permanences.enums import StatutMois
from permanences.models import Mois, Occurrence, Seance
from permanences.services import (
    declare_mois,
    delete_seance,
    record_seance,
    set_occurrence,
    update_seance,
)

JEUDI = dt.date(2026, 10, 8)
MARDI = dt.date(2026, 10, 6)
pytestmark = pytest.mark.usefixtures("mardi_10_novembre")


@pytest.fixture
def record(conseillere, mairie_brulon):
    def record(**champs):
        ordinaire = {
            "utilisateur": conseillere,
            "cle": uuid.uuid4(),
            "date": JEUDI,
            "nature": "individuel",
            "canal": "lieu_activite",
            "lieu": mairie_brulon,
            "duree": 30,
            "nb_participants": 1,
            "thematiques": ["email"],
        }
        return record_seance(**(ordinaire | champs))

    return record


def close(mois=dt.date(2026, 10, 1), le=None):
    le = le or timezone.now()
    return Mois.objects.update_or_create(
        premier_jour=mois,
        defaults={
            "statut": StatutMois.CLOS,
            "version": 1,
            "clos_le": le,
            "premiere_cloture_le": le,
        },
    )[0]


def messages_of(erreur):
    return erreur.value.message_dict


def test_it_remembers_where_it_took_place(record, brulon):
    seance = record()
    assert (seance.code_insee, seance.commune, seance.epci, seance.departement) == (
        "72050",
        brulon,
        brulon.epci,
        "72",
    )
    assert seance.poste.numero == 1


def test_at_a_distance_it_took_place_nowhere(record):
    seance = record(canal="a_distance", lieu=None)
    assert (seance.code_insee, seance.commune, seance.epci) == ("", None, None)


def test_at_home_in_another_departement_the_code_is_enough(record):
    seance = record(canal="domicile", lieu=None, code_insee="61001")
    assert (seance.code_insee, seance.commune, seance.departement) == ("61001", None, "61")


def test_a_theme_ticked_twice_counts_once(record):
    assert record(thematiques=["email", "sante", "email"]).thematiques == ["email", "sante"]


def test_the_same_key_twice_is_one_row(record):
    cle = uuid.uuid4()
    assert record(cle=cle).pk == record(cle=cle, duree=60).pk
    assert Seance.objects.get().duree == 30


def test_a_key_of_somebody_else_is_refused(record, conseiller_voisin):
    cle = uuid.uuid4()
    record(cle=cle)
    with pytest.raises(ValidationError, match="autre compte"):
        record(cle=cle, utilisateur=conseiller_voisin)


@pytest.mark.parametrize(
    ("champs", "champ", "phrase"),
    [
        ({"duree": 0}, "__all__", "1 à 1 440 minutes"),
        ({"duree": 1441}, "__all__", "1 à 1 440 minutes"),
        ({"nb_participants": 0}, "__all__", "participants va de 1"),
        ({"thematiques": []}, "thematiques", ""),
        ({"thematiques": ["astrologie"]}, "thematiques", ""),
        ({"nb_premieres_venues": 2}, "nb_premieres_venues", "dépassent"),
        ({"age_moins_de_douze": 1, "age_soixante_dix_plus": 1}, "__all__", "tranche d’âge"),
        ({"genre_feminin": 2}, "__all__", "genre"),
        ({"statut_retraite": 2}, "__all__", "statut"),
        ({"lieu": None}, "lieu", "Choisissez le lieu"),
        ({"canal": "domicile", "lieu": None}, "code_insee", "commune"),
        ({"canal": "domicile", "lieu": None, "code_insee": "72999"}, "code_insee", "n’existe pas"),
        ({"date": dt.date(2026, 11, 11)}, "date", "à venir"),
        ({"titre": "Mme Martin 06 12 34 56 78"}, "titre", "aucun nom"),
    ],
)
def test_nonsense_is_refused_in_french(record, champs, champ, phrase):
    with pytest.raises(ValidationError) as erreur:
        record(**champs)
    assert any(phrase in message for message in messages_of(erreur)[champ])
    assert not Seance.objects.exists()


def test_a_creneau_is_attached_only_on_its_days(record, creneau_brulon):
    assert record(date=MARDI, creneau=creneau_brulon).creneau == creneau_brulon
    with pytest.raises(ValidationError, match="n’a pas lieu le 08/10/2026"):
        record(creneau=creneau_brulon)


def test_without_a_poste_that_day_it_waits(record):
    Affectation.objects.update(date_fin=dt.date(2026, 9, 30))
    seance = record()
    assert seance.en_attente
    assert list(Seance.objects.en_attente()) == [seance]
    assert not Seance.objects.comptees().exists()


def test_a_forgotten_seance_of_a_closed_month_is_kept_as_late(record):
    close()
    assert record().hors_delai


def test_nothing_of_a_closed_month_changes(record, conseillere, creneau_brulon):
    seance = record(date=MARDI, creneau=creneau_brulon)
    close()
    with pytest.raises(ValidationError, match="est clos depuis le 10/11/2026"):
        update_seance(seance=seance, utilisateur=conseillere, duree=60)
    with pytest.raises(ValidationError, match="clôture rectificative"):
        delete_seance(seance=seance, utilisateur=conseillere)
    with pytest.raises(ValidationError, match="est clos"):
        set_occurrence(creneau=creneau_brulon, date=MARDI, statut="tenue", utilisateur=conseillere)
    with pytest.raises(ValidationError, match="est clos"):
        declare_mois(poste=seance.poste, mois=MARDI, utilisateur=conseillere)


@pytest.mark.parametrize(
    "act",
    [
        lambda seance: Seance.objects.filter(pk=seance.pk).update(duree=60),
        lambda seance: Seance.objects.filter(pk=seance.pk).delete(),
        lambda seance: Seance.objects.filter(pk=seance.pk).update(date=dt.date(2026, 11, 1)),
        lambda seance: Occurrence.objects.create(
            creneau=seance.creneau, date=MARDI, statut="tenue"
        ),
    ],
)
def test_the_database_refuses_it_too(record, creneau_brulon, act):
    seance = record(date=MARDI, creneau=creneau_brulon)
    close()
    with pytest.raises(IntegrityError, match="Ce mois est clos"), transaction.atomic():
        act(seance)


def test_a_seance_cannot_move_into_a_closed_month(record, conseillere):
    seance = record(date=dt.date(2026, 11, 5))
    close()
    with pytest.raises(ValidationError, match="est clos"):
        update_seance(seance=seance, utilisateur=conseillere, date=JEUDI)


def test_a_late_seance_can_be_corrected_until_a_report_has_counted_it(record, conseillere):
    close(le=timezone.now() - dt.timedelta(days=1))
    seance = record()
    update_seance(seance=seance, utilisateur=conseillere, duree=60)
    with time_machine.travel(dt.datetime(2026, 12, 10, 9, tzinfo=dt.UTC), tick=False):
        close(mois=dt.date(2026, 11, 1))
        with pytest.raises(ValidationError, match="est clos"):
            update_seance(seance=seance, utilisateur=conseillere, duree=90)


def test_a_month_in_rectification_opens_again(record, conseillere):
    seance = record()
    mois = close()
    mois.statut = StatutMois.RECTIFICATION
    mois.save()
    assert update_seance(seance=seance, utilisateur=conseillere, duree=60).duree == 60


def test_a_deleted_seance_keeps_its_key(record, conseillere):
    seance = record()
    delete_seance(seance=seance, utilisateur=conseillere)
    assert not Seance.objects.comptees().exists()
    assert record(cle=seance.cle).supprimee_le


def test_a_date_to_come_may_be_cancelled_but_not_held(creneau_brulon, conseillere):
    demain = {"creneau": creneau_brulon, "date": dt.date(2026, 11, 17), "utilisateur": conseillere}
    assert set_occurrence(statut="annulee", motif="intemperies", **demain).motif == "intemperies"
    with pytest.raises(ValidationError, match="à venir"):
        set_occurrence(statut="tenue", **demain)


def test_the_first_declaration_of_a_month_stays(conseillere, poste_1):
    premiere = declare_mois(poste=poste_1, mois=MARDI, utilisateur=conseillere)
    with time_machine.travel(dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC), tick=False):
        seconde = declare_mois(poste=poste_1, mois=MARDI, utilisateur=conseillere)
    assert seconde.faite_le == premiere.faite_le == dt.date(2026, 11, 10)
