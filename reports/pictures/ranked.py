"""Shares of rows in the order of what is sure of them: a bar from end to end, a mark where the share is."""

from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.graphics.shapes import Circle, Drawing, Line

from reports.pictures.drawing import GREY, INK, MARK, PALE, RIGHT, WIDTH, drawable, write

MOST = 15
_NAMES = 170  # width of the names
_ROW, _FOOT, _HEAD = 17, 20, 6
_LONGEST = 32
_ROUND = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)


def ranked_drawn(rows: Sequence[Mapping[str, Any]]) -> Drawing | None:
    """``rows`` have ``label``, ``cvr``, its ends and ``few``; few are grey. A line stands where the first is sure.

    Bars that reach beyond the scale are cut. None where no row has a share.
    """
    told = [row for row in rows if row["cvr"] is not None][:MOST]
    if not told or not drawable([row[name] for row in told for name in ("cvr", "cvr_low", "cvr_high")]):
        return None
    sure = [row for row in told if not row["few"]] or told
    most = max(*(row["cvr_high"] for row in sure), told[0]["cvr_low"])
    top = next((step for step in _ROUND if step >= most), 1.0)
    drawing = Drawing(WIDTH, _HEAD + _FOOT + _ROW * len(told))
    wide = WIDTH - _NAMES - RIGHT
    high = drawing.height - _HEAD
    for part, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        x = _NAMES + wide * part
        drawing.add(Line(x, _FOOT, x, high, strokeColor=PALE, strokeWidth=0.7))
        write(drawing, x, 6, f"{100 * part * top:g} %", anchor, GREY)
    first = _NAMES + wide * min(told[0]["cvr_low"], top) / top
    drawing.add(Line(first, _FOOT, first, high, strokeColor=MARK, strokeWidth=0.8, strokeDashArray=[3, 2]))
    for number, row in enumerate(told):
        y = _FOOT + _ROW * (len(told) - number - 0.5)
        low, end, middle = (_NAMES + wide * min(row[name], top) / top for name in ("cvr_low", "cvr_high", "cvr"))
        colour = GREY if row["few"] else INK
        write(drawing, _NAMES - 8, y - 3, _short(row["label"]), "end", colour)
        drawing.add(Line(low, y, end, y, strokeColor=colour, strokeWidth=2))
        if row["cvr"] <= top:
            drawing.add(Circle(middle, y, 3, fillColor=colour, strokeColor=None))
    return drawing


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
