"""The sign-in sheet of one date of an atelier: blank lines, for paper alone."""

import datetime as dt
from functools import partial

from permanences.models import Creneau
from permanences.pdf.page import render_page
from territoires.pdf import print_largest_that_fits

LIGNES_SANS_CAPACITE = 12
LIGNES_AU_PLUS = 30
FEUILLES_AU_PLUS = 2


def draw_feuille(creneau: Creneau, jour: dt.date) -> bytes:
    """Two sheets at most. `creneau` with its lieu, commune, poste and structure."""
    return print_largest_that_fits(
        [partial(compose_feuille, creneau, jour)], feuilles=FEUILLES_AU_PLUS
    )


def compose_feuille(creneau: Creneau, jour: dt.date) -> str:
    genre = creneau.get_nature_display()
    lignes = min(creneau.capacite or LIGNES_SANS_CAPACITE, LIGNES_AU_PLUS)
    return render_page(
        "feuille",
        titre=f"Feuille de présence, {creneau.titre or genre}, {jour:%d/%m/%Y}",
        cree_le=jour,
        creneau=creneau,
        jour=jour,
        lieu=creneau.lieu,
        employeur=creneau.poste.structure.nom,
        lignes=range(1, lignes + 1),
        au_dela=(creneau.capacite or 0) > LIGNES_AU_PLUS,
    )
