"""`import_coop`: the generator's figures, exactly, however often, in halves or after a kill -9;
the whole file or nothing; nothing of those who were helped anywhere.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Q, Sum

from conseillers.models import Utilisateur
from permanences.enums import COMPTEURS, EtatImportCoop, RaisonCoop, Thematique
from permanences.models import ImportCoop, LieuAccueil, Seance
from permanences.models.mois import cle_du_mois
from permanences.tests.generateur_coop import (
    SECRETS,
    Export,
    Lieu,
    Mediateur,
    generate,
    rows,
    write_export,
)

NADIA = Mediateur("Nadia", "Brulon", 4012)
HUGO = Mediateur("Hugo", "Fleche", None)
MAIRIE = Lieu("MAIRIE DE BRULON", "3 place de la Mairie", "Brûlon", "72350", "72050")
MEDIATHEQUE = Lieu("Médiathèque de La Flèche", "", "La Flèche", "72200", "72154")


def an_export(graine: int, nombre: int, **champs: Any) -> Export:
    return generate(
        random.Random(graine), nombre=nombre,
        **{"mediateurs": [NADIA, HUGO], "lieux": [MAIRIE, MEDIATHEQUE],
           "premier": dt.date(2025, 2, 1), "jours": 150} | champs,
    )  # fmt: skip


def figures() -> dict[str, int]:
    """What the service counts, in the generator's words."""
    comptees = Seance.objects.comptees().filter(source="coop")
    sommes = comptees.aggregate(
        participations=Sum("nb_participants"), minutes=Sum("duree"),
        **{compteur: Sum(compteur) for compteur in COMPTEURS},
    )  # fmt: skip
    sommes["seances"] = comptees.count()
    sommes["orientees"] = comptees.filter(~Q(orientation="")).count()
    for champ, prefixe in (("nature", ""), ("canal", "canal ")):
        for valeur in set(comptees.values_list(champ, flat=True)):
            sommes[f"{prefixe}{valeur}"] = comptees.filter(**{champ: valeur}).count()
    for theme in Thematique.values:
        sommes[f"theme {theme}"] = comptees.filter(thematiques__contains=[theme]).count()
    return {cle: n for cle, n in sorted(sommes.items()) if n}


Lancer = Callable[..., dict[str, Any]]


def run(*arguments: Any) -> dict[str, Any]:
    """The command's report; a refusal is told in `code`."""
    sortie, code = StringIO(), 0
    try:
        call_command("import_coop", *map(str, arguments), "--format=json", stdout=sortie)
    except SystemExit as arret:
        code = int(arret.code or 0)
    return json.loads(sortie.getvalue()) | {"code": code}


@pytest.fixture
def reseau(
    conseillere: Utilisateur,
    conseiller_voisin: Utilisateur,
    mairie_brulon: LieuAccueil,
    mediatheque_la_fleche: LieuAccueil,
) -> None:
    """Two advisors, two places."""


