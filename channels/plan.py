"""What a pull would take, before anything is sent: windows, routes, calls, the least time by the vendors' quotas."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from channels.core.transport import Resource, Route, Source, least_seconds
from channels.models import Store, SyncWindow
from channels.windows import Cut, missing, source_of, usual_pace


@dataclass(frozen=True, slots=True)
class Step:
    """All due windows of a resource by one route, with their calls by operation."""

    store: Store
    resource: Resource
    route: Route
    windows: int
    calls: Counter[str]


def steps(
    work: Iterable[tuple[Store, Resource]], now: datetime, *, since: date | None = None, orders: int | None = None
) -> Iterator[Step]:
    """What is missing and what is not complete, summed by route."""
    for store, resource in work:
        counted: dict[str, tuple[int, Counter[str]]] = {}
        routes = {route.name: route for route in resource.routes}
        for route, length, records in _due(store, resource, now, since, orders):
            number, calls = counted.get(route, (0, Counter[str]()))
            calls.update(routes[route].calls(length, records))
            counted[route] = (number + 1, calls)
        for route, (number, calls) in counted.items():
            yield Step(store, resource, routes[route], number, calls)


def _due(
    store: Store, resource: Resource, now: datetime, since: date | None, orders: int | None
) -> Iterator[tuple[str, timedelta, int]]:
    cuts = missing(store, resource, now, since=day_start(since, store), orders=orders)
    for cut in cuts:
        yield cut.route.name, cut.ends_at - cut.starts_at, cut.records
    begun = list(SyncWindow.objects.filter(store=store, resource=resource.name).exclude(state="green"))
    days = _days(cuts) or _days(begun)
    pace = usual_pace(store, now) if orders is None or not days else orders / days
    routes = {route.name for route in resource.routes}
    for window in begun:
        length = window.ends_at - window.starts_at
        if window.route in routes:
            yield window.route, length, math.ceil(pace * (length / timedelta(days=1)))


def _days(periods: Iterable[Cut] | Iterable[SyncWindow]) -> float:
    return sum((one.ends_at - one.starts_at) / timedelta(days=1) for one in periods)


def day_start(day: date | None, store: Store) -> datetime | None:
    """When a day begins where the store is."""
    return datetime.combine(day, time(0), store.zone).astimezone(UTC) if day else None


def lines(
    work: list[tuple[Store, Resource]], now: datetime, *, since: date | None = None, orders: int | None = None
) -> Iterator[str]:
    """The plan as text: a line a resource with its calls and least time, then the whole by seller."""
    yield f"{'store':<22} {'resource':<20} {'route':<10} {'windows':>8}  {'least time':>11}  calls"
    totals: dict[tuple[str, str], tuple[Source, Counter[str]]] = {}
    for step in steps(work, now, since=since, orders=orders):
        source = source_of(step.store)
        if source is None:
            continue
        said = ", ".join(f"{math.ceil(count):,} {operation}" for operation, count in sorted(step.calls.items()))
        seconds = least_seconds(step.calls, source.rates)
        yield (
            f"{step.store.name:<22} {step.resource.name:<20} {step.route.name:<10} {step.windows:>8,}  "
            f"{duration(seconds):>11}  {said}"
        )
        seller = source.seller(step.store.credentials or {}, step.store.shop)
        _, calls = totals.setdefault((step.store.channel, seller), (source, Counter()))
        calls.update(step.calls)
    for (channel, _), (source, calls) in totals.items():
        bottleneck = max(calls, key=lambda one: least_seconds({one: calls[one]}, source.rates), default="")
        seconds = least_seconds(calls, source.rates)
        yield f"{channel}: {math.ceil(sum(calls.values())):,} calls, at least {duration(seconds)}" + (
            f" (the quota of {bottleneck})" if seconds else ""
        )


def duration(seconds: float) -> str:
    """Such as 1 h 48 min."""
    if seconds < 60:
        return f"{seconds:,.0f} s"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60:,} h {minutes % 60:02d} min"
