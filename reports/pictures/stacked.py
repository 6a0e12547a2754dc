"""A weekly total as stacked bars of brand, non-brand and unknown, with a line through the totals."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from reportlab.graphics.shapes import Drawing, Line, Rect
from reportlab.lib.colors import HexColor

from reports.analysis.weekly import CLASSES
from reports.pictures.drawing import BOTTOM, GREY, HEIGHT, INK, LEFT, PALE, RIGHT, WIDTH, axes, drawable, write

COLOURS = {"brand": "#1570cd", "non_brand": "#98a2b3", "unknown": "#eaaa08"}
Weeks = Sequence[float | None]


def stacked(weeks: Sequence[str], parts: Mapping[str, Weeks], total: Weeks) -> Drawing | None:
    """Parts below nothing hang under the line of 0; a week that is not known is grey. None where nothing is to draw."""
    known = [place for place, one in enumerate(total) if one is not None]
    shown = [[parts[name][place] or 0.0 for name in CLASSES] for place in known]
    ends = [sum(one for one in of if one > 0) for of in shown] + [sum(one for one in of if one < 0) for of in shown]
    if not known or not drawable(ends) or max(ends) == min(ends):
        return None
    drawing, across, up = axes((0, len(total)), (min(0.0, *ends), max(0.0, *ends)), columns=False)
    wide = across(1) - across(0)
    for place in set(range(len(total))) - set(known):
        drawing.add(Rect(across(place), BOTTOM, wide, HEIGHT - BOTTOM - 12, fillColor=PALE, strokeColor=None))
    for place, of in zip(known, shown, strict=True):
        _bar(drawing, across(place) + wide * 0.1, wide * 0.8, of, up)
    drawing.add(Line(LEFT, up(0), WIDTH - RIGHT, up(0), strokeColor=GREY, strokeWidth=0.5))
    for (left, first), (right, second) in pairwise((place, sum(of)) for place, of in zip(known, shown, strict=True)):
        if right == left + 1:
            drawing.add(Line(across(left + 0.5), up(first), across(right + 0.5), up(second),
                             strokeColor=INK, strokeWidth=1))  # fmt: skip
    for x, day, anchor in ((LEFT, weeks[0], "start"), (WIDTH - RIGHT, weeks[-1], "end"))[: len(weeks)]:
        write(drawing, x, 8, day, anchor)
    return drawing


def _bar(drawing: Drawing, left: float, wide: float, of: Sequence[float], up: Callable[[float], float]) -> None:
    above = below = 0.0
    for name, one in zip(CLASSES, of, strict=True):
        start = above if one > 0 else below
        drawing.add(Rect(left, min(up(start), up(start + one)), wide, abs(up(start + one) - up(start)),
                         fillColor=HexColor(COLOURS[name]), strokeColor=None))  # fmt: skip
        above, below = (above + one, below) if one > 0 else (above, below + one)
