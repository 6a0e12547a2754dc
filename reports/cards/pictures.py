"""Pictures of a card as vector graphics, for the PDF and as SVG beside the Markdown."""

from collections.abc import Sequence

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, PolyLine, Rect

from reports.analysis.estimate import Bounds, CannotTell, Estimate
from reports.analysis.money import Contribution
from reports.analysis.said import Said
from reports.cards.card import Card
from reports.pictures.drawing import (
    BARS,
    BOTTOM,
    GREY,
    HEIGHT,
    INK,
    LEFT,
    MARK,
    PALE,
    RIGHT,
    TOP,
    WIDTH,
    Say,
    axes,
    drawable,
    write,
)

_LOW = 100


def pictures(card: Card, say: Say = str) -> dict[str, Drawing]:
    """Those for which there are figures, by name."""
    found = {
        "shares": _shares(card, say),
        "gap": _gap(card),
        "contributions": contributions_drawn(card.contributions, say),
    }
    return {name: one for name, one in found.items() if one is not None}


def _gap(card: Card) -> Drawing | None:
    """The gap by week with the band of the placebos, and a line where the event began."""
    detail = card.share.detail
    gap, band, weeks = detail.get("gap"), detail.get("band"), detail.get("weeks")
    if not (gap and band and weeks and len(gap) == len(band) == len(weeks) > 1) or not drawable([*gap, *band]):
        return None
    drawing, across, up = axes((0, len(gap) - 1), (min(*gap, *(-one for one in band)), max(*gap, *band)))
    edge = [(across(place), up(one)) for place, one in enumerate(band)]
    under = [(across(place), up(-one)) for place, one in enumerate(band)]
    drawing.add(Polygon([one for pair in [*edge, *reversed(under)] for one in pair], fillColor=PALE, strokeColor=None))
    drawing.add(Line(LEFT, up(0), WIDTH - RIGHT, up(0), strokeColor=GREY, strokeWidth=0.5))
    start = across(detail.get("before", 0))
    drawing.add(Line(start, BOTTOM, start, HEIGHT - TOP, strokeColor=MARK, strokeWidth=1, strokeDashArray=[3, 2]))
    points = [one for place, value in enumerate(gap) for one in (across(place), up(value))]
    drawing.add(PolyLine(points, strokeColor=INK, strokeWidth=1.2))
    for place in (0, len(weeks) // 2, len(weeks) - 1):
        write(
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
    held = [(label, one) for label, one in told if drawable([one.low, one.high])]
    if not held:
        return None
    ends = [end for _, one in held for end in (one.low, one.high)]
    drawing, across, _ = axes((min(0.0, *ends), max(1.0, *ends)), (0, 1), rows=False, height=_LOW)
    for edge in (0.0, 1.0):
        drawing.add(Line(across(edge), BOTTOM, across(edge), _LOW - TOP, strokeColor=PALE, strokeWidth=1))
    for number, (label, one) in enumerate(held):
        height = _LOW - TOP - (_LOW - TOP - BOTTOM) * (number + 1) / (len(held) + 1)
        color = MARK if one is card.break_even else INK
        drawing.add(Line(across(one.low), height, across(one.high), height, strokeColor=color, strokeWidth=3))
        if isinstance(one, Estimate):
            drawing.add(Circle(across(one.value), height, 5, fillColor=color, strokeColor=None))
        write(drawing, LEFT - 8, height - 3, label, "end")
    return drawing


def contributions_drawn(rows: Sequence[Contribution], say: Say = str) -> Drawing | None:
    """Three bars for each channel, with the interval of the last."""
    bars = [(one.channel, (one.direct, one.loaded, one.incremental)) for one in rows[:8]]
    ends = [
        end for _, three in bars for one in three if isinstance(one, Estimate | Bounds) for end in (one.low, one.high)
    ]
    if not ends or not drawable(ends):
        return None
    drawing, across, up = axes((0, len(bars)), (min(0.0, *ends), max(0.0, *ends)), columns=False)
    drawing.add(Line(LEFT, up(0), WIDTH - RIGHT, up(0), strokeColor=GREY, strokeWidth=0.5))
    wide = (across(1) - across(0)) / 4
    for number, (channel, three) in enumerate(bars):
        for place, one in enumerate(three):
            left = across(number) + wide * (place + 0.5)
            if isinstance(one, Estimate):
                drawing.add(Rect(left, min(up(0), up(one.value)), wide * 0.8, abs(up(one.value) - up(0)),
                                 fillColor=BARS[place], strokeColor=None))  # fmt: skip
            if isinstance(one, Estimate | Bounds):
                middle = left + wide * 0.4
                drawing.add(Line(middle, up(one.low), middle, up(one.high), strokeColor=INK, strokeWidth=1))
        write(drawing, across(number + 0.5), 8, channel if len(channel) <= 24 else f"{channel[:23]}…", "middle")
    for place, said in enumerate((Said("Direct"), Said("Fully loaded"), Said("Incremental"))):
        write(drawing, WIDTH - RIGHT - 90 * (2 - place), HEIGHT - 9, say(said), "end", BARS[place])
    return drawing
