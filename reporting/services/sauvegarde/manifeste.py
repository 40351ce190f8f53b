"""What a backup says of itself, and the SQL that holds a restored database to it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db.migrations.loader import MigrationLoader

from reporting.services.sauvegarde.coffre import PHRASE_ABIME
from reporting.services.sauvegarde.erreurs import SauvegardeImpossible

FORMAT = 1
SQL_TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1"
)
SQL_MIGRATIONS = "SELECT app, name FROM public.django_migrations"
SQL_FICHIERS = (
    "SELECT 'pdf', pdf, sha256 FROM public.reporting_rapport WHERE pdf <> '' UNION ALL "
    "SELECT 'page', page, page_sha256 FROM public.reporting_rapport WHERE page <> '' ORDER BY 2"
)


def read_manifeste(contenu: bytes) -> dict[str, Any]:
    try:
        lu = json.loads(contenu)
        forme = lu["format"]
    except (ValueError, KeyError, TypeError) as erreur:
        raise SauvegardeImpossible(PHRASE_ABIME) from erreur
    if forme != FORMAT:
        raise SauvegardeImpossible(
            f"Cette sauvegarde est au format {forme}, ce logiciel lit le format {FORMAT} : "
            "restaurez-la avec la version du logiciel qui l’a écrite."
        )
    return lu


def migrations_here() -> set[tuple[str, str]]:
    """Those that this version of the software knows, without asking the database."""
    return {*MigrationLoader(None, ignore_no_migrations=True).disk_migrations}


def migrations_to_run(manifeste: dict[str, Any]) -> list[str]:
    """What `migrate` will have to do after. Raises where the backup knows more than we do."""
    faites, connues = {tuple(m) for m in manifeste["migrations"]}, migrations_here()
    nos_apps = {app for app, _nom in connues}
    if inconnues := sorted(f"{a}.{n}" for a, n in faites - connues if a in nos_apps):
        raise SauvegardeImpossible(
            "Cette sauvegarde vient d’une version plus récente du logiciel (migrations inconnues "
            f"ici : {', '.join(inconnues[:5])}) : installez cette version, puis recommencez. "
            "Rien n’a été restauré."
        )
    return sorted(f"{app}.{nom}" for app, nom in connues - faites)


def sql_checks(manifeste: dict[str, Any]) -> str:
    """Raises, inside the transaction that restores, at the first row too many or too few."""
    compte = "".join(
        f'SELECT count(*) INTO n FROM public."{table}"; IF n <> {int(nombre)} THEN RAISE EXCEPTION '
        f"'table {table} : % lignes au lieu de {int(nombre)}', n; END IF;\n"
        for table, nombre in manifeste["tables"].items()
    )
    attendus = manifeste["fichiers"]
    manquants = ", ".join(_quoted([nom]) for nom in manifeste["manquants"]) or "('')"
    lignes = ", ".join(_quoted(fichier) for fichier in attendus) or "('', '', '')"
    return f"""
DO $verification$ DECLARE n bigint; nom text; BEGIN
{compte}
WITH dites (champ, nom, sha256) AS ({SQL_FICHIERS.replace("ORDER BY 2", "")}),
     la (champ, nom, sha256) AS (VALUES {lignes}),
     manquants (nom) AS (VALUES {manquants})
SELECT d.nom INTO nom FROM dites d WHERE d.nom NOT IN (SELECT m.nom FROM manquants m)
    AND (d.champ, d.nom, d.sha256) NOT IN (SELECT l.champ, l.nom, l.sha256 FROM la l) LIMIT 1;
IF FOUND THEN RAISE EXCEPTION 'le fichier % n’est pas celui de sa ligne', nom; END IF;
END $verification$;
"""


def _quoted(valeurs: Iterable[str]) -> str:
    return "({})".format(", ".join("'{}'".format(v.replace("'", "''")) for v in valeurs))
