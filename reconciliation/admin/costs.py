"""The costs and closes that people enter."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from channels.admin_site import (
    ChoicesDropdownFilter,
    ModelAdmin,
    RelatedDropdownFilter,
    display,
)
from channels.shown import money
from reconciliation.models import ClosedPeriod, SharedCost


@admin.register(SharedCost)
class SharedCostAdmin(ModelAdmin):
    empty_hint = _("Costs that serve several channels, as brand marketing: they are spread by the allocation key.")
    list_display = ["name", "pool", "starts_on", "ends_on", "shown_amount", "shown_key", "company"]
    list_filter = [("company", RelatedDropdownFilter), ("pool", ChoicesDropdownFilter)]
    list_select_related = ["company"]
    search_fields = ["name"]
    fields = ["company", "name", "pool", ("starts_on", "ends_on"), ("amount", "currency"), "allocation_key"]

    @display(description=_("amount"), ordering="amount")
    def shown_amount(self, cost: SharedCost) -> SafeString:
        return money(cost.amount, cost.currency)

    @display(description=_("allocation key"))
    def shown_key(self, cost: SharedCost) -> str:
        return cost.get_allocation_key_display() if cost.allocation_key else cost.company.get_allocation_key_display()


@admin.register(ClosedPeriod)
class ClosedPeriodAdmin(ModelAdmin):
    """A close is said once and stays: what arrives later is booked on the next day."""

    empty_hint = _("Close a period and its figures stay: what arrives later is booked on the next open day.")
    list_display = ["company", "through", "closed_at"]
    list_filter = [("company", RelatedDropdownFilter)]
    list_select_related = ["company"]

    def has_change_permission(self, request: HttpRequest, obj: ClosedPeriod | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ClosedPeriod | None = None) -> bool:
        return False
