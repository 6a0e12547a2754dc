"""Bounds for κ where no event tells it: from matched identities and brand search, never a point.

Orders on B come from persons who had ordered on A before (found by links, with a recall that is known from elsewhere)
and from newcomers. At most all orders of the former were taken from A, and of the newcomers' those that searched the
brand, where the operator accepts that diverted newcomers do; where searches are told of all orders on B and not of
newcomers', all that searched may be newcomers'. At least what B's buyers order less on A than customers
of the same history who do not buy on B; both only among persons who still order on A, or both whether or not they do,
whichever shows more. Who is known to buy on B must not be compared with customers who are active by selection: that
calls lapsed customers who found B on their own a loss. The ends hold the truth in 90 % (Imbens and Manski 2004).
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from reports.analysis.estimate import Answer, Bounds, CannotTell, Check, Estimate
from reports.analysis.panel import Series
from reports.analysis.said import Said

LEVEL = 0.9
METHOD = "identities and brand search"
_ONE_SIDE = float(ndtri(LEVEL))  # each end of a set that is wide against its error
_TWO_SIDES = float(ndtri((1 + LEVEL) / 2))
_FEW = 5.0  # persons of a group that tell a mean
_RECALL = 0.05  # where links find fewer, what they miss is not like what they find
_QUINTILES = np.array([0.2, 0.4, 0.6, 0.8])

Names = dict[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Found:
    """Persons found as buyers on B after an order on A: their orders on B since then, and the link's probability."""

    orders: Series
    weight: Series


@dataclass(frozen=True, slots=True)
class Customers:
    """All who had ordered on A before the window, with what they ordered on A in it.

    ``repeats``: orders after their first; ``silent`` and ``age``: days since the last and the first. ``found`` is the
    probability of the link that makes a person a buyer on B in the window (0: none).
    """

    repeats: Series
    silent: Series
    age: Series
    orders: Series
    found: Series


@dataclass(frozen=True, slots=True)
class Part:
    """A share of B's orders with its standard error."""

    share: float
    error: float = 0.0


def bounds(
    affected: str,
    affecting: str,
    orders: float,
    found: Found | None = None,
    customers: Customers | None = None,
    recall: Estimate | None = None,
    brand: Estimate | Bounds | None = None,
    newcomers_search_brand: bool = False,
    searched: Bounds | None = None,
) -> Answer:
    """κ of so many orders on B. ``found``, ``customers``, ``recall`` are None where matching is not lawful or audited.

    ``recall``: share of B's buyers with an earlier order on A whom links find. ``brand``: share of newcomers' orders on
    B that follow a search of the brand; unknown queries count as brand in its upper end. ``searched``: the same of all
    orders on B, for where nobody tells it of newcomers'.
    """
    if not orders > 0:
        return CannotTell(Said("{affecting} has no orders.", {"affecting": affecting}), method=METHOD)
    names: Names = {"affected": affected, "affecting": affecting}
    said = [Said("{affecting} brings {affected} no orders (no halo).", names)]
    existing, least = None, Part(0.0)
    if recall is not None and recall.value >= _RECALL and (found or customers):
        said.append(Said("Buyers whom links do not find are like those they find."))
        existing = existing_share(found, recall, orders) if found is not None else None
        if customers is not None:
            least = fewer_orders(customers, recall, orders)
            said.append(
                Said("Without {affecting} its buyers would have ordered on {affected} at least as often as customers "
                     "of the same history who do not buy there.", names)
            )  # fmt: skip
    whole, told = existing or Part(1.0), brand is not None or searched is not None
    joined = _joined(whole, brand, searched)
    upper = min(1.0, joined.share + _ONE_SIDE * joined.error)
    if newcomers_search_brand and told:
        said.append(Said("Newcomers whom {affecting} took from {affected} search the brand.", names))
    low = min(max(0.0, least.share - _ONE_SIDE * least.error), 1.0)
    high = upper if newcomers_search_brand else 1.0
    check = _newcomers(names, upper, matched=existing is not None, told=told, accepted=newcomers_search_brand)
    detail = {"existing": [whole.share, whole.error], "fewer": [least.share, least.error]}
    return Bounds(min(low, high), high, "share", round(orders), METHOD, tuple(said), (check,), detail, LEVEL)


