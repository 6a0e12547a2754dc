"""Amazon's notification queues are emptied every two minutes; without a queue that is one query."""

from datetime import UTC, datetime

from django.db import migrations


def add(apps, schema_editor):
    schedule = apps.get_model("django_q", "Schedule")
    schedule.objects.get_or_create(
        name="notifications",
        defaults={
            "func": "channels.tasks.poll_notifications", "next_run": datetime.now(UTC), "schedule_type": "I",
            "minutes": 2,
        },
    )


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name="notifications").delete()


class Migration(migrations.Migration):
    dependencies = [("channels", "0007_pull_schedules"), ("django_q", "0018_task_success_index")]
    operations = [migrations.RunPython(add, remove)]
