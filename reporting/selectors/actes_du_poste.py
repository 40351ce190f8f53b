"""What an act on a poste would change, in sentences: counted, listed, with the money beside."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from conseillers.enums import Role, Sens
from conseillers.models import (
    Affectation,
    ConventionLigne,
    Poste,
    Structure,
    Utilisateur,
    Versement,
)
from permanences.enums import SortCreneau
from permanences.models import Seance
from permanences.selectors.passation import (
    UN_JOUR,
    Destins,
    Suite,
    absences_depuis,
    horizon_of,
    refus_de_l_arrivee,
    refus_de_la_quotite,
    refus_de_la_restitution,
    refus_des_creneaux,
    refus_du_changement,
    refus_du_depart,
    suites_of,
)
from reporting.selectors import programme
from territoires.typographie import accorde, espace_ponctuation, format_date, format_euros


@dataclass(frozen=True)
class Bloc:
    titre: str
    lignes: list[str]


@dataclass
class Apercu:
    """`refus` forbid the act; `blocs` say what it does."""

    refus: list[str] = field(default_factory=list)
    blocs: list[Bloc] = field(default_factory=list)

    def say(self, titre: str, lignes: Iterable[str]) -> None:
        dites = [espace_ponctuation(ligne) for ligne in lignes]
        if dites:
            self.blocs.append(Bloc(titre, dites))

    def refuse(self, phrases: Iterable[str]) -> None:
        self.refus.extend(espace_ponctuation(phrase) for phrase in dict.fromkeys(phrases))

    @property
    def empreinte(self) -> str:
        """Changes with anything that was shown: what is confirmed is what was read."""
        texte = repr([(bloc.titre, bloc.lignes) for bloc in self.blocs])
        return hashlib.sha256(texte.encode()).hexdigest()[:16]


def apercu_du_depart(
    affectation: Affectation,
    dernier_jour: dt.date,
    destins: Destins,
    compte_jusqu_au: dt.date | None,
) -> Apercu:
    poste, qui, depuis = affectation.poste, affectation.conseiller, dernier_jour + UN_JOUR
    suites = suites_of(poste, depuis, destins)
    apercu = Apercu()
    apercu.refuse(refus_du_depart(affectation, dernier_jour, compte_jusqu_au))
    apercu.refuse(refus_des_creneaux(suites, depuis))
    apercu.say("Les fonctions", [f"Dernier jour de {qui} : {format_date(dernier_jour)}."])
    apercu.say(f"Le {poste}".lower().capitalize(), _vacance(affectation, depuis))
    _say_creneaux(apercu, suites, depuis)
    _say_absences(apercu, [affectation], depuis)
    apercu.say("Le compte", [_compte(affectation, compte_jusqu_au)])
    return apercu


def _vacance(affectation: Affectation, depuis: dt.date) -> Iterable[str]:
    """Who holds the poste then, or until when it may stay vacant (the reports' own rule)."""
    poste = affectation.poste
    suivantes = (
        Affectation.objects.filter(poste=poste)
        .exclude(pk=affectation.pk)
        .actif_entre(depuis, dt.date.max)
        .select_related("conseiller")
        .order_by("date_debut")
    )
    for suivante in suivantes:
        if suivante.date_debut <= depuis:
            yield f"{suivante.conseiller} le tient ce jour-là : il n’est pas vacant."
            return
    yield f"Il est vacant à partir du {format_date(depuis)}."
    for suivante in suivantes:
        yield f"{suivante.conseiller} arrive le {format_date(suivante.date_debut)}."
        return
    convention = programme.conventions_en_vigueur(depuis).get(poste.pk)
    limite = programme.limite_restitution(depuis, convention)
    if limite is None:
        yield "Aucune convention en vigueur ce jour-là : pas de limite de restitution."
    elif convention is not None:
        yield (
            f"La convention {convention.reference} le finance jusqu’au "
            f"{format_date(convention.date_fin)} : sans nouvelle arrivée, il est à rendre le "
            f"{format_date(limite)} (six mois)."
        )


def _say_creneaux(apercu: Apercu, suites: list[Suite], depuis: dt.date) -> None:
    if not suites:
        apercu.say("Les créneaux", ["Aucun créneau à partir de cette date."])
        return
    gardees = sum(len(s.dates) for s in suites if s.destin.sort == SortCreneau.GARDER)
    titre = f"Les créneaux ({len(suites)}), dates comptées jusqu’au {horizon_of(depuis):%d/%m/%Y}"
    lignes = [suite.phrase for suite in suites]
    if gardees:
        lignes.append(
            f"{accorde(gardees, 'date gardée', 'dates gardées')} : « poste vacant » tant que "
            "personne n’occupe le poste."
        )
    apercu.say(titre, lignes)


def _say_absences(apercu: Apercu, affectations: list[Affectation], depuis: dt.date) -> None:
    apercu.say(
        "Les absences",
        (
            f"{absence} : {'retirée' if absence.date_debut >= depuis else 'abrégée'}."
            for absence in absences_depuis(affectations, depuis)
        ),
    )


def _compte(affectation: Affectation, jusqu_au: dt.date | None) -> str:
    qui = affectation.conseiller
    if not qui.utilisateur_id:
        return f"{qui} n’a pas de compte."
    if jusqu_au is None:
        return f"Le compte de {qui} reste ouvert, sans limite."
    return f"Le compte de {qui} s’ouvre jusqu’au {format_date(jusqu_au)}, puis se ferme."


def apercu_de_l_arrivee(affectation: Affectation, destins: Destins) -> Apercu:
    poste, qui, debut = affectation.poste, affectation.conseiller, affectation.date_debut
    suites = suites_of(poste, debut, destins)
    apercu = Apercu()
    apercu.refuse(refus_de_l_arrivee(affectation))
    apercu.refuse(refus_des_creneaux(suites, debut))
    fin = f", jusqu’au {format_date(affectation.date_fin)}" if affectation.date_fin else ""
    apercu.say(
        "Les fonctions",
        [
            f"{qui} prend le {poste} le {format_date(debut)}{fin} "
            f"({affectation.get_type_contrat_display()}, {affectation.quotite} %, "
            f"{affectation.get_role_display().lower()}).",
            *_ailleurs(affectation),
        ],
    )
    _say_reprise(apercu, suites, debut)
    apercu.say("Le compte", _compte_de(affectation))
    if qui.pk:
        attendent = Seance.objects.en_attente().filter(auteur=qui, date__gte=debut).count()
        if attendent:
            combien = accorde(attendent, "séance attend", "séances attendent")
            apercu.say("Les séances", [f"{combien} un poste : à rattacher ensuite."])
    return apercu


def _ailleurs(affectation: Affectation) -> Iterable[str]:
    if affectation.conseiller_id:
        for autre in (
            Affectation.objects.filter(conseiller=affectation.conseiller_id)
            .exclude(poste=affectation.poste)
            .actif_entre(affectation.date_debut, affectation.date_fin or dt.date.max)
            .select_related("poste")
        ):
            yield f"Attention : cette personne tient aussi le {autre.poste} à {autre.quotite} %."


def _say_reprise(apercu: Apercu, suites: list[Suite], debut: dt.date) -> None:
    lignes = [s.phrase.replace(" : gardé, ", " : repris, ") for s in suites]
    titre = f"Les créneaux ({len(suites)}), dates comptées jusqu’au {horizon_of(debut):%d/%m/%Y}"
    apercu.say(titre if suites else "Les créneaux", lignes or ["Aucun créneau n’est prévu."])


def _compte_de(affectation: Affectation) -> Iterable[str]:
    qui = affectation.conseiller
    compte = qui.utilisateur or Utilisateur.objects.filter(courriel=qui.courriel.lower()).first()
    if compte is None:
        yield f"Un compte de conseiller est créé à l’adresse {qui.courriel}."
    elif compte.role == Role.CONSEILLER:
        yield f"Le compte {compte.courriel} est rattaché et ouvert, sans limite."


def apercu_de_la_quotite(affectation: Affectation, depuis: dt.date, quotite: int) -> Apercu:
    apercu = Apercu()
    apercu.refuse(refus_de_la_quotite(affectation, depuis, quotite))
    apercu.say(
        "Les fonctions",
        [
            f"{affectation.conseiller} passe de {affectation.quotite} à {quotite} % le "
            f"{format_date(depuis)}.",
            f"Une affectation finit la veille, le {format_date(depuis - UN_JOUR)} ; une autre "
            "commence. Contrat, rôle, créneaux, absences et compte ne changent pas.",
        ],
    )
    return apercu


def apercu_de_la_restitution(
    poste: Poste, date_rendu: dt.date, destins: Destins, compte_jusqu_au: dt.date | None
) -> Apercu:
    suites = suites_of(poste, date_rendu, destins)
    en_cours = list(
        Affectation.objects.filter(poste=poste).actif_le(date_rendu).select_related("conseiller")
    )
    apercu = Apercu()
    apercu.refuse(refus_de_la_restitution(poste, date_rendu))
    apercu.refuse(refus_des_creneaux(suites, date_rendu))
    veille = format_date(date_rendu - UN_JOUR)
    apercu.say(
        "Les fonctions",
        [f"Dernier jour de {a.conseiller} : {veille}." for a in en_cours]
        or ["Personne n’occupe le poste ce jour-là."],
    )
    _say_creneaux(apercu, suites, date_rendu)
    _say_absences(apercu, en_cours, date_rendu)
    apercu.say("Le compte", [_compte(a, compte_jusqu_au) for a in en_cours])
    apercu.say("L’argent de l’État", _argent(poste, date_rendu))
    apercu.say(
        "À faire ensuite, sur papier",
        [
            "La lettre de restitution au préfet.",
            "L’avenant qui retire ce poste de chaque convention en cours : une ligne négative à "
            "la date de restitution, et le reversement s’il y en a un.",
        ],
    )
    return apercu


def _argent(poste: Poste, jour: dt.date) -> Iterable[str]:
    """Nothing is written of the money: the avenant is an act of its own."""
    lignes = list(
        ConventionLigne.objects.filter(
            poste=poste, convention__date_fin__gte=jour, convention__date_solde=None
        ).select_related("convention")
    )
    conventions = {ligne.convention_id: ligne.convention for ligne in lignes}
    if not conventions:
        yield "Aucune convention en cours ne finance ce poste : rien à retirer."
        return
    for pk, convention in conventions.items():
        siennes = [
            ligne.montant + ligne.bonification for ligne in lignes if ligne.convention_id == pk
        ]
        yield (
            f"Convention {convention} : {format_euros(sum(siennes, Decimal(0)))} pour ce poste, "
            f"{_recu(pk)} jusqu’au {format_date(convention.date_fin)}. Le montant ne change pas "
            "tout seul : il faut un avenant."
        )


def _recu(convention: int) -> str:
    recus = Versement.objects.filter(convention=convention, date_recue__isnull=False)
    somme = sum((v.montant if v.sens == Sens.VERSEMENT else -v.montant for v in recus), Decimal(0))
    return f"{format_euros(somme)} reçus pour toute la convention"


def apercu_du_changement(poste: Poste, structure: Structure) -> Apercu:
    apercu = Apercu()
    apercu.refuse(refus_du_changement(poste, structure))
    apercu.say(
        "L’employeur",
        [
            f"Le {poste} passe de {poste.structure} ({poste.part.label}) à {structure} "
            f"({structure.part.label}), dès le mois en cours.",
            "Les rapports déjà clos ne changent pas.",
        ],
    )
    apercu.say(
        "Les conventions",
        [
            f"{convention} reste à {poste.structure} : demandez un avenant, ou une convention au "
            "nom du nouvel employeur."
            for convention in sorted(
                {
                    str(ligne.convention)
                    for ligne in ConventionLigne.objects.filter(
                        poste=poste, convention__date_solde=None
                    ).select_related("convention")
                }
            )
        ],
    )
    apercu.say(
        "Les comptes",
        [
            f"Les référents de {poste.structure} ne voient plus ce poste ; ceux de {structure} "
            "le voient, avec son histoire."
        ],
    )
    return apercu
