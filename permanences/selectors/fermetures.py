"""What a closing would cancel, what it would not, what the public would read; then its undoing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone

from conseillers.models import Conseiller
from conseillers.selectors import PosteOccupe, occupation
from permanences import calendrier
from permanences.enums import PorteeFermeture, ZoneScolaire
from permanences.models import (
    ActeFermeture,
    Creneau,
    Fermeture,
    LieuAccueil,
    VacancesScolaires,
)
from permanences.models.mois import refuse_si_clos
from permanences.selectors.annonces import closures_announced
from permanences.selectors.plan import (
    A_RENSEIGNER,
    ANNULEE,
    TENUE,
    Fermetures,
    OccurrenceDuPlan,
    plan_entre,
)
from permanences.vacances import zone_du_departement

# The page of each lieu is read as the public reads it: of three of them.
ANNONCES_LUES = 3


def lieux_de(acte: ActeFermeture) -> QuerySet[LieuAccueil]:
    """The lieux that it closes by their name; a poste or the programme names none."""
    if acte.portee == PorteeFermeture.LIEU:
        return LieuAccueil.objects.filter(pk=acte.lieu_id or 0)
    if acte.portee == PorteeFermeture.EPCI:
        return LieuAccueil.objects.filter(commune__epci=acte.epci_id, actif=True)
    return LieuAccueil.objects.none()


def fermetures_de(acte: ActeFermeture) -> list[Fermeture]:
    """The closures that this act, not yet written, would pose."""
    periode = {"date_debut": acte.date_debut, "date_fin": acte.date_fin, "motif": acte.motif}
    code = f"acte-{acte.cle.hex}"
    if acte.portee in (PorteeFermeture.LIEU, PorteeFermeture.EPCI):
        return [
            Fermeture(code=f"{code}-{lieu.pk}", acte=acte, lieu=lieu, **periode)
            for lieu in lieux_de(acte)
        ]
    return [Fermeture(code=code, acte=acte, poste=acte.poste, **periode)]


@dataclass(frozen=True)
class LigneAnnulee:
    """What one advisor would not hold at one lieu."""

    conseiller: str
    poste: PosteOccupe
    lieu: LieuAccueil
    dates: list[dt.date]

    @property
    def jours(self) -> list[dt.date]:
        """A day with two créneaux is said once."""
        return list(dict.fromkeys(self.dates))


@dataclass(frozen=True)
class EffetFermeture:
    """`refus`: why it cannot be; `tenues` stay held, `deja` were cancelled before it."""

    annulees: list[LigneAnnulee] = field(default_factory=list)
    tenues: list[tuple[dt.date, Creneau]] = field(default_factory=list)
    deja: int = 0
    annonces: list[tuple[LieuAccueil, list[str]]] = field(default_factory=list)
    autres_annonces: int = 0
    refus: list[str] = field(default_factory=list)

    @property
    def nombre(self) -> int:
        return sum(len(ligne.dates) for ligne in self.annulees)


def effet_of(acte: ActeFermeture) -> EffetFermeture:
    """35 queries at most, whatever the plan: three lieux are read as the public would."""
    debut, fin = acte.date_debut, acte.date_fin
    postes = occupation(debut, fin)
    creneaux = _creneaux(acte)
    plan = plan_entre(debut, fin, postes=postes, creneaux=list(creneaux.values()))
    lieux = {creneaux[o.creneau_id].lieu for o in plan if o.etat == A_RENSEIGNER}
    ordre = sorted(lieux, key=lambda lieu: lieu.nom)
    avec, ce_jour = fermetures_de(acte), timezone.localdate()
    return EffetFermeture(
        annulees=_lignes(plan, creneaux, postes),
        tenues=sorted(
            ((o.date, creneaux[o.creneau_id]) for o in plan if o.etat == TENUE),
            key=lambda t: (t[0], t[1].code),
        ),
        deja=sum(o.etat == ANNULEE for o in plan),
        annonces=[
            (lieu, closures_announced(lieu, ce_jour, avec)) for lieu in ordre[:ANNONCES_LUES]
        ],
        autres_annonces=max(len(ordre) - ANNONCES_LUES, 0),
        refus=_refus(debut, fin),
    )


def _creneaux(acte: ActeFermeture) -> dict[int, Creneau]:
    vises = Q()
    if acte.portee == PorteeFermeture.POSTE:
        vises = Q(poste=acte.poste_id)
    elif acte.portee != PorteeFermeture.PROGRAMME:
        vises = Q(lieu__in=lieux_de(acte))
    creneaux = Creneau.objects.actif_entre(acte.date_debut, acte.date_fin).filter(vises)
    return {c.pk: c for c in creneaux.select_related("lieu", "poste").order_by("code")}


def _lignes(
    plan: list[OccurrenceDuPlan], creneaux: dict[int, Creneau], postes: dict[int, PosteOccupe]
) -> list[LigneAnnulee]:
    """By poste then lieu, each date once for each créneau."""
    noms = {c.pk: str(c) for c in Conseiller.objects.filter(affectations__poste__in=postes)}
    groupes: dict[tuple[int, int], list[OccurrenceDuPlan]] = defaultdict(list)
    for o in plan:
        if o.etat == A_RENSEIGNER:
            groupes[postes[o.poste_id].numero, o.lieu_id].append(o)
    lignes = []
    for _, siennes in sorted(groupes.items()):
        poste, premiere = postes[siennes[0].poste_id], siennes[0]
        titulaires = dict.fromkeys(c for o in siennes for c in poste.titulaires(o.date))
        lignes.append(
            LigneAnnulee(
                ", ".join(noms[c] for c in titulaires),
                poste,
                creneaux[premiere.creneau_id].lieu,
                sorted(o.date for o in siennes),
            )
        )
    return lignes


def _refus(debut: dt.date, fin: dt.date) -> list[str]:
    ce_jour = timezone.localdate()
    phrases = []
    for mois in calendrier.mois_entre(debut, min(fin, ce_jour)):
        try:
            refuse_si_clos(mois)
        except ValidationError as erreur:
            phrases += erreur.messages
    return phrases


def dates_rendues_par(acte: ActeFermeture) -> list[tuple[dt.date, Creneau]]:
    """The dates that come back when this act is lifted; 12 queries."""
    debut, fin = acte.date_debut, acte.date_fin
    postes, creneaux = occupation(debut, fin), _creneaux(acte)
    cles = list(acte.fermetures.values_list("pk", flat=True))

    def annulees(fermetures: Fermetures) -> set[tuple[int, dt.date]]:
        plan = plan_entre(
            debut, fin, postes=postes, creneaux=list(creneaux.values()), fermetures=fermetures
        )
        return {(o.creneau_id, o.date) for o in plan if o.etat == ANNULEE}

    rendues = annulees(Fermetures(debut, fin)) - annulees(Fermetures(debut, fin, sauf=cles))
    return sorted(
        ((jour, creneaux[pk]) for pk, jour in rendues), key=lambda r: (r[0], r[1].heure_debut)
    )


def actes_en_cours() -> QuerySet[ActeFermeture]:
    """Not lifted and not over, the first to begin first."""
    return (
        ActeFermeture.objects.filter(leve_le=None, date_fin__gte=timezone.localdate())
        .select_related("lieu", "epci", "poste", "pose_par")
        .order_by("date_debut", "pk")
    )


def zone_de_l_instance() -> str:
    return zone_du_departement(settings.DEPARTEMENT) or ZoneScolaire.PROPRE.value


def vacances_entre(debut: dt.date, fin: dt.date) -> QuerySet[VacancesScolaires]:
    """School holidays of the instance's zone that touch these days."""
    periodes = VacancesScolaires.objects.filter(zone=zone_de_l_instance())
    return periodes.actif_entre(debut, fin).order_by("date_debut")
