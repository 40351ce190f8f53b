"""Django's own log is no longer written; what it kept of candidates' names goes."""

from django.db import migrations

EFFACE = """
UPDATE django_admin_log SET object_repr = '' WHERE content_type_id IN (
    SELECT id FROM django_content_type WHERE app_label = 'conseillers' AND model = 'candidature')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("conseillers", "0011_journal_des_listes"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [migrations.RunSQL(EFFACE, migrations.RunSQL.noop)]
