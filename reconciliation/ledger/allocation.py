"""Spreading a shared cost over channels, and how much the channels' order depends on the key it is spread by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from channels.core.money import Money

UNALLOCATED = ""  # the share that no driver claims; it stays where it is, which is a legal answer


@dataclass(frozen=True, slots=True)
class Activity:
    """What a channel did in the period, in the base currency."""

    net_revenue: Decimal
    units: Decimal
    orders: Decimal


DRIVERS: Mapping[str, Callable[[Activity], Decimal]] = {
    "net_revenue": lambda activity: activity.net_revenue,
    "units": lambda activity: activity.units,
    "orders": lambda activity: activity.orders,
    "equal": lambda _: Decimal(1),
}


def drivers(name: str, activity: Mapping[str, Activity]) -> dict[str, Decimal]:
    """The weight of each channel under the named driver. Raises KeyError for a driver there is not."""
    weigh = DRIVERS[name]
    return {key: weigh(one) for key, one in activity.items()}


def allocate(pool: Money, weights: Mapping[str, Decimal]) -> dict[str, Money]:
    """Shares of the pool by weight, in order of key, that add up to the pool exactly.

    A negative weight counts as zero. Where all are zero the whole pool is ``UNALLOCATED``. Raises ValueError where
    a key is the empty one.
    """
    if UNALLOCATED in weights:
        raise ValueError("the empty key stands for what is not allocated")
    keys = sorted(weights)
    positive = [max(weights[key], Decimal(0)) for key in keys]
    if not any(positive):
        return {UNALLOCATED: pool}
    return dict(zip(keys, pool.split(positive), strict=True))


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Channels by margin after allocation, best first, under each driver; ``agree`` where all orders are the same.

    Equal margins stand in order of key. ``unallocated`` names the drivers that could not spread the pool.
    """

    margins: Mapping[str, Mapping[str, Money]]
    rankings: Mapping[str, tuple[str, ...]]
    agree: bool
    unallocated: tuple[str, ...] = ()


def ranking_under(
    margins: Mapping[str, Money],
    pool: Money,
    activity: Mapping[str, Activity],
    names: Sequence[str] = tuple(DRIVERS),
) -> Sensitivity:
    """The order of the channels after the pool (a cost is minus) is spread by each of at least three drivers.

    A channel without activity takes no share, whatever the driver. Raises ValueError for fewer than three drivers
    or activity of a channel that has no margin.
    """
    if len(set(names)) < 3:
        raise ValueError("how sure an order is shows only under three drivers or more")
    if strangers := sorted(set(activity) - set(margins)):
        raise ValueError(f"activity without a margin: {', '.join(strangers)}")
    nothing = Money(Decimal(0), pool.currency)
    shares = {name: allocate(pool, drivers(name, activity)) for name in names}
    after = {
        name: {key: margin + shares[name].get(key, nothing) for key, margin in sorted(margins.items())}
        for name in names
    }
    rankings = {name: tuple(sorted(found, key=lambda key: (-found[key].amount, key))) for name, found in after.items()}
    unallocated = tuple(name for name in names if UNALLOCATED in shares[name])
    return Sensitivity(after, rankings, len(set(rankings.values())) == 1, unallocated)
