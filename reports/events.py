"""Find what changed a channel in the data: launches, gaps, stock-outs, advertising that stopped; people confirm it.

A find is a proposal. What people confirmed, rejected or entered stands: a find of the same thing adds nothing.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from channels.models import Company
from reports.analysis.finding import Silence, pauses, silences
from reports.analysis.panel import WEEK, Panel
from reports.frames import COUNTED, Frame, frames, region
from reports.models import Event

NEAR = timedelta(weeks=4)  # a find within it of an event of the same channels and regions is the same
LARGE = 0.05  # of a channel's orders in a country: smaller products are not looked at
_SPENDS = 0.2  # of a store's spend: smaller campaigns are not looked at
_PATTERN = 3  # pauses that are a pattern of on and off

Kind = Event.Kind

_PRODUCTS = f"""
WITH sold AS (
    SELECT upper(o.country) AS country, st.channel, i.sku,
        date_trunc('week', o.ordered_at AT TIME ZONE st.timezone)::date AS week, count(DISTINCT o.id) AS orders
    FROM channels_order o JOIN channels_store st ON st.id = o.store_id AND {COUNTED}
    JOIN channels_orderitem i ON i.order_id = o.id WHERE i.sku <> '' GROUP BY 1, 2, 3, 4
), wholes AS (
    SELECT country, channel, sku, sum(orders) AS orders, sum(sum(orders)) OVER (PARTITION BY country, channel) AS whole
    FROM sold GROUP BY 1, 2, 3
)
SELECT sold.country, sold.channel, sku, week, sold.orders FROM sold JOIN wholes USING (country, channel, sku)
WHERE wholes.orders >= %(large)s * whole ORDER BY 1, 2, 3, 4
"""
_SPEND = """
SELECT st.channel, a.store_id, a.campaign, date_trunc('week', a.starts_on)::date, sum(a.spend)::float8
FROM channels_adspend a JOIN channels_store st ON st.id = a.store_id
WHERE st.company_id = %(company)s AND date_trunc('week', a.starts_on) = date_trunc('week', a.ends_on)
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
_HOMES = f"""
SELECT DISTINCT ON (o.store_id) o.store_id, upper(o.country) FROM channels_order o
JOIN channels_store st ON st.id = o.store_id AND {COUNTED} GROUP BY 1, 2 ORDER BY 1, count(*) DESC, 2
"""


@dataclass(frozen=True, slots=True)
class Find:
    """Something that changed ``affecting``; for each other channel of the country it is an event."""

    kind: str
    country: str
    affecting: str
    regions: tuple[str, ...]
    starts: date
    ends: date | None
    rule: str
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """How many were proposed anew, and how many stand already."""

    proposed: int = 0
    standing: int = 0


def find(company: Company) -> Found:
    """Propose what the data show. Safe to repeat: it adds nothing that stands, and changes nothing that people said."""
    outcome = Found()
    held = frames(company)
    with transaction.atomic():
        for one in _finds(company, held):
            for affected in held[one.country].panel.channels:
                if affected != one.affecting:
                    if _stands(company, one, affected):
                        outcome.standing += 1
                    else:
                        _propose(company, one, affected)
                        outcome.proposed += 1
    return outcome


def _finds(company: Company, held: Mapping[str, Frame]) -> Iterator[Find]:
    shared = {country: frame for country, frame in held.items() if len(frame.panel.channels) > 1}
    for country, frame in sorted(shared.items()):
        for channel in frame.panel.channels:
            yield from _of_regions(country, frame, channel)
    yield from _of_products(company, shared)
    yield from _of_advertising(company, shared)


def _of_regions(country: str, frame: Frame, channel: str) -> Iterator[Find]:
    """A region's first order while the channel sold elsewhere, and stretches without any."""
    weeks = frame.panel.weeks
    for one in silences(frame.panel.orders[channel]):
        regions = tuple(sorted(frame.panel.regions[row] for row in one.rows))
        end = None if one.end is None else weeks[one.end]
        told = _evidence(one, len(weeks))
        if one.opening and end is not None:
            yield Find(Kind.LAUNCH, country, channel, regions, end, None, "first order in a region", told)
        elif not one.opening:
            yield Find(Kind.DELISTING, country, channel, regions, weeks[one.start], end, "no order in a region", told)


