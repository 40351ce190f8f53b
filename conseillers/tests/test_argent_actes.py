"""Acts on a convention: each one says what it would change, then writes one thing."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conseillers import services
from conseillers.models import Convention, ConventionLigne, Poste, Versement
from conseillers.selectors import echeances, totaux_par_convention

JOUR = dt.date(2026, 10, 13)


@pytest.fixture
def convention(poste_1: Poste, mardi_13_octobre: dt.date) -> Convention:
    """42,500 € for poste 1, a first instalment received, the second one month late."""
    convention = Convention.objects.create(
        reference="V2-1",
        structure=poste_1.structure,
        phase="V2",
        date_debut=dt.date(2025, 1, 1),
        date_fin=dt.date(2027, 12, 31),
    )
    convention.lignes.create(
        poste=poste_1, date_effet=dt.date(2025, 1, 1), montant=Decimal("42500")
    )
    convention.versements.create(
        rang=1,
        montant=Decimal("17500"),
        date_prevue=dt.date(2025, 2, 1),
        date_recue=dt.date(2025, 3, 1),
        piece="Avis 1",
    )
    convention.versements.create(rang=2, montant=Decimal("12500"), date_prevue=dt.date(2026, 9, 13))
    return convention


@pytest.fixture
def en_retard(convention: Convention) -> Versement:
    return convention.versements.get(rang=2)


def figures(convention: Convention, jour: dt.date = JOUR) -> tuple[Decimal, Decimal, Decimal]:
    t = totaux_par_convention([Convention.objects.get(pk=convention.pk)], jour)[convention.pk]
    return t.conventionne, t.verse, t.reste_a_verser


def post(client: Client, nom: str, pk: int, acte: str, **champs: Any) -> Any:
    return client.post(reverse(nom, args=[pk, acte]), champs)


RECU = {"date_recue": "2026-10-12", "montant": "12 500,00", "piece": "Avis 2026-10"}


# --- An instalment is received ---------------------------------------------------------------


def test_an_instalment_received_counts_and_is_late_no_more(
    convention: Convention, en_retard: Versement
) -> None:
    (attendue,) = echeances(JOUR)
    assert (attendue.en_retard, attendue.retard) == (True, 30)
    services.receive_versement(
        versement=en_retard, date_recue=JOUR, montant=Decimal("12500"), piece="Avis 2"
    )
    assert echeances(JOUR) == []
    assert figures(convention) == (42_500, 30_000, 12_500)


def test_the_form_previews_then_writes(
    client: Client, gestionnaire: Any, convention: Convention, en_retard: Versement
) -> None:
    client.force_login(gestionnaire)
    apercu = post(client, "admin:conseillers_versement_acte", en_retard.pk, "recevoir", **RECU)
    assert "30\u202f000,00" in apercu.content.decode()
    assert figures(convention) == (42_500, 17_500, 25_000)
    fait = post(
        client,
        "admin:conseillers_versement_acte",
        en_retard.pk,
        "recevoir",
        confirmer="oui",
        **RECU,
    )
    assert fait.url == reverse("admin:conseillers_convention_suivi", args=[convention.pk])
    assert figures(convention) == (42_500, 30_000, 12_500)
    en_retard.refresh_from_db()
    assert (en_retard.piece, en_retard.date_recue) == ("Avis 2026-10", dt.date(2026, 10, 12))


def test_a_preview_can_be_taken_back_to_the_form(
    client: Client, gestionnaire: Any, en_retard: Versement
) -> None:
    client.force_login(gestionnaire)
    page = post(
        client,
        "admin:conseillers_versement_acte",
        en_retard.pk,
        "recevoir",
        corriger="oui",
        **RECU,
    )
    assert page.context["apercu"] is None
    assert page.context["form"]["piece"].value() == "Avis 2026-10"


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("date_recue", "2026-10-14", "à venir"),
        ("montant", "douze mille", "Écrivez un montant"),
        ("montant", "0", "Donnez un montant"),
        ("montant", "-5", "Un montant ne peut être négatif"),
        ("piece", "", "référence du document"),
    ],
)
def test_what_is_refused_says_so_and_keeps_what_was_typed(
    client: Client,
    gestionnaire: Any,
    convention: Convention,
    en_retard: Versement,
    champ: str,
    valeur: str,
    phrase: str,
) -> None:
    client.force_login(gestionnaire)
    saisie = RECU | {champ: valeur, "confirmer": "oui"}
    page = post(client, "admin:conseillers_versement_acte", en_retard.pk, "recevoir", **saisie)
    assert phrase in page.content.decode()
    assert page.context["form"]["montant"].value() == saisie["montant"]
    assert figures(convention) == (42_500, 17_500, 25_000)


def test_an_instalment_is_received_once(
    client: Client, gestionnaire: Any, convention: Convention
) -> None:
    deja = convention.versements.get(rang=1)
    with pytest.raises(ValidationError, match="Déjà noté le 01/03/2025"):
        services.receive_versement(
            versement=deja, date_recue=JOUR, montant=Decimal(1), piece="Avis"
        )
    client.force_login(gestionnaire)
    reponse = client.get(reverse("admin:conseillers_versement_acte", args=[deja.pk, "recevoir"]))
    assert reponse.status_code == 302


def test_more_than_conventioned_is_a_warning_not_a_wall(
    client: Client, gestionnaire: Any, convention: Convention, en_retard: Versement
) -> None:
    """Check 7 of docs/controles.md: the State sometimes pays before the avenant is signed."""
    client.force_login(gestionnaire)
    saisie = RECU | {"montant": "40000"}
    page = post(client, "admin:conseillers_versement_acte", en_retard.pk, "recevoir", **saisie)
    assert "dépasseraient le montant conventionné" in page.content.decode()
    post(
        client,
        "admin:conseillers_versement_acte",
        en_retard.pk,
        "recevoir",
        confirmer="oui",
        **saisie,
    )
    assert figures(convention) == (42_500, 57_500, -15_000)


def test_money_to_give_back_is_said_in_its_own_words(
    client: Client, gestionnaire: Any, convention: Convention
) -> None:
    a_rendre = convention.versements.create(
        rang=3, sens="reversement", montant=Decimal("5000"), date_prevue=dt.date(2026, 10, 1)
    )
    client.force_login(gestionnaire)
    adresse = reverse("admin:conseillers_versement_acte", args=[a_rendre.pk, "recevoir"])
    page = client.get(adresse).content.decode()
    assert "Noter le reversement fait" in page and "Rendu le" in page
    assert (
        "pas plus que ce qui a été versé"
        in client.post(adresse, RECU | {"montant": "17500,01"}).content.decode()
    )
    client.post(adresse, RECU | {"montant": "5000", "confirmer": "oui"})
    assert figures(convention) == (42_500, 12_500, 30_000)


# --- Moved, planned --------------------------------------------------------------------------


def test_an_instalment_is_postponed(convention: Convention, en_retard: Versement) -> None:
    services.postpone_versement(versement=en_retard, date_prevue=dt.date(2026, 12, 1))
    (attendue,) = echeances(JOUR)
    assert (attendue.en_retard, attendue.bientot) == (False, True)
    with pytest.raises(ValidationError, match="déjà la date prévue"):
        services.postpone_versement(versement=en_retard, date_prevue=dt.date(2026, 12, 1))
    with pytest.raises(ValidationError, match="déjà reçu"):
        services.postpone_versement(versement=convention.versements.get(rang=1), date_prevue=JOUR)


def test_one_more_instalment_takes_the_next_rank(convention: Convention) -> None:
    versement = services.plan_versement(
        convention=convention, montant=Decimal("12500"), date_prevue=dt.date(2027, 1, 31)
    )
    assert versement.rang == 3
    assert len(echeances(JOUR)) == 2


# --- Avenants --------------------------------------------------------------------------------


def test_an_avenant_takes_back_from_its_date(convention: Convention, poste_1: Poste) -> None:
    services.add_avenant(
        convention=convention,
        poste=poste_1,
        date_effet=dt.date(2026, 6, 1),
        montant=Decimal("-12500"),
    )
    assert figures(convention, dt.date(2026, 5, 31))[0] == 42_500
    assert figures(convention) == (30_000, 17_500, 12_500)


@pytest.mark.parametrize(
    ("montant", "effet", "phrase"),
    [
        ("-42500.01", "2026-06-01", "ne peut être négative"),
        ("1000", "2028-01-01", "La convention court du 01/01/2025 au 31/12/2027"),
        ("0", "2026-06-01", "ajoute ou retire"),
        ("1000", "2025-01-01", "déjà une ligne à cette date"),
    ],
)
def test_an_avenant_is_refused_in_words(
    client: Client,
    gestionnaire: Any,
    convention: Convention,
    poste_1: Poste,
    montant: str,
    effet: str,
    phrase: str,
) -> None:
    client.force_login(gestionnaire)
    page = post(
        client, "admin:conseillers_convention_acte", convention.pk, "avenant",
        poste=poste_1.pk, date_effet=effet, montant=montant, confirmer="oui",
    )  # fmt: skip
    assert phrase in page.content.decode()
    assert ConventionLigne.objects.count() == 1


def test_a_poste_that_changed_employer_keeps_its_place_in_the_convention(
    client: Client, gestionnaire: Any, convention: Convention, poste_1: Poste, poste_2: Poste
) -> None:
    """A line’s poste may be another structure’s by now: no rule ties the two."""
    poste_1.structure = poste_2.structure
    poste_1.save()
    client.force_login(gestionnaire)
    page = client.get(reverse("admin:conseillers_convention_acte", args=[convention.pk, "avenant"]))
    assert list(page.context["form"].fields["poste"].queryset) == [poste_1]


# --- Given back, settled -----------------------------------------------------------------------


def test_money_given_back_leaves_what_was_paid(convention: Convention) -> None:
    services.record_reversement(
        convention=convention, date_recue=JOUR, montant=Decimal("5000"), piece="Titre 4"
    )
    assert figures(convention) == (42_500, 12_500, 30_000)
    with pytest.raises(ValidationError, match="pas plus que ce qui a été versé"):
        services.record_reversement(
            convention=convention, date_recue=JOUR, montant=Decimal("12500.01"), piece="Titre 5"
        )


def test_a_convention_with_something_expected_is_settled_on_purpose_only(
    convention: Convention,
) -> None:
    with pytest.raises(ValidationError, match="versement est encore attendu"):
        services.settle_convention(convention=convention, date_solde=JOUR)
    services.settle_convention(convention=convention, date_solde=JOUR, malgre_les_echeances=True)
    assert figures(convention) == (42_500, 17_500, 0)
    assert echeances(JOUR) == []
    assert figures(convention, JOUR - dt.timedelta(days=1))[2] == 25_000


def test_settling_says_what_will_no_longer_come(
    client: Client, gestionnaire: Any, convention: Convention
) -> None:
    client.force_login(gestionnaire)
    adresse = reverse("admin:conseillers_convention_acte", args=[convention.pk, "solder"])
    refusee = client.post(adresse, {"date_solde": "2026-10-13"})
    assert "encore attendu" in refusee.content.decode()
    page = client.post(adresse, {"date_solde": "2026-10-13", "malgre_les_echeances": "on"})
    assert page.context["apercu"]["perdu"] == 25_000
    assert Convention.objects.get().date_solde is None


def test_nothing_is_added_to_a_settled_convention(convention: Convention, poste_1: Poste) -> None:
    services.settle_convention(convention=convention, date_solde=JOUR, malgre_les_echeances=True)
    with pytest.raises(ValidationError, match="soldée"):
        services.plan_versement(convention=convention, montant=Decimal(1), date_prevue=JOUR)
    with pytest.raises(ValidationError, match="soldée"):
        services.add_avenant(
            convention=convention, poste=poste_1, date_effet=JOUR, montant=Decimal(1)
        )
    with pytest.raises(ValidationError, match="soldée le 13/10/2026"):
        services.settle_convention(convention=convention, date_solde=JOUR)


def test_the_direction_reads_and_does_nothing(
    client: Client, direction: Any, convention: Convention, en_retard: Versement
) -> None:
    client.force_login(direction)
    page = client.get(reverse("admin:conseillers_convention_suivi", args=[convention.pk]))
    assert "30 jours de retard" in page.content.decode().replace("\u00a0", " ")
    assert "Noter reçu" not in page.content.decode()
    refus = post(client, "admin:conseillers_versement_acte", en_retard.pk, "recevoir", **RECU)
    assert refus.status_code == 403


def test_the_page_of_a_convention_costs_the_same_whatever_its_postes(
    client: Client, direction: Any, convention: Convention, django_assert_num_queries: Any
) -> None:
    client.force_login(direction)
    adresse = reverse("admin:conseillers_convention_suivi", args=[convention.pk])
    client.get(adresse)
    with CaptureQueriesContext(connection) as une:
        client.get(adresse)
    for numero in range(50, 70):
        poste = Poste.objects.create(
            numero=numero, structure=convention.structure, date_attribution=dt.date(2021, 3, 1)
        )
        convention.lignes.create(poste=poste, date_effet=dt.date(2025, 1, 1), montant=Decimal(10))
        convention.versements.create(
            rang=numero, montant=Decimal(10), date_prevue=dt.date(2027, 1, 1)
        )
    with django_assert_num_queries(len(une)):
        client.get(adresse)
