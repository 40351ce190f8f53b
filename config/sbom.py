"""`make sbom`: what the service is made of, in CycloneDX 1.6, from the lock file alone.

Every line of requirements.txt with its hashes; the licence, where the package installed here
declares one. The same lock gives the same file: it can be compared between two versions.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

LIGNE = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
EMPREINTE = re.compile(r"--hash=sha256:([0-9a-f]{64})")
SORTIE = Path("sbom.cdx.json")


def components(requirements: str) -> list[Component]:
    lignes = [*LIGNE.finditer(requirements)]
    fins = [ligne.start() for ligne in lignes[1:]] + [len(requirements)]
    return [
        _component(ligne[1], ligne[2], EMPREINTE.findall(requirements[ligne.end() : fin]))
        for ligne, fin in zip(lignes, fins, strict=True)
    ]


def _component(nom: str, version: str, empreintes: list[str]) -> Component:
    purl = PackageURL("pypi", None, nom.lower().replace("_", "-"), version)
    licence = _licence(nom)
    return Component(
        type=ComponentType.LIBRARY,
        name=nom,
        version=version,
        bom_ref=str(purl),
        purl=purl,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=valeur) for valeur in empreintes],
        licenses=[DisjunctiveLicense(name=licence)] if licence else [],
    )


def _licence(nom: str) -> str:
    try:
        dite = metadata(nom)
    except PackageNotFoundError:  # another system's
        return ""
    declaree = dite.get("License-Expression") or dite.get("License") or ""
    if declaree and len(declaree) < 80:
        return declaree.strip()
    classees = [c.rpartition(" :: ")[2] for c in dite.get_all("Classifier") or [] if "License" in c]
    return ", ".join(classees)


def sbom(requirements: str) -> str:
    trouves = components(requirements)
    bom = Bom(components=trouves)
    bom.metadata.component = Component(
        type=ComponentType.APPLICATION, name="conseillers-numeriques", bom_ref="service"
    )
    bom.register_dependency(bom.metadata.component, trouves)
    return _stable(JsonV1Dot6(bom).output_as_string(indent=2))


def _stable(texte: str) -> str:
    """Without the number and the hour that each writing would change."""
    dit = json.loads(texte)
    del dit["serialNumber"], dit["metadata"]["timestamp"]
    return json.dumps(dit, indent=2, ensure_ascii=False)


def main() -> int:
    SORTIE.write_text(sbom(Path("requirements.txt").read_text()) + "\n")
    print(f"{SORTIE} : {len(components(Path('requirements.txt').read_text()))} composants.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
