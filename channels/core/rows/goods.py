"""Goods with their stock and costs, and rates."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class StockRow:
    """Units received (or in stock at the opening) at a unit cost; ``landed`` is added cost per unit by component."""

    key: str
    product: str
    received_on: date
    quantity: Decimal
    unit_cost: Decimal
    currency: str
    place: int
    landed: tuple[tuple[str, Decimal], ...] = ()
    opening: bool = False


@dataclass(frozen=True, slots=True)
class CostRow:
    """A product's unit cost from a day on, for sellers who keep no stock ledger."""

    product: str
    starts_on: date
    unit_cost: Decimal
    currency: str
    place: int


@dataclass(frozen=True, slots=True)
class SkuRow:
    """A channel's SKU is this product. An empty ``store`` means every store of the company."""

    sku: str
    product: str
    place: int
    store: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class RateRow:
    """One unit of ``base`` is ``rate`` units of ``quote`` on the day, by the source."""

    on: date
    base: str
    quote: str
    rate: Decimal
    source: str
    place: int
