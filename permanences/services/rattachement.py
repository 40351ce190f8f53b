"""Settle several séances « en attente de rattachement » at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from conseillers.models import Poste, Utilisateur
from permanences.models import Seance
from permanences.services.seances import attach_seance


@dataclass(frozen=True)
class Rattachements:
    """`faits`: (séance, poste); `refuses`: (séance, poste, why)."""

    faits: list[tuple[Seance, Poste]] = field(default_factory=list)
    refuses: list[tuple[Seance, Poste, str]] = field(default_factory=list)


@transaction.atomic
def attach_seances(
    *, choix: Mapping[Seance, Poste], utilisateur: Utilisateur, a_blanc: bool = False
) -> Rattachements:
    """Give each séance its poste; a refused one says why, and the others are done.

    `a_blanc`: the same answer, by the same rules, and nothing is written.
    """
    bilan = Rattachements()
    for seance, poste in sorted(choix.items(), key=lambda paire: (paire[0].date, paire[0].pk)):
        try:
            with transaction.atomic():
                _refuse_deja_rattachee(seance)
                attach_seance(seance=seance, poste=poste, utilisateur=utilisateur)
        except ValidationError as refus:
            bilan.refuses.append((seance, poste, " ".join(refus.messages)))
        except DatabaseError as erreur:
            bilan.refuses.append((seance, poste, str(erreur).split("\n")[0]))
        else:
            bilan.faits.append((seance, poste))
    if a_blanc:
        transaction.set_rollback(True)
    return bilan


def _refuse_deja_rattachee(seance: Seance) -> None:
    """Two people settle the same list: what the first one decided is not undone unseen."""
    tenue = Seance.objects.select_for_update(of=("self",)).select_related("poste")
    poste = tenue.get(pk=seance.pk).poste
    if poste is not None:
        raise ValidationError(f"Quelqu’un vient de la rattacher au {poste}.")
