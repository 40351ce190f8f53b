"""What every trigger of the journal calls (territoires.models.journal)."""

from django.db import migrations

POSE = """
-- Who writes and by which door, as territoires.journal.entree says; else the database's own role.
CREATE FUNCTION journal_contexte(OUT utilisateur_id bigint, OUT porte text, OUT origine text)
LANGUAGE sql STABLE AS $$
    SELECT NULLIF(dit->>'utilisateur', '')::bigint,
           COALESCE(dit->>'porte', 'base'),
           left(COALESCE(dit->>'origine', 'rôle ' || session_user), 120)
    FROM (SELECT NULLIF(current_setting('pghistory.context_metadata', true), '')::jsonb) t (dit)
$$;

-- The columns of a row that say something.
CREATE FUNCTION journal_valeurs(ligne jsonb, sauf text[], masque text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT COALESCE(jsonb_object_agg(
        colonne, CASE WHEN colonne = ANY(masque) THEN '"•••"' ELSE valeur END), '{}')
    FROM jsonb_each(ligne - sauf) t (colonne, valeur)
    WHERE valeur NOT IN ('null', '""', '[]', '{}')
$$;

-- {column: [before, after]} of those that differ; null when none does.
CREATE FUNCTION journal_ecart(avant jsonb, apres jsonb, sauf text[], masque text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_object_agg(
        colonne, CASE WHEN colonne = ANY(masque) THEN '["•••", "•••"]'
                      ELSE jsonb_build_array(avant->colonne, valeur) END)
    FROM jsonb_each(apres - sauf) t (colonne, valeur)
    WHERE valeur IS DISTINCT FROM avant->colonne
$$;
"""

RETIRE = """
DROP FUNCTION journal_ecart(jsonb, jsonb, text[], text[]);
DROP FUNCTION journal_valeurs(jsonb, text[], text[]);
DROP FUNCTION journal_contexte();
"""


class Migration(migrations.Migration):
    dependencies = [("territoires", "0002_journal")]

    operations = [migrations.RunSQL(POSE, RETIRE)]
