"""Cost of goods sold: a COST entry beside each sale, by the company's method. The other methods are for comparison."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Model

from channels.core.kinds import Kind, Stage
from channels.core.money import round_minor
from channels.models import Company, Sku, StockReceipt, UnitCost
from reconciliation.costs import Costing, Issue, Receipt, fifo, month_end_average, moving_average, standard_cost
from reconciliation.inputs import entered_since, known
from reconciliation.ledger.lines import Draft
from reconciliation.posting import COGS, Ledger, cost_key, fetched

METHODS: dict[str, Callable[[Iterable[Receipt], Iterable[Issue], str], Costing]] = {
    Company.CostMethod.FIFO: fifo,
    Company.CostMethod.MOVING_AVERAGE: moving_average,
    Company.CostMethod.MONTH_END_AVERAGE: month_end_average,
}


@dataclass(frozen=True, slots=True)
class Sale:
    """Units sold on one standing entry, and the dates its cost takes over."""

    store: int
    earning_store: int
    key: str
    product: str
    sku: str
    order_ref: str
    units: int
    currency: str
    dates: tuple[date | None, date | None, date | None, date | None, date | None]
    page: int | None
    place: int
    recorded_at: datetime

    @property
    def day(self) -> date | None:
        """When the goods left: shipped, else posted, else ordered."""
        ordered, shipped, posted, _, _ = self.dates
        return shipped or posted or ordered


@dataclass(frozen=True, slots=True)
class Costs:
    """What the seller says goods cost, by product: receipts, or a cost sheet."""

    receipts: dict[str, list[StockReceipt]]
    sheet: dict[str, list[UnitCost]]

    def known_at(self, product: str) -> datetime | None:
        rows = (*self.receipts.get(product, ()), *self.sheet.get(product, ()))
        return max((row.recorded_at for row in rows), default=None)


def read_costs(company: Company, until: datetime | None = None) -> Costs:
    """Every receipt and sheet cost of the company, or those known by an instant."""
    receipts: dict[str, list[StockReceipt]] = {}
    for receipt in StockReceipt.objects.filter(known(until), company=company):
        receipts.setdefault(receipt.product, []).append(receipt)
    sheet: dict[str, list[UnitCost]] = {}
    for cost in UnitCost.objects.filter(known(until), company=company).order_by("starts_on"):
        sheet.setdefault(cost.product, []).append(cost)
    return Costs(receipts, sheet)


def post_costs(ledger: Ledger, since: int, since_at: datetime | None, *, afresh: bool) -> None:
    """Post the cost of what was sold: of the products that were sold, or of all where costs or settings changed."""
    company = ledger.company
    products = None if afresh else _touched(company, ledger, since, since_at)
    if products is not None and not products:
        return
    costs = read_costs(company, ledger.until)
    if not costs.receipts and not costs.sheet and not ledger.has_costs:
        return
    sales = read_sales(company, products, ledger.until)
    sold = {(sale.store, COGS, sale.key) for some in sales.values() for sale in some}
    unsold = ledger.unsold.keys() - sold
    ledger.write(ledger.standing(unsold), [], {key: ledger.unsold[key] for key in unsold})
    for product, some in sorted(sales.items()):
        _post_product(ledger, product, some, costs)


def _post_product(ledger: Ledger, product: str, sales: list[Sale], costs: Costs) -> None:
    known_at = costs.known_at(product)
    entries = ledger.standing((sale.store, COGS, sale.key) for sale in sales)
    if known_at is None and not entries:
        return
    costing = cost_product(ledger, product, sales, costs, ledger.company.cost_method)
    drafts = []
    for sale in sales:
        cost = costing.cogs.get(sale.key)
        if cost is not None:
            drafts.append(_draft(ledger, sale, cost, known_at))
    # A sale, receipt or cost may move the cost of every other sale of the product.
    cause = max(filter(None, (max(sale.recorded_at for sale in sales), known_at)))
    ledger.write(entries, drafts, {(sale.store, COGS, sale.key): cause for sale in sales})


def cost_product(ledger: Ledger, product: str, sales: list[Sale], costs: Costs, method: str) -> Costing:
    """The costing of one product in base currency. Without receipts the cost sheet is taken, whatever the method.

    A receipt without a rate to the base currency has no cost: what it covers stays uncosted.
    """
    base = ledger.company.base_currency
    issues = [Issue(sale.day, sale.units, sale.key) for sale in sales if sale.day]
    receipts = costs.receipts.get(product, [])
    if method == Company.CostMethod.STANDARD or not receipts:
        return _sheet(ledger, issues, costs.sheet.get(product, []), base)
    layers = []
    for row in receipts:
        found = ledger.find_rate(row.currency, row.received_on)
        if found is not None:
            landed = sum((Decimal(cost) for cost in row.landed.values()), Decimal(0))
            layers.append(Receipt(row.received_on, row.quantity, (row.unit_cost + landed) * found.rate, row.key))
    return METHODS[method](layers, issues, base)


def _sheet(ledger: Ledger, issues: list[Issue], costs: list[UnitCost], base: str) -> Costing:
    """A cost sheet in another currency takes the rate of the day of sale."""
    steps: list[tuple[date, Decimal]] = []
    if all(row.currency == base for row in costs):
        steps = [(row.starts_on, row.unit_cost) for row in costs]
        return standard_cost(steps, issues, base)
    for on in sorted({issue.on for issue in issues}):
        in_force = [row for row in costs if row.starts_on <= on]
        found = ledger.find_rate(in_force[-1].currency, on) if in_force else None
        if found is not None:
            steps.append((on, in_force[-1].unit_cost * found.rate))
        elif in_force:
            issues = [issue for issue in issues if issue.on != on]
    return standard_cost(steps, issues, base)


def _draft(ledger: Ledger, sale: Sale, cost: Decimal, known_at: datetime | None) -> Draft:
    """The cost in the store's currency for reading; in base it is the historic cost exactly."""
    ordered, shipped, posted, released, deposited = sale.dates
    found = ledger.find_rate(sale.currency, sale.day)
    base = ledger.company.base_currency
    local = round_minor(cost / found.rate, sale.currency) if found else cost
    return Draft(
        paying_store=sale.store, earning_store=sale.earning_store, source=COGS, key=sale.key, part=0,
        stage=Stage.COST, kind=Kind.COGS, label=f"{ledger.company.cost_method} / {sale.product}",
        order_ref=sale.order_ref, sku=sale.sku, quantity=sale.units, amount=-local,
        currency=sale.currency if found else base, ordered_on=ordered, shipped_on=shipped, posted_on=posted,
        released_on=released, deposited_on=deposited, payout="", page=sale.page, place=sale.place,
        recorded_at=max(filter(None, (sale.recorded_at, known_at))), base_amount=-cost,
    )  # fmt: skip


