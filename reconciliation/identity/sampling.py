"""Random samples: pairs to label, whatever the review queue asks for, and clusterings that might be the true one.

Labels come from a stratified random sample without replacement over probability, channels and kind of pair, allocated
as Neyman (1934) has it, so that a total over all pairs follows with its variance (Horvitz and Thompson 1952). People
downstream count by weights over sampled clusterings, in which each link is drawn by its probability and constraints are
kept.
"""

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush

import pyarrow as pa

from reconciliation.identity.calibration import Z90
from reconciliation.identity.clusters import Pairs, cluster, components
from reconciliation.identity.duck import in_memory
from reconciliation.identity.kinds import kinds
from reconciliation.identity.people import Account, Clustering, Edge, Limits

BINS = (0.02, 0.1, 0.3, 0.7, 0.9, 0.97, 0.995)  # of probability, between strata
LEAST = 3  # labels in a stratum, where it has so many pairs
REMEMBERED = 12  # links of a part, up to which its clusterings are remembered
LOWEST_SPREAD = 0.1  # a stratum is never taken to be surer than this
LOGIT, UNSEEN = 0.5, 0.02  # standard error of a calibration in log odds, and of a sum by what it does not look at


@dataclass(frozen=True, slots=True)
class Draw:
    """A pair to be labelled and the probability with which it was drawn."""

    left: int
    right: int
    stratum: str
    inclusion: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found of a drawn pair; None where nobody has answered. ``spread``: variance of the value as expected."""

    stratum: str
    inclusion: float
    value: float | None
    spread: float = 0.0


@dataclass(frozen=True, slots=True)
class Total:
    """Over all pairs, with its variance and 90 % interval."""

    point: float
    variance: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Worth:
    """By what a sum of probabilities is to be multiplied, and the relative standard error of that."""

    factor: float
    error: float


_STRATA = """
SELECT "left", "right", least(left_channel, right_channel) || '–' || greatest(left_channel, right_channel) AS channels,
    kind, CASE {bins} END AS bin, competed
