"""Ninety-six candidatures in every state, as the Département received in 2021."""

from __future__ import annotations

import datetime as dt

from conseillers.enums import EtatCandidature
from conseillers.models import Candidature, Etape, Poste, Utilisateur
from conseillers.services import anonymise_candidatures
from reporting.demo.calendrier import Calendrier
from reporting.demo.histoires import Histoire
from reporting.demo.personnes import MARQUE_COURRIEL, NOMS, PRENOMS
from reporting.demo.reseau import Territoire
from territoires.models import Commune

E = EtatCandidature
NOMBRE = 96
# How many, and for how many days they have been in this state.
REPARTITION = (
    (E.RECUE, 14, (1, 40)),
    (E.PRESELECTIONNEE, 9, (2, 30)),
    (E.ENTRETIEN, 5, (1, 14)),
    (E.RETENUE, 2, (1, 6)),
    (E.REFUSEE, 64, (5, 640)),
)
CHEMIN = (E.RECUE, E.PRESELECTIONNEE, E.ENTRETIEN, E.RETENUE)
UN_JOUR = dt.timedelta(days=1)


def create_candidatures(
    histoires: dict[int, Histoire],
    territoire: Territoire,
    postes: list[Poste],
    dates: Calendrier,
    gestionnaire: Utilisateur | None,
) -> None:
    """The two advisors hired in the year were candidates too: their row takes a refusal's place."""
    hasard = dates.hasard("candidatures")
    vises = [p for p in postes if p.numero in (7, 12)]
    etapes: list[Etape] = _recrutes(histoires, dates, gestionnaire)
    rang = len(etapes) // len(CHEMIN)
    reste = NOMBRE - rang - sum(nombre for _, nombre, _ in REPARTITION[:-1])
    for etat, nombre, (plus_tot, plus_tard) in REPARTITION:
        for i in range(reste if etat == E.REFUSEE else nombre):
            rang += 1
            etat_le = dates.aujourd_hui - UN_JOUR * _spread(i, nombre, plus_tot, plus_tard)
            recue_le = etat_le - UN_JOUR * (0 if etat == E.RECUE else hasard.randrange(12, 45))
            candidature = Candidature.objects.create(
                courriel=f"candidat.{rang}{MARQUE_COURRIEL}",
                prenom=PRENOMS[(rang * 7) % len(PRENOMS)],
                nom=NOMS[(rang * 5 + rang // 21) % len(NOMS)],
                code_insee=_commune(territoire, hasard.random()).code if rang % 16 else "",
                recue_le=recue_le,
                etat=etat,
                etat_le=etat_le,
                poste=vises[rang % 3] if rang % 3 < len(vises) else None,
                accord_le=recue_le if etat == E.REFUSEE and i % 4 == 0 else None,
            )
            atteints = 1 + hasard.randrange(3) if etat == E.REFUSEE else CHEMIN.index(etat)
            passes = CHEMIN[1 : atteints if etat == E.REFUSEE else atteints + 1]
            fin = (*passes, etat) if etat == E.REFUSEE else passes
            etapes += _etapes(candidature, fin, gestionnaire)
    Etape.objects.bulk_create(etapes)
    # As the nights before would have done.
    anonymise_candidatures(jour=dates.aujourd_hui)


def _spread(rang: int, nombre: int, plus_tot: int, plus_tard: int) -> int:
    """The same number of days between two rows, the most recent first."""
    return plus_tot + (plus_tard - plus_tot) * rang // max(nombre - 1, 1)


def _commune(territoire: Territoire, tirage: float) -> Commune:
    """Mostly from the larger communes."""
    return territoire.villes[int(tirage**2 * min(len(territoire.villes), 80))]


def _etapes(
    candidature: Candidature, vers: tuple[EtatCandidature, ...], par: Utilisateur | None
) -> list[Etape]:
    """The moves to `vers` in order, spread between reception and the last one."""
    duree = (candidature.etat_le - candidature.recue_le).days
    etapes, de, depuis = [], E.RECUE, candidature.recue_le
    for rang, etat in enumerate(vers, start=1):
        le = candidature.recue_le + UN_JOUR * (duree * rang // len(vers))
        etapes.append(
            Etape(candidature=candidature, de=de, vers=etat, le=le, depuis=depuis, par=par)
        )
        de, depuis = etat, le
    return etapes


def _recrutes(
    histoires: dict[int, Histoire], dates: Calendrier, par: Utilisateur | None
) -> list[Etape]:
    etapes: list[Etape] = []
    for histoire in histoires.values():
        dernier = histoire.affectations[-1]
        recente = dernier.date_debut >= dates.il_y_a(12) and dernier.date_fin is None
        if not recente or histoire.poste.numero > 15:
            continue
        candidature = Candidature.objects.create(
            courriel=dernier.conseiller.courriel,
            prenom=dernier.conseiller.prenom,
            nom=dernier.conseiller.nom,
            recue_le=dernier.date_debut - 60 * UN_JOUR,
            etat=E.RECRUTEE,
            etat_le=dernier.date_debut - 10 * UN_JOUR,
            poste=histoire.poste,
        )
        etapes += _etapes(candidature, (*CHEMIN[1:], E.RECRUTEE), par)
    return etapes
