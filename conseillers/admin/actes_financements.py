"""The acts on a convention: what each asks for, says before it is done, and does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from conseillers import services
from conseillers.admin.saisie import JourField, MontantField, PieceField
from conseillers.enums import Phase, Sens
from conseillers.models import Convention, Poste, Versement
from territoires.typographie import format_euros


class ActeForm(forms.Form):
    """`convention` is the one acted upon, `versement` the instalment when there is one."""

    label_suffix = ""

    def __init__(self, convention: Convention, versement: Versement | None, *args: Any) -> None:
        super().__init__(*args)
        self.convention, self.versement = convention, versement
        self.prepare()

    def prepare(self) -> None:
        """Choices and first values that depend on the convention."""

    def phrase(self) -> str:
        """What the act writes, once the form is valid."""
        raise NotImplementedError


class ReceptionForm(ActeForm):
    date_recue = JourField(label="Reçu le")
    montant = MontantField(label="Montant reçu, en euros")
    piece = PieceField(label="Pièce justificative")

    def prepare(self) -> None:
        self.fields["date_recue"].initial = timezone.localdate()
        if self.versement:
            self.fields["montant"].initial = self.versement.montant
            self.fields["piece"].initial = self.versement.piece
            if self.versement.sens == Sens.REVERSEMENT:
                self.fields["date_recue"].label = "Rendu le"
                self.fields["montant"].label = "Montant rendu, en euros"

    def phrase(self) -> str:
        d = self.cleaned_data
        fait = "rendu" if self.versement and self.versement.sens == Sens.REVERSEMENT else "reçu"
        return (
            f"{self.versement} : {format_euros(d['montant'])}, {fait} le "
            f"{d['date_recue']:%d/%m/%Y}, pièce {d['piece']}."
        )


class ReportForm(ActeForm):
    date_prevue = JourField(label="Nouvelle date prévue")

    def prepare(self) -> None:
        if self.versement:
            self.fields["date_prevue"].initial = self.versement.date_prevue

    def phrase(self) -> str:
        assert self.versement is not None
        avant, apres = self.versement.date_prevue, self.cleaned_data["date_prevue"]
        return f"{self.versement} : prévu le {apres:%d/%m/%Y}, au lieu du {avant:%d/%m/%Y}."


class EcheanceForm(ActeForm):
    date_prevue = JourField(label="Prévu le")
    montant = MontantField(label="Montant attendu, en euros", min_value=0)

    def phrase(self) -> str:
        d = self.cleaned_data
        return f"{format_euros(d['montant'])}, attendus le {d['date_prevue']:%d/%m/%Y}."


class AvenantForm(ActeForm):
    poste = forms.ModelChoiceField(Poste.objects.none(), label="Poste", empty_label="Choisissez…")
    date_effet = JourField(label="Date d’effet")
    montant = MontantField(
        label="Montant, en euros", help_text="Avec un signe moins pour un avenant qui retire."
    )
    bonification = MontantField(label="Dont bonification en plus, en euros", required=False)

    def prepare(self) -> None:
        # A poste that changed employer keeps the lines it had: both lists are offered.
        siens = Q(convention_lignes__convention=self.convention)
        siens |= Q(structure=self.convention.structure_id)
        self.fields["poste"].queryset = Poste.objects.filter(siens).distinct()
        self.fields["poste"].error_messages["required"] = "Choisissez un poste."
        if self.convention.phase == Phase.V1:
            # Supplement of the second phase.
            del self.fields["bonification"]
        else:
            self.fields["bonification"].label = "Bonification, en euros"

    def clean_bonification(self) -> Any:
        return self.cleaned_data["bonification"] or 0

    def phrase(self) -> str:
        d = self.cleaned_data
        somme = d["montant"] + d.get("bonification", 0)
        effet = "retirés" if somme < 0 else "accordés"
        return (
            f"{d['poste']} : {format_euros(abs(somme))} {effet} à partir du "
            f"{d['date_effet']:%d/%m/%Y}."
        )


class ReversementForm(ActeForm):
    date_recue = JourField(label="Rendu le")
    montant = MontantField(label="Montant rendu, en euros", min_value=0)
    piece = PieceField(label="Pièce justificative")

    def prepare(self) -> None:
        self.fields["date_recue"].initial = timezone.localdate()

    def phrase(self) -> str:
        d = self.cleaned_data
        return (
            f"{format_euros(d['montant'])} rendus le {d['date_recue']:%d/%m/%Y}, "
            f"pièce {d['piece']}."
        )


class SoldeForm(ActeForm):
    date_solde = JourField(label="Soldée le")
    malgre_les_echeances = forms.BooleanField(
        label="Rien ne viendra plus, même s’il reste des versements attendus", required=False
    )

    def prepare(self) -> None:
        self.fields["date_solde"].initial = timezone.localdate()
        self.fields["malgre_les_echeances"].sans_mention = True

    def phrase(self) -> str:
        jour = self.cleaned_data["date_solde"]
        return f"La convention {self.convention} est soldée le {jour:%d/%m/%Y}."


@dataclass(frozen=True)
class Acte:
    cle: str
    titre: str
    consequence: str
    form: type[ActeForm]
    perform: Callable[..., Any]
    grave: bool = False
    # « convention » or « versement »: what the service is given.
    sur: str = "convention"
    # The same act on money to give back.
    titre_du_reversement: str = ""
    consequence_du_reversement: str = ""

    def said_of(self, versement: Versement | None) -> tuple[str, str]:
        """Title and consequence, in the words of what is acted upon."""
        if versement is not None and versement.sens == Sens.REVERSEMENT:
            return self.titre_du_reversement, self.consequence_du_reversement
        return self.titre, self.consequence


SUR_CONVENTION = {
    acte.cle: acte
    for acte in (
        Acte(
            "avenant",
            "Ajouter un avenant",
            "Une ligne de plus pour un poste, à partir d’une date. Les lignes d’avant restent.",
            AvenantForm,
            services.add_avenant,
        ),
        Acte(
            "echeance",
            "Prévoir un versement",
            "Un versement de plus à attendre. Il paraît en retard si sa date passe.",
            EcheanceForm,
            services.plan_versement,
        ),
        Acte(
            "reversement",
            "Noter un reversement",
            "De l’argent rendu à l’État : il se retire de ce qui a été versé.",
            ReversementForm,
            services.record_reversement,
        ),
        Acte(
            "solder",
            "Solder la convention",
            "La convention est close après justification des dépenses : plus rien n’est à verser, "
            "et les versements encore attendus quittent les échéances.",
            SoldeForm,
            services.settle_convention,
            grave=True,
        ),
    )
}
SUR_VERSEMENT = {
    acte.cle: acte
    for acte in (
        Acte(
            "recevoir",
            "Noter le versement reçu",
            "Le versement compte dès ce jour dans ce qui a été versé.",
            ReceptionForm,
            services.receive_versement,
            sur="versement",
            titre_du_reversement="Noter le reversement fait",
            consequence_du_reversement="Il se retire dès ce jour de ce qui a été versé.",
        ),
        Acte(
            "reporter",
            "Reporter le versement",
            "Seule la date prévue change.",
            ReportForm,
            services.postpone_versement,
            sur="versement",
            titre_du_reversement="Reporter le reversement",
            consequence_du_reversement="Seule la date prévue change.",
        ),
    )
}
