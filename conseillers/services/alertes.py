"""A burst of failures, told to staff: one message, however long it lasts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Min, QuerySet
from django.urls import reverse
from django.utils import timezone

from conseillers.enums import CibleAlerte, NatureCourriel, Role
from conseillers.models import AlerteSecurite, EvenementSecurite, Utilisateur
from conseillers.services.courriels import send_courriel


@dataclass(frozen=True)
class Rafale:
    cible: CibleAlerte
    valeur: str
    debut: dt.datetime
    fin: dt.datetime
    echecs: int


@transaction.atomic
def watch_securite() -> list[AlerteSecurite]:
    """The bursts that have just begun; called by the clock every minute.

    A burst goes on as long as no gap reaches the window of the rule. While the whole service is
    aimed at, each account and address that joins is noted and brings no message more.
    """
    depuis = timezone.now() - dt.timedelta(minutes=settings.ALERTE_MINUTES)
    echecs = EvenementSecurite.objects.echecs().filter(le__gte=depuis)
    tout_dit = AlerteSecurite.objects.filter(cible=CibleAlerte.ENSEMBLE, fin__gte=depuis).exists()
    nouvelles = [
        alerte for rafale in _bursts(echecs) if (alerte := _hold(rafale, depuis)) is not None
    ]
    if nouvelles and not tout_dit:
        _tell(nouvelles)
    return nouvelles


def _bursts(echecs: QuerySet[EvenementSecurite]) -> list[Rafale]:
    seuils = settings.ALERTE_ECHECS
    mesures = {"n": Count("pk"), "debut": Min("le"), "fin": Max("le")}
    trouvees = []
    for cible, champ in ((CibleAlerte.COMPTE, "utilisateur_id"), (CibleAlerte.ADRESSE, "adresse")):
        lignes = echecs.filter(**{f"{champ}__isnull": False}).order_by().values(champ)
        for ligne in lignes.annotate(**mesures).filter(n__gte=seuils[cible.value]):
            trouvees.append(_burst(cible, str(ligne[champ]), ligne))
    tout = echecs.aggregate(**mesures)
    if tout["n"] >= seuils[CibleAlerte.ENSEMBLE.value]:
        trouvees.append(_burst(CibleAlerte.ENSEMBLE, "", tout))
    return trouvees


def _burst(cible: CibleAlerte, valeur: str, ligne: dict) -> Rafale:
    return Rafale(cible, valeur, ligne["debut"], ligne["fin"], ligne["n"])


def _hold(rafale: Rafale, depuis: dt.datetime) -> AlerteSecurite | None:
    """The alert of a burst that begins; of one that goes on, the end moves and nothing is new."""
    memes = AlerteSecurite.objects.filter(cible=rafale.cible, valeur=rafale.valeur)
    if en_cours := memes.filter(fin__gte=depuis).select_for_update().first():
        if rafale.fin > en_cours.fin:
            en_cours.echecs += _failures_after(en_cours.fin, rafale)
            en_cours.fin = rafale.fin
            en_cours.save(update_fields=["fin", "echecs"])
        return None
    try:
        with transaction.atomic():
            return AlerteSecurite.objects.create(**vars(rafale))
    except IntegrityError:  # another process has just told it
        return None


def _failures_after(moment: dt.datetime, rafale: Rafale) -> int:
    echecs = EvenementSecurite.objects.echecs().filter(le__gt=moment, le__lte=rafale.fin)
    if rafale.cible == CibleAlerte.COMPTE:
        echecs = echecs.filter(utilisateur_id=rafale.valeur)
    elif rafale.cible == CibleAlerte.ADRESSE:
        echecs = echecs.filter(adresse=rafale.valeur)
    return echecs.count()


def _tell(alertes: list[AlerteSecurite]) -> None:
    """To each open account of the Département's staff. An address stays in the journal."""
    personnel = Utilisateur.objects.filter(
        role__in=[Role.GESTIONNAIRE, Role.DIRECTION], is_active=True
    )
    jour = timezone.localdate()
    adresses = [compte.courriel for compte in personnel if compte.est_ouvert_le(jour)]
    if adresses:
        page = settings.SITE_URL.rstrip("/") + reverse("admin:reporting_securite")
        send_courriel(
            destinataires=adresses,
            gabarit="alerte_securite",
            contexte={
                "rafales": [(_words(alerte), alerte) for alerte in alertes],
                "minutes": settings.ALERTE_MINUTES,
                "lien": f"{page}?genre=echecs&du={jour:%Y-%m-%d}",
            },
            objet=f"{settings.NOM_SERVICE}\u00a0: des connexions sont refusées en série",
            nature=NatureCourriel.ALERTE,
        )


def _words(alerte: AlerteSecurite) -> str:
    match alerte.cible:
        case CibleAlerte.COMPTE:
            compte = Utilisateur.objects.filter(pk=alerte.valeur).first()
            return f"sur le compte de {compte}" if compte else "sur un compte supprimé"
        case CibleAlerte.ADRESSE:
            return "depuis une même adresse du réseau"
    return "sur tout le service"
