"""Our own fonts, never the machine's; a page names each one by its content.

A font that was once printed with stays in `static/fonts`: pages kept with the reports call it by
the SHA-256 of its file (`acces.py` opens it).
"""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

STATIQUES = Path(settings.BASE_DIR) / "static"
GRAISSES = {"Regular": 400, "Semibold": 600, "Bold": 700}
SCHEME = "police:"


@cache
def font_faces() -> str:
    """The `@font-face` rules of a page."""
    regles = []
    noms = {chemin.name: empreinte for empreinte, chemin in par_empreinte().items()}
    for nom, graisse in GRAISSES.items():
        fichier = f"SourceSans3-{nom}.ttf.woff2"
        regles.append(
            f'@font-face {{ font-family: "Source Sans 3"; font-weight: {graisse}; '
            f'src: url("{SCHEME}{fichier}?sha256={noms[fichier]}") format("truetype"); }}'
        )
    return "\n".join(regles)


def empreintes_des_polices() -> dict[str, str]:
    """{file name: SHA-256} of the fonts that pages are drawn with today."""
    return {
        chemin.name: empreinte
        for empreinte, chemin in par_empreinte().items()
        if any(f"-{nom}." in chemin.name for nom in GRAISSES)
    }


@cache
def par_empreinte() -> dict[str, Path]:
    """{SHA-256: file} of every font that a page may call."""
    return {
        hashlib.sha256(chemin.read_bytes()).hexdigest(): chemin
        for chemin in sorted((STATIQUES / "fonts").glob("*.woff2"))
    }
