"""Acts on the lists: columns chosen, rows taken out."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from conseillers.models import ColonnesListe, ExportListe, Utilisateur


@transaction.atomic
def choose_columns(*, utilisateur: Utilisateur, liste: str, colonnes: Sequence[str]) -> None:
    ColonnesListe.objects.update_or_create(
        utilisateur=utilisateur, liste=liste, defaults={"colonnes": list(colonnes)}
    )


def forget_columns(*, utilisateur: Utilisateur, liste: str) -> None:
    """Back to the columns that everybody has."""
    ColonnesListe.objects.filter(utilisateur=utilisateur, liste=liste).delete()


def record_export(
    *,
    utilisateur: Utilisateur,
    liste: str,
    filtre: str,
    forme: str,
    lignes: int,
    nom_fichier: str,
) -> ExportListe:
    export = ExportListe(
        utilisateur=utilisateur,
        liste=liste,
        filtre=filtre[:300],
        format=forme,
        lignes=lignes,
        nom_fichier=nom_fichier,
    )
    export.full_clean()
    export.save()
    return export
