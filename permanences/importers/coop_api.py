"""La Coop by its API: read the country's pages, keep what is of our advisors, nothing else.

Whoever is not ours is dropped here, before anything is stored, counted by name or logged.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from conseillers.models import Conseiller
from permanences.coop import LieuLu, MediateurLu
from permanences.coop_api import (
    IDS_MAX,
    Page,
    mediateur_of,
    mediateurs_of,
    modification_of,
    read_activite,
    read_structure,
    structure_of,
)
from permanences.importers.coop_client import (
    ClientCoop,
    CurseurPerime,
    EchecCoop,
    identite,
)
from permanences.models import ImportCoop, LieuCoop, MediateurCoop
from permanences.services import coop_api as services
from permanences.services.coop import note_mediateurs
from permanences.services.coop_api import PHRASE_IMPREVU, PageLue, Prise, PrisePerdue
from territoires.enums import Porte
from territoires.journal import entree
from territoires.typographie import accorde

logger = logging.getLogger(__name__)

# A worker is not held longer by one message: the next slice is queued behind the others' work.
TRANCHE_SECONDES = 300
BATTEMENT_SECONDES = 5
PREFIXE_STRUCTURE, PREFIXE_UUID = "structure:", "uuid:"
PHRASE_ETEINT = (
    "L’échange avec La Coop n’est pas configuré : il manque COOP_CLIENT_ID ou COOP_CLIENT_SECRET."
)


def connect(**voulu: Any) -> ClientCoop:
    """The client of the settings. Raises EchecCoop where they are missing."""
    cle = identite()
    if cle is None:
        raise EchecCoop(PHRASE_ETEINT)
    return ClientCoop(cle, **voulu)


def run_import_api(
    *, pk: int, client: ClientCoop | None = None, tranche: float = TRANCHE_SECONDES
) -> bool:
    """Go on with a run as long as a slice lasts. True when there is more to read.

    Whatever happens, the row says it: nothing is raised but what nobody foresaw.
    """
    prise = services.claim_import_api(pk=pk)
    if prise is None:
        return False
    try:
        with entree(Porte.IMPORT, "La Coop, échange"):
            lecture = Lecture(prise, client or connect())
            if lecture.read(time.monotonic() + tranche):
                services.release_import_api(prise=prise)
                return True
            services.end_import_api(prise=prise)
    except PrisePerdue:
        logger.warning("Exchange %s with La Coop was taken over", pk)
    except EchecCoop as echec:
        services.fail_import_api(prise=prise, cause=str(echec))
    except ValidationError as refus:
        services.fail_import_api(prise=prise, cause=" ".join(refus.messages))
    except Exception:
        services.fail_import_api(prise=prise, cause=PHRASE_IMPREVU)
        raise
    return False


@dataclass
class Lecture:
    """One process reading for one run."""

    prise: Prise
    client: ClientCoop
    lieux: dict[str, LieuLu] = field(default_factory=dict)
    _battu: float = 0

    def __post_init__(self) -> None:
        self.client.signe = self._beat

    def read(self, fin: float) -> bool:
        """True when time is over first."""
        importation = ImportCoop.objects.get(pk=self.prise.pk)
        if not importation.mediateurs:
            importation = services.prepare_import_api(
                prise=self.prise,
                mediateurs=find_mediateurs(
                    self.client,
                    # Not each night: it is reading the whole country's directory.
                    partout=importation.lance_par_id is not None or services.is_first(),
                ),
            )
        self.lieux = known_lieux()
        while True:
            try:
                return self._pages(importation, fin)
            except CurseurPerime:
                if not services.restart_import_api(prise=self.prise):
                    raise
                importation.refresh_from_db()

    def _pages(self, importation: ImportCoop, fin: float) -> bool:
        debut = timezone.now()
        nos = frozenset(importation.mediateurs)
        assert importation.depuis is not None  # prepared
        premiere = not importation.curseur
        question = {"filter[modification][depuis]": utc(importation.depuis)}
        for page in self.client.pages("/activites", question, importation.curseur):
            repere = mark_of(page, debut, self.client.heure) if premiere else None
            premiere = False
            if page.elements or repere is not None:
                self._keep(page, nos, repere)
            if page.suivant and time.monotonic() > fin:
                return True
        return False

    def _keep(self, page: Page, nos: frozenset[str], repere: dt.datetime | None) -> None:
        recu_le = timezone.now()
        notres = [e for e in page.elements if mediateur_of(e) in nos]
        self._ask_structures({structure_of(e) for e in notres} - {""} - self.lieux.keys())
        anonymes = sum(not (e.get("id") and mediateur_of(e)) for e in page.elements)
        services.keep_page(
            prise=self.prise,
            page=PageLue(
                comptes_rendus=[
                    read_activite(e, self.lieux, recu_le=recu_le) for e in notres if e.get("id")
                ],
                curseur=page.suivant,
                parcourus=len(page.elements),
                annonces=page.annonces,
                repere=repere,
                phrases=[_phrase_anonymes(anonymes)] if anonymes else [],
            ),
        )

    def _ask_structures(self, inconnues: Iterable[str]) -> None:
        ids = sorted(inconnues)
        for rang in range(0, len(ids), IDS_MAX):
            page = self.client.page("/structures", {"ids": ",".join(ids[rang : rang + IDS_MAX])})
            for lieu in map(read_structure, page.elements):
                self.lieux[lieu.structure_id] = lieu

    def _beat(self) -> None:
        if time.monotonic() - self._battu >= BATTEMENT_SECONDES:
            services.beat_import_api(prise=self.prise)
            self._battu = time.monotonic()


def mark_of(page: Page, debut: dt.datetime, leur_heure: dt.datetime | None) -> dt.datetime:
    """Up to when all will have been read once the pass has ended: the most cautious clock.

    Ours, that of their server, and the newest modification, dated by their database. One dated in
    the future says nothing.
    """
    dates = [m for element in page.elements if (m := modification_of(element))]
    return min([debut, *([leur_heure] if leur_heure else []), *([max(dates)] if dates else [])])


def _phrase_anonymes(nombre: int) -> str:
    return (
        f"{accorde(nombre, 'compte rendu', 'comptes rendus')} sans identifiant ou sans médiateur : "
        "La Coop ne dit pas de qui il s’agit."
    )


def utc(quand: dt.datetime) -> str:
    """The form that La Coop takes, and no other."""
    return quand.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- Who and where ---------------------------------------------------------------------------


def find_mediateurs(client: ClientCoop, *, partout: bool) -> set[str]:
    """Identifiers of our advisors, by their e-mail; those once recognised stay so.

    `partout`: when one of ours is not among the conseillers numériques of the country, having left
    or never been declared, look among all the others too.
    """
    manquent = {
        courriel.lower()
        for courriel in Conseiller.objects.filter(anonymise_le=None).values_list(
            "courriel", flat=True
        )
    }
    courriels = frozenset(manquent)
    trouves: list[MediateurLu] = []
    for choix in ("1", "0") if partout else ("1",):
        if not manquent:
            break
        for page in client.pages("/utilisateurs", {"filter[conseiller_numerique]": choix}):
            for courriel, identifiant in mediateurs_of(page.elements, courriels):
                trouves.append(MediateurLu(identifiant, courriel=courriel))
                manquent.discard(courriel)
    note_mediateurs(trouves)
    return set(
        MediateurCoop.objects.filter(
            identifiant__startswith=PREFIXE_UUID, conseiller__isnull=False, ignore=False
        ).values_list("identifiant", flat=True)
    )


def known_lieux() -> dict[str, LieuLu]:
    """The structures that need not be asked again."""
    connus = {}
    for lieu in LieuCoop.objects.exclude(nom=""):
        for cle in (lieu.cle, *lieu.autres_cles):
            if cle.startswith(PREFIXE_STRUCTURE):
                structure = cle.removeprefix(PREFIXE_STRUCTURE)
                connus[structure] = LieuLu(
                    nom=lieu.nom,
                    adresse=lieu.adresse,
                    commune=lieu.commune,
                    code_postal=lieu.code_postal,
                    code_insee=lieu.code_insee,
                    structure_id=structure,
                )
    return connus
