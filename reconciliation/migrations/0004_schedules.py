"""The ledger keeps up every minute with what was loaded, and every hour with what was typed in."""

from datetime import UTC, datetime

from django.db import migrations

SCHEDULES = (
    ("keep up", "reconciliation.tasks.keep_up", {"schedule_type": "I", "minutes": 1}),
    ("settle all", "reconciliation.tasks.settle_all", {"schedule_type": "H"}),
)


def add(apps, schema_editor):
    schedule = apps.get_model("django_q", "Schedule")
    for name, func, when in SCHEDULES:
        schedule.objects.get_or_create(name=name, defaults={"func": func, "next_run": datetime.now(UTC), **when})


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name__in=[name for name, _, _ in SCHEDULES]).delete()


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0003_posted_at"), ("django_q", "0018_task_success_index")]
    operations = [migrations.RunPython(add, remove)]
