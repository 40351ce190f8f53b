"""Random programmes, written as the CSV files that `import_csv` reads.

Small, and full of what goes wrong: everything of a programme falls in four months around its
`mois`, every date of a créneau, a fermeture or an absence may meet every other.
"""

import calendar
import csv
import datetime as dt
import random
import uuid
from pathlib import Path

from reporting.tests.recount.base import (
    AGES,
    GENRES,
    MOTIFS,
    STATUTS,
    THEMATIQUES,
    TYPES_LIEU,
    dates_of_rule,
    day,
    fifth_working_day,
)

# 29 February, both changes of hour, months full of public holidays.
MOIS_DIFFICILES = tuple(
    dt.date(an, mois, 1)
    for an, mois in (
        (2024, 2), (2024, 3), (2023, 10), (2025, 5), (2024, 5), (2023, 11), (2022, 4), (2025, 3),
        (2024, 10), (2022, 12),
    )
)  # fmt: skip
# Le Mans; communes of the three EPCI that straddle two départements; old codes; a few others.
COMMUNES = (
    "72181", "72095", "72019", "72227", "72180", "72264", "72287", "72298", "72154", "72003",
    "72308", "72056", "72138", "72080", "72132", "72368", "72050", "72071",
)  # fmt: skip
# Alençon and Suré (EPCI of here, département of there), Bouessay, Nogent-le-Rotrou, Corse.
COMMUNES_AILLEURS = {
    "61001": (48.4307, 0.0911),
    "61476": (48.3778, 0.4022),
    "53037": (47.8767, -0.3871),
    "28280": (48.3217, 0.8219),
    "2A004": (41.9192, 8.7386),
}
REGLES = (
    "", "", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;BYDAY=TU,TH",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU", "FREQ=WEEKLY;INTERVAL=3", "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYDAY=2TU", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=1MO,3MO",
    "FREQ=MONTHLY;BYDAY=SA", "FREQ=MONTHLY;BYDAY=5TH", "FREQ=MONTHLY;INTERVAL=2;BYDAY=1WE",
    "FREQ=MONTHLY;INTERVAL=2",
)  # fmt: skip
HEURES = (
    ("09:00", "12:00"), ("14:00", "17:30"), ("02:00", "03:15"), ("00:00", "23:59"),
    ("13:45", "14:05"), ("22:30", "23:00"),
)  # fmt: skip

# The order in which the files of one programme are imported.
ORDRE = (
    "structures", "postes", "affectations", "conventions", "convention_lignes", "versements",
    "cibles", "lieux", "creneaux", "fermetures", "absences", "occurrences", "seances",
    "declarations",
)  # fmt: skip


def siret(graine: int) -> str:
    """Fourteen digits with a right Luhn key."""
    corps = f"9{graine:012d}"
    somme = sum(
        sum(divmod(int(c) * (2 if rang % 2 == 0 else 1), 10))
        for rang, c in enumerate(reversed(corps))
    )
    return corps + str(-somme % 10)


