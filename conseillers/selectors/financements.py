"""State money per convention, and what is still expected of it.

`conventionne`, `verse` and `reste_a_verser` are defined here alone: the reports and the pages
of the Département read the same figures.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import F, Q, Sum

from conseillers.enums import Part, Phase, Sens
from conseillers.models import Convention, ConventionLigne, Label, Poste, Structure, Versement

ZERO = Decimal(0)
BIENTOT = dt.timedelta(days=90)


@dataclass(slots=True)
class Totaux:
    """Money of one convention on a day; of several, their sum."""

    conventionne: Decimal = ZERO
    recu: Decimal = ZERO
    reverse: Decimal = ZERO
    reste_a_verser: Decimal = ZERO

    @property
    def verse(self) -> Decimal:
        return self.recu - self.reverse

    @property
    def depasse(self) -> bool:
        """Received more than conventioned: check 7 of docs/controles.md."""
        return self.verse > self.conventionne

    def add(self, autre: Totaux) -> None:
        self.conventionne += autre.conventionne
        self.recu += autre.recu
        self.reverse += autre.reverse
        self.reste_a_verser += autre.reste_a_verser


def totaux_par_convention(conventions: Iterable[Convention], jour: dt.date) -> dict[int, Totaux]:
    """{convention: its money on `jour`}; 2 queries.

    Lines and instalments never meet in one join, which would multiply them.
    """
    connues = {convention.pk: convention for convention in conventions}
    totaux = {pk: Totaux() for pk in connues}
    lignes = (
        ConventionLigne.objects.filter(convention__in=connues, date_effet__lte=jour)
        .order_by()
        .values("convention_id")
        .annotate(total=Sum(F("montant") + F("bonification")))
    )
    for ligne in lignes:
        totaux[ligne["convention_id"]].conventionne = ligne["total"]
    versements = (
        Versement.objects.filter(convention__in=connues, date_recue__lte=jour)
        .order_by()
        .values("convention_id", "sens")
        .annotate(total=Sum("montant"))
    )
    for versement in versements:
        champ = "recu" if versement["sens"] == Sens.VERSEMENT else "reverse"
        setattr(totaux[versement["convention_id"]], champ, versement["total"])
    for pk, somme in totaux.items():
        if not est_soldee(connues[pk], jour):
            somme.reste_a_verser = somme.conventionne - somme.verse
    return totaux


def est_soldee(convention: Convention, jour: dt.date) -> bool:
    return convention.date_solde is not None and convention.date_solde <= jour


@dataclass(slots=True)
class Echeance:
    """An instalment that is expected, or money that has to be given back."""

    versement: Versement
    jours: int  # from today to its date; negative when it is late

    @property
    def en_retard(self) -> bool:
        return self.jours < 0

    @property
    def retard(self) -> int:
        return -self.jours

    @property
    def bientot(self) -> bool:
        return 0 <= self.jours <= BIENTOT.days


def echeances(
    jour: dt.date, convention: Convention | None = None, sens: str = Sens.VERSEMENT
) -> list[Echeance]:
    """What is not received of the conventions that are not settled, soonest first; 1 query."""
    attendus = (
        Versement.objects.filter(
            Q(date_recue__isnull=True) | Q(date_recue__gt=jour),
            Q(convention__date_solde__isnull=True) | Q(convention__date_solde__gt=jour),
            sens=sens,
        )
        .select_related("convention__structure")
        .order_by("date_prevue", "convention__reference", "rang")
    )
    if convention is not None:
        attendus = attendus.filter(convention=convention)
    return [Echeance(v, (v.date_prevue - jour).days) for v in attendus]


@dataclass(slots=True)
class Suivi:
    """A convention as the page of the money lists it."""

    convention: Convention
    totaux: Totaux
    prochaine: Echeance | None
    attendu: Decimal
    etat: str

    @property
    def part(self) -> Part:
        return self.convention.structure.part

    @property
    def sans_echeance(self) -> Decimal:
        """Still to be paid and in no planned instalment."""
        return self.totaux.reste_a_verser - self.attendu


EN_COURS, ECHUE, SOLDEE, A_VENIR = "en_cours", "echue", "soldee", "a_venir"
ETATS = {
    EN_COURS: "en cours",
    ECHUE: "échue, à solder",
    SOLDEE: "soldée",
    A_VENIR: "à venir",
}


def etat_de_convention(convention: Convention, jour: dt.date) -> str:
    if est_soldee(convention, jour):
        return SOLDEE
    if convention.date_debut > jour:
        return A_VENIR
    return EN_COURS if convention.date_fin >= jour else ECHUE


def conventions_suivies(jour: dt.date) -> list[Suivi]:
    """Every convention with its money, the last to end first; 4 queries."""
    conventions = list(
        Convention.objects.select_related("structure").order_by("-date_fin", "reference")
    )
    totaux = totaux_par_convention(conventions, jour)
    attendues: dict[int, list[Echeance]] = defaultdict(list)
    for echeance in echeances(jour):
        attendues[echeance.versement.convention_id].append(echeance)
    return [
        Suivi(
            convention=convention,
            totaux=totaux[convention.pk],
            prochaine=next(iter(attendues[convention.pk]), None),
            attendu=sum((e.versement.montant for e in attendues[convention.pk]), ZERO),
            etat=etat_de_convention(convention, jour),
        )
        for convention in conventions
    ]


def total_of(suivis: Iterable[Suivi]) -> Totaux:
    somme = Totaux()
    for suivi in suivis:
        somme.add(suivi.totaux)
    return somme


@dataclass(slots=True)
class LignesDuPoste:
    """The lines of one poste in a convention, each with the sum so far."""

    poste: Poste
    lignes: list[tuple[ConventionLigne, Decimal]] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return self.lignes[-1][1] if self.lignes else ZERO


def lignes_par_poste(convention: Convention) -> list[LignesDuPoste]:
    """By poste and date, running sums; 1 query."""
    postes: dict[int, LignesDuPoste] = {}
    lignes = convention.lignes.select_related("poste__structure")
    for ligne in lignes.order_by("poste__numero", "date_effet", "pk"):
        siennes = postes.setdefault(ligne.poste_id, LignesDuPoste(ligne.poste))
        cumul = siennes.total + ligne.montant + ligne.bonification
        siennes.lignes.append((ligne, cumul))
    return list(postes.values())


@dataclass(slots=True)
class Couverture:
    """Days on which a convention pays for a poste, both ends included."""

    reference: str
    phase: Phase
    debut: dt.date
    fin: dt.date

    def couvre(self, jour: dt.date) -> bool:
        return self.debut <= jour <= self.fin


def couvertures() -> dict[int, list[Couverture]]:
    """{poste: its conventions, from the first line of each}; 1 query."""
    lignes = ConventionLigne.objects.order_by("date_effet", "pk").values_list(
        "poste_id", "convention_id", "date_effet",
        "convention__reference", "convention__phase",
        "convention__date_debut", "convention__date_fin",
    )  # fmt: skip
    vues: set[tuple[int, int]] = set()
    par_poste: dict[int, list[Couverture]] = defaultdict(list)
    for poste, convention, effet, reference, phase, debut, fin in lignes:
        if (poste, convention) not in vues and effet <= fin:
            vues.add((poste, convention))
            par_poste[poste].append(Couverture(reference, Phase(phase), max(effet, debut), fin))
    return par_poste


EXPIRE_BIENTOT = (60, 90)


@dataclass(slots=True)
class LabelDeStructure:
    """An employer and the label that is in force, or that was."""

    structure: Structure
    postes: int
    label: Label | None
    jours: int = 0  # to its last day; negative when it is over

    @property
    def etat(self) -> str:
        if self.label is None:
            return "sans"
        if self.jours < 0:
            return "expire"
        return next((f"sous_{borne}" for borne in EXPIRE_BIENTOT if self.jours <= borne), "valide")


def labels_des_employeurs(jour: dt.date) -> list[LabelDeStructure]:
    """Each employer of a poste that is ours on `jour`, the most urgent first; 2 queries."""
    nombres: dict[Structure, int] = defaultdict(int)
    for poste in (
        Poste.objects.filter(Q(date_rendu__isnull=True) | Q(date_rendu__gt=jour))
        .filter(date_attribution__lte=jour)
        .select_related("structure")
    ):
        nombres[poste.structure] += 1
    derniers = derniers_labels(jour)
    lignes = [
        LabelDeStructure(
            structure=structure,
            postes=nombre,
            label=(label := derniers.get(structure.pk)),
            jours=(label.expire_le - jour).days if label else 0,
        )
        for structure, nombre in nombres.items()
    ]
    urgence = {"expire": 0, "sans": 1}
    lignes.sort(key=lambda ligne: (urgence.get(ligne.etat, 2), ligne.jours, ligne.structure.nom))
    return lignes


def derniers_labels(jour: dt.date) -> dict[int, Label]:
    """{structure: of the labels attested by `jour`, the one that expires last}; 1 query."""
    attestes = Label.objects.filter(atteste_le__lte=jour).order_by("expire_le", "atteste_le")
    return {label.structure_id: label for label in attestes}
