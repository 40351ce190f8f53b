"""What the journal and the list of messages show: a few corrections by people, the letters sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from conseillers.enums import NatureCourriel, Role, StatutCourriel
from conseillers.models import Courriel, Utilisateur
from conseillers.services import render_courriel
from permanences.enums import Autonomie, PublicRelance
from permanences.models import LieuAccueil, Relance, Seance
from permanences.models.mois import du_mois
from reporting.demo.calendrier import Calendrier
from reporting.models import Rapport
from reporting.services.relances import words_of
from territoires.enums import Porte
from territoires.journal import entree

GABARITS = {
    PublicRelance.CONSEILLER: "relance_conseiller",
    PublicRelance.REFERENT: "relance_referent",
}
REFUS = "Le serveur de messagerie refuse cette adresse. (550 5.1.1 User unknown)"


def create_corrections(dates: Calendrier, comptes: dict[str, Utilisateur]) -> None:
    """The same kind of rows through four doors, none of which changes a figure."""
    gestionnaire, conseiller = comptes[Role.GESTIONNAIRE], comptes[Role.CONSEILLER]
    lieux = list(LieuAccueil.objects.order_by("code")[:6])
    with entree(Porte.IMPORT, "lieux : lieux-verifies.csv", str(gestionnaire.pk)):
        for lieu in lieux:
            lieu.verifie_le = dates.aujourd_hui
        LieuAccueil.objects.bulk_update(lieux, ["verifie_le"])
    with entree(Porte.ADMIN, "admin:permanences_lieuaccueil_change", str(gestionnaire.pk)):
        lieux[0].telephone, lieux[0].accessible = "0200000000", True
        lieux[0].save(update_fields=["telephone", "accessible"])
    with entree(Porte.FORMULAIRE, "permanences:seance_correction", str(conseiller.pk)):
        derniere = Seance.objects.filter(auteur__utilisateur=conseiller).order_by("date").last()
        if derniere:
            derniere.autonomie = next(a for a in Autonomie.values if a != derniere.autonomie)
            derniere.save(update_fields=["autonomie", "modifiee_le"])


def create_courriels(comptes: dict[str, Utilisateur]) -> None:
    """Reminders of the calendar, one of which came back; notices of the transmissions."""
    courriels = [*_reminders(Relance.objects.select_related("poste")), *_notices(comptes)]
    for courriel in courriels:
        courriel.envoye_le = courriel.essaye_le = courriel.cree_le + dt.timedelta(seconds=2)
        courriel.statut, courriel.essais = StatutCourriel.ENVOYE, 1
    if courriels:
        revenu = max((c for c in courriels if c.nature == NatureCourriel.RAPPEL), default=None,
                     key=lambda c: c.cree_le)  # fmt: skip
        if revenu:
            revenu.statut, revenu.envoye_le, revenu.cause = StatutCourriel.ECHEC, None, REFUS
            revenu.essais = 5
    Courriel.objects.bulk_create(courriels)


def _reminders(relances: Iterable[Relance]) -> Iterable[Courriel]:
    for relance in relances:
        if relance.public in GABARITS:
            contexte = words_of(relance.mois) | {"poste": str(relance.poste)}
            yield _courriel(
                NatureCourriel.RAPPEL, relance.courriel, GABARITS[PublicRelance(relance.public)],
                contexte, relance.le,
            )  # fmt: skip


def _notices(comptes: dict[str, Utilisateur]) -> Iterable[Courriel]:
    transmis: dict[tuple[dt.date, int], list[Rapport]] = {}
    for rapport in Rapport.objects.transmis().defer("donnees").order_by("mois", "version", "type"):
        transmis.setdefault((rapport.mois, rapport.version), []).append(rapport)
    for (mois, _), rapports in transmis.items():
        courriel = _courriel(
            NatureCourriel.TRANSMISSION, comptes[Role.PREFECTURE].courriel, "transmission",
            {"du_mois": du_mois(mois), "rapports": rapports}, rapports[0].transmis_le,
            f"Rapports {du_mois(mois)} disponibles",
        )  # fmt: skip
        courriel.utilisateur = comptes[Role.DIRECTION]
        yield courriel


def _courriel(
    nature: NatureCourriel, a: str, gabarit: str, contexte: dict, le: object, objet: str = ""
) -> Courriel:
    corps = render_courriel(gabarit=gabarit, contexte=contexte, objet=objet)
    return Courriel(
        nature=nature, destinataire=a, objet=corps.objet, gabarit=gabarit, texte=corps.texte,
        html=corps.html, cree_le=le,
    )  # fmt: skip
