"""Temporary: the files written straight through the models, until `import_csv` reads them."""

from pathlib import Path

from conseillers.models import (
    Absence,
    Affectation,
    Conseiller,
    Convention,
    ConventionLigne,
    Poste,
    Structure,
    Versement,
)  # fmt: skip
from permanences.enums import COMPTEURS
from permanences.models import Creneau, Declaration, Fermeture, LieuAccueil, Occurrence, Seance
from reporting.models import Cible
from reporting.tests.recount.base import day, number, rows
from territoires.selectors import CommuneIndex, departement_of


def oui(texte, defaut):
    return defaut if not texte else texte == "oui"


def load_programme(dossier: Path) -> None:

    def lire(nom):
        return rows(dossier / f"{nom}.csv")

    index = CommuneIndex()
    structures = {s["siret"]: Structure.objects.create(**s) for s in lire("structures")}
    postes = {
        p["numero"]: Poste.objects.create(
            numero=p["numero"],
            structure=structures[p["siret"]],
            type=p["type"] or "conseiller",
            date_attribution=day(p["date_attribution"]),
            date_rendu=day(p["date_rendu"]),
        )
        for p in lire("postes")
    }
    gens = {}
    for a in lire("affectations"):
        if a["courriel"] not in gens:
            gens[a["courriel"]] = Conseiller.objects.create(
                courriel=a["courriel"], prenom="A", nom="B"
            )
        Affectation.objects.create(
            poste=postes[a["poste"]],
            conseiller=gens[a["courriel"]],
            date_debut=day(a["date_debut"]),
            date_fin=day(a["date_fin"]),
            type_contrat=a["type_contrat"],
            quotite=a["quotite"] or 100,
            role=a["role"] or "principale",
        )
    conventions = {
        c["reference"]: Convention.objects.create(
            reference=c["reference"],
            structure=structures[c["siret"]],
            phase=c["phase"],
            date_debut=day(c["date_debut"]),
            date_fin=day(c["date_fin"]),
            date_solde=day(c["date_solde"]),
        )
        for c in lire("conventions")
    }
    for ligne in lire("convention_lignes"):
        ConventionLigne.objects.create(
            convention=conventions[ligne["convention"]],
            poste=postes[ligne["poste"]],
            date_effet=day(ligne["date_effet"]),
            montant=number(ligne["montant"]),
            bonification=number(ligne["bonification"]),
        )
    for v in lire("versements"):
        Versement.objects.create(
            convention=conventions[v["convention"]],
            rang=v["rang"],
            montant=number(v["montant"]),
            sens=v["sens"] or "versement",
            date_prevue=day(v["date_prevue"]),
            date_recue=day(v["date_recue"]),
        )
    for c in lire("cibles"):
        Cible.objects.update_or_create(
            figure=c["figure"],
            depuis=day(c["depuis"]),
            defaults={"valeur": number(c["valeur"]), "source": c["source"]},
        )
    lieux = {}
    for ligne in lire("lieux"):
        trouve = index.resolve(ligne["code_insee"])
        lieux[ligne["code"]] = LieuAccueil.objects.create(
            code=ligne["code"],
            nom=ligne["nom"],
            type=ligne["type"],
            adresse=ligne["adresse"],
            code_insee=trouve.code,
            commune=None if trouve.hors_departement else trouve.commune,
            latitude=float(number(ligne["latitude"])) if ligne["latitude"] else None,
            longitude=float(number(ligne["longitude"])) if ligne["longitude"] else None,
            actif=oui(ligne["actif"], True),
        )
    creneaux = {}
    for c in lire("creneaux"):
        creneau = Creneau(
            code=c["code"],
            poste=postes[c["poste"]],
            lieu=lieux[c["lieu"]],
            nature=c["nature"],
            date_debut=day(c["date_debut"]),
            date_fin=day(c["date_fin"]),
            heure_debut=c["heure_debut"],
            heure_fin=c["heure_fin"],
            recurrence=c["recurrence"],
            feries=oui(c["feries"], False),
            acces=c["acces"],
        )
        creneau.clean()
        creneau.save()
        creneaux[c["code"]] = creneau
    for f in lire("fermetures"):
        Fermeture.objects.create(
            code=f["code"],
            date_debut=day(f["date_debut"]),
            date_fin=day(f["date_fin"]),
            motif=f["motif"],
            lieu=lieux.get(f["lieu"]),
            poste=postes.get(f["poste"]),
            creneau=creneaux.get(f["creneau"]),
        )
    for a in lire("absences"):
        Absence.objects.create(
            poste=postes[a["poste"]],
            conseiller=gens[a["courriel"]],
            date_debut=day(a["date_debut"]),
            date_fin=day(a["date_fin"]),
        )
    for o in lire("occurrences"):
        Occurrence.objects.create(
            creneau=creneaux[o["creneau"]],
            date=day(o["date"]),
            statut=o["statut"],
            motif=o["motif"],
        )
    seances = []
    for s in lire("seances"):
        lieu = lieux.get(s["lieu"])
        code = lieu.code_insee if lieu else s["code_insee"]
        trouve = index.resolve(code) if code else None
        commune = trouve.commune if trouve and not trouve.hors_departement else None
        seances.append(
            Seance(
                cle=s["cle"],
                poste=postes[s["poste"]],
                date=day(s["date"]),
                nature=s["nature"],
                canal=s["canal"],
                lieu=lieu,
                creneau=creneaux.get(s["creneau"]),
                code_insee=trouve.code if trouve else "",
                commune=commune,
                epci=commune.epci if commune else None,
                departement=departement_of(trouve.code) if trouve else "",
                duree=s["duree"],
                nb_participants=s["nb_participants"],
                nb_premieres_venues=s["nb_premieres_venues"] or None
                if s["nb_premieres_venues"] != "0"
                else 0,
                thematiques=s["thematiques"].split("|"),
                source="import",
                **{c: s[c] or 0 for c in COMPTEURS},
            )
        )
    Seance.objects.bulk_create(seances)
    for d in lire("declarations"):
        Declaration.objects.create(
            poste=postes[d["poste"]], mois=day(d["mois"] + "-01"), faite_le=day(d["faite_le"])
        )
