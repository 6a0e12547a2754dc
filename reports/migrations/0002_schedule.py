"""Events are found and reports built every week."""

from datetime import UTC, datetime

from django.db import migrations

NAME = "build reports"


def add(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.get_or_create(
        name=NAME,
        defaults={"func": "reports.tasks.build_all", "schedule_type": "W", "next_run": datetime.now(UTC)},
    )


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("django_q", "0018_task_success_index")]
    operations = [migrations.RunPython(add, remove)]
