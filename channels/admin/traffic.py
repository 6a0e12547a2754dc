"""Sessions of the own site, as an analytics program counts them."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from channels.admin.columns import known_money_column, number_column, word_column
from channels.admin.facts import FactAdmin
from channels.admin_site import RangeDateFilter, RelatedDropdownFilter
from channels.models import Traffic

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

    shown_way = word_column(_("kind of source"), "way", WAYS)
    shown_sessions = number_column(_("sessions"), "sessions")
    shown_revenue = known_money_column(_("revenue"), "revenue")
