"""Channels' shares of orders by week as one model sees them, with bands, the largest channels in colours."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reportlab.graphics.shapes import Drawing, Line, Polygon, PolyLine, Rect
from reportlab.lib.colors import Color, HexColor

from reports.pictures.drawing import BOTTOM, GREY, INK, LEFT, PALE, RIGHT, WIDTH, axes, drawable, runs, write

COLOURS = tuple(map(HexColor, ("#0f766e", "#c2410c", "#1d4ed8", "#7e22ce", "#a16207")))
_HIGH = 240
_LEGEND = 16  # a line of the legend
_ACROSS = 2  # names in a line of it
_LONGEST = 30
_STEPS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)

Series = Sequence[float | None]


def shares_drawn(
    weeks: Sequence[str], channels: Mapping[str, Mapping[str, Any]], name_of: Callable[[str], str] = str
) -> Drawing | None:
    """``channels`` have ``share``, ``low`` and ``high`` by week, null if not known; None where nothing can be drawn."""
    shown = _largest(channels)
    known = [
        one for name in shown for part in ("share", "low", "high") for one in channels[name][part] if one is not None
    ]
    if len(weeks) < 2 or not known or not drawable(known):
        return None
    top = next((step for step in _STEPS if step >= max(known)), 1.0)
    lines = -(-len(shown) // _ACROSS)
    drawing, across, up = axes(
        (0, len(weeks) - 1), (min(0.0, *known), top), rows=False, columns=False, height=_HIGH + lines * _LEGEND
    )
    ceiling = up(top) - lines * _LEGEND

    def at(value: float) -> float:
        return BOTTOM + (up(value) - BOTTOM) * (ceiling - BOTTOM) / (up(top) - BOTTOM)

    for part in (0.0, top / 2, top):
        drawing.add(Line(LEFT, at(part), WIDTH - RIGHT, at(part), strokeColor=PALE, strokeWidth=0.5))
        write(drawing, LEFT - 6, at(part) - 3, f"{part:.0%}" if top > 0.1 else f"{part:.1%}", "end", GREY)
    for number, name in enumerate(shown):
        _add(drawing, channels[name], COLOURS[number], across, at)
    _write_legend(drawing, [name_of(name) for name in shown], _HIGH + lines * _LEGEND)
    for place, anchor in ((0, "start"), (len(weeks) // 2, "middle"), (len(weeks) - 1, "end")):
        write(drawing, across(place), 8, weeks[place], anchor)
    return drawing


def _largest(channels: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """As many as there are colours, by their sum over the weeks."""
    sums = {name: sum(one or 0.0 for one in of["share"]) for name, of in channels.items()}
    return sorted((name for name in sums if sums[name]), key=lambda name: (-sums[name], name))[: len(COLOURS)]


def _add(
    drawing: Drawing, of: Mapping[str, Series], colour: Color, across: Callable[[float], float],
    at: Callable[[float], float],
) -> None:  # fmt: skip
    """Band and line of each stretch of known weeks."""
    for run in runs(of["share"]):
        ends = [(across(n), low, high) for n in run if (low := of["low"][n]) is not None
                and (high := of["high"][n]) is not None]  # fmt: skip
        outline = [(x, at(high)) for x, _, high in ends] + [(x, at(low)) for x, low, _ in reversed(ends)]
        if len(ends) > 1:
            pale = Color(colour.red, colour.green, colour.blue, alpha=0.15)
            drawing.add(Polygon([one for point in outline for one in point], fillColor=pale, strokeColor=None))
        points = [one for n in run for one in (across(n), at(of["share"][n] or 0.0))]
        drawing.add(PolyLine(points * (2 if len(run) == 1 else 1), strokeColor=colour, strokeWidth=1.4))


def _write_legend(drawing: Drawing, names: Sequence[str], high: float) -> None:
    for number, name in enumerate(names):
        left = LEFT + (WIDTH - LEFT - RIGHT) / _ACROSS * (number % _ACROSS)
        level = high - 12 - _LEGEND * (number // _ACROSS)
        drawing.add(Rect(left, level, 10, 7, fillColor=COLOURS[number], strokeColor=None))
        write(drawing, left + 15, level, name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…", "start", INK)
