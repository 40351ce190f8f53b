"""TYPES `lieux`, `creneaux`, `fermetures`, `occurrences`, `declarations`."""

from collections.abc import Callable
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from conseillers.importers.postes import postes_par_numero
from conseillers.importers.references import poste_inconnu
from permanences.enums import Acces, Motif, NatureCreneau, StatutOccurrence, TypeLieu
from permanences.importers.references import (
    Creneaux,
    MoisTenus,
    creneau_inconnu,
    lieu_inconnu,
)
from permanences.models import Creneau, Declaration, Fermeture, LieuAccueil, Occurrence
from permanences.models.mois import phrase_mois_clos
from permanences.models.plan import phrase_pas_de_creneau
from permanences.models.plan_clos import (
    MoisClos,
    mois_clos,
    refuse_creneau_clos,
    refuse_fermeture_close,
)
from permanences.recurrence import RegleInvalide, parse_regle
from territoires.importers.cellules import (
    CelluleRefusee,
    choice_of,
    read_boolean,
    read_code,
    read_date,
    read_float,
    read_integer,
    read_month,
    read_time,
)
from territoires.importers.importeur import Colonne, Importeur, Ligne
from territoires.selectors import CommuneIndex


def lieux_par_code() -> dict[str, int]:
    return dict(LieuAccueil.objects.values_list("code", "pk"))


def refuse_plan_clos(
    ligne: Ligne, refuse: Callable[[Any, Any, MoisClos], None], clos: MoisClos
) -> None:
    """A changed line may not rewrite the plan of a closed month; a trigger cannot say where."""
    if not ligne.changee:
        return
    avant = None
    if ligne.avant is not None:
        avant = copy(ligne.instance)
        avant.__dict__.pop("regle", None)
        for nom, valeur in ligne.avant.items():
            setattr(avant, nom, valeur)
    try:
        refuse(avant, ligne.instance, clos)
    except ValidationError as refus:
        ligne.refuse("date_debut", refus.messages[0])


class Lieux(Importeur):
    nom = "lieux"
    modele = LieuAccueil
    colonnes = (
        Colonne("code"),
        Colonne("nom"),
        Colonne("type", choice_of(TypeLieu.values)),
        Colonne("adresse"),
        Colonne("code_insee", read_code),
        Colonne("latitude", read_float, None),
        Colonne("longitude", read_float, None),
        Colonne("siret", read_code, ""),
        Colonne("actif", read_boolean, True),
        Colonne("qpv", read_boolean, False),
        Colonne("accessible", read_boolean, None),
    )
    cle = ("code",)
    champs_cle = ("code",)
    colonne_de_regle = {
        "lieu_coordonnees_completes": "latitude",
        "lieu_hors_departement_situe": "latitude",
    }

    def prepare(self) -> None:
        self.communes = CommuneIndex()

    def resolve(self, ligne: Ligne) -> dict[str, Any]:
        champs = dict(ligne.valeurs)
        trouve = ligne.find_commune("code_insee", self.communes)
        if trouve:
            champs["code_insee"] = trouve.code
            commune = None if trouve.hors_departement else trouve.commune
            champs["commune_id"] = commune.pk if commune else None
        else:
            ligne.inconnus.add("commune")
        return champs


def read_recurrence(cellule: str) -> str:
    """The rule in its canonical form, as the database keeps it."""
    try:
        return str(parse_regle(cellule))
    except RegleInvalide as erreur:
        raise CelluleRefusee(str(erreur)) from erreur


class CreneauxDuPlan(Importeur):
    nom = "creneaux"
    modele = Creneau
    sur_le_public = True
    colonnes = (
        Colonne("code"),
        Colonne("poste", read_integer),
        Colonne("lieu"),
        Colonne("nature", choice_of(NatureCreneau.values)),
        Colonne("titre", vide=""),
        Colonne("date_debut", read_date),
        Colonne("date_fin", read_date, None),
        Colonne("heure_debut", read_time),
        Colonne("heure_fin", read_time),
        Colonne("recurrence", read_recurrence, ""),
        Colonne("capacite", read_integer, None),
        Colonne("feries", read_boolean, False),
        Colonne("acces", choice_of(Acces.values), Acces.LIBRE.value),
    )
    cle = ("code",)
    champs_cle = ("code",)

    def prepare(self) -> None:
        self.postes = postes_par_numero()
        self.lieux = lieux_par_code()
        self.clos = mois_clos()

    def resolve(self, ligne: Ligne) -> dict[str, Any]:
        champs = dict(ligne.valeurs)
        for colonne, connus, phrase in (
            ("poste", self.postes, poste_inconnu),
            ("lieu", self.lieux, lieu_inconnu),
        ):
            champs.pop(colonne, None)
            pk = ligne.find(colonne, connus, phrase)
            if pk is not None:
                champs[f"{colonne}_id"] = pk
        return champs

    def check(self, ligne: Ligne) -> None:
        refuse_plan_clos(ligne, refuse_creneau_clos, self.clos)


