"""Checks 11, 20 and 21: séances longer than their créneau, ends of contracts, age of a lieu."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from conseillers.enums import Phase, TypeContrat
from conseillers.models import Affectation, Convention, ConventionLigne
from permanences.models import LieuAccueil
from reporting.selectors import donnees_du_mois, verifications

OCTOBRE = dt.date(2026, 10, 1)
MARDI = dt.date(2026, 10, 6)
pytestmark = pytest.mark.usefixtures("mardi_10_novembre")


def found(code):
    """(level, count, keys) of a check, or None when it has nothing to say."""
    trouvees = {v.code: v for v in verifications(OCTOBRE)}
    return (v.niveau, v.nombre, v.cles) if (v := trouvees.get(code)) else None


# --- 11: a séance has no hour; those of one créneau are held within its hours ----------------


def test_seances_that_fill_their_creneau_are_ordinary(record, creneau_brulon):
    """Three hours planned: six times thirty minutes."""
    record(fois=6, date=MARDI, creneau=creneau_brulon)
    assert found("creneau_depasse") is None


def test_one_minute_beyond_the_creneau_is_a_warning(record, creneau_brulon):
    seances = record(fois=5, date=MARDI, creneau=creneau_brulon)
    seances += record(date=MARDI, creneau=creneau_brulon, duree=31)
    record(date=MARDI)
    record(date=MARDI + dt.timedelta(days=7), creneau=creneau_brulon)
    cles = tuple(seance.pk for seance in seances)
    assert found("creneau_depasse") == ("avertissement", 1, cles)


# --- 20: conventions and contracts that ended ------------------------------------------------


@pytest.mark.parametrize(
    ("fin", "hors_convention"), [(dt.date(2026, 10, 31), 0), (dt.date(2026, 10, 30), 1)]
)
def test_a_poste_is_no_longer_subsidised_the_day_after_its_convention(
    conseillere, poste_1, structure_departement, fin, hors_convention
):
    convention = Convention.objects.create(
        reference="V2-1",
        structure=structure_departement,
        phase=Phase.V2,
        date_debut=dt.date(2024, 1, 1),
        date_fin=fin,
    )
    ConventionLigne.objects.create(
        convention=convention, poste=poste_1, date_effet=dt.date(2024, 1, 1), montant=1000
    )
    postes = donnees_du_mois(OCTOBRE)["couverture"]["postes"]
    assert (postes["pourvus"], postes["hors_convention"]) == (1, hors_convention)


def test_a_contract_that_ended_no_longer_holds_the_poste(conseillere, poste_1):
    Affectation.objects.update(date_fin=dt.date(2026, 10, 30))
    postes = donnees_du_mois(OCTOBRE)["couverture"]["postes"]
    assert (postes["pourvus"], postes["vacants"]) == (0, 1)


def test_a_fixed_term_contract_without_its_end_is_printed(conseillere, poste_1):
    assert found("contrat_sans_fin") == ("information", 1, (poste_1.pk,))
    Affectation.objects.update(type_contrat=TypeContrat.CDI)
    assert found("contrat_sans_fin") is None
    Affectation.objects.update(type_contrat=TypeContrat.CDP, date_fin=dt.date(2027, 1, 31))
    assert found("contrat_sans_fin") is None


# --- 21: when somebody last looked at a lieu -------------------------------------------------


@pytest.mark.parametrize(
    ("verifie_le", "code"),
    [
        (None, "lieu_a_verifier"),
        (dt.date(2025, 10, 31), None),
        (dt.date(2025, 10, 30), "lieu_a_verifier"),
        (dt.date(2025, 4, 30), "lieu_a_verifier"),
        (dt.date(2025, 4, 29), "lieu_verifie_ancien"),
    ],
)
def test_a_lieu_is_to_be_checked_after_twelve_months_and_warns_after_eighteen(
    record, mairie_brulon, verifie_le, code
):
    record()
    LieuAccueil.objects.filter(pk=mairie_brulon.pk).update(verifie_le=verifie_le)
    niveaux = {"lieu_a_verifier": "information", "lieu_verifie_ancien": "avertissement"}
    for autre, niveau in niveaux.items():
        assert found(autre) == ((niveau, 1, (mairie_brulon.pk,)) if autre == code else None)


def test_a_lieu_without_activity_in_the_month_is_not_asked_for(mairie_brulon):
    assert found("lieu_a_verifier") is None


def test_staff_say_that_lieux_were_checked_today(client, gestionnaire, direction, mairie_brulon):
    liste = reverse("admin:permanences_lieuaccueil_changelist")
    envoi = {"action": "mark_as_checked", "_selected_action": [mairie_brulon.pk]}
    client.force_login(direction)
    client.post(liste, envoi)
    mairie_brulon.refresh_from_db()
    assert mairie_brulon.verifie_le is None, "the direction only looks"
    client.force_login(gestionnaire)
    apercu = client.post(liste, envoi)
    mairie_brulon.refresh_from_db()
    assert mairie_brulon.verifie_le is None, "the preview writes nothing"
    confirme = {"vu": apercu.context["vu"], "le": "2026-11-10", "confirmer": "1"}
    page = client.post(liste, envoi | confirme, follow=True).content.decode()
    mairie_brulon.refresh_from_db()
    assert mairie_brulon.verifie_le == dt.date(2026, 11, 10)
    assert "1\u00a0lieu vérifié." in page
    historique = reverse("admin:permanences_lieuaccueil_history", args=[mairie_brulon.pk])
    assert "Vérifié le" in client.get(historique).content.decode()


def test_a_lieu_is_not_checked_in_the_future(mairie_brulon):
    mairie_brulon.verifie_le = dt.date(2026, 11, 11)
    with pytest.raises(ValidationError, match="à venir"):
        mairie_brulon.full_clean()
