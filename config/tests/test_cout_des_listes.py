"""A list of the admin costs a fixed number of queries, however many rows it shows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from config.tests.conftest import make_rapport, make_rapport_transmis
from conseillers import models as c
from conseillers.selectors.journal import modeles_du_journal
from permanences import models as p
from reporting import models as r

LIGNES = 60
REQUETES_MAX = 12


def numbered(model: Any, **champs: Any) -> None:
    """LIGNES rows; a callable gives each row its own value."""
    model.objects.bulk_create(
        model(**{nom: v(i) if callable(v) else v for nom, v in champs.items()})
        for i in range(1, LIGNES + 1)
    )


def day(i: int) -> dt.date:
    return dt.date(2025, 1, 1) + dt.timedelta(days=i)


def tuesday(i: int) -> dt.date:
    return dt.date(2025, 1, 7) + dt.timedelta(weeks=i)


@pytest.fixture
def foule(
    structure_departement: c.Structure, mairie_brulon: p.LieuAccueil, brulon: Any, conseillere: Any
) -> None:
    numbered(
        c.Structure, siret=lambda i: f"{i:014}", nom=lambda i: f"S{i}", type="autre",
        code_insee="72181",
    )  # fmt: skip
    structures = list(c.Structure.objects.order_by("pk"))
    numbered(
        c.Utilisateur, courriel=lambda i: f"e{i}@exemple.fr", role="employeur",
        structure=lambda i: structures[i], password=make_password("x"),
    )  # fmt: skip
    numbered(
        c.Poste, numero=lambda i: 100 + i, structure=lambda i: structures[i],
        date_attribution=dt.date(2021, 3, 1),
    )  # fmt: skip
    comptes = list(c.Utilisateur.objects.filter(role="employeur"))
    numbered(
        c.Conseiller, courriel=lambda i: f"c{i}@exemple.fr", prenom="P", nom=lambda i: f"N{i}",
        utilisateur=lambda i: comptes[i - 1],
    )  # fmt: skip
    _people_and_money(structures)
    _plan(mairie_brulon, brulon)
    _reports()


def _people_and_money(structures: list[c.Structure]) -> None:
    postes = list(c.Poste.objects.filter(numero__gt=100))
    gens = list(c.Conseiller.objects.filter(prenom="P"))
    qui = {"poste": lambda i: postes[i - 1], "conseiller": lambda i: gens[i - 1]}
    numbered(c.Affectation, **qui, date_debut=day, type_contrat="CDD")
    numbered(c.Absence, **qui, date_debut=day, date_fin=day)
    numbered(
        c.Formation, conseiller=qui["conseiller"], nature="formation", intitule="Pix", date=day
    )
    numbered(
        c.Candidature, courriel=lambda i: f"d{i}@exemple.fr", prenom="P", nom="N", recue_le=day,
        poste=c.Poste.objects.get(numero=1), code_insee="72050",
    )  # fmt: skip
    numbered(
        c.Rencontre, intitule=lambda i: f"R{i}", date=day, heure_debut=dt.time(9),
        heure_fin=dt.time(12), lieu="Salle",
    )  # fmt: skip
    rencontres = list(c.Rencontre.objects.all())
    numbered(c.Presence, rencontre=lambda i: rencontres[i - 1], conseiller=qui["conseiller"])
    numbered(
        c.Convention, reference=lambda i: f"V{i}", structure=lambda i: structures[i], phase="V2",
        date_debut=day, date_fin=dt.date(2027, 1, 1),
    )  # fmt: skip
    conventions = list(c.Convention.objects.all())
    convention = {"convention": lambda i: conventions[i - 1], "montant": 10}
    numbered(c.ConventionLigne, **convention, poste=qui["poste"], date_effet=day)
    numbered(c.Versement, **convention, rang=1, date_prevue=day)
    numbered(c.CoutPoste, poste=qui["poste"], depuis=day, montant_annuel=38_000, source="Essai")
    numbered(
        c.Label, structure=lambda i: structures[i], atteste_le=day,
        expire_le=lambda i: day(i + 365),
    )  # fmt: skip


def _plan(lieu: p.LieuAccueil, brulon: Any) -> None:
    postes = list(c.Poste.objects.filter(numero__gt=100))
    gens = list(c.Conseiller.objects.filter(prenom="P"))
    numbered(
        p.LieuAccueil, code=lambda i: f"L{i}", nom="L", type="mairie", code_insee="72050",
        commune=brulon,
    )  # fmt: skip
    lieux = list(p.LieuAccueil.objects.filter(nom="L"))
    numbered(
        p.Creneau, code=lambda i: f"C{i}", poste=lambda i: postes[i - 1],
        lieu=lambda i: lieux[i - 1], nature="permanence", date_debut=dt.date(2025, 1, 7),
        heure_debut=dt.time(9), heure_fin=dt.time(12), recurrence="FREQ=WEEKLY;BYDAY=TU",
    )  # fmt: skip
    creneaux = list(p.Creneau.objects.all())
    numbered(
        p.Fermeture, code=lambda i: f"F{i}", date_debut=day, date_fin=day, motif="intemperies",
        creneau=lambda i: creneaux[i - 1],
    )  # fmt: skip
    numbered(p.Occurrence, creneau=lambda i: creneaux[i - 1], date=tuesday, statut="tenue")
    numbered(
        p.Declaration, poste=lambda i: postes[i - 1], mois=dt.date(2025, 1, 1),
        faite_le=dt.date(2025, 2, 1),
    )  # fmt: skip
    numbered(
        p.ActeFermeture, portee="lieu", lieu=lambda i: lieux[i - 1], date_debut=day, date_fin=day,
        motif="intemperies",
    )  # fmt: skip
    numbered(p.VacancesScolaires, zone="B", nom="Vacances", date_debut=day, date_fin=day)
    numbered(
        p.CompletudeFigee, poste=lambda i: postes[i - 1], mois=dt.date(2024, 1, 1), version=1,
        etat="manquant",
    )  # fmt: skip
    numbered(
        p.Relance, poste=lambda i: postes[i - 1], mois=dt.date(2024, 1, 1),
        courriel=lambda i: f"c{i}@exemple.fr", public="conseiller", jour=day,
    )  # fmt: skip
    numbered(
        p.Seance, poste=lambda i: postes[i - 1], auteur=lambda i: gens[i - 1], date=day,
        nature="individuel", canal="lieu_activite", lieu=lambda i: lieux[i - 1],
        code_insee="72050", commune=brulon, departement="72", duree=30, thematiques=["email"],
    )  # fmt: skip


def _reports() -> None:
    mois = [dt.date(2020 + i // 12, i % 12 + 1, 1) for i in range(LIGNES + 1)]
    for i in range(1, LIGNES + 1):
        make_rapport(mois=mois[i])
    compte = c.Utilisateur.objects.first()
    transmis = make_rapport_transmis()
    numbered(r.Telechargement, rapport=transmis, utilisateur=compte, format="pdf")
    numbered(r.Acte, mois=lambda i: mois[i], nature="cloture", utilisateur=compte)
    numbered(r.Cible, figure="seances", depuis=day, valeur=1, source="S")
    numbered(
        p.Mois, premier_jour=lambda i: mois[i], statut="rectification", version=1, clos_par=compte
    )


LISTES = [
    f"admin:{app}_{modele}_changelist"
    for app, modeles in {
        "conseillers": "utilisateur structure poste conseiller affectation absence convention "
        "conventionligne versement coutposte label candidature formation rencontre presence",
        "permanences": "lieuaccueil creneau fermeture occurrence declaration seance mois "
        "completudefigee relance actefermeture vacancesscolaires",
        "reporting": "rapport telechargement acte cible",
    }.items()
    for modele in modeles.split()
]


@pytest.mark.parametrize("liste", LISTES)
def test_a_list_costs_few_queries(
    client: Client, gestionnaire: Any, foule: None, liste: str, django_assert_max_num_queries: Any
) -> None:
    client.force_login(gestionnaire)
    url = reverse(liste)
    client.get(url)  # content types are read once per process
    with django_assert_max_num_queries(REQUETES_MAX):
        reponse = client.get(url)
    assert len(reponse.context["cl"].result_list) == 50
    with django_assert_max_num_queries(REQUETES_MAX):
        assert client.get(url, {"q": "brulon 1"}).status_code == 200


# Pages over every convention, poste and employer at once: more readings, as many whatever
# their number.
PAGES = {
    "admin:conseillers_financements": 32,
    "admin:conseillers_apres_convention": 18,
    "admin:conseillers_vacances": 12,
    "admin:conseillers_labels": REQUETES_MAX,
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_money_costs_few_queries(
    client: Client, direction: Any, foule: None, page: str, django_assert_max_num_queries: Any
) -> None:
    client.force_login(direction)
    with django_assert_max_num_queries(PAGES[page]):
        assert client.get(reverse(page)).status_code == 200


def test_the_journal_reads_each_name_once_a_model(
    objets: Any, client: Client, gestionnaire: Any, django_assert_max_num_queries: Any
) -> None:
    """`objets` wrote a row of every model: a page of one kind names all that it points at."""
    client.force_login(gestionnaire)
    for modele in modeles_du_journal():
        with django_assert_max_num_queries(REQUETES_MAX):
            assert (
                client.get(reverse("admin:conseillers_journal"), {"modele": modele}).status_code
                == 200
            )
