"""The tables of the money as files, for a spreadsheet: exactly what the pages show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpResponse

from conseillers.enums import FormatListe, Phase
from conseillers.models import Utilisateur
from conseillers.selectors import (
    charges_par_annee,
    conventions_suivies,
    derniers_labels,
    echeances,
    labels_des_employeurs,
)
from conseillers.selectors.financements import ETATS
from conseillers.services import record_export
from reporting.selectors import financements as selectors
from territoires.csv_out import ENCODAGE, write_csv

Lignes = Iterable[Iterable[Any]]


def _conventions(jour: dt.date) -> Lignes:
    labels = derniers_labels(jour)
    for s in conventions_suivies(jour):
        label = labels.get(s.convention.structure_id)
        yield (
            s.convention.reference, s.convention.structure.nom, s.part, s.convention.phase,
            s.convention.date_debut, s.convention.date_fin, s.totaux.conventionne, s.totaux.recu,
            s.totaux.reverse, s.totaux.verse, s.totaux.reste_a_verser, s.attendu,
            s.prochaine.versement.date_prevue if s.prochaine else None, ETATS[s.etat],
            s.convention.date_solde, label.expire_le if label else None,
        )  # fmt: skip


def _echeances(jour: dt.date) -> Lignes:
    for e in echeances(jour):
        v = e.versement
        yield (
            v.convention.reference, v.convention.structure.nom, v.convention.phase, v.rang,
            v.montant, v.date_prevue, e.retard if e.en_retard else 0, v.piece,
        )  # fmt: skip


def _prevision(jour: dt.date) -> Lignes:
    suivis = conventions_suivies(jour)
    fin = max((s.convention.date_fin for s in suivis), default=jour)
    for t in selectors.prevision(echeances(jour), jour, fin):
        yield (t.premier or "en retard", *(t.attendus[phase] for phase in Phase), t.total)


def _postes(jour: dt.date) -> Lignes:
    for f in selectors.fins_des_postes(jour):
        yield (
            f.poste.numero, f.poste.employeur, f.poste.part, f.etat,
            f.derniere.reference if f.derniere else None, f.sort_le, f.hors_convention(jour),
            f.cout_annuel,
        )  # fmt: skip


def _charges(jour: dt.date) -> Lignes:
    annees = [jour.year + n for n in range(-1, 4)]
    for annee, charges in charges_par_annee(annees, jour).items():
        for c in charges:
            yield (
                annee, c.numero, c.employeur, c.part, c.jours_occupes, c.cout, c.part_etat,
                c.reste_a_charge,
            )  # fmt: skip


def _vacances(jour: dt.date) -> Lignes:
    for v in selectors.vacances(jour):
        yield (
            v.numero, v.employeur, v.part, v.depuis, v.jours, v.fin_convention, v.limite,
            v.jours_restants,
        )  # fmt: skip


def _labels(jour: dt.date) -> Lignes:
    for ligne in labels_des_employeurs(jour):
        label = ligne.label
        yield (
            ligne.structure.siret, ligne.structure.nom, ligne.structure.part, ligne.postes,
            label.atteste_le if label else None, label.expire_le if label else None,
            label.reference if label else None,
        )  # fmt: skip


Fichier = tuple[tuple[str, ...], Callable[[dt.date], Lignes]]
FICHIERS: dict[str, Fichier] = {
    "conventions": (
        (
            "convention", "employeur", "part", "phase", "debut", "fin", "conventionne", "recu",
            "reverse", "verse", "reste_a_verser", "attendu", "prochain_versement", "etat",
            "date_solde", "label_jusqu_au",
        ),
        _conventions,
    ),
    "echeances": (
        (
            "convention", "employeur", "phase", "rang", "montant", "date_prevue",
            "jours_de_retard", "piece",
        ),
        _echeances,
    ),
    "prevision": (("trimestre", *Phase.values, "total"), _prevision),
    "postes": (
        (
            "poste", "employeur", "part", "etat", "convention", "quitte_sa_convention_le",
            "hors_convention", "cout_annuel",
        ),
        _postes,
    ),
    "reste_a_charge": (
        (
            "annee", "poste", "employeur", "part", "jours_occupes", "cout", "part_etat",
            "reste_a_charge",
        ),
        _charges,
    ),
    "vacances": (
        (
            "poste", "employeur", "part", "vacant_depuis", "jours_de_vacance", "fin_convention",
            "limite_restitution", "jours_restants",
        ),
        _vacances,
    ),
    "labels": (
        ("siret", "employeur", "part", "postes", "atteste_le", "expire_le", "reference"),
        _labels,
    ),
}  # fmt: skip


def csv_of(nom: str, jour: dt.date, utilisateur: Utilisateur) -> HttpResponse:
    """Noted as any list that is taken out."""
    entete, lire = FICHIERS[nom]
    lignes, fichier = list(lire(jour)), f"{nom}-{jour:%Y-%m-%d}.csv"
    record_export(
        utilisateur=utilisateur,
        liste=f"Financements, {nom}",
        filtre="",
        forme=FormatListe.CSV,
        lignes=len(lignes),
        nom_fichier=fichier,
    )
    reponse = HttpResponse(content_type=f"text/csv; charset={ENCODAGE}")
    reponse["Content-Disposition"] = f'attachment; filename="{fichier}"'
    write_csv(reponse, entete, lignes, virgule=True)
    return reponse
