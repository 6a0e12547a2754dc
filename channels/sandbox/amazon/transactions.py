"""Amazon's financial transactions, made of the world's orders and statement entries.

An order's shipment is one transaction from the day it ships: deferred until ``held_until``, then, under the same id and
posted date, released. Every other group of entries is a transaction of its own. Reserves and transfers between
statements are none.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from channels.core.kinds import Kind
from channels.sandbox.amazon.seals import identifier
from channels.sandbox.world.model import ZERO, Entry, Market, Order, Product, Statement, World


@dataclass(frozen=True, slots=True)
class Part:
    """One money line in settlement words; ``line`` is the index of the order's line."""

    words: tuple[str, str, str]
    amount: Decimal
    line: int | None = None
    sku: str = ""
    units: int = 0


@dataclass(frozen=True, slots=True)
class Transaction:
    id: str
    market: Market
    type: str  # Amazon's word
    description: str
    posted_at: datetime
    parts: tuple[Part, ...]
    order: Order | None = None
    order_ref: str = ""  # as Amazon gives it, also where it is no order of the world
    refund: str = ""
    held_until: datetime | None = None  # None: released at once
    statement: Statement | None = None  # None: the open period

    @property
    def total(self) -> Decimal:
        return sum((part.amount for part in self.parts), ZERO)

    def status(self, now: datetime) -> str:
        if self.held_until is None:
            return "RELEASED"
        return "DEFERRED" if now < self.held_until else "DEFERRED_RELEASED"

    @property
    def group_id(self) -> str:
        """Of its financial event group, which is another id than the settlement's."""
        return group_id(self.market, self.statement)


def group_id(market: Market, statement: Statement | None) -> str:
    return identifier("event group", market.code, statement.ref if statement else "open")


def three(words: str) -> tuple[str, str, str]:
    """Settlement words: transaction type, amount type, description."""
    parts = [part.strip() for part in words.split(" / ")]
    return parts[0], parts[1] if len(parts) > 1 else "", " / ".join(parts[2:])


def transactions(world: World, markets: Mapping[str, Market], products: Mapping[int, Product]) -> Iterator[Transaction]:
    """All transactions of these markets, in no order."""
    groups = _groups(world, markets)
    sales = {
        entries[0].order: statement
        for entries, statement in groups.values()
        if entries[0].order and three(entries[0].words)[0] == "Order"
    }
    orders = {order.ref: order for order in world.orders if order.market in markets}
    told = set()
    for order in orders.values():
        if order.income and order.shipped_at:
            told.add(order.ref)
            yield _shipment(order, markets[order.market], products, sales.get(order.ref))
    for key, (entries, statement) in groups.items():
        first = entries[0]
        if three(first.words)[0] == "Order" and first.order in told:
            continue  # the shipment above, as the settlement tells it
        yield _other(key, entries, markets[first.market], orders.get(first.order), statement)


_Groups = dict[str, tuple[list[Entry], Statement | None]]


def _groups(world: World, markets: Mapping[str, Market]) -> _Groups:
    """Entries by vendor transaction, and the statement they are in."""
    found: dict[str, list[Entry]] = defaultdict(list)
    statements: dict[str, Statement | None] = {}
    every: list[tuple[Entry, Statement | None]] = [
        (entry, one) for one in world.statements if one.market in markets for entry in one.entries
    ]
    every += [(entry, None) for entry in world.pending if entry.market in markets]
    for entry, statement in every:
        if entry.kind in (Kind.RESERVE, Kind.TRANSFER):
            continue
        key = f"{entry.market}|{entry.group or entry.key}"
        found[key].append(entry)
        statements[key] = statement
    return {key: (entries, statements[key]) for key, entries in found.items()}


def _shipment(
    order: Order, market: Market, products: Mapping[int, Product], statement: Statement | None
) -> Transaction:
    parts = []
    for term in order.income:
        line = order.lines[term.line] if term.line is not None else None
        sku = products[line.product].sku_in(market.code) if line else ""
        parts.append(Part(three(term.words), term.amount, term.line, sku, line.quantity if line else 0))
    if order.shipped_at is None:
        raise ValueError(f"{order.ref} has not been shipped")
    return Transaction(
        identifier("shipment", order.market, order.ref), market, "Shipment", "Order Payment", order.shipped_at,
        tuple(parts), order, order.ref, held_until=order.held_until, statement=statement,
    )  # fmt: skip


def _other(
    key: str, entries: list[Entry], market: Market, order: Order | None, statement: Statement | None
) -> Transaction:
    first = entries[0]
    kind, words = _type(first)
    posted_at = min(entry.at for entry in entries)
    available_at = max(entry.available_at or entry.at for entry in entries)
    return Transaction(
        identifier("transaction", key), market, kind, words, posted_at,
        tuple(Part(three(one.words), one.amount, one.line, one.sku, one.units) for one in entries),
        order, first.order, first.refund, available_at if available_at > posted_at else None, statement,
    )  # fmt: skip


def _type(entry: Entry) -> tuple[str, str]:
    """Amazon's transactionType and description of a group, by its first entry."""
    transaction, _, description = three(entry.words)
    if transaction == "Order":
        return "Shipment", "Order Payment"
    if "Refund" in transaction:
        return "Refund", "Refund Order"
    if entry.kind is Kind.REIMBURSEMENT:
        return "FBAInventoryReimbursement", "FBA Inventory Reimbursement"
    if entry.kind is Kind.ADVERTISING:
        return "ProductAdsPayment", "Product Ads Payment"
    if entry.kind is Kind.ADJUSTMENT:
        return "Adjustment", description
    return "ServiceFee", description
