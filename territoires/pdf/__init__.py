"""From an HTML page to PDF/UA-1, for every app. The only place that imports WeasyPrint.

What a page says is written by the `pdf` module of its own app: `reporting.pdf` for the reports,
`permanences.pdf` for the paper of a lieu.

WeasyPrint takes seconds to import: a command that prints nothing does without. The web and the
Celery workers import it as they start (`preload`).
"""

from collections.abc import Callable, Sequence

from territoires.pdf.contrat import JOINT, PageRefusee, PageTropLongue
from territoires.pdf.moteur import versions_du_moteur
from territoires.pdf.polices import STATIQUES, font_faces
from territoires.pdf.qr import qr_svg
from territoires.pdf.texte import mend_text

__all__ = [
    "JOINT",
    "STATIQUES",
    "PageRefusee",
    "PageTropLongue",
    "font_faces",
    "mend_text",
    "preload",
    "print_largest_that_fits",
    "print_page",
    "qr_svg",
    "versions_du_moteur",
]


def preload() -> None:
    """Import what draws, so that nobody waits for it at their first document."""
    import territoires.pdf.impression  # noqa: F401


def print_page(page: str) -> bytes:
    """The PDF of a page, today or years ago: same page, same bytes.

    Reads the page and our fonts, nothing else. Raises PageRefusee when the page asks for more.
    """
    from territoires.pdf import impression

    return impression.print_page(page)


def print_largest_that_fits(pages: Sequence[Callable[[], str]], *, feuilles: int = 1) -> bytes:
    """The PDF of the first of these pages that holds on so many sheets.

    From the largest to the smallest: when one holds, those after it do too, so that few are laid
    out. Raises PageTropLongue when the last does not hold, PageRefusee as `print_page`.
    """
    from territoires.pdf import impression

    return impression.print_largest_that_fits(pages, feuilles=feuilles)
