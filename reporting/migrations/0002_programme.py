"""The programme's own figures: dated rows that staff can correct, read from a file.

A département without a file starts without them, and its reports say « sans cible ».
"""

import csv
from pathlib import Path

from django.conf import settings
from django.db import migrations


def load(apps, schema_editor):
    fichier = Path(__file__).parent.parent / "data" / f"cibles-{settings.DEPARTEMENT}.csv"
    if not fichier.exists():
        return
    cible = apps.get_model("reporting", "Cible")
    with fichier.open(encoding="utf-8", newline="") as flux:
        for ligne in csv.DictReader(flux, delimiter=";"):
            cible.objects.get_or_create(
                figure=ligne["figure"],
                depuis=ligne["depuis"],
                defaults={"valeur": ligne["valeur"], "source": ligne["source"]},
            )


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
