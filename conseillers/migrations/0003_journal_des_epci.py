from django.db import migrations

from territoires.journal import journalise_lien


class Migration(migrations.Migration):
    dependencies = [("conseillers", "0002_journal")]

    operations = [
        journalise_lien(
            "conseillers_poste_epcis",
            modele="conseillers.poste",
            objet="poste_id",
            champ="epcis",
            valeur="epci_id",
        )
    ]
