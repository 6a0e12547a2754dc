"""A sign of life of the task cluster each minute, which also keeps the schedules of stores in step."""

from datetime import UTC, datetime

from django.db import migrations


def add(apps, schema_editor):
    schedule = apps.get_model("django_q", "Schedule")
    schedule.objects.get_or_create(
        name="beat",
        defaults={
            "func": "channels.tasks.beat", "next_run": datetime.now(UTC), "schedule_type": "I", "minutes": 1,
        },
    )


def remove(apps, schema_editor):
    schedules = apps.get_model("django_q", "Schedule").objects
    schedules.filter(name="beat").delete()
    schedules.filter(func="channels.tasks.pull").delete()


class Migration(migrations.Migration):
    dependencies = [("channels", "0006_pulling"), ("django_q", "0018_task_success_index")]
    operations = [migrations.RunPython(add, remove)]
