"""Forms of the acts on a poste: who arrives, who leaves, what becomes of the créneaux."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property

from conseillers.enums import RoleAffectation, TypeContrat
from conseillers.models import Affectation, Conseiller, Poste, Structure
from permanences.enums import SortCreneau
from permanences.forms.acte import ActeForm
from permanences.forms.autres import date_field
from permanences.selectors.mois import echeance_du_mois
from permanences.selectors.passation import Destin, Destins, creneaux_depuis

GARDE, FERME = "garde", "ferme"
IDENTITE = ("prenom", "nom", "courriel")
NOUVELLE_PERSONNE = "Une nouvelle personne"


class PosteForm(ActeForm):
    """`poste`: the one acted upon. `groupes`: the fields as the page shows them."""

    def __init__(self, *args: Any, poste: Poste, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.poste = poste

    @property
    def simples(self) -> list[forms.BoundField]:
        return [champ for champ in self if not champ.name.startswith("creneau_")]

    @property
    def un_par_un(self) -> list[forms.BoundField]:
        return [champ for champ in self if champ.name.startswith("creneau_")]


class CreneauxMixin:
    """What becomes of all the créneaux, then of each one that needs another answer."""

    libelle_creneaux = "Ses créneaux ensuite"
    # For all of them, and for one.
    libelles_garder = (
        "Les garder : leurs dates deviennent « poste vacant »",
        "Le garder : ses dates deviennent « poste vacant »",
    )
    gardables = True

    def add_creneaux(self) -> None:
        tous, un_seul = (self._choices(rang) for rang in (0, 1))
        self.fields["creneaux"] = forms.ChoiceField(label=self.libelle_creneaux, choices=tous)
        for creneau in creneaux_depuis(self.poste, timezone.localdate()):
            self.fields[f"creneau_{creneau.pk}"] = forms.ChoiceField(
                label=str(creneau), choices=[("", "Comme pour tous"), *un_seul], required=False
            )
            self.fields[f"creneau_{creneau.pk}"].sans_mention = True

    def _choices(self, rang: int) -> list[tuple[str, str]]:
        """`rang` 0: said of all the créneaux; 1: of one."""
        sorts = [(SortCreneau.GARDER.value, self.libelles_garder[rang])] if self.gardables else []
        sorts.append((SortCreneau.TERMINER.value, "Y mettre fin"))
        confier = ("Les confier au", "Le confier au")[rang]
        return sorts + [
            (f"{SortCreneau.CONFIER.value}-{poste.pk}", f"{confier} {poste}, {poste.structure}")
            for poste in self._autres_postes
        ]

    @cached_property
    def _autres_postes(self) -> list[Poste]:
        jour = timezone.localdate()
        encore = Q(date_rendu__isnull=True) | Q(date_rendu__gt=jour)
        autres = Poste.objects.filter(encore).exclude(pk=self.poste.pk)
        return list(autres.select_related("structure"))

    @property
    def destins(self) -> Destins:
        """Asked once the form is valid."""
        reponses = {
            int(nom.removeprefix("creneau_")): self._destin(valeur)
            for nom, valeur in self.cleaned_data.items()
            if nom.startswith("creneau_") and valeur
        }
        return Destins(self._destin(self.cleaned_data["creneaux"]), reponses)

    @staticmethod
    def _destin(valeur: str) -> Destin:
        sort, _, pk = valeur.partition("-")
        return Destin(SortCreneau(sort), Poste.objects.get(pk=pk) if pk else None)


class CompteMixin:
    """The account: kept, or closed after a day."""

    def add_compte(self) -> None:
        self.fields["compte"] = forms.ChoiceField(
            label="Son compte",
            choices=[
                (FERME, "Le fermer après la date ci-dessous"),
                (GARDE, "Le garder ouvert"),
            ],
        )
        fin_de_mois = echeance_du_mois(timezone.localdate().replace(day=1))
        self.fields["compte_jusqu_au"] = date_field(
            label="Dernier jour où le compte s’ouvre",
            required=False,
            initial=fin_de_mois,
            help_text="Laissez-lui le temps de noter ses dernières séances et de déclarer son mois "
            "complet.",
        )
        self.fields["compte_jusqu_au"].sans_mention = True

    def check_compte(self, donnees: dict[str, Any]) -> None:
        if donnees.get("compte") == FERME and not donnees.get("compte_jusqu_au"):
            self.add_error("compte_jusqu_au", "Dites jusqu’à quel jour le compte s’ouvre.")

    @property
    def jusqu_au(self) -> dt.date | None:
        ferme = self.cleaned_data["compte"] == FERME
        return self.cleaned_data["compte_jusqu_au"] if ferme else None


def affectation_field(poste: Poste) -> forms.ModelChoiceField:
    """Who holds the poste, or will: the one in force first."""
    jour = timezone.localdate()
    tenues = (
        Affectation.objects.filter(poste=poste)
        .actif_entre(jour, dt.date.max)
        .select_related("conseiller")
        .order_by("date_debut", "role")
    )
    champ = forms.ModelChoiceField(tenues, label="Qui", empty_label=None)
    champ.label_from_instance = _who
    return champ


def _who(affectation: Affectation) -> str:
    remplace = affectation.role == RoleAffectation.REMPLACEMENT
    role = ", en remplacement" if remplace else ""
    return f"{affectation.conseiller}, depuis le {affectation.date_debut:%d/%m/%Y}{role}"


class DepartForm(CreneauxMixin, CompteMixin, PosteForm):
    dernier_jour = date_field(label="Dernier jour de fonctions")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"affectation": affectation_field(self.poste), **self.fields}
        self.add_creneaux()
        self.add_compte()

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        self.check_compte(donnees)
        return donnees


class ArriveeForm(CreneauxMixin, PosteForm):
    libelle_creneaux = "Les créneaux du poste"
    libelles_garder = ("Les reprendre tels quels", "Le reprendre tel quel")

    conseiller = forms.ModelChoiceField(
        Conseiller.objects.all(),
        label="Qui arrive",
        required=False,
        empty_label=NOUVELLE_PERSONNE,
        help_text="Quelqu’un qui a déjà une fiche, ou une nouvelle personne à nommer ci-dessous.",
    )
    prenom = forms.CharField(label="Prénom", max_length=80, required=False)
    nom = forms.CharField(label="Nom", max_length=80, required=False)
    courriel = forms.EmailField(
        label="Courriel professionnel",
        required=False,
        help_text="Son compte s’ouvre à cette adresse.",
    )
    date_debut = date_field(label="Premier jour")
    type_contrat = forms.ChoiceField(label="Type de contrat", choices=TypeContrat)
    date_fin = date_field(
        label="Fin du contrat", required=False, help_text="Vide : sans terme connu."
    )
    quotite = forms.IntegerField(label="Quotité (%)", min_value=1, max_value=100, initial=100)
    role = forms.ChoiceField(label="Rôle", choices=RoleAffectation)
    prevenir = forms.BooleanField(
        label="Lui envoyer un courriel pour choisir son mot de passe", required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom in ("conseiller", *IDENTITE):
            self.fields[nom].sans_mention = True
        self.add_creneaux()

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if donnees.get("conseiller") is None:
            for nom in IDENTITE:
                if nom not in self.errors and not donnees.get(nom):
                    self.add_error(nom, "À remplir pour une nouvelle personne.")
        return donnees

    @property
    def affectation(self) -> Affectation:
        """As it would be written."""
        donnees = self.cleaned_data
        connue = donnees["conseiller"]
        nouvelle = Conseiller(**{nom: donnees[nom] for nom in IDENTITE})
        champs = ("date_debut", "date_fin", "type_contrat", "quotite", "role")
        return Affectation(
            poste=self.poste,
            conseiller=connue or nouvelle,
            **{nom: donnees[nom] for nom in champs},
        )


class QuotiteForm(PosteForm):
    depuis = date_field(label="À partir du")
    quotite = forms.IntegerField(label="Nouvelle quotité (%)", min_value=1, max_value=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"affectation": affectation_field(self.poste), **self.fields}


class RestitutionForm(CreneauxMixin, CompteMixin, PosteForm):
    gardables = False

    date_rendu = date_field(
        label="Premier jour où le poste n’est plus à nous",
        help_text="La veille est le dernier jour de fonctions de qui l’occupe.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_creneaux()
        self.add_compte()

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        self.check_compte(donnees)
        return donnees


class StructureForm(PosteForm):
    structure = forms.ModelChoiceField(Structure.objects.all(), label="Nouvel employeur")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        autres = Structure.objects.exclude(pk=self.poste.structure_id)
        self.fields["structure"].queryset = autres
