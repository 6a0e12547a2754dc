"""The one place that knows django-unfold: what the admins of all apps are built from."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.admin import TabularInline as UnfoldTabularInline
from unfold.contrib.filters.admin import (
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    DropdownFilter,
    RangeDateFilter,
    RangeDateTimeFilter,
    RelatedDropdownFilter,
    TextFilter,
)
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminSelectWidget as SelectWidget
from unfold.widgets import UnfoldAdminTextareaWidget as TextareaWidget

__all__ = [
    "COUNT_LIMIT",
    "ActionVariant",
    "BooleanRadioFilter",
    "ChoicesDropdownFilter",
    "DropdownFilter",
    "ModelAdmin",
    "RangeDateFilter",
    "RangeDateTimeFilter",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "RelatedDropdownFilter",
    "SelectWidget",
    "TabularInline",
    "TextFilter",
    "TextareaWidget",
    "action",
    "display",
    "extra_page",
]

COUNT_LIMIT = 10_000  # rows that a list counts and pages through; what lies beyond is found by filter and search


class AtLeast(int):
    """A count that stopped at the limit."""

    def __str__(self) -> str:
        return f"{int(self):,}+"


class CappedPaginator(Paginator[Any]):
    """Counts at most ``COUNT_LIMIT`` rows, so that a list over millions of entries opens at once."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        if not hasattr(rows, "query"):
            return len(rows)
        found = rows.order_by()[: COUNT_LIMIT + 1].count()
        return AtLeast(COUNT_LIMIT) if found > COUNT_LIMIT else found


class ModelAdmin(UnfoldModelAdmin):
    """What all our lists share."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_filter_submit = True
    list_fullwidth = True
    compressed_fields = True
    actions = None
    empty_value_display = "–"


class TabularInline(UnfoldTabularInline):
    extra = 0


class ReadOnlyAdmin(ModelAdmin):
    """A table that only the program writes."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(TabularInline):
    """Rows that belong to a read-only object."""

    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


_pages: list[URLPattern] = []


def extra_page(route: str, view: Callable[..., Any], name: str) -> None:
    """A page of the admin that belongs to no model, under ``admin:name``; only staff reach it."""
    _pages.append(path(route, admin.site.admin_view(view), name=name))
    admin.site.extra_urls = lambda: _pages  # type: ignore[attr-defined]