def _of_products(company: Company, shared: Mapping[str, Frame]) -> Iterator[Find]:
    """A product that sold steadily, sold nothing for weeks, and sold again."""
    with connection.cursor() as cursor:
        cursor.execute(_PRODUCTS, {"company": company.pk, "large": LARGE})
        rows = cursor.fetchall()
    sold: dict[tuple[str, str], dict[str, dict[date, int]]] = {}
    for country, channel, sku, week, orders in rows:
        sold.setdefault((country, channel), {}).setdefault(sku, {})[week] = orders
    for (country, channel), products in sold.items():
        if country not in shared or channel not in shared[country].panel.channels:
            continue
        panel = shared[country].panel
        names, every = sorted(products), [float(total) for total in panel.orders[channel].sum(axis=0)]
        counts = [[_count(products[name], week, total) for week, total in _paired(panel, every)] for name in names]
        counts.append([max(total - sum(of), 0.0) for total, of in zip(every, zip(*counts, strict=True), strict=True)])
        for one in silences(counts):
            skus = [names[row] for row in one.rows if row < len(names)]
            if skus and not one.opening and one.end is not None:
                told = {**_evidence(one, len(panel.weeks)), "products": ", ".join(skus)}
                start, end = panel.weeks[one.start], panel.weeks[one.end]
                yield Find(Kind.STOCK_OUT, country, channel, (), start, end, "no order of a product", told)


def _paired(panel: Panel, every: list[float]) -> Iterator[tuple[date, float]]:
    return zip(panel.weeks, every, strict=True)


def _count(sold: Mapping[date, int], week: date, total: float) -> float:
    """Not known where the channel's orders are not."""
    return math.nan if math.isnan(total) else float(sold.get(week, 0))


def _evidence(one: Silence, weeks: int) -> dict[str, Any]:
    return {"weeks without orders": (one.end or weeks) - one.start, "orders expected": round(one.expected, 1)}


def _of_advertising(company: Company, shared: Mapping[str, Frame]) -> Iterator[Find]:
    """A campaign that spent steadily and stopped in weeks in which others of the store are known."""
    with connection.cursor() as cursor:
        cursor.execute(_HOMES, {"company": company.pk})
        homes = dict(cursor.fetchall())
        cursor.execute(_SPEND, {"company": company.pk})
        rows = cursor.fetchall()
    spent: dict[tuple[str, int], dict[str, dict[date, float]]] = {}
    for channel, store, campaign, week, amount in rows:
        spent.setdefault((channel, store), {}).setdefault(campaign, {})[week] = amount
    for (channel, store), campaigns in spent.items():
        country = homes.get(store, "")
        if country not in shared or channel not in shared[country].panel.channels:
            continue
        weeks = sorted({week for of in campaigns.values() for week in of})[1:-1]  # the first and last may be cut
        for name, of in campaigns.items():
            yield from _of_campaign(country, channel, name, of, campaigns, weeks)


def _of_campaign(
    country: str, channel: str, name: str, own: Mapping[date, float], every: Mapping[str, Mapping[date, float]],
    weeks: list[date],
) -> Iterator[Find]:  # fmt: skip
    during = sum(of.get(week, 0.0) for of in every.values() for week in weeks if own.get(week))
    if sum(own.get(week, 0.0) for week in weeks) < _SPENDS * during or not weeks:
        return
    every_week = [weeks[0] + n * WEEK for n in range((weeks[-1] - weeks[0]) // WEEK + 1)]
    known = {week for week in every_week if any(of.get(week) for of in every.values())}
    off = pauses([own.get(week, 0.0) if week in known else None for week in every_week])
    closed = [(every_week[start], every_week[end]) for start, end in off if end is not None]
    told = {"campaign": name, "pauses": len(off)}
    if len(closed) >= _PATTERN:
        yield Find(Kind.SWITCHBACK, country, channel, (), closed[0][0], closed[-1][1], "advertising on and off", told)
        return
    for start, end in closed:
        yield Find(Kind.AD_PAUSE, country, channel, (), start, end, "advertising without spend", told)


def _stands(company: Company, one: Find, affected: str) -> bool:
    """Whether people or an earlier find have told of it; an open end of an undecided find is filled in."""
    near = Event.objects.filter(
        company=company, kind=one.kind, country=one.country, affecting=one.affecting, affected=affected,
        starts_on__gte=one.starts - NEAR, starts_on__lte=one.starts + NEAR,
    )  # fmt: skip
    for event in near:
        there = {region(one.country, told) for told in event.regions}
        if not there or not one.regions or there & set(one.regions):
            if event.state == Event.State.PROPOSED and event.found_by and event.ends_on is None and one.ends:
                event.ends_on, event.evidence = one.ends, dict(one.evidence)
                event.save(update_fields=["ends_on", "evidence"])
            return True
    return False


def _propose(company: Company, one: Find, affected: str) -> None:
    """Another process may find it at the same time: it stands once."""
    Event.objects.get_or_create(
        company=company, kind=one.kind, country=one.country, affecting=one.affecting, affected=affected,
        regions=list(one.regions), starts_on=one.starts,
        defaults={"ends_on": one.ends, "found_by": one.rule, "evidence": dict(one.evidence)},
    )  # fmt: skip
