"""The rate for a day: the last one within seven days before it, never a guess."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal

from channels.core.money import round_minor

ECB = "ECB"  # the source that quotes every currency against EUR
WINDOW = timedelta(days=7)
LONGEST = 60  # characters of a source

# What is derived (inverse, cross) has twelve significant digits, so that the rate kept beside an entry, in a
# column of 20 digits behind the point, gives the entry's base amount again.
_DERIVED = Context(prec=12)


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of ``base`` is ``rate`` units of ``quote`` on the day, by the source."""

    on: date
    base: str
    quote: str
    rate: Decimal
    source: str

    def __post_init__(self) -> None:
        if self.rate <= 0 or self.base == self.quote:
            raise ValueError(f"no rate between two currencies: {self}")


@dataclass(frozen=True, slots=True)
class Found:
    """One unit of the currency is ``rate`` units of base currency; ``on`` is the day of its (older) quotation."""

    rate: Decimal
    on: date
    source: str


@dataclass(frozen=True, slots=True)
class _Series:
    """The quotations of one pair by one kind of source, by day; the last given of a day counts."""

    days: list[date]
    rates: list[Rate]

    def last(self, on: date) -> Rate | None:
        at = bisect_right(self.days, on) - 1
        return self.rates[at] if at >= 0 and on - self.days[at] <= WINDOW else None


class RateTable:
    """Rates to look up in. What is found, in this order:

    1. the same currency: 1, with no source;
    2. the youngest of: the pair typed in, the pair by the ECB, both ECB legs crossed via EUR; on the same day, the one
       named first here. A pair may stand either way round, and a cross is as old as its older leg;
    3. where none of these is within the window: a typed-in quotation of either currency, crossed with 2 for the rest.

    What is not found is None, never 1.
    """

    def __init__(self, rates: Iterable[Rate]) -> None:
        days: dict[tuple[bool, str, str], dict[date, Rate]] = {}
        for rate in rates:
            days.setdefault((rate.source != ECB, rate.base, rate.quote), {})[rate.on] = rate
        self._series = {
            key: _Series(ordered, [found[on] for on in ordered])
            for key, found in days.items()
            for ordered in [sorted(found)]
        }
        self._partners: dict[str, set[str]] = {}
        for typed, base, quote in self._series:
            if typed:
                self._partners.setdefault(base, set()).add(quote)
                self._partners.setdefault(quote, set()).add(base)
        self._known: dict[tuple[str, str, date], Found | None] = {}

    def find(self, currency: str, base_currency: str, on: date) -> Found | None:
        """The rate from the currency to the base currency for the day; None where there is none."""
        key = (currency, base_currency, on)
        if key not in self._known:
            self._known[key] = self._find(currency, base_currency, on)
        return self._known[key]

    def _find(self, currency: str, base: str, on: date) -> Found | None:
        if currency == base:
            return Found(Decimal(1), on, "")
        return self._leg(currency, base, on) or self._via_typed(currency, base, on)

    def _leg(self, currency: str, base: str, on: date) -> Found | None:
        choices = [
            self._pair(currency, base, on, typed=True),
            self._pair(currency, base, on, typed=False),
            self._via_euro(currency, base, on),
        ]
        return max((one for one in choices if one), key=lambda one: one.on, default=None)

    def _pair(self, currency: str, base: str, on: date, *, typed: bool) -> Found | None:
        found = []
        if (series := self._series.get((typed, currency, base))) and (rate := series.last(on)):
            found.append(Found(rate.rate, rate.on, rate.source))
        if (series := self._series.get((typed, base, currency))) and (rate := series.last(on)):
            found.append(Found(_DERIVED.divide(Decimal(1), rate.rate), rate.on, rate.source))
        return max(found, key=lambda one: one.on, default=None)

    def _via_euro(self, currency: str, base: str, on: date) -> Found | None:
        out, into = self._series.get((False, "EUR", currency)), self._series.get((False, "EUR", base))
        if not out or not into or not (sold := out.last(on)) or not (bought := into.last(on)):
            return None
        rate = _DERIVED.divide(bought.rate, sold.rate)
        return Found(rate, min(sold.on, bought.on), f"{ECB} {currency}/{base} via EUR")

    def _via_typed(self, currency: str, base: str, on: date) -> Found | None:
        found = []
        for middle in sorted(
            (self._partners.get(currency, set()) | self._partners.get(base, set())) - {currency, base}
        ):
            first, second = self._leg(currency, middle, on), self._leg(middle, base, on)
            if first and second:
                rate = _DERIVED.multiply(first.rate, second.rate)
                found.append(Found(rate, min(first.on, second.on), _joined(first.source, second.source)))
        return max(found, key=lambda one: one.on, default=None)


def _joined(first: str, second: str) -> str:
    """Both sources, the longer cut where they would be more than ``LONGEST`` characters."""
    room = LONGEST - len(" and ")
    if len(first) + len(second) > room:
        each = max(room // 2, room - min(len(first), len(second)))
        first, second = (text if len(text) <= each else f"{text[: each - 1]}…" for text in (first, second))
    return f"{first} and {second}"


def convert(amount: Decimal, found: Found, base_currency: str) -> Decimal:
    """The amount in base currency, rounded half-even to its minor units."""
    return round_minor(amount * found.rate, base_currency)
