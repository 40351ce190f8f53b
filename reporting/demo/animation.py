"""Trainings, certifications and meetings of the network; two advisors had nothing for a year."""

from __future__ import annotations

import datetime as dt

from conseillers.enums import NatureFormation, NatureRencontre, StatutPresence, TypeCertification
from conseillers.models import Affectation, Formation, Presence, Rencontre
from permanences.calendrier import jour_decale_de_mois
from reporting.demo.calendrier import Calendrier
from reporting.demo.histoires import Histoire
from reporting.demo.reseau import Territoire

UN_JOUR = dt.timedelta(days=1)
SANS_RIEN = (5, 19)
PARCOURS = (105, 175, 350, 70)
CERTIFICATIONS = (
    # certification, months after arrival, postes that do not have it
    (TypeCertification.PIX, 7, (13, 21)),
    (TypeCertification.CCP1, 8, (5, 13, 24, 28)),
    (TypeCertification.CCP2, 20, tuple(n for n in range(1, 31) if n % 4)),
    (TypeCertification.CCP3, 26, tuple(n for n in range(1, 31) if n % 9)),
)
MODULES = (
    "Accompagner vers l’emploi en ligne",
    "Parentalité et écrans",
    "Données personnelles au quotidien",
    "Intelligence artificielle générative",
)
RENCONTRES = (
    # months ago, day, nature, title, from, to, whole day of the network in a town
    (13, 14, NatureRencontre.REUNION, "Réunion du réseau", 9, 12, 0),
    (10, 16, NatureRencontre.FORMATION, "Aidants Connect : habiliter et accompagner", 9, 17, 1),
    (8, 12, NatureRencontre.REUNION, "Réunion du réseau", 9, 12, 2),
    (6, 18, NatureRencontre.REUNION, "Journée départementale du réseau", 9, 17, 0),
    (4, 10, NatureRencontre.FORMATION, "Animer un atelier intergénérationnel", 14, 17, 3),
    (1, 13, NatureRencontre.REUNION, "Réunion du réseau", 9, 12, 1),
)


def create_animation(
    histoires: dict[int, Histoire], territoire: Territoire, dates: Calendrier
) -> None:
    formations = [
        formation
        for histoire in histoires.values()
        for affectation in histoire.affectations
        for formation in _formations(histoire.poste.numero, affectation, dates)
    ]
    Formation.objects.bulk_create(formations)
    for il_y_a, jour, *suite in RENCONTRES:
        _rencontre(histoires, territoire, dates, dates.il_y_a(il_y_a, jour), *suite)
    _prochaine(histoires, territoire, dates)


def _formations(numero: int, affectation: Affectation, dates: Calendrier) -> list[Formation]:
    """Initial training, certifications one after the other, one module a year."""
    qui, debut = affectation.conseiller, affectation.date_debut
    fin = affectation.date_fin or dates.aujourd_hui
    heures = PARCOURS[numero % len(PARCOURS)]
    prevues = [
        Formation(
            conseiller=qui,
            nature=NatureFormation.PARCOURS,
            intitule="Formation initiale",
            date=debut + 14 * UN_JOUR,
            date_fin=debut + (14 + heures // 3) * UN_JOUR,
            heures=heures,
        )
    ]
    for certification, mois, absents in CERTIFICATIONS:
        if numero not in absents:
            jour = jour_decale_de_mois(debut, mois)
            obtenue = jour + 21 * UN_JOUR
            prevues.append(
                Formation(
                    conseiller=qui,
                    nature=NatureFormation.CERTIFICATION,
                    certification=certification,
                    date=jour,
                    obtenue_le=obtenue,
                    reference=f"DEMO-{certification.upper()}-{numero:02d}-{jour:%y}",
                )
            )
    prevues += [
        Formation(
            conseiller=qui,
            nature=NatureFormation.FORMATION,
            intitule=MODULES[(numero + rang) % len(MODULES)],
            date=dates.il_y_a(mois, 12),
            heures=14,
        )
        for rang, mois in enumerate((2 + numero % 7, 14 + numero % 7))
        if numero not in SANS_RIEN or mois > 13
    ]
    return [f for f in prevues if debut <= f.date and (f.obtenue_le or f.date_fin or f.date) <= fin]


def _rencontre(
    histoires: dict[int, Histoire],
    territoire: Territoire,
    dates: Calendrier,
    jour: dt.date,
    nature: NatureRencontre,
    intitule: str,
    debut: int,
    fin: int,
    ville: int,
) -> None:
    """Everyone in post was invited; most came."""
    commune = territoire.villes[min(ville, len(territoire.villes) - 1)]
    rencontre = Rencontre.objects.create(
        nature=nature,
        intitule=intitule,
        date=_ouvre(jour),
        heure_debut=dt.time(debut),
        heure_fin=dt.time(fin),
        lieu="Salle du conseil, maison du Département",
        commune=commune,
    )
    hasard = dates.hasard("rencontre", jour)
    presences = []
    for histoire in histoires.values():
        presents = histoire.presents_le(rencontre.date)
        for affectation in histoire.affectations:
            if not _en_poste(affectation, rencontre.date):
                continue
            vient = affectation.conseiller in presents and hasard.random() < 0.86
            manque = StatutPresence.EXCUSE if hasard.random() < 0.7 else StatutPresence.ABSENT
            jamais = histoire.poste.numero in SANS_RIEN and rencontre.date >= dates.il_y_a(13)
            presences.append(
                Presence(
                    rencontre=rencontre,
                    conseiller=affectation.conseiller,
                    statut=StatutPresence.PRESENT if vient and not jamais else manque,
                )
            )
    Presence.objects.bulk_create(presences)


def _prochaine(histoires: dict[int, Histoire], territoire: Territoire, dates: Calendrier) -> None:
    """In a fortnight, nobody invited yet: the invitations are there to be read and sent."""
    rencontre = Rencontre.objects.create(
        intitule="Réunion du réseau",
        date=_ouvre(dates.aujourd_hui + 16 * UN_JOUR),
        heure_debut=dt.time(9, 30),
        heure_fin=dt.time(12),
        lieu="Salle du conseil, maison du Département",
        commune=territoire.villes[0],
        ordre_du_jour="Bilan du trimestre ; nouveautés de La Coop ; plan des vacances d’hiver.",
    )
    Presence.objects.bulk_create(
        Presence(rencontre=rencontre, conseiller=affectation.conseiller)
        for histoire in histoires.values()
        for affectation in histoire.affectations
        if _en_poste(affectation, dates.aujourd_hui)
    )


def _en_poste(affectation: Affectation, jour: dt.date) -> bool:
    fin = affectation.date_fin
    return affectation.date_debut <= jour and (fin is None or jour <= fin)


def _ouvre(jour: dt.date) -> dt.date:
    """The day itself, or the Monday after a weekend."""
    return jour + UN_JOUR * max(0, 7 - jour.weekday()) if jour.weekday() > 4 else jour
