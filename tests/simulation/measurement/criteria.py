"""What the measurement has to show, over all families that ran; a criterion without a family is left out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.simulation.measurement.question import Expected
from tests.simulation.measurement.summary import WIDE, Summary

Summaries = Mapping[str, Summary]


@dataclass(frozen=True, slots=True)
class Criterion:
    """``worst`` is the figure farthest from the aim, and whose it is."""

    what: str
    aim: str
    worst: str
    passed: bool


def criteria(found: Summaries) -> Iterator[Criterion]:
    yield from _coverage(found)
    yield from _widths(found)
    yield from _errors(found)
    yield from _others(found)
    yield from _answering(found)


def _coverage(found: Summaries) -> Iterator[Criterion]:
    answers = {name: one.conditional for name, one in _of(found, Expected.ANSWER).items()}
    sets = {name: one.whatever for name, one in _of(found, Expected.ANSWER, Expected.EDGE, Expected.OPEN).items()}
    for what, counted in (("given an answer", answers), ("whether answered or not", sets)):
        uppers = {name: one.upper for name, one in counted.items() if one}
        yield from least(f"coverage {what}, 95 % upper bound", uppers, 0.90)


def _widths(found: Summaries) -> Iterator[Criterion]:
    wider = {
        name: one.wider for name, one in found.items() if one.family.lots and one.wider is not None and _answerable(one)
    }
    yield from most("median width beside plain synthetic control, roll-out by lot", wider, 1.1)
    false = {name: one.false for name, one in found.items() if one.family.null and one.false is not None}
    yield from most("low > 0 although κ = 0", false, 0.08)


def _errors(found: Summaries) -> Iterator[Criterion]:
    worse = {
        name: one.worse for name, one in found.items() if one.family.lots and one.worse is not None and _answerable(one)
    }
    yield from most("RMSE beside plain synthetic control, roll-out by lot", worse, 1.05)
    for name, aim in (
        ("launch 10 of 20, B = A", 0.06), ("launch 10 of 20", 0.16), ("switchback 26 weeks", 0.08), ("halo 5 of 20", 0.10),
    ):  # fmt: skip
        if name in found and (rmse := found[name].rmse) is not None:
            yield from most(f"RMSE, {name}", {name: rmse}, aim)


def _others(found: Summaries) -> Iterator[Criterion]:
    unbounded = {name: one.open for name, one in _of(found, Expected.OPEN).items()}
    yield from least("sets without ends where the instrument is weak", unbounded, 0.85)
    bounds = _of(found, Expected.BOUNDS)
    held = {name: covered.share for name, one in bounds.items() if (covered := one.conditional)}
    yield from least("bounds hold the truth", held, 0.99)
    narrow = {
        name: one.width for name, one in bounds.items() if one.width is not None and name == "no event, recall 0.6"
    }
    yield from most("median width of bounds at recall 0.6", narrow, 0.55)


def _answering(found: Summaries) -> Iterator[Criterion]:
    """Over all runs of the answerable families together; the table has each."""
    counted = _of(found, Expected.ANSWER)
    if runs := sum(one.runs for one in counted.values()):
        share = sum(one.answering * one.runs for one in counted.values()) / runs
        yield from least(f"answers with a width ≤ {WIDE} where answerable", {"all together": share}, 0.70)
    refused = {name: one.answered for name, one in _of(found, Expected.REFUSE).items()}
    yield from most("answers where unanswerable", refused, 0.02)
    yield from most("errors instead of answers", {name: one.broke for name, one in found.items()}, 0.0)


def _of(found: Summaries, *expected: Expected) -> dict[str, Summary]:
    return {name: one for name, one in found.items() if one.family.expected in expected}


def _answerable(one: Summary) -> bool:
    return one.family.expected is Expected.ANSWER


def least(what: str, figures: Mapping[str, float], aim: float) -> Iterator[Criterion]:
    yield from _judged(what, figures, "≥", aim, min, lambda figure: figure >= aim)


def most(what: str, figures: Mapping[str, float], aim: float) -> Iterator[Criterion]:
    yield from _judged(what, figures, "≤", aim, max, lambda figure: figure <= aim)


def _judged(
    what: str, figures: Mapping[str, float], sign: str, aim: float,
    worst: Callable[..., str], holds: Callable[[float], bool],
) -> Iterator[Criterion]:  # fmt: skip
    if figures:
        name = worst(figures, key=lambda one: figures[one])
        failed = sum(not holds(figure) for figure in figures.values())
        also = f"; {failed} of {len(figures)} families fail" if failed else ""
        yield Criterion(what, f"{sign} {aim:.2f}", f"{figures[name]:.3f} ({name}{also})", not failed)
