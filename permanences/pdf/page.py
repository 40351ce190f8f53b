"""What every page of this paper has: its style, its language, its date."""

import datetime as dt
from functools import cache
from typing import Any

from django.template.loader import render_to_string

from territoires.pdf import STATIQUES, font_faces, mend_text
from territoires.selectors import departement_de_l_instance


def render_page(nom: str, *, titre: str, cree_le: dt.date, **contexte: Any) -> str:
    """`nom`: of the template and of its style sheet. Whatever is not in the page is refused."""
    departement = departement_de_l_instance()
    communs = {"titre": titre, "cree_le": cree_le.isoformat(), "departement": departement}
    html = mend_text(render_to_string(f"permanences/pdf/{nom}.html", communs | contexte))
    return html.replace("</head>", f"<style>\n{_style(nom)}</style>\n</head>", 1)


@cache
def _style(nom: str) -> str:
    feuille = STATIQUES / "permanences" / f"{nom}.css"
    return f"{font_faces()}\n{feuille.read_text('utf-8')}"
