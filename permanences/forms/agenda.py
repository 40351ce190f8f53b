"""Forms of « Mon agenda »: a créneau, its end, a cancelled period."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils import timezone

from conseillers.models import Poste, Utilisateur
from permanences import recurrence, services
from permanences.enums import Acces, Motif, NatureCreneau
from permanences.forms.acte import ActeForm
from permanences.forms.autres import date_field
from permanences.forms.lieux import LieuField
from permanences.forms.widgets import TuilesCases, TuilesRadio
from permanences.models import Creneau
from permanences.selectors.agenda import postes_a_planifier
from permanences.services.plan import CHAMPS_PLANIFIES, MOTIFS_DE_PERIODE, corrected
from territoires.models import sans_trace
from territoires.traces import PUBLIC

UNE_FOIS, SEMAINE, DEUX_SEMAINES, MOIS, TEL_QUEL = (
    "une_fois", "semaine", "deux_semaines", "mois", "tel_quel",
)  # fmt: skip
RYTHMES = [
    (UNE_FOIS, "Une seule fois"),
    (SEMAINE, "Chaque semaine"),
    (DEUX_SEMAINES, "Une semaine sur deux"),
    (MOIS, "Chaque mois"),
]
JOURS = [(str(rang), f"{nom[:3].capitalize()}.") for rang, nom in enumerate(recurrence.NOMS_JOURS)]
RANGS = [(1, "Le premier"), (2, "Le deuxième"), (3, "Le troisième"), (4, "Le quatrième"),
         (-1, "Le dernier")]  # fmt: skip


def rang_of(jour: dt.date) -> int:
    """Which Tuesday of its month; the fifth is said « le dernier »."""
    rang = (jour.day - 1) // 7 + 1
    return rang if rang < 5 else -1


def regle_of(rythme: str, jours: list[int], rang: int | None, premier: dt.date) -> str:
    """The rule that these answers make; the days and the rank follow the first date by default."""
    if rythme == UNE_FOIS:
        return ""
    jours = sorted(set(jours)) or [premier.weekday()]
    if rythme == MOIS:
        ordinal = rang or rang_of(premier)
        return str(recurrence.Regle("MONTHLY", 1, tuple((ordinal, jour) for jour in jours)))
    intervalle = 2 if rythme == DEUX_SEMAINES else 1
    return str(recurrence.Regle("WEEKLY", intervalle, tuple((0, jour) for jour in jours)))


def answers_of(creneau: Creneau) -> dict[str, Any]:
    """{rythme, jours, rang} of a rule, « tel quel » for one that the form cannot say."""
    regle = creneau.regle
    if regle is None:
        return {"rythme": UNE_FOIS, "jours": [], "rang": None}
    jours = [str(jour) for _, jour in regle.jours]
    if regle.freq == "WEEKLY" and regle.intervalle in (1, 2):
        jours = jours or [str(creneau.date_debut.weekday())]
        rythme = SEMAINE if regle.intervalle == 1 else DEUX_SEMAINES
        return {"rythme": rythme, "jours": jours, "rang": None}
    rangs = {rang for rang, _ in regle.jours}
    if regle.freq == "MONTHLY" and regle.intervalle == 1 and len(rangs) == 1:
        [rang] = rangs
        if rang in dict(RANGS):
            return {"rythme": MOIS, "jours": jours, "rang": rang}
    return {"rythme": TEL_QUEL, "jours": [], "rang": None}


def time_field(**options: Any) -> forms.TimeField:
    return forms.TimeField(
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **options
    )


class CreneauForm(ActeForm):
    cle = forms.UUIDField(widget=forms.HiddenInput, required=False)
    poste = forms.ModelChoiceField(Poste.objects.none(), label="Poste", empty_label=None)
    nature = forms.ChoiceField(label="Nature", choices=NatureCreneau, widget=TuilesRadio)
    titre = forms.CharField(
        label="Titre",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs=PUBLIC.attributs()),
        validators=[sans_trace],
        help_text="Aucun nom de personne.",
    )
    capacite = forms.IntegerField(label="Places", min_value=1, max_value=500, required=False)
    lieu = LieuField(label="Lieu d’accueil", empty_label="Choisissez un lieu")
    rythme = forms.ChoiceField(label="Rythme", choices=RYTHMES, widget=TuilesRadio)
    rang = forms.TypedChoiceField(
        label="Lequel du mois",
        choices=[("", "Comme la première date"), *RANGS],
        coerce=int,
        empty_value=None,
        required=False,
    )
    jours = forms.TypedMultipleChoiceField(
        label="Jours", choices=JOURS, coerce=int, widget=TuilesCases, required=False,
        help_text="Aucun coché\u202f: le jour de la première date.",
    )  # fmt: skip
    date_debut = date_field(label="Date, ou premier jour")
    date_fin = date_field(label="Dernier jour", required=False)
    heure_debut = time_field(label="De")
    heure_fin = time_field(label="À")
    acces = forms.ChoiceField(label="Accès", choices=Acces, widget=TuilesRadio)
    feries = forms.BooleanField(label="Tenu aussi les jours fériés", required=False)

    def __init__(
        self, *args: Any, utilisateur: Utilisateur, creneau: Creneau | None = None, **kwargs: Any
    ) -> None:
        initial = initial_of_plan(creneau) if creneau else initial_of_plan_vide()
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.utilisateur, self.creneau = utilisateur, creneau
        self._set_poste()
        self.fields["lieu"].list_lieux(utilisateur)
        for nom in ("nature", "rythme", "acces"):
            self.fields[nom].widget.attrs["class"] = "tuiles--moyennes"
        self.fields["jours"].widget.attrs["class"] = "tuiles--etroites"
        for nom in ("rang", "jours", "feries"):
            self.fields[nom].sans_mention = True
        if creneau:
            self._correct(creneau)

    def _set_poste(self) -> None:
        champ = self.fields["poste"]
        champ.queryset = postes_a_planifier(self.utilisateur)
        postes = list(champ.queryset)
        if len(postes) == 1:
            self.initial["poste"] = postes[0].pk
        if len(postes) < 2:
            champ.widget = champ.hidden_widget()

    def _correct(self, creneau: Creneau) -> None:
        self.fields.pop("poste")
        self.fields.pop("cle")
        if self.initial["rythme"] == TEL_QUEL:
            phrase = recurrence.phrase(creneau.regle, creneau.date_debut)
            self.fields["rythme"].choices = [(TEL_QUEL, phrase.capitalize()), *RYTHMES]
        if self.a_un_passe:
            self.fields["date_debut"].label = "Changer à partir du"
            self.fields["date_debut"].help_text = "Avant ce jour, rien ne change."

    @property
    def a_un_passe(self) -> bool:
        return bool(self.creneau and self.creneau.date_debut < timezone.localdate())

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        debut, fin = donnees.get("date_debut"), donnees.get("date_fin")
        rythme = donnees.get("rythme")
        if rythme == UNE_FOIS:
            donnees["date_fin"] = None
        elif debut and fin and fin < debut:
            self.add_error("date_fin", "Le dernier jour précède le premier.")
        if donnees.get("nature") == NatureCreneau.PERMANENCE:
            donnees["capacite"] = None
        de, a = donnees.get("heure_debut"), donnees.get("heure_fin")
        if de and a and a <= de:
            self.add_error("heure_fin", "L’heure de fin doit suivre l’heure de début.")
        if rythme and debut:
            donnees["recurrence"] = (
                self.creneau.recurrence
                if rythme == TEL_QUEL and self.creneau
                else regle_of(rythme, donnees.get("jours") or [], donnees.get("rang"), debut)
            )
        return donnees

    @property
    def champs(self) -> dict[str, Any]:
        """Keyword arguments for `plan_creneau` and `correct_creneau`."""
        return {nom: self.cleaned_data[nom] for nom in CHAMPS_PLANIFIES}

    def to_creneau(self) -> Creneau:
        """As it would be written: nothing is."""
        if self.creneau:
            return corrected(self.creneau, self.champs)
        return Creneau(poste=self.cleaned_data["poste"], **self.champs)

    def save(self) -> Creneau:
        """Raises ValidationError."""
        if self.creneau:
            return services.correct_creneau(
                utilisateur=self.utilisateur, creneau=self.creneau, **self.champs
            )
        return services.plan_creneau(
            utilisateur=self.utilisateur,
            cle=self.cleaned_data["cle"] or uuid.uuid4(),
            poste=self.cleaned_data["poste"],
            **self.champs,
        )


def initial_of_plan_vide() -> dict[str, Any]:
    return {
        "cle": uuid.uuid4(),
        "nature": NatureCreneau.PERMANENCE,
        "rythme": UNE_FOIS,
        "acces": Acces.LIBRE,
    }


def initial_of_plan(creneau: Creneau) -> dict[str, Any]:
    """Its present answers; what has begun changes from today on at the earliest."""
    simples = (
        "nature", "titre", "capacite", "heure_debut", "heure_fin", "acces", "feries", "date_fin",
    )  # fmt: skip
    return {
        **{nom: getattr(creneau, nom) for nom in simples},
        **answers_of(creneau),
        "lieu": creneau.lieu_id,
        "date_debut": max(creneau.date_debut, timezone.localdate()),
    }


class FinForm(ActeForm):
    dernier_jour = date_field(
        label="Dernier jour", help_text="Le créneau a encore lieu ce jour-là."
    )


class PeriodeForm(ActeForm):
    """What to cancel: a poste, or one créneau; from when to when; why."""

    cle = forms.UUIDField(widget=forms.HiddenInput)
    objet = forms.ChoiceField(label="Annuler")
    date_debut = date_field(label="Du")
    date_fin = date_field(label="Au")
    motif = forms.ChoiceField(
        label="Pourquoi",
        choices=[(str(m), Motif(m).label) for m in MOTIFS_DE_PERIODE],
        widget=TuilesRadio,
    )

    def __init__(
        self, *args: Any, postes: list[Poste], creneaux: list[Creneau], **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"cle": uuid.uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.postes = {f"poste-{p.pk}": p for p in postes}
        self.creneaux = {f"creneau-{c.pk}": c for c in creneaux}
        tout = "Tous mes créneaux" if len(postes) == 1 else "Tous les créneaux du {}"
        self.fields["objet"].choices = [
            *((cle, tout.format(str(p).lower())) for cle, p in self.postes.items()),
            ("Un créneau", [(cle, str(c)) for cle, c in self.creneaux.items()]),
        ]
        self.fields["motif"].widget.attrs["class"] = "tuiles--moyennes"

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        debut, fin = donnees.get("date_debut"), donnees.get("date_fin")
        if debut and fin and fin < debut:
            self.add_error("date_fin", "La date de fin précède la date de début.")
        elif debut and fin and (fin - debut).days > 366:
            self.add_error("date_fin", "Un an au plus\u202f: mettez plutôt fin au créneau.")
        return donnees

    @property
    def poste(self) -> Poste | None:
        return self.postes.get(self.cleaned_data["objet"])

    @property
    def creneau(self) -> Creneau | None:
        return self.creneaux.get(self.cleaned_data["objet"])

    def save(self, utilisateur: Utilisateur) -> Any:
        """Raises ValidationError."""
        return services.cancel_periode(
            utilisateur=utilisateur,
            cle=self.cleaned_data["cle"],
            debut=self.cleaned_data["date_debut"],
            fin=self.cleaned_data["date_fin"],
            motif=self.cleaned_data["motif"],
            poste=self.poste,
            creneau=self.creneau,
        )
