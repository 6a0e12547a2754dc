"""The table of reports/README.md, between two markers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean

from tests.simulation.measurement.criteria import criteria
from tests.simulation.measurement.question import Expected, Result
from tests.simulation.measurement.summary import Covered, Summary

BEGINS, ENDS = "<!-- measured: make simulate -->", "<!-- /measured -->"
HEAD = (
    "family", "expected", "runs", "answered", "width ≤ 0.6", "coverage (upper)", "of all sets (upper)", "no set",
    "width", "plain", "plain coverage", "RMSE", "plain", "bias", "low > 0", "s",
)  # fmt: skip


def table(found: Mapping[str, Summary], results: Mapping[str, Sequence[Result]], how: str) -> str:
    """Markdown: the criteria, the families, and why each is expected to be answerable."""
    aims = [("criterion", "aim", "worst", "")]
    aims += [(one.what, one.aim, one.worst, "passed" if one.passed else "**failed**") for one in criteria(found)]
    families = [HEAD, *(_cells(one) for one in found.values())]
    whys = [
        ("family", "expected", "because"),
        *((one.family.name, one.family.expected, one.family.why) for one in found.values()),
    ]
    by = [("process of demand", "answers", "coverage"), *_by_process(found, results)]
    return "\n\n".join([how, rows(aims), rows(families), NOTES, rows(by), rows(whys)])


NOTES = """\
*Coverage* is the share of 90 % intervals that hold the truth: of answers, and of all sets (also those that a refusal held
back or that have no ends; *no set* counts refusals without one), with its one-sided 95 % Clopper–Pearson upper bound. *Plain* is plain synthetic
control with 160 pooled placebos on the same answered worlds. *low > 0* is the share of answers that say "takes orders".
*s* is the median processor time of one answer with all its checks."""


def written(path: Path, text: str, begins: str = BEGINS, ends: str = ENDS) -> None:
    """Put the text between the markers of the file; they are added at its end where they are missing."""
    old = path.read_text()
    if begins not in old:
        old = f"{old.rstrip()}\n\n{begins}\n{ends}\n"
    before, rest = old.split(begins, 1)
    path.write_text(f"{before}{begins}\n{text}\n{ends}{rest.split(ends, 1)[1]}")


def _cells(one: Summary) -> tuple[str, ...]:
    return (
        one.family.name, one.family.expected, str(one.runs), f"{one.answered:.1%}", f"{one.answering:.1%}",
        _covered(one.conditional), _covered(one.whatever), str(one.without),
        *(_figure(figure) for figure in (one.width, one.yard_width, one.yard_covered, one.rmse, one.yard_rmse, one.bias, one.false)),
        f"{one.seconds:.3f}",
    )  # fmt: skip


def _by_process(found: Mapping[str, Summary], results: Mapping[str, Sequence[Result]]) -> list[tuple[str, ...]]:
    """Answerable families together, by the process that made demand."""
    asked = [
        one for name in found if found[name].family.expected in {Expected.ANSWER, Expected.EDGE} for one in results[name]
    ]  # fmt: skip
    told_by: list[tuple[str, ...]] = []
    for process in dict.fromkeys(one.process for one in asked):
        told = [one for one in asked if one.process == process and one.answered]
        told_by.append((process, str(len(told)), f"{mean(one.covers for one in told):.3f}" if told else ""))
    return told_by


def _covered(covered: Covered | None) -> str:
    return f"{covered.share:.3f} ({covered.upper:.3f})" if covered else ""


def _figure(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.3f}"


def rows(cells: Sequence[Sequence[str]]) -> str:
    """A Markdown table, the first row its head."""
    lines = ["| " + " | ".join(row) + " |" for row in cells]
    lines.insert(1, "|" + "---|" * len(cells[0]))
    return "\n".join(lines)
