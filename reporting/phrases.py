"""Three sentences for page 1, from `donnees` alone: what is, never why. Pure."""

from typing import Any

from reporting import francais as fr
from reporting.essentiel import (
    epci_couverts,
    libelle_epci,
    lignes_passees,
    population_non_desservie,
    population_proche,
)
from reporting.tables.base import ratio

Donnees = dict[str, Any]


def phrases(donnees: Donnees) -> list[str]:
    """Three sentences, right in number and gender."""
    if donnees["type"] == "couverture":
        return _phrases_couverture(donnees)
    return _phrases_frequentation(donnees)


def _phrases_frequentation(donnees: Donnees) -> list[str]:
    total, mois = donnees["total"], donnees["mois"]
    if not total["seances"]:
        premiere = f"En {fr.mois(mois)}, aucune séance n’a été enregistrée."
    else:
        seances = total["seances"]
        premiere = (
            f"En {fr.mois(mois)}, {fr.accorde(seances, 'séance')} "
            f"{fr.mot(seances, 'a', 'ont')} réuni "
            f"{fr.accorde(total['participations'], 'participation')}, en "
            f"{fr.heures(total['minutes'])}{fr.INSECABLE}{fr.mot(total['minutes'] / 60, 'heure')}."
        )
    return [premiere, _phrase_evolution(donnees), _phrase_territoires(donnees)]


def _phrase_evolution(donnees: Donnees) -> str:
    m_1, _ = lignes_passees(donnees)
    if not m_1:
        return "Les chiffres du mois précédent ne sont pas connus : aucune comparaison n’est faite."
    ecart = donnees["total"]["participations"] - m_1["participations"]
    reserve_ = ", dont les chiffres sont provisoires" if m_1.get("provisoire") else ""
    que = fr.que_mois(m_1["mois"])
    if not ecart:
        return f"Le nombre de participations est le même {que}{reserve_}."
    sens = "de plus" if ecart > 0 else "de moins"
    part = ratio(abs(ecart), m_1["participations"])
    relatif = "" if part is None else f" ({fr.signe(ecart, fr.pourcent(part))})"
    accord = fr.accorde(abs(ecart), "participation")
    return f"C’est {accord} {sens} {que}{relatif}{reserve_}."


def _phrase_territoires(donnees: Donnees) -> str:
    lignes = donnees["par_epci"]
    servis = [ligne for ligne in lignes if ligne["seances"]]
    if not lignes:
        return "Le département n’a aucun EPCI."
    if not servis:
        return f"Aucune séance n’a eu lieu dans {_les_epci(len(lignes))}."
    plus = max(servis, key=lambda ligne: (ligne["participations"], ligne["siren"]))
    texte = f"Des séances ont eu lieu dans {fr.entier(len(servis))} des {libelle_epci(len(lignes))}"
    if len(servis) == len(lignes):
        texte = f"Des séances ont eu lieu dans {_les_epci(len(lignes))}"
    if not plus["participations"]:
        return f"{texte}."
    return (
        f"{texte}{fr.FINE}; la plus forte fréquentation est celle de {plus['nom']} "
        f"({fr.accorde(plus['participations'], 'participation')})."
    )


def _les_epci(nombre: int) -> str:
    return f"les {libelle_epci(nombre)}" if nombre > 1 else "l’EPCI du département"


def _phrases_couverture(donnees: Donnees) -> list[str]:
    return [
        _phrase_postes(donnees),
        _phrase_epci(donnees),
        _phrase_population(donnees),
    ]


def _phrase_postes(donnees: Donnees) -> str:
    postes = donnees["postes"]
    le = fr.date_longue(fr.dernier_jour(donnees["mois"]).isoformat())
    if not postes["attribues"]:
        return f"Au {le}, aucun poste n’est attribué."
    pourvus, vacants = postes["pourvus"], postes["vacants"]
    attribues = fr.accorde(postes["attribues"], "poste attribué", "postes attribués")
    if not pourvus:
        texte = f"Au {le}, aucun poste n’est pourvu sur {attribues}"
    else:
        texte = (
            f"Au {le}, {fr.accorde(pourvus, 'poste')} sur {fr.entier(postes['attribues'])} "
            f"{fr.mot(postes['attribues'], 'attribué')} "
            f"{fr.mot(pourvus, 'est pourvu', 'sont pourvus')}"
        )
    suite = (
        "aucun n’est vacant"
        if not vacants
        else f"{fr.entier(vacants)} {fr.mot(vacants, 'est vacant', 'sont vacants')}"
    )
    return f"{texte}{fr.FINE}; {suite}."


def _phrase_epci(donnees: Donnees) -> str:
    lignes = donnees["par_epci"]
    couverts = epci_couverts(donnees)
    par_departement = epci_couverts(donnees, "couvert_par_le_departement")
    if not lignes:
        return "Le département n’a aucun EPCI."
    if len(lignes) == 1:
        return _phrase_du_seul_epci(couverts, par_departement)
    if not couverts:
        return f"Aucun des {libelle_epci(len(lignes))} n’est couvert."
    if couverts == len(lignes):
        texte = f"Les {libelle_epci(len(lignes))} sont couverts"
    else:
        verbe = fr.mot(couverts, "est couvert", "sont couverts")
        texte = f"{libelle_epci(couverts)} sur {fr.entier(len(lignes))} {verbe}"
    dont = (
        "aucun par un poste du Département"
        if not par_departement
        else f"dont {fr.entier(par_departement)} par un poste du Département"
    )
    return f"{texte}, {dont}."


def _phrase_du_seul_epci(couverts: int, par_departement: int) -> str:
    if not couverts:
        return "L’EPCI du département n’est pas couvert."
    par = "par un poste du Département" if par_departement else "sans poste du Département"
    return f"L’EPCI du département est couvert, {par}."


def _phrase_population(donnees: Donnees) -> str:
    rayon = f"{donnees.get('distance_non_desservie_km', 10)}{fr.INSECABLE}km"
    communes = donnees["communes_non_desservies"]
    proche = population_proche(donnees)
    if not proche:
        return f"Aucun habitant ne vit à {rayon} au plus, à vol d’oiseau, d’un lieu actif."
    part = fr.pourcent(ratio(proche, donnees["population"]["total"]))
    texte = (
        f"{fr.accorde(proche, 'habitant')} ({part} de la population) "
        f"{fr.mot(proche, 'vit', 'vivent')} à {rayon} au plus, à vol d’oiseau, d’un lieu actif"
    )
    if not communes:
        return f"{texte}{fr.FINE}; aucune commune n’est plus loin."
    loin = fr.accorde(population_non_desservie(donnees), "habitant")
    nombre = len(communes)
    verbe = fr.mot(nombre, "est", "sont")
    return f"{texte}{fr.FINE}; {fr.accorde(nombre, 'commune')} ({loin}) {verbe} plus loin."
