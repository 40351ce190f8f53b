"""The page « Sécurité »: the journal of security, with the facts that have a table of their own.

Exports, downloads, imports and changes of an account's rights are read where they are, in one
query with the rest; then each kind's rows of one page, in one query each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.utils import timezone

from conseillers.enums import ECHECS_SECURITE, GenreSecurite
from conseillers.models import EvenementSecurite, ExportListe, ImportFichier, Utilisateur
from conseillers.models.securite import hash_of_courriel
from conseillers.selectors.journal import modeles_du_journal, type_d_objet
from conseillers.selectors.recits import tell_evenements
from reporting.enums import GenreReleve
from reporting.models import Telechargement
from territoires.enums import NatureEvenement, Porte
from territoires.models import Evenement
from territoires.typographie import accorde

ECHECS = "echecs"
COMPTE = "conseillers.utilisateur"
# {kind: what the journal of changes says of the account}; the first that is true names the line.
CHAMPS = {
    "role": GenreReleve.ROLE_CHANGE,
    "structure_id": GenreReleve.STRUCTURE_CHANGEE,
    "actif_jusqu_au": GenreReleve.FIN_CHANGEE,
    "courriel": GenreReleve.COURRIEL_CHANGE,
}
DROITS: dict[GenreReleve, Q] = {
    GenreReleve.COMPTE_CREE: Q(nature=NatureEvenement.CREATION),
    GenreReleve.COMPTE_SUPPRIME: Q(nature=NatureEvenement.SUPPRESSION),
    GenreReleve.COMPTE_FERME: Q(valeurs__is_active__1=False),
    GenreReleve.COMPTE_ROUVERT: Q(valeurs__is_active__1=True),
    **{
        genre: Q(valeurs__has_key=champ, nature=NatureEvenement.MODIFICATION)
        for champ, genre in CHAMPS.items()
    },
}


@dataclass(frozen=True)
class RechercheSecurite:
    """What is asked; empty: everything. `genre`: one kind, or all the failures.

    `avant`: a file that is being written does not tell of itself.
    """

    texte: str = ""
    genre: str = ""
    compte: int | None = None
    du: dt.date | None = None
    au: dt.date | None = None
    avant: dt.datetime | None = None


@dataclass(frozen=True)
class FaitDeSecurite:
    """One line of the page, in words."""

    le: dt.datetime
    genre: str
    grave: bool
    qui: str
    adresse: str
    navigateur: str
    porte: str
    precision: str


def search_securite(utilisateur: Utilisateur, recherche: RechercheSecurite) -> QuerySet[Any]:
    """(source, key, instant), newest first: a page of these is told by `tell_faits`."""
    comptes: QuerySet[Any] = Utilisateur.objects.none()
    if recherche.texte:
        mot = recherche.texte
        comptes = Utilisateur.objects.filter(
            Q(courriel__icontains=mot) | Q(prenom__icontains=mot) | Q(nom__icontains=mot)
        ).values("pk")
    parties = [
        _dated(lignes, recherche, quand).annotate(
            source=Value(source), cle=F("pk"), quand=F(quand)
        ).order_by().values_list("source", "cle", "quand")
        for source, quand, lignes in (
            ("securite", "le", _noted(utilisateur, recherche, comptes)),
            ("export", "le", _exports(utilisateur, recherche, comptes)),
            ("telechargement", "le", _downloads(utilisateur, recherche, comptes)),
            ("import", "envoye_le", _imports(utilisateur, recherche, comptes)),
            ("compte", "le", _rights(utilisateur, recherche, comptes)),
        )
        if lignes is not None
    ]  # fmt: skip
    if not parties:
        return EvenementSecurite.objects.none().values_list("pk", "pk", "le")
    return parties[0].union(*parties[1:], all=True).order_by("-quand", "-cle")


def _dated(lignes: QuerySet, recherche: RechercheSecurite, quand: str) -> QuerySet:
    if recherche.du:
        lignes = lignes.filter(**{f"{quand}__gte": _midnight(recherche.du)})
    if recherche.avant:
        lignes = lignes.filter(**{f"{quand}__lt": recherche.avant})
    if recherche.au and recherche.au < dt.date.max:
        lignes = lignes.filter(**{f"{quand}__lt": _midnight(recherche.au, 1)})
    return lignes


def _midnight(jour: dt.date, apres: int = 0) -> dt.datetime:
    minuit = dt.datetime.combine(jour, dt.time.min) + dt.timedelta(days=apres)
    return timezone.make_aware(minuit)


# --- One source each: its rows, or None where the kind asked for is not its own --------------


def _noted(
    utilisateur: Utilisateur, recherche: RechercheSecurite, comptes: QuerySet
) -> QuerySet | None:
    lignes = EvenementSecurite.objects.visible_to(utilisateur)
    if recherche.genre == ECHECS:
        lignes = lignes.filter(genre__in=ECHECS_SECURITE)
    elif recherche.genre:
        if recherche.genre not in GenreSecurite.values:
            return None
        lignes = lignes.filter(genre=recherche.genre)
    if recherche.compte:
        lignes = lignes.filter(utilisateur_id=recherche.compte)
    if mot := recherche.texte:
        trouve = Q(utilisateur_id__in=comptes) | Q(detail__icontains=mot)
        trouve |= Q(adresse__startswith=mot)
        # An address that was typed and is nobody's is found by its hash, whole.
        lignes = lignes.filter(trouve | Q(empreinte=hash_of_courriel(mot)))
    return lignes


def _exports(
    utilisateur: Utilisateur, recherche: RechercheSecurite, comptes: QuerySet
) -> QuerySet | None:
    lignes = ExportListe.objects.visible_to(utilisateur)
    mot = Q(liste__icontains=recherche.texte) | Q(nom_fichier__icontains=recherche.texte)
    return _by_person(lignes, recherche, comptes, GenreReleve.EXPORT, "utilisateur", mot)


def _downloads(
    utilisateur: Utilisateur, recherche: RechercheSecurite, comptes: QuerySet
) -> QuerySet | None:
    lignes = Telechargement.objects.visible_to(utilisateur)
    mot = Q(rapport__type__icontains=recherche.texte) | Q(rapport__code=recherche.texte)
    return _by_person(lignes, recherche, comptes, GenreReleve.TELECHARGEMENT, "utilisateur", mot)


def _imports(
    utilisateur: Utilisateur, recherche: RechercheSecurite, comptes: QuerySet
) -> QuerySet | None:
    lignes = ImportFichier.objects.visible_to(utilisateur)
    mot = Q(nom_fichier__icontains=recherche.texte) | Q(type__icontains=recherche.texte)
    return _by_person(lignes, recherche, comptes, GenreReleve.IMPORT, "envoye_par", mot)


def _by_person(
    lignes: QuerySet,
    recherche: RechercheSecurite,
    comptes: QuerySet,
    genre: GenreReleve,
    champ: str,
    mot: Q,
) -> QuerySet | None:
    if recherche.genre not in ("", genre):
        return None
    if recherche.compte:
        lignes = lignes.filter(**{champ: recherche.compte})
    return lignes.filter(mot | Q(**{f"{champ}__in": comptes})) if recherche.texte else lignes


def _rights(
    utilisateur: Utilisateur, recherche: RechercheSecurite, comptes: QuerySet
) -> QuerySet | None:
    if recherche.genre and recherche.genre not in DROITS:
        return None
    demandes = [DROITS[GenreReleve(recherche.genre)]] if recherche.genre else DROITS.values()
    dits = Q()
    for condition in demandes:
        dits |= condition
    lignes = Evenement.objects.visible_to(utilisateur).filter(dits, modele=COMPTE)
    if recherche.compte:
        vise = Q(utilisateur_id=recherche.compte) | Q(objet=str(recherche.compte))
        lignes = lignes.filter(vise)
    if recherche.texte:
        cles = [str(pk) for pk in comptes.values_list("pk", flat=True)[:500]]
        lignes = lignes.filter(Q(objet__in=cles) | Q(utilisateur_id__in=cles))
    return lignes


# --- In words -------------------------------------------------------------------------------


def tell_faits(reperes: Iterable[tuple[str, int, dt.datetime]]) -> list[FaitDeSecurite]:
    """In the order given; one query for each source that is met, and one for the accounts."""
    reperes = list(reperes)
    dits: dict[tuple[str, int], FaitDeSecurite] = {}
    for source, (lire, dire) in SOURCES.items():
        if cles := [cle for nom, cle, _ in reperes if nom == source]:
            dits |= {(source, cle): fait for cle, fait in dire(lire(cles))}
    return [dits[source, cle] for source, cle, _ in reperes if (source, cle) in dits]


Dits = Iterable[tuple[int, FaitDeSecurite]]


def _tell_noted(lignes: Iterable[EvenementSecurite]) -> Dits:
    for ligne in lignes:
        compte = ligne.utilisateur if ligne.utilisateur_id else None
        qui = str(compte) if compte else ""
        if ligne.utilisateur_id and compte is None:
            qui = f"Compte n°\u00a0{ligne.utilisateur_id}, supprimé"
        elif ligne.empreinte:
            qui = f"Courriel inconnu {ligne.empreinte[:6]}"
        yield (
            ligne.pk,
            FaitDeSecurite(
                le=ligne.le,
                genre=ligne.get_genre_display(),
                grave=ligne.genre in ECHECS_SECURITE,
                qui=qui,
                adresse=ligne.adresse or "",
                navigateur=ligne.navigateur,
                porte=ligne.get_porte_display(),
                precision=ligne.detail,
            ),
        )


def _tell_exports(lignes: Iterable[ExportListe]) -> Dits:
    noms = {cle: type_d_objet(model) for cle, model in modeles_du_journal().items()}
    for ligne in lignes:
        filtre = f" ({ligne.filtre})" if ligne.filtre else ""
        nombre = accorde(ligne.lignes, "ligne", "lignes")
        yield (
            ligne.pk,
            _deduced(
                ligne.le,
                GenreReleve.EXPORT,
                str(ligne.utilisateur),
                Porte.ADMIN,
                f"{noms.get(ligne.liste, ligne.liste)}, {nombre}, "
                f"{ligne.get_format_display()}{filtre}",
            ),
        )


def _tell_downloads(lignes: Iterable[Telechargement]) -> Dits:
    for ligne in lignes:
        precision = f"{ligne.rapport}, {ligne.get_format_display()}"
        qui = str(ligne.utilisateur)
        yield (
            ligne.pk,
            _deduced(ligne.le, GenreReleve.TELECHARGEMENT, qui, Porte.FORMULAIRE, precision),
        )


def _tell_imports(lignes: Iterable[ImportFichier]) -> Dits:
    for ligne in lignes:
        precision = f"{ligne.nom_fichier} ({ligne.type})\u00a0: {ligne.get_etat_display().lower()}"
        qui = str(ligne.envoye_par)
        yield ligne.pk, _deduced(ligne.envoye_le, GenreReleve.IMPORT, qui, Porte.ADMIN, precision)


def _tell_rights(lignes: Sequence[Evenement]) -> Dits:
    for recit in tell_evenements(lignes):
        evenement = recit.evenement
        ecarts = [e for e in recit.ecarts if evenement.nature == NatureEvenement.MODIFICATION]
        suite = "\u00a0; ".join(
            f"{e.champ.lower()}, {e.avant or 'vide'} → {e.apres or 'vide'}" for e in ecarts
        )
        yield (
            evenement.pk,
            _deduced(
                evenement.le,
                _kind(evenement),
                recit.qui,
                Porte(evenement.porte),
                f"{recit.objet}\u00a0: {suite}" if suite else recit.objet,
            ),
        )


def _kind(evenement: Evenement) -> GenreReleve:
    """The first of `DROITS` that is true of it, read from the row that is there."""
    if evenement.nature == NatureEvenement.CREATION:
        return GenreReleve.COMPTE_CREE
    if evenement.nature == NatureEvenement.SUPPRESSION:
        return GenreReleve.COMPTE_SUPPRIME
    if "is_active" in evenement.valeurs:
        ouvert = evenement.valeurs["is_active"][1]
        return GenreReleve.COMPTE_ROUVERT if ouvert else GenreReleve.COMPTE_FERME
    return next(genre for champ, genre in CHAMPS.items() if champ in evenement.valeurs)


def _deduced(
    le: dt.datetime, genre: GenreReleve, qui: str, porte: Porte, precision: str
) -> FaitDeSecurite:
    return FaitDeSecurite(
        le=le,
        genre=str(genre.label),
        grave=False,
        qui=qui,
        adresse="",
        navigateur="",
        porte=str(porte.label),
        precision=precision,
    )


SOURCES: dict[str, tuple[Any, Any]] = {
    "securite": (
        lambda cles: EvenementSecurite.objects.filter(pk__in=cles).select_related("utilisateur"),
        _tell_noted,
    ),
    "export": (
        lambda cles: ExportListe.objects.filter(pk__in=cles).select_related("utilisateur"),
        _tell_exports,
    ),
    "telechargement": (
        lambda cles: Telechargement.objects.filter(pk__in=cles).select_related(
            "utilisateur", "rapport"
        ),
        _tell_downloads,
    ),
    "import": (
        lambda cles: ImportFichier.objects.filter(pk__in=cles).select_related("envoye_par"),
        _tell_imports,
    ),
    "compte": (lambda cles: list(Evenement.objects.filter(pk__in=cles)), _tell_rights),
}