class Fermetures(Importeur):
    nom = "fermetures"
    modele = Fermeture
    colonnes = (
        Colonne("code"),
        Colonne("date_debut", read_date),
        Colonne("date_fin", read_date),
        Colonne("motif", choice_of(Motif.values)),
        Colonne("lieu", vide=""),
        Colonne("poste", read_integer, None),
        Colonne("creneau", vide=""),
    )
    cle = ("code",)
    champs_cle = ("code",)

    def prepare(self) -> None:
        self.postes = postes_par_numero()
        self.lieux = lieux_par_code()
        self.clos = mois_clos()
        self.creneaux = dict(Creneau.objects.values_list("code", "pk"))

    def resolve(self, ligne: Ligne) -> dict[str, Any]:
        champs = dict(ligne.valeurs)
        for colonne, connus, phrase in (
            ("lieu", self.lieux, lieu_inconnu),
            ("poste", self.postes, poste_inconnu),
            ("creneau", self.creneaux, creneau_inconnu),
        ):
            champs.pop(colonne, None)
            champs[f"{colonne}_id"] = ligne.find(colonne, connus, phrase)
        return champs

    def check(self, ligne: Ligne) -> None:
        refuse_plan_clos(ligne, refuse_fermeture_close, self.clos)


class Occurrences(Importeur):
    nom = "occurrences"
    modele = Occurrence
    sur_le_public = True
    colonnes = (
        Colonne("creneau"),
        Colonne("date", read_date),
        Colonne("statut", choice_of(StatutOccurrence.values)),
        Colonne("motif", choice_of(Motif.values), ""),
    )
    cle = ("creneau", "date")
    champs_cle = ("creneau__code", "date")
    colonne_de_regle = {"occurrence_motif_si_annulee": "motif"}

    def prepare(self) -> None:
        self.creneaux = Creneaux()
        self.mois = MoisTenus()
        self.aujourd_hui = timezone.localdate()

    def resolve(self, ligne: Ligne) -> dict[str, Any]:
        champs = dict(ligne.valeurs)
        champs.pop("creneau", None)
        creneau = ligne.find("creneau", self.creneaux.par_code, creneau_inconnu)
        date = ligne.valeurs.get("date")
        if creneau:
            champs["creneau_id"] = creneau.pk
            if date and not self.creneaux.takes_place(creneau, date):
                ligne.refuse("date", phrase_pas_de_creneau(creneau, date))
        if date and champs.get("statut") == StatutOccurrence.TENUE and date > self.aujourd_hui:
            ligne.refuse("date", "Cette date est à venir : elle ne peut pas déjà avoir été tenue.")
        return champs

    def check(self, ligne: Ligne) -> None:
        if not ligne.changee:
            return
        ligne.instance.motif_texte = ""
        if clos_le := self.mois.closed_since(ligne.instance.date):
            ligne.refuse("date", phrase_mois_clos(ligne.instance.date, clos_le))


class Declarations(Importeur):
    nom = "declarations"
    modele = Declaration
    sur_le_public = True
    colonnes = (
        Colonne("poste", read_integer),
        Colonne("mois", read_month),
        Colonne("faite_le", read_date),
    )
    cle = ("poste", "mois")
    champs_cle = ("poste__numero", "mois")
    colonne_de_regle = {"declaration_apres_le_debut_du_mois": "faite_le"}

    def prepare(self) -> None:
        self.postes = postes_par_numero()
        self.mois = MoisTenus()

    def resolve(self, ligne: Ligne) -> dict[str, Any]:
        champs = dict(ligne.valeurs)
        champs.pop("poste", None)
        if (pk := ligne.find("poste", self.postes, poste_inconnu)) is not None:
            champs["poste_id"] = pk
        return champs

    def check(self, ligne: Ligne) -> None:
        mois = ligne.instance.mois
        if ligne.changee and (clos_le := self.mois.closed_since(mois)):
            ligne.refuse("mois", phrase_mois_clos(mois, clos_le))
