"""Figures and flags as JSON and back, their sentences as templates with values, so that pages can translate them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from reports.analysis.kpi.figure import Figure, Floats, Kpi
from reports.analysis.kpi.flag import Flag
from reports.analysis.stored import pair, plain, unpaired


def kept(figure: Figure) -> dict[str, Any]:
    """Weeks that are not known are null."""
    made = figure.kpi
    return plain({  # type: ignore[no-any-return]
        "code": made.code, "value": made.value, "low": made.low, "high": made.high, "denominator": made.denominator,
        "maturity": made.maturity, "unit": made.unit, "trend": made.trend, "text_said": pair(made.text),
        "flags": [kept_flag(one) for one in made.flags], "series": figure.series,
    })  # fmt: skip


def taken(kept: Mapping[str, Any]) -> Figure:
    made = Kpi(
        kept["code"], kept["value"], kept["low"], kept["high"], kept["denominator"], kept["maturity"], kept["unit"],
        {int(weeks): change for weeks, change in kept["trend"].items()}, tuple(map(taken_flag, kept["flags"])),
        unpaired(kept["text_said"]),
    )  # fmt: skip
    return Figure(made, taken_weeks(kept["series"]))


def taken_weeks(kept: Sequence[float | None]) -> Floats:
    """A weekly series, NaN where it is not known."""
    return np.array([np.nan if one is None else one for one in kept], np.float64)


def kept_flag(flag: Flag) -> dict[str, Any]:
    return {
        "rule": flag.rule, "fired": flag.fired, "wrong_said": pair(flag.wrong), "why_said": pair(flag.why),
        "instead_said": pair(flag.instead), "figures": plain(flag.figures),
    }  # fmt: skip


def taken_flag(kept: Mapping[str, Any]) -> Flag:
    wrong, why, instead = (unpaired(kept[f"{name}_said"]) for name in ("wrong", "why", "instead"))
    return Flag(kept["rule"], kept["fired"], wrong, why, instead, kept["figures"])
