"""Hand over what is held about an agent: one ZIP, and a line that says it was."""

from __future__ import annotations

import io
import json
import zipfile

from django.db import transaction
from django.utils import timezone

from conseillers.models import RemiseDonnees, Utilisateur
from reporting.selectors.personne import Personne, TablePersonnelle, personal_data
from territoires.csv_out import ENCODAGE, write_csv

LISEZ_MOI = """Données de {nom}, au {jour}.

donnees.json : tout, pour un programme. Les fichiers CSV : les mêmes lignes, pour un tableur.
Quand une ligne parle d’autre chose que de cette personne, qui en est seulement l’auteur, elle ne
donne que son numéro, ses dates et sa nature. Les mots de passe et les secrets n’y sont pas, ni
le nom d’une autre personne, ni le texte des messages reçus, qui peut en nommer.

Une erreur, une question, une opposition : écrivez au délégué à la protection des données du
Département (page « Données personnelles » du service).
"""


@transaction.atomic
def hand_over(*, personne: Personne, utilisateur: Utilisateur) -> bytes:
    """The ZIP. The line comes first: what is handed over says that it was."""
    tables = personal_data(personne)
    lignes = sum(len(table.lignes) for table in tables)
    RemiseDonnees.objects.create(
        compte=personne.compte,
        conseiller=personne.conseiller,
        remise_a=utilisateur,
        lignes=lignes,
    )
    return _zip(personne, tables)


def _zip(personne: Personne, tables: list[TablePersonnelle]) -> bytes:
    flux = io.BytesIO()
    jour = timezone.localdate()
    with zipfile.ZipFile(flux, "w", zipfile.ZIP_DEFLATED) as archive:
        mode_d_emploi = LISEZ_MOI.format(nom=personne.nom, jour=f"{jour:%d/%m/%Y}")
        archive.writestr("LISEZ-MOI.txt", mode_d_emploi)
        corps = {
            "personne": personne.nom,
            "le": jour.isoformat(),
            "tables": [
                {"code": t.code, "titre": t.titre, "lien": t.lien, "lignes": t.lignes}
                for t in tables
            ],
        }
        archive.writestr("donnees.json", json.dumps(corps, ensure_ascii=False, indent=1))
        for table in tables:
            archive.writestr(f"{table.code}.csv", _csv(table))
    return flux.getvalue()


def _csv(table: TablePersonnelle) -> bytes:
    entete = list(dict.fromkeys(nom for ligne in table.lignes for nom in ligne))
    texte = io.StringIO()
    write_csv(texte, entete, ([_cell(ligne.get(nom)) for nom in entete] for ligne in table.lignes))
    return texte.getvalue().encode(ENCODAGE)


def _cell(valeur: object) -> object:
    return json.dumps(valeur, ensure_ascii=False) if isinstance(valeur, dict) else valeur
