"""The plan of a closed month stays: what a closure or a créneau may no longer change of it.

A closure is a row of two dates: PostgreSQL judges it exactly. A créneau is a rule, which only
`recurrence` reads: the database holds what is certain (a date of a closed month is noted), and
`refuse_creneau_clos`, asked by every door of ours, judges the rest (docs/adr/0005, 0016).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pgtrigger
from django.core.exceptions import ValidationError

from permanences import calendrier
from permanences.models.mois import (
    PHRASE_CLOS_SQL,
    VERROU_MOIS,
    Mois,
    phrase_mois_clos,
    premier_du_mois,
)

if TYPE_CHECKING:
    from permanences.models.plan import Creneau, Fermeture

Periode = tuple[dt.date, dt.date]
MoisClos = dict[dt.date, dt.datetime | None]
UN_JOUR = dt.timedelta(days=1)
# What the figures of a month read of a créneau, besides its dates.
CHAMPS_DU_PLAN = ("poste_id", "lieu_id", "nature", "heure_debut", "heure_fin", "capacite")
PHRASE_CRENEAU = (
    "Le passé d’un créneau ne change plus : gardez-le tel qu’il était, avec une date de fin, et "
    "créez-en un nouveau pour la suite."
)


def mois_clos() -> MoisClos:
    """{first day: closed since}."""
    return dict(Mois.objects.clos().values_list("premier_jour", "clos_le"))


# --- Closures --------------------------------------------------------------------------------


def refuse_fermeture_close(
    avant: Fermeture | None, apres: Fermeture | None, clos: MoisClos | None = None
) -> None:
    """Raise ValidationError when a day of a closed month would open, close, or change reason.

    `clos`: what `mois_clos` answered already, for whoever judges many rows.
    """
    clos = mois_clos() if clos is None else clos
    for debut, fin in _touched(avant, apres):
        for mois in sorted(clos):
            if premier_du_mois(debut) <= mois <= fin:
                raise ValidationError(phrase_mois_clos(mois, clos[mois]), code="mois_clos")


def _touched(avant: Fermeture | None, apres: Fermeture | None) -> list[Periode]:
    ancienne, nouvelle = _period_of(avant), _period_of(apres)
    periodes = [p for p in (ancienne, nouvelle) if p is not None]
    if len(periodes) < 2 or _object_of(avant) != _object_of(apres):
        return periodes
    (a, b), (c, d) = periodes
    if b < c or d < a:
        return periodes
    bords = [(min(a, c), max(a, c) - UN_JOUR), (min(b, d) + UN_JOUR, max(b, d))]
    return [(debut, fin) for debut, fin in bords if debut <= fin]


def _period_of(fermeture: Fermeture | None) -> Periode | None:
    """Of the closure of a créneau, only the days on which the créneau is in force count."""
    if fermeture is None:
        return None
    debut, fin = fermeture.date_debut, fermeture.date_fin
    if fermeture.creneau is not None:
        debut = max(debut, fermeture.creneau.date_debut)
        fin = min(fin, fermeture.creneau.date_fin or fin)
    return (debut, fin) if debut <= fin else None


def _object_of(fermeture: Fermeture | None) -> tuple[object, ...]:
    assert fermeture is not None
    return fermeture.motif, fermeture.lieu_id, fermeture.poste_id, fermeture.creneau_id


def verrou_de_la_fermeture() -> pgtrigger.Trigger:
    """Trigger: the same rule as `refuse_fermeture_close`, each month held while it is judged."""
    return pgtrigger.Trigger(
        name="plan_clos",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[
            ("ancien", "datemultirange"),
            ("nouveau", "datemultirange"),
            ("touche", "datemultirange"),
            ("mois_vise", "date"),
        ],
        func=pgtrigger.Func(
            f"""
            ancien := datemultirange(); nouveau := datemultirange();
            IF TG_OP <> 'INSERT' THEN
                ancien := datemultirange(daterange(OLD.date_debut, OLD.date_fin, '[]'));
                IF OLD.creneau_id IS NOT NULL THEN
                    ancien := ancien * (SELECT datemultirange(
                        daterange(c.date_debut, c.date_fin, '[]'))
                        FROM permanences_creneau c WHERE c.id = OLD.creneau_id);
                END IF;
            END IF;
            IF TG_OP <> 'DELETE' THEN
                IF COALESCE(NEW.date_fin < NEW.date_debut, true) THEN
                    RETURN NEW;  -- a constraint says it better
                END IF;
                IF TG_OP = 'INSERT' AND EXISTS (
                        SELECT 1 FROM permanences_fermeture f WHERE f.code = NEW.code) THEN
                    RETURN NEW;  -- ON CONFLICT: judged as the update that follows
                END IF;
                nouveau := datemultirange(daterange(NEW.date_debut, NEW.date_fin, '[]'));
                IF NEW.creneau_id IS NOT NULL THEN
                    nouveau := nouveau * (SELECT datemultirange(
                        daterange(c.date_debut, c.date_fin, '[]'))
                        FROM permanences_creneau c WHERE c.id = NEW.creneau_id);
                END IF;
            END IF;
            touche := ancien + nouveau;
            IF TG_OP = 'UPDATE' AND (OLD.motif, OLD.lieu_id, OLD.poste_id, OLD.creneau_id)
                    IS NOT DISTINCT FROM (NEW.motif, NEW.lieu_id, NEW.poste_id, NEW.creneau_id)
            THEN
                touche := touche - (ancien * nouveau);
            END IF;
            FOR mois_vise IN
                SELECT generate_series(date_trunc('month', lower(touche)),
                    LEAST(upper(touche) - 1, current_date), '1 month')::date
            LOOP
                PERFORM pg_advisory_xact_lock_shared({VERROU_MOIS},
                    (to_char(mois_vise, 'YYYYMM'))::int);
            END LOOP;
            IF EXISTS (SELECT 1 FROM permanences_mois m WHERE m.statut = 'clos' AND touche &&
                    daterange(m.premier_jour, (m.premier_jour + interval '1 month')::date)) THEN
                RAISE EXCEPTION {PHRASE_CLOS_SQL} USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
            """
        ),
    )


# --- Créneaux --------------------------------------------------------------------------------


def refuse_creneau_clos(
    avant: Creneau | None, apres: Creneau | None, clos: MoisClos | None = None
) -> None:
    """Raise ValidationError when a closed month would have another plan: a date, a place, an hour.

    What no figure reads (title, access) and what is to come stay free.
    """
    clos = mois_clos() if clos is None else clos
    if not clos:
        return
    premier, dernier = min(clos), calendrier.dernier_jour(max(clos))
    ancien, nouveau = _plan(avant, premier, dernier), _plan(apres, premier, dernier)
    changes = {premier_du_mois(jour) for jour, *_ in ancien ^ nouveau} & set(clos)
    if changes:
        mois = min(changes)
        phrase = f"{phrase_mois_clos(mois, clos[mois])} {PHRASE_CRENEAU}"
        raise ValidationError(phrase, code="mois_clos")


def _plan(
    creneau: Creneau | None, premier: dt.date, dernier: dt.date
) -> set[tuple[dt.date, tuple[object, ...]]]:
    if creneau is None:
        return set()
    quoi = tuple(getattr(creneau, nom) for nom in CHAMPS_DU_PLAN)
    return {(jour, quoi) for jour in creneau.dates_entre(premier, dernier)}


def verrou_du_creneau() -> pgtrigger.Trigger:
    """Trigger: a créneau of which a closed month notes a date keeps what that month read of it.

    Whether a rule without any noted date had one in a closed month, SQL cannot tell.
    """
    return pgtrigger.Trigger(
        name="plan_clos",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=pgtrigger.Func(
            f"""
            IF EXISTS (
                SELECT 1 FROM permanences_occurrence o
                JOIN permanences_mois m ON m.premier_jour = date_trunc('month', o.date)::date
                WHERE o.creneau_id = OLD.id AND m.statut = 'clos'
                  AND ((OLD.poste_id, OLD.lieu_id, OLD.nature, OLD.heure_debut, OLD.heure_fin,
                        OLD.capacite, OLD.recurrence)
                       IS DISTINCT FROM
                       (NEW.poste_id, NEW.lieu_id, NEW.nature, NEW.heure_debut, NEW.heure_fin,
                        NEW.capacite, NEW.recurrence)
                       OR o.date < NEW.date_debut OR o.date > NEW.date_fin
                       OR (NEW.recurrence = '' AND o.date <> NEW.date_debut))
            ) THEN
                RAISE EXCEPTION {PHRASE_CLOS_SQL} USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
            """
        ),
    )
