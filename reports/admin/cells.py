"""Answers as cells of a table: a figure in words, its interval below, or why there is none."""

from dataclasses import dataclass
from typing import Any

from reports.analysis.estimate import Answer, Bounds, CannotTell
from reports.analysis.said import Said
from reports.cards.blocks import shown
from reports.decisions import say


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure in words, with its interval below."""

    value: str
    interval: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    of: Any
    name: str
    cells: dict[str, Cell]
    url: str = ""
    mark: str = ""


def cell(answer: Answer) -> Cell:
    value, interval = (text(one) for one in shown(answer))
    if isinstance(answer, CannotTell):
        why = say(answer.reason) + (f" {say(answer.tell)}" if answer.tell else "")
        return Cell(value, why=why)
    if isinstance(answer, Bounds):
        return Cell(interval, value)
    return Cell(value, interval)


def text(of: Said | str) -> str:
    return say(of) if isinstance(of, Said) else of
