"""A backup is worth what is restored from it: the whole trip, then all that can go wrong."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import stat
import subprocess
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg2
import pyrage
import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection

from reporting.models import Rapport
from reporting.services.sauvegarde import (
    SauvegardeImpossible,
    read_private,
    restauration,
    restore_backup,
)
from reporting.services.sauvegarde.postgres import ask, opened, our_base

pytestmark = pytest.mark.django_db(transaction=True)
PDF, PAGE = b"%PDF-1.7 un rapport", b"<html>sa page</html>"


# --- The service, its keys, an empty place ------------------------------------------------------


@pytest.fixture
def fichiers(objets: SimpleNamespace) -> Iterator[Any]:
    """Each report of the service has the files that its row says."""
    storage = Rapport._meta.get_field("pdf").storage
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # a transmitted row is frozen
        cursor.execute(
            "UPDATE reporting_rapport SET sha256 = %s, page_sha256 = %s WHERE pdf <> ''",
            [hashlib.sha256(PDF).hexdigest(), hashlib.sha256(PAGE).hexdigest()],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    noms = []
    for rapport in Rapport.objects.exclude(pdf=""):
        noms.append(storage.save(rapport.pdf.name, ContentFile(PDF)))
        noms.append(storage.save(rapport.page.name, ContentFile(gzip.compress(PAGE))))
    assert noms
    yield storage
    for nom in noms:
        storage.delete(nom)


@pytest.fixture
def cle(tmp_path: Path, settings: Any) -> Path:
    chemin = tmp_path / "cle.txt"
    dit = io.StringIO()
    call_command("new_backup_key", str(chemin), stdout=dit)
    settings.SAUVEGARDE_CLE_PUBLIQUE = [dit.getvalue().split()[-1]]
    return chemin


@pytest.fixture
def sauvegarde(fichiers: Any, cle: Path, tmp_path: Path) -> Path:
    return write(tmp_path / "coffre")


@pytest.fixture
def vide(tmp_path: Path) -> Iterator[SimpleNamespace]:
    """A fresh instance: an empty database, an empty folder."""
    nom = f"vide_{uuid.uuid4().hex[:12]}"
    with opened(our_base()) as serveur:
        serveur.autocommit = True
        serveur.cursor().execute(f"CREATE DATABASE {nom} TEMPLATE template0")
        yield SimpleNamespace(base=our_base() | {"dbname": nom}, dossier=tmp_path / "media")
        serveur.cursor().execute(f"DROP DATABASE {nom} WITH (FORCE)")


def write(dossier: Path, *options: str) -> Path:
    call_command("backup", "--dossier", str(dossier), *options, stdout=io.StringIO())
    return next(dossier.glob("*.tar.age"))


def restore(chemin: Path, cle: Path, vide: SimpleNamespace, **options: Any) -> Any:
    return restore_backup(
        chemin=chemin, cles=read_private(cle.read_text()), dossier=vide.dossier, base=vide.base,
        **options,
    )  # fmt: skip


def refused(chemin: Path, cle: Path, vide: SimpleNamespace, **options: Any) -> str:
    """The sentence; nothing may be left behind it."""
    with pytest.raises(SauvegardeImpossible) as refus:
        restore(chemin, cle, vide, **options)
    assert rows(vide.base) == {}
    assert [*vide.dossier.rglob("*")] == []
    return str(refus.value)


def rows(base: dict[str, Any]) -> dict[str, list[str]]:
    """{table: each of its rows, as text}"""
    with opened(base) as lien:
        tables = ask(lien, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {
            table: sorted(t for (t,) in ask(lien, f'SELECT t::text FROM public."{table}" t'))
            for (table,) in tables
        }


def triggers(base: dict[str, Any]) -> list[Any]:
    with opened(base) as lien:
        return ask(
            lien, "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
        )


# --- The trip ------------------------------------------------------------------------------------


def test_every_row_every_trigger_and_every_file_come_back(
    sauvegarde: Path, cle: Path, vide: SimpleNamespace
) -> None:
    avant = rows(our_base())
    assert avant["territoires_evenement"] and avant["reporting_rapport"]

    bilan = restore(sauvegarde, cle, vide)

    apres = rows(vide.base)
    assert bilan.a_migrer == []
    assert {table for table in avant if avant[table] != apres[table]} <= {"django_session"}
    assert apres["django_session"] == []
    assert triggers(vide.base) == triggers(our_base())
    for rapport in Rapport.objects.exclude(pdf=""):
        contenu = (vide.dossier / rapport.pdf.name).read_bytes()
        assert hashlib.sha256(contenu).hexdigest() == rapport.sha256
        page = gzip.decompress((vide.dossier / rapport.page.name).read_bytes())
        assert hashlib.sha256(page).hexdigest() == rapport.page_sha256
    # The journal is as definitive there as here.
    with opened(vide.base) as lien, pytest.raises(psycopg2.Error, match="ne se modifie pas"):
        lien.cursor().execute("DELETE FROM territoires_evenement")


def test_the_file_is_dated_named_private_and_alone(sauvegarde: Path, settings: Any) -> None:
    assert [p.name for p in sauvegarde.parent.iterdir()] == [sauvegarde.name]
    assert sauvegarde.name.startswith(f"{settings.DEPARTEMENT}-localhost-20")
    assert stat.S_IMODE(sauvegarde.stat().st_mode) == 0o600
    assert b"exemple.fr" not in sauvegarde.read_bytes()


def test_verify_backup_restores_beside_and_leaves_nothing(sauvegarde: Path, cle: Path) -> None:
    dit = io.StringIO()
    call_command("verify_backup", str(sauvegarde), "--cle", str(cle), stdout=dit)

    assert dit.getvalue().startswith("Bonne : la sauvegarde de 72-localhost")
    with opened(our_base()) as lien:
        assert not ask(lien, "SELECT 1 FROM pg_database WHERE datname LIKE 'verification_%'")


@pytest.mark.skipif(not shutil.which("age"), reason="apt-get install age")
def test_the_age_and_tar_of_any_debian_open_it_without_us(
    sauvegarde: Path, cle: Path, tmp_path: Path
) -> None:
    clair = tmp_path / "clair"
    clair.mkdir()
    ouvre = f"age -d -i {cle} {sauvegarde} | tar -x -C {clair} && cat {clair}/base/* > {clair}/d"
    subprocess.run(["bash", "-o", "pipefail", "-c", ouvre], check=True)

    assert (clair / "d").read_bytes().startswith(b"PGDMP")
    assert (clair / "fichiers" / "rapports" / "r.pdf").read_bytes() == PDF


# --- What is not overwritten ---------------------------------------------------------------------


def test_a_database_that_holds_something_is_not_touched(
    sauvegarde: Path, cle: Path, vide: SimpleNamespace
) -> None:
    with opened(vide.base) as lien:
        lien.cursor().execute("CREATE TABLE public.precieuse AS SELECT 1 AS n")
        lien.commit()
    with pytest.raises(SauvegardeImpossible, match="n’est pas vide"):
        restore(sauvegarde, cle, vide)
    with pytest.raises(SauvegardeImpossible, match="rien n’est fait"):
        restore(sauvegarde, cle, vide, remplacer="une-autre")
    assert rows(vide.base) == {"precieuse": ["(1)"]}

    restore(sauvegarde, cle, vide, remplacer=vide.base["dbname"])
    assert "precieuse" not in rows(vide.base)


def test_replacing_puts_the_old_files_aside(
    sauvegarde: Path, cle: Path, vide: SimpleNamespace
) -> None:
    ancien = vide.dossier / "rapports" / "ancien.pdf"
    ancien.parent.mkdir(parents=True)
    ancien.write_bytes(b"ancien")
    with pytest.raises(SauvegardeImpossible, match="n’est pas vide"):
        restore(sauvegarde, cle, vide)
    assert ancien.read_bytes() == b"ancien"

    bilan = restore(sauvegarde, cle, vide, remplacer=vide.base["dbname"])
    assert (bilan.mis_de_cote[0] / "ancien.pdf").read_bytes() == b"ancien"
    assert (vide.dossier / "rapports" / "r.pdf").read_bytes() == PDF


def test_a_running_service_is_not_pulled_from_under(
    sauvegarde: Path, cle: Path, vide: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restauration, "PATIENCE", 0.3)
    tourne = pytest.raises(SauvegardeImpossible, match="Le service tourne encore")
    with opened(vide.base), tourne:
        restore(sauvegarde, cle, vide, remplacer=vide.base["dbname"])


def test_a_service_that_has_just_been_stopped_is_given_the_time_to_leave(
    sauvegarde: Path, cle: Path, vide: SimpleNamespace
) -> None:
    with opened(vide.base) as lien:
        part = threading.Timer(1, lien.close)
        part.start()
        assert restore(sauvegarde, cle, vide, remplacer=vide.base["dbname"]).lignes
        part.join()


def test_who_no_longer_reads_is_waited_for_and_who_still_does_is_not() -> None:
    """psql closes its end, then ends: the reason is its own, and comes a moment later."""
    with subprocess.Popen(["sh", "-c", "exec <&-; sleep 0.5"], stdin=subprocess.PIPE) as mourant:
        assert not restauration._has_stopped(mourant, casse=False)
        assert restauration._has_stopped(mourant, casse=True)


# --- What goes wrong -----------------------------------------------------------------------------


DEGATS = {
    "half": lambda octets: octets[: len(octets) // 2],
    "last byte": lambda octets: octets[:-1],
    "header only": lambda octets: octets[:300],
    "one byte changed": lambda octets: octets[:-5000] + b"x" + octets[-4999:],
    "empty": lambda octets: b"",
    "another file": lambda octets: b"PK\3\4" + octets,
}


def test_a_damaged_file_restores_nothing(
    sauvegarde: Path, cle: Path, vide: SimpleNamespace
) -> None:
    octets = sauvegarde.read_bytes()
    for nom, degat in DEGATS.items():
        sauvegarde.write_bytes(degat(octets))
        phrase = refused(sauvegarde, cle, vide)
        autre = nom in ("empty", "another file")
        assert ("n’est pas une sauvegarde" if autre else "abîmée ou incomplète") in phrase, nom


def test_another_key_opens_nothing(sauvegarde: Path, tmp_path: Path, vide: SimpleNamespace) -> None:
    autre = tmp_path / "autre.txt"
    autre.write_text(str(pyrage.x25519.Identity.generate()))
    assert "Cette clé n’ouvre pas" in refused(sauvegarde, autre, vide)


def test_a_manifest_that_promises_more_rows_stops_before_the_commit(
    sauvegarde: Path, cle: Path, vide: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reporting.services.sauvegarde import lecture

    lit = lecture.read_manifeste

    def falsified(contenu: bytes) -> dict[str, Any]:
        manifeste = lit(contenu)
        manifeste["tables"]["territoires_evenement"] += 1
        return manifeste

    monkeypatch.setattr(lecture, "read_manifeste", falsified)
    assert "table territoires_evenement" in refused(sauvegarde, cle, vide)


def test_a_role_that_may_not_create_is_told_why_and_nothing_hangs(
    sauvegarde: Path, cle: Path, vide: SimpleNamespace
) -> None:
    """PostgreSQL refuses in the middle: pg_restore and psql both stop, and we say it."""
    with opened(vide.base) as lien:
        lien.autocommit = True
        lien.cursor().execute("CREATE ROLE sans_droit LOGIN")
        try:
            vide.base["user"] = "sans_droit"
            assert "permission denied" in refused(sauvegarde, cle, vide)
        finally:
            lien.cursor().execute("DROP ROLE sans_droit")


def test_a_backup_of_a_newer_version_waits_for_that_version(
    fichiers: Any, cle: Path, tmp_path: Path, vide: SimpleNamespace
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES "
            "('reporting', '9999_de_demain', now())"
        )
    try:
        chemin = write(tmp_path / "coffre")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999_de_demain'")
    assert "reporting.9999_de_demain" in refused(chemin, cle, vide)


def test_a_report_without_its_file_stops_the_backup_and_is_named(
    fichiers: Any, cle: Path, tmp_path: Path
) -> None:
    fichiers.delete("rapports/r.pdf")
    with pytest.raises(CommandError, match=r"rapports/r\.pdf manque"):
        write(tmp_path / "coffre")
    fichiers.save("rapports/r.pdf", ContentFile(b"autre chose"))
    with pytest.raises(CommandError, match=r"rapports/r\.pdf n’est plus celui de sa ligne"):
        write(tmp_path / "coffre")
    assert [*(tmp_path / "coffre").iterdir()] == []


def test_without_it_when_told_so_and_the_restoration_says_it_again(
    fichiers: Any, cle: Path, tmp_path: Path, vide: SimpleNamespace
) -> None:
    fichiers.delete("rapports/r.pdf")
    with pytest.raises(CommandError, match=r"incomplète, sans .*rapports/r\.pdf"):
        write(tmp_path / "coffre", "--malgre-manques")
    chemin = next((tmp_path / "coffre").glob("*.tar.age"))

    assert restore(chemin, cle, vide).manifeste["manquants"] == ["rapports/r.pdf"]


def test_no_key_no_backup(fichiers: Any, settings: Any, tmp_path: Path) -> None:
    settings.SAUVEGARDE_CLE_PUBLIQUE = []
    with pytest.raises(CommandError, match="Aucune clé"):
        write(tmp_path)
    settings.SAUVEGARDE_CLE_PUBLIQUE = [str(pyrage.x25519.Identity.generate())]
    with pytest.raises(CommandError, match="contient une clé privée"):
        write(tmp_path)


@pytest.fixture
def petit_disque(tmp_path: Path) -> Iterator[Path]:
    dossier = tmp_path / "petit"
    dossier.mkdir()
    monte = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(dossier)]
    if os.geteuid() or subprocess.run(monte, capture_output=True).returncode:
        pytest.skip("monter un petit disque demande d’être root")
    yield dossier
    subprocess.run(["umount", str(dossier)], check=True)


def test_a_full_disk_is_said_and_leaves_no_half_backup(
    fichiers: Any, cle: Path, petit_disque: Path
) -> None:
    with pytest.raises(CommandError, match="le disque est plein"):
        write(petit_disque)
    assert [*petit_disque.iterdir()] == []


def test_a_full_disk_of_files_restores_no_row(
    fichiers: Any, cle: Path, tmp_path: Path, vide: SimpleNamespace, petit_disque: Path
) -> None:
    gros = os.urandom(200_000)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE reporting_rapport SET sha256 = %s WHERE pdf <> ''",
            [hashlib.sha256(gros).hexdigest()],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    fichiers.delete("rapports/r.pdf")
    fichiers.save("rapports/r.pdf", ContentFile(gros))
    chemin = write(tmp_path / "coffre")
    vide.dossier = petit_disque
    assert "le disque est plein" in refused(chemin, cle, vide)
