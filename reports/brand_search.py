"""How many of each channel's orders followed a search of the brand, for bounds without an event."""

from collections.abc import Mapping
from datetime import date, timedelta

from channels.models import Company
from reconciliation.lexicons import current
from reconciliation.passed_through import Passed, passed_through
from reports.analysis.estimate import Bounds
from reports.frames import by_block

METHOD = "search reports and visits"


def brand_weeks(company: Company) -> list[Passed]:
    """By channel, market and week as the newest lexicon says; none where there is no lexicon."""
    lexicon = current(company)
    return passed_through(company, lexicon, "week") if lexicon is not None else []


def brand_search(
    company: Company, country: str, since: date, until: date, orders: Mapping[str, float], weeks: list[Passed]
) -> dict[str, Bounds]:
    """By channel its share of ``orders``, those of the half-open period; channels of which nothing is told are absent.

    Whole weeks of the country's own stores count, less the orders that the ledger has there and ``by_block`` does not
    (businesses', sent abroad): they may be any of those told. All else may have followed a search, or may not.
    """
    told = [
        one for one in weeks
        if one.market == country and since <= one.starts_on and one.ends_on < until and _tells(one)
    ]  # fmt: skip
    days = {one.starts_on: one.ends_on + timedelta(days=1) for one in told}
    blocks = [(start.isoformat(), start, end) for start, end in sorted(days.items())]
    sold = by_block(company, country, [], blocks) if blocks else {}
    found = {}
    for channel in sorted({one.channel for one in told}):
        own = [one for one in told if one.channel == channel]
        found[channel] = _share(own, sold.get(channel, {}), orders.get(channel, 0.0))
    return {channel: one for channel, one in found.items() if one is not None}


def _tells(one: Passed) -> bool:
    return one.low is not None and one.high is not None and (one.low > 0 or one.high < 1)


def _share(told: list[Passed], sold: Mapping[str, float], orders: float) -> Bounds | None:
    brand = other = known = 0.0
    for one in told:
        counted = sold.get(one.starts_on.isoformat())
        if counted is None or one.low is None or one.high is None:
            continue
        more = max(0.0, one.orders - counted)
        brand += max(0.0, one.low * one.orders - more)
        other += max(0.0, (1 - one.high) * one.orders - more)
        known += counted
    if orders <= 0 or brand + other <= 0:
        return None
    low = min(brand / orders, 1.0)
    return Bounds(round(low, 6), round(max(low, 1 - other / orders), 6), "share", round(known), METHOD)
