"""Leads and deals, as the CRM tells them."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from channels.admin.columns import day_column, known_money_column, word_column
from channels.admin.facts import FactAdmin
from channels.admin_site import RangeDateTimeFilter, RelatedDropdownFilter
from channels.models import Lead

PHASES = {
    "lead": _("lead"),
    "qualified": _("qualified"),
    "opportunity": _("opportunity"),
    "won": _("won"),
    "lost": _("lost"),
}
CONSENTS = {"yes": _("yes"), "no": _("no"), "unknown": _("unknown")}


@admin.register(Lead)
class LeadAdmin(FactAdmin):
    """Who a lead is stands in the vault and is shown nowhere."""

    empty_hint = _("Leads come with exports of HubSpot or Salesforce, or with your own sheet, once they are uploaded.")
    list_display = [
        "key", "store", "is_deal", "created", "source", "campaign", "shown_stage", "qualified", "won", "shown_value",
        "shown_consent", "origin",
    ]  # fmt: skip
    list_filter: list[Any] = [
        ("store", RelatedDropdownFilter), ("created_at", RangeDateTimeFilter), "stage", "is_deal", "bot", "consent",
    ]  # fmt: skip
    search_fields = ["key__startswith", "order_ref__startswith"]
    search_help_text = _("Number of a lead or an order, from its beginning")

    created = day_column(_("created"), "created_at")
    qualified = day_column(_("qualified"), "qualified_at")
    won = day_column(_("won"), "won_at")
    shown_stage = word_column(_("stage"), "stage", PHASES)
    shown_consent = word_column(_("consent"), "consent", CONSENTS)
    shown_value = known_money_column(_("value"), "value")
