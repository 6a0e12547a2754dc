"""Shopify: a shop's orders, its Shopify Payments transactions and payouts, from exports and from the Admin API."""

from channels.adapters.shopify import (
    api_orders,
    api_payouts,
    balance,
    bulk_orders,
    orders,
    payouts,
    pulls,
    transactions,
)
from channels.core.adapter import SIGNALS, Adapter, Signals

ADAPTER = Adapter(
    code="shopify",
    label="Shopify",
    formats=(
        orders.FORMAT,
        transactions.FORMAT,
        payouts.FORMAT,
        api_orders.FORMAT,
        bulk_orders.FORMAT,
        balance.FORMAT,
        api_payouts.FORMAT,
    ),
    source=pulls.SOURCE,
    signals=Signals(
        allowed=frozenset(SIGNALS),
        why=(
            "A shop's customers are the shop's own. Shopify gives an app the fields of protected customer data that it "
            "is approved for, and withholds the others."
        ),
    ),
)
