"""Tokens by which a user name is compared with a name, and a masked name in its own script.

They are empty for orders that are there already until a page of these is read again.
"""

import django.contrib.postgres.fields
from django.db import migrations, models


def _tokens():
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.BigIntegerField(), db_default=[], default=list, size=None
    )


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0010_matching_schedules")]
    operations = [
        migrations.AddField("buyersignal", "alias", models.BigIntegerField(null=True)),
        migrations.AddField("buyersignal", "mask_own", models.BigIntegerField(null=True)),
        migrations.AddField("buyersignal", "called", _tokens()),
        migrations.AddField("buyersignal", "initialled", _tokens()),
    ]
