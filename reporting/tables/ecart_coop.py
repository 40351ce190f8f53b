"""La Coop's own totals beside those of the report, and what makes the gap; from `donnees`. Pure."""

from typing import Any

from permanences.enums import OrigineImport, RaisonCoop
from reporting import francais as fr
from reporting.enums import RaisonEcart
from reporting.tables.base import Colonne, Genre, Ligne, Table, ordonne, somme

Donnees = dict[str, Any]

DOUZE_MOIS = "_douze_mois"
CLES = ("seances", "participations")
# Said the way a reader of the report asks it: why La Coop has it and we do not, or the reverse.
LIBELLES = {
    RaisonCoop.DOUBLE.value: "Double d’une séance saisie ici",
    RaisonCoop.SAISIE_SUR_LA_PLATEFORME.value: "Conseiller qui saisit ici : mise de côté",
    RaisonCoop.MOIS_CLOS.value: "Changée dans La Coop après la clôture de son mois",
    RaisonCoop.REFUSE_PAR_UNE_REGLE.value: "Contraire à une règle de saisie",
    RaisonCoop.RETIRE_A_LA_MAIN.value: "Retirée ici",
}
SANS_IMPORT = (
    "Aucun import de La Coop n’a eu lieu pour ces douze mois : il n’y a pas d’écart à mesurer."
)
PAS_MESURE = "L’écart avec La Coop n’a pas été mesuré dans ce rapport."


def ecart_coop(donnees: Donnees) -> Table:
    """A line per month where La Coop has something: hers, ours, the difference."""
    ecart = donnees.get("ecart_coop")
    lignes = tuple(_ligne(mois) for mois in ecart["mois"]) if ecart else ()
    mesures = tuple(f"{cle}_{cote}" for cle in CLES for cote in ("coop", "ici", "ecart"))
    pied = ({"mois": None, **somme(lignes, *mesures)},) if len(lignes) > 1 else ()
    return Table(
        "ecart_coop",
        "La Coop et ce rapport, mois par mois",
        (
            Colonne("mois", "Mois", Genre.MOIS, vide="Total"),
            Colonne("seances_coop", "Séances dans La Coop"),
            Colonne("seances_ici", "Séances comptées ici"),
            Colonne("seances_ecart", "Écart de séances"),
            Colonne("participations_coop", "Participations dans La Coop"),
            Colonne("participations_ici", "Participations comptées ici"),
            Colonne("participations_ecart", "Écart de participations"),
        ),
        lignes,
        pied,
        note=_note(ecart) if lignes else "",
        vide=_vide(ecart),
    )


def _vide(ecart: Donnees | None) -> str:
    return SANS_IMPORT if ecart is not None else PAS_MESURE


def _ligne(mois: Ligne) -> Ligne:
    ligne = {"mois": mois["mois"]}
    for cle in CLES:
        coop, ici = mois["coop"][cle], mois["ici"][cle]
        ligne |= {f"{cle}_coop": coop, f"{cle}_ici": ici, f"{cle}_ecart": coop - ici}
    return ligne


def _note(ecart: Donnees) -> str:
    phrase = (
        "Écart : La Coop moins ce rapport. Les douze derniers mois, ceux où La Coop a des "
        "activités de nos conseillers."
    )
    if dernier := ecart.get("dernier_import"):
        origine = dict(OrigineImport.choices).get(dernier["origine"], dernier["origine"])
        le = fr.date_longue(dernier["le"][:10])
        phrase += f" Dernier import : le {le} ({str(origine).lower()})."
    return phrase


def raisons_ecart(donnees: Donnees) -> Table:
    """What adds up to the gap: positive, La Coop has it and we do not; negative, the reverse."""
    ecart = donnees.get("ecart_coop")
    valeurs = {ligne["code"]: ligne for ligne in ecart["raisons"]} if ecart else {}
    lignes = tuple(
        {"libelle": LIBELLES.get(code, libelle), **valeurs[code]}
        for code, libelle in ordonne(valeurs, RaisonCoop, *RaisonEcart.choices)
        if code in valeurs
    )
    cles = (*CLES, *(f"{cle}{DOUZE_MOIS}" for cle in CLES))
    return Table(
        "ecart_coop_raisons",
        "Ce qui fait l’écart avec La Coop",
        (
            Colonne("code", "Code", Genre.TEXTE),
            Colonne("libelle", "Raison", Genre.TEXTE),
            Colonne("seances", "Séances du mois"),
            Colonne("participations", "Participations du mois"),
            Colonne(f"seances{DOUZE_MOIS}", "Séances des douze mois"),
            Colonne(f"participations{DOUZE_MOIS}", "Participations des douze mois"),
        ),
        lignes,
        ({"libelle": "Écart", **somme(lignes, *cles)},) if lignes else (),
        note="Positif : dans La Coop et pas ici. Négatif : ici et pas dans La Coop. Une même "
        "séance notée des deux côtés paraît deux fois, et s’annule.",
        vide=_sans_raison(ecart),
    )


def _sans_raison(ecart: Donnees | None) -> str:
    if ecart is None:
        return PAS_MESURE
    return "Les deux comptes sont les mêmes." if ecart["mois"] else SANS_IMPORT
