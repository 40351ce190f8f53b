"""Every address of the service, every role: its own forms and parameters, filled by no person."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, quote_from_bytes, urljoin, urlsplit

from django.conf import settings as reglages
from django.test import Client
from django.urls import reverse
from hypothesis import strategies as st

from config.tests.fuzz import Recolte, forgotten, session_of, try_many
from config.tests.fuzz_valeurs import (
    COMPTEURS,
    COURTES,
    ENTETES,
    HOSTILES,
    as_bytes,
    bodies,
    encoded,
)
from config.tests.regles import ANONYME, REGLES, ROLES, Regle, example_arguments
from config.tests.test_valeurs_hostiles import PARAMETRES, PLAUSIBLES
from config.wsgi import readable_type

# On every page: leaving has nothing to fill.
DECONNEXION = reverse("account_logout")
METHODES_RARES = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
PAR_GENRE = {
    "date": "2026-03-10", "time": "10:00", "month": "2026-03", "email": "a@exemple.fr",
    "number": "1", "tel": "0243000000", "checkbox": "on", "password": "Une-phrase-assez-longue",
}  # fmt: skip


@dataclass
class Champ:
    nom: str
    genre: str
    valeur: str = ""
    choix: list[str] = field(default_factory=list)


@dataclass
class Formulaire:
    methode: str
    action: str
    champs: dict[str, Champ] = field(default_factory=dict)


class Lecteur(HTMLParser):
    """The forms of a page, with their choices, and the parameters of its links."""

    def __init__(self) -> None:
        super().__init__()
        self.formulaires: list[Formulaire] = []
        self.parametres: dict[str, str] = {}
        self._liste = Champ("", "select")

    def handle_starttag(self, balise: str, attributs: list[tuple[str, str | None]]) -> None:
        a = {nom: valeur or "" for nom, valeur in attributs}
        if balise == "form":
            formulaire = Formulaire(a.get("method", "get").lower(), a.get("action", ""))
            self.formulaires.append(formulaire)
        elif balise == "a":
            self.parametres |= dict(parse_qsl(urlsplit(a.get("href", "")).query))
        elif self.formulaires and balise in ("select", "option", "input", "textarea", "button"):
            self._keep(balise, a, self.formulaires[-1].champs)

    def _keep(self, balise: str, a: dict[str, str], champs: dict[str, Champ]) -> None:
        nom, valeur = a.get("name", "").replace("__prefix__", "0"), a.get("value", "")
        if balise == "option":
            self._liste.choix.append(valeur)
            if "selected" in a:
                self._liste.valeur = valeur
        elif nom:
            genre = balise if balise != "input" else a.get("type", "text")
            champ = champs.setdefault(nom, Champ(nom, genre))
            if balise == "select":
                self._liste = champ
            elif genre in ("checkbox", "radio", "button"):
                champ.choix.append(valeur or "on")
            champ.valeur = valeur if genre != "checkbox" or "checked" in a else champ.valeur


class Page:
    """An address, and what is found there by the one who gets furthest."""

    def __init__(self, nom: str, regle: Regle, objets: SimpleNamespace) -> None:
        self.nom, self.regle = nom, regle
        self.arguments = [str(a) for a in example_arguments(objets, regle.arguments)]
        self.url = reverse(nom, args=example_arguments(objets, regle.arguments))
        self._lecteur: Lecteur | None = None

    def roles(self, demandes: list[str]) -> list[str]:
        """Those who get further than a refusal come more often."""
        entrent = [
            role
            for role in demandes
            if {self.regle.get[role], self.regle.post[role]} & {"ok", "redirige", "refus"}
        ]
        return demandes + entrent * 4

    def read(self, sessions: dict[str, str]) -> Lecteur:
        """Once: whoever may not see a form may still forge it."""
        if self._lecteur is None:
            self._lecteur = Lecteur()
            role = next((r for r in reversed(ROLES) if self.regle.get[r] == "ok"), ANONYME)
            with forgotten():
                reponse = client_of(sessions[role]).get(self.url)
                if not reponse.streaming and "html" in reponse.headers.get("Content-Type", ""):
                    self._lecteur.feed(reponse.content.decode())
        return self._lecteur


def client_of(session: str) -> Client:
    client = Client()
    if session:
        client.cookies[reglages.SESSION_COOKIE_NAME] = session
    return client


@dataclass
class Requete:
    role: str
    methode: str
    url: str
    type_corps: str = ""
    corps: bytes = b""
    entetes: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        suite = f" {self.entetes}" if self.entetes else ""
        return f"{self.methode} {self.url} [{self.type_corps}]{suite} {self.corps[:1000]!r}"


# --- One request ---------------------------------------------------------------------------------


@st.composite
def requests(draw: st.DrawFn, page: Page, demandes: list[str], sessions: dict[str, str]) -> Requete:
    role = draw(st.sampled_from(page.roles(demandes)))
    lecteur = page.read(sessions)
    chemin = draw(paths(page))
    entetes = draw(ENTETES) if draw(st.integers(0, 11)) == 11 else {}
    choix = draw(st.integers(0, 19))
    if choix == 19:
        methode = draw(st.sampled_from(METHODES_RARES))
        return Requete(role, methode, chemin, *draw(bodies([], [])), entetes)
    envois = [f for f in lecteur.formulaires if f.methode == "post" and f.action != DECONNEXION]
    if choix < (6 if envois else 11):
        return Requete(role, "GET", f"{chemin}?{draw(queries(lecteur))}", entetes=entetes)
    formulaire = draw(st.sampled_from(envois or [Formulaire("post", "")]))
    if formulaire.action:
        chemin = urljoin(page.url, formulaire.action)
    if not draw(st.integers(0, 5)):
        chemin = f"{chemin.partition('?')[0]}?{draw(queries(lecteur))}"
    paires, fichiers = draw(fillings(formulaire))
    return Requete(role, "POST", chemin, *draw(bodies(paires, fichiers)), entetes)


@st.composite
def paths(draw: st.DrawFn, page: Page) -> str:
    """The example's, or one of its arguments replaced."""
    if not page.arguments or draw(st.integers(0, 6)) < 6:
        return page.url
    segments = page.url.split("/")
    rangs = [rang for rang, segment in enumerate(segments) if segment in page.arguments]
    if not rangs:
        return page.url
    valeur = draw(COURTES.filter(bool))
    segments[draw(st.sampled_from(rangs))] = quote_from_bytes(as_bytes(valeur), safe="")
    return "/".join(segments)


