"""Shares of channels by week, model by model, with bands; and whether they move (facts/measurement.md §3.5)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np

from reports.analysis.attribution.journeys import Floats, Journeys
from reports.analysis.attribution.models import MOST_SETS, Chain, by_set, chain, rate_shares, removal, rules
from reports.analysis.kpi.credit import AGREE, FEWEST_AGREE, slopes, trend
from reports.analysis.kpi.slopes import Slope
from reports.analysis.proportions import Z90
from reports.analysis.said import Said

WEEKS = 13
_DRAWS = 60
_DRAWN_SETS = 10  # channels for which Shapley values are drawn: 2^10 sets


@dataclass(frozen=True, slots=True, eq=False)
class Weekly:
    """``shares[model]`` is weeks × channels, NaN in a week without conversions; ends hold 90 %, NaN where not drawn.

    Ends are by block bootstrap: the days of each week are drawn anew, so that journeys of a day stay together.
    """

    weeks: tuple[date, ...]
    shares: Mapping[str, Floats]
    low: Mapping[str, Floats]
    high: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Trend:
    """``call`` is "up", "down" or None; ``agree`` models of ``models`` move that way; ``slope`` is by week, of the
    model in the middle."""

    call: str | None
    agree: int
    models: int
    model: str | None
    slope: Slope | None
    why: Said


def weekly(journeys: Journeys, weeks: int = WEEKS, seed: int = 0, until: int | None = None) -> Weekly | None:
    """The latest whole weeks (from Monday), by the day that a journey counts in; None where there is not one.

    ``until`` is the first day after the last whole week, where that is known: it may end without a journey.
    """
    if journeys.ends_on is None or not len(journeys.ends_on):
        return None
    first = -(-(int(journeys.ends_on.min()) - 1) // 7)
    last = int(journeys.ends_on.max()) if until is None else until - 1
    after = last // 7  # the first week that is not whole; day 7 of the calendar is a Sunday
    first = max(first, after - weeks)
    if after <= first:
        return None
    placed = journeys.by_day()
    days = [_of_day(placed, 7 * first + 1 + day) for day in range(7 * (after - first))]
    drawn = np.random.default_rng(seed).multinomial(7, [1 / 7] * 7, (_DRAWS, after - first)).astype(float)
    shares, low, high = dict[str, Floats](), dict[str, Floats](), dict[str, Floats]()
    for model, given in _by_model(days, len(journeys.channels)).items():
        shares[model] = given(np.ones((1, after - first, 7)))[0]
        spread = Z90 * np.sqrt(7 / 6) * _spread(given(drawn)) if _may_draw(model, journeys) else np.nan
        least, most = (-np.inf, np.inf) if model == "shapley_rate" else (0.0, 1.0)
        low[model], high[model] = np.maximum(shares[model] - spread, least), np.minimum(shares[model] + spread, most)
    return Weekly(tuple(date.fromordinal(7 * week + 1) for week in range(first, after)), shares, low, high)


def _spread(drawn: Floats) -> Floats:
    """Standard deviation over the draws that have a share; NaN where none has."""
    some = np.isfinite(drawn).any(axis=0)
    return np.where(some, np.nanstd(np.where(some, drawn, 0.0), axis=0), np.nan)


def trends(of: Weekly | None, channels: Sequence[str]) -> dict[str, Trend]:
    """By channel: called where at least six models have the sign of the 13-week slope, and the middle's band too."""
    if of is None or len(of.weeks) < WEEKS:
        weeks = 0 if of is None else len(of.weeks)
        few = Said("{weeks} whole weeks are known; a trend takes {least}.", {"weeks": weeks, "least": WEEKS})
        return {name: Trend(None, 0, 0, None, None, few) for name in channels}
    return {name: _trend({model: share[-WEEKS:, n] for model, share in of.shares.items()})
            for n, name in enumerate(channels)}  # fmt: skip


def _trend(series: Mapping[str, Floats]) -> Trend:
    """The rule of K13 in words."""
    made = trend(series)
    if made is None:
        models = len(slopes(series))
        said = Said("{models} models can be followed by week; a trend takes {least}.",
                    {"models": models, "least": FEWEST_AGREE})  # fmt: skip
        return Trend(None, 0, models, None, None, said)
    values = {"agree": made.agree, "models": made.models}
    if made.agree < max(FEWEST_AGREE, AGREE * made.models):
        why = Said("Only {agree} of {models} models agree on the direction.", values)
    elif not made.direction:
        why = Said("{agree} of {models} models agree, but the slope may as well be none.", values)
    else:
        why = Said("{agree} of {models} models agree, and the slope is beyond chance.", values)
    call = {1: "up", -1: "down", 0: None}[made.direction]
    return Trend(call, made.agree, made.models, made.name, made.middle, why)


def _by_model(days: list[Journeys | None], size: int) -> dict[str, Callable[[Floats], Floats]]:
    """Of each model, from weights of days (draws × weeks × 7) to shares (draws × weeks × channels)."""
    known = [one for one in days if one is not None]
    if not known:
        return {}
    found: dict[str, Callable[[Floats], Floats]] = {}
    for model, rule in rules(known[0]).items():
        given = np.stack([np.zeros(size) if one is None else rule(one).conversions for one in days])
        found[model] = partial(_of_sums, given.reshape(-1, 7, size))
    if any(one.has_nulls for one in known):
        chains = [np.stack(one).reshape(-1, 7, *np.shape(one[0])) for one in _chains(days, size)]
        found["markov"] = partial(_each, chains, lambda *sums: removal(Chain(*sums)))
        if size <= MOST_SETS:
            nothing = np.zeros(1 << size), np.zeros(1 << size)
            sets = zip(*(nothing if one is None else by_set(one) for one in days), strict=True)
            found["shapley_rate"] = partial(_each, [np.stack(one).reshape(-1, 7, 1 << size) for one in sets],
                                            lambda done, all_of: rate_shares(done, all_of, size))  # fmt: skip
    return found


def _chains(days: list[Journeys | None], size: int) -> list[list[Floats]]:
    none = np.zeros(size)
    nothing = Chain(none, np.zeros((size, size)), none, none)
    chains = [nothing if one is None else chain(one) for one in days]
    return [[one.start for one in chains], [one.moves for one in chains], [one.converts for one in chains],
            [one.leaving for one in chains]]  # fmt: skip


def _of_sums(days: Floats, weights: Floats) -> Floats:
    given = np.einsum("dwk,wkc->dwc", weights, days)
    total = given.sum(axis=2, keepdims=True)
    return np.asarray(np.divide(given, total, out=np.full_like(given, np.nan), where=total > 0))


def _each(sums: Sequence[Floats], model: Callable[..., Floats], weights: Floats) -> Floats:
    """The model of each draw and week, on its weighted sums; NaN where it hands out nothing."""
    found = []
    for draw in weights:
        for week, given in enumerate(draw):
            share = model(*(np.tensordot(given, one[week], 1) for one in sums))
            found.append(share if np.any(share) else np.full_like(share, np.nan))
    return np.stack(found).reshape(*weights.shape[:2], -1)


def _may_draw(model: str, journeys: Journeys) -> bool:
    return model != "shapley_rate" or len(journeys.channels) <= _DRAWN_SETS


def _of_day(journeys: Journeys, day: int) -> Journeys | None:
    """The journeys, in the order of days, that end on a day; None where there is none."""
    first, end = np.searchsorted(np.asarray(journeys.ends_on), (day, day + 1))
    return journeys.part(int(first), int(end)) if end > first else None
