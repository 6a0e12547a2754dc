"""What customers do by age: the share who came again, and what they brought beside what they cost."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reportlab.graphics.shapes import Drawing, Line, Polygon, PolyLine
from reportlab.lib.colors import HexColor

from reports.analysis.said import Said
from reports.pictures.drawing import GREY, HEIGHT, INK, LEFT, MARK, PALE, RIGHT, TOP, WIDTH, Say, axes, drawable, write

_MONTH = 365.25 / 12  # days
_BAND = HexColor("#cfe6e2")
_LINE = HexColor("#0f766e")
_TOPS = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)


def repeat_drawn(told: Mapping[str, Any], say: Say = str) -> Drawing | None:
    """Share who came again by months since the first order, with its band."""
    days, share, low, high = (told[name] for name in ("days", "share", "low", "high"))
    if len(days) < 3 or not drawable(high) or max(share) <= 0:
        return None
    top = next(one for one in _TOPS if one >= max(high))
    drawing, across, up = axes((0, days[-1]), (0, top), rows=False, columns=False)
    for part in (0.0, top / 2, top):
        _level(drawing, up(part), f"{part:.0%}" if top > 0.1 else f"{part:.1%}")
    _band(drawing, [(across(day), up(one), up(other)) for day, one, other in zip(days, low, high, strict=True)])
    drawing.add(PolyLine([one for day, value in zip(days, share, strict=True) for one in (across(day), up(value))],
                         strokeColor=_LINE, strokeWidth=1.5))  # fmt: skip
    _months(drawing, across, round(days[-1] / _MONTH), say, _MONTH)
    return drawing


def payback_drawn(told: Mapping[str, Any], currency: str, say: Say = str) -> Drawing | None:
    """Value of a customer by months of age with its interval, the line of what one cost, and where they meet."""
    curve, cost = told["curve"], told["cost"]
    ends = [0.0, *(one[end] for one in curve for end in ("low", "high")), cost["value"]]
    band = [cost["low"], cost["high"]] if cost["low"] is not None and cost["high"] is not None else []
    if len(curve) < 2 or not drawable([*ends, *band]):
        return None
    highest = max(ends)
    drawing, across, up = axes((0, told["months"]), (min(ends), highest * 1.12), rows=False, columns=False)
    for value in sorted({0.0, highest / 2, highest, min(ends)}):
        _level(drawing, up(value), f"{value:,.0f}" if highest >= 10 else f"{value:,.2f}")
    _band(drawing, [(across(one["months"]), up(one["low"]), up(one["high"])) for one in curve])
    points = [end for one in curve for end in (across(one["months"]), up(one["value"]))]
    drawing.add(PolyLine(points, strokeColor=_LINE, strokeWidth=1.5))
    drawing.add(Line(LEFT, up(cost["value"]), WIDTH - RIGHT, up(cost["value"]), strokeColor=MARK, strokeWidth=1.2))
    for end in band:
        if end <= highest * 1.12:
            drawing.add(Line(LEFT, up(end), WIDTH - RIGHT, up(end), strokeColor=MARK, strokeWidth=0.6,
                             strokeDashArray=[3, 3]))  # fmt: skip
    if told["month"] is not None:
        drawing.add(Line(across(told["month"]), up(0), across(told["month"]), up(highest), strokeColor=GREY,
                         strokeWidth=0.8, strokeDashArray=[2, 2]))  # fmt: skip
    write(drawing, LEFT + 4, HEIGHT - TOP + 2, f"{say(Said('value of a customer'))}, {currency}", "start", _LINE)
    write(drawing, WIDTH - RIGHT, HEIGHT - TOP + 2, say(Said("cost of winning one")), "end", MARK)
    _months(drawing, across, told["months"], say)
    return drawing


def _level(drawing: Drawing, y: float, text: str) -> None:
    drawing.add(Line(LEFT, y, WIDTH - RIGHT, y, strokeColor=PALE, strokeWidth=0.5))
    write(drawing, LEFT - 6, y - 3, text, "end", GREY)


def _band(drawing: Drawing, ends: Sequence[tuple[float, float, float]]) -> None:
    edge = [(x, high) for x, _, high in ends] + [(x, low) for x, low, _ in reversed(ends)]
    drawing.add(Polygon([one for pair in edge for one in pair], fillColor=_BAND, strokeColor=None))


def _months(drawing: Drawing, across: Callable[[float], float], last: int, say: Say, unit: float = 1.0) -> None:
    """Numbers of months along the level axis, each ``unit`` long on it."""
    for month in range(0, last + 1, 1 if last <= 6 else 3):
        write(drawing, across(month * unit), 14, str(month), "middle", INK)
    write(drawing, WIDTH - RIGHT, 3, say(Said("months since the first order")), "end", GREY)
