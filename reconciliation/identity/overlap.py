"""Overlap: how many persons bought on both of two channels, in a market and month, with an interval or not at all.

Links alone understate it, for many buyers show too little. Two families of evidence capture a person independently:
contact (e-mail, phone) and place (name with address, masked or clear). Among accounts that show both, Chapman's
estimator (1951) gives the persons from those that one, the other and both families find; how often each family finds
a person that it could find follows, and with it the persons behind accounts that show one. Accounts that show nothing
are filled up in proportion. Expected false links are out beforehand, because links count by calibrated probability,
which takes into account that both bought in this month, and is set right by the labels for each family.

The interval (90 %) holds chance (parametric bootstrap), false links and labels, and is widened by what cannot be seen:
persons of both channels may show more or less than others (odds of showing from 1 ÷ ``ODDS`` to ``ODDS``, on both sides
at once), and the families may miss the same persons (odds from 1 to ``ODDS``, and some that neither can find). Design:
facts on matching, §4.9; linkage-free dual-system estimation, arXiv 1903.10894.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciliation.identity.calibration import Z90
from reconciliation.identity.recapture import FULL, Interval, Seen, Table, recapture
from reconciliation.identity.sampling import Worth
from reconciliation.identity.visibility import CELLS, ODDS, Family, Side, seen_of_shared, visible_share

VISIBLE = 0.05  # no figure where a smaller share could be seen
WIDE = 0.30  # no figure where half of the interval is more of it
SMALL = 0.01  # of the smaller side's accounts: so few that a wide interval still tells something
BOTH = 10.0  # persons found by both families, under which the families cannot be told apart
FINDS = (0.5, 0.75, 1.0)  # share of visible persons that links find, where nothing tells: least, likely, most
FEW = 10.0  # sure pairs, as many as chance would have put into the month, are added to those that were

_FAMILIES = (Family.NOTHING, Family.CONTACT, Family.PLACE, Family.EITHER)  # by number
_TRUSTED, _SAID = Worth(1.0, 0.02), Worth(1.0, 0.0)


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

    ``ever``: what links between accounts that bought in this market show, whatever their months; without it the month
    is all there is to learn from. ``together``: how many times as often as those of two persons the accounts
    of one buy in the same month. ``worth``: what the labels make of Σp, by the families that agree.
    """

    pairs: Sequence[Pair]
    left: Side
    right: Side
    persons: Mapping[int, int] = field(default_factory=dict)
    recall: tuple[float, float, float] | None = None
    ever: Seen | None = None
    together: float = 1.0
    worth: Mapping[Family, Worth] = field(default_factory=dict)


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
    links = persons(_in_month(group), group.persons)
    proven = sum(one.proven for one in links)
    expected, error = _expected(links, group.worth)
    month = seen(links, group.worth)
    ever = group.ever or month
    both = ever.found[FULL][Family.EITHER]
    errors = [group.worth.get(family, _TRUSTED).error for family in _FAMILIES]
    total = recapture(month, ever, sides, errors, random.Random(seed)) if both >= BOTH else _few(expected, error, group)
    if total is None or _too_wide(total, group):
        return Estimate(proven, expected, visible_share=visible, reason=_why(total, both))
    point, low, high = total
    return Estimate(proven, expected, point, min(point, max(low, expected - Z90 * error)), high, visible)


def together(sure: tuple[int, int], left: tuple[int, int], right: tuple[int, int]) -> float:
    """How many times as often as two persons' accounts those of one buy in a month, both of them.

    Each counts those of the month and those of all months: pairs surely of one person, and accounts of both channels.
    """
    chance = math.prod(month / ever if ever else 0.0 for month, ever in (left, right))
    return (sure[0] + FEW * chance) / (sure[1] + FEW) / chance if chance > 0 else 1.0


def persons(pairs: Sequence[Pair], named: Mapping[int, int]) -> list[Pair]:
    """Pairs of persons inside each channel: the surest pair of each, with all that its accounts show together.

    ``named``: the person of accounts that are joined. Pairs whose probability is no number are left out.
    """
    found: dict[tuple[int, int], Pair] = {}
    for one in sorted(pairs, key=lambda pair: (pair.left, pair.right)):
        if not 0.0 <= one.p <= 1.0:
            continue
        left, right = (named.get(key, key) for key in (one.left, one.right))
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


def _in_month(group: Group) -> list[Pair]:
    """The pairs with what buying in the same month says of them."""
    times = group.together
    return [
        replace(one, p=one.p * times / (1 - one.p + one.p * times)) if 0.0 < one.p < 1.0 else one for one in group.pairs
    ]


def seen(links: Sequence[Pair], worth: Mapping[Family, Worth]) -> Seen:
    """What links between persons show, of those whose accounts both show something."""
    found: Table = {cell: [0.0] * 4 for cell in CELLS}
    noise: Table = {cell: [0.0] * 4 for cell in CELLS}
    for one in links:
        cell = (one.left_shows, one.right_shows)
        if cell in found:
            found[cell][one.by] += one.p * _worth(one, worth).factor
            noise[cell][one.by] += one.p * (1 - one.p)
    return Seen(found, noise)


def _expected(links: Sequence[Pair], worth: Mapping[Family, Worth]) -> tuple[float, float]:
    """Persons that links show, and the standard error of that."""
    common = dict.fromkeys(_FAMILIES, 0.0)
    found = noise = 0.0
    for one in links:
        said = _worth(one, worth)
        found += one.p * said.factor
        noise += one.p * (1 - one.p)
        common[one.by] += one.p * said.factor * said.error
    return found, math.sqrt(noise + sum(error**2 for error in common.values()))


def _worth(one: Pair, worth: Mapping[Family, Worth]) -> Worth:
    """What the labels make of a link's probability; a person's word stands."""
    return worth.get(one.by, _TRUSTED) if one.p < 1.0 else _SAID


def _few(expected: float, error: float, group: Group) -> Interval | None:
    """Total where the families cannot be told apart: expected ÷ (visible share × recall), where recall is known.

    Without known recall only a number so small that a wide guess at it is still small.
    """
    shares = (group.left.shares(), group.right.shares())
    least, likely, most = _bounds(group.recall)
    visible = visible_share(shares)
    loosest, tightest = (seen_of_shared(shares, odds) for odds in (ODDS, 1 / ODDS))
    few, many = _poisson(expected)
    low = max(0.0, min(few, expected - Z90 * error)) / (loosest * most)
    high = max(many, expected + Z90 * error) / (tightest * least)
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
