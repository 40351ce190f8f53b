"""The week of the whole département: days × postes, or × EPCI."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone

from conseillers.models import Conseiller
from conseillers.selectors import PosteOccupe, jours, occupation
from permanences import calendrier
from permanences.enums import Motif
from permanences.models import Creneau, VacancesScolaires
from permanences.selectors.agenda import Entree
from permanences.selectors.fermetures import vacances_entre
from permanences.selectors.plan import Fermetures, plan_entre
from territoires.typographie import accorde

PAR_POSTE, PAR_EPCI = "poste", "epci"
SANS_EPCI = "Hors du département"


@dataclass(frozen=True)
class JourDeSemaine:
    """`avis`: what is true of that day everywhere: public holiday, school holidays, closing."""

    jour: dt.date
    avis: list[str]
    est_aujourdhui: bool


@dataclass(frozen=True)
class CaseDuJour:
    """`mot`: why nobody is there, for a poste; empty when somebody is."""

    jour: dt.date
    entrees: list[Entree] = field(default_factory=list)
    mot: str = ""


@dataclass(frozen=True)
class LigneDeSemaine:
    titre: str
    precision: str
    numero: int | None
    cases: list[CaseDuJour]

    @property
    def nombre(self) -> int:
        return sum(len(case.entrees) for case in self.cases)


@dataclass(frozen=True)
class Semaine:
    lundi: dt.date
    jours: list[JourDeSemaine]
    lignes: list[LigneDeSemaine]
    comptes: dict[str, int]

    @property
    def dimanche(self) -> dt.date:
        return self.lundi + dt.timedelta(days=6)

    @property
    def nombre(self) -> int:
        return sum(self.comptes.values())

    @property
    def detail(self) -> str:
        """« 38 tenus, 2 tenus sans visite, 19 annulés, 3 à renseigner, 88 prévus »."""
        mots = {
            "Tenu": ("tenu", "tenus"),
            "Tenu sans visite": ("tenu sans visite", "tenus sans visite"),
            "Annulé": ("annulé", "annulés"),
            "À renseigner": ("à renseigner", "à renseigner"),
            "Prévu": ("prévu", "prévus"),
        }
        return ", ".join(
            accorde(self.comptes[etat], *formes)
            for etat, formes in mots.items()
            if self.comptes.get(etat)
        )


def semaine_du_departement(
    lundi: dt.date, *, par: str = PAR_POSTE, epci: str = "", part: str = ""
) -> Semaine:
    """9 queries, whatever is planned. Saturday and Sunday are shown when something is held."""
    dimanche = lundi + dt.timedelta(days=6)
    postes = occupation(lundi, dimanche)
    fermetures = Fermetures(lundi, dimanche)
    entrees = [
        e
        for e in _entrees(lundi, dimanche, postes, fermetures)
        if (not part or postes[e.creneau.poste_id].part == part)
        and (not epci or _epci_of(e.creneau)[0] == epci)
    ]
    montres = [j for j in jours(lundi, dimanche) if j.weekday() < 5 or _held(entrees, j)]
    if par == PAR_EPCI:
        lignes = _lignes_des_epci(entrees, montres)
    else:
        lignes = _lignes_des_postes(entrees, montres, postes, part, bool(epci))
    return Semaine(
        lundi,
        _jours(montres, fermetures, list(vacances_entre(lundi, dimanche))),
        lignes,
        dict(Counter(e.etat for e in entrees)),
    )


def _held(entrees: list[Entree], jour: dt.date) -> bool:
    return any(e.date == jour for e in entrees)


def _entrees(
    lundi: dt.date, dimanche: dt.date, postes: dict[int, PosteOccupe], fermetures: Fermetures
) -> list[Entree]:
    """By day, hour, then poste."""
    creneaux = {
        c.pk: c
        for c in Creneau.objects.actif_entre(lundi, dimanche)
        .select_related("lieu__commune__epci")
        .order_by("code")
    }
    plan = plan_entre(
        lundi, dimanche, postes=postes, creneaux=list(creneaux.values()), fermetures=fermetures
    )
    ce_jour = timezone.localdate()
    return sorted(
        (Entree(creneaux[o.creneau_id], o, postes[o.poste_id].numero, ce_jour) for o in plan),
        key=lambda e: (e.date, e.creneau.heure_debut, e.numero),
    )


def _epci_of(creneau: Creneau) -> tuple[str, str]:
    epci = creneau.lieu.commune.epci if creneau.lieu.commune else None
    return (epci.siren, epci.nom) if epci else ("", SANS_EPCI)


def _jours(
    montres: list[dt.date], fermetures: Fermetures, vacances: list[VacancesScolaires]
) -> list[JourDeSemaine]:
    trouves = []
    for jour in montres:
        avis = []
        if ferie := calendrier.jours_feries(jour.year, settings.DEPARTEMENT).get(jour):
            avis.append(f"Jour férié\u202f: {ferie}")
        avis += [v.nom for v in vacances if v.date_debut <= jour <= v.date_fin]
        if motif := fermetures.motif_du_poste(0, jour):
            avis.append(f"Programme fermé\u202f: {Motif(motif).label.lower()}")
        trouves.append(JourDeSemaine(jour, avis, jour == timezone.localdate()))
    return trouves


def _lignes_des_epci(entrees: list[Entree], montres: list[dt.date]) -> list[LigneDeSemaine]:
    par_epci: dict[tuple[str, str], list[Entree]] = defaultdict(list)
    for e in entrees:
        par_epci[_epci_of(e.creneau)].append(e)
    return [
        LigneDeSemaine(nom, "", None, [CaseDuJour(j, _of_day(siennes, j)) for j in montres])
        for (_, nom), siennes in sorted(par_epci.items(), key=lambda paire: paire[0][1])
    ]


def _of_day(entrees: list[Entree], jour: dt.date) -> list[Entree]:
    return [e for e in entrees if e.date == jour]


def _lignes_des_postes(
    entrees: list[Entree],
    montres: list[dt.date],
    postes: dict[int, PosteOccupe],
    part: str,
    seuls: bool,
) -> list[LigneDeSemaine]:
    """`seuls`: only the postes that have something (an EPCI is chosen)."""
    noms = {c.pk: str(c) for c in Conseiller.objects.filter(affectations__poste__in=postes)}
    par_poste: dict[int, list[Entree]] = defaultdict(list)
    for e in entrees:
        par_poste[e.creneau.poste_id].append(e)
    lignes = []
    for pk, poste in postes.items():
        if (part and poste.part != part) or (seuls and pk not in par_poste):
            continue
        if not any(poste.est_attribue(j) for j in montres) and pk not in par_poste:
            continue
        titulaires = dict.fromkeys(noms[c] for j in montres for c in poste.titulaires(j))
        cases = [CaseDuJour(j, _of_day(par_poste[pk], j), _mot(poste, j)) for j in montres]
        lignes.append(
            LigneDeSemaine(
                f"Poste {poste.numero}", ", ".join(titulaires) or poste.employeur,
                poste.numero, cases,
            )
        )  # fmt: skip
    return lignes


def _mot(poste: PosteOccupe, jour: dt.date) -> str:
    if not poste.est_attribue(jour):
        return "Pas à nous"
    if poste.tous_absents(jour):
        return "Absent"
    return "" if poste.est_occupe(jour) else "Vacant"
