"""What pictures are made of: vector graphics with scales, as SVG within a page or a file and in the PDF."""

import math
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Drawing, String
from reportlab.lib.colors import Color, HexColor

from reports.analysis.said import Said
from reports.cards.fonts import font_of

WIDTH, HEIGHT = 480, 200
LEFT, RIGHT, BOTTOM, TOP = 60, 12, 26, 12
INK, GREY, PALE, MARK = HexColor("#1f2933"), HexColor("#7b8794"), HexColor("#e4e7eb"), HexColor("#c2410c")
BARS = (HexColor("#9aa5b1"), HexColor("#52606d"), HexColor("#0f766e"))
_WIDEST = 1e15  # what is larger is not drawn

Say = Callable[[Said], str]


def svg(drawing: Drawing, title: str = "") -> str:
    """As SVG that says what it shows; the renderer leaves dots for that."""
    text = str(renderSVG.drawToString(drawing)).replace("<svg ", '<svg role="img" ', 1)
    return text.replace("<title>...</title>", f"<title>{escape(title)}</title>").replace("<desc>...</desc>", "")


def inline(text: str, name: str) -> str:
    """The picture within a page: without the prolog of a file, its own names told from those of others there."""
    text = text.replace('id="clip"', f'id="clip-{name}"').replace("url(#clip)", f"url(#clip-{name})")
    return text[text.index("<svg") :]


def axes(
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
        return LEFT + (value - xs[0]) / ((xs[1] - xs[0]) or 1) * (WIDTH - LEFT - RIGHT)

    def up(value: float) -> float:
        return BOTTOM + (value - ys[0]) / ((ys[1] - ys[0]) or 1) * (height - BOTTOM - TOP)

    if rows:
        for value in sorted({ys[0], 0.0, ys[1]}):
            write(drawing, LEFT - 6, up(value) - 3, f"{value:,.0f}", "end", GREY)
    elif columns:
        for value in sorted({xs[0], 0.0, 1.0, xs[1]}):
            write(drawing, across(value), 8, f"{value:.0%}", "middle", GREY)
    return drawing, across, up


def write(drawing: Drawing, x: float, y: float, text: str, anchor: str, color: Color = INK) -> None:
    drawing.add(String(x, y, text, fontName=font_of(text), fontSize=8, textAnchor=anchor, fillColor=color))


def drawable(values: Sequence[float | None]) -> bool:
    return all(one is not None and math.isfinite(one) and abs(one) < _WIDEST for one in values)


def runs(series: Sequence[float | None]) -> list[list[int]]:
    """The places of each stretch that is known."""
    found: list[list[int]] = [[]]
    for place, one in enumerate(series):
        if one is None:
            found.append([])
        else:
            found[-1].append(place)
    return [run for run in found if run]
