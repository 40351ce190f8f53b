"""Whatever is typed, pasted or forged at the pages of the Département: an answer, never a failure.

The addresses come from the URL configuration, the fields from the pages themselves: each page is
read, its own fields are filled with what nobody should send, and posted. What raises here is a
page that answers « erreur du serveur » to somebody.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.conf import settings as reglages
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from config.tests.regles import REGLES, example_arguments
from config.tests.test_matrice import signed_in
from permanences.models import Fermeture

# By hand, VALEURS_HOSTILES=20 asks more of each page than the suite has time for.
TOURS = int(os.environ.get("VALEURS_HOSTILES", "1"))

TEXTES = (
    "", " ", "\x00", "Le\x00Gall", "x" * 100_000, "9" * 5_000, "’«\u202f»", "😀", "\u202eabc",
    "<script>", "a\r\nBcc: a@exemple.fr", "' OR 1=1 --", "../../etc/passwd", "%00", "[]", "null",
)  # fmt: skip
NOMBRES = (
    "-1", "0", "-0.01", "1,5", "1e30", "-1e30", "1" + "0" * 30, "2147483648", "NaN", "sNaN",
    "9223372036854775808", "-99999999999999999999", "Infinity", "-Infinity", "٣", "²", "①",
)  # fmt: skip
DATES = (
    "2026-02-30", "31/02/2026", "9999-12-31", "31/12/9999", "0001-01-01", "01/01/0001",
    "2026-13-01", "99999-01-01", "0000-00-00", "9999-12", "0001-01", "2026-13", "2026-W54",
    "25:61", "23:59:60", "10/03/2026", "2099-01-01", "1900-01-01",
)  # fmt: skip
VALEURS = TEXTES + NOMBRES + DATES
PLAUSIBLES = ("2026-03-10", "10/03/2026", "31/12/9999", "1", "72050", "a@exemple.fr", "-5", "10:00")

# What Django's lists and ours read in an address, whether or not the page shows it.
PARAMETRES = (
    "page", "p", "o", "q", "all", "_facets", "_to_field", "_popup", "e", "totaux", "format", "du",
    "au", "mois", "poste", "jour", "semaine", "id__exact", "id__in", "inconnu__exact", "colonnes",
    "modele", "cle", "qui", "_changelist_filters", "structure", "etat", "depuis", "phase", "annee",
)  # fmt: skip

# Leaving has nothing to fill; what every model has alike is asked by hand only.
PAREILLES = ("_history", "_delete", "_colonnes") if TOURS == 1 else ()
PAGES = sorted(
    nom
    for nom in REGLES
    if nom.startswith("admin:") and nom != "admin:logout" and not nom.endswith(PAREILLES)
)
PAQUETS = 6


@dataclass
class Formulaire:
    methode: str = "post"
    action: str = ""
    champs: dict[str, str] = field(default_factory=dict)


class Lecteur(HTMLParser):
    """The forms of a page, and the parameters of its links."""

    def __init__(self) -> None:
        super().__init__()
        self.formulaires: list[Formulaire] = []
        self.parametres: dict[str, str] = {}
        self._choix = ""

    def handle_starttag(self, balise: str, attributs: list[tuple[str, str | None]]) -> None:
        a = {nom: valeur or "" for nom, valeur in attributs}
        if balise == "form":
            methode = a.get("method", "get").lower()
            self.formulaires.append(Formulaire(methode, a.get("action", "")))
        elif balise == "a":
            self.parametres |= dict(parse_qsl(urlsplit(a.get("href", "")).query))
        elif self.formulaires:
            self._keep(balise, a, self.formulaires[-1].champs)

    def _keep(self, balise: str, a: dict[str, str], champs: dict[str, str]) -> None:
        if balise == "option" and "selected" in a:
            champs[self._choix] = a.get("value", "")
        elif balise == "select":
            self._choix = a.get("name", "")
            champs.setdefault(self._choix, "")
        elif balise in ("input", "textarea", "button") and a.get("type") != "file":
            coche = a.get("type") not in ("checkbox", "radio") or "checked" in a
            champs |= {a.get("name", ""): a.get("value", "")} if coche else {}


class Page:
    """An address, read once as the gestionnaire; then asked anything."""

    def __init__(self, nom: str, url: str, session: str) -> None:
        self.nom, self.url, self.session = nom, url, session
        reponse = self.ask("get", url, {})
        lecteur = Lecteur()
        if not reponse.streaming and "html" in reponse.headers.get("Content-Type", ""):
            lecteur.feed(reponse.content.decode())
        lus = [f for f in lecteur.formulaires if f.methode == "get"]
        self.parametres = [*lecteur.parametres, *(nom for f in lus for nom in f.champs if nom)]
        self.formulaires = [
            Formulaire("post", urljoin(url, f.action), f.champs)
            for f in lecteur.formulaires
            if f.methode == "post" and not f.action.startswith(reverse("admin:logout"))
        ] or [Formulaire("post", url)]

    def ask(self, methode: str, url: str, donnees: dict[str, str]) -> Any:
        """What the request wrote is forgotten; what the end of its transaction refuses is not."""
        client = signed_in(self.session)
        try:
            with transaction.atomic():
                reponse = getattr(client, methode)(url, donnees)
                if reponse.streaming:
                    list(reponse)
                connection.check_constraints()
                transaction.set_rollback(True)
        except Exception as erreur:
            erreur.add_note(f"{methode.upper()} {self.nom} {url} {court(donnees)}")
            raise
        assert reponse.status_code < 500, (self.nom, methode, url, court(donnees))
        return reponse

    def attack(self, hasard: random.Random) -> None:
        noms = [*self.parametres, *PARAMETRES] if hasard.random() < 0.5 else self.parametres
        choisis = hasard.choices(noms or PARAMETRES, k=hasard.choice((1, 1, 2, 3)))
        # A server refuses an endless address before the service sees it.
        courtes = [valeur for valeur in VALEURS if len(valeur) < 6_000]
        self.ask("get", self.url, {nom: hasard.choice(courtes) for nom in choisis})
        for formulaire in self.formulaires:
            self.ask("post", formulaire.action, forge(formulaire.champs, hasard))


def court(donnees: dict[str, str]) -> dict[str, str]:
    return {nom: valeur[:40] for nom, valeur in donnees.items()}


def forge(champs: dict[str, str], hasard: random.Random) -> dict[str, str]:
    """The form with some of its fields missing, or filled by no person."""
    noms = [nom for nom in champs if nom] or list(PARAMETRES)
    envoi = {nom: champs.get(nom, "") for nom in noms}
    if hasard.random() < 0.5:
        vides = {nom: hasard.choice(PLAUSIBLES) for nom in noms if not envoi[nom]}
        envoi |= vides
    touches = hasard.choice((1, 1, 2, 3, len(noms)))
    for nom in hasard.sample(noms, min(len(noms), touches)):
        if hasard.random() < 0.15:
            envoi.pop(nom)
        else:
            envoi[nom] = hasard.choice(VALEURS)
    return envoi


@pytest.mark.parametrize("paquet", range(PAQUETS))
def test_no_page_fails_whatever_is_sent_to_it(
    paquet: int, distribution: dict[str, Any], objets: SimpleNamespace
) -> None:
    client = Client()
    client.force_login(distribution["gestionnaire"])
    session = client.cookies[reglages.SESSION_COOKIE_NAME].value
    pages = [
        Page(nom, reverse(nom, args=example_arguments(objets, REGLES[nom].arguments)), session)
        for nom in PAGES[paquet::PAQUETS]
    ]

    @settings(
        max_examples=TOURS,
        deadline=None,
        derandomize=TOURS == 1,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(graine=st.integers(0, 2**32))
    def attack(graine: int) -> None:
        for page in pages:
            page.attack(random.Random(f"{graine} {page.nom}"))

    attack()


# --- What was found so, each by itself ---------------------------------------------------------


@pytest.fixture
def bureau(gestionnaire: Any) -> Client:
    client = Client()
    client.force_login(gestionnaire)
    return client


@pytest.mark.parametrize("valeur", ["1,5", "①", "1e30", "Le\x00Gall", "9" * 5_000])
def test_a_poste_that_no_list_proposed_is_refused_and_the_rest_is_kept(
    bureau: Client, poste_1: Any, valeur: str
) -> None:
    reponse = bureau.post(
        reverse("admin:conseillers_coutposte_add"),
        {"poste": valeur, "depuis": "01/02/2026", "montant_annuel": "38000", "source": "Essai"},
    )
    assert reponse.status_code == 200
    assert "poste" in reponse.context["adminform"].form.errors
    assert 'value="01/02/2026"' in reponse.content.decode()


def test_a_link_that_fills_a_form_with_no_poste_opens_it_empty(bureau: Client) -> None:
    url = reverse("admin:permanences_declaration_add")
    assert bureau.get(url, {"poste": "1,5"}).status_code == 200


def test_a_role_that_does_not_exist_is_an_error_of_the_form(
    bureau: Client, conseillere: Any
) -> None:
    affectation = conseillere.conseiller.affectations.get()
    reponse = bureau.post(
        reverse("admin:conseillers_affectation_change", args=[affectation.pk]),
        {
            "poste": affectation.poste_id, "conseiller": affectation.conseiller_id,
            "date_debut": "06/01/2025", "type_contrat": "CDD", "quotite": "100", "role": "2026",
        },
    )  # fmt: skip
    assert set(reponse.context["adminform"].form.errors) == {"role"}


@pytest.mark.parametrize("annee", ["9999", "9223372036854775808", "0"])
def test_a_year_without_a_next_one_leads_back_to_the_list(
    bureau: Client, objets: SimpleNamespace, annee: str
) -> None:
    url = reverse("admin:conseillers_coutposte_changelist")
    assert bureau.get(url, {"depuis__year": annee}).status_code == 302


@pytest.mark.parametrize("valeur", ["①", "²", "9" * 5_000])
@pytest.mark.parametrize(
    ("nom", "parametre"),
    [
        ("admin:permanences_occurrence_changelist", "employeur"),
        ("admin:permanences_occurrence_changelist", "q"),
        ("admin:conseillers_recrutement", "fait"),
    ],
)
def test_what_only_looks_like_a_number_is_none(
    bureau: Client, nom: str, parametre: str, valeur: str
) -> None:
    assert bureau.get(reverse(nom), {parametre: valeur}).status_code == 200


def test_reminders_ticked_for_no_poste_say_so(bureau: Client, objets: SimpleNamespace) -> None:
    url = reverse("admin:reporting_relancer", args=["2026-03"])
    assert bureau.post(url, {"postes": "①"}).status_code == 200


def test_a_form_asked_by_no_field_opens(bureau: Client, direction: Any) -> None:
    url = reverse("admin:conseillers_utilisateur_change", args=[direction.pk])
    assert bureau.get(url, {"_to_field": ""}).status_code == 200


def test_school_holidays_that_end_before_they_start_are_refused(bureau: Client) -> None:
    """PostgreSQL makes no range of such dates, and the page failed."""
    reponse = bureau.post(
        reverse("admin:permanences_vacancesscolaires_add"),
        {"zone": "B", "nom": "Hiver", "date_debut": "15/02/2026", "date_fin": "01/02/2026"},
    )
    assert reponse.status_code == 200
    assert "La date de fin précède la date de début." in reponse.content.decode()


def test_an_affectation_that_ends_before_it_starts_is_refused(
    bureau: Client, conseillere: Any
) -> None:
    affectation = conseillere.conseiller.affectations.get()
    reponse = bureau.post(
        reverse("admin:conseillers_affectation_change", args=[affectation.pk]),
        {
            "poste": affectation.poste_id, "conseiller": affectation.conseiller_id,
            "date_debut": "06/01/2025", "date_fin": "05/01/2025", "type_contrat": "CDD",
            "quotite": "100", "role": "principale",
        },
    )  # fmt: skip
    assert reponse.status_code == 200
    assert "La date de fin précède la date de début." in reponse.content.decode()


def test_a_code_with_a_slash_is_no_code(client: Client) -> None:
    reponse = client.get(reverse("rapports:verifier_un_code"), {"code": "10/03/2026"})
    assert reponse.status_code == 404
    assert "10/03/2026" in reponse.content.decode()


def test_an_occurrence_on_the_last_day_there_is_is_refused(
    client: Client, conseillere: Any, creneau_brulon: Any
) -> None:
    client.force_login(conseillere)
    reponse = client.post(
        "/api/v1/occurrences/",
        {"creneau": creneau_brulon.code, "date": "9999-12-31", "statut": "annulee"},
        content_type="application/json",
    )
    assert reponse.status_code == 400


def test_a_second_filter_that_nobody_understands_leads_back_to_the_list(bureau: Client) -> None:
    liste = reverse("admin:conseillers_formation_changelist")
    reponse = bureau.get(f"{liste}?e=9999-12-31&semaine=361")
    assert (reponse.status_code, reponse["Location"]) == (302, f"{liste}?e=1")
    assert bureau.get(reponse["Location"]).status_code == 200


@pytest.mark.parametrize("cle", ["347.9", "", "mairie"])
def test_a_ticked_row_that_is_no_key_is_said_and_nothing_is_deleted(
    bureau: Client, objets: SimpleNamespace, cle: str
) -> None:
    liste = reverse("admin:permanences_fermeture_changelist")
    avant = Fermeture.objects.count()
    envoi = {"action": "delete_selected", "_selected_action": [str(objets.fermeture), cle]}
    reponse = bureau.post(liste, envoi | {"post": "yes"}, follow=True)
    assert reponse.status_code == 200
    assert Fermeture.objects.count() == avant