@st.composite
def queries(draw: st.DrawFn, lecteur: Lecteur) -> str:
    lus = list(lecteur.parametres) + [
        nom for f in lecteur.formulaires if f.methode == "get" for nom in f.champs
    ]
    noms = st.sampled_from(lus) if lus and draw(st.integers(0, 2)) else st.sampled_from(PARAMETRES)
    valeurs = st.one_of(COURTES, st.sampled_from(PLAUSIBLES))
    paires = draw(st.lists(st.tuples(noms, valeurs), max_size=4))
    if lecteur.parametres and draw(st.booleans()):
        paires = [*lecteur.parametres.items(), *paires]
    casse = draw(st.sampled_from((b"",) * 12 + (b"&%ff=%fe", b"&%", b"&=", b"&q=%ed%a0%80")))
    return (encoded(paires) + casse).decode()


@st.composite
def fillings(draw: st.DrawFn, formulaire: Formulaire) -> tuple[list[tuple[str, str]], list[str]]:
    """The form as a person could fill it, but for a few fields: (pairs, names of its files)."""
    champs = list(formulaire.champs.values()) or [
        Champ(draw(st.sampled_from(PARAMETRES)), "text") for _ in range(3)
    ]
    touches = draw(st.sampled_from((0, 1, 1, 2, 3, len(champs))))
    rangs = set(draw(st.permutations(range(len(champs))))[:touches])
    paires = []
    for rang, champ in enumerate(champs):
        if champ.genre == "file":
            continue
        valeurs = draw(forged(champ)) if rang in rangs else draw(plausible(champ))
        paires += [(champ.nom, valeur) for valeur in valeurs]
    return paires, [champ.nom for champ in champs if champ.genre == "file"]


def plausible(champ: Champ) -> st.SearchStrategy[list[str]]:
    if champ.genre == "button":
        return st.sampled_from([[], *([valeur] for valeur in champ.choix)])
    if champ.genre in ("checkbox", "select", "radio") and champ.choix:
        autres = st.sampled_from(champ.choix).map(lambda valeur: [valeur])
        return autres if champ.genre != "checkbox" else st.one_of(st.just([]), autres)
    if champ.valeur or champ.genre == "hidden":
        return st.just([champ.valeur])
    if champ.genre in PAR_GENRE:
        return st.just([PAR_GENRE[champ.genre]])
    return st.sampled_from(PLAUSIBLES).map(lambda valeur: [valeur])


def forged(champ: Champ) -> st.SearchStrategy[list[str]]:
    """Missing, once, or many times where one is expected."""
    if champ.nom.endswith("_FORMS"):
        return st.lists(COMPTEURS, max_size=3)
    une = HOSTILES.map(lambda valeur: [valeur])
    return st.one_of(une, une, une, st.lists(HOSTILES, max_size=3), st.just([]))


# --- All of them ---------------------------------------------------------------------------------


def send(requete: Requete, session: str) -> int:
    with forgotten():
        reponse = client_of(session).generic(
            requete.methode,
            requete.url,
            requete.corps,
            content_type=readable_type(requete.type_corps) or "application/octet-stream",
            **requete.entetes,
        )
        if reponse.streaming:
            list(reponse)
    return reponse.status_code


def fuzz_pages(
    recolte: Recolte, noms: list[str], essais: int, objets: SimpleNamespace,
    distribution: dict[str, Any], demandes: list[str],
) -> None:  # fmt: skip
    sessions = {role: session_of(personne) for role, personne in distribution.items()}
    sessions[ANONYME] = ""
    for nom in noms:
        page = Page(nom, REGLES[nom], objets)

        def ask(requete: Requete, nom: str = nom) -> None:
            try:
                statut = send(requete, sessions[requete.role])
            except Exception as erreur:
                recolte.fail(nom, requete.role, str(requete), essais, erreur)
                return
            if statut >= 500:
                recolte.fail(nom, requete.role, str(requete), essais, None)
            else:
                recolte.count(nom, requete.role, statut)

        try_many(ask, requests(page, demandes, sessions), essais, recolte.graine, nom)


PAGES = sorted(nom for nom in REGLES if not nom.startswith("api:"))
TOUS_LES_ROLES = list(ROLES)
