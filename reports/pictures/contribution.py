"""Weekly contribution of a company, and what is left of it less what channels took from each other, with its band."""

from collections.abc import Sequence
from itertools import chain

from reportlab.graphics.shapes import Drawing, Line, Polygon, PolyLine, Rect
from reportlab.lib.colors import Color

from reports.analysis.said import Said
from reports.pictures.drawing import (
    BARS,
    BOTTOM,
    GREY,
    HEIGHT,
    INK,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Say,
    axes,
    drawable,
    runs,
    write,
)  # fmt: skip

Weeks = Sequence[float | None]
LONGEST = 52  # weeks, the last
_OWN = BARS[2]
_LEGEND = 16


def contribution_drawn(
    weeks: Sequence[str], total: Weeks, left: Weeks, low: Weeks, high: Weeks, say: Say = str
) -> Drawing | None:
    """By week, null if not known; ``left`` is null throughout where there are bounds only. None with fewer than two."""
    weeks = weeks[-LONGEST:]
    total, left, low, high = (of[-LONGEST:] for of in (total, left, low, high))
    known = [one for one in chain(total, left, low, high) if one is not None]
    if len(weeks) < 2 or len([one for one in total if one is not None]) < 2 or not drawable(known):
        return None
    least, most = min(0.0, *known), max(0.0, *known)
    drawing, across, up = axes((0, len(weeks) - 1), (least, most), rows=False, columns=False, height=HEIGHT + _LEGEND)

    def at(value: float) -> float:  # below the legend
        return BOTTOM + (up(value) - BOTTOM) * (1 - _LEGEND / (HEIGHT + _LEGEND - BOTTOM - TOP))

    drawing.add(Line(LEFT, at(0), WIDTH - RIGHT, at(0), strokeColor=GREY, strokeWidth=0.5))
    for value in sorted({least, 0.0, most}):
        write(drawing, LEFT - 6, at(value) - 3, f"{value:,.0f}", "end", GREY)
    for run in runs([one if other is not None else None for one, other in zip(low, high, strict=True)]):
        edge = [(across(n), at(high[n] or 0.0)) for n in run] + [(across(n), at(low[n] or 0.0)) for n in reversed(run)]
        pale = Color(_OWN.red, _OWN.green, _OWN.blue, alpha=0.2)
        drawing.add(Polygon(list(chain(*edge)), fillColor=pale, strokeColor=None))
    for series, colour in ((total, INK), (left, _OWN)):
        for run in runs(series):
            points = [one for n in run for one in (across(n), at(series[n] or 0.0))]
            drawing.add(PolyLine(points * (2 if len(run) == 1 else 1), strokeColor=colour, strokeWidth=1.4))
    _add_names(drawing, say)
    for place, anchor in ((0, "start"), (len(weeks) // 2, "middle"), (len(weeks) - 1, "end")):
        write(drawing, across(place), 8, weeks[place], anchor)
    return drawing


def _add_names(drawing: Drawing, say: Say) -> None:
    names = (Said("Contribution"), INK), (Said("less what channels took from each other"), _OWN)
    for number, (said, colour) in enumerate(names):
        beside, level = LEFT + number * 110, HEIGHT + _LEGEND - 12
        drawing.add(Rect(beside, level, 10, 7, fillColor=colour, strokeColor=None))
        write(drawing, beside + 15, level, say(said), "start")
