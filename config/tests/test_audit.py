"""A known fault of a dependency stops the build; an audit not made never passes for one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from config import audit
from config.sbom import sbom

FAILLE = {
    "id": "PYSEC-2099-1",
    "aliases": ["CVE-2099-0001"],
    "summary": "Anyone may read anything.",
    "affected": [
        {
            "package": {"name": "paquet-fautif", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.0.1"}]}],
        }
    ],
}


class Osv(BaseHTTPRequestHandler):
    statut = 200

    def do_POST(self) -> None:
        demande = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        nom = demande["package"]["name"]
        corps = json.dumps({"vulns": [FAILLE]} if nom == "paquet-fautif" else {}).encode()
        self.send_response(self.statut)
        self.send_header("Content-Length", str(len(corps)))
        self.end_headers()
        self.wfile.write(corps)

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def osv(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Osv]]:
    serveur = HTTPServer(("127.0.0.1", 0), Osv)
    fil = threading.Thread(target=serveur.serve_forever)
    fil.start()
    monkeypatch.setenv("AUDIT_OSV_URL", f"http://127.0.0.1:{serveur.server_port}/v1/query")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield Osv
    Osv.statut = 200
    serveur.shutdown()
    serveur.server_close()
    fil.join()


def requirements(tmp_path: Path, *noms: str) -> str:
    fichier = tmp_path / "requirements.txt"
    fichier.write_text("".join(f"{nom}==1.0.0 --hash=sha256:{'0' * 64}\n" for nom in noms))
    return str(fichier)


def test_a_known_fault_stops_the_build_and_is_named(
    osv: type[Osv], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main([requirements(tmp_path, "paquet-sain", "paquet-fautif")]) == 1
    dit = capsys.readouterr().out
    assert "FAILLE paquet-fautif 1.0.0 : PYSEC-2099-1, CVE-2099-0001 ; corrigée par : 1.0.1" in dit


def test_nothing_known_passes(
    osv: type[Osv], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main([requirements(tmp_path, "paquet-sain")]) == 0
    assert "1 dépendances auditées, 0 faille" in capsys.readouterr().out


def test_a_service_out_of_reach_is_said_and_does_not_stop_the_build(
    osv: type[Osv], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Osv.statut = 503
    fichier = requirements(tmp_path, "paquet-sain")
    assert audit.main([fichier]) == 0
    assert "N’A PAS PU ÊTRE FAIT" in capsys.readouterr().out
    assert audit.main([fichier, "--strict"]) == 2


def test_a_registry_that_knows_nothing_is_not_taken_for_a_clean_bill(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What pip-audit calls « No known vulnerabilities found » where a mirror answers 404 to all."""
    monkeypatch.delenv("AUDIT_OSV_URL", raising=False)
    inconnue = {"name": "django", "skip_reason": "Dependency not found on PyPI"}
    monkeypatch.setattr(audit, "ask", lambda service, fichier: ([inconnue], ""))
    assert audit.main([]) == 0
    assert "N’A PAS PU ÊTRE FAIT" in capsys.readouterr().out


def test_the_bill_of_materials_names_every_locked_line_with_its_hashes() -> None:
    verrou = (settings.BASE_DIR / "requirements.txt").read_text()
    bom = json.loads(sbom(verrou))
    lignes = [ligne for ligne in verrou.splitlines() if "==" in ligne and ligne[0].isalnum()]
    assert bom["bomFormat"] == "CycloneDX"
    assert len(bom["components"]) == len(lignes)
    django = next(c for c in bom["components"] if c["name"] == "django")
    assert django["purl"] == f"pkg:pypi/django@{django['version']}"
    assert django["hashes"][0]["alg"] == "SHA-256"
    assert django["licenses"][0]["license"]["name"] == "BSD-3-Clause"
    assert sbom(verrou) == sbom(verrou)
