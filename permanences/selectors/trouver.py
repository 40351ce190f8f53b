"""What « Où nous trouver » reads: the lieux with their dates, the communes and their ground."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import cached_property
from math import cos, radians
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import cache
from django.db.models import Case, Exists, OuterRef, Q, When
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from conseillers.selectors import occupation
from permanences.adresses import path_to
from permanences.annonces import DateAnnoncee
from permanences.carte import Fond, draw_ground
from permanences.enums import RESERVES
from permanences.models import Creneau, LieuAccueil
from permanences.models.plan import CreneauQuerySet
from permanences.proximite import AU_MOINS, AU_PLUS, RAYON_KM, LieuAnnonce, not_over
from permanences.selectors.annonces import dates_by_lieu
from permanences.selectors.plan import LectureDuPlan
from territoires.geo import distance_between
from territoires.models import Commune, CommuneAncienne

# Long enough to hold two dates of what comes back every month.
HORIZON = dt.timedelta(weeks=5)
HORIZON_CALENDRIER = dt.timedelta(weeks=13)
BIENTOT = dt.timedelta(days=10)
# Territories change once a year (load_territoires): they are read again every hour.
UNE_HEURE = 3600
# Of the nearest lieux, so many are read: a few may have no date to tell.
CANDIDATS = 25
AUTOUR_KM, NOMS_AUTOUR = 20, 15
CLE_TERRITOIRE = "ou-nous-trouver:territoire:1"
CLE_VERSION = f"{CLE_TERRITOIRE}:version"


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
    """1 query an hour, for every process; each keeps its copy until there is a newer one."""
    version = cache.get(CLE_VERSION)
    if version is not None and _copie.get("version") == version:
        return _copie["territoire"]
    connu = cache.get(CLE_TERRITOIRE) if version is not None else None
    if not isinstance(connu, Territoire):
        connu, version = _read_territoire(), uuid.uuid4().hex
        cache.set(CLE_TERRITOIRE, connu, UNE_HEURE)
        cache.set(CLE_VERSION, version, UNE_HEURE)
    _copie.update(version=version, territoire=connu)
    return connu


# Taking it out of the shared cache costs as much as a query.
_copie: dict[str, Any] = {}


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
    la_prochaine: bool = False,
) -> list[LieuAnnonce]:
    """The open lieux that have dates to come, with them, by code; 4 queries, whatever there is.

    `pres_de`: those that `neighbours` may keep are enough, and the reserved ones. Nearly all of
    them without a date, in a summer, all the others are read too: 8 queries. `la_prochaine`: the
    first date on which somebody will be there is enough, with those before it.
    """
    la_bas = timezone.localtime(maintenant)
    premier, dernier = la_bas.date(), la_bas.date() + horizon
    ouverts = Creneau.objects.filter(lieu__actif=True).actif_entre(premier, dernier)
    if lieu is not None:
        ouverts = ouverts.filter(lieu=lieu)
    if pres_de is not None:
        ouverts = _near(ouverts, pres_de)
    creneaux = list(
        ouverts.select_related("lieu__commune").only(*_LUS).order_by("lieu__code", "code")
    )
    if not creneaux:
        return []
    postes = occupation(premier, dernier, parmi={c.poste_id for c in creneaux})
    lecture = LectureDuPlan(premier, dernier, postes, creneaux=creneaux, compter=False)

    def announce_until(jour: dt.date, creneaux: list[Creneau]) -> list[LieuAnnonce]:
        plan = lecture.occurrences(creneaux, premier, jour)
        par_lieu = dates_by_lieu(creneaux, plan, premier, jour)
        return [
            announce(ou, not_over(par_lieu.get(cle, ()), premier, la_bas.time()))
            for cle, ou in {c.lieu_id: c.lieu for c in creneaux}.items()
        ]

    if la_prochaine:
        # Most lieux have one soon: the farther weeks are worked out for the others alone.
        proches = announce_until(min(premier + BIENTOT, dernier), creneaux)
        sans = {lieu.code for lieu in proches if lieu.prochaine is None}
        restent = [c for c in creneaux if c.lieu.code in sans]
        loin = {lieu.code: lieu for lieu in announce_until(dernier, restent)}
        return [loin.get(lieu.code, lieu) for lieu in proches]
    annonces = announce_until(dernier, creneaux)
    if pres_de is not None and _too_few(annonces, pres_de, premier):
        return lieux_annonces(maintenant, horizon=horizon)
    return annonces


def _near(creneaux: CreneauQuerySet, ici: CommuneConnue) -> CreneauQuerySet:
    """Those of the CANDIDATS nearest lieux, and of the reserved ones of the commune.

    As `neighbours` ranks them, on a plane instead of a sphere: it measures again what is kept.
    """
    nord = Coalesce("latitude", "commune__latitude", 0.0) - ici.latitude
    est = (Coalesce("longitude", "commune__longitude", 0.0) - ici.longitude) * cos(
        radians(ici.latitude)
    )
    proches = (
        LieuAccueil.objects.filter(Exists(creneaux.filter(lieu=OuterRef("pk"))))
        .exclude(type__in=RESERVES)
        .order_by(Case(When(commune=ici.code, then=0), default=1), nord * nord + est * est, "code")
    )
    return creneaux.filter(
        Q(lieu__in=proches.values("pk")[:CANDIDATS])
        | Q(lieu__commune=ici.code, lieu__type__in=RESERVES)
    )


def _too_few(lieux: list[LieuAnnonce], ici: CommuneConnue, ce_jour: dt.date) -> bool:
    """Others, farther than the CANDIDATS nearest ones, would be told too."""
    offerts = [lieu for lieu in lieux if not lieu.reserve_a]
    if len(offerts) < CANDIDATS:
        return False
    dits = sum(lieu.is_worth_telling(ce_jour) for lieu in offerts)
    ailleurs = [lieu for lieu in offerts if lieu.code_commune != ici.code]
    plus_loin = max((distance_between(ici, lieu) for lieu in ailleurs), default=0.0)
    return dits < AU_MOINS or (dits < AU_PLUS and plus_loin <= RAYON_KM)


# A créneau and where it is: without the contour of its commune.
_LUS = [
    *(f.attname for f in Creneau._meta.concrete_fields),
    *(f"lieu__{f.name}" for f in LieuAccueil._meta.concrete_fields),
    *(f"lieu__commune__{nom}" for nom in ("nom", "latitude", "longitude")),
]


def announce(lieu: LieuAccueil, dates: tuple[DateAnnoncee, ...]) -> LieuAnnonce:
    """The lieu, read with its commune, and these dates."""
    commune = lieu.commune
    situe = lieu.latitude is not None
    ou = lieu if situe or commune is None else commune
    return LieuAnnonce(
        code=lieu.code,
        nom=lieu.nom,
        url=path_to("permanences:lieu", lieu.code),
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
            path_to("permanences:trouver_commune", code)
            for code in communes.order_by("code").values_list("code", flat=True)
        ),
        *(
            path_to("permanences:lieu", code)
            for code in lieux.order_by("code").values_list("code", flat=True)
        ),
    ]