def _touched(company: Company, ledger: Ledger, since: int, since_at: datetime | None) -> set[str] | None:
    """Products to cost anew; None for all."""
    new = entered_since(since, since_at)
    if not since or any(model._default_manager.filter(new, company=company).exists() for model in _GOODS):
        return None
    mapping = product_map(company, ledger.until)
    return {product_of(mapping, store, sku) for store, sku in ledger.touched_skus if sku}


_GOODS: tuple[type[Model], ...] = (Sku, StockReceipt, UnitCost)


def product_map(company: Company, until: datetime | None = None) -> dict[tuple[int | None, str], str]:
    """(store or None for all, SKU) → product."""
    rows = Sku.objects.filter(known(until), company=company).values_list("store", "sku", "product")
    return {(store, sku): product for store, sku, product in rows}


def product_of(mapping: dict[tuple[int | None, str], str], store: int | None, sku: str) -> str:
    """The product of a store's SKU; a SKU that is not mapped is a product of its own."""
    return mapping.get((store, sku)) or mapping.get((None, sku)) or sku


def read_sales(
    company: Company, products: set[str] | None = None, until: datetime | None = None
) -> dict[str, list[Sale]]:
    """Units sold by product, from the revenue entries that stand; of all products, or of some."""
    mapping = product_map(company, until)
    skus = None
    if products is not None:
        skus = sorted(products | {sku for (_, sku), product in mapping.items() if product in products})
    sales: dict[str, list[Sale]] = {}
    with connection.chunked_cursor() as cursor:
        cursor.execute(_SALES, {"company": company.pk, "skus": skus})
        for rows in fetched(cursor, 5_000):
            for row in rows:
                sale = _sale(row, mapping)
                if products is None or sale.product in products:
                    sales.setdefault(sale.product, []).append(sale)
    return sales


def _sale(row: tuple[Any, ...], mapping: dict[tuple[int | None, str], str]) -> Sale:
    store, earning, source, key, part, stage, sku, order_ref, units, currency, *dates, page, place, recorded_at = row
    return Sale(
        store, earning, cost_key(source, key, part, stage), product_of(mapping, earning, sku), sku, order_ref, units,
        currency, (dates[0], dates[1], dates[2], dates[3], dates[4]), page, place, recorded_at,
    )  # fmt: skip


_SALES = (
    "SELECT paying_store_id, earning_store_id, source, key, part, stage, sku, order_ref, sum(quantity)::int, currency, "
    "ordered_on, shipped_on, posted_on, released_on, deposited_on, page_id, place, max(recorded_at) "
    "FROM reconciliation_ledgerentry "
    "WHERE company_id = %(company)s AND kind = 'revenue' AND quantity <> 0 AND sku <> '' "
    "AND (%(skus)s::text[] IS NULL OR sku = ANY(%(skus)s)) "
    "GROUP BY paying_store_id, earning_store_id, source, key, part, stage, sku, order_ref, currency, ordered_on, "
    "shipped_on, posted_on, released_on, deposited_on, page_id, place HAVING sum(quantity) <> 0 "
    "ORDER BY source, key, part, stage"
)
