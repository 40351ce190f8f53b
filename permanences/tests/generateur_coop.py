"""An export of La Coop as La Coop writes it, or as a spreadsheet gives it back, and the figures
that it must give. It shares no line of code with the importer: labels and sums are its own.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

# Never to be found again, wherever one looks.
SECRETS = ("ZORGLUB", "Confidence-de-personne", "Tag-de-personne", "Démarche-de-personne")

THEMES = {
    "email": "E-mail",
    "prendre_en_main_du_materiel": "Prendre en main du matériel",
    "reseaux_sociaux": "Réseaux sociaux communication",
    "intelligence_artificielle": "Intelligence artificielle (IA)",
    "aide_aux_demarches_administratives": "Aide aux démarches administratives",
    "papiers_elections_citoyennete": "Papiers - Élections - Citoyenneté",
    "gere_ses_contenus_numeriques": "Gérer ses contenus numériques",
    "securite_numerique": "Prévention en sécurité numérique",
}
MATERIELS = {
    "ordinateur": "Ordinateur", "telephone": "Téléphone", "aucun": "Pas de matériel",
}  # fmt: skip
AGES = {
    "moins_de_douze": "Moins de 12 ans", "douze_dix_huit": "12 - 17 ans",
    "dix_huit_vingt_quatre": "18 - 24 ans", "vingt_cinq_trente_neuf": "25 - 39 ans",
    "quarante_cinquante_neuf": "40 - 59 ans", "soixante_soixante_neuf": "60 - 69 ans",
    "soixante_dix_plus": "70 ans et plus", "": "Non communiqué",
}  # fmt: skip
GENRES = {"masculin": "Masculin", "feminin": "Féminin", "": "Non communiqué"}
STATUTS = {
    "retraite": "Retraité", "sans_emploi": "Sans emploi", "en_emploi": "En emploi",
    "scolarise": "Scolarisé", "": "Non communiqué ou hétérogène",
}  # fmt: skip
CANAUX = {
    "lieu_activite": "Lieu d’activité", "autre_lieu": "Autre lieu", "domicile": "À domicile",
    "a_distance": "À distance",
}  # fmt: skip
ORIENTATIONS = {
    "": "",
    "administration": "Administration (mairie, préfecture…)",
    "insertion_professionnelle": "Structure d’insertion professionnelle (France Travail, mission "
    "locale, chambre de commerce…)",
}


@dataclass(frozen=True)
class Lieu:
    nom: str
    adresse: str
    commune: str
    code_postal: str
    code_insee: str


@dataclass(frozen=True)
class Mediateur:
    prenom: str
    nom: str
    conum: int | None


@dataclass
class Activite:
    id: str
    mediateur: Mediateur
    date: dt.date
    creation: dt.datetime
    modification: dt.datetime | None
    collectif: bool
    canal: str
    lieu: Lieu | None
    commune: tuple[str, str, str]
    duree: int
    titre: str
    themes: list[str]
    materiel: list[str]
    niveau: int
    orientation: str
    participants: list[tuple[str, str, str]]


@dataclass
class Export:
    activites: list[Activite] = field(default_factory=list)

    def expected(self) -> dict[str, int]:
        """What a whole import must give; counted from the activities, never from the rows."""
        chiffres: Counter[str] = Counter()
        for a in self.activites:
            chiffres["seances"] += 1
            chiffres["participations"] += len(a.participants)
            chiffres["minutes"] += a.duree
            chiffres["atelier" if a.collectif else "individuel"] += 1
            chiffres[f"canal {a.canal}"] += 1
            chiffres["orientees"] += bool(a.orientation)
            for theme in set(a.themes):
                chiffres[f"theme {theme}"] += 1
            for age, genre, statut in a.participants:
                for cle in (f"age_{age}", f"genre_{genre}", f"statut_{statut}"):
                    chiffres[cle] += not cle.endswith("_")
        return {cle: n for cle, n in sorted(chiffres.items()) if n}


def generate(
    alea: random.Random,
    *,
    nombre: int,
    mediateurs: Sequence[Mediateur],
    lieux: Sequence[Lieu],
    premier: dt.date,
    jours: int,
    collectifs: float = 0.28,
) -> Export:
    export = Export()
    for _ in range(nombre):
        collectif = alea.random() < collectifs
        jour = premier + dt.timedelta(days=alea.randrange(jours))
        canal = alea.choices(list(CANAUX), (8, 1, 1, 0 if collectif else 1))[0]
        lieu = alea.choice(lieux)
        creation = dt.datetime.combine(jour, dt.time(17, alea.randrange(60)))
        export.activites.append(
            Activite(
                id=str(uuid.UUID(int=alea.getrandbits(128), version=4)),
                mediateur=alea.choice(mediateurs),
                date=jour,
                creation=creation,
                modification=creation + dt.timedelta(hours=2) if alea.random() < 0.2 else None,
                collectif=collectif,
                canal=canal,
                lieu=lieu if canal == "lieu_activite" else None,
                commune=(lieu.commune, lieu.code_postal, lieu.code_insee),
                duree=alea.choice((15, 30, 45, 60, 90, 120, 135)),
                titre="Premiers pas, l’ordinateur" if collectif else "",
                themes=alea.sample(list(THEMES), alea.randint(1, 3)),
                materiel=alea.sample(list(MATERIELS), alea.randint(0, 2)),
                niveau=alea.randint(0, 3),
                orientation="" if collectif else alea.choice(list(ORIENTATIONS)),
                participants=[
                    (alea.choice(list(AGES)), alea.choice(list(GENRES)), alea.choice(list(STATUTS)))
                    for _ in range(alea.randint(2, 16) if collectif else 1)
                ],
            )
        )
    return export


def rows(export: Export) -> list[dict[str, Any]]:
    """One row per participant, cells by header, as La Coop writes them."""
    lignes = []
    for a in export.activites:
        for rang, (age, genre, statut) in enumerate(a.participants):
            ou = a.lieu
            commune, postal, insee = a.commune if a.canal != "a_distance" else ("", "", "")
            lignes.append(
                {
                    "Date": a.date,
                    "Enregistré le": f"{a.creation:%d/%m/%Y à %H:%M}",
                    "Dernière modification le": f"{a.modification:%d/%m/%Y à %H:%M}"
                    if a.modification
                    else "",
                    "Prénom du médiateur": a.mediateur.prenom,
                    "Nom du médiateur": a.mediateur.nom,
                    "Rôle": "Conseiller Numérique",
                    "ID - Conum": a.mediateur.conum or "",
                    "Type": "Atelier collectif" if a.collectif else "Accompagnement individuel",
                    "Participants": f"{rang + 1}/{len(a.participants)}"
                    if len(a.participants) > 1
                    else 1,
                    "Bénéficiaire": f"Zoé {SECRETS[0]}",
                    "Canaux d’accompagnement": CANAUX[a.canal],
                    "Nom du lieu": ou.nom if ou else "",
                    "Adresse": ou.adresse if ou else "",
                    "Commune": commune,
                    "Code postal": postal,
                    "Code Insee": insee,
                    "Durée (min)": a.duree,
                    "Nom de l’atelier": a.titre,
                    "Matériel numérique utilisé": "\n".join(MATERIELS[m] for m in a.materiel),
                    "Thématique(s) d’accompagnement": "\n".join(THEMES[t] for t in a.themes),
                    "Tags": SECRETS[2],
                    "Nom de la démarche administrative": SECRETS[3],
                    "Niveau d’autonomie (ou de l’atelier)": f"{a.niveau}/3" if a.niveau else "",
                    "Bénéficiaire réorienté": "Oui" if a.orientation else "Non",
                    "Structure de redirection": ORIENTATIONS[a.orientation],
                    "Commune du bénéficiaire": "Ailleurs",
                    "Code postal du bénéficiaire": "72999",
                    "Code Insee du bénéficiaire": "72998",
                    "Genre du bénéficiaire": GENRES[genre],
                    "Tranche d’âge du bénéficiaire": AGES[age],
                    "Statut du bénéficiaire": STATUTS[statut],
                    "Notes supplémentaires": SECRETS[1] if rang == 0 else "",
                    "Source de la donnée": "La Coop de la médiation numérique (V2)",
                    "ID CRA": a.id,
                }
            )
    return lignes


DU_MEDIATEUR = ("Prénom du médiateur", "Nom du médiateur", "Rôle", "ID - Conum")
DU_CONSEILLER = ("Bénéficiaire", "Notes supplémentaires")


def write_export(
    chemin: Path,
    lignes: Sequence[dict[str, Any]],
    *,
    du_conseiller: bool,
    demandeur: Mediateur = Mediateur("Camille", "Coordo", None),
    bizarre: random.Random | None = None,
) -> Path:
    """`bizarre`: columns in any order, the table elsewhere, scattered rows, odd cells."""
    absentes = DU_MEDIATEUR if du_conseiller else DU_CONSEILLER
    entete = [nom for nom in lignes[0] if nom not in absentes]
    lignes = list(lignes)
    if bizarre:
        bizarre.shuffle(entete)
        bizarre.shuffle(lignes)
    classeur = xlsxwriter.Workbook(str(chemin))
    if bizarre:
        classeur.add_worksheet("À lire").write(0, 0, "Notes pour l’équipe")
    feuille = classeur.add_worksheet("Activités")
    date = classeur.add_format({"num_format": "dd/mm/yyyy"})
    haut, gauche = (bizarre.randint(1, 9), bizarre.randint(0, 4)) if bizarre else (0, 0)
    for bloc in (
        ("Informations export",), ("Nom", demandeur.nom), ("Prénom", demandeur.prenom),
        ("Rôle", "Conseiller numérique"), ("Total", len(lignes)),
        ("Date d'export", "10/11/2026"), ("Heure d'export", "10:00"), (), ("Filtres",),
        ("Période", "-"), ("Type d’accompagnement", "-"), ("Tags", SECRETS[2]), (),
    ):  # fmt: skip
        for rang, texte in enumerate(bloc):
            feuille.write(haut, gauche + rang, texte)
        haut += 1
    for rang, nom in enumerate(entete):
        feuille.write(haut, gauche + rang, _odd_header(nom, bizarre) if bizarre else nom)
    for numero, ligne in enumerate(lignes, start=haut + 1):
        if bizarre and bizarre.random() < 0.02:
            feuille.set_row(numero, None, None, {"hidden": True})
        for rang, nom in enumerate(entete):
            valeur = _odd_cell(nom, ligne[nom], bizarre) if bizarre else ligne[nom]
            _write(feuille, numero, gauche + rang, valeur, date)
    if bizarre:
        feuille.write(numero + 3, gauche, " ")
        feuille.write(numero + 1, gauche + len(entete) + 2, " ")
    classeur.close()
    return chemin


def _write(feuille: Any, ligne: int, rang: int, valeur: Any, date: Any) -> None:
    match valeur:
        case dt.datetime() | dt.date():
            feuille.write_datetime(ligne, rang, valeur, date)
        case ("=", resultat):
            feuille.write_formula(ligne, rang, f"={resultat}+0", None, resultat)
        case int() | float():
            feuille.write_number(ligne, rang, valeur)
        case _:
            feuille.write_string(ligne, rang, valeur)


def _odd_header(nom: str, alea: random.Random) -> str:
    return alea.choice(
        (
            nom,
            nom.replace("’", "'"),
            nom.upper(),
            f" {nom.replace(' ', chr(160))} ",
            nom.replace(" ", "\n", 1),
        )
    )


def _odd_cell(nom: str, valeur: Any, alea: random.Random) -> Any:
    if valeur == "":
        return alea.choice(("", " ", "\u00a0"))
    match nom:
        case "Date":
            return alea.choice(
                (valeur, f"{valeur:%d/%m/%Y}", f"{valeur:%Y-%m-%d}", f" {valeur:%d/%m/%Y} ",
                 (valeur - dt.date(1899, 12, 30)).days)
            )  # fmt: skip
        case "Durée (min)":
            return alea.choice(
                (valeur, str(valeur), f"{valeur},0", f"{valeur}.0", f"{valeur} min", ("=", valeur),
                 f"{valeur // 60} h {valeur % 60}")
            )  # fmt: skip
        case "Participants":
            if valeur == 1:
                return alea.choice((1, "1", "1,0", "1/1", ("=", 1)))
            return alea.choice((valeur, valeur.replace("/", " / ")))
        case "Code Insee" | "Code postal":
            return alea.choice((valeur, float(valeur), f" {valeur} "))
        case "ID CRA":
            return alea.choice((valeur, valeur.upper(), f" {valeur}"))
        case "Thématique(s) d’accompagnement" | "Matériel numérique utilisé":
            return alea.choice(
                (valeur, valeur.replace("\n", "\r\n"), f"{valeur}\n", valeur.upper(),
                 valeur.replace(" ", "\u00a0"))
            )  # fmt: skip
        case "Enregistré le" | "Dernière modification le":
            moment = dt.datetime.strptime(valeur, "%d/%m/%Y à %H:%M")
            return alea.choice((valeur, moment, f"{moment:%Y-%m-%dT%H:%M}"))
    if isinstance(valeur, str) and nom != "Nom du médiateur":
        return alea.choice((valeur, valeur.replace("’", "'"), f"{valeur}\u00a0"))
    return valeur
