"""Where in the ledger money stands."""

from urllib.parse import urlencode

from django.urls import reverse


def entries_of_payout(store: int, payout: str) -> str:
    ledger = reverse("admin:reconciliation_ledgerentry_changelist")
    return f"{ledger}?{urlencode({'paying_store__id__exact': store, 'of_payout': payout})}"
