from django.db import migrations, models

from strongroom.ledger.schema import drop_statements, statements


def create(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for statement in statements(schema_editor.connection.vendor):
            cursor.execute(statement)


def drop(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for statement in drop_statements(schema_editor.connection.vendor):
            cursor.execute(statement)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunPython(create, drop),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("time", models.TextField()),
                ("body", models.BinaryField()),
                ("leaf_hash", models.BinaryField()),
            ],
            options={"db_table": "ledger_entry", "ordering": ["index"], "managed": False},
        ),
        migrations.CreateModel(
            name="LedgerNode",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("hash", models.BinaryField()),
            ],
            options={"db_table": "ledger_node", "managed": False},
        ),
        migrations.CreateModel(
            name="LedgerCheckpoint",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField()),
                ("note", models.TextField()),
                ("time", models.TextField()),
            ],
            options={"db_table": "ledger_checkpoint", "ordering": ["number"], "managed": False},
        ),
        migrations.CreateModel(
            name="LedgerHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("size", models.BigIntegerField()),
            ],
            options={"db_table": "ledger_head", "managed": False},
        ),
    ]
