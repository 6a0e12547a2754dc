"""What a company goes for, as people enter it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from channels.admin_site import ChoicesDropdownFilter, ModelAdmin, RelatedDropdownFilter
from reports.models import Goal


@admin.register(Goal)
class GoalAdmin(ModelAdmin):
    """Who sets a goal is kept with it."""

    empty_hint = _("The figures of each role follow from the goals that stand here; without one all roles see theirs.")
    list_display = ["company", "goal", "since", "set_by"]
    list_filter = [("goal", ChoicesDropdownFilter), ("company", RelatedDropdownFilter)]
    list_select_related = ["company", "set_by"]
    fields = ["company", "goal", "since"]

    def save_model(self, request: HttpRequest, obj: Goal, form: Any, change: Any) -> None:
        if request.user.is_authenticated:
            obj.set_by = request.user
        super().save_model(request, obj, form, change)
