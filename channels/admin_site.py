"""The one place that knows django-unfold: what the admins of all apps are built from."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import DecimalField, Model
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
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget as CheckboxesWidget
from unfold.widgets import UnfoldAdminDecimalFieldWidget
from unfold.widgets import UnfoldAdminIntegerFieldWidget as IntegerWidget
from unfold.widgets import UnfoldAdminPasswordWidget as PasswordWidget
from unfold.widgets import UnfoldAdminSelectWidget as SelectWidget
from unfold.widgets import UnfoldAdminSingleDateWidget as DateWidget
from unfold.widgets import UnfoldAdminTextareaWidget as TextareaWidget
from unfold.widgets import UnfoldAdminTextInputWidget as TextWidget
from unfold.widgets import UnfoldBooleanWidget as BooleanWidget

__all__ = [
    "COUNT_LIMIT",
    "ActionVariant",
    "AdminPasswordChangeForm",
    "BooleanRadioFilter",
    "BooleanWidget",
    "CheckboxesWidget",
    "ChoicesDropdownFilter",
    "DateWidget",
    "DropdownFilter",
    "FoundList",
    "IntegerWidget",
    "ModelAdmin",
    "PasswordWidget",
    "RangeDateFilter",
    "RangeDateTimeFilter",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "RelatedDropdownFilter",
    "SelectWidget",
    "TabularInline",
    "TextFilter",
    "TextWidget",
    "TextareaWidget",
    "UserChangeForm",
    "UserCreationForm",
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


class FoundList(ChangeList):
    """Counts the rows once: how many there are without the filters is not worth a pass over a large table."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.has_active_filters and not self.query:
            self.full_result_count = self.result_count


class DecimalInput(UnfoldAdminDecimalFieldWidget):
    """12.5, not 12.500000."""

    def format_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else super().format_value(value)


class ModelAdmin(UnfoldModelAdmin):
    """What all our lists share."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_filter_submit = True
    list_fullwidth = True
    compressed_fields = True
    actions: Any = None
    empty_value_display = "–"
    empty_hint: ClassVar[Any] = ""  # what an empty list says: what fills it
    from_files = False  # whether uploaded files fill it

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if isinstance(db_field, DecimalField):
            options["widget"] = DecimalInput
        return super().formfield_for_dbfield(db_field, request, **options)

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return FoundList


class TabularInline(UnfoldTabularInline):
    extra = 0
    hide_title = True


class ReadOnlyAdmin(ModelAdmin):
    """A table that only the program writes."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        context = {**(extra_context or {}), "show_history": False}
        return super().changeform_view(request, object_id, form_url, context)

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
