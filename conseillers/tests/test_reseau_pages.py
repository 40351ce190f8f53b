"""The pages of the network: who is proposed, what is kept, what is printed."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pdfua
import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from pdfua.rules import structure as regles

from conseillers.models import Affectation, Conseiller, Poste, Rencontre, Utilisateur
from conseillers.pdf import draw_emargement
from conseillers.selectors.reseau import attendance_of, effectif
from conseillers.services import save_rencontre, send_invitations
from conseillers.tests.test_reseau import JOUR, make_rencontre
from reporting.tests.pdfs import pages_of

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")


@pytest.fixture
def nadia(conseillere: Utilisateur) -> Conseiller:
    return conseillere.conseiller


@pytest.fixture
def hugo(conseiller_voisin: Utilisateur) -> Conseiller:
    return conseiller_voisin.conseiller


@pytest.fixture
def rencontre(nadia: Conseiller) -> Rencontre:
    """In November; Nadia is invited, nothing was sent."""
    return save_rencontre(rencontre=make_rencontre(), conseillers=[nadia])


def test_everybody_in_post_is_proposed_or_those_who_had_nothing(
    client: Client, gestionnaire: Utilisateur, nadia: Conseiller, hugo: Conseiller
) -> None:
    Affectation.objects.filter(conseiller=hugo).update(date_debut=dt.date(2026, 2, 1))
    client.force_login(gestionnaire)
    adresse = reverse("admin:conseillers_reseau_nouvelle")

    def ticked(suite: str) -> set[int]:
        return client.get(adresse + suite).context["form"].coches

    assert ticked("") == {nadia.pk, hugo.pk}
    assert ticked("?inviter=sans-rien") == {nadia.pk}


def test_tous_presents_fills_what_was_left_blank(
    client: Client, gestionnaire: Utilisateur, nadia: Conseiller, hugo: Conseiller
) -> None:
    rencontre = save_rencontre(
        rencontre=make_rencontre(date=dt.date(2026, 10, 12)), conseillers=[nadia, hugo]
    )
    client.force_login(gestionnaire)
    client.post(
        reverse("admin:conseillers_reseau_presences", args=[rencontre.pk]),
        {"tous_presents": "1", f"c{hugo.pk}": "excuse"},
    )
    assert [li.statut for li in attendance_of(rencontre)] == ["present", "excuse"]


def test_what_was_typed_stays_when_the_form_is_refused(
    client: Client, gestionnaire: Utilisateur, nadia: Conseiller, hugo: Conseiller
) -> None:
    client.force_login(gestionnaire)
    champs = {
        "nature": "reunion", "intitule": "Bilan", "date": "2026-11-05", "heure_debut": "14:00",
        "heure_fin": "12:00", "conseillers": [hugo.pk, 999],
    }  # fmt: skip
    reponse = client.post(reverse("admin:conseillers_reseau_nouvelle"), champs)
    texte = reponse.content.decode()
    assert "L’heure de fin précède" in texte
    assert "Dites où" in texte
    assert 'value="Bilan"' in texte
    assert reponse.context["form"].invites() == [hugo]
    assert not Rencontre.objects.exists()


def test_the_sign_in_sheet_names_whoever_is_invited(
    client: Client, direction: Utilisateur, rencontre: Rencontre
) -> None:
    client.force_login(direction)
    reponse = client.get(reverse("admin:conseillers_reseau_emargement", args=[rencontre.pk]))
    assert reponse["Content-Type"] == "application/pdf"
    assert reponse.content.startswith(b"%PDF")


def test_the_pages_cost_the_same_for_thirty_advisors(
    client: Client, gestionnaire: Utilisateur, poste_1: Poste, structure_departement: Any,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    rencontre = make_rencontre(date=JOUR)
    rencontre.save()
    for i in range(30):
        poste = Poste.objects.create(
            numero=100 + i, structure=structure_departement, date_attribution=dt.date(2021, 3, 1)
        )
        qui = Conseiller.objects.create(courriel=f"c{i}@exemple.fr", prenom="P", nom=f"N{i}")
        Affectation.objects.create(
            poste=poste, conseiller=qui, date_debut=dt.date(2025, 1, 1), type_contrat="CDD"
        )
        rencontre.presences.create(conseiller=qui)
    assert len(effectif(JOUR)) == 30
    client.force_login(gestionnaire)
    for page, arguments in (
        ("", []), ("_formations", []), ("_nouvelle", []), ("_rencontre", [rencontre.pk]),
        ("_presences", [rencontre.pk]), ("_invitations", [rencontre.pk]),
        ("_modifier", [rencontre.pk]),
    ):  # fmt: skip
        adresse = reverse(f"admin:conseillers_reseau{page}", args=arguments)
        client.get(adresse)
        with django_assert_max_num_queries(14):
            assert client.get(adresse).status_code == 200


@pytest.mark.pdf
def test_the_sign_in_sheet_can_be_read_aloud(
    nadia: Conseiller, rencontre: Rencontre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for the reports (docs/adr/0010)."""
    lire = regles.as_integer
    monkeypatch.setattr(
        regles, "as_integer", lambda v: None if isinstance(v, pikepdf.Array) else lire(v)
    )
    contenu = draw_emargement(rencontre, attendance_of(rencontre))
    rapport = pdfua.validate(io.BytesIO(contenu))
    assert [f"{f.rule_id} {f.message}" for f in rapport.findings] == []
    assert "Nadia Brulon" in " ".join(pages_of(contenu))


def test_a_rencontre_that_was_told_is_cancelled_not_deleted(
    client: Client, gestionnaire: Utilisateur, rencontre: Rencontre
) -> None:
    """Deleted, it would stay in thirty calendars."""
    client.force_login(gestionnaire)
    adresse = reverse("admin:conseillers_rencontre_delete", args=[rencontre.pk])
    send_invitations(rencontre=rencontre, utilisateur=gestionnaire)
    client.post(adresse, {"post": "yes"})
    assert Rencontre.objects.filter(pk=rencontre.pk).exists()
    Rencontre.objects.get().presences.update(sequence_envoyee=None, envoyee_le=None)
    client.post(adresse, {"post": "yes"})
    assert not Rencontre.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_away_is_told_and_nobody_is_lost(
    client: Client, gestionnaire: Utilisateur, rencontre: Rencontre, settings: Any
) -> None:
    """The messages wait in « Courriels », which sends them again: they are not prepared twice."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    client.force_login(gestionnaire)
    adresse = reverse("admin:conseillers_reseau_invitations", args=[rencontre.pk])
    texte = client.post(adresse, follow=True).content.decode()
    assert "n’est pas parti" in texte
    assert "messages envoyés" not in texte
    assert "Personne n’attend de message" in client.get(adresse).content.decode()
