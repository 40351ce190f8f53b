"""Who is changing rows, and by which door: what the triggers of the journal write down.

django-pghistory puts it before each statement that writes, in the same round trip: a page costs
no query more. Django's own threads and transactions are its business (docs/adr/0013).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pghistory
from django.db import migrations

from territoires.enums import Porte


@contextmanager
def entree(porte: Porte, origine: object, utilisateur: object = None) -> Iterator[None]:
    """Until the end of the block, changes are noted as come in by `porte`.

    `origine` says more: the route, the command, the file's TYPE; never an address, which may
    hold a secret. Blocks nest: a task done at once inside a request keeps the request's person,
    and the request finds its own door again afterwards. Both may be lazy: a page that only reads
    must not look up who reads it.
    """
    dit: dict[str, Any] = {"porte": porte.value, "origine": origine}
    if utilisateur is not None:
        dit["utilisateur"] = utilisateur
    with pghistory.context() as courant:
        avant = dict(courant.metadata)
        courant.metadata.update(dit)
        try:
            yield
        finally:
            courant.metadata.clear()
            courant.metadata.update(avant)


def journalise_lien(table: str, *, modele: str, objet: str, champ: str, valeur: str) -> Any:
    """Migration: note what enters and leaves a ManyToManyField's own table.

        journalise_lien("conseillers_poste_epcis", modele="conseillers.poste", objet="poste_id",
                        champ="epcis", valeur="epci_id")

    The line belongs to the row that has the field: its page tells it with the rest.
    """
    operations = {
        "creation": ("INSERT", "NEW", f"jsonb_build_array(NULL, l.{valeur})"),
        "suppression": ("DELETE", "OLD", f"jsonb_build_array(l.{valeur}, NULL)"),
    }
    pose, retire = "", ""
    for nature, (operation, cote, ecart) in operations.items():
        nom = f"journal_{nature}_{table}"
        pose += f"""
            CREATE FUNCTION {nom}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO territoires_evenement
                    (le, modele, objet, nature, valeurs, utilisateur_id, porte, origine)
                SELECT now(), '{modele}', l.{objet}, 'modification',
                    jsonb_build_object('{champ}', {ecart}), c.utilisateur_id, c.porte, c.origine
                FROM lignes l, journal_contexte() c;
                RETURN NULL;
            END; $$;
            CREATE TRIGGER {nom} AFTER {operation} ON {table}
                REFERENCING {cote} TABLE AS lignes
                FOR EACH STATEMENT EXECUTE FUNCTION {nom}();"""
        retire += f"DROP TRIGGER {nom} ON {table}; DROP FUNCTION {nom}();"
    return migrations.RunSQL(pose, retire)
