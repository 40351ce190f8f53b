"""The national schema « Lieux de médiation numérique » 1.0.2: its 32 fields, its words. Pure.

What is here is what the Table Schema says, and what it lets pass: a typologie of its own list, a
date that exists, no empty value in a list. Spelling is the schema's, straight apostrophe included.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from permanences.enums import Acces, NatureCreneau, Thematique, TypeLieu
from territoires.codes import CODE_INSEE
from territoires.csv_out import neutralised

VERSION = "1.0.2"
NOM = "lieux-de-mediation-numerique"
SEPARATEUR = "|"
PIVOT_INCONNU = "0" * 14
RESUME_MAX = 280

Ligne = dict[str, Any]

# --- Its words ---------------------------------------------------------------------------------

ITINERANCES = ("Itinérant", "Fixe")
DEMARCHES, USAGES, INSERTION, SECURITE, PARENTALITE, LOISIRS, COMPREHENSION = (
    "Aide aux démarches administratives",
    "Maîtrise des outils numériques du quotidien",
    "Insertion professionnelle via le numérique",
    "Utilisation sécurisée du numérique",
    "Parentalité et éducation avec le numérique",
    "Loisirs et créations numériques",
    "Compréhension du monde numérique",
)
SERVICES = (
    DEMARCHES, USAGES, INSERTION, SECURITE, PARENTALITE, LOISIRS, COMPREHENSION,
    "Accès internet et matériel informatique",
    "Acquisition de matériel informatique à prix solidaire",
)  # fmt: skip
PUBLICS = ("Jeunes", "Étudiants", "Familles et/ou enfants", "Seniors", "Femmes")
PRISES_EN_CHARGE = (
    "Surdité", "Handicaps moteurs", "Handicaps mentaux", "Illettrisme",
    "Langues étrangères (anglais)", "Langues étrangères (autres)", "Déficience visuelle",
)  # fmt: skip
FRAIS = ("Gratuit", "Gratuit sous condition", "Payant")
DISPOSITIFS = (
    "Aidants Connect", "Bibliothèques numérique de référence", "Certification PIX",
    "Conseillers numériques", "Emmaüs Connect", "France Services", "Grande école du numérique",
    "La Croix Rouge", "Point d'accès numérique CAF", "Promeneurs du net",
    "Relais numérique (Emmaüs Connect)",
)  # fmt: skip
# « Étapes numériques (La Poste) » is left out: the Table Schema wants it without its space.
LABELS = (
    "Formé à « Mon Espace Santé »", "Formé à « DUPLEX » (illettrisme)",
    "Arnia/MedNum BFC (Bourgogne-Franche-Comté)",
    "Collectif ressources et acteurs réemploi (Normandie)", "Fabriques de Territoire",
    "Les Éclaireurs du numérique (Drôme)", "Mes Papiers (Métropole de Lyon)", "ORDI 3.0",
    "SUD LABS (PACA)",
)  # fmt: skip
SE_PRESENTER, TELEPHONER, PAS_DE_PUBLIC = (
    "Se présenter", "Téléphoner", "Ce lieu n'accueille pas de public",
)  # fmt: skip
ACCES = (
    SE_PRESENTER, TELEPHONER, "Contacter par mail", "Prendre un RDV en ligne", PAS_DE_PUBLIC,
    "Envoyer un mail avec une fiche de prescription",
)  # fmt: skip
INDIVIDUEL, ATELIER = "Accompagnement individuel", "Dans un atelier collectif"
ACCOMPAGNEMENTS = ("En autonomie", INDIVIDUEL, ATELIER, "À distance")
TYPOLOGIES = (
    "ACI", "ACIPHC", "AFPA", "AI", "ASE", "ASSO", "ASSO_CHOMEUR", "Autre", "AVIP", "BIB",
    "CAARUD", "CADA", "CAF", "CAP_EMPLOI", "CAVA", "CC", "CCAS", "CCONS", "CD", "CDAS", "CFP",
    "CHRS", "CHU", "CIAS", "CIDFF", "CITMET", "CMP", "CMS", "CPAM", "CPH", "CS", "CSAPA", "CSC",
    "DEETS", "DEPT", "DIPLP", "E2C", "EA", "EATT", "EI", "EITI", "ENM", "EPCI", "EPI", "EPIDE",
    "EPN", "ES", "ESAT", "ESS", "ETTI", "EVS", "FABLAB", "FABRIQUE", "FAIS", "FT", "GEIQ", "HUDA",
    "LA_POSTE", "MDE", "MDH", "MDEF", "MDPH", "MDS", "MJC", "ML", "MQ", "MSA", "MSAP", "MUNI",
    "OACAS", "ODC", "OF", "OIL", "OPCS", "PAD", "PENSION", "PI", "PIJ_BIJ", "PIMMS", "PJJ",
    "PLIE", "PREF", "PREVENTION", "REG", "RELAIS_LECTURE", "RESSOURCERIE", "RFS", "RS_FJT", "SCP",
    "SPIP", "TIERS_LIEUX", "UDAF",
)  # fmt: skip

# --- Ours, in its words --------------------------------------------------------------------------

TYPOLOGIE_DU_TYPE = {
    TypeLieu.MAIRIE: "MUNI",
    TypeLieu.SALLE_POLYVALENTE: "MUNI",
    TypeLieu.BIBLIOTHEQUE: "BIB",
    TypeLieu.EHPAD: "Autre",
    TypeLieu.CCAS: "CCAS",
    TypeLieu.ASSOCIATION: "ASSO",
    TypeLieu.TIERS_LIEU: "TIERS_LIEUX",
    TypeLieu.FRANCE_SERVICES: "RFS",
    TypeLieu.CENTRE_SOCIAL: "CS",
    TypeLieu.ETABLISSEMENT_SCOLAIRE: "Autre",
    TypeLieu.STRUCTURE_DEPARTEMENTALE: "DEPT",
    TypeLieu.AUTRE: "Autre",
}
# One comes there for those who live or learn there: nobody is sent to their door.
RESERVES = {
    TypeLieu.EHPAD: "ses résidents",
    TypeLieu.ETABLISSEMENT_SCOLAIRE: "ses élèves et leurs familles",
}
ACCES_DU_CRENEAU = {
    Acces.LIBRE: (SE_PRESENTER,),
    Acces.RENDEZ_VOUS: (TELEPHONER,),
    Acces.LES_DEUX: (SE_PRESENTER, TELEPHONER),
}
ACCOMPAGNEMENT_DE_LA_NATURE = {
    NatureCreneau.PERMANENCE: INDIVIDUEL,
    NatureCreneau.ATELIER: ATELIER,
    NatureCreneau.MINI_FORMATION: ATELIER,
}
# What every advisor does, then what was done often enough at that lieu.
SERVICES_DE_TOUS = (DEMARCHES, USAGES, SECURITE)
SERVICES_DES_THEMES = {
    INSERTION: frozenset({Thematique.INSERTION, Thematique.TRAVAIL, Thematique.ENTREPRENEURIAT}),
    PARENTALITE: frozenset({Thematique.PARENTALITE, Thematique.SCOLARITE, Thematique.FAMILLE}),
    LOISIRS: frozenset({Thematique.CREER}),
    COMPREHENSION: frozenset({Thematique.CULTURE, Thematique.IA}),
}


def services_of(seances: Mapping[tuple[str, ...], int], seuil: int) -> list[str]:
    """`seances`: {their themes: how many}."""

    def faites(themes: frozenset[Thematique]) -> int:
        return sum(n for ensemble, n in seances.items() if themes.intersection(ensemble))

    aussi = {s for s, themes in SERVICES_DES_THEMES.items() if faites(themes) >= seuil}
    return [s for s in SERVICES if s in aussi or s in SERVICES_DE_TOUS]


# Overseas numbers are written with the code of their territory; mainland's with France's.
_INDICATIFS = {
    "590": ("0590", "0690", "0691"),
    "594": ("0594", "0694"),
    "596": ("0596", "0696", "0697"),
    "262": ("0262", "0263", "0269", "0639", "0692", "0693"),
}


def international(telephone: str) -> str:
    """« 0261910000 » -> « +33261910000 », « 0262… » -> « +262262… »; empty for none."""
    indicatif = next((i for i, debuts in _INDICATIFS.items() if telephone[:4] in debuts), "33")
    return f"+{indicatif}{telephone[1:]}" if telephone else ""


_CODE_POSTAL = re.compile(r"(?:^|[\s,])(\d{5})(?:\s+([^\d,].*))?$")


def split_adresse(adresse: str, commune: str, codes_postaux: Collection[str]) -> tuple[str, str]:
    """(street, postal code) of « 3 rue de la Mairie, 72650 Aigné ».

    The code is the commune's, be it written or its only one; empty when one must choose.
    """
    rue, code = " ".join(adresse.split()), ""
    if trouve := _CODE_POSTAL.search(rue):
        rue, code = rue[: trouve.start()], trouve[1]
    elif rue.lower().endswith(commune.lower()) and commune:
        reste = rue[: -len(commune)]
        # « rue d’Aigné » is a street.
        if not reste.strip() or reste.rstrip()[-1] in ",-–":
            rue = reste
    if code not in codes_postaux:
        code = next(iter(codes_postaux)) if len(codes_postaux) == 1 else ""
    return rue.strip(" ,-–"), code


# --- Its fields ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Champ:
    """`mots`: the only values of a list; `motif`: a pattern of the whole value."""

    cle: str
    titre: str
    requis: bool = False
    type: str = "string"
    motif: str = ""
    mots: tuple[str, ...] = ()
    longueur: int = 0
    unique: bool = False

    @property
    def pattern(self) -> str:
        """As a Table Schema wants it: of the whole cell, lists joined by « | »."""
        if not self.mots:
            return self.motif
        un = f"(?:{'|'.join(re.escape(mot) for mot in self.mots)})".replace(r"\ ", " ")
        return f"^{un}(?:\\|{un})*$"

    def descripteur(self) -> dict[str, Any]:
        contraintes: dict[str, Any] = {"required": self.requis}
        if self.pattern:
            contraintes["pattern"] = self.pattern
        if self.longueur:
            contraintes["maxLength"] = self.longueur
        if self.unique:
            contraintes["unique"] = True
        return {
            "name": self.cle,
            "title": self.titre,
            "type": self.type,
            "constraints": contraintes,
        }

    def faute(self, valeur: Any) -> str:
        """What is wrong with this value, in French; empty when nothing is."""
        if valeur is None or valeur == "":
            return f"Il manque : {self.titre.lower()}." if self.requis else ""
        if self.type == "number":
            return "" if isinstance(valeur, float) else f"{self.titre} : ce n’est pas un nombre."
        texte = str(valeur)
        if self.type == "date" and not _is_date(texte):
            return f"{self.titre} : « {texte} » n’est pas une date."
        if self.longueur and len(texte) > self.longueur:
            return f"{self.titre} : plus de {self.longueur} caractères."
        if self.pattern and not re.fullmatch(self.pattern, texte):
            return f"{self.titre} : « {texte} » n’est pas accepté."
        return ""


def _is_date(texte: str) -> bool:
    try:
        return dt.date.fromisoformat(texte).isoformat() == texte
    except ValueError:
        return False


_TELEPHONE = r"^(\+33|\+590|\+594|\+262|\+596|\+269|\+687|\+689|\+508|\+681)(\d){6,9}$"
_URL = r"^https?://[^\s|]+(\|https?://[^\s|]+)*$"
CHAMPS = (
    Champ("id", "Identifiant unique local du lieu", requis=True, unique=True),
    Champ("pivot", "SIRET, RNA ou RIDET", requis=True, motif=r"^(\d{14}|W\d{9})$"),
    Champ("nom", "Nom", requis=True),
    Champ("commune", "Commune", requis=True),
    Champ("code_postal", "Code postal", requis=True, motif=r"^\d{5}$"),
    Champ("code_insee", "Code INSEE", motif=CODE_INSEE),
    Champ("adresse", "Adresse", requis=True),
    Champ("complement_adresse", "Complément d’adresse"),
    Champ("latitude", "Latitude", type="number"),
    Champ("longitude", "Longitude", type="number"),
    Champ("typologie", "Typologie", mots=TYPOLOGIES),
    Champ("telephone", "Numéro de téléphone", motif=_TELEPHONE),
    Champ("courriels", "Courriels"),
    Champ("site_web", "Site web", motif=_URL),
    Champ("horaires", "Horaires (opening_hours d’OpenStreetMap)"),
    Champ("presentation_resume", "Présentation, résumé", longueur=RESUME_MAX),
    Champ("presentation_detail", "Présentation détaillée"),
    Champ("source", "Structure qui collecte la donnée"),
    Champ("itinerance", "Itinérance", mots=ITINERANCES),
    Champ("structure_parente", "Structure parente"),
    Champ("date_maj", "Date de mise à jour", requis=True, type="date"),
    Champ("services", "Services", mots=SERVICES),
    Champ("publics_specifiquement_adresses", "Publics spécifiquement adressés", mots=PUBLICS),
    Champ("prise_en_charge_specifique", "Prise en charge spécifique", mots=PRISES_EN_CHARGE),
    Champ("frais_a_charge", "Frais à charge", mots=FRAIS),
    Champ(
        "dispositif_programmes_nationaux", "Dispositifs et programmes nationaux", mots=DISPOSITIFS
    ),
    Champ("formations_labels", "Formations et labels", mots=LABELS),
    Champ("autres_formations_labels", "Autres formations et labels"),
    Champ("modalites_acces", "Modalités d’accès", mots=ACCES),
    Champ("modalites_accompagnement", "Modalités d’accompagnement", mots=ACCOMPAGNEMENTS),
    Champ("fiche_acces_libre", "Fiche Acceslibre", motif=_URL),
    Champ("prise_rdv", "Prise de rendez-vous en ligne", motif=_URL),
)  # fmt: skip
CLES = tuple(champ.cle for champ in CHAMPS)


def faults_of(ligne: Ligne) -> list[str]:
    """What forbids to publish this line: the schema's rules, and those it lacks."""
    fautes = [faute for champ in CHAMPS if (faute := champ.faute(ligne.get(champ.cle)))]
    if inconnues := set(ligne) - set(CLES):
        fautes.append(f"Champs inconnus : {', '.join(sorted(inconnues))}.")
    if ("latitude" in ligne) != ("longitude" in ligne):
        fautes.append("La latitude et la longitude vont ensemble.")
    return fautes


