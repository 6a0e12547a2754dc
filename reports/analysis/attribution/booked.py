"""Journeys of a shop's orders, from the columns that its books give: touches named, joined and in the order of time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from reconciliation.exposure.visits import Arrival
from reports.analysis.attribution.journeys import BRAND, DIRECT, NON_BRAND, UNKNOWN, Floats, Integers, Journeys, timed
from reports.analysis.attribution.naming import MOST_CAMPAIGNS, campaign_of, channel_of, joined

_INTENTS = {"brand": BRAND, "non_brand": NON_BRAND}
Campaign = tuple[str, str | None]  # channel and campaign: "" where a link named none, None for the rarest together


@dataclass(frozen=True, slots=True)
class Came:
    """One way to arrive: what visits told, how they were classed, and how many of them there are."""

    code: int
    arrival: Arrival
    campaign: str
    medium: str
    verdict: str
    visits: int


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Packed in network order. Of orders, by number: day, money, units and visits; of touches: order, time, …

    ``counted`` are the visits that the shop counts of an order, ``costed`` its units with a cost. Times are days.
    """

    day: bytes
    net: bytes
    contribution: bytes
    units: bytes
    costed: bytes
    counted: bytes
    order: bytes
    time: bytes
    place: bytes
    code: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Booked:
    """Journeys in the order of days, each of one order; their value is net revenue.

    ``contribution`` is before advertising, by journey. ``campaign`` has the number in ``campaigns`` of every touch.
    ``joined_channels`` sources are counted under "other", ``cut`` journeys have more visits than the shop lists.
    """

    journeys: Journeys
    contribution: Floats
    units: Floats
    costed: Floats
    campaigns: tuple[Campaign, ...]
    campaign: Integers
    joined_channels: int
    cut: int
    unlisted: int

    def within(self, first: int, end: int) -> "Booked":
        """The journeys of a half-open range of days; ``cut`` and ``unlisted`` stay those of all."""
        low, high = np.searchsorted(np.asarray(self.journeys.ends_on), (first, end)).tolist()
        of = slice(low, high)
        return replace(
            self, journeys=self.journeys.part(low, high), contribution=self.contribution[of], units=self.units[of],
            costed=self.costed[of],
            campaign=self.campaign[self.journeys.starts[low] : self.journeys.starts[high]],
        )  # fmt: skip

    def holds(self, first: int, end: int) -> bool:
        """Whether a journey counts in the half-open range of days."""
        low, high = np.searchsorted(np.asarray(self.journeys.ends_on), (first, end)).tolist()
        return bool(high > low)

    def costs_known(self) -> float:
        """The share of units sold that have a cost; 1 without any."""
        units = float(self.units.sum())
        return float(np.minimum(self.costed, self.units).sum()) / units if units else 1.0

    def by_campaign(self) -> Journeys:
        names = tuple(channel if name == "" else f"{channel} › {name}" for channel, name in self.campaigns)
        return replace(self.journeys, channels=names, touch=self.campaign)


def booked(columns: Columns, came: Sequence[Came], currency: str) -> Booked | None:
    """None without journeys."""
    day, order = _integers(columns.day), _integers(columns.order)
    if not len(day):
        return None
    made = timed(order, _floats(columns.time), _integers(columns.place))
    channels, channel, campaigns, campaign, intent, merged = _named(came)
    codes = np.array([one.code for one in came], np.int64)
    sorting = np.argsort(codes)
    which = sorting[np.searchsorted(codes[sorting], _integers(columns.code)[made.kept])]
    listed = np.bincount(order, minlength=len(day))
    missing = np.maximum(_integers(columns.counted) - listed, 0)
    size = len(day)
    journeys = Journeys(
        channels, channel[which], made.starts, np.ones(size), _floats(columns.net), np.zeros(size), made.days,
        intent[which], day, currency, made.capped,
    )  # fmt: skip
    return Booked(
        journeys, _floats(columns.contribution), _floats(columns.units), _floats(columns.costed), campaigns,
        campaign[which], merged, int((missing > 0).sum()), int(missing.sum()),
    )  # fmt: skip


def _named(
    came: Sequence[Came],
) -> tuple[tuple[str, ...], Integers, tuple[Campaign, ...], Integers, Integers, int]:
    """Channels and campaigns, the number of each for every way to arrive, its intent, and how many were joined."""
    own = [channel_of(one.medium, one.arrival) for one in came]
    touches, visits = Counter[str](), Counter[tuple[str, str]]()
    for name, one in zip(own, came, strict=True):
        touches[name] += one.visits
    into = joined(touches)
    names = [into[one] for one in own]
    pairs = [(name, campaign_of(one.campaign)) for name, one in zip(names, came, strict=True)]
    for pair, one in zip(pairs, came, strict=True):
        visits[pair] += one.visits if pair[1] else 0
    shown = set(sorted(visits, key=lambda pair: (-visits[pair], pair))[:MOST_CAMPAIGNS])
    kept: list[Campaign] = [pair if not pair[1] or pair in shown else (pair[0], None) for pair in pairs]
    channels = tuple(sorted(set(names)))
    campaigns = tuple(sorted(set(kept), key=lambda one: (one[0], one[1] is None, one[1] or "")))
    at, place = {name: n for n, name in enumerate(channels)}, {one: n for n, one in enumerate(campaigns)}
    intents = [DIRECT if one.medium == "direct" else _INTENTS.get(one.verdict, UNKNOWN) for one in came]
    return (
        channels, np.array([at[one] for one in names], np.int64), campaigns,
        np.array([place[one] for one in kept], np.int64), np.array(intents, np.int64),
        sum(name != other for name, other in into.items()),
    )  # fmt: skip


def _integers(packed: bytes) -> Integers:
    return np.frombuffer(packed, ">i8").astype(np.int64)


def _floats(packed: bytes) -> Floats:
    return np.frombuffer(packed, ">f8").astype(np.float64)
