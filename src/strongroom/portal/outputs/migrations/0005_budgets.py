"""A budget of influence takes the place of a number of queries.

What earlier answers cost is not known exactly, so a project that has asked before has nothing left until two
people extend its budget.
"""

import django.db.models.deletion
from django.db import migrations, models

_GRANTED = 0.1245  # the budget of the default release rule: an attacker guesses with at most 0.57


def _spend_earlier_budgets(apps, schema_editor):  # type: ignore[no-untyped-def]
    account_model = apps.get_model("outputs", "QueryAccount")
    paid_model = apps.get_model("outputs", "PaidNumber")
    question_model = apps.get_model("outputs", "Question")
    earlier = question_model.objects.values_list("project_id", "cohort_id").distinct()
    for project, cohort in earlier:
        account = account_model.objects.create(
            project_id=project, cohort_id=cohort, granted=_GRANTED, total=_GRANTED
        )
        paid_model.objects.create(account=account, name="earlier queries", cost=_GRANTED)


class Migration(migrations.Migration):
    dependencies = [
        ("data", "0003_decoys"),
        ("outputs", "0004_sketches"),
        ("projects", "0002_risk"),
    ]

    operations = [
        # A row holds all groups of a question from now on: the audit begins again.
        migrations.RunSQL("DELETE FROM outputs_answeredset", migrations.RunSQL.noop),
        migrations.DeleteModel("QueryAccount"),
        migrations.RemoveField("question", "refused"),
        migrations.AddField("question", "cost", models.FloatField(default=0.0)),
        migrations.CreateModel(
            name="QueryAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("granted", models.FloatField()),
                ("total", models.FloatField()),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="query_accounts",
                        to="data.cohort",
                    ),
                ),
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="query_account",
                        to="projects.project",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="PaidNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=64)),
                ("cost", models.FloatField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paid",
                        to="outputs.queryaccount",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "paidnumber", models.UniqueConstraint(fields=("account", "name"), name="one_payment_a_number")
        ),
        migrations.CreateModel(
            name="ColumnBounds",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("view", models.CharField(max_length=64)),
                ("table", models.CharField(max_length=200)),
                ("column", models.CharField(blank=True, max_length=200)),
                ("low", models.FloatField(null=True)),
                ("high", models.FloatField(null=True)),
            ],
        ),
        migrations.AddConstraint(
            "columnbounds",
            models.UniqueConstraint(fields=("view", "table", "column"), name="one_range_a_column"),
        ),
        migrations.CreateModel(
            name="BudgetExtension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("share", models.FloatField()),
                ("reason", models.TextField()),
                ("asked_by", models.CharField(max_length=200)),
                ("asked_at", models.DateTimeField()),
                ("agreed_by", models.CharField(blank=True, max_length=200)),
                ("agreed_at", models.DateTimeField(null=True)),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="data.cohort",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="projects.project",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(_spend_earlier_budgets, migrations.RunPython.noop),
    ]