def table_schema() -> dict[str, Any]:
    """The description of our file, a Frictionless Table Schema."""
    return {
        "$schema": "https://frictionlessdata.io/schemas/table-schema.json",
        "fields": [champ.descripteur() for champ in CHAMPS],
        "primaryKey": ["id"],
    }


# --- Its two files -------------------------------------------------------------------------------

# What people type; a spreadsheet must not run it.
_SAISIS = {"nom", "commune", "adresse", "presentation_resume", "presentation_detail"}


def csv_text(lignes: Iterable[Ligne]) -> str:
    """All the columns in their order, every cell quoted, comma, decimal point."""
    sortie = io.StringIO()
    ecrit = csv.writer(sortie, quoting=csv.QUOTE_ALL, lineterminator="\n")
    ecrit.writerow(CLES)
    for ligne in lignes:
        ecrit.writerow([_cell(cle, ligne.get(cle, "")) for cle in CLES])
    return sortie.getvalue()


def _cell(cle: str, valeur: Any) -> str:
    return neutralised(valeur) if cle in _SAISIS else str(valeur)


def json_text(lignes: Iterable[Ligne]) -> str:
    """A list of the same keys; what is empty is left out, coordinates are numbers."""
    pleines = [
        {cle: ligne[cle] for cle in CLES if ligne.get(cle) not in (None, "")} for ligne in lignes
    ]
    return json.dumps(pleines, ensure_ascii=False, indent=1) + "\n"


def file_name(*, jour: dt.date, siret: str, territoire: str, extension: str) -> str:
    """As data.gouv.fr wants it; `territoire`: a slug."""
    return f"{jour:%Y-%m-%d}_{siret or PIVOT_INCONNU}_{NOM}_{territoire}.{extension}"
