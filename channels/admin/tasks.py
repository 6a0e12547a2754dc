"""The scheduled and failed tasks of django-q2 and the tokens of the API, in our look and to the point."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_q.admin import FailAdmin as QFailAdmin
from django_q.admin import QueueAdmin as QQueueAdmin
from django_q.admin import ScheduleAdmin as QScheduleAdmin
from django_q.admin import TaskAdmin as QTaskAdmin
from django_q.models import Failure, OrmQ, Schedule, Success
from knox.admin import AuthTokenAdmin as KnoxTokenAdmin
from knox.models import AuthToken

from channels.admin_site import ModelAdmin, display
from channels.models import Store
from channels.schedules import PULL
from channels.shown import moment
from channels.words import resource_title

TASKS = {
    "beat": _("Show that tasks run, and keep the schedules of pulls"),
    "notifications": _("Fetch Amazon's notifications"),
    "rates": _("Fetch exchange rates"),
    "purge": _("Delete personal fields whose day has come"),
    "keep up": _("Post what was loaded"),
    "settle all": _("Post and settle everything"),
}

apps.get_app_config("django_q").verbose_name = _("Tasks")
apps.get_app_config("knox").verbose_name = _("API")
AuthToken._meta.verbose_name = _("API token")
AuthToken._meta.verbose_name_plural = _("API tokens")
for model in (Schedule, Success, Failure, OrmQ, AuthToken):
    admin.site.unregister(model)


@admin.register(Schedule)
class ScheduleAdmin(QScheduleAdmin, ModelAdmin):
    list_display = ["what", "schedule_type", "next", "last", "outcome"]
    list_display_links = ["what"]
    list_filter: list[Any] = []
    ordering = ["next_run"]

    @display(description=_("task"), ordering="name")
    def what(self, schedule: Schedule) -> str:
        if schedule.func == PULL:
            return _pull(schedule.name)
        return str(TASKS.get(schedule.name, schedule.name or schedule.func))

    @display(description=_("next run"), ordering="next_run")
    def next(self, schedule: Schedule) -> SafeString:
        return moment(schedule.next_run, "UTC")

    @display(description=_("last run"))
    def last(self, schedule: Any) -> SafeString | str:
        return super().get_last_run(schedule) or "–"

    @display(description=_("outcome"), label={"done": "success", "failed": "danger", "none": ""})
    def outcome(self, schedule: Any) -> tuple[str, str]:
        if schedule.task_success is None:
            return "none", gettext("has not run yet")
        return ("done", gettext("done")) if schedule.task_success else ("failed", gettext("failed"))


def _pull(name: str) -> str:
    """What a schedule of a pull pulls, from its name."""
    _word, store, resource = name.split(" ", 2)
    found = Store.objects.filter(pk=store).first()
    return gettext("Pull %(store)s: %(what)s") % {"store": found or store, "what": resource_title(resource)}


@admin.register(Success)
class SuccessAdmin(QTaskAdmin, ModelAdmin):
    pass


@admin.register(Failure)
class FailureAdmin(QFailAdmin, ModelAdmin):
    list_display = ["name", "func", "started", "stopped", "short_result"]
    list_filter: list[Any] = []
    empty_hint = _("No task failed.")


@admin.register(OrmQ)
class QueueAdmin(QQueueAdmin, ModelAdmin):
    pass


@admin.register(AuthToken)
class TokenAdmin(KnoxTokenAdmin, ModelAdmin):
    """Tokens are made by the API's login and can only be withdrawn here."""

    list_display = ["token_key", "user", "created", "expiry"]
    fields = ["token_key", "user", "created", "expiry"]
    readonly_fields = fields
    empty_hint = _("Programs get a token from the API's login; they are listed here and can be withdrawn.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
