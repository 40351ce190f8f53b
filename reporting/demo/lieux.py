"""Host sites on real communes: town halls by name, others of the usual kinds."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from conseillers.models import Poste
from permanences.enums import TypeLieu
from permanences.models import LieuAccueil
from reporting.demo.reseau import Territoire, de
from territoires.models import Commune

LIEUX_PAR_POSTE = 3
# What a poste finds in its communes, from the largest to the smallest.
TYPES = (
    (TypeLieu.FRANCE_SERVICES, "France services {}"),
    (TypeLieu.BIBLIOTHEQUE, "Médiathèque {}"),
    (TypeLieu.MAIRIE, "Mairie {}"),
    (TypeLieu.MAIRIE, "Mairie {}"),
    (TypeLieu.CENTRE_SOCIAL, "Centre social {}"),
    (TypeLieu.EHPAD, "EHPAD {}"),
    (TypeLieu.CCAS, "CCAS {}"),
    (TypeLieu.SALLE_POLYVALENTE, "Salle polyvalente {}"),
    (TypeLieu.TIERS_LIEU, "Tiers-lieu {}"),
    (TypeLieu.ETABLISSEMENT_SCOLAIRE, "Collège {}"),
    (TypeLieu.STRUCTURE_DEPARTEMENTALE, "Maison du Département {}"),
)
# Fictitious streets, such as every commune has.
VOIES = (
    "place de la Mairie", "rue des Tilleuls", "rue du Stade", "place de l’Église",
    "rue de la Gare", "avenue de la République", "rue des Écoles",
)  # fmt: skip


def create_lieux(territoire: Territoire, postes: list[Poste]) -> dict[int, list[LieuAccueil]]:
    """{numéro du poste: its lieux}. Town halls of other large communes wait for a créneau."""
    aujourd_hui = timezone.localdate()
    lieux: dict[str, LieuAccueil] = {}
    par_poste: dict[int, list[LieuAccueil]] = {}
    servis: dict[str, int] = {}
    for poste in postes:
        par_poste[poste.numero] = []
        for epci in poste.epcis.all():
            communes = territoire.communes[epci.pk]
            place = servis.get(epci.pk, 0)
            combien = max(LIEUX_PAR_POSTE // poste.epcis.count(), 1)
            for rang in range(place, place + combien):
                # From the largest commune down, then again with another kind of site.
                commune = communes[(rang * 2) % min(len(communes), 24)]
                lieu = _lieu(commune, rang + poste.numero)
                lieux.setdefault(lieu.code, lieu)
                par_poste[poste.numero].append(lieux[lieu.code])
            servis[epci.pk] = place + combien
    for commune in territoire.villes[:60]:
        mairie = _lieu(commune, 2)
        lieux.setdefault(mairie.code, mairie)
    for rang, lieu in enumerate(lieux.values()):
        # Looked at once a year or so; a few never, a few not for long.
        mois = 20 if rang % 40 == 7 else rang % 14
        lieu.verifie_le = None if rang % 25 == 3 else aujourd_hui - dt.timedelta(days=30 * mois)
    LieuAccueil.objects.bulk_create(lieux.values())
    return par_poste


def _lieu(commune: Commune, rang: int) -> LieuAccueil:
    """The town hall stands at the commune's point, the others a few streets away."""
    type_, modele = TYPES[rang % len(TYPES)]
    ecart = 0.0 if type_ == TypeLieu.MAIRIE else 0.0015 * (1 + list(TypeLieu).index(type_) % 4)
    return LieuAccueil(
        code=f"{type_.replace('_', '-')}-{commune.code}",
        nom=modele.format(de(commune.nom)),
        type=type_,
        adresse=_adresse(commune, list(TypeLieu).index(type_)),
        code_insee=commune.code,
        commune=commune,
        latitude=round(commune.latitude + ecart, 5),
        longitude=round(commune.longitude - ecart, 5),
        accessible=rang % 7 != 0,
        # Of the numbers that Arcep keeps for fiction.
        telephone="" if rang % 4 == 3 else f"026191{int(commune.code[-3:]):04}",
    )


def _adresse(commune: Commune, rang: int) -> str:
    """Now and then without its street: « Données ouvertes » says that it has to be found."""
    numero = int(commune.code[-3:])
    ville = " ".join([*commune.codes_postaux[:1], commune.nom])
    if (numero + rang) % 12 == 0:
        return ville
    return f"{1 + numero % 30} {VOIES[rang % len(VOIES)]}, {ville}"
