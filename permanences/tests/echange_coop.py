"""An exchange with the local server, and the figures that it must leave."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Sum

from conseillers.models import Utilisateur
from permanences.enums import EtatCompteRendu, Source
from permanences.importers.coop_api import run_import_api
from permanences.importers.coop_client import ClientCoop, Delais, Identite
from permanences.models import CompteRenduCoop, ImportCoop, Seance
from permanences.services.coop_api import start_import_api
from permanences.tests.pays_coop import Pays
from permanences.tests.serveur_coop import CLIENT, SECRET, ServeurCoop

# Tuesday 10 November, two o'clock at night: what the newest activity is dated.
FIN = dt.datetime(2026, 11, 10, 1, tzinfo=dt.UTC)
NOMBRE, TAILLE = 230, 50
DELAIS = Delais(connexion=2, silence=5, reponse=10, octets=1_000_000)
COURRIELS = ["nadia.brulon@exemple.fr", "hugo.fleche@exemple.fr"]


def small_country(**voulu: Any) -> Pays:
    return Pays(**{"nombre": NOMBRE, "fin": FIN, "nos_courriels": COURRIELS, "sur": 10} | voulu)


def client_of(serveur: ServeurCoop, **voulu: Any) -> ClientCoop:
    """Two tries, no pause."""
    return ClientCoop(
        Identite(serveur.adresse, CLIENT, SECRET),
        **{"delais": DELAIS, "essais": 2, "taille": TAILLE, "dormir": lambda _: None} | voulu,
    )


def exchange(
    serveur: ServeurCoop,
    *,
    lance_par: Utilisateur | None = None,
    depuis: dt.date | None = None,
    **voulu: Any,
) -> ImportCoop:
    """A run from its beginning to its end, whatever the number of slices."""
    importation = start_import_api(lance_par=lance_par, depuis=depuis)
    tranche = voulu.pop("tranche", 300)
    while run_import_api(pk=importation.pk, client=client_of(serveur, **voulu), tranche=tranche):
        pass
    importation.refresh_from_db()
    return importation


def check_figures(pays: Pays) -> None:
    """What is here is what the country has of ours: each once, as it is now."""
    attendus = pays.expected()
    lignes = {c.id_coop: c for c in CompteRenduCoop.objects.all()}
    assert set(lignes) == set(attendus)
    supprimes = {i for i, v in attendus.items() if v["supprimee"]}
    assert {i for i, c in lignes.items() if c.etat == EtatCompteRendu.SUPPRIME} == supprimes
    assert {
        i: (c.date, c.duree, c.nb_participants) for i, c in lignes.items() if i not in supprimes
    } == {i: (v["date"], v["duree"], v["total"]) for i, v in attendus.items() if i not in supprimes}
    restent = [v for i, v in attendus.items() if i not in supprimes]
    seances = Seance.objects.filter(source=Source.COOP, supprimee_le=None)
    assert seances.count() == len(restent)
    assert seances.aggregate(d=Sum("duree"), n=Sum("nb_participants")) == {
        "d": sum(v["duree"] for v in restent),
        "n": sum(v["total"] for v in restent),
    }
