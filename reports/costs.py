"""Cost of goods under each method side by side, from the same receipts and sales as the posted one."""

from dataclasses import dataclass
from decimal import Decimal

from channels.models import Company
from reconciliation.cost import METHODS, cost_product, read_costs, read_sales
from reconciliation.posting import Ledger


@dataclass(frozen=True, slots=True)
class ProductCosts:
    """One product: units sold, and by method the cost of them and the value left, in base currency.

    None where the method knows no cost of any unit; ``missing`` is units sold that no receipt covers.
    """

    product: str
    units: int
    missing: Decimal
    cogs: dict[str, Decimal | None]
    ending: dict[str, Decimal | None]


def compare_costs(company: Company) -> list[ProductCosts]:
    """Every product that was sold, by every method; the company's own method is the one that posts."""
    ledger, costs = Ledger(company), read_costs(company)
    compared = []
    for product, sales in sorted(read_sales(company).items()):
        cogs: dict[str, Decimal | None] = {}
        ending: dict[str, Decimal | None] = {}
        missing = Decimal(0)
        for method in METHODS:
            costing = cost_product(ledger, product, sales, costs, method)
            known = [cost for cost in costing.cogs.values() if cost is not None]
            cogs[method] = sum(known, Decimal(0)) if known else None
            ending[method] = costing.ending if known else None
            missing = max(missing, costing.missing_units)
        compared.append(ProductCosts(product, sum(sale.units for sale in sales), missing, cogs, ending))
    return compared
