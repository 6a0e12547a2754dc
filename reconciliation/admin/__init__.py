"""The ledger to look into, the discrepancies to settle, the costs and closes that people enter; customers to match."""

from reconciliation.admin import (
    brand_search,
    costs,
    customers,
    decisions,
    discrepancies,
    labels,
    ledger,
    lexicons,
    matchings,
    overlap,
    payouts,
    privacy,
    products,
    review,
)

__all__ = [
    "brand_search",
    "costs",
    "customers",
    "decisions",
    "discrepancies",
    "labels",
    "ledger",
    "lexicons",
    "matchings",
    "overlap",
    "payouts",
    "privacy",
    "products",
    "review",
]
