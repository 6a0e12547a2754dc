"""What is told of journeys: credits by model, how far the models lie apart, brand and direct, and weekly shares."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from reports.analysis.attribution.caused import LEVEL, Signs, signs
from reports.analysis.attribution.journeys import BRAND, DIRECT, Floats, Integers, Journeys
from reports.analysis.attribution.models import Credits, attribute, rules
from reports.analysis.attribution.weekly import Trend, Weekly, trends, weekly
from reports.analysis.estimate import CannotTell, record
from reports.analysis.said import Said
from reports.analysis.stored import pair

Answer = dict[str, Any]


def told(journeys: Journeys, counts: Mapping[str, int], seed: int = 0) -> Answer:
    """All as JSON; shares are of conversions."""
    models = attribute(journeys)
    by_week = weekly(journeys, seed=seed)
    called = {} if journeys.ends_on is None else trends(by_week, journeys.channels)
    return {
        "models": {name: _credits(journeys, found) for name, found in models.items()},
        "spread": _spread(journeys, models),
        "brand_and_direct": brand_and_direct(journeys, seed),
        "weekly": weekly_told(journeys.channels, by_week),
        "trends": {name: {**trend_told(one), "text": str(one.why)} for name, one in called.items()},
        "conversions": float(journeys.conversions.sum()), "value": float(journeys.value.sum()),
        "nulls": float(journeys.nulls.sum()), "currency": journeys.currency, "counts": dict(counts),
    }  # fmt: skip


def brand_and_direct(journeys: Journeys, seed: int = 0) -> Answer:
    """What part of conversions the rules give to brand and direct touches, and whether it is possibly not caused by
    ads; ``share`` is that of the rule in the middle, ``text`` says it, and ``text_said`` so that it can be translated.
    """
    found = signs(journeys, seed)
    why = _why(journeys, found)
    answer: Answer = {
        "share": None, "brand": None, "direct": None, "by_model": {}, "fired": found.fired, "p": found.p,
        "text": str(why), "text_said": pair(why),
        "signs": {"gathered": found.gathered, "late": found.late, "last": found.last} if found.p is not None else None,
    }  # fmt: skip
    total = float(journeys.conversions.sum())
    if journeys.intent is None or not total:
        return answer
    classes: Integers = np.where(journeys.intent == BRAND, 0, np.where(journeys.intent == DIRECT, 1, 2))
    split = replace(journeys, channels=("brand", "by intent", "other"), touch=classes)
    shares = {name: rule(split).conversions / total for name, rule in rules(journeys).items()}
    middle = sorted(shares, key=lambda name: shares[name][:2].sum())[len(shares) // 2]
    brand, direct, _ = shares[middle].tolist()
    return answer | {
        "share": brand + direct, "brand": brand, "direct": direct,
        "by_model": {name: float(one[:2].sum()) for name, one in shares.items()},
    }  # fmt: skip


def _why(journeys: Journeys, found: Signs) -> Said:
    if journeys.intent is None:
        return Said("No touch says that it is brand or direct: whether ads caused the orders cannot be looked at.")
    if found.p is None:
        return Said("Too few journeys of two touches or more: whether ads caused the orders cannot be looked at.")
    level = {"level": round(100 * LEVEL)}
    if found.fired:
        return Said(
            "Possibly not caused by ads: brand and direct touches stand in journeys as if the wish to buy had brought "
            "them."
        )
    return Said(
        "Brand and direct touches stand in journeys as chance would have them, at {level} %; it is no proof that ads "
        "caused the orders.",
        level,
    )


def _credits(journeys: Journeys, found: Credits | CannotTell) -> Answer:
    if isinstance(found, CannotTell):
        answer = record(found)
        return {"type": answer["type"], "reason": answer["reason"]}
    total = float(journeys.conversions.sum())
    return {
        name: {
            "conversions": _finite(done), "value": _finite(value), "share": _finite(done / total) if total else None,
        } for name, done, value in zip(journeys.channels, found.conversions, found.value, strict=True)
    }  # fmt: skip


def _spread(journeys: Journeys, models: Mapping[str, Credits | CannotTell]) -> Answer:
    total = float(journeys.conversions.sum())
    if not total:
        return {}
    shares = np.stack([one.conversions / total for one in models.values() if isinstance(one, Credits)])
    low, high = shares.min(axis=0), shares.max(axis=0)
    return {
        name: {"low": _finite(low[n]), "high": _finite(high[n]), "spread": _finite(high[n] - low[n])}
        for n, name in enumerate(journeys.channels)
    }


def weekly_told(channels: Sequence[str], of: Weekly | None, digits: int | None = None) -> Answer | None:
    """Shares with their ends by model and channel, as JSON; weeks without any are null."""
    if of is None:
        return None

    def listed(values: Floats) -> list[float | None]:
        return [_finite(one) if digits is None else _finite(round(float(one), digits)) for one in values]

    return {
        "weeks": [one.isoformat() for one in of.weeks], "level": 0.9,
        "models": {
            model: {
                name: {"share": listed(share[:, n]), "low": listed(of.low[model][:, n]),
                       "high": listed(of.high[model][:, n])} for n, name in enumerate(channels)
            } for model, share in of.shares.items()
        },
    }  # fmt: skip


def trend_told(of: Trend) -> Answer:
    """Without its words."""
    slope = of.slope and {"value": of.slope.value, "low": of.slope.low, "high": of.slope.high, "weeks": of.slope.n}
    return {"call": of.call, "agree": of.agree, "models": of.models, "model": of.model, "slope": slope}


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
