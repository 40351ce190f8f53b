"""The séance form: what is asked, in what order, and what it starts with."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from conseillers.models import Utilisateur
from permanences.enums import (
    COMPTEURS,
    GROUPES,
    THEMATIQUES_ADMINISTRATIVES,
    THEMATIQUES_MEDIATION,
    Autonomie,
    Canal,
    Materiel,
    NatureSeance,
    Niveau,
    Orientation,
    Thematique,
)
from permanences.forms.acte import ActeForm
from permanences.forms.commune import CommuneField
from permanences.forms.duree import AUTRE, DureeField
from permanences.forms.lieux import LieuField
from permanences.forms.widgets import TuilesCases, TuilesRadio
from permanences.models import Creneau, Seance
from permanences.models.seances import DUREE_MAX, PARTICIPANTS_MAX
from permanences.selectors import conseiller as selectors
from territoires.models import sans_trace
from territoires.traces import PUBLIC
from territoires.typographie import format_heure

FREQUENTES = 6
CHAMPS_OU_ET_QUAND = ("date", "nature", "canal", "lieu", "code_insee", "creneau")
CHAMPS_PRECISIONS = ("titre", "materiel", "autonomie", "niveau", "orientation")
# What is said of the people themselves: never carried over to the next séance.
CHAMPS_PERSONNES = ("nb_premieres_venues", *COMPTEURS)


class ThematiquesField(forms.MultipleChoiceField):
    """Grouped by use on the page; any theme of the list is taken."""

    def valid_value(self, value: Any) -> bool:
        return value in Thematique.values


def grouped_thematiques(utilisees: list[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    frequentes = [t for t in utilisees[:FREQUENTES] if t in THEMATIQUES_MEDIATION]
    autres = [t for t in THEMATIQUES_MEDIATION if t not in frequentes]
    groupes = [
        ("Vos plus fréquentes", frequentes),
        ("Autres thématiques" if frequentes else "Médiation numérique", autres),
        ("Démarches administratives, en détail", THEMATIQUES_ADMINISTRATIVES),
    ]
    return [
        (nom, [(str(t), Thematique(t).label) for t in valeurs])
        for nom, valeurs in groupes
        if valeurs
    ]


class SeanceForm(ActeForm):
    cle = forms.UUIDField(widget=forms.HiddenInput)
    # When this page was made: a phone keeps it for days (services.mode_saisie).
    page_du = forms.CharField(widget=forms.HiddenInput, required=False)
    date = forms.DateField(
        label="Date", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    nature = forms.ChoiceField(label="Nature", choices=NatureSeance, widget=TuilesRadio)
    canal = forms.ChoiceField(label="Où", choices=Canal, widget=TuilesRadio)
    lieu = LieuField(label="Lieu d’accueil", required=False, empty_label="Choisissez un lieu")
    code_insee = CommuneField(
        label="Commune",
        required=False,
        help_text="Seulement à domicile ou dans un autre lieu. Son nom, ou son code INSEE.",
    )
    creneau = forms.ModelChoiceField(
        Creneau.objects.none(), label="Créneau", required=False, empty_label="Hors créneau"
    )
    duree = DureeField(label="Durée", required=False)
    duree_autre = forms.IntegerField(
        label="Autre durée, en minutes", min_value=1, max_value=DUREE_MAX, required=False
    )
    thematiques = ThematiquesField(
        label="Thématiques",
        choices=Thematique,
        widget=TuilesCases,
        error_messages={"required": "Choisissez au moins une thématique."},
    )
    nb_participants = forms.IntegerField(
        label="Nombre de personnes", min_value=1, max_value=PARTICIPANTS_MAX
    )
    nb_premieres_venues = forms.IntegerField(
        label="Dont première venue", min_value=0, required=False, help_text="Vide si inconnu."
    )
    # The model refuses it too; here it is said together with the other mistakes.
    titre = forms.CharField(
        label="Titre de l’atelier",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs=PUBLIC.attributs()),
        validators=[sans_trace],
        help_text="N’écrivez aucun nom ni coordonnée.",
    )
    materiel = forms.MultipleChoiceField(
        label="Matériel utilisé", choices=Materiel, widget=TuilesCases, required=False
    )
    autonomie = forms.ChoiceField(label="Autonomie de la personne", required=False)
    niveau = forms.ChoiceField(label="Niveau de l’atelier", required=False)
    orientation = forms.ChoiceField(label="Orientation vers une autre structure", required=False)

    def __init__(
        self,
        *args: Any,
        utilisateur: Utilisateur,
        creneaux: list[Creneau] | None = None,
        **kwargs: Any,
    ) -> None:
        """`creneaux`: as `creneaux_of` gives them, when they have been read."""
        super().__init__(*args, **kwargs)
        self.utilisateur = utilisateur
        if creneaux is not None:
            self.mes_creneaux = creneaux
        self._add_compteurs()
        self._set_choix()
        self._set_duree()
        self._set_apparence()

    def _add_compteurs(self) -> None:
        for prefixe, liste in GROUPES:
            for valeur, libelle in liste.choices:
                self.fields[f"{prefixe}_{valeur}"] = forms.IntegerField(
                    label=libelle, min_value=0, max_value=PARTICIPANTS_MAX, required=False
                )

    def _set_choix(self) -> None:
        """Lists that need the database are read when drawn: a phone’s queue draws none."""
        for nom, liste in (
            ("autonomie", Autonomie),
            ("niveau", Niveau),
            ("orientation", Orientation),
        ):
            self.fields[nom].choices = [("", "Non précisé"), *liste.choices]
        self.fields["thematiques"].choices = lambda: grouped_thematiques(self.habitudes.thematiques)
        self.fields["lieu"].list_lieux(
            self.utilisateur,
            garde=self.initial.get("lieu"),
            habituels=lambda: self.habitudes.lieux | {c.lieu_id for c in self.mes_creneaux},
        )
        creneau = self.fields["creneau"]
        creneau.queryset = Creneau.objects.visible_to(self.utilisateur)
        creneau.choices = lambda: [
            ("", creneau.empty_label),
            *((c.pk, str(c)) for c in self.mes_creneaux if c.est_actif_entre(self.jour, self.jour)),
        ]

    def _set_duree(self) -> None:
        """A proposed number of minutes goes to its tile, else to « Autre »."""
        champ = self.fields["duree"]
        posee = self.data.get(self.add_prefix("duree")) if self.is_bound else None
        champ.choices = lambda: champ.tuiles(self.habitudes.durees, garde=posee)
        proposee = self.initial.get("duree")
        if isinstance(proposee, int) and not self.is_bound:
            self.initial = {**self.initial, **champ.split(proposee)}

    @cached_property
    def habitudes(self) -> selectors.Habitudes:
        return selectors.habitudes_of(self.utilisateur)

    @cached_property
    def mes_creneaux(self) -> list[Creneau]:
        return selectors.creneaux_of(self.utilisateur)

    @property
    def jour(self) -> dt.date:
        """The date on the page, typed or proposed, to list the créneaux of that time."""
        try:
            return dt.date.fromisoformat(str(self["date"].value()))
        except ValueError:
            return timezone.localdate()

    def _set_apparence(self) -> None:
        self.fields["duree"].widget.attrs["class"] = "tuiles--etroites"
        for nom in ("nature", "canal", "materiel"):
            self.fields[nom].widget.attrs["class"] = "tuiles--moyennes"
        for nom in ("lieu", "code_insee", "duree", "duree_autre", *COMPTEURS):
            self.fields[nom].sans_mention = True
        for nom in ("duree_autre", "nb_participants", "nb_premieres_venues", *COMPTEURS):
            self.fields[nom].widget.attrs["inputmode"] = "numeric"

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        self._clean_duree(donnees)
        self._clean_thematiques(donnees)
        self._clean_place(donnees)
        return donnees

    def _clean_duree(self, donnees: dict[str, Any]) -> None:
        """A tile wins; what was typed beside it counts under « Autre » or without a tile."""
        choisie, ecrite = donnees.get("duree"), donnees.get("duree_autre")
        if "duree" in self.errors or "duree_autre" in self.errors:
            return
        if choisie not in ("", AUTRE):
            donnees["minutes"] = int(choisie)
        elif ecrite:
            donnees["minutes"] = ecrite
        elif choisie == AUTRE:
            self.add_error("duree_autre", "Écrivez la durée en minutes, par exemple 75.")
        else:
            self.add_error("duree", "Choisissez la durée.")

    def _clean_thematiques(self, donnees: dict[str, Any]) -> None:
        """A « démarche » is a kind of « aide aux démarches »: ticking one says the other."""
        choisies = donnees.get("thematiques") or []
        if set(choisies) & {str(t) for t in THEMATIQUES_ADMINISTRATIVES}:
            donnees["thematiques"] = list(dict.fromkeys([*choisies, str(Thematique.DEMARCHES)]))

    def _clean_place(self, donnees: dict[str, Any]) -> None:
        """The lieu and the commune stay on the page when the canal has no use for them."""
        if donnees.get("canal") != Canal.LIEU_ACTIVITE:
            donnees["lieu"] = None
        else:
            donnees["code_insee"] = ""

    @property
    def champs(self) -> dict[str, Any]:
        """Keyword arguments for `record_seance` and `update_seance`."""
        donnees = dict(self.cleaned_data)
        for nom in ("cle", "page_du", "duree_autre"):
            donnees.pop(nom)
        donnees["duree"] = donnees.pop("minutes")
        return donnees | {nom: donnees[nom] or 0 for nom in COMPTEURS}

    @property
    def faite_le(self) -> dt.datetime | None:
        """When the page that was filled had been made; None where that cannot be believed."""
        try:
            lue = dt.datetime.fromisoformat(self.cleaned_data["page_du"])
        except ValueError:
            return None
        return lue if lue.tzinfo and lue <= timezone.now() else None

    # --- Sections, as the template shows them ---

    @property
    def publics(self) -> list[tuple[str, list[forms.BoundField]]]:
        titres = {"age": "Âge", "genre": "Genre", "statut": "Statut"}
        return [
            (titres[prefixe], [self[f"{prefixe}_{v}"] for v in liste.values])
            for prefixe, liste in GROUPES
        ]

    def is_open(self, noms: tuple[str, ...]) -> bool:
        """A folded section is open when it holds an answer or an error."""
        return any(self[nom].errors or self[nom].value() for nom in noms)

    @property
    def creneau_choisi(self) -> Creneau | None:
        choisi = str(self["creneau"].value() or "")
        return next((c for c in self.mes_creneaux if str(c.pk) == choisi), None)

    @property
    def creneaux_connus(self) -> list[dict[str, Any]]:
        """What a phone without network needs to start the form from one of them."""
        jour = timezone.localdate()
        return [
            {
                "pk": creneau.pk,
                "libelle": str(creneau),
                "chapo": f"{creneau.lieu}, {format_heure(creneau.heure_debut)} – "
                f"{format_heure(creneau.heure_fin)}",
                "reponses": {"nb_participants": 1, **_reponses_du_creneau(creneau)},
            }
            for creneau in self.mes_creneaux
            if creneau.est_actif_entre(jour - dt.timedelta(days=31), jour + dt.timedelta(days=14))
        ]

    @property
    def ou_et_quand_ouvert(self) -> bool:
        return not self["creneau"].value() or any(self[n].errors for n in CHAMPS_OU_ET_QUAND)

    @property
    def precisions_ouvert(self) -> bool:
        return self.is_open(CHAMPS_PRECISIONS)

    @property
    def publics_ouvert(self) -> bool:
        """Open for a group from the start: several people are soon described."""
        groupe = self["nature"].value() in (NatureSeance.ATELIER, NatureSeance.MINI_FORMATION)
        return groupe or self.is_open(COMPTEURS)


def is_pk(texte: str) -> bool:
    """False also for endless numbers: Python refuses to read more than 4,300 digits."""
    return texte.isdecimal() and len(texte) < 30


# --- What the form starts with -------------------------------------------------------------


def initial_libre(jour: dt.date) -> dict[str, Any]:
    return _initial(date=jour, nature=NatureSeance.INDIVIDUEL, canal=Canal.LIEU_ACTIVITE)


def initial_du_jour(utilisateur: Utilisateur, siens: list[Creneau]) -> dict[str, Any]:
    """Today's créneau when the day has only one, else today."""
    jour = timezone.localdate()
    du_jour = selectors.creneaux_du_jour(utilisateur, jour, siens)
    creneaux = [c for c in du_jour if not c.annulee]
    if len(creneaux) == 1:
        return initial_of_creneau(creneaux[0].creneau, jour)
    return initial_libre(jour)


