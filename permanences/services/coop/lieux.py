"""The places of La Coop: remembered, matched alone when there is no doubt."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.utils import timezone

from permanences.coop import LieuLu, cle_adresse
from permanences.enums import TraitementLieu
from permanences.models import LieuAccueil, LieuCoop
from territoires.selectors import CodeInseeRefuse, CommuneIndex
from territoires.text import sort_key

CLE_MAX = 600
_CODE_POSTAL = re.compile(r",?\s+\d{5}\s")


class LieuxConnus:
    """The remembered places of a batch, by any of their keys; those never seen are created."""

    def __init__(self, lus: Sequence[LieuLu], communes: CommuneIndex) -> None:
        self._communes = communes
        self._par_cle: dict[str, LieuCoop] = {}
        # A few hundred rows, whatever the years.
        for connu in LieuCoop.objects.select_related("lieu__commune"):
            self._remember(connu)
        vus: dict[str, LieuCoop] = {}
        nouveaux: list[LieuCoop] = []
        changes: dict[int, LieuCoop] = {}
        for lu in dict.fromkeys(lus):
            deja = self._find(lu)
            connu = deja or _nouveau(lu)
            if deja is None:
                nouveaux.append(connu)
                self._remember(connu)
            elif cles := [c for c in _cles(lu) if c not in (connu.cle, *connu.autres_cles)]:
                connu.autres_cles = [*connu.autres_cles, *cles]
                self._remember(connu)
                if connu.pk:
                    changes[connu.pk] = connu
            vus[connu.cle] = connu
        self._match(vus.values(), changes)
        LieuCoop.objects.bulk_create(nouveaux)
        LieuCoop.objects.bulk_update(
            changes.values(), ["autres_cles", "traitement", "lieu", "decide_le"]
        )
        self._vus = list(vus.values())

    @property
    def rapproches(self) -> set[int]:
        return {connu.lieu_id for connu in self._vus if connu.lieu_id}

    def get(self, lu: LieuLu) -> LieuCoop:
        connu = self._find(lu)
        assert connu is not None  # each place of the batch was met at construction
        return connu

    def _find(self, lu: LieuLu) -> LieuCoop | None:
        return next((self._par_cle[c] for c in _cles(lu) if c in self._par_cle), None)

    def _remember(self, connu: LieuCoop) -> None:
        for cle in (connu.cle, *connu.autres_cles):
            self._par_cle.setdefault(cle, connu)

    def _match(self, vus: Iterable[LieuCoop], changes: dict[int, LieuCoop]) -> None:
        """Those that nobody settled yet: a lieu may have been entered since they were seen."""
        en_attente = [
            connu
            for connu in vus
            if connu.traitement == TraitementLieu.A_RAPPROCHER and connu.decide_le is None
        ]
        par_commune = self._candidats(en_attente)
        for connu in en_attente:
            surs = sure_matches(connu, par_commune[self.today(connu.code_insee)])
            if len(surs) != 1:
                continue
            connu.lieu, connu.traitement = surs[0], TraitementLieu.RAPPROCHE
            connu.decide_le = timezone.now()
            if connu.pk:
                changes[connu.pk] = connu

    def _candidats(self, en_attente: Sequence[LieuCoop]) -> dict[str, list[LieuAccueil]]:
        codes = {self.today(connu.code_insee) for connu in en_attente} - {""}
        par_commune: dict[str, list[LieuAccueil]] = defaultdict(list)
        if codes:
            for lieu in LieuAccueil.objects.filter(code_insee__in=codes).select_related("commune"):
                par_commune[lieu.code_insee].append(lieu)
        return par_commune

    def today(self, code: str) -> str:
        """The code of today's commune; empty for one that stands for none."""
        try:
            return self._communes.resolve(code).code if code else ""
        except CodeInseeRefuse:
            return ""


def _cles(lu: LieuLu) -> list[str]:
    return [cle[:CLE_MAX] for cle in lu.cles]


def _nouveau(lu: LieuLu) -> LieuCoop:
    cle, *autres = _cles(lu)
    return LieuCoop(
        cle=cle,
        autres_cles=autres,
        nom=lu.nom[:300],
        adresse=lu.adresse[:300],
        commune=lu.commune[:100],
        code_postal=lu.code_postal[:10],
        code_insee=lu.code_insee[:5],
    )


def sure_matches(connu: LieuCoop, candidats: Iterable[LieuAccueil]) -> list[LieuAccueil]:
    """Those of its commune that bear its name, or stand at its number of its street."""
    nom, adresse = sort_key(connu.nom), cle_adresse(connu.adresse)
    numerotee = any(caractere.isdigit() for caractere in adresse)
    return [
        lieu
        for lieu in candidats
        if (nom and sort_key(lieu.nom) == nom)
        # « Le Bourg » is the address of half a village.
        or (numerotee and _rue(lieu) == adresse)
    ]


def _rue(lieu: LieuAccueil) -> str:
    """The street alone: « 1 place X, 72000 Le Mans » without its postal code and commune."""
    return cle_adresse(_CODE_POSTAL.split(lieu.adresse)[0])
