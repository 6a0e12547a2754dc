"""Pictures of a card as vector graphics, for the PDF and as SVG beside the Markdown."""

import math
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, PolyLine, Rect, String
from reportlab.lib.colors import Color, HexColor

from reports.analysis.estimate import Bounds, CannotTell, Estimate
from reports.analysis.money import Contribution
from reports.analysis.said import Said
from reports.cards.card import Card
from reports.cards.fonts import font_of

WIDTH, HEIGHT, _LOW = 480, 200, 100
_LEFT, _RIGHT, _BOTTOM, _TOP = 60, 12, 26, 12
_INK, _GREY, _PALE, _MARK = HexColor("#1f2933"), HexColor("#7b8794"), HexColor("#e4e7eb"), HexColor("#c2410c")
_BARS = (HexColor("#9aa5b1"), HexColor("#52606d"), HexColor("#0f766e"))
_WIDEST = 1e15  # what is larger is not drawn

Say = Callable[[Said], str]


def pictures(card: Card, say: Say = str) -> dict[str, Drawing]:
    """Those for which there are figures, by name."""
    found = {
        "shares": _shares(card, say),
        "gap": _gap(card),
        "contributions": contributions_drawn(card.contributions, say),
    }
    return {name: one for name, one in found.items() if one is not None}


def svg(drawing: Drawing, title: str = "") -> str:
    """As SVG that says what it shows; the renderer leaves dots for that."""
    text = str(renderSVG.drawToString(drawing))
    return text.replace("<title>...</title>", f"<title>{escape(title)}</title>").replace("<desc>...</desc>", "")