@pytest.mark.django_db
def test_a_coordinator_s_export_twice_halved_then_whole(reseau: None, tmp_path: Path) -> None:
    export = an_export(1, 160)
    lignes = rows(export)
    moitie = write_export(
        tmp_path / "m.xlsx", lignes[: len(lignes) // 2], du_conseiller=False,
        bizarre=random.Random(1),
    )  # fmt: skip
    entier = write_export(
        tmp_path / "e.xlsx", lignes, du_conseiller=False, bizarre=random.Random(2)
    )
    essai = run(entier, "--simulation")
    assert (essai["crees"], essai["ecrit"], Seance.objects.count()) == (160, False, 0)
    assert not ImportCoop.objects.exists()
    premiere = run(moitie)
    assert 0 < premiere["crees"] < 160
    seconde = run(entier)
    assert premiere["crees"] + seconde["crees"] == 160
    assert figures() == export.expected()
    troisieme = run(entier)
    assert (troisieme["inchanges"], troisieme["crees"], troisieme["modifies"]) == (160, 0, 0)
    assert figures() == export.expected()
    auteurs = Seance.objects.values_list("auteur__prenom", flat=True).distinct()
    assert set(auteurs) == {"Nadia", "Hugo"}


@pytest.mark.django_db
def test_an_advisor_s_own_export_leaves_no_trace_of_those_helped(
    reseau: None, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    export = an_export(2, 40, mediateurs=[NADIA])
    lignes = rows(export)
    # One cannot be read: even its rejected line says nothing of anybody.
    illisible = lignes[0] | {"ID CRA": "cassée", "Durée (min)": "longtemps", "Participants": 1}
    chemin = write_export(
        tmp_path / "e.xlsx", [*lignes, illisible], du_conseiller=True, demandeur=NADIA
    )
    refus = run(chemin)
    assert (refus["code"], refus["ecrit"], Seance.objects.count()) == (1, False, 0)
    assert refus["erreurs"][0]["ligne"] == len(lignes) + 15
    rejets = tmp_path / "rejets.csv"
    bilan = run(chemin, "--rejets", rejets)
    assert (bilan["code"], bilan["crees"], bilan["refuses"]) == (0, 40, 1)
    assert figures() == export.expected()
    assert "longtemps" in rejets.read_text()
    garde = rejets.read_text() + json.dumps(bilan, default=str)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM \"{table}\" t")
            garde += cursor.fetchone()[0] or ""
    assert not any(secret in garde for secret in SECRETS)
    assert not [f for f in (tmp_path / "media").rglob("*") if f.is_file()]


@pytest.mark.django_db
def test_whose_export_it_is_must_be_sure(reseau: None, tmp_path: Path) -> None:
    export = an_export(3, 5, mediateurs=[NADIA])
    chemin = write_export(
        tmp_path / "e.xlsx", rows(export), du_conseiller=True, demandeur=Mediateur("X", "Y", None)
    )
    refus = run(chemin)
    assert refus["code"] == 1
    assert "--conseiller COURRIEL" in refus["erreurs"][0]["message"]
    with pytest.raises(CommandError, match=r"inconnu@exemple\.fr"):
        run(chemin, "--conseiller", "inconnu@exemple.fr")
    assert run(chemin, "--conseiller", "nadia.brulon@exemple.fr")["crees"] == 5


@pytest.mark.django_db
def test_what_is_set_aside_never_blocks_the_file(reseau: None, tmp_path: Path) -> None:
    ailleurs = Lieu("Salle inconnue", "", "Brûlon", "72350", "72050")
    export = an_export(4, 12, lieux=[ailleurs], collectifs=0)
    for activite in export.activites:
        activite.canal, activite.lieu = "lieu_activite", ailleurs
    bilan = run(write_export(tmp_path / "e.xlsx", rows(export), du_conseiller=False))
    assert (bilan["code"], bilan["ecartes"]) == (0, 12)
    assert bilan["raisons"] == {RaisonCoop.LIEU_A_RAPPROCHER: 12}
    assert "Lieu à rapprocher : Salle inconnue, Brûlon." in bilan["notes"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("nom", "code"), [("absent.xlsx", 2), ("faux.xlsx", 1)], ids=["missing", "not a workbook"]
)
def test_exit_codes(tmp_path: Path, nom: str, code: int) -> None:
    (tmp_path / "faux.xlsx").write_text("bonjour")
    try:
        obtenu = run(tmp_path / nom)["code"]
    except CommandError as erreur:
        obtenu = erreur.returncode
    assert obtenu == code


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_nothing_stays_and_it_runs_again(reseau: None, tmp_path: Path) -> None:
    """A real process, killed with -9 while its second batch waits and its first is written."""
    export = an_export(5, 260, collectifs=0.02)
    for rang, activite in enumerate(sorted(export.activites, key=lambda a: a.date)):
        if rang >= 250:
            activite.date = dt.date(2025, 11, 4)
    export.activites.sort(key=lambda a: a.date)
    chemin = write_export(tmp_path / "e.xlsx", rows(export), du_conseiller=False)
    base = urlsplit(os.environ["DATABASE_URL"])
    adresse = urlunsplit(base._replace(path=f"/{connection.settings_dict['NAME']}"))
    verrou = psycopg2.connect(adresse)
    with verrou.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", cle_du_mois(dt.date(2025, 11, 1)))
        processus = subprocess.Popen(
            [sys.executable, "manage.py", "import_coop", str(chemin)],
            cwd=settings.BASE_DIR,
            env=os.environ
            | {"DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_URL": adresse},
        )
        fin = time.monotonic() + 60
        en_attente = False
        while not en_attente and time.monotonic() < fin and processus.poll() is None:
            time.sleep(0.05)
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"
            )
            [en_attente] = cursor.fetchone()
        os.kill(processus.pid, signal.SIGKILL)
        processus.wait()
        assert en_attente, "the process never came to its second batch"
    verrou.close()
    assert Seance.objects.count() == 0
    assert run(chemin)["crees"] == 260
    assert figures() == export.expected()
    etats = ImportCoop.objects.order_by("pk").values_list("etat", flat=True)
    # Killed before its row was written, it leaves no failure either.
    assert list(etats)[-1:] == [EtatImportCoop.FAIT]
    assert set(list(etats)[:-1]) <= {EtatImportCoop.ECHEC}
