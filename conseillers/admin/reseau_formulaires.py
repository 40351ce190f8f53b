"""Forms of the network: calling a rencontre, noting who came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms

from conseillers.admin.communes import CommuneField
from conseillers.enums import StatutPresence
from conseillers.models import Conseiller, Rencontre
from conseillers.selectors.reseau import EnPoste, Pointage
from territoires.models import Commune
from territoires.text import is_number
from territoires.traces import PROFESSIONNEL

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
HEURE = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class RencontreForm(forms.ModelForm):
    """`conseillers`: whoever is in post; those already told are ticked and stay so."""

    commune = CommuneField(label="Commune", required=False, connue=True)
    visio = forms.URLField(
        label="Lien de visioconférence",
        required=False,
        assume_scheme="https",
        help_text="Commence par https://. Un lieu, un lien, ou les deux.",
    )

    class Meta:
        model = Rencontre
        fields = (
            "nature", "intitule", "date", "heure_debut", "heure_fin", "lieu", "commune", "visio",
            "ordre_du_jour",
        )  # fmt: skip
        widgets = {
            "date": DATE,
            "heure_debut": HEURE,
            "heure_fin": HEURE,
            "ordre_du_jour": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(
        self, effectif: list[EnPoste], *args: Any, coches: Iterable[int] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        for nom in ("intitule", "lieu", "ordre_du_jour"):
            self.fields[nom].widget.attrs.update(PROFESSIONNEL.attributs())
        self.effectif = effectif
        self.envoyes = set(
            self.instance.presences.exclude(sequence_envoyee=None).values_list(
                "conseiller_id", flat=True
            )
            if self.instance.pk
            else ()
        )
        self.coches = {*coches, *self.envoyes}
        if self.is_bound:
            choisis = self.data.getlist("conseillers")
            self.coches = {*self.envoyes, *(int(pk) for pk in choisis if is_number(pk))}

    def clean_commune(self) -> Commune | None:
        code = self.cleaned_data["commune"]
        return Commune.objects.get(pk=code) if code else None

    def invites(self) -> list[Conseiller]:
        """Only people in post: another number, typed by hand, is nobody."""
        return [e.conseiller for e in self.effectif if e.conseiller.pk in self.coches]

    def structures(self) -> Iterator[tuple[str, list[tuple[EnPoste, bool, bool]]]]:
        """(employer, [(advisor, ticked, already told)])."""
        par_structure: dict[str, list[tuple[EnPoste, bool, bool]]] = {}
        for e in self.effectif:
            pk = e.conseiller.pk
            par_structure.setdefault(e.structure.nom, []).append(
                (e, pk in self.coches, pk in self.envoyes)
            )
        return iter(par_structure.items())


class PresencesForm(forms.Form):
    """One choice per advisor, and one button for the usual case."""

    def __init__(
        self, lignes: list[Pointage], *args: Any, a_venir: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lignes = lignes
        permis = [s for s in StatutPresence if not a_venir or s.value in ("inscrit", "excuse")]
        self.choix = [(s.value, s.label) for s in permis if s != StatutPresence.INSCRIT or a_venir]
        for ligne in lignes:
            self.fields[_name_of(ligne)] = forms.ChoiceField(
                label=str(ligne.conseiller),
                required=False,
                choices=[("", ""), *((s.value, s.label) for s in StatutPresence)],
            )

    def statuts(self) -> dict[int, str]:
        """What was ticked; « tous présents » only fills what was left blank by the invited."""
        lus = {li.conseiller.pk: self.cleaned_data[_name_of(li)] for li in self.lignes}
        if "tous_presents" in self.data:
            for ligne in self.lignes:
                inscrit = ligne.statut == StatutPresence.INSCRIT
                if inscrit and lus[ligne.conseiller.pk] in ("", StatutPresence.INSCRIT):
                    lus[ligne.conseiller.pk] = StatutPresence.PRESENT
        return lus

    def rangees(self) -> Iterator[tuple[Pointage, str, list[tuple[str, str, bool]]]]:
        """(line, name of the field, [(value, label, ticked)])."""
        for ligne in self.lignes:
            nom = _name_of(ligne)
            valeur = self.data.get(nom, "") if self.is_bound else ligne.statut
            yield ligne, nom, [(v, libelle, v == valeur) for v, libelle in self.choix]


def _name_of(ligne: Pointage) -> str:
    return f"c{ligne.conseiller.pk}"
