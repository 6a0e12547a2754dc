"""A figure of a role page: with its denominator, interval, maturity and trend, and the checks that it failed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.analysis.estimate import Answer, CannotTell, Estimate
from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.names import NAMES
from reports.analysis.kpi.ratios import ratio_band
from reports.analysis.kpi.samples import too_few
from reports.analysis.proportions import wilson
from reports.analysis.said import Said

Floats = NDArray[np.float64]

WINDOW = 13  # weeks
SPANS = (4, 13, 26, 52)


@dataclass(frozen=True, slots=True)
class Kpi:
    """``value`` is None where there is nothing to divide by or too little to tell; ``text`` then says why.

    Ends hold 90 % where the text says no other; None where no interval can be given. ``maturity`` is the share of its
    time that what is counted has had. ``trend`` has, by number of weeks, how much the last ones changed from as many
    before, as a share of those.
    """

    code: str
    value: float | None
    low: float | None
    high: float | None
    denominator: float
    maturity: float
    unit: str
    trend: Mapping[int, float | None]
    flags: tuple[Flag, ...]
    text: Said


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A figure with its weekly values, NaN where there is none."""

    kpi: Kpi
    series: Floats


def record(made: Kpi, chinese: Callable[[Said], str] = str) -> dict[str, Any]:
    """The figure for JSON; ``chinese`` says a sentence in Chinese."""
    return {
        "kpi": made.code, "value": made.value, "low": made.low, "high": made.high, "denominator": made.denominator,
        "maturity": made.maturity, "unit": made.unit, **{f"trend_{weeks}w": of for weeks, of in made.trend.items()},
        "flags": [_flag(one, chinese) for one in made.flags],
        "text_en": str(made.text), "text_zh": chinese(made.text),
    }  # fmt: skip


def _flag(made: Flag, chinese: Callable[[Said], str]) -> dict[str, Any]:
    sentences = {"wrong": made.wrong, "why": made.why, "instead": made.instead}
    said = {f"{name}_en": str(one) for name, one in sentences.items()}
    said |= {f"{name}_zh": chinese(one) for name, one in sentences.items()}
    return {"rule": made.rule, "fired": made.fired, **said, "figures": dict(made.figures)}


def changes(top: Floats, bottom: Floats | None = None) -> dict[int, float | None]:
    """Of Σ top, or Σ top / Σ bottom, weekly: None where weeks are missing or there was nothing to compare with."""
    return {span: _change(top, bottom, span) for span in SPANS}


def _change(top: Floats, bottom: Floats | None, span: int) -> float | None:
    now, before = _level(top, bottom, -span, None), _level(top, bottom, -2 * span, -span)
    if now is None or before is None or before <= 0 or len(top) < 2 * span:
        return None
    return now / before - 1


def _level(top: Floats, bottom: Floats | None, start: int, end: int | None) -> float | None:
    over = 1.0 if bottom is None else float(bottom[start:end].sum())
    above = float(top[start:end].sum())
    return above / over if np.isfinite(above) and np.isfinite(over) and over > 0 else None


def share_kpi(code: str, top: Floats, bottom: Floats, maturity: float = 1.0, flags: Sequence[Flag] = ()) -> Kpi:
    """Counts of counts by week over the last 13, with Wilson's interval and K2; weeks not known are left out."""
    known = np.isfinite(top[-WINDOW:]) & np.isfinite(bottom[-WINDOW:])
    won, tried = float(top[-WINDOW:][known].sum()), float(bottom[-WINDOW:][known].sum())
    if tried <= 0:
        return nothing(code, "share", NOTHING_TO_DIVIDE_BY, changes(top, bottom), flags)
    if not 0 <= won <= tried:
        said = Said("{won} of {tried} is no share: they are not counted of the same.", {"won": won, "tried": tried})
        return nothing(code, "share", said, changes(top, bottom), flags)
    low, high = wilson(won, tried)
    small = (*flags, too_few(won, tried))
    return Kpi(code, won / tried, low, high, tried, maturity, "share", changes(top, bottom), small, NAMES[code])


def ratio_kpi(
    code: str, top: Floats, bottom: Floats, unit: str, maturity: float = 1.0, flags: Sequence[Flag] = ()
) -> Kpi:
    """Σ top / Σ bottom of the last 13 weeks; weeks in which either is not known are left out."""
    known = np.isfinite(top[-WINDOW:]) & np.isfinite(bottom[-WINDOW:])
    above, below = top[-WINDOW:][known], bottom[-WINDOW:][known]
    trend = changes(top, bottom)
    if below.sum() <= 0:
        return nothing(code, unit, NOTHING_TO_DIVIDE_BY, trend, flags)
    band = ratio_band(above, below)
    low, high = (band.low, band.high) if band else (None, None)
    value = float(above.sum() / below.sum())
    return Kpi(code, value, low, high, float(below.sum()), maturity, unit, trend, tuple(flags), NAMES[code])


def answer_kpi(
    code: str, answer: Answer, maturity: float = 1.0, trend: Mapping[int, float | None] | None = None,
    flags: Sequence[Flag] = (), text: Said | None = None,
) -> Kpi:  # fmt: skip
    """What an analysis answered, its ``n`` as denominator; bounds have no value."""
    kept = dict.fromkeys(SPANS) if trend is None else trend
    if isinstance(answer, CannotTell):
        return nothing(code, answer.unit, answer.reason, kept, flags)
    value = answer.value if isinstance(answer, Estimate) else None
    ends = [end if np.isfinite(end) else None for end in (answer.low, answer.high)]
    return Kpi(
        code, value, ends[0], ends[1], float(answer.n), maturity, answer.unit, kept, tuple(flags), text or NAMES[code]
    )


def nothing(code: str, unit: str, why: Said, trend: Mapping[int, float | None], flags: Sequence[Flag] = ()) -> Kpi:
    return Kpi(code, None, None, None, 0.0, 0.0, unit, trend, tuple(flags), why)


NOTHING_TO_DIVIDE_BY = Said("There is nothing to divide by in these weeks.")
NOT_KNOWN = Said("Not all of these weeks are known.")
