import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0008_notification_schedule")]
    operations = [
        migrations.AddField(
            model_name="delivery",
            name="awaited",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), db_default=[], default=list, size=None
            ),
        ),
    ]
