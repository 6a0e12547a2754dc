"""Overlap: how many persons bought on both of two channels, in a market and month, with an interval or not at all.

Links alone understate it, for many buyers show too little. Two families of evidence capture a person independently:
contact (e-mail, phone) and place (name with address, masked or clear). Among accounts that show both, Chapman's
estimator (1951) gives the persons from those that one, the other and both families find; how often each family finds
a person that it could find follows, and with it the persons behind accounts that show one. Accounts that show nothing
are filled up in proportion. Expected false links are out beforehand, because links count by calibrated probability.

The interval (90 %) holds chance (parametric bootstrap), false links and labels, and is widened by what cannot be seen:
persons of both channels may show more or less than others (``ODDS`` of showing, on both sides at once), and the
families may miss the same persons (``ODDS``, and up to ``HIDDEN`` that neither can find). Design: facts on matching,
§4.9; linkage-free dual-system estimation, arXiv 1903.10894.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reconciliation.identity.calibration import Z90
from reconciliation.identity.recapture import FULL, Interval, Table, recapture
from reconciliation.identity.visibility import CELLS, ODDS, Family, Side, seen_of_shared, visible_share

VISIBLE = 0.05  # no figure where a smaller share could be seen
WIDE = 0.30  # no figure where half of the interval is more of it
SMALL = 0.01  # of the smaller side's accounts: so few that a wide interval still tells something
BOTH = 10.0  # persons found by both families, under which the families cannot be told apart
FINDS = (0.5, 0.75, 1.0)  # share of visible persons that links find, where nothing tells: least, likely, most


@dataclass(frozen=True, slots=True)
class Pair:
    """Two accounts that bought in the month, one on each channel.

    ``by``: the families that agree. ``left_shows`` and ``right_shows``: what each account shows in a form that can be
    compared with the other channel; judge both by the same rule, that of the more masked channel, for every pair.
    """

    left: int
    right: int
    p: float  # after competition and calibration
    by: Family
    left_shows: Family = Family.EITHER
    right_shows: Family = Family.EITHER
    proven: bool = False  # tier 0 or 1, or confirmed


@dataclass(frozen=True, slots=True)
class Group:
    """What is known of two channels in a market and month.

    ``persons`` names the person of accounts that are joined, so that several accounts of one count once. ``recall``:
    share of visible pairs that links find, with its 90 % bounds, where it is known from pairs given by customers.
    ``doubt``: relative standard error of Σp that the labels leave.
    """

    pairs: Sequence[Pair]
    left: Side
    right: Side
    persons: Mapping[int, int] = field(default_factory=dict)
    recall: tuple[float, float, float] | None = None
    doubt: float = 0.02


@dataclass(frozen=True, slots=True)
class Estimate:
    """Persons. None where it cannot be told, with the reason; ``visible_share`` is of pairs of accounts."""

    proven: int | None = None
    expected: float | None = None
    total: float | None = None
    low: float | None = None
    high: float | None = None
    visible_share: float | None = None
    reason: str = ""


def estimate(group: Group, seed: int = 0) -> Estimate:
    """Persons who bought on both channels. The same group and seed give the same numbers."""
    sides = (group.left.shares(), group.right.shares())
    visible = visible_share(sides)
    if not group.left.accounts or not group.right.accounts or visible == 0.0:
        return Estimate(visible_share=0.0, reason="not observable")
    if visible < VISIBLE:
        return Estimate(visible_share=visible, reason=f"cannot tell: only {visible:.1%} of the buyers could be seen")
    links = persons(group)
    proven = sum(one.proven for one in links)
    expected = sum(one.p for one in links)
    found, noise = _captured(links)
    both = found[FULL][Family.EITHER]
    total = recapture(found, noise, sides, group.doubt, random.Random(seed)) if both >= BOTH else _few(links, group)
    if total is None or _too_wide(total, group):
        return Estimate(proven, expected, visible_share=visible, reason=_why(total, both))
    point, low, high = total
    spread = math.sqrt(sum(one.p * (1 - one.p) for one in links))
    return Estimate(proven, expected, point, min(point, max(low, expected - Z90 * spread)), high, visible)


def persons(group: Group) -> list[Pair]:
    """Pairs of persons inside each channel: the surest pair of each, with all that its accounts show together.

    Pairs whose probability is no number are left out.
    """
    found: dict[tuple[int, int], Pair] = {}
    for one in sorted(group.pairs, key=lambda pair: (pair.left, pair.right)):
        if not 0.0 <= one.p <= 1.0:
            continue
        left, right = (group.persons.get(key, key) for key in (one.left, one.right))
        before = found.get((left, right), Pair(left, right, 0.0, *(Family.NOTHING,) * 3))
        found[left, right] = Pair(
            left,
            right,
            max(one.p, before.p),
            before.by | (one.by & one.left_shows & one.right_shows),
            one.left_shows | before.left_shows,
            one.right_shows | before.right_shows,
            one.proven or before.proven,
        )
    return list(found.values())


def _captured(links: Sequence[Pair]) -> tuple[Table, Table]:
    """Expected persons by what their accounts show and which families found them, and the variance of that."""
    found: Table = {cell: [0.0] * 4 for cell in CELLS}
    noise: Table = {cell: [0.0] * 4 for cell in CELLS}
    for one in links:
        cell = (one.left_shows, one.right_shows)
        if cell in found:
            found[cell][one.by] += one.p
            noise[cell][one.by] += one.p * (1 - one.p)
    return found, noise


def _few(links: Sequence[Pair], group: Group) -> Interval | None:
    """Total where the families cannot be told apart: expected ÷ (visible share × recall), where recall is known.

    Without known recall only a number so small that a wide guess at it is still small.
    """
    shares = (group.left.shares(), group.right.shares())
    least, likely, most = _bounds(group.recall)
    expected = sum(one.p for one in links)
    spread = math.sqrt(sum(one.p * (1 - one.p) for one in links) + (group.doubt * expected) ** 2)
    visible = visible_share(shares)
    loosest, tightest = (seen_of_shared(shares, odds) for odds in (ODDS, 1 / ODDS))
    few, many = _poisson(expected)
    low = max(0.0, min(few, expected - Z90 * spread)) / (loosest * most)
    high = max(many, expected + Z90 * spread) / (tightest * least)
    total = expected / (visible * likely)
    if group.recall is None and high > SMALL * min(group.left.accounts, group.right.accounts):
        return None
    return total, min(low, total), max(high, total)


def _bounds(recall: tuple[float, float, float] | None) -> tuple[float, float, float]:
    if recall is None:
        return FINDS
    point, low, high = recall
    if not 0 < low <= point <= high <= 1:
        raise ValueError("recall lies between 0 and 1, inside its bounds")
    return low, point, high


def _too_wide(total: Interval, group: Group) -> bool:
    point, low, high = total
    small = high <= SMALL * min(group.left.accounts, group.right.accounts)
    return not small and (high - low) / 2 > WIDE * point


def _why(total: Interval | None, both: float) -> str:
    if total is None:
        return f"cannot tell: {both:.0f} persons were found by contact and by place, {BOTH:.0f} are needed"
    point, low, high = total
    half = (high - low) / 2 / point if point > 0 else math.inf
    return f"cannot tell: the interval would be ± {half:.0%}" if half < 10 else "cannot tell: the interval is too wide"


def _poisson(count: float) -> tuple[float, float]:
    """90 % bounds of a Poisson mean (Wilson and Hilferty 1931)."""
    upper = count + 1
    high = upper * (1 - 1 / (9 * upper) + Z90 / (3 * math.sqrt(upper))) ** 3
    if count <= 0:
        return 0.0, high
    return count * max(0.0, 1 - 1 / (9 * count) - Z90 / (3 * math.sqrt(count))) ** 3, high
