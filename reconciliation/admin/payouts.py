"""A payout beside the ledger."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from channels.admin.facts import PayoutAdmin
from channels.models import Payout
from reconciliation.admin.links import entries_of_payout
from reconciliation.queries import payout_months, payout_totals

admin.site.unregister(Payout)


@admin.register(Payout)
class TiedPayoutAdmin(PayoutAdmin):
    """A payout beside the ledger: what was posted for it, what is left, and in which months."""

    change_form_after_template = "reconciliation/payout.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = dict(extra_context or {})
        payout = self.get_object(request, object_id)
        if payout is not None and request.user.has_perm("reconciliation.view_ledgerentry"):
            context["tied"] = payout_totals(stores=[payout.store_id], payouts=[payout.ref])
            context["months"] = payout_months(payout.store_id, payout.ref)
            context["entries"] = entries_of_payout(payout.store_id, payout.ref)
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response
