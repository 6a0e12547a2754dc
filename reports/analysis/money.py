"""What a channel brings in: the avoidable contribution of an order, and its sum before and after what it took.

m is CM2 (net revenue less goods, fees and fulfilment) less the advertising that varies with orders; costs that stay
when the channel goes are not in it. Its error is that of a ratio of weekly sums (Cochran, Sampling Techniques, §6.4):
orders of one week share prices, returns and advertising, so weeks are drawn, not orders. Where weeks are fewer than
``WEEKS``, single orders are; of both errors the larger one counts, as heavy tails show in single orders first.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import stdtrit

from reports.analysis.estimate import Answer, Bounds, CannotTell, Estimate
from reports.analysis.panel import Panel, Series
from reports.analysis.said import Said

METHOD = "ratio of weekly sums"
LEVEL = 0.9
WEEKS = 6  # fewer tell nothing of how weeks differ
ORDERS = 10  # fewer tell nothing of how orders differ


@dataclass(frozen=True, slots=True)
class Margin:
    """Avoidable contribution per order, in ``currency``; ``freedom`` is that of its standard error (Student's t)."""

    channel: str
    mean: float
    standard_error: float
    orders: int
    currency: str
    freedom: float = math.inf

    @property
    def half(self) -> float:
        """Half the width of the 90 % interval."""
        return quantile(self.freedom) * self.standard_error


@dataclass(frozen=True, slots=True)
class Contribution:
    """A channel's contribution of a period three ways, in money. ``loaded`` is None where no shared cost is allocated.

    ``direct``: of its own orders. ``loaded``: less its share of shared cost (CM3b). ``incremental``: less what other
    channels lost to it; that alone says what would be missing without the channel.
    """

    channel: str
    direct: Estimate
    loaded: Estimate | None
    incremental: Answer


def quantile(freedom: float) -> float:
    """Student's t for a two-sided interval of 90 %."""
    return float(stdtrit(min(freedom, 1e9), (1 + LEVEL) / 2))


def margin(channel: str, money: Series, orders: Series, currency: str) -> Margin | CannotTell:
    """Of sums by week (or of single orders, each its own group): Σ money / Σ orders."""
    held = np.isfinite(money) & np.isfinite(orders)
    money, orders = money[held], orders[held]
    total, groups = float(orders.sum()), int((orders > 0).sum())
    if total < ORDERS or groups < WEEKS:
        return CannotTell(
            Said("{channel} has {orders} orders in {weeks} weeks: too few to say what an order brings in.",
                 {"channel": channel, "orders": round(total), "weeks": groups}),
            Said("{orders} orders over {weeks} weeks are enough.", {"orders": ORDERS, "weeks": WEEKS}),
            unit=f"{currency}/order", method=METHOD, n=round(total),
        )  # fmt: skip
    mean = float(money.sum()) / total
    left = money - mean * orders
    error = math.sqrt(groups / (groups - 1) * float(left @ left)) / total
    return Margin(channel, mean, error, round(total), currency, groups - 1)


def margin_of_orders(
    channel: str, amounts: Series, weeks: Sequence[date], currency: str, advertising: Mapping[date, float] | None = None
) -> Margin | CannotTell:
    """Of the contribution of each order, its week, and what advertising that varies with orders cost in each week."""
    names, place = np.unique(np.array([week.toordinal() for week in weeks], dtype=np.int64), return_inverse=True)
    counts = np.bincount(place, minlength=len(names)).astype(float)
    spent = {week.toordinal(): amount for week, amount in (advertising or {}).items()}
    idle = [amount for day, amount in spent.items() if day not in set(names.tolist())]  # weeks of spend without orders
    ads = np.array([*(spent.get(int(day), 0.0) for day in names), *idle])
    sums = np.bincount(place, weights=amounts, minlength=len(names))
    by_week = margin(
        channel, np.append(sums, np.zeros(len(idle))) - ads, np.append(counts, np.zeros(len(idle))), currency
    )
    by_order = margin(channel, amounts - ads.sum() / max(len(amounts), 1), np.ones(len(amounts)), currency)
    found = [one for one in (by_week, by_order) if isinstance(one, Margin)]
    return max(found, key=lambda one: one.half) if found else by_week


def margin_of_panel(
    panel: Panel, channel: str, regions: Sequence[str] | None = None, since: date | None = None
) -> Margin | CannotTell:
    """Of a panel with contribution, in these regions (all) and the weeks from ``since`` on (all)."""
    rows = [number for number, region in enumerate(panel.regions) if regions is None or region in regions]
    first = panel.index(since) if since else 0
    orders = panel.orders[channel][rows, first:]
    money = (
        panel.contribution[channel][rows, first:] if channel in panel.contribution else np.full(orders.shape, np.nan)
    )
    known = np.isfinite(money) & np.isfinite(orders)
    sums = [np.where(known, one, 0.0).sum(axis=0) for one in (money, orders)]
    return margin(channel, sums[0], sums[1], panel.currency or "money")


def per_order(one: Margin) -> Estimate:
    """The margin as an estimate for people."""
    return _estimate(one.mean, one.half, f"{one.currency}/order", one.orders)


def contribution(
    own: Margin, orders: float, taken: Mapping[Margin, Answer], theta: Answer | None = None, shared: float | None = None
) -> Contribution:
    """Of a channel with so many orders: by ``theta`` (money per order) where given, else by κ towards each channel."""
    direct = _estimate(own.mean * orders, own.half * abs(orders), own.currency, own.orders)
    return Contribution(
        own.channel,
        direct,
        None
        if shared is None
        else _estimate(direct.value - shared, direct.high - direct.value, own.currency, own.orders),
        scaled(theta, orders, own.currency) if theta else left_over(direct, orders, taken),
    )


def scaled(answer: Answer, orders: float, currency: str) -> Answer:
    """Money per order as money of that many orders."""
    if isinstance(answer, CannotTell):
        return answer
    if isinstance(answer, Bounds):
        return Bounds(
            answer.low * orders, answer.high * orders, currency, answer.n, answer.method,
            answer.assumptions, answer.checks, level=answer.level,
        )  # fmt: skip
    return Estimate(
        answer.value * orders, answer.low * orders, answer.high * orders, answer.level, currency, answer.n,
        answer.method, answer.assumptions, answer.checks,
    )  # fmt: skip


def left_over(direct: Estimate, orders: float, taken: Mapping[Margin, Answer]) -> Answer:
    """Direct contribution less Σ κ·orders·m of the channels it took from, errors joined as in ``lost``.

    Where a κ has bounds only the result has bounds only. Without any κ, or with one that is refused, it cannot be told.
    """
    if not taken:
        return CannotTell(Said("What other channels lost to this one is not known."), unit=direct.unit)
    if refused := next((one for one in taken.values() if isinstance(one, CannotTell)), None):
        return refused
    went = lost([Loss(orders, other, share) for other, share in taken.items() if not isinstance(share, CannotTell)])
    low = direct.value - went.most - math.hypot(direct.value - direct.low, went.above)
    high = direct.value - went.least + math.hypot(direct.high - direct.value, went.below)
    if went.known:
        return Estimate(direct.value - went.most, low, high, LEVEL, direct.unit, direct.n, METHOD, went.assumptions)
    return Bounds(low, high, direct.unit, direct.n, METHOD, went.assumptions)


@dataclass(frozen=True, slots=True)
class Loss:
    """``orders`` of a channel, of which it took ``share`` from another whose order brings in ``margin``.

    ``of`` names the orders: of the same ones no more than all were taken.
    """

    orders: float
    margin: Margin
    share: Estimate | Bounds
    of: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """Money between ``least`` and ``most``, one figure where it is ``known``; errors below and above that."""

    least: float
    most: float
    below: float
    above: float
    known: bool
    assumptions: tuple[Said, ...] = ()

    def answer(self, currency: str, n: int) -> Estimate | Bounds:
        low, high = self.least - self.below, self.most + self.above
        if self.known:
            return Estimate(self.least, low, high, LEVEL, currency, n, METHOD, self.assumptions)
        return Bounds(low, high, currency, n, METHOD, self.assumptions)


def lost(losses: Sequence[Loss]) -> Lost:
    """Σ κ·orders·m, each side's errors joined as squares (MOVER: Zou and Donner 2008).

    The error of one margin is the same in all that was lost at it. Where a κ has bounds only, their ends are added.
    """
    least = most = below = above = 0.0
    unsure: dict[Margin, float] = {}
    said: dict[str, Said] = {}
    highs = _highs(losses)
    for place, one in enumerate(losses):
        if not one.orders:
            continue
        share, size = one.share, one.orders * one.margin.mean
        ends = (share.value, share.value) if isinstance(share, Estimate) else (share.low, highs[place])
        reach = (share.low, share.high) if isinstance(share, Estimate) else ends
        least, most = least + min(end * size for end in ends), most + max(end * size for end in ends)
        down, up = (abs(size) * (ends[0] - reach[0]), abs(size) * (reach[1] - ends[1]))[:: 1 if size >= 0 else -1]
        below, above = math.hypot(below, down), math.hypot(above, up)
        unsure[one.margin] = unsure.get(one.margin, 0.0) + max(map(abs, ends)) * abs(one.orders) * one.margin.half
        said |= {str(text): text for text in share.assumptions}
    below, above = (math.hypot(end, *unsure.values()) for end in (below, above))
    known = all(isinstance(one.share, Estimate) for one in losses)
    return Lost(least, most, below, above, known, tuple(said.values()))


def _highs(losses: Sequence[Loss]) -> dict[int, float]:
    """By place the upper ends of bounds at which most is lost while shares of the same orders add up to 1 at most.

    What others took at the least is no longer there to take; the rest goes first to whose order brings in the most, and
    of those whose orders lose money to whose loses the most.
    """
    sure: dict[str, float] = {}
    for one in losses:
        sure[one.of] = sure.get(one.of, 0.0) + max(one.share.low, 0.0)
    rest: dict[tuple[str, bool], float] = {}
    found = {}
    for place in sorted(range(len(losses)), key=lambda place: -abs(losses[place].margin.mean)):
        one, low = losses[place], max(losses[place].share.low, 0.0)
        if isinstance(one.share, Bounds):
            side = (one.of, one.margin.mean > 0)
            room = rest.get(side, max(1 - sure[one.of], 0.0))
            more = min(max(one.share.high - low, 0.0), room)
            found[place], rest[side] = min(one.share.high, low + more), room - more
    return found


def _estimate(value: float, half: float, unit: str, n: int) -> Estimate:
    return Estimate(value, value - half, value + half, LEVEL, unit, n, METHOD)
