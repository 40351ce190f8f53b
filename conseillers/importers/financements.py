"""TYPES `conventions`, `convention_lignes`, `versements`, `candidatures`."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.utils import timezone

from conseillers.enums import EtatCandidature, Phase, Sens, TypeStructure
from conseillers.importers.postes import postes_par_numero
from conseillers.importers.references import (
    convention_inconnue,
    poste_inconnu,
    structure_inconnue,
)
from conseillers.models import (
    Candidature,
    Convention,
    ConventionLigne,
    Poste,
    Structure,
    Versement,
)
from conseillers.models.recrutement import MESSAGE_POSTE_PARTENAIRE
from territoires.importers.cellules import (
    choice_of,
    read_code,
    read_date,
    read_decimal,
    read_email,
    read_integer,
)
from territoires.importers.importeur import Colonne, Importeur, Ligne
from territoires.selectors import CommuneIndex
from territoires.typographie import format_nombre


def conventions_par_reference() -> dict[str, int]:
    return dict(Convention.objects.values_list("reference", "pk"))


class Conventions(Importeur):
    nom = "conventions"
    modele = Convention
    colonnes = (
        Colonne("reference"),
        Colonne("siret", read_code),
        Colonne("phase", choice_of(Phase.values)),
        Colonne("date_debut", read_date),
        Colonne("date_fin", read_date),
        Colonne("date_solde", read_date, None),
    )
    cle = ("reference",)
    champs_cle = ("reference",)

    def prepare(self) -> None:
        self.structures = dict(Structure.objects.values_list("siret", "pk"))

    def resolve(self, ligne: Ligne) -> dict[str, Any]:
        champs = dict(ligne.valeurs)
        champs.pop("siret", None)
        if (pk := ligne.find("siret", self.structures, structure_inconnue)) is not None:
            champs["structure_id"] = pk
        return champs


class ConventionLignes(Importeur):
    nom = "convention_lignes"
    modele = ConventionLigne
    colonnes = (
        Colonne("convention"),
        Colonne("poste", read_integer),
        Colonne("date_effet", read_date),
        Colonne("montant", read_decimal),
        Colonne("bonification", read_decimal, Decimal(0)),
    )
    cle = ("convention", "poste", "date_effet")
    champs_cle = ("convention__reference", "poste__numero", "date_effet")
    # All the lines of one poste are added up together.
    lot = 20_000

    def prepare(self) -> None:
        self.conventions = conventions_par_reference()
        self.postes = postes_par_numero()

    def resolve(self, ligne: Ligne) -> dict[str, Any]:
        champs = dict(ligne.valeurs)
        champs.pop("convention", None)
        champs.pop("poste", None)
        convention = ligne.find("convention", self.conventions, convention_inconnue)
        poste = ligne.find("poste", self.postes, poste_inconnu)
        if convention is not None:
            champs["convention_id"] = convention
        if poste is not None:
            champs["poste_id"] = poste
        return champs

    def check_batch(self, lignes: Sequence[Ligne]) -> None:
        """The sum of a poste's lines in a convention is never negative.

        Where it would be, the lines that lower it are refused from the last one up.
        """
        sommes = self._sums(lignes)
        for ligne in reversed(lignes):
            row, effet = ligne.instance, _effect(ligne)
            cle = (row.convention_id, row.poste_id)
            if effet >= 0 or sommes[cle] >= 0:
                continue
            ligne.refuse(
                "montant",
                f"la somme des lignes du poste {ligne.valeurs['poste']} dans la convention "
                f"{ligne.valeurs['convention']} deviendrait négative "
                f"({format_nombre(sommes[cle], 2)} €).",
            )
            sommes[cle] -= effet

    def _sums(self, lignes: Sequence[Ligne]) -> dict[tuple[int, int], Decimal]:
        """What each (convention, poste) of the file would come to, database included."""
        sommes = {
            (ligne.instance.convention_id, ligne.instance.poste_id): Decimal(0) for ligne in lignes
        }
        rows = (
            ConventionLigne.objects.filter(convention__in={convention for convention, _ in sommes})
            .order_by()
            .values_list("convention_id", "poste_id")
            .annotate(somme=Sum(F("montant") + F("bonification")))
        )
        for convention, poste, somme in rows:
            if (convention, poste) in sommes:
                sommes[convention, poste] = somme
        for ligne in lignes:
            sommes[ligne.instance.convention_id, ligne.instance.poste_id] += _effect(ligne)
        return sommes


def _effect(ligne: Ligne) -> Decimal:
    """By how much the line raises the sum of its poste."""
    apres = ligne.instance.montant + ligne.instance.bonification
    if ligne.avant is None:
        return apres
    # A column that the file does not have is not in `avant`, and has not changed.
    avant = ligne.avant["montant"] + ligne.avant.get("bonification", ligne.instance.bonification)
    return apres - avant


class Versements(Importeur):
    nom = "versements"
    modele = Versement
    colonnes = (
        Colonne("convention"),
        Colonne("rang", read_integer),
        Colonne("montant", read_decimal),
        Colonne("sens", choice_of(Sens.values), Sens.VERSEMENT.value),
        Colonne("date_prevue", read_date),
        Colonne("date_recue", read_date, None),
        Colonne("piece", vide=""),
    )
    cle = ("convention", "rang")
    champs_cle = ("convention__reference", "rang")

    def prepare(self) -> None:
        self.conventions = conventions_par_reference()

    def resolve(self, ligne: Ligne) -> dict[str, Any]:
        champs = dict(ligne.valeurs)
        champs.pop("convention", None)
        pk = ligne.find("convention", self.conventions, convention_inconnue)
        if pk is not None:
            champs["convention_id"] = pk
        return champs


class Candidatures(Importeur):
    nom = "candidatures"
    modele = Candidature
    colonnes = (
        Colonne("courriel", read_email),
        Colonne("prenom"),
        Colonne("nom"),
        Colonne("code_insee", read_code, ""),
        Colonne("recue_le", read_date),
        Colonne("etat", choice_of(EtatCandidature.values), EtatCandidature.RECUE.value),
        Colonne("poste", read_integer, None),
    )
    cle = ("courriel",)
    champs_cle = ("courriel",)
    colonne_de_regle = {
        "candidature_recrutee_sur_un_poste": "poste",
        "candidature_etat_apres_reception": "recue_le",
        "candidature_accord_apres_reception": "recue_le",
        "candidature_identite_entiere_ou_effacee": "courriel",
    }

    def prepare(self) -> None:
        self.communes = CommuneIndex()
        self.postes = postes_par_numero()
        self.partenaires = set(
            Poste.objects.exclude(structure__type=TypeStructure.DEPARTEMENT).values_list(
                "pk", flat=True
            )
        )

    def resolve(self, ligne: Ligne) -> dict[str, Any]:
        champs = dict(ligne.valeurs)
        champs.pop("poste", None)
        champs["poste_id"] = ligne.find("poste", self.postes, poste_inconnu)
        if champs["poste_id"] in self.partenaires:
            ligne.refuse("poste", MESSAGE_POSTE_PARTENAIRE)
        if trouve := ligne.find_commune("code_insee", self.communes):
            champs["code_insee"] = trouve.code
        return champs

    def check(self, ligne: Ligne) -> None:
        """A file says a state without its date: the day it is read is the day it is known."""
        avant = ligne.avant
        if avant is not None and avant.get("etat", ligne.instance.etat) != ligne.instance.etat:
            ligne.instance.etat_le = ligne.champs["etat_le"] = timezone.localdate()
