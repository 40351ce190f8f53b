"""What « Où nous trouver » reads: the lieux with their dates, the communes and their ground."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import cache
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone

from conseillers.selectors import occupation_among
from permanences.annonces import DateAnnoncee
from permanences.carte import Fond, draw_ground
from permanences.enums import RESERVES
from permanences.models import Creneau, LieuAccueil
from permanences.proximite import AU_MOINS, AU_PLUS, RAYON_KM, LieuAnnonce, not_over
from permanences.selectors.annonces import dates_by_lieu
from permanences.selectors.plan import plan_entre
from territoires.geo import distance_between
from territoires.models import Commune, CommuneAncienne

# Long enough to hold two dates of what comes back every month.
HORIZON = dt.timedelta(weeks=5)
HORIZON_CALENDRIER = dt.timedelta(weeks=13)
# Territories change once a year (load_territoires): they are read again every hour.
UNE_HEURE = 3600
# Of the nearest lieux, so many are read: a few may have no date to tell.
CANDIDATS = 25
AUTOUR_KM, NOMS_AUTOUR = 20, 15
CLE_TERRITOIRE = "ou-nous-trouver:territoire:1"


@dataclass(frozen=True)
class CommuneConnue:
    """Of the département, of today or merged since; `epci`: its SIREN."""

    code: str
    nom: str
    latitude: float
    longitude: float
    population: int
    epci: str
    absorbee_par: str


@dataclass(frozen=True)
class Territoire:
    """Every commune by its code, the old names, and the ground of the maps."""

    communes: dict[str, CommuneConnue]
    # Old code -> (old name, code of the commune that answers for it)
    anciennes: dict[str, tuple[str, str]]
    fond: Fond | None

    def resolve(self, code: str) -> tuple[CommuneConnue | None, str]:
        """(commune of today, old name when the code is an old one); None for an unknown code."""
        ancien = ""
        if code not in self.communes and code in self.anciennes:
            ancien, code = self.anciennes[code]
        commune = self.communes.get(code)
        while commune is not None and commune.absorbee_par:
            ancien = ancien or commune.nom
            commune = self.communes.get(commune.absorbee_par)
        return commune, ancien

    @cached_property
    def villes(self) -> list[CommuneConnue]:
        """The most populated commune of each EPCI, the largest first: what one knows on a map."""
        premieres: dict[str, CommuneConnue] = {}
        for commune in sorted(self.communes.values(), key=lambda c: (-c.population, c.code)):
            premieres.setdefault(commune.epci or commune.code, commune)
        return list(premieres.values())

    def around(self, ici: CommuneConnue) -> list[CommuneConnue]:
        """The most populated communes near one: what one knows on its map."""
        proches = (c for c in self.communes.values() if not c.absorbee_par)
        proches = (c for c in proches if distance_between(ici, c) <= AUTOUR_KM)
        return sorted(proches, key=lambda c: (-c.population, c.code))[:NOMS_AUTOUR]


def territoire() -> Territoire:
    """1 query an hour, shared by every process."""
    connu = cache.get(CLE_TERRITOIRE)
    if not isinstance(connu, Territoire):
        connu = _read_territoire()
        cache.set(CLE_TERRITOIRE, connu, UNE_HEURE)
    return connu


def _read_territoire() -> Territoire:
    anciennes = CommuneAncienne.objects.filter(commune=OuterRef("pk")).order_by("code")
    lignes = list(
        Commune.objects.filter(departement=settings.DEPARTEMENT)
        .annotate(anciens=ArraySubquery(anciennes.values(dit=JSONObject(code="code", nom="nom"))))
        .order_by("nom_tri", "code")
        .values_list(
            "code", "nom", "latitude", "longitude", "population", "epci_id", "absorbee_par_id",
            "anciens", "contour",
        )
    )  # fmt: skip
    communes = {
        code: CommuneConnue(code, nom, lat, lon, habitants or 0, epci or "", absorbee_par or "")
        for code, nom, lat, lon, habitants, epci, absorbee_par, _, _ in lignes
    }
    contours = {ligne[0]: ligne[-1] for ligne in lignes if not communes[ligne[0]].absorbee_par}
    return Territoire(
        communes=communes,
        anciennes={a["code"]: (a["nom"], ligne[0]) for ligne in lignes for a in ligne[-2]},
        fond=draw_ground(contours, {code: communes[code].epci for code in contours}),
    )


def lieux_annonces(
    maintenant: dt.datetime,
    *,
    lieu: LieuAccueil | None = None,
    pres_de: CommuneConnue | None = None,
    horizon: dt.timedelta = HORIZON,
) -> list[LieuAnnonce]:
    """The open lieux that have dates to come, with them, by code; 5 queries, whatever there is.

    `pres_de`: those that `neighbours` may keep are enough, and the reserved ones. Nearly all of
    them without a date, in a summer, all the others are read too: 10 queries.
    """
    la_bas = timezone.localtime(maintenant)
    premier, dernier = la_bas.date(), la_bas.date() + horizon
    ouverts = Creneau.objects.filter(lieu__actif=True).actif_entre(premier, dernier)
    if lieu is not None:
        ouverts = ouverts.filter(lieu=lieu)
    creneaux = list(
        ouverts.select_related("lieu__commune", "poste__structure")
        .only(*_LUS)
        .order_by("lieu__code", "code")
    )
    if pres_de is not None:
        creneaux, ecartes, km = _near(creneaux, pres_de)
    postes = occupation_among({c.poste for c in creneaux}, premier, dernier)
    plan = plan_entre(premier, dernier, postes=postes, creneaux=creneaux, compter=False)
    lieux = {c.lieu_id: c.lieu for c in creneaux}
    par_lieu = dates_by_lieu(creneaux, plan, premier, dernier)
    annonces = [
        announce(lieux[cle], not_over(par_lieu.get(cle, ()), premier, la_bas.time()))
        for cle in lieux
    ]
    if pres_de is not None and ecartes:
        dits = sum(not a.reserve_a and a.is_worth_telling(premier) for a in annonces)
        if dits < AU_MOINS or (dits < AU_PLUS and km <= RAYON_KM):
            return lieux_annonces(maintenant, horizon=horizon)
    return annonces


def _near(creneaux: list[Creneau], ici: CommuneConnue) -> tuple[list[Creneau], bool, float]:
    """(créneaux of the nearest lieux, whether some were left out, how far the last one is)."""
    lieux = {c.lieu_id: announce(c.lieu, ()) for c in creneaux}
    offerts = [(cle, lieu) for cle, lieu in lieux.items() if not lieu.reserve_a]
    ranges = sorted(
        (lieu.code_commune != ici.code, distance_between(ici, lieu), cle) for cle, lieu in offerts
    )
    gardes = {cle for _, _, cle in ranges[:CANDIDATS]}
    gardes |= {cle for cle, lieu in lieux.items() if lieu.reserve_a}
    km = ranges[:CANDIDATS][-1][1] if ranges else 0.0
    return [c for c in creneaux if c.lieu_id in gardes], len(ranges) > CANDIDATS, km


# A créneau, where it is and whose: without the contour of its commune, and no name of a person.
_LUS = [
    *(f.attname for f in Creneau._meta.concrete_fields),
    *(f"lieu__{f.name}" for f in LieuAccueil._meta.concrete_fields),
    *(f"lieu__commune__{nom}" for nom in ("nom", "latitude", "longitude")),
    *(
        f"poste__{nom}"
        for nom in ("numero", "type", "date_attribution", "date_rendu", "structure__nom",
                    "structure__type")
    ),
]  # fmt: skip


def announce(lieu: LieuAccueil, dates: tuple[DateAnnoncee, ...]) -> LieuAnnonce:
    """The lieu, read with its commune, and these dates."""
    commune = lieu.commune
    situe = lieu.latitude is not None
    ou = lieu if situe or commune is None else commune
    return LieuAnnonce(
        code=lieu.code,
        nom=lieu.nom,
        url=reverse("permanences:lieu", args=[lieu.code]),
        adresse=lieu.adresse,
        commune=commune.nom if commune else "",
        code_commune=commune.code if commune else "",
        latitude=ou.latitude or 0.0,
        longitude=ou.longitude or 0.0,
        situe=situe,
        telephone=lieu.telephone,
        accessible=lieu.accessible,
        reserve_a=lieu.reserve_a,
        dates=dates,
    )


def public_addresses() -> list[str]:
    """Paths of the pages worth finding: every commune of today, every open lieu; 2 queries."""
    communes = Commune.objects.actuelles().filter(departement=settings.DEPARTEMENT)
    lieux = LieuAccueil.objects.filter(actif=True).exclude(type__in=RESERVES)
    return [
        *(
            reverse("permanences:trouver_commune", args=[code])
            for code in communes.order_by("code").values_list("code", flat=True)
        ),
        *(
            reverse("permanences:lieu", args=[code])
            for code in lieux.order_by("code").values_list("code", flat=True)
        ),
    ]
