"""One lieu in the fields of the national schema (permanences.mediation), and what it lacks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import reverse

from permanences import calendrier, mediation
from permanences.annonces import SEUIL_THEME, name_object
from permanences.enums import Acces, NatureCreneau, TypeLieu
from permanences.horaires import Heures, Plage, merge_heures, write_horaires
from permanences.models import Creneau, LieuAccueil
from territoires.geo import is_near
from territoires.models import Commune
from territoires.selectors import departement_de_l_instance
from territoires.typographie import FINE, INSECABLE, format_date

# Outlines are generalised: a town hall at the edge of its commune is not called outside.
TOLERANCE_KM = 0.5


@dataclass
class Dossier:
    """What is known of one lieu."""

    lieu: LieuAccueil
    creneaux: list[Creneau]
    tenues: dict[int, list[dt.date]]
    themes: dict[tuple[str, ...], int]
    contour: dict[str, Any] | None
    change_le: dt.date
    ce_jour: dt.date
    horizon: dt.date

    @property
    def commune(self) -> Commune | None:
        """Today's: a commune that was merged keeps its row."""
        commune = self.lieu.commune
        while commune is not None and commune.absorbee_par is not None:
            commune = commune.absorbee_par
        return commune

    @property
    def recoit_du_public(self) -> bool:
        return self.lieu.type not in mediation.RESERVES

    @property
    def suspendu(self) -> bool:
        return not any(self.tenues.get(c.pk) for c in self.creneaux)


def line_of(dossier: Dossier) -> tuple[mediation.Ligne, list[str]]:
    """The line, and what it should have and has not."""
    lieu, commune = dossier.lieu, dossier.commune
    rue, code_postal = mediation.split_adresse(
        lieu.adresse, commune.nom if commune else "", commune.codes_postaux if commune else ()
    )
    position, manques = _position(dossier)
    departement = f"Département {departement_de_l_instance().de}"
    ligne: mediation.Ligne = {
        "id": lieu.code,
        "pivot": lieu.siret or mediation.PIVOT_INCONNU,
        "nom": _plain(lieu.nom),
        "commune": commune.nom if commune else "",
        "code_postal": code_postal,
        "code_insee": commune.pk if commune else "",
        "adresse": _plain(rue),
        **position,
        "typologie": mediation.TYPOLOGIE_DU_TYPE[TypeLieu(lieu.type)],
        "site_web": settings.SITE_URL.rstrip("/") + reverse("permanences:lieu", args=[lieu.code]),
        "presentation_resume": _resume(dossier),
        "presentation_detail": _detail(dossier),
        "source": departement,
        "itinerance": "Fixe",
        "date_maj": dossier.change_le.isoformat(),
        "services": _list(mediation.services_of(dossier.themes, SEUIL_THEME)),
        "frais_a_charge": "Gratuit",
        "dispositif_programmes_nationaux": _list(_dispositifs(lieu)),
        "modalites_accompagnement": _accompagnement(dossier.creneaux),
    }
    if lieu.type == TypeLieu.STRUCTURE_DEPARTEMENTALE:
        ligne["structure_parente"] = departement
    acces, manques_d_acces = _acces(dossier)
    ligne |= acces
    return {cle: v for cle, v in ligne.items() if v != ""}, manques + manques_d_acces


def _accompagnement(creneaux: Iterable[Creneau]) -> str:
    natures = {NatureCreneau(c.nature) for c in creneaux}
    dits = {mediation.ACCOMPAGNEMENT_DE_LA_NATURE[nature] for nature in natures}
    return _list(mot for mot in mediation.ACCOMPAGNEMENTS if mot in dits)


def _list(mots: Iterable[str]) -> str:
    return mediation.SEPARATEUR.join(mots)


def _plain(texte: str) -> str:
    """Without the spaces of printing, which other people's tools do not expect."""
    return " ".join(texte.replace(INSECABLE, " ").replace(FINE, " ").split())


def _dispositifs(lieu: LieuAccueil) -> list[str]:
    ceux = ["Conseillers numériques"]
    return [*ceux, "France Services"] if lieu.type == TypeLieu.FRANCE_SERVICES else ceux


def not_found(dossier: Dossier, ligne: mediation.Ligne) -> list[str]:
    """Why nobody would find it."""
    if dossier.commune is None:
        return ["Il est dans un autre département, dont les communes ne sont pas connues ici."]
    raisons = []
    if not ligne.get("adresse"):
        raisons.append("Il manque le numéro et la rue dans son adresse.")
    if not ligne.get("code_postal"):
        codes = ", ".join(dossier.commune.codes_postaux)
        raisons.append(
            f"Il manque le code postal dans son adresse{INSECABLE}: {dossier.commune.nom} en a "
            f"plusieurs ({codes})."
            if codes
            else f"Aucun code postal n’est connu pour {dossier.commune.nom}."
        )
    return raisons


