"""Which source an advisor's séances come from on a day, and what a change of source would do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, OuterRef, Q, Subquery, When
from django.utils import timezone

from conseillers.enums import Role
from conseillers.models import Conseiller, Utilisateur
from permanences.enums import EtatCompteRendu, RaisonCoop, Source, SourceConseiller
from permanences.models import CompteRenduCoop, ModeSaisie, Mois, Seance
from permanences.models.mois import nom_du_mois, premier_du_mois
from territoires.typographie import accorde, format_date


class ModesDeSaisie:
    """Of all advisors, or of some, read once for an import; 1 query."""

    def __init__(self, conseillers: Iterable[int] | None = None) -> None:
        lignes = ModeSaisie.objects.order_by("conseiller_id", "-date_debut")
        if conseillers is not None:
            lignes = lignes.filter(conseiller__in=set(conseillers))
        self._par_conseiller: dict[int, list[ModeSaisie]] = {}
        for ligne in lignes:
            self._par_conseiller.setdefault(ligne.conseiller_id, []).append(ligne)

    def choix_le(self, conseiller: int | None, jour: dt.date) -> ModeSaisie | None:
        """The row that decides that day, or None: nothing was decided."""
        lignes = self._par_conseiller.get(conseiller or 0, [])
        return next((ligne for ligne in lignes if ligne.date_debut <= jour), None)

    def mode_le(self, conseiller: int | None, jour: dt.date) -> str | None:
        choix = self.choix_le(conseiller, jour)
        return choix.mode if choix else None


def choix_le(conseiller: Conseiller | int | None, jour: dt.date) -> ModeSaisie | None:
    """The row that decides that day, or None: nothing was decided, both sources are accepted."""
    if conseiller is None:
        return None
    lignes = ModeSaisie.objects.filter(conseiller=conseiller, date_debut__lte=jour)
    return lignes.order_by("-date_debut").first()


def mode_le(conseiller: Conseiller | int | None, jour: dt.date) -> str | None:
    """« plateforme », « coop », or None where nothing was decided."""
    choix = choix_le(conseiller, jour)
    return choix.mode if choix else None


def choix_of(utilisateur: Utilisateur, jour: dt.date) -> ModeSaisie | None:
    """The same for the signed-in advisor."""
    lignes = ModeSaisie.objects.filter(conseiller__utilisateur=utilisateur, date_debut__lte=jour)
    return lignes.order_by("-date_debut").first()


def coop_depuis(jour: dt.date) -> Subquery:
    """To annotate rows that have a `conseiller`: since when La Coop is their source that day.

    NULL where it is not.
    """
    choix = ModeSaisie.objects.filter(conseiller=OuterRef("conseiller"), date_debut__lte=jour)
    depuis = Case(When(mode=SourceConseiller.COOP, then="date_debut"))
    return Subquery(choix.order_by("-date_debut").annotate(depuis=depuis).values("depuis")[:1])


def conseillers_sur_la_coop(jour: dt.date) -> list[Conseiller]:
    """Those whose séances come from La Coop that day."""
    choix = ModeSaisie.objects.en_vigueur_le(jour).select_related("conseiller")
    sur_coop = [c.conseiller for c in choix if c.mode == SourceConseiller.COOP]
    return sorted(sur_coop, key=lambda c: (c.nom, c.prenom, c.pk))


def contacts_du_departement() -> list[Utilisateur]:
    """Whom an advisor may ask: the gestionnaires whose account is open, three at most."""
    ouverts = Utilisateur.objects.filter(role=Role.GESTIONNAIRE, is_active=True)
    jour = timezone.localdate()
    encore = ouverts.filter(Q(actif_jusqu_au__isnull=True) | Q(actif_jusqu_au__gte=jour))
    return list(encore.order_by("nom", "prenom", "pk")[:3])


@dataclass(frozen=True)
class ConsequencesDuMode:
    """What a change of source meets. `fin`: the day before the next change, if there is one."""

    mode: str
    date_debut: dt.date
    fin: dt.date | None
    saisies: int
    venues_de_la_coop: int
    mises_de_cote: int
    mois_clos: tuple[str, ...]

    @property
    def lignes(self) -> list[str]:
        """In sentences, for whoever decides."""
        depuis = format_date(self.date_debut)
        jusque = f" et jusqu’au {format_date(self.fin)}" if self.fin else ""
        vers_coop = self.mode == SourceConseiller.COOP
        phrases = [
            f"À partir du {depuis}{jusque}, la saisie est fermée ici : ses séances viennent des "
            "imports de La Coop. Les dates d’avant restent ouvertes à la saisie."
            if vers_coop
            else f"À partir du {depuis}{jusque}, ses séances se saisissent ici : ce qu’un import "
            "de La Coop apporte pour ces dates est mis de côté, et compté dans l’écart."
        ]
        return [*phrases, *(self._vers_la_coop() if vers_coop else self._vers_la_plateforme())]

    def _vers_la_coop(self) -> list[str]:
        phrases = []
        if self.saisies:
            restent = accorde(
                self.saisies, "séance déjà saisie reste", "séances déjà saisies restent"
            )
            phrases.append(
                f"{restent} : celles que La Coop apporte aussi seront montrées en « doubles "
                "possibles »."
            )
        if self.mises_de_cote:
            attendent = accorde(
                self.mises_de_cote,
                "activité de La Coop, mise de côté, sera comptée",
                "activités de La Coop, mises de côté, seront comptées",
            )
            phrases.append(f"{attendent} aussitôt.")
        return [*phrases, *self._clos()]

    def _vers_la_plateforme(self) -> list[str]:
        if not self.venues_de_la_coop:
            return self._clos()
        restent = accorde(
            self.venues_de_la_coop,
            "séance déjà venue de La Coop reste comptée",
            "séances déjà venues de La Coop restent comptées",
        )
        return [f"{restent} : rien de ce qui est enregistré n’est retiré.", *self._clos()]

    def _clos(self) -> list[str]:
        if not self.mois_clos:
            return []
        return ["Mois déjà clos, dont aucun chiffre ne change : " + ", ".join(self.mois_clos) + "."]


def consequences_du_mode(
    conseiller: Conseiller, mode: str, date_debut: dt.date
) -> ConsequencesDuMode:
    """5 queries."""
    suivant = (
        ModeSaisie.objects.filter(conseiller=conseiller, date_debut__gt=date_debut)
        .order_by("date_debut")
        .first()
    )
    fin = suivant.date_debut - dt.timedelta(days=1) if suivant else None
    dates = Q(date__gte=date_debut) & (Q(date__lte=fin) if fin else Q())
    seances = Seance.objects.filter(dates, auteur=conseiller, supprimee_le__isnull=True)
    cotees = CompteRenduCoop.objects.filter(
        dates,
        conseiller=conseiller,
        etat=EtatCompteRendu.ECARTE,
        raison=RaisonCoop.SAISIE_SUR_LA_PLATEFORME,
    )
    clos = Mois.objects.clos().filter(premier_jour__gte=premier_du_mois(date_debut))
    return ConsequencesDuMode(
        mode,
        date_debut,
        fin,
        saisies=seances.exclude(source=Source.COOP).count(),
        venues_de_la_coop=seances.filter(source=Source.COOP).count(),
        mises_de_cote=cotees.count(),
        mois_clos=tuple(nom_du_mois(m.premier_jour) for m in clos.order_by("premier_jour")),
    )
