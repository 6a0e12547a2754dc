"""Accounts that conversions of leads are sent to, and an hourly look for those that are due."""

from datetime import UTC, datetime

import channels.fields
import django.db.models.deletion
from django.db import migrations, models


NAME = "send conversions"


def add(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.get_or_create(
        name=NAME,
        defaults={"func": "reports.tasks.send_conversions", "schedule_type": "H", "next_run": datetime.now(UTC)},
    )


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0015_traffic"),
        ("django_q", "0018_task_success_index"),
        ("reports", "0005_steering"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConversionAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "network",
                    models.CharField(
                        choices=[("ga4", "Google Analytics 4"), ("google_ads", "Google Ads"), ("meta", "Meta")],
                        max_length=12,
                        verbose_name="network",
                    ),
                ),
                ("credentials", channels.fields.EncryptedJSONField(editable=False, null=True)),
                ("endpoint", models.CharField(blank=True, editable=False, max_length=200)),
                ("is_on", models.BooleanField(default=False, verbose_name="sends")),
                ("since", models.DateTimeField(verbose_name="since")),
                ("calling_code", models.CharField(blank=True, max_length=3, verbose_name="calling code")),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversion_accounts",
                        to="channels.store",
                        verbose_name="store",
                    ),
                ),
            ],
            options={
                "verbose_name": "conversion account",
                "verbose_name_plural": "conversion accounts",
                "ordering": ["store", "network"],
            },
        ),
        migrations.CreateModel(
            name="SentConversion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark", models.CharField(max_length=32)),
                ("lead", models.CharField(max_length=100, verbose_name="lead")),
                ("stage", models.CharField(max_length=12, verbose_name="stage")),
                ("happened_at", models.DateTimeField(verbose_name="happened")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("later", "To be tried again"),
                            ("refused", "Not taken"),
                            ("unsure", "Not known whether it arrived"),
                        ],
                        default="sending",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("tries", models.IntegerField(default=0, verbose_name="tries")),
                ("tried_at", models.DateTimeField(verbose_name="tried")),
                ("next_try_at", models.DateTimeField(null=True, verbose_name="next try")),
                ("said", models.CharField(blank=True, max_length=200, verbose_name="answer")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conversions",
                        to="reports.conversionaccount",
                        verbose_name="conversion account",
                    ),
                ),
            ],
            options={
                "verbose_name": "sent conversion",
                "verbose_name_plural": "sent conversions",
                "ordering": ["-tried_at", "-pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="conversionaccount",
            constraint=models.UniqueConstraint(fields=("store", "network"), name="conversion_account_once"),
        ),
        migrations.AddConstraint(
            model_name="sentconversion",
            constraint=models.UniqueConstraint(fields=("account", "mark"), name="conversion_once"),
        ),
        migrations.RunPython(add, remove),
    ]
