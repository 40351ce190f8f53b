"""Reading what came from La Coop."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Max, Min, QuerySet

from conseillers.models import Conseiller, Utilisateur
from permanences.coop import cle_adresse
from permanences.enums import EtatCompteRendu, OrigineImport, RaisonCoop
from permanences.models import (
    CompteRenduCoop,
    ImportCoop,
    LieuAccueil,
    LieuCoop,
    MediateurCoop,
)
from territoires.selectors import CodeInseeRefuse, CommuneIndex
from territoires.text import sort_key

PROPOSES = 8
# Words that half of the places bear: they tell none from another.
_COMMUNS = frozenset(
    ("de", "du", "des", "la", "le", "les", "l", "d", "a", "au", "aux", "et", "en", "sur", "salle")
)


def derniere_importation() -> ImportCoop | None:
    """The last run that went to its end, whatever the door: its date, origin and counts."""
    return ImportCoop.objects.faits().order_by("-termine_le").first()


def visible_imports_coop(utilisateur: Utilisateur) -> QuerySet[ImportCoop]:
    return (
        ImportCoop.objects.visible_to(utilisateur)
        .filter(origine=OrigineImport.FICHIER)
        .select_related("lance_par", "conseiller", "annule_par")
    )


def set_aside_by_reason(utilisateur: Utilisateur) -> list[tuple[str, int]]:
    """(reason in words, activities) of what La Coop has and the service does not count."""
    lignes = (
        CompteRenduCoop.objects.visible_to(utilisateur)
        .filter(etat=EtatCompteRendu.ECARTE)
        .values("raison")
        .annotate(nombre=Count("pk"))
        .order_by("-nombre")
    )
    return [(RaisonCoop(ligne["raison"]).label, ligne["nombre"]) for ligne in lignes]


# --- Places to settle ------------------------------------------------------------------------


@dataclass(frozen=True)
class LieuPropose:
    lieu: LieuAccueil
    pourquoi: str


@dataclass(frozen=True)
class LieuASituer:
    """A place of La Coop, how many activities wait for it, and what it may be."""

    lieu_coop: LieuCoop
    activites: int
    premiere: object
    derniere: object
    proposes: list[LieuPropose] = field(default_factory=list)


def lieux_a_situer(utilisateur: Utilisateur, *, tous: bool = False) -> list[LieuASituer]:
    """Those that wait for a decision; `tous`: those already decided too. 4 queries."""
    lieux = LieuCoop.objects.visible_to(utilisateur)
    if not tous:
        lieux = lieux.a_rapprocher()
    comptes = (
        lieux.select_related("lieu__commune", "decide_par")
        .annotate(
            activites=Count("comptes_rendus"),
            premiere=Min("comptes_rendus__date"),
            derniere=Max("comptes_rendus__date"),
        )
        .order_by("-activites", "nom", "pk")
    )
    communes = CommuneIndex()
    accueils = list(LieuAccueil.objects.select_related("commune"))
    return [
        LieuASituer(
            lieu, lieu.activites, lieu.premiere, lieu.derniere, _proposals(lieu, accueils, communes)
        )
        for lieu in comptes
    ]


def _proposals(
    lieu: LieuCoop, accueils: list[LieuAccueil], communes: CommuneIndex
) -> list[LieuPropose]:
    """The likeliest first: same name, same address, same commune, alike names elsewhere."""
    code = _today(lieu.code_insee, communes)
    notes = []
    for accueil in accueils:
        note, pourquoi = _likeness(lieu, accueil, code)
        if note:
            notes.append((-note, accueil.nom, LieuPropose(accueil, pourquoi)))
    notes.sort(key=lambda n: n[:2])
    return [propose for _, _, propose in notes[:PROPOSES]]


def _likeness(lieu: LieuCoop, accueil: LieuAccueil, code: str) -> tuple[int, str]:
    meme_commune = bool(code) and accueil.code_insee == code
    meme_nom = bool(lieu.nom) and sort_key(lieu.nom) == sort_key(accueil.nom)
    adresse = cle_adresse(lieu.adresse)
    meme_adresse = bool(adresse) and cle_adresse(accueil.adresse).startswith(adresse)
    mots = _words(lieu.nom) & _words(accueil.nom)
    note = 4 * meme_commune + 3 * meme_nom + 2 * meme_adresse + min(len(mots), 2)
    dites = [
        "même commune" if meme_commune else "autre commune",
        "même nom" if meme_nom else ("nom proche" if mots else ""),
        "même adresse" if meme_adresse else "",
    ]
    # Elsewhere, a word in common is a coincidence.
    if not meme_commune and not meme_nom:
        return 0, ""
    return note, ", ".join(filter(None, dites))


def _words(nom: str) -> set[str]:
    return set(sort_key(nom).split()) - _COMMUNS


def _today(code: str, communes: CommuneIndex) -> str:
    try:
        return communes.resolve(code).code if code else ""
    except CodeInseeRefuse:
        return ""


# --- Médiateurs to settle --------------------------------------------------------------------


@dataclass(frozen=True)
class MediateurASituer:
    mediateur: MediateurCoop
    activites: int


def mediateurs_a_situer(utilisateur: Utilisateur) -> list[MediateurASituer]:
    """Those whose activities nobody knows to whom to give."""
    inconnus = list(
        MediateurCoop.objects.visible_to(utilisateur).filter(conseiller=None, ignore=False)
    )
    comptes = dict(
        CompteRenduCoop.objects.filter(mediateur__in=[m.identifiant for m in inconnus])
        .values_list("mediateur")
        .annotate(nombre=Count("pk"))
    )
    return sorted(
        (MediateurASituer(m, comptes.get(m.identifiant, 0)) for m in inconnus),
        key=lambda m: (-m.activites, str(m.mediateur)),
    )


def conseillers_connus() -> QuerySet[Conseiller]:
    return Conseiller.objects.filter(anonymise_le__isnull=True)
