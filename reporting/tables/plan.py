"""What was planned and what became of it, from the `donnees` of couverture. Pure."""

from typing import Any

from permanences.enums import Motif, NatureCreneau
from reporting import francais as fr
from reporting.essentiel import epci_couverts
from reporting.tables.base import Colonne, Genre, Ligne, Table, etat_du_mois, ordonne, ratio

Donnees = dict[str, Any]

CODE = Colonne("code", "Code", Genre.TEXTE, vide="")
PLAN = (
    Colonne("prevues", "Prévus"),
    Colonne("tenues", "Tenus"),
    Colonne("annulees", "Annulés"),
    Colonne("a_renseigner", "À renseigner"),
)
CLES_PLAN = tuple(c.cle for c in PLAN)
TAUX = Colonne("taux_tenue", "Taux tenu", Genre.PART)


def rayon(donnees: Donnees) -> str:
    return f"{donnees.get('distance_non_desservie_km', 10)}{fr.INSECABLE}km"


def par_nature(donnees: Donnees) -> Table:
    valeurs = donnees["par_nature"]
    zero = dict.fromkeys(CLES_PLAN, 0)
    lignes = tuple(
        {
            "code": code,
            "libelle": libelle,
            **(v := valeurs.get(code, zero)),
            "taux_tenue": ratio(v["tenues"], v["prevues"]),
        }
        for code, libelle in ordonne(valeurs, NatureCreneau)
    )
    total = {k: donnees["total"][k] for k in CLES_PLAN}
    return Table(
        "par_nature",
        "Créneaux par nature",
        (CODE, Colonne("libelle", "Nature", Genre.TEXTE), *PLAN, TAUX),
        lignes,
        ({"libelle": "Total des créneaux", **total, "taux_tenue": donnees["taux_tenue"]},),
    )


def motifs(donnees: Donnees) -> Table:
    valeurs = donnees["motifs"]
    total = donnees["total"]["annulees"]
    lignes = tuple(
        {
            "code": code,
            "libelle": libelle,
            "annulees": valeurs.get(code, 0),
            "part": ratio(valeurs.get(code, 0), total),
        }
        for code, libelle in ordonne(valeurs, Motif)
    )
    return Table(
        "motifs",
        "Annulations par motif",
        (
            CODE,
            Colonne("libelle", "Motif", Genre.TEXTE),
            Colonne("annulees", "Créneaux annulés"),
            Colonne("part", "Part", Genre.PART),
        ),
        lignes,
        ({"libelle": "Total", "annulees": total, "part": ratio(total, total)},),
    )


def _colonnes_suivies(donnees: Donnees) -> tuple[Colonne, ...]:
    return (
        *PLAN,
        TAUX,
        Colonne("lieux_actifs", "Lieux actifs"),
        Colonne("population_a_10_km", f"Population à {rayon(donnees)}", vide=fr.NON_CONNU),
        Colonne("postes_pourvus", "Postes pourvus"),
        Colonne("epci_couverts", "EPCI couverts"),
        Colonne("communes_non_desservies", "Communes non desservies"),
    )


def douze_mois(donnees: Donnees) -> Table:
    suivies = _colonnes_suivies(donnees)
    lignes = tuple(_mois_suivi(donnees, m, suivies) for m in donnees.get("douze_mois", []))
    return Table(
        "douze_mois",
        "Douze derniers mois",
        (
            Colonne("mois", "Mois", Genre.MOIS),
            Colonne("etat", "État", Genre.TEXTE),
            *suivies,
        ),
        lignes,
    )


def _mois_suivi(donnees: Donnees, mois: Ligne, suivies: tuple[Colonne, ...]) -> Ligne:
    """A month that nobody closed has no figure: unknown, which is neither zero nor a dash."""
    if mois.get("prevues") is None:
        inconnus = dict.fromkeys((c.cle for c in suivies), fr.NON_CONNU)
        return {"mois": mois["mois"], "etat": "non clos", **inconnus}
    return {**mois, "etat": etat_du_mois(donnees, mois)}


def evolution(donnees: Donnees) -> Table:
    """This month beside M−1 and M−12."""
    passe = donnees.get("evolution") or {}
    suivies = _colonnes_suivies(donnees)
    total = donnees["total"]
    ce_mois = {
        **{k: total[k] for k in (*CLES_PLAN, "lieux_actifs")},
        "taux_tenue": donnees["taux_tenue"],
        "population_a_10_km": donnees["population"].get("a_10_km"),
        "postes_pourvus": donnees["postes"]["pourvus"],
        "epci_couverts": epci_couverts(donnees),
        "communes_non_desservies": len(donnees["communes_non_desservies"]),
    }
    lignes: list[Ligne] = [{"periode": fr.mois(donnees["mois"]), **ce_mois}]
    for cle, ecart in (("m_1", -1), ("m_12", -12)):
        nom = fr.mois(fr.mois_decale(donnees["mois"], ecart))
        ligne = passe.get(cle)
        if ligne:
            suite = " (provisoire)" if ligne.get("provisoire") else ""
            lignes.append({"periode": nom + suite, **{c.cle: ligne.get(c.cle) for c in suivies}})
        else:
            lignes.append({"periode": nom, **{c.cle: fr.NON_CONNU for c in suivies}})
    return Table(
        "evolution",
        "Évolution",
        (Colonne("periode", "Période", Genre.TEXTE), *suivies),
        tuple(lignes),
    )


def lieux_annules(donnees: Donnees) -> Table:
    """Lieux with two cancellations or more, most first."""
    retenus = [x for x in donnees.get("lieux", []) if (x.get("annulees") or 0) >= 2]
    retenus.sort(key=lambda x: (-x["annulees"], x["code"]))
    return Table(
        "lieux_annules",
        "Lieux de deux annulations ou plus",
        (
            CODE,
            Colonne("nom", "Lieu", Genre.TEXTE),
            Colonne("prevues", "Prévus"),
            Colonne("tenues", "Tenus"),
            Colonne("annulees", "Annulés"),
        ),
        tuple(retenus),
        vide="Aucun lieu n’a connu deux annulations ou plus ce mois-ci.",
    )
