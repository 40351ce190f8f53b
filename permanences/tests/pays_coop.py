"""A whole country of activities, made by arithmetic: nothing is stored, all can be recounted.

Activity `i` is older than activity `i - 1`. One in `sur` is of our advisors. What
changes is noted apart (`changees`) and goes to the front, as La Coop sorts by modification.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

DUREES = (15, 30, 45, 60, 90, 120)
THEMATIQUES = ("email", "bureautique", "sante", "papiers_elections_citoyennete")
TYPES_LIEU = ("lieu_activite", "lieu_activite", "domicile", "a_distance", "autre")
AGES = (
    "moins_de_douze", "douze_dix_huit", "dix_huit_vingt_quatre", "vingt_cinq_trente_neuf",
    "quarante_cinquante_neuf", "soixante_soixante_neuf", "soixante_dix_plus", "non_communique",
)  # fmt: skip
STATUTS = ("scolarise", "sans_emploi", "en_emploi", "retraite", "non_communique")
GENRES = ("masculin", "feminin", "non_communique")
# Identifiers go down as `i` goes up: La Coop breaks ties by identifier, the greatest first.
PREMIER_ID = 0xF0000000_0000_4000_8000_000000000000
PAS_ID = 7919
SECRET = "Jeannine Dupuis, 06 12 34 56 78"  # what must never be kept: tags, démarche


def uuid_of(genre: int, numero: int) -> str:
    return str(uuid.UUID(int=(genre << 96) | (0x4000 << 64) | (0x8000 << 48) | numero))


def mediateur_of(rang: int) -> str:
    return uuid_of(0xAAAA0000, rang)


def structure_of(rang: int) -> str:
    return uuid_of(0xBBBB0000, rang)


@dataclass
class Pays:
    """`fin`: when the newest was modified; `nos_courriels`: who is ours, the first is rank 0."""

    nombre: int
    fin: dt.datetime
    nos_courriels: list[str]
    pas: dt.timedelta = dt.timedelta(minutes=20)
    parti: str = "hugo.fleche@exemple.fr"  # no longer a conseiller numérique: deleted
    sur: int = 100  # one in so many is ours
    lieux: int = 1
    commune: tuple[str, str, str] = ("72050", "72350", "Brûlon")
    # i -> (when, version, deleted when)
    changees: dict[int, tuple[dt.datetime, int, dt.datetime | None]] = field(default_factory=dict)
    futures: dict[int, dt.datetime] = field(default_factory=dict)

    # --- One activity --------------------------------------------------------------------------

    def ours(self, i: int) -> bool:
        return i % self.sur == self.sur - 3

    def rank_of(self, i: int) -> int:
        """Of the médiateur: ours come first, then some hundreds of others."""
        nombre = len(self.nos_courriels)
        return (i // self.sur) % nombre if self.ours(i) else nombre + i % 400

    def id_of(self, i: int) -> str:
        return str(uuid.UUID(int=PREMIER_ID - i * PAS_ID))

    def modified(self, i: int) -> dt.datetime:
        """Three by three at the same instant: the identifier alone tells them apart."""
        if i in self.futures:
            return self.futures[i]
        return self.changees[i][0] if i in self.changees else self.fin - (i // 3) * 3 * self.pas

    def values(self, i: int) -> dict[str, Any]:
        """What our figures are made of, for the recount."""
        _quand, version, supprimee = self.changees.get(i, (None, 0, None))
        collectif = i % 7 == 3
        return {
            "id": self.id_of(i),
            "mediateur": mediateur_of(self.rank_of(i)),
            "date": (self.fin - (i // 3) * 3 * self.pas - dt.timedelta(days=i % 3)).date(),
            "duree": DUREES[(i + version) % len(DUREES)],
            "collectif": collectif,
            "total": 2 + i % 5 if collectif else 1,
            "type_lieu": TYPES_LIEU[i // self.sur % len(TYPES_LIEU)],
            "supprimee": supprimee,
        }

    def resource(self, i: int) -> dict[str, Any]:
        v = self.values(i)
        au_lieu = v["type_lieu"] == "lieu_activite"
        code, postal, commune = (None, None, None) if au_lieu else self.commune
        return {
            "type": "activite",
            "id": v["id"],
            "attributes": {
                "type": "collectif" if v["collectif"] else "individuel",
                "mediateur_id": v["mediateur"],
                "user_id": uuid_of(0xCCCC0000, self.rank_of(i)),
                "accompagnements": v["total"],
                "date": v["date"].isoformat(),
                "duree": v["duree"],
                "type_lieu": v["type_lieu"],
                "structure_id": structure_of(i // self.sur % self.lieux) if au_lieu else None,
                "lieu_code_postal": postal,
                "lieu_commune": commune,
                "lieu_code_insee": code,
                "creation": iso(self.fin - (i // 3) * 3 * self.pas),
                "modification": iso(self.modified(i)),
                "suppression": iso(v["supprimee"]) if v["supprimee"] else None,
                "autonomie": None if v["collectif"] else "autonome",
                "oriente_vers_structure": i % 4 == 0,
                "structure_de_redirection": "aide_sociale" if i % 4 == 0 else None,
                "materiel": ["ordinateur"],
                "thematiques": ["aide_aux_demarches_administratives", THEMATIQUES[i % 4]],
                "tags": [SECRET],
                "precisions_demarche": SECRET,
                "titre_atelier": "Premiers pas" if v["collectif"] else None,
                "niveau_atelier": "debutant" if v["collectif"] else None,
                "beneficiaires": {
                    "total": v["total"],
                    "genres": dealt(GENRES, v["total"], i),
                    "tranches_age": dealt(AGES, v["total"], i),
                    "statuts": dealt(STATUTS, v["total"], i),
                },
            },
        }

    # --- Changes -------------------------------------------------------------------------------

    def change(self, i: int, quand: dt.datetime, *, supprime: bool = False) -> None:
        version = self.changees.get(i, (None, 0, None))[1]
        self.changees[i] = (quand, version + 1, quand if supprime else None)

    # --- In order ------------------------------------------------------------------------------

    def front(self) -> list[int]:
        """What was changed or is from the future: newer than all the rest."""
        devant = {*self.changees, *self.futures}
        return sorted(devant, key=lambda i: (self.modified(i), self.id_of(i)), reverse=True)

    def ordered(
        self, depuis: dt.datetime | None, apres: tuple[dt.datetime, str] | None = None
    ) -> Iterator[int]:
        """Newest first, strictly after (modification, identifier), not older than `depuis`."""
        devant = self.front()
        for i in devant:
            if (apres is None or (self.modified(i), self.id_of(i)) < apres) and (
                depuis is None or self.modified(i) >= depuis
            ):
                yield i
        ailleurs = set(devant)
        premier = 0 if apres is None else max((self.fin - apres[0]) // (3 * self.pas) * 3, 0)
        for i in range(premier, self.nombre):
            quand = self.fin - (i // 3) * 3 * self.pas
            if depuis is not None and quand < depuis:
                return
            if i not in ailleurs and (apres is None or (quand, self.id_of(i)) < apres):
                yield i

    def count(self, depuis: dt.datetime | None) -> int:
        if depuis is None:
            return self.nombre
        devant = self.front()
        groupes = max((self.fin - depuis) // (3 * self.pas) + 1, 0)
        derriere = min(groupes * 3, self.nombre)
        return (
            derriere
            - sum(i < derriere for i in devant)
            + sum(self.modified(i) >= depuis for i in devant)
        )

    # --- Counted apart from any client ---------------------------------------------------------

    def expected(self) -> dict[str, dict[str, Any]]:
        """{id: values} of every activity of ours, deleted ones too."""
        nos = range(self.sur - 3, self.nombre, self.sur)
        return {v["id"]: v for i in nos for v in [self.values(i)]}

    # --- Other resources -----------------------------------------------------------------------

    def users(self) -> list[dict[str, Any]]:
        """Ours among others."""
        autres = [f"mediateur{n}@ailleurs.invalid" for n in range(30)]
        courriels = [*autres[:15], *self.nos_courriels, *autres[15:]]
        return [self._user(rang, courriel) for rang, courriel in enumerate(courriels)]

    def _user(self, rang: int, courriel: str) -> dict[str, Any]:
        nous = courriel in self.nos_courriels
        numero = self.nos_courriels.index(courriel) if nous else 1000 + rang
        return {
            "type": "utilisateur",
            "id": uuid_of(0xCCCC0000, numero),
            "attributes": {
                "email": courriel.upper() if numero % 2 else courriel,
                "prenom": "Jeannine",
                "nom": "Dupuis",
                "telephone": "+33612345678",
                "suppression": iso(self.fin) if courriel == self.parti else None,
                "mediateur": {"id": mediateur_of(numero)} if rang % 9 or nous else None,
                "coordinateur": None,
                "conseiller_numerique": {
                    "is_conseiller_numerique": courriel != self.parti, "id_pg": 5000 + numero,
                },
            },
        }  # fmt: skip

    def structure(self, identifiant: str) -> dict[str, Any] | None:
        rang = uuid.UUID(identifiant).int & 0xFFFF
        if rang >= self.lieux or structure_of(rang) != identifiant:
            return None
        code, postal, commune = self.commune
        return {
            "type": "structure",
            "id": identifiant,
            "attributes": {
                "nom": f"Mairie de {commune}" if rang == 0 else f"Salle n° {rang}",
                "adresse": f"{rang + 1} place de la Mairie",
                "commune": commune,
                "code_postal": postal,
                "code_insee": code,
                "courriels": ["accueil@ailleurs.invalid"],
                "telephone": "+33243000000",
            },
        }


def dealt(valeurs: tuple[str, ...], total: int, graine: int) -> dict[str, int]:
    comptes = dict.fromkeys(valeurs, 0)
    for n in range(total):
        comptes[valeurs[(graine + n) % len(valeurs)]] += 1
    return comptes


def iso(quand: dt.datetime) -> str:
    return quand.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
