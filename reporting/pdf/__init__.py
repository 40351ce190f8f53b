"""Draws a report from its frozen figures.

`render_page` gives what is seen (a preview needs no more), `compose_page` the page that is kept,
`draw` its PDF; `territoires.pdf` prints a page that was kept.
"""

from reporting.pdf.dessin import compose_page, draw
from reporting.pdf.page import render_page

__all__ = ["compose_page", "draw", "render_page"]
