"""Buyers are linked each minute, weighed every five, and matched anew every week."""

from datetime import UTC, datetime

from django.db import migrations

SCHEDULES = (
    ("link new buyers", "reconciliation.tasks.link_new", {"schedule_type": "I", "minutes": 1}),
    ("match new buyers", "reconciliation.tasks.match_new", {"schedule_type": "I", "minutes": 5}),
    ("rebuild matches", "reconciliation.tasks.rebuild_matches", {"schedule_type": "W"}),
    ("overlap", "reconciliation.tasks.measure_overlaps", {"schedule_type": "D"}),
)


def add(apps, schema_editor):
    schedule = apps.get_model("django_q", "Schedule")
    for name, func, when in SCHEDULES:
        schedule.objects.get_or_create(name=name, defaults={"func": func, "next_run": datetime.now(UTC), **when})


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name__in=[name for name, _, _ in SCHEDULES]).delete()


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0009_privacy"), ("django_q", "0018_task_success_index")]
    operations = [migrations.RunPython(add, remove)]
