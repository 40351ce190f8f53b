"""The home of the admin: each figure is the count of the list that its link opens."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conftest import make_conseiller, make_seance
from conseillers.enums import EtatImport, NatureCourriel, StatutCourriel
from conseillers.models import Affectation, Convention, Courriel, ImportFichier, Poste
from permanences.models import Occurrence
from reporting.models import Cible
from reporting.selectors.accueil import accueil_le, contrats_qui_finissent

ACCUEIL = reverse("admin:index")
REQUETES_MAX = 45


def figures_of(html: str) -> dict[str, tuple[str, int]]:
    """{what is read: (address, number)} of every figure of the home."""
    liens = re.findall(r'<a href="([^"]+)" data-nombre="(\d+)" aria-label="([^"]+)"', html)
    return {nom: (url.replace("&amp;", "&"), int(nombre)) for url, nombre, nom in liens}


def count_on(reponse: Any) -> int:
    """What the page says it holds, whatever kind of page it is."""
    contexte = reponse.context
    if "cl" in contexte:
        return contexte["cl"].result_count
    return contexte["nombre"] if "nombre" in contexte else contexte["total"]


@pytest.fixture
def programme(
    mardi_10_novembre: Any, conseillere: Any, conseiller_voisin: Any, creneau_brulon: Any,
    atelier_la_fleche: Any, mairie_brulon: Any, structure_partenaire: Any, poste_1: Poste,
) -> None:  # fmt: skip
    """Two postes held, one vacant, one given back; something of everything that is counted."""
    attribue = {"structure": structure_partenaire, "date_attribution": dt.date(2021, 3, 1)}
    vacant = Poste.objects.create(numero=3, **attribue)
    Poste.objects.create(numero=4, date_rendu=dt.date(2026, 6, 1), **attribue)
    ancien = make_conseiller("Jean", "Parti", vacant)
    Affectation.objects.filter(poste=vacant).update(date_fin=dt.date(2026, 6, 30))
    Affectation.objects.filter(poste=poste_1).update(date_fin=dt.date(2027, 1, 15))
    make_seance(ancien, mairie_brulon, dt.date(2026, 11, 9))  # nobody's poste that day
    for jour, statut, motif in ((3, "tenue", ""), (10, "annulee", "intemperies")):
        Occurrence.objects.create(
            creneau=creneau_brulon, date=dt.date(2026, 11, jour), statut=statut, motif=motif
        )
    for phase, debut in (("V1", 2021), ("V2", 2025)):
        convention = Convention.objects.create(
            reference=phase, structure=structure_partenaire, phase=phase,
            date_debut=dt.date(debut, 1, 1), date_fin=dt.date(debut + 2, 12, 31),
        )  # fmt: skip
        convention.lignes.create(
            poste=vacant, date_effet=dt.date(debut, 1, 1), montant=Decimal(40_000)
        )
        convention.versements.create(
            rang=1, montant=Decimal(10_000), date_prevue=dt.date(debut, 2, 1),
            date_recue=dt.date(debut, 3, 1),
        )  # fmt: skip
        convention.versements.create(
            rang=2, montant=Decimal(5_000), date_prevue=dt.date(2026, 10, 1)
        )
    Cible.objects.create(
        figure="postes_reserves", depuis=dt.date(2021, 1, 1), valeur=30, source="Accord"
    )


@pytest.fixture
def page(client: Client, gestionnaire: Any, programme: None) -> Any:
    client.force_login(gestionnaire)
    return client.get(ACCUEIL)


def test_every_figure_opens_a_list_of_that_many(client: Client, page: Any) -> None:
    chiffres = figures_of(page.content.decode())
    assert len(chiffres) >= 20
    ecarts = {}
    for nom, (url, nombre) in chiffres.items():
        combien = count_on(client.get(url))
        if combien != nombre:
            ecarts[nom] = f"{nombre} à l’accueil, {combien} dans la liste"
    assert ecarts == {}


def test_the_figures_are_those_of_the_cast(page: Any) -> None:
    nombres = {nom.split(" : ")[0]: n for nom, (_, n) in figures_of(page.content.decode()).items()}
    assert [nombres[f"{etat}, total"] for etat in ("Pourvus", "Vacants", "Rendus")] == [2, 1, 1]
    assert nombres["Pourvus, Département"] == 1
    assert nombres["Contrats qui finissent d’ici 90 jours"] == 1
    assert (nombres["Prévues"], nombres["Tenues"], nombres["Annulées"]) == (4, 1, 1)
    assert nombres["À renseigner"] == 0
    assert nombres["Postes qui n’ont pas déclaré octobre 2026"] == 2
    assert nombres["Séances en attente de rattachement"] == 1
    assert nombres["EPCI sans permanence tenue en novembre 2026"] == 1
    assert nombres["Versements en retard"] == 2


def test_what_to_do_comes_first_and_says_why(page: Any) -> None:
    phrases = [tache.phrase for tache in page.context["page"].taches]
    assert "poste 3 est vacant depuis le 1er" in phrases[0]
    assert "octobre 2026 : clôturer" in " ".join(phrases).lower().replace("\u202f", " ")
    assert any("déclaré leur mois d’octobre 2026 complet" in phrase for phrase in phrases)


def test_a_part_time_that_changes_is_not_a_contract_that_ends(
    programme: None, poste_1: Poste
) -> None:
    fin = Affectation.objects.get(poste=poste_1)
    assert list(contrats_qui_finissent(dt.date(2026, 11, 10))) == [fin]
    Affectation.objects.create(
        poste=poste_1, conseiller=fin.conseiller, date_debut=dt.date(2027, 1, 16),
        type_contrat=fin.type_contrat, quotite=80,
    )  # fmt: skip
    assert not contrats_qui_finissent(dt.date(2026, 11, 10)).exists()


def test_the_direction_reads_the_same_figures(client: Client, page: Any, direction: Any) -> None:
    client.force_login(direction)
    html = client.get(ACCUEIL).content.decode()
    assert figures_of(html) == figures_of(page.content.decode())
    assert "Relancer" not in html


def test_the_home_costs_the_same_with_more_of_everything(
    client: Client, page: Any, structure_partenaire: Any, mairie_brulon: Any,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    with django_assert_max_num_queries(REQUETES_MAX) as avant:
        client.get(ACCUEIL)
    for numero in range(10, 30):
        poste = Poste.objects.create(
            numero=numero, structure=structure_partenaire, date_attribution=dt.date(2021, 3, 1)
        )
        personne = make_conseiller("Prénom", f"Nom{numero}", poste)
        make_seance(personne, mairie_brulon, dt.date(2026, 11, 4))
    with django_assert_max_num_queries(len(avant)):
        client.get(ACCUEIL)


def test_an_empty_programme_is_told_what_to_do_in_order(client: Client, gestionnaire: Any) -> None:
    client.force_login(gestionnaire)
    reponse = client.get(ACCUEIL)
    assert reponse.context["page"] is None
    etapes = reponse.context["etapes"]
    a_faire = [etape.url for etape in etapes if not etape.fait]
    assert a_faire[-6:-2] == [
        reverse("admin:conseillers_structure_add"),
        reverse("admin:conseillers_poste_add"),
        reverse("admin:conseillers_affectation_add"),
        reverse("admin:permanences_lieuaccueil_add"),
    ]
    assert all(client.get(etape.url).status_code == 200 for etape in etapes)
    assert "Toutes les listes" in reponse.content.decode()


def test_the_list_of_dates_names_the_state_of_each(client: Client, page: Any) -> None:
    url = reverse("admin:reporting_dates_du_mois")
    annulees = client.get(url, {"mois": "2026-11", "etat": "annulee"})
    assert annulees.context["nombre"] == 1
    html = annulees.content.decode().replace("\u00a0", " ")
    assert "Annulée : intempéries" in html
    assert "9 h – 12 h" in html and "09:00" not in html
    assert re.search(r"<th scope=\"row\">(lundi|mardi|mercredi|jeudi|vendredi) \d", html)
    assert client.get(url, {"mois": "novembre"}).status_code == 404
    assert client.get(url, {"mois": "2020-01"}).context["nombre"] == 0


def test_the_accueil_of_a_programme_without_anything_is_zeros(db: None) -> None:
    accueil = accueil_le(dt.date(2026, 11, 10))
    assert accueil.plan.prevues == accueil.en_attente == accueil.territoire.total == 0
    assert accueil.plan.taux_tenue is None


def test_what_failed_is_said_with_what_to_do(client: Client, page: Any, gestionnaire: Any) -> None:
    ImportFichier.objects.create(
        type="postes", nom_fichier="postes.csv", taille=1, sha256="0" * 64,
        etat=EtatImport.ECHEC, cause="Illisible.", envoye_par=gestionnaire,
    )  # fmt: skip
    Courriel.objects.create(
        nature=NatureCourriel.MOT_DE_PASSE, destinataire="a@exemple.fr", objet="O",
        gabarit="mot_de_passe", statut=StatutCourriel.ECHEC, essais=5, cause="Refusé.",
    )  # fmt: skip
    html = client.get(ACCUEIL).content.decode()
    chiffres = figures_of(html)
    for nom in ("Imports manqués : 1", "Courriels en échec : 1"):
        assert count_on(client.get(chiffres[nom][0])) == 1
    assert "le fichier est à renvoyer" in html
    assert "1 courriel n’est pas parti" in html.replace("\u00a0", " ")
