"""Demands about personal data are met every five minutes; without one that is two queries."""

from datetime import UTC, datetime

from django.db import migrations


def add(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.get_or_create(
        name="privacy",
        defaults={
            "func": "reconciliation.tasks.keep_promises", "schedule_type": "I", "minutes": 5,
            "next_run": datetime.now(UTC),
        },
    )


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name="privacy").delete()


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0008_exposure"), ("django_q", "0018_task_success_index")]
    operations = [migrations.RunPython(add, remove)]
