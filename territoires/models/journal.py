"""The journal: who changed which row, when, by which door, from what to what.

Every model of the service carries `@journalise`: three statement-level triggers then write what
an INSERT, an UPDATE or a DELETE did to its rows, be it of the ORM, in bulk or in raw SQL. One
table for all, of what changed and nothing else (docs/adr/0013).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self, TypeVar, overload

import pgtrigger
from django.db import models
from django.utils import timezone

from territoires.enums import NatureEvenement, Porte

M = TypeVar("M", bound=type[models.Model])

# What the journal shows in place of a value that it does not keep.
NON_CONSERVEE = "•••"
_DEFINITIF = "Le journal ne se modifie pas et ne s’efface pas."
# The two exceptions that the law asks for (docs/adr/0015). An identity is masked once its person
# is forgotten; what only tells who used the service is no proof, and goes after a year.
COLONNES_D_IDENTITE = ("courriel", "prenom", "nom", "fonction", "auteur_id")
MODELES_D_IDENTITE = (
    "conseillers.utilisateur", "conseillers.conseiller", "permanences.relance",
    "permanences.seance",
)  # fmt: skip
MODELES_D_USAGE = ("conseillers.exportliste", "conseillers.colonnesliste")
MOIS_D_USAGE = 12
# Who typed a séance is forgotten with the séance's author.
MODELE_SEANCE = "permanences.seance"
MOIS_DES_AUTEURS = 60


class EvenementQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Any) -> Self:
        return self if utilisateur.lit_tout else self.none()

    def a_masquer(self) -> Self:
        """Those that hold an identity which is not masked yet."""
        return self.filter(valeurs__has_any_keys=COLONNES_D_IDENTITE).exclude(
            valeurs=models.Func("valeurs", function="journal_oubli")
        )

    def mask_identities(self) -> int:
        return self.a_masquer().update(valeurs=models.Func("valeurs", function="journal_oubli"))


class Evenement(models.Model):
    """What happened to one row. Written by triggers alone; nothing changes or deletes it, but for
    what `COLONNES_D_IDENTITE` and `MODELES_D_USAGE` allow.

    `valeurs`: {column: value} of a row that was created or deleted, without its empty columns;
    {column: [before, after]} of a row that was modified. No foreign key: an event outlives what
    it speaks of.
    """

    le = models.DateTimeField("le", default=timezone.now)
    modele = models.CharField("type d’objet", max_length=80)
    objet = models.CharField("objet", max_length=40)
    nature = models.CharField("changement", max_length=20, choices=NatureEvenement)
    valeurs = models.JSONField("valeurs", default=dict)
    utilisateur_id = models.BigIntegerField("compte", null=True, blank=True)
    porte = models.CharField("par", max_length=20, choices=Porte)
    origine = models.CharField("origine", max_length=120, blank=True)

    objects = EvenementQuerySet.as_manager()

    class Meta:
        ordering = ["-le", "-pk"]
        verbose_name = "événement du journal"
        verbose_name_plural = "événements du journal"
        indexes = [
            models.Index(fields=["le"], name="evenement_le"),
            models.Index(fields=["modele", "objet"], name="evenement_objet"),
            # A word is looked for in every value but those of the one table of millions.
            models.Index(
                fields=["le"],
                condition=~models.Q(modele="permanences.seance"),
                name="evenement_hors_seances",
            ),
            models.Index(
                fields=["utilisateur_id", "le"],
                condition=models.Q(utilisateur_id__isnull=False),
                name="evenement_utilisateur",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="journal_definitif",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=pgtrigger.Func(
                    f"""
                    IF TG_OP = 'DELETE' THEN
                        IF OLD.modele = ANY(ARRAY{list(MODELES_D_USAGE)})
                           AND OLD.le < now() - interval '{MOIS_D_USAGE} months' THEN
                            RETURN OLD;
                        END IF;
                    ELSIF (OLD.id, OLD.le, OLD.modele, OLD.objet, OLD.nature, OLD.porte,
                           OLD.origine) = (NEW.id, NEW.le, NEW.modele, NEW.objet, NEW.nature,
                           NEW.porte, NEW.origine)
                       AND NEW IS DISTINCT FROM OLD
                       AND (NEW.valeurs = OLD.valeurs
                            OR NEW.valeurs = journal_oubli(OLD.valeurs)
                               AND OLD.modele = ANY(ARRAY{list(MODELES_D_IDENTITE)}))
                       AND (NEW.utilisateur_id IS NOT DISTINCT FROM OLD.utilisateur_id
                            OR NEW.utilisateur_id IS NULL AND OLD.modele = '{MODELE_SEANCE}'
                               AND OLD.le < now() - interval '{MOIS_DES_AUTEURS} months') THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION '{_DEFINITIF}' USING ERRCODE = 'check_violation';
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="journal_jamais_vide",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func=f"RAISE EXCEPTION '{_DEFINITIF}' USING ERRCODE = 'check_violation';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} : {self.modele} {self.objet}"


