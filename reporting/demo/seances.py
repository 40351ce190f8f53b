"""What a séance says: themes, people counted, never named."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from typing import Any

from django.utils import timezone

from conseillers.models import Conseiller, Poste
from permanences.enums import (
    GROUPES,
    THEMATIQUES_ADMINISTRATIVES,
    THEMATIQUES_MEDIATION,
    Autonomie,
    Canal,
    Materiel,
    NatureCreneau,
    NatureSeance,
    Niveau,
    Orientation,
    Source,
    Thematique,
)
from permanences.models import Creneau, Seance
from territoires.models import Commune

# Shares of each public, in the order of the lists; what is left is « non communiqué ».
PUBLICS = {
    "age": (1, 3, 5, 12, 22, 24, 28),
    "genre": (38, 57),
    "statut": (42, 20, 24, 4),
}
POIDS_THEMES = {
    Thematique.DEMARCHES: 30,
    Thematique.PRENDRE_EN_MAIN: 14,
    Thematique.EMAIL: 12,
    Thematique.NAVIGATION: 9,
    Thematique.BUREAUTIQUE: 6,
    Thematique.SECURITE: 6,
    Thematique.SANTE: 5,
}
ATELIER = (NatureSeance.ATELIER, NatureSeance.MINI_FORMATION)


def compose_seance(
    hasard: random.Random,
    poste: Poste,
    auteur: Conseiller,
    jour: dt.date,
    creneau: Creneau | None = None,
    commune: Commune | None = None,
    canal: Canal = Canal.LIEU_ACTIVITE,
) -> Seance:
    """An unsaved séance, at the créneau's lieu, in `commune`, or at a distance."""
    nature = NatureSeance.INDIVIDUEL
    if creneau and creneau.nature != NatureCreneau.PERMANENCE:
        nature = NatureSeance(creneau.nature)
    collectif = nature in ATELIER
    participants = hasard.randint(3, 8) if collectif else hasard.choices((1, 2), (997, 3))[0]
    seance = Seance(
        cle=uuid.UUID(int=hasard.getrandbits(128), version=4),
        poste=poste,
        auteur=auteur,
        date=jour,
        nature=nature,
        canal=canal,
        lieu=creneau.lieu if creneau and canal == Canal.LIEU_ACTIVITE else None,
        creneau=creneau,
        duree=120 if collectif else 5 * hasard.randint(2, 15),
        nb_participants=participants,
        nb_premieres_venues=_premieres_venues(hasard, participants),
        thematiques=_themes(hasard),
        materiel=hasard.sample(list(Materiel.values), 1),
        autonomie=hasard.choice(["", *Autonomie.values]),
        niveau=hasard.choice(Niveau.values) if collectif else "",
        orientation=hasard.choice(Orientation.values) if hasard.random() < 0.12 else "",
        titre=creneau.titre if creneau and collectif else "",
        source=Source.FORMULAIRE,
        **_publics(hasard, participants),
    )
    _situe(seance, commune or (seance.lieu.commune if seance.lieu else None))
    return seance


def fit_in_creneau(hasard: random.Random, creneau: Creneau, seances: list[Seance]) -> None:
    """Séances one after the other, but for a day in fifty that a check points at."""
    total = sum(seance.duree for seance in seances)
    if total > creneau.minutes and hasard.random() > 0.1:
        for seance in seances:
            seance.duree = max(seance.duree * creneau.minutes // total // 5 * 5, 5)


def _situe(seance: Seance, commune: Commune | None) -> None:
    if commune and seance.canal != Canal.A_DISTANCE:
        seance.code_insee = commune.code
        seance.commune = commune
        seance.epci_id = commune.epci_id
        seance.departement = commune.departement


def date_saisie(hasard: random.Random, seance: Seance, aujourd_hui: dt.date) -> None:
    """Three in four are entered the same day, a few weeks later; never in the future."""
    delai = hasard.choices((0, hasard.randint(1, 7), hasard.randint(8, 25)), (76, 18, 6))[0]
    jour = min(seance.date + dt.timedelta(days=delai), aujourd_hui)
    seance.saisie_le = jour
    heure = dt.time(hasard.randint(12, 18), hasard.randrange(60))
    instant = timezone.make_aware(dt.datetime.combine(jour, heure))
    seance.cree_le = min(instant, timezone.now())


def _premieres_venues(hasard: random.Random, participants: int) -> int | None:
    if hasard.random() < 0.08:
        return None
    return sum(hasard.random() < 0.3 for _ in range(participants))


def _themes(hasard: random.Random) -> list[str]:
    poids = [POIDS_THEMES.get(theme, 2) for theme in THEMATIQUES_MEDIATION]
    themes = hasard.choices(THEMATIQUES_MEDIATION, poids, k=hasard.choice((1, 1, 2, 3)))
    if Thematique.DEMARCHES in themes:
        themes.append(hasard.choice(THEMATIQUES_ADMINISTRATIVES))
    return [str(theme) for theme in dict.fromkeys(themes)]


def _publics(hasard: random.Random, participants: int) -> dict[str, Any]:
    compteurs: dict[str, int] = {}
    for prefixe, liste in GROUPES:
        champs = [f"{prefixe}_{valeur}" for valeur in liste.values]
        tires = hasard.choices(
            [*champs, ""], [*PUBLICS[prefixe], 100 - sum(PUBLICS[prefixe])], k=participants
        )
        compteurs |= {champ: tires.count(champ) for champ in champs}
    return compteurs