def _gap(card: Card) -> Drawing | None:
    """The gap by week with the band of the placebos, and a line where the event began."""
    detail = card.share.detail
    gap, band, weeks = detail.get("gap"), detail.get("band"), detail.get("weeks")
    if not (gap and band and weeks and len(gap) == len(band) == len(weeks) > 1) or not _drawable([*gap, *band]):
        return None
    drawing, across, up = _axes((0, len(gap) - 1), (min(*gap, *(-one for one in band)), max(*gap, *band)))
    edge = [(across(place), up(one)) for place, one in enumerate(band)]
    under = [(across(place), up(-one)) for place, one in enumerate(band)]
    drawing.add(Polygon([one for pair in [*edge, *reversed(under)] for one in pair], fillColor=_PALE, strokeColor=None))
    drawing.add(Line(_LEFT, up(0), WIDTH - _RIGHT, up(0), strokeColor=_GREY, strokeWidth=0.5))
    start = across(detail.get("before", 0))
    drawing.add(Line(start, _BOTTOM, start, HEIGHT - _TOP, strokeColor=_MARK, strokeWidth=1, strokeDashArray=[3, 2]))
    points = [one for place, value in enumerate(gap) for one in (across(place), up(value))]
    drawing.add(PolyLine(points, strokeColor=_INK, strokeWidth=1.2))
    for place in (0, len(weeks) // 2, len(weeks) - 1):
        _write(
            drawing,
            across(place),
            8,
            str(weeks[place]),
            "middle" if 0 < place < len(weeks) - 1 else "start" if not place else "end",
        )
    return drawing


def _shares(card: Card, say: Say) -> Drawing | None:
    """κ and κ* with their intervals on one axis, 0 and 1 marked."""
    rows = [(say(Said("taken")), card.share), (say(Said("break-even")), card.break_even)]
    told = [(label, one) for label, one in rows if not isinstance(one, CannotTell)]
    held = [(label, one) for label, one in told if _drawable([one.low, one.high])]
    if not held:
        return None
    ends = [end for _, one in held for end in (one.low, one.high)]
    drawing, across, _ = _axes((min(0.0, *ends), max(1.0, *ends)), (0, 1), rows=False, height=_LOW)
    for edge in (0.0, 1.0):
        drawing.add(Line(across(edge), _BOTTOM, across(edge), _LOW - _TOP, strokeColor=_PALE, strokeWidth=1))
    for number, (label, one) in enumerate(held):
        height = _LOW - _TOP - (_LOW - _TOP - _BOTTOM) * (number + 1) / (len(held) + 1)
        color = _MARK if one is card.break_even else _INK
        drawing.add(Line(across(one.low), height, across(one.high), height, strokeColor=color, strokeWidth=3))
        if isinstance(one, Estimate):
            drawing.add(Circle(across(one.value), height, 5, fillColor=color, strokeColor=None))
        _write(drawing, _LEFT - 8, height - 3, label, "end")
    return drawing


def contributions_drawn(rows: Sequence[Contribution], say: Say = str) -> Drawing | None:
    """Three bars for each channel, with the interval of the last."""
    bars = [(one.channel, (one.direct, one.loaded, one.incremental)) for one in rows[:8]]
    ends = [
        end for _, three in bars for one in three if isinstance(one, Estimate | Bounds) for end in (one.low, one.high)
    ]
    if not ends or not _drawable(ends):
        return None
    drawing, across, up = _axes((0, len(bars)), (min(0.0, *ends), max(0.0, *ends)), columns=False)
    drawing.add(Line(_LEFT, up(0), WIDTH - _RIGHT, up(0), strokeColor=_GREY, strokeWidth=0.5))
    wide = (across(1) - across(0)) / 4
    for number, (channel, three) in enumerate(bars):
        for place, one in enumerate(three):
            left = across(number) + wide * (place + 0.5)
            if isinstance(one, Estimate):
                drawing.add(Rect(left, min(up(0), up(one.value)), wide * 0.8, abs(up(one.value) - up(0)),
                                 fillColor=_BARS[place], strokeColor=None))  # fmt: skip
            if isinstance(one, Estimate | Bounds):
                middle = left + wide * 0.4
                drawing.add(Line(middle, up(one.low), middle, up(one.high), strokeColor=_INK, strokeWidth=1))
        _write(drawing, across(number + 0.5), 8, channel if len(channel) <= 24 else f"{channel[:23]}…", "middle")
    for place, said in enumerate((Said("Direct"), Said("Fully loaded"), Said("Incremental"))):
        _write(drawing, WIDTH - _RIGHT - 90 * (2 - place), HEIGHT - 9, say(said), "end", _BARS[place])
    return drawing


def _axes(
    xs: tuple[float, float],
    ys: tuple[float, float],
    *,
    rows: bool = True,
    columns: bool = True,
    height: float = HEIGHT,
) -> tuple[Drawing, Callable[[float], float], Callable[[float], float]]:
    """An empty picture with its scales; numbers at the ends of the upright axis, or of the level one."""
    drawing = Drawing(WIDTH, height)

    def across(value: float) -> float:
        return _LEFT + (value - xs[0]) / ((xs[1] - xs[0]) or 1) * (WIDTH - _LEFT - _RIGHT)

    def up(value: float) -> float:
        return _BOTTOM + (value - ys[0]) / ((ys[1] - ys[0]) or 1) * (height - _BOTTOM - _TOP)

    if rows:
        for value in sorted({ys[0], 0.0, ys[1]}):
            _write(drawing, _LEFT - 6, up(value) - 3, f"{value:,.0f}", "end", _GREY)
    elif columns:
        for value in sorted({xs[0], 0.0, 1.0, xs[1]}):
            _write(drawing, across(value), 8, f"{value:.0%}", "middle", _GREY)
    return drawing, across, up


def _write(drawing: Drawing, x: float, y: float, text: str, anchor: str, color: Color = _INK) -> None:
    drawing.add(String(x, y, text, fontName=font_of(text), fontSize=8, textAnchor=anchor, fillColor=color))


def _drawable(values: Sequence[float | None]) -> bool:
    return all(one is not None and math.isfinite(one) and abs(one) < _WIDEST for one in values)
