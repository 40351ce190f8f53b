"""One row of everything, for the tests that go through every page."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from conftest import make_utilisateur
from conseillers import models as c
from conseillers.enums import Role
from permanences import models as p
from reporting import models as r
from reporting.tests.exemple import SA_PAGE, frequentation
from territoires import models as t

JOUR = dt.date(2026, 3, 10)  # a Tuesday: the créneau of Brûlon takes place
MOIS = JOUR.replace(day=1)


@pytest.fixture
def distribution(
    gestionnaire: Any, direction: Any, prefecture: Any, employeur: Any, conseillere: Any,
    conseiller_voisin: Any, structure_departement: Any,
) -> dict[str, Any]:  # fmt: skip
    """{role of the matrix: account}. `employeur` holds poste 2's structure."""
    return {
        "ferme": make_utilisateur(Role.GESTIONNAIRE, "Ancien", "Compte", is_active=False),
        "gestionnaire": gestionnaire,
        "direction": direction,
        "prefecture": prefecture,
        "employeur": make_utilisateur(
            Role.EMPLOYEUR, "Anne", "Departement", structure=structure_departement
        ),
        "employeur_voisin": employeur,
        "conseillere": conseillere,
        "conseiller_voisin": conseiller_voisin,
    }


def make_seance(utilisateur: Any, lieu: Any, **champs: Any) -> p.Seance:
    defauts = {
        "auteur": utilisateur.conseiller,
        "poste": utilisateur.conseiller.affectations.get().poste,
        "date": JOUR,
        "nature": "individuel",
        "canal": "lieu_activite",
        "lieu": lieu,
        "code_insee": lieu.code_insee,
        "commune": lieu.commune,
        "epci": lieu.commune.epci,
        "departement": "72",
        "duree": 30,
        "thematiques": ["email"],
    }
    return p.Seance.objects.create(**{**defauts, **champs})


def make_rapport(**champs: Any) -> r.Rapport:
    defauts = {"type": "couverture", "mois": MOIS, "version": 0, "donnees": {}, "gabarit": "1"}
    return r.Rapport.objects.create(**{**defauts, **champs})


def make_rapport_transmis(**champs: Any) -> r.Rapport:
    return make_rapport(
        **{
            "version": 1,
            "statut": "transmis",
            "pdf": "rapports/r.pdf",
            "sha256": "a" * 64,
            **SA_PAGE,
            "transmis_le": timezone.now(),
            **champs,
        }
    )


def _territoire(brulon: t.Commune) -> dict[str, Any]:
    return {
        "commune": brulon.pk,
        "epci": brulon.epci_id,
        "canton": t.Canton.objects.create(code="7206", nom="La Suze").pk,
        "arrondissement": t.Arrondissement.objects.create(code="721", nom="La Flèche").pk,
        "communeancienne": t.CommuneAncienne.objects.create(
            code="72999", nom="Ancienne", commune=brulon
        ).pk,
        "zonage": t.Zonage.objects.create(commune=brulon, zonage="FRR", millesime=2024).pk,
    }


def _courriel() -> c.Courriel:
    return c.Courriel.objects.create(
        nature="rappel", destinataire="a@exemple.fr", objet="Votre mois", gabarit="rappel",
        texte="Bonjour", statut="echec", cause="Le serveur ne répond pas.",
    )  # fmt: skip


def _programme(poste: c.Poste, conseiller: c.Conseiller) -> dict[str, Any]:
    convention = c.Convention.objects.create(
        reference="V2-1",
        structure=poste.structure,
        phase="V2",
        date_debut=dt.date(2025, 1, 1),
        date_fin=dt.date(2027, 12, 31),
    )
    jour = {"date_debut": dt.date(2026, 1, 5), "date_fin": dt.date(2026, 1, 9)}
    candidature = c.Candidature.objects.create(
        courriel="a@exemple.fr", prenom="A", nom="B", recue_le=dt.date(2025, 1, 1)
    )
    rencontre = c.Rencontre.objects.create(
        intitule="Réunion du réseau", date=dt.date(2099, 3, 10), lieu="Salle",
        heure_debut=dt.time(9), heure_fin=dt.time(12),
    )  # fmt: skip
    return {
        "structure": poste.structure_id,
        "poste": poste.pk,
        "conseiller": conseiller.pk,
        "affectation": conseiller.affectations.get().pk,
        "absence": c.Absence.objects.create(poste=poste, conseiller=conseiller, **jour).pk,
        "convention": convention.pk,
        "conventionligne": convention.lignes.create(
            poste=poste, date_effet=dt.date(2025, 1, 1), montant=Decimal(17500)
        ).pk,
        "courriel": _courriel().pk,
        "alertesecurite": c.AlerteSecurite.objects.create(
            cible="adresse", valeur="192.0.2.7", debut=timezone.now(), fin=timezone.now(), echecs=12
        ).pk,
        "versement": convention.versements.create(
            rang=1, montant=Decimal(17500), date_prevue=dt.date(2025, 2, 1)
        ).pk,
        "coutposte": c.CoutPoste.objects.create(
            poste=poste, depuis=JOUR, montant_annuel=Decimal(38000), source="Essai"
        ).pk,
        "label": c.Label.objects.create(
            structure=poste.structure, atteste_le=JOUR, expire_le=dt.date(2027, 3, 10)
        ).pk,
        "candidature": candidature.pk,
        "retenue": c.Candidature.objects.create(
            courriel="r@exemple.fr",
            prenom="R",
            nom="S",
            recue_le=dt.date(2025, 1, 1),
            etat="retenue",
            code_insee="72050",
        ).pk,
        "etape": candidature.etapes.create(
            de="recue", vers="refusee", le=dt.date(2025, 1, 2), depuis=dt.date(2025, 1, 1)
        ).pk,
        "rencontre": rencontre.pk,
        "presence": rencontre.presences.create(conseiller=conseiller).pk,
        "formation": c.Formation.objects.create(
            conseiller=conseiller, nature="formation", intitule="Pix", date=dt.date(2025, 3, 1)
        ).pk,
    }


