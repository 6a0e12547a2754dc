"""Facts in sums, so that what was pulled and what is true can be compared as whole values.

Money is summed by order, kind, role and payout, because vendors and adapters cut it into lines in their own ways;
sums of zero, rows of role COMPARE, keys, labels and places are left out. Times are to the second.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from channels.core.kinds import Role
from channels.core.rows import (
    AdSpendRow,
    ChargeRow,
    DisbursementRow,
    OrderRow,
    PayoutRow,
    RepeatRow,
    Row,
    SearchRow,
    VisitRow,
)
from channels.sandbox.world.facts import rows
from channels.sandbox.world.model import World

Summary = dict[str, Any]  # subject → sorted tuples


def summary(world: World, market_code: str, at: datetime) -> Summary:
    """What a complete pull of the market at the moment comes to."""
    return summarise(rows(world, market_code, at, pulled=True))


def summarise(told: Iterable[Row]) -> Summary:
    """The same of any rows: ``orders``, ``money``, ``statements``, ``ads``, ``searches``, ``repeats``, ``visits``,
    ``disbursements``. A later row of the same order, statement, day, week or visit replaces the one before."""
    found = _Sums()
    for row in told:
        found.add(row)
    return found.summary()


class _Sums:
    def __init__(self) -> None:
        self.by_key: dict[str, dict[Any, tuple[Any, ...]]] = {
            name: {} for name in ("orders", "statements", "ads", "searches", "repeats", "visits", "disbursements")
        }
        self.money: Counter[tuple[str, str, str, str]] = Counter()

    def add(self, row: Row) -> None:
        if isinstance(row, ChargeRow):
            if row.role is not Role.COMPARE:
                self.money[row.order, str(row.kind), str(row.role), row.payout] += row.amount  # type: ignore[assignment]
            return
        subject, key, values = _told(row)
        if subject:
            self.by_key[subject][key] = values

    def summary(self) -> Summary:
        found: Summary = {
            name: tuple((*key, *values) for key, values in sorted(of.items(), key=lambda one: one[0]))
            for name, of in self.by_key.items()
        }
        found["money"] = tuple(sorted((*key, Decimal(amount)) for key, amount in self.money.items() if amount))
        return found


def _told(row: Row) -> tuple[str, tuple[Any, ...], tuple[Any, ...]]:
    """(subject, key, values) of a row that is no money; subject "" for what is not compared."""
    if isinstance(row, OrderRow):
        units: Counter[str] = Counter()
        for item in row.items:
            units[item.sku] += item.quantity
        values = (second(row.ordered_at), row.cancelled, row.country, row.state, row.city, tuple(sorted(units.items())))
        return "orders", (row.ref,), values
    if isinstance(row, PayoutRow):
        stated = row.stated
        if row.opening is not None and row.closing is not None:
            stated = row.closing - row.opening
        return "statements", (row.ref,), (stated, row.opening, row.closing)
    if isinstance(row, AdSpendRow):
        counts = (row.spend, row.impressions, row.clicks, row.orders, row.units, row.sales)
        return ("ads" if any(counts) else ""), (row.starts_on, row.campaign), counts
    if isinstance(row, SearchRow):
        return "searches", (row.query, row.asin, row.starts_on), _counts(row, "volume")
    if isinstance(row, RepeatRow):
        return "repeats", (row.asin, row.starts_on), _counts(row, "orders")
    if isinstance(row, VisitRow):
        words = (row.source, row.utm_source, row.utm_medium, row.utm_campaign)
        return "visits", (row.order, row.position), (second(row.occurred_at), *words)
    if isinstance(row, DisbursementRow):
        return "disbursements", (second(row.starts_at), row.amount), (row.trace,)
    return "", (), ()


def _counts(row: SearchRow | RepeatRow, first: str) -> tuple[Any, ...]:
    """The values from this field on."""
    names = [one.name for one in fields(row)]
    return tuple(getattr(row, name) for name in names[names.index(first) :])


def second(moment: datetime | None) -> str:
    """A time to the second, in UTC; "" for none."""
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else ""


def digest(world: World) -> str:
    """The same for worlds that are equal in every field."""
    found = sha256()
    for part in _parts(world):
        found.update(part.encode() + b"\x1f")
    return found.hexdigest()


def _parts(value: object) -> Iterable[str]:
    if is_dataclass(value):
        for one in fields(value):
            yield from _parts(getattr(value, one.name))
    elif isinstance(value, Mapping):
        for key in sorted(value, key=str):
            yield str(key)
            yield from _parts(value[key])
    elif isinstance(value, tuple):
        yield str(len(value))
        for one in value:
            yield from _parts(one)
    else:
        yield value.isoformat() if isinstance(value, datetime) else str(value)
