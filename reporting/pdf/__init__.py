"""Draws a report from its frozen figures. The only place that imports WeasyPrint.

`render_page` gives what is seen (a preview needs no more), `compose_page` the page that is kept,
`print_page` the PDF of a page, `draw` all at once.
"""

from reporting.pdf.dessin import PageRefusee, compose_page, draw, print_page
from reporting.pdf.moteur import versions_du_moteur
from reporting.pdf.page import render_page

__all__ = [
    "PageRefusee",
    "compose_page",
    "draw",
    "print_page",
    "render_page",
    "versions_du_moteur",
]
