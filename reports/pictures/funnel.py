"""Shares of leads that come to each stage, source by source, with their intervals."""

from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.graphics.shapes import Circle, Drawing, Line

from reports.pictures.drawing import GREY, INK, PALE, WIDTH, drawable, write

MOST = 10
_NAMES = 132  # width of the names
_ROW, _HEAD, _FOOT, _GAP = 26, 22, 18, 18
_LONGEST = 22


def funnel_drawn(rows: Sequence[Mapping[str, Any]], stages: Mapping[str, str]) -> Drawing | None:
    """``rows`` have ``name`` and ``rates`` by stage, or null; each stage, by its title, has a scale of its own."""
    told = [row for row in rows if any(_cell(row, stage) for stage in stages)][:MOST]
    cells = {stage: [_cell(row, stage) for row in told] for stage in stages}
    shown = [stage for stage in stages if any(cells[stage])]
    if not shown or not drawable([end for stage in shown for one in cells[stage] if one for end in one.values()]):
        return None
    drawing = Drawing(WIDTH, _HEAD + _FOOT + _ROW * len(told))
    wide = (WIDTH - _NAMES) / len(shown)
    for number, row in enumerate(told):
        write(drawing, _NAMES - 10, _level(number, len(told)) - 3, _short(str(row["name"])), "end")
    for number, stage in enumerate(shown):
        left = _NAMES + wide * number
        _column(drawing, left, wide - _GAP, stages[stage], cells[stage])
    return drawing


def _cell(row: Mapping[str, Any], stage: str) -> Mapping[str, float] | None:
    return row["rates"].get(stage) if row["leads"] else None


def _level(number: int, rows: int) -> float:
    return _FOOT + _ROW * (rows - number - 0.5)


def _column(
    drawing: Drawing, left: float, wide: float, title: str, cells: Sequence[Mapping[str, float] | None]
) -> None:
    top = _round(max(max(one["value"], min(one["high"], 2 * one["value"] + 0.02)) for one in cells if one))
    bottom, high = _FOOT, _FOOT + _ROW * len(cells)
    write(drawing, left, high + 9, title, "start", INK)
    for part, anchor in ((0.0, "start"), (top, "end")):
        x = left + wide * part / top
        drawing.add(Line(x, bottom, x, high, strokeColor=PALE, strokeWidth=0.7))
        write(drawing, x, 5, f"{100 * part:g} %", anchor, GREY)
    for number, one in enumerate(cells):
        if one is None:
            continue
        y = _level(number, len(cells)) - 3
        ends = [left + wide * min(one[name], top) / top for name in ("low", "high")]
        drawing.add(Line(ends[0], y, ends[1], y, strokeColor=GREY, strokeWidth=2.5))
        middle = left + wide * min(one["value"], top) / top
        drawing.add(Circle(middle, y, 3.2, fillColor=INK, strokeColor=None))
        anchor = "start" if middle < left + wide / 3 else "end" if middle > left + wide * 2 / 3 else "middle"
        write(drawing, middle, y + 6, f"{100 * one['value']:.1f} %", anchor)


def _round(share: float) -> float:
    """A round end of a scale, not below."""
    steps = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
    return next((step for step in steps if step >= share), 1.0)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
