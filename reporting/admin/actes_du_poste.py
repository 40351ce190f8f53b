"""What a gestionnaire may do to a poste: words, form, preview and service of each act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conseillers.models import Poste
from permanences import services
from permanences.forms.postes import (
    ArriveeForm,
    DepartForm,
    PosteForm,
    QuotiteForm,
    RestitutionForm,
    StructureForm,
)
from reporting.selectors.actes_du_poste import (
    Apercu,
    apercu_de_l_arrivee,
    apercu_de_la_quotite,
    apercu_de_la_restitution,
    apercu_du_changement,
    apercu_du_depart,
)
from reporting.selectors.histoire import Resume
from territoires.typographie import format_date

# Each form is its own class; an act knows which.
Formulaire = Any


@dataclass(frozen=True)
class ActeDePoste:
    """`preview(form)` reads, `perform(form)` writes and gives the sentence of success."""

    cle: str
    titre: str
    bouton: str
    confirmer: str
    explication: str
    form: type[PosteForm]
    offered: Callable[[Poste, Resume], bool]
    preview: Callable[[Formulaire], Apercu]
    perform: Callable[[Formulaire], str]
    grave: bool = False


def _tenu(poste: Poste, resume: Resume) -> bool:
    return bool(resume.titulaires or resume.arrivees)


def _a_nous(poste: Poste, resume: Resume) -> bool:
    return poste.date_rendu is None


def _preview_depart(form: DepartForm) -> Apercu:
    d = form.cleaned_data
    return apercu_du_depart(d["affectation"], d["dernier_jour"], form.destins, form.jusqu_au)


def _depart(form: DepartForm) -> str:
    affectation = services.record_depart(
        affectation=form.cleaned_data["affectation"],
        dernier_jour=form.cleaned_data["dernier_jour"],
        destins=form.destins,
        compte_jusqu_au=form.jusqu_au,
    )
    jour = format_date(form.cleaned_data["dernier_jour"])
    return f"Le départ de {affectation.conseiller} est enregistré : dernier jour le {jour}."


def _arrivee(form: ArriveeForm) -> str:
    affectation = services.welcome_conseiller(affectation=form.affectation, destins=form.destins)
    jour = format_date(affectation.date_debut)
    return f"L’arrivée de {affectation.conseiller} est enregistrée : premier jour le {jour}."


def _quotite(form: QuotiteForm) -> str:
    suivante = services.change_quotite(**form.cleaned_data)
    jour = format_date(suivante.date_debut)
    return f"{suivante.conseiller} est à {suivante.quotite} % à partir du {jour}."


def _preview_restitution(form: RestitutionForm) -> Apercu:
    return apercu_de_la_restitution(
        form.poste, form.cleaned_data["date_rendu"], form.destins, form.jusqu_au
    )


def _restitution(form: RestitutionForm) -> str:
    poste = services.give_back_poste(
        poste=form.poste,
        date_rendu=form.cleaned_data["date_rendu"],
        destins=form.destins,
        compte_jusqu_au=form.jusqu_au,
    )
    jour = format_date(form.cleaned_data["date_rendu"])
    return f"Le {poste} est rendu le {jour}. Restent la lettre au préfet et l’avenant."


def _structure(form: StructureForm) -> str:
    poste = services.change_structure(poste=form.poste, structure=form.cleaned_data["structure"])
    return f"Le {poste} est désormais celui de {poste.structure}."


_ACTES = (
    ActeDePoste(
        "depart",
        "Départ",
        "Enregistrer un départ",
        "Confirmer le départ",
        "La personne cesse ses fonctions : dites son dernier jour, ce que deviennent les créneaux "
        "et son compte.",
        DepartForm,
        _tenu,
        _preview_depart,
        _depart,
    ),
    ActeDePoste(
        "arrivee",
        "Arrivée",
        "Enregistrer une arrivée",
        "Confirmer l’arrivée",
        "Quelqu’un prend le poste : sa fiche et son compte se font ici s’ils n’existent pas.",
        ArriveeForm,
        _a_nous,
        lambda form: apercu_de_l_arrivee(form.affectation, form.destins),
        _arrivee,
    ),
    ActeDePoste(
        "quotite",
        "Changement de quotité",
        "Changer la quotité",
        "Confirmer la nouvelle quotité",
        "La même personne, le même contrat, un autre temps de travail à partir d’un jour. Sa "
        "raison n’est jamais gardée.",
        QuotiteForm,
        _tenu,
        lambda form: apercu_de_la_quotite(**form.cleaned_data),
        _quotite,
    ),
    ActeDePoste(
        "restitution",
        "Restitution",
        "Rendre le poste",
        "Confirmer la restitution",
        "Le poste n’est plus au programme : fonctions, créneaux et absences s’arrêtent la veille. "
        "Un poste rendu ne se reprend pas ici.",
        RestitutionForm,
        _a_nous,
        _preview_restitution,
        _restitution,
        grave=True,
    ),
    ActeDePoste(
        "structure",
        "Changement d’employeur",
        "Changer d’employeur",
        "Confirmer le changement",
        "Le poste passe à une autre structure dès le mois en cours : les douze mois d’avant "
        "doivent être clos, pour que leurs chiffres par part ne changent pas.",
        StructureForm,
        _a_nous,
        lambda form: apercu_du_changement(form.poste, form.cleaned_data["structure"]),
        _structure,
        grave=True,
    ),
)
ACTES = {acte.cle: acte for acte in _ACTES}


def offered_actes(poste: Poste, resume: Resume) -> list[ActeDePoste]:
    """The likely one first: a departure where somebody is there to stay, else an arrival."""
    offerts = [acte for acte in _ACTES if acte.offered(poste, resume)]
    reste = resume.titulaires and not resume.depart_attendu
    premier = "depart" if reste else "arrivee"
    return sorted(offerts, key=lambda acte: acte.cle != premier)
