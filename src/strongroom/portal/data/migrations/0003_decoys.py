import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("data", "0002_fingerprints"),
    ]

    operations = [
        migrations.AddField(
            model_name="view",
            name="decoys",
            field=models.BinaryField(default=b""),
        ),
        migrations.CreateModel(
            name="DecoyPool",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
                (
                    "cohort",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decoy_pool",
                        to="data.cohort",
                    ),
                ),
            ],
        ),
    ]
