"""Search statistics by class of query: sums of counts, never of shares, since vendors give shares in different units.

What a report does not tell is unknown: it is counted as missing and never taken for zero.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol, TypeVar

from reconciliation.exposure.verdicts import CLASSES, Class

T = TypeVar("T")
MEASURES = ("impressions", "clicks", "cart_adds", "purchases")


class SearchCounts(Protocol):
    """One query and product in a period, as ``channels.core.rows.SearchRow`` and the model SearchStat say it."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def query(self) -> str: ...
    @property
    def asin(self) -> str: ...
    @property
    def volume(self) -> int | None: ...
    @property
    def impressions(self) -> int | None: ...
    @property
    def impressions_total(self) -> int | None: ...
    @property
    def clicks(self) -> int | None: ...
    @property
    def clicks_total(self) -> int | None: ...
    @property
    def cart_adds(self) -> int | None: ...
    @property
    def cart_adds_total(self) -> int | None: ...
    @property
    def purchases(self) -> int | None: ...
    @property
    def purchases_total(self) -> int | None: ...


class AdCounts(Protocol):
    """Advertising of one search term, as ``channels.core.rows.AdSpendRow`` and the model AdSpend say it."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def currency(self) -> str: ...
    @property
    def search_term(self) -> str: ...
    @property
    def impressions(self) -> int: ...
    @property
    def clicks(self) -> int: ...
    @property
    def orders(self) -> int: ...
    @property
    def units(self) -> int: ...
    @property
    def spend(self) -> Decimal: ...
    @property
    def sales(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of what is known (None: nothing is), and how many parts of it are not known."""

    value: int | None = None
    missing: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        if self.value is None or other.value is None:
            value = other.value if self.value is None else self.value
        else:
            value = self.value + other.value
        return Sum(value, self.missing + other.missing)

    @property
    def whole(self) -> int | None:
        """The sum where every part of it is known."""
        return None if self.missing else self.value


def known(value: int | None) -> Sum:
    return Sum(None, 1) if value is None else Sum(value, 0)


@dataclass(frozen=True, slots=True)
class Funnel:
    """Impressions to purchases of some queries."""

    impressions: Sum = Sum()
    clicks: Sum = Sum()
    cart_adds: Sum = Sum()
    purchases: Sum = Sum()

    def __add__(self, other: "Funnel") -> "Funnel":
        return Funnel(
            self.impressions + other.impressions, self.clicks + other.clicks,
            self.cart_adds + other.cart_adds, self.purchases + other.purchases,
        )  # fmt: skip


ZERO = Funnel(Sum(0), Sum(0), Sum(0), Sum(0))


@dataclass(frozen=True, slots=True)
class QueryCounts:
    """A query in a period: own products summed, all sellers' counts once. ``disagrees``: rows contradict each other."""

    starts_on: date
    ends_on: date
    query: str
    own: Funnel
    total: Funnel
    volume: int | None = None
    products: int = 1
    disagrees: bool = False

    def share(self, measure: str) -> float | None:
        """Own part of all sellers' count, 0 to 1; None where one is not known, none was counted or they contradict."""
        return _share(getattr(self.own, measure), getattr(self.total, measure))


@dataclass(frozen=True, slots=True)
class ClassCounts:
    """A class of queries in a period."""

    starts_on: date
    ends_on: date
    verdict: Class
    queries: int = 0
    volume: Sum = Sum(0)
    own: Funnel = ZERO
    total: Funnel = ZERO
    disagreeing: int = 0

    def share(self, measure: str) -> float | None:
        return _share(getattr(self.own, measure), getattr(self.total, measure))


@dataclass(frozen=True, slots=True)
class AdClass:
    """Advertising whose search terms are of one class, in a week or in the period that the report gives."""

    starts_on: date
    ends_on: date
    currency: str
    verdict: Class
    rows: int = 0
    impressions: int = 0
    clicks: int = 0
    orders: int = 0
    units: int = 0
    spend: Decimal = Decimal(0)
    sales: Decimal = Decimal(0)


def _share(own: Sum, total: Sum) -> float | None:
    part, whole = own.whole, total.whole
    if part is None or not whole or not 0 <= part <= whole:
        return None
    return part / whole


