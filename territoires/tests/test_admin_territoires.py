"""Staff read territories in the admin; only zonages are typed there."""

import pytest
from django.urls import reverse

from territoires.models import Zonage

pytestmark = pytest.mark.usefixtures("sarthe_loaded")


@pytest.fixture
def staff(client, gestionnaire):
    client.force_login(gestionnaire)
    return client


def liste(client, model, **params):
    return client.get(reverse(f"admin:territoires_{model}_changelist"), params)


@pytest.mark.parametrize(
    ("model", "text", "name"),
    [
        ("commune", "ecommoy", "Écommoy"),
        ("commune", "st mars d'outille", "Saint-Mars-d&#x27;Outillé"),
        ("epci", "sable", ""),
        ("epci", "alencon", "CU d&#x27;Alençon"),
        ("canton", "sille", "Sillé-le-Guillaume"),
        ("arrondissement", "fleche", "La Flèche"),
        ("communeancienne", "evaille", ""),
        ("communeancienne", "coulombiers", "Coulombiers"),
    ],
)
def test_lists_are_searched_without_accents(staff, model, text, name):
    response = liste(staff, model, q=text)

    assert response.status_code == 200
    assert response.context["cl"].result_count == (1 if name else 0)
    assert name in response.content.decode()


def test_numbers_are_written_as_in_french(staff):
    assert "146\u202f249" in liste(staff, "commune", q="72181").content.decode()
    assert "55\u202f102" in liste(staff, "epci", q="alencon").content.decode()


def test_names_are_sorted_without_accents(staff):
    page = liste(staff, "commune", o="1", canton__code__exact="7204").context["cl"].result_list
    names = [commune.nom for commune in page]

    assert (names[0], names[-1]) == ("Écommoy", "Teloché")


def test_communes_are_filtered_by_epci(staff):
    response = liste(staff, "commune", epci__siren__exact="247200132")

    assert response.context["cl"].result_count == 20


@pytest.mark.parametrize(("situation", "count"), [("actuelle", 352), ("absorbee", 0)])
def test_communes_are_filtered_by_situation(staff, situation, count):
    assert liste(staff, "commune", situation=situation).context["cl"].result_count == count


def test_the_list_of_communes_costs_few_queries(staff, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        liste(staff, "commune")


def test_a_territory_is_read_and_not_changed(staff):
    page = staff.get(reverse("admin:territoires_commune_change", args=["72181"]))
    assert page.status_code == 200
    assert not page.context["has_change_permission"]

    add = staff.get(reverse("admin:territoires_commune_add"))
    delete = staff.post(reverse("admin:territoires_commune_delete", args=["72181"]))
    assert (add.status_code, delete.status_code) == (403, 403)


def add_zonage(client):
    return client.post(
        reverse("admin:territoires_zonage_add"),
        {"commune": "72181", "zonage": "QPV", "millesime": "2024"},
    )


def test_a_gestionnaire_types_a_zonage(staff):
    assert add_zonage(staff).status_code == 302
    assert Zonage.objects.get().commune_id == "72181"
    assert liste(staff, "zonage", q="le mans").context["cl"].result_count == 1


def test_the_direction_reads_zonages_only(client, direction):
    client.force_login(direction)

    assert liste(client, "zonage").status_code == 200
    assert add_zonage(client).status_code == 403


@pytest.mark.parametrize("person", ["conseillere", "employeur", "prefecture"])
def test_others_do_not_enter(client, person, request):
    client.force_login(request.getfixturevalue(person))

    assert liste(client, "commune").status_code == 403
