"""A program has a key of its own: made after a confirmation, shown once, bounded, revoked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from conftest import MOT_DE_PASSE
from conseillers.models import EvenementSecurite, JetonApi, Utilisateur
from conseillers.models.jetons import hash_of_jeton
from conseillers.services import (
    create_jeton,
    forget_compte,
    reset_second_facteur,
    revoke_jeton,
    save_compte,
)
from conseillers.services.jetons import JETONS_MAX
from territoires.models import Evenement

pytestmark = pytest.mark.django_db
LUES = ["territoires:lire"]
COMMUNES = "/api/v1/communes/"


def in_days(jours: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=jours)


def make(utilisateur: Utilisateur, **champs: Any) -> tuple[JetonApi, str]:
    return create_jeton(
        utilisateur=utilisateur,
        **{"nom": "Tableau de bord", "portees": LUES, "expire_le": in_days(30)} | champs,
    )


def ask(client: Client, clair: str, adresse: str = COMMUNES, **options: Any) -> Any:
    return client.get(adresse, headers={"authorization": f"Bearer {clair}"}, **options)


def confirmed(client: Client, personne: Utilisateur) -> None:
    """Signed in, then asked for the password again, a moment ago."""
    client.force_login(personne)
    client.post("/compte/confirmer/", {"password": MOT_DE_PASSE})


def lines(genre: str) -> list[tuple[Any, str]]:
    return list(
        EvenementSecurite.objects.filter(genre=genre).values_list("utilisateur_id", "detail")
    )


# --- Made in « Mon compte » -------------------------------------------------------------------


def test_only_its_hash_is_kept_and_it_is_shown_once(
    client: Client, conseillere: Utilisateur
) -> None:
    confirmed(client, conseillere)
    saisie = {"nom": "Export du lundi", "portees": LUES, "expire_le": in_days(90).isoformat()}
    page = client.post("/compte/jetons/nouveau/", saisie)
    assert page.status_code == 200
    clair = page.context["clair"]
    assert clair in page.content.decode() and "no-store" in page["Cache-Control"]
    jeton = JetonApi.objects.get()
    assert jeton.jeton_hache == hash_of_jeton(clair)
    secret = clair.split("_", 2)[2]
    gardes = [*JetonApi.objects.values_list(), *Evenement.objects.values_list()]
    assert not [ligne for ligne in gardes if secret in str(ligne)]
    # Nor the hash, in the journal.
    assert not [
        ligne for ligne in Evenement.objects.values_list() if jeton.jeton_hache in str(ligne)
    ]
    assert secret not in client.get("/compte/jetons/").content.decode()
    assert ask(Client(), clair).status_code == 200
    assert lines("jeton_cree") == [
        (conseillere.pk, f"{jeton.prefixe}, jusqu’au {in_days(90):%d/%m/%Y}")
    ]


def test_making_one_asks_who_one_is_again(client: Client, conseillere: Utilisateur) -> None:
    client.force_login(conseillere)
    for reponse in (
        client.get("/compte/jetons/nouveau/"),
        client.post("/compte/jetons/nouveau/", {"nom": "x"}),
    ):
        assert reponse.status_code == 302 and "/compte/confirmer/" in reponse["Location"]


@pytest.mark.parametrize(
    ("saisie", "champ"),
    [
        ({"nom": ""}, "nom"),
        ({"nom": "pour Mme X au 06 12 34 56 78"}, "nom"),
        ({"portees": []}, "portees"),
        ({"portees": ["rapports:lire"]}, "portees"),  # an advisor reads no report
        ({"portees": ["tout"]}, "portees"),
        ({"expire_le": ""}, "expire_le"),
        ({"expire_le": "2001-01-01"}, "expire_le"),
        ({"expire_le": "2099-01-01"}, "expire_le"),
    ],
)
def test_a_refusal_names_the_field_and_makes_nothing(
    client: Client, conseillere: Utilisateur, saisie: dict[str, Any], champ: str
) -> None:
    confirmed(client, conseillere)
    bonne = {"nom": "Export", "portees": LUES, "expire_le": in_days(90).isoformat()}
    page = client.post("/compte/jetons/nouveau/", bonne | saisie)
    assert list(page.context["form"].errors) == [champ]
    assert not JetonApi.objects.exists()


def test_one_account_has_so_many_at_once(conseillere: Utilisateur) -> None:
    for _ in range(JETONS_MAX):
        jeton, _clair = make(conseillere)
    with pytest.raises(ValidationError, match="révoquez-en un"):
        make(conseillere)
    revoke_jeton(jeton=jeton, par=conseillere)
    make(conseillere)


def test_the_database_lets_nobody_lengthen_widen_lend_or_bring_one_back(
    conseillere: Utilisateur, gestionnaire: Utilisateur
) -> None:
    jeton, _ = make(conseillere)
    revoke_jeton(jeton=jeton, par=conseillere)
    for champs in (
        {"expire_le": in_days(200)},
        {"portees": ["seances:lire"]},
        {"utilisateur": gestionnaire},
        {"jeton_hache": "b" * 64},
        {"revoque_le": None, "revoque_par": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            JetonApi.objects.filter(pk=jeton.pk).update(**champs)
    with pytest.raises(IntegrityError), transaction.atomic():
        JetonApi.objects.create(
            utilisateur=conseillere, nom="x", prefixe="p", jeton_hache="c" * 64, portees=LUES,
            expire_le=in_days(400),
        )  # fmt: skip


def test_a_session_of_before_the_second_factor_makes_none(
    client: Client, conseillere: Utilisateur
) -> None:
    """Her role asks for none; since she has one, the password alone is not enough any more."""
    confirmed(client, conseillere)
    Authenticator.objects.create(user=conseillere, type=Authenticator.Type.TOTP, data={})
    reponse = client.get("/compte/jetons/nouveau/")
    assert reponse.status_code == 302 and "/compte/confirmer/code/" in reponse["Location"]


# --- Revoked ------------------------------------------------------------------------------------


def test_its_owner_revokes_it_and_nobody_elses(
    client: Client, conseillere: Utilisateur, conseiller_voisin: Utilisateur
) -> None:
    jeton, clair = make(conseillere)
    adresse = f"/compte/jetons/{jeton.pk}/revoquer/"
    client.force_login(conseiller_voisin)
    assert client.post(adresse).status_code == 404
    client.force_login(conseillere)
    assert "ne se défait pas" in client.get(adresse).content.decode()
    assert client.post(adresse).status_code == 302
    assert ask(Client(), clair).status_code == 401
    assert lines("jeton_revoque") == [(conseillere.pk, jeton.prefixe)]


def test_a_gestionnaire_sees_and_revokes_it_without_its_hash(
    client: Client, conseillere: Utilisateur, gestionnaire: Utilisateur, direction: Utilisateur
) -> None:
    jeton, clair = make(conseillere)
    fiche = f"/admin/conseillers/jetonapi/{jeton.pk}/"
    client.force_login(direction)
    assert client.post(f"{fiche}revoquer/").status_code == 403
    client.force_login(gestionnaire)
    page = client.get(f"{fiche}change/").content.decode()
    assert jeton.prefixe in page and jeton.jeton_hache not in page
    assert client.post(f"{fiche}revoquer/").status_code == 302
    assert ask(Client(), clair).status_code == 401
    assert lines("jeton_revoque") == [(gestionnaire.pk, f"{jeton.prefixe}, d’un autre compte")]


def close_it(compte: Utilisateur, gestionnaire: Utilisateur) -> None:
    compte.is_active = False
    save_compte(compte=compte)
    compte.is_active = True
    save_compte(compte=compte)


def change_role(compte: Utilisateur, gestionnaire: Utilisateur) -> None:
    compte.role = "prefecture"
    save_compte(compte=compte)


def lose_factors(compte: Utilisateur, gestionnaire: Utilisateur) -> None:
    reset_second_facteur(compte=compte, par=gestionnaire)


def forget(compte: Utilisateur, gestionnaire: Utilisateur) -> None:
    forget_compte(compte=compte)


@pytest.mark.parametrize("acte", [close_it, change_role, lose_factors, forget])
def test_what_is_done_to_the_account_ends_its_tokens_for_good(
    direction: Utilisateur, gestionnaire: Utilisateur, acte: Any
) -> None:
    """Opened again, the account does not bring back a program that nobody remembers."""
    jeton, _ = make(direction)
    acte(direction, gestionnaire)
    jeton.refresh_from_db()
    assert jeton.etat == "révoqué"


# --- Used ---------------------------------------------------------------------------------------


def revoked(jeton: JetonApi) -> None:
    revoke_jeton(jeton=jeton, par=None)


def closed(jeton: JetonApi) -> None:
    Utilisateur.objects.filter(pk=jeton.utilisateur_id).update(is_active=False)


def past_last_day(jeton: JetonApi) -> None:
    Utilisateur.objects.filter(pk=jeton.utilisateur_id).update(actif_jusqu_au=in_days(-1))


@pytest.mark.parametrize(
    ("fin", "dit", "note"),
    [
        (revoked, "révoqué", "révoqué"),
        (closed, "compte de ce jeton est fermé", "compte fermé"),
        (past_last_day, "compte de ce jeton est fermé", "compte fermé"),
    ],
)
def test_a_token_that_no_longer_opens_says_why_and_is_noted(
    client: Client, conseillere: Utilisateur, fin: Any, dit: str, note: str
) -> None:
    jeton, clair = make(conseillere)
    fin(jeton)
    refus = ask(client, clair)
    assert refus.status_code == 401 and dit in refus.json()["detail"]
    assert refus["WWW-Authenticate"].startswith("Bearer")
    assert lines("jeton_refuse") == [(conseillere.pk, f"{jeton.prefixe}, {note}")]


def test_it_opens_until_its_last_day_and_not_the_next(
    client: Client, conseillere: Utilisateur
) -> None:
    with time_machine.travel("2026-11-10T10:00:00Z", tick=False):
        _, clair = make(conseillere, expire_le=dt.date(2026, 11, 12))
    with time_machine.travel("2026-11-12T22:30:00Z", tick=False):  # 23:30 in Paris
        assert ask(client, clair).status_code == 200
    with time_machine.travel("2026-11-12T23:30:00Z", tick=False):
        refus = ask(client, clair)
        assert refus.status_code == 401 and "a expiré le 12/11/2026" in refus.json()["detail"]
        assert len(lines("jeton_refuse")) == 1


def test_whoever_guesses_learns_nothing(client: Client, conseillere: Utilisateur) -> None:
    """Not even that the beginning is somebody's, and that one is revoked."""
    jeton, clair = make(conseillere)
    revoke_jeton(jeton=jeton, par=None)
    faux = [f"cnj_{jeton.prefixe}_faux", "cnj_00000000_faux", "cnj_", "x", "é", f"{clair}x"]
    dits = set()
    for essai in faux:
        refus = client.get(COMMUNES, HTTP_AUTHORIZATION=f"Bearer {essai}")
        dits.add((refus.status_code, refus.content))
    assert len(dits) == 1


