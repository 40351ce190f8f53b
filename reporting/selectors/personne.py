"""All that the service holds about one agent, found by walking the models.

Every foreign key that leads to an account or to an advisor is followed, so that a new model
cannot be forgotten. `SUJETS` are the links whose rows are about the person: told whole. By any
other link the person is the author of an act on something else: the row is told by its number,
its dates and its choices, never by what it says of others.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as champ_de
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import capfirst

from conseillers.models import Candidature, Conseiller, Utilisateur
from territoires.models import Evenement

PERSONNES = (Utilisateur, Conseiller, Candidature)
NOS_APPLICATIONS = ("territoires", "conseillers", "permanences", "reporting")

# Rows about the person: « model.field ».
SUJETS = frozenset(
    {
        "conseillers.Conseiller.utilisateur",
        "conseillers.Affectation.conseiller",
        "conseillers.Absence.conseiller",
        "conseillers.Formation.conseiller",
        "conseillers.Presence.conseiller",
        "conseillers.ColonnesListe.utilisateur",
        "conseillers.EvenementSecurite.utilisateur",
        "conseillers.JetonApi.utilisateur",
        "conseillers.RemiseDonnees.compte",
        "conseillers.RemiseDonnees.conseiller",
        "permanences.ModeSaisie.conseiller",
        "permanences.Seance.auteur",
        "permanences.AdresseIcal.conseiller",
        "permanences.CompteRenduCoop.conseiller",
        "permanences.ImportCoop.conseiller",
        "permanences.MediateurCoop.conseiller",
        "reporting.Telechargement.utilisateur",
    }
)
# Rows found by the person's address: nothing else links them.
ADRESSES = (
    ("conseillers.Courriel", "destinataire"),
    ("permanences.Relance", "courriel"),
    ("conseillers.Candidature", "courriel"),
)
# Never told: what opens an account; the text of a message that they received and the detail of
# an act of security, which may name other agents.
SECRETS = (
    "password", "jeton_hache", "secret", "token", "session_key", "session_data", "extra_data",
    "html", "texte", "pieces", "detail",
)  # fmt: skip
# Other libraries keep their secrets under these names.
SECRETS_AILLEURS = ("data", "key", "code", "codes", "seed")


@dataclass(frozen=True)
class Personne:
    """An agent: an account, an advisor's file, or both."""

    compte: Utilisateur | None
    conseiller: Conseiller | None
    # Names of lieux, postes, créneaux already read: a thousand séances have a few of them.
    noms: dict[tuple[str, Any], str] = champ_de(default_factory=dict, compare=False, repr=False)

    @property
    def nom(self) -> str:
        return str(self.conseiller or self.compte)

    @property
    def courriels(self) -> set[str]:
        return {p.courriel.lower() for p in (self.compte, self.conseiller) if p is not None}

    def is_me(self, model: type[models.Model] | None, pk: Any) -> bool:
        return model is not None and any(
            isinstance(p, model) and p.pk == pk for p in (self.compte, self.conseiller)
        )


@dataclass(frozen=True)
class TablePersonnelle:
    """Rows of one kind: `lien` says how they were found."""

    code: str
    titre: str
    lien: str
    lignes: list[dict[str, Any]]


def personne_of(
    *, compte: Utilisateur | None = None, conseiller: Conseiller | None = None
) -> Personne:
    if conseiller is None and compte is not None:
        conseiller = Conseiller.objects.filter(utilisateur=compte).first()
    return Personne(compte or (conseiller.utilisateur if conseiller else None), conseiller)


def personal_data(personne: Personne) -> list[TablePersonnelle]:
    """Every table that holds something, the person's own rows first."""
    tables = [*_own(personne), *_pointing(personne), *_by_address(personne), *_journal(personne)]
    return [table for table in tables if table.lignes]


