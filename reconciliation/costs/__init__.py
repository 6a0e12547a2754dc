"""What the goods sold cost: cost layers of one product, by four methods. See README.md for what each decides."""

from reconciliation.costs.average import month_end_average, moving_average
from reconciliation.costs.layers import fifo
from reconciliation.costs.sheet import standard_cost
from reconciliation.costs.stock import Costing, Issue, Receipt

__all__ = ["Costing", "Issue", "Receipt", "fifo", "month_end_average", "moving_average", "standard_cost"]
