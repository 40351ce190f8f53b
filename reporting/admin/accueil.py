"""The home of the admin: every figure leads to the list behind it, with the same count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from conseillers.enums import Part, Phase, Sens, StatutCourriel
from conseillers.permissions import is_gestionnaire
from permanences.models.mois import du_mois, nom_du_mois
from permanences.selectors.plan import A_RENSEIGNER, ANNULEE, TENUE
from reporting import francais
from reporting.selectors.accueil import A_VENIR, Accueil, accueil_le, premiers_pas
from reporting.selectors.cycle import EtatMois
from territoires.typographie import accorde, format_date, format_euros

IMPORTS, COURRIELS = "conseillers_importfichier", "conseillers_courriel"
EN_ECHEC = {"statut__exact": StatutCourriel.ECHEC.value}
ETATS = {
    TENUE: "Tenues",
    ANNULEE: "Annulées",
    A_RENSEIGNER: "À renseigner",
    A_VENIR: "À venir",
}


@dataclass(frozen=True)
class Chiffre:
    """`nombre` rows are behind `url`; `precision` says more in words."""

    libelle: str
    nombre: int
    url: str
    precision: str = ""

    @property
    def texte(self) -> str:
        return francais.entier(self.nombre)


@dataclass(frozen=True)
class Tache:
    """What to do now. `grave`: a date is near or something is lost."""

    texte: str
    url: str
    bouton: str
    grave: bool = False

    @property
    def phrase(self) -> str:
        return francais.espace_ponctuation(self.texte)


@dataclass(frozen=True)
class LigneDePostes:
    libelle: str
    chiffres: list[Chiffre]


@dataclass(frozen=True)
class LigneDArgent:
    phase: str
    chiffre: Chiffre
    conventionne: str
    verse: str
    reste: str
    part: str


@dataclass(frozen=True)
class Etape:
    """One thing to enter before the next; `fait`: how many are there."""

    phrase: str
    fait: int
    url: str
    bouton: str


@dataclass(frozen=True)
class PageAccueil:
    jour: dt.date
    titre_des_taches: str
    taches: list[Tache]
    postes: list[LigneDePostes]
    reserves: list[str]
    suite_des_postes: list[Chiffre]
    argent: list[LigneDArgent]
    versements: list[Chiffre]
    nom_du_mois: str
    plan: list[Chiffre]
    taux: str
    suivi: list[Chiffre]


def home_of(request: HttpRequest) -> dict[str, Any]:
    """The context of the home: the steps of a programme that begins, then its figures."""
    comptes, gestionnaire = premiers_pas(), is_gestionnaire(request.user)
    etapes = _etapes(comptes, gestionnaire)
    return {
        "etapes": [] if all(etape.fait for etape in etapes) else etapes,
        "page": _page(accueil_le(timezone.localdate()), gestionnaire) if comptes["poste"] else None,
    }


def _page(a: Accueil, gestionnaire: bool) -> PageAccueil:
    return PageAccueil(
        jour=a.jour,
        titre_des_taches="À faire maintenant" if gestionnaire else "Ce qui attend",
        taches=sorted(_taches(a, gestionnaire), key=lambda tache: not tache.grave),
        postes=_postes(a),
        reserves=[francais.entier(n) for n in _reserves(a)],
        suite_des_postes=[
            Chiffre(
                "Contrats qui finissent d’ici 90 jours",
                len(a.contrats),
                rows_url("conseillers_affectation", a.contrats),
            )
        ],
        argent=[_argent(a, phase) for phase in Phase],
        versements=[
            Chiffre(
                "Versements en retard",
                a.versements_en_retard,
                list_url(
                    "conseillers_versement",
                    echeance="retard",
                    sens__exact=Sens.VERSEMENT,
                ),
                format_euros(a.montant_en_retard),
            )
        ],
        nom_du_mois=nom_du_mois(a.plan.mois),
        plan=_plan(a),
        taux=francais.pourcent(a.plan.taux_tenue),
        suivi=list(_suivi(a)),
    )


# --- Addresses -------------------------------------------------------------------------------


def list_url(liste: str, **filtres: Any) -> str:
    url = reverse(f"admin:{liste}_changelist")
    return f"{url}?{urlencode(filtres, safe=',')}" if filtres else url


def rows_url(liste: str, cles: Iterable[Any]) -> str:
    """These very rows; nobody at all when there is none."""
    return list_url(liste, pk__in=",".join(map(str, cles)) or "0")


# --- Groups ----------------------------------------------------------------------------------


def _postes(a: Accueil) -> list[LigneDePostes]:
    lignes = []
    for etat, cle, libelle in (
        ("pourvu", "pourvus", "Pourvus"),
        ("vacant", "vacants", "Vacants"),
        ("rendu", "rendus", "Rendus"),
    ):
        chiffres = [
            Chiffre(f"{libelle}, total", a.postes[cle], list_url("conseillers_poste", etat=etat))
        ]
        for part in Part:
            url = list_url("conseillers_poste", etat=etat, part=part.value)
            nombre = a.postes["par_part"][part.value][cle]
            chiffres.append(Chiffre(f"{libelle}, {part.label}", nombre, url))
        lignes.append(LigneDePostes(libelle, chiffres))
    return lignes


def _reserves(a: Accueil) -> list[int]:
    parts = a.postes["par_part"]
    return [a.postes["reserves"], *(parts[part.value]["reserves"] for part in Part)]


def _argent(a: Accueil, phase: Phase) -> LigneDArgent:
    """Received against expected; the first phase also against its envelope."""
    sommes = a.financements[phase.value]
    nombre = a.conventions.get(phase.value, 0)
    part = sommes["verse"] / sommes["conventionne"] if sommes["conventionne"] else None
    return LigneDArgent(
        phase=phase.label,
        chiffre=Chiffre(
            f"Conventions {phase.value}",
            nombre,
            list_url("conseillers_convention", phase__exact=phase.value),
        ),
        conventionne=francais.euros(sommes["conventionne"]),
        verse=francais.euros(sommes["verse"]),
        reste=francais.euros(sommes["reste_a_verser"]),
        part=francais.pourcent(part),
    )


def _plan(a: Accueil) -> list[Chiffre]:
    base = reverse("admin:reporting_dates_du_mois")
    cle = f"{a.plan.mois:%Y-%m}"
    return [
        Chiffre("Prévues", a.plan.prevues, f"{base}?{urlencode({'mois': cle})}"),
        *(
            Chiffre(libelle, a.plan.etats[etat], f"{base}?{urlencode({'mois': cle, 'etat': etat})}")
            for etat, libelle in ETATS.items()
        ),
    ]


def _suivi(a: Accueil) -> Iterable[Chiffre]:
    nom = nom_du_mois(a.mois_a_declarer)
    yield Chiffre(
        f"Postes qui n’ont pas déclaré {nom}",
        len(a.non_declares),
        rows_url("conseillers_poste", a.non_declares),
    )
    yield Chiffre(
        "Séances en attente de rattachement",
        a.en_attente,
        reverse("admin:permanences_a_rattacher"),
    )
    t = a.territoire
    yield Chiffre(
        f"EPCI sans permanence tenue en {nom_du_mois(a.plan.mois)}",
        len(t.sans_permanence),
        rows_url("territoires_epci", t.sans_permanence),
        f"sur {t.total}, dont {accorde(len(t.rien), 'sans rien de prévu', 'sans rien de prévu')}",
    )
    yield Chiffre("Imports manqués", len(a.imports_manques), rows_url(IMPORTS, a.imports_manques))
    yield Chiffre("Courriels en échec", a.courriels_en_echec, list_url(COURRIELS, **EN_ECHEC))


# --- What to do now --------------------------------------------------------------------------


def _taches(a: Accueil, gestionnaire: bool) -> Iterable[Tache]:
    yield from _restitutions(a)
    yield from _mois(a.mois)
    yield from _attentes(a, gestionnaire)
    yield from _echecs(a)
    if a.territoire.rien:
        yield Tache(
            f"{accorde(len(a.territoire.rien), 'EPCI n’a', 'EPCI n’ont')} ni permanence tenue, "
            f"ni date à venir en {nom_du_mois(a.plan.mois)}.",
            rows_url("territoires_epci", a.territoire.rien),
            "Voir",
        )
    if a.contrats:
        yield Tache(
            f"{accorde(len(a.contrats), 'contrat finit', 'contrats finissent')} d’ici 90 jours.",
            rows_url("conseillers_affectation", a.contrats),
            "Voir",
        )


def _restitutions(a: Accueil) -> Iterable[Tache]:
    for echeance in a.echeances:
        quand = "depuis le" if echeance.limite < a.jour else "le"
        yield Tache(
            f"Le poste {echeance.numero} est vacant depuis le "
            f"{format_date(echeance.vacant_depuis)} : il est à rendre {quand} "
            f"{format_date(echeance.limite)}, sauf si quelqu’un y arrive avant.",
            reverse("admin:permanences_histoire_poste", args=[echeance.numero]),
            f"Voir le poste {echeance.numero}",
            grave=True,
        )


def _attentes(a: Accueil, gestionnaire: bool) -> Iterable[Tache]:
    """What an advisor wrote and nobody counted, or did not write."""
    if a.en_attente:
        yield Tache(
            f"{accorde(a.en_attente, 'séance attend', 'séances attendent')} d’être rattachée"
            f"{'s' if a.en_attente > 1 else ''} à un poste : son mois ne se clôt pas avant.",
            reverse("admin:permanences_a_rattacher"),
            "Rattacher" if gestionnaire else "Voir",
            grave=True,
        )
    if a.non_declares:
        nombre = accorde(len(a.non_declares), "poste n’a pas", "postes n’ont pas")
        cle = f"{a.mois_a_declarer:%Y-%m}"
        yield Tache(
            f"{nombre} déclaré leur mois {du_mois(a.mois_a_declarer)} complet.",
            reverse("admin:reporting_relancer", args=[cle])
            if gestionnaire
            else reverse("admin:reporting_tableau_mois"),
            "Relancer" if gestionnaire else "Voir",
        )


def _echecs(a: Accueil) -> Iterable[Tache]:
    if n := a.alertes:
        serie = "série de connexions refusées"
        series = accorde(n, serie, serie.replace("série", "séries", 1))
        adresse = f"{reverse('admin:reporting_securite')}?genre=echecs"
        yield Tache(f"{series} depuis hier.", adresse, "Voir lesquelles", grave=True)
    if a.imports_manques:
        yield Tache(
            f"{accorde(len(a.imports_manques), 'import a', 'imports ont')} échoué : rien n’en a "
            "été écrit, le fichier est à renvoyer.",
            rows_url(IMPORTS, a.imports_manques),
            "Voir",
            grave=True,
        )
    yield from _coop(a)
    if n := a.courriels_en_echec:
        nombre = accorde(n, "courriel n’est pas parti", "courriels ne sont pas partis")
        yield Tache(f"{nombre}.", list_url(COURRIELS, **EN_ECHEC), "Voir pourquoi", grave=True)


def _coop(a: Accueil) -> Iterable[Tache]:
    """The exchange failed, or has not succeeded for days: nobody would see figures missing."""
    if not a.coop.actif or not (a.coop.echec or a.coop.retard):
        return
    if a.coop.retard and a.coop.reussi:
        quand = format_date(timezone.localdate(a.coop.reussi.debute_le))
        texte = f"Aucun échange avec La Coop n’a réussi depuis le {quand}."
    elif a.coop.retard:
        texte = "Aucun échange avec La Coop n’a encore réussi."
    else:
        texte = "Le dernier échange avec La Coop a échoué : le prochain reprendra la suite."
    yield Tache(
        texte, reverse("admin:permanences_coop_echange"), "Voir pourquoi", grave=a.coop.retard
    )


def _mois(etats: list[EtatMois]) -> Iterable[Tache]:
    """The months that wait for an act, the last one first; older ones in one line."""
    urgents = [e for e in etats if e.a_faire != "Clôturer"] + [
        e for e in etats if e.a_faire == "Clôturer"
    ][:1]
    for etat in urgents:
        yield Tache(
            f"{etat.nom.capitalize()} : {etat.a_faire.lower()}.",
            reverse("admin:reporting_mois_detail", args=[etat.cle]),
            f"Ouvrir {etat.nom}",
            grave=etat.en_echec,
        )
    reste = len(etats) - len(urgents)
    if reste:
        verbe = "n’est pas clos" if reste == 1 else "ne sont pas clos"
        yield Tache(
            f"{accorde(reste, 'mois plus ancien', 'mois plus anciens')} {verbe}.",
            reverse("admin:reporting_mois"),
            "Voir les mois",
        )


# --- A programme that begins -----------------------------------------------------------------

# (what is counted, what to do, list of the admin)
PREMIERS_PAS = (
    ("commune", "Charger les communes et les EPCI du département", "territoires_commune"),
    ("cible", "Noter les chiffres du programme : postes réservés, enveloppe", "reporting_cible"),
    ("structure", "Saisir les structures qui emploient", "conseillers_structure"),
    ("poste", "Saisir les postes et leur date d’attribution", "conseillers_poste"),
    ("affectation", "Noter qui occupe chaque poste", "conseillers_affectation"),
    ("lieuaccueil", "Saisir les lieux d’accueil", "permanences_lieuaccueil"),
    ("creneau", "Prévoir les créneaux de chaque poste", "permanences_creneau"),
    ("convention", "Saisir les conventions et leurs lignes", "conseillers_convention"),
)
# Lists that are loaded, never typed.
CHARGES = ("commune",)


def _etapes(comptes: dict[str, int], gestionnaire: bool) -> list[Etape]:
    return [
        Etape(
            phrase,
            comptes[modele],
            reverse(f"admin:{liste}_{_page_of(modele, comptes, gestionnaire)}"),
            "Voir" if comptes[modele] or not gestionnaire or modele in CHARGES else "Commencer",
        )
        for modele, phrase, liste in PREMIERS_PAS
    ]


def _page_of(modele: str, comptes: dict[str, int], gestionnaire: bool) -> str:
    ajoute = gestionnaire and not comptes[modele] and modele not in CHARGES
    return "add" if ajoute else "changelist"