def _newcomers(names: Names, upper: float, *, matched: bool, told: bool, accepted: bool) -> Check:
    """Why the upper bound stands where it does. ``upper``: where it is if newcomers search the brand."""
    given = {**names, "percent": round(100 * upper, 1)}
    if not matched:
        said = Said("Nobody knows how many buyers on {affecting} had ordered on {affected} before: all of them may "
                    "have.", names)  # fmt: skip
    elif not told:
        said = Said("No report tells which orders on {affecting} follow a search of the brand: all of them may.", names)
    elif upper >= 1:
        said = Said("What is known of searches on {affecting} leaves open whether every newcomer searched the brand.",
                    names)  # fmt: skip
    elif accepted:
        said = Said("It is accepted that newcomers whom {affecting} took from {affected} search the brand: it takes "
                    "{percent} % at most.", given)  # fmt: skip
    else:
        said = Said("Who accepts that newcomers whom {affecting} took from {affected} search the brand brings the "
                    "upper bound down to {percent} %.", given)  # fmt: skip
    return Check("newcomers", True if accepted and upper < 1 else None, said, upper)


def existing_share(found: Found, recall: Estimate, orders: float) -> Part:
    """Share of B's orders by persons who had ordered on A before: what links find, over what they find of it."""
    seen = float(found.orders @ found.weight)
    share = seen / recall.value / orders
    missed = math.sqrt(float(found.orders**2 @ found.weight) * max(1 - recall.value, 0.0)) / recall.value / orders
    return Part(share, math.hypot(missed, share * _error(recall) / recall.value))


def fewer_orders(customers: Customers, recall: Estimate, orders: float) -> Part:
    """How many orders fewer B's buyers placed on A than others of their history, as a share of B's orders.

    Some buyers on B are not found and stand among the others: the difference is drawn apart by what recall says of
    them, as if they were like those found.
    """
    groups = _groups(customers)
    ordering = (customers.orders > 0).astype(float)
    both = [_difference(customers, groups, held, recall.value) for held in (ordering, np.ones(len(ordering)))]
    scale = recall.value * orders
    doubt = _error(recall) / recall.value
    parts = [Part(fewer / scale, math.hypot(error, fewer * doubt) / scale) for fewer, error in both]
    return max(parts, key=lambda one: one.share - _ONE_SIDE * one.error)


def _groups(customers: Customers) -> Series:
    """Persons of one history: repeat orders (up to 4), time since the first order, and silence among these."""
    thirds = np.quantile(customers.age, [1 / 3, 2 / 3]) if len(customers.age) else np.zeros(2)
    history = np.minimum(customers.repeats, 4) * 3 + np.digitize(customers.age, thirds)
    found = np.zeros(len(history))
    for one in np.unique(history):
        at = history == one
        found[at] = one * 5 + np.digitize(customers.silent[at], np.quantile(customers.silent[at], _QUINTILES))
    return found


def _difference(customers: Customers, groups: Series, held: Series, recall: float) -> tuple[float, float]:
    """Orders that buyers on B placed fewer than others of their group (among those ``held``), with its error."""
    fewer = variance = 0.0
    for one in np.unique(groups):
        at = (groups == one) & (held > 0)
        own, other, orders = customers.found[at], 1 - customers.found[at], customers.orders[at]
        buyers, others = float(own.sum()), float(other.sum())
        if buyers <= 0 or others < _FEW:
            continue
        unseen = min(buyers * (1 - recall) / recall, others / 2)
        apart = others / (others - unseen)
        means = (float(own @ orders) / buyers, float(other @ orders) / others)
        spread = [float(weight @ (orders - mean) ** 2) for weight, mean in zip((own, other), means, strict=True)]
        fewer += buyers * apart * (means[1] - means[0])
        variance += apart**2 * (spread[0] + buyers**2 * spread[1] / others**2)
    return fewer, math.sqrt(variance)


def _joined(existing: Part, brand: Estimate | Bounds | None, searched: Bounds | None) -> Part:
    """Orders of persons who were there, and of newcomers those that searched the brand; the nearer of what is told."""
    whole, joined = min(existing.share, 1.0), [Part(1.0)]
    if searched is not None:
        joined.append(Part(whole + max(searched.high, 0.0), existing.error))
    if brand is not None:
        share = min(max(brand.value if isinstance(brand, Estimate) else brand.high, 0.0), 1.0)
        error = _error(brand) if isinstance(brand, Estimate) else 0.0
        joined.append(Part(whole + (1 - whole) * share, math.hypot((1 - share) * existing.error, (1 - whole) * error)))
    return min(joined, key=lambda one: one.share + _ONE_SIDE * one.error)


def _error(one: Estimate) -> float:
    return one.width / 2 / _TWO_SIDES