@dataclass(slots=True)
class _Query:
    volume: int | None = None
    own: dict[str, dict[str, Sum]] = field(default_factory=lambda: {name: {} for name in MEASURES})
    total: dict[str, int | None] = field(default_factory=lambda: dict.fromkeys(MEASURES))
    disagrees: bool = False


def per_query(rows: Iterable[SearchCounts]) -> Iterator[QueryCounts]:
    """Rows of query and product as queries: a product's rows are summed, all sellers' counts are taken once.

    Where the rows of one query disagree about all sellers' counts the highest holds (reports grow while late data
    comes in). All periods are held in memory: pass one report's period at a time where there are millions.
    """
    found: dict[tuple[date, date, str], _Query] = {}
    for row in rows:
        _take(found.setdefault((row.starts_on, row.ends_on, row.query), _Query()), row)
    for (starts_on, ends_on, query), one in found.items():
        own = Funnel(*(sum(one.own[name].values(), Sum()) for name in MEASURES))
        total = Funnel(*(known(one.total[name]) for name in MEASURES))
        over = any(_exceeds(getattr(own, name), getattr(total, name)) for name in MEASURES)
        yield QueryCounts(
            starts_on, ends_on, query, own, total, one.volume, len(one.own["impressions"]), one.disagrees or over,
        )  # fmt: skip


def _take(query: _Query, row: SearchCounts) -> None:
    counts = {"impressions": (row.impressions, row.impressions_total), "clicks": (row.clicks, row.clicks_total),
              "cart_adds": (row.cart_adds, row.cart_adds_total),
              "purchases": (row.purchases, row.purchases_total)}  # fmt: skip
    query.volume = _highest(query.volume, row.volume)
    for name, (own, total) in counts.items():
        products = query.own[name]
        products[row.asin] = products.get(row.asin, Sum()) + known(own)
        before = query.total[name]
        query.disagrees |= before is not None and total is not None and before != total
        query.total[name] = _highest(before, total)


def _highest(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else max(one, other)


def _exceeds(own: Sum, total: Sum) -> bool:
    return own.value is not None and total.value is not None and own.value > total.value


def by_class(queries: Iterable[QueryCounts], classify: Callable[[str], Class]) -> list[ClassCounts]:
    """The three classes of each period that has a query, in order; added up they are the source."""
    sums: dict[tuple[date, date], dict[Class, ClassCounts]] = {}
    for one in queries:
        verdict = classify(one.query)
        period = (one.starts_on, one.ends_on)
        classes = sums.setdefault(period, {name: ClassCounts(*period, name) for name in CLASSES})
        was = classes[verdict]
        classes[verdict] = ClassCounts(
            *period, verdict, was.queries + 1, was.volume + known(one.volume), was.own + one.own,
            was.total + one.total, was.disagreeing + one.disagrees,
        )  # fmt: skip
    return [sums[period][name] for period in sorted(sums) for name in CLASSES]


def ads_by_class(rows: Iterable[AdCounts], classify: Callable[[str], Class]) -> list[AdClass]:
    """Advertising by search term's class: by week where a row lies in one, else by its own period; per currency."""
    sums: dict[tuple[date, date, str], dict[Class, AdClass]] = {}
    for row in rows:
        starts_on = week_of(row.starts_on)
        inside = row.ends_on <= starts_on + timedelta(6)
        period = (starts_on, starts_on + timedelta(6)) if inside else (row.starts_on, row.ends_on)
        key = (*period, row.currency)
        classes = sums.setdefault(key, {name: AdClass(*key, name) for name in CLASSES})
        verdict = classify(row.search_term)
        was = classes[verdict]
        classes[verdict] = AdClass(
            *key, verdict, was.rows + 1, was.impressions + row.impressions, was.clicks + row.clicks,
            was.orders + row.orders, was.units + row.units, was.spend + row.spend, was.sales + row.sales,
        )  # fmt: skip
    return [sums[key][name] for key in sorted(sums) for name in CLASSES]


def week_of(day: date) -> date:
    """The Sunday on which the day's week starts: Amazon's weeks run from Sunday to Saturday."""
    return day - timedelta((day.weekday() + 1) % 7)


def weekly(series: Mapping[date, T], first: date, last: date) -> dict[date, T | None]:
    """Each week from first to last; a week that no report covers is None."""
    weeks = (week_of(last) - week_of(first)).days // 7
    return {week: series.get(week) for n in range(weeks + 1) for week in [week_of(first) + timedelta(7 * n)]}
