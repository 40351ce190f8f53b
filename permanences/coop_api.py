"""What La Coop's API answers, read: pages, activities, places, médiateurs. Pure.

The envelope is JSON:API's. Nothing is believed: a type that is not the one expected makes a
defect said in French, never an error of Python. Tags, names, démarche are not even looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from permanences.coop import (
    AUTONOMIES,
    CANAUX,
    MATERIELS,
    NATURES,
    NIVEAUX,
    ORIENTATIONS,
    THEMATIQUES,
    CompteRendu,
    LieuLu,
    ValeurInconnue,
    cle_valeur,
    compteur,
    identifiant_mediateur,
    translate,
    translate_all,
)
from permanences.enums import Canal, NatureSeance

PARIS = ZoneInfo("Europe/Paris")
APRES = "page[after]"
TAILLE_PAGE = 500
IDS_MAX = 100
LONGUEUR_ID, LONGUEUR_TITRE = 60, 200
GROUPES_API = (("genre", "genres"), ("age", "tranches_age"), ("statut", "statuts"))


class ReponseIllisible(ValueError):
    """Not the envelope that La Coop documents."""


@dataclass(frozen=True, slots=True)
class Page:
    """`suivant`: the opaque cursor of the next one, empty after the last."""

    elements: tuple[dict[str, Any], ...]
    suivant: str = ""
    annonces: int | None = None


def read_page(corps: object) -> Page:
    """Raises ReponseIllisible. An empty page is the last, whatever it says of a next one."""
    if not isinstance(corps, dict) or not isinstance(corps.get("data"), list):
        raise ReponseIllisible("data")
    elements = [element for element in corps["data"] if isinstance(element, dict)]
    if len(elements) != len(corps["data"]):
        raise ReponseIllisible("data[]")
    meta = _object(corps.get("meta"))
    total = meta.get("total_count")
    page = Page((*elements,), annonces=total if _is_int(total) and total >= 0 else None)
    if not elements:
        return page
    suivant = _next_cursor(_object(corps.get("links")).get("next"))
    if not suivant and meta.get("has_next_page") is not False:
        raise ReponseIllisible("links.next")
    return replace(page, suivant=suivant)


def _next_cursor(lien: object) -> str:
    """Its cursor alone: neither its host, which is not ours to trust, nor its filters, which
    /utilisateurs forgets.
    """
    adresse = lien.get("href") if isinstance(lien, dict) else lien
    if not isinstance(adresse, str):
        return ""
    return (parse_qs(urlsplit(adresse).query).get(APRES) or [""])[0]


# --- Médiateurs and places ------------------------------------------------------------------


def mediateurs_of(elements: Collection[Mapping[str, Any]], courriels: Collection[str]) -> Iterator[
    tuple[str, str]
]:  # fmt: skip
    """(e-mail, identifier) of those whose e-mail is one of `courriels`, in lower case."""
    for element in elements:
        attributs = _object(element.get("attributes"))
        courriel = _text(attributs.get("email")).lower()
        mediateur = _text(_object(attributs.get("mediateur")).get("id"))
        if mediateur and courriel in courriels:
            yield courriel, identifiant_mediateur(uuid=mediateur)


def read_structure(element: Mapping[str, Any]) -> LieuLu:
    attributs = _object(element.get("attributes"))
    return LieuLu(
        nom=_text(attributs.get("nom")),
        adresse=_text(attributs.get("adresse")),
        commune=_text(attributs.get("commune")),
        code_postal=_text(attributs.get("code_postal")),
        code_insee=_text(attributs.get("code_insee")),
        structure_id=_text(element.get("id")),
    )


# --- Activities --------------------------------------------------------------------------------


def mediateur_of(element: Mapping[str, Any]) -> str:
    """Whose activity it is: empty when La Coop does not say."""
    attributs = _object(element.get("attributes"))
    return identifiant_mediateur(uuid=_text(attributs.get("mediateur_id")))


def structure_of(element: Mapping[str, Any]) -> str:
    return _text(_object(element.get("attributes")).get("structure_id"))


def modification_of(element: Mapping[str, Any]) -> dt.datetime | None:
    return _instant(_object(element.get("attributes")).get("modification"))


def read_activite(
    element: Mapping[str, Any], lieux: Mapping[str, LieuLu], *, recu_le: dt.datetime
) -> CompteRendu:
    """One activity of ours. `lieux`: the structures known, by identifier.

    A modification dated after `recu_le` is a clock of theirs that is fast: kept as it is, it would
    hide every later one.
    """
    attributs = _object(element.get("attributes"))
    modifie_le = modification_of(element)
    creation = _instant(attributs.get("creation"))
    base = CompteRendu(
        id_coop=_text(element.get("id"))[:LONGUEUR_ID],
        mediateur=mediateur_of(element),
        date=_jour(attributs.get("date")),
        enregistre_le=creation.astimezone(PARIS).date() if creation else None,
        modifie_le=min(modifie_le, recu_le) if modifie_le else None,
        supprime_le=_instant(attributs.get("suppression")),
    )
    try:
        return _filled(base, attributs, lieux)
    except _Defaut as defaut:
        return replace(base, defaut=str(defaut))


class _Defaut(ValueError):
    """Why the whole activity cannot be read."""


def _filled(
    base: CompteRendu, attributs: Mapping[str, Any], lieux: Mapping[str, LieuLu]
) -> CompteRendu:
    if base.date is None:
        raise _Defaut("La Coop ne donne pas sa date.")
    nature = _required(NATURES, attributs.get("type"), "type d’activité")
    canal = _required(CANAUX, attributs.get("type_lieu"), "type de lieu")
    thematiques, inconnues = translate_all(
        THEMATIQUES, _texts(attributs.get("thematiques")), "thématique"
    )
    if not thematiques:
        raise _Defaut(
            f"Aucune de ses thématiques n’est connue ici ({', '.join(inconnues)})."
            if inconnues
            else "La Coop ne donne pas de thématique."
        )
    materiel, autres = translate_all(MATERIELS, _texts(attributs.get("materiel")), "matériel")
    inconnues += autres
    choix = {}
    for nom, table, cle, libelle in _CHOIX:
        texte = _text(attributs.get(cle))
        choix[nom], autres = _translated(table, texte, libelle)
        inconnues += autres
    individuel = nature == NatureSeance.INDIVIDUEL
    compteurs, total, autres = _publics(_object(attributs.get("beneficiaires")))
    return replace(
        base,
        nature=nature,
        canal=canal,
        lieu=_lieu(attributs, lieux) if canal == Canal.LIEU_ACTIVITE else None,
        code_insee=_text(attributs.get("lieu_code_insee")),
        duree=_number(attributs.get("duree"), "durée"),
        nb_participants=1
        if individuel
        else total or _number(attributs.get("accompagnements"), "nombre de participants"),
        compteurs=compteurs,
        thematiques=thematiques,
        materiel=materiel,
        autonomie=choix["autonomie"] if individuel else "",
        niveau="" if individuel else choix["niveau"],
        orientation=choix["orientation"] if attributs.get("oriente_vers_structure") else "",
        titre="" if individuel else _text(attributs.get("titre_atelier"))[:LONGUEUR_TITRE],
        inconnues=inconnues + autres,
    )


_CHOIX = (
    ("autonomie", AUTONOMIES, "autonomie", "autonomie"),
    ("niveau", NIVEAUX, "niveau_atelier", "niveau"),
    ("orientation", ORIENTATIONS, "structure_de_redirection", "structure de redirection"),
)


def _required(table: Mapping[str, str], valeur: object, nom: str) -> str:
    texte = _text(valeur)
    if not texte:
        raise _Defaut(f"La Coop ne donne pas le {nom}.")
    trouve = table.get(cle_valeur(texte))
    if trouve is None:
        raise _Defaut(f"Le {nom} « {texte[:60]} » n’est pas connu ici.")
    return trouve


def _translated(table: Mapping[str, str], texte: str, nom: str) -> tuple[str, tuple[str, ...]]:
    try:
        return translate(table, texte), ()
    except ValeurInconnue as erreur:
        return "", (f"{nom} : {erreur}",)


def _publics(beneficiaires: Mapping[str, Any]) -> tuple[dict[str, int], int, tuple[str, ...]]:
    """(counters, total, unknown values); none of them before La Coop gave them, in April 2026."""
    compteurs: dict[str, int] = {}
    inconnues: list[str] = []
    for prefixe, cle in GROUPES_API:
        for texte, nombre in _object(beneficiaires.get(cle)).items():
            if not _is_int(nombre) or nombre <= 0:
                continue
            try:
                nom = compteur(prefixe, texte.replace("_", " "))
            except ValeurInconnue as erreur:
                inconnues.append(f"{cle} : {erreur}")
                continue
            if nom:
                compteurs[nom] = nombre
    total = beneficiaires.get("total")
    return compteurs, total if _is_int(total) and total > 0 else 0, (*inconnues,)


def _lieu(attributs: Mapping[str, Any], lieux: Mapping[str, LieuLu]) -> LieuLu:
    """The structure; else what the activity itself says of the place."""
    structure = _text(attributs.get("structure_id"))
    return lieux.get(structure) or LieuLu(
        commune=_text(attributs.get("lieu_commune")),
        code_postal=_text(attributs.get("lieu_code_postal")),
        code_insee=_text(attributs.get("lieu_code_insee")),
        structure_id=structure,
    )


# --- Values ---------------------------------------------------------------------------------


def _object(valeur: object) -> dict[str, Any]:
    return valeur if isinstance(valeur, dict) else {}


def _text(valeur: object) -> str:
    return valeur.strip() if isinstance(valeur, str) else ""


def _texts(valeur: object) -> list[str]:
    return [v for v in valeur if isinstance(v, str)] if isinstance(valeur, list) else []


def _is_int(valeur: Any) -> bool:
    return isinstance(valeur, int) and not isinstance(valeur, bool)


def _number(valeur: object, nom: str) -> int:
    """60, or « 60 »."""
    if isinstance(valeur, str) and valeur.isascii() and valeur.isdigit():
        valeur = int(valeur[:9])
    if not isinstance(valeur, int) or isinstance(valeur, bool) or not 0 <= valeur < 10**9:
        raise _Defaut(f"La Coop ne donne pas de {nom}.")
    return valeur


def _jour(valeur: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(_text(valeur)[:10])
    except ValueError:
        return None


def _instant(valeur: object) -> dt.datetime | None:
    """An instant with its offset; without one it is UTC, as all of theirs are."""
    try:
        lu = dt.datetime.fromisoformat(_text(valeur))
        return (lu if lu.tzinfo else lu.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