def links_to_persons() -> Iterator[tuple[str, type[models.Model], models.Field]]:
    """(« model.field », model, field) of every foreign key to an account or an advisor."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if field.is_relation and field.related_model in (Utilisateur, Conseiller):
                label = f"{model._meta.app_label}.{model.__name__}.{field.name}"
                yield label, model, field


def _own(personne: Personne) -> Iterator[TablePersonnelle]:
    for objet in (personne.compte, personne.conseiller):
        if objet is not None:
            yield TablePersonnelle(
                type(objet).__name__.lower(),
                capfirst(str(objet._meta.verbose_name)),
                "sa fiche",
                [_whole(objet, personne)],
            )


def _pointing(personne: Personne) -> Iterator[TablePersonnelle]:
    for label, model, field in links_to_persons():
        vise = personne.compte if field.related_model is Utilisateur else personne.conseiller
        if vise is None or label == "conseillers.Conseiller.utilisateur":
            continue
        rows = model._base_manager.filter(**{field.name: vise}).order_by("pk")
        ailleurs = model._meta.app_label not in NOS_APPLICATIONS
        tell = _whole if label in SUJETS or ailleurs else _act
        yield TablePersonnelle(
            f"{model.__name__.lower()}-{field.name}",
            f"{capfirst(str(model._meta.verbose_name_plural))} ({field.verbose_name})",
            label,
            [tell(row, personne) for row in rows.iterator(chunk_size=2000)],
        )


def _by_address(personne: Personne) -> Iterator[TablePersonnelle]:
    for label, nom in ADRESSES:
        model = apps.get_model(label)
        vise = models.Q()
        for courriel in personne.courriels:
            vise |= models.Q(**{f"{nom}__iexact": courriel})
        rows = model._base_manager.filter(vise).order_by("pk")
        yield TablePersonnelle(
            f"{model.__name__.lower()}-{nom}",
            f"{capfirst(str(model._meta.verbose_name_plural))} (adresse)",
            f"{label}.{nom}",
            [_whole(row, personne) for row in rows.iterator(chunk_size=2000)],
        )


def _journal(personne: Personne) -> Iterator[TablePersonnelle]:
    """What changed on the person's own files, with its values; what their account did, without."""
    fiches = models.Q(pk__in=[])
    for objet in (personne.compte, personne.conseiller):
        if objet is not None:
            fiches |= models.Q(modele=objet._meta.label_lower, objet=str(objet.pk))
    siens = Evenement.objects.filter(fiches).order_by("pk")
    yield TablePersonnelle(
        "journal-fiches",
        "Journal : changements de ses fiches",
        "journal",
        [
            {"le": _told(e.le), "fiche": e.modele, "changement": e.nature, "valeurs": e.valeurs}
            for e in siens
        ],
    )
    if personne.compte is None:
        return
    actes = Evenement.objects.filter(utilisateur_id=personne.compte.pk).order_by("pk")
    yield TablePersonnelle(
        "journal-actes",
        "Journal : ce que son compte a fait",
        "journal",
        [
            {"le": _told(le), "objet": f"{modele} {objet}", "changement": nature, "par": porte}
            for le, modele, objet, nature, porte in actes.values_list(
                "le", "modele", "objet", "nature", "porte"
            )
        ],
    )


def _whole(row: models.Model, personne: Personne) -> dict[str, Any]:
    """Every column but secrets; another person is never named."""
    ailleurs = row._meta.app_label not in NOS_APPLICATIONS
    caches = {*SECRETS, *(SECRETS_AILLEURS if ailleurs else ())}
    return {
        field.name: _value(row, field, personne)
        for field in row._meta.concrete_fields
        if not any(cache == field.name or field.name.endswith(f"_{cache}") for cache in caches)
    }


def _act(row: models.Model, personne: Personne) -> dict[str, Any]:
    """Number, dates and choices: no text, and nobody else."""
    gardes: dict[str, Any] = {"numero": _told(row.pk)}
    for field in row._meta.concrete_fields:
        if field.is_relation:
            if personne.is_me(field.related_model, getattr(row, field.attname)):
                gardes[field.name] = personne.nom
        elif isinstance(field, models.DateField | models.BooleanField) or field.choices:
            gardes[field.name] = _value(row, field, personne)
    return gardes


def _value(row: models.Model, field: models.Field, personne: Personne) -> Any:
    if not field.is_relation:
        return _told(getattr(row, field.attname))
    cle = getattr(row, field.attname)
    if cle is None:
        return None
    if field.related_model in PERSONNES:
        return personne.nom if personne.is_me(field.related_model, cle) else "une autre personne"
    nomme = (str(field.related_model), cle)
    if nomme not in personne.noms:
        personne.noms[nomme] = str(getattr(row, field.name))
    return personne.noms[nomme]


def _told(valeur: Any) -> Any:
    match valeur:
        case None | bool() | int() | float() | str() | list() | dict():
            return valeur
        case dt.datetime() | dt.date() | dt.time():
            return valeur.isoformat()
        case Decimal() | uuid.UUID():
            return str(valeur)
    return str(valeur)
