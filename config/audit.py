"""`make audit`: known faults of the dependencies, by pip-audit, or why nobody could say.

pip-audit asks PyPI, or OSV, about each line of requirements.txt. A registry that answers « not
found » to everything, as mirrors do, makes it say « no known vulnerabilities »: here it is said
plainly that nothing was audited. Exit codes: 0 nothing known, or nobody to ask; 1 a known fault;
2 nobody to ask and `--strict`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

REQUIREMENTS = "requirements.txt"
DELAI = 900


def ask(service: list[str], fichier: str) -> tuple[list[dict[str, Any]], str]:
    """(what was answered about each dependency, why nothing was)."""
    commande = [
        sys.executable, "-m", "pip_audit", "--requirement", fichier, "--disable-pip",
        "--require-hashes", "--format", "json", "--progress-spinner", "off", "--timeout", "15",
        *service,
    ]  # fmt: skip
    try:
        fait = subprocess.run(commande, capture_output=True, text=True, timeout=DELAI)
        return json.loads(fait.stdout)["dependencies"], ""
    except subprocess.TimeoutExpired:
        return [], f"pas de réponse en {DELAI} s"
    except (ValueError, KeyError):
        lignes = [ligne for ligne in fait.stderr.strip().splitlines() if ligne]
        return [], lignes[-1] if lignes else "pas de réponse"


def services() -> dict[str, list[str]]:
    if url := os.environ.get("AUDIT_OSV_URL"):
        return {url: ["-s", "osv", "--osv-url", url]}
    return {"PyPI": ["-s", "pypi"], "OSV": ["-s", "osv"]}


def main(arguments: list[str]) -> int:
    strict = "--strict" in arguments
    fichier = next((a for a in arguments if not a.startswith("--")), REQUIREMENTS)
    for nom, service in services().items():
        dites, pourquoi = ask(service, fichier)
        auditees = [dite for dite in dites if "skip_reason" not in dite]
        if auditees:
            return tell(nom, dites, auditees, strict)
        if dites:
            pourquoi = dites[0]["skip_reason"]
        print(f"{nom} n’a rien su dire des dépendances : {pourquoi}", flush=True)
    print(
        "L’AUDIT DES DÉPENDANCES N’A PAS PU ÊTRE FAIT : aucun service ne répond d’ici. Ce n’est "
        "pas « aucune faille » : relancez « make audit » d’une machine qui joint pypi.org."
    )
    return 2 if strict else 0


def tell(
    nom: str, dites: list[dict[str, Any]], auditees: list[dict[str, Any]], strict: bool
) -> int:
    failles = [(dite, faille) for dite in auditees for faille in dite["vulns"]]
    for dite, faille in failles:
        corrige = ", ".join(faille["fix_versions"]) or "aucune version ne la corrige encore"
        noms = ", ".join([faille["id"], *faille.get("aliases", [])])
        print(f"FAILLE {dite['name']} {dite['version']} : {noms} ; corrigée par : {corrige}")
    tues = [dite["name"] for dite in dites if "skip_reason" in dite]
    if tues:
        print(f"Non audité(es), inconnues de {nom} : {', '.join(tues)}")
    print(f"{nom} : {len(auditees)} dépendances auditées, {len(failles)} faille(s) connue(s).")
    return 1 if failles else 2 if tues and strict else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
