"""Loading the official files into the database."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, models, transaction

from territoires.files import LigneCommune, Territoire
from territoires.models import (
    EPCI,
    Arrondissement,
    Canton,
    Commune,
    CommuneAncienne,
    Nomme,
)
from territoires.text import sort_key


class TerritoireRefuse(ValueError):
    """The files contradict themselves or the database; `raisons` lists why, in French."""

    def __init__(self, raisons: list[str]) -> None:
        super().__init__("\n".join(raisons))
        self.raisons = raisons


@dataclass
class Compte:
    """What became of the rows of one table."""

    creees: int = 0
    modifiees: int = 0
    fusionnees: int = 0
    inchangees: int = 0


@dataclass
class Bilan:
    communes: Compte
    epcis: Compte
    cantons: Compte
    arrondissements: Compte
    anciennes: Compte
    # (merged commune, the one that absorbed it)
    fusions: list[tuple[Commune, Commune]] = field(default_factory=list)


def load_territoire(*, territoire: Territoire) -> Bilan:
    """Make the database say what the files say of one département, in one transaction.

    Idempotent. A commune missing from the files is linked to the one that absorbed it, as
    the old codes say, and keeps its row. Raises TerritoireRefuse, nothing written, when the
    files contradict themselves or leave a known commune without a successor.
    """
    _check(territoire)
    try:
        with transaction.atomic():
            _wait_for_other_loads()
            return _load(territoire)
    except IntegrityError as error:
        raise TerritoireRefuse([_broken_rule(error)]) from error


def _load(territoire: Territoire) -> Bilan:
    lignes = territoire.communes
    cantons = {ligne.canton: ligne.canton_nom for ligne in lignes if ligne.canton}
    arrondissements = {
        ligne.arrondissement: ligne.arrondissement_nom for ligne in lignes if ligne.arrondissement
    }
    epcis = [EPCI(**vars(ligne)) for ligne in territoire.epcis]
    communes = [_commune(ligne, territoire) for ligne in lignes]
    bilan = Bilan(
        cantons=_upsert(Canton(code=code, nom=nom) for code, nom in cantons.items()),
        arrondissements=_upsert(
            Arrondissement(code=code, nom=nom) for code, nom in arrondissements.items()
        ),
        epcis=_upsert(epcis),
        communes=_upsert(communes),
        anciennes=_upsert(
            CommuneAncienne(code=a.ancien_code, nom=a.ancien_nom, commune_id=a.code)
            for a in territoire.anciennes
        ),
    )
    # A commune that came back to life is no longer an old code.
    CommuneAncienne.objects.filter(code__in=[commune.code for commune in communes]).delete()
    bilan.fusions = _link_merged(territoire)
    bilan.communes.fusionnees = len(bilan.fusions)
    return bilan


def _commune(ligne: LigneCommune, territoire: Territoire) -> Commune:
    return Commune(
        code=ligne.code,
        nom=ligne.nom,
        departement=territoire.departement,
        population=ligne.population,
        population_millesime=territoire.millesimes.population,
        epci_id=ligne.epci,
        canton_id=ligne.canton,
        arrondissement_id=ligne.arrondissement,
        latitude=ligne.latitude,
        longitude=ligne.longitude,
        codes_postaux=ligne.codes_postaux,
        contour=ligne.contour,
    )


def _upsert(rows: Iterable[models.Model]) -> Compte:
    """Write the rows that are new or differ; one query to read, one per 500 rows to write."""
    rows = list(rows)
    if not rows:
        return Compte()
    model = type(rows[0])
    for row in rows:
        if isinstance(row, Nomme):
            row.nom_tri = sort_key(row.nom)
    known = model._default_manager.in_bulk([row.pk for row in rows])
    changed = [row for row in rows if row.pk not in known or _differs(row, known[row.pk])]
    model._default_manager.bulk_create(
        changed,
        batch_size=500,
        update_conflicts=True,
        unique_fields=[model._meta.pk.name],
        update_fields=[f.name for f in model._meta.concrete_fields if not f.primary_key],
    )
    created = sum(row.pk not in known for row in rows)
    return Compte(
        creees=created,
        modifiees=len(changed) - created,
        inchangees=len(rows) - len(changed),
    )


def _differs(row: models.Model, known: models.Model) -> bool:
    fields = [f.attname for f in row._meta.concrete_fields]
    return any(getattr(row, name) != getattr(known, name) for name in fields)


def _link_merged(territoire: Territoire) -> list[tuple[Commune, Commune]]:
    """Link each known commune that left the files; those linked since long are kept so."""
    listed = {ligne.code for ligne in territoire.communes}
    successors = {a.ancien_code: a.code for a in territoire.anciennes}
    gone = list(
        Commune.objects.filter(departement=territoire.departement)
        .exclude(code__in=listed)
        .defer("contour")
        .select_for_update()
    )
    orphans = [c for c in gone if c.code not in successors and c.absorbee_par_id is None]
    if orphans:
        raise TerritoireRefuse([_no_successor(commune, territoire) for commune in orphans])
    merged = [
        commune
        for commune in gone
        if successors.get(commune.code, commune.absorbee_par_id) != commune.absorbee_par_id
    ]
    for commune in merged:
        commune.absorbee_par_id = successors[commune.code]
    Commune.objects.bulk_update(merged, ["absorbee_par"], batch_size=500)
    absorbing = Commune.objects.defer("contour").in_bulk([c.absorbee_par_id for c in merged])
    return [(commune, absorbing[commune.absorbee_par_id]) for commune in merged]


def _check(territoire: Territoire) -> None:
    """Refuse files that contradict themselves, all their faults at once."""
    raisons = [
        *_doubles("communes", [c.code for c in territoire.communes]),
        *_doubles("epci", [e.siren for e in territoire.epcis]),
        *_doubles("communes-anciennes", [a.ancien_code for a in territoire.anciennes]),
    ]
    if not territoire.communes:
        raisons.append(f"communes-{territoire.departement}.csv ne contient aucune commune.")
    raisons += _dangling(territoire)
    if raisons:
        raise TerritoireRefuse(raisons)


def _doubles(fichier: str, codes: list[str]) -> list[str]:
    doubles = sorted(code for code, count in Counter(codes).items() if count > 1)
    return [f"{fichier} : le code {code} y est plusieurs fois." for code in doubles]


def _dangling(territoire: Territoire) -> list[str]:
    communes = {c.code for c in territoire.communes}
    sirens = {e.siren for e in territoire.epcis}
    return [
        *(
            f"La commune {c.code} {c.nom} est de l’EPCI {c.epci}, absent du fichier des EPCI."
            for c in territoire.communes
            if c.epci and c.epci not in sirens
        ),
        *(
            f"L’ancien code {a.ancien_code} renvoie à {a.code}, absent du fichier des communes."
            for a in territoire.anciennes
            if a.code not in communes
        ),
        *(
            f"Le code {a.ancien_code} est à la fois une commune actuelle et un ancien code."
            for a in territoire.anciennes
            if a.ancien_code in communes
        ),
    ]


def _no_successor(commune: Commune, territoire: Territoire) -> str:
    return (
        f"La commune {commune.code} {commune.nom} n’est plus dans le fichier, et "
        f"communes-anciennes-{territoire.departement}.csv ne dit pas laquelle l’a absorbée : "
        "ajoutez-y cette ligne."
    )


def _wait_for_other_loads() -> None:
    """Two loads at once would both insert the same rows; readers are not blocked."""
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(Commune._meta.db_table)
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def _broken_rule(error: IntegrityError) -> str:
    """The French sentence of the constraint that the database refused."""
    diagnostic: Any = getattr(error.__cause__, "diag", None)
    name = getattr(diagnostic, "constraint_name", None)
    for model in (EPCI, Commune, CommuneAncienne):
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return f"Une ligne des fichiers est refusée. {constraint.violation_error_message}"
    return f"La base a refusé une ligne des fichiers ({name})."
