"""Marketing to customers already won is a kind of its own."""

from django.db import migrations, models

from channels.core.kinds import Kind


class Migration(migrations.Migration):
    dependencies = [("channels", "0015_traffic")]
    operations = [
        migrations.AlterField(
            "charge", "kind",
            models.CharField(choices=[(one.value, one.value) for one in Kind], max_length=20, verbose_name="kind"),
        ),
    ]  # fmt: skip
