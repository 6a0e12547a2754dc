"""Whether a channel adds or destroys profit, in words that hold for all questions of a report together.

Said only where θ's 90 % interval excludes 0 and its p, adjusted by Holm (1979) over the report's questions, is at
most 0.1: so the chance that any verdict of the report is false stays at 10 %. A question that was refused from its
design was never asked of the data and does not count; one whose interval came out without ends does. Those with bounds
only, which can hardly leave 0 out, are asked after all others and only if each of these is told (serial gatekeeping:
Westfall and Krishen 2001): so the others do not pay for them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from reports.analysis.estimate import Answer, Bounds, CannotTell, Estimate
from reports.analysis.said import Said

ADDS, DESTROYS, CANNOT_TELL = "adds", "destroys", "cannot_tell"
WORDS = {
    ADDS: Said("adds profit"),
    DESTROYS: Said("destroys profit"),
    CANNOT_TELL: Said("cannot tell"),
}
LIMIT = 0.1
_FAR = 20  # times as much data as there is: nobody waits for it


@dataclass(frozen=True, slots=True)
class Verdict:
    """``word`` is ADDS, DESTROYS or CANNOT_TELL; ``p`` is Holm's, None where θ was refused; ``tell``: what would."""

    word: str
    said: Said
    p: float | None = None
    tell: Said | None = None


def verdict(thetas: Mapping[str, Answer]) -> dict[str, Verdict]:
    """One for each question of a report."""
    tested = {question: p for question, theta in thetas.items() if (p := p_zero(theta)) is not None}
    bounds = {question: p for question, p in tested.items() if isinstance(thetas[question], Bounds)}
    adjusted = holm({question: p for question, p in tested.items() if question not in bounds})
    last = max(adjusted.values(), default=0.0)
    adjusted |= {question: max(last, p) for question, p in holm(bounds).items()}
    return {question: _verdict(theta, adjusted.get(question)) for question, theta in thetas.items()}


def p_zero(theta: Answer) -> float | None:
    """Two-sided p of θ = 0 (``detail["p_zero"]``), or what its interval says of it; None where it was refused."""
    if isinstance(theta, CannotTell):
        return 1.0 if theta.unbounded else None
    if theta.low <= 0 <= theta.high:
        return max(_told(theta, 1.0), 1 - theta.level) if isinstance(theta, Estimate) else 1.0
    return _told(theta, 1 - theta.level)


def holm(ps: Mapping[str, float]) -> dict[str, float]:
    """Adjusted p, each at most 1 (Holm 1979)."""
    found: dict[str, float] = {}
    largest = 0.0
    for place, (question, p) in enumerate(sorted(ps.items(), key=lambda one: one[1])):
        largest = max(largest, min(1.0, (len(ps) - place) * p))
        found[question] = largest
    return found


def _told(theta: Estimate | Bounds, otherwise: float) -> float:
    p = theta.detail.get("p_zero")
    return float(p) if isinstance(p, int | float) and 0 <= p <= 1 else otherwise


def _verdict(theta: Answer, p: float | None) -> Verdict:
    if isinstance(theta, CannotTell) or p is None:
        return Verdict(CANNOT_TELL, WORDS[CANNOT_TELL], p, theta.tell if isinstance(theta, CannotTell) else None)
    if p <= LIMIT + 1e-12 and not theta.low <= 0 <= theta.high:
        word = ADDS if theta.low > 0 else DESTROYS
        return Verdict(word, WORDS[word], p)
    return Verdict(CANNOT_TELL, WORDS[CANNOT_TELL], p, what_would_tell(theta))


def what_would_tell(theta: Estimate | Bounds) -> Said:
    """The cheapest way on, from how far the interval is from leaving 0 out; errors shrink with the root of the data."""
    if isinstance(theta, Bounds):
        return Said("An event in some regions, or a randomised on/off test, would tell.")
    reach = theta.value - theta.low if theta.value > 0 else theta.high - theta.value
    times = (reach / abs(theta.value)) ** 2 if theta.value else math.inf
    if not 1 < times <= _FAR:
        if times <= 1:
            return Said("It would stand alone, but not together with the other questions of this report; ask fewer.")
        return Said("The figure is near 0; a randomised on/off test with more weeks would tell whether it matters.")
    return Said(
        "About {times} times as many weeks or regions would tell, if the figure stays where it is.",
        {"times": math.ceil(times * 10) / 10},
    )