def initial_of_creneau(creneau: Creneau, jour: dt.date) -> dict[str, Any]:
    return _initial(date=jour, **_reponses_du_creneau(creneau))


def _reponses_du_creneau(creneau: Creneau) -> dict[str, Any]:
    """What the créneau answers by itself, whatever its date.

    A group stays for the whole of it, and nobody knows beforehand how many will come.
    """
    nature = (
        NatureSeance(creneau.nature)
        if creneau.nature in NatureSeance.values
        else NatureSeance.INDIVIDUEL
    )
    reponses = {
        "nature": nature,
        "canal": Canal.LIEU_ACTIVITE,
        "lieu": creneau.lieu_id,
        "creneau": creneau.pk,
        "titre": "",
    }
    if nature == NatureSeance.INDIVIDUEL:
        return reponses
    return reponses | {
        "titre": creneau.titre,
        "duree": min(creneau.minutes, DUREE_MAX),
        "nb_participants": None,
    }


def initial_of_seance(seance: Seance) -> dict[str, Any]:
    """Every answer of a séance, for its correction."""
    simples = (
        "cle", "date", "nature", "canal", "nb_participants", "nb_premieres_venues",
        "thematiques", "materiel", "autonomie", "niveau", "orientation", "titre",
    )  # fmt: skip
    return {
        **{nom: getattr(seance, nom) for nom in simples},
        **{nom: getattr(seance, nom) or None for nom in COMPTEURS},
        "lieu": seance.lieu_id,
        "creneau": seance.creneau_id,
        "code_insee": "" if seance.lieu_id else _nommer_commune(seance),
        "duree": seance.duree,
    }


def _nommer_commune(seance: Seance) -> str:
    return f"{seance.commune} ({seance.code_insee})" if seance.commune else seance.code_insee


def initial_of_modele(seance: Seance) -> dict[str, Any]:
    """The same answers for the next person, less what was said of the people."""
    repris = {n: v for n, v in initial_of_seance(seance).items() if n not in CHAMPS_PERSONNES}
    return _initial(**repris | {"cle": uuid.uuid4()})


def _initial(**valeurs: Any) -> dict[str, Any]:
    """The key is made here: a page posted twice is one séance."""
    page_du = timezone.now().isoformat()
    return {"cle": uuid.uuid4(), "page_du": page_du, "nb_participants": 1} | valeurs
