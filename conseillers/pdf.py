"""The sign-in sheet of a rencontre: one line per invited advisor, to be signed."""

from __future__ import annotations

from django.template.loader import render_to_string

from conseillers.models import Rencontre
from conseillers.selectors.reseau import Pointage
from territoires.pdf import STATIQUES, font_faces, mend_text, print_page
from territoires.selectors import departement_de_l_instance

LIGNES_BLANCHES = 4


def draw_emargement(rencontre: Rencontre, lignes: list[Pointage]) -> bytes:
    html = mend_text(
        render_to_string(
            "conseillers/pdf/emargement.html",
            {
                "titre": f"Émargement, {rencontre.intitule}, {rencontre.date:%d/%m/%Y}",
                "cree_le": rencontre.date.isoformat(),
                "departement": departement_de_l_instance(),
                "rencontre": rencontre,
                "lignes": lignes,
                "blanches": range(LIGNES_BLANCHES),
            },
        )
    )
    style = (STATIQUES / "conseillers" / "emargement.css").read_text("utf-8")
    return print_page(
        html.replace("</head>", f"<style>\n{font_faces()}\n{style}</style>\n</head>", 1)
    )
