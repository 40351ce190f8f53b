"""The paper of a lieu: its poster, and the sign-in sheet of an atelier."""

from permanences.pdf.affiche import draw_affiche, empreinte_affiche
from permanences.pdf.feuille import draw_feuille

__all__ = ["draw_affiche", "draw_feuille", "empreinte_affiche"]
