"""Leads and deals, as the CRM tells them."""

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from channels.admin.facts import FactAdmin
from channels.admin_site import RangeDateTimeFilter, RelatedDropdownFilter, display
from channels.models import Lead
from channels.shown import EMPTY, day, money

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

    @display(description=_("created"), ordering="created_at")
    def created(self, lead: Lead) -> SafeString:
        return day(lead.created_at, lead.store.timezone)

    @display(description=_("qualified"), ordering="qualified_at")
    def qualified(self, lead: Lead) -> SafeString:
        return day(lead.qualified_at, lead.store.timezone)

    @display(description=_("won"), ordering="won_at")
    def won(self, lead: Lead) -> SafeString:
        return day(lead.won_at, lead.store.timezone)

    @display(description=_("stage"), ordering="stage")
    def shown_stage(self, lead: Lead) -> str:
        return str(PHASES.get(lead.stage, lead.stage))

    @display(description=_("consent"), ordering="consent")
    def shown_consent(self, lead: Lead) -> str:
        return str(CONSENTS.get(lead.consent, lead.consent))

    @display(description=_("value"), ordering="value")
    def shown_value(self, lead: Lead) -> SafeString | str:
        return EMPTY if lead.value is None else money(lead.value, lead.currency)
