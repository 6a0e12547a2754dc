"""What the fact tables can hold. A row beyond it is unreadable, and says why; the others of its page are read."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import attrgetter, gt
from typing import Any, get_type_hints

from django.db.models import CharField, Model

from channels.core.rows import (
    AdSpendRow,
    ChargeRow,
    CostRow,
    DisbursementRow,
    GivenRow,
    LeadRow,
    OrderItemRow,
    OrderRow,
    PayoutRow,
    RateRow,
    RepeatRow,
    Row,
    SearchRow,
    SkuRow,
    StockRow,
    TrafficRow,
    Unreadable,
    VisitRow,
)
from channels.models import (
    AdSpend,
    Charge,
    Disbursement,
    ExchangeRate,
    GivenOrder,
    Lead,
    Order,
    OrderItem,
    Payout,
    RepeatPurchase,
    SearchStat,
    Sku,
    StockReceipt,
    Traffic,
    UnitCost,
    Visit,
)

MOST = Decimal(10) ** 14  # numeric(20,6)
RATE_MOST = Decimal(10) ** 10  # numeric(20,10)
COUNT_MOST = 2**31 - 1
BIG_COUNT_MOST = 2**63 - 1
# No channel is older, and a day next to the end of the calendar has no neighbour in another time zone.
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

Complaint = Callable[[Any], str]

_CUT = {"label", "title"}  # shortened where they are written
_MODELS: dict[type, type[Model]] = {
    ChargeRow: Charge, OrderRow: Order, OrderItemRow: OrderItem, PayoutRow: Payout, AdSpendRow: AdSpend,
    SearchRow: SearchStat, RepeatRow: RepeatPurchase, VisitRow: Visit, DisbursementRow: Disbursement,
        GivenRow: GivenOrder, LeadRow: Lead, TrafficRow: Traffic,
    StockRow: StockReceipt, CostRow: UnitCost, SkuRow: Sku, RateRow: ExchangeRate,
}  # fmt: skip
_RENAMED = {"order": "order_ref"}
_SHORTEST = 100  # characters that every text column of a charge takes, apart from its currency
_CHECKED_INSTANTS: set[datetime | None] = {None}


def within(row: Row) -> Row:
    """The row itself, or the reason why it cannot be kept."""
    if isinstance(row, Unreadable):
        return row
    if type(row) is ChargeRow and _plain(row):
        return row
    try:
        problem = _order(row) if isinstance(row, OrderRow) else _CHECKS[type(row)](row)
    except TypeError:
        problem = "it lacks a value that must be there"
    if not problem:
        return row
    return Unreadable(row.place, problem, getattr(row, "label", ""))


def _plain(row: ChargeRow) -> bool:
    """Whether a money line is within every limit, at a glance: there are millions of them, and few doubtful ones."""
    known = _CHECKED_INSTANTS
    if row.posted_at not in known or row.released_at not in known or row.deposited_at not in known:
        fits = all(at is None or FIRST < at < LAST for at in (row.posted_at, row.released_at, row.deposited_at))
        if not fits or len(known) > 100_000:
            return False
        known.update((row.posted_at, row.released_at, row.deposited_at))
    return (
        len(row.key) <= _SHORTEST
        and len(row.document) <= _SHORTEST
        and len(row.order) <= _SHORTEST
        and len(row.sku) <= _SHORTEST
        and len(row.payout) <= _SHORTEST
        and not row.serves
        and row.shipped_at in known
        and len(row.currency) == 3
        and -COUNT_MOST < row.quantity < COUNT_MOST
        and -MOST < row.amount < MOST
    )


def _check(row_type: type) -> Complaint:
    """What is wrong with a row of this type; "" where nothing is. Fast where nothing is: there are millions."""
    hints = get_type_hints(row_type).items()
    lengths = [(name, limit) for name, _ in hints if (limit := _length(row_type, name))]
    ranges = [(name, *found) for name, hint in hints if (found := _range(row_type, name, hint))]
    texts = attrgetter(*(name for name, _ in lengths))
    values = attrgetter(*(name for name, *_ in ranges), lengths[0][0])  # never one alone, which would be no tuple
    most, bounds = [limit for _, limit in lengths], [(low, high) for _, low, high, _ in ranges]

    def check(row: Any) -> str:
        if any(map(gt, map(len, texts(row)), most)):
            return _too_long(row, lengths)
        for value, (low, high) in zip(values(row), bounds, strict=False):
            if value is not None and not low < value < high:
                return _out_of_range(row, ranges)
        return ""

    return check


def _too_long(row: Any, lengths: list[tuple[str, int]]) -> str:
    name, limit = next((name, limit) for name, limit in lengths if len(getattr(row, name)) > limit)
    return f"{name} has {len(getattr(row, name)):,} characters; at most {limit} can be kept"


def _out_of_range(row: Any, ranges: list[Any]) -> str:
    name, what = next(
        (name, what)
        for name, low, high, what in ranges
        if getattr(row, name) is not None and not low < getattr(row, name) < high
    )
    return f"{name} {str(getattr(row, name))[:40]} {what}"


def _range(row_type: type, name: str, hint: Any) -> tuple[Any, Any, str] | None:
    if hint in (Decimal, Decimal | None):
        amount = RATE_MOST if row_type is RateRow else MOST
        return -amount, amount, "is more than can be kept"
    if hint in (int, int | None):
        big = (row_type in (SearchRow, RepeatRow, TrafficRow) or name in ("impressions", "clicks")) and name != "place"
        count = BIG_COUNT_MOST if big else COUNT_MOST
        return -count, count, "is more than can be kept"
    if hint in (datetime, datetime | None):
        return FIRST, LAST, "is no date of trade"
    return (FIRST.date(), LAST.date(), "is no date of trade") if hint is date else None


def _length(row_type: type, name: str) -> int:
    model = _MODELS[row_type]
    if name in _CUT or name == "store":
        return 0
    column = next((one for one in model._meta.fields if one.name == _RENAMED.get(name, name)), None)
    return column.max_length or 0 if isinstance(column, CharField) else 0


def _order(row: OrderRow) -> str:
    items = (f"line {item.key[:40]}: {said}" for item in row.items if (said := _CHECKS[OrderItemRow](item)))
    return _CHECKS[OrderRow](row) or next(items, "")


_CHECKS: dict[type, Complaint] = {row_type: _check(row_type) for row_type in _MODELS}
