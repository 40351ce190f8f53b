"""Figures -> the page of a report, whole, and its PDF.

The page is kept, and printed again from (docs/adr/0009).
"""

from typing import Any
from urllib.parse import quote

from reporting import fichiers
from reporting.pdf.page import render_page
from territoires.pdf import JOINT, print_page

Donnees = dict[str, Any]


def draw(
    donnees: Donnees, *, code: str, empreinte: str = "", carte: Donnees | None = None
) -> bytes:
    """The PDF of a report: `print_page(compose_page(…))`."""
    return print_page(compose_page(donnees, code=code, empreinte=empreinte, carte=carte))


def compose_page(
    donnees: Donnees, *, code: str, empreinte: str = "", carte: Donnees | None = None
) -> str:
    """HTML that is enough to print the report: style, maps, charts, attached JSON and CSV.

    Type, month, version and « provisoire » are in `donnees`. `empreinte` defaults to
    `fichiers.empreinte(donnees)`. `carte`: as `selectors.carte.carte_du_departement` gives it;
    without it the report has its tables and no map.
    """
    page = render_page(donnees, code=code, empreinte=empreinte, carte=carte)
    joints = "".join(
        f'<link rel="{JOINT}" title="{nom}" href="data:,{quote(texte)}">\n'
        # By name: a PDF keeps them in a sorted tree.
        for nom, texte in sorted(_joints(donnees).items())
    )
    return page.replace("</head>", f"{joints}</head>", 1)


def _joints(donnees: Donnees) -> dict[str, str]:
    nom = f"{donnees['type']}-{donnees['mois']}.json"
    return {nom: fichiers.json_text(donnees), **fichiers.csv_files(donnees)}
