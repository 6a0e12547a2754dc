"""Facts read from the pages: to look at, with the line that each one stands on."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.admin.columns import day_column, moment_column, money_column, number_column
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
from channels.refusals import in_words
from channels.shown import EMPTY, day, money
from channels.words import format_title, status_words


class FactAdmin(ReadOnlyAdmin):
    empty_hint = _("This list fills from the channels' reports, once they are uploaded and loaded.")
    from_files = True
    list_select_related = ["store", "page"]
    list_filter: list[Any] = [("store", RelatedDropdownFilter)]
    exclude = ["key", "page", "place", "resource"]
    readonly_fields = ["origin"]

    @display(description=_("source"))
    def origin(self, fact: Any) -> SafeString:
        return source_link(fact.page, fact.place)


def _status(status: str, *, off: bool = False) -> SafeString:
    """The status in words with the channel's own behind it; ``off`` is a cancelled order, whatever its status says."""
    if off:
        return format_html('<span class="pl-tag bad" title="{}">{}</span>', status, gettext("Cancelled"))
    return format_html('<span class="pl-nowrap" title="{}">{}</span>', status, status_words(status) or EMPTY)


class OrderItemInline(ReadOnlyInline):
    model = OrderItem
    fields = ["sku", "title", "quantity"]


@admin.register(Order)
class OrderAdmin(FactAdmin):
    list_display = ["ref", "name", "store", "ordered", "shown_status", "country", "sales_channel", "origin"]
    list_filter = [
        ("store", RelatedDropdownFilter), ("ordered_at", RangeDateTimeFilter), "cancelled", "is_mirror", "business",
    ]  # fmt: skip
    search_fields = ["ref__startswith", "name__startswith"]
    search_help_text = _("Order number, from its beginning")
    inlines = [OrderItemInline]
    fieldsets = [
        (None, {"fields": [
            ("ref", "name"), ("store", "shown_status"), ("ordered", "shipped"), ("country", "sales_channel"),
            ("currency", "traits"), ("mirror_of", "serves"), ("recorded_at", "origin"),
        ]}),
    ]  # fmt: skip
    readonly_fields = ["origin", "ordered", "shipped", "shown_status", "traits"]
    change_form_after_template = "channels/money_lines.html"

    ordered = moment_column(_("ordered"), "ordered_at")
    shipped = moment_column(_("shipped"), "shipped_at")

    @display(description=_("status"), ordering="status")
    def shown_status(self, order: Order) -> SafeString:
        return _status(order.status, off=order.cancelled)

    @display(description=_("marks"))
    def traits(self, order: Order) -> str:
        marks = ((order.business, _("business")), (order.is_mirror, _("copy of another channel's order")))
        return ", ".join(str(words) for holds, words in marks if holds) or EMPTY


@admin.register(Payout)
class PayoutAdmin(FactAdmin):
    list_display = ["ref", "store", "total", "period", "paid_on", "shown_status", "origin"]
    list_filter = [("store", RelatedDropdownFilter), ("ends_at", RangeDateTimeFilter)]
    search_fields = ["ref__startswith", "bank_reference__startswith"]
    search_help_text = _("Payout number, from its beginning")
    fields = [
        ("ref", "store"), ("total", "shown_status"), ("starts", "ends"), ("deposited", "bank_reference"),
        ("shown_opening", "shown_closing"), ("paid", "recorded_at"), "origin",
    ]  # fmt: skip
    readonly_fields = [
        "origin", "total", "shown_opening", "shown_closing", "paid", "starts", "ends", "deposited", "shown_status",
    ]  # fmt: skip
    change_form_after_template = "channels/money_lines.html"

    total = money_column(_("stated total"), "stated")

    @display(description=_("period"), ordering="ends_at")
    def period(self, payout: Payout) -> SafeString:
        days = [day(at, payout.store.timezone) for at in (payout.starts_at, payout.ends_at)]
        return format_html("{} … {}", *days) if any((payout.starts_at, payout.ends_at)) else days[0]

    paid_on = day_column(_("deposited"), "deposited_at")
    starts = moment_column(_("from"), "starts_at")
    ends = moment_column(_("until"), "ends_at")
    deposited = moment_column(_("deposited"), "deposited_at")

    @display(description=_("status"), ordering="status")
    def shown_status(self, payout: Payout) -> SafeString:
        return _status(payout.status)

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

    spent = money_column(_("spend"), "spend")
    shown_clicks = number_column(_("clicks"), "clicks")
    shown_orders = number_column(_("orders"), "orders")
    attributed = money_column(_("attributed sales"), "sales")


@admin.register(SearchStat)
class SearchStatAdmin(FactAdmin):
    list_display = [
        "query", "asin", "store", "starts_on", "ends_on", "shown_volume", "shown_impressions", "shown_clicks",
        "shown_purchases", "origin",
    ]  # fmt: skip
    list_filter = [("store", RelatedDropdownFilter), ("starts_on", RangeDateFilter)]
    search_fields = ["query", "asin__startswith"]

    shown_volume = number_column(_("volume"), "volume")
    shown_impressions = number_column(_("impressions"), "impressions")
    shown_clicks = number_column(_("clicks"), "clicks")
    shown_purchases = number_column(_("purchases"), "purchases")


@admin.register(UnreadableLine)
class UnreadableLineAdmin(ReadOnlyAdmin):
    empty_hint = _("Every line of every loaded file could be read.")
    list_display = ["shown_reason", "excerpt", "store", "page_format", "origin"]
    list_filter = [("page__store", RelatedDropdownFilter)]
    list_select_related = ["page", "page__store"]
    search_fields = ["reason", "excerpt"]

    @display(description=_("reason"), ordering="reason")
    def shown_reason(self, row: UnreadableLine) -> str:
        said = in_words(row.reason)
        return said if len(said) <= 160 else f"{said[:160]}…"

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
