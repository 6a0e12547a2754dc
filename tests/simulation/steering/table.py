"""The table of reports/README.md, between two markers."""

from collections.abc import Mapping, Sequence
from math import isfinite

from tests.simulation.measurement.table import rows
from tests.simulation.steering.criteria import Measured, criteria
from tests.simulation.steering.question import Family

BEGINS, ENDS = "<!-- steering: make simulate -->", "<!-- /steering -->"
HEAD = ("claim", "family", "measure", "mean", "±", "of")


def table(found: Mapping[str, Sequence[Measured]], how: str, left_out: Sequence[Family] = ()) -> str:
    """Markdown: the criteria, every measure of every family, and what the families are."""
    aims = [("criterion", "aim", "worst", "")]
    aims += [(one.what, one.aim, one.worst, "passed" if one.passed else "**failed**") for one in criteria(found)]
    whys = [("family", "what it is"), *((of[0].family.name, of[0].family.why) for of in found.values() if of)]
    missing = [f"Left out: {one.name}, {one.missing}." for one in left_out]
    measures = [HEAD, *(_cells(one) for of in found.values() for one in of)]
    return "\n\n".join([how, *missing, rows(aims), rows(measures), NOTES, rows(whys)])


NOTES = """\
*±* is half of a 95 % interval from chance in runs; *of* counts what the mean is of. What is *apart* breaks an assumption on
purpose, or shows what a rule is for: it is reported and counts for no criterion."""


def _cells(one: Measured) -> tuple[str, ...]:
    reach = f"{one.reach:.3f}" if isfinite(one.reach) else ""
    return (one.family.claim, one.family.name, one.measure, f"{one.mean:.3f}", reach, f"{one.count:,}")
