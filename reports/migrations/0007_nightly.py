"""What role pages read is built every night."""

from datetime import UTC, datetime, time, timedelta

from django.db import migrations

NAME = "build role pages"


def add(apps, schema_editor):
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    apps.get_model("django_q", "Schedule").objects.get_or_create(
        name=NAME,
        defaults={
            "func": "reports.tasks.steer_all", "schedule_type": "D",
            "next_run": datetime.combine(tomorrow, time(3, 40), UTC),
        },
    )  # fmt: skip


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_conversions"), ("django_q", "0018_task_success_index")]
    operations = [migrations.RunPython(add, remove)]
