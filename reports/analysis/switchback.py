"""How much of what a switched channel adds is taken from another: randomised on/off blocks in pairs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from reports.analysis.estimate import Answer, CannotTell, Check, Estimate
from reports.analysis.panel import Series
from reports.analysis.randomisation import Draws, Interval, accepted, bounded, flipped, point, share
from reports.analysis.said import Said
from reports.analysis.schedule import FEWEST, Block, Pair, fault, not_drawn, paired

METHOD = "switchback: Anderson–Rubin set by randomisation within pairs"
LEVEL = 0.9
WANDER = 1.0  # variance by which the level moves in a block's time, in variances of a block's own noise
CAREFUL = 0.8  # of the error allowed is what the test gets: shares differ by pair, and blocks on are noisier than off
_CURVE = 41  # points of the p-value curve

Orders = Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Contrasts:
    """On less off by pair as (affected, affecting), in orders per block: ``plain``, and ``cleared`` of the level."""

    plain: Series
    cleared: Series


def switchback(
    blocks: Sequence[Block],
    affected: Orders,
    affecting: Orders,
    carry_over: float = 0.0,
    category: Orders | None = None,
    seed: int = 0,
    level: float = LEVEL,
) -> Answer:
    """κ, the share of the orders that switching adds to ``affecting`` which it takes from ``affected``.

    Orders are by block; a pair of which one is not told is left out. Where κ = k, affected + k·affecting does not
    depend on the switch: k stays in the set unless the sum's on–off difference is extreme among all turns of the pairs.
    ``category`` is demand by block that the switch does not move. ``carry_over`` is in days.
    """
    pairs, left_out = paired(blocks, _told(affected, affecting, category))
    checks = [_pairs_check(pairs, left_out)]
    if reason := _refusal(blocks, pairs, carry_over, affected, affecting):
        return CannotTell(
            reason, Said("A schedule drawn anew answers it: blocks in pairs, one on and one off by lots."),
            method=METHOD, n=2 * len(pairs), checks=tuple(checks), level=level,
        )  # fmt: skip
    contrasts = contrast(pairs, affected, affecting, category)
    draws = flipped(contrasts.cleared, seed)
    found = held(draws, level)
    checks += _checks(pairs, contrasts, draws)
    common: dict[str, Any] = {
        "unit": "share", "n": 2 * len(pairs), "method": METHOD, "level": level, "checks": tuple(checks),
        "assumptions": _assumptions(pairs, carry_over),
        "detail": _detail(pairs, affected, affecting, contrasts, draws, found, seed),
    }  # fmt: skip
    if not bounded(found):
        return CannotTell(_open(draws), _more(), unbounded=True, **common)
    low, high = found[0][0], found[-1][1]
    value = point(contrasts.cleared.sum(axis=0), len(pairs) * np.cov(contrasts.cleared.T))
    return Estimate(float(np.clip(value, low, high)), low, high, **common)


def held(draws: Draws, level: float) -> tuple[Interval, ...]:
    """The shares that the turns do not reject."""
    return accepted(draws, 1 - CAREFUL * (1 - level))


def contrast(pairs: Sequence[Pair], affected: Orders, affecting: Orders, category: Orders | None = None) -> Contrasts:
    """On–off differences, and the same weighted so that a level that wanders from block to block cancels better.

    The weights rest on the times and the category alone, so every turn of the pairs stays as likely as any other.
    """
    blocks = [one for pair in pairs for one in (pair.first, pair.second)]
    days = np.array([one.days for one in blocks])
    per_block = days.mean() / days
    orders = np.array([[affected[one.name], affecting[one.name]] for one in blocks]) * per_block[:, None]
    index = None if category is None else np.array([category[one.name] for one in blocks]) * per_block
    cleared = _clearing(blocks, index) @ orders
    sign = np.array([1.0 if pair.first.on else -1.0 for pair in pairs])[:, None]
    return Contrasts(sign * (orders[0::2] - orders[1::2]), sign * (cleared[0::2] - cleared[1::2]))


def _clearing(blocks: Sequence[Block], category: Series | None) -> Series:
    """Generalised least squares residuals under a level that is a random walk plus noise (Harvey 1989, §2.3)."""
    middle = np.array([(one.starts - blocks[0].starts).total_seconds() / 86_400 + one.days / 2 for one in blocks])
    time = 1 + (middle - middle[0]) / np.mean([one.days for one in blocks])
    inverse = _inverse(tuple(time))
    fixed = np.ones((len(blocks), 1))
    if category is not None and np.ptp(category) > 0:
        fixed = np.column_stack([fixed, category / category.mean()])
    weighed = inverse @ fixed
    cleared: Series = inverse - weighed @ np.linalg.solve(fixed.T @ weighed, weighed.T)
    return cleared


@lru_cache(maxsize=1)
def _inverse(time: tuple[float, ...]) -> Series:
    """Of the covariance between blocks at these times; the same in every test that a plan simulates."""
    return np.linalg.inv(np.eye(len(time)) + WANDER * np.minimum.outer(time, time))


def _told(affected: Orders, affecting: Orders, category: Orders | None) -> set[str]:
    series = [affected, affecting, *([] if category is None else [category])]
    return set.intersection(*({name for name, value in one.items() if math.isfinite(value)} for one in series))


def _refusal(
    blocks: Sequence[Block], pairs: Sequence[Pair], carry_over: float, affected: Orders, affecting: Orders
) -> Said | None:
    if reason := fault(blocks, carry_over):
        return reason
    if len(pairs) < FEWEST:
        return Said(
            "Only {pairs} complete pairs of blocks: with fewer than {fewest} no share can be excluded.",
            {"pairs": len(pairs), "fewest": FEWEST},
        )
    if not_drawn(pairs):
        return Said("On and off follow a pattern in all {pairs} pairs: lots did not draw it.", {"pairs": len(pairs)})
    for orders in (affected, affecting):
        daily = [orders[one.name] / one.days for pair in pairs for one in (pair.on, pair.off)]
        if np.ptp(daily) <= 1e-9 * max(daily):
            return Said(
                "One of the channels has {orders} orders a day in every block: nothing can be read from it.",
                {"orders": round(daily[0], 2)},
            )
    return None


def _pairs_check(pairs: Sequence[Pair], left_out: Sequence[str]) -> Check:
    return Check(
        "pairs", len(pairs) >= FEWEST,
        Said(
            "{pairs} complete pairs; {left_out} left out because a block of theirs is missing.",
            {"pairs": len(pairs), "left_out": len(left_out)},
        ),
        float(len(pairs)),
    )  # fmt: skip


def _checks(pairs: Sequence[Pair], contrasts: Contrasts, draws: Draws) -> list[Check]:
    on_first = sum(pair.first.on for pair in pairs)
    moved = share(Draws(draws.kept[:, ::-1], draws.turned[:, ::-1], draws.exact), 0.0)
    points = _without_one(contrasts.cleared)
    return [
        Check(
            "lots", None,
            Said("On came first in {on_first} of {pairs} pairs.", {"on_first": on_first, "pairs": len(pairs)}),
            on_first / len(pairs),
        ),
        Check(
            "switch_moves_channel", None,
            Said(
                "The switch moves its own channel by {orders} orders per block, p = {p}; this decides nothing.",
                {"orders": round(float(contrasts.plain[:, 1].mean()), 1), "p": round(moved, 4)},
            ),
            moved,
        ),
        Check("no_effect_on_other", None, Said("p-value of a share of 0: {p}.", {"p": round(share(draws, 0.0), 4)}),
              share(draws, 0.0)),
        Check(
            "without_one_pair", None,
            Said(
                "Without any one pair the share lies between {low} and {high}.",
                {"low": round(min(points), 3), "high": round(max(points), 3)},
            ) if points else Said("Without some pair the share is not defined."),
            max(points) - min(points) if points else None,
        ),
    ]  # fmt: skip


def _without_one(cleared: Series) -> list[float]:
    x, y = (cleared.sum(axis=0) - cleared).T
    return [] if np.any(y == 0) else [float(one) for one in -x / y]


def _assumptions(pairs: Sequence[Pair], carry_over: float) -> tuple[Said, ...]:
    return (
        Said("Lots decided in each pair which block was on, and the schedule was kept."),
        Said("Every order that the switch adds takes the same share from the other channel, in all pairs."),
        Said(
            "What a block does is over when the next begins: carry-over {days} days, shortest block {shortest}.",
            {"days": carry_over, "shortest": min(one.days for pair in pairs for one in (pair.on, pair.off))},
        ),
        Said("The share holds for what was switched; it does not answer what a launch or a delisting would do."),
    )  # fmt: skip


def _open(draws: Draws) -> Said:
    moved = share(Draws(draws.kept[:, ::-1], draws.turned[:, ::-1], draws.exact), 0.0)
    return Said("The switch moved its channel too little to tell a share from it (p = {p}).", {"p": round(moved, 4)})


def _more() -> Said:
    return Said("More pairs of blocks or a stronger switch would answer it; plan the width before it starts.")


def _detail(
    pairs: Sequence[Pair], affected: Orders, affecting: Orders, contrasts: Contrasts, draws: Draws,
    found: Sequence[Interval], seed: int,
) -> dict[str, Any]:  # fmt: skip
    return {
        "blocks": [
            {
                "block": one.name, "pair": one.pair, "on": one.on,
                "starts": one.starts.isoformat(), "ends": one.ends.isoformat(),
                "affected": affected[one.name], "affecting": affecting[one.name],
            }
            for pair in pairs for one in (pair.first, pair.second)
        ],
        "differences": contrasts.plain.tolist(), "cleared": contrasts.cleared.tolist(),
        "accepted": [[_finite(low), _finite(high)] for low, high in found],
        "draws": {"number": draws.total, "exact": draws.exact, "seed": seed},
        "permuted": _permuted(draws), "curve": _curve(draws, found),
    }  # fmt: skip


def _permuted(draws: Draws) -> dict[str, list[float]]:
    """Quantiles (5, 25, 50, 75, 95 %) of both channels' cleared on–off sums over the draws, the observed one last."""
    turned = draws.kept - draws.turned
    both = np.concatenate([turned, -turned])
    observed = (draws.kept + draws.turned)[0]
    quantiles = np.quantile(both, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    return {
        name: [*map(float, quantiles[:, column]), float(observed[column])]
        for column, name in enumerate(("affected", "affecting"))
    }


def _curve(draws: Draws, found: Sequence[Interval]) -> list[list[float]]:
    """p-values of k around the set, for a picture."""
    ends = [end for interval in found for end in interval if math.isfinite(end)]
    low, high = min([0.0, *ends]), max([1.0, *ends])
    return [[float(k), share(draws, float(k))] for k in np.linspace(low, high, _CURVE)]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
