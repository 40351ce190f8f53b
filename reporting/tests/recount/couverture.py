"""Couverture, counted again: the plan and reality, distances, postes, money (see the package)."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from reporting.tests.recount.base import (
    DISTANCES,
    MOTIFS,
    NATURES_CRENEAU,
    NON_DESSERVIE_KM,
    PARTS,
    Programme,
    cents,
    dates_of_rule,
    day,
    group_by_place,
    kilometres,
    line_of,
    minutes_of_clock,
    share,
)


@dataclass
class Planned:
    creneau: dict
    date: dt.date
    etat: str
    motif: str
    visites: int
    ici: tuple[str, str] | None

    @property
    def minutes(self) -> int:
        fin, debut = self.creneau["heure_fin"], self.creneau["heure_debut"]
        return minutes_of_clock(fin) - minutes_of_clock(debut)


def couverture(programme: Programme, jours: list[dt.date], seances: list[dict]) -> dict:
    plan = plan_of_month(programme, jours, seances)
    tenues = Counter(p.creneau["lieu"] for p in plan if p.etat == "tenues")
    recues = Counter(s["lieu"] for s in seances if s["canal"] == "lieu_activite")
    actifs = [lieu for lieu in programme.lieux if tenues[lieu["code"]] or recues[lieu["code"]]]
    ici = [lieu for lieu in actifs if programme.place(lieu["code_insee"])]
    proches = nearest_lieux(programme, actifs)
    population = population_within(programme, proches)
    activite = group_by_place(programme, seances)
    hors = [p for p in plan if p.ici is None]
    return {
        "total": plan_totals(plan) | {"lieux_actifs": len(ici)} | two(seances),
        "motifs": {m: sum(p.motif == m for p in plan) for m in MOTIFS},
        "taux_tenue": share(sum(p.etat == "tenues" for p in plan), len(plan)),
        "par_nature": {
            n: four([p for p in plan if p.creneau["nature"] == n]) for n in NATURES_CRENEAU
        },
        "population": population,
        "lieux_actifs_pour_100000": round(len(ici) * 100_000 / population["total"], 4),
        "par_epci": [
            epci_line(programme, e, plan, ici, activite, proches, jours[-1])
            for e in programme.epcis
        ],
        "hors_departement": four(hors)
        | {"minutes_tenues": held_minutes(hors)}
        | two(activite["hors_departement", None]),
        "a_distance": two(activite["a_distance", None]),
        "communes_non_desservies": not_served(programme, proches),
        "lieux": [
            {
                "code": lieu["code"],
                "actif": lieu in actifs,
                "tenues": tenues[lieu["code"]],
                "seances": recues[lieu["code"]],
            }
            for lieu in programme.lieux
        ],
        "postes": postes(programme, jours),
        "financements": money(programme, jours[-1]),
    }


# --- plan and reality ----------------------------------------------------------------------


def plan_of_month(programme: Programme, jours: list[dt.date], seances: list[dict]) -> list[Planned]:
    visites = Counter((s["creneau"], day(s["date"])) for s in seances if s.get("creneau"))
    declarees = {(o["creneau"], day(o["date"])): o for o in programme.occurrences}
    plan = []
    for creneau in programme.creneaux:
        ici = programme.place(programme.lieu[creneau["lieu"]]["code_insee"])
        for jour in dates_of_rule(creneau, jours):
            cle = creneau["code"], jour
            etat, motif = state(programme, creneau, jour, declarees.get(cle), visites[cle])
            plan.append(Planned(creneau, jour, etat, motif, visites[cle], ici))
    return plan


def state(
    programme: Programme, creneau: dict, jour: dt.date, declaree: dict | None, visites: int
) -> tuple[str, str]:
    """The first rule that applies."""
    if visites or (declaree and declaree["statut"] == "tenue"):
        return "tenues", ""
    if declaree:
        return "annulees", declaree["motif"]
    fermeture = closing(programme, creneau, jour)
    if fermeture:
        return "annulees", fermeture["motif"]
    if programme.all_absent(creneau["poste"], jour):
        return "annulees", "absence_du_conseiller"
    if not programme.occupied(creneau["poste"], jour):
        return "annulees", "poste_vacant"
    return "a_renseigner", ""


def closing(programme: Programme, creneau: dict, jour: dt.date) -> dict | None:
    """The most specific fermeture of that day, then the first of the file."""
    couvrent = [
        f for f in programme.fermetures if day(f["date_debut"]) <= jour <= day(f["date_fin"])
    ]
    for objet, valeur in (
        ("creneau", creneau["code"]),
        ("lieu", creneau["lieu"]),
        ("poste", creneau["poste"]),
    ):
        for fermeture in couvrent:
            if fermeture.get(objet) == valeur:
                return fermeture
    for fermeture in couvrent:
        if not any(fermeture.get(objet) for objet in ("creneau", "lieu", "poste")):
            return fermeture
    return None


def four(plan: list[Planned]) -> dict[str, int]:
    etats = Counter(p.etat for p in plan)
    return {"prevues": len(plan)} | {e: etats[e] for e in ("tenues", "annulees", "a_renseigner")}


def held_minutes(plan: list[Planned]) -> int:
    return sum(p.minutes for p in plan if p.etat == "tenues")


def plan_totals(plan: list[Planned]) -> dict[str, int]:
    return four(plan) | {
        "sans_visite": sum(p.etat == "tenues" and not p.visites for p in plan),
        "minutes_prevues": sum(p.minutes for p in plan),
        "minutes_tenues": held_minutes(plan),
    }


def two(seances: list[dict]) -> dict[str, int]:
    ligne = line_of(seances)
    return {"seances": ligne["seances"], "participations": ligne["participations"]}


# --- distances -----------------------------------------------------------------------------


def nearest_lieux(programme: Programme, actifs: list[dict]) -> dict[str, tuple[float, str]]:
    """{commune: (km, lieu)}; of two lieux as near, the first code. Empty without a lieu."""
    points = [(*programme.point(lieu), lieu["code"]) for lieu in actifs]
    return {
        c["code"]: min(
            (kilometres(float(c["lat"]), float(c["lon"]), lat, lon), code)
            for lat, lon, code in points
        )
        for c in programme.communes.values()
        if points
    }


def population_within(programme: Programme, proches: dict) -> dict[str, int]:
    def within(km: int) -> int:
        return sum(
            int(c["population"])
            for c in programme.communes.values()
            if proches and proches[c["code"]][0] <= km
        )

    total = sum(int(c["population"]) for c in programme.communes.values())
    return {"total": total} | {f"a_{km}_km": within(km) for km in DISTANCES}


def not_served(programme: Programme, proches: dict) -> list[dict]:
    """By code, as every list of the files; the printed table goes by population."""
    lignes = []
    for c in programme.communes.values():
        km, lieu = proches.get(c["code"], (float("inf"), None))
        if km > NON_DESSERVIE_KM:
            lignes.append(
                {
                    "code": c["code"],
                    "nom": c["nom"],
                    "population": int(c["population"]),
                    "distance_km": None if lieu is None else round(km, 1),
                    "lieu_le_plus_proche": lieu,
                }
            )
    return sorted(lignes, key=lambda ligne: ligne["code"])


def epci_line(
    programme: Programme,
    epci: dict,
    plan: list[Planned],
    ici: list[dict],
    activite: dict,
    proches: dict,
    dernier: dt.date,
) -> dict:
    siren = epci["siren"]
    communes = [c for c in programme.communes.values() if c["epci"] == siren]
    local = [p for p in plan if p.ici and p.ici[1] == siren]
    tenues = [p for p in local if p.etat == "tenues"]
    jours = {p.date for p in tenues}
    seuil = programme.target("seuil_jours_tenus", dernier)
    proches_ici = [c for c in communes if proches and proches[c["code"]][0] <= 10]
    return {
        "siren": siren,
        "nom": epci["nom"],
        "population": sum(int(c["population"]) for c in communes),
        "couvert": len(jours) >= (1 if seuil is None else seuil),
        "couvert_par_le_departement": any(
            programme.part_poste[p.creneau["poste"]] == "departement" for p in tenues
        ),
        **four(local),
        "minutes_tenues": held_minutes(local),
        "lieux_actifs": sum(programme.place(lieu["code_insee"])[1] == siren for lieu in ici),
        **two(activite["epci", siren]),
        "population_a_10_km": sum(int(c["population"]) for c in proches_ici),
        "jours_tenus": len(jours),
        "communes_avec_permanence": len({p.ici[0] for p in tenues}),
    }


# --- postes and money, on the last day -----------------------------------------------------


def postes(programme: Programme, jours: list[dt.date]) -> dict:
    def count(part: str | None, figure: str) -> dict[str, int]:
        concernes = [
            p for p in programme.postes if part in (None, programme.part_poste[p["numero"]])
        ]
        reserves = programme.target(figure, jours[-1])
        return {"reserves": int(reserves or 0)} | postes_of(programme, concernes, jours)

    par_part = {part: count(part, f"postes_{part}") for part in PARTS}
    return count(None, "postes_reserves") | {"par_part": par_part}


def postes_of(programme: Programme, concernes: list[dict], jours: list[dt.date]) -> dict[str, int]:
    dernier = jours[-1]
    attribues = [p for p in concernes if day(p["date_attribution"]) <= dernier]
    rendus = [p for p in attribues if not programme.attributed(p, dernier)]
    pourvus = [p for p in attribues if programme.occupied(p["numero"], dernier)]
    jours_a_nous = [
        (p["numero"], j) for p in concernes for j in jours if programme.attributed(p, j)
    ]
    return {
        "attribues": len(attribues),
        "rendus": len(rendus),
        "pourvus": len(pourvus),
        "vacants": len(attribues) - len(rendus) - len(pourvus),
        "jours_vacance": sum(not programme.occupied(n, j) for n, j in jours_a_nous),
        "jours_attribues": len(jours_a_nous),
        "hors_convention": sum(not has_convention(programme, p, dernier) for p in pourvus),
    }


def has_convention(programme: Programme, poste: dict, jour: dt.date) -> bool:
    en_vigueur = {
        c["reference"]
        for c in programme.conventions
        if day(c["date_debut"]) <= jour <= day(c["date_fin"])
    }
    return any(
        ligne["convention"] in en_vigueur
        and ligne["poste"] == poste["numero"]
        and day(ligne["date_effet"]) <= jour
        for ligne in programme.convention_lignes
    )


def money(programme: Programme, jour: dt.date) -> dict:
    def phases(part: str | None) -> dict[str, dict[str, int]]:
        return {phase: phase_of(programme, phase, part, jour) for phase in ("V1", "V2")}

    enveloppe = programme.target("enveloppe", jour)
    return {
        "enveloppe": int((enveloppe or 0) * 100),
        **phases(None),
        "par_part": {part: phases(part) for part in PARTS},
    }


def phase_of(programme: Programme, phase: str, part: str | None, jour: dt.date) -> dict[str, int]:
    somme = defaultdict(int)
    for convention in programme.conventions:
        a_part = part in (None, programme.part_siret[convention["siret"]])
        if convention["phase"] == phase and a_part:
            for cle, valeur in convention_money(programme, convention, jour).items():
                somme[cle] += valeur
    return {cle: somme[cle] for cle in ("conventionne", "verse", "reste_a_verser")}


def convention_money(programme: Programme, convention: dict, jour: dt.date) -> dict[str, int]:
    reference = convention["reference"]
    conventionne = sum(
        cents(ligne["montant"]) + cents(ligne.get("bonification"))
        for ligne in programme.convention_lignes
        if ligne["convention"] == reference and day(ligne["date_effet"]) <= jour
    )
    verse = sum(
        cents(v["montant"]) * (-1 if v.get("sens") == "reversement" else 1)
        for v in programme.versements
        if v["convention"] == reference and v.get("date_recue") and day(v["date_recue"]) <= jour
    )
    solde = day(convention.get("date_solde"))
    reste = 0 if solde and solde <= jour else conventionne - verse
    return {"conventionne": conventionne, "verse": verse, "reste_a_verser": reste}
