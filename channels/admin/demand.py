"""What the channels count of buyers: visits before an order, buyers who came back; and what was sent to the bank."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from channels.admin.columns import day_column, moment_column, money_column, number_column
from channels.admin.facts import FactAdmin
from channels.admin_site import RangeDateFilter, RangeDateTimeFilter, RelatedDropdownFilter, display
from channels.models import Disbursement, RepeatPurchase, Visit
from channels.shown import EMPTY, day, share

SHOWN = 60  # characters of an address in a list


@admin.register(Visit)
class VisitAdmin(FactAdmin):
    """Addresses and campaigns are what a visitor's browser said: shown as text, never as links."""

    empty_hint = _("Visits before an order come with Shopify's orders, when a store is pulled.")
    from_files = False
    list_display = ["order_ref", "store", "at", "place_in_path", "came_from", "campaign", "landed", "origin"]
    list_filter: list[Any] = [("store", RelatedDropdownFilter), ("occurred_at", RangeDateTimeFilter), "is_last"]
    search_fields = ["order_ref__startswith"]
    search_help_text = _("Order number, from its beginning")

    at = moment_column(_("time"), "occurred_at")

    @display(description=_("position"), ordering="position")
    def place_in_path(self, visit: Visit) -> SafeString:
        return format_html("{} / {}", visit.position, visit.visits or EMPTY)

    @display(description=_("source"), ordering="source")
    def came_from(self, visit: Visit) -> str:
        return _short(visit.utm_source or visit.source or visit.referrer)

    @display(description=_("campaign"), ordering="utm_campaign")
    def campaign(self, visit: Visit) -> str:
        return _short(visit.utm_campaign)

    @display(description=_("landing page"))
    def landed(self, visit: Visit) -> str:
        return _short(visit.landing)


@admin.register(RepeatPurchase)
class RepeatPurchaseAdmin(FactAdmin):
    empty_hint = _("Repeat purchases come with Amazon's Brand Analytics, when a store is pulled.")
    from_files = False
    list_display = ["asin", "store", "starts_on", "ends_on", "buyers", "back", "back_share", "shown_sales", "origin"]
    list_filter: list[Any] = [("store", RelatedDropdownFilter), ("starts_on", RangeDateFilter)]
    search_fields = ["asin__startswith"]

    buyers = number_column(_("customers"), "customers")
    back = number_column(_("repeat customers"), "repeat_customers")

    @display(description=_("share"))
    def back_share(self, row: RepeatPurchase) -> str:
        return share(row.repeat_sales / row.sales if row.sales else None)

    shown_sales = money_column(_("sales"), "sales")


@admin.register(Disbursement)
class DisbursementAdmin(FactAdmin):
    empty_hint = _("What a channel says it sent to the bank comes when a store is pulled; compared, never posted.")
    from_files = False
    list_display = ["ref", "store", "shown_amount", "period", "sent", "status", "trace", "account_tail", "origin"]
    list_filter: list[Any] = [("store", RelatedDropdownFilter), ("ends_at", RangeDateTimeFilter)]
    search_fields = ["ref__startswith", "trace__startswith"]

    shown_amount = money_column(_("amount"), "amount")

    @display(description=_("period"), ordering="ends_at")
    def period(self, row: Disbursement) -> SafeString:
        return format_html("{} … {}", *(day(at, row.store.timezone) for at in (row.starts_at, row.ends_at)))

    sent = day_column(_("sent"), "sent_at")


def _short(text: str) -> str:
    return (text if len(text) <= SHOWN else f"{text[:SHOWN]}…") or EMPTY
