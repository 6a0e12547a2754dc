"""Sessions of the own site, as an analytics program counts them."""

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from channels.admin.facts import FactAdmin
from channels.admin_site import RangeDateFilter, RelatedDropdownFilter, display
from channels.models import Traffic
from channels.shown import EMPTY, money, number

WAYS = {
    "brand": _("brand search"),
    "direct": _("direct"),
    "paid": _("paid advertising"),
    "organic": _("organic"),
    "other": _("other"),
    "unknown": _("unknown"),
}


@admin.register(Traffic)
class TrafficAdmin(FactAdmin):
    """Sources and campaigns are what a visitor's address bar said: shown as text, never as links."""

    empty_hint = _("Sessions come with exports of Google Analytics 4, once they are uploaded.")
    list_display = [
        "source", "medium", "campaign", "shown_way", "store", "starts_on", "ends_on", "shown_sessions", "key_events",
        "shown_revenue", "origin",
    ]  # fmt: skip
    list_filter: list[Any] = [("store", RelatedDropdownFilter), ("starts_on", RangeDateFilter), "way", "level"]
    search_fields = ["source__startswith", "campaign__startswith"]

    @display(description=_("kind of source"), ordering="way")
    def shown_way(self, row: Traffic) -> str:
        return str(WAYS.get(row.way, row.way))

    @display(description=_("sessions"), ordering="sessions")
    def shown_sessions(self, row: Traffic) -> SafeString:
        return number(row.sessions)

    @display(description=_("revenue"), ordering="revenue")
    def shown_revenue(self, row: Traffic) -> SafeString | str:
        return EMPTY if row.revenue is None else money(row.revenue, row.currency)