def _relances(poste: c.Poste) -> dict[str, Any]:
    return {
        "completudefigee": p.CompletudeFigee.objects.create(
            poste=poste, mois=dt.date(2026, 1, 1), version=1, etat="a_l_heure"
        ).pk,
        "etaperelance": p.EtapeRelance.objects.create(rang=15, public="conseiller").pk,
        "relance": p.Relance.objects.create(
            poste=poste, mois=MOIS, courriel="a@exemple.fr", public="conseiller", jour=JOUR
        ).pk,
    }


def _fermetures(lieu: p.LieuAccueil) -> dict[str, Any]:
    periode = {"date_debut": dt.date(2099, 2, 1), "date_fin": dt.date(2099, 2, 15)}
    return {
        "actefermeture": p.ActeFermeture.objects.create(
            portee="lieu", lieu=lieu, motif="fermeture_du_lieu", **periode
        ).pk,
        "vacancesscolaires": p.VacancesScolaires.objects.create(
            zone="B", nom="Vacances d’hiver", **periode
        ).pk,
    }


def _sources(seance: p.Seance) -> dict[str, Any]:
    """The other side of the pair is withdrawn: no list shows it."""
    jumelle = p.Seance.objects.get(pk=seance.pk)
    jumelle.pk, jumelle.cle, jumelle.source = None, uuid.uuid4(), "coop"
    jumelle.supprimee_le = timezone.now()
    jumelle.save()
    return {
        "modesaisie": p.ModeSaisie.objects.create(
            conseiller=seance.auteur, mode="plateforme", date_debut=JOUR
        ).pk,
        "decisiondouble": p.DecisionDouble.objects.create(
            saisie=seance, coop=jumelle, verdict="deux"
        ).pk,
    }


def _lists(utilisateur: Any) -> dict[str, Any]:
    return {
        "colonnesliste": c.ColonnesListe.objects.create(
            utilisateur=utilisateur, liste="conseillers.conseiller", colonnes=["nom"]
        ).pk,
        "exportliste": c.ExportListe.objects.create(
            utilisateur=utilisateur, liste="conseillers.poste", format="csv", lignes=1,
            nom_fichier="postes.csv",
        ).pk,
        "jetonapi": c.JetonApi.objects.create(
            utilisateur=utilisateur, nom="Essai", prefixe="0a1b2c3d", jeton_hache="a" * 64,
            portees=["territoires:lire"], expire_le=timezone.localdate() + dt.timedelta(days=90),
        ).pk,
        "un_conseiller": "conseiller",
        "remisedonnees": c.RemiseDonnees.objects.create(
            compte=utilisateur, remise_a=utilisateur, lignes=1
        ).pk,
        "passageconservation": c.PassageConservation.objects.create(regle="comptes").pk,
        "importfichier": c.ImportFichier.objects.create(
            type="candidatures", nom_fichier="candidatures.csv", taille=1, sha256="a" * 64,
            etat="illisible", envoye_par=utilisateur,
        ).pk,
    }  # fmt: skip


