"""Calibration: from a weight in bits to a probability that holds, by a random sample of labelled pairs.

p = 1 ÷ (1 + exp(−intercept − slope · weight)). Without labels slope = ln 2 and intercept = 0: the weight taken at its
word. Labels pull away from that by penalised logistic regression (Platt 1999; prior as in Gelman et al. 2008) in
which a small share of the labels is taken to be wrong (Copas 1988), so no single label far out moves much.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PRIOR = (math.log(2.0), 0.15, 0.0, 0.8)  # slope, its deviation, intercept, its deviation
WRONG = 0.01  # share of labels taken to be wrong
REACH = 20.0  # bits; a weight beyond it teaches no more than one at it
SHARE = 0.02  # of all labels that one stands for at most, beyond its own
EDGES = (0.05, 0.2, 0.5, 0.8, 0.95)  # between the rows of the reliability table
Z90 = 1.6448536269514722
ENOUGH = 200  # pairs known independently of the matcher, under which recall is not told


@dataclass(frozen=True, slots=True)
class Label:
    """The truth about a pair of this weight, drawn with this probability."""

    weight: float
    same: bool
    inclusion: float = 1.0


@dataclass(frozen=True, slots=True)
class Reliability:
    """Pairs said to be one person with about ``mean``, and the share that is, with its 90 % interval."""

    low_p: float
    high_p: float
    labels: int
    mean: float
    observed: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """``error``: expected calibration error on the labels it was made of, None without labels."""

    slope: float = PRIOR[0]
    intercept: float = PRIOR[2]
    labels: int = 0
    error: float | None = None
    rows: tuple[Reliability, ...] = ()

    def apply(self, weight: float) -> float:
        """The probability that a pair of this weight is one person; 0 where it is no number."""
        return 0.0 if math.isnan(weight) else sigmoid(self.intercept + self.slope * weight)


@dataclass(frozen=True, slots=True)
class Recall:
    """Share of the pairs known otherwise that the matcher finds, with its 90 % interval; or why it cannot be told."""

    pairs: int
    point: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""


def sigmoid(x: float) -> float:
    """1 ÷ (1 + e^−x), at any x."""
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-min(x, 700.0)))
    power = math.exp(max(x, -700.0))
    return power / (1.0 + power)


def fit(labels: Sequence[Label]) -> Calibration:
    """The calibration that the labels teach. Labels without a usable weight or inclusion are left out.

    Labels weigh 1 ÷ inclusion, within limits: a rarely drawn one must not decide alone.
    """
    usable = _usable(labels)
    if not usable:
        return Calibration()
    x = [max(-REACH, min(REACH, one.weight)) for one in usable]
    said = [one.same for one in usable]
    counts = _counts(usable)
    word = (PRIOR[0], PRIOR[2])
    starts = word, _newton(x, [float(one) for one in said], counts, word)
    reached = [_doubting(x, said, counts, start) for start in starts]
    found = max(reached, key=lambda at: _plausible(at, x, said, counts))
    made = Calibration(*found)
    return Calibration(*found, len(usable), calibration_error(made, usable), reliability(made, usable))


def refit(old: Calibration, labels: Sequence[Label]) -> Calibration:
    """A calibration by all labels, unless one made of three quarters of them does worse than ``old`` on the fourth.

    The quarters go by order, so hand the labels over in the order in which they were drawn.
    """
    usable = _usable(labels)
    kept = [one for place, one in enumerate(usable) if place % 4 != 3]
    new = fit(kept)
    return fit(usable) if better(old, new, usable[3::4]) is new else old


def better(old: Calibration, new: Calibration, holdout: Sequence[Label]) -> Calibration:
    """``new`` where its loss on labels that it has not seen is smaller, else ``old``."""
    return new if _loss(new, holdout) < _loss(old, holdout) else old


def reliability(calibration: Calibration, labels: Sequence[Label]) -> tuple[Reliability, ...]:
    """What was said beside what is, by probability. Labels count 1 ÷ inclusion; the interval is Wilson's with as many
    labels as the uneven counts are worth (Kish 1965).
    """
    usable = _usable(labels)
    bins: dict[int, list[tuple[float, Label]]] = {}
    for one in usable:
        p = calibration.apply(one.weight)
        bins.setdefault(sum(p >= edge for edge in EDGES), []).append((p, one))
    bounds = (0.0, *EDGES, 1.0)
    return tuple(_row(bounds[place], bounds[place + 1], bins[place]) for place in sorted(bins))


def calibration_error(calibration: Calibration, labels: Sequence[Label]) -> float | None:
    """Expected calibration error: mean distance of said and observed share over all pairs that the labels stand for."""
    usable = _usable(labels)
    if not usable:
        return None
    bins: dict[int, tuple[float, float]] = {}
    for one in usable:
        p = calibration.apply(one.weight)
        place = sum(p >= edge for edge in EDGES)
        gap, total = bins.get(place, (0.0, 0.0))
        bins[place] = gap + (p - one.same) / one.inclusion, total + 1 / one.inclusion
    return sum(abs(gap) for gap, _ in bins.values()) / sum(total for _, total in bins.values())


def recall(found: Sequence[bool]) -> Recall:
    """Recall from whether each pair that is known independently of the matcher was found."""
    if len(found) < ENOUGH:
        return Recall(len(found), reason=f"cannot tell: {len(found)} known pairs, {ENOUGH} are needed")
    share = sum(found) / len(found)
    return Recall(len(found), share, *wilson(share, len(found)))


def wilson(share: float, n: float, z: float = Z90) -> tuple[float, float]:
    """The interval of a share that was seen among n (Wilson 1927); the whole of it where n is 0."""
    if n <= 0:
        return 0.0, 1.0
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def as_json(calibration: Calibration) -> dict[str, Any]:
    """As it is kept with the model."""
    rows = [[getattr(row, name) for name in Reliability.__slots__] for row in calibration.rows]
    kept = {name: getattr(calibration, name) for name in ("slope", "intercept", "labels", "error")}
    return {**kept, "rows": rows}


def of_json(kept: Mapping[str, Any]) -> Calibration:
    """What :func:`as_json` made; the calibration without labels where nothing is kept."""
    if not kept:
        return Calibration()
    rows = tuple(Reliability(*row) for row in kept["rows"])
    return Calibration(kept["slope"], kept["intercept"], kept["labels"], kept["error"], rows)


def _usable(labels: Sequence[Label]) -> list[Label]:
    return [one for one in labels if math.isfinite(one.weight) and 0.0 < one.inclusion <= 1.0]


def _counts(labels: Sequence[Label]) -> list[float]:
    """How much each label counts: 1 ÷ inclusion, capped, adding to the number of labels."""
    raw = [1 / one.inclusion for one in labels]
    most = (1 + SHARE * len(raw)) * sorted(raw)[len(raw) // 2]
    capped = [min(one, most) for one in raw]
    scale = len(raw) / sum(capped)
    return [one * scale for one in capped]


def _doubting(
    x: Sequence[float], said: Sequence[bool], counts: Sequence[float], start: tuple[float, float]
) -> tuple[float, float]:
    """Slope and intercept where a share of the labels may be wrong, uphill from ``start`` by EM."""
    at = start
    for _ in range(30):
        truth = [_belief(same, sigmoid(at[1] + at[0] * bits)) for same, bits in zip(said, x, strict=True)]
        at, before = _newton(x, truth, counts, at), at
        if max(abs(a - b) for a, b in zip(at, before, strict=True)) < 1e-7:
            break
    return at


def _plausible(at: tuple[float, float], x: Sequence[float], said: Sequence[bool], counts: Sequence[float]) -> float:
    """How likely labels of which some are wrong make it, prior included."""
    height = _height(at, (), (), ())
    for bits, same, count in zip(x, said, counts, strict=True):
        p = WRONG + (1 - 2 * WRONG) * sigmoid(at[1] + at[0] * bits)
        height += count * math.log(p if same else 1 - p)
    return height


def _belief(same: bool, p: float) -> float:
    """The probability that a pair is one person, given its label and what the weight says."""
    yes = p * (1 - WRONG if same else WRONG)
    no = (1 - p) * (WRONG if same else 1 - WRONG)
    return yes / (yes + no)


def _newton(
    x: Sequence[float], y: Sequence[float], counts: Sequence[float], start: tuple[float, float]
) -> tuple[float, float]:
    """Slope and intercept of the highest posterior. The prior keeps it finite; halved steps keep it going uphill."""
    at = start
    height = _height(at, x, y, counts)
    for _ in range(50):
        step = _step(at, x, y, counts)
        size = 1.0
        while size > 1e-6:
            tried = at[0] + size * step[0], at[1] + size * step[1]
            if (reached := _height(tried, x, y, counts)) >= height:
                break
            size /= 2
        else:
            return at
        at, gain, height = tried, reached - height, reached
        if gain < 1e-10:
            return at
    return at


def _step(
    at: tuple[float, float], x: Sequence[float], y: Sequence[float], counts: Sequence[float]
) -> tuple[float, float]:
    slope, slope_sd, intercept, intercept_sd = PRIOR
    g0, g1 = (slope - at[0]) / slope_sd**2, (intercept - at[1]) / intercept_sd**2
    h00, h01, h11 = 1 / slope_sd**2, 0.0, 1 / intercept_sd**2
    for xi, yi, count in zip(x, y, counts, strict=True):
        p = sigmoid(at[1] + at[0] * xi)
        rest, bend = count * (yi - p), count * p * (1 - p)
        g0 += rest * xi
        g1 += rest
        h00 += bend * xi * xi
        h01 += bend * xi
        h11 += bend
    size = h00 * h11 - h01 * h01
    return (h11 * g0 - h01 * g1) / size, (h00 * g1 - h01 * g0) / size


def _height(at: tuple[float, float], x: Sequence[float], y: Sequence[float], counts: Sequence[float]) -> float:
    slope, slope_sd, intercept, intercept_sd = PRIOR
    height = -(((at[0] - slope) / slope_sd) ** 2 + ((at[1] - intercept) / intercept_sd) ** 2) / 2
    for xi, yi, count in zip(x, y, counts, strict=True):
        z = at[1] + at[0] * xi
        height += count * (yi * z - max(z, 0.0) - math.log1p(math.exp(-abs(z))))
    return height


def _loss(calibration: Calibration, labels: Sequence[Label]) -> float:
    """Mean log loss with the same share of wrong labels as the fit takes for granted."""
    usable = _usable(labels)
    if not usable:
        return math.inf
    counts = _counts(usable)
    total = 0.0
    for one, count in zip(usable, counts, strict=True):
        p = WRONG + (1 - 2 * WRONG) * calibration.apply(one.weight)
        total -= count * math.log(p if one.same else 1 - p)
    return total / len(usable)


def _row(low_p: float, high_p: float, labels: Sequence[tuple[float, Label]]) -> Reliability:
    counts = [1 / one.inclusion for _, one in labels]
    total = sum(counts)
    mean = sum(count * p for count, (p, _) in zip(counts, labels, strict=True)) / total
    observed = sum(count for count, (_, one) in zip(counts, labels, strict=True) if one.same) / total
    worth = total * total / sum(count * count for count in counts)
    return Reliability(low_p, high_p, len(labels), mean, observed, *wilson(observed, worth))
