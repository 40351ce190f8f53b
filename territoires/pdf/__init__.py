"""From an HTML page to PDF/UA-1, for every app. The only place that imports WeasyPrint.

What a page says is written by the `pdf` module of its own app: `reporting.pdf` for the reports,
`permanences.pdf` for the paper of a lieu.
"""

from territoires.pdf.impression import (
    JOINT,
    PageRefusee,
    PageTropLongue,
    print_largest_that_fits,
    print_page,
)
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
    "print_largest_that_fits",
    "print_page",
    "qr_svg",
    "versions_du_moteur",
]
