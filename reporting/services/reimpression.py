"""Print a report again from the page kept with it: nothing of today's but the engine."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from reporting.models import Rapport
from territoires.pdf import PageRefusee, print_page, versions_du_moteur


@dataclass(frozen=True)
class Reimpression:
    """`ecarts`: {part of the engine: (version then, version now)}, « absent » on either side."""

    contenu: bytes
    sha256: str
    identique: bool
    ecarts: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def explication(self) -> str:
        """Why the bytes differ, as far as the versions tell."""
        if not self.ecarts:
            return "Aucune des versions gardées avec le rapport ne diffère."
        lignes = (f"{nom} : {avant} alors, {ici} ici" for nom, (avant, ici) in self.ecarts.items())
        return f"Ce qui a changé depuis l’impression : {' ; '.join(lignes)}."


def reprint_rapport(*, rapport: Rapport) -> Reimpression:
    """Writes nothing. Raises ValidationError when the page is not there, or not the one kept."""
    try:
        contenu = print_page(_read_page(rapport))
    except PageRefusee as erreur:
        raise ValidationError(str(erreur)) from erreur
    sha256 = hashlib.sha256(contenu).hexdigest()
    return Reimpression(
        contenu, sha256, identique=sha256 == rapport.sha256, ecarts=_ecarts(rapport.moteur or {})
    )


def put_back_pdf(rapport: Rapport) -> None:
    """A PDF lost by the storage, at its place again with the same bytes; the row is untouched.

    Raises ValidationError where the bytes would not be the same: what was transmitted is known
    by its fingerprint, another file is not it.
    """
    tirage = reprint_rapport(rapport=rapport)
    if not tirage.identique:
        raise ValidationError(
            "Le PDF perdu ne peut pas être refait à l’identique sur cette machine. "
            f"{tirage.explication}"
        )
    storage = rapport.pdf.storage
    nom = storage.save(rapport.pdf.name, ContentFile(tirage.contenu))
    if nom != rapport.pdf.name:
        # Somebody put it back meanwhile.
        storage.delete(nom)


def _read_page(rapport: Rapport) -> str:
    if not rapport.page:
        raise ValidationError(
            f"{rapport} : aucune page n’est gardée. Il n’est pas encore produit, ou il l’a été "
            "avant que les pages soient gardées."
        )
    try:
        with rapport.page.open("rb") as flux:
            page = gzip.decompress(flux.read())
    except FileNotFoundError as erreur:
        raise ValidationError(
            f"{rapport} : la page {rapport.page.name} manque. Reprenez-la d’une sauvegarde."
        ) from erreur
    except (gzip.BadGzipFile, EOFError, zlib.error) as erreur:
        raise _altered(rapport) from erreur
    if hashlib.sha256(page).hexdigest() != rapport.page_sha256:
        raise _altered(rapport)
    return page.decode()


def _altered(rapport: Rapport) -> ValidationError:
    return ValidationError(
        f"{rapport} : la page {rapport.page.name} n’est plus celle qui a été gardée (son empreinte "
        "diffère). Reprenez-la d’une sauvegarde."
    )


def _ecarts(alors: dict[str, str]) -> dict[str, tuple[str, str]]:
    ici = versions_du_moteur()
    return {
        nom: (alors.get(nom, "absent"), ici.get(nom, "absent"))
        for nom in sorted({*alors, *ici})
        if alors.get(nom) != ici.get(nom)
    }
