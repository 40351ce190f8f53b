"""TYPE `seances`: the activity reports, by tens of thousands."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db.models import Max
from django.utils import timezone

from conseillers.enums import RoleAffectation
from conseillers.importers.postes import postes_par_numero
from conseillers.importers.references import poste_inconnu
from conseillers.models import Affectation
from permanences.enums import (
    COMPTEURS,
    Autonomie,
    Canal,
    Materiel,
    NatureSeance,
    Niveau,
    Orientation,
    Source,
    Thematique,
)
from permanences.importers.references import (
    Creneaux,
    MoisTenus,
    creneau_inconnu,
    lieu_inconnu,
)
from permanences.models import LieuAccueil, Mois, Seance
from permanences.models.mois import du_mois, phrase_mois_clos
from permanences.models.plan import phrase_pas_de_creneau
from permanences.models.saisie import phrase_ligne_coop
from permanences.selectors.mode_saisie import ModesDeSaisie
from permanences.services import place_seance
from territoires.importers.cellules import (
    choice_of,
    list_of,
    read_code,
    read_date,
    read_integer,
    read_uuid,
)
from territoires.importers.copie import copy_rows
from territoires.importers.importeur import Colonne, Importeur, Ligne
from territoires.selectors import CommuneIndex, ResolvedCommune

CHAMPS_DE_LIEU = ("code_insee", "commune_id", "epci_id", "departement")
CANAUX_AVEC_COMMUNE = (Canal.AUTRE_LIEU, Canal.DOMICILE)


class Seances(Importeur):
    nom = "seances"
    modele = Seance
    sur_le_public = True
    colonnes = (
        Colonne("cle", read_uuid),
        Colonne("poste", read_integer),
        Colonne("date", read_date),
        Colonne("nature", choice_of(NatureSeance.values)),
        Colonne("canal", choice_of(Canal.values)),
        Colonne("lieu", vide=""),
        Colonne("code_insee", read_code, ""),
        Colonne("creneau", vide=""),
        Colonne("duree", read_integer),
        Colonne("nb_participants", read_integer),
        Colonne("nb_premieres_venues", read_integer, None),
        Colonne("thematiques", list_of(choice_of(Thematique.values))),
        *(Colonne(compteur, read_integer, 0) for compteur in COMPTEURS),
        Colonne("titre", vide=""),
        Colonne("materiel", list_of(choice_of(Materiel.values)), []),
        Colonne("autonomie", choice_of(Autonomie.values), ""),
        Colonne("niveau", choice_of(Niveau.values), ""),
        Colonne("orientation", choice_of(Orientation.values), ""),
    )
    cle = ("cle",)
    champs_cle = ("cle",)
    colonne_de_regle = {
        "seance_lieu_selon_canal": "lieu",
        "seance_commune_selon_canal": "code_insee",
    }
    # Columns that are attributes of the row under the same name.
    _TELLES_QUELLES: ClassVar = tuple(
        colonne.nom
        for colonne in colonnes
        if colonne.nom not in ("poste", "lieu", "creneau", "code_insee")
    )

    def prepare(self) -> None:
        self.communes = CommuneIndex()
        self.postes = postes_par_numero()
        self.lieux = {
            lieu.code: lieu
            for lieu in LieuAccueil.objects.select_related("commune__epci").defer(
                "commune__contour"
            )
        }
        self.places: dict[tuple[Any, ...], dict[str, Any]] = {}
        self.creneaux = Creneaux()
        self.titulaires = _Titulaires()
        self.modes = ModesDeSaisie()
        self.mois = MoisTenus()
        self.derniere_cloture = Mois.objects.aggregate(le=Max("clos_le"))["le"]
        self.aujourd_hui = timezone.localdate()

    def resolve(self, ligne: Ligne) -> dict[str, Any]:
        valeurs = ligne.valeurs
        champs = {nom: valeurs[nom] for nom in self._TELLES_QUELLES if nom in valeurs}
        date = valeurs.get("date")
        if date and date > self.aujourd_hui:
            ligne.refuse(
                "date",
                "Cette date est à venir : une séance se saisit une fois qu’elle a eu lieu.",
            )
        self._resolve_author(ligne, champs, date)
        self._resolve_creneau(ligne, champs, date)
        self._resolve_place(ligne, champs)
        return champs

    def _resolve_author(self, ligne: Ligne, champs: dict[str, Any], date: dt.date | None) -> None:
        poste = ligne.find("poste", self.postes, poste_inconnu)
        if poste is None:
            return
        champs["poste_id"] = poste
        if date is None:
            return
        auteur = self.titulaires.author(poste, date)
        if auteur is None:
            ligne.refuse(
                "date",
                f"hors affectation : personne ne tient le poste {ligne.valeurs['poste']} "
                f"le {date:%d/%m/%Y}.",
            )
        else:
            champs["auteur_id"] = auteur

    def _resolve_creneau(self, ligne: Ligne, champs: dict[str, Any], date: dt.date | None) -> None:
        creneau = ligne.find("creneau", self.creneaux.par_code, creneau_inconnu)
        champs["creneau_id"] = creneau.pk if creneau else None
        if creneau and date and not self.creneaux.takes_place(creneau, date):
            ligne.refuse("creneau", phrase_pas_de_creneau(creneau, date))

    def _resolve_place(self, ligne: Ligne, champs: dict[str, Any]) -> None:
        """The lieu or the commune, as the canal wants it, and the borders of that day."""
        lieu = ligne.find("lieu", self.lieux, lieu_inconnu)
        trouve = ligne.find_commune("code_insee", self.communes)
        canal = ligne.valeurs.get("canal")
        if canal is None or not {"lieu", "code_insee"}.isdisjoint(ligne.fautives):
            ligne.inconnus |= {"lieu", "code_insee", "departement"}
            return
        if phrase := _misplaced(canal, ligne.valeurs["lieu"], ligne.valeurs["code_insee"]):
            ligne.refuse(*phrase)
            ligne.inconnus |= {"lieu", "code_insee", "departement"}
            return
        if lieu and trouve and trouve.code != lieu.code_insee:
            ligne.refuse(
                "code_insee",
                f"le lieu {lieu.code} est dans la commune {lieu.code_insee}, pas {trouve.code} : "
                "laissez cette case vide.",
            )
        champs["lieu_id"] = lieu.pk if lieu else None
        champs |= self._place(canal, lieu, trouve)

    def _place(
        self, canal: str, lieu: LieuAccueil | None, trouve: ResolvedCommune | None
    ) -> dict[str, Any]:
        """What `place_seance` copies on a row: the same for all séances of a lieu or a commune."""
        cle = (canal == Canal.A_DISTANCE, lieu and lieu.pk, trouve and trouve.code)
        if cle not in self.places:
            placee = Seance(canal=canal)
            place_seance(placee, lieu, trouve)
            self.places[cle] = {nom: getattr(placee, nom) for nom in CHAMPS_DE_LIEU}
        return self.places[cle]

    def existing(self, cles: Iterable[tuple[uuid.UUID]]) -> dict[tuple[Any, ...], Seance]:
        rows = Seance.objects.filter(cle__in=[cle for (cle,) in cles]).order_by()
        return {(seance.cle,): seance for seance in rows}

    def check(self, ligne: Ligne) -> None:
        seance: Seance = ligne.instance
        self._refuse_coop(ligne)
        if ligne.avant is None:
            seance.source = Source.IMPORT
            self._admit_late(ligne)
        elif seance.supprimee_le:
            le = timezone.localdate(seance.supprimee_le)
            ligne.refuse(
                "cle",
                f"cette séance a été supprimée le {le:%d/%m/%Y} : retirez la ligne, ou donnez-lui "
                "une nouvelle clé.",
            )
        elif ligne.changee:
            self._refuse_closed(ligne, ligne.avant["date"])
            if not seance.hors_delai:
                self._refuse_closed(ligne, seance.date)

    def insert(self, rows: Sequence[Seance]) -> None:
        copy_rows(rows)

    def _refuse_coop(self, ligne: Ligne) -> None:
        """One source a day for each advisor: a new line of this file is not La Coop's."""
        seance = ligne.instance
        if "date" in ligne.fautives or (ligne.avant and ligne.avant["date"] == seance.date):
            return
        choix = self.modes.choix_le(seance.auteur_id, seance.date)
        if choix and choix.est_coop:
            ligne.refuse("date", phrase_ligne_coop(choix))

    def _admit_late(self, ligne: Ligne) -> None:
        """A forgotten séance of a closed month is kept and marked (contrat/rapports.md, 2)."""
        seance = ligne.instance
        seance.hors_delai = self.mois.closed_since(seance.date) is not None
        if seance.hors_delai:
            ligne.notes.append(
                f"le mois {du_mois(seance.date)} est clos : séance acceptée « hors délai », "
                "comptée comme régularisation."
            )

    def _refuse_closed(self, ligne: Ligne, jour: dt.date) -> None:
        seance = ligne.instance
        clos_le = self.mois.closed_since(jour)
        if clos_le is None or "date" in ligne.fautives:
            return
        # A late one stays open to correction until a clôture has counted it.
        encore_ouverte = seance.hors_delai and seance.cree_le > self.derniere_cloture
        if not encore_ouverte:
            ligne.refuse("date", phrase_mois_clos(jour, clos_le))


