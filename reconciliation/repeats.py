"""What Amazon itself says of buyers who came again, per market and month: it stands in for what cannot be matched."""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from channels.models import Company, RepeatPurchase
from reconciliation.markets import markets_of


@dataclass(slots=True)
class Repeat:
    """Sums over products: who bought two counts twice. ``weeks``: from so many weekly reports, else a monthly one."""

    orders: int = 0
    customers: int = 0
    repeat_customers: int = 0
    weeks: int = 0

    @property
    def share(self) -> float | None:
        return self.repeat_customers / self.customers if self.customers else None


def repeats(company: Company) -> dict[tuple[str, str, date], Repeat]:
    """(channel, market, first of the month) → repeat purchases. Monthly reports go before the weeks of a month."""
    markets = markets_of(company)
    told = RepeatPurchase.objects.filter(store__company=company).values_list(
        "store_id", "store__channel", "starts_on", "ends_on", "orders", "customers", "repeat_customers"
    )
    monthly: dict[tuple[str, str, date], Repeat] = defaultdict(Repeat)
    weekly: dict[tuple[str, str, date], Repeat] = defaultdict(Repeat)
    weeks: dict[tuple[str, str, date], set[date]] = defaultdict(set)
    for store, channel, starts, ends, orders, customers, again in told.iterator(chunk_size=5_000):
        key = (channel, markets.get(store, ""), starts.replace(day=1))
        last = starts.replace(day=monthrange(starts.year, starts.month)[1])
        if (starts.day, ends) == (1, last):
            _add(monthly[key], orders, customers, again)
        elif (ends - starts).days == 6:
            _add(weekly[key], orders, customers, again)
            weeks[key].add(starts)
    for key, found in weekly.items():
        found.weeks = len(weeks[key])
    return {**weekly, **monthly}


def _add(found: Repeat, orders: int, customers: int, again: int) -> None:
    found.orders += orders
    found.customers += customers
    found.repeat_customers += again
