"""The one navigation of the admin: sections, and the pages of the section that is open.

An address that this instance does not have is left out, with its section when it is the last.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse

from conseillers.permissions import is_gestionnaire


@dataclass(frozen=True)
class Page:
    """`gestion`: an act, of no use to whoever only reads. `racines`: see Rubrique."""

    libelle: str
    adresse: str
    gestion: bool = False
    racines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rubrique:
    """`racines`: pages without an entry of their own, by the beginning of their path."""

    libelle: str
    pages: tuple[Page, ...]
    racines: tuple[str, ...] = ()


def _liste(libelle: str, modele: str) -> Page:
    return Page(libelle, f"admin:{modele}_changelist")


RELANCER = "reporting/rapport/relances/"
SOURCES = "permanences/creneau/sources/"
RUBRIQUES = (
    Rubrique("Accueil", (Page("Accueil", "admin:index"),)),
    Rubrique(
        "Mois et rapports",
        (
            Page("Mois", "admin:reporting_mois"),
            Page("Tableau du mois", "admin:reporting_tableau_mois", racines=(RELANCER,)),
            Page("Écart avec La Coop", "admin:reporting_ecart_coop"),
            _liste("Rapports", "reporting_rapport"),
            _liste("Téléchargements", "reporting_telechargement"),
            _liste("Déclarations", "permanences_declaration"),
            _liste("Relances", "permanences_relance"),
            _liste("Chiffres du programme", "reporting_cible"),
        ),
    ),
    Rubrique(
        "Postes",
        (
            _liste("Postes", "conseillers_poste"),
            _liste("Affectations", "conseillers_affectation"),
            Page("Conseillers", "admin:conseillers_conseiller_changelist", racines=(SOURCES,)),
            _liste("Absences", "conseillers_absence"),
            _liste("Structures", "conseillers_structure"),
        ),
        ("postes/",),
    ),
    Rubrique(
        "Financements",
        (
            Page("Vue d’ensemble", "admin:conseillers_financements"),
            Page("Après les conventions", "admin:conseillers_apres_convention"),
            Page("Postes vacants", "admin:conseillers_vacances"),
            Page("Labels", "admin:conseillers_labels"),
            _liste("Conventions", "conseillers_convention"),
            _liste("Lignes", "conseillers_conventionligne"),
            _liste("Versements", "conseillers_versement"),
            _liste("Coûts des postes", "conseillers_coutposte"),
        ),
    ),
    Rubrique(
        "Recrutement",
        (
            Page("Suivi", "admin:conseillers_recrutement"),
            _liste("Candidatures", "conseillers_candidature"),
        ),
    ),
    Rubrique(
        "Réseau",
        (
            Page("Rencontres", "admin:conseillers_reseau"),
            Page("Parcours des conseillers", "admin:conseillers_reseau_formations"),
            _liste("Formations", "conseillers_formation"),
        ),
    ),
    Rubrique(
        "Plan",
        (
            Page("Semaine", "admin:permanences_semaine"),
            Page("Dates du mois", "admin:reporting_dates_du_mois"),
            Page("Conflits", "admin:permanences_conflits"),
            Page("Fermer", "admin:permanences_fermer", gestion=True),
            Page("Prolonger, déplacer", "admin:permanences_creneaux_en_nombre", gestion=True),
            _liste("Créneaux", "permanences_creneau"),
            _liste("Lieux", "permanences_lieuaccueil"),
            _liste("Fermetures", "permanences_fermeture"),
            _liste("Occurrences", "permanences_occurrence"),
        ),
    ),
    Rubrique(
        "Séances",
        (
            _liste("Séances", "permanences_seance"),
            Page("À rattacher", "admin:permanences_a_rattacher"),
            Page("Doubles possibles", "admin:permanences_doubles"),
        ),
    ),
    Rubrique(
        "Territoires",
        (
            _liste("EPCI", "territoires_epci"),
            _liste("Communes", "territoires_commune"),
            _liste("Zonages", "territoires_zonage"),
        ),
    ),
    Rubrique(
        "Imports",
        (
            Page("Importer un fichier", "admin:reporting_import"),
            _liste("Fichiers envoyés", "conseillers_importfichier"),
            Page("La Coop", "admin:permanences_coop"),
            Page("Échange avec La Coop", "admin:permanences_coop_echange"),
            Page("Lieux de La Coop", "admin:permanences_coop_lieux"),
            Page("Médiateurs de La Coop", "admin:permanences_coop_mediateurs"),
            _liste("Activités de La Coop", "permanences_compterenducoop"),
        ),
    ),
    Rubrique(
        "Suivi",
        (
            Page("Journal", "admin:conseillers_journal"),
            Page("Sécurité", "admin:reporting_securite", racines=("conseillers/alertesecurite/",)),
            Page("Courriels", "admin:conseillers_courriels"),
            _liste("Comptes", "conseillers_utilisateur"),
            _liste("Jetons d’API", "conseillers_jetonapi"),
            Page("Conservation", "admin:reporting_conservation"),
            Page("Données ouvertes", "admin:reporting_donnees_ouvertes"),
        ),
    ),
)


@dataclass
class Lien:
    """`courant`: « page » for the very page, « true » for what holds it, else empty."""

    libelle: str
    url: str
    courant: str = ""
    racines: tuple[str, ...] = ()


@dataclass
class Menu:
    rubriques: list[Lien] = field(default_factory=list)
    pages: list[Lien] = field(default_factory=list)
    ouverte: str = ""


def menu_of(request: HttpRequest) -> Menu:
    """What this person may open, with the section and the page that are open."""
    offertes = [(rubrique, liens) for rubrique in RUBRIQUES if (liens := _links(rubrique, request))]
    ici = _deepest(request.path, offertes)
    menu = Menu()
    for rubrique, liens in offertes:
        tete = Lien(rubrique.libelle, liens[0].url)
        menu.rubriques.append(tete)
        if rubrique.libelle != ici[0]:
            continue
        tete.courant = "page" if tete.url == request.path else "true"
        menu.ouverte = rubrique.libelle
        for lien in liens:
            if lien.url == ici[1]:
                lien.courant = "page" if lien.url == request.path else "true"
        menu.pages = liens if len(liens) > 1 else []
    return menu


def plan_of(request: HttpRequest) -> list[tuple[str, list[Lien]]]:
    """Every section with all its pages, for the site map."""
    return [(r.libelle, liens) for r in RUBRIQUES if (liens := _links(r, request))]


def _links(rubrique: Rubrique, request: HttpRequest) -> list[Lien]:
    liens = []
    for page in rubrique.pages:
        if page.gestion and not is_gestionnaire(request.user):
            continue
        if url := _address(page.adresse, get_script_prefix()):
            liens.append(Lien(page.libelle, url, racines=page.racines))
    return liens


@cache
def _address(nom: str, prefixe: str) -> str:
    """Sixty on each page of the admin: looked for once."""
    try:
        return reverse(nom)
    except NoReverseMatch:
        return ""


def _deepest(chemin: str, offertes: list[tuple[Rubrique, list[Lien]]]) -> tuple[str, str]:
    """(section, address) of the longest address that leads to this path; empty texts if none."""
    racine = reverse("admin:index")
    debuts = [
        (debut, rubrique.libelle, url)
        for rubrique, liens in offertes
        for debut, url in [
            *((lien.url, lien.url) for lien in liens),
            *((racine + r, lien.url) for lien in liens for r in lien.racines),
            *((racine + r, racine + r) for r in rubrique.racines),
        ]
    ]
    trouves = [
        (len(debut), libelle, url)
        for debut, libelle, url in debuts
        if chemin == debut or (debut != racine and chemin.startswith(debut))
    ]
    _, libelle, url = max(trouves, default=(0, "", ""))
    return libelle, url
