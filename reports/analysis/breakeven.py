"""Break-even: the share of its orders that a channel may take from another before it destroys profit.

κ* = m_B / m_A, with m the avoidable contribution of an order (``money.Margin``). It needs no model and no event. Its
interval is Fieller's (1954) of a ratio of two means: where m_A may be 0 it has no end, and nothing is said.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reports.analysis.estimate import Answer, CannotTell, Check, Estimate
from reports.analysis.money import LEVEL, Loss, Margin, left_over, lost, per_order, quantile
from reports.analysis.said import Said

METHOD = "Fieller"


@dataclass(frozen=True, slots=True)
class Line:
    """Several channels: B breaks even where Σ share_o · m_o = m_B. ``alone`` has κ* towards each one alone."""

    affecting: Margin
    others: tuple[Margin, ...]
    alone: Mapping[str, Answer]

    def left(self, shares: Mapping[str, Answer | float]) -> Answer:
        """What an order of B is worth where it took these shares from the others, in money; none from those unnamed."""
        taken = {one: _answer(shares[one.channel]) for one in self.others if one.channel in shares}
        return left_over(per_order(self.affecting), 1, taken) if taken else per_order(self.affecting)


def break_even(affecting: Margin, affected: Margin) -> Answer:
    """κ* of B (``affecting``) towards A (``affected``), or why it is undefined."""
    _same(affecting, affected)
    names: dict[str, str | int | float] = {"affecting": affecting.channel, "affected": affected.channel}
    n = affecting.orders + affected.orders
    if affected.mean <= 0:
        return CannotTell(
            Said("An order of {affected} brings in nothing or less, so {affecting} takes no profit by taking it: "
                 "break-even is undefined.", names),
            method=METHOD, n=n,
        )  # fmt: skip
    t = quantile(min(affecting.freedom, affected.freedom))
    g = (t * affected.standard_error / affected.mean) ** 2
    if g >= 1:
        return CannotTell(
            Said("What an order of {affected} brings in cannot be told from nothing: break-even has no bounds.", names),
            Said("More orders of {affected} would tell.", names), method=METHOD, n=n, unbounded=True,
        )  # fmt: skip
    value = affecting.mean / affected.mean
    half = t / affected.mean * math.sqrt((1 - g) * affecting.standard_error**2 + (value * affected.standard_error) ** 2)
    low, high = (value - half) / (1 - g), (value + half) / (1 - g)
    return Estimate(value, low, high, LEVEL, "share", n, METHOD, ASSUMPTIONS, (_meaning(names, low, high),))


def profit_at_risk(orders: float, affected: Margin, share: Answer | float) -> Answer:
    """What A lost where B took that share of its orders from A: share · orders of B · m_A, a line in the share."""
    told = _answer(share)
    if isinstance(told, CannotTell):
        return replace(told, unit=affected.currency)
    return lost([Loss(orders, affected, told)]).answer(affected.currency, affected.orders)


def _answer(share: Answer | float) -> Answer:
    return Estimate(share, share, share, LEVEL, "share", 0, "") if isinstance(share, int | float) else share


def line(affecting: Margin, others: Sequence[Margin]) -> Line:
    """Break-even of B towards several channels at once."""
    return Line(affecting, tuple(others), {one.channel: break_even(affecting, one) for one in others})


ASSUMPTIONS = (
    Said("A taken order would have had the basket of an average order of the channel that lost it."),
    Said("Orders of different channels vary independently."),
)


def _meaning(names: Mapping[str, str | int | float], low: float, high: float) -> Check:
    if low >= 1:
        said = Said("{affecting} can never destroy profit by taking from {affected}.", names)
    elif high >= 1:
        said = Said("It cannot be told whether {affecting} could destroy profit by taking from {affected}.", names)
    elif high <= 0:
        said = Said("{affecting} loses money with every order, even where it takes none from {affected}.", names)
    else:
        said = Said("{affecting} destroys profit where it takes a larger share of its orders from {affected}.", names)
    return Check("meaning", None, said)


def _same(*margins: Margin) -> None:
    if len({one.currency for one in margins}) > 1:
        raise ValueError(f"Margins are in one currency, not {', '.join(one.currency for one in margins)}")
