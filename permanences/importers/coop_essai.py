"""La Coop's exchange, tried: does the key open, and what would a run bring? Nothing is kept."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from permanences.coop import CompteRendu
from permanences.coop_api import Page, mediateur_of, read_activite
from permanences.importers.coop_api import find_mediateurs, known_lieux, utc
from permanences.importers.coop_client import ClientCoop, EchecCoop
from permanences.models import CompteRenduCoop
from permanences.services.coop_api import PHRASE_PERSONNE, depuis_of
from territoires.typographie import accorde, format_date, format_nombre

PORTES = (
    ("/activites", "Activites"),
    ("/utilisateurs", "Utilisateurs"),
    ("/structures", "Structures"),
)


@dataclass(frozen=True)
class Essai:
    """`phrase` empty: it went well."""

    libelle: str
    phrase: str = ""


def try_connection(client: ClientCoop) -> list[Essai]:
    """Ask the smallest thing of each door. Stops where nothing answers."""
    try:
        client.health()
    except EchecCoop as echec:
        return [Essai("La Coop répond", str(echec))]
    essais = [Essai("La Coop répond")]
    for chemin, portee in PORTES:
        phrase = ""
        try:
            client.page(chemin, {"page[size]": "1"})
        except EchecCoop as echec:
            phrase = str(echec)
        essais.append(Essai(f"La clé ouvre « {portee} »", phrase))
    return essais


def preview_import_api(client: ClientCoop, *, depuis: dt.date | None) -> Iterator[str]:
    """Sentences on what a run would read. Raises EchecCoop."""
    with transaction.atomic():
        nos = find_mediateurs(client, partout=True)
        transaction.set_rollback(True)
    if not nos:
        raise EchecCoop(PHRASE_PERSONNE)
    debut = depuis_of(nos)
    if depuis:
        demande = timezone.make_aware(dt.datetime.combine(depuis, dt.time.min))
        debut = min(debut, demande)
    combien = accorde(len(nos), "compte reconnu", "comptes reconnus")
    yield f"{combien}. Modifiés depuis le {format_date(timezone.localdate(debut))} :"
    comptes: Counter[str] = Counter()
    inconnues: Counter[str] = Counter()
    lieux, recu_le = known_lieux(), timezone.now()
    for page in client.pages("/activites", {"filter[modification][depuis]": utc(debut)}):
        comptes["parcourus"] += len(page.elements)
        lus = [read_activite(e, lieux, recu_le=recu_le) for e in _ours(page, nos)]
        _count(lus, comptes, inconnues)
    yield f"{format_nombre(comptes['parcourus'])} parcourus, dont les nôtres :"
    for nom in ("nouveaux", "déjà connus", "modifiés depuis", "supprimés", "illisibles"):
        yield f"  {nom} : {format_nombre(comptes[nom])}"
    for valeur, nombre in inconnues.most_common(20):
        yield f"  valeur inconnue, {format_nombre(nombre)} fois : {valeur}"
    yield "Rien n’a été écrit."


def _ours(page: Page, nos: set[str]) -> list[dict[str, object]]:
    return [e for e in page.elements if mediateur_of(e) in nos and e.get("id")]


def _count(lus: list[CompteRendu], comptes: Counter[str], inconnues: Counter[str]) -> None:
    connus = dict(
        CompteRenduCoop.objects.filter(id_coop__in=[lu.id_coop for lu in lus]).values_list(
            "id_coop", "modifie_le"
        )
    )
    for lu in lus:
        inconnues.update(lu.inconnues)
        if lu.defaut:
            comptes["illisibles"] += 1
        elif lu.supprime_le:
            comptes["supprimés"] += 1
        elif lu.id_coop not in connus:
            comptes["nouveaux"] += 1
        elif connus[lu.id_coop] == lu.modifie_le:
            comptes["déjà connus"] += 1
        else:
            comptes["modifiés depuis"] += 1
