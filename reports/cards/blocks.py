"""What a card is made of, for Markdown, PDF and the page alike, and how a figure stands in it."""

import math
from dataclasses import dataclass

from reports.analysis.estimate import Answer, CannotTell, Estimate
from reports.analysis.said import Said

_WHOLE = 1_000  # of money: from here on cents are below any interval
Text = Said | str  # a str stands as it is, in every language


@dataclass(frozen=True, slots=True)
class Heading:
    text: Text
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Text


@dataclass(frozen=True, slots=True)
class Points:
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """``name`` is that of ``pictures.pictures``."""

    name: str
    caption: Said


@dataclass(frozen=True, slots=True)
class Command:
    """What to type."""

    line: str


Block = Heading | Paragraph | Points | Table | Picture | Command


def shown(answer: Answer | None) -> tuple[Text, Text]:
    """The figure and its interval: shares as percent, money with its unit, or words."""
    if answer is None or isinstance(answer, CannotTell):
        return Said("cannot tell"), "–"
    ends = f"{_number(answer.low, answer.unit)} … {_number(answer.high, answer.unit)}"
    if answer.unit != "share":
        ends += f" {answer.unit}"
    if not isinstance(answer, Estimate):
        return Said("bounds only"), ends
    return _number(answer.value, answer.unit) + ("" if answer.unit == "share" else f" {answer.unit}"), ends


def _number(value: float, unit: str) -> str:
    if not math.isfinite(value):
        return "∞" if value > 0 else "-∞"
    if unit == "share":
        return f"{100 * value:.0f} %"
    return f"{value:,.0f}" if abs(value) >= _WHOLE else f"{value:,.2f}"
