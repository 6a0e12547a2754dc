"""Public rates every day after the ECB publishes (16:00 CET); personal fields go at night."""

from datetime import UTC, datetime, time

from django.db import migrations

SCHEDULES = (
    ("rates", "channels.tasks.fetch_rates", time(15, 30)),
    ("purge", "channels.tasks.purge", time(2, 10)),
)


def add(apps, schema_editor):
    schedule = apps.get_model("django_q", "Schedule")
    for name, func, at in SCHEDULES:
        first = datetime.combine(datetime.now(UTC).date(), at, UTC)
        schedule.objects.get_or_create(name=name, defaults={"func": func, "schedule_type": "D", "next_run": first})


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name__in=[name for name, _, _ in SCHEDULES]).delete()


class Migration(migrations.Migration):
    dependencies = [("channels", "0002_charge_revised"), ("django_q", "0018_task_success_index")]
    operations = [migrations.RunPython(add, remove)]
