"""The médiateurs of La Coop: which of our advisors each is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.utils import timezone

from conseillers.models import Conseiller
from permanences.coop import MediateurLu
from permanences.models import MediateurCoop
from territoires.text import sort_key


def note_mediateurs(mediateurs: Sequence[MediateurLu]) -> list[MediateurCoop]:
    """Remember those of a batch; one not settled yet is matched by e-mail, else by name.

    By name, only when a single advisor of ours bears it.
    """
    lus = {m.identifiant: m for m in sorted(mediateurs, key=lambda m: (m.nom, m.courriel))}
    connus = {m.identifiant: m for m in MediateurCoop.objects.filter(identifiant__in=lus)}
    nouveaux = [MediateurCoop(identifiant=i) for i in lus if i not in connus]
    connus |= {m.identifiant: m for m in nouveaux}
    a_trouver = [m for m in connus.values() if m.conseiller_id is None and not m.ignore]
    index = _Conseillers() if a_trouver else None
    changes = []
    for mediateur in connus.values():
        lu = lus[mediateur.identifiant]
        avant = (mediateur.nom, mediateur.conseiller_id)
        mediateur.nom = lu.nom[:200] or mediateur.nom
        if index and mediateur in a_trouver and (trouve := index.find(lu, mediateur)):
            mediateur.conseiller, mediateur.decide_le = trouve, timezone.now()
        if mediateur.pk and avant != (mediateur.nom, mediateur.conseiller_id):
            changes.append(mediateur)
    MediateurCoop.objects.bulk_create(nouveaux)
    MediateurCoop.objects.bulk_update(changes, ["nom", "conseiller", "decide_le"])
    return list(connus.values())


class _Conseillers:
    def __init__(self) -> None:
        self._par_courriel: dict[str, Conseiller] = {}
        self._par_nom: dict[str, list[Conseiller]] = defaultdict(list)
        for conseiller in Conseiller.objects.filter(anonymise_le__isnull=True):
            self._par_courriel[conseiller.courriel.lower()] = conseiller
            self._par_nom[cle_nom(f"{conseiller.prenom} {conseiller.nom}")].append(conseiller)

    def find(self, lu: MediateurLu, connu: MediateurCoop) -> Conseiller | None:
        if lu.courriel and (par_courriel := self._par_courriel.get(lu.courriel.lower())):
            return par_courriel
        nom = lu.nom or connu.nom
        if not nom and connu.identifiant.startswith("nom:"):
            nom = connu.identifiant.removeprefix("nom:")
        homonymes = self._par_nom.get(cle_nom(nom), []) if nom else []
        return homonymes[0] if len(homonymes) == 1 else None


def cle_nom(nom: str) -> str:
    """The words of a name in any order: « DUPONT Zoé » is « Zoé Dupont »."""
    return " ".join(sorted(sort_key(nom).split()))