@overload
def journalise(model: M) -> M: ...
@overload
def journalise(
    *, sauf: Sequence[str] = (), sans_valeur: Sequence[str] = (), legere: bool = False
) -> Callable[[M], M]: ...


def journalise(
    model: Any = None,
    *,
    sauf: Sequence[str] = (),
    sans_valeur: Sequence[str] = (),
    legere: bool = False,
) -> Any:
    """Note in the journal all that happens to the rows of this model.

        @journalise
        @journalise(sauf=["password", "last_login"], sans_valeur=["courriel"])

    `sauf`: columns that the journal never sees: a secret, a large or technical one. A change of
    these alone is no event. `sans_valeur`: columns of which it says « modifié » and no more:
    what the law may require to forget. `legere`: for tables of millions of rows, the creation is
    noted without its values, which the row and its later events tell.

    A foreign key's column ends with `_id`.
    """
    if model is None:
        return lambda decorated: journalise(
            decorated, sauf=sauf, sans_valeur=sans_valeur, legere=legere
        )
    connues = {field.column for field in model._meta.local_concrete_fields}
    if inconnues := {*sauf, *sans_valeur} - connues:
        raise ValueError(f"{model.__name__} has no column {', '.join(sorted(inconnues))}")
    for trigger in _triggers(model, _array(sauf), _array(sans_valeur), legere):
        pgtrigger.register(trigger)(model)
    return model


def _array(columns: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(repr(column) for column in columns)}]::text[]"


def _triggers(model: Any, sauf: str, masque: str, legere: bool) -> list[pgtrigger.Trigger]:
    pk, options = model._meta.pk.column, f"{sauf}, {masque}"
    cree = "'{}'::jsonb" if legere else f"journal_valeurs(to_jsonb(n), {options})"
    return [
        _trigger(
            model, "creation", pgtrigger.Insert, f"n.{pk}, 'creation', {cree} FROM nouvelles n"
        ),
        _trigger(
            model,
            "modification",
            pgtrigger.Update,
            # A key that changed: the row is said deleted under the old one, created under the new.
            f"COALESCE(n.{pk}, o.{pk}), "
            f"CASE WHEN o.{pk} IS NULL THEN 'creation' WHEN n.{pk} IS NULL THEN 'suppression' "
            "ELSE 'modification' END, "
            f"CASE WHEN o.{pk} IS NULL THEN journal_valeurs(to_jsonb(n), {options}) "
            f"WHEN n.{pk} IS NULL THEN journal_valeurs(to_jsonb(o), {options}) "
            f"ELSE journal_ecart(to_jsonb(o), to_jsonb(n), {options}) END "
            f"FROM anciennes o FULL JOIN nouvelles n ON o.{pk} = n.{pk} "
            "WHERE o IS DISTINCT FROM n",
        ),
        _trigger(
            model,
            "suppression",
            pgtrigger.Delete,
            f"o.{pk}, 'suppression', journal_valeurs(to_jsonb(o), {options}) FROM anciennes o",
        ),
    ]


def _trigger(
    model: Any, nature: str, operation: pgtrigger.Operation, lignes: str
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"journal_{nature}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(
            old=None if operation == pgtrigger.Insert else "anciennes",
            new=None if operation == pgtrigger.Delete else "nouvelles",
        ),
        func=(
            "INSERT INTO territoires_evenement (le, modele, objet, nature, valeurs, "
            "utilisateur_id, porte, origine) "
            f"SELECT now(), '{model._meta.label_lower}', l.objet, l.nature, l.valeurs, "
            "c.utilisateur_id, c.porte, c.origine "
            f"FROM (SELECT {lignes}) AS l (objet, nature, valeurs), journal_contexte() AS c "
            "WHERE l.valeurs IS NOT NULL; RETURN NULL;"
        ),
    )
