"""Facts read from the pages: to look at, with the line that each one stands on."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from channels.admin.links import source_link
from channels.admin_site import (
    RangeDateFilter,
    RangeDateTimeFilter,
    ReadOnlyAdmin,
    ReadOnlyInline,
    RelatedDropdownFilter,
    display,
)
from channels.models import AdSpend, Order, OrderItem, Payout, SearchStat, UnreadableLine
from channels.shown import money, number
from channels.words import format_title


class FactAdmin(ReadOnlyAdmin):
    list_select_related = ["store", "page"]
    list_filter: list[Any] = [("store", RelatedDropdownFilter)]
    exclude = ["key", "page", "place", "resource"]
    readonly_fields = ["origin"]

    @display(description=_("source"))
    def origin(self, fact: Any) -> SafeString:
        return source_link(fact.page, fact.place)


class OrderItemInline(ReadOnlyInline):
    model = OrderItem
    fields = ["sku", "title", "quantity"]


@admin.register(Order)
class OrderAdmin(FactAdmin):
    list_display = ["ref", "name", "store", "ordered_at", "status", "country", "sales_channel", "cancelled", "origin"]
    list_filter = [
        ("store", RelatedDropdownFilter), ("ordered_at", RangeDateTimeFilter), "cancelled", "is_mirror", "business",
    ]  # fmt: skip
    search_fields = ["ref__startswith", "name__startswith"]
    search_help_text = _("Order number, from its beginning")
    inlines = [OrderItemInline]
    fieldsets = [
        (None, {"fields": [
            ("ref", "name"), ("store", "status"), ("ordered_at", "shipped_at"), ("country", "sales_channel"),
            ("currency", "cancelled"), ("business", "is_mirror"), ("mirror_of", "serves"), ("recorded_at", "origin"),
        ]}),
    ]  # fmt: skip
    change_form_after_template = "channels/money_lines.html"


@admin.register(Payout)
class PayoutAdmin(FactAdmin):
    list_display = ["ref", "store", "total", "starts_at", "ends_at", "deposited_at", "status", "origin"]
    list_filter = [("store", RelatedDropdownFilter), ("ends_at", RangeDateTimeFilter)]
    search_fields = ["ref__startswith", "bank_reference__startswith"]
    search_help_text = _("Payout number, from its beginning")
    fields = [
        ("ref", "store"), ("total", "status"), ("starts_at", "ends_at"), ("deposited_at", "bank_reference"),
        ("shown_opening", "shown_closing"), ("paid", "recorded_at"), "origin",
    ]  # fmt: skip
    readonly_fields = ["origin", "total", "shown_opening", "shown_closing", "paid"]
    change_form_after_template = "channels/money_lines.html"

    @display(description=_("stated total"), ordering="stated")
    def total(self, payout: Payout) -> SafeString:
        return money(payout.stated, payout.currency)

    @display(description=_("opening"))
    def shown_opening(self, payout: Payout) -> SafeString:
        return money(payout.opening, payout.currency)

    @display(description=_("closing"))
    def shown_closing(self, payout: Payout) -> SafeString:
        return money(payout.closing, payout.currency)

    @display(description=_("paid"))
    def paid(self, payout: Payout) -> SafeString:
        return money(payout.paid_amount, payout.paid_currency)


@admin.register(AdSpend)
class AdSpendAdmin(FactAdmin):
    list_display = [
        "campaign", "ad_group", "search_term", "store", "starts_on", "spent", "shown_clicks", "shown_orders",
        "attributed", "origin",
    ]  # fmt: skip
    list_filter = [("store", RelatedDropdownFilter), ("starts_on", RangeDateFilter)]
    search_fields = ["campaign", "search_term", "targeting"]

    @display(description=_("spend"), ordering="spend")
    def spent(self, row: AdSpend) -> SafeString:
        return money(row.spend, row.currency)

    @display(description=_("clicks"), ordering="clicks")
    def shown_clicks(self, row: AdSpend) -> SafeString:
        return number(row.clicks)

    @display(description=_("orders"), ordering="orders")
    def shown_orders(self, row: AdSpend) -> SafeString:
        return number(row.orders)

    @display(description=_("attributed sales"), ordering="sales")
    def attributed(self, row: AdSpend) -> SafeString:
        return money(row.sales, row.currency)


@admin.register(SearchStat)
class SearchStatAdmin(FactAdmin):
    list_display = [
        "query", "asin", "store", "starts_on", "ends_on", "shown_volume", "shown_impressions", "shown_clicks",
        "shown_purchases", "origin",
    ]  # fmt: skip
    list_filter = [("store", RelatedDropdownFilter), ("starts_on", RangeDateFilter)]
    search_fields = ["query", "asin__startswith"]

    @display(description=_("volume"), ordering="volume")
    def shown_volume(self, row: SearchStat) -> SafeString:
        return number(row.volume)

    @display(description=_("impressions"), ordering="impressions")
    def shown_impressions(self, row: SearchStat) -> SafeString:
        return number(row.impressions)

    @display(description=_("clicks"), ordering="clicks")
    def shown_clicks(self, row: SearchStat) -> SafeString:
        return number(row.clicks)

    @display(description=_("purchases"), ordering="purchases")
    def shown_purchases(self, row: SearchStat) -> SafeString:
        return number(row.purchases)


@admin.register(UnreadableLine)
class UnreadableLineAdmin(ReadOnlyAdmin):
    list_display = ["shown_reason", "excerpt", "store", "page_format", "origin"]
    list_filter = [("page__store", RelatedDropdownFilter)]
    list_select_related = ["page", "page__store"]
    search_fields = ["reason", "excerpt"]

    @display(description=_("reason"), ordering="reason")
    def shown_reason(self, row: UnreadableLine) -> str:
        return row.reason if len(row.reason) <= 160 else f"{row.reason[:160]}…"

    @display(description=_("store"))
    def store(self, row: UnreadableLine) -> str:
        return str(row.page.store or "–")

    @display(description=_("format"))
    def page_format(self, row: UnreadableLine) -> str:
        return format_title(row.page.resource)

    @display(description=_("source"))
    def origin(self, row: UnreadableLine) -> SafeString:
        return source_link(row.page, row.place)

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnreadableLine]:
        lines: QuerySet[UnreadableLine] = super().get_queryset(request)
        return lines.order_by("-page", "place")
