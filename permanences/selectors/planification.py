"""What is known of a créneau before it is changed, and what a period would cancel or restore."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from conseillers.models import Affectation, Utilisateur
from conseillers.selectors import occupation_of
from permanences import calendrier, recurrence
from permanences.enums import StatutOccurrence
from permanences.models import Creneau, Fermeture, Occurrence, Seance
from permanences.selectors.agenda import Entree, entrees_of, postes_a_planifier
from permanences.selectors.plan import A_RENSEIGNER, TENUE, Fermetures

UN_JOUR = dt.timedelta(days=1)


# --- What is known of a créneau ------------------------------------------------------------


@dataclass(frozen=True)
class Historique:
    """What was noted of a créneau. `tenues`: dates held, by hand or by a séance."""

    passees: int
    tenues: list[dt.date]
    fige: bool

    @property
    def supprimable(self) -> bool:
        return not self.passees and not self.fige

    @property
    def derniere_tenue(self) -> dt.date | None:
        return self.tenues[-1] if self.tenues else None


def historique_of(creneau: Creneau) -> Historique:
    """2 queries. `fige`: a row points at it that nothing may remove, a withdrawn séance even."""
    tenues = set(
        Occurrence.objects.filter(creneau=creneau, statut=StatutOccurrence.TENUE).values_list(
            "date", flat=True
        )
    )
    seances = list(
        Seance.objects.filter(creneau=creneau).order_by().values_list("date", "supprimee_le")
    )
    tenues |= {jour for jour, supprimee_le in seances if supprimee_le is None}
    return Historique(dates_passees(creneau), sorted(tenues), bool(tenues or seances))


def dates_passees(creneau: Creneau) -> int:
    return len(creneau.dates_entre(creneau.date_debut, timezone.localdate() - UN_JOUR))


def creneaux_tenus_le(utilisateur: Utilisateur, jour: dt.date) -> QuerySet[Creneau]:
    """Créneaux of the postes held that day; `a_planifier`: the advisor's to plan still."""
    tenus = Affectation.objects.visible_to(utilisateur).actif_le(jour).values("poste")
    encore = postes_a_planifier(utilisateur).filter(pk=OuterRef("poste"))
    return _avec_leur_passe(
        Creneau.objects.filter(poste__in=tenus).annotate(a_planifier=Exists(encore))
    )


def creneaux_a_planifier(utilisateur: Utilisateur) -> QuerySet[Creneau]:
    """Créneaux whose plan is the advisor's to write."""
    return _avec_leur_passe(Creneau.objects.filter(poste__in=postes_a_planifier(utilisateur)))


def _avec_leur_passe(creneaux: QuerySet[Creneau]) -> QuerySet[Creneau]:
    """With `fige`, as `Historique.fige`, without another query."""
    tenues = Occurrence.objects.filter(creneau=OuterRef("pk"), statut=StatutOccurrence.TENUE)
    seances = Seance.objects.filter(creneau=OuterRef("pk"))
    return creneaux.annotate(fige=Exists(seances) | Exists(tenues)).select_related(
        "lieu__commune", "poste"
    )


def first_date_from(creneau: Creneau, jour: dt.date) -> dt.date | None:
    """First date of its rule from that day on, public holidays included, within two years."""
    dates = recurrence.dates_du_creneau(
        regle=creneau.regle,
        date_debut=creneau.date_debut,
        date_fin=creneau.date_fin,
        premier=jour,
        dernier=calendrier.jour_decale_de_mois(jour, 24),
    )
    return dates[0] if dates else None


# --- A period, cancelled or restored -------------------------------------------------------


@dataclass(frozen=True)
class Periode:
    """The dates of a period, by what its cancellation, or its return, does to them."""

    concernees: list[Entree]
    tenues: list[Entree]
    deja_annulees: list[Entree]


def periode_of(
    utilisateur: Utilisateur,
    debut: dt.date,
    fin: dt.date,
    *,
    poste: int | None,
    creneau: int | None,
) -> Periode:
    """What would be cancelled of a poste, or of one créneau, and what would not change."""
    visees = [
        e
        for e in entrees_of(*occupation_of(utilisateur, debut, fin), debut, fin)
        if (poste is not None and e.creneau.poste_id == poste) or e.creneau.pk == creneau
    ]
    return Periode(
        concernees=[e for e in visees if e.occurrence.etat == A_RENSEIGNER],
        tenues=[e for e in visees if e.occurrence.etat == TENUE],
        deja_annulees=[e for e in visees if e.annulee],
    )


def dates_rendues(utilisateur: Utilisateur, fermeture: Fermeture) -> list[Entree]:
    """The dates that come back when this closure is lifted."""
    debut, fin = fermeture.date_debut, fermeture.date_fin
    affectations, postes = occupation_of(utilisateur, debut, fin)
    sans_elle = Fermetures(debut, fin, sauf=[fermeture.pk])
    annulees = {
        (e.creneau.pk, e.date) for e in entrees_of(affectations, postes, debut, fin) if e.annulee
    }
    return [
        e
        for e in entrees_of(affectations, postes, debut, fin, sans_elle)
        if not e.annulee and (e.creneau.pk, e.date) in annulees
    ]


def fermetures_posees(utilisateur: Utilisateur) -> QuerySet[Fermeture]:
    """Closures that the advisor posed and that are not over."""
    return (
        Fermeture.objects.visible_to(utilisateur)
        .filter(posee_par=utilisateur, date_fin__gte=timezone.localdate())
        .select_related("poste", "creneau__lieu")
        .order_by("date_debut", "pk")
    )


def prochaines_dates(utilisateur: Utilisateur, creneau: Creneau, combien: int) -> list[Entree]:
    """The next dates of a créneau on which one holds its poste, today's included."""
    ce_jour = timezone.localdate()
    dernier = calendrier.jour_decale_de_mois(ce_jour, 6)
    affectations, postes = occupation_of(utilisateur, ce_jour, dernier)
    return entrees_of(affectations, postes, ce_jour, dernier, seul=creneau.pk)[:combien]