def _misplaced(canal: str, lieu: str, code_insee: str) -> tuple[str, str] | None:
    """(column, sentence) where the place does not fit the canal."""
    if canal == Canal.LIEU_ACTIVITE:
        return None if lieu else ("lieu", "indiquez le lieu d’accueil (canal « lieu_activite »).")
    if lieu:
        return "lieu", f"un lieu d’accueil ne va pas avec le canal « {canal} » : videz cette case."
    if canal in CANAUX_AVEC_COMMUNE and not code_insee:
        return "code_insee", f"indiquez la commune de la séance (canal « {canal} »)."
    if canal == Canal.A_DISTANCE and code_insee:
        return "code_insee", "une séance à distance n’a pas de commune : videz cette case."
    return None


class _Titulaires:
    """Who signs the séances of a poste, day by day: its principal, else its replacement."""

    def __init__(self) -> None:
        self._affectations: dict[int, list[Affectation]] = {}
        for affectation in Affectation.objects.order_by("date_debut", "pk"):
            self._affectations.setdefault(affectation.poste_id, []).append(affectation)
        self._connus: dict[tuple[int, dt.date], int | None] = {}

    def author(self, poste: int, jour: dt.date) -> int | None:
        cle = (poste, jour)
        if cle not in self._connus:
            self._connus[cle] = self._find(self._affectations.get(poste, []), jour)
        return self._connus[cle]

    @staticmethod
    def _find(affectations: Sequence[Affectation], jour: dt.date) -> int | None:
        en_vigueur = [
            a
            for a in affectations
            if a.date_debut <= jour and (a.date_fin is None or jour <= a.date_fin)
        ]
        en_vigueur.sort(key=lambda a: a.role != RoleAffectation.PRINCIPALE)
        return en_vigueur[0].conseiller_id if en_vigueur else None
