"""From purchases by product to orders: how many must have, and how many can have, passed through a search.

A report counts purchases of a product; an order may hold several products, and the report counts orders that the
ledger does not (cancelled, of another week). Every bound here holds whatever the two have in common.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Bought:
    """A product in a week: orders of the ledger that hold it, orders with it that the ledger leaves out, purchases."""

    orders: int
    outside: int = 0
    brand: int = 0
    non_brand: int = 0


@dataclass(frozen=True, slots=True)
class OrderBounds:
    """Orders that passed through brand search, and those of which it is sure that they did not."""

    low: int
    high: int
    brand: int  # order lines of which it is sure
    non_brand: int
    exceeding: bool  # more purchases than orders: what is beyond them is taken from either class


def order_bounds(orders: int, lines: int, sizes: Mapping[int, int], products: Sequence[Bought]) -> OrderBounds:
    """``lines`` are (order, product) pairs of all the orders; ``sizes`` counts orders by lines the report covers."""
    brand = non_brand = largest = 0
    exceeding = False
    for one in products:
        excess = max(0, one.brand + one.non_brand - one.outside - one.orders)
        exceeding |= excess > 0
        sure = min(one.orders, max(0, one.brand - one.outside - excess))
        brand, largest = brand + sure, max(largest, sure)
        non_brand += min(one.orders, max(0, one.non_brand - one.outside - excess))
    low = min(orders, max(largest, _fewest(brand, sizes)))
    return OrderBounds(low, max(low, min(orders, lines - non_brand)), brand, non_brand, exceeding)


def _fewest(lines: int, sizes: Mapping[int, int]) -> int:
    """The fewest orders that can hold so many lines: the largest first."""
    count = 0
    for size in sorted((size for size in sizes if size > 0), reverse=True):
        if lines <= 0:
            break
        taken = min(sizes[size], -(-lines // size))
        count, lines = count + taken, lines - taken * size
    return count


def sum_bounds(values: Sequence[Decimal], low: int, high: int) -> tuple[Decimal, Decimal]:
    """The least and the most that between ``low`` and ``high`` of the values can add up to."""
    ordered = sorted(values)
    least, most = sum(ordered[:low], Decimal(0)), sum(ordered[len(ordered) - low :], Decimal(0))
    least += sum((value for value in ordered[low:high] if value < 0), Decimal(0))
    spare = ordered[len(ordered) - high : len(ordered) - low]
    return least, most + sum((value for value in spare if value > 0), Decimal(0))
