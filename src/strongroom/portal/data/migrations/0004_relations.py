import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("data", "0003_decoys"),
    ]

    operations = [
        migrations.CreateModel(
            name="CohortRelations",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed", models.BinaryField()),
                (
                    "cohort",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relations",
                        to="data.cohort",
                    ),
                ),
            ],
        ),
    ]