def test_a_token_in_the_address_or_the_body_is_not_read(
    client: Client, conseillere: Utilisateur
) -> None:
    _, clair = make(conseillere, portees=["territoires:lire", "seances:ecrire"])
    for nom in ("access_token", "token", "jeton", "Authorization", "api_key"):
        assert client.get(COMMUNES, {nom: clair}).status_code == 401
    corps = {"access_token": clair}
    reponse = client.post("/api/v1/seances/", corps, content_type="application/json")
    assert reponse.status_code == 401
    for entete in (f"Token {clair}", f"Basic {clair}", clair):
        assert client.get(COMMUNES, HTTP_AUTHORIZATION=entete).status_code == 401


def test_it_needs_no_second_factor_and_opens_no_screen(
    client: Client, prefecture: Utilisateur, settings: Any
) -> None:
    settings.SECOND_FACTEUR_ROLES = ["prefecture"]
    _, clair = make(prefecture, portees=["rapports:lire"])
    assert ask(client, clair, "/api/v1/rapports/").status_code == 200
    for adresse in ("/rapports/", "/compte/", "/compte/jetons/", "/api/"):
        assert ask(client, clair, adresse).status_code == 302, adresse


def test_its_last_use_is_known_and_is_no_line_of_the_journal(
    client: Client, conseillere: Utilisateur
) -> None:
    jeton, clair = make(conseillere)
    avant = Evenement.objects.count()
    ask(client, clair)
    jeton.refresh_from_db()
    assert jeton.dernier_usage and Evenement.objects.count() == avant


def test_who_tries_many_tokens_waits(
    client: Client, conseillere: Utilisateur, settings: Any
) -> None:
    settings.LIMITES = {"jetons": 3}
    _, clair = make(conseillere)
    with time_machine.travel("2026-11-10T10:00:10Z", tick=False):
        vus = [ask(client, f"cnj_faux_{n}").status_code for n in range(4)]
        assert vus == [401, 401, 401, 429]
        refus = ask(client, clair)
        assert refus.status_code == 429 and refus["Retry-After"] == "50"
        assert refus["Content-Type"] == "application/problem+json"
        assert ask(client, clair, REMOTE_ADDR="192.0.2.9").status_code == 200