class Ecrivain:
    """One random programme; `tables` holds the rows of each TYPE."""

    def __init__(self, graine: int, mois: dt.date) -> None:
        self.hasard = random.Random(graine)
        self.mois = mois
        self.debut = mois - dt.timedelta(days=28)
        self.jours = [self.debut + dt.timedelta(days=n) for n in range(120)]
        self.tables: dict[str, list[dict]] = {}
        self.slash = self.hasard.random() < 0.3

    # Small words of chance.

    def chance(self, taux: float) -> bool:
        return self.hasard.random() < taux

    def un_jour(self) -> dt.date:
        return self.hasard.choice(self.jours)

    def periode(self, longue: int) -> tuple[dt.date, dt.date]:
        debut = self.un_jour()
        return debut, debut + dt.timedelta(days=self.hasard.randrange(longue))

    def ecrit(self, type_: str, **colonnes: object) -> dict:
        """Add a row; dates and numbers are written in one of the accepted ways."""
        ligne = {nom: self.texte(valeur) for nom, valeur in colonnes.items()}
        self.tables.setdefault(type_, []).append(ligne)
        return ligne

    def texte(self, valeur: object) -> str:
        if valeur is None:
            return ""
        if isinstance(valeur, dt.date):
            return f"{valeur:%d/%m/%Y}" if self.slash else valeur.isoformat()
        if isinstance(valeur, float):
            return str(valeur).replace(".", "," if self.slash else ".")
        return str(valeur)

    def lignes(self, type_: str) -> list[dict]:
        return self.tables.get(type_, [])

    # The programme, table by table.

    def programme(self) -> dict[str, list[dict]]:
        self.structures()
        for numero in self.hasard.sample(range(1, 31), self.hasard.randint(1, 6)):
            self.poste(numero)
        self.conventions()
        self.cibles()
        for rang in range(self.hasard.randint(1, 7)):
            self.lieu(rang)
        for rang in range(self.hasard.choice((0, 2, 5, 9))):
            self.creneau(rang)
        for rang in range(self.hasard.choice((0, 1, 3, 6))):
            self.fermeture(rang)
        self.occurrences()
        for _ in range(self.hasard.choice((0, 10, 80, 160))):
            self.seance()
        self.declarations()
        return self.tables

    def structures(self) -> None:
        types = ["departement", "commune", "epci", "association", "ccas", "autre"]
        for rang, type_ in enumerate(types[: self.hasard.randint(2, 6)]):
            self.ecrit(
                "structures", siret=siret(rang + 1), nom=f"Structure fictive {rang}",
                type=type_, code_insee="72181",
            )  # fmt: skip

    def poste(self, numero: int) -> None:
        attribution = self.un_jour() if self.chance(0.35) else dt.date(2021, 5, 19)
        rendu = None
        if self.chance(0.3):
            rendu = max(attribution, self.un_jour())
        self.ecrit(
            "postes",
            numero=numero,
            siret=self.hasard.choice(self.lignes("structures"))["siret"],
            date_attribution=attribution,
            date_rendu=rendu,
            type="coordinateur" if self.chance(0.12) else self.hasard.choice(("", "conseiller")),
        )
        self.affectations(numero, attribution)

    def affectations(self, numero: int, attribution: dt.date) -> None:
        """Principal holders one after the other, with gaps; a remplacement may overlap."""
        jour = attribution if self.chance(0.75) else self.un_jour()
        for _ in range(self.hasard.choice((0, 1, 2, 3, 3))):
            fin = jour + dt.timedelta(days=self.hasard.choice((0, 20, 45, 900, 1200, 1500, 1800)))
            if self.chance(0.3):
                fin = self.un_jour()
            ouverte = self.chance(0.35)
            if fin < jour:
                break
            self.affectation(numero, jour, None if ouverte else fin, "principale")
            if ouverte:
                break
            jour = fin + dt.timedelta(days=self.hasard.choice((1, 1, 8, 40)))
        if self.chance(0.3):
            self.affectation(numero, *self.periode(60), "remplacement")

    def affectation(self, numero: int, debut: dt.date, fin: dt.date | None, role: str) -> None:
        connus = self.lignes("affectations")
        courriel = f"personne{len(connus)}@exemple.invalid"
        if role == "remplacement" and connus and self.chance(0.4):
            courriel = self.hasard.choice(connus)["courriel"]
        if any(a["courriel"] == courriel and a["poste"] == str(numero) for a in connus):
            courriel = f"remplacant{len(connus)}@exemple.invalid"
        self.ecrit(
            "affectations", poste=numero, courriel=courriel, date_debut=debut, prenom="Camille",
            nom="Fictif", date_fin=fin, type_contrat=self.hasard.choice(("CDD", "CDI", "CDP")),
            quotite=self.hasard.choice(("", 80)),
            role="" if role == "principale" and self.chance(0.5) else role,
        )  # fmt: skip
        if self.chance(0.5):
            absence, retour = self.periode(40)
            if self.chance(0.3):
                absence, retour = self.debut, self.jours[-1]
            self.ecrit(
                "absences", poste=numero, courriel=courriel, date_debut=absence, date_fin=retour
            )

    def conventions(self) -> None:
        for poste in list(self.lignes("postes")):
            for phase in ("V1", "V2"):
                if self.chance(0.55):
                    self.convention(poste, phase)

    def convention(self, poste: dict, phase: str) -> None:
        reference = f"{phase}-{poste['numero']}"
        debut = self.un_jour() if self.chance(0.4) else dt.date(2021, 6, 1)
        fin = debut + dt.timedelta(days=self.hasard.choice((40, 730, 1500, 2500)))
        solde = max(debut, self.un_jour()) if self.chance(0.3) else None
        self.ecrit(
            "conventions", reference=reference, siret=poste["siret"], phase=phase,
            date_debut=debut, date_fin=fin, date_solde=solde,
        )  # fmt: skip
        effets = [debut, *sorted({self.un_jour() for _ in range(self.hasard.randint(0, 2))})]
        reste = 0
        for effet in dict.fromkeys(effets):
            cents = self.hasard.choice((5_000_000, 1_234_567, 2_500_001))
            if reste and self.chance(0.6):
                cents = -self.hasard.randint(1, reste)
            reste += cents
            self.ecrit(
                "convention_lignes", convention=reference, poste=poste["numero"],
                date_effet=effet, montant=cents / 100,
                bonification=self.hasard.choice((None, 0.0, 1250.55)),
            )  # fmt: skip
        for rang in range(1, self.hasard.randint(1, 4)):
            prevue = self.un_jour()
            self.ecrit(
                "versements", convention=reference, rang=rang,
                montant=self.hasard.randint(0, 2_000_000) / 100,
                sens=self.hasard.choice(("", "versement", "reversement")), date_prevue=prevue,
                date_recue=self.un_jour() if self.chance(0.7) else None,
            )  # fmt: skip

    def cibles(self) -> None:
        for figure, valeurs in (
            ("seuil_jours_tenus", (2, 3)),
            ("postes_reserves", (31, 28)),
            ("postes_departement", (16,)),
            ("enveloppe", (1_600_000.5,)),
        ):
            if self.chance(0.3):
                self.ecrit(
                    "cibles", figure=figure, depuis=self.un_jour(),
                    valeur=self.hasard.choice(valeurs), source="Décision fictive",
                )  # fmt: skip

    def lieu(self, rang: int) -> None:
        ailleurs = self.chance(0.2)
        code_insee = self.hasard.choice(tuple(COMMUNES_AILLEURS) if ailleurs else COMMUNES)
        latitude = longitude = None
        if ailleurs:
            latitude, longitude = COMMUNES_AILLEURS[code_insee]
        elif self.chance(0.5):
            latitude = round(self.hasard.uniform(47.6, 48.45), 5)
            longitude = round(self.hasard.uniform(-0.4, 0.85), 5)
        self.ecrit(
            "lieux", code=f"lieu-{rang}", nom=f"Lieu fictif {rang}",
            type=self.hasard.choice(TYPES_LIEU), adresse="1 place de la Mairie",
            code_insee=code_insee, latitude=latitude, longitude=longitude,
            actif=self.hasard.choice(("", "oui", "non")),
        )  # fmt: skip

    def creneau(self, rang: int) -> None:
        debut, fin = self.periode(90)
        if self.chance(0.3):
            debut = dt.date(2021, 8, 31) + dt.timedelta(days=self.hasard.randrange(200))
        if self.chance(0.3):
            debut = self.mois - dt.timedelta(days=self.hasard.choice((1, 2, 32)))
        heure_debut, heure_fin = self.hasard.choice(HEURES)
        self.ecrit(
            "creneaux", code=f"creneau-{rang}",
            poste=self.hasard.choice(self.lignes("postes"))["numero"],
            lieu=self.hasard.choice(self.lignes("lieux"))["code"],
            nature=self.hasard.choice(("permanence", "permanence", "atelier", "mini_formation")),
            date_debut=debut, date_fin=fin if fin >= debut and self.chance(0.4) else None,
            heure_debut=heure_debut, heure_fin=heure_fin, recurrence=self.hasard.choice(REGLES),
            capacite=self.hasard.choice((None, 8)), feries=self.hasard.choice(("", "oui", "non")),
            acces=self.hasard.choice(("libre", "rendez_vous", "les_deux")),
        )  # fmt: skip

    def fermeture(self, rang: int) -> None:
        debut, fin = self.periode(self.hasard.choice((1, 10, 40)))
        objet = self.hasard.choice(("lieu", "poste", "creneau", None))
        vises = {"lieu": "lieux", "poste": "postes", "creneau": "creneaux"}
        cible = self.lignes(vises[objet]) if objet else []
        colonnes = {"lieu": "", "poste": "", "creneau": ""}
        if cible:
            visee = self.hasard.choice(cible)
            colonnes[objet] = visee["numero" if objet == "poste" else "code"]
        self.ecrit(
            "fermetures", code=f"fermeture-{rang}", date_debut=debut, date_fin=fin,
            motif=self.hasard.choice(MOTIFS), **colonnes,
        )  # fmt: skip

    def occurrences(self) -> None:
        for creneau in self.lignes("creneaux"):
            dates = dates_of_rule(creneau, self.jours)
            nombre = min(len(dates), self.hasard.choice((0, 1, 4)))
            for jour in self.hasard.sample(dates, nombre):
                tenue = self.chance(0.5)
                self.ecrit(
                    "occurrences", creneau=creneau["code"], date=jour,
                    statut="tenue" if tenue else "annulee",
                    motif="" if tenue else self.hasard.choice(MOTIFS),
                )  # fmt: skip

    # The séances: only where an affectation is in force on a poste that is ours.

    def tenu(self, numero: str, jour: dt.date) -> bool:
        poste = next(p for p in self.lignes("postes") if p["numero"] == numero)
        rendu = day(poste["date_rendu"])
        return day(poste["date_attribution"]) <= jour < (rendu or dt.date.max) and any(
            a["poste"] == numero
            and day(a["date_debut"]) <= jour <= (day(a["date_fin"]) or dt.date.max)
            for a in self.lignes("affectations")
        )

    def seance(self) -> None:
        creneau, numero, jour = None, "", self.un_jour()
        if self.lignes("creneaux") and self.chance(0.4):
            creneau = self.hasard.choice(self.lignes("creneaux"))
            dates = dates_of_rule(creneau, self.jours)
            if not dates:
                return
            numero, jour = creneau["poste"], self.hasard.choice(dates)
        else:
            numero = self.hasard.choice(self.lignes("postes"))["numero"]
        if self.tenu(numero, jour):
            self.seance_le(numero, jour, creneau)

    def seance_le(self, numero: str, jour: dt.date, creneau: dict | None) -> None:
        hasard = self.hasard
        canal = hasard.choice(
            ("lieu_activite", "lieu_activite", "autre_lieu", "domicile", "a_distance")
        )
        participants = hasard.choice((1, 1, 1, 2, 7, 12))
        lieu = creneau["lieu"] if creneau else hasard.choice(self.lignes("lieux"))["code"]
        commune = hasard.choice((*COMMUNES, *COMMUNES_AILLEURS))
        venues = hasard.randint(0, participants) if self.chance(0.6) else None
        self.ecrit(
            "seances", cle=uuid.UUID(int=hasard.getrandbits(128), version=4), poste=numero,
            date=jour, nature=hasard.choice(("individuel", "atelier", "mini_formation")),
            canal=canal, lieu=lieu if canal == "lieu_activite" else "",
            code_insee=commune if canal in ("autre_lieu", "domicile") else "",
            creneau=creneau["code"] if creneau else "",
            duree=hasard.choice((1, 15, 45, 90, 1440)), nb_participants=participants,
            nb_premieres_venues=venues,
            thematiques="|".join(hasard.sample(THEMATIQUES, hasard.randint(1, 4))),
            **self.public("age", AGES, participants),
            **self.public("genre", GENRES, participants),
            **self.public("statut", STATUTS, participants),
        )  # fmt: skip

    def public(self, prefixe: str, valeurs: tuple, participants: int) -> dict[str, object]:
        groupe = dict.fromkeys((f"{prefixe}_{v}" for v in valeurs), 0)
        for _ in range(self.hasard.randint(0, participants)):
            groupe[f"{prefixe}_{self.hasard.choice(valeurs)}"] += 1
        return {cle: n or self.hasard.choice((0, None)) for cle, n in groupe.items()}

    def declarations(self) -> None:
        for poste in self.lignes("postes"):
            for mois in (self.mois, following(self.mois)):
                if self.chance(0.5):
                    limite = fifth_working_day(following(mois))
                    ecart = self.hasard.choice((-9, -1, 0, 0, 1, 20))
                    self.ecrit(
                        "declarations", poste=poste["numero"], mois=f"{mois:%Y-%m}",
                        faite_le=limite + dt.timedelta(days=ecart),
                    )  # fmt: skip


def following(mois: dt.date) -> dt.date:
    return mois.replace(day=1) + dt.timedelta(days=calendar.monthrange(mois.year, mois.month)[1])


def write_programme(graine: int, mois: dt.date, dossier: Path) -> list[str]:
    """Write the files of one programme in `dossier`; their TYPEs, in the order of import."""
    tables = Ecrivain(graine, mois).programme()
    for type_, lignes in tables.items():
        write_rows(dossier / f"{type_}.csv", lignes, delimiter=";" if graine % 2 else ",")
    return [type_ for type_ in ORDRE if type_ in tables]


def write_rows(fichier: Path, lignes: list[dict], *, delimiter: str = ";") -> None:
    with fichier.open("w", encoding="utf-8", newline="") as flux:
        ecrit = csv.DictWriter(flux, lignes[0], delimiter=delimiter)
        ecrit.writeheader()
        ecrit.writerows(lignes)
