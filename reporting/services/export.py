"""Both reports of a month as files: PDF, JSON, CSV (contrat/formats.md, `build_rapports`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError

from permanences.models import Mois
from permanences.models.mois import du_mois, premier_du_mois
from reporting import fichiers
from reporting.models import Rapport
from reporting.pdf import draw
from reporting.selectors import donnees_du_mois
from reporting.selectors.carte import carte_du_departement


def files_of_month(*, mois: dt.date, provisoire: bool) -> Iterator[tuple[str, bytes]]:
    """(file name, content) of both reports; writes nothing in the database.

    Frozen figures where the month is closed; else today's, only when `provisoire`. Raises
    ValidationError when the month is not closed and `provisoire` is false.
    """
    mois = premier_du_mois(mois)
    etat = Mois.objects.clos().filter(premier_jour=mois).first()
    if etat is not None:
        rapports = Rapport.objects.filter(mois=mois, version=etat.version).order_by("type")
        for rapport in rapports:
            yield from _files(rapport.donnees, _pdf(rapport))
    elif provisoire:
        for donnees in donnees_du_mois(mois).values():
            yield from _files(donnees, draw(donnees, code="", carte=carte_du_departement()))
    else:
        raise ValidationError(
            f"Le mois {du_mois(mois)} n’est pas clos : ajoutez --provisoire pour les chiffres du "
            f"moment, ou clôturez-le d’abord (close_mois {mois:%Y-%m})."
        )


def _pdf(rapport: Rapport) -> bytes:
    """The file that was kept; drawn from the same frozen figures when it is not there yet."""
    if rapport.pdf:
        with rapport.pdf.open("rb") as flux:
            return bytes(flux.read())
    return draw(
        rapport.donnees,
        code=rapport.code,
        empreinte=rapport.empreinte_donnees,
        carte=carte_du_departement(),
    )


def _files(donnees: dict[str, Any], pdf: bytes) -> Iterator[tuple[str, bytes]]:
    base = f"{donnees['type']}-{donnees['mois']}"
    yield f"{base}.pdf", pdf
    yield f"{base}.json", fichiers.json_text(donnees).encode()
    for nom, texte in fichiers.csv_files(donnees).items():
        yield f"{base}-{nom}", texte.encode()
