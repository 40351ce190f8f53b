"""A QR code as a drawing of the page."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(url: str) -> SafeString:
    """Inline SVG with its own title: an image needs an alternative text."""
    svg = segno.make(url, error="m").svg_inline(
        scale=3, border=2, title=f"Code à scanner vers {url}", omitsize=True
    )
    return mark_safe(svg)
