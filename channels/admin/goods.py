"""Products, costs and rates. Rows typed in can be edited; rows from a sheet change with the next sheet."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.admin.links import source_link
from channels.admin_site import ModelAdmin, RangeDateFilter, RelatedDropdownFilter, display
from channels.models import ExchangeRate, Sku, StockReceipt, UnitCost
from channels.models.goods import Entered
from channels.shown import money, number


class EnteredAdmin(ModelAdmin):
    """What is typed in here is known from now on; a row of a sheet is read only."""

    empty_hint = _("Upload a sheet, or type rows in: both can stand side by side.")
    from_files = True
    list_select_related = ["company", "page"]
    readonly_fields = ["recorded_at", "origin"]

    def has_change_permission(self, request: HttpRequest, obj: Entered | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.page_id is None)

    def has_delete_permission(self, request: HttpRequest, obj: Entered | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.page_id is None)

    def save_model(self, request: HttpRequest, obj: Entered, form: forms.ModelForm, change: bool) -> None:
        obj.recorded_at = datetime.now(UTC)
        super().save_model(request, obj, form, change)

    @display(description=_("source"))
    def origin(self, row: Entered) -> SafeString | str:
        return source_link(row.page, row.place) if row.page else gettext("typed in")


@admin.register(Sku)
class SkuAdmin(EnteredAdmin):
    list_display = ["sku", "product", "title", "store", "company", "origin"]
    list_filter = [("company", RelatedDropdownFilter), ("store", RelatedDropdownFilter)]
    list_select_related = ["company", "store", "page"]
    search_fields = ["sku", "product", "title"]
    fields = ["company", "store", ("sku", "product"), "title", "recorded_at", "origin"]


@admin.register(UnitCost)
class UnitCostAdmin(EnteredAdmin):
    list_display = ["product", "starts_on", "cost", "company", "origin"]
    list_filter = [("company", RelatedDropdownFilter), ("starts_on", RangeDateFilter)]
    search_fields = ["product"]
    fields = ["company", "product", "starts_on", ("unit_cost", "currency"), "recorded_at", "origin"]

    @display(description=_("unit cost"), ordering="unit_cost")
    def cost(self, row: UnitCost) -> SafeString:
        return money(row.unit_cost, row.currency)


@admin.register(StockReceipt)
class StockReceiptAdmin(EnteredAdmin):
    list_display = ["product", "received_on", "units", "cost", "opening", "company", "origin"]
    list_filter = [("company", RelatedDropdownFilter), ("received_on", RangeDateFilter), "opening"]
    search_fields = ["product", "key"]
    fields = [
        "company", "product", ("received_on", "opening"), "quantity", ("unit_cost", "currency"), "recorded_at",
        "origin",
    ]  # fmt: skip

    @display(description=_("units"), ordering="quantity")
    def units(self, row: StockReceipt) -> SafeString:
        return number(row.quantity)

    @display(description=_("unit cost"), ordering="unit_cost")
    def cost(self, row: StockReceipt) -> SafeString:
        return money(row.unit_cost, row.currency)

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        obj.key = obj.key or f"typed-{uuid4()}"
        super().save_model(request, obj, form, change)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(EnteredAdmin):
    list_display = ["on", "base", "quote", "shown_rate", "source", "company", "origin"]
    list_filter = [("company", RelatedDropdownFilter), ("on", RangeDateFilter)]
    search_fields = ["base", "quote", "source"]
    fields = ["company", "on", ("base", "quote"), "rate", "source", "recorded_at", "origin"]

    @display(description=_("rate"), ordering="rate")
    def shown_rate(self, row: ExchangeRate) -> SafeString:
        return number(row.rate)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"source": gettext("typed in"), **super().get_changeform_initial_data(request)}
