"""The ledger to look into, the discrepancies to settle, the costs and closes that people enter."""

from reconciliation.admin import brand_search, costs, discrepancies, ledger, lexicons, payouts, privacy, products

__all__ = ["brand_search", "costs", "discrepancies", "ledger", "lexicons", "payouts", "privacy", "products"]
