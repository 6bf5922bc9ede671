from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outputs", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="releaserequest",
            name="kept",
            field=models.CharField(blank=True, default="", max_length=100),
            preserve_default=False,
        ),
    ]
