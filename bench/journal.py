"""What the journal costs: time and room of 100,000 séances without it, with it, and complete.

    .venv/bin/python bench/journal.py [séances]

Then the time of its page over as many events. Works in a database of its own, dropped at the end.
"""

import datetime as dt
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from commun import throwaway_database
from django.core.management import call_command
from django.db import connection

COMPLET = "journal_valeurs(to_jsonb(n), ARRAY['modifiee_le']::text[], ARRAY[]::text[])"


def prepare() -> None:
    from conseillers.models import Conseiller, Poste, Structure
    from permanences.models import Seance

    structure = Structure.objects.create(
        siret="00000000000001", nom="Département", type="departement", code_insee="72181"
    )
    Seance.objects.create(
        poste=Poste.objects.create(
            numero=1, structure=structure, date_attribution=dt.date(2021, 1, 1)
        ),
        auteur=Conseiller.objects.create(courriel="c@exemple.invalid", prenom="Prénom", nom="Nom"),
        date=dt.date(2025, 1, 7), nature="individuel", canal="a_distance", duree=45,
        thematiques=["email", "sante"], materiel=["ordinateur"], age_soixante_dix_plus=1,
        genre_feminin=1, statut_retraite=1,
    )  # fmt: skip


def copy(nombre: int) -> None:
    from permanences.models import Seance

    autres = [f.column for f in Seance._meta.concrete_fields if f.column not in ("id", "cle")]
    colonnes = ", ".join(autres)
    run(
        f"INSERT INTO permanences_seance (cle, {colonnes}) SELECT gen_random_uuid(), {colonnes} "
        "FROM (SELECT * FROM permanences_seance ORDER BY id LIMIT 1) s, "
        f"generate_series(1, {nombre})"
    )


def run(ordre: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(ordre)
        return cursor.fetchall() if cursor.description else None


def size(table: str) -> int:
    return run(f"SELECT pg_total_relation_size('{table}')")[0][0]


def measure(quoi: str, nombre: int, acte: Callable[[int], None]) -> None:
    avant = size("territoires_evenement"), size("permanences_seance")
    debut = time.perf_counter()
    acte(nombre)
    secondes = time.perf_counter() - debut
    journal = (size("territoires_evenement") - avant[0]) / nombre
    seance = (size("permanences_seance") - avant[1]) / nombre
    print(f"{quoi:<28} {secondes * 1000 / nombre:.3f} ms a row, journal {journal:.0f} octets "
          f"beside {seance:.0f}", flush=True)  # fmt: skip


def update(nombre: int) -> None:
    run("UPDATE permanences_seance SET duree = duree + 1")


def page(demande: dict[str, str]) -> None:
    from django.test import Client

    from conseillers.models import Utilisateur

    client = Client()
    client.force_login(Utilisateur.objects.get())
    debut = time.perf_counter()
    assert client.get("/admin/journal/", demande).status_code == 200
    print(f"page {demande!s:<60} {time.perf_counter() - debut:.2f} s", flush=True)


def main(nombre: int) -> None:
    from conseillers.models import Utilisateur

    call_command("migrate", verbosity=0)
    Utilisateur.objects.create_user("g@exemple.invalid", "x", role="gestionnaire")
    prepare()
    run("ALTER TABLE permanences_seance DISABLE TRIGGER USER")
    measure("without the journal", nombre, copy)
    run("ALTER TABLE permanences_seance ENABLE TRIGGER USER")
    measure("its creation noted", nombre, copy)
    [(_, source)] = run(
        "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE "
        "'pgtrigger_journal_creation%%' AND prosrc LIKE '%%permanences.seance%%'"
    )
    run(source.replace("'{}'::jsonb", COMPLET).replace("%", "%%"))
    measure("with every value", nombre, copy)
    run("VACUUM ANALYZE")
    measure("one column of each changed", 3 * nombre, update)
    run("ANALYZE territoires_evenement")
    introuvable = {"q": "introuvable"}
    seances = {"modele": "permanences.seance"}
    for demande in (
        {},
        {"page": "200"},
        introuvable,
        seances | introuvable,
        seances | {"cle": "7"},
        {"qui": "aucun", "nature": "suppression"},
    ):
        page(demande)


if __name__ == "__main__":
    with throwaway_database():
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
