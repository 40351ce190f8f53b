"""The plan of each poste, and the weeks on which it does not take place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from conseillers.enums import TypePoste
from conseillers.models import Poste
from permanences.calendrier import mois_decale
from permanences.enums import Acces, Motif, NatureCreneau
from permanences.models import Creneau, Fermeture, LieuAccueil
from reporting.demo.calendrier import Calendrier, lundi_de
from reporting.demo.histoires import POSTE_DU_COMPTE

JOURS = ("MO", "TU", "WE", "TH", "FR")
MATIN = (dt.time(9), dt.time(12))
APRES_MIDI = (dt.time(14), dt.time(17))
# Their créneaux end next month: to be prolonged.
A_PROLONGER = (5, 17)
ATELIERS = (
    "Premiers pas sur l’ordinateur",
    "Mes démarches en ligne",
    "Reconnaître une arnaque",
    "Mon téléphone, mes photos",
    "Écrire et recevoir des courriels",
)


def create_creneaux(
    lieux: dict[int, list[LieuAccueil]], postes: list[Poste], dates: Calendrier
) -> list[Creneau]:
    """Permanences every week or every two, an atelier and a mini-formation a month."""
    creneaux: list[Creneau] = []
    for poste in postes:
        siens = lieux[poste.numero]
        if siens and poste.type != TypePoste.COORDINATEUR:
            creneaux += _creneaux_du_poste(poste, siens, dates)
    return Creneau.objects.bulk_create(creneaux)


def _creneaux_du_poste(
    poste: Poste, lieux: list[LieuAccueil], dates: Calendrier
) -> Iterator[Creneau]:
    # Nothing planned before the first day of activity: M−12 then says « — », not 0 %.
    debut = max(dates.debut, poste.date_attribution)
    fin = poste.date_rendu - dt.timedelta(days=1) if poste.date_rendu else None
    if poste.numero in A_PROLONGER and fin is None:
        fin = mois_decale(dates.aujourd_hui, 2) - dt.timedelta(days=1)
    if fin and fin < debut:
        return
    tous_les_jours = poste.numero == POSTE_DU_COMPTE
    hasard = dates.hasard("plan", poste.numero)
    jours = range(5) if tous_les_jours else sorted(hasard.sample(range(5), 4))
    for rang, jour in enumerate(jours):
        lieu = lieux[rang % len(lieux)]
        une_sur_deux = rang == 3 and not tous_les_jours
        regle = f"FREQ=WEEKLY{';INTERVAL=2' if une_sur_deux else ''};BYDAY={JOURS[jour]}"
        acces = (Acces.LIBRE, Acces.RENDEZ_VOUS, Acces.LES_DEUX)[rang % 3]
        yield _creneau(poste, lieu, f"{JOURS[jour].lower()}-matin", debut, fin, MATIN, regle, acces)
        if rang == 0 or (tous_les_jours and rang == 2):
            regle = f"FREQ=WEEKLY;BYDAY={JOURS[jour]}"
            code = f"{JOURS[jour].lower()}-apres-midi"
            yield _creneau(poste, lieu, code, debut, fin, APRES_MIDI, regle, acces)
    titre = ATELIERS[poste.numero % len(ATELIERS)]
    for code, nature, regle in (
        ("atelier", NatureCreneau.ATELIER, f"FREQ=MONTHLY;BYDAY=2{JOURS[poste.numero % 5]}"),
        ("formation", NatureCreneau.MINI_FORMATION, "FREQ=MONTHLY;BYDAY=-1TH"),
    ):
        if code == "atelier" or poste.numero % 3 == 0:
            creneau = _creneau(
                poste, lieux[-1], code, debut, fin, (dt.time(14), dt.time(16)), regle,
                Acces.RENDEZ_VOUS,
            )  # fmt: skip
            creneau.nature, creneau.titre, creneau.capacite = nature, titre, 8
            yield creneau


def _creneau(
    poste: Poste,
    lieu: LieuAccueil,
    code: str,
    debut: dt.date,
    fin: dt.date | None,
    heures: tuple[dt.time, dt.time],
    regle: str,
    acces: Acces,
) -> Creneau:
    creneau = Creneau(
        code=f"poste-{poste.numero:02d}-{code}",
        poste=poste,
        lieu=lieu,
        nature=NatureCreneau.PERMANENCE,
        date_debut=debut,
        date_fin=fin,
        heure_debut=heures[0],
        heure_fin=heures[1],
        recurrence=regle,
        acces=acces,
    )
    creneau.clean()
    return creneau


def create_fermetures(
    lieux: dict[int, list[LieuAccueil]], postes: list[Poste], dates: Calendrier
) -> list[Fermeture]:
    """Two weeks without programme a year, works in three sites, a storm, a broken computer."""
    fermetures = [
        Fermeture(
            code=f"{nom}-{an}",
            date_debut=dt.date(an, *debut),
            date_fin=dt.date(an, *fin),
            motif=Motif.FERMETURE_PROGRAMMEE,
        )
        for an in range(dates.debut.year, dates.aujourd_hui.year + 1)
        for nom, debut, fin in (("noel", (12, 24), (12, 31)), ("quinze-aout", (8, 10), (8, 16)))
    ]
    for numero, mois in ((5, 6), (13, 3), (21, 0)):
        debut = lundi_de(dates.il_y_a(mois, 8))
        fermetures.append(
            Fermeture(
                code=f"travaux-{numero}",
                date_debut=debut,
                date_fin=debut + dt.timedelta(days=18),
                motif=Motif.FERMETURE_DU_LIEU,
                lieu=lieux[numero][0] if lieux.get(numero) else None,
            )
        )
    for numero, mois, motif in (
        (8, 8, Motif.INTEMPERIES), (16, 8, Motif.INTEMPERIES), (10, 2, Motif.PANNE),
    ):  # fmt: skip
        debut = lundi_de(dates.il_y_a(mois, 20))
        fermetures.append(
            Fermeture(
                code=f"{motif.replace('_', '-')}-{numero}",
                date_debut=debut,
                date_fin=debut + dt.timedelta(days=2),
                motif=motif,
                poste=next((p for p in postes if p.numero == numero), None),
            )
        )
    # Without its lieu or its poste, a fermeture would close the whole programme.
    return Fermeture.objects.bulk_create(
        f for f in fermetures if f.lieu or f.poste or f.motif == Motif.FERMETURE_PROGRAMMEE
    )
