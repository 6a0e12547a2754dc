"""Calibration: from a weight in bits to a probability that holds, by a random sample of labelled pairs.

p = 1 ÷ (1 + exp(−intercept − slope · weight)). Without labels slope = ln 2 and intercept = 0: the weight taken at its
word. Labels pull away from that, for all pairs and a little more for each kind of pairs, as :mod:`curves` has it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reconciliation.identity.curves import WORD, WRONG, Curve, Sample, curves, sigmoid

REACH = 20.0  # bits; a weight beyond it teaches no more than one at it
SHARE = 0.02  # of all labels of a kind that one stands for at most, beyond its own
LEAST = 1e-12  # probability of inclusion; one below it is none
EDGES = (0.05, 0.2, 0.5, 0.8, 0.95)  # between the rows of the reliability table
Z90 = 1.6448536269514722
ENOUGH = 200  # pairs known independently of the matcher, under which recall is not told


@dataclass(frozen=True, slots=True)
class Label:
    """The truth about a pair of this weight and kind, drawn with this probability."""

    weight: float
    same: bool
    inclusion: float = 1.0
    kind: str = ""


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
    """``kinds``: the curve of each kind that was labelled. ``error``: expected calibration error on the labels it was
    made of, None without labels."""

    slope: float = WORD[0]
    intercept: float = WORD[1]
    labels: int = 0
    error: float | None = None
    rows: tuple[Reliability, ...] = ()
    kinds: Mapping[str, Curve] = field(default_factory=dict)

    def curve(self, kind: str = "") -> Curve:
        """Slope and intercept of a kind; the common ones where it has none of its own."""
        return self.kinds.get(kind, (self.slope, self.intercept))

    def apply(self, weight: float, kind: str = "") -> float:
        """The probability that a pair of this weight and kind is one person; 0 where the weight is no number."""
        slope, intercept = self.curve(kind)
        return 0.0 if math.isnan(weight) else sigmoid(intercept + slope * weight)


@dataclass(frozen=True, slots=True)
class Recall:
    """Share of the pairs known otherwise that the matcher finds, with its 90 % interval; or why it cannot be told."""

    pairs: int
    point: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""


def fit(labels: Sequence[Label]) -> Calibration:
    """The calibration that the labels teach. Labels without a usable weight or inclusion are left out.

    Labels weigh 1 ÷ inclusion, within limits: a rarely drawn one must not decide alone.
    """
    usable = _usable(labels)
    if not usable:
        return Calibration()
    kinds = sorted({one.kind for one in usable} - {""})
    places = {"": -1} | {kind: place for place, kind in enumerate(kinds)}
    common, *own = curves(
        Sample(
            bits=[max(-REACH, min(REACH, one.weight)) for one in usable],
            same=[one.same for one in usable],
            counts=_counts(usable),
            kinds=[places[one.kind] for one in usable],
        )
    )
    made = Calibration(*common, len(usable), kinds=dict(zip(kinds, own, strict=True)))
    return replace(made, error=calibration_error(made, usable), rows=reliability(made, usable))


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
        p = calibration.apply(one.weight, one.kind)
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
        p = calibration.apply(one.weight, one.kind)
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
    # Rounding would leave 1e-17 where the end is 0: one divided by it is no cost.
    low = 0.0 if share <= 0 else max(0.0, middle - half)
    return low, 1.0 if share >= 1 else min(1.0, middle + half)


def as_json(calibration: Calibration) -> dict[str, Any]:
    """As it is kept with the model."""
    rows = [[getattr(row, name) for name in Reliability.__slots__] for row in calibration.rows]
    kept = {name: getattr(calibration, name) for name in ("slope", "intercept", "labels", "error")}
    kinds = {kind: dict(zip(_CURVE, curve, strict=True)) for kind, curve in calibration.kinds.items()}
    return {**kept, "kinds": kinds, "rows": rows}


def of_json(kept: Mapping[str, Any]) -> Calibration:
    """What :func:`as_json` made; the calibration without labels where nothing is kept."""
    if not kept:
        return Calibration()
    rows = tuple(Reliability(*row) for row in kept["rows"])
    kinds = {kind: (curve["slope"], curve["intercept"]) for kind, curve in kept.get("kinds", {}).items()}
    return Calibration(kept["slope"], kept["intercept"], kept["labels"], kept["error"], rows, kinds)


_CURVE = ("slope", "intercept")


def _usable(labels: Sequence[Label]) -> list[Label]:
    return [one for one in labels if math.isfinite(one.weight) and LEAST < one.inclusion <= 1.0]


def _counts(labels: Sequence[Label]) -> list[float]:
    """How much each label counts: 1 ÷ inclusion, capped, adding to the number of labels of its kind: few pairs of a
    kind need few labels to be known."""
    counts = [1 / one.inclusion for one in labels]
    places: dict[str, list[int]] = {}
    for place, one in enumerate(labels):
        places.setdefault(one.kind, []).append(place)
    for own in places.values():
        most = (1 + SHARE * len(own)) * sorted(counts[place] for place in own)[len(own) // 2]
        scale = len(own) / sum(min(counts[place], most) for place in own)
        for place in own:
            counts[place] = min(counts[place], most) * scale
    return counts


def _loss(calibration: Calibration, labels: Sequence[Label]) -> float:
    """Mean log loss with the same share of wrong labels as the fit takes for granted."""
    usable = _usable(labels)
    if not usable:
        return math.inf
    counts = _counts(usable)
    total = 0.0
    for one, count in zip(usable, counts, strict=True):
        p = WRONG + (1 - 2 * WRONG) * calibration.apply(one.weight, one.kind)
        total -= count * math.log(p if one.same else 1 - p)
    return total / len(usable)


def _row(low_p: float, high_p: float, labels: Sequence[tuple[float, Label]]) -> Reliability:
    counts = [1 / one.inclusion for _, one in labels]
    total = sum(counts)
    mean = sum(count * p for count, (p, _) in zip(counts, labels, strict=True)) / total
    observed = sum(count for count, (_, one) in zip(counts, labels, strict=True) if one.same) / total
    worth = total * total / sum(count * count for count in counts)
    return Reliability(low_p, high_p, len(labels), mean, observed, *wilson(observed, worth))
