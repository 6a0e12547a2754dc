"""The ledger to look into, the discrepancies to settle, the costs and closes that people enter."""

from reconciliation.admin import costs, discrepancies, ledger, payouts

__all__ = ["costs", "discrepancies", "ledger", "payouts"]
