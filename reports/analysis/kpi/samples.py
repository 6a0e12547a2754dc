"""K1 and K2: shares of few."""

import math
from collections.abc import Sequence

from reports.analysis.kpi.flag import Flag, Rule
from reports.analysis.kpi.ranked import Row, ranked
from reports.analysis.proportions import Z90
from reports.analysis.said import Said

RELATIVE = 0.25

K1 = Rule(
    "K1",
    Said("A high share of few is often luck: budget that follows it goes to where least is known."),
    Said("Sort by the lower end of the interval, and look at conversions and contribution beside the share."),
)
K2 = Rule(
    "K2",
    Said("With so few conversions the rate may be a quarter higher or lower by luck alone."),
    Said("Wait for more conversions, or join campaigns or weeks until there are enough."),
)


def conversions_needed(relative: float = RELATIVE) -> int:
    """Conversions from which on a rare rate is known to ± this much of itself, 90 %: (z / relative)²."""
    return round((Z90 / relative) ** 2)


def trials_needed(rate: float, relative: float = RELATIVE) -> int:
    """Trials from which on a rate is known to ± this much of itself, 90 %. Raises ValueError for 0 or less."""
    if not 0 < rate <= 1:
        raise ValueError(f"{rate} is no rate that conversions could be counted of")
    return max(1, math.ceil((Z90 / relative) ** 2 * (1 - rate) / rate))


def misleading_order(rows: Sequence[Row]) -> Flag:
    """K1: whether the highest share is first by luck; the rows are of ``ranked.share``."""
    known = [row for row in rows if row.value is not None]
    if len(known) < 2:
        return K1.cannot_tell(Said("Fewer than two rows have anything to divide by."))
    shown = max(known, key=lambda row: row.value or 0.0)
    order = ranked(known)
    first = order[0].row
    figures = {
        "shown_value": shown.value or 0.0, "shown_low": shown.low, "shown_high": shown.high, "shown_n": shown.n,
        "first_value": first.value or 0.0, "first_low": first.low, "first_high": first.high, "first_n": first.n,
    }  # fmt: skip
    if first is not shown:
        return K1.fires(
            Said("{shown} has the highest share, but of only {n}; what is sure puts {first} first.",
                 {"shown": shown.name, "n": round(shown.n), "first": first.name}), figures,
        )  # fmt: skip
    if order[0].label:
        return K1.fires(
            Said("{shown} has the highest share, but it is not distinguishable from {next}.",
                 {"shown": shown.name, "next": order[1].row.name}), figures,
        )  # fmt: skip
    return K1.passes(figures)


def too_few(conversions: float, trials: float | None = None) -> Flag:
    """K2: whether a cell is to be greyed. Raises ValueError for more conversions than trials."""
    if conversions < 0 or (trials is not None and conversions > trials):
        raise ValueError(f"{conversions} conversions of {trials} are no share")
    if trials == 0:
        return K2.cannot_tell(Said("There is nothing that could have converted."))
    needed = conversions_needed()
    figures = {"conversions": conversions, "needed": float(needed)}
    if trials and conversions:
        figures |= {"trials": trials, "trials_needed": float(trials_needed(conversions / trials))}
    if conversions >= needed:
        return K2.passes(figures)
    said = {"conversions": round(conversions), "needed": needed}
    return K2.fires(Said("The rate rests on {conversions} conversions; {needed} are needed.", said), figures)
