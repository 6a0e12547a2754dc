"""Days on which a channel's orders lie off (K11), and what was left after promotions (K12)."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from channels.models import Company, SyncWindow
from reports.analysis.kpi.figure import NOT_KNOWN
from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.spans import EARLY, K12, LATE, spike_without_base
from reports.analysis.kpi.spikes import spike
from reports.analysis.said import Said
from reports.analysis.weekly import Floats, by_week
from reports.frames import COUNTED, region
from reports.known_weeks import Span, known_days
from reports.models import Event
from reports.reads import rows
from reports.weeks import WEEK, Books

DAYS = 180
_DAY = timedelta(days=1)
_STALE = timedelta(days=14)  # a store whose orders end so long before the others' says nothing of today
_BEFORE = 13  # weeks that say what would have been
_ENDED = (Event.Kind.PROMOTION, Event.Kind.BRAND_CAMPAIGN, Event.Kind.PRICE)

_ORDERS = """
SELECT o.store_id, st.channel, (o.ordered_at AT TIME ZONE st.timezone)::date, count(*) FROM channels_order o
JOIN channels_store st ON st.id = o.store_id AND st.company_id = %(company)s
WHERE NOT o.cancelled AND NOT o.is_mirror AND o.serves = '' AND o.replaces = '' AND NOT o.business GROUP BY 1, 2, 3
"""
_SOLD = f"""
SELECT o.state, date_trunc('week', o.ordered_at AT TIME ZONE st.timezone)::date, count(*) FROM channels_order o
JOIN channels_store st ON st.id = o.store_id AND {COUNTED} AND st.channel = %(channel)s
WHERE upper(o.country) = %(country)s GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """Daily orders of a channel from ``first`` on, up to the last day that is known."""

    channel: str
    first: date
    orders: Floats

    @property
    def last(self) -> date:
        return self.first + (len(self.orders) - 1) * _DAY


def daily_orders(company: Company) -> list[Days]:
    """Of channels that are known up to now; the last day that a file tells of may be cut and is left out."""
    sold: dict[tuple[int, str], dict[date, int]] = defaultdict(dict)
    for store, channel, day, many in rows(_ORDERS, {"company": company.pk}):
        sold[store, channel][day] = many
    pulled = set(SyncWindow.objects.filter(store__company=company, resource__endswith=".orders")
                 .values_list("store_id", flat=True))  # fmt: skip
    known = known_days(company)
    ends = {store: of[-1] for store, of in known.items() if of}
    spans = {store: _whole(ends[store], cut=store not in pulled) for store, _ in sold if store in ends}
    latest = max((end for _, end in spans.values()), default=date.min)
    found = []
    for channel in sorted({channel for _, channel in sold}):
        stores = [one for one in sold if one[1] == channel and one[0] in spans]
        current = [one for one in stores if spans[one[0]][1] + _STALE >= latest]
        if current:
            first, end = max(spans[one[0]][0] for one in current), min(spans[one[0]][1] for one in current)
            days = [max(first, end - DAYS * _DAY) + n * _DAY for n in range(max(min((end - first).days, DAYS), 0))]
            if days:
                orders = {day: float(sum(sold[one].get(day, 0) for one in current)) for day in days}
                found.append(Days(channel, days[0], by_week(orders, days)))
    return found


def _whole(span: Span, *, cut: bool) -> Span:
    return span[0], span[1] - _DAY if cut else span[1]


def spikes(found: Sequence[Days]) -> dict[str, Flag]:
    """K11 by channel."""
    return {one.channel: spike(one.orders) for one in found}


@dataclass(frozen=True, slots=True, eq=False)
class Ended:
    """A confirmed event that is over: weekly orders of its channel there, less their mean of 13 weeks before.

    ``before`` has the known weeks alone; in ``after`` weeks that are not known are NaN.
    """

    channel: str
    kind: str
    starts: date
    long: bool  # lasted into the weeks in which something should be left
    before: Floats
    after: Floats


def ended_events(company: Company, of: Books) -> list[Ended]:
    """Of the last year, newest first, each once whichever channel it may have affected."""
    if of.through is None:
        return []
    events = Event.objects.filter(
        company=company, state=Event.State.CONFIRMED, kind__in=_ENDED, ends_on__lte=of.through,
        starts_on__gte=of.through - 52 * WEEK,
    ).order_by("-starts_on", "kind", "affecting", "country")  # fmt: skip
    found: dict[tuple[object, ...], Ended] = {}
    for one in events:
        key = (one.starts_on, one.kind, one.affecting, one.country, tuple(sorted(one.regions)))
        if key not in found:
            found[key] = _ended(company, one, of)
    return list(found.values())


def _ended(company: Company, event: Event, of: Books) -> Ended:
    regions = {region(event.country, one) for one in event.regions} - {""}
    given = {"company": company.pk, "channel": event.affecting, "country": event.country}
    sums: dict[date, float] = defaultdict(float)
    for state, week, many in rows(_SOLD, given):
        if not regions or region(event.country, state) in regions:
            sums[week] += many
    monday = event.starts_on - timedelta(days=event.starts_on.weekday())
    gaps = {week for week, orders in zip(of.weeks, of.orders, strict=True) if math.isnan(orders)}
    earlier = [week for week in of.weeks if monday - _BEFORE * WEEK <= week < monday and week not in gaps]
    before = by_week(sums, earlier)
    after = by_week(sums, [week for week in of.weeks if monday <= week < monday + LATE * WEEK], gaps)
    usual = before.mean() if len(before) else 0.0
    long = event.ends_on is not None and event.ends_on > monday + EARLY * WEEK
    return Ended(event.affecting, event.kind, event.starts_on, long, before - usual, after - usual)


def left_after(one: Ended) -> Flag:
    """K12 of what its own channel sold."""
    if one.long:
        return K12.cannot_tell(Said("It lasted for more than {weeks} weeks.", {"weeks": EARLY}))
    if any(map(math.isnan, one.after)):
        return K12.cannot_tell(NOT_KNOWN)
    return spike_without_base(one.before, one.after)