def _coop(utilisateur: Any, lieu: p.LieuAccueil, seance: p.Seance) -> dict[str, Any]:
    """An import of the advisor's own export, done; an activity that it counted."""
    conseiller = utilisateur.conseiller
    fait = p.ImportCoop.objects.create(
        origine="fichier", etat="fait", forme="conseiller", lance_par=utilisateur,
        conseiller=conseiller, termine_le=timezone.now(), nom_fichier="export.xlsx",
    )  # fmt: skip
    lieu_coop = p.LieuCoop.objects.create(cle="a|b|72050", traitement="rapproche", lieu=lieu)
    compte = p.CompteRenduCoop.objects.create(
        id_coop="a", conseiller=conseiller, date=JOUR, etat="compte", seance=seance,
        lieu_coop=lieu_coop,
    )  # fmt: skip
    return {
        "importcoop": fait.pk,
        "lieucoop": lieu_coop.pk,
        "compterenducoop": compte.pk,
        "mediateurcoop": p.MediateurCoop.objects.create(identifiant="conum:1").pk,
        "changementcoop": p.ChangementCoop.objects.create(importation=fait, compte_rendu=compte).pk,
    }


@pytest.fixture
def objets(
    distribution: dict[str, Any], poste_1: c.Poste, brulon: t.Commune, mairie_brulon: Any,
    creneau_brulon: Any,
) -> SimpleNamespace:  # fmt: skip
    """Keys by model's name (`objets.poste`), and the other examples of the addresses."""
    auteur = distribution["conseillere"].conseiller
    occurrence = p.Occurrence.objects.create(creneau=creneau_brulon, date=JOUR, statut="tenue")
    atelier = p.Creneau.objects.create(
        code="brulon-atelier", poste=poste_1, lieu=mairie_brulon, nature="atelier",
        date_debut=JOUR, heure_debut=dt.time(14), heure_fin=dt.time(16),
    )  # fmt: skip
    fermeture = p.Fermeture.objects.create(
        code="F1", date_debut=JOUR, date_fin=JOUR, motif="intemperies", lieu=mairie_brulon
    )
    periode = p.Fermeture.objects.create(
        code="agenda-1", date_debut=JOUR, date_fin=dt.date(2099, 3, 10), motif="intemperies",
        creneau=creneau_brulon, posee_par=distribution["conseillere"],
    )  # fmt: skip
    ical = p.AdresseIcal.objects.create(conseiller=auteur, secret="a" * 32)
    ical_lieu = p.AdresseIcal.objects.create(lieu=mairie_brulon, secret="b" * 32)
    declaration = p.Declaration.objects.create(poste=poste_1, mois=MOIS, faite_le=JOUR)
    seance = make_seance(distribution["conseillere"], mairie_brulon)
    rapport = make_rapport()
    telechargement = r.Telechargement.objects.create(
        rapport=rapport, utilisateur=distribution["gestionnaire"], format="pdf"
    )
    rapport_libre = make_rapport(type="frequentation")
    transmis = make_rapport_transmis(
        type="frequentation", mois=dt.date(2026, 1, 1), donnees=frequentation(1)
    )
    return SimpleNamespace(
        **_territoire(brulon),
        **_programme(poste_1, auteur),
        utilisateur=distribution["direction"].pk,
        lieuaccueil=mairie_brulon.pk,
        creneau=creneau_brulon.pk,
        atelier=atelier.pk,
        jour_atelier=JOUR,
        occurrence=occurrence.pk,
        fermeture=fermeture.pk,
        periode=periode.pk,
        adresseical=ical.pk,
        jeton_ical=ical.jeton,
        jeton_ical_lieu=ical_lieu.jeton,
        declaration=declaration.pk,
        **_relances(poste_1),
        **_fermetures(mairie_brulon),
        mois=p.Mois.objects.create(premier_jour=dt.date(2026, 4, 1)).pk,
        seance=seance.pk,
        rapport=rapport_libre.pk,
        telechargement=telechargement.pk,
        acte=r.Acte.objects.create(mois=MOIS, nature="cloture").pk,
        cible=r.Cible.objects.create(
            figure="seances", depuis=dt.date(2025, 1, 1), valeur=10, source="Essai"
        ).pk,
        code_lieu=mairie_brulon.code,
        code_creneau=creneau_brulon.code,
        cle_seance=seance.cle,
        code_rapport=rapport_libre.code,
        numero=poste_1.numero,
        cle_mois="2026-03",
        acte_cloture="cloturer",
        acte_argent="avenant",
        recevoir="recevoir",
        fichier_argent="conventions",
        acte_depart="depart",
        type_rapport="couverture",
        json="json",
        tableau="essentiel",
        csv="csv",
        type_fichier="candidatures",
        modele="modele",
        **_lists(distribution["gestionnaire"]),
        **_coop(distribution["conseillere"], mairie_brulon, seance),
        **_sources(seance),
        app="conseillers",
        un=1,
        jour=JOUR,
        premier_du_mois=MOIS,
        rapport_transmis=transmis.pk,
        code_transmis=transmis.code,
        jeton_uid="MQ",
        jeton="a-b",
    )
