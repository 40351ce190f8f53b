"""What the calendars to subscribe to say: no motive; in a lieu's, nobody's name."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from conseillers.enums import Role
from conseillers.models import Affectation, Conseiller
from conseillers.selectors import occupation, occupation_of
from permanences import calendrier
from permanences.annonces import DateAnnoncee
from permanences.enums import NatureCreneau
from permanences.ical import Evenement
from permanences.models import AdresseIcal, Creneau, LieuAccueil
from permanences.models.mois import premier_du_mois
from permanences.proximite import LieuAnnonce, neighbours
from permanences.selectors.agenda import entrees_of
from permanences.selectors.plan import ANNULEE, plan_entre
from permanences.selectors.trouver import HORIZON_CALENDRIER, CommuneConnue, lieux_annonces
from territoires.typographie import say_de

MOIS_AVANT, MOIS_APRES = 2, 6


def fenetre(ce_jour: dt.date) -> tuple[dt.date, dt.date]:
    """Whole months, two before and six after: a calendar changes once a month by itself."""
    mois = premier_du_mois(ce_jour)
    return (
        calendrier.mois_decale(mois, -MOIS_AVANT),
        calendrier.dernier_jour(calendrier.mois_decale(mois, MOIS_APRES)),
    )


def find_adresse(jeton: str, *, de_lieu: bool) -> AdresseIcal | None:
    """The address whose secret this is, for one who may still have it; 1 or 2 queries.

    Found by its number, then compared in constant time: how long it takes says nothing of the
    secret. None for a closed account and for one who holds no poste any more.
    """
    numero, _, secret = jeton.partition("-")
    if not (numero.isascii() and numero.isdecimal() and len(numero) < 18):
        return None
    adresse = (
        AdresseIcal.objects.filter(pk=numero, lieu__isnull=not de_lieu)
        .select_related("conseiller__utilisateur", "lieu__commune")
        .first()
    )
    if adresse is None or not constant_time_compare(adresse.secret, secret):
        return None
    if adresse.conseiller is not None and not _holds_a_poste(adresse.conseiller):
        return None
    return adresse


def _holds_a_poste(conseiller: Conseiller) -> bool:
    compte = conseiller.utilisateur
    if compte is None or compte.role != Role.CONSEILLER:
        return False
    if not compte.est_ouvert_le(timezone.localdate()):
        return False
    encore = Q(date_fin__isnull=True) | Q(date_fin__gte=timezone.localdate())
    return Affectation.objects.filter(encore, conseiller=conseiller).exists()


def calendrier_of(adresse: AdresseIcal) -> tuple[str, list[Evenement]]:
    """(name, events) of an address."""
    if adresse.lieu is not None:
        return f"Permanences – {adresse.lieu}", _du_lieu(adresse.lieu)
    assert adresse.conseiller is not None
    return "Mes permanences", _du_conseiller(adresse.conseiller)


def _du_conseiller(conseiller: Conseiller) -> list[Evenement]:
    """Own postes, on the days they are held."""
    compte = conseiller.utilisateur
    if compte is None:
        return []
    periode = fenetre(timezone.localdate())
    entrees = entrees_of(*occupation_of(compte, *periode), *periode)
    return [
        _evenement(e.creneau, e.date, e.annulee, titre=f"{_titre(e.creneau)}, {e.creneau.lieu}",
                   url=_url(e.creneau, e.date))
        for e in entrees
    ]  # fmt: skip


def _du_lieu(lieu: LieuAccueil) -> list[Evenement]:
    premier, dernier = fenetre(timezone.localdate())
    creneaux = {
        c.pk: c
        for c in Creneau.objects.filter(lieu=lieu)
        .actif_entre(premier, dernier)
        .select_related("lieu__commune")
        .order_by("code")
    }
    plan = plan_entre(
        premier, dernier, postes=occupation(premier, dernier), creneaux=creneaux.values()
    )
    plan.sort(key=lambda o: (o.date, creneaux[o.creneau_id].heure_debut, o.creneau_id))
    return [
        _evenement(c := creneaux[o.creneau_id], o.date, o.etat == ANNULEE, titre=_titre(c))
        for o in plan
    ]


def calendrier_of_commune(
    commune: CommuneConnue, maintenant: dt.datetime
) -> tuple[str, list[Evenement]]:
    """(name, events) of the lieux that its page tells of, as anybody may read them."""
    lieux = lieux_annonces(maintenant, pres_de=commune, horizon=HORIZON_CALENDRIER)
    voisins = neighbours(commune, commune.code, lieux, timezone.localdate(maintenant))
    dates = [(v.lieu, date) for v in voisins for date in v.lieu.dates]
    return f"Permanences près {say_de(commune.nom)}", _publics(dates, avec_lieu=True)


def calendrier_public_of_lieu(
    lieu: LieuAccueil, maintenant: dt.datetime
) -> tuple[str, list[Evenement]]:
    lieux = lieux_annonces(maintenant, lieu=lieu, horizon=HORIZON_CALENDRIER)
    dates = [(annonce, date) for annonce in lieux for date in annonce.dates]
    return f"Permanences – {lieu}", _publics(dates, avec_lieu=False)


def _publics(
    dates: Iterable[tuple[LieuAnnonce, DateAnnoncee]], *, avec_lieu: bool
) -> list[Evenement]:
    """Public holidays are no event: nobody was ever to be there."""
    return [
        _public(lieu, date, avec_lieu)
        for lieu, date in sorted(dates, key=lambda p: (p[1].jour, p[1].debut, p[0].code))
        if not date.ferie
    ]


def _public(lieu: LieuAnnonce, date: DateAnnoncee, avec_lieu: bool) -> Evenement:
    objet = date.objet or NatureCreneau(date.nature).label
    # The same hours are the same event, whoever holds them.
    cle = repr((lieu.code, date.jour, date.debut, date.fin, date.nature, date.titre))
    return Evenement(
        uid=f"permanence-{hashlib.sha256(cle.encode()).hexdigest()[:24]}@{_hote()}",
        date=date.jour,
        debut=date.debut,
        fin=date.fin,
        titre=f"{objet}, {lieu.nom}" if avec_lieu else objet,
        lieu=", ".join(filter(None, [lieu.nom, lieu.adresse, lieu.commune])),
        description=f"Gratuit. {date.acces}.",
        annule=date.fermee,
        url=settings.SITE_URL.rstrip("/") + lieu.url,
    )


def _hote() -> str:
    return settings.SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0]


def _evenement(
    creneau: Creneau, jour: dt.date, annule: bool, *, titre: str, url: str = ""
) -> Evenement:
    return Evenement(
        uid=f"creneau-{creneau.pk}-{jour:%Y%m%d}@{_hote()}",
        date=jour,
        debut=creneau.heure_debut,
        fin=creneau.heure_fin,
        titre=titre,
        lieu=_adresse(creneau.lieu),
        description=_description(creneau),
        annule=annule,
        url=url,
    )


def _titre(creneau: Creneau) -> str:
    nature = NatureCreneau(creneau.nature).label
    return f"{nature} « {creneau.titre} »" if creneau.titre else nature


def _adresse(lieu: LieuAccueil) -> str:
    commune = str(lieu.commune) if lieu.commune_id else ""
    morceaux = [lieu.nom, lieu.adresse]
    if commune and commune not in " ".join(morceaux):
        morceaux.append(commune)
    return ", ".join(m for m in morceaux if m)


def _description(creneau: Creneau) -> str:
    places = f", {creneau.capacite} places" if creneau.capacite else ""
    return f"{creneau.get_acces_display()}{places}"


def _url(creneau: Creneau, jour: dt.date) -> str:
    return settings.SITE_URL.rstrip("/") + reverse("permanences:creneau", args=[creneau.pk, jour])


def url_of(adresse: AdresseIcal) -> str:
    """The whole address, to copy into a calendar."""
    nom = "permanences:ical_lieu" if adresse.lieu_id else "permanences:ical_conseiller"
    return settings.SITE_URL.rstrip("/") + reverse(nom, args=[adresse.jeton])
