"""Of answered groups a sketch is kept in place of a bitmap, of which none can be made: the audit begins anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outputs", "0003_questions")]

    operations = [
        migrations.RunSQL("DELETE FROM outputs_answeredset", migrations.RunSQL.noop),
        migrations.RemoveField("answeredset", "people"),
        migrations.AddField("answeredset", "sketch", models.BinaryField(default=b""), preserve_default=False),
    ]
