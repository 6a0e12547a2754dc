"""Public rates every four hours, of which the file is small; personal fields go at night."""

from datetime import UTC, datetime, time

from django.db import migrations

SCHEDULES = (
    ("rates", "channels.tasks.fetch_rates", time(0, 30), {"schedule_type": "I", "minutes": 240}),
    ("purge", "channels.tasks.purge", time(2, 10), {"schedule_type": "D"}),
)


def add(apps, schema_editor):
    schedule = apps.get_model("django_q", "Schedule")
    for name, func, at, when in SCHEDULES:
        first = datetime.combine(datetime.now(UTC).date(), at, UTC)
        schedule.objects.get_or_create(name=name, defaults={"func": func, "next_run": first, **when})


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name__in=[name for name, _, _ in SCHEDULES]).delete()


class Migration(migrations.Migration):
    dependencies = [("channels", "0002_charge_revised"), ("django_q", "0018_task_success_index")]
    operations = [migrations.RunPython(add, remove)]
