"""Draws a report from its frozen figures. The only place that imports WeasyPrint."""

from reporting.pdf.dessin import draw

__all__ = ["draw"]