def _position(dossier: Dossier) -> tuple[dict[str, float], list[str]]:
    """Where it is, if that is in its commune."""
    lieu, commune = dossier.lieu, dossier.commune
    if lieu.latitude is None or lieu.longitude is None:
        return {}, ["Il n’a pas de coordonnées."]
    if commune is None:
        return {}, []
    if dossier.contour is None:
        return {}, [f"Le contour de {commune.nom} n’est pas connu{INSECABLE}: ses coordonnées ne "
                    "peuvent être vérifiées, elles ne sont pas publiées."]  # fmt: skip
    if not is_near(lieu.latitude, lieu.longitude, dossier.contour, TOLERANCE_KM):
        return {}, [f"Ses coordonnées ne sont pas à {commune.nom}{INSECABLE}: elles ne sont pas "
                    "publiées."]  # fmt: skip
    return {"latitude": lieu.latitude, "longitude": lieu.longitude}, []


# --- How one comes -------------------------------------------------------------------------------


def _acces(dossier: Dossier) -> tuple[dict[str, str], list[str]]:
    lieu = dossier.lieu
    if not dossier.recoit_du_public:
        return {"modalites_acces": mediation.PAS_DE_PUBLIC}, []
    telephone = mediation.international(lieu.telephone)
    dits = {mot for c in dossier.creneaux for mot in mediation.ACCES_DU_CRENEAU[Acces(c.acces)]}
    manques = []
    if mediation.TELEPHONER in dits and not telephone:
        dits.discard(mediation.TELEPHONER)
        manques.append("On y vient sur rendez-vous, et il n’a pas de numéro de téléphone.")
    if dossier.suspendu and any(c.date_debut <= dossier.horizon for c in dossier.creneaux):
        manques.append(f"Aucune date n’y est tenue d’ici au {format_date(dossier.horizon)}.")
    return {
        "telephone": telephone,
        "horaires": _horaires(dossier),
        "modalites_acces": _list(mot for mot in mediation.ACCES if mot in dits),
    }, manques


def _horaires(dossier: Dossier) -> str:
    """No rule is written of a créneau that has dates by then and holds none."""
    heures: dict[dt.date, list[tuple[dt.time, dt.time]]] = defaultdict(list)
    for c in dossier.creneaux:
        for jour in dossier.tenues.get(c.pk, ()):
            heures[jour].append((c.heure_debut, c.heure_fin))
    prevues: dict[dt.date, Heures] = {j: merge_heures(h) for j, h in heures.items()}
    gardes = [c for c in dossier.creneaux if not prevues or dossier.tenues.get(c.pk)]
    return write_horaires(
        [
            Plage(c.regle, c.date_debut, c.date_fin, c.heure_debut, c.heure_fin, c.feries)
            for c in gardes
        ],
        {jour: h for jour, h in prevues.items() if h},
        premier=dossier.ce_jour,
        dernier=dossier.horizon,
        est_ferie=partial(calendrier.est_ferie, departement=settings.DEPARTEMENT),
    )


def _resume(dossier: Dossier) -> str:
    if not dossier.recoit_du_public:
        qui = mediation.RESERVES[TypeLieu(dossier.lieu.type)]
        return f"Un conseiller numérique y vient pour {qui} : ce lieu n’accueille pas de public."
    if dossier.suspendu:
        horizon = _plain(format_date(dossier.horizon))
        return f"Aucune date d’un conseiller numérique d’ici au {horizon}."
    acces = {c.get_acces_display().lower() for c in dossier.creneaux}
    comment = f", {acces.pop()}" if len(acces) == 1 else ""
    return f"Aide gratuite d’un conseiller numérique{comment}."


def _detail(dossier: Dossier) -> str:
    """The plan in words, rhythms that opening_hours cannot say included."""
    if not dossier.recoit_du_public:
        return ""
    phrases = [_plain(", ".join(_words(c, dossier.ce_jour))) for c in dossier.creneaux]
    textes = [f"{p[:1].upper()}{p[1:]}." for p in dict.fromkeys(phrases)]
    if dossier.lieu.accessible:
        textes.append("Accessible aux fauteuils roulants.")
    return " ".join(textes)


def _words(creneau: Creneau, ce_jour: dt.date) -> Iterator[str]:
    yield creneau.phrase
    if creneau.regle and creneau.date_debut > ce_jour:
        yield f"à partir du {format_date(creneau.date_debut)}"
    if creneau.regle and creneau.date_fin:
        yield f"jusqu’au {format_date(creneau.date_fin)}"
    if objet := name_object(creneau.nature, creneau.titre):
        yield objet[:1].lower() + objet[1:]
    yield creneau.get_acces_display().lower()
