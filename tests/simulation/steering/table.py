"""The table of reports/README.md, between two markers."""

from collections.abc import Mapping, Sequence
from math import isfinite

from tests.simulation.measurement.table import rows
from tests.simulation.steering.criteria import Measured, criteria
from tests.simulation.steering.question import Family

BEGINS, ENDS = "<!-- steering: make simulate -->", "<!-- /steering -->"
HEAD = ("claim", "family", "figures of", "mean ± half of its 95 % interval")


def table(found: Mapping[str, Sequence[Measured]], how: str, left_out: Sequence[Family] = ()) -> str:
    """Markdown: the criteria, and every measure of every family."""
    aims = [("criterion", "aim", "worst", "")]
    aims += [(one.what, one.aim, one.worst, "passed" if one.passed else "**failed**") for one in criteria(found)]
    missing = [f"Left out: {one.name}, {one.missing}." for one in left_out]
    return "\n\n".join([how, *missing, rows(aims), NOTES, rows([HEAD, *(_cells(of) for of in found.values() if of)])])


NOTES = """\
Intervals of means are those of chance in runs. What is *apart* breaks an assumption on purpose, or shows what a rule is for: it
is reported and counts for no criterion."""


def _cells(of: Sequence[Measured]) -> tuple[str, ...]:
    family, counts = of[0].family, sorted({one.count for one in of})
    of_all = " to ".join(f"{count:,}" for count in dict.fromkeys((counts[0], counts[-1])))
    return family.claim, f"**{family.name}**. {family.why}", of_all, "; ".join(_figure(one) for one in of)


def _figure(one: Measured) -> str:
    reach = f" ± {one.reach:.3f}" if isfinite(one.reach) else ""
    return f"{one.measure}: {one.mean:.3f}{reach}"
