"""The calendar of the reminders as it starts: two before the due date, two after it."""

from django.db import migrations

ETAPES = (
    (1, "conseiller"),
    (4, "conseiller"),
    (6, "conseiller"),
    (6, "departement"),
    (11, "conseiller_et_referent"),
)


def write_etapes(apps, schema_editor):
    etape = apps.get_model("permanences", "EtapeRelance")
    for rang, public in ETAPES:
        etape.objects.get_or_create(rang=rang, public=public)


class Migration(migrations.Migration):
    dependencies = [("permanences", "0010_relances")]
    operations = [migrations.RunPython(write_etapes, migrations.RunPython.noop)]
