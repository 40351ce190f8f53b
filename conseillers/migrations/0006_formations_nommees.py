"""The rules of the trainings, once the rows of before follow them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conseillers", "0005_rencontres_d_avant")]

    operations = [
        migrations.AddConstraint(
            model_name="formation",
            constraint=models.UniqueConstraint(
                fields=("conseiller", "nature", "certification", "intitule", "date"),
                name="formation_unique",
                violation_error_message="Cette formation est déjà notée pour ce conseiller.",
            ),
        ),
        migrations.AddConstraint(
            model_name="formation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("nature", "certification"), models.Q(("certification", ""), _negated=True)
                    ),
                    models.Q(
                        models.Q(("nature", "certification"), _negated=True), ("certification", "")
                    ),
                    _connector="OR",
                ),
                name="formation_certification_nommee",
                violation_error_message="Choisissez laquelle pour une certification, et aucune pour une formation ou un parcours.",
            ),
        ),
        migrations.AddConstraint(
            model_name="formation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("nature", "certification"),
                    models.Q(("intitule", ""), _negated=True),
                    _connector="OR",
                ),
                name="formation_intitule",
                violation_error_message="Donnez l’intitulé de la formation.",
            ),
        ),
        migrations.AddConstraint(
            model_name="formation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("date_fin__isnull", True), ("date_fin__gte", models.F("date")), _connector="OR"
                ),
                name="formation_fin_apres_debut",
                violation_error_message="Le dernier jour précède le premier.",
            ),
        ),
        migrations.AddConstraint(
            model_name="formation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("obtenue_le__isnull", True),
                    ("obtenue_le__gte", models.F("date")),
                    _connector="OR",
                ),
                name="formation_obtenue_apres_debut",
                violation_error_message="Elle ne peut être obtenue avant d’avoir commencé.",
            ),
        ),
        migrations.AddConstraint(
            model_name="formation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reference", ""), ("obtenue_le__isnull", False), _connector="OR"
                ),
                name="formation_reference_datee",
                violation_error_message="Un certificat a une date : dites quand il est obtenu.",
            ),
        ),
    ]
