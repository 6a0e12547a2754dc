"""A triangle of cohorts: who bought again in each month of their life, darker where more did."""

from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.graphics.shapes import Drawing, Line, Rect
from reportlab.lib.colors import Color, HexColor

from reports.pictures.drawing import GREY, INK, write

ROWS, COLUMNS = 18, 13  # the latest cohorts, the first months
_YOUNG = 0.4  # of the colour, where a month is not over
_LABEL, _WIDE, _HIGH, _HEAD = 92, 34, 18, 18
_LIGHT, _DARK, _NONE, _WHITE = (HexColor(one) for one in ("#e6f4f1", "#0f766e", "#f2f4f7", "#ffffff"))

Cohorts = Sequence[Mapping[str, Any]]


def triangle_drawn(cohorts: Cohorts) -> Drawing | None:
    """Months that are not over stand in brackets on hatching; a month that is not known is grey with a dash."""
    shown = cohorts[-ROWS:]
    width = min(max((len(one["cells"]) for one in shown), default=0), COLUMNS)
    if not shown or width < 2:
        return None
    later = [cell["active"] for one in shown for cell in one["cells"][1:width] if cell["active"] is not None]
    most = max(later, default=0.0) or 1.0
    drawing = Drawing(_LABEL + COLUMNS * _WIDE, _HEAD + len(shown) * _HIGH)  # as wide with few: one scale of text
    for month in range(width):
        write(drawing, _LABEL + (month + 0.5) * _WIDE, len(shown) * _HIGH + 6, str(month), "middle", GREY)
    for number, one in enumerate(shown):
        y = (len(shown) - 1 - number) * _HIGH
        write(drawing, 0, y + 5, one["month"], "start")
        write(drawing, _LABEL - 6, y + 5, f"{one['customers']:,}", "end", GREY)
        for month, cell in enumerate(one["cells"][:width]):
            _add(drawing, cell, _LABEL + month * _WIDE, y, 1.0 if not month else most)
    return drawing


def _add(drawing: Drawing, cell: Mapping[str, Any], x: float, y: float, most: float) -> None:
    share = cell["active"]
    part = 0.0 if share is None else min(share / most, 1.0)
    colour = _NONE if share is None else _between(part if cell["mature"] else part * _YOUNG)
    drawing.add(Rect(x + 0.5, y + 0.5, _WIDE - 1, _HIGH - 1, fillColor=colour, strokeColor=None))
    if not cell["mature"]:
        for left in range(0, _WIDE - 6, 6):
            drawing.add(Line(x + left + 1, y + 1, x + left + 7, y + _HIGH - 1, strokeColor=_WHITE, strokeWidth=1.5))
    text = "–" if share is None else f"{share:.0%}" if share >= 0.0995 or not share else f"{share:.1%}"
    ink = _WHITE if part > 0.6 and cell["mature"] else INK
    write(drawing, x + _WIDE / 2, y + 5, text if cell["mature"] else f"({text})", "middle", ink)


def _between(part: float) -> Color:
    ends = zip((_LIGHT.red, _LIGHT.green, _LIGHT.blue), (_DARK.red, _DARK.green, _DARK.blue), strict=True)
    return Color(*(light + (dark - light) * part for light, dark in ends))
