"""Demands about personal data are met every five minutes; accounts keep their key when the key of tokens changes."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.db import migrations, models


def add(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.get_or_create(
        name="privacy",
        defaults={
            "func": "reconciliation.tasks.keep_promises",
            "schedule_type": "I",
            "minutes": 5,
            "next_run": datetime.now(UTC),
        },
    )


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name="privacy").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0011_identity"),
        ("reconciliation", "0008_exposure"),
        ("django_q", "0018_task_success_index"),
    ]
    operations = [
        migrations.CreateModel(
            name="AccountAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.BigIntegerField()),
                ("account", models.BigIntegerField()),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="channels.company",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account"], name="alias_by_account")],
                "constraints": [models.UniqueConstraint(fields=("company", "key"), name="account_alias_once")],
            },
        ),
        migrations.RunPython(add, remove),
    ]
