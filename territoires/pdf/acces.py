"""What a page may read while it is drawn: what it holds and our fonts, neither file nor network."""

import io
from functools import cache

from fontTools.ttLib import TTFont
from weasyprint.urls import URLFetcher, URLFetcherResponse

from territoires.pdf.polices import SCHEME, par_empreinte


class ClosedFetcher(URLFetcher):
    """`data:` and our fonts only: what is refused stops the drawing."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith(SCHEME):
            return URLFetcherResponse(url, _open_police(url.rpartition("=")[2]))
        return super().fetch(url, headers)


@cache
def _open_police(empreinte: str) -> bytes:
    """Unpacked once per process: WeasyPrint would do it again for every report (0.3 s a font)."""
    if empreinte not in par_empreinte():
        raise ValueError(f"La police {empreinte} n’est pas dans static/fonts.")
    police = TTFont(par_empreinte()[empreinte], recalcTimestamp=False)
    police.flavor = None
    sortie = io.BytesIO()
    police.save(sortie)
    return sortie.getvalue()
