"""Rows kept per advisor until now: a meeting becomes one rencontre and its presences."""

import datetime as dt

from django.db import migrations
from django.db.models import F

NOMS = ("pix", "ccp1", "ccp2", "ccp3")
DEBUT = 9
DUREE = 3


def gather(apps, schema_editor):
    formation = apps.get_model("conseillers", "Formation")
    rencontre = apps.get_model("conseillers", "Rencontre")
    presence = apps.get_model("conseillers", "Presence")
    reunions = formation.objects.filter(nature="reunion").order_by("date", "pk")
    evenements = {}
    for ligne in reunions:
        cle = (ligne.intitule, ligne.date)
        if cle not in evenements:
            fin = dt.time(min(DEBUT + (ligne.heures or DUREE), 23))
            # The hour and the place of these meetings were never written down.
            evenements[cle] = rencontre.objects.create(
                nature="reunion",
                intitule=ligne.intitule,
                date=ligne.date,
                heure_debut=dt.time(DEBUT),
                heure_fin=fin,
                lieu="Lieu non noté",
            )
        presence.objects.get_or_create(
            rencontre=evenements[cle],
            conseiller_id=ligne.conseiller_id,
            defaults={"statut": "present"},
        )
    reunions.delete()


def name_certifications(apps, schema_editor):
    formation = apps.get_model("conseillers", "Formation")
    certifications = formation.objects.filter(nature="certification")
    for ligne in certifications:
        mots = ligne.intitule.casefold().replace(" ", "")
        ligne.certification = next((nom for nom in NOMS if nom in mots), "autre")
        ligne.save(update_fields=["certification"])
    certifications.update(obtenue_le=F("date"))


class Migration(migrations.Migration):
    dependencies = [("conseillers", "0004_recrutement_et_reseau")]

    operations = [
        migrations.RunPython(gather, migrations.RunPython.noop),
        migrations.RunPython(name_certifications, migrations.RunPython.noop),
    ]
