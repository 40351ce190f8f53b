"""TYPES `structures`, `postes`, `affectations`, `absences`."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from conseillers.enums import RoleAffectation, TypeContrat, TypePoste, TypeStructure
from conseillers.importers.references import (
    conseiller_inconnu,
    poste_inconnu,
    structure_inconnue,
)
from conseillers.models import Absence, Affectation, Conseiller, Poste, Structure
from territoires.importers.cellules import (
    choice_of,
    list_of,
    read_code,
    read_date,
    read_email,
    read_integer,
)
from territoires.importers.importeur import Colonne, Importeur, Ligne
from territoires.models import EPCI
from territoires.selectors import CommuneIndex


def postes_par_numero() -> dict[int, int]:
    return dict(Poste.objects.values_list("numero", "pk"))


class Structures(Importeur):
    nom = "structures"
    modele = Structure
    colonnes = (
        Colonne("siret", read_code),
        Colonne("nom"),
        Colonne("type", choice_of(TypeStructure.values)),
        Colonne("code_insee", read_code),
    )
    cle = ("siret",)
    champs_cle = ("siret",)

    def prepare(self) -> None:
        self.communes = CommuneIndex()

    def resolve(self, ligne: Ligne) -> dict[str, Any]:
        champs = dict(ligne.valeurs)
        if trouve := ligne.find_commune("code_insee", self.communes):
            champs["code_insee"] = trouve.code
        return champs


class Postes(Importeur):
    nom = "postes"
    modele = Poste
    colonnes = (
        Colonne("numero", read_integer),
        Colonne("siret", read_code),
        Colonne("date_attribution", read_date),
        Colonne("date_rendu", read_date, None),
        Colonne("epcis", list_of(read_code), []),
        Colonne("type", choice_of(TypePoste.values), TypePoste.CONSEILLER.value),
    )
    cle = ("numero",)
    champs_cle = ("numero",)

    def prepare(self) -> None:
        self.structures = dict(Structure.objects.values_list("siret", "pk"))
        self.sirens = set(EPCI.objects.values_list("pk", flat=True))
        self.desservis: dict[int, set[str]] = {}

    def resolve(self, ligne: Ligne) -> dict[str, Any]:
        champs = dict(ligne.valeurs)
        champs.pop("siret", None)
        if (pk := ligne.find("siret", self.structures, structure_inconnue)) is not None:
            champs["structure_id"] = pk
        for siren in champs.pop("epcis", []):
            if siren not in self.sirens:
                ligne.refuse("epcis", f"aucun EPCI connu n’a le SIREN {siren}.")
        return champs

    def existing(self, cles: Any) -> dict[tuple[Any, ...], Any]:
        postes = super().existing(cles)
        liens = Poste.epcis.through.objects.filter(poste__in=postes.values())
        for poste_id, siren in liens.values_list("poste_id", "epci_id"):
            self.desservis.setdefault(poste_id, set()).add(siren)
        return postes

    def check(self, ligne: Ligne) -> None:
        deja = self.desservis.get(ligne.instance.pk, set())
        if "epcis" not in ligne.absentes and set(ligne.valeurs["epcis"]) != deja:
            ligne.changee = True
            ligne.ecarts["epcis"] = (sorted(deja), sorted(ligne.valeurs["epcis"]))

    def save(self, lignes: Sequence[Ligne]) -> None:
        self.save_rows(lignes)
        visees = [ligne for ligne in lignes if "epcis" not in ligne.absentes]
        liens = Poste.epcis.through
        liens.objects.filter(poste__in=[ligne.instance for ligne in visees]).delete()
        liens.objects.bulk_create(
            liens(poste_id=ligne.instance.pk, epci_id=siren)
            for ligne in visees
            for siren in ligne.valeurs["epcis"]
        )


class Affectations(Importeur):
    nom = "affectations"
    modele = Affectation
    colonnes = (
        Colonne("poste", read_integer),
        Colonne("courriel", read_email),
        Colonne("date_debut", read_date),
        Colonne("prenom"),
        Colonne("nom"),
        Colonne("date_fin", read_date, None),
        Colonne("type_contrat", choice_of(TypeContrat.values)),
        Colonne("quotite", read_integer, 100),
        Colonne("role", choice_of(RoleAffectation.values), RoleAffectation.PRINCIPALE.value),
    )
    cle = ("poste", "courriel", "date_debut")
    champs_cle = ("poste__numero", "conseiller__courriel", "date_debut")
    # All the principals of a file are compared with each other.
    lot = 20_000

    def prepare(self) -> None:
        self.postes = postes_par_numero()
        self.conseillers = {c.courriel: c for c in Conseiller.objects.all()}
        # courriel -> (first line of the file that names the person, first name, name)
        self.nommes: dict[str, tuple[int, str, str]] = {}

    def resolve(self, ligne: Ligne) -> dict[str, Any]:
        valeurs = ligne.valeurs
        champs: dict[str, Any] = {
            nom: valeurs[nom]
            for nom in ("date_debut", "date_fin", "type_contrat", "quotite", "role")
            if nom in valeurs
        }
        if (pk := ligne.find("poste", self.postes, poste_inconnu)) is not None:
            champs["poste_id"] = pk
        if {"courriel", "prenom", "nom"} <= valeurs.keys():
            self._check_person(ligne)
        return champs

    def _check_person(self, ligne: Ligne) -> None:
        courriel, prenom, nom = (ligne.valeurs[c] for c in ("courriel", "prenom", "nom"))
        premiere = self.nommes.setdefault(courriel, (ligne.numero, prenom, nom))
        if premiere[1:] != (prenom, nom):
            ligne.refuse(
                "nom",
                f"{courriel} s’appelle {premiere[1]} {premiere[2]} à la ligne {premiere[0]} : "
                "une personne, un seul nom.",
            )
        personne = Conseiller(courriel=courriel, prenom=prenom, nom=nom)
        for champ in ("courriel", "prenom", "nom"):
            modele = Conseiller._meta.get_field(champ)
            try:
                modele.clean(getattr(personne, champ), personne)  # type: ignore[union-attr]
            except ValidationError as erreur:
                ligne.refuse(champ, " ".join(erreur.messages))

    def check(self, ligne: Ligne) -> None:
        """The same person under another name is a change of the line too."""
        connue = self.conseillers.get(ligne.valeurs["courriel"])
        noms = (ligne.valeurs["prenom"], ligne.valeurs["nom"])
        if connue and (connue.prenom, connue.nom) != noms:
            ligne.changee = True
            ligne.ecarts["nom"] = (f"{connue.prenom} {connue.nom}", " ".join(noms))

    def check_batch(self, lignes: Sequence[Ligne]) -> None:
        """Two principals never overlap on one poste, in the file or with the database."""
        tenues = self._kept_principals(lignes)
        for ligne in lignes:
            affectation = ligne.instance
            if affectation.role != RoleAffectation.PRINCIPALE or ligne.erreurs:
                continue
            autres = tenues.setdefault(affectation.poste_id, [])
            for autre, numero in autres:
                if _overlap(affectation, autre):
                    ligne.refuse("date_debut", _phrase_principale(autre, numero))
                    break
            else:
                autres.append((affectation, ligne.numero))

    def _kept_principals(
        self, lignes: Sequence[Ligne]
    ) -> dict[int, list[tuple[Affectation, int | None]]]:
        """Principals of the database that the file says nothing about, by poste."""
        reprises = {ligne.instance.pk for ligne in lignes if not ligne.erreurs}
        tenues: dict[int, list[tuple[Affectation, int | None]]] = {}
        rows = Affectation.objects.filter(
            role=RoleAffectation.PRINCIPALE,
            poste__in={ligne.instance.poste_id for ligne in lignes},
        )
        for affectation in rows.select_related("conseiller"):
            if affectation.pk not in reprises:
                tenues.setdefault(affectation.poste_id, []).append((affectation, None))
        return tenues

    def save(self, lignes: Sequence[Ligne]) -> None:
        personnes = {}
        for ligne in lignes:
            courriel, prenom, nom = (ligne.valeurs[c] for c in ("courriel", "prenom", "nom"))
            personnes[courriel] = Conseiller(courriel=courriel, prenom=prenom, nom=nom)
        Conseiller.objects.bulk_create(
            personnes.values(),
            update_conflicts=True,
            unique_fields=["courriel"],
            update_fields=["prenom", "nom"],
        )
        pks = dict(Conseiller.objects.filter(courriel__in=personnes).values_list("courriel", "pk"))
        for ligne in lignes:
            ligne.instance.conseiller_id = pks[ligne.valeurs["courriel"]]
        # A principal that becomes a remplacement makes room for the one that takes its place.
        self.save_rows(sorted(lignes, key=_is_principal))


def _is_principal(ligne: Ligne) -> bool:
    return ligne.instance.role == RoleAffectation.PRINCIPALE


def _overlap(une: Affectation | Absence, autre: Affectation) -> bool:
    return (une.date_fin is None or autre.date_debut <= une.date_fin) and (
        autre.date_fin is None or une.date_debut <= autre.date_fin
    )


def _phrase_principale(autre: Affectation, numero: int | None) -> str:
    laquelle = f"de la ligne {numero}" if numero else f"de {autre.conseiller}, déjà enregistrée"
    return (
        f"cette affectation principale chevauche celle {laquelle}, qui commence le "
        f"{autre.date_debut:%d/%m/%Y} : terminez l’une avant l’autre, ou choisissez le rôle "
        "« remplacement »."
    )


class Absences(Importeur):
    nom = "absences"
    modele = Absence
    colonnes = (
        Colonne("poste", read_integer),
        Colonne("courriel", read_email),
        Colonne("date_debut", read_date),
        Colonne("date_fin", read_date),
    )
    cle = ("poste", "courriel", "date_debut")
    champs_cle = ("poste__numero", "conseiller__courriel", "date_debut")

    def prepare(self) -> None:
        self.postes = postes_par_numero()
        self.conseillers = dict(Conseiller.objects.values_list("courriel", "pk"))
        self.periodes: dict[tuple[int, int], list[Affectation]] = {}
        for affectation in Affectation.objects.all():
            cle = (affectation.poste_id, affectation.conseiller_id)
            self.periodes.setdefault(cle, []).append(affectation)

    def resolve(self, ligne: Ligne) -> dict[str, Any]:
        champs: dict[str, Any] = {
            nom: ligne.valeurs[nom] for nom in ("date_debut", "date_fin") if nom in ligne.valeurs
        }
        poste = ligne.find("poste", self.postes, poste_inconnu)
        conseiller = ligne.find("courriel", self.conseillers, conseiller_inconnu)
        if poste is not None:
            champs["poste_id"] = poste
        if conseiller is not None:
            champs["conseiller_id"] = conseiller
        return champs

    def check(self, ligne: Ligne) -> None:
        """An absence outside the person's dates has no effect: kept, and said."""
        absence = ligne.instance
        periodes = self.periodes.get((absence.poste_id, absence.conseiller_id), [])
        qui = f"{ligne.valeurs['courriel']} n’a pas d’affectation sur le poste "
        if not periodes:
            ligne.refuse("courriel", f"{qui}{ligne.valeurs['poste']}.")
        elif not any(_overlap(absence, periode) for periode in periodes):
            ligne.notes.append(
                f"{qui}{ligne.valeurs['poste']} à ces dates : l’absence est gardée, sans effet."
            )
