"""Two orders side by side: sources by what a lead costs, and by what a spend on it brings."""

from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.graphics.shapes import Circle, Drawing, Line

from reports.pictures.drawing import GREY, INK, MARK, PALE, WIDTH, drawable, write

_LEFT, _RIGHT = 182, 298  # where the lines begin and end
_ROW, _HEAD, _FOOT = 22, 34, 8
_LONGEST = 24


def ranks_drawn(rows: Sequence[Mapping[str, Any]], left: str, right: str) -> Drawing | None:
    """``rows`` have ``name``, ``cost_per_lead``, ``brings`` and the places ``by_cost`` and ``by_return``, 1 the best.

    Cheap ones that bring little are marked (``falls``).
    """
    if len(rows) < 2 or not drawable([row[name] for row in rows for name in ("cost_per_lead", "brings")]):
        return None
    size = len(rows)
    drawing = Drawing(WIDTH, _HEAD + _FOOT + _ROW * size)
    write(drawing, _LEFT, _FOOT + _ROW * size + 16, left, "end", GREY)
    write(drawing, _RIGHT, _FOOT + _ROW * size + 16, right, "start", GREY)
    for x in (_LEFT + 8, _RIGHT - 8):
        drawing.add(Line(x, _FOOT, x, _FOOT + _ROW * size + 6, strokeColor=PALE, strokeWidth=0.7))
    by_cost, by_return = (_places(rows, name) for name in ("by_cost", "by_return"))
    for place in sorted(range(size), key=lambda one: falls(rows[one], size)):  # marked ones lie above
        row = rows[place]
        marked = falls(row, size)
        colour = MARK if marked else INK
        start, end = (_FOOT + _ROW * (size - one - 0.5) for one in (by_cost[place], by_return[place]))
        drawing.add(Line(_LEFT + 8, start, _RIGHT - 8, end, strokeColor=colour if marked else GREY,
                         strokeWidth=2.2 if marked else 1.2))  # fmt: skip
        for x, y in ((_LEFT + 8, start), (_RIGHT - 8, end)):
            drawing.add(Circle(x, y, 3, fillColor=colour, strokeColor=None))
        write(drawing, _LEFT, start - 3, f"{_short(row['name'])}  {row['cost_per_lead']:,.2f}", "end", colour)
        write(drawing, _RIGHT, end - 3, f"{row['brings']:,.2f}  {_short(row['name'])}", "start", colour)
    return drawing


def falls(row: Mapping[str, Any], size: int) -> bool:
    """Whether it is among the cheaper half and among those that bring least, a third of all places below."""
    lost = row["by_return"] - row["by_cost"]
    return bool(row["by_cost"] <= size / 2 and row["by_return"] > (size + 1) / 2 and lost >= size / 3)


def _places(rows: Sequence[Mapping[str, Any]], name: str) -> list[int]:
    """From 0; ties in the order of the rows."""
    order = sorted(range(len(rows)), key=lambda one: (rows[one][name], one))
    return [order.index(one) for one in range(len(rows))]


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
