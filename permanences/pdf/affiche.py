"""The A4 poster of a lieu, for the door: one sheet, as large as what it says allows."""

import hashlib
from functools import partial

from django.utils.encoding import uri_to_iri

from permanences.pdf.page import render_page
from permanences.selectors.annonces import Annonce
from territoires.pdf import print_largest_that_fits, qr_svg

# Points of the root size: the first that holds on one sheet is printed.
TAILLES = (15, 14, 13, 12, 11.2, 10.5, 9.8, 9.2, 8.6, 8, 7.5, 7, 6.5, 6.1, 5.7)
# Then fewer lines; the rest is behind the QR code.
LIGNES = (30, 24, 20, 16, 14, 12, 10, 8, 6, 4, 3, 2, 1)
FERMETURES = 6


def empreinte_affiche(annonce: Annonce, *, adresse_web: str) -> str:
    """SHA-256 of all that it says, without drawing it."""
    return hashlib.sha256(compose_affiche(annonce, adresse_web).encode()).hexdigest()


def draw_affiche(annonce: Annonce, *, adresse_web: str) -> bytes:
    """One page of PDF/UA-1; the same announcement on the same day gives the same bytes.

    `adresse_web`: the public page of the lieu, printed and drawn as a QR code.
    """
    compose = partial(compose_affiche, annonce, adresse_web)
    nombre = len(annonce.rythmes)
    pages = [partial(compose, taille) for taille in TAILLES]
    pages += [partial(compose, TAILLES[-1], n) for n in LIGNES if n < nombre]
    return print_largest_that_fits(pages)


def compose_affiche(
    annonce: Annonce, adresse_web: str, taille: float = 10, lignes: int | None = None
) -> str:
    """HTML that is enough to print it; `lignes`: how many days and hours at most."""
    return render_page(
        "affiche",
        titre=f"Permanences d’un conseiller numérique, {annonce.lieu.nom}",
        cree_le=annonce.ce_jour,
        annonce=annonce,
        lieu=annonce.lieu,
        rythmes=annonce.rythmes[:lignes],
        autres_rythmes=len(annonce.rythmes) - len(annonce.rythmes[:lignes]),
        fermetures=annonce.fermetures[:FERMETURES],
        autres_fermetures=len(annonce.fermetures) > FERMETURES,
        taille=f"{taille}pt",
        adresse_web=adresse_web,
        # As one types it: « été » rather than « %C3%A9t%C3%A9 ».
        adresse_lue=uri_to_iri(adresse_web).partition("://")[2].rstrip("/"),
        qr=qr_svg(adresse_web),
    )
