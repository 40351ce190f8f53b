"""Our own fonts, never the machine's; a page names each one by its content.

A font that was once printed with stays in `static/fonts`: pages kept with the reports call it by
the SHA-256 of its file. Nothing else is read while drawing: neither file nor network.
"""

import hashlib
import io
from functools import cache
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont
from weasyprint.urls import URLFetcher, URLFetcherResponse

STATIQUES = Path(settings.BASE_DIR) / "static"
GRAISSES = {"Regular": 400, "Semibold": 600, "Bold": 700}
SCHEME = "police:"


class ClosedFetcher(URLFetcher):
    """`data:` and our fonts only: what is refused stops the drawing."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith(SCHEME):
            return URLFetcherResponse(url, _open_police(url.rpartition("=")[2]))
        return super().fetch(url, headers)


@cache
def font_faces() -> str:
    """The `@font-face` rules of a page."""
    regles = []
    noms = {chemin.name: empreinte for empreinte, chemin in _par_empreinte().items()}
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
        for empreinte, chemin in _par_empreinte().items()
        if any(f"-{nom}." in chemin.name for nom in GRAISSES)
    }


@cache
def _par_empreinte() -> dict[str, Path]:
    return {
        hashlib.sha256(chemin.read_bytes()).hexdigest(): chemin
        for chemin in sorted((STATIQUES / "fonts").glob("*.woff2"))
    }


@cache
def _open_police(empreinte: str) -> bytes:
    """Unpacked once per process: WeasyPrint would do it again for every report (0.3 s a font)."""
    if empreinte not in _par_empreinte():
        raise ValueError(f"La police {empreinte} n’est pas dans static/fonts.")
    police = TTFont(_par_empreinte()[empreinte], recalcTimestamp=False)
    police.flavor = None
    sortie = io.BytesIO()
    police.save(sortie)
    return sortie.getvalue()
