"""How pages come over the wire: what can be pulled, in which windows, by which route, at which pace."""

import math
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

import httpx

from channels.core.clock import Clock
from channels.core.rows import Shop

Credentials = Mapping[str, str]
Calls = Mapping[str, float]  # operation → calls, or points where the vendor counts points


@dataclass(frozen=True, slots=True)
class Credential:
    """One secret or setting that a store needs for pulling, as people enter it."""

    name: str
    label: str
    secret: bool = True
    required: bool = True
    help: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: ``per_second`` come back, at most ``burst`` are kept.

    ``shared`` buckets are one for all sellers of an application; else each seller has its own.
    """

    per_second: float
    burst: float
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """A way to get a period of a resource: the longest window it takes, and the calls that such a window costs."""

    name: str
    longest: timedelta
    calls: Callable[[timedelta, int], Calls]  # of a window this long with so many records


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that can be pulled. Its windows tile time; each is asked for with the overlap before it.

    The first begins ``lead`` before the day that the store begins with; one closes only when it ends at least ``lag``
    ago. ``again`` are the ages of its end at which a closed window is read once more, because the vendor changes what
    it said. ``aligned`` windows begin and end at a ``day`` or a ``week`` (from Sunday) of the store's zone.
    """

    name: str
    title: str
    every: timedelta
    routes: tuple[Route, ...]
    depth: timedelta  # how far back the first pull goes
    lead: timedelta = timedelta(0)
    lag: timedelta = timedelta(0)
    overlap: timedelta = timedelta(0)
    again: tuple[timedelta, ...] = ()
    keeps: timedelta | None = None  # how long the vendor gives it out; None: for good
    lifted_by: str = ""  # a credential that, where it says yes, means that the vendor gives it out for good
    aligned: str = ""
    optional: bool = False  # asked for only where the store says so, since it needs an approval that few have
    serves: Callable[[Shop], bool] = lambda _: True  # which stores have it at all

    def kept(self, given: Credentials) -> timedelta | None:
        """How long the vendor gives it out to a store with these credentials; None: for good."""
        lifted = given.get(self.lifted_by, "").strip().lower() == "yes" if self.lifted_by else False
        return None if lifted else self.keeps


@dataclass(frozen=True, slots=True)
class Task:
    """A window to get: half-open, in UTC. ``resume`` is where an earlier try got to, "" at the beginning."""

    resource: str
    route: str
    since: datetime
    until: datetime
    resume: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One response exactly as it came, and where the chain goes on after it.

    The last answer of a chain is ``closed``; a chain that ends otherwise is not complete. ``records`` is what the
    adapter counts in it, ``expected`` what the vendor says the whole window has, where it does; the two sums must
    agree. ``request`` says what was asked, without secrets: pages keep it, since some answers do not say what they are
    of. ``alone`` answers do not stand in the window's count.
    """

    resource: str  # the format that reads it
    body: bytes
    media_type: str = "application/json"
    resume: str = ""
    closed: bool = False
    records: int = 0
    expected: int | None = None
    request: Mapping[str, str] = field(default_factory=dict)
    name: str = ""  # for people
    currency: str = ""  # of a statement that may be another store's of the same seller; "" where it is this store's


@dataclass(frozen=True, slots=True)
class Connection:
    """What a client may use: the store's own credentials, its buckets and the clock. Nothing global, nothing else.

    ``take(operation, cost)`` returns when the bucket gave the tokens, or raises Throttled where the wait is long.
    ``learn(operation, per_second, available)`` tells what the vendor said of the bucket; None where it said nothing.
    ``renew(change)`` gives ``change`` the credentials as they are stored now, under a lock over all processes, and
    stores what it returns before anybody uses it.
    """

    shop: Shop
    credentials: Credentials
    endpoint: str  # loopback address of a sandbox; "" is the vendor's own
    clock: Clock
    take: Callable[[str, float], None]
    learn: Callable[[str, float | None, float | None], None]
    renew: Callable[[Callable[[Credentials], Credentials]], Credentials]
    timeout: float = 60.0  # seconds of silence on the line


@dataclass(frozen=True, slots=True)
class Source:
    """The pulling side of an adapter. ``pages`` yields the answers of a window from ``task.resume`` on.

    It raises Throttled or Unavailable (try again later), Refused (the store cannot be pulled until a person acts)
    or Changed (the vendor answers in another shape). ``application`` and ``seller`` name whose the buckets are.
    """

    credentials: tuple[Credential, ...]
    resources: tuple[Resource, ...]
    rates: Mapping[str, Rate]
    pages: Callable[[Connection, Task], Iterator[Answer]]
    application: Callable[[Credentials], str]
    seller: Callable[[Credentials, Shop], str]


@cache
def certificates() -> ssl.SSLContext:
    """What clients verify vendors by, nothing from the environment; reading it takes longer than a near request."""
    return httpx.create_ssl_context(trust_env=False)


def least_seconds(calls: Calls, rates: Mapping[str, Rate]) -> float:
    """The least time that the quotas allow for so many calls, all buckets full at the start and used side by side."""
    waits = [
        max(0.0, count - rates[operation].burst) / rates[operation].per_second
        for operation, count in calls.items()
        if operation in rates
    ]
    return max(waits, default=0.0)


def best_route(resource: Resource, source: Source, length: timedelta, pace: float) -> Route:
    """Of a resource's routes the one with the least time by the vendor's quotas; the first of equals."""
    return min(resource.routes, key=lambda route: least_seconds(calls_of(route, resource, length, pace), source.rates))


def calls_of(route: Route, resource: Resource, length: timedelta, pace: float) -> dict[str, float]:
    """The calls for a period by a route, over all of its windows."""
    longest = max(route.longest - resource.overlap, route.longest / 2)
    windows = max(1, math.ceil(length / longest))
    each = length / windows
    calls = route.calls(each, math.ceil(pace * (each / timedelta(days=1))))
    return {operation: count * windows for operation, count in calls.items()}
