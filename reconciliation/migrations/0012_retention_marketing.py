"""Marketing to customers already won is a kind of its own."""

from django.db import migrations, models

from channels.core.kinds import Kind

_POOLS = [
    ("shared_marketing", "Brand marketing"), ("retention_marketing", "Retention marketing"), ("overhead", "Overhead"),
]  # fmt: skip


def _pool():
    return models.CharField(choices=_POOLS, default="shared_marketing", max_length=20, verbose_name="pool")


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0011_user_names")]
    operations = [
        migrations.AlterField(
            "ledgerentry", "kind",
            models.CharField(choices=[(one.value, one.value) for one in Kind], max_length=20, verbose_name="kind"),
        ),
        migrations.AlterField("sharedcost", "pool", _pool()),
        migrations.AlterField("sharedcostevent", "pool", _pool()),
    ]  # fmt: skip