FROM pairs WHERE competed BETWEEN 0 AND 1
"""

_PICKED = """
WITH ordered AS (
    SELECT *, row_number() OVER (PARTITION BY channels, kind, bin ORDER BY "left", "right") - 1 AS place FROM strata
)
SELECT "left", "right", channels, kind, bin, inclusion FROM picks JOIN ordered USING (channels, kind, bin, place)
ORDER BY channels, kind, bin, place
"""


def draw(pairs: pa.Table, n: int, seed: int) -> list[Draw]:
    """``n`` pairs, or all where there are fewer, of a table with ``left``, ``right``, both channels, ``levels`` and
    ``competed``.

    The same pairs, number and seed draw the same, in whatever order the pairs come. Pairs whose probability is no
    number are not drawn. Every stratum is drawn from, also where that makes a few more than ``n``.
    """
    whens = " ".join(f"WHEN competed < {edge} THEN {place}" for place, edge in enumerate(BINS))
    with in_memory() as connection:
        connection.register("pairs", pairs.append_column("kind", kinds(pairs["levels"])))
        connection.execute(f"CREATE TABLE strata AS {_STRATA.format(bins=f'{whens} ELSE {len(BINS)}')}")
        sizes = connection.execute(
            "SELECT channels, kind, bin, count(*), avg(competed) FROM strata GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        counts = allocate([(size, mean) for *_, size, mean in sizes], n)
        chance = random.Random(seed)
        picks = [
            (*stratum, place, count / size)
            for (*stratum, size, _), count in zip(sizes, counts, strict=True)
            for place in sorted(chance.sample(range(size), count))
        ]
        if not picks:
            return []
        columns = zip(("channels", "kind", "bin", "place", "inclusion"), zip(*picks, strict=True), strict=True)
        connection.register("picks", pa.table({name: pa.array(values) for name, values in columns}))
        rows = connection.execute(_PICKED).fetchall()
    drawn = [Draw(left, right, _name(*stratum), inclusion) for left, right, *stratum, inclusion in rows]
    chance.shuffle(drawn)  # so that the first answers are a sample too
    return drawn


def allocate(strata: Sequence[tuple[int, float]], n: int) -> list[int]:
    """How many to draw of strata of this size and mean probability: by size × spread, at least ``LEAST`` each.

    One label after the other goes where it is owed most (D'Hondt's highest averages).
    """
    counts = [min(size, LEAST) if n > 0 else 0 for size, _ in strata]
    wanted = [size * max(LOWEST_SPREAD, math.sqrt(max(0.0, mean * (1 - mean)))) for size, mean in strata]
    owed = [(-wanted[at] / (counts[at] + 1), at) for at, (size, _) in enumerate(strata) if counts[at] < size]
    heapify(owed)
    for _ in range(n - sum(counts)):
        if not owed:
            break
        _, at = heappop(owed)
        counts[at] += 1
        if counts[at] < strata[at][0]:
            heappush(owed, (-wanted[at] / (counts[at] + 1), at))
    return counts


def horvitz_thompson(answers: Iterable[Answer]) -> Total:
    """The total of the values over all pairs. In a stratum the answered stand for those not answered yet.

    A stratum without an answer adds nothing and leaves the total short; one with a single answer is taken to spread
    as widely as a yes or no can, and none less than expected, for a few equal answers do not make it sure.
    """
    strata: dict[str, list[Answer]] = {}
    for one in answers:
        strata.setdefault(one.stratum, []).append(one)
    point = variance = 0.0
    for drawn in strata.values():
        values = [one.value for one in drawn if one.value is not None]
        if not values:
            continue
        size = sum(1 / one.inclusion for one in drawn)
        mean = sum(values) / len(values)
        spread = sum((value - mean) ** 2 for value in values) / (len(values) - 1) if len(values) > 1 else 0.25
        spread = max(spread, sum(one.spread for one in drawn) / len(drawn))
        point += size * mean
        variance += size * size * max(0.0, 1 - len(values) / size) * spread / len(values)
    half = Z90 * math.sqrt(variance)
    return Total(point, variance, point - half, point + half)


def worth(answers: Sequence[Answer], expected: float, unsure: float) -> Worth:
    """What a sum of probabilities is worth, by labels of a sample: value 1 − p where a pair in it is one person, −p
    where it is two, 0 for pairs outside.

    ``unsure``: Σp·(1 − p) of the sum, which is what a calibration can be wrong about. Without answers the sum stands,
    with that much doubt; answers move it by as much as they are the surer (normal prior and likelihood).
    """
    if expected <= 0:
        return Worth(1.0, UNSEEN)
    doubt = UNSEEN**2 + (LOGIT * unsure / expected) ** 2
    found = horvitz_thompson(answers)
    error = found.variance / expected**2
    given = doubt / (doubt + error) if any(one.value for one in answers) else 0.0
    factor = max(0.1, 1 + given * found.point / expected)
    return Worth(factor, math.sqrt(doubt * (1 - given)) / factor)


def clusterings(
    accounts: Iterable[Account],
    edges: Iterable[Edge],
    n: int = 50,
    seed: int = 0,
    together: Pairs = (),
    apart: Pairs = (),
    limits: Limits | None = None,
) -> Iterator[Clustering]:
    """``n`` clusterings, each by links drawn by their probability, under the constraints and decisions.

    Accounts without links may be left out, as for ``cluster``. The order of the input does not matter.
    """
    known = {one.key: one for one in accounts}
    uncertain = sorted(
        (edge for edge in edges if 0 < edge.p <= 1),
        key=lambda one: (min(one.left, one.right), max(one.left, one.right), one.tier, one.p, one.rule),
    )
    parts = _parts(known, uncertain, together, apart, replace(limits or Limits(), probability=0.0))
    linked = {one.key for part in parts for one in part.accounts}
    alone = {key: key for key in sorted(known) if key not in linked}
    chance = random.Random(seed)
    for _ in range(n):
        found = [part.sample(chance) for part in parts]
        person = dict(alone)
        for one in found:
            person.update(one.person)
        yield Clustering(person, tuple(refused for one in found for refused in one.refused))


@dataclass(frozen=True, slots=True)
class _Part:
    """Accounts that links or decisions connect. Few links have few outcomes, so those are remembered."""

    accounts: list[Account] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    together: list[tuple[int, int]] = field(default_factory=list)
    apart: list[tuple[int, int]] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)
    known: dict[int, Clustering] = field(default_factory=dict)

    def sample(self, chance: random.Random) -> Clustering:
        """A clustering of these accounts by links drawn by their probability."""
        drawn = [chance.random() < edge.p for edge in self.edges]
        key = sum(1 << place for place, one in enumerate(drawn) if one)
        if (found := self.known.get(key)) is None:
            edges = [edge for edge, one in zip(self.edges, drawn, strict=True) if one]
            found = cluster(self.accounts, edges, self.together, self.apart, self.limits)
            if len(self.edges) <= REMEMBERED:
                self.known[key] = found
        return found


def _parts(
    known: Mapping[int, Account], edges: Sequence[Edge], together: Pairs, apart: Pairs, limits: Limits
) -> list[_Part]:
    """Connected parts, in order of their links, then of decisions."""
    if any(edge.left not in known or edge.right not in known for edge in edges):
        raise ValueError("a link names an account that is not given")
    said = [(a, b) for a, b in together if a in known and b in known]
    links = [*((edge.left, edge.right) for edge in edges), *said]
    home = components(links)
    parts = {home[a]: _Part(limits=limits) for a, _ in links}
    for key in sorted(home):
        parts[home[key]].accounts.append(known[key])
    for edge in edges:
        parts[home[edge.left]].edges.append(edge)
    for a, b in said:
        parts[home[a]].together.append((a, b))
    for a, b in apart:
        if a in home and home[a] == home.get(b):
            parts[home[a]].apart.append((a, b))
    return list(parts.values())


def weights(sampled: Iterable[Clustering]) -> dict[int, float]:
    """How much of a person each account is: 1 ÷ accounts of its person, on average. They add to the expected persons.

    An account that was left out of the clusterings is a person of its own and weighs 1.
    """
    sums: dict[int, float] = {}
    n = 0
    for one in sampled:
        n += 1
        sizes: dict[int, int] = {}
        for person in one.person.values():
            sizes[person] = sizes.get(person, 0) + 1
        for account, person in one.person.items():
            sums[account] = sums.get(account, 0.0) + 1 / sizes[person]
    return {account: value / n for account, value in sums.items()}


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean and 90 % interval of a metric over sampled clusterings. Raises ValueError for fewer than 50."""
    if len(values) < 50:
        raise ValueError("an interval takes 50 sampled clusterings")
    ordered = sorted(values)
    last = len(ordered) - 1
    return sum(ordered) / len(ordered), ordered[math.floor(0.05 * last)], ordered[math.ceil(0.95 * last)]


def _name(channels: str, kind: str, place: int) -> str:
    bounds = (0.0, *BINS, 1.0)
    return " ".join(filter(None, (channels, kind, f"{bounds[place]:g}–{bounds[place + 1]:g}")))
