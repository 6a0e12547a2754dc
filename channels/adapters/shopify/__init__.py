"""Shopify: the exports of a shop's orders, of its Shopify Payments transactions and of its payouts."""

from channels.adapters.shopify import orders, payouts, transactions
from channels.core.adapter import Adapter

ADAPTER = Adapter(
    code="shopify",
    label="Shopify",
    formats=(orders.FORMAT, transactions.FORMAT, payouts.FORMAT),
)
